package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/ivr/server"
	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
	"github.com/voxhook/voxhook/voxauth"
)

// worldVar is the environment variable that turns the test binary into the
// command. Its value is the URL of the outside world.
const worldVar = "IVR_TEST_WORLD"

func TestMain(m *testing.M) {
	redistest.Quiet()
	if world := os.Getenv(worldVar); world != "" {
		fmt.Fprintln(os.Stderr, server.Run(context.Background(), os.Args[1:], &output{world: world}, openRedis))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// An output is the standard output of a replica. Its log is the effect of the
// menu: each callback writes one line before it returns. Before and after each
// line, the replica asks the test, which is the outside world. The test can so
// kill the replica on either side of the effect.
type output struct{ world string }

var (
	listens = regexp.MustCompile(`^Listening on (\S+)\. `)
	effect  = regexp.MustCompile(`msg="?([\w ]+?)"? call=(\S+) `)
)

func (o *output) Write(line []byte) (int, error) {
	if m := listens.FindSubmatch(line); m != nil {
		fmt.Printf("%s\n", m[1])
	}
	if strings.Contains(string(line), "idempotency store failed") {
		return len(line), o.ask("unprotected", "", "")
	}
	if m := effect.FindSubmatch(line); m != nil {
		message, call := string(m[1]), string(m[2])
		return len(line), errors.Join(o.ask("before", message, call), o.ask("after", message, call))
	}
	return len(line), nil
}

func (o *output) ask(point, message, call string) error {
	form := url.Values{"point": {point}, "message": {message}, "call": {call}, "pid": {strconv.Itoa(os.Getpid())}}
	res, err := http.PostForm(o.world, form)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// A replica is a process of the command.
type replica struct {
	cmd    *exec.Cmd
	target *url.URL
}

func startReplica(t *testing.T, redis, keyFile, world string) *replica {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-addr", "127.0.0.1:0", "-redis", redis, "-key-file", keyFile)
	cmd.Env = append(os.Environ(), worldVar+"="+world)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	r := &replica{cmd: cmd}
	t.Cleanup(r.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	r.target = &url.URL{Scheme: "http", Host: strings.TrimSpace(line)}
	return r
}

// kill kills the process, unless it was already killed.
func (r *replica) kill() {
	if r.cmd.ProcessState == nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
	}
}

func (r *replica) pid() string { return strconv.Itoa(r.cmd.Process.Pid) }

// A pair is two replicas of the command behind one address, and the outside
// world that their callbacks affect.
type pair struct {
	front    string // the URL of the proxy
	replicas [2]*replica

	live        atomic.Int32 // the replica that gets the requests
	held        atomic.Value // callbacks wait before and after they log this message; "" for none
	unprotected atomic.Int32 // the number of failures of the store
	asked       chan string  // the point where a callback waits
	proceed     chan struct{}

	mu      sync.Mutex
	effects map[string][]string // the processes that had an effect, by message and call
}

// startPair starts a pair with one database of a private Redis.
func startPair(t *testing.T, redis *redistest.Server, database int) *pair {
	t.Helper()
	p := &pair{effects: map[string][]string{}, asked: make(chan string), proceed: make(chan struct{})}
	p.held.Store("")
	world := httptest.NewServer(http.HandlerFunc(p.world))
	t.Cleanup(world.Close)
	keyFile := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(keyFile, []byte(voxauth.NewKey().Text()), 0o600))
	for i := range p.replicas {
		p.replicas[i] = startReplica(t, fmt.Sprintf("unix://%s?db=%d", redis.Socket, database), keyFile, world.URL)
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(p.replicas[p.live.Load()].target) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(front.Close)
	p.front = front.URL
	return p
}

// world is the outside world. An effect has happened once it has arrived here.
func (p *pair) world(_ http.ResponseWriter, r *http.Request) {
	point, message := r.FormValue("point"), r.FormValue("message")
	switch point {
	case "after":
		p.mu.Lock()
		key := message + " " + r.FormValue("call")
		p.effects[key] = append(p.effects[key], r.FormValue("pid"))
		p.mu.Unlock()
	case "unprotected":
		p.unprotected.Add(1)
	}
	if message == "" || message != p.held.Load() {
		return
	}
	select {
	case p.asked <- point:
		<-p.proceed
	case <-r.Context().Done():
	}
}

// pass waits until a callback reaches a point, calls f, and lets the callback
// continue.
func (p *pair) pass(t *testing.T, point string, f func()) {
	t.Helper()
	require.Equal(t, point, <-p.asked)
	f()
	p.proceed <- struct{}{}
}

// ran returns the processes in which the callback of a webhook had its effect.
func (p *pair) ran(w webhook) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.effects[w.message+" "+w.call]
}

// A webhook is one that the platform sends to a pair.
type webhook struct {
	target, form, call string
	message            string // what its callback logs
	holds              string // a part of its document
}

// first returns the first webhook of a call.
func (p *pair) first(call string) webhook {
	return webhook{p.front + "/voice", "CallSid=" + call + "&CallStatus=ringing", call, "incoming call", "For sales, press 1"}
}

var actionURL = regexp.MustCompile(`action="([^"]+)"`)

// chosen returns the webhook of a caller who presses 2. The argument document
// is the document with the menu.
func (p *pair) chosen(t *testing.T, call, document string) webhook {
	t.Helper()
	action := actionURL.FindStringSubmatch(document)
	require.NotNil(t, action, document)
	form := "CallSid=" + call + "&CallStatus=in-progress&Digits=2"
	return webhook{p.front + action[1], form, call, "giving the hours", "We are open"}
}

// An answer is the answer to a webhook. Its status is 502 if no answer arrived.
type answer struct {
	status   int
	document string
}

// meanwhile delivers a webhook in another goroutine.
func (p *pair) meanwhile(w webhook) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		res, err := http.Post(w.target, "application/x-www-form-urlencoded", strings.NewReader(w.form))
		if err != nil {
			done <- answer{http.StatusBadGateway, ""}
			return
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			res.StatusCode = http.StatusBadGateway
		}
		done <- answer{res.StatusCode, string(body)}
	}()
	return done
}

// good waits for an answer, and checks that it has the document of the webhook.
func (w webhook) good(t *testing.T, done <-chan answer) (document string) {
	t.Helper()
	got := <-done
	assert.Equal(t, http.StatusOK, got.status)
	assert.Contains(t, got.document, w.holds)
	return got.document
}

// send delivers a webhook and checks that the answer has its document.
func (p *pair) send(t *testing.T, w webhook) (document string) {
	t.Helper()
	return w.good(t, p.meanwhile(w))
}
