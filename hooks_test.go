package voxhook_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// withHooks wraps next like a package that adds hooks to a whole mux.
func withHooks(hooks *voxhook.Hooks, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	})
}

// outcomes returns a wrapper that collects what Done sees.
func outcomes(next http.Handler) (wrapped http.Handler, got *[]voxhook.Outcome) {
	got = new([]voxhook.Outcome)
	return withHooks(&voxhook.Hooks{Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) { *got = append(*got, o) }}, next), got
}

type traceKey string

// Event runs outermost first, Document and Done innermost first. The context
// of each Event is that of the next, of the callback, of Document, of
// FallbackFunc and of Done.
func TestHooksNest(t *testing.T) {
	var trace []string
	hooks := func(name string) *voxhook.Hooks {
		note := func(ctx context.Context, what string) {
			outer, _ := ctx.Value(traceKey("outer")).(string)
			inner, _ := ctx.Value(traceKey("inner")).(string)
			trace = append(trace, strings.TrimSpace(name+" "+what+" "+outer+inner))
		}
		return &voxhook.Hooks{
			Kind: func(*http.Request) voxhook.Kind { trace = append(trace, name+" Kind"); return 0 },
			Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
				note(ctx, "Event")
				assert.Same(t, ev, voxhook.EventFrom(ctx))
				assert.Equal(t, "/voice", voxhook.RequestFrom(ctx).URL.Path)
				return context.WithValue(ctx, traceKey(name), name[:1]), nil
			},
			Document: func(ctx context.Context, ev voxhook.Event, doc voxml.Response) (voxml.Response, error) {
				note(ctx, "Document")
				assert.Same(t, ev, voxhook.EventFrom(ctx))
				return append(voxml.Response{voxml.Say{Text: name}}, doc...), nil
			},
			Done: func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) {
				note(ctx, "Done")
				assert.Same(t, ev, voxhook.EventFrom(ctx))
				assert.Equal(t, 200, o.Status)
			},
		}
	}
	callback := func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		trace = append(trace, fmt.Sprint("callback ", ctx.Value(traceKey("outer")), ctx.Value(traceKey("inner"))))
		assert.Same(t, ev, voxhook.EventFrom(ctx))
		return voxml.Response{voxml.Say{Text: "Hello."}}, nil
	}
	before := []string{"outer Kind", "inner Kind", "outer Event", "inner Event o"}
	after := []string{"inner Document oi", "outer Document oi", "inner Done oi", "outer Done oi"}
	for _, tt := range []struct {
		name     string
		on       onEvent
		callback string
		text     string
	}{
		{"a document", callback, "callback oi", "Hello."},
		{"the Fallback", returns(errBoom), "", "Sorry."},
	} {
		trace = nil
		h := hidden.OnEvent(tt.on)
		h.Settings.Fallback = fallback
		rec := serve(withHooks(hooks("outer"), withHooks(hooks("inner"), h)), whPost("/voice", "CallSid=1"))
		want := append([]string{}, before...)
		if tt.callback != "" {
			want = append(want, tt.callback)
		}
		assert.Equal(t, append(want, after...), trace, tt.name)
		assert.Equal(t, "<Response><Say>outer</Say><Say>inner</Say><Say>"+tt.text+"</Say></Response>", rec.Body.String(), tt.name)
	}
}

// The outermost Kind that is known counts; the others are not asked.
func TestOutermostKind(t *testing.T) {
	kind := func(k voxhook.Kind) *voxhook.Hooks {
		return &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { return k }}
	}
	var got voxhook.Kind
	h := hidden.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
		got = ev.Kind()
		return voxml.Response{}, nil
	})
	serve(withHooks(kind(0), withHooks(kind(voxhook.KindDialResult), withHooks(kind(voxhook.KindPayResult), h))), whPost("/", "CallSid=1&Digits=1"))
	assert.Equal(t, voxhook.KindDialResult, got)
}

