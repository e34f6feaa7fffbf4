package torture

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// long is a document that the buffers of a connection cannot hold.
var long = voxml.Response{voxml.Say{Text: strings.Repeat("0123456789", 100_000)}}

// obey answers as the id of the call says.
func obey(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
	switch ev.Webhook().CallSid {
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

// A manner is how a client ends a connection.
type manner string

const (
	closes    manner = "close"
	halfClose manner = "half-close"
	resets    manner = "reset"
	stays     manner = "stay"    // until the server ends it
	deaf      manner = "deaf"    // stay and read nothing
	dribbles  manner = "dribble" // stay and send a byte now and then
)

// An ending is a connection that does not end as it should.
type ending struct {
	name     string
	in       string
	answers  int  // that are read before the end
	part     bool // some of an answer is read before the end
	calls    int  // callbacks, which have begun before the end
	manners  []manner
	want     []int // the answers after the end, where they can be read
	err      error // why a request is refused or its callback fails
	long     bool  // the last answer; it is cut if nobody reads it
	timeouts bool  // the server has them
}

func endings() []ending {
	const line = "POST /voice?4111111111111111 HT"
	away := []manner{closes, halfClose, resets}
	gone := []manner{closes, resets}
	half := []manner{halfClose}
	slow := []manner{stays, dribbles}
	good := post(ringing)
	headers := formPost("Content-Length: 100\r\n", "")
	chunks := chunkedPost("5\r\nCallS\r\n")
	return []ending{
		{name: "after connect", manners: away},
		{name: "in the request line", in: line, manners: gone},
		{name: "in the request line", in: line, manners: half, want: []int{400}},
		{name: "in the headers", in: good[:60], manners: gone},
		{name: "in the headers", in: good[:60], manners: half, want: []int{400}},
		{name: "after the headers", in: headers, manners: away, want: []int{400}, err: errBody},
		{name: "in the body", in: good[:len(good)-5], manners: away, want: []int{400}, err: errBody},
		{name: "in a chunk", in: chunks[:len(chunks)-4], manners: away, want: []int{400}, err: errBody},
		{name: "between chunks", in: chunks, manners: away, want: []int{400}, err: errBody},
		{name: "in the callback", in: post(call("wait")), calls: 1, manners: away, want: []int{500}, err: context.Canceled},
		{name: "in a callback that ignores its context", in: post(call("late")), calls: 1, manners: away, want: []int{200}, long: true},
		{name: "in the callback, next request waiting", in: good + post(call("wait")), answers: 1, calls: 2, manners: away, want: []int{500}, err: context.Canceled},
		{name: "in the answer", in: post(call("long")), part: true, calls: 1, manners: away, want: []int{200}, long: true},
		{name: "before the answer", in: post(call("long")), calls: 1, manners: away, want: []int{200}, long: true},
		{name: "between requests", in: good, answers: 1, calls: 1, manners: away},
		{name: "in the second request line", in: good + line, answers: 1, calls: 1, manners: gone},
		{name: "in the second request line", in: good + line, answers: 1, calls: 1, manners: half, want: []int{400}},
		{name: "in the second body", in: good + good[:len(good)-5], answers: 1, calls: 1, manners: away, want: []int{400}, err: errBody},
		{name: "in the second answer", in: good + post(call("long")), answers: 1, part: true, calls: 2, manners: away, want: []int{200}, long: true},

		{name: "silence", timeouts: true, manners: []manner{stays}},
		{name: "slow request line", in: line, timeouts: true, manners: slow, want: []int{400}},
		{name: "slow headers", in: good[:60], timeouts: true, manners: slow},
		{name: "slow body", in: headers + ringing[:10], timeouts: true, manners: slow, want: []int{400}, err: os.ErrDeadlineExceeded},
		{name: "slow chunks", in: chunks + "1\r\n", timeouts: true, manners: slow[:1], want: []int{400}, err: os.ErrDeadlineExceeded},
		{name: "slow second request", in: good + line, answers: 1, calls: 1, timeouts: true, manners: slow, want: []int{400}},
		{name: "slow to ask again", in: good, answers: 1, calls: 1, timeouts: true, manners: slow[:1]},
		{name: "never reads", in: post(call("long")), calls: 1, timeouts: true, manners: []manner{deaf}, long: true},
		{name: "slow callback", in: post(call("wait")), calls: 1, timeouts: true, manners: []manner{stays}, want: []int{500}, err: context.DeadlineExceeded},
	}
}

// connectionGroup ends connections at every stage.
func connectionGroup(t *testing.T) {
	type one struct {
		ending
		manner
	}
	for _, timeouts := range []bool{false, true} {
		var cases []one
		for _, c := range endings() {
			for _, m := range c.manners {
				if c.timeouts == timeouts {
					cases = append(cases, one{c, m})
				}
			}
		}
		for _, hooks := range []bool{false, true} {
			s := start(t, connectionConfig(timeouts, hooks))
			each(t, cases,
				func(c one) string { return fmt.Sprintf("%s, %s, hooks %v", c.name, c.manner, hooks) },
				func(t *testing.T, c one) { c.run(t, s, c.manner) })
			if !timeouts {
				t.Run(fmt.Sprintf("300 connections, hooks %v", hooks), func(t *testing.T) { atOnce(t, s, 300) })
			}
			s.stop(t)
		}
	}
}

func connectionConfig(timeouts, hooks bool) config {
	c := config{
		on: obey, hooks: hooks, timeout: time.Minute,
		accepted: func(conn *net.TCPConn) { _ = conn.SetWriteBuffer(64 << 10) },
	}
	if timeouts {
		c.timeout = 300 * time.Millisecond // longer than the ReadTimeout
		c.server = func(srv *http.Server) {
			srv.ReadHeaderTimeout = 100 * time.Millisecond
			srv.ReadTimeout = 200 * time.Millisecond
			srv.WriteTimeout = 1500 * time.Millisecond
			srv.IdleTimeout = 100 * time.Millisecond
		}
	}
	return c
}

func (c ending) run(t *testing.T, s *server, how manner) {
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
		conn.begun(t, c.calls)
	}
	dribbled := conn.end(t, how)
	if how == halfClose || how == stays || how == dribbles {
		c.readRest(t, conn, how)
	}
	p := conn.gone(t)
	if how == deaf {
		got, err := conn.read("POST")
		assert.Error(t, err, "the answer is cut")
		assert.Less(t, len(got.body), len(long.String()))
	}
	_ = conn.Close()
	<-dribbled
	c.check(t, &p, c.long && how != halfClose)
}

// end ends the connection. The channel is closed when no more is sent.
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
		c.reset(t)
	case halfClose:
		require.NoError(t, c.CloseWrite())
	}
	close(done)
	return done
}

