package voxhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// onEvent is the type of Handler.OnEvent.
type onEvent = func(context.Context, voxhook.Event) (voxml.Response, error)

func returns(err error) onEvent {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { return nil, err }
}

func panics(value any) onEvent {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { panic(value) }
}

func says(text string) onEvent {
	return func(context.Context, voxhook.Event) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: text}}, nil
	}
}

var (
	errBoom  = errors.New("boom")
	fallback = voxml.Response{voxml.Say{Text: "Sorry."}}
	broken   = voxml.Response{voxml.Gather{Timeout: 5, Action: "/x"}} // 5 ns cannot be written
)

const (
	sorry      = "<Response><Say>Sorry.</Say></Response>"
	brokenText = "voxml: Response[0].Gather.timeout"
)

// A badError panics in the method with its name.
type badError string

func (e badError) in(method string) {
	if string(e) == method || e == "all" {
		panic(method + " panics")
	}
}

func (e badError) Error() string        { e.in("Error"); return "bad" }
func (e badError) String() string       { e.in("String"); return "bad" }
func (e badError) Unwrap() error        { e.in("Unwrap"); return nil }
func (e badError) Is(error) bool        { e.in("Is"); return false }
func (e badError) As(any) bool          { e.in("As"); return false }
func (e badError) LogValue() slog.Value { e.in("LogValue"); return slog.StringValue("bad") }

// A nestedPanic panics with a value whose Error method panics.
type nestedPanic struct{}

func (nestedPanic) Error() string { panic(nestedPanic{}) }

// A selfError wraps itself.
type selfError struct{}

func (e selfError) Error() string { return "it wraps itself" }
func (e selfError) Unwrap() error { return e }

// deep wraps err many times, alone and among others.
func deep(err error) error {
	for i := range 100 {
		err = fmt.Errorf("%d: %w", i, err)
		err = errors.Join(io.EOF, err)
	}
	return err
}

// A badWriter is a ResponseWriter with methods of its own.
type badWriter struct {
	http.ResponseWriter
	header func() http.Header
	write  func([]byte) (int, error)
}

func (w badWriter) Header() http.Header {
	if w.header != nil {
		return w.header()
	}
	return w.ResponseWriter.Header()
}

func (w badWriter) Write(b []byte) (int, error) {
	if w.write != nil {
		return w.write(b)
	}
	return w.ResponseWriter.Write(b)
}

// A failure is one way in which answering can fail, and what follows.
type failure struct {
	name string
	on   onEvent
	set  func(*voxhook.Settings)
	bad  badWriter

	// The answers to a call without and with a Fallback, and to a
	// notification without and with one. Empty means the usual ones.
	answers [4]string
	log     string // is in the log record; if empty, nothing is logged
}

var (
	usual = [4]string{"500", "200 Sorry.", "500", "500"}
	ok    = [4]string{"200 Hello.", "200 Hello.", "200 Hello.", "200 Hello."}
	cut   = [4]string{"no answer", "no answer", "no answer", "no answer"}
)

// fallbackFunc sets FallbackFunc for a callback that fails.
func fallbackFunc(f onEvent) func(*voxhook.Settings) {
	return func(s *voxhook.Settings) {
		s.FallbackFunc = func(ctx context.Context, ev voxhook.Event, _ error) voxml.Response {
			doc, _ := f(ctx, ev)
			return doc
		}
	}
}

