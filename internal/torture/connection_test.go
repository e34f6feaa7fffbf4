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

// wireBig is a document that the buffers of a connection do not take.
var wireBig = voxml.Response{voxml.Say{Text: strings.Repeat("0123456789", 100_000)}}

// wireHow is how a client ends a connection.
type wireHow string

const (
	wireClose   wireHow = "close"
	wireHalf    wireHow = "half-close"
	wireReset   wireHow = "reset"
	wireStay    wireHow = "stay"    // until the server ends it
	wireDeaf    wireHow = "deaf"    // stay and read nothing
	wireDribble wireHow = "dribble" // stay and send a byte now and then
)

// A wireEnd is a connection that does not end as it should.
type wireEnd struct {
	name     string
	in       string
	answers  int  // that are read before the end
	part     bool // some of an answer is read before the end
	calls    int  // callbacks, which have begun before the end
	hows     []wireHow
	want     []int // the answers behind the end, where they can be read
	err      error
	timeouts bool // the server has them
}

// wireWays answers as the id of the call says.
func wireWays(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
	switch ev.Webhook().CallSid {
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	case "late":
		<-ctx.Done()
		return wireBig, nil
	case "big":
		return wireBig, nil
	}
	return wireGood(ctx, ev)
}

var wireEnds = func() []wireEnd {
	const line = "POST /voice?4111111111111111 HT"
	away := []wireHow{wireClose, wireHalf, wireReset}
	gone := []wireHow{wireClose, wireReset}
	half := []wireHow{wireHalf}
	slow := []wireHow{wireStay, wireDribble}
	good := wirePost(wireBody)
	headers := wireHead("Content-Length: 100\r\n", "")
	form := func(sid string) string { return wirePost(strings.Replace(wireBody, "=1", "="+sid, 1)) }
	chunks := wireChunked("5\r\nCallS\r\n")
	return []wireEnd{
		{name: "after connect", hows: away},
		{name: "in the request line", in: line, hows: gone},
		{name: "in the request line", in: line, hows: half, want: []int{400}},
		{name: "in the headers", in: good[:60], hows: gone},
		{name: "in the headers", in: good[:60], hows: half, want: []int{400}},
		{name: "after the headers", in: headers, hows: away, want: []int{400}, err: errWireBody},
		{name: "in the body", in: good[:len(good)-5], hows: away, want: []int{400}, err: errWireBody},
		{name: "in a chunk", in: chunks[:len(chunks)-4], hows: away, want: []int{400}, err: errWireBody},
		{name: "between chunks", in: chunks, hows: away, want: []int{400}, err: errWireBody},
		{name: "in the callback", in: form("wait"), calls: 1, hows: away, want: []int{500}, err: context.Canceled},
		{name: "in a callback that does not care", in: form("late"), calls: 1, hows: away, want: []int{200}},
		{name: "in the callback, next request waiting", in: good + form("wait"), answers: 1, calls: 2, hows: away, want: []int{500}, err: context.Canceled},
		{name: "in the answer", in: form("big"), part: true, calls: 1, hows: away, want: []int{200}},
		{name: "before the answer", in: form("big"), calls: 1, hows: away, want: []int{200}},
		{name: "between requests", in: good, answers: 1, calls: 1, hows: away},
		{name: "in the second request line", in: good + line, answers: 1, calls: 1, hows: gone},
		{name: "in the second request line", in: good + line, answers: 1, calls: 1, hows: half, want: []int{400}},
		{name: "in the second body", in: good + good[:len(good)-5], answers: 1, calls: 1, hows: away, want: []int{400}, err: errWireBody},
		{name: "in the second answer", in: good + form("big"), answers: 1, part: true, calls: 2, hows: away, want: []int{200}},

		{name: "silence", timeouts: true, hows: []wireHow{wireStay}},
		{name: "slow request line", in: line, timeouts: true, hows: slow, want: []int{400}},
		{name: "slow headers", in: good[:60], timeouts: true, hows: slow},
		{name: "slow body", in: headers + wireBody[:10], timeouts: true, hows: slow, want: []int{400}, err: os.ErrDeadlineExceeded},
		{name: "slow chunks", in: chunks + "1\r\n", timeouts: true, hows: slow[:1], want: []int{400}, err: os.ErrDeadlineExceeded},
		{name: "slow second request", in: good + line, answers: 1, calls: 1, timeouts: true, hows: slow, want: []int{400}},
		{name: "slow to ask again", in: good, answers: 1, calls: 1, timeouts: true, hows: slow[:1]},
		{name: "never reads", in: form("big"), calls: 1, timeouts: true, hows: []wireHow{wireDeaf}},
		{name: "slow callback", in: form("wait"), calls: 1, timeouts: true, hows: []wireHow{wireStay}, want: []int{500}, err: context.DeadlineExceeded},
	}
}()

