package idempotency_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency"
)

// A brokenStore calls a function before a method does its work. The functions
// are in breaks, by the name of the method. "claimed" is called after Claim has
// reserved a key.
type brokenStore struct {
	sharedStore
	breaks map[string]func(ctx context.Context) error
}

func (s *brokenStore) broken(ctx context.Context, method string, whole func() error) error {
	if f := s.breaks[method]; f != nil {
		if err := f(ctx); err != nil {
			return err
		}
	}
	return whole()
}

func (s *brokenStore) Claim(ctx context.Context, key string, lease time.Duration) (claim string, answer []byte, err error) {
	err = s.broken(ctx, "claim", func() (err error) {
		claim, answer, err = s.sharedStore.Claim(ctx, key, lease)
		return err
	})
	if err == nil && answer == nil {
		err = s.broken(ctx, "claimed", func() error { return nil })
	}
	return claim, answer, err
}

func (s *brokenStore) Renew(ctx context.Context, key, claim string, lease time.Duration) error {
	return s.broken(ctx, "renew", func() error { return s.sharedStore.Renew(ctx, key, claim, lease) })
}

func (s *brokenStore) Finish(ctx context.Context, key, claim string, answer []byte, ttl time.Duration) error {
	return s.broken(ctx, "finish", func() error { return s.sharedStore.Finish(ctx, key, claim, answer, ttl) })
}

func (s *brokenStore) Release(ctx context.Context, key, claim string) error {
	return s.broken(ctx, "release", func() error { return s.sharedStore.Release(ctx, key, claim) })
}

// However the store fails, both deliveries get an answer soon. Each failure
// writes one record, which has no part of the request.
func TestStoreFails(t *testing.T) {
	down := func(context.Context) error { return errRun }
	hangs := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	panics := func(context.Context) error { panic("broken") }
	running := func(context.Context) error { return idempotency.ErrRunning }
	all := func(f func(context.Context) error) map[string]func(context.Context) error {
		return map[string]func(context.Context) error{"claim": f, "renew": f, "finish": f, "release": f}
	}
	one := func(method string, f func(context.Context) error) map[string]func(context.Context) error {
		return map[string]func(context.Context) error{method: f}
	}
	for _, tt := range []struct {
		name          string
		breaks        map[string]func(context.Context) error
		runs          int
		first, second idempotency.Result
		records       string
		within        time.Duration
	}{
		{"works", nil, 1, ran, replayed, "", 5 * time.Second},
		{"is down", all(down), 2, unprotected, unprotected, "claim claim", 9 * time.Second},
		{"hangs", all(hangs), 2, unprotected, unprotected, "claim claim", 9 * time.Second},
		{"panics", all(panics), 2, unprotected, unprotected, "claim claim", 9 * time.Second},
		{"always returns ErrRunning", all(running), 2, unprotected, unprotected, "", 40 * time.Second},
		{"the answer of Claim is lost", one("claimed", hangs), 1, unprotected, replayed, "claim", 5 * time.Second},
		{"Renew hangs", one("renew", hangs), 1, ran, replayed, "renew", 5 * time.Second},
		{"Finish fails", one("finish", down), 2, ran, ran, "finish finish", 20 * time.Second},
		{"Finish panics", one("finish", panics), 2, ran, ran, "finish finish", 20 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				a := &app{f: after(4*time.Second, nil)}
				h := &idempotency.Handler{
					Next: a, ID: documentID, Store: &brokenStore{breaks: tt.breaks}, ErrorLog: slog.New(slog.NewTextHandler(&log, nil)),
				}
				if tt.breaks["claim"] != nil {
					h.Timeout = 5 * time.Second // not for the others: it would hide a lease that is renewed after its run
				}
				d := deliver(h)
				begin := time.Now()
				for range 2 {
					assert.Equal(t, 200, d.send("/menu?doc=secret", gather+"&From=secret").Code)
				}
				assert.Less(t, time.Since(begin), tt.within)
				assert.Equal(t, tt.runs, a.count())
				assert.Equal(t, []idempotency.Result{tt.first, tt.second}, d.results)
				var records []string
				for line := range strings.Lines(log.String()) {
					method, _, _ := strings.Cut(line[strings.Index(line, "method=")+len("method="):], " ")
					records = append(records, method)
				}
				assert.Equal(t, tt.records, strings.Join(records, " "))
				assert.NotContains(t, log.String(), "secret")
			})
		})
	}
}

// An answer from a store is sent only if it is complete and belongs to this
// webhook. Otherwise the webhook runs.
func TestGarbage(t *testing.T) {
	store, a := new(sharedStore), new(app)
	d := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
	send := func(doc string) {
		before := a.count()
		require.Equal(t, 200, d.send("/menu?doc="+doc, gather).Code)
		require.Equal(t, before+1, a.count())
	}
	send("1")
	send("2")
	entries := slices.Collect(maps.Values(store.keys))
	require.Len(t, entries, 2)
	one, two := entries[0], entries[1]
	one.answer, two.answer = two.answer, one.answer // swapped
	send("1")
	send("2")
	good := bytes.Clone(one.answer)
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
		send("1")
	}
	require.Equal(t, unprotected, d.results[len(d.results)-1])
}
