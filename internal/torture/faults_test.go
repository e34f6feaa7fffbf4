package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A fault is a callback that does not do what it should.
type fault struct {
	name     string
	on       callback
	good     bool   // it does return a document
	document bool   // what is wrong is the document, which a notification has not
	cut      bool   // the connection ends without an answer
	panicked bool   // the error is a *voxhook.PanicError
	is       error  // that the error is
	as       any    // pointer to what the error is, besides a PanicError
	text     string // of the error
	mute     bool   // nothing can be asked of the error
	logged   string // part of the error in the log
	secrets  bool   // the log may hold what the program said
}

var errBoom = errors.New("boom")

// customError is an error and a panic value of a type of its own.
type customError struct{ Number string }

func (customError) Error() string { return "custom" }

// badError panics when it is asked.
type badError struct{}

func (badError) Error() string { panic("Error") }

type wrapped struct{ err error }

func (w wrapped) Error() string { return w.err.Error() }
func (w wrapped) Unwrap() error { return w.err }

type badUnwrap struct{}

func (badUnwrap) Error() string { return "unwrap" }
func (badUnwrap) Unwrap() error { panic("Unwrap") }

type badIs struct{}

func (badIs) Error() string { return "is" }
func (badIs) Is(error) bool { panic("Is") }

// card holds a secret and prints it.
type card struct{ Number string }

func panics(f func()) callback {
	return func(context.Context, voxhook.Event) (voxml.Response, error) {
		f()
		return nil, nil
	}
}

func fails(err error) callback {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { return nil, err }
}

func says(doc voxml.Response) callback {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { return doc, nil }
}

// broken is a document that cannot be encoded.
var broken = voxml.Response{voxml.Gather{Timeout: 5, Action: "/x"}}