// readRest reads what can still be read.
func (c ending) readRest(t *testing.T, conn *client, how manner) {
	t.Helper()
	for _, status := range c.want {
		got, err := conn.read("POST")
		if how == dribbles && err != nil {
			// A client that sends to a closed connection can lose what it got.
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

// check checks what the server knows. Cut says that the last answer could not
// be sent.
func (c ending) check(t *testing.T, p *peer, cut bool) {
	t.Helper()
	assert.Len(t, p.events, c.calls, "callbacks")
	text := p.log.String()
	if c.err == nil && !cut {
		assert.Empty(t, text, "log")
	} else {
		assert.Equal(t, 1, strings.Count(text, "\n"), "records in the log: %s", text)
		assert.Equal(t, cut, strings.Contains(text, "the answer could not be sent"), "%s", text)
	}
	if p.hooks == nil {
		return
	}
	var errs []error
	for _, o := range p.outcomes {
		if o.Err == nil {
			assert.Equal(t, voxhook.Outcome{Status: 200, Document: true}, o)
			continue
		}
		errs = append(errs, o.Err)
		if cut {
			assert.Equal(t, voxhook.Outcome{Status: 200, Document: true, Err: o.Err}, o)
		} else {
			assert.Equal(t, voxhook.Outcome{Status: c.want[0], Err: o.Err}, o)
		}
	}
	switch {
	case cut:
		assert.Len(t, errs, 1)
	case c.err == nil:
		assert.Empty(t, errs)
	case assert.Len(t, errs, 1):
		wantError(t, c.err, errs[0])
	}
}

// atOnce has n clients at once. Some of them go away.
func atOnce(t *testing.T, s *server, n int) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			conn, err := net.Dial("tcp", s.addr)
			ready.Done()
			if !assert.NoError(t, err) {
				return
			}
			defer conn.Close()
			assert.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
			ready.Wait()
			sid := fmt.Sprint("many", i)
			text := post("CallSid=" + sid)
			if i%3 == 0 {
				_, err = io.WriteString(conn, text[:len(text)-1-i%50])
				assert.NoError(t, err)
				return
			}
			_, err = io.WriteString(conn, strings.Replace(text, "Host", "Connection: close\r\nHost", 1))
			assert.NoError(t, err)
			b, err := io.ReadAll(conn)
			assert.NoError(t, err)
			assert.True(t, strings.HasSuffix(string(b), greeting(sid)), "%s", b)
		})
	}
	done.Wait()
}
