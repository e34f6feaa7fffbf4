package torture

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
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

// patience is how long a step may take before the test fails.
const patience = 10 * time.Second

// A callback is an OnEvent callback.
type callback = func(context.Context, voxhook.Event) (voxml.Response, error)

// greet answers with the id of the call.
func greet(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: "Call " + ev.Webhook().CallSid}}, nil
}

// greeting is the document of greet.
func greeting(sid string) string { return "<Response><Say>Call " + sid + "</Say></Response>" }

// A buffer is a bytes.Buffer for concurrent use.
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

// A config configures a server.
type config struct {
	on       callback           // for all events
	settings voxhook.Settings   // ErrorLog is replaced
	server   func(*http.Server) // if not nil, changes the server
	accepted func(*net.TCPConn) // if not nil, receives each connection
}

// A server is a real server on loopback.
type server struct {
	http    *http.Server
	addr    string
	served  chan error
	log     buffer // of the Handler
	httpLog buffer // of net/http
	read    atomic.Int64

	mu        sync.Mutex
	changed   *sync.Cond // signals a change of the fields below
	dialed    int        // connections opened
	closed    int        // connections closed
	events    []voxhook.Event
	outcomes  []voxhook.Outcome
	running   int            // callbacks running now
	runningOf map[string]int // callbacks running now, by connection
	mostOfOne int            // the largest value that was in runningOf
}

// start starts a server. The caller must call stop.
func start(t *testing.T, c config) *server {
	t.Helper()
	s := newServer(c)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.addr = l.Addr().String()
	s.served = make(chan error, 1)
	go func() { s.served <- s.http.Serve(listener{l, s, c.accepted}) }()
	return s
}

// newServer returns a server that does not listen yet.
func newServer(c config) *server {
	s := &server{runningOf: map[string]int{}}
	s.changed = sync.NewCond(&s.mu)
	c.settings.ErrorLog = slog.New(slog.NewJSONHandler(&s.log, nil))
	h := &voxhook.Handler{OnEvent: s.counted(c.on), Settings: c.settings}
	hooks := &voxhook.Hooks{Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) {
		s.update(func() { s.outcomes = append(s.outcomes, o) })
	}}
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
		}),
		ErrorLog:          log.New(&s.httpLog, "", 0),
		ReadHeaderTimeout: patience,
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				s.update(func() { s.closed++ })
			}
		},
	}
	if c.server != nil {
		c.server(s.http)
	}
	return s
}

// A listener counts the bytes that its connections read.
type listener struct {
	net.Listener
	s        *server
	accepted func(*net.TCPConn)
}

func (l listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if l.accepted != nil {
		l.accepted(conn.(*net.TCPConn))
	}
	return countingConn{conn.(*net.TCPConn), l.s}, nil
}

type countingConn struct {
	*net.TCPConn
	s *server
}

func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	c.s.read.Add(int64(n))
	return n, err
}

// update runs f with the lock held and signals a change.
func (s *server) update(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.changed.Broadcast()
}

// counted returns a callback that calls on and counts its calls.
func (s *server) counted(on callback) callback {
	return func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		addr := voxhook.RequestFrom(ctx).RemoteAddr
		s.update(func() {
			s.events = append(s.events, ev)
			s.running++
			s.runningOf[addr]++
			s.mostOfOne = max(s.mostOfOne, s.runningOf[addr])
		})
		defer s.update(func() {
			s.running--
			s.runningOf[addr]--
		})
		return on(ctx, ev)
	}
}

// await waits until a condition holds. It calls until with the lock held.
func (s *server) await(t *testing.T, what string, until func() bool) {
	t.Helper()
	late := false
	defer time.AfterFunc(patience, func() { s.update(func() { late = true }) }).Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !until() {
		if late {
			assert.Fail(t, "waited too long for "+what, "%d callbacks, %d running", len(s.events), s.running)
			return
		}
		s.changed.Wait()
	}
}

// begun waits until n callbacks have begun.
func (s *server) begun(t *testing.T, n int) {
	t.Helper()
	s.await(t, "callbacks", func() bool { return len(s.events) == n })
}

// runs waits until exactly n callbacks are running.
func (s *server) runs(t *testing.T, n int) {
	t.Helper()
	s.await(t, "running callbacks", func() bool { return s.running == n })
}

// counts returns the number of callbacks that have begun, and the largest
// number that ran at once for one connection.
func (s *server) counts() (calls, mostOfOne int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.events), s.mostOfOne
}

// quiet waits until the server has closed all connections.
func (s *server) quiet(t *testing.T) {
	t.Helper()
	s.await(t, "the end of all connections", func() bool { return s.closed == s.dialed && s.running == 0 })
}

// stop stops the server and checks its logs.
func (s *server) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.http.Close())
	assert.ErrorIs(t, <-s.served, http.ErrServerClosed)
	s.runs(t, 0)
	assert.Empty(t, s.httpLog.String(), "net/http must log nothing")
	noSecret(t, s.log.String())
}

// forget checks the log and resets the records of the server.
func (s *server) forget(t *testing.T) {
	t.Helper()
	noSecret(t, s.log.String())
	s.log.mu.Lock()
	s.log.b = bytes.Buffer{}
	s.log.mu.Unlock()
	s.update(func() { s.events, s.outcomes, s.runningOf = nil, nil, map[string]int{} })
}

// leaks returns a check that the number of goroutines and open files has not
// grown. The check waits, because goroutines and files may take a moment to
// end.
func leaks(t *testing.T) (check func()) {
	t.Helper()
	// The first use of the network opens files that stay open.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	goroutines, files := runtime.NumGoroutine(), openFiles()
	return func() {
		t.Helper()
		poll := time.NewTicker(time.Millisecond)
		defer poll.Stop()
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-poll.C {
			if runtime.NumGoroutine() <= goroutines && openFiles() <= files {
				return
			}
		}
		var b strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&b, 1)
		assert.Fail(t, "goroutines or files leaked", "goroutines: %d before, %d after; files: %d before, %d after\n%s",
			goroutines, runtime.NumGoroutine(), files, openFiles(), b.String())
	}
}

// openFiles returns the number of open files, or 0 if the system does not
// report it.
func openFiles() int {
	names, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0
	}
	return len(names)
}
