package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// A brokenStore does what is in break before it does what it should.
type brokenStore struct {
	sharedStore
	breaks map[string]func(ctx context.Context) error
}

func (s *brokenStore) broken(ctx context.Context, method string) error {
	if f := s.breaks[method]; f != nil {
		return f(ctx)
	}
	return nil
}

func (s *brokenStore) Claim(ctx context.Context, key string, lease time.Duration) (string, []byte, error) {
	if err := s.broken(ctx, "claim"); err != nil {
		return "", nil, err
	}
	claim, answer, err := s.sharedStore.Claim(ctx, key, lease)
	if err == nil && answer == nil {
		err = s.broken(ctx, "claimed")
	}
	return claim, answer, err
}

func (s *brokenStore) Renew(ctx context.Context, key, claim string, lease time.Duration) error {
	if err := s.broken(ctx, "renew"); err != nil {
		return err
	}
	return s.sharedStore.Renew(ctx, key, claim, lease)
}

func (s *brokenStore) Finish(ctx context.Context, key, claim string, answer []byte, ttl time.Duration) error {
	if err := s.broken(ctx, "finish"); err != nil {
		return err
	}
	return s.sharedStore.Finish(ctx, key, claim, answer, ttl)
}

func (s *brokenStore) Release(ctx context.Context, key, claim string) error {
	if err := s.broken(ctx, "release"); err != nil {
		return err
	}
	return s.sharedStore.Release(ctx, key, claim)
}

// Whatever the store does wrong, both deliveries get an answer soon, and each
// failure is one record without anything of the request.
func TestStoreFails(t *testing.T) {
	down := func(context.Context) error { return errors.New("connection refused") }
	hangs := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	tests := []struct {
		name    string
		breaks  map[string]func(context.Context) error
		runs    int
		first   idempotency.Result
		second  idempotency.Result
		records []string
	}{
		{"nothing", nil, 1, idempotency.Ran, idempotency.Replayed, nil},
		{"down", map[string]func(context.Context) error{"claim": down, "renew": down, "finish": down, "release": down},
			2, idempotency.Unprotected, idempotency.Unprotected, []string{"claim", "claim"}},
		{"hangs", map[string]func(context.Context) error{"claim": hangs, "renew": hangs, "finish": hangs, "release": hangs},
			2, idempotency.Unprotected, idempotency.Unprotected, []string{"claim", "claim"}},
		{"the answer of Claim is lost", map[string]func(context.Context) error{"claimed": hangs},
			1, idempotency.Unprotected, idempotency.Replayed, []string{"claim"}},
		{"Renew", map[string]func(context.Context) error{"renew": hangs},
			1, idempotency.Ran, idempotency.Replayed, []string{"renew"}},
		{"Finish", map[string]func(context.Context) error{"finish": down},
			2, idempotency.Ran, idempotency.Ran, []string{"finish", "finish"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				a := &app{f: func(_ context.Context, run int) (voxml.Response, error) {
					time.Sleep(4 * time.Second)
					return say(run), nil
				}}
				d := deliver(&idempotency.Handler{
					Next: a, ID: documentID, Store: &brokenStore{breaks: tt.breaks},
					ErrorLog: slog.New(slog.NewTextHandler(&log, nil)),
				})
				begin := time.Now()
				for range 2 {
					assert.Equal(t, 200, d.send("/menu?doc=secret", gather+"&From=secret").Code)
				}
				assert.Equal(t, tt.runs, a.count())
				assert.Equal(t, []idempotency.Result{tt.first, tt.second}, d.results)
				assert.Less(t, time.Since(begin), 20*time.Second)
				var records []string
				for line := range strings.Lines(log.String()) {
					method, _, _ := strings.Cut(line[strings.Index(line, "method=")+len("method="):], " ")
					records = append(records, method)
				}
				if tt.name == "Renew" {
					records = records[:1]
				}
				assert.Equal(t, tt.records, records)
				assert.NotContains(t, log.String(), "secret")
			})
		})
	}
}

// A process that dies in the middle of a run leaves a lease. When it has run
// out, another replica runs.
func TestCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(sharedStore)
		a := new(app)
		d := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
		require.Equal(t, 200, d.send("/menu?doc=1", gather).Code)
		for key := range store.keys { // as if it had not finished
			store.keys[key] = &sharedKey{claim: "of the dead", expires: time.Now().Add(10 * time.Second)}
		}
		begin := time.Now()
		assert.Contains(t, d.send("/menu?doc=1", gather).Body.String(), "run 2")
		assert.InDelta(t, 10, time.Since(begin).Seconds(), 0.2)
	})
}

// A run that takes longer than a lease keeps it.
func TestRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(sharedStore)
		a := &app{f: func(_ context.Context, run int) (voxml.Response, error) {
			time.Sleep(25 * time.Second)
			return say(run), nil
		}}
		one := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
		two := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
		first := one.meanwhile("/menu?doc=1", gather)
		time.Sleep(time.Second)
		assert.Contains(t, two.send("/menu?doc=1", gather).Body.String(), "run 1")
		first()
		assert.Equal(t, 1, a.count())
		assert.Equal(t, []idempotency.Result{idempotency.Replayed}, two.results)
	})
}

// What a store returns is only sent if it is the whole answer to this very
// webhook. Anything else runs.
func TestGarbage(t *testing.T) {
	store := new(sharedStore)
	a := new(app)
	d := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
	d.send("/menu?doc=1", gather)
	d.send("/menu?doc=2", gather)
	var keys []string
	for key := range store.keys {
		keys = append(keys, key)
	}
	require.Len(t, keys, 2)
	one, two := store.keys[keys[0]], store.keys[keys[1]]
	one.answer, two.answer = two.answer, one.answer
	good := bytes.Clone(one.answer)
	for _, doc := range []string{"1", "2"} {
		before := a.count()
		assert.Equal(t, 200, d.send("/menu?doc="+doc, gather).Code)
		assert.Equal(t, before+1, a.count(), "the answers were swapped")
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		bad := bytes.Clone(good)
		switch random.IntN(3) {
		case 0:
			bad[random.IntN(len(bad))] ^= 1 << random.IntN(8)
		case 1:
			bad = bad[:random.IntN(len(bad))]
		case 2:
			bad = append(bad, byte(random.Uint32()))
		}
		one.answer, two.answer = bad, bad
		before := a.count()
		require.Equal(t, 200, d.send("/menu?doc=1", gather).Code)
		require.Equal(t, before+1, a.count())
	}
	require.Equal(t, idempotency.Unprotected, d.results[len(d.results)-1])
}