var failures = []failure{
	{name: "an error", on: returns(errBoom), log: "boom"},
	{name: "an error and a document", log: "boom", on: func(context.Context, voxhook.Event) (voxml.Response, error) {
		return voxml.Response{voxml.Hangup{}}, errBoom
	}},
	{name: "an error of 1 MB", on: returns(errors.New(strings.Repeat("x", 1<<20))), log: "xxxx"},
	{name: "ErrUnhandled, wrapped", on: returns(fmt.Errorf("later: %w", voxhook.ErrUnhandled)),
		answers: [4]string{"501", "200 Sorry.", "500", "500"}, log: "later: voxhook: no callback"},
	{name: "a status for requests: a missing parameter", on: returns(&voxhook.ParamError{Param: "x", Err: voxhook.ErrMissing}), log: "parameter x"},
	{name: "a status for requests: too large", on: returns(voxhook.ErrTooLarge), log: "too large"},

	{name: "an error whose Error panics", on: returns(badError("Error")), log: "an error whose Error method panics: voxhook_test.badError"},
	{name: "an error whose Unwrap panics", on: returns(badError("Unwrap")), log: "bad"},
	{name: "an error whose Is panics", on: returns(badError("Is")), log: "bad"},
	{name: "an error whose As panics", on: returns(badError("As")), log: "bad"},
	{name: "an error whose LogValue panics", on: returns(badError("LogValue")), log: "bad"},
	{name: "an error whose methods all panic", on: returns(badError("all")), log: "an error whose Error method panics"},
	{name: "an error whose Error panics with such an error", on: returns(nestedPanic{}), log: "an error whose Error method panics"},
	{name: "an error that wraps itself", on: returns(selfError{}), log: "it wraps itself"},
	{name: "a nil pointer", on: returns((*url.Error)(nil)), log: "the callback returned a nil *url.Error as its error: return nil itself"},
	{name: "a nil *PanicError", on: returns((*voxhook.PanicError)(nil)), log: "a nil *voxhook.PanicError"},
	{name: "a nil pointer, wrapped", on: returns(fmt.Errorf("save: %w", (*url.Error)(nil))), log: "save: "},
	{name: "a nil pointer, joined", on: returns(errors.Join(errBoom, (*url.Error)(nil))), log: "it holds a nil *url.Error"},
	{name: "a nil pointer, 200 levels down", on: returns(deep((*url.Error)(nil))), log: "EOF"},
	{name: "ErrUnhandled next to a nil pointer", on: returns(errors.Join((*url.Error)(nil), deep(voxhook.ErrUnhandled))),
		answers: [4]string{"501", "200 Sorry.", "500", "500"}, log: "*errors.joinError; it holds a nil *url.Error"},

	{name: "panic: a text", on: panics("boom"), log: "voxhook: callback panicked: boom"},
	{name: "panic: an error", on: panics(errBoom), log: "voxhook: callback panicked: boom"},
	{name: "panic: nil", on: panics(nil), log: "voxhook: callback panicked: panic called with nil argument"},
	{name: "panic: a runtime error", log: "assignment to entry in nil map", on: func(context.Context, voxhook.Event) (voxml.Response, error) {
		var h http.Header
		h.Set("a", "b")
		return nil, nil
	}},
	{name: "panic: a value that cannot be compared", on: panics([]func(){nil}), log: "voxhook: callback panicked: [<nil>]"},
	{name: "panic: a value whose methods panic", on: panics(badError("all")), log: "voxhook: callback panicked: "},
	{name: "panic: a value whose panics panic", on: panics(nestedPanic{}), log: "an error whose Error method panics: *voxhook.PanicError"},
	{name: "panic: a nil pointer", on: panics((*url.Error)(nil)), log: "voxhook: callback panicked: <nil>"},
	{name: "panic: http.ErrAbortHandler", on: panics(http.ErrAbortHandler), answers: cut},
	{name: "runtime.Goexit", answers: cut, on: func(context.Context, voxhook.Event) (voxml.Response, error) {
		runtime.Goexit()
		return nil, nil
	}},

	{name: "a document that does not encode", log: brokenText,
		on: func(context.Context, voxhook.Event) (voxml.Response, error) { return broken, nil }},
	{name: "no document", on: returns(nil), answers: [4]string{"200", "200 Sorry.", "204", "204"}, log: "the callback returned no document"},
	{name: "no callback", answers: [4]string{"501", "200 Sorry.", "204", "204"}, log: "no callback for this kind of event"},

	{name: "FallbackFunc panics", on: returns(errBoom), set: fallbackFunc(panics("again")), log: "fallback: voxhook: callback panicked: again"},
	{name: "FallbackFunc returns nil", on: returns(errBoom), set: fallbackFunc(returns(nil)), log: "boom"},
	{name: "FallbackFunc returns what does not encode", on: returns(errBoom), log: "fallback: " + brokenText,
		set: fallbackFunc(func(context.Context, voxhook.Event) (voxml.Response, error) { return broken, nil })},
	{name: "FallbackFunc returns a document", on: returns(errBoom), set: fallbackFunc(says("Later.")), log: "boom",
		answers: [4]string{"200 Later.", "200 Later.", "500", "500"}},
	{name: "FallbackFunc panics with http.ErrAbortHandler", on: returns(errBoom), set: fallbackFunc(panics(http.ErrAbortHandler)), log: "boom",
		answers: [4]string{"no answer", "no answer", "500", "500"}},
	{name: "Fallback does not encode", on: returns(errBoom), set: func(s *voxhook.Settings) { s.Fallback = broken }, log: "boom",
		answers: [4]string{"500", "500", "500", "500"}},
	{name: "Fallback does not encode, no document", on: returns(nil), set: func(s *voxhook.Settings) { s.Fallback = broken }, log: "no document",
		answers: [4]string{"200", "200", "204", "204"}},

	{name: "the writer fails", on: says("Hello."), bad: badWriter{write: func([]byte) (int, error) { return 0, errBoom }},
		answers: [4]string{"200", "200", "200", "200"}, log: "the answer could not be sent: boom"},
	{name: "the writer writes too little", on: says("Hello."), bad: badWriter{write: func([]byte) (int, error) { return 1, nil }},
		answers: [4]string{"200", "200", "200", "200"}, log: "the answer could not be sent: short write"},
	{name: "the writer fails, and so did the callback", on: returns(errBoom), bad: badWriter{write: func([]byte) (int, error) { return 0, io.EOF }},
		answers: [4]string{"500", "200", "500", "500"}, log: "the answer could not be sent: EOF"},
	{name: "the writer panics", on: says("Hello."), bad: badWriter{write: func([]byte) (int, error) { panic("full") }},
		answers: cut, log: "the answer could not be sent: voxhook: callback panicked: full"},
	{name: "the writer panics with http.ErrAbortHandler", on: says("Hello."), answers: cut,
		bad: badWriter{write: func([]byte) (int, error) { panic(http.ErrAbortHandler) }}},
	{name: "the writer's Header panics", on: says("Hello."), bad: badWriter{header: func() http.Header { panic("full") }},
		answers: cut, log: "the answer could not be sent: voxhook: callback panicked: full"},
	{name: "the writer has no Header", on: says("Hello."), bad: badWriter{header: func() http.Header { return nil }},
		answers: cut, log: "the answer could not be sent: voxhook: callback panicked: assignment to entry in nil map"},

	{name: "nothing", on: says("Hello."), answers: ok},
}