// Hooks that fail and panic, each function. Done of the outer hooks sees it.
func TestHooksFail(t *testing.T) {
	event := func(err error) *voxhook.Hooks {
		return &voxhook.Hooks{Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) { return ctx, err }}
	}
	document := func(f func() error) *voxhook.Hooks {
		return &voxhook.Hooks{Document: func(_ context.Context, _ voxhook.Event, doc voxml.Response) (voxml.Response, error) { return doc, f() }}
	}
	apology := 0 // how many documents come before the one that fails
	for _, tt := range []struct {
		name   string
		hooks  *voxhook.Hooks
		want   string
		out    voxhook.Outcome // Err apart
		err    error
		event  bool // it had become an event
		level  string
		abort  bool
		silent bool
	}{
		{name: "Kind panics", hooks: &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { panic(errBoom) }},
			want: "500", out: voxhook.Outcome{Status: 500}, err: errBoom, level: "ERROR"},
		{name: "Kind is no kind", hooks: &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { return 99 }},
			want: "500", out: voxhook.Outcome{Status: 500}, level: "ERROR"},
		{name: "Kind aborts", hooks: &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { panic(http.ErrAbortHandler) }},
			abort: true, err: http.ErrAbortHandler, silent: true},
		{name: "Event fails", hooks: event(errBoom), want: "403", out: voxhook.Outcome{Status: 403}, err: errBoom, event: true, level: "WARN"},
		{name: "Event fails with an error that has a status", hooks: event(fmt.Errorf("x: %w", voxhook.ErrTooLarge)),
			want: "413", out: voxhook.Outcome{Status: 413}, err: voxhook.ErrTooLarge, event: true, level: "WARN"},
		{name: "Event fails with a nil pointer", hooks: event((*url.Error)(nil)), want: "403", out: voxhook.Outcome{Status: 403}, event: true, level: "WARN"},
		{name: "Event panics", hooks: &voxhook.Hooks{Event: func(context.Context, voxhook.Event) (context.Context, error) { panic(errBoom) }},
			want: "500", out: voxhook.Outcome{Status: 500}, err: errBoom, event: true, level: "ERROR"},
		{name: "Event aborts", hooks: &voxhook.Hooks{Event: func(context.Context, voxhook.Event) (context.Context, error) { panic(http.ErrAbortHandler) }},
			abort: true, err: http.ErrAbortHandler, event: true, silent: true},
		{name: "Event returns no context", hooks: &voxhook.Hooks{Event: func(context.Context, voxhook.Event) (context.Context, error) { return nil, nil }},
			want: "200 Hello.", out: voxhook.Outcome{Status: 200, Document: true}, event: true, silent: true},
		{name: "Document fails", hooks: document(func() error { return errBoom }),
			want: "500", out: voxhook.Outcome{Status: 500}, err: errBoom, event: true, level: "ERROR"},
		{name: "Document panics", hooks: document(func() error { panic(errBoom) }),
			want: "500", out: voxhook.Outcome{Status: 500}, err: errBoom, event: true, level: "ERROR"},
		{name: "Document fails, not on the Fallback", hooks: document(func() error {
			if apology++; apology == 1 {
				return errBoom
			}
			return nil
		}), want: "200 Sorry.", out: voxhook.Outcome{Status: 200, Document: true, Fallback: true}, err: errBoom, event: true, level: "ERROR"},
		{name: "Document aborts", hooks: document(func() error { panic(http.ErrAbortHandler) }),
			abort: true, err: http.ErrAbortHandler, event: true, silent: true},
		{name: "Done panics", hooks: &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic(errBoom) }},
			want: "200 Hello.", out: voxhook.Outcome{Status: 200, Document: true}, event: true, level: "ERROR"},
		{name: "Done aborts", hooks: &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic(http.ErrAbortHandler) }},
			abort: true, want: "200 Hello.", out: voxhook.Outcome{Status: 200, Document: true}, event: true, silent: true},
	} {
		log, records := newLog()
		h := voxhook.Settings{Fallback: fallback, ErrorLog: log}.OnEvent(says("Hello."))
		var got []voxhook.Outcome
		outer := &voxhook.Hooks{
			Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) {
				return context.WithValue(ctx, traceKey("outer"), "o"), nil
			},
			Done: func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) {
				got = append(got, o)
				assert.Equal(t, tt.event, ev != nil, tt.name)
				assert.Equal(t, tt.event, voxhook.EventFrom(ctx) != nil, tt.name)
				assert.Equal(t, tt.event, ctx.Value(traceKey("outer")) != nil, "%s: Done has the context that Event made", tt.name)
				assert.NotNil(t, voxhook.RequestFrom(ctx), tt.name)
			},
		}
		rec := httptest.NewRecorder()
		run := func() { withHooks(outer, withHooks(tt.hooks, h)).ServeHTTP(rec, whPost("/", "CallSid=1")) }
		if tt.abort {
			assert.PanicsWithValue(t, http.ErrAbortHandler, run, tt.name)
			assert.Equal(t, tt.want == "", rec.Body.Len() == 0, tt.name)
		} else {
			run()
			assert.Equal(t, tt.want, shortAnswer(rec.Result()), tt.name)
		}
		if assert.Len(t, got, 1, tt.name) {
			if tt.err != nil {
				assert.ErrorIs(t, got[0].Err, tt.err, tt.name)
			}
			got[0].Err = nil
			assert.Equal(t, tt.out, got[0], tt.name)
		}
		if tt.silent {
			assert.Empty(t, records(t), tt.name)
		} else if assert.Len(t, records(t), 1, tt.name) {
			assert.Equal(t, tt.level, records(t)[0]["level"], tt.name)
		}
	}
}

