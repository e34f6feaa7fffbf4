package idempotency_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency"
)

// sendForm sends a form to a handler and returns the answer.
func sendForm(h http.Handler, change func(*http.Request), form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/step", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// counting answers 200 and counts its runs.
func counting(runs *int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*runs++
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "read "+http.StatusText(len(body)))
	})
}

func alwaysID(id string) func(*http.Request) (string, bool) {
	return func(*http.Request) (string, bool) { return id, true }
}

// Two steps of a payment that are equal, byte for byte, can be two steps, also
// if a plain handler answers them.
func TestPayProgressOfPlainHandlers(t *testing.T) {
	runs := 0
	h := &idempotency.Handler{Next: counting(&runs), ID: alwaysID("document")}
	for range 3 {
		sendForm(h, nil, "CallSid=1&CallStatus=in-progress&For=security-code&Attempt=1")
	}
	assert.Equal(t, 3, runs)
	for range 3 {
		sendForm(h, nil, "CallSid=1&CallStatus=in-progress&Digits=1&Attempt=1")
	}
	assert.Equal(t, 4, runs, "a Gather with a parameter of the app's own")
}

// A stored answer does not get around a login that is checked inside.
func TestLoginInside(t *testing.T) {
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "for your eyes only")
	})
	h := &idempotency.Handler{Next: inner, Window: time.Minute}
	login := func(r *http.Request) { r.SetBasicAuth("voice", "secret") }
	assert.Equal(t, 200, sendForm(h, login, "CallSid=1").Code)
	assert.Equal(t, 401, sendForm(h, nil, "CallSid=1").Code)
	assert.Equal(t, 401, sendForm(h, func(r *http.Request) { r.Header.Set("Cookie", "a=b") }, "CallSid=1").Code)
	assert.Equal(t, 200, sendForm(h, login, "CallSid=1").Code)
}

// A body without a length that is too large reaches Next as it was sent.
func TestLargeChunkedBody(t *testing.T) {
	var got []byte
	h := &idempotency.Handler{Next: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
	})}
	unannounced := func(r *http.Request) { r.ContentLength = -1 }
	large := "CallSid=1&x=" + strings.Repeat("x", 300<<10)
	for _, form := range []string{large, "", "CallSid=1"} {
		got = nil
		sendForm(h, unannounced, form)
		assert.True(t, bytes.Equal([]byte(form), got), "%d bytes", len(form))
	}
}

// A wornStore panics, or says for ever that a webhook is running elsewhere.
type wornStore struct{ running bool }

func (s wornStore) Claim(context.Context, string, time.Duration) (string, []byte, error) {
	if s.running {
		return "", nil, idempotency.ErrRunning
	}
	panic("broken")
}
func (wornStore) Renew(context.Context, string, string, time.Duration) error { panic("broken") }
func (wornStore) Finish(context.Context, string, string, []byte, time.Duration) error {
	panic("broken")
}
func (wornStore) Release(context.Context, string, string) error { panic("broken") }

// Whatever a store does, the webhook runs.
func TestBrokenStores(t *testing.T) {
	for name, store := range map[string]wornStore{"panics": {}, "running for ever": {running: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runs := 0
				var results []idempotency.Result
				h := &idempotency.Handler{
					Next: counting(&runs), Store: store, Timeout: time.Second, ErrorLog: slog.New(slog.DiscardHandler),
					Observe: func(_ context.Context, d idempotency.Delivery) { results = append(results, d.Result) },
				}
				start := time.Now()
				require.Equal(t, 200, sendForm(h, nil, "CallSid=1").Code)
				assert.Equal(t, 1, runs)
				assert.Less(t, time.Since(start), time.Minute)
				assert.Equal(t, []idempotency.Result{idempotency.Unprotected}, results)
			})
		})
	}
}
