package torture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
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

const (
	// wireWait is how long anything may take before a case has failed.
	wireWait = 10 * time.Second

	// wireBody is an incoming call with what must not be told to others.
	wireBody = "CallSid=1&CallStatus=ringing&From=%2B14025559999&Card=4111111111111111"

	// wireSmall is the start of wireBody, a form by itself.
	wireSmall = "CallSid=1&CallStatus=ringing"

	wireType = "Content-Type: application/x-www-form-urlencoded\r\n"
)

// wireSecrets are what the hostile requests hold.
var wireSecrets = []string{"4111111111111111", "14025559999"}

// A wireGroup counts cases.
type wireGroup struct {
	t            *testing.T
	tried, wrong atomic.Int64
}

func (g *wireGroup) run(name string, f func(t *testing.T)) {
	g.tried.Add(1)
	if !g.t.Run(name, f) {
		g.wrong.Add(1)
	}
}

// each runs f for 0 to n-1, some at a time.
func (g *wireGroup) each(n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, 16) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wg.Wait()
}

func (g *wireGroup) result() (tried, wrong int) { return int(g.tried.Load()), int(g.wrong.Load()) }

// wireBuffer is a buffer for several goroutines.
type wireBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *wireBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *wireBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A wireCallback stands for the callbacks of all kinds.
type wireCallback = func(context.Context, voxhook.Event) (voxml.Response, error)

// wireGood answers with the id of the call.
func wireGood(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: "Call " + ev.Webhook().CallSid}}, nil
}

const wireAnswer = "<Response><Say>Call 1</Say></Response>"

type wireConfig struct {
	on           wireCallback // nil: wireGood
	errorHandler bool         // record errors, and answer with their status
	handler      func(*voxhook.Handler)
	server       func(*http.Server)
	accepted     func(net.Conn)
}

// A wirePeer is what the server knows of one connection.
type wirePeer struct {
	calls   int
	running int // callbacks at this moment
	most    int // the largest value of running
	errs    []error
	closed  bool
}

// A wireServer is a Handler in a real server.
type wireServer struct {
	addr      string
	http      *http.Server
	handler   *voxhook.Handler
	log       wireBuffer // of the Handler
	serverLog wireBuffer // of net/http
	calls     atomic.Int64
	running   atomic.Int64 // callbacks at this moment
	most      atomic.Int64 // the largest value of running

	mu      sync.Mutex
	changed *sync.Cond
	peers   map[string]*wirePeer // by the client's address
	served  chan error
}

// wireStart starts a server. Stop has to be called.
func wireStart(t *testing.T, c wireConfig) *wireServer {
	t.Helper()
	s := wireNew(c)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.addr = l.Addr().String()
	s.served = make(chan error, 1)
	go func() { s.served <- s.http.Serve(l) }()
	return s
}

func wireNew(c wireConfig) *wireServer {
	s := &wireServer{peers: make(map[string]*wirePeer)}
	s.changed = sync.NewCond(&s.mu)
	on := c.on
	if on == nil {
		on = wireGood
	}
	s.handler = s.newHandler(on)
	if c.errorHandler {
		s.handler.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
			s.peer(r.RemoteAddr, func(p *wirePeer) { p.errs = append(p.errs, err) })
			status := voxhook.StatusCode(err)
			http.Error(w, http.StatusText(status), status)
		}
	}
	if c.handler != nil {
		c.handler(s.handler)
	}
	s.http = &http.Server{
		Handler:        s.handler,
		ErrorLog:       log.New(&s.serverLog, "", 0),
		MaxHeaderBytes: 128 << 10,
		ConnState: func(conn net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				if c.accepted != nil {
					c.accepted(conn)
				}
				s.peer(conn.RemoteAddr().String(), func(*wirePeer) {})
			case http.StateClosed:
				s.peer(conn.RemoteAddr().String(), func(p *wirePeer) { p.closed = true })
			}
		},
	}
	if c.server != nil {
		c.server(s.http)
	}
	return s
}

// newHandler makes a Handler that has a callback for every kind of event.
func (s *wireServer) newHandler(on wireCallback) *voxhook.Handler {
	return &voxhook.Handler{
		OnIncomingCall: wireOn[*voxhook.IncomingCall](s, on),
		OnDial:         wireOn[*voxhook.DialResult](s, on),
		OnGather:       wireOn[*voxhook.GatherResult](s, on),
		OnRecord:       wireOn[*voxhook.RecordResult](s, on),
		OnPay:          wireOn[*voxhook.PayResult](s, on),
		OnVerbAction:   wireOn[voxhook.VerbAction](s, on),
		OnStatusChange: wireOn[*voxhook.StatusChange](s, on),
		OnRecording:    wireOn[*voxhook.Recording](s, on),
		OnPayProgress:  wireOn[*voxhook.PayProgress](s, on),
		OnEvent:        wireOn[voxhook.Event](s, on),
		ErrorLog:       slog.New(slog.NewJSONHandler(&s.log, nil)),
	}
}

