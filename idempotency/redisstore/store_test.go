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

// A claim, and what its owner and others can do with it.
func TestStore(t *testing.T) {
	client := redistest.Start(t).Client(false)
	store := &redisstore.Store{Client: client}
	ctx := t.Context()

	claim, answer, err := store.Claim(ctx, "k", time.Minute)
	require.NoError(t, err)
	assert.Nil(t, answer)
	assert.NotEmpty(t, claim)
	ttl := client.PTTL(ctx, redisstore.DefaultPrefix+"k").Val()
	assert.InDelta(t, time.Minute, ttl, float64(10*time.Second))
	_, _, err = store.Claim(ctx, "k", time.Minute)
	require.ErrorIs(t, err, idempotency.ErrRunning)

	require.NoError(t, store.Renew(ctx, "k", claim, time.Hour))
	ttl = client.PTTL(ctx, redisstore.DefaultPrefix+"k").Val()
	assert.InDelta(t, time.Hour, ttl, float64(10*time.Second))

	require.NoError(t, store.Finish(ctx, "k", claim, []byte("\x00\xff\r\nanswer"), time.Hour))
	again, answer, err := store.Claim(ctx, "k", time.Minute)
	require.NoError(t, err)
	assert.Empty(t, again)
	assert.Equal(t, "\x00\xff\r\nanswer", string(answer))

	_, err = client.Get(ctx, "k").Result()
	require.ErrorIs(t, err, redis.Nil, "keys have the prefix")
}

// A claim that does not hold any more changes nothing.
func TestOldClaim(t *testing.T) {
	client := redistest.Start(t).Client(false)
	store := &redisstore.Store{Client: client, Prefix: "p:"}
	ctx := t.Context()
	methods := map[string]func(key, claim string) error{
		"renew":   func(key, claim string) error { return store.Renew(ctx, key, claim, time.Hour) },
		"finish":  func(key, claim string) error { return store.Finish(ctx, key, claim, []byte("old"), time.Hour) },
		"release": func(key, claim string) error { return store.Release(ctx, key, claim) },
	}
	for name, method := range methods {
		for _, state := range []string{"free", "claimed by another", "answered"} {
			t.Run(name+", "+state, func(t *testing.T) {
				key := name + state
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
				before, _ := client.Get(ctx, "p:"+key).Result()
				require.NoError(t, method(key, old))
				after, _ := client.Get(ctx, "p:"+key).Result()
				assert.Equal(t, before, after)
				assert.Less(t, client.PTTL(ctx, "p:"+key).Val(), 2*time.Minute)
			})
		}
	}
}

// A lease that is not renewed runs out.
func TestLease(t *testing.T) {
	store := &redisstore.Store{Client: redistest.Start(t).Client(false)}
	_, _, err := store.Claim(t.Context(), "k", 30*time.Millisecond)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, _, err := store.Claim(t.Context(), "k", time.Minute)
		return err == nil
	}, 10*time.Second, 5*time.Millisecond)
}

// Values that this package did not write are errors, so the webhook runs.
func TestForeignValues(t *testing.T) {
	client := redistest.Start(t).Client(false)
	store := &redisstore.Store{Client: client, Prefix: "p:"}
	ctx := t.Context()
	require.NoError(t, client.Set(ctx, "p:text", "hello", 0).Err())
	require.NoError(t, client.Set(ctx, "p:empty", "", 0).Err())
	require.NoError(t, client.LPush(ctx, "p:list", "x").Err())
	for _, key := range []string{"text", "empty", "list"} {
		_, answer, err := store.Claim(ctx, key, time.Minute)
		assert.Error(t, err, key)
		assert.NotErrorIs(t, err, idempotency.ErrRunning, key)
		assert.Nil(t, answer, key)
	}
}

// The methods return when their context ends, also with a client that ignores
// it. A command that Redis executes later does no harm: the claim is known.
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
	late, _, err := store.Claim(soon(), "k", time.Minute)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotEmpty(t, late)
	require.ErrorIs(t, store.Renew(soon(), "other", claim, time.Minute), context.DeadlineExceeded)
	require.ErrorIs(t, store.Finish(soon(), "other", claim, []byte("x"), time.Minute), context.DeadlineExceeded)
	require.ErrorIs(t, store.Release(soon(), "other", claim), context.DeadlineExceeded)
	redis.Resume()
	require.Eventually(t, func() bool { // the command arrives after all
		_, _, err := store.Claim(t.Context(), "k", time.Minute)
		return err == idempotency.ErrRunning
	}, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, store.Finish(t.Context(), "k", late, []byte("x"), time.Minute))
	_, answer, err := store.Claim(t.Context(), "k", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "x", string(answer))
}

