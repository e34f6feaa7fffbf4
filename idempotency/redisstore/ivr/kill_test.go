package main

import (
	"flag"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
)

var (
	kills      = flag.Int("kills", 10, "how many replicas TestKill kills")
	wholeLease = flag.Bool("lease", false, "TestKill waits until leases run out, instead of shortening them")
)

// Two replicas share a Redis behind one address, and one is killed in the middle
// of a callback: before or after its effect, for the first webhook of a call or
// for a later one. The retry gets its answer from the other: nothing is lost,
// and only what was killed after its effect has it twice. All of it, as long as
// leases last, in about two minutes:
//
//	go test ./ivr -run TestKill -kills 100 -lease -v
func TestKill(t *testing.T) {
	redis := redistest.Start(t)
	const parallel = 10
	databases := make(chan int, parallel) // of Redis, for pairs at the same time
	for i := range parallel {
		databases <- i
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	killed, doubled, unprotected := 0, 0, 0
	for n := range *kills {
		database := <-databases
		group.Go(func() {
			defer func() { databases <- database }()
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				p := startPair(t, redisURL(redis, database))
				effects := p.killOnce(t, n, func() {
					if !*wholeLease {
						endLeases(t, redis, database)
					}
				})
				mu.Lock()
				defer mu.Unlock()
				killed++
				doubled += effects - 1
				unprotected += p.failures()
			})
		})
	}
	group.Wait()
	t.Logf("%d killed in the middle of a callback, 0 lost, %d doubled; Redis failed %d times", killed, doubled, unprotected)
	assert.Equal(t, *kills, killed)
	assert.LessOrEqual(t, doubled, killed+unprotected)
}

// killOnce kills a replica in the middle of a callback and returns how often
// the callback had its effect.
func (p *pair) killOnce(t *testing.T, n int, whenDead func()) (effects int) {
	call := "call" + strconv.Itoa(n)
	webhook := p.first(call)
	if n/2%2 == 1 {
		webhook = p.chosen(t, call, p.sendGood(t, webhook))
	}
	p.hold(webhook.message)
	first := p.sendMeanwhile(webhook)
	if n%2 == 1 {
		p.pass(t, "before", func() {})
	}
	p.pass(t, []string{"before", "after"}[n%2], func() {
		p.replicas[0].kill()
		p.hold("")
		p.use(1)
	})
	status, _ := first()
	assert.Equal(t, http.StatusBadGateway, status)
	whenDead()

	retries := []func() (int, string){p.sendMeanwhile(webhook), p.sendMeanwhile(webhook)}
	var documents []string
	for _, wait := range retries {
		status, document := wait()
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, document, webhook.holds)
		documents = append(documents, document)
	}
	documents = append(documents, p.sendGood(t, webhook))
	if p.failures() == 0 { // or a retry may have run again
		assert.Equal(t, []string{documents[0], documents[0], documents[0]}, documents)
	}
	if n/2%2 == 0 {
		p.sendGood(t, p.chosen(t, call, documents[0])) // the call goes on
	}
	ran := p.ran(webhook.message, call)
	require.NotEmpty(t, ran, "lost")
	assert.Equal(t, p.replicas[1].cmd.Process.Pid, ran[len(ran)-1])
	return len(ran)
}

// endLeases makes the leases in a database end now.
func endLeases(t *testing.T, server *redistest.Server, database int) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: server.Socket, DB: database})
	defer client.Close()
	keys, err := client.Keys(t.Context(), "ivr:*").Result()
	require.NoError(t, err)
	leases := 0
	for _, key := range keys {
		value, err := client.Get(t.Context(), key).Result()
		require.NoError(t, err)
		if strings.HasPrefix(value, "r") {
			leases++
			require.NoError(t, client.PExpire(t.Context(), key, time.Millisecond).Err())
		}
	}
	require.Equal(t, 1, leases)
}

// A duplicate that reaches the other replica while a callback runs gets the
// answer of that run.
func TestDuplicateInTheOtherReplica(t *testing.T) {
	p := startPair(t, redisURL(redistest.Start(t), 0))
	webhook := p.first("c1")
	p.hold(webhook.message)
	first := p.sendMeanwhile(webhook)
	var second func() (int, string)
	p.pass(t, "before", func() {
		p.use(1)
		second = p.sendMeanwhile(webhook)
	})
	p.pass(t, "after", func() {})
	status, document := first()
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, document, webhook.holds)
	status, again := second()
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, document, again)
	assert.Equal(t, []int{p.replicas[0].cmd.Process.Pid}, p.ran(webhook.message, "c1"))
}
