package voxhook

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
)

var (
	// ErrUnhandled is the error for an event that needs a document but for
	// which the [Handler] has no callback.
	ErrUnhandled = errors.New("voxhook: no callback for this kind of event")

	// ErrNoDocument is the error for a callback that returned neither a
	// document nor an error while the call goes on. To say nothing, return
	// voxml.Response{}, which is not nil.
	ErrNoDocument = errors.New("voxhook: the callback returned no document")

	// errNoCallback is logged for a notification without a callback if a
	// caller may be waiting.
	errNoCallback = errors.New("voxhook: no callback for this notification while the call goes on")

	// errWrongURL is logged if the only callback is OnStatusChange and the call
	// goes on.
	errWrongURL = errors.New("voxhook: OnStatusChange received a webhook of a call that goes on: " +
		"is this the URL for calls or recordings?")
)

// PanicError reports a callback or a hook that panicked. A panic with
// [http.ErrAbortHandler] is not reported; it is passed on to net/http.
type PanicError struct {
	// Value is the value of the panic.
	Value any

	// Stack is the stack trace of the goroutine, in the format of
	// [debug.Stack].
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("voxhook: callback panicked: %v", e.Value) }

// Unwrap returns Value if it is an error, and nil otherwise.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	if isNilPointer(err) {
		return nil
	}
	return err
}

// isNilPointer reports whether err holds a nil pointer, on which Error would
// usually panic.
func isNilPointer(err error) bool {
	v := reflect.ValueOf(err)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// protect runs f and returns a panic as a *[PanicError]. If f calls
// [runtime.Goexit], protect does not return.
func protect(f func() error) (err error) {
	panicked := true // recover returns nil for panic(nil) under GODEBUG=panicnil=1
	defer func() {
		if panicked {
			err = &PanicError{Value: recover(), Stack: debug.Stack()}
		}
	}()
	err = f()
	panicked = false
	return err
}

// aborted reports whether err is a panic with http.ErrAbortHandler.
func aborted(err error) bool {
	p, ok := err.(*PanicError)
	return ok && p != nil && p.Value == http.ErrAbortHandler
}

// maxTree is the largest number of errors that walk visits, so that walk ends
// even if an error wraps itself.
const maxTree = 10000

// walk calls f with err and the errors that it wraps, in the order of
// [errors.Is], until f returns true. Methods of errors may panic, as those of
// nil pointers do; walk then goes on with the next error.
func walk(err error, f func(error) bool) (found bool) {
	pending := []error{err}
	for range maxTree {
		if found || len(pending) == 0 {
			break
		}
		last := len(pending) - 1
		e := pending[last]
		pending = pending[:last]
		_ = protect(func() error { found = f(e); return nil })
		_ = protect(func() error {
			switch e := e.(type) {
			case interface{ Unwrap() error }:
				pending = append(pending, e.Unwrap())
			case interface{ Unwrap() []error }:
				for _, inner := range slices.Backward(e.Unwrap()) {
					pending = append(pending, inner)
				}
			}
			return nil
		})
	}
	return found
}

// is is errors.Is for an error whose methods may panic.
func is(err, target error) bool {
	return walk(err, func(e error) bool {
		if e == target {
			return true
		}
		asks, ok := e.(interface{ Is(error) bool })
		return ok && asks.Is(target)
	})
}

// as is errors.As for an error whose methods may panic. It does not find nil
// pointers.
func as[T error](err error) (found T, ok bool) {
	ok = walk(err, func(e error) bool {
		if t, ok := e.(T); ok {
			found = t
			return !isNilPointer(e)
		}
		asks, ok := e.(interface{ As(any) bool })
		return ok && asks.As(&found)
	})
	return found, ok
}
