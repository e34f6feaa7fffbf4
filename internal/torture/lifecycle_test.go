package torture

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A server that shuts down answers the calls that it has.
func TestShutdown(t *testing.T) {
	defer wireLeaks(t)()
	const calls = 300
	begun := make(chan struct{})
	s := wireStart(t, wireConfig{on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		select {
		case <-begun:
			return wireGood(ctx, ev)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}})
	s.http.RegisterOnShutdown(func() { close(begun) })

	var wg sync.WaitGroup
	for i := range calls {
		conn := s.dial(t)
		sid := fmt.Sprint("call", i)
		require.NoError(t, conn.send(wirePost("CallSid="+sid)))
		wg.Go(func() {
			defer conn.Close()
			got, err := conn.read("POST")
			if assert.NoError(t, err) {
				wireStatus(t, 200, got)
				assert.Equal(t, "<Response><Say>Call "+sid+"</Say></Response>", got.body)
			}
			conn.ended(t)
		})
		s.await(t, conn.addr, "callback", func(p *wirePeer) bool { return p.calls == 1 })
	}
	assert.EqualValues(t, calls, s.running.Load())

	ctx, cancel := context.WithTimeout(t.Context(), wireWait)
	defer cancel()
	require.NoError(t, s.http.Shutdown(ctx))
	assert.ErrorIs(t, <-s.served, http.ErrServerClosed)
	wg.Wait()
	assert.Zero(t, s.running.Load())
	assert.EqualValues(t, calls, s.calls.Load())
	assert.Empty(t, s.log.String())
}
