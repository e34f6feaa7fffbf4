package redisstore_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/idempotency/redisstore"
	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
	"github.com/voxhook/voxhook/voxml"
)

// The owner of a claim can renew and finish it. Others get ErrRunning, and then
// the answer.
func TestStore(t *testing.T) {
	client := redistest.Start(t).Client(false)
	store := &redisstore.Store{Client: client}
	ctx := t.Context()
	left := func() time.Duration { return client.PTTL(ctx, redisstore.DefaultPrefix+"k").Val() }

	claim, answer, err := store.Claim(ctx, "k", time.Minute)
	require.NoError(t, err)
	assert.Nil(t, answer)
	assert.NotEmpty(t, claim)
	assert.InDelta(t, time.Minute, left(), float64(10*time.Second))
	_, _, err = store.Claim(ctx, "k", time.Minute)
	require.ErrorIs(t, err, idempotency.ErrRunning)

	require.NoError(t, store.Renew(ctx, "k", claim, time.Hour))
	assert.InDelta(t, time.Hour, left(), float64(10*time.Second))

	require.NoError(t, store.Finish(ctx, "k", claim, []byte("\x00\xff\r\nanswer"), 2*time.Hour))
	again, answer, err := store.Claim(ctx, "k", time.Minute)
	require.NoError(t, err)
	assert.Empty(t, again)
	assert.Equal(t, "\x00\xff\r\nanswer", string(answer))
	assert.InDelta(t, 2*time.Hour, left(), float64(10*time.Second))
	require.ErrorIs(t, client.Get(ctx, "k").Err(), redis.Nil, "keys must have the prefix")

	_, _, err = store.Claim(ctx, "short", 30*time.Millisecond)
	require.NoError(t, err)
	require.Eventually(t, func() bool { // a lease that is not renewed expires
		_, _, err := store.Claim(ctx, "short", time.Minute)
		return err == nil
	}, 10*time.Second, 5*time.Millisecond)
}

// A claim that is no longer valid changes nothing.
func TestOldClaim(t *testing.T) {
	client := redistest.Start(t).Client(false)
	store := &redisstore.Store{Client: client, Prefix: "p:"}
	ctx := t.Context()
	for name, method := range map[string]func(key, claim string) error{
		"renew":   func(key, claim string) error { return store.Renew(ctx, key, claim, time.Hour) },
		"finish":  func(key, claim string) error { return store.Finish(ctx, key, claim, []byte("old"), time.Hour) },
		"release": func(key, claim string) error { return store.Release(ctx, key, claim) },
	} {
		for _, state := range []string{"free", "claimed by another", "answered"} {
			key := name + ", " + state
			old, _, err := store.Claim(ctx, key, time.Minute)
			require.NoError(t, err)
			require.NoError(t, store.Release(ctx, key, old))
			if state != "free" {
				claim, _, err := store.Claim(ctx, key, time.Minute)
				require.NoError(t, err)
				require.NotEqual(t, old, claim)
				if state == "answered" {
					require.NoError(t, store.Finish(ctx, key, claim, []byte("new"), time.Minute))
				}
			}
			before := client.Get(ctx, "p:"+key).Val()
			require.NoError(t, method(key, old))
			assert.Equal(t, before, client.Get(ctx, "p:"+key).Val(), key)
			assert.Less(t, client.PTTL(ctx, "p:"+key).Val(), 2*time.Minute, key)
		}
	}

	// A value that this package did not write is an error, so the webhook runs.
	require.NoError(t, client.MSet(ctx, "p:text", "hello", "p:empty", "").Err())
	require.NoError(t, client.LPush(ctx, "p:list", "x").Err())
	for _, key := range []string{"text", "empty", "list"} {
		_, answer, err := store.Claim(ctx, key, time.Minute)
		assert.Error(t, err, key)
		assert.NotErrorIs(t, err, idempotency.ErrRunning, key)
		assert.Nil(t, answer, key)
	}
}

