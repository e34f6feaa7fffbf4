package idempotency_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// heap returns the size of the heap in bytes.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// Memory use stays small, the newest 10,000 answers are kept, and a running
// webhook is not evicted. To send more webhooks:
//
//	go test ./idempotency -run TestMemory -webhooks 1000000 -v
func TestMemory(t *testing.T) {
	began, end := make(chan bool), make(chan bool)
	runs := 0
	h := &idempotency.Handler{ID: always, Timeout: -1, Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ev, err := voxhook.Decode(r)
		require.NoError(t, err)
		if ev.CallSid == "slow" {
			close(began)
			<-end
		} else {
			runs++
		}
		voxml.Response{voxml.Say{Text: ev.CallSid}, voxml.Hangup{}}.ServeHTTP(w, r)
	})}
	send := func(sid string) string {
		return text(serve(h, request(t.Context(), "/voice/menu", "CallSid="+sid+benchForm)))
	}
	slow := make(chan string)
	for range 2 {
		go func() { slow <- send("slow") }()
	}
	<-began
	webhooks := *memoryWebhooks
	for n := range webhooks {
		send(fmt.Sprint(n))
	}
	size := heap()
	t.Logf("heap after %d webhooks: %d KiB", webhooks, size>>10)
	assert.Less(t, size, uint64(64<<20))
	require.Equal(t, webhooks, runs)
	for n := webhooks - 10_000; n < webhooks; n++ {
		require.Equal(t, fmt.Sprint(n), send(fmt.Sprint(n)))
	}
	require.Equal(t, webhooks, runs, "the newest 10,000 must be replayed")
	send(fmt.Sprint(webhooks - 10_001))
	require.Equal(t, webhooks+1, runs, "the one before them must run again")
	close(end)
	assert.Equal(t, "slow", <-slow)
	assert.Equal(t, "slow", <-slow, "the second delivery joins; a second run would close the channel twice")
	runtime.KeepAlive(h)
}

// Large answers are kept, up to 64 MiB.
func TestMemoryBytes(t *testing.T) {
	runs := 0
	body := strings.Repeat("x", 512<<10)
	h := &idempotency.Handler{ID: always, Next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		runs++
		_, _ = w.Write([]byte(body))
	})}
	send := func(n int) {
		require.Equal(t, len(body), serve(h, request(t.Context(), "/voice", fmt.Sprintf("CallSid=%d", n))).Body.Len())
	}
	for n := range 200 {
		send(n)
	}
	assert.Less(t, heap(), uint64(96<<20), "the limit is 64 MiB; the test itself needs the rest")
	for n := 199; n >= 200-120; n-- {
		send(n)
	}
	assert.Equal(t, 200, runs)
	send(0)
	assert.Equal(t, 201, runs)
	runtime.KeepAlive(h)
}
