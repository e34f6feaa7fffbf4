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

// TestShutdown checks that a server that shuts down answers the calls that it
// has.
func TestShutdown(t *testing.T) {
	defer leaks(t)()
	const calls = 300
	begun := make(chan struct{})
	s := start(t, config{on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		select {
		case <-begun:
			return greet(ctx, ev)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}})
	s.http.RegisterOnShutdown(func() { close(begun) })

	var wg sync.WaitGroup
	for i := range calls {
		conn := s.dial(t)
		sid := fmt.Sprint("call", i)
		require.NoError(t, conn.send(post("CallSid="+sid)))
		wg.Go(func() {
			defer conn.Close()
			got, err := conn.read("POST")
			if assert.NoError(t, err) {
				got.check(t, "POST", 200)
				assert.Equal(t, greeting(sid), got.body)
			}
			conn.ended(t)
		})
		conn.begun(t, 1)
	}
	s.runs(t, calls)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, s.http.Shutdown(ctx))
	assert.ErrorIs(t, <-s.served, http.ErrServerClosed)
	wg.Wait()
	s.runs(t, 0)
	s.begun(t, calls)
	for _, p := range s.peers {
		assert.Empty(t, p.log.String())
	}
}
