package voxhook

import (
	"context"
	"net/http"
	"slices"

	"github.com/voxhook/voxhook/voxml"
)

// Hooks are functions that a wrapper around a mux adds to a request, for every
// [Handler] inside it: authentication, deduplication, traces, tests. Nil
// functions do nothing. Hooks may run concurrently for different requests.
//
// Several Hooks nest like the wrappers that add them. Event runs outermost
// first, Document and Done innermost first.
//
// A hook that panics fails the request: in Kind and Event the request is
// refused with status 500, in Document the Fallback is sent, in Done the panic
// is only logged. A panic with [http.ErrAbortHandler] is passed on to net/http
// after Done has run.
type Hooks struct {
	// Kind says what a request is if something better than its parameters
	// knows, such as a signed URL. Zero means unknown. The outermost Kind that
	// is not zero counts.
	Kind func(r *http.Request) Kind

	// Event runs when a request has become an event, before its callback. The
	// context it returns must be derived from ctx; it is the parent of the
	// callback's. An error refuses the event: the status is StatusCode(err),
	// or 403 if that is 500, and no Fallback is sent.
	Event func(ctx context.Context, ev Event) (context.Context, error)

	// Document runs on each document that is about to be encoded, including
	// the Fallback, and returns the document to send. It must not modify its
	// argument. An error fails the request; on the Fallback it ends in status
	// 500.
	Document func(ctx context.Context, ev Event, doc voxml.Response) (voxml.Response, error)

	// Done runs once for each request, after the answer has been handed to
	// net/http and flushed. If o.Replayed is set, it runs just before. Ctx is
	// the one that Event returned. Ev is nil if the request never became an
	// event. Done does not run if the callback calls [runtime.Goexit].
	Done func(ctx context.Context, ev Event, o Outcome)
}

// An Outcome is the answer to a webhook. See [Hooks].
type Outcome struct {
	Status   int   // as sent; zero if none was, because of [http.ErrAbortHandler]
	Document bool  // a document was sent
	Fallback bool  // it was the Fallback, or <Response/> in its place, because something failed
	Guard    bool  // it was the Fallback, or <Response/> in its place, because there was nothing to say
	Replayed bool  // the answer came from a store; no callback ran
	Err      error // why the callback failed, the request was refused, or the answer could not be written
}

type hooksKey struct{}

// A hookList has the hooks of a request, the outermost first.
type hookList []*Hooks

func hooksFrom(ctx context.Context) hookList {
	if c, ok := ctx.Value(hooksKey{}).(*hooksContext); ok {
		return c.list
	}
	return nil
}

// A hooksContext is a context with hooks. It takes one allocation, where
// context.WithValue and a slice take three.
type hooksContext struct {
	context.Context
	list hookList
	room [2]*Hooks // of list, usually
}

func (c *hooksContext) Value(key any) any {
	if key == (hooksKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// String keeps the hooks out of what prints a context.
func (c *hooksContext) String() string { return "voxhook.Context" }

// WithHooks returns a context that has h inside the hooks already in ctx. Set
// it on the request that a wrapper passes on:
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

// Answered runs Done of the hooks in ctx, without an event. It is for a wrapper
// that answers a request by itself, and gets the context of the request that
// the wrapper received.
//
// If o.Replayed is set, call it before the answer is written: wrappers around
// the caller then know that they have seen this answer before, and pass it on
// unchanged. Otherwise call it after the answer was written. A panic in Done is
// logged to [slog.Default].
func Answered(ctx context.Context, o Outcome) {
	x := exchange{h: &Handler{}, hooks: hooksFrom(ctx), ctx: ctx, out: o}
	x.done()
	x.log()
	if x.abort {
		panic(http.ErrAbortHandler)
	}
}

// kind returns the outermost Kind that is known.
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

// event runs every Event and replaces ctx by what each returns. It stops at the
// first error, which is a *refusal.
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
