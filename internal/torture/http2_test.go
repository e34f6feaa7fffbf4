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
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// maxStreams is the number of streams that a connection may have.
const maxStreams = 8

// An http2Server is a server for HTTP/2 with a client.
type http2Server struct {
	*server
	test    *httptest.Server
	client  *http.Client
	release chan struct{} // closed to let callbacks of "ignore" return
	ended   chan error    // the errors with which contexts ended
}

func startHTTP2() *http2Server {
	s := &http2Server{release: make(chan struct{}), ended: make(chan error, 10_000)}
	s.server = newServer(config{
		settings: voxhook.Settings{Timeout: time.Minute},
		server:   func(srv *http.Server) { srv.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: maxStreams} },
		on: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			switch ev.Webhook().CallSid {
			case "ignore":
				<-s.release
			case "wait":
				<-ctx.Done()
				s.ended <- ctx.Err()
				return nil, ctx.Err()
			case "abort":
				panic(http.ErrAbortHandler)
			case "exit":
				runtime.Goexit()
			}
			return obey(ctx, ev)
		},
	})
	s.test = httptest.NewUnstartedServer(nil)
	s.test.Config = s.http
	s.test.EnableHTTP2 = true
	s.test.StartTLS()
	s.addr = s.test.Listener.Addr().String()
	s.client = s.test.Client()
	s.client.Timeout = patience
	return s
}

func (s *http2Server) stop(t *testing.T) {
	s.test.Close()
	s.runs(t, 0)
	noSecret(t, s.log.String()+s.httpLog.String())
}

// do sends a request and reads the answer.
func (s *http2Server) do(ctx context.Context, method, target string, body io.Reader) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.test.URL+target, body)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 {
		return answer{}, errors.New(resp.Proto)
	}
	b, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(b)}, err
}

// call posts an incoming call.
func (s *http2Server) call(ctx context.Context, sid string) (answer, error) {
	return s.do(ctx, "POST", "/voice", strings.NewReader(call(sid)))
}

// good checks that the server answers a valid request.
func (s *http2Server) good(t *testing.T) {
	t.Helper()
	got, err := s.call(t.Context(), "1")
	require.NoError(t, err)
	got.check(t, "POST", 200)
	assert.Equal(t, greeting("1"), got.body)
}

// A rawHTTP2 is an HTTP/2 connection that writes its own frames and ignores the
// limits that clients keep.
type rawHTTP2 struct {
	*tls.Conn
	next  uint32        // stream
	ended chan struct{} // closed when the server has ended the connection or sent GOAWAY
	away  uint32        // error code of the GOAWAY
}

func (s *http2Server) raw(t *testing.T) *rawHTTP2 {
	conn, err := tls.Dial("tcp", s.addr, &tls.Config{
		RootCAs:    s.client.Transport.(*http.Transport).TLSClientConfig.RootCAs,
		ServerName: "example.com", NextProtos: []string{"h2"},
	})
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	c := &rawHTTP2{Conn: conn, next: 1, ended: make(chan struct{})}
	_, err = conn.Write(append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, nil)...))
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

func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	b := append([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}, binary.BigEndian.AppendUint32(nil, stream)...)
	return append(b, payload...)
}

// get returns the frames of a GET, and of its cancellation if cancel is true.
func (c *rawHTTP2) get(sid string, cancel bool) []byte {
	target := "/voice?CallSid=" + sid
	headers := []byte{0x82, 0x87, 0x01, 1, 'a', 0x04, byte(len(target))}
	b := frame(1, 0x5, c.next, append(headers, target...))
	if cancel {
		b = append(b, frame(3, 0, c.next, []byte{0, 0, 0, 8})...)
	}
	c.next += 2
	return b
}

