package torture

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var apology = voxml.Response{voxml.Say{Text: "Sorry."}}

// A fault is a misbehavior of a callback. Package voxhook tests all kinds of
// failure; these tests check what happens to the connection.
type fault struct {
	name    string
	do      func(context.Context) (voxml.Response, error)
	is      error // for errors.Is; nil for no error
	panics  bool  // the error is a *voxhook.PanicError
	cut     bool  // the connection ends without an answer
	unknown bool  // no hook and no log learns of it
}

func faults() []fault {
	errBoom := errors.New("boom")
	gone := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	return []fault{
		{name: "error", is: errBoom, do: func(context.Context) (voxml.Response, error) { return apology, errBoom }},
		{name: "panic", is: errBoom, panics: true, do: func(context.Context) (voxml.Response, error) { panic(errBoom) }},
		{name: "panic in a deferred call", is: errBoom, panics: true, do: func(context.Context) (voxml.Response, error) {
			defer panic(errBoom)
			panic("first")
		}},
		{name: "no document", is: voxhook.ErrNoDocument, do: func(context.Context) (voxml.Response, error) { return nil, nil }},
		{name: "waits until its context ends", is: context.DeadlineExceeded, do: func(ctx context.Context) (voxml.Response, error) { return nil, gone(ctx) }},
		{name: "document after its context has ended", do: func(ctx context.Context) (voxml.Response, error) {
			_ = gone(ctx)
			return voxml.Response{}, nil
		}},
		{name: "panic after its context has ended", is: context.DeadlineExceeded, panics: true, do: func(ctx context.Context) (voxml.Response, error) {
			panic(gone(ctx))
		}},
		{name: "Goexit", cut: true, unknown: true, do: func(context.Context) (voxml.Response, error) {
			runtime.Goexit()
			return nil, nil
		}},
		{name: "ErrAbortHandler", cut: true, is: http.ErrAbortHandler, panics: true, do: func(context.Context) (voxml.Response, error) {
			panic(http.ErrAbortHandler)
		}},
	}
}

// callbackGroup runs callbacks that fail, and callbacks whose goroutines
// outlive the answer.
func callbackGroup(t *testing.T) {
	type one struct {
		fault
		fallback voxml.Response
	}
	var cases []one
	for _, c := range faults() {
		cases = append(cases, one{c, nil}, one{c, apology})
	}
	each(t, cases, func(c one) string { return fmt.Sprintf("%s, Fallback %v", c.name, c.fallback != nil) },
		func(t *testing.T, c one) { c.run(t, c.fallback) })
	t.Run("outlives the request", outlives)
}

// run makes a call fail and checks that the next request on the connection is
// answered normally.
func (c fault) run(t *testing.T, fallback voxml.Response) {
	s := start(t, config{
		settings: voxhook.Settings{Timeout: 20 * time.Millisecond, Fallback: fallback},
		on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			if ev.Webhook().CallSid == "fault" {
				return c.do(ctx)
			}
			return greet(ctx, ev)
		},
	})
	defer s.stop(t)
	want := voxhook.Outcome{Status: 200, Document: true}
	switch {
	case c.cut:
		want = voxhook.Outcome{}
	case c.is != nil && fallback == nil && c.is != voxhook.ErrNoDocument:
		want = voxhook.Outcome{Status: 500}
	case c.is != nil:
		want.Fallback = true
	}
	conn := s.dial(t)
	require.NoError(t, conn.send(post(call("fault"))))
	if c.cut {
		conn.ended(t)
	} else {
		got, err := conn.read("POST")
		require.NoError(t, err)
		got.check(t, "POST", want.Status)
		if want.Fallback {
			assert.Equal(t, fallback.String(), got.body, "the answer must be the Fallback, or <Response/> without one")
		}
		conn.good(t)
	}
	require.NoError(t, conn.Close())
	s.quiet(t)
	text := s.log.String()
	assert.Equal(t, c.is != nil && !c.cut, strings.Count(text, `"level":"ERROR"`) == 1, "%s", text)
	assert.Equal(t, c.panics && !c.cut, strings.Contains(text, `"stack":"`), "%s", text)
	if c.unknown {
		assert.Empty(t, s.outcomes)
		return
	}
	require.NotEmpty(t, s.outcomes)
	var caught *voxhook.PanicError
	err := s.outcomes[0].Err
	assert.ErrorIs(t, err, c.is)
	assert.Equal(t, c.panics, errors.As(err, &caught))
	want.Err = err
	assert.Equal(t, want, s.outcomes[0])
	if !c.cut {
		assert.Equal(t, []voxhook.Outcome{{Status: 200, Document: true}}, s.outcomes[1:])
	}
}

// outlives runs callbacks whose goroutines use the event and the request after
// the answer.
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
		assert.NoError(t, ctx.Err(), "the client has not gone away")
		return greet(ctx, ev)
	}})
	defer s.stop(t)
	conn := s.dial(t)
	var want []string
	for i := range 50 {
		// If requests shared memory, new ones would overwrite old ones.
		require.NoError(t, conn.send(post(fmt.Sprintf("CallSid=%[1]d&a=%[1]d%[1]d&Vars={\"b\":{\"c\":\"%%3%[2]d\"}}", i, i%10))))
		got, err := conn.read("POST")
		require.NoError(t, err)
		got.check(t, "POST", 200)
		want = append(want, fmt.Sprintf("%[1]d %[1]d%[1]d %[2]d", i, i%10))
	}
	require.NoError(t, conn.Close())
	s.quiet(t)
	close(release)
	left.Wait()
	close(texts)
	var got []string
	for text := range texts {
		got = append(got, text)
	}
	assert.ElementsMatch(t, want, got)
}
