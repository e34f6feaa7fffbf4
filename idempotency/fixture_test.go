package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

var (
	silent = slog.New(slog.DiscardHandler)
	errRun = errors.New("the run failed")
)

// Forms of webhooks.
const (
	gather    = "CallSid=c1&CallStatus=in-progress&Digits=1"
	incoming  = "CallSid=c1&CallStatus=ringing"
	status    = "CallSid=c1&CallStatus=completed&CallDuration=3"
	recording = "CallSid=c1&CallStatus=in-progress&RecordingStatus=completed"
	progress  = "CallSid=c1&CallStatus=in-progress&ErrorType=input-timeout"
)

// request returns a webhook.
func request(ctx context.Context, target, form string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// documentID returns the document ID that withDocument took from the URL.
func documentID(r *http.Request) (string, bool) {
	id, ok := r.Context().Value(documentKey{}).(string)
	return id, ok
}

type documentKey struct{}

// withDocument acts like a wrapper that signs URLs: it moves the ID of the
// document from the URL to the context.
func withDocument(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id, ok := strings.CutPrefix(r.URL.RawQuery, "doc="); ok {
			u := *r.URL
			u.RawQuery = ""
			r = r.WithContext(context.WithValue(r.Context(), documentKey{}, id))
			r.URL = &u
		}
		next.ServeHTTP(w, r)
	})
}

func always(*http.Request) (string, bool) { return "d1", true }

// An app is a program whose callback is f. If f is nil, the callback returns
// the number of the run.
type app struct {
	mu   sync.Mutex
	runs int

	f        func(ctx context.Context, run int) (voxml.Response, error)
	settings voxhook.Settings
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	settings := a.settings
	if settings.ErrorLog == nil {
		settings.ErrorLog = silent
	}
	settings.OnEvent(a.answer).ServeHTTP(w, r)
}

func (a *app) answer(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
	a.mu.Lock()
	a.runs++
	run := a.runs
	a.mu.Unlock()
	if a.f != nil {
		return a.f(ctx, run)
	}
	if !ev.Kind().WantsDocument() {
		return nil, nil
	}
	return say(run), nil
}

// count returns the number of runs that have begun.
func (a *app) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.runs
}

// say returns a document with the number of a run.
func say(run int) voxml.Response { return voxml.Response{voxml.Say{Text: fmt.Sprint("run ", run)}} }

// after returns the callback of an app whose runs take d. If err is not nil,
// the first run fails with it.
func after(d time.Duration, err error) func(context.Context, int) (voxml.Response, error) {
	return func(_ context.Context, run int) (voxml.Response, error) {
		time.Sleep(d)
		if run == 1 && err != nil {
			return nil, err
		}
		return say(run), nil
	}
}

// A deliverer delivers webhooks to a Handler.
type deliverer struct {
	http.Handler
	mu      sync.Mutex
	results []idempotency.Result
}

func deliver(h *idempotency.Handler) *deliverer {
	if h.ErrorLog == nil {
		h.ErrorLog = silent
	}
	d := &deliverer{Handler: withDocument(h)}
	h.Observe = func(_ context.Context, delivery idempotency.Delivery) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.results = append(d.results, delivery.Result)
	}
	return d
}

// send delivers a webhook and returns its answer.
func (d *deliverer) send(target, form string) *httptest.ResponseRecorder {
	return serve(d, request(context.Background(), target, form))
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// text returns the text of a document, or the status if it is not 200.
func text(w *httptest.ResponseRecorder) string {
	if w.Code != http.StatusOK {
		return fmt.Sprint(w.Code)
	}
	_, body, _ := strings.Cut(w.Body.String(), "<Say>")
	body, _, _ = strings.Cut(body, "</Say>")
	return body
}

// counting returns a handler that answers with 200 and counts its runs.
func counting(runs *int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*runs++
		_, _ = io.WriteString(w, "counted")
	})
}

// A sharedStore is a Store in memory that replicas can share.
type sharedStore struct {
	mu     sync.Mutex
	claims int
	keys   map[string]*sharedKey

	// noOwner, if true, is a mistake: Renew, Finish and Release ignore the
	// claim.
	noOwner bool
}

type sharedKey struct {
	claim   string // "" after Finish
	answer  []byte
	expires time.Time
}

func (s *sharedStore) Claim(_ context.Context, key string, lease time.Duration) (string, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.keys[key]; k != nil && time.Now().Before(k.expires) {
		if k.claim != "" {
			return "", nil, idempotency.ErrRunning
		}
		return "", k.answer, nil
	}
	if s.keys == nil {
		s.keys = make(map[string]*sharedKey)
	}
	s.claims++
	claim := fmt.Sprint(s.claims)
	s.keys[key] = &sharedKey{claim: claim, expires: time.Now().Add(lease)}
	return claim, nil, nil
}

// held calls f with a key if the claim is still valid.
func (s *sharedStore) held(key, claim string, f func(*sharedKey)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keys[key]
	if k != nil && (s.noOwner || k.claim == claim && time.Now().Before(k.expires)) {
		f(k)
	}
	return nil
}

func (s *sharedStore) Renew(_ context.Context, key, claim string, lease time.Duration) error {
	return s.held(key, claim, func(k *sharedKey) { k.expires = time.Now().Add(lease) })
}

func (s *sharedStore) Finish(_ context.Context, key, claim string, answer []byte, ttl time.Duration) error {
	return s.held(key, claim, func(k *sharedKey) { *k = sharedKey{answer: answer, expires: time.Now().Add(ttl)} })
}

func (s *sharedStore) Release(_ context.Context, key, claim string) error {
	return s.held(key, claim, func(*sharedKey) { delete(s.keys, key) })
}

// forget empties the store.
func (s *sharedStore) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.keys)
}
