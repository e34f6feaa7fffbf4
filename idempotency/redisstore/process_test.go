package redisstore_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/idempotency/redisstore"
	"github.com/voxhook/voxhook/voxml"
)

var (
	kills      = flag.Int("kills", 10, "how many processes TestKill kills")
	wholeLease = flag.Bool("lease", false, "TestKill waits until leases run out, instead of shortening them")
)

// The environment of a replica: the test binary runs itself.
const (
	socketVar  = "REDISSTORE_TEST_SOCKET"
	controlVar = "REDISSTORE_TEST_CONTROL"
	prefixVar  = "REDISSTORE_TEST_PREFIX"
)

func TestMain(m *testing.M) {
	if socket := os.Getenv(socketVar); socket != "" {
		serveReplica(socket, os.Getenv(controlVar))
		return
	}
	os.Exit(m.Run())
}

// serveReplica is a program with a Handler. It prints its address. Its callback
// asks the test, which is the outside world, before its effect and after it,
// and ends with the test.
func serveReplica(socket, control string) {
	ask := func(ctx context.Context, point, call string) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, control+"?point="+point+"&call="+call, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
	callback := func(ctx context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
		err := errors.Join(ask(ctx, "before", ev.CallSid), ask(ctx, "after", ev.CallSid))
		return voxml.Response{voxml.Say{Text: fmt.Sprintf("%s from %d.", ev.CallSid, os.Getpid())}}, err
	}
	handler := &idempotency.Handler{
		Next:  voxhook.Settings{Timeout: -1}.OnGather(callback),
		ID:    documentID,
		Store: &redisstore.Store{Client: newClient(nil, socket, true), Prefix: os.Getenv(prefixVar)},
		Observe: func(ctx context.Context, d idempotency.Delivery) {
			if d.Result == idempotency.Unprotected { // Redis took its time
				_ = ask(ctx, "unprotected", "")
			}
		},
		ErrorLog: silent,
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	go func() { _ = http.Serve(listener, handler) }()
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends
}

// A replica is a process that serveReplica runs in.
type replica struct {
	cmd    *exec.Cmd
	target *url.URL
}

func startReplica(t *testing.T, socket, control, prefix string) *replica {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), socketVar+"="+socket, controlVar+"="+control, prefixVar+"="+prefix)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return &replica{cmd, &url.URL{Scheme: "http", Host: strings.TrimSpace(line)}}
}

// A pair is two replicas of a program behind one address. Requests go to the
// first as long as it lives.
type pair struct {
	front    *httptest.Server
	prefix   string // of its keys
	replicas [2]*replica

	mu          sync.Mutex
	dead        bool // the first one; callbacks do not wait any more
	effects     int
	unprotected int
	asked       chan string // the point at which a callback waits
	proceed     chan bool
}