// The methods return when their context ends, even if the client ignores it. A
// command that Redis executes later does no harm, because the claim is known.
func TestRedisHangs(t *testing.T) {
	redis := redistest.Start(t)
	store := &redisstore.Store{Client: redis.Client(false)}
	claim, _, err := store.Claim(t.Context(), "other", time.Minute)
	require.NoError(t, err)
	redis.Pause()
	soon := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	begin := time.Now()
	late, _, err := store.Claim(soon(), "k", time.Minute)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotEmpty(t, late)
	require.ErrorIs(t, store.Renew(soon(), "other", claim, time.Minute), context.DeadlineExceeded)
	require.ErrorIs(t, store.Finish(soon(), "other", claim, []byte("x"), time.Minute), context.DeadlineExceeded)
	require.ErrorIs(t, store.Release(soon(), "other", claim), context.DeadlineExceeded)
	require.Less(t, time.Since(begin), 2*time.Second, "the methods must not wait for the client, which takes 3 seconds each time")
	redis.Resume()
	require.Eventually(t, func() bool { // the command is executed after all
		_, _, err := store.Claim(t.Context(), "k", time.Minute)
		return err == idempotency.ErrRunning
	}, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, store.Finish(t.Context(), "k", late, []byte("x"), time.Minute))
	_, answer, err := store.Claim(t.Context(), "k", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "x", string(answer))
}

// webhook returns a delivery of webhook number n.
func webhook(n int) *http.Request {
	form := fmt.Sprintf("CallSid=call%d&CallStatus=in-progress&Digits=1", n)
	r := httptest.NewRequest(http.MethodPost, "/voice", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func documentID(*http.Request) (string, bool) { return "document", true }

// Two replicas share a Redis that is killed, restarted empty, and stopped while
// webhooks arrive at both. Every webhook runs, and gets its own answer in time.
// While Redis works, each runs once.
func TestRedisFails(t *testing.T) {
	redistest.Quiet()
	redis := redistest.Start(t)
	const webhooks = 80
	var effects [webhooks]atomic.Int32
	app := voxhook.Settings{}.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
		var n int
		_, err := fmt.Sscanf(ev.CallSid, "call%d", &n)
		effects[n].Add(1)
		return voxml.Response{voxml.Say{Text: ev.CallSid}}, err
	})
	var replicas [2]http.Handler
	var results [idempotency.Unprotected + 1]atomic.Int32
	for i := range replicas {
		replicas[i] = &idempotency.Handler{
			Next: app, ID: documentID, ErrorLog: slog.New(slog.DiscardHandler),
			Store:   &redisstore.Store{Client: redis.Client(i == 0)},
			Observe: func(_ context.Context, d idempotency.Delivery) { results[d.Result].Add(1) },
		}
	}
	send := func(n, replica int) {
		begin := time.Now()
		w := httptest.NewRecorder()
		replicas[replica].ServeHTTP(w, webhook(n))
		assert.Equal(t, 200, w.Code)
		assert.Contains(t, w.Body.String(), fmt.Sprintf(">call%d<", n))
		assert.Less(t, time.Since(begin), 12*time.Second)
	}
	chaos := map[int]func(){
		20: redis.Kill,
		22: redis.Start, // empty
		40: redis.Pause,
		42: redis.Resume,
		60: func() { redis.Kill(); redis.Start() },
	}
	doubled := 0
	for n := range webhooks {
		if f := chaos[n]; f != nil {
			f()
		}
		var group sync.WaitGroup
		for delivery := range 8 {
			group.Go(func() { send(n, delivery%2) })
		}
		group.Wait()
		send(n, 0)
		runs := int(effects[n].Load())
		require.Positive(t, runs, "webhook %d", n)
		doubled += runs - 1
		require.False(t, n < 20 && doubled > 0, "no webhook may run twice while Redis works")
	}
	t.Logf("%d surplus runs; ran %d, joined %d, replayed %d, unprotected %d", doubled,
		results[idempotency.Ran].Load(), results[idempotency.Joined].Load(),
		results[idempotency.Replayed].Load(), results[idempotency.Unprotected].Load())
	assert.LessOrEqual(t, doubled, int(results[idempotency.Unprotected].Load()), "webhooks may run twice only without Redis")
	assert.Positive(t, results[idempotency.Replayed].Load())
}

// BenchmarkServeHTTP measures the bare handler, a Handler around it, and one
// round trip to Redis. A webhook needs two round trips.
func BenchmarkServeHTTP(b *testing.B) {
	client := redistest.Start(b).Client(true)
	bare := voxml.Response{voxml.Say{Text: "Thank you."}, voxml.Hangup{}}
	handler := &idempotency.Handler{Next: bare, ID: documentID, Store: &redisstore.Store{Client: client}}
	n := 0
	for name, run := range map[string]func(){
		"bare":    func() { bare.ServeHTTP(httptest.NewRecorder(), webhook(n)) },
		"handler": func() { handler.ServeHTTP(httptest.NewRecorder(), webhook(n)) },
		"ping":    func() { client.Ping(b.Context()) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				n++
				run()
			}
		})
	}
}
