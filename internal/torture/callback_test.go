package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var (
	apology  = voxml.Response{voxml.Say{Text: "Sorry."}}
	apology2 = voxml.Response{voxml.Say{Text: "Sorry, fault."}}
)

// A safeguard is how a Handler is prepared for failures.
type safeguard struct {
	name   string
	setup  func(*faultRun)
	heard  voxml.Response // after a failure; nil for an error status
	panics bool           // whenever a call fails
	done   bool           // Done panics, whatever the event
	hook   bool           // Document panics
	mute   bool           // nothing is written to the log
}

// A faultRun is one fault under one safeguard.
type faultRun struct {
	t *testing.T
	s *server
	p *peer
	c fault

	settings *voxhook.Settings
	answered chan struct{} // closed when the client has its answer
}

func safeguards() []safeguard {
	const sid = "fault"
	return []safeguard{
		{name: "hooks", setup: func(*faultRun) {}},
		{name: "no hooks", setup: func(r *faultRun) { r.p.hooks = nil }},
		{name: "no hooks, Fallback", heard: apology, setup: func(r *faultRun) {
			r.p.hooks = nil
			r.settings.Fallback = apology
		}},
		{name: "broken Fallback", setup: func(r *faultRun) { r.settings.Fallback = broken }},
		{name: "FallbackFunc", heard: apology2, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.settings.FallbackFunc = func(ctx context.Context, ev voxhook.Event, err error) voxml.Response {
				_, deadline := ctx.Deadline()
				assert.False(r.t, deadline, "deadline of the callback")
				assert.NoError(r.t, ctx.Err())
				assert.Same(r.t, ev, voxhook.EventFrom(ctx))
				r.c.checkError(r.t, err)
				return voxml.Response{voxml.Say{Text: "Sorry, " + ev.Webhook().CallSid + "."}}
			}
		}},
		{name: "FallbackFunc that returns nil", heard: apology, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.settings.FallbackFunc = func(context.Context, voxhook.Event, error) voxml.Response { return nil }
		}},
		{name: "broken FallbackFunc", heard: apology, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.settings.FallbackFunc = func(context.Context, voxhook.Event, error) voxml.Response { return broken }
		}},
		{name: "FallbackFunc that panics", heard: apology, panics: true, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.settings.FallbackFunc = func(context.Context, voxhook.Event, error) voxml.Response { panic(badError{}) }
		}},
		{name: "FallbackFunc that panics, no Fallback", panics: true, setup: func(r *faultRun) {
			r.settings.FallbackFunc = func(context.Context, voxhook.Event, error) voxml.Response { panic("FallbackFunc") }
		}},
		{name: "Document that panics", panics: true, hook: true, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.p.hooks.Document = func(_ context.Context, ev voxhook.Event, doc voxml.Response) (voxml.Response, error) {
				if ev.Webhook().CallSid == sid {
					panic("Document")
				}
				return doc, nil
			}
		}},
		{name: "Done that panics", done: true, setup: func(r *faultRun) {
			record := r.p.hooks.Done
			r.p.hooks.Done = func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) {
				record(ctx, ev, o)
				if ev.Webhook().CallSid == sid {
					panic("Done")
				}
			}
		}},
		{name: "ErrorLog that panics", heard: apology, mute: true, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.settings.ErrorLog = slog.New(logFunc(func() { panic("ErrorLog") }))
		}},
		{name: "ErrorLog that waits until the answer is there", heard: apology, mute: true, setup: func(r *faultRun) {
			r.settings.Fallback = apology
			r.settings.ErrorLog = slog.New(logFunc(func() { <-r.answered }))
		}},
	}
}

// A logFunc is called for each record.
type logFunc func()

func (f logFunc) Enabled(context.Context, slog.Level) bool { return true }
func (f logFunc) WithAttrs([]slog.Attr) slog.Handler       { return f }
func (f logFunc) WithGroup(string) slog.Handler            { return f }

func (f logFunc) Handle(context.Context, slog.Record) error {
	f()
	return nil
}

// callbackGroup runs callbacks that fail in every way, for calls and for
// notifications, under Handlers with every safeguard.
func callbackGroup(t *testing.T) {
	type one struct {
		fault
		safeguard
		notification bool
	}
	var cases []one
	for _, c := range faults() {
		for _, g := range safeguards() {
			cases = append(cases, one{c, g, false}, one{c, g, true})
		}
	}
	s := start(t, config{hooks: true, timeout: 20 * time.Millisecond})
	each(t, cases,
		func(c one) string {
			return fmt.Sprintf("%s, %s, notification %v", c.fault.name, c.safeguard.name, c.notification)
		},
		func(t *testing.T, c one) {
			if c.notification {
				c.fault.notify(t, s, c.safeguard)
			} else {
				c.fault.call(t, s, c.safeguard)
			}
		})
	s.stop(t)
	t.Run("old panic", oldPanic)
	t.Run("outlives the request", outlives)
	for _, when := range []string{"before", "during", "after"} {
		t.Run("client gone "+when, func(t *testing.T) { clientGone(t, when) })
	}
}

