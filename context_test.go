package voxhook

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type contextTestKey struct{}

// A contextTest is a context with what ends it.
type contextTest struct {
	context.Context
	finish func()                  // the callback returns
	cancel context.CancelCauseFunc // the client is gone
	saw    []string
}

// see notes what a callback can learn about its context.
func (c *contextTest) see(ctx context.Context) {
	deadline, ok := ctx.Deadline()
	over := false
	select {
	case <-ctx.Done():
		over = true
	default:
	}
	c.saw = append(c.saw, fmt.Sprint(ctx.Err(), context.Cause(ctx), deadline, ok, over, ctx.Value(contextTestKey{})))
}

// pass lets time pass, and lets timers do what they do then.
func pass(d time.Duration) {
	time.Sleep(d) // in a bubble, where this takes no time
	synctest.Wait()
}

// ours makes the context of a callback, theirs one of package context.
func ours(parent context.Context, timeout time.Duration) (context.Context, func()) {
	c := newCallContext(httptest.NewRequest("GET", "/", nil).WithContext(parent))
	c.ev = &IncomingCall{}
	c.begin(&c.eventContext, timeout)
	return c, c.finish
}

func theirs(parent context.Context, timeout time.Duration) (context.Context, func()) {
	if timeout < 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, timeout)
}

var errGone = errors.New("gone")

// The context of a callback is one of package context, whatever is asked first
// and whatever ends it first.
func TestContextIsStandard(t *testing.T) {
	const timeout = time.Minute
	for _, tt := range []struct {
		name    string
		timeout time.Duration
		parent  time.Duration // a deadline of its own, if not zero
		run     func(*contextTest)
	}{
		{"nothing happens", timeout, 0, func(c *contextTest) { c.see(c) }},
		{"no timeout", -1, 0, func(c *contextTest) { c.see(c); pass(time.Hour); c.see(c) }},
		{"no timeout, parent has one", -1, time.Second, func(c *contextTest) { c.see(c); pass(time.Hour); c.see(c) }},
		{"parent ends earlier", timeout, time.Second, func(c *contextTest) { c.see(c); pass(2 * time.Second); c.see(c) }},
		{"parent ends later", timeout, time.Hour, func(c *contextTest) { c.see(c); pass(2 * time.Minute); c.see(c) }},
		{"the time is over", timeout, 0, func(c *contextTest) { pass(timeout); c.see(c) }},
		{"the client goes", timeout, 0, func(c *contextTest) { c.cancel(errGone); c.see(c) }},
		{"the callback returns", timeout, 0, func(c *contextTest) { c.finish(); c.see(c) }},
		{"returns, then time", timeout, 0, func(c *contextTest) { c.finish(); pass(timeout); c.see(c) }},
		{"time, then returns", timeout, 0, func(c *contextTest) { pass(timeout); c.finish(); c.see(c) }},
		{"the client goes, then returns", timeout, 0, func(c *contextTest) { c.cancel(errGone); c.finish(); c.see(c) }},
		{"returns, then the client goes", timeout, 0, func(c *contextTest) { c.finish(); c.cancel(errGone); c.see(c) }},
		{"no timeout, returns, then the client goes", -1, 0, func(c *contextTest) { c.finish(); c.cancel(errGone); c.see(c) }},
		{"the client goes, then time", timeout, 0, func(c *contextTest) { c.cancel(errGone); pass(timeout); c.see(c) }},
		{"errors are kept", timeout, 0, func(c *contextTest) {
			c.see(c)
			c.finish()
			c.see(c)
			c.cancel(errGone)
			pass(timeout)
			c.see(c)
		}},
		{"Cause is asked first", timeout, 0, func(c *contextTest) {
			pass(timeout)
			c.saw = append(c.saw, fmt.Sprint(context.Cause(c)))
		}},
		{"Value is asked first", timeout, 0, func(c *contextTest) {
			c.saw = append(c.saw, fmt.Sprint(c.Value(contextTestKey{})))
			pass(timeout)
			c.see(c)
		}},
		{"a child of its own", timeout, 0, func(c *contextTest) {
			child, cancel := context.WithCancelCause(c)
			cancel(errGone)
			c.see(child)
			c.see(c)
		}},
		{"a child with a timeout", timeout, 0, func(c *contextTest) {
			child, cancel := context.WithTimeout(c, time.Second)
			defer cancel()
			c.see(child)
			pass(time.Second)
			c.see(child)
			c.see(c)
		}},
		{"a child outlives the callback", timeout, 0, func(c *contextTest) {
			child, cancel := context.WithTimeout(context.WithValue(c, contextTestKey{}, "child"), time.Hour)
			defer cancel()
			c.see(child)
			c.finish()
			c.see(child)
		}},
		{"a child, and the client goes", timeout, 0, func(c *contextTest) {
			child, cancel := context.WithCancel(c)
			defer cancel()
			c.cancel(errGone)
			c.see(child)
		}},
		{"a child of an ended callback", timeout, 0, func(c *contextTest) {
			c.finish()
			child, cancel := context.WithTimeout(c, time.Second)
			defer cancel()
			c.see(child)
		}},
		{"WithoutCancel", timeout, 0, func(c *contextTest) {
			free := context.WithoutCancel(c)
			c.finish()
			c.see(free)
		}},
		{"AfterFunc", timeout, 0, func(c *contextTest) {
			context.AfterFunc(c, func() { c.saw = append(c.saw, "after") })
			synctest.Wait()
			c.see(c)
			c.finish()
			synctest.Wait()
			c.see(c)
		}},
		{"AfterFunc, stopped", timeout, 0, func(c *contextTest) {
			stop := context.AfterFunc(c, func() { c.saw = append(c.saw, "after") })
			c.saw = append(c.saw, fmt.Sprint(stop()))
			c.finish()
			synctest.Wait()
			c.see(c)
		}},
		{"AfterFunc, too late", timeout, 0, func(c *contextTest) {
			c.finish()
			context.AfterFunc(c, func() { c.saw = append(c.saw, "after") })
			synctest.Wait()
			c.see(c)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := func(of func(context.Context, time.Duration) (context.Context, func())) (saw []string) {
				// Time begins anew in each bubble.
				synctest.Test(t, func(t *testing.T) {
					ctx := context.WithValue(t.Context(), contextTestKey{}, "value")
					if tt.parent > 0 {
						var stop context.CancelFunc
						ctx, stop = context.WithTimeout(ctx, tt.parent)
						defer stop()
					}
					c := &contextTest{}
					ctx, c.cancel = context.WithCancelCause(ctx)
					defer c.cancel(nil)
					c.Context, c.finish = of(ctx, tt.timeout)
					defer c.finish()
					tt.run(c)
					saw = c.saw
				})
				return saw
			}
			want := run(theirs)
			require.NotEmpty(t, want)
			assert.Equal(t, want, run(ours))
		})
	}
}

