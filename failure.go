package voxhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"strings"
)

var (
	// ErrUnhandled is the error for an event that wants a document and for
	// which a [Handler] has no callback.
	ErrUnhandled = errors.New("voxhook: no callback for this kind of event")

	// ErrNoDocument is the error for a callback that returned neither a
	// document nor an error while the call goes on. To say nothing, return an
	// empty document that is not nil.
	ErrNoDocument = errors.New("voxhook: the callback returned no document")

	// errNoCallback is logged for a notification that nobody handles and that
	// may have a caller waiting.
	errNoCallback = errors.New("voxhook: no callback for this notification while the call goes on")

	// errWrongURL is logged for a call that only OnStatusChange gets.
	errWrongURL = errors.New("voxhook: OnStatusChange got a call that goes on: is its URL the one for calls?")
)

// PanicError reports a callback or a hook that panicked. A panic with
// [http.ErrAbortHandler] is not one; it is passed on to net/http.
type PanicError struct {
	// Value is the value of the panic.
	Value any

	// Stack is the stack of the goroutine, as of [debug.Stack].
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

// protect runs f and returns its panic as a *[PanicError].
func protect(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// aborted reports whether err is a panic that net/http must see.
func aborted(err error) bool {
	p, ok := err.(*PanicError)
	return ok && p.Value == http.ErrAbortHandler
}

// is is errors.Is for an error whose methods may panic.
func is(err, target error) (found bool) {
	_ = protect(func() error { found = errors.Is(err, target); return nil })
	return found
}

// statusOf is StatusCode for an error whose methods may panic.
func statusOf(err error) int {
	status := http.StatusInternalServerError
	_ = protect(func() error { status = StatusCode(err); return nil })
	return status
}

// The sizes of what a log record can contain.
const (
	maxLoggedError = 1 << 10
	maxLoggedStack = 8 << 10
	maxLoggedValue = 64
)

// errorText returns the text of an error whose methods may panic.
func errorText(err error) string {
	text := ""
	if p := protect(func() error { text = err.Error(); return nil }); p == nil {
		return text
	}
	if isNilPointer(err) {
		return fmt.Sprintf("the callback returned a nil %T as its error: return nil itself", err)
	}
	return fmt.Sprintf("an error whose Error method panics: %T", err)
}

// clip shortens what a request or a callback can make long.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// log writes one record of bounded size about a request that failed. A logger
// that panics is ignored: nobody is left to report to.
func (x *exchange) log(ctx context.Context, status int) {
	logger := x.h.Settings.ErrorLog
	if logger == nil {
		logger = slog.Default()
	}
	_ = protect(func() error {
		logger.LogAttrs(ctx, x.level, "voice webhook failed", x.attrs(status)...)
		return nil
	})
}

func (x *exchange) attrs(status int) []slog.Attr {
	texts := make([]string, len(x.errs))
	stack := ""
	for i, err := range x.errs {
		texts[i] = clip(masked(x.ev, errorText(err)), maxLoggedError)
		var p *PanicError
		_ = protect(func() error { errors.As(err, &p); return nil })
		if p != nil && stack == "" {
			stack = clip(masked(x.ev, string(p.Stack)), maxLoggedStack)
		}
	}
	attrs := []slog.Attr{slog.String("error", texts[0]), slog.Int("status", status)}
	if len(texts) > 1 {
		attrs = append(attrs, slog.String("then", clip(strings.Join(texts[1:], "; "), maxLoggedError)))
	}
	if x.r.Pattern != "" {
		attrs = append(attrs, slog.String("pattern", x.r.Pattern))
	}
	if x.ev != nil {
		attrs = append(attrs,
			slog.String("call_sid", clip(x.ev.Webhook().CallSid, maxLoggedValue)),
			slog.String("kind", x.ev.Kind().String()))
	}
	if stack != "" {
		attrs = append(attrs, slog.String("stack", stack))
	}
	return attrs
}
