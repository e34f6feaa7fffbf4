package torture

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// patience is how long anything may take before a case has failed.
const patience = 10 * time.Second

// A callback answers events of any kind.
type callback = func(context.Context, voxhook.Event) (voxml.Response, error)

// greet answers with the id of the call.
func greet(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: "Call " + ev.Webhook().CallSid}}, nil
}

// greeting is the document of greet.
func greeting(sid string) string { return "<Response><Say>Call " + sid + "</Say></Response>" }

// A buffer can be used by several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A config says what a server does.
type config struct {
	on       callback           // of all events
	timeout  time.Duration      // of callbacks
	hooks    bool               // record the outcomes
	server   func(*http.Server) // if not nil, changes the server
	accepted func(*net.TCPConn) // if not nil, gets each connection
}

// A server is a real one on loopback. Each connection has a Handler of its
// own, so that a case can change it.
type server struct {
	config
	addr   string
	http   *http.Server
	log    buffer // of net/http
	served chan error

	mu      sync.Mutex
	changed *sync.Cond // on any change of what follows
	peers   map[string]*peer
	calls   int // callbacks that have begun
	running int // callbacks at this moment
	most    int // the largest value of running
}

// A peer is what the server knows of one connection.
type peer struct {
	handler *voxhook.Handler
	hooks   *voxhook.Hooks // nil for none
	log     *buffer        // of the Handler
	secrets bool           // the log may hold them, because the program logs them
	read    *atomic.Int64  // bytes

	events        []voxhook.Event // of the callbacks that have begun
	running, most int             // callbacks, as in server
	outcomes      []voxhook.Outcome
	closed        bool
}

// start starts a server. Stop must be called.
func start(t *testing.T, c config) *server {
	t.Helper()
	s := newServer(c)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.addr = l.Addr().String()
	s.served = make(chan error, 1)
	go func() { s.served <- s.http.Serve(listener{l}) }()
	return s
}

func newServer(c config) *server {
	s := &server{config: c, peers: make(map[string]*peer)}
	s.changed = sync.NewCond(&s.mu)
	s.http = &http.Server{
		Handler:           s,
		ErrorLog:          log.New(&s.log, "", 0),
		ConnState:         s.connState,
		ReadHeaderTimeout: patience,
	}
	if c.server != nil {
		c.server(s.http)
	}
	return s
}

// A listener counts the bytes that its connections read.
type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &countingConn{TCPConn: conn.(*net.TCPConn)}, nil
}

type countingConn struct {
	*net.TCPConn
	read atomic.Int64
}

func (c *countingConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

func (s *server) connState(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		counting, ok := conn.(*countingConn)
		if ok && s.accepted != nil {
			s.accepted(counting.TCPConn)
		}
		s.update(func() {
			if p := s.peer(conn.RemoteAddr().String()); ok {
				p.read = &counting.read
			}
		})
	case http.StateClosed:
		s.update(func() { s.peers[conn.RemoteAddr().String()].closed = true })
	}
}

// update changes what is known.
func (s *server) update(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.changed.Broadcast()
}

// peer returns what is known of the connection of a client. The lock must be
// held.
func (s *server) peer(addr string) *peer {
	p := s.peers[addr]
	if p == nil || p.closed { // the address was used before
		p = &peer{log: new(buffer)}
		p.handler = &voxhook.Handler{
			OnEvent:  s.counted(s.on),
			Settings: voxhook.Settings{Timeout: s.timeout, ErrorLog: slog.New(slog.NewJSONHandler(p.log, nil))},
		}
		if s.hooks {
			p.hooks = &voxhook.Hooks{Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) {
				s.update(func() { p.outcomes = append(p.outcomes, o) })
			}}
		}
		s.peers[addr] = p
	}
	return p
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.peers[r.RemoteAddr]
	handler, hooks := p.handler, p.hooks
	s.mu.Unlock()
	if hooks != nil {
		r = r.WithContext(voxhook.WithHooks(r.Context(), hooks))
	}
	handler.ServeHTTP(w, r)
}

// counted returns a callback that counts itself.
func (s *server) counted(on callback) callback {
	return func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		var p *peer
		s.update(func() {
			p = s.peers[voxhook.RequestFrom(ctx).RemoteAddr]
			p.events = append(p.events, ev)
			p.running++
			p.most = max(p.most, p.running)
			s.calls++
			s.running++
			s.most = max(s.most, s.running)
		})
		defer s.update(func() {
			p.running--
			s.running--
		})
		return on(ctx, ev)
	}
}

// await waits until a condition holds. It is checked with the lock held.
func (s *server) await(t *testing.T, what string, until func() bool) {
	t.Helper()
	late := false
	defer time.AfterFunc(patience, func() { s.update(func() { late = true }) }).Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !until() {
		if late {
			assert.Fail(t, "too late: "+what, "%d callbacks, %d running", s.calls, s.running)
			return
		}
		s.changed.Wait()
	}
}

// begun waits until n callbacks have begun.
func (s *server) begun(t *testing.T, n int) {
	t.Helper()
	s.await(t, "callbacks", func() bool { return s.calls == n })
}

// runs waits until n callbacks run.
func (s *server) runs(t *testing.T, n int) {
	t.Helper()
	s.await(t, "running callbacks", func() bool { return s.running == n })
}

// counts returns the number of callbacks that have begun, the largest number
// that ran at once, and the same for a single connection.
func (s *server) counts() (calls, most, mostOfOne int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.peers {
		mostOfOne = max(mostOfOne, p.most)
	}
	return s.calls, s.most, mostOfOne
}

// stop ends the server and checks its logs.
func (s *server) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.http.Close())
	assert.ErrorIs(t, <-s.served, http.ErrServerClosed)
	s.runs(t, 0)
	assert.Empty(t, s.log.String(), "the log of net/http")
	s.noSecrets(t)
}

// noSecrets checks the logs.
func (s *server) noSecrets(t *testing.T) {
	t.Helper()
	noSecret(t, s.log.String())
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.peers {
		if !p.secrets {
			noSecret(t, p.log.String())
		}
	}
}
