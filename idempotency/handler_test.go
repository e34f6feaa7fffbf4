package idempotency_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

const ran, joined, replayed, unprotected = idempotency.Ran, idempotency.Joined, idempotency.Replayed, idempotency.Unprotected

// Deliveries of one webhook have the same key. Other webhooks have other keys.
func TestKey(t *testing.T) {
	var keys []string
	d := deliver(&idempotency.Handler{ID: documentID, Next: &app{f: func(ctx context.Context, _ int) (voxml.Response, error) {
		keys = append(keys, idempotency.Key(ctx))
		return nil, errRun
	}}})
	for _, doc := range []string{"1", "1", "2"} {
		d.send("/menu?doc="+doc, gather)
	}
	require.Len(t, keys, 3)
	assert.Equal(t, keys[0], keys[1])
	assert.NotEqual(t, keys[0], keys[2])
}

// The steps of a payment run even if a plain handler answers them.
func TestPayProgressOfPlainHandlers(t *testing.T) {
	for form, want := range map[string]int{
		"CallSid=1&CallStatus=in-progress&For=security-code&Attempt=1": 3,
		"CallSid=1&CallStatus=in-progress&Digits=1&Attempt=1":          1, // a Gather with an extra parameter
	} {
		runs := 0
		h := &idempotency.Handler{Next: counting(&runs), ID: always}
		for range 3 {
			serve(h, request(t.Context(), "/step", form))
		}
		assert.Equal(t, want, runs, form)
	}

	// So do those that only an outer hook can identify. The second step comes
	// during the first, and does not wait for it.
	for _, store := range []idempotency.Store{nil, new(sharedStore)} {
		synctest.Test(t, func(t *testing.T) {
			ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { return voxhook.KindPayProgress }})
			h, begin := &idempotency.Handler{ID: always, Store: store}, time.Now()
			a := &app{f: func(_ context.Context, run int) (voxml.Response, error) {
				if run == 1 {
					serve(h, request(ctx, "/step", gather))
				}
				return nil, nil
			}}
			h.Next = a
			serve(h, request(ctx, "/step", gather))
			assert.Equal(t, 2, a.count())
			assert.Less(t, time.Since(begin), time.Second)
		})
	}
}

// Other requests pass through unchanged, with or without a known length. Their
// bodies are not read.
func TestNotAWebhook(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, tt := range []struct {
		name           string
		method, target string
		header         http.Header
		body           string
	}{
		{"a health check", "GET", "/healthz", http.Header{}, ""},
		{"another form", "POST", "/login", form, "user=x"},
		{"an empty form", "POST", "/login", form, ""},
		{"JSON", "POST", "/api", http.Header{"Content-Type": {"application/json"}}, `{"CallSid":"c1"}`},
		{"an upload", "PUT", "/file", form, gather},
		{"a compressed form", "POST", "/voice", http.Header{"Content-Type": form["Content-Type"], "Content-Encoding": {"gzip"}}, gather},
		{"a large form", "POST", "/voice", form, gather + "&x=" + strings.Repeat("x", 256<<10)},
		{"a form with many parameters", "POST", "/voice", form, gather + strings.Repeat("&x", 1000)},
		{"a webhook", "POST", "/voice", form, gather},
	} {
		for _, unknown := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				runs := 0
				webhook := tt.name == "a webhook"
				h := &idempotency.Handler{ID: always, Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					runs++
					body, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.True(t, tt.body == string(body))
					assert.Equal(t, webhook, idempotency.Key(r.Context()) != "")
					_, direct := w.(*httptest.ResponseRecorder)
					assert.Equal(t, !webhook, direct, "only answers to webhooks are buffered")
				})}
				for range 2 {
					r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
					r.Header = tt.header.Clone()
					if unknown {
						r.ContentLength = -1
					}
					serve(h, r)
				}
				assert.Equal(t, webhook, runs == 1)
			})
		}
	}
}

// A stored answer does not bypass a login that is checked inside.
func TestLoginInside(t *testing.T) {
	h := &idempotency.Handler{Window: time.Minute, Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "secret" && r.Header.Get("Cookie") != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})}
	for _, tt := range []struct {
		name, value string
		status      int
	}{
		{"Authorization", "Basic OnNlY3JldA==", 200}, {"Authorization", "", 401}, {"Authorization", "Basic OnNlY3JldA==", 200},
		{"Cookie", "a=b", 401}, {"Cookie", "secret", 200}, {"Cookie", "", 401},
	} {
		r := request(t.Context(), "/voice", gather)
		r.Header.Set(tt.name, tt.value)
		assert.Equal(t, tt.status, serve(h, r).Code, tt.name)
	}
}

// Outer hooks see the run, and can refuse it. A refusal is not stored.
func TestHooksOfARun(t *testing.T) {
	type key struct{}
	refuse := errors.New("no")
	a := &app{f: func(ctx context.Context, run int) (voxml.Response, error) {
		assert.Equal(t, "from the hook", ctx.Value(key{}))
		assert.Len(t, idempotency.Key(ctx), 43)
		return say(run), nil
	}}
	h := &idempotency.Handler{Next: a, ID: always}
	ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{
		Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) {
			return context.WithValue(ctx, key{}, "from the hook"), refuse
		},
	})
	assert.Equal(t, 403, serve(h, request(ctx, "/voice", gather)).Code)
	refuse = nil
	assert.Equal(t, 200, serve(h, request(ctx, "/voice", gather)).Code)
	assert.Empty(t, idempotency.Key(t.Context()))
}

// Requests with different cookies do not get each other's answers.
func TestCookies(t *testing.T) {
	runs := 0
	h := &idempotency.Handler{Next: counting(&runs), Window: time.Minute}
	for range 2 {
		for _, cookie := range []string{"session=a", "session=b"} {
			r := request(t.Context(), "/", incoming)
			r.Header.Set("Cookie", cookie)
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	assert.Equal(t, 2, runs)
}

// A body without a length that has the largest permitted size runs once. With
// one byte more, it runs each time.
func TestChunkedBodyAtTheLimit(t *testing.T) {
	runs := 0
	h := &idempotency.Handler{Next: counting(&runs), Window: time.Minute}
	largest := "CallSid=1&x=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes-len("CallSid=1&x="))
	for _, body := range []string{largest, largest, largest + "x", largest + "x"} {
		r := request(t.Context(), "/", body)
		r.ContentLength = -1
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	assert.Equal(t, 3, runs)
}