// A notification with nothing to say is answered with 500 if not even the
// empty document can be sent.
func TestDocumentFailsWithoutFailure(t *testing.T) {
	hooks := &voxhook.Hooks{Document: func(context.Context, voxhook.Event, voxml.Response) (voxml.Response, error) { return nil, errBoom }}
	log, records := newLog()
	h, got := outcomes(withHooks(hooks, voxhook.Settings{ErrorLog: log, Fallback: fallback}.OnEvent(returns(nil))))
	assert.Equal(t, 500, serve(h, whPost("/", "CallSid=1&RecordingStatus=completed")).Code)
	require.Len(t, *got, 1)
	assert.ErrorIs(t, (*got)[0].Err, errBoom)
	assert.Equal(t, voxhook.Outcome{Status: 500, Err: (*got)[0].Err}, (*got)[0])
	require.Len(t, records(t), 1)
	assert.Equal(t, "fallback: boom", records(t)[0]["error"])
	assert.Equal(t, "ERROR", records(t)[0]["level"])
}

// All Dones run, even if one panics, and the log has all panics.
func TestEveryDoneRuns(t *testing.T) {
	log, records := newLog()
	boom := &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic("boom") }}
	h, got := outcomes(withHooks(boom, withHooks(boom, voxhook.Settings{ErrorLog: log}.OnEvent(says("Hello.")))))
	assert.Equal(t, 200, serve(h, whPost("/", "CallSid=1")).Code)
	assert.Len(t, *got, 1)
	require.Len(t, records(t), 1)
	assert.Equal(t, "voxhook: callback panicked: boom", records(t)[0]["error"])
	assert.Equal(t, "voxhook: callback panicked: boom", records(t)[0]["then"])
}

