package idempotency_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/voxhook/voxhook/idempotency"
)

var silent = slog.New(slog.DiscardHandler)

// documentKey is the context key of the ID that a URL had.
type documentKey struct{}

// withDocument is what a wrapper that signs URLs does: it takes the ID of the
// document out of the URL and keeps it in the context.
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

// documentID returns the ID that withDocument found.
func documentID(r *http.Request) (string, bool) {
	id, ok := r.Context().Value(documentKey{}).(string)
	return id, ok
}

// request returns a webhook.
func request(ctx context.Context, target, form string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// A sharedStore is a Store in memory, as replicas share it.
type sharedStore struct {
	mu     sync.Mutex
	claims int
	keys   map[string]*sharedKey

	// noOwner is a mistake: Renew, Finish and Release do not look at the claim.
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

// held calls f with a key if the claim still holds.
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
