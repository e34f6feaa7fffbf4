package idempotency_test

import (
	"bytes"
	"context"
	"fmt"
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

// post sends a webhook over a connection and returns the answer as text.
func post(tb testing.TB, target, form string) string {
	tb.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(target, "application/x-www-form-urlencoded", strings.NewReader(form))
	require.NoError(tb, err)
	defer res.Body.Close()
	res.Header.Del("Date")
	res.Header.Del("Content-Length") // missing if the body was flushed the first time
	var b bytes.Buffer
	require.NoError(tb, (&http.Response{StatusCode: res.StatusCode, Header: res.Header}).Write(&b))
	_, err = io.Copy(&b, res.Body)
	require.NoError(tb, err)
	return b.String()
}

// With any handler, a client gets the same answer as without the idempotency
// Handler, and so does the retry. Headers that an outer wrapper sets are those
// of the delivery.
func TestAnswersOfAnyHandler(t *testing.T) {
	header := func(change func(http.Header)) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			change(w.Header())
			_, _ = io.WriteString(w, "<Response/>")
		}
	}
	for _, tt := range []struct {
		name   string
		next   http.HandlerFunc
		stored bool
	}{
		{"a document that is a handler", voxml.Response{voxml.Hangup{}}.ServeHTTP, true},
		{"nothing", func(http.ResponseWriter, *http.Request) {}, true},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, true},
		{"a body without a status", header(func(http.Header) {}), true},
		{"several values", header(func(h http.Header) { h["X-A"] = []string{"1", "2"} }), true},
		{"no type, not even a guessed one", header(func(h http.Header) { h["Content-Type"] = nil }), true},
		{"an outer header that is set", header(func(h http.Header) { h.Set("X-Outside", "inside") }), true},
		{"an outer header that is added to", header(func(h http.Header) { h.Add("X-Outside", "inside") }), true},
		{"an outer header that is deleted", header(func(h http.Header) { h.Del("X-Outside") }), true},
		{"an outer header that is read", header(func(h http.Header) { h.Set("X-Read", h.Get("X-Constant")) }), true},
		{"two statuses", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			w.WriteHeader(http.StatusInternalServerError)
		}, true},
		{"headers after the status", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Before", "1")
			w.WriteHeader(http.StatusOK)
			w.Header().Set("X-After", "1")
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
	} {
		for _, store := range []idempotency.Store{nil, new(sharedStore)} {
			t.Run(tt.name, func(t *testing.T) {
				runs, delivery := 0, 0
				next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					runs++
					tt.next(w, r)
				})
				h := &idempotency.Handler{Next: next, ID: always, Store: store}
				get := func(app http.Handler) string {
					server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						delivery++
						w.Header().Set("X-Outside", fmt.Sprint("delivery ", delivery))
						w.Header().Set("X-Constant", "1")
						app.ServeHTTP(w, r)
					}))
					server.Config.ErrorLog = log.New(io.Discard, "", 0) // for "two statuses"
					server.Start()
					defer server.Close()
					return strings.Replace(post(t, server.URL+"/voice", gather), fmt.Sprint("delivery ", delivery), "this delivery", 1)
				}
				want := get(next)
				assert.Equal(t, want, get(h))
				assert.Equal(t, want, get(h))
				assert.Equal(t, map[bool]int{true: 2, false: 3}[tt.stored], runs)
			})
		}
	}
}

// http.ResponseController reaches the connection, but Flush sends the buffered
// part first.
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
	assert.Contains(t, post(t, server.URL+"/voice", gather), "\r\n\r\nfirst second", "the stored answer must be complete")
}

// Hooks around the Handler see each delivery. Those of a replay run before it
// is written: a wrapper that signs documents must know that this one is signed.
func TestHooksOfAReplay(t *testing.T) {
	for _, tt := range []struct {
		name string
		next http.Handler
		form string
		want []voxhook.Outcome
	}{
		{"a document", new(app), gather, []voxhook.Outcome{{Status: 200, Document: true}, {Status: 200, Document: true, Replayed: true}}},
		{"a notification", new(app), status, []voxhook.Outcome{{Status: 204}, {Status: 204, Replayed: true}}},
		{"another handler, which runs no hooks", voxml.Response{}, gather, nil},
	} {
		for _, store := range []idempotency.Store{nil, new(sharedStore)} {
			t.Run(tt.name, func(t *testing.T) {
				h := &idempotency.Handler{Next: tt.next, ID: always, Store: store}
				var got []voxhook.Outcome
				for range 2 {
					w := httptest.NewRecorder()
					ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{
						Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) {
							got = append(got, o)
							assert.False(t, o.Replayed && (w.Body.Len() > 0 || len(w.Result().Header) > 0))
						},
					})
					h.ServeHTTP(w, request(ctx, "/voice", tt.form))
				}
				assert.Equal(t, tt.want, got)
			})
		}
	}
}

// An Observe that panics or is slow does not cost the answer.
func TestObserve(t *testing.T) {
	answered := make(chan bool)
	var got []idempotency.Delivery
	server := httptest.NewServer(&idempotency.Handler{Next: new(app), ID: always, ErrorLog: silent,
		Observe: func(_ context.Context, d idempotency.Delivery) {
			<-answered
			got = append(got, d)
			panic("no")
		}})
	for range 2 {
		assert.Contains(t, post(t, server.URL+"/voice", gather), "run 1")
		answered <- true
	}
	server.Close()
	require.Len(t, got, 2)
	assert.Equal(t, []idempotency.Delivery{{Result: ran, Key: got[0].Key}, {Result: replayed, Key: got[0].Key}}, got)
	assert.Len(t, got[0].Key, 43)
	assert.Equal(t, "[unknown ran joined replayed unprotected]", fmt.Sprint([]idempotency.Result{0, ran, joined, replayed, unprotected}))
}
