package idempotency_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// Memory stays small, the newest 10,000 answers are kept, and a webhook that is
// running is not forgotten. A longer one:
//
//	go test ./idempotency -run TestMemory -webhooks 1000000 -v
func TestMemory(t *testing.T) {
	began, end := make(chan bool), make(chan bool)
	runs := 0
	settings := voxhook.Settings{Timeout: -1}
	app := settings.OnGather(func(ctx context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
		if ev.CallSid == "slow" {
			close(began)
			<-end
			return voxml.Response{voxml.Say{Text: "slow"}}, nil
		}
		runs++
		return voxml.Response{voxml.Say{Text: ev.CallSid}, voxml.Hangup{}}, nil
	})
	h := &idempotency.Handler{Next: app, ID: always, Timeout: -1}
	send := func(n int) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request(t.Context(), "/voice/menu", fmt.Sprintf("CallSid=c%d%s", n, benchForm)))
		return w.Body.String()
	}
	slow := make(chan string)
	for range 2 {
		go func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, request(t.Context(), "/voice/menu", "CallSid=slow"))
			slow <- w.Body.String()
		}()
	}
	<-began
	for n := range *memoryWebhooks {
		send(n)
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	t.Logf("heap after %d webhooks: %d KiB", *memoryWebhooks, stats.HeapAlloc>>10)
	assert.Less(t, stats.HeapAlloc, uint64(64<<20))
	require.Equal(t, *memoryWebhooks, runs)
	for n := *memoryWebhooks - 10_000; n < *memoryWebhooks; n++ {
		require.Contains(t, send(n), fmt.Sprintf(">c%d<", n))
	}
	require.Equal(t, *memoryWebhooks, runs, "the newest 10,000 are replayed")
	send(*memoryWebhooks - 10_001)
	require.Equal(t, *memoryWebhooks+1, runs, "the one before is forgotten")
	close(end)
	assert.Contains(t, <-slow, "slow")
	assert.Contains(t, <-slow, "slow", "joined, or the channel would have been closed twice")
	runtime.KeepAlive(h)
}

// Large answers are kept up to 64 MiB.
func TestMemoryBytes(t *testing.T) {
	runs := 0
	body := strings.Repeat("x", 512<<10)
	h := &idempotency.Handler{ID: always, Next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		runs++
		_, _ = w.Write([]byte(body))
	})}
	send := func(n int) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request(t.Context(), "/voice", fmt.Sprintf("CallSid=%d", n)))
		require.Equal(t, len(body), w.Body.Len())
	}
	for n := range 200 {
		send(n)
	}
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	assert.Less(t, stats.HeapAlloc, uint64(96<<20), "64 MiB and the rest of the test")
	for n := 199; n >= 200-120; n-- {
		send(n)
	}
	assert.Equal(t, 200, runs)
	send(0)
	assert.Equal(t, 201, runs)
	runtime.KeepAlive(h)
}
