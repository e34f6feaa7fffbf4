package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
)

// Redis is killed, restarted empty, and stopped, between webhooks and in the
// middle of a callback. Each webhook runs, every delivery gets its document, and
// one runs twice only if Redis failed or forgot.
func TestRedisFails(t *testing.T) {
	redis := redistest.Start(t)
	p := startPair(t, redisURL(redis, 0))
	faults := []struct {
		name        string
		begin, over func()
	}{
		{"killed", redis.Kill, redis.Start},
		{"restarted empty", func() { redis.Kill(); redis.Start() }, func() {}},
		{"stopped", redis.Pause, redis.Resume},
	}
	webhooks, doubled := 0, 0
	for round := range 3 {
		for _, fault := range faults {
			t.Run(fmt.Sprint(fault.name, " ", round), func(t *testing.T) {
				call := strings.ReplaceAll(fmt.Sprint(fault.name, round), " ", "-")
				first := p.first(call)
				fault.begin() // between two webhooks
				document := p.sendTwice(t, first)
				fault.over()
				chosen := p.chosen(t, call, document)

				p.use(0)
				p.hold(chosen.message)
				begun := p.sendMeanwhile(chosen)
				p.pass(t, "before", func() {})
				p.pass(t, "after", func() { // in the middle
					p.hold("")
					fault.begin()
					p.use(1)
					p.sendGood(t, chosen)
				})
				status, document := begun()
				assert.Equal(t, http.StatusOK, status)
				assert.Contains(t, document, chosen.holds)
				fault.over()
				for _, w := range []webhook{first, chosen} {
					ran := len(p.ran(w.message, call))
					require.Positive(t, ran, "lost")
					assert.LessOrEqual(t, ran, 2)
					webhooks, doubled = webhooks+1, doubled+ran-1
				}
			})
		}
	}
	t.Logf("%d webhooks, 0 lost, %d doubled; Redis failed %d times", webhooks, doubled, p.failures())
}

// sendTwice delivers a webhook to both replicas, one after the other, and
// returns the last document.
func (p *pair) sendTwice(t *testing.T, w webhook) (document string) {
	t.Helper()
	for replica := range p.replicas {
		p.use(replica)
		document = p.sendGood(t, w)
	}
	return document
}