// What Done sees of a callback.
func TestOutcome(t *testing.T) {
	for _, tt := range []struct {
		name     string
		on       onEvent
		form     string
		fallback voxml.Response
		out      voxhook.Outcome
		err      error
	}{
		{"a document", says("Hello."), "CallSid=1", nil, voxhook.Outcome{Status: 200, Document: true}, nil},
		{"an error", returns(errBoom), "CallSid=1", nil, voxhook.Outcome{Status: 500}, errBoom},
		{"an error, Fallback", returns(errBoom), "CallSid=1", fallback, voxhook.Outcome{Status: 200, Document: true, Fallback: true}, errBoom},
		{"a panic, Fallback", panics(errBoom), "CallSid=1", fallback, voxhook.Outcome{Status: 200, Document: true, Fallback: true}, errBoom},
		{"no callback", nil, "CallSid=1", nil, voxhook.Outcome{Status: 501}, voxhook.ErrUnhandled},
		{"no callback, Fallback", nil, "CallSid=1", fallback, voxhook.Outcome{Status: 200, Document: true, Fallback: true}, voxhook.ErrUnhandled},
		{"no document", returns(nil), "CallSid=1", nil, voxhook.Outcome{Status: 200, Document: true, Fallback: true}, voxhook.ErrNoDocument},
		{"a notification", returns(nil), "CallSid=1&CallDuration=3&CallStatus=completed", fallback, voxhook.Outcome{Status: 204}, nil},
		{"a notification that fails", returns(errBoom), "CallSid=1&CallDuration=3&CallStatus=completed", fallback, voxhook.Outcome{Status: 500}, errBoom},
		{"a document for a notification", says("Hello."), "CallSid=1&CallDuration=3&CallStatus=completed", fallback, voxhook.Outcome{Status: 200, Document: true}, nil},
		{"a notification while the call goes on", returns(nil), "CallSid=1&RecordingStatus=completed", fallback, voxhook.Outcome{Status: 200, Document: true, Guard: true}, nil},
		{"refused", says("Hello."), "From=1", fallback, voxhook.Outcome{Status: 400}, voxhook.ErrMissing},
		{"aborted", panics(http.ErrAbortHandler), "CallSid=1", fallback, voxhook.Outcome{}, http.ErrAbortHandler},
	} {
		h := hidden.OnEvent(says(""))
		h.OnEvent = tt.on
		h.Settings.Fallback = tt.fallback
		wrapped, got := outcomes(h)
		func() {
			defer func() { _ = recover() }() // http.ErrAbortHandler
			serve(wrapped, whPost("/", tt.form))
		}()
		require.Len(t, *got, 1, tt.name)
		out := (*got)[0]
		if tt.err == nil {
			assert.NoError(t, out.Err, tt.name)
		} else {
			assert.ErrorIs(t, out.Err, tt.err, tt.name)
		}
		out.Err = nil
		assert.Equal(t, tt.out, out, tt.name)
	}
}

// A failed write is in the Outcome as well.
func TestOutcomeOfWrite(t *testing.T) {
	h, got := outcomes(hidden.OnEvent(says("Hello.")))
	h.ServeHTTP(badWriter{ResponseWriter: httptest.NewRecorder(), write: func([]byte) (int, error) { return 0, errBoom }}, whPost("/", "CallSid=1"))
	require.Len(t, *got, 1)
	assert.ErrorIs(t, (*got)[0].Err, errBoom)
}

// The answer does not wait for Done, also if nothing is logged.
func TestDoneIsAfterTheAnswer(t *testing.T) {
	read := make(chan struct{})
	srv := httptest.NewServer(withHooks(&voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { <-read }},
		voxhook.Settings{}.OnEvent(says("Hello."))))
	defer srv.Close()
	client := srv.Client()
	client.Timeout = 10 * time.Second // not reached
	resp, err := client.Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
	if err == nil {
		assert.Equal(t, "200 Hello.", shortAnswer(resp))
	}
	close(read)
	require.NoError(t, err)
}

// A wrapper that adds to a header of the answer changes no other header.
func TestHeadersAreApart(t *testing.T) {
	rec := httptest.NewRecorder()
	w := badWriter{ResponseWriter: rec, write: func(b []byte) (int, error) {
		rec.Header().Add("Content-Type", "x")
		rec.Header().Add("Content-Length", "y")
		return rec.Write(b)
	}}
	voxhook.Settings{}.OnEvent(says("Hello.")).ServeHTTP(w, whPost("/", "CallSid=1"))
	assert.Equal(t, []string{"application/xml", "x"}, rec.Header()["Content-Type"])
	assert.Equal(t, []string{"38", "y"}, rec.Header()["Content-Length"])
}

func TestWithHooks(t *testing.T) {
	assert.PanicsWithValue(t, "voxhook: WithHooks: the hooks are nil", func() { voxhook.WithHooks(t.Context(), nil) })

	// Two contexts that are made from one do not share their hooks.
	var trace []string
	done := func(name string) *voxhook.Hooks {
		return &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { trace = append(trace, name) }}
	}
	one := voxhook.WithHooks(voxhook.WithHooks(voxhook.WithHooks(t.Context(), done("1")), done("2")), done("3"))
	a, b := voxhook.WithHooks(one, done("a")), voxhook.WithHooks(one, done("b"))
	voxhook.Answered(a, voxhook.Outcome{})
	voxhook.Answered(b, voxhook.Outcome{})
	assert.Equal(t, "a 3 2 1 b 3 2 1", strings.Join(trace, " "))
}

