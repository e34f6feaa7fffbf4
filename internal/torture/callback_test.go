package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
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

var errWire = errors.New("boom")

// wireCustom is an error and a panic value of a type of its own.
type wireCustom struct{ Number string }

func (wireCustom) Error() string { return "custom" }

// wireBadError cannot even say what it is.
type wireBadError struct{}

func (wireBadError) Error() string { panic("Error") }

// wireCard holds a secret, and says it.
type wireCard struct{ Number string }

// A wireFault is a callback that does not do what it should.
type wireFault struct {
	name   string // empty: its stack is lost
	on     wireCallback
	status int   // of the answer; 0: a failure, 500 or Fallback; -1: none
	is     error // that is reported
	as     any   // pointer to what is reported, besides a PanicError
	panics bool  // a *PanicError is reported
	text   string
	tells  bool // the log may hold what the program said
	closed bool // the connection ends
}

func wirePanic(f func()) wireCallback {
	return func(context.Context, voxhook.Event) (voxml.Response, error) {
		f()
		return nil, nil
	}
}

func wireFails(err error) wireCallback {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { return nil, err }
}

func wireDocument(doc voxml.Response) wireCallback {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { return doc, nil }
}

var (
	wireFallback = voxml.Response{voxml.Say{Text: "Sorry."}}
	wireBroken   = voxml.Response{voxml.Gather{Timeout: 5, Action: "/x"}}
)

// wireWiths are the ways in which a Handler answers failures.
var wireWiths = []string{"nothing", "Fallback", "broken Fallback", "ErrorHandler", "panicking ErrorHandler"}

