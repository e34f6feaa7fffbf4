package torture

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// How many streams a connection may have.
const (
	wireStreams     = 8
	wireManyStreams = 200
)

// A wireHTTP2 is a server that speaks HTTP/2, and a client of it.
type wireHTTP2 struct {
	*wireServer
	test    *httptest.Server
	client  *http.Client
	release chan struct{} // lets callbacks of "ignore" return
	ended   chan error    // how contexts ended
}

func wireStart2(streams int) *wireHTTP2 {
	s := &wireHTTP2{release: make(chan struct{}), ended: make(chan error, 10_000)}
	s.wireServer = wireNew(wireConfig{
		errorHandler: true,
		handler:      func(h *voxhook.Handler) { h.Settings.Timeout = time.Minute },
		server: func(srv *http.Server) {
			srv.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: streams}
		},
		on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			switch ev.Webhook().CallSid {
			case "ignore":
				<-s.release
			case "wait":
				<-ctx.Done()
				s.ended <- ctx.Err()
				return nil, ctx.Err()
			case "panic":
				panic(errWire)
			case "abort":
				panic(http.ErrAbortHandler)
			case "exit":
				runtime.Goexit()
			}
			return wireWays(ctx, ev)
		},
	})
	s.test = httptest.NewUnstartedServer(nil)
	s.test.Config = s.http
	s.test.EnableHTTP2 = true
	s.test.StartTLS()
	s.addr = s.test.Listener.Addr().String()
	s.client = s.test.Client()
	s.client.Timeout = wireWait
	return s
}

func (s *wireHTTP2) stop(t *testing.T) {
	s.test.Close()
	s.idle(t)
	wireNoSecret(t, s.log.String())
	wireNoSecret(t, s.serverLog.String())
}

// do sends a request and reads the answer.
func (s *wireHTTP2) do(ctx context.Context, method, target string, body io.Reader) (wireResponse, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.test.URL+target, body)
	if err != nil {
		return wireResponse{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(r)
	if err != nil {
		return wireResponse{}, err
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 {
		return wireResponse{}, errors.New(resp.Proto)
	}
	b, err := io.ReadAll(resp.Body)
	return wireResponse{resp.StatusCode, resp.Header, string(b)}, err
}

// call posts wireBody with another id of the call.
func (s *wireHTTP2) call(ctx context.Context, sid string) (wireResponse, error) {
	return s.do(ctx, "POST", "/voice", strings.NewReader(strings.Replace(wireBody, "=1", "="+sid, 1)))
}

// idle waits until no callback runs.
func (s *wireHTTP2) idle(t *testing.T) { s.runs(t, 0) }

// runs waits until n callbacks run.
func (s *wireHTTP2) runs(t *testing.T, n int) {
	t.Helper()
	wireUntil(t, &s.running, n)
}

// called waits until n callbacks have begun.
func (s *wireHTTP2) called(t *testing.T, n int) {
	t.Helper()
	wireUntil(t, &s.calls, n)
}

func wireUntil(t *testing.T, count *atomic.Int64, n int) {
	t.Helper()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(wireWait); count.Load() != int64(n); <-poll.C {
		if time.Now().After(deadline) {
			assert.Fail(t, "callbacks", "%d, not %d", count.Load(), n)
			return
		}
	}
}

// A wireRaw is an HTTP/2 connection without the manners of a client.
type wireRaw struct {
	*tls.Conn
	next  uint32        // stream
	ended chan struct{} // closed once the server has ended the connection, or has said so
	away  uint32        // why
}

func (s *wireHTTP2) raw(t *testing.T) *wireRaw {
	conn, err := tls.Dial("tcp", s.addr, &tls.Config{
		RootCAs:    s.client.Transport.(*http.Transport).TLSClientConfig.RootCAs,
		ServerName: "example.com", NextProtos: []string{"h2"},
	})
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(wireWait)))
	c := &wireRaw{Conn: conn, next: 1, ended: make(chan struct{})}
	_, err = conn.Write(append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), wireFrame(4, 0, 0, nil)...))
	require.NoError(t, err)
	go func() {
		defer close(c.ended)
		r := bufio.NewReader(conn)
		for {
			var head [9]byte
			if _, err := io.ReadFull(r, head[:]); err != nil {
				return
			}
			payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
			if _, err := io.ReadFull(r, payload); err != nil {
				return
			}
			if head[3] == 7 && len(payload) >= 8 { // GOAWAY
				c.away = binary.BigEndian.Uint32(payload[4:])
				return
			}
		}
	}()
	return c
}

