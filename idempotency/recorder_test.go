package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// Whatever writes the answer, its client gets what it would get without the
// Handler, and the retry gets the same.
func TestAnswersOfAnyHandler(t *testing.T) {
	tests := []struct {
		name   string
		next   http.HandlerFunc
		stored bool
	}{
		{"a document that is a handler", voxml.Response{voxml.Hangup{}}.ServeHTTP, true},
		{"nothing", func(http.ResponseWriter, *http.Request) {}, true},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, true},
		{"a body without a status", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<Response/>") }, true},
		{"two statuses", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			w.WriteHeader(http.StatusInternalServerError)
		}, true},
		{"headers after the status", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Before", "1")
			w.WriteHeader(http.StatusOK)
			w.Header().Set("X-After", "1")
		}, true},
		{"several values", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-A"] = []string{"1", "2"}
			_, _ = io.WriteString(w, "<Response/>")
		}, true},
		{"pieces", func(w http.ResponseWriter, _ *http.Request) {
			for _, piece := range []string{"<Response>", "<Hangup/>", "</Response>"} {
				_, _ = io.WriteString(w, piece)
				_ = http.NewResponseController(w).Flush()
			}
		}, true},
		{"an old Flusher", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "<Response/>")
		}, true},
		{"an early hint", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			_, _ = io.WriteString(w, "<Response/>")
		}, true},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, false},
		{"an error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }, false},
		{"an answer that is too large", func(w http.ResponseWriter, _ *http.Request) {
			for range 33 {
				_, _ = w.Write(bytes.Repeat([]byte("x"), 64<<10))
			}
		}, false},
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(t *testing.T, h http.Handler) string {
		server := httptest.NewUnstartedServer(h)
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // of two statuses
		server.Start()
		defer server.Close()
		res, err := client.Post(server.URL+"/voice", "application/x-www-form-urlencoded", strings.NewReader(gather))
		require.NoError(t, err)
		defer res.Body.Close()
		res.Header.Del("Date")
		res.Header.Del("Content-Length") // of a body that was flushed the first time
		var b bytes.Buffer
		require.NoError(t, (&http.Response{StatusCode: res.StatusCode, Header: res.Header}).Write(&b))
		_, err = io.Copy(&b, res.Body)
		require.NoError(t, err)
		return b.String()
	}
	for _, tt := range tests {
		for _, store := range []idempotency.Store{nil, new(sharedStore)} {
			t.Run(tt.name, func(t *testing.T) {
				runs := 0
				next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					runs++
					tt.next(w, r)
				})
				want := get(t, next)
				h := &idempotency.Handler{Next: next, ID: always, Store: store}
				assert.Equal(t, want, get(t, h))
				assert.Equal(t, want, get(t, h))
				if tt.stored {
					assert.Equal(t, 2, runs)
				} else {
					assert.Equal(t, 3, runs)
				}
			})
		}
	}
}

// ResponseController reaches the connection, but Flush does not pass by what
// was buffered.
func TestResponseController(t *testing.T) {
	flushed := make(chan string, 1)
	h := &idempotency.Handler{ID: always, Next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		assert.NoError(t, c.SetWriteDeadline(time.Now().Add(time.Minute)))
		w.Header().Set("X-A", "1")
		_, _ = io.WriteString(w, "first ")
		assert.NoError(t, c.Flush())
		assert.Equal(t, "first ", <-flushed)
		_, _ = io.WriteString(w, "second")
	})}
	server := httptest.NewServer(h)
	defer server.Close()
	res, err := http.Post(server.URL+"/voice", "application/x-www-form-urlencoded", strings.NewReader(gather))
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, "1", res.Header.Get("X-A"))
	first := make([]byte, 6)
	_, err = io.ReadFull(res.Body, first)
	require.NoError(t, err)
	flushed <- string(first)
	rest, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	assert.Equal(t, "second", string(rest))
	assert.Equal(t, "first second", post(t, server.URL+"/voice", gather), "the stored answer is whole")
}

