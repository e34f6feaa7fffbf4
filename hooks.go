package voxhook

import (
	"context"
	"net/http"
	"slices"

	"github.com/voxhook/voxhook/voxml"
)

// Hooks are functions that a wrapper around a mux adds to a request. They run
// in every [Handler] inside the wrapper. Authentication, deduplication, traces
// and tests use them. Nil functions do nothing. Hooks may run concurrently for
// different requests.
//
// Several Hooks nest like the wrappers that add them. Event runs outermost
// first, Document and Done innermost first.
//
// If Kind or Event panics, the request is refused with status 500. A panic of
// Document is treated like a panic of the callback. If Done panics, the panic
// is only logged. A panic with [http.ErrAbortHandler] is passed on to net/http
// after Done has run.
type Hooks struct {
	// Kind returns the kind of the event in a request, if a source that is more
	// reliable than the parameters gives it, such as a signed URL. Zero means
	// unknown. If several Hooks return a kind, the outermost one is used.
	Kind func(r *http.Request) Kind

	// Event runs before the callback of an event. The context that it returns
	// must be derived from ctx and becomes the parent of the callback's
	// context; nil means ctx. If Event returns an error, the event is refused,
	// and no Fallback is sent. The status is then StatusCode(err), or 403 if
	// that is 500.
	Event func(ctx context.Context, ev Event) (context.Context, error)

	// Document is called with each document before it is encoded, including the
	// Fallback, and returns the document to send. It must not modify its
	// argument. An error is treated like an error of the callback. If the
	// document was already the Fallback, the answer is the same as without a
	// Fallback.
	Document func(ctx context.Context, ev Event, doc voxml.Response) (voxml.Response, error)

	// Done runs once for each request, after the answer was written and
	// flushed. If o.Replayed is set, it runs before the answer is written. The
	// argument ctx is the context that Event returned. The argument ev is nil
	// if the request was refused before it became an event, or if a wrapper
	// called [Answered]. Done does not run if the callback calls
	// [runtime.Goexit].
	Done func(ctx context.Context, ev Event, o Outcome)
}

// An Outcome describes how a webhook was answered. See [Hooks].
type Outcome struct {
	Status   int   // the status sent; zero if the connection was aborted
	Document bool  // a document was sent
	Fallback bool  // after a failure, a document was sent: the Fallback, or <Response/> in its place
	Guard    bool  // nothing failed, but as a caller may be waiting, a document was sent: the Fallback, or <Response/> in its place
	Replayed bool  // the answer came from a store; no callback ran
	Err      error // why the callback failed or is missing, the request was refused, or the answer could not be written
}

type hooksKey struct{}

// A hookList holds the hooks of a request, outermost first.
type hookList []*Hooks

func hooksFrom(ctx context.Context) hookList {
	if c, ok := ctx.Value(hooksKey{}).(*hooksContext); ok {
		return c.list
	}
	return nil
}

// A hooksContext is a context with hooks. It takes one allocation;
// context.WithValue and a slice take three.
type hooksContext struct {
	context.Context
	list hookList
	room [2]*Hooks // storage of list, if it has at most two
}

func (c *hooksContext) Value(key any) any {
	if key == (hooksKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// String keeps the hooks out of a printed context.
func (c *hooksContext) String() string { return "voxhook.Context" }

// WithHooks returns a copy of ctx with h added as the innermost hooks. Set it
// on the request that a wrapper passes on:
//
//	next.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
//
// WithHooks panics if h is nil.
func WithHooks(ctx context.Context, h *Hooks) context.Context {
	if h == nil {
		panic("voxhook: WithHooks: the hooks are nil")
	}
	c := &hooksContext{Context: ctx}
	c.list = append(append(c.room[:0], hooksFrom(ctx)...), h)
	return c
}

// Answered runs the Done functions of the hooks in ctx, with a nil Event. Call
// it from a wrapper that answers a request itself, and pass the context of the
// request that the wrapper received.
//
// If o.Replayed is set, call Answered before writing the answer. The stored
// answer already contains the changes of outer wrappers, such as tokens in its
// URLs. Their Done functions learn that it is a replay, and let it pass
// unchanged. Otherwise call Answered after writing the answer. A panic in Done
// is logged to [slog.Default].
func Answered(ctx context.Context, o Outcome) {
	x := exchange{h: &Handler{}, hooks: hooksFrom(ctx), ctx: ctx, out: o}
	x.done()
	x.log()
	if x.abort {
		panic(http.ErrAbortHandler)
	}
}

// kind returns the first kind that a hook returns, or zero.
func (l hookList) kind(r *http.Request) Kind {
	for _, h := range l {
		if h.Kind == nil {
			continue
		}
		if k := h.Kind(r); k != 0 {
			return k
		}
	}
	return 0
}

// event runs every Event and sets ctx to the context that each returns. It
// stops at the first error and returns it as a *refusal.
func (l hookList) event(ctx *context.Context, ev Event) error {
	for _, h := range l {
		if h.Event == nil {
			continue
		}
		next, err := h.Event(*ctx, ev)
		if err != nil {
			return &refusal{err}
		}
		if next != nil {
			*ctx = next
		}
	}
	return nil
}

// A refusal is the error of an Event hook.
type refusal struct{ error }

func (e *refusal) Unwrap() error { return e.error }

func (l hookList) document(ctx context.Context, ev Event, doc voxml.Response) (voxml.Response, error) {
	for _, h := range slices.Backward(l) {
		if h.Document == nil {
			continue
		}
		var err error
		if doc, err = h.Document(ctx, ev, doc); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// done runs every Done, even if one panics, and returns the panics as errors.
func (l hookList) done(ctx context.Context, ev Event, o Outcome) (panics []error) {
	for _, h := range slices.Backward(l) {
		if h.Done == nil {
			continue
		}
		if err := protect(func() error { h.Done(ctx, ev, o); return nil }); err != nil {
			panics = append(panics, err)
		}
	}
	return panics
}