// oldPanic runs panic(nil) with its meaning before Go 1.21, which a program can
// ask for: recover returns nil.
func oldPanic(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	s := start(t, config{hooks: true})
	c := fault{name: "panic, nil", on: panics(func() { panic(nil) }), panicked: true}
	for _, g := range safeguards() {
		t.Run(g.name, func(t *testing.T) {
			c.call(t, s, g)
			c.notify(t, s, g)
		})
	}
	s.stop(t)
}

// call runs a fault in the callback of a call.
func (c fault) call(t *testing.T, s *server, g safeguard) {
	want := c.outcome(g)
	c.run(t, s, g, post(call("fault")), want, want.Err != nil, c.panicked || g.panics || g.done)
}

// outcome returns what comes of a call. Err only says whether there is one.
func (c fault) outcome(g safeguard) voxhook.Outcome {
	switch {
	case c.cut:
		return voxhook.Outcome{Err: http.ErrAbortHandler}
	case c.good && !g.hook:
		return voxhook.Outcome{Status: 200, Document: true}
	case g.heard != nil:
		return voxhook.Outcome{Status: 200, Document: true, Fallback: true, Err: errBoom}
	case errors.Is(c.is, voxhook.ErrNoDocument) && !g.hook:
		return voxhook.Outcome{Status: 200, Document: true, Fallback: true, Err: errBoom}
	case errors.Is(c.is, voxhook.ErrUnhandled):
		return voxhook.Outcome{Status: 501, Err: errBoom}
	}
	return voxhook.Outcome{Status: 500, Err: errBoom}
}

// notify runs a fault in the callback of a notification. It has no document,
// and its failure is always an error status.
func (c fault) notify(t *testing.T, s *server, g safeguard) {
	want := voxhook.Outcome{Status: 500, Err: errBoom}
	switch {
	case c.cut:
		want = voxhook.Outcome{Err: http.ErrAbortHandler}
	case c.good, c.document:
		want = voxhook.Outcome{Status: 204}
	}
	request := post(strings.Replace(call("fault"), "ringing", "completed&CallDuration=1", 1))
	c.run(t, s, g, request, want, want.Err != nil, c.panicked || g.done)
}

// run runs a fault and compares the outcome, the record in the log, and
// whether that has a stack. The next request is answered as if nothing had
// happened.
func (c fault) run(t *testing.T, s *server, g safeguard, request string, want voxhook.Outcome, failed, stack bool) {
	answered := make(chan struct{})
	conn := s.dial(t, func(p *peer) {
		r := &faultRun{t: t, s: s, p: p, c: c, answered: answered}
		p.handler = r.handler()
		r.settings = &p.handler.Settings
		p.secrets = c.secrets
		g.setup(r)
	})
	defer conn.Close()
	require.NoError(t, conn.send(request))
	if c.cut {
		conn.ended(t)
	} else {
		got, err := conn.read("POST")
		require.NoError(t, err)
		got.check(t, "POST", want.Status)
		if want.Fallback {
			assert.Equal(t, g.heard.String(), got.body, "the empty document without a Fallback")
		}
	}
	close(answered)
	if !c.cut {
		require.NoError(t, conn.send(post(call("1"))))
		got, err := conn.read("POST")
		require.NoError(t, err)
		got.check(t, "POST", 200)
		assert.Equal(t, greeting("1"), got.body)
	}
	require.NoError(t, conn.Close())
	p := conn.gone(t)
	c.checkLog(t, p.log.String(), g, failed && !c.cut, stack)
	if p.hooks != nil {
		c.checkOutcomes(t, p.outcomes, g, want)
	}
}

// handler returns a Handler whose callbacks have the fault for one call.
func (r *faultRun) handler() *voxhook.Handler {
	on := r.s.counted(func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		if ev.Webhook().CallSid == "fault" {
			return r.c.on(ctx, ev)
		}
		return greet(ctx, ev)
	})
	return &voxhook.Handler{
		OnIncomingCall: func(ctx context.Context, e *voxhook.IncomingCall) (voxml.Response, error) { return on(ctx, e) },
		OnStatusChange: func(ctx context.Context, e *voxhook.StatusChange) error {
			_, err := on(ctx, e)
			return err
		},
		Settings: r.p.handler.Settings,
	}
}

// checkLog checks that a failure is one record.
func (c fault) checkLog(t *testing.T, text string, g safeguard, failed, stack bool) {
	t.Helper()
	if g.mute || !failed && !g.done || c.name == "Goexit" {
		assert.Empty(t, text)
		return
	}
	assert.Equal(t, 1, strings.Count(text, "\n"), "%s", text)
	assert.Equal(t, 1, strings.Count(text, `"level":"ERROR"`), "%s", text)
	if failed {
		assert.Contains(t, text, c.logged)
	}
	assert.Equal(t, stack || g.done, strings.Contains(text, `"stack":"`), "%s", text)
}