// TestFailures shows for every way to fail what the caller hears, over a real
// server. The log blocks until the answer has been read, so the answer never
// waits for the log. To see the table:
//
//	go test -run TestFailures -v .
func TestFailures(t *testing.T) {
	sid := strings.Repeat("c", 255<<10)
	t.Logf("%-50s %-12s %-12s %-12s %-12s %s", "", "call", "+ Fallback", "notification", "+ Fallback", "log")
	for _, f := range failures {
		want := f.answers
		if want == [4]string{} {
			want = usual
		}
		var got [4]string
		text := ""
		for i := range got {
			form := "CallSid=" + sid + "&CallStatus=in-progress"
			if i >= 2 {
				form = "CallSid=" + sid + "&CallStatus=completed&CallDuration=3"
			}
			h := &voxhook.Handler{OnEvent: f.on}
			if i%2 == 1 {
				h.Settings.Fallback = fallback
			}
			if f.set != nil {
				f.set(&h.Settings)
			}
			var records []map[string]any
			got[i], records = serveFailure(t, h, f.bad, form, want[i] != "no answer")
			if f.log == "" || i >= 2 && want[i] == "204" {
				assert.Empty(t, records, "%s %d", f.name, i)
				continue
			}
			if !assert.Len(t, records, 1, "%s %d", f.name, i) {
				continue
			}
			if i < 2 {
				text = fmt.Sprint(records[0]["error"])
				if then, ok := records[0]["then"].(string); ok {
					text += "; " + then
				}
				text = oneLine(text)
			}
			assert.Equal(t, strings.Repeat("c", 64)+"…", records[0]["call_sid"], "%s %d", f.name, i)
		}
		assert.Equal(t, want, got, f.name)
		assert.Contains(t, text, f.log, f.name)
		t.Logf("%-50s %-12s %-12s %-12s %-12s %.60s", f.name, got[0], got[1], got[2], got[3], text)
	}
}

// serveFailure sends one webhook to h over a real server. It returns the
// answer in short, and what was logged. If the log is blocked, it is until the
// answer has been read.
func serveFailure(t *testing.T, h *voxhook.Handler, bad badWriter, form string, blocked bool) (answer string, records []map[string]any) {
	t.Helper()
	read := make(chan struct{})
	var log bytes.Buffer
	h.Settings.ErrorLog = slog.New(slog.NewJSONHandler(blockedWriter{&log, read}, nil))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bad.write != nil || bad.header != nil {
			bad := bad
			bad.ResponseWriter = w
			w = bad
		}
		h.ServeHTTP(w, r)
	}))
	if bad.write != nil || bad.header != nil {
		blocked = false // part of the answer is missing, so only the end of the connection ends it
	}
	if !blocked {
		close(read)
	}
	client := srv.Client()
	client.Timeout = 10 * time.Second // not reached
	resp, err := client.Post(srv.URL, whForm, strings.NewReader(form))
	answer = "no answer"
	if err == nil {
		answer = shortAnswer(resp)
	}
	if blocked {
		close(read)
	}
	srv.Close() // waits for the log
	assert.LessOrEqual(t, log.Len(), 12<<10, "the record is bounded")
	return answer, readLog(t, log.Bytes())
}

