package main

import (
	"flag"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
)

var (
	kills      = flag.Int("kills", 10, "the number of replicas that TestKill kills")
	wholeLease = flag.Bool("lease", false, "TestKill waits until leases expire, instead of shortening them")
)

// Two replicas share a Redis behind one address. One is killed during a
// callback, before or after its effect, for the first webhook of a call or for
// a later one. The other answers the retry. No effect is lost, and an effect
// happens twice only if the replica was killed after it. To kill 100 replicas
// and wait for real leases, in about two minutes:
//
//	go test ./ivr -run TestKill -kills 100 -lease -v
func TestKill(t *testing.T) {
	redis := redistest.Start(t)
	const parallel = 10
	databases := make(chan int, parallel) // of Redis, one for each pair
	for i := range parallel {
		databases <- i
	}
	var group sync.WaitGroup
	var doubled, unprotected atomic.Int32
	for n := range *kills {
		database := <-databases
		group.Go(func() {
			defer func() { databases <- database }()
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				p := startPair(t, redis, database)
				effects := p.killOnce(t, n, func() {
					if !*wholeLease {
						endLeases(t, redis, database)
					}
				})
				assert.LessOrEqual(t, effects, 1+n%2+int(p.unprotected.Load()), "the effect may happen twice only if the replica was killed after it, or the store failed")
				doubled.Add(int32(effects - 1))
				unprotected.Add(p.unprotected.Load())
			})
		})
	}
	group.Wait()
	t.Logf("%d replicas killed during a callback; %d effects doubled; Redis failed %d times", *kills, doubled.Load(), unprotected.Load())
}

// killOnce kills a replica during a callback and returns the number of effects.
func (p *pair) killOnce(t *testing.T, n int, whenDead func()) (effects int) {
	call := "call" + strconv.Itoa(n)
	webhook := p.first(call)
	later, afterEffect := n/2%2 == 1, n%2 == 1
	if later {
		webhook = p.chosen(t, call, p.send(t, webhook))
	}
	p.held.Store(webhook.message)
	first := p.meanwhile(webhook)
	point := "before"
	if afterEffect {
		p.pass(t, point, func() {})
		point = "after"
	}
	p.pass(t, point, func() {
		p.replicas[0].kill()
		p.held.Store("")
		p.live.Store(1)
	})
	assert.Equal(t, http.StatusBadGateway, (<-first).status)
	whenDead()

	one, two := p.meanwhile(webhook), p.meanwhile(webhook)
	documents := []string{webhook.good(t, one), webhook.good(t, two), p.send(t, webhook)}
	if p.unprotected.Load() == 0 { // otherwise a retry may have run again
		assert.Equal(t, []string{documents[0], documents[0], documents[0]}, documents)
	}
	if !later {
		p.send(t, p.chosen(t, call, documents[0])) // the call continues
	}
	ran := p.ran(webhook)
	require.NotEmpty(t, ran, "the webhook was lost")
	assert.Equal(t, p.replicas[1].pid(), ran[len(ran)-1])
	return len(ran)
}

// endLeases ends the leases in a database at once.
func endLeases(t *testing.T, server *redistest.Server, database int) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: server.Socket, DB: database})
	defer client.Close()
	keys, err := client.Keys(t.Context(), "ivr:*").Result()
	require.NoError(t, err)
	leases := 0
	for _, key := range keys {
		if value := client.Get(t.Context(), key).Val(); strings.HasPrefix(value, "r") {
			leases++
			require.NoError(t, client.PExpire(t.Context(), key, time.Millisecond).Err())
		}
	}
	require.Equal(t, 1, leases)
}

// A duplicate that reaches the other replica during a callback gets the answer
// of that run.
func TestDuplicateInTheOtherReplica(t *testing.T) {
	p := startPair(t, redistest.Start(t), 0)
	webhook := p.first("c1")
	p.held.Store(webhook.message)
	first := p.meanwhile(webhook)
	var second <-chan answer
	p.pass(t, "before", func() {
		p.live.Store(1)
		second = p.meanwhile(webhook)
	})
	p.pass(t, "after", func() {})
	assert.Equal(t, webhook.good(t, first), webhook.good(t, second))
	assert.Equal(t, []string{p.replicas[0].pid()}, p.ran(webhook))
}