// Hooks around the Handler see each delivery. Those of a replay run before it
// is written: a wrapper that signs documents must know that it is finished.
func TestHooksOfAReplay(t *testing.T) {
	tests := []struct {
		name string
		next http.Handler
		form string
		want []voxhook.Outcome
	}{
		{"a document", new(app), gather, []voxhook.Outcome{
			{Status: 200, Document: true}, {Status: 200, Document: true, Replayed: true},
		}},
		{"a notification", new(app), status, []voxhook.Outcome{{Status: 204}, {Status: 204, Replayed: true}}},
		{"another handler, which runs no hooks", voxml.Response{}, gather, nil},
	}
	for _, tt := range tests {
		for _, store := range []idempotency.Store{nil, new(sharedStore)} {
			t.Run(tt.name, func(t *testing.T) {
				h := &idempotency.Handler{Next: tt.next, ID: always, Store: store}
				var got []voxhook.Outcome
				for range 2 {
					w := httptest.NewRecorder()
					ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{
						Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) {
							got = append(got, o)
							if o.Replayed {
								assert.Zero(t, w.Body.Len())
								assert.Empty(t, w.Result().Header)
							}
						},
					})
					h.ServeHTTP(w, request(ctx, "/voice", tt.form))
				}
				assert.Equal(t, tt.want, got)
			})
		}
	}
}

// Hooks outside see the run too, and can refuse it. A refusal is not stored.
func TestHooksOfARun(t *testing.T) {
	type key struct{}
	refuse := true
	a := &app{f: func(ctx context.Context, run int) (voxml.Response, error) {
		assert.Equal(t, "from the hook", ctx.Value(key{}))
		assert.NotEmpty(t, idempotency.Key(ctx))
		return say(run), nil
	}}
	h := &idempotency.Handler{Next: a, ID: always}
	ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{
		Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) {
			if refuse {
				return nil, errors.New("no")
			}
			return context.WithValue(ctx, key{}, "from the hook"), nil
		},
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request(ctx, "/voice", gather))
	assert.Equal(t, 403, w.Code)
	refuse = false
	w = httptest.NewRecorder()
	h.ServeHTTP(w, request(ctx, "/voice", gather))
	assert.Equal(t, 200, w.Code)
}

// An Observe that panics, or takes its time, does not cost the answer.
func TestObserve(t *testing.T) {
	answered := make(chan bool)
	h := &idempotency.Handler{Next: new(app), ID: always, ErrorLog: silent}
	var got []idempotency.Delivery
	h.Observe = func(ctx context.Context, d idempotency.Delivery) {
		<-answered
		got = append(got, d)
		panic("no")
	}
	server := httptest.NewServer(h)
	for range 2 {
		assert.Contains(t, post(t, server.URL+"/voice", gather), "run 1")
		answered <- true
	}
	server.Close()
	require.Len(t, got, 2)
	assert.Equal(t, idempotency.Delivery{Result: idempotency.Ran, Key: got[0].Key}, got[0])
	assert.Equal(t, idempotency.Delivery{Result: idempotency.Replayed, Key: got[0].Key}, got[1])
	assert.Len(t, got[0].Key, 43)
}

// The names of results are in logs and metrics.
func TestResultString(t *testing.T) {
	names := map[idempotency.Result]string{
		0: "unknown", idempotency.Ran: "ran", idempotency.Joined: "joined",
		idempotency.Replayed: "replayed", idempotency.Unprotected: "unprotected",
	}
	for r, want := range names {
		assert.Equal(t, want, r.String())
	}
}

// A platform that hangs up in the middle of a callback, over a real connection:
// the run goes on, and the retry gets its answer.
func TestHangUpOverHTTP(t *testing.T) {
	began, hungUp := make(chan bool), make(chan bool)
	a := &app{f: func(ctx context.Context, run int) (voxml.Response, error) {
		close(began)
		<-hungUp
		return say(run), ctx.Err()
	}}
	ended := make(chan bool)
	inner := &idempotency.Handler{Next: a, ID: always}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		context.AfterFunc(r.Context(), func() { ended <- true })
		inner.ServeHTTP(w, r)
	}))
	defer server.Close()
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-began
		hangUp()
		<-ended
		close(hungUp)
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/voice", strings.NewReader(gather))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(r)
	if err == nil {
		res.Body.Close()
	}
	require.ErrorIs(t, err, context.Canceled)
	go func() { <-ended }()
	assert.Contains(t, post(t, server.URL+"/voice", gather), "run 1")
}
