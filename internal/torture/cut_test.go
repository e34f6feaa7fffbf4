package torture

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var (
	cutCount = flag.Int("cuts", 300, "`number` of connections that TestCuts cuts")
	cutSeed  = flag.Uint64("seed", 0, "`seed` of the cuts; 0 for a new one")
)

// heapSlack is how many bytes the heap may grow: the runtime keeps its records
// of goroutines for reuse. A leak of a few hundred bytes for each of 5,000
// connections is more.
const heapSlack = 1 << 20

// TestCuts cuts connections at a random byte of the request, while the
// callback runs, or at a random byte of a long answer. No callback may run for
// a part of a request or miss the end of its connection. Afterwards a good
// request is answered, and no goroutine, file or memory is left.
//
// The cuts depend only on the seed, but not their moments. To cut more:
//
//	go test ./internal/torture -run TestCuts -cuts 5000
func TestCuts(t *testing.T) {
	seed := *cutSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("%d cuts, -seed %d", *cutCount, seed)
	defer leaks(t)()
	var late atomic.Int64
	s := start(t, config{timeout: patience / 2, on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		doc, err := obey(ctx, ev)
		if errors.Is(err, context.DeadlineExceeded) {
			late.Add(1)
		}
		return doc, err
	}})
	good := func() {
		conn := s.dial(t)
		require.NoError(t, conn.send(post(call("1"))))
		got, err := conn.read("POST")
		require.NoError(t, err)
		assert.Equal(t, greeting("1"), got.body)
		require.NoError(t, conn.Close())
		conn.forget(t)
	}
	good()
	before := heap()
	cuts := make([]cut, *cutCount)
	for i := range cuts {
		cuts[i] = newCut(seed, i)
	}
	each(t, cuts, cut.String, func(t *testing.T, c cut) { c.run(t, s) })
	good()
	assert.Zero(t, late.Load(), "callbacks that did not learn that the client is gone")
	assert.Less(t, heap(), before+heapSlack, "bytes of heap")
	s.stop(t)
}

// heap returns the size of the heap without garbage.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // for what is in a sync.Pool
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A cut is one connection and how it ends.
type cut struct {
	sid  string // what the callback does
	send int    // bytes of the request that are sent
	read int    // bytes of the answer that are read
	wait bool   // for the callback
	how  manner
}

// newCut returns a random cut, which depends on the seed and its number.
func newCut(seed uint64, number int) cut {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	c := cut{how: []manner{closes, halfClose, resets}[r.IntN(3)]}
	switch r.IntN(3) {
	case 0:
		c.sid = "1"
		c.send = r.IntN(len(post(call(c.sid))))
		return c
	case 1:
		c.sid = "wait"
		c.wait = r.IntN(2) == 0
	case 2:
		c.sid = "long"
		c.read = r.IntN(len(long.String()))
	}
	c.send = len(post(call(c.sid)))
	return c
}

func (c cut) String() string {
	return fmt.Sprintf("%s, %d sent, %d read, wait %v, %s", c.sid, c.send, c.read, c.wait, c.how)
}

func (c cut) run(t *testing.T, s *server) {
	conn := s.dial(t)
	defer conn.Close()
	text := post(call(c.sid))
	require.NoError(t, conn.send(text[:c.send]))
	if c.wait {
		conn.begun(t, 1)
	}
	_, err := conn.r.Discard(c.read)
	require.NoError(t, err, "before the cut")
	<-conn.end(t, c.how)
	if c.how == halfClose {
		c.readRest(t, conn)
	}
	p := conn.forget(t)
	if c.send < len(text) {
		assert.Empty(t, p.events, "a callback for a part of a request")
	} else {
		assert.LessOrEqual(t, len(p.events), 1)
	}
}

// readRest reads what the server sends to a half-closed connection. Half a
// request gets no document.
func (c cut) readRest(t *testing.T, conn *client) {
	t.Helper()
	if c.read > 0 {
		_, err := io.Copy(io.Discard, conn.r)
		assert.NoError(t, err)
		return
	}
	got, err := conn.read("POST")
	if c.send == 0 {
		assert.Error(t, err, "an answer to nothing")
		return
	}
	require.NoError(t, err)
	want := map[string]int{"1": 400, "wait": 500, "long": 200}[c.sid]
	got.check(t, "POST", want)
	conn.ended(t)
}

// forget is gone, and the server forgets the connection.
func (c *client) forget(t *testing.T) peer {
	t.Helper()
	p := c.gone(t)
	c.s.update(func() { delete(c.s.peers, c.LocalAddr().String()) })
	return p
}
