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
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/ivr/server"
	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
	"github.com/voxhook/voxhook/voxauth"
)

// worldVar is the environment variable that makes the test binary the command:
// the URL of the outside world.
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
// menu: each callback writes one line before it returns. Before and after a
// line the replica asks the test, which is the outside world, so that the
// replica can be killed on either side of the effect.
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

// kill kills the process, if it was not killed before.
func (r *replica) kill() {
	if r.cmd.ProcessState == nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
	}
}

// A pair is two replicas of the command behind one address, and the world that
// their callbacks act on.
type pair struct {
	front    string // the URL of the proxy
	replicas [2]*replica

	mu          sync.Mutex
	live        int              // the replica that gets the requests
	held        string           // the message before and after which callbacks wait
	effects     map[string][]int // the processes that had an effect, by message and call
	unprotected int              // how often the store failed
	asked       chan string      // the point at which a callback waits
	proceed     chan struct{}
}

func startPair(t *testing.T, redis string) *pair {
	t.Helper()
	p := &pair{effects: map[string][]int{}, asked: make(chan string), proceed: make(chan struct{})}
	world := httptest.NewServer(http.HandlerFunc(p.world))
	t.Cleanup(world.Close)
	keyFile := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(keyFile, []byte(voxauth.NewKey().Text()), 0o600))
	for i := range p.replicas {
		p.replicas[i] = startReplica(t, redis, keyFile, world.URL)
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			p.mu.Lock()
			defer p.mu.Unlock()
			r.SetURL(p.replicas[p.live].target)
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(front.Close)
	p.front = front.URL
	return p
}

// world is the outside world: what has arrived here has happened.
func (p *pair) world(_ http.ResponseWriter, r *http.Request) {
	point, message := r.FormValue("point"), r.FormValue("message")
	p.mu.Lock()
	switch point {
	case "after":
		pid, _ := strconv.Atoi(r.FormValue("pid"))
		key := message + " " + r.FormValue("call")
		p.effects[key] = append(p.effects[key], pid)
	case "unprotected":
		p.unprotected++
	}
	waits := p.held != "" && message == p.held
	p.mu.Unlock()
	if !waits {
		return
	}
	select {
	case p.asked <- point:
		<-p.proceed
	case <-r.Context().Done():
	}
}

// hold makes the callbacks with a message wait, and no others.
func (p *pair) hold(message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = message
}

// use makes the proxy send its requests to a replica.
func (p *pair) use(replica int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live = replica
}

// pass waits for a callback at a point, calls f, and lets it go on.
func (p *pair) pass(t *testing.T, point string, f func()) {
	t.Helper()
	require.Equal(t, point, <-p.asked)
	f()
	p.proceed <- struct{}{}
}

// ran returns the processes that had an effect.
func (p *pair) ran(message, call string) []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.effects[message+" "+call]
}

// failures returns how often the store failed.
func (p *pair) failures() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.unprotected
}

// A webhook is one that the platform sends to a pair.
type webhook struct {
	target, form, call string
	message            string // what its callback logs
	holds              string // a text in its document
}

// first returns the first webhook of a call.
func (p *pair) first(call string) webhook {
	return webhook{p.front + "/voice", "CallSid=" + call + "&CallStatus=ringing", call, "incoming call", "For sales, press 1"}
}

var actionURL = regexp.MustCompile(`action="([^"]+)"`)

// chosen returns the webhook of a caller who presses 2, given the document with
// the menu.
func (p *pair) chosen(t *testing.T, call, document string) webhook {
	t.Helper()
	action := actionURL.FindStringSubmatch(document)
	require.NotNil(t, action, document)
	form := "CallSid=" + call + "&CallStatus=in-progress&Digits=2"
	return webhook{p.front + action[1], form, call, "giving the hours", "We are open"}
}

// send delivers a webhook once. Without an answer the status is 502.
func (p *pair) send(w webhook) (status int, document string) {
	res, err := http.Post(w.target, "application/x-www-form-urlencoded", strings.NewReader(w.form))
	if err != nil {
		return http.StatusBadGateway, ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return http.StatusBadGateway, ""
	}
	return res.StatusCode, string(body)
}

// sendGood is send for a webhook that must get its document.
func (p *pair) sendGood(t *testing.T, w webhook) (document string) {
	t.Helper()
	status, document := p.send(w)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, document, w.holds)
	return document
}

// sendMeanwhile delivers a webhook in another goroutine. The function that it
// returns waits for the answer.
func (p *pair) sendMeanwhile(w webhook) (wait func() (status int, document string)) {
	done := make(chan struct{})
	var status int
	var document string
	go func() {
		defer close(done)
		status, document = p.send(w)
	}()
	return func() (int, string) { <-done; return status, document }
}

// redisURL returns the -redis of a database of a private Redis.
func redisURL(s *redistest.Server, database int) string {
	return fmt.Sprintf("unix://%s?db=%d", s.Socket, database)
}