// A blockedWriter blocks until a channel is closed.
type blockedWriter struct {
	io.Writer
	until <-chan struct{}
}

func (w blockedWriter) Write(b []byte) (int, error) {
	<-w.until
	return w.Writer.Write(b)
}

// shortAnswer returns the status of a response and the text it says.
func shortAnswer(resp *http.Response) string {
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	_, text, _ := strings.Cut(string(body), "<Say>")
	text, _, _ = strings.Cut(text, "</Say>")
	return strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", text))
}

// readLog returns the records that a JSON handler wrote.
func readLog(t *testing.T, log []byte) (records []map[string]any) {
	t.Helper()
	for line := range bytes.Lines(log) {
		var r map[string]any
		require.NoError(t, json.Unmarshal(line, &r))
		records = append(records, r)
	}
	return records
}

// A panic with nil gives recover nothing to see if a program asks for that.
func TestNilPanicOfOld(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	log, records := newLog()
	h := &voxhook.Handler{OnEvent: panics(nil), Settings: voxhook.Settings{Fallback: fallback, ErrorLog: log}}
	assert.Equal(t, sorry, serve(h, whPost("/", "CallSid=1")).Body.String())
	require.Len(t, records(t), 1)
	assert.Equal(t, "voxhook: callback panicked: <nil>", records(t)[0]["error"])
}

func TestPanicError(t *testing.T) {
	wrapped := fmt.Errorf("x: %w", errBoom)
	for _, tt := range []struct {
		name  string
		value any
		text  string
		is    error
	}{
		{"text", "boom", "voxhook: callback panicked: boom", nil},
		{"number", 7, "voxhook: callback panicked: 7", nil},
		{"nil", nil, "voxhook: callback panicked: <nil>", nil},
		{"error", errBoom, "voxhook: callback panicked: boom", errBoom},
		{"wrapped", wrapped, "voxhook: callback panicked: x: boom", errBoom},
		{"nil pointer", (*url.Error)(nil), "voxhook: callback panicked: <nil>", nil},
	} {
		err := error(&voxhook.PanicError{Value: tt.value})
		assert.Equal(t, tt.text, err.Error(), tt.name)
		assert.Equal(t, 500, voxhook.StatusCode(err), tt.name)
		if tt.is == nil {
			assert.NoError(t, errors.Unwrap(err), tt.name)
		} else {
			assert.ErrorIs(t, err, tt.is, tt.name)
		}
	}
}

// The FallbackFunc gets the panic, with the stack of the callback.
func TestPanicErrorOfCallback(t *testing.T) {
	var got *voxhook.PanicError
	h := &voxhook.Handler{OnEvent: panics(errBoom)}
	h.Settings.ErrorLog = slog.New(slog.DiscardHandler)
	h.Settings.FallbackFunc = func(_ context.Context, _ voxhook.Event, err error) voxml.Response {
		assert.ErrorAs(t, err, &got)
		assert.ErrorIs(t, err, errBoom)
		return fallback
	}
	assert.Equal(t, sorry, serve(h, whPost("/", "CallSid=1")).Body.String())
	require.NotNil(t, got)
	assert.Equal(t, errBoom, got.Value)
	assert.Contains(t, string(got.Stack), "failure_test.go")
}

// StatusCode works on errors whose methods panic.
func TestStatusCodeOfBadErrors(t *testing.T) {
	for _, bad := range []error{badError("all"), nestedPanic{}, (*url.Error)(nil), (*voxhook.ParamError)(nil)} {
		assert.Equal(t, 500, voxhook.StatusCode(bad), "%T", bad)
		assert.Equal(t, 413, voxhook.StatusCode(errors.Join(bad, deep(voxhook.ErrTooLarge))), "%T", bad)
		assert.Equal(t, 400, voxhook.StatusCode(errors.Join(bad, &voxhook.ParamError{Param: "x", Err: errBoom})), "%T", bad)
	}
	assert.Equal(t, 500, voxhook.StatusCode(selfError{}))
}

// newLog returns a log, and a function for the records that it got.
func newLog() (*slog.Logger, func(*testing.T) []map[string]any) {
	var buf bytes.Buffer
	return slog.New(slog.NewJSONHandler(&buf, nil)), func(t *testing.T) []map[string]any {
		t.Helper()
		return readLog(t, buf.Bytes())
	}
}

// serve has the handler answer one request.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}