func wireFrame(kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	b := append([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}, binary.BigEndian.AppendUint32(nil, stream)...)
	return append(b, payload...)
}

// get is the frames of a GET, and of its cancellation.
func (c *wireRaw) get(sid string, cancel bool) []byte {
	target := "/voice?CallSid=" + sid
	headers := []byte{0x82, 0x87, 0x01, 1, 'a', 0x04, byte(len(target))}
	b := wireFrame(1, 0x5, c.next, append(headers, target...))
	if cancel {
		b = append(b, wireFrame(3, 0, c.next, []byte{0, 0, 0, 8})...)
	}
	c.next += 2
	return b
}

// storm opens and cancels streams as fast as it can, until the server has
// enough or n are done.
func (c *wireRaw) storm(sid string, n int) {
	var b []byte
	for i := range n {
		b = append(b, c.get(sid, true)...)
		if i%50 == 49 {
			if _, err := c.Write(b); err != nil {
				return
			}
			b = b[:0]
		}
	}
}

// http2Group has several streams on one connection.
func http2Group(t *testing.T) (tried, wrong int) {
	defer wireLeaks(t)()
	g := &wireGroup{t: t}
	for _, c := range []struct {
		name string
		f    func(t *testing.T, s *wireHTTP2)
	}{
		{"good POST", func(t *testing.T, s *wireHTTP2) { s.good(t) }},
		{"good GET", func(t *testing.T, s *wireHTTP2) {
			got, err := s.do(t.Context(), "GET", "/voice?"+wireBody, nil)
			require.NoError(t, err)
			wireStatus(t, 200, got)
			assert.Equal(t, wireAnswer, got.body)
		}},
		{"refused", func(t *testing.T, s *wireHTTP2) {
			for _, tt := range []struct {
				method, body string
				status       int
			}{
				{"PUT", wireBody, 405},
				{"POST", wireBody + "%", 400},
				{"POST", wireBody[9:], 400},
				{"POST", wireBody + strings.Repeat("&a", 1000), 413},
				{"POST", wireBody + strings.Repeat("a", voxhook.DefaultMaxBodyBytes), 413},
			} {
				got, err := s.do(t.Context(), tt.method, "/voice", strings.NewReader(tt.body))
				require.NoError(t, err)
				wireStatus(t, tt.status, got)
			}
			assert.Zero(t, s.calls.Load())
		}},
		{"many streams", func(t *testing.T, s *wireHTTP2) {
			s.good(t) // now the client knows how many it may open
			var wg sync.WaitGroup
			for i := range wireManyStreams {
				wg.Go(func() {
					sid := fmt.Sprint("many", i)
					got, err := s.call(t.Context(), sid)
					if assert.NoError(t, err) {
						assert.Equal(t, "<Response><Say>Call "+sid+"</Say></Response>", got.body)
					}
				})
			}
			wg.Wait()
		}},
		{"more streams than the limit", func(t *testing.T, s *wireHTTP2) {
			c := s.raw(t)
			for range 3 * wireStreams {
				_, err := c.Write(c.get("ignore", false))
				require.NoError(t, err)
			}
			s.runs(t, wireStreams)
			s.good(t) // on another connection
			close(s.release)
			s.idle(t)
			require.NoError(t, c.Close())
			<-c.ended
			assert.Equal(t, wireStreams, s.mostOfOne())
		}},
		{"cancelled before the callback", func(t *testing.T, s *wireHTTP2) {
			ctx, cancel := context.WithCancel(t.Context())
			r, w := io.Pipe()
			done := make(chan error)
			go func() {
				_, err := s.do(ctx, "POST", "/voice", r)
				done <- err
			}()
			_, err := io.WriteString(w, wireBody)
			require.NoError(t, err)
			cancel()
			require.ErrorIs(t, <-done, context.Canceled)
			_ = w.Close()
			s.good(t)
			assert.EqualValues(t, 1, s.calls.Load(), "that of the good request")
		}},
		{"cancelled during the callback", func(t *testing.T, s *wireHTTP2) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() {
				_, err := s.call(ctx, "wait")
				done <- err
			}()
			s.runs(t, 1)
			cancel()
			assert.ErrorIs(t, <-s.ended, context.Canceled)
			assert.ErrorIs(t, <-done, context.Canceled)
		}},
		{"cancelled after the callback", func(t *testing.T, s *wireHTTP2) {
			c := s.raw(t)
			for i := range 3 * wireStreams {
				_, err := c.Write(c.get("big", false))
				require.NoError(t, err)
				s.called(t, i+1)
				s.idle(t) // the answer is larger than what the client takes
				_, err = c.Write(wireFrame(3, 0, c.next-2, []byte{0, 0, 0, 8}))
				require.NoError(t, err)
			}
			require.NoError(t, c.Close())
			<-c.ended
		}},
		{"connection lost during the callbacks", func(t *testing.T, s *wireHTTP2) {
			c := s.raw(t)
			for range wireStreams {
				_, err := c.Write(c.get("wait", false))
				require.NoError(t, err)
			}
			s.runs(t, wireStreams)
			require.NoError(t, c.NetConn().Close())
			for range wireStreams {
				assert.ErrorIs(t, <-s.ended, context.Canceled)
			}
			<-c.ended
		}},
		{"panic over HTTP/2", func(t *testing.T, s *wireHTTP2) {
			got, err := s.call(t.Context(), "panic")
			require.NoError(t, err)
			wireStatus(t, 500, got)
		}},
		{"ErrAbortHandler over HTTP/2", func(t *testing.T, s *wireHTTP2) {
			_, err := s.call(t.Context(), "abort")
			assert.ErrorContains(t, err, "stream error")
		}},
		{"Goexit over HTTP/2", func(t *testing.T, s *wireHTTP2) {
			// net/http resets the stream of a handler that does not come back,
			// if the answer has gone out or not.
			_, err := s.call(t.Context(), "exit")
			assert.ErrorContains(t, err, "stream error")
		}},
		{"storm, callbacks that heed their context", func(t *testing.T, s *wireHTTP2) {
			for range 3 {
				c := s.raw(t)
				c.storm("wait", 1500)
				require.NoError(t, c.Close())
				<-c.ended
				s.idle(t)
			}
			assert.LessOrEqual(t, s.mostOfOne(), wireStreams)
		}},
		{"storm, quick callbacks", func(t *testing.T, s *wireHTTP2) {
			for range 3 {
				c := s.raw(t)
				c.storm("1", 1500)
				require.NoError(t, c.Close())
				<-c.ended
				s.idle(t)
			}
			assert.LessOrEqual(t, s.mostOfOne(), wireStreams)
		}},
		{"storm, callbacks that ignore their context", func(t *testing.T, s *wireHTTP2) {
			c := s.raw(t)
			c.storm("ignore", 1500)
			<-c.ended
			assert.EqualValues(t, 0xb, c.away, "ENHANCE_YOUR_CALM")
			s.runs(t, wireStreams)
			close(s.release)
			require.NoError(t, c.Close())
			s.idle(t)
			assert.Equal(t, wireStreams, s.mostOfOne())
			assert.EqualValues(t, wireStreams, s.calls.Load(), "what waited is forgotten")
		}},
		// The limit is that of a connection, also of one that has ended.
		{"storm on 3 connections", func(t *testing.T, s *wireHTTP2) {
			for i := range 3 {
				c := s.raw(t)
				c.storm("ignore", 1500)
				<-c.ended
				require.NoError(t, c.Close())
				s.runs(t, (i+1)*wireStreams)
			}
			close(s.release)
			s.idle(t)
			assert.EqualValues(t, 3*wireStreams, s.most.Load())
			assert.Equal(t, wireStreams, s.mostOfOne())
		}},
		{"storm of the client of net/http", func(t *testing.T, s *wireHTTP2) {
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() {
					for range 40 {
						ctx, cancel := context.WithCancel(t.Context())
						go cancel()
						_, err := s.call(ctx, "wait")
						assert.ErrorIs(t, err, context.Canceled)
					}
				})
			}
			wg.Wait()
			s.idle(t)
			assert.LessOrEqual(t, s.mostOfOne(), wireStreams)
		}},
	} {
		g.run(c.name, func(t *testing.T) {
			streams := wireStreams
			if c.name == "many streams" {
				streams = wireManyStreams
			}
			s := wireStart2(streams)
			defer s.stop(t)
			c.f(t, s)
			s.good(t)
		})
	}
	return g.result()
}

// good checks that a good request is answered.
func (s *wireHTTP2) good(t *testing.T) {
	t.Helper()
	got, err := s.call(t.Context(), "1")
	require.NoError(t, err)
	wireStatus(t, 200, got)
	assert.Equal(t, wireAnswer, got.body)
}