func TestAnswered(t *testing.T) {
	var got []voxhook.Outcome
	hooks := &voxhook.Hooks{Done: func(_ context.Context, ev voxhook.Event, o voxhook.Outcome) {
		assert.Nil(t, ev)
		got = append(got, o)
	}}
	out := voxhook.Outcome{Status: 200, Document: true, Replayed: true}
	voxhook.Answered(voxhook.WithHooks(t.Context(), hooks), out)
	assert.Equal(t, []voxhook.Outcome{out}, got)
	voxhook.Answered(t.Context(), out) // there are no hooks

	abort := &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic(http.ErrAbortHandler) }}
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		voxhook.Answered(voxhook.WithHooks(voxhook.WithHooks(t.Context(), hooks), abort), out)
	})
	assert.Len(t, got, 2, "the outer Done ran")
}

func TestFromWithoutEvent(t *testing.T) {
	assert.Nil(t, voxhook.EventFrom(t.Context()))
	assert.Nil(t, voxhook.RequestFrom(t.Context()))
}

// voxml.Response is an http.Handler of its own: no hook runs.
func TestResponseRunsNoHooks(t *testing.T) {
	h, got := outcomes(voxml.Response{voxml.Hangup{}})
	assert.Equal(t, "<Response><Hangup/></Response>", serve(h, whPost("/", "CallSid=1")).Body.String())
	assert.Empty(t, *got)
}

// gzipped compresses answers, as middleware does.
func gzipped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		z := gzip.NewWriter(w)
		defer z.Close()
		next.ServeHTTP(&gzipWriter{ResponseWriter: w, z: z}, r)
	})
}

type gzipWriter struct {
	http.ResponseWriter
	z       *gzip.Writer
	started bool
}

func (w *gzipWriter) WriteHeader(status int) {
	w.started = true
	w.Header().Del("Content-Length")
	w.Header().Set("Content-Encoding", "gzip")
	w.ResponseWriter.WriteHeader(status)
}

func (w *gzipWriter) Write(b []byte) (int, error) {
	if !w.started {
		w.WriteHeader(http.StatusOK)
	}
	return w.z.Write(b)
}

func (w *gzipWriter) FlushError() error {
	if err := w.z.Flush(); err != nil {
		return err
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Handlers work inside the wrappers that programs put around them. Hooks that
// are added outside reach them.
func TestMiddleware(t *testing.T) {
	post := func(target, form string) func(string) (*http.Response, error) {
		return func(base string) (*http.Response, error) {
			return http.Post(base+target, whForm, strings.NewReader(form))
		}
	}
	menu := post("/voice", "CallSid=1&Digits=7")
	for _, tt := range []struct {
		name string
		wrap func(http.Handler) http.Handler
		send func(base string) (*http.Response, error)
		want string
	}{
		{"nothing", func(h http.Handler) http.Handler { return h }, menu, "200 7"},
		{"http.StripPrefix", func(h http.Handler) http.Handler { return http.StripPrefix("/phone", h) }, post("/phone/voice", "CallSid=1&Digits=7"), "200 7"},
		{"http.TimeoutHandler", func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 1<<40, "") }, menu, "200 7"},
		{"http.MaxBytesHandler", func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 18) }, menu, "200 7"},
		{"http.MaxBytesHandler, too small", func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 17) }, menu, "413"},
		{"gzip", gzipped, menu, "200 7"},
		{"gzip, failure", gzipped, post("/voice", "CallSid=1&Digits="), "200 Sorry."},
		{"gzip, refused", gzipped, post("/voice", "From=1"), "400"},
		{"ParseForm", func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.NoError(t, r.ParseForm())
				h.ServeHTTP(w, r)
			})
		}, menu, "200 7"},
		{"a kept body", func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, err := form.Keep(r, form.Limits{})
				assert.NoError(t, err)
				_, err = io.ReadAll(r.Body) // a logger reads it too
				assert.NoError(t, err)
				h.ServeHTTP(w, r)
			})
		}, menu, "200 7"},
		{"a body that is gone", func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				h.ServeHTTP(w, r)
			})
		}, menu, "400"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			settings := hidden
			settings.Fallback = fallback
			mux := http.NewServeMux()
			mux.Handle("/voice", settings.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
				if ev.Digits == "" {
					return nil, errBoom
				}
				return voxml.Response{voxml.Say{Text: ev.Digits}}, nil
			}))
			h, got := outcomes(tt.wrap(mux))
			srv := httptest.NewServer(h)
			resp, err := tt.send(srv.URL)
			require.NoError(t, err)
			assert.Equal(t, tt.want, shortAnswer(resp))
			srv.Close()
			require.Len(t, *got, 1)
			assert.Equal(t, tt.want[:3], fmt.Sprint((*got)[0].Status))
		})
	}
}