func wireFaults() []wireFault {
	const number = "4111111111111111"
	cyclic := []voxml.Verb{nil}
	cyclic[0] = voxml.Do{Expression: voxml.Var("a").Equal("b"), Verbs: cyclic}
	node := voxml.Element{Name: "X", Children: make([]voxml.Node, 1)}
	node.Children[0] = node
	nodes := []voxml.Node{nil}
	nodes[0] = voxml.Element{Name: "X", Children: nodes}
	var nilMap map[string]int
	var nilCall *voxhook.IncomingCall
	var nilSay *voxml.Say
	var empty []int
	zero := 0
	closed := make(chan int)
	close(closed)
	var runtimeError runtime.Error
	var nilPanic *runtime.PanicNilError
	var custom wireCustom
	var encode *voxml.Error
	wait := func(ctx context.Context, f func(error) (voxml.Response, error)) (voxml.Response, error) {
		<-ctx.Done()
		return f(ctx.Err())
	}
	say := func(text string) voxml.Response { return voxml.Response{voxml.Say{Text: text}} }

	return []wireFault{
		{name: "panic, error", on: wirePanic(func() { panic(errWire) }), panics: true, is: errWire},
		{name: "panic, wrapped error", on: wirePanic(func() { panic(fmt.Errorf("x: %w", io.EOF)) }), panics: true, is: io.EOF},
		{name: "panic, custom error", on: wirePanic(func() { panic(wireCustom{number}) }), panics: true, as: &custom},
		{name: "panic, string", on: wirePanic(func() { panic("boom") }), panics: true, text: "voxhook: callback panicked: boom"},
		{name: "panic, empty string", on: wirePanic(func() { panic("") }), panics: true},
		{name: "panic, number", on: wirePanic(func() { panic(7) }), panics: true, text: "voxhook: callback panicked: 7"},
		{name: "panic, nil", on: wirePanic(func() { panic(nil) }), panics: true, as: &nilPanic},
		{name: "panic, nil error", on: wirePanic(func() { var err error; panic(err) }), panics: true, as: &nilPanic},
		{name: "panic, nil pointer that is an error", on: wirePanic(func() { panic((*voxhook.ParamError)(nil)) }), panics: true},
		{name: "panic, struct", on: wirePanic(func() { panic(wireCard{number}) }), panics: true, tells: true},
		{name: "panic, pointer", on: wirePanic(func() { panic(&wireCard{number}) }), panics: true, tells: true},
		{name: "panic, a PanicError", on: wirePanic(func() { panic(&voxhook.PanicError{Value: errWire}) }), panics: true, is: errWire},
		{name: "panic, a type that cannot be compared", on: wirePanic(func() { panic([]int{1}) }), panics: true},
		{name: "panic, function", on: wirePanic(func() { panic(func() {}) }), panics: true},
		{name: "panic in a deferred call", on: wirePanic(func() { defer panic("second"); panic("first") }), panics: true, text: "voxhook: callback panicked: second"},
		{name: "panic, an error of the package", on: wirePanic(func() { panic(voxhook.ErrMethod) }), panics: true, is: voxhook.ErrMethod},
		{name: "write to nil map", on: wirePanic(func() { nilMap["a"] = 1 }), panics: true},
		{name: "nil pointer", on: wirePanic(func() { _ = nilCall.CallSid }), panics: true, as: &runtimeError},
		{name: "index", on: wirePanic(func() { _ = empty[zero] }), panics: true, as: &runtimeError},
		{name: "slice", on: wirePanic(func() { _ = number[zero+20:] }), panics: true, as: &runtimeError},
		{name: "division", on: wirePanic(func() { _ = 1 / zero }), panics: true, as: &runtimeError},
		{name: "type assertion", on: wirePanic(func() { var v any = number; _ = v.(int) }), panics: true, as: &runtimeError},
		{name: "close of a closed channel", on: wirePanic(func() { close(closed) }), panics: true, as: &runtimeError},
		{name: "send on a closed channel", on: wirePanic(func() { closed <- 1 }), panics: true, as: &runtimeError},
		{name: "Goexit", on: wirePanic(runtime.Goexit), panics: true, text: "voxhook: callback panicked: runtime.Goexit, or panic(nil)", closed: true},
		{name: "ErrAbortHandler", on: wirePanic(func() { panic(http.ErrAbortHandler) }), status: -1, closed: true},

		{name: "error", on: wireFails(errWire), is: errWire},
		{name: "error with a document", on: func(context.Context, voxhook.Event) (voxml.Response, error) { return say("no"), errWire }, is: errWire},
		{name: "error with a broken document", on: func(context.Context, voxhook.Event) (voxml.Response, error) { return wireBroken, errWire }, is: errWire},
		{name: "ErrAbortHandler as an error", on: wireFails(http.ErrAbortHandler), is: http.ErrAbortHandler},
		{name: "error with a secret", on: wireFails(errors.New(number)), tells: true},
		{name: "wrapped Canceled", on: wireFails(fmt.Errorf("x: %w", context.Canceled)), is: context.Canceled},
		{name: "wrapped DeadlineExceeded", on: wireFails(fmt.Errorf("x: %w", context.DeadlineExceeded)), is: context.DeadlineExceeded},
		{name: "error, nil pointer", on: wireFails((*voxhook.ParamError)(nil))},
		{name: "error, nil PanicError", on: wireFails((*voxhook.PanicError)(nil))},
		{name: "error that panics", on: wireFails(wireBadError{})},
		{name: "panic, error that panics", on: wirePanic(func() { panic(wireBadError{}) }), panics: true},
		{name: "joined errors", on: wireFails(errors.Join(errWire, io.EOF)), is: io.EOF},
		{name: "error of the package", on: wireFails(voxhook.ErrTooLarge), is: voxhook.ErrTooLarge},

		{name: "hangs until its context ends", on: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			return wait(ctx, func(err error) (voxml.Response, error) { return nil, err })
		}, is: context.DeadlineExceeded},
		{name: "document after its context has ended", on: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			return wait(ctx, func(error) (voxml.Response, error) { return say("late"), nil })
		}, status: 200},
		{name: "panic after its context has ended", on: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			return wait(ctx, func(err error) (voxml.Response, error) { panic(err) })
		}, panics: true, is: context.DeadlineExceeded},

		{name: "document, 5 ns", on: wireDocument(wireBroken), as: &encode},
		{name: "document, negative time", on: wireDocument(voxml.Response{voxml.Gather{Timeout: -time.Second}}), as: &encode},
		{name: "document, nil verb", on: wireDocument(voxml.Response{nil}), as: &encode},
		{name: "document, pointer", on: wireDocument(voxml.Response{&voxml.Say{Text: number}}), as: &encode},
		{name: "document, nil pointer", on: wireDocument(voxml.Response{nilSay}), as: &encode},
		{name: "document, cyclic verbs", on: wireDocument(cyclic), as: &encode},
		{name: "document, cyclic elements", on: wireDocument(voxml.Response{voxml.Element{Name: "X", Children: nodes}}), as: &encode},
		{name: "document, nil node", on: wireDocument(voxml.Response{node}), as: &encode},
		{name: "document, too long", on: wireDocument(say(strings.Repeat(number, voxml.MaxSize/16+1))), as: &encode},
		{name: "document, too many verbs", on: wireDocument(make(voxml.Response, voxml.MaxElements+1)), as: &encode},
		{name: "document, bad name", on: wireDocument(voxml.Response{voxml.Element{Name: number + " x"}}), as: &encode},
		{name: "document, bad attribute", on: wireDocument(voxml.Response{voxml.Say{Attrs: voxml.Attrs{{Name: number + "<", Value: number}}}}), as: &encode},
		{name: "document with what XML cannot carry", on: wireDocument(say("\x00\xff]]>\uFFFE<&")), status: 200},
		{name: "document, empty", on: wireDocument(voxml.Response{}), status: 200},
		{name: "document, nil", on: wireDocument(nil), status: 200},
	}
}

