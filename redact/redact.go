package redact

import (
	"context"
	"log/slog"
	"slices"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/mask"
)

// NewHandler returns a handler that passes records on to next without the
// sensitive values of the event in the context. The package comment says which
// values are sensitive and where they are found.
//
// A record whose context has no event passes unchanged, except for requests
// and URLs. Attributes of [slog.Logger.With] are kept and masked when a record
// is written, because only then is the event known.
//
// The handler next may write text or JSON. It receives values of other types in
// a wrapper that masks them when next formats them.
func NewHandler(next slog.Handler) slog.Handler { return &handler{next: next} }

// Number returns a phone number with its middle hidden, such as "+1402…00". If
// s is not a plus followed by 10 to 15 digits, Number returns "…".
func Number(s string) string { return mask.Number(s) }

// A handler masks records.
type handler struct {
	next   slog.Handler
	scopes []scope // open groups, outermost first; the first has no name
}

// A scope is a group with the attributes added in it.
type scope struct {
	name  string
	attrs []slog.Attr
}

func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	scopes := slices.Clone(h.scopes)
	if len(scopes) == 0 {
		scopes = []scope{{}}
	}
	last := &scopes[len(scopes)-1]
	last.attrs = slices.Concat(last.attrs, attrs)
	return &handler{h.next, scopes}
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	scopes := slices.Clone(h.scopes)
	if len(scopes) == 0 {
		scopes = []scope{{}}
	}
	return &handler{h.next, append(scopes, scope{name: name})}
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	c := cleaner{}
	if ev := voxhook.EventFrom(ctx); ev != nil {
		c.mask = mask.Of(ev, ev.Webhook().Params)
	}
	out := slog.NewRecord(r.Time, r.Level, c.mask.Text(r.Message), r.PC)
	own := make([]slog.Attr, 0, r.NumAttrs())
	r.Attrs(func(a slog.Attr) bool {
		own = append(own, c.attr(a))
		return true
	})
	for _, s := range slices.Backward(h.scopes) {
		attrs := make([]slog.Attr, 0, len(s.attrs)+len(own))
		for _, a := range s.attrs {
			attrs = append(attrs, c.attr(a))
		}
		own = append(attrs, own...)
		if s.name != "" {
			own = []slog.Attr{{Key: c.mask.Text(s.name), Value: slog.GroupValue(own...)}}
		}
	}
	out.AddAttrs(own...)
	return h.next.Handle(ctx, out)
}