// storm opens and cancels n streams as fast as possible. It stops early if the
// server ends the connection.
func (c *rawHTTP2) storm(sid string, n int) {
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

// http2Group tests several streams on one connection.
func http2Group(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(t *testing.T, s *http2Server)
	}{
		{"refused", func(t *testing.T, s *http2Server) {
			for _, tt := range []struct {
				method, body string
				status       int
			}{
				{"PUT", ringing, 405},
				{"POST", ringing + "%", 400},
				{"POST", ringing + strings.Repeat("&a", 1000), 413},
				{"POST", ringing + strings.Repeat("a", voxhook.DefaultMaxBodyBytes), 413},
			} {
				got, err := s.do(t.Context(), tt.method, "/voice", strings.NewReader(tt.body))
				require.NoError(t, err)
				got.check(t, tt.method, tt.status)
			}
			s.begun(t, 0)
		}},
		{"many streams", func(t *testing.T, s *http2Server) {
			var wg sync.WaitGroup
			for i := range 5 * maxStreams {
				wg.Go(func() {
					sid := fmt.Sprint("many", i)
					got, err := s.call(t.Context(), sid)
					if assert.NoError(t, err) {
						assert.Equal(t, greeting(sid), got.body)
					}
				})
			}
			wg.Wait()
		}},
		{"canceled before the callback", func(t *testing.T, s *http2Server) {
			ctx, cancel := context.WithCancel(t.Context())
			r, w := io.Pipe()
			done := make(chan error)
			go func() {
				_, err := s.do(ctx, "POST", "/voice", r)
				done <- err
			}()
			_, err := io.WriteString(w, ringing)
			require.NoError(t, err)
			cancel()
			require.ErrorIs(t, <-done, context.Canceled)
			_ = w.Close()
			s.good(t)
			s.begun(t, 1) // the good request
		}},
		{"canceled during the callback", func(t *testing.T, s *http2Server) {
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
		{"canceled after the callback", func(t *testing.T, s *http2Server) {
			c := s.raw(t)
			for i := range 3 * maxStreams {
				_, err := c.Write(c.get("long", false))
				require.NoError(t, err)
				s.begun(t, i+1)
				s.runs(t, 0) // the answer is larger than the client's window
				_, err = c.Write(frame(3, 0, c.next-2, []byte{0, 0, 0, 8}))
				require.NoError(t, err)
			}
			require.NoError(t, c.Close())
			<-c.ended
		}},
		{"connection lost during the callbacks", func(t *testing.T, s *http2Server) {
			c := s.raw(t)
			for range maxStreams {
				_, err := c.Write(c.get("wait", false))
				require.NoError(t, err)
			}
			s.runs(t, maxStreams)
			require.NoError(t, c.NetConn().Close())
			for range maxStreams {
				assert.ErrorIs(t, <-s.ended, context.Canceled)
			}
			<-c.ended
		}},
		{"handlers that do not return", func(t *testing.T, s *http2Server) {
			for _, sid := range []string{"abort", "exit"} {
				_, err := s.call(t.Context(), sid)
				assert.ErrorContains(t, err, "stream error", sid)
			}
		}},
		{"storm, callbacks that end", func(t *testing.T, s *http2Server) {
			for _, sid := range []string{"wait", "1", "wait", "1"} {
				c := s.raw(t)
				c.storm(sid, 1500)
				require.NoError(t, c.Close())
				<-c.ended
				s.runs(t, 0)
			}
			_, most := s.counts()
			assert.LessOrEqual(t, most, maxStreams)
		}},
		// The limit applies to each connection, even after it has ended.
		{"storm on 3 connections, callbacks that ignore their context", func(t *testing.T, s *http2Server) {
			for i := range 3 {
				c := s.raw(t)
				c.storm("ignore", 1500)
				<-c.ended
				assert.EqualValues(t, 0xb, c.away, "ENHANCE_YOUR_CALM")
				require.NoError(t, c.Close())
				s.runs(t, (i+1)*maxStreams)
			}
			close(s.release)
			s.runs(t, 0)
			calls, most := s.counts()
			assert.Equal(t, maxStreams, most)
			assert.Equal(t, 3*maxStreams, calls, "streams that were still waiting must never start a callback")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startHTTP2()
			defer s.stop(t)
			c.f(t, s)
			s.good(t)
		})
	}
}
