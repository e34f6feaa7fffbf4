package torture

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var (
	cutCount = flag.Int("cuts", 100, "`number` of connections that are cut at random")
	cutSeed  = flag.Uint64("seed", 0, "`seed` of the cuts; 0 for a new one")
)

// long is a document larger than the buffers of a connection.
var long = voxml.Response{voxml.Say{Text: strings.Repeat("0123456789", 100_000)}}

// obey behaves as the id of the call says.
func obey(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
	switch sid, _, _ := strings.Cut(ev.Webhook().CallSid, "-"); sid {
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	case "late":
		<-ctx.Done()
		return long, nil
	case "long":
		return long, nil
	}
	return greet(ctx, ev)
}

// A manner is a way in which a client ends a connection.
type manner string

const (
	closes    manner = "close"
	halfClose manner = "half-close"
	resets    manner = "reset"
	stays     manner = "stay"    // until the server ends it
	deaf      manner = "deaf"    // stay without reading
	dribbles  manner = "dribble" // stay and send a byte from time to time
)

// An ending is a connection that ends early or late.
type ending struct {
	name     string
	in       string
	answers  int  // number of answers read before the end
	part     bool // part of another answer is read before the end
	calls    int  // number of callbacks that begin before the end
	manners  []manner
	want     []int  // statuses of the answers after the end, if they can be read
	err      error  // for errors.Is with the error of a request; nil for any or none
	errText  string // beginning of the error's text
	long     bool   // the last answer is long, and cut off if the client does not read it
	timeouts bool   // the server has timeouts
}

func endings() []ending {
	const line, unread = "POST /voice?4111111111111111 HT", "voxhook: cannot read the body"
	away := []manner{closes, halfClose, resets}
	gone := []manner{closes, resets}
	half := []manner{halfClose}
	slow := []manner{stays, dribbles}
	good := post(ringing)
	headers := formPost("Content-Length: 100\r\n", "")
	chunks := chunkedPost("5\r\nCallS\r\n")
	return []ending{
		{name: "after connect", manners: away},
		{name: "in the headers", in: good[:60], manners: gone},
		{name: "in the headers", in: good[:60], manners: half, want: []int{400}},
		{name: "after the headers", in: headers, manners: away, want: []int{400}, errText: unread},
		{name: "in the body", in: good[:len(good)-5], manners: []manner{closes, halfClose}, want: []int{400}, errText: unread, err: io.ErrUnexpectedEOF},
		{name: "in the body", in: good[:len(good)-5], manners: []manner{resets}, want: []int{400}, errText: unread, err: syscall.ECONNRESET},
		{name: "in a chunk", in: chunks[:len(chunks)-4], manners: away, want: []int{400}, errText: unread},
		{name: "between chunks", in: chunks, manners: away, want: []int{400}, errText: unread},
		{name: "in the callback", in: post(call("wait")), calls: 1, manners: away, want: []int{500}, err: context.Canceled},
		{name: "in a callback that ignores its context", in: post(call("late")), calls: 1, manners: away, want: []int{200}, long: true},
		{name: "in the second callback", in: good + post(call("wait")), answers: 1, calls: 2, manners: away, want: []int{500}, err: context.Canceled},
		{name: "in the answer", in: post(call("long")), part: true, calls: 1, manners: away, want: []int{200}, long: true},
		{name: "before the answer", in: post(call("long")), calls: 1, manners: away, want: []int{200}, long: true},
		{name: "between requests", in: good, answers: 1, calls: 1, manners: away},
		{name: "in the second body", in: good + good[:len(good)-5], answers: 1, calls: 1, manners: away, want: []int{400}, errText: unread},
		{name: "in the second answer", in: good + post(call("long")), answers: 1, part: true, calls: 2, manners: away, want: []int{200}, long: true},

		{name: "silence", timeouts: true, manners: []manner{stays}},
		{name: "slow headers", in: good[:60], timeouts: true, manners: slow},
		{name: "slow body", in: headers + ringing[:10], timeouts: true, manners: slow, want: []int{400}, errText: unread, err: os.ErrDeadlineExceeded},
		{name: "slow chunks", in: chunks + "1\r\n", timeouts: true, manners: slow[:1], want: []int{400}, errText: unread, err: os.ErrDeadlineExceeded},
		{name: "slow second request", in: good + line, answers: 1, calls: 1, timeouts: true, manners: slow, want: []int{400}},
		{name: "slow to ask again", in: good, answers: 1, calls: 1, timeouts: true, manners: slow[:1]},
		{name: "never reads", in: post(call("long")), calls: 1, timeouts: true, manners: []manner{deaf}, long: true},
		{name: "slow callback", in: post(call("wait")), calls: 1, timeouts: true, manners: []manner{stays}, want: []int{500}, err: context.DeadlineExceeded},
	}
}