// webhook returns a delivery of the webhook with this number.
func webhook(ctx context.Context, target string, n int) *http.Request {
	form := fmt.Sprintf("CallSid=call%d&CallStatus=in-progress&Digits=1", n)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func documentID(*http.Request) (string, bool) { return "document", true }

// Two replicas share a Redis that is killed, restarted empty, and stopped while
// webhooks arrive. Every webhook runs, and gets its own answer in time.
func TestRedisFails(t *testing.T) {
	redistest.Quiet()
	redis := redistest.Start(t)
	const webhooks = 80
	var effects [webhooks]atomic.Int32
	settings := voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}
	app := settings.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
		var n int
		_, err := fmt.Sscanf(ev.CallSid, "call%d", &n)
		effects[n].Add(1)
		return voxml.Response{voxml.Say{Text: ev.CallSid}}, err
	})
	var replicas [2]http.Handler
	var results [5]atomic.Int32
	for i := range replicas {
		replicas[i] = &idempotency.Handler{
			Next: app, ID: documentID, ErrorLog: slog.New(slog.DiscardHandler),
			Store:   &redisstore.Store{Client: redis.Client(i == 0)},
			Observe: func(_ context.Context, d idempotency.Delivery) { results[d.Result].Add(1) },
		}
	}
	var mu sync.Mutex
	var slowest time.Duration
	send := func(n, replica int) {
		begin := time.Now()
		w := httptest.NewRecorder()
		replicas[replica].ServeHTTP(w, webhook(context.Background(), "/voice", n))
		assert.Equal(t, 200, w.Code)
		assert.Contains(t, w.Body.String(), fmt.Sprintf(">call%d<", n))
		mu.Lock()
		defer mu.Unlock()
		slowest = max(slowest, time.Since(begin))
	}
	chaos := map[int]func(){
		20: redis.Kill,
		22: redis.Start, // empty
		40: redis.Pause,
		42: redis.Resume,
		60: func() { redis.Kill(); redis.Start() },
	}
	for n := range webhooks {
		if f := chaos[n]; f != nil {
			f()
		}
		var group sync.WaitGroup
		for delivery := range 4 {
			group.Go(func() { send(n, delivery%2) })
		}
		group.Wait()
		send(n, 0)
	}
	doubled := 0
	for n := range effects {
		require.Positive(t, effects[n].Load(), "webhook %d", n)
		doubled += int(effects[n].Load()) - 1
	}
	t.Logf("%d runs too many; ran %d, joined %d, replayed %d, unprotected %d; slowest %v", doubled,
		results[idempotency.Ran].Load(), results[idempotency.Joined].Load(), results[idempotency.Replayed].Load(),
		results[idempotency.Unprotected].Load(), slowest.Round(time.Millisecond))
	assert.LessOrEqual(t, doubled, int(results[idempotency.Unprotected].Load()), "only without Redis")
	assert.Less(t, slowest, 12*time.Second)
	assert.Positive(t, results[idempotency.Replayed].Load())
}

// Deliveries to two replicas at once are one run.
func TestReplicas(t *testing.T) {
	server := redistest.Start(t)
	var runs atomic.Int32
	app := voxhook.Settings{}.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		runs.Add(1)
		return voxml.Response{voxml.Hangup{}}, nil
	})
	var replicas [2]http.Handler
	for i := range replicas {
		replicas[i] = &idempotency.Handler{
			Next: app, ID: documentID, Store: &redisstore.Store{Client: server.Client(true)},
		}
	}
	var group sync.WaitGroup
	for delivery := range 400 {
		group.Go(func() {
			w := httptest.NewRecorder()
			replicas[delivery%2].ServeHTTP(w, webhook(context.Background(), "/voice", delivery%50))
			assert.Equal(t, "<Response><Hangup/></Response>", strings.TrimSpace(w.Body.String()[strings.Index(w.Body.String(), "<Response"):]))
		})
	}
	group.Wait()
	assert.EqualValues(t, 50, runs.Load())
}
