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
	"slices"
	"strconv"
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

// patience is how long anything may take here before it counts as stuck.
const patience = 10 * time.Second

// secrets are what requests here tell about callers, and what no refusal, no
// error and no log may repeat.
var secrets = []string{"4111111111111111", "14025559999"}

// formType is the header line of a form.
const formType = "Content-Type: application/x-www-form-urlencoded\r\n"

// post returns a request with a form in its body.
func post(body string) string { return request("POST /voice", formType, body) }

// get returns a request with a form in its query.
func get(query string) string { return request("GET /voice?"+query, "", "") }

// request returns a request of a method with a target, with whole header lines
// and a body.
func request(line, headers, body string) string {
	if body != "" || strings.HasPrefix(line, "POST") {
		headers += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
	}
	return line + " HTTP/1.1\r\nHost: voice.example\r\n" + headers + "\r\n" + body
}

// A trial is one request, and what has to come of it: an event, or a refusal.
type trial struct {
	name    string
	request string

	// Limits of the Handler.
	maxBody   int64
	maxParams int

	// The event. It has no parameters in Invalid but these, in this order,
	// unless check is to say.
	event      voxhook.Event
	invalid    []string
	anyInvalid bool
	check      func(a *assert.Assertions, e voxhook.Event)

	// The refusal, if status is set: what errors.Is has to find, and which
	// parameter is to blame. If the server refuses the request itself, neither
	// is looked at.
	status int
	err    error
	param  string
	server bool

	// most is how many bytes the server may read; 0 for any number.
	most int64
}

// A heard is what a Handler did with one request.
type heard struct {
	mu       sync.Mutex
	events   []voxhook.Event
	bindings []binding
	errs     []error
	log      bytes.Buffer
}

// Write makes a heard the destination of a log.
func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

// handler returns a Handler that tells h what happens, and echoes what it got
// from the caller into its document.
func (h *heard) handler(tr *trial) *voxhook.Handler {
	return &voxhook.Handler{
		OnEvent: func(_ context.Context, e voxhook.Event) (voxml.Response, error) {
			b := bindAll(e)
			h.mu.Lock()
			defer h.mu.Unlock()
			h.events = append(h.events, e)
			h.bindings = append(h.bindings, b)
			return voxml.Response{voxml.Say{Text: echo(e)}}, nil
		},
		ErrorLog:     slog.New(slog.NewTextHandler(h, nil)),
		MaxBodyBytes: tr.maxBody,
		MaxParams:    tr.maxParams,
	}
}

// echo returns the beginning of all that an event has from its caller.
func echo(e voxhook.Event) string {
	const most = 2000
	text := "heard"
	for _, p := range e.Webhook().Params {
		text += " " + p.Name[:min(len(p.Name), most)] + "=" + p.Value[:min(len(p.Value), most)]
		if len(text) >= most {
			return text[:most]
		}
	}
	return text
}

// carried returns what a document can carry of a text.
func carried(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r != 0xFFFE && r != 0xFFFF:
			b.WriteRune(r)
		default:
			b.WriteRune('\uFFFD')
		}
	}
	return b.String()
}

// A server is a real one on loopback. It has one Handler at a time.
type server struct {
	addr    string
	handler atomic.Pointer[voxhook.Handler]
	read    atomic.Int64 // bytes, from all clients
	log     heard        // of net/http
	close   func()
}

func newServer(t *testing.T) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &server{addr: listener.Addr().String()}
	srv := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handler.Load().ServeHTTP(w, r) }),
		ReadHeaderTimeout: patience,
		MaxHeaderBytes:    1 << 20,
		ErrorLog:          log.New(&s.log, "", 0),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(&countingListener{listener, &s.read})
	}()
	s.close = func() {
		_ = srv.Close()
		<-done
	}
	return s
}

// A countingListener counts the bytes that its connections read.
type countingListener struct {
	net.Listener
	read *atomic.Int64
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &countingConn{conn.(*net.TCPConn), l.read}, nil
}

type countingConn struct {
	*net.TCPConn
	read *atomic.Int64
}

func (c *countingConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// An answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   []byte
	read   int64 // bytes that the server read
}

// exchange sends raw bytes, reads the response, says that no more will come,
// and reads until the server closes.
func (s *server) exchange(request string) (*answer, error) {
	before := s.read.Load()
	conn, err := net.DialTimeout("tcp", s.addr, patience)
	if err != nil {
		return nil, err
	}
	written := make(chan struct{})
	defer func() {
		_ = conn.Close()
		<-written
	}()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		close(written)
		return nil, err
	}
	go func() {
		defer close(written)
		_, _ = io.WriteString(conn, request) // a server need not read all of it
	}()
	method, _, _ := strings.Cut(request, " ")
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return nil, fmt.Errorf("no response: %w", err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("no whole body: %w", err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("not closed in order: %w", err)
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes behind the response", len(rest))
	}
	return &answer{resp.StatusCode, resp.Header, body, s.read.Load() - before}, nil
}

// findings collects what is wrong with a case.
type findings []string

// Errorf makes findings a place for assertions to fail.
func (f *findings) Errorf(format string, args ...any) {
	*f = append(*f, fmt.Sprintf(format, args...))
}

// run tries all trials, refusals twice: answered by the Handler, and by an
// ErrorHandler. That nothing is left in the end is one case more.
func run(t *testing.T, trials []trial) (tried, wrong int) {
	t.Helper()
	names := make(map[string]bool, len(trials))
	left := leftovers(t)
	plain, told := newServer(t), newServer(t)
	for i := range trials {
		tr := &trials[i]
		var f findings
		a := assert.New(&f)
		a.False(names[tr.name], "two cases have this name")
		names[tr.name] = true
		tr.tryPlain(a, plain)
		if tr.status != 0 {
			tr.tryTold(a, told)
		}
		tried++
		if len(f) > 0 {
			wrong++
			t.Errorf("case %q: %s", tr.name, strings.Join(f, "\n"))
		}
	}
	plain.close()
	told.close()
	tried++
	if what := left(); what != "" {
		wrong++
		t.Errorf("case %q: %s", "nothing is left", what)
	}
	return tried, wrong
}