// connectionGroup ends connections at every stage, and opens many at once.
func connectionGroup(t *testing.T) {
	type one struct {
		ending
		manner
	}
	var cases []one
	for _, c := range endings() {
		for _, m := range c.manners {
			cases = append(cases, one{c, m})
		}
	}
	each(t, cases,
		func(c one) string { return fmt.Sprintf("%s, %s", c.name, c.manner) },
		func(t *testing.T, c one) { c.run(t, c.manner) })
	t.Run("many at once", manyAtOnce)
}

func (c ending) run(t *testing.T, how manner) {
	setup := config{
		on: obey, settings: voxhook.Settings{Timeout: time.Minute},
		accepted: func(conn *net.TCPConn) { _ = conn.SetWriteBuffer(64 << 10) },
	}
	if c.timeouts {
		// Long enough for a request that is not slow on a busy machine.
		setup.settings.Timeout = 600 * time.Millisecond // longer than the ReadTimeout
		setup.server = func(srv *http.Server) {
			srv.ReadHeaderTimeout, srv.ReadTimeout = 300*time.Millisecond, 450*time.Millisecond
			srv.WriteTimeout, srv.IdleTimeout = 2000*time.Millisecond, 300*time.Millisecond
		}
	}
	s := start(t, setup)
	defer s.stop(t)
	conn := s.dial(t)
	defer conn.Close()
	require.NoError(t, conn.SetReadBuffer(64<<10))
	require.NoError(t, conn.send(c.in))
	for range c.answers {
		got, err := conn.read("POST")
		require.NoError(t, err)
		got.check(t, "POST", 200)
	}
	if c.part {
		_, err := conn.r.Peek(200)
		require.NoError(t, err)
	}
	if c.calls > 0 {
		s.begun(t, c.calls)
	}
	dribbled := conn.end(t, how)
	if how == halfClose || how == stays || how == dribbles {
		c.readRest(t, conn, how)
	}
	s.quiet(t)
	if how == deaf {
		got, err := conn.read("POST")
		assert.Error(t, err, "the answer must be cut off")
		assert.Less(t, len(got.body), len(long.String()))
	}
	_ = conn.Close()
	<-dribbled
	c.check(t, s, c.long && how != halfClose)
}

// end ends the connection. It closes the channel when the client has stopped
// sending.
func (c *client) end(t *testing.T, how manner) (sent <-chan struct{}) {
	t.Helper()
	done := make(chan struct{})
	if how == dribbles {
		go func() {
			defer close(done)
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for c.send("a") == nil {
				<-tick.C
			}
		}()
		return done
	}
	switch how {
	case closes:
		require.NoError(t, c.Close())
	case resets:
		require.NoError(t, c.SetLinger(0))
		require.NoError(t, c.Close())
	case halfClose:
		require.NoError(t, c.CloseWrite())
	}
	close(done)
	return done
}

// readRest reads the answers that can still be read.
func (c ending) readRest(t *testing.T, conn *client, how manner) {
	t.Helper()
	for _, status := range c.want {
		got, err := conn.read("POST")
		if how == dribbles && err != nil {
			// A client that sends to a closed connection may lose data that it
			// received.
			assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
			break
		}
		if !assert.NoError(t, err) {
			break
		}
		got.check(t, "POST", status)
		if status == 200 {
			assert.Equal(t, long.String(), got.body)
		}
	}
	conn.ended(t)
}

// check checks the server's calls, outcomes and log. If cut is true, the server
// could not send the last answer.
func (c ending) check(t *testing.T, s *server, cut bool) {
	t.Helper()
	assert.Len(t, s.events, c.calls, "callbacks")
	text := s.log.String()
	if c.err == nil && c.errText == "" && !cut {
		assert.Empty(t, text, "log")
	} else {
		assert.Equal(t, 1, strings.Count(text, "\n"), "the log must have one record: %s", text)
		assert.Equal(t, cut, strings.Contains(text, "the answer could not be sent"), "%s", text)
	}
	failed := 0
	for _, o := range s.outcomes {
		want := voxhook.Outcome{Status: 200, Document: true, Err: o.Err}
		if o.Err != nil {
			failed++
			noSecret(t, o.Err.Error())
			if !cut {
				want = voxhook.Outcome{Status: c.want[0], Err: o.Err}
				assert.True(t, strings.HasPrefix(o.Err.Error(), c.errText), "%v", o.Err)
			}
			if c.err != nil {
				assert.ErrorIs(t, o.Err, c.err)
			}
		}
		assert.Equal(t, want, o)
	}
	assert.Equal(t, cut || c.err != nil || c.errText != "", failed == 1, "the number of outcomes with an error is %d", failed)
}

