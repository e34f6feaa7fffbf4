package main

import (
	"flag"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
)

// An invalid address is refused before calls arrive. The error does not quote
// it.
func TestOpenRedis(t *testing.T) {
	for addr, want := range map[string]error{
		"localhost:6379": nil, "[::1]:6379": nil, "redis://localhost": nil, "unix:///run/redis.sock?db=2": nil,
		"rediss://user:s3cret@redis.example.com:6379/1": nil,
		"localhost": errAddress, "localhost:": errAddress, "s3cret://localhost": errAddress, "redis://user:s3cret@localhost:6379/x": errAddress,
	} {
		store, err := openRedis(addr)
		require.Equal(t, want, err, addr) // exactly this error, whose text has no address
		assert.Equal(t, want == nil, store != nil, addr)
	}
}

var rounds = flag.Int("rounds", 1, "the number of times that each fault of Redis is tried")

// Redis is killed, restarted empty, and stopped, between webhooks and during a
// callback. Each webhook runs, and every delivery gets its document. A webhook
// runs twice only if Redis failed or lost its data.
func TestRedisFails(t *testing.T) {
	redis := redistest.Start(t)
	p := startPair(t, redis, 0)
	doubled := 0
	for _, fault := range []struct {
		name        string
		begin, over func()
	}{
		{"killed", redis.Kill, redis.Start},
		{"restarted-empty", func() { redis.Kill(); redis.Start() }, func() {}},
		{"stopped", redis.Pause, redis.Resume},
	} {
		for round := range *rounds {
			call := fmt.Sprint(fault.name, round)
			first := p.first(call)
			fault.begin() // between two webhooks
			p.live.Store(0)
			p.send(t, first)
			p.live.Store(1)
			document := p.send(t, first)
			fault.over()
			chosen := p.chosen(t, call, document)

			p.live.Store(0)
			p.held.Store(chosen.message)
			begun := p.meanwhile(chosen)
			p.pass(t, "before", func() {})
			p.pass(t, "after", func() { // during the callback
				p.held.Store("")
				fault.begin()
				p.live.Store(1)
				p.send(t, chosen)
			})
			chosen.good(t, begun)
			fault.over()
			for _, w := range []webhook{first, chosen} {
				ran := len(p.ran(w))
				require.Positive(t, ran, "webhook lost in call %s", call)
				assert.LessOrEqual(t, ran, 2, call)
				doubled += ran - 1
			}
		}
	}
	t.Logf("%d effects doubled; Redis failed %d times", doubled, p.unprotected.Load())
}
