package server

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
)

var curlLine = regexp.MustCompile(`^  curl (?:-u \S+ )?-d '([^']+)' (http://\S+)$`)

// started is a run of the program, on a port of its own.
type started struct {
	cancel context.CancelFunc
	lines  <-chan string // of its output; closed when it has ended
	done   <-chan error
	form   string // of the curl command that it printed
	url    string
}

func start(t *testing.T, args ...string) *started {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith is start with a way to open a store.
func startWith(t *testing.T, openStore func(string) (idempotency.Store, error), args ...string) *started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), w, openStore)
		w.Close()
	}()
	p := &started{cancel: cancel, lines: lines(r), done: done}
	if !p.ready() {
		t.Fatal("run ended without a curl command:", <-done)
	}
	return p
}

// lines returns the lines of a program's output.
func lines(r io.Reader) <-chan string {
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

// ready waits for the curl command and reports whether it came.
func (p *started) ready() bool {
	for line := range p.lines {
		if m := curlLine.FindStringSubmatch(line); m != nil {
			p.form, p.url = m[1], m[2]
			return true
		}
	}
	return false
}

func (p *started) host(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(p.url)
	require.NoError(t, err)
	return u.Host
}

func TestRun(t *testing.T) {
	before := runtime.NumGoroutine()
	p := start(t)
	assert.NotEqual(t, "0", portOf(t, p.host(t)))

	transport := &http.Transport{}
	resp, err := (&http.Client{Transport: transport}).Post(p.url, "application/x-www-form-urlencoded", strings.NewReader(p.form))
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Equal(t, `<Response><Say>Thank you for calling from Omaha.</Say><Set output="tries">1</Set>`+
		`<Gather action="/voice/menu?vh=…" actionOnEmptyResult="true" input="dtmf speech" numDigits="1" output="menu1" speechTimeout="auto" timeout="5">`+
		`<Say>For sales, press 1 or say sales.</Say>`+
		`<Say>For our opening hours, press 2 or say hours.</Say>`+
		`<Say>To leave a message, press 3 or say message.</Say></Gather></Response>`, token.ReplaceAllString(string(body), "vh=…"))

	p.cancel()
	require.NoError(t, <-p.done)
	transport.CloseIdleConnections()
	var output strings.Builder
	for line := range p.lines {
		output.WriteString(line + "\n")
	}
	assert.Contains(t, output.String(), `msg="incoming call" call=1 from=+1402…00 to=+1402…99`)
	assert.Contains(t, output.String(), "msg=stopping")
	assert.NotContains(t, output.String()[strings.Index(output.String(), "level="):], "4025550", "the log has a number in full")
	assertNoMoreThan(t, before)
}

// The flags reach the menu.
func TestRunFlags(t *testing.T) {
	p := start(t, "-sales", "+14025550777", "-hours", "We never close.")
	_, first := post(t, p.url, p.form)
	action := actionIn(t, p.url, first)
	for key, want := range map[string]string{"1": ">+14025550777</Dial>", "2": "<Say>We never close. Goodbye.</Say>"} {
		_, body := post(t, action, "CallSid=1&Digits="+key)
		assert.Contains(t, body, want)
	}
	http.DefaultClient.CloseIdleConnections()
	p.cancel()
	require.NoError(t, <-p.done)
}

// A call that is in flight when the program is told to stop gets its answer.
func TestRunStopsGracefully(t *testing.T) {
	before := runtime.NumGoroutine()
	p := start(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.host(t))
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	in := bufio.NewReader(conn)

	// The server asks for the body once the handler reads it: the call is in
	// flight.
	_, err = fmt.Fprintf(conn, "POST /voice HTTP/1.1\r\nHost: ivr.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(p.form))
	require.NoError(t, err)
	line, err := in.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", line)
	_, err = in.ReadString('\n')
	require.NoError(t, err)

	p.cancel()
	for { // until nobody listens any more
		other, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.host(t))
		if err != nil {
			break
		}
		other.Close()
	}
	select {
	case err := <-p.done:
		t.Fatal("run ended before the call had its answer:", err)
	default:
	}

	_, err = io.WriteString(conn, p.form)
	require.NoError(t, err)
	resp, err := http.ReadResponse(in, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	assert.Contains(t, string(body), "Thank you for calling from Omaha.")
	assert.True(t, resp.Close, "the connection ends with the answer")

	require.NoError(t, <-p.done)
	for range p.lines {
	}
	assertNoMoreThan(t, before)
}

// assertNoMoreThan waits for the goroutines of a test to end.
func assertNoMoreThan(t *testing.T, goroutines int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("goroutines left over:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func TestRunFails(t *testing.T) {
	var output strings.Builder
	assert.ErrorIs(t, Run(t.Context(), []string{"-h"}, &output, nil), flag.ErrHelp)
	assert.Contains(t, output.String(), "-addr")
	assert.ErrorContains(t, Run(ended(t), []string{"-nosuch"}, io.Discard, nil), "not defined: -nosuch")
	assert.ErrorContains(t, Run(ended(t), []string{"8080"}, io.Discard, nil), "flags only")

	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	assert.Error(t, Run(t.Context(), []string{"-addr", taken.Addr().String()}, io.Discard, nil))
}

func TestCommands(t *testing.T) {
	const form = "'CallSid=1&From=%2B14025550100&To=%2B14025550199&CallStatus=ringing&Direction=inbound&FromCity=OMAHA' "
	for addr, want := range map[*net.TCPAddr]string{
		{IP: net.IPv4zero, Port: 8080}:          "127.0.0.1:8080/voice\n",
		{IP: net.IPv6unspecified, Port: 8080}:   "127.0.0.1:8080/voice\n",
		{IP: net.IPv6loopback, Port: 1}:         "[::1]:1/voice\n",
		{IP: net.IPv4(192, 0, 2, 1), Port: 443}: "192.0.2.1:443/voice\n",
	} {
		url := voiceURL(addr)
		assert.Equal(t, "  go run ./cmd/voxphone http://"+want+"  curl -d "+form+"http://"+want, commands(url, false))
		assert.Equal(t, "  go run ./cmd/voxphone http://USER:PASSWORD@"+want+"  curl -u USER:PASSWORD -d "+form+"http://"+want, commands(url, true))
	}
}

func portOf(t *testing.T, host string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(host)
	require.NoError(t, err)
	return port
}

// A webhook that comes again gets the first answer, byte for byte.
func TestOnce(t *testing.T) {
	p := start(t)
	_, first := post(t, p.url, p.form)
	_, again := post(t, p.url, p.form)
	assert.Equal(t, first, again, "within the Window")
	action := actionIn(t, p.url, first)
	_, chosen := post(t, action, "CallSid=1&Digits=7")
	_, again = post(t, action, "CallSid=1&Digits=7")
	assert.Equal(t, chosen, again)
	_, other := post(t, actionIn(t, p.url, chosen), "CallSid=1&Digits=7")
	assert.NotEqual(t, token.FindString(chosen), token.FindString(other), "the same key for another document is no retry")
	log := p.stop(t)
	assert.Equal(t, 1, strings.Count(log, `msg="incoming call"`))
	assert.Equal(t, 2, strings.Count(log, `msg="asking again"`))
}

// A failingStore is a Redis that is down.
type failingStore struct{ idempotency.Store }

func (failingStore) Claim(context.Context, string, time.Duration) (string, []byte, error) {
	return "", nil, errors.New("it is down")
}

// With -redis, the answers are in the store, and calls go on without it.
func TestRedisFlag(t *testing.T) {
	key := secretFile(t, voxauth.NewKey().Text())
	opened := ""
	open := func(addr string) (idempotency.Store, error) {
		opened = addr
		return failingStore{}, nil
	}
	p := startWith(t, open, "-redis", "redis.test:6379", "-key-file", key)
	status, _ := post(t, p.url, p.form)
	assert.Equal(t, 200, status)
	log := p.stop(t)
	assert.Equal(t, "redis.test:6379", opened)
	assert.Equal(t, 1, strings.Count(log, `msg="incoming call"`))
	assert.Contains(t, log, "idempotency store failed")

	refuse := func(string) (idempotency.Store, error) { return nil, io.ErrUnexpectedEOF }
	for _, tt := range []struct {
		name, want string
		open       func(string) (idempotency.Store, error)
		args       []string
	}{
		{"no key that replicas share", "-redis needs -key-file", open, []string{"-redis", "r:1"}},
		{"a wrong address", "unexpected EOF", refuse, []string{"-redis", "r:1", "-key-file", key}},
		{"a program without Redis", "not defined: -redis", nil, []string{"-redis", "r:1", "-key-file", key}},
	} {
		assert.ErrorContains(t, Run(t.Context(), tt.args, io.Discard, tt.open), tt.want, tt.name)
	}
}