// callbackGroup runs callbacks that fail in every way, under Handlers that
// answer failures in every way.
func callbackGroup(t *testing.T) (tried, wrong int) {
	defer wireLeaks(t)()
	g := &wireGroup{t: t}
	for _, c := range wireFaults() {
		for _, with := range wireWiths {
			g.run(c.name+", "+with, func(t *testing.T) { c.run(t, with) })
		}
	}
	// A program can ask for the old meaning of panic(nil).
	old := wireFault{on: wirePanic(func() { panic(nil) }), panics: true, text: "voxhook: callback panicked: runtime.Goexit, or panic(nil)"}
	for _, with := range wireWiths {
		g.run("panic, nil of old, "+with, func(t *testing.T) {
			t.Setenv("GODEBUG", "panicnil=1")
			old.run(t, with)
		})
	}
	for name, f := range map[string]func(*testing.T){
		"outlives the request": wireOutlives,
		"client gone before":   func(t *testing.T) { wireGone(t, "before") },
		"client gone during":   func(t *testing.T) { wireGone(t, "during") },
		"client gone after":    func(t *testing.T) { wireGone(t, "after") },
	} {
		g.run(name, f)
	}
	return g.result()
}

func (c wireFault) run(t *testing.T, with string) {
	s := wireNewFault(t, c, with)
	conn := s.dial(t)
	request := func(sid string) string { return wirePost(strings.Replace(wireBody, "=1", "="+sid, 1)) }
	status := c.status
	if status == 0 {
		status = 500
		if with == "Fallback" {
			status = 200
		}
	}
	closed := c.closed
	if with == "panicking ErrorHandler" && c.status == 0 {
		status, closed = -1, true
	}

	require.NoError(t, conn.send(request("fault")))
	if status >= 0 {
		got, err := conn.read("POST")
		if assert.NoError(t, err) {
			wireStatus(t, status, got)
			switch {
			case status == 200 && c.status == 0:
				assert.Equal(t, wireFallback.String(), got.body)
			case status == 200:
				assert.Equal(t, "application/xml", got.header.Get("Content-Type"))
			default:
				assert.Equal(t, "Internal Server Error\n", got.body)
			}
		}
	}
	if closed {
		conn.ended(t)
		require.NoError(t, conn.Close())
		s.await(t, conn.addr, "closed", func(p *wirePeer) bool { return p.closed })
		p := s.await(t, conn.addr, "callback", func(p *wirePeer) bool { return p.calls == 1 })
		c.reported(t, s, p.errs, with)
		conn = s.dial(t)
	}

	// The next request is answered as if nothing had been.
	require.NoError(t, conn.send(request("1")))
	got, err := conn.read("POST")
	if assert.NoError(t, err) {
		wireStatus(t, 200, got)
		assert.Equal(t, wireAnswer, got.body)
	}
	require.NoError(t, conn.Close())
	p := s.await(t, conn.addr, "closed", func(p *wirePeer) bool { return p.closed })
	if !closed {
		c.reported(t, s, p.errs, with)
	}
	assert.EqualValues(t, 2, s.calls.Load())
	assert.Zero(t, s.running.Load())
	if c.tells {
		_ = s.http.Close()
		<-s.served
		return
	}
	s.stop(t)
}

func wireNewFault(t *testing.T, c wireFault, with string) *wireServer {
	var s *wireServer
	record := func(r *http.Request, err error) {
		s.peer(r.RemoteAddr, func(p *wirePeer) { p.errs = append(p.errs, err) })
	}
	s = wireStart(t, wireConfig{
		on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			if ev.Webhook().CallSid == "fault" {
				return c.on(ctx, ev)
			}
			return wireGood(ctx, ev)
		},
		handler: func(h *voxhook.Handler) {
			h.Settings.Timeout = 20 * time.Millisecond
			switch with {
			case "Fallback":
				h.Settings.Fallback = wireFallback
			case "broken Fallback":
				h.Settings.Fallback = wireBroken
			case "ErrorHandler":
				h.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
					record(r, err)
					http.Error(w, "Internal Server Error", 500)
				}
			case "panicking ErrorHandler":
				h.ErrorHandler = func(_ http.ResponseWriter, r *http.Request, err error) {
					record(r, err)
					panic("ErrorHandler")
				}
			}
		},
	})
	return s
}