func faults() []fault {
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
	var custom customError
	var encode *voxml.Error
	wait := func(ctx context.Context, f func(error) (voxml.Response, error)) (voxml.Response, error) {
		<-ctx.Done()
		return f(ctx.Err())
	}
	say := func(text string) voxml.Response { return voxml.Response{voxml.Say{Text: text}} }

	return []fault{
		{name: "panic, error", on: panics(func() { panic(errBoom) }), panicked: true, is: errBoom},
		{name: "panic, wrapped error", on: panics(func() { panic(fmt.Errorf("x: %w", io.EOF)) }), panicked: true, is: io.EOF},
		{name: "panic, custom error", on: panics(func() { panic(customError{number}) }), panicked: true, as: &custom},
		{name: "panic, string", on: panics(func() { panic("boom") }), panicked: true, text: "voxhook: callback panicked: boom"},
		{name: "panic, empty string", on: panics(func() { panic("") }), panicked: true},
		{name: "panic, number", on: panics(func() { panic(7) }), panicked: true, text: "voxhook: callback panicked: 7"},
		{name: "panic, nil", on: panics(func() { panic(nil) }), panicked: true, as: &nilPanic},
		{name: "panic, nil error", on: panics(func() { var err error; panic(err) }), panicked: true, as: &nilPanic},
		{name: "panic, nil pointer that is an error", on: panics(func() { panic((*voxhook.ParamError)(nil)) }), panicked: true},
		{name: "panic, struct", on: panics(func() { panic(card{number}) }), panicked: true, secrets: true},
		{name: "panic, pointer", on: panics(func() { panic(&card{number}) }), panicked: true, secrets: true},
		{name: "panic, a PanicError", on: panics(func() { panic(&voxhook.PanicError{Value: errBoom}) }), panicked: true, is: errBoom},
		{name: "panic, a type that cannot be compared", on: panics(func() { panic([]int{1}) }), panicked: true},
		{name: "panic, function", on: panics(func() { panic(func() {}) }), panicked: true},
		{name: "panic in a deferred call", on: panics(func() { defer panic("second"); panic("first") }), panicked: true, text: "voxhook: callback panicked: second"},
		{name: "panic, an error of the package", on: panics(func() { panic(voxhook.ErrMethod) }), panicked: true, is: voxhook.ErrMethod},
		{name: "write to nil map", on: panics(func() { nilMap["a"] = 1 }), panicked: true},
		{name: "nil pointer", on: panics(func() { _ = nilCall.CallSid }), panicked: true, as: &runtimeError},
		{name: "index", on: panics(func() { _ = empty[zero] }), panicked: true, as: &runtimeError},
		{name: "slice", on: panics(func() { _ = number[zero+20:] }), panicked: true, as: &runtimeError},
		{name: "division", on: panics(func() { _ = 1 / zero }), panicked: true, as: &runtimeError},
		{name: "type assertion", on: panics(func() { var v any = number; _ = v.(int) }), panicked: true, as: &runtimeError},
		{name: "close of a closed channel", on: panics(func() { close(closed) }), panicked: true, as: &runtimeError},
		{name: "send on a closed channel", on: panics(func() { closed <- 1 }), panicked: true, as: &runtimeError},
		{name: "Goexit", on: panics(runtime.Goexit), cut: true},
		{name: "ErrAbortHandler", on: panics(func() { panic(http.ErrAbortHandler) }), cut: true, panicked: true, is: http.ErrAbortHandler},

		{name: "error", on: fails(errBoom), is: errBoom},
		{name: "error with a document", on: func(context.Context, voxhook.Event) (voxml.Response, error) { return say("no"), errBoom }, is: errBoom},
		{name: "error with a broken document", on: func(context.Context, voxhook.Event) (voxml.Response, error) { return broken, errBoom }, is: errBoom},
		{name: "ErrAbortHandler as an error", on: fails(http.ErrAbortHandler), is: http.ErrAbortHandler},
		{name: "error with a secret", on: fails(errors.New(number)), secrets: true},
		{name: "wrapped Canceled", on: fails(fmt.Errorf("x: %w", context.Canceled)), is: context.Canceled},
		{name: "wrapped DeadlineExceeded", on: fails(fmt.Errorf("x: %w", context.DeadlineExceeded)), is: context.DeadlineExceeded},
		{name: "error, nil pointer", on: fails((*voxhook.ParamError)(nil)), logged: "return nil itself", mute: true},
		{name: "error, nil pointer, wrapped", on: fails(fmt.Errorf("save: %w", (*url.Error)(nil))), logged: "save: ", mute: true},
		{name: "error, nil PanicError", on: fails((*voxhook.PanicError)(nil)), logged: "return nil itself", mute: true},
		{name: "error that panics", on: fails(badError{}), logged: "whose Error method panics", mute: true},
		{name: "error that panics, wrapped", on: fails(wrapped{badError{}}), logged: "whose Error method panics", mute: true},
		{name: "error whose Unwrap panics", on: fails(badUnwrap{}), logged: "unwrap", mute: true},
		{name: "error whose Is panics", on: fails(badIs{}), logged: "is", mute: true},
		{name: "panic, error that panics", on: panics(func() { panic(badError{}) }), panicked: true, mute: true},
		{name: "joined errors", on: fails(errors.Join(errBoom, io.EOF)), is: io.EOF},
		{name: "error of the package", on: fails(voxhook.ErrTooLarge), is: voxhook.ErrTooLarge},

		{name: "error for an event without a callback", on: fails(fmt.Errorf("x: %w", voxhook.ErrUnhandled)), is: voxhook.ErrUnhandled},

		{name: "hangs until its context ends", on: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			return wait(ctx, func(err error) (voxml.Response, error) { return nil, err })
		}, is: context.DeadlineExceeded},
		{name: "document after its context has ended", on: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			return wait(ctx, func(error) (voxml.Response, error) { return say("late"), nil })
		}, good: true},
		{name: "panic after its context has ended", on: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			return wait(ctx, func(err error) (voxml.Response, error) { panic(err) })
		}, panicked: true, is: context.DeadlineExceeded},

		{name: "document, 5 ns", on: says(broken), document: true, as: &encode},
		{name: "document, negative time", on: says(voxml.Response{voxml.Gather{Timeout: -time.Second}}), document: true, as: &encode},
		{name: "document, nil verb", on: says(voxml.Response{nil}), document: true, as: &encode},
		{name: "document, pointer", on: says(voxml.Response{&voxml.Say{Text: number}}), document: true, as: &encode},
		{name: "document, nil pointer", on: says(voxml.Response{nilSay}), document: true, as: &encode},
		{name: "document, cyclic verbs", on: says(cyclic), document: true, as: &encode},
		{name: "document, cyclic elements", on: says(voxml.Response{voxml.Element{Name: "X", Children: nodes}}), document: true, as: &encode},
		{name: "document, nil node", on: says(voxml.Response{node}), document: true, as: &encode},
		{name: "document, too long", on: says(say(strings.Repeat(number, voxml.MaxSize/16+1))), document: true, as: &encode},
		{name: "document, too many verbs", on: says(make(voxml.Response, voxml.MaxElements+1)), document: true, as: &encode},
		{name: "document, bad name", on: says(voxml.Response{voxml.Element{Name: number + " x"}}), document: true, as: &encode},
		{name: "document, bad attribute", on: says(voxml.Response{voxml.Say{Attrs: voxml.Attrs{{Name: number + "<", Value: number}}}}), document: true, as: &encode},
		{name: "document with what XML cannot carry", on: says(say("\x00\xff]]>\uFFFE<&")), good: true},
		{name: "document, empty", on: says(voxml.Response{}), good: true},
		{name: "document, nil", on: says(nil), document: true, is: voxhook.ErrNoDocument},
	}
}
