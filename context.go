package voxhook

import (
	"context"
	"net/http"
	"sync"
	"time"
)

type (
	eventKey   struct{}
	requestKey struct{}
)

// An eventContext is the context of a request with its event.
type eventContext struct {
	context.Context
	r  *http.Request
	ev Event // nil until it is known
}

func (c *eventContext) Value(key any) any {
	switch key {
	case eventKey{}:
		return c.ev
	case requestKey{}:
		return c.r
	}
	return c.Context.Value(key)
}

// String keeps the event and the request out of a printed context.
func (c *eventContext) String() string { return "voxhook.Context" }

// EventFrom returns the event from the context of a callback or hook. It
// returns nil if the context has none.
func EventFrom(ctx context.Context) Event {
	ev, _ := ctx.Value(eventKey{}).(Event)
	return ev
}

// RequestFrom returns the request from the context of a callback or hook, for
// its path values, headers and remote address. The body has been read. It
// returns nil if the context has none.
func RequestFrom(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

// A callContext is the context of a callback: an eventContext with a deadline.
// A standard context needs a timer and more memory, so it is created only when
// the callback asks for more than the deadline and values. From then on
// callContext delegates to it, and children, causes and errors are those of the
// standard library. BenchmarkContext measures the saving.
type callContext struct {
	eventContext                 // the context that hooks receive
	parent       context.Context // the context that they return
	deadline     time.Time       // zero for none

	mu       sync.Mutex
	std      context.Context // the standard context; nil until needed
	cancel   context.CancelFunc
	finished bool // the callback has returned
}

func newCallContext(r *http.Request) *callContext {
	return &callContext{eventContext: eventContext{Context: r.Context(), r: r}}
}

// begin prepares c for a callback. It ends when parent ends, after the timeout,
// or when finish is called. Zero means DefaultTimeout; negative means no
// timeout.
func (c *callContext) begin(parent context.Context, timeout time.Duration) {
	c.parent = parent
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	if timeout > 0 {
		c.deadline = time.Now().Add(timeout)
	}
}

func (c *callContext) Deadline() (time.Time, bool) {
	parent, ok := c.parent.Deadline()
	if c.deadline.IsZero() || ok && parent.Before(c.deadline) {
		return parent, ok
	}
	return c.deadline, true
}

func (c *callContext) Done() <-chan struct{} { return c.standard().Done() }
func (c *callContext) Err() error            { return c.standard().Err() }

// Value does not create the standard context. Functions of package context that
// look for it here have called Done or Err before.
func (c *callContext) Value(key any) any {
	if key == (eventKey{}) || key == (requestKey{}) {
		return c.eventContext.Value(key)
	}
	c.mu.Lock()
	std := c.std
	c.mu.Unlock()
	if std == nil {
		return c.parent.Value(key)
	}
	return std.Value(key)
}

// standard returns the standard context, and creates it if necessary.
func (c *callContext) standard() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.std == nil {
		c.start()
	}
	return c.std
}

// start creates the standard context. The caller holds mu.
func (c *callContext) start() {
	switch {
	case c.finished: // a later end of parent must not show
		c.std, c.cancel = context.WithCancel(context.WithoutCancel(c.parent))
		c.cancel()
	case c.deadline.IsZero():
		c.std, c.cancel = context.WithCancel(c.parent)
	default:
		c.std, c.cancel = context.WithDeadline(c.parent, c.deadline)
	}
}

// finish ends the context. If it has already ended, its error stays the same.
func (c *callContext) finish() {
	c.mu.Lock()
	late := !c.deadline.IsZero() && !time.Now().Before(c.deadline)
	if c.std == nil && (late || c.parent.Err() != nil) {
		c.start()
	}
	c.finished = true
	cancel := c.cancel
	c.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}