func startPair(t *testing.T, socket string) *pair {
	t.Helper()
	p := &pair{prefix: t.Name() + ":", asked: make(chan string), proceed: make(chan bool)}
	control := httptest.NewServer(http.HandlerFunc(p.control))
	t.Cleanup(control.Close)
	for i := range p.replicas {
		p.replicas[i] = startReplica(t, socket, control.URL, p.prefix)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			p.mu.Lock()
			defer p.mu.Unlock()
			live := p.replicas[0]
			if p.dead {
				live = p.replicas[1]
			}
			r.SetURL(live.target)
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	p.front = httptest.NewServer(proxy)
	t.Cleanup(p.front.Close)
	return p
}

// control is the outside world: what has arrived here has happened.
func (p *pair) control(_ http.ResponseWriter, r *http.Request) {
	point := r.URL.Query().Get("point")
	p.mu.Lock()
	switch point {
	case "after":
		p.effects++
	case "unprotected":
		p.unprotected++
	}
	waits := !p.dead && point != "unprotected"
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

// pass lets a callback go on from a point, or kills its process there.
func (p *pair) pass(t *testing.T, point string, kill bool) {
	t.Helper()
	require.Equal(t, point, <-p.asked)
	if kill {
		p.mu.Lock()
		p.dead = true
		p.mu.Unlock()
		_ = p.replicas[0].cmd.Process.Kill()
		_ = p.replicas[0].cmd.Wait()
	}
	p.proceed <- true
}

// send delivers a webhook and returns status and document.
func send(target string, n int) (status int, body string, err error) {
	r := webhook(context.Background(), target+"/voice", n)
	r.RequestURI = ""
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// Two processes share a Redis behind one address, and one is killed in the
// middle of a callback. The retry gets its answer from the other: nothing is
// lost, and what was killed after its effect has it twice. All of it, as long as
// leases last, in about two minutes:
//
//	go test -run TestKill -kills 100 -lease -v
func TestKill(t *testing.T) {
	server := startRedis(t)
	client := server.client()
	var group sync.WaitGroup
	var mu sync.Mutex
	killed, doubled, unprotected := 0, 0, 0
	slots := make(chan bool, 10) // pairs at the same time
	for n := range *kills {
		slots <- true
		group.Go(func() {
			defer func() { <-slots }()
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				p := startPair(t, server.socket)
				point := []string{"before", "after"}[n%2]
				effects, slow := p.killOnce(t, n, point, func() {
					if !*wholeLease {
						p.shorten(t, client)
					}
				})
				mu.Lock()
				defer mu.Unlock()
				killed++
				doubled += effects - 1
				unprotected += slow
			})
		})
	}
	group.Wait()
	t.Logf("%d killed in the middle of a callback, 0 lost, %d doubled; Redis was too slow for %d runs", killed, doubled, unprotected)
	assert.Equal(t, *kills, killed)
	assert.LessOrEqual(t, doubled, killed+unprotected)
}

// killOnce delivers a webhook, kills the process at a point of its callback,
// delivers it again, and returns how often it had its effect, and how many
// runs Redis was too slow to protect.
func (p *pair) killOnce(t *testing.T, n int, point string, whenDead func()) (effects, unprotected int) {
	first := make(chan int)
	go func() {
		status, _, _ := send(p.front.URL, n)
		first <- status
	}()
	if point == "after" {
		p.pass(t, "before", false)
	}
	p.pass(t, point, true)
	assert.Equal(t, http.StatusBadGateway, <-first)
	whenDead()

	answers := make(chan string)
	for range 2 { // the platform's retry, twice
		go func() {
			status, body, err := send(p.front.URL, n)
			assert.NoError(t, err)
			assert.Equal(t, http.StatusOK, status)
			answers <- body
		}()
	}
	want := fmt.Sprintf("call%d from %d.", n, p.replicas[1].cmd.Process.Pid)
	for range 2 {
		assert.Contains(t, <-answers, want)
	}
	_, body, err := send(p.front.URL, n)
	assert.NoError(t, err)
	assert.Contains(t, body, want, "stored")
	p.mu.Lock()
	defer p.mu.Unlock()
	assert.Positive(t, p.effects, "lost")
	return p.effects, p.unprotected
}

// shorten makes the leases of the pair end now.
func (p *pair) shorten(t *testing.T, client *redis.Client) {
	t.Helper()
	keys, err := client.Keys(t.Context(), p.prefix+"*").Result()
	require.NoError(t, err)
	require.Len(t, keys, 1)
	require.NoError(t, client.PExpire(t.Context(), keys[0], time.Millisecond).Err())
}

// A duplicate that reaches the other process while a callback runs gets the
// answer of that run.
func TestDuplicateInTheOtherProcess(t *testing.T) {
	p := startPair(t, startRedis(t).socket)
	answers := make(chan string, 2)
	deliver := func(target string) {
		_, body, err := send(target, 1)
		assert.NoError(t, err)
		answers <- body
	}
	go deliver(p.front.URL)
	p.pass(t, "before", false)
	go deliver(p.replicas[1].target.String())
	p.pass(t, "after", false)
	want := fmt.Sprintf("call1 from %d.", p.replicas[0].cmd.Process.Pid)
	assert.Contains(t, <-answers, want)
	assert.Contains(t, <-answers, want)
	assert.Equal(t, 1, p.effects)
}