// manyAtOnce runs 300 clients at once. A third of them close their connections
// early.
func manyAtOnce(t *testing.T) {
	const n = 300
	s := start(t, config{on: obey})
	defer s.stop(t)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			conn := s.dial(t)
			ready.Done()
			defer conn.Close()
			ready.Wait()
			sid := fmt.Sprint("many", i)
			text := post("CallSid=" + sid)
			if i%3 == 0 {
				assert.NoError(t, conn.send(text[:len(text)-1-i%50]))
				return
			}
			assert.NoError(t, conn.send(text))
			got, err := conn.read("POST")
			assert.NoError(t, err)
			assert.Equal(t, greeting(sid), got.body)
		})
	}
	done.Wait()
	s.quiet(t)
	assert.Len(t, s.events, n*2/3)
}

// shutdownGroup shuts down a server while it has calls, and checks that all are
// answered.
func shutdownGroup(t *testing.T) {
	const calls = 100
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
	}
	s.runs(t, calls)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, s.http.Shutdown(ctx))
	wg.Wait()
	s.stop(t)
	s.begun(t, calls)
	assert.Empty(t, s.log.String())
}

// heapSlack is the number of bytes by which the heap may grow, because the
// runtime keeps its records of goroutines for reuse. A leak of a few hundred
// bytes for each of 5,000 connections exceeds it.
const heapSlack = 1 << 20

// heap returns the size of the heap after garbage collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // frees the contents of sync.Pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A cut is a connection and the way in which it ends.
type cut struct {
	text string // the request
	send int    // number of its bytes to send
	read int    // number of bytes of the answer to read
	how  manner
}

// newCut returns a random cut. It depends only on the seed and the number.
func newCut(seed uint64, number int) cut {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	sid := []string{"1", "wait", "long"}[r.IntN(3)]
	c := cut{text: post(call(fmt.Sprint(sid, "-", number))), how: []manner{closes, halfClose, resets}[r.IntN(3)]}
	c.send = len(c.text)
	switch sid {
	case "1":
		c.send = r.IntN(len(c.text))
	case "long":
		c.read = r.IntN(len(long.String()))
	}
	return c
}

// cutsGroup cuts connections at a random byte of the request, while the
// callback runs, or at a random byte of a long answer. It checks that no
// callback runs for part of a request, or misses the end of its connection,
// that the server then answers a valid request, and that it leaks no goroutine,
// file or memory.
//
// The cuts depend only on the seed. Their timing does not. To make more cuts:
//
//	go test ./internal/torture -run Torture/cuts -cuts 5000
func cutsGroup(t *testing.T) {
	seed := *cutSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("%d cuts, -seed %d", *cutCount, seed)
	var late atomic.Int64
	s := start(t, config{settings: voxhook.Settings{Timeout: patience / 2}, on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		doc, err := obey(ctx, ev)
		if errors.Is(err, context.DeadlineExceeded) {
			late.Add(1)
		}
		if strings.HasPrefix(ev.Webhook().CallSid, "1-") {
			t.Errorf("%s: a callback ran for part of a request", ev.Webhook().CallSid)
		}
		return doc, err
	}})
	defer s.stop(t)
	good := func() {
		conn := s.dial(t)
		conn.good(t)
		require.NoError(t, conn.Close())
		s.quiet(t)
	}
	good()
	before := heap()
	cuts := make([]cut, *cutCount)
	for i := range cuts {
		cuts[i] = newCut(seed, i)
	}
	each(t, cuts,
		func(c cut) string { return fmt.Sprintf("%d sent, %d read, %s", c.send, c.read, c.how) },
		func(t *testing.T, c cut) { c.run(t, s) })
	s.quiet(t)
	s.forget(t)
	good()
	assert.Zero(t, late.Load(), "all callbacks must learn that the client is gone")
	assert.Less(t, heap(), before+heapSlack, "the heap must not grow by more than heapSlack")
}

// run cuts a connection and checks that part of a request gets no document.
func (c cut) run(t *testing.T, s *server) {
	conn := s.dial(t)
	defer conn.Close()
	require.NoError(t, conn.send(c.text[:c.send]))
	_, err := conn.r.Discard(c.read)
	require.NoError(t, err, "sending failed before the cut")
	<-conn.end(t, c.how)
	if c.how != halfClose || c.read > 0 {
		return
	}
	got, err := conn.read("POST")
	switch {
	case c.send == 0:
		assert.Error(t, err, "the server answered without a request")
		return
	case c.send < len(c.text):
		got.check(t, "POST", 400)
	case strings.Contains(c.text, "wait"):
		got.check(t, "POST", 500)
	default:
		got.check(t, "POST", 200)
	}
	require.NoError(t, err)
	conn.ended(t)
}