// tryPlain looks at what a client and a log can see.
func (tr *trial) tryPlain(a *assert.Assertions, s *server) {
	var h heard
	s.handler.Store(h.handler(tr))
	got, err := s.exchange(tr.request)
	if !a.NoError(err) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	a.Empty(s.log.log.String(), "the server's log")
	s.log.log.Reset()
	if tr.most > 0 {
		a.LessOrEqual(got.read, tr.most, "bytes that the server read")
	}
	if tr.status != 0 {
		tr.checkRefusal(a, &h, got)
		return
	}
	a.Empty(h.log.String(), "log")
	a.Equal(http.StatusOK, got.status, "status")
	if a.Len(h.events, 1, "callbacks") {
		tr.checkEvent(a, h.events[0], h.bindings[0])
		tr.checkDocument(a, h.events[0], got)
	}
}

func (tr *trial) checkRefusal(a *assert.Assertions, h *heard, got *answer) {
	a.Equal(tr.status, got.status, "status")
	a.Empty(h.events, "callbacks")
	for _, secret := range secrets {
		a.NotContains(string(got.body), secret, "body")
		a.NotContains(fmt.Sprint(got.header), secret, "header")
		a.NotContains(h.log.String(), secret, "log")
	}
	if tr.server {
		a.Empty(h.log.String(), "log")
		return
	}
	a.Equal(1, strings.Count(h.log.String(), "\n"), "lines in the log")
	a.Contains(h.log.String(), "level=WARN", "log")
	a.Equal("text/plain; charset=utf-8", got.header.Get("Content-Type"))
	a.Equal("nosniff", got.header.Get("X-Content-Type-Options"))
	text := http.StatusText(tr.status) + "\n"
	if strings.HasPrefix(tr.request, "HEAD ") {
		text = ""
	}
	a.Equal(text, string(got.body), "body")
	if tr.status == http.StatusMethodNotAllowed {
		a.Equal("GET, POST", got.header.Get("Allow"))
	}
}

func (tr *trial) checkEvent(a *assert.Assertions, e voxhook.Event, b binding) {
	if !a.IsType(tr.event, e) {
		return
	}
	var invalid []string
	for _, p := range e.Webhook().Invalid {
		invalid = append(invalid, p.Param)
		for _, secret := range secrets {
			a.NotContains(p.Error(), secret, "Invalid")
		}
	}
	if !tr.anyInvalid {
		a.Equal(tr.invalid, invalid, "Invalid")
	}
	for _, err := range b.errs {
		a.ErrorAs(err, new(*voxhook.ParamError), "Bind")
		for _, secret := range secrets {
			a.NotContains(err.Error(), secret, "Bind")
		}
	}
	if tr.check != nil {
		tr.check(a, e)
	}
}

func (tr *trial) checkDocument(a *assert.Assertions, e voxhook.Event, got *answer) {
	a.Equal("application/xml", got.header.Get("Content-Type"))
	var names []string
	for name := range got.header {
		names = append(names, name)
	}
	slices.Sort(names)
	a.Equal([]string{"Content-Length", "Content-Type", "Date"}, names, "header")
	doc, err := voxml.Parse(bytes.NewReader(got.body))
	if a.NoError(err, "document") {
		a.Equal(voxml.Response{voxml.Say{Text: carried(echo(e))}}, doc, "document")
	}
}

// tryTold looks at what an ErrorHandler gets.
func (tr *trial) tryTold(a *assert.Assertions, s *server) {
	var h heard
	handler := h.handler(tr)
	handler.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, err error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.errs = append(h.errs, err)
		w.WriteHeader(voxhook.StatusCode(err))
	}
	s.handler.Store(handler)
	got, err := s.exchange(tr.request)
	if !a.NoError(err) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	a.Empty(h.log.String(), "log beside an ErrorHandler")
	if tr.server {
		a.Empty(h.errs, "errors")
		return
	}
	a.Equal(tr.status, got.status, "status by an ErrorHandler")
	a.Empty(got.body, "body by an ErrorHandler")
	if !a.Len(h.errs, 1, "errors") {
		return
	}
	if tr.err != nil {
		a.ErrorIs(h.errs[0], tr.err)
	}
	var p *voxhook.ParamError
	if errors.As(h.errs[0], &p) {
		a.Equal(tr.param, p.Param, "parameter to blame")
	} else {
		a.Empty(tr.param, "parameter to blame")
	}
	for _, secret := range secrets {
		a.NotContains(h.errs[0].Error(), secret, "error")
	}
}

// leftovers returns a function that waits until there are no more goroutines
// and open files than now, and else says what there is.
func leftovers(t *testing.T) func() string {
	t.Helper()
	// The first use of the network opens files that stay open.
	first, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, first.Close())
	goroutines, files := runtime.NumGoroutine(), openFiles()
	return func() string {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		deadline := time.Now().Add(patience)
		for {
			g, f := runtime.NumGoroutine(), openFiles()
			if g <= goroutines && f <= files {
				return ""
			}
			if time.Now().After(deadline) {
				return fmt.Sprintf("%d goroutines, were %d; %d open files, were %d", g, goroutines, f, files)
			}
			<-tick.C
		}
	}
}

// openFiles returns how many files are open, where the system tells, or else 0.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
