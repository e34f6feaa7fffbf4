package voxhook

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// An eventContext is the context of a request with its event.
type eventContext struct {
	context.Context
	r  *http.Request
	ev Event
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

// A callContext is the context of a callback: an eventContext with a deadline.
// It makes the context of package context, which needs a timer and more
// memory, only when the callback asks for more than the deadline and the
// event. From then on it delegates to that context, so that children, causes
// and errors are those of the standard library. BenchmarkContext shows what
// this saves.
type callContext struct {
	eventContext
	deadline time.Time // zero for none

	mu     sync.Mutex
	std    context.Context // nil until somebody asks
	cancel context.CancelFunc
	done   bool // the callback has returned
}

func (c *callContext) Deadline() (time.Time, bool) {
	parent, ok := c.Context.Deadline()
	if c.deadline.IsZero() || ok && parent.Before(c.deadline) {
		return parent, ok
	}
	return c.deadline, true
}

func (c *callContext) Done() <-chan struct{} { return c.standard().Done() }
func (c *callContext) Err() error            { return c.standard().Err() }

func (c *callContext) Value(key any) any {
	switch key {
	case eventKey{}:
		return c.ev
	case requestKey{}:
		return c.r
	}
	return c.standard().Value(key)
}

// standard returns the context that c delegates to.
func (c *callContext) standard() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.std == nil {
		if c.deadline.IsZero() {
			c.std, c.cancel = context.WithCancel(c.Context)
		} else {
			c.std, c.cancel = context.WithDeadline(c.Context, c.deadline)
		}
		if c.done {
			c.cancel()
		}
	}
	return c.std
}

// finish ends the context.
func (c *callContext) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done = true
	if c.cancel != nil {
		c.cancel()
	}
}
