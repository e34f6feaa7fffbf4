package voxhook_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

func TestErrorLog(t *testing.T) {
	const form = "CallSid=sid-1&From=%2B14025550100&Digits=4711471147&Confidence=plover"
	for _, tt := range []struct {
		name  string
		on    onEvent
		r     *http.Request
		level string
		attrs map[string]any // besides time, level, msg and stack
		stack bool
	}{
		{"callback", returns(errBoom), whPost("/voice/acme", form), "ERROR",
			map[string]any{"error": "boom", "status": 200.0, "call_sid": "sid-1", "kind": "GatherResult"}, false},
		{"document", func(context.Context, voxhook.Event) (voxml.Response, error) { return broken, nil }, whPost("/voice/acme", form), "ERROR",
			map[string]any{"error": brokenText + ": 5ns is not a whole number of seconds", "status": 200.0, "call_sid": "sid-1", "kind": "GatherResult"}, false},
		{"unhandled", nil, whPost("/voice/acme", form), "ERROR",
			map[string]any{"error": "voxhook: no callback for this kind of event", "status": 200.0, "call_sid": "sid-1", "kind": "GatherResult"}, false},
		{"panic", panics("boom"), whPost("/voice/acme", form), "ERROR",
			map[string]any{"error": "voxhook: callback panicked: boom", "status": 200.0, "call_sid": "sid-1", "kind": "GatherResult"}, true},
		{"refused", returns(errBoom), whPost("/voice/acme", "From=%2B14025550100&Digits=4711471147"), "WARN",
			map[string]any{"error": "voxhook: parameter CallSid is missing", "status": 400.0}, false},
		{"method", returns(errBoom), httptest.NewRequest("PUT", "/voice/acme", nil), "WARN",
			map[string]any{"error": "voxhook: method is neither GET nor POST", "status": 405.0}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log, records := newLog()
			mux := http.NewServeMux()
			mux.Handle("/voice/{tenant}", &voxhook.Handler{OnEvent: tt.on, Settings: voxhook.Settings{Fallback: fallback, ErrorLog: log}})
			rec := serve(mux, tt.r)
			got := records(t)
			require.Len(t, got, 1)
			stack, has := got[0]["stack"].(string)
			assert.Equal(t, tt.stack, has)
			assert.Equal(t, tt.stack, strings.Contains(stack, "failure_test.go"), "the stack leads to the callback")
			tt.attrs["level"], tt.attrs["msg"], tt.attrs["pattern"] = tt.level, "voice webhook failed", "/voice/{tenant}"
			delete(got[0], "time")
			delete(got[0], "stack")
			assert.Equal(t, tt.attrs, got[0])
			for _, secret := range []string{"4025550100", "4711471147", "plover"} {
				assert.NotContains(t, fmt.Sprint(got, stack)+rec.Body.String(), secret)
			}
		})
	}
}

func TestDefaultErrorLog(t *testing.T) {
	log, records := newLog()
	before := slog.Default()
	slog.SetDefault(log)
	defer slog.SetDefault(before)
	serve(&voxhook.Handler{}, whPost("/", "CallSid=1"))
	assert.Len(t, records(t), 1)
}

// A panicHandler is a slog.Handler that panics in each of its methods that
// name says.
type panicHandler struct {
	slog.Handler
	method string
}

func (h panicHandler) Enabled(ctx context.Context, l slog.Level) bool {
	if h.method == "Enabled" {
		panic("no log")
	}
	return h.Handler.Enabled(ctx, l)
}

func (h panicHandler) Handle(context.Context, slog.Record) error { panic("no log") }

// cases.md, Answering: ErrorLog's handler panics.
func TestLoggerPanics(t *testing.T) {
	for _, method := range []string{"Enabled", "Handle"} {
		log := slog.New(panicHandler{slog.NewJSONHandler(io.Discard, nil), method})
		for _, tt := range []struct {
			form, want string
		}{
			{"CallSid=1", sorry},
			{"CallSid=1&CallDuration=3&CallStatus=completed", "Internal Server Error\n"},
			{"From=1", "Bad Request\n"},
		} {
			h := &voxhook.Handler{OnEvent: returns(errBoom), Settings: voxhook.Settings{Fallback: fallback, ErrorLog: log}}
			assert.Equal(t, tt.want, serve(h, whPost("/", tt.form)).Body.String(), "%s %s", method, tt.form)
		}
	}
}

// The worst that happened makes the level.
func TestLogLevel(t *testing.T) {
	log, records := newLog()
	h := &voxhook.Handler{OnEvent: returns(errBoom), Settings: voxhook.Settings{ErrorLog: log}}
	h.ServeHTTP(badWriter{ResponseWriter: httptest.NewRecorder(), write: func([]byte) (int, error) { return 0, io.EOF }}, whPost("/", "CallSid=1"))
	require.Len(t, records(t), 1)
	assert.Equal(t, "ERROR", records(t)[0]["level"])
	assert.Equal(t, "the answer could not be sent: EOF", records(t)[0]["then"])
}

// deepPanic panics with a value at the bottom of a stack that is too long.
func deepPanic(depth int, value any) {
	if depth == 0 {
		panic(value)
	}
	deepPanic(depth-1, value)
}

// A record is bounded, whatever characters its parts consist of.
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
			assert.Greater(t, log.Len(), 9<<10, "%s %q: most of the stack is there", name, c)
		}
	}
}

// The stack is not masked: a place can have the name of a function.
func TestStackIsNotMasked(t *testing.T) {
	log, records := newLog()
	h := &voxhook.Handler{OnEvent: panics("main, 1234, 4025550100"), Settings: voxhook.Settings{ErrorLog: log}}
	serve(h, whPost("/", "CallSid=1&FromCity=MAIN&ToCity=VOXHOOK&From=%2B14025550100&Digits=1234&own=runtime"))
	require.Len(t, records(t), 1)
	assert.Equal(t, "[ToCity]: callback panicked: [FromCity], [Digits], [From]", records(t)[0]["error"])
	stack := fmt.Sprint(records(t)[0]["stack"])
	assert.Contains(t, stack, "github.com/voxhook/voxhook.(*Handler).ServeHTTP")
	assert.Contains(t, stack, "runtime/debug.Stack()")

	// But the labels of the goroutine are, which the first line can have.
	h.OnEvent = returns(&voxhook.PanicError{Value: "boom", Stack: []byte("goroutine 1 [running] {from: +14025550100}:\nmain.main()\n")})
	serve(h, whPost("/", "CallSid=1&FromCity=MAIN&From=%2B14025550100"))
	assert.Equal(t, "goroutine 1 [running] {from: [From]}:\nmain.main()\n", records(t)[1]["stack"])
}
