package voxhook

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type contextTestKey struct{}

// ours makes the context of a callback, and theirs the same with package
// context.
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

// runContext runs the steps of a script on a context and returns the results
// that a callback can see. It is called in a synctest bubble, where time passes
// at once.
func runContext(t *testing.T, of func(context.Context, time.Duration) (context.Context, func()), timeout, parent time.Duration, script []string) (saw string) {
	ctx := context.WithValue(t.Context(), contextTestKey{}, "value")
	if parent > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, parent)
		defer stop()
	}
	ctx, gone := context.WithCancelCause(ctx)
	defer gone(nil)
	ctx, finish := of(ctx, timeout)
	defer finish()
	seen := []context.Context{ctx}
	var ran atomic.Int32
	for _, step := range append(script, "see") {
		switch step {
		case "see":
			for _, ctx := range seen {
				deadline, ok := ctx.Deadline()
				over := false
				select {
				case <-ctx.Done():
					over = true
				default:
				}
				saw += fmt.Sprintln(ctx.Err(), context.Cause(ctx), deadline, ok, over, ctx.Value(contextTestKey{}))
			}
		case "cause":
			saw += fmt.Sprintln(context.Cause(ctx))
		case "value":
			saw += fmt.Sprintln(ctx.Value(contextTestKey{}))
		case "time":
			time.Sleep(time.Minute)
		case "finish":
			finish()
		case "gone":
			gone(io.EOF)
		case "child":
			child, cancel := context.WithTimeout(ctx, 90*time.Second)
			defer cancel()
			seen = append(seen, child)
		case "cancelled child":
			child, cancel := context.WithCancelCause(ctx)
			cancel(io.EOF)
			seen = append(seen, child)
		case "free child":
			seen = append(seen, context.WithoutCancel(ctx))
		case "after":
			stop := context.AfterFunc(ctx, func() { ran.Add(1) })
			defer stop()
		case "stopped":
			saw += fmt.Sprintln(context.AfterFunc(ctx, func() { ran.Add(10) })())
		}
		synctest.Wait()
		saw += fmt.Sprintln(ran.Load())
	}
	return saw
}

// TestContextIsStandard checks that the context of a callback behaves like one
// of package context, for each order of a few steps that query it or end it.
func TestContextIsStandard(t *testing.T) {
	asks := []string{"see", "cause", "finish", "child", "cancelled child", "after", "stopped"}
	steps := append([]string{"value", "time", "gone", "free child"}, asks...)
	for _, timeout := range []time.Duration{-1, time.Minute} {
		for _, parent := range []time.Duration{0, time.Second, time.Hour} {
			scripts := len(steps) * len(steps) * len(steps)
			if timeout < 0 || parent > 0 {
				scripts /= len(steps) // the third only asks for a value
			}
			for i := range scripts {
				script := []string{steps[i%len(steps)], steps[i/len(steps)%len(steps)], steps[i/len(steps)/len(steps)]}
				if script[0] == "time" && (script[1] == "gone" || script[2] == "gone" && !slices.Contains(asks, script[1])) ||
					script[1] == "time" && script[2] == "gone" && !slices.Contains(asks, script[0]) {
					continue // both ended it before it was queried: either may be the cause
				}
				var want, got string
				synctest.Test(t, func(t *testing.T) { want = runContext(t, theirs, timeout, parent, script) })
				synctest.Test(t, func(t *testing.T) { got = runContext(t, ours, timeout, parent, script) })
				assert.Equal(t, want, got, "timeout %v, parent's %v: %q", timeout, parent, script)
			}
		}
	}
}

// The event and the request are in the context and in all contexts derived from
// it, during and after the callback. A printed context does not show them.
func TestContextValues(t *testing.T) {
	ctx, finish := ours(t.Context(), time.Minute)
	assert.Equal(t, "voxhook.Context", fmt.Sprint(ctx))
	assert.Equal(t, "voxhook.Context.WithoutCancel", fmt.Sprint(context.WithoutCancel(ctx)))
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

// A callback that uses only values and the deadline needs no timer.
func TestContextMakesNothing(t *testing.T) {
	c := newCallContext(httptest.NewRequest("GET", "/", nil))
	c.begin(&c.eventContext, 0)
	deadline, _ := c.Deadline()
	assert.WithinDuration(t, time.Now().Add(DefaultTimeout), deadline, time.Second)
	_, _, _ = EventFrom(c), RequestFrom(c), c.Value(contextTestKey{})
	c.finish()
	assert.Nil(t, c.std)
	assert.ErrorIs(t, c.Err(), context.Canceled)
}

// For the race detector: all methods are called at the same time, and the
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
			assert.Equal(t, first, <-done, "Done must always return the same channel")
		}
		require.ErrorIs(t, ctx.Err(), context.Canceled)
	}
}

// BenchmarkContext compares the context of a callback with one of package
// context, for the methods that the callback calls.
func BenchmarkContext(b *testing.B) {
	r := httptest.NewRequest("GET", "/", nil)
	for name, of := range map[string]func() (context.Context, func()){
		"callContext": func() (context.Context, func()) {
			c := newCallContext(r)
			c.begin(&c.eventContext, 0)
			return c, c.finish
		},
		"standard": func() (context.Context, func()) {
			ctx := context.WithValue(context.WithValue(r.Context(), requestKey{}, r), eventKey{}, nil)
			return context.WithTimeout(ctx, DefaultTimeout)
		},
	} {
		for asks, ask := range map[string]func(context.Context){
			"nothing": func(context.Context) {},
			"event":   func(ctx context.Context) { _ = EventFrom(ctx) },
			"Done":    func(ctx context.Context) { _ = ctx.Done() },
		} {
			b.Run(asks+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					ctx, finish := of()
					ask(ctx)
					finish()
				}
			})
		}
	}
}
