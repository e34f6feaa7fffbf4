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
	broken   = voxml.Response{voxml.Gather{Timeout: 5, Action: "/x"}} // 5 ns cannot be encoded
)

const (
	sorry      = "<Response><Say>Sorry.</Say></Response>"
	brokenText = "voxml: Response[0].Gather.timeout"
)

// A badError is an error that panics in the method that it names.
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

// A nestedPanic is an error that panics with a value whose Error method panics.
type nestedPanic struct{}

func (nestedPanic) Error() string { panic(nestedPanic{}) }

// A selfError wraps itself.
type selfError struct{}

func (e selfError) Error() string { return "it wraps itself" }
func (e selfError) Unwrap() error { return e }

// deep wraps err many times, alone and joined with other errors.
func deep(err error) error {
	for i := range 100 {
		err = fmt.Errorf("%d: %w", i, err)
		err = errors.Join(io.EOF, err)
	}
	return err
}

// A badWriter is a ResponseWriter whose methods may fail.
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

// A failure is a way in which answering can fail.
type failure struct {
	name string
	on   onEvent
	then onEvent // FallbackFunc
	bad  badWriter
	cut  bool // the connection may end without an answer
}

// writes returns a writer that fails.
func writes(n int, err error) badWriter {
	return badWriter{write: func([]byte) (int, error) { return n, err }}
}

func broke(context.Context, voxhook.Event) (voxml.Response, error) { return broken, nil }

var failures = []failure{
	{name: "nothing", on: says("Hello.")},
	{name: "an error", on: returns(errBoom)},
	{name: "an error and a document", on: func(context.Context, voxhook.Event) (voxml.Response, error) { return fallback, errBoom }},
	{name: "an error of 1 MB", on: returns(errors.New(strings.Repeat("x", 1<<20)))},
	{name: "ErrUnhandled, wrapped", on: returns(fmt.Errorf("later: %w", voxhook.ErrUnhandled))},
	{name: "a status for requests: a missing parameter", on: returns(&voxhook.ParamError{Param: "x", Err: voxhook.ErrMissing})},
	{name: "a status for requests: too large", on: returns(voxhook.ErrTooLarge)},
	{name: "an error whose Error panics", on: returns(badError("Error"))},
	{name: "an error whose Unwrap panics", on: returns(badError("Unwrap"))},
	{name: "an error whose Is panics", on: returns(badError("Is"))},
	{name: "an error whose As panics", on: returns(badError("As"))},
	{name: "an error whose LogValue panics", on: returns(badError("LogValue"))},
	{name: "an error whose methods all panic", on: returns(badError("all"))},
	{name: "an error whose Error panics with such an error", on: returns(nestedPanic{})},
	{name: "an error that wraps itself", on: returns(selfError{})},
	{name: "a nil pointer", on: returns((*url.Error)(nil))},
	{name: "a nil *PanicError", on: returns((*voxhook.PanicError)(nil))},
	{name: "a nil pointer, wrapped", on: returns(fmt.Errorf("save: %w", (*url.Error)(nil)))},
	{name: "a nil pointer, joined", on: returns(errors.Join(errBoom, (*url.Error)(nil)))},
	{name: "two nil pointers: the first is named", on: returns(errors.Join((*url.Error)(nil), (*voxhook.PanicError)(nil)))},
	{name: "a nil pointer, 200 levels down", on: returns(deep((*url.Error)(nil)))},
	{name: "ErrUnhandled next to a nil pointer", on: returns(errors.Join((*url.Error)(nil), deep(voxhook.ErrUnhandled)))},

	{name: "panic: a text", on: panics("boom")},
	{name: "panic: an error", on: panics(errBoom)},
	{name: "panic: nil", on: panics(nil)},
	{name: "panic: a runtime error", on: func(context.Context, voxhook.Event) (voxml.Response, error) {
		var h http.Header
		h.Set("a", "b")
		return nil, nil
	}},
	{name: "panic: a value that cannot be compared", on: panics([]func(){nil})},
	{name: "panic: a value whose methods panic", on: panics(badError("all"))},
	{name: "panic: a value whose panics panic", on: panics(nestedPanic{})},
	{name: "panic: a nil pointer", on: panics((*url.Error)(nil))},
	{name: "panic: http.ErrAbortHandler", on: panics(http.ErrAbortHandler), cut: true},
	{name: "runtime.Goexit", on: func(context.Context, voxhook.Event) (voxml.Response, error) { runtime.Goexit(); return nil, nil }, cut: true},

	{name: "a document that does not encode", on: broke},
	{name: "no document", on: returns(nil)},
	{name: "no callback"},

	{name: "FallbackFunc panics", on: returns(errBoom), then: panics("again")},
	{name: "FallbackFunc returns nil", on: returns(errBoom), then: returns(nil)},
	{name: "FallbackFunc returns what does not encode", on: returns(errBoom), then: broke},
	{name: "FallbackFunc returns a document", on: returns(errBoom), then: says("Later.")},
	{name: "FallbackFunc panics with http.ErrAbortHandler", on: returns(errBoom), then: panics(http.ErrAbortHandler), cut: true},
	{name: "FallbackFunc does not encode, no document", on: returns(nil), then: broke},

	{name: "the writer fails", on: says("Hello."), bad: writes(0, errBoom)},
	{name: "the writer writes too little", on: says("Hello."), bad: writes(1, nil)},
	{name: "the writer fails, and so did the callback", on: returns(errBoom), bad: writes(0, io.EOF)},
	{name: "the writer panics", on: says("Hello."), bad: badWriter{write: func([]byte) (int, error) { panic("full") }}},
	{name: "the writer panics with http.ErrAbortHandler", on: says("Hello."),
		bad: badWriter{write: func([]byte) (int, error) { panic(http.ErrAbortHandler) }}},
	{name: "the writer's Header panics", on: says("Hello."), bad: badWriter{header: func() http.Header { panic("full") }}},
	{name: "the writer has no Header", on: says("Hello."), bad: badWriter{header: func() http.Header { return nil }}},
}