// The answer of a callback that TimeoutHandler did not wait for is not sent,
// and the log says so.
func TestTimeoutHandlerEnds(t *testing.T) {
	log, records := newLog()
	ctx, giveUp := context.WithCancel(t.Context())
	answered, finished := make(chan struct{}), make(chan struct{})
	h, got := outcomes(voxhook.Settings{ErrorLog: log}.OnEvent(func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
		giveUp()
		<-ctx.Done()
		<-answered
		return voxml.Response{voxml.Say{Text: "Late."}}, nil
	}))
	srv := httptest.NewUnstartedServer(http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(finished)
		h.ServeHTTP(w, r)
	}), 1<<40, "too slow"))
	srv.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	srv.Start()
	defer srv.Close()
	resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
	require.NoError(t, err)
	assert.Equal(t, "503", shortAnswer(resp))
	close(answered)
	<-finished
	require.Len(t, *got, 1)
	assert.ErrorIs(t, (*got)[0].Err, context.Canceled)
	require.Len(t, records(t), 1)
	assert.Equal(t, "the answer could not be sent: context canceled", records(t)[0]["error"])
}

// A proxy in front: answers and failures pass, an aborted one becomes 502.
func TestReverseProxy(t *testing.T) {
	for _, tt := range []struct {
		name string
		on   onEvent
		want string
	}{
		{"document", says("Hello."), "200 Hello."},
		{"failure", returns(errBoom), "200 Sorry."},
		{"abort", panics(http.ErrAbortHandler), "502"},
	} {
		h := hidden.OnEvent(tt.on)
		h.Settings.Fallback = fallback
		backend := httptest.NewServer(h)
		target, err := url.Parse(backend.URL)
		require.NoError(t, err)
		proxy := httptest.NewServer(&httputil.ReverseProxy{
			Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(target) },
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		})
		resp, err := proxy.Client().Post(proxy.URL, whForm, strings.NewReader("CallSid=1"))
		require.NoError(t, err)
		assert.Equal(t, tt.want, shortAnswer(resp), tt.name)
		proxy.Close()
		backend.Close()
	}
}