// reported checks what became of the error.
func (c wireFault) reported(t *testing.T, s *wireServer, errs []error, with string) {
	t.Helper()
	records := strings.Count(s.log.String(), `"msg":"voice webhook failed"`)
	want := 1
	switch {
	case c.status != 0:
		want = 0
	case with == "broken Fallback":
		want = 2
	case s.handler.ErrorHandler != nil:
		want = 0
	}
	assert.Equal(t, want, records, "%s", s.log.String())
	assert.Equal(t, c.panics && want > 0, strings.Contains(s.log.String(), `"stack":`))
	if s.handler.ErrorHandler == nil {
		return
	}
	if c.status != 0 {
		assert.Empty(t, errs)
		return
	}
	if !assert.Len(t, errs, 1) {
		return
	}
	if strings.HasPrefix(c.name, "error, nil") {
		assert.ErrorContains(t, errs[0], " as its error: return nil itself")
		return
	}
	if c.name == "error that panics" {
		return // nothing can be asked of it
	}
	var caught *voxhook.PanicError
	if assert.Equal(t, c.panics, errors.As(errs[0], &caught)) && c.panics && c.name != "" {
		assert.Contains(t, string(caught.Stack), "torture")
	}
	if c.is != nil {
		assert.ErrorIs(t, errs[0], c.is)
	}
	if c.as != nil {
		assert.ErrorAs(t, errs[0], c.as)
	}
	if c.text != "" {
		assert.EqualError(t, errs[0], c.text)
	}
	if !c.tells {
		wireNoSecret(t, errs[0].Error())
	}
}

// wireOutlives has callbacks leave goroutines behind that go on with the event
// and the request.
func wireOutlives(t *testing.T) {
	var left sync.WaitGroup
	release := make(chan struct{})
	texts := make(chan string, 100)
	s := wireStart(t, wireConfig{on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		left.Go(func() {
			text := fmt.Sprintf("%+v", ev) // while the answer is written
			<-release
			<-ctx.Done()
			w := ev.Webhook()
			assert.Equal(t, text, fmt.Sprintf("%+v", ev))
			assert.Equal(t, "/voice", voxhook.RequestFrom(ctx).URL.Path)
			texts <- w.CallSid + " " + w.Params.Get("a") + " " + w.Vars["b.c"]
		})
		return wireGood(ctx, ev)
	}})
	conn := s.dial(t)
	var want []string
	for i := range 50 {
		// New requests would be read into the memory of old ones, if it was shared.
		require.NoError(t, conn.send(wirePost(fmt.Sprintf("CallSid=%[1]d&a=%[1]d%[1]d&Vars={\"b\":{\"c\":\"%%3%[2]d\"}}", i, i%10))))
		got, err := conn.read("POST")
		require.NoError(t, err)
		wireStatus(t, 200, got)
		want = append(want, fmt.Sprintf("%[1]d %[1]d%[1]d %[2]d", i, i%10))
	}
	require.NoError(t, conn.Close())
	s.await(t, conn.addr, "closed", func(p *wirePeer) bool { return p.closed })
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

// wireGone has the client go away, and looks at the callback's context.
func wireGone(t *testing.T, when string) {
	ended := make(chan error, 1)
	goOn := make(chan struct{})
	s := wireStart(t, wireConfig{
		errorHandler: true,
		handler:      func(h *voxhook.Handler) { h.Settings.Timeout = time.Minute },
		on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			if when == "during" {
				<-ctx.Done()
				ended <- context.Cause(ctx)
				return nil, ctx.Err()
			}
			context.AfterFunc(ctx, func() { ended <- ctx.Err() })
			<-goOn
			return wireGood(ctx, ev)
		},
	})
	conn := s.dial(t)
	request := wirePost(wireBody)
	switch when {
	case "before":
		require.NoError(t, conn.send(request[:len(request)-1]))
		require.NoError(t, conn.Close())
	case "during":
		require.NoError(t, conn.send(request))
		s.await(t, conn.addr, "callback", func(p *wirePeer) bool { return p.calls == 1 })
		require.NoError(t, conn.Close())
		assert.ErrorIs(t, <-ended, context.Canceled)
	case "after":
		require.NoError(t, conn.send(request))
		s.await(t, conn.addr, "callback", func(p *wirePeer) bool { return p.calls == 1 })
		assert.Empty(t, ended, "the client is there")
		close(goOn)
		_, err := conn.read("POST")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		assert.ErrorIs(t, <-ended, context.Canceled)
	}
	p := s.await(t, conn.addr, "closed", func(p *wirePeer) bool { return p.closed })
	switch when {
	case "before":
		assert.Zero(t, p.calls)
		if assert.Len(t, p.errs, 1) {
			wireError(t, errWireBody, p.errs[0])
			assert.ErrorIs(t, p.errs[0], io.ErrUnexpectedEOF)
		}
	case "during":
		if assert.Len(t, p.errs, 1) {
			assert.ErrorIs(t, p.errs[0], context.Canceled)
		}
	case "after":
		assert.Empty(t, p.errs)
	}
	s.stop(t)
}