// TestFailures compares the results of each failure with testdata/failures.txt:
// the answer, the Outcome and the record in the log. It sends a call and a
// notification to a real server without a Fallback, with one, and with one that
// does not encode. The log blocks until the answer has been read, to show that
// the answer does not wait for the log.
func TestFailures(t *testing.T) {
	table := ""
	for _, f := range failures {
		table += f.name + "\n"
		for i, what := range []string{"call", "Fallback", "broken", "notification", "Fallback", "broken"} {
			h := &voxhook.Handler{OnEvent: f.on}
			h.Settings.Fallback = []voxml.Response{nil, fallback, broken}[i%3]
			if f.then != nil {
				h.Settings.FallbackFunc = func(ctx context.Context, ev voxhook.Event, _ error) voxml.Response {
					doc, _ := f.then(ctx, ev)
					return doc
				}
			}
			form := "CallSid=" + strings.Repeat("c", 13<<10) + []string{"&CallStatus=in-progress", "&CallStatus=completed&CallDuration=3"}[i/3]
			table += fmt.Sprintf("\t%-13s %s\n", what, serveFailure(t, h, f, form))
		}
	}
	golden(t, "failures.txt", table)
}

// serveFailure sends one webhook to h over a real server. It returns the answer
// in short form, the Outcome and the log record.
func serveFailure(t *testing.T, h *voxhook.Handler, f failure, form string) string {
	t.Helper()
	read := make(chan struct{})
	var log bytes.Buffer
	h.Settings.ErrorLog = slog.New(slog.NewJSONHandler(blockedWriter{&log, read}, nil))
	bad := f.bad.write != nil || f.bad.header != nil
	wrapped, outcomes := outcomes(h)
	mux := http.NewServeMux()
	mux.HandleFunc("/voice/{tenant}", func(w http.ResponseWriter, r *http.Request) {
		if bad {
			w = badWriter{w, f.bad.header, f.bad.write}
		}
		wrapped.ServeHTTP(w, r)
	})
	srv := httptest.NewServer(mux)
	blocked := !bad && !f.cut // otherwise the answer ends only with the connection
	if !blocked {
		close(read)
	}
	client := srv.Client()
	client.Timeout = 10 * time.Second // not reached
	resp, err := client.Post(srv.URL+"/voice/acme", whForm, strings.NewReader(form))
	text := "no answer"
	if err == nil {
		text = shortAnswer(resp)
	}
	if blocked {
		close(read)
	}
	srv.Close() // waits for the log
	assert.LessOrEqual(t, log.Len(), 12<<10, "the record must be bounded")
	for _, out := range *outcomes {
		text += fmt.Sprint(" (", out.Status, outcome(out), ")")
	}
	for _, record := range readLog(t, log.Bytes()) {
		assert.Equal(t, strings.Repeat("c", 64)+"…", record["call_sid"], f.name)
		assert.Equal(t, "voice webhook failed", record["msg"], f.name)
		if stack, ok := record["stack"]; ok {
			record["stack"] = strings.Contains(fmt.Sprint(stack), "failure_test.go") // the stack must include the callback
		}
		for _, name := range []string{"level", "error", "then", "status", "kind", "pattern", "stack"} {
			if value, ok := record[name]; ok {
				text += fmt.Sprintf("; %s: %s", name, clipped(value))
			}
			delete(record, name)
		}
		assert.Len(t, record, len([]string{"time", "msg", "call_sid"}), f.name)
	}
	return text
}

// clipped returns the beginning of a text on one line.
func clipped(text any) string {
	return fmt.Sprintf("%.120s", strings.Join(strings.Fields(fmt.Sprint(text)), " "))
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

// shortAnswer returns the status of a response and the text of its Say.
func shortAnswer(resp *http.Response) string {
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	_, text, _ := strings.Cut(string(body), "<Say>")
	text, _, _ = strings.Cut(text, "</Say>")
	return strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", text))
}

// readLog parses the records that a JSON handler wrote.
func readLog(t *testing.T, log []byte) (records []map[string]any) {
	t.Helper()
	for line := range bytes.Lines(log) {
		var r map[string]any
		require.NoError(t, json.Unmarshal(line, &r))
		records = append(records, r)
	}
	return records
}

// Under GODEBUG=panicnil=1, recover returns nil for a panic with nil.
func TestNilPanicOfOld(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	log, records := newLog()
	h := &voxhook.Handler{OnEvent: panics(nil), Settings: voxhook.Settings{Fallback: fallback, ErrorLog: log}}
	assert.Equal(t, sorry, serve(h, whPost("/", "CallSid=1")).Body.String())
	require.Len(t, records(t), 1)
	assert.Equal(t, "voxhook: callback panicked: <nil>", records(t)[0]["error"])
}

// FallbackFunc receives the panic, with the stack of the callback.
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
	require.NoError(t, errors.Unwrap(&voxhook.PanicError{Value: (*url.Error)(nil)}))
	require.NoError(t, errors.Unwrap(&voxhook.PanicError{Value: "boom"}))
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

// newLog returns a log, and a function that returns its records.
func newLog() (*slog.Logger, func(*testing.T) []map[string]any) {
	var buf bytes.Buffer
	return slog.New(slog.NewJSONHandler(&buf, nil)), func(t *testing.T) []map[string]any {
		t.Helper()
		return readLog(t, buf.Bytes())
	}
}

// serve returns the handler's answer to one request.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}