// connectionGroup ends connections at every stage.
func connectionGroup(t *testing.T) (tried, wrong int) {
	defer wireLeaks(t)()
	g := &wireGroup{t: t}
	type one struct {
		wireEnd
		how wireHow
	}
	for _, timeouts := range []bool{false, true} {
		var cases []one
		for _, c := range wireEnds {
			for _, how := range c.hows {
				if c.timeouts == timeouts {
					cases = append(cases, one{c, how})
				}
			}
		}
		for _, errorHandler := range []bool{false, true} {
			s := wireStart(t, wireConfig{
				on: wireWays, errorHandler: errorHandler,
				accepted: func(c net.Conn) { _ = c.(*net.TCPConn).SetWriteBuffer(64 << 10) },
				handler: func(h *voxhook.Handler) {
					h.Settings.Timeout = time.Minute
					if timeouts {
						h.Settings.Timeout = 300 * time.Millisecond // after the ReadTimeout
					}
				},
				server: func(srv *http.Server) {
					if timeouts {
						srv.ReadHeaderTimeout = 100 * time.Millisecond
						srv.ReadTimeout = 200 * time.Millisecond
						srv.WriteTimeout = 1500 * time.Millisecond
						srv.IdleTimeout = 100 * time.Millisecond
					}
				},
			})
			g.each(len(cases), func(i int) {
				c := cases[i]
				g.run(fmt.Sprintf("%s, %s, ErrorHandler %v", c.name, c.how, errorHandler), func(t *testing.T) { c.run(t, s, c.how) })
			})
			if !timeouts {
				g.run("300 connections", func(t *testing.T) { wireMany(t, s, 300) })
			}
			s.stop(t)
			assert.Zero(t, s.running.Load())
		}
	}
	return g.result()
}

func (c wireEnd) run(t *testing.T, s *wireServer, how wireHow) {
	conn := s.dial(t)
	defer conn.Close()
	require.NoError(t, conn.SetReadBuffer(64<<10))
	require.NoError(t, conn.send(c.in))
	for range c.answers {
		got, err := conn.read("POST")
		require.NoError(t, err)
		wireStatus(t, 200, got)
	}
	if c.part {
		_, err := conn.r.Peek(200)
		require.NoError(t, err)
	}
	if c.calls > 0 {
		s.await(t, conn.addr, "callback", func(p *wirePeer) bool { return p.calls == c.calls })
	}

	dribbled := make(chan struct{})
	close(dribbled)
	switch how {
	case wireClose:
		require.NoError(t, conn.Close())
	case wireReset:
		conn.reset(t)
	case wireHalf:
		require.NoError(t, conn.CloseWrite())
	case wireDribble:
		dribbled = make(chan struct{})
		go func() {
			defer close(dribbled)
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for conn.send("a") == nil {
				<-tick.C
			}
		}()
	}
	if how == wireHalf || how == wireStay || how == wireDribble {
		for _, status := range c.want {
			got, err := conn.read("POST")
			if how == wireDribble && err != nil {
				// Who sends to a closed connection can lose what it got.
				assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
				break
			}
			if !assert.NoError(t, err) {
				break
			}
			wireStatus(t, status, got)
			if status == 200 {
				assert.Equal(t, wireBig.String(), got.body)
			}
		}
		conn.ended(t)
	}
	p := s.await(t, conn.addr, "closed", func(p *wirePeer) bool { return p.closed })
	assert.Equal(t, c.calls, p.calls)
	if how == wireDeaf {
		got, err := conn.read("POST")
		assert.Error(t, err, "the answer is cut")
		assert.Less(t, len(got.body), len(wireBig.String()))
	}
	_ = conn.Close()
	<-dribbled
	if s.handler.ErrorHandler == nil {
		return
	}
	if c.err == nil {
		assert.Empty(t, p.errs)
	} else if assert.Len(t, p.errs, 1) {
		wireError(t, c.err, p.errs[0])
	}
}

// wireMany has n clients at once, some of which go away.
func wireMany(t *testing.T, s *wireServer, n int) {
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
			assert.NoError(t, conn.SetDeadline(time.Now().Add(wireWait)))
			ready.Wait()
			sid := fmt.Sprint("many", i)
			request := wirePost("CallSid=" + sid)
			if i%3 == 0 {
				_, err = io.WriteString(conn, request[:len(request)-i%50])
				assert.NoError(t, err)
				return
			}
			_, err = io.WriteString(conn, strings.Replace(request, "Host", "Connection: close\r\nHost", 1))
			assert.NoError(t, err)
			b, err := io.ReadAll(conn)
			assert.NoError(t, err)
			assert.True(t, strings.HasSuffix(string(b), "<Response><Say>Call "+sid+"</Say></Response>"), "%s", b)
		})
	}
	done.Wait()
}
