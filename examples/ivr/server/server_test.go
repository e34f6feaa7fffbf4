package server

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
)

// started is a run of the program on its own port.
type started struct {
	cancel context.CancelFunc
	lines  <-chan string // the lines of the output; closed at the end of the run
	done   <-chan error
	form   string // the form of the printed curl command
	url    string // the URL of the printed curl command
}

var curlLine = regexp.MustCompile(`^  curl (?:-u \S+ )?-d '([^']+)' (http://\S+)$`)

func start(t *testing.T, openStore func(string) (idempotency.Store, error), args ...string) *started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, w := io.Pipe()
	done, lines := make(chan error, 1), make(chan string, 100)
	go func() {
		done <- Run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), w, openStore)
		w.Close()
	}()
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			lines <- s.Text()
		}
	}()
	p := &started{cancel: cancel, lines: lines, done: done}
	curl := curlLine.FindStringSubmatch(p.until("  curl "))
	require.NotNil(t, curl, "the program printed no curl command")
	p.form, p.url = curl[1], curl[2]
	return p
}

// until returns the next line that contains text, or "" at the end of the
// output.
func (p *started) until(text string) string {
	for line := range p.lines {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

// stop ends a run and returns the output since it began to serve.
func (p *started) stop(t *testing.T) string {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	p.cancel()
	require.NoError(t, <-p.done)
	var output strings.Builder
	for line := range p.lines {
		output.WriteString(line + "\n")
	}
	return output.String()
}

// post sends a form and returns the answer.
func post(t *testing.T, target, form string) (status int, body string) {
	t.Helper()
	resp, err := http.Post(target, "application/x-www-form-urlencoded", strings.NewReader(form))
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(text)
}

// call sends the first webhook and returns the URL of the action in the
// document.
func (p *started) call(t *testing.T) string {
	t.Helper()
	status, body := post(t, p.url, p.form)
	require.Equal(t, 200, status)
	return p.action(t, body)
}

// action returns the URL of the action in a document.
func (p *started) action(t *testing.T, document string) string {
	t.Helper()
	_, after, ok := strings.Cut(document, `action="`)
	require.True(t, ok, document)
	action, _, _ := strings.Cut(after, `"`)
	base, err := url.Parse(p.url)
	require.NoError(t, err)
	u, err := base.Parse(html.UnescapeString(action))
	require.NoError(t, err)
	return u.String()
}

// goroutines returns the number of goroutines, including the one that the first
// signal.Notify of a process starts.
func goroutines() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	signal.Stop(signals)
	return runtime.NumGoroutine()
}

// assertNoMoreThan waits until at most the given number of goroutines is left.
func assertNoMoreThan(t *testing.T, goroutines int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("goroutines left over:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// secretFile writes a file that only this user can read.
func secretFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// A repeated webhook gets the first answer, byte for byte. The flags reach the
// menu.
func TestRun(t *testing.T) {
	before := goroutines()
	p := start(t, nil, "-sales", "+14025550777", "-hours", "We never close.")
	_, first := post(t, p.url, p.form)
	assert.Contains(t, first, "<Say>Thank you for calling from Omaha.</Say>")
	_, again := post(t, p.url, p.form)
	assert.Equal(t, first, again, "a retry within the Window")
	action := p.action(t, first)
	_, chosen := post(t, action, "CallSid=1&Digits=7")
	_, again = post(t, action, "CallSid=1&Digits=7")
	assert.Equal(t, chosen, again)
	next := p.action(t, chosen)
	assert.NotEqual(t, action, next)
	_, other := post(t, next, "CallSid=1&Digits=7")
	assert.NotEqual(t, next, p.action(t, other), "the same key in reply to another document is not a retry")
	for key, want := range map[string]string{"1": ">+14025550777</Dial>", "2": "<Say>We never close. Goodbye.</Say>"} {
		_, body := post(t, action, "CallSid=1&Digits="+key)
		assert.Contains(t, body, want)
	}

	log := p.stop(t)
	assert.Equal(t, 1, strings.Count(log, `msg="incoming call" call=1 from=+1402…00 to=+1402…99`))
	assert.Equal(t, 2, strings.Count(log, `msg="asking again"`))
	assert.Contains(t, log, "msg=stopping")
	assert.NotContains(t, log[strings.Index(log, "level="):], "4025550", "the log contains a whole number")
	assertNoMoreThan(t, before)
}

// A webhook that is in flight when the program stops gets its answer.
func TestRunStopsGracefully(t *testing.T) {
	before := goroutines()
	p := start(t, nil)
	host := strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/voice")
	conn, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	in := bufio.NewReader(conn)

	// The server asks for the body when the handler reads it, so the webhook is
	// then in flight.
	_, err = fmt.Fprintf(conn, "POST /voice HTTP/1.1\r\nHost: ivr.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(p.form))
	require.NoError(t, err)
	resp, err := http.ReadResponse(in, nil)
	require.NoError(t, err)
	require.Equal(t, 100, resp.StatusCode)

	p.cancel()
	for { // until the port is closed
		other, err := net.Dial("tcp", host)
		if err != nil {
			break
		}
		other.Close()
	}
	select {
	case err := <-p.done:
		t.Fatal("the run ended before the webhook got its answer:", err)
	default:
	}

	_, err = io.WriteString(conn, p.form)
	require.NoError(t, err)
	resp, err = http.ReadResponse(in, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, 200, resp.StatusCode)
	assert.Contains(t, string(body), "Thank you for calling from Omaha.")
	assert.True(t, resp.Close, "the connection ends with the answer")
	p.stop(t)
	assertNoMoreThan(t, before)
}

func TestRunFails(t *testing.T) {
	var output strings.Builder
	assert.ErrorIs(t, Run(t.Context(), []string{"-h"}, &output, nil), flag.ErrHelp)
	assert.Contains(t, output.String(), "-addr")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()

	key := voxauth.NewKey().Text()
	keyFile, readable := secretFile(t, key), secretFile(t, key)
	require.NoError(t, os.Chmod(readable, 0o640))
	redis := func(string) (idempotency.Store, error) { return nil, io.ErrUnexpectedEOF }
	for _, tt := range []struct {
		name, want string
		openStore  func(string) (idempotency.Store, error)
		args       []string
	}{
		{"unknown flag", "not defined: -nosuch", nil, []string{"-nosuch"}},
		{"argument", "ivr takes only flags", nil, []string{"8080"}},
		{"address that is taken", "address already in use", nil, []string{"-addr", taken.Addr().String()}},
		{"no key that replicas share", "-redis needs -key-file", redis, []string{"-redis", "r:1"}},
		{"wrong address of Redis", "unexpected EOF", redis, []string{"-redis", "r:1", "-key-file", keyFile}},
		{"program without Redis", "not defined: -redis", nil, []string{"-redis", "r:1", "-key-file", keyFile}},
		{"no such file", "no such file", nil, []string{"-key-file", filepath.Join(t.TempDir(), "none")}},
		{"directory", "is not a regular file", nil, []string{"-key-file", t.TempDir()}},
		{"empty file", "is empty", nil, []string{"-key-file", secretFile(t, "")}},
		{"file too large", "is too large", nil, []string{"-login-file", secretFile(t, strings.Repeat("a", maxSecretFile))}},
		{"not a key", "key 2: voxauth: a key is 32 bytes", nil, []string{"-key-file", secretFile(t, key, "s3cret")}},
		{"key of zeros", "key 1: voxauth: a key of zero bytes", nil, []string{"-key-file", secretFile(t, strings.Repeat("0", 64))}},
		{"no colon", "login 2 is not user:password", nil, []string{"-login-file", secretFile(t, "voice:a", "s3cret")}},
		{"no user", "login 1 is not user:password", nil, []string{"-login-file", secretFile(t, ":s3cret")}},
		{"no password", "login 1 is not user:password", nil, []string{"-login-file", secretFile(t, "s3cret:")}},
		{"others can read it", "has mode 0640", nil, []string{"-key-file", readable}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && (tt.name == "others can read it" || tt.name == "address that is taken") {
				t.Skip("permissions and errors differ on Windows")
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // ends a run that does not fail
			err := Run(ctx, append([]string{"-addr", "127.0.0.1:0"}, tt.args...), io.Discard, tt.openStore)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "s3cret")
			assert.NotContains(t, err.Error(), key)
		})
	}
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

// A failingStore is a Redis server that is down.
type failingStore struct{ idempotency.Store }

func (failingStore) Claim(context.Context, string, time.Duration) (string, []byte, error) {
	return "", nil, errors.New("it is down")
}

// With -redis, the program opens the store. Calls go on if the store fails.
func TestRedisFlag(t *testing.T) {
	opened := ""
	p := start(t, func(addr string) (idempotency.Store, error) {
		opened = addr
		return failingStore{}, nil
	}, "-redis", "redis.test:6379", "-key-file", secretFile(t, voxauth.NewKey().Text()))
	p.call(t)
	log := p.stop(t)
	assert.Equal(t, "redis.test:6379", opened)
	assert.Equal(t, 1, strings.Count(log, `msg="incoming call"`))
	assert.Contains(t, log, "idempotency store failed")
}