// HTTP/1.0 has no chunks and closes the connection.
func TestHTTP10(t *testing.T) {
	for _, tt := range []struct {
		name string
		on   onEvent
		want string
	}{
		{"document", says(strings.Repeat("x", 10000)), "200 " + strings.Repeat("x", 10000)},
		{"failure", panics("boom"), "200 Sorry."},
	} {
		h := hidden.OnEvent(tt.on)
		h.Settings.Fallback = fallback
		srv := httptest.NewServer(h)
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST / HTTP/1.0\r\nContent-Type: "+whForm+"\r\nContent-Length: 9\r\n\r\nCallSid=1")
		require.NoError(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		assert.Equal(t, tt.want, shortAnswer(resp), tt.name)
		assert.Positive(t, resp.ContentLength, tt.name)
		conn.Close()
		srv.Close()
	}
}

func TestHTTP2(t *testing.T) {
	for _, tt := range []struct {
		name string
		on   onEvent
		want string
	}{
		{"document", says(strings.Repeat("x", 100000)), "200 " + strings.Repeat("x", 100000)},
		{"failure", panics("boom"), "200 Sorry."},
		{"no document", returns(nil), "200 Sorry."},
	} {
		h := hidden.OnEvent(tt.on)
		h.Settings.Fallback = fallback
		wrapped, got := outcomes(h)
		srv := httptest.NewUnstartedServer(wrapped)
		srv.EnableHTTP2 = true
		srv.StartTLS()
		resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
		require.NoError(t, err)
		assert.Equal(t, 2, resp.ProtoMajor)
		assert.Equal(t, tt.want, shortAnswer(resp), tt.name)
		srv.Close()
		require.Len(t, *got, 1)
		assert.Equal(t, 200, (*got)[0].Status)
	}
}

// Over HTTP/2 the whole answer arrives before the log, too; only the end of the
// stream does not.
func TestHTTP2Log(t *testing.T) {
	read := make(chan struct{})
	log := slog.New(slog.NewJSONHandler(blockedWriter{io.Discard, read}, nil))
	srv := httptest.NewUnstartedServer(voxhook.Settings{Fallback: fallback, ErrorLog: log}.OnEvent(returns(errBoom)))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
	require.NoError(t, err)
	defer resp.Body.Close()
	body := make([]byte, resp.ContentLength)
	_, err = io.ReadFull(resp.Body, body)
	require.NoError(t, err)
	assert.Equal(t, sorry, string(body))
	close(read)
	rest, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Empty(t, rest)
}

// cases.md, Receiving: a client that hangs up ends the context. So it does on
// a GET with a body, which nobody else would read.
func TestHangUp(t *testing.T) {
	for _, tt := range []struct{ name, request string }{
		{"POST", "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: " + whForm + "\r\nContent-Length: 9\r\n\r\nCallSid=1"},
		{"POST, chunked", "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: " + whForm + "\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nCallSid=1\r\n0\r\n\r\n"},
		{"GET", "GET /?CallSid=1 HTTP/1.1\r\nHost: x\r\n\r\n"},
		{"GET with a body", "GET /?CallSid=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			started := make(chan struct{})
			var ended error
			h, got := outcomes(&voxhook.Handler{OnEvent: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
				close(started)
				<-ctx.Done()
				ended = context.Cause(ctx)
				return nil, ctx.Err()
			}, Settings: voxhook.Settings{ErrorLog: hidden.ErrorLog, Timeout: 1 << 40}}) // longer than a hang-up takes
			srv := httptest.NewServer(h)
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			require.NoError(t, err)
			_, err = io.WriteString(conn, tt.request)
			require.NoError(t, err)
			<-started
			require.NoError(t, conn.Close())
			srv.Close() // waits for the callback
			assert.ErrorIs(t, ended, context.Canceled)
			require.Len(t, *got, 1)
			assert.ErrorIs(t, (*got)[0].Err, context.Canceled)
		})
	}
}

// A body that a wrapper kept counts with the limits of the Handler, and a
// wrapper that could not keep it leaves nothing to be taken for the whole.
func TestKeptBody(t *testing.T) {
	for _, tt := range []struct {
		name    string
		wrapper int64 // the limits, in bytes
		handler int64
		status  int
	}{
		{"both are large", 100, 100, 200},
		{"the Handler's is small", 100, 10, 413},
		{"the wrapper's is small", 10, 100, 413},
	} {
		ran := 0
		h := hidden.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
			ran++
			assert.Equal(t, "a b", ev.Digits)
			return voxml.Response{}, nil
		})
		h.Settings.MaxBodyBytes = tt.handler
		r := whPost("/", "CallSid=1&Digits=a%20b")
		text, err := form.Keep(r, form.Limits{Bytes: tt.wrapper})
		assert.Equal(t, tt.wrapper < 22, errors.Is(err, form.ErrBytes), tt.name)
		for range 2 { // a wrapper may have it answered twice
			assert.Equal(t, tt.status, serve(h, r).Code, tt.name)
		}
		assert.Equal(t, tt.status == 200, ran == 2, tt.name)
		if err == nil {
			assert.Equal(t, "CallSid=1&Digits=a%20b", string(text), "the Handler does not change it")
		}
	}
}