// checkOutcomes checks what Done got, of the fault and of the good request
// after it.
func (c fault) checkOutcomes(t *testing.T, got []voxhook.Outcome, g safeguard, want voxhook.Outcome) {
	t.Helper()
	if c.name == "Goexit" {
		assert.Empty(t, got)
		return
	}
	if c.cut {
		assert.Len(t, got, 1)
	} else if assert.Len(t, got, 2) {
		assert.Equal(t, voxhook.Outcome{Status: 200, Document: true}, got[1])
	}
	if len(got) == 0 {
		return
	}
	first := got[0]
	if assert.Equal(t, want.Err == nil, first.Err == nil) && first.Err != nil && !g.hook {
		c.checkError(t, first.Err)
	}
	want.Err = first.Err
	assert.Equal(t, want, first)
}

// checkError checks the error of a fault.
func (c fault) checkError(t *testing.T, err error) {
	t.Helper()
	if c.mute {
		return
	}
	var caught *voxhook.PanicError
	if assert.Equal(t, c.panicked, errors.As(err, &caught)) && c.panicked {
		assert.Contains(t, string(caught.Stack), "torture")
	}
	if c.is != nil {
		assert.ErrorIs(t, err, c.is)
	}
	if c.as != nil {
		assert.ErrorAs(t, err, reflect.New(reflect.TypeOf(c.as).Elem()).Interface())
	}
	if c.text != "" {
		assert.EqualError(t, err, c.text)
	}
	if !c.secrets {
		noSecret(t, err.Error())
	}
}

// outlives has callbacks leave goroutines that go on with the event and the
// request.
func outlives(t *testing.T) {
	var left sync.WaitGroup
	release := make(chan struct{})
	texts := make(chan string, 100)
	s := start(t, config{on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		left.Go(func() {
			text := fmt.Sprintf("%+v", ev) // while the answer is written
			<-release
			<-ctx.Done()
			w := ev.Webhook()
			assert.Equal(t, text, fmt.Sprintf("%+v", ev))
			assert.Equal(t, "/voice", voxhook.RequestFrom(ctx).URL.Path)
			assert.Same(t, ev, voxhook.EventFrom(ctx))
			texts <- w.CallSid + " " + w.Params.Get("a") + " " + w.Vars["b.c"]
		})
		return greet(ctx, ev)
	}})
	conn := s.dial(t)
	var want []string
	for i := range 50 {
		// New requests would be read into the memory of old ones, if it was shared.
		require.NoError(t, conn.send(post(fmt.Sprintf("CallSid=%[1]d&a=%[1]d%[1]d&Vars={\"b\":{\"c\":\"%%3%[2]d\"}}", i, i%10))))
		got, err := conn.read("POST")
		require.NoError(t, err)
		got.check(t, "POST", 200)
		want = append(want, fmt.Sprintf("%[1]d %[1]d%[1]d %[2]d", i, i%10))
	}
	require.NoError(t, conn.Close())
	conn.gone(t)
	close(release)
	left.Wait()
	close(texts)
	var got []string
	for text := range texts {
		got = append(got, text)
	}
	assert.ElementsMatch(t, want, got)
	s.stop(t)
}

// clientGone has the client go away and looks at the callback's context.
func clientGone(t *testing.T, when string) {
	ended := make(chan error, 1)
	goOn := make(chan struct{})
	s := start(t, config{hooks: true, timeout: time.Minute, on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		if when == "during" {
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return nil, ctx.Err()
		}
		context.AfterFunc(ctx, func() { ended <- ctx.Err() })
		<-goOn
		return greet(ctx, ev)
	}})
	conn := s.dial(t)
	request := post(ringing)
	switch when {
	case "before":
		require.NoError(t, conn.send(request[:len(request)-1]))
		require.NoError(t, conn.Close())
	case "during":
		require.NoError(t, conn.send(request))
		conn.begun(t, 1)
		require.NoError(t, conn.Close())
		assert.ErrorIs(t, <-ended, context.Canceled)
	case "after":
		require.NoError(t, conn.send(request))
		conn.begun(t, 1)
		assert.Empty(t, ended, "the client is there")
		close(goOn)
		_, err := conn.read("POST")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		assert.ErrorIs(t, <-ended, context.Canceled)
	}
	p := conn.gone(t)
	if assert.Len(t, p.outcomes, 1) {
		switch err := p.outcomes[0].Err; when {
		case "before":
			assert.Empty(t, p.events)
			wantError(t, errBody, err)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		case "during":
			assert.ErrorIs(t, err, context.Canceled)
		case "after":
			assert.NoError(t, err)
		}
	}
	s.stop(t)
}
