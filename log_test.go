package voxhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

func TestDefaultErrorLog(t *testing.T) {
	log, records := newLog()
	before := slog.Default()
	slog.SetDefault(log)
	defer slog.SetDefault(before)
	serve(&voxhook.Handler{}, whPost("/", "CallSid=1"))
	assert.Len(t, records(t), 1)
}

// A panicHandler is a slog.Handler that panics in Handle or in Enabled.
type panicHandler struct {
	slog.Handler
	enabled bool
}

func (h panicHandler) Enabled(context.Context, slog.Level) bool {
	if !h.enabled {
		panic("no log")
	}
	return true
}

func (h panicHandler) Handle(context.Context, slog.Record) error { panic("no log") }

// The answer is the same if the handler of ErrorLog panics.
func TestLoggerPanics(t *testing.T) {
	for _, enabled := range []bool{false, true} {
		for form, want := range map[string]string{
			"CallSid=1": sorry, "CallSid=1&CallDuration=3&CallStatus=completed": "Internal Server Error\n", "From=1": "Bad Request\n",
		} {
			h := voxhook.Settings{Fallback: fallback, ErrorLog: slog.New(panicHandler{enabled: enabled})}.OnEvent(returns(errBoom))
			assert.Equal(t, want, serve(h, whPost("/", form)).Body.String(), form)
		}
	}
}

// deepPanic panics with a value in a stack too deep for a log record.
func deepPanic(depth int, value any) {
	if depth == 0 {
		panic(value)
	}
	deepPanic(depth-1, value)
}

// The size of a record is bounded, whatever characters it contains.
func TestRecordIsBounded(t *testing.T) {
	for _, c := range []string{"x", "é", "\x01", "\x1b", "\u2028", "\U000e0001", "\xff", "<", `"`, `\`, "\n", "\x7f"} {
		for name, newHandler := range map[string]func(io.Writer) slog.Handler{
			"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
			"JSON": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		} {
			var log bytes.Buffer
			long := strings.Repeat(c, 5000)
			h := &voxhook.Handler{OnEvent: func(context.Context, voxhook.Event) (voxml.Response, error) { deepPanic(200, long); return nil, nil }}
			h.Settings.ErrorLog = slog.New(newHandler(&log))
			h.Settings.FallbackFunc = func(context.Context, voxhook.Event, error) voxml.Response { panic(long) }
			r := whPost("/", url.Values{"CallSid": {"c" + strings.Repeat(strings.ToValidUTF8(c, "?"), 300)}}.Encode())
			r.Pattern = strings.Repeat("p", 1000)
			assert.Equal(t, 500, serve(h, r).Code)
			assert.Equal(t, 1, strings.Count(log.String(), "\n"), "%s %q", name, c)
			assert.LessOrEqual(t, log.Len(), 12<<10, "%s %q", name, c)
			assert.Greater(t, log.Len(), 9<<10, "%s %q: the record must contain most of the stack", name, c)
		}
	}
}

// The stack is not masked, because a location can have the name of a function.
func TestStackIsNotMasked(t *testing.T) {
	log, records := newLog()
	h := &voxhook.Handler{OnEvent: panics("main, 1234, 4025550100"), Settings: voxhook.Settings{ErrorLog: log}}
	serve(h, whPost("/", "CallSid=1&FromCity=MAIN&ToCity=VOXHOOK&From=%2B14025550100&Digits=1234&own=runtime"))
	require.Len(t, records(t), 1)
	assert.Equal(t, "[ToCity]: callback panicked: [FromCity], [Digits], [From]", records(t)[0]["error"])
	stack := fmt.Sprint(records(t)[0]["stack"])
	assert.Contains(t, stack, "github.com/voxhook/voxhook.(*Handler).ServeHTTP")
	assert.Contains(t, stack, "runtime/debug.Stack()")

	// But the first line is masked, because it can contain labels of the
	// goroutine.
	h.OnEvent = returns(&voxhook.PanicError{Value: "boom", Stack: []byte("goroutine 1 [running] {from: +14025550100}:\nmain.main()\n")})
	serve(h, whPost("/", "CallSid=1&FromCity=MAIN&From=%2B14025550100"))
	assert.Equal(t, "goroutine 1 [running] {from: [From]}:\nmain.main()\n", records(t)[1]["stack"])
}

// A value is masked before a text is clipped: the limit does not cut it in two.
func TestMaskedBeforeClipped(t *testing.T) {
	for before := 1000; before < 1020; before++ {
		log, records := newLog()
		err := errors.New(strings.Repeat("x", before) + " +14025550100 " + strings.Repeat("y", 100))
		h := &voxhook.Handler{OnEvent: returns(err), Settings: voxhook.Settings{ErrorLog: log}}
		serve(h, whPost("/", "CallSid=1&From=%2B14025550100"))
		require.Len(t, records(t), 1)
		assert.NotContains(t, records(t)[0]["error"].(string)[before:], "1402")
	}
}
