package voxhook_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// withHooks wraps next as a package does that adds hooks to a whole mux.
func withHooks(hooks *voxhook.Hooks, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	})
}

// outcomes returns a wrapper that collects the outcomes passed to Done.
func outcomes(next http.Handler) (wrapped http.Handler, got *[]voxhook.Outcome) {
	got = new([]voxhook.Outcome)
	return withHooks(&voxhook.Hooks{Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) { *got = append(*got, o) }}, next), got
}

type traceKey string

// Event runs outermost first, Document and Done innermost first. The context
// that each Event returns reaches the next Event, the callback, Document,
// FallbackFunc and Done.
func TestHooksNest(t *testing.T) {
	var trace []string
	note := func(ctx context.Context, ev voxhook.Event, what string) {
		outer, _ := ctx.Value(traceKey("outer")).(string)
		inner, _ := ctx.Value(traceKey("inner")).(string)
		trace = append(trace, strings.TrimSpace(what+" "+outer+inner))
		assert.Same(t, ev, voxhook.EventFrom(ctx))
		assert.Equal(t, "/voice", voxhook.RequestFrom(ctx).URL.Path)
	}
	hooks := func(name string) *voxhook.Hooks {
		return &voxhook.Hooks{
			Kind: func(*http.Request) voxhook.Kind { trace = append(trace, name+" Kind"); return 0 },
			Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
				note(ctx, ev, name+" Event")
				return context.WithValue(ctx, traceKey(name), name[:1]), nil
			},
			Document: func(ctx context.Context, ev voxhook.Event, doc voxml.Response) (voxml.Response, error) {
				note(ctx, ev, name+" Document")
				return append(voxml.Response{voxml.Say{Text: name}}, doc...), nil
			},
			Done: func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) { note(ctx, ev, name+" Done") },
		}
	}
	const want = "outer Kind, inner Kind, outer Event, inner Event o, callback oi, %sinner Document oi, outer Document oi, inner Done oi, outer Done oi"
	for _, err := range []error{nil, errBoom} {
		trace = nil
		h := hidden.OnEvent(func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			note(ctx, ev, "callback")
			return voxml.Response{voxml.Say{Text: "Sorry."}}, err
		})
		h.Settings.FallbackFunc = func(ctx context.Context, ev voxhook.Event, _ error) voxml.Response {
			note(ctx, ev, "FallbackFunc")
			return fallback
		}
		rec := serve(withHooks(hooks("outer"), withHooks(hooks("inner"), h)), whPost("/voice", "CallSid=1"))
		then := ""
		if err != nil {
			then = "FallbackFunc oi, "
		}
		assert.Equal(t, fmt.Sprintf(want, then), strings.Join(trace, ", "))
		assert.Equal(t, "<Response><Say>outer</Say><Say>inner</Say><Say>Sorry.</Say></Response>", rec.Body.String())
	}
}

// The outermost known Kind is used, and inner hooks are not called.
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