// A timeout of zero is the default one.
func TestContextDefaultTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, finish := ours(t.Context(), 0)
		defer finish()
		deadline, ok := ctx.Deadline()
		assert.True(t, ok)
		assert.Equal(t, DefaultTimeout, time.Until(deadline))
	})
}

// The event and the request are in the context and in all that is made from
// it, before and after the callback.
func TestContextValues(t *testing.T) {
	ctx, finish := ours(t.Context(), time.Minute)
	child, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for range 2 {
		for _, ctx := range []context.Context{ctx, child} {
			assert.Equal(t, KindIncomingCall, EventFrom(ctx).Kind())
			assert.Equal(t, "/", RequestFrom(ctx).URL.Path)
			assert.Nil(t, ctx.Value(contextTestKey{}))
		}
		finish()
	}
}

// A printed context shows nothing of the call.
func TestContextPrints(t *testing.T) {
	ctx, finish := ours(t.Context(), time.Minute)
	defer finish()
	assert.Equal(t, "voxhook.Context", fmt.Sprint(ctx))
	assert.Equal(t, "voxhook.Context.WithoutCancel", fmt.Sprint(context.WithoutCancel(ctx)))
}

// A callback that asks for no more than values and the deadline costs no timer.
func TestContextMakesNothing(t *testing.T) {
	c := newCallContext(httptest.NewRequest("GET", "/", nil))
	c.begin(&c.eventContext, time.Minute)
	_, _ = c.Deadline()
	_, _, _ = EventFrom(c), RequestFrom(c), c.Value(contextTestKey{})
	c.finish()
	assert.Nil(t, c.std)
	assert.ErrorIs(t, c.Err(), context.Canceled)
}

// For the race detector: everything is asked at the same time, and the
// callback returns meanwhile.
func TestContextConcurrently(t *testing.T) {
	for range 100 {
		parent, cancel := context.WithCancel(t.Context())
		ctx, finish := ours(parent, time.Minute)
		var wg sync.WaitGroup
		done := make(chan (<-chan struct{}), 4)
		for range 4 {
			wg.Go(func() { done <- ctx.Done() })
			wg.Go(func() { _ = ctx.Err() })
			wg.Go(func() { _ = ctx.Value(contextTestKey{}) })
			wg.Go(func() { _, _ = ctx.Deadline() })
			wg.Go(func() { _ = fmt.Sprint(ctx) })
			wg.Go(func() {
				child, stop := context.WithCancel(ctx)
				defer stop()
				<-child.Done()
			})
		}
		wg.Go(finish)
		wg.Go(cancel)
		wg.Wait()
		first := <-done
		for range 3 {
			assert.Equal(t, first, <-done, "Done is always the same channel")
		}
		require.ErrorIs(t, ctx.Err(), context.Canceled)
	}
}

// BenchmarkContext shows what the context of a callback saves against one of
// package context, by what the callback asks of it.
func BenchmarkContext(b *testing.B) {
	r := httptest.NewRequest("GET", "/", nil)
	ev := Event(&IncomingCall{})
	makers := []struct {
		name string
		make func() (context.Context, func())
	}{
		{"callContext", func() (context.Context, func()) {
			c := newCallContext(r)
			c.ev = ev
			c.begin(&c.eventContext, 0)
			return c, c.finish
		}},
		{"standard", func() (context.Context, func()) {
			ctx := context.WithValue(context.WithValue(r.Context(), requestKey{}, r), eventKey{}, ev)
			return context.WithTimeout(ctx, DefaultTimeout)
		}},
	}
	for _, asks := range []struct {
		name string
		ask  func(context.Context)
	}{
		{"nothing", func(context.Context) {}},
		{"event", func(ctx context.Context) { _ = EventFrom(ctx) }},
		{"Deadline", func(ctx context.Context) { _, _ = ctx.Deadline() }},
		{"Value", func(ctx context.Context) { _ = ctx.Value(contextTestKey{}) }},
		{"Done", func(ctx context.Context) { _ = ctx.Done() }},
		{"child", func(ctx context.Context) {
			_, cancel := context.WithTimeout(ctx, time.Second)
			cancel()
		}},
	} {
		for _, maker := range makers {
			b.Run(asks.name+"/"+maker.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					ctx, finish := maker.make()
					asks.ask(ctx)
					finish()
				}
			})
		}
	}
}