// wireOn makes a callback that counts.
func wireOn[E voxhook.Event](s *wireServer, on wireCallback) func(context.Context, E) (voxml.Response, error) {
	return func(ctx context.Context, e E) (voxml.Response, error) {
		s.calls.Add(1)
		now := s.running.Add(1)
		defer s.running.Add(-1)
		for most := s.most.Load(); now > most && !s.most.CompareAndSwap(most, now); most = s.most.Load() {
		}
		addr := voxhook.RequestFrom(ctx).RemoteAddr
		s.peer(addr, func(p *wirePeer) {
			p.calls++
			p.running++
			p.most = max(p.most, p.running)
		})
		defer s.peer(addr, func(p *wirePeer) { p.running-- })
		return on(ctx, e)
	}
}

// peer changes what is known of a connection.
func (s *wireServer) peer(addr string, f func(*wirePeer)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.peers[addr]
	if p == nil {
		p = new(wirePeer)
		s.peers[addr] = p
	}
	f(p)
	s.changed.Broadcast()
}

// await waits until the server knows this of a connection.
func (s *wireServer) await(t *testing.T, addr, what string, until func(*wirePeer) bool) wirePeer {
	t.Helper()
	late := false
	defer time.AfterFunc(wireWait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	}).Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.peers[addr] == nil || !until(s.peers[addr]) {
		if late {
			assert.Fail(t, "the server never says: "+what)
			return wirePeer{}
		}
		s.changed.Wait()
	}
	p := *s.peers[addr]
	p.errs = slices.Clone(p.errs)
	return p
}

// mostOfOne returns the largest number of callbacks that ran at once for one
// connection.
func (s *wireServer) mostOfOne() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := 0
	for _, p := range s.peers {
		most = max(most, p.most)
	}
	return most
}

// stop ends the server, and checks that nothing was told that must not be.
func (s *wireServer) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.http.Close())
	assert.ErrorIs(t, <-s.served, http.ErrServerClosed)
	wireNoSecret(t, s.log.String())
	wireNoSecret(t, s.serverLog.String())
}

func wireNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range wireSecrets {
		if i := strings.Index(text, secret); i >= 0 {
			assert.Fail(t, "a secret is told", "%q", text[max(0, i-300):min(len(text), i+100)])
		}
	}
}

// A wireConn is a client's end of a connection.
type wireConn struct {
	*net.TCPConn
	r    *bufio.Reader
	addr string
}

func (s *wireServer) dial(t *testing.T) *wireConn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", s.addr, wireWait)
	require.NoError(t, err)
	c := &wireConn{TCPConn: conn.(*net.TCPConn), r: bufio.NewReader(conn), addr: conn.LocalAddr().String()}
	require.NoError(t, c.SetDeadline(time.Now().Add(wireWait)))
	return c
}

// send writes the pieces, each in a segment of its own. The server may hang
// up meanwhile.
func (c *wireConn) send(pieces ...string) error {
	for _, piece := range pieces {
		if _, err := io.WriteString(c, piece); err != nil {
			return err
		}
	}
	return nil
}

// reset closes the connection the hard way.
func (c *wireConn) reset(t *testing.T) {
	t.Helper()
	require.NoError(t, c.SetLinger(0))
	require.NoError(t, c.Close())
}

// A wireResponse is a response that was read to its end.
type wireResponse struct {
	status int
	header http.Header
	body   string
}

// read reads the response to a request of this method.
func (c *wireConn) read(method string) (wireResponse, error) {
	resp, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		return wireResponse{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return wireResponse{resp.StatusCode, resp.Header, string(body)}, err
}

// ended checks that the server has closed the connection and sent nothing
// more.
func (c *wireConn) ended(t *testing.T) {
	t.Helper()
	rest, err := io.ReadAll(c.r)
	assert.Empty(t, string(rest), "more than was expected")
	assert.False(t, errors.Is(err, os.ErrDeadlineExceeded), "the connection is still open")
}

// wireStatus checks one answer. Documents must be well-formed.
func wireStatus(t *testing.T, status int, got wireResponse) {
	t.Helper()
	assert.Equal(t, status, got.status)
	wireNoSecret(t, got.body+fmt.Sprint(got.header))
	if got.header.Get("Content-Type") == "application/xml" {
		assert.Equal(t, 200, got.status)
		_, err := voxml.Parse(strings.NewReader(got.body))
		assert.NoError(t, err)
	} else if got.status == 200 {
		assert.Empty(t, got.body, "a success is a document, or nothing")
	}
}

// wirePost is a POST of a form that is as long as it says.
func wirePost(body string, headers ...string) string {
	return "POST /voice HTTP/1.1\r\nHost: a\r\n" + wireType + strings.Join(headers, "") +
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

// wireLeaks returns a check that no goroutines and files are left.
func wireLeaks(t *testing.T) func() {
	// What the first use of the network leaves behind is no leak.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	goroutines, files := runtime.NumGoroutine(), wireFiles(t)
	return func() {
		t.Helper()
		poll := time.NewTicker(time.Millisecond)
		defer poll.Stop()
		for deadline := time.Now().Add(wireWait); time.Now().Before(deadline); <-poll.C {
			if runtime.NumGoroutine() <= goroutines && wireFiles(t) <= files {
				return
			}
		}
		var b strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&b, 1)
		assert.Fail(t, "something is left", "goroutines: %d, then %d; files: %d, then %d\n%s",
			goroutines, runtime.NumGoroutine(), files, wireFiles(t), b.String())
	}
}

// wireFiles counts the open files.
func wireFiles(t *testing.T) int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Log(err)
		return 0
	}
	return len(names)
}