// TestHooksFail compares the results of hooks that fail or panic with
// testdata/hooks.txt, for a call and a notification: the answer, the outcome
// that the outer Done receives, and the record in the log.
func TestHooksFail(t *testing.T) {
	kind := func(f func() voxhook.Kind) voxhook.Hooks {
		return voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { return f() }}
	}
	event := func(f func() error) voxhook.Hooks {
		return voxhook.Hooks{Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) { return ctx, f() }}
	}
	document := func(f func() error) voxhook.Hooks {
		return voxhook.Hooks{Document: func(_ context.Context, _ voxhook.Event, doc voxml.Response) (voxml.Response, error) { return doc, f() }}
	}
	done := func(value any) voxhook.Hooks {
		return voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic(value) }}
	}
	boom, abort := func() error { panic(errBoom) }, func() error { panic(http.ErrAbortHandler) }
	calls := 0
	once := func() error {
		if calls++; calls == 1 {
			return errBoom
		}
		return nil
	}
	table := ""
	for _, tt := range []struct {
		name  string
		hooks voxhook.Hooks
	}{
		{"Kind panics", kind(func() voxhook.Kind { panic(errBoom) })},
		{"Kind returns an unknown kind", kind(func() voxhook.Kind { return 99 })},
		{"Kind aborts", kind(func() voxhook.Kind { panic(http.ErrAbortHandler) })},
		{"Event fails", event(func() error { return errBoom })},
		{"Event fails with an error that has a status", event(func() error { return fmt.Errorf("x: %w", voxhook.ErrTooLarge) })},
		{"Event fails with a nil pointer", event(func() error { return (*url.Error)(nil) })},
		{"Event panics", event(boom)},
		{"Event aborts", event(abort)},
		{"Event returns no context", voxhook.Hooks{Event: func(context.Context, voxhook.Event) (context.Context, error) { return nil, nil }}},
		{"Document fails", document(func() error { return errBoom })},
		{"Document panics", document(boom)},
		{"Document fails, not on the Fallback", document(once)},
		{"Document aborts", document(abort)},
		{"Done panics", done(errBoom)},
		{"Done aborts", done(http.ErrAbortHandler)},
	} {
		for i, what := range []string{"call", "notification"} {
			form := []string{"CallSid=1", "CallSid=1&RecordingStatus=completed"}[i]
			calls = 0
			log, records := newLog()
			h := voxhook.Settings{Fallback: fallback, ErrorLog: log}.OnEvent(
				func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
					if ev.Kind() == voxhook.KindRecording {
						return nil, nil
					}
					return says("Hello.")(ctx, ev)
				})
			text := ""
			outer := &voxhook.Hooks{
				Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) {
					return context.WithValue(ctx, traceKey("outer"), true), nil
				},
				Done: func(ctx context.Context, ev voxhook.Event, o voxhook.Outcome) {
					text += fmt.Sprint("; Done receives ", o.Status, outcome(o), ", event ", ev != nil)
					assert.Equal(t, ev != nil, voxhook.EventFrom(ctx) != nil, tt.name)
					assert.Equal(t, ev != nil, ctx.Value(traceKey("outer")) != nil, "%s: Done must receive the context that Event returned", tt.name)
					assert.NotNil(t, voxhook.RequestFrom(ctx), tt.name)
				},
			}
			rec := httptest.NewRecorder()
			func() {
				defer func() {
					if p := recover(); p != nil {
						text += fmt.Sprint("; panics ", p == http.ErrAbortHandler)
					}
				}()
				withHooks(outer, withHooks(&tt.hooks, withHooks(&voxhook.Hooks{}, h))).ServeHTTP(rec, whPost("/", form))
			}()
			text = fmt.Sprintf("%s, %s: %s %d bytes%s", tt.name, what, shortAnswer(rec.Result()), rec.Body.Len(), text)
			for _, record := range records(t) {
				text += fmt.Sprint("; ", record["level"], " ", record["error"])
			}
			table += text + "\n"
		}
	}
	golden(t, "hooks.txt", table)
}

// All Done functions run, even if one panics, and the log has all panics.
func TestEveryDoneRuns(t *testing.T) {
	log, records := newLog()
	boom := &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic("boom") }}
	h, got := outcomes(withHooks(boom, withHooks(boom, voxhook.Settings{ErrorLog: log}.OnEvent(says("Hello.")))))
	assert.Equal(t, 200, serve(h, whPost("/", "CallSid=1")).Code)
	assert.Len(t, *got, 1)
	require.Len(t, records(t), 1)
	assert.Equal(t, "voxhook: callback panicked: boom", records(t)[0]["then"])
}

// If a wrapper appends to a header of the answer, no other header changes.
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
	assert.Nil(t, voxhook.EventFrom(t.Context()))
	assert.Nil(t, voxhook.RequestFrom(t.Context()))

	// Two contexts derived from one do not share their hooks.
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
	voxhook.Answered(t.Context(), out) // the context has no hooks

	abort := &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { panic(http.ErrAbortHandler) }}
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		voxhook.Answered(voxhook.WithHooks(voxhook.WithHooks(t.Context(), hooks), abort), out)
	})
	assert.Len(t, got, 2, "the outer Done must run")
}

// A voxml.Response is itself an http.Handler. It runs no hooks.
func TestResponseRunsNoHooks(t *testing.T) {
	h, got := outcomes(voxml.Response{voxml.Hangup{}})
	assert.Equal(t, "<Response><Hangup/></Response>", serve(h, whPost("/", "CallSid=1")).Body.String())
	assert.Empty(t, *got)
}

// A slow Done hook does not keep the caller waiting.
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
