package server

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxauth"
)

// The test binary is the program if this variable is set.
const asProgram = "IVR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		if err := Run(context.Background(), os.Args[1:], os.Stdout, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	// The first Notify of a process starts a goroutine that stays. Tests that
	// count goroutines must not see it start.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	signal.Stop(signals)
	os.Exit(m.Run())
}

var token = regexp.MustCompile(`vh=[\w-]{50}`)

// send sends a form and returns the answer.
func send(t *testing.T, target, form string, login *url.Userinfo) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if login != nil {
		password, _ := login.Password()
		r.SetBasicAuth(login.Username(), password)
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, string(text)
}

func post(t *testing.T, target, form string) (status int, body string) {
	t.Helper()
	return send(t, target, form, nil)
}

// actionIn returns the URL of the action in a document that answered base.
func actionIn(t *testing.T, base, document string) string {
	t.Helper()
	_, after, ok := strings.Cut(document, `action="`)
	require.True(t, ok, document)
	action, _, _ := strings.Cut(after, `"`)
	u, err := url.Parse(base)
	require.NoError(t, err)
	u, err = u.Parse(html.UnescapeString(action))
	require.NoError(t, err)
	return u.String()
}

// secretFile writes a file that only this user can read.
func secretFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// stop ends a run and returns what it wrote after it began to serve.
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

// A URL that a document named is let in with its token, and only for its call.
func TestSignedByDefault(t *testing.T) {
	p := start(t)
	status, first := post(t, p.url, p.form)
	require.Equal(t, 200, status)
	action := actionIn(t, p.url, first)
	require.Regexp(t, `/voice/menu\?vh=[\w-]{50}$`, action)
	last := map[bool]string{true: "B", false: "A"}[strings.HasSuffix(action, "A")]
	for _, tt := range []struct {
		name, url, form string
		status          int
	}{
		{"with its token", action, "CallSid=1&Digits=2", 200},
		{"without", strings.Split(action, "?")[0], "CallSid=1&Digits=2", 403},
		{"one character changed", action[:len(action)-1] + last, "CallSid=1&Digits=2", 403},
		{"another CallSid", action, "CallSid=2&Digits=2", 403},
		{"another path", strings.Replace(action, "menu", "dialed", 1), "CallSid=1&Digits=2", 403},
		{"again", action, "CallSid=1&Digits=2", 200},
	} {
		status, body := post(t, tt.url, tt.form)
		assert.Equal(t, tt.status, status, tt.name)
		assert.Equal(t, tt.status == 200, strings.Contains(body, "We are open"), tt.name)
	}
	log := p.stop(t)
	assert.Equal(t, 4, strings.Count(log, "voice webhook refused"))
	assert.NotContains(t, log, "vh=")
}

// With -login-file, the URLs that need no token need a login.
func TestLoginFile(t *testing.T) {
	p := start(t, "-login-file", secretFile(t, "voice:old:password", "", "voice:new"))
	status := strings.Replace(p.url, "/voice", "/voice/status", 1)
	for _, tt := range []struct {
		name string
		user *url.Userinfo
		want int
	}{
		{"no login", nil, 401},
		{"wrong password", url.UserPassword("voice", "old"), 401},
		{"wrong user", url.UserPassword("Voice", "new"), 401},
		{"old password", url.UserPassword("voice", "old:password"), 200},
		{"new password", url.UserPassword("voice", "new"), 200},
	} {
		got, first := send(t, p.url, p.form, tt.user)
		assert.Equal(t, tt.want, got, tt.name)
		got, _ = send(t, status, "CallSid=1&CallStatus=completed", tt.user)
		assert.Equal(t, map[int]int{200: 204, 401: 401}[tt.want], got, tt.name)
		if tt.want == 200 {
			got, _ = post(t, actionIn(t, p.url, first), "CallSid=1&Digits=2")
			assert.Equal(t, 200, got, "a token needs no login")
		}
	}
	log := p.stop(t)
	for _, secret := range []string{"old:", "password", "new", "vh="} {
		assert.NotContains(t, log, secret)
	}
}

// The program says what is missing.
func TestNotes(t *testing.T) {
	key, login := "a restart ends the calls in progress", "Warning: /voice and /voice/status are open"
	for _, tt := range []struct {
		gate  *gate
		holds []string
		lacks []string
	}{
		{&gate{}, []string{key, login}, nil},
		{&gate{keyFile: "f"}, []string{login}, []string{key}},
		{&gate{loginFile: "f"}, []string{key}, []string{login}},
		{&gate{keyFile: "f", loginFile: "f"}, nil, []string{key, login}},
	} {
		text := notes(tt.gate)
		for _, holds := range tt.holds {
			assert.Contains(t, text, holds)
		}
		for _, lacks := range tt.lacks {
			assert.NotContains(t, text, lacks)
		}
	}
}

// ended returns a context with which a run that should have failed ends.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestSecretFiles(t *testing.T) {
	key := voxauth.NewKey().Text()
	readable := secretFile(t, key)
	require.NoError(t, os.Chmod(readable, 0o640))
	for _, tt := range []struct{ name, flag, path, want string }{
		{"no such file", "-key-file", filepath.Join(t.TempDir(), "none"), "no such file"},
		{"a directory", "-key-file", t.TempDir(), "is not a file"},
		{"empty", "-key-file", secretFile(t, ""), "is empty"},
		{"too large", "-login-file", secretFile(t, strings.Repeat("a", maxSecretFile)), "is too large"},
		{"not a key", "-key-file", secretFile(t, key, "s3cret"), "key 2: voxauth: a key is 32 bytes"},
		{"the key of zeros", "-key-file", secretFile(t, strings.Repeat("0", 64)), "key 1: voxauth: a key of zero bytes"},
		{"no colon", "-login-file", secretFile(t, "voice:a", "s3cret"), "login 2 is not user:password"},
		{"no user", "-login-file", secretFile(t, ":s3cret"), "login 1 is not user:password"},
		{"no password", "-login-file", secretFile(t, "s3cret:"), "login 1 is not user:password"},
		{"others can read it", "-key-file", readable, "has mode 0640"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.path == readable && runtime.GOOS == "windows" {
				t.Skip("Windows has other permissions")
			}
			err := Run(ended(t), []string{"-addr", "127.0.0.1:0", tt.flag, tt.path}, io.Discard, nil)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "s3cret")
			assert.NotContains(t, err.Error(), key)
		})
	}
}

// A file that cannot be read leaves the keys of before in use.
func TestReload(t *testing.T) {
	path := secretFile(t, voxauth.NewKey().Text())
	var log strings.Builder
	g := &gate{log: slog.New(slog.NewTextHandler(&log, nil)), keyFile: path}
	require.NoError(t, g.load())
	before := g.signed.Load()
	require.NoError(t, os.WriteFile(path, []byte("s3cret"), 0o600))
	g.reload()
	assert.Same(t, before, g.signed.Load())
	assert.Contains(t, log.String(), "those of before stay in use")
	assert.NotContains(t, log.String(), "s3cret")

	if runtime.GOOS != "windows" { // a pipe, which nobody writes to, is refused at once
		require.NoError(t, os.Remove(path))
		require.NoError(t, exec.CommandContext(t.Context(), "mkfifo", "-m", "600", path).Run())
		log.Reset()
		g.reload()
		assert.Same(t, before, g.signed.Load())
		assert.Contains(t, log.String(), "is not a file: a pipe")
	}

	made := &gate{log: g.log}
	require.NoError(t, made.load())
	key := made.signed.Load().Keys[0].Text()
	made.reload()
	assert.Equal(t, key, made.signed.Load().Keys[0].Text(), "the key that was made stays")
}

// program is the program as a process.
func program(t *testing.T, keyFile string) (p *started, process *os.Process) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, os.Args[0], "-addr", "127.0.0.1:0", "-key-file", keyFile)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p = &started{cancel: cancel, lines: lines(stdout)}
	t.Cleanup(func() {
		cancel()
		for range p.lines {
		}
		_ = cmd.Wait() // it was killed
	})
	require.True(t, p.ready())
	return p, cmd.Process
}

// A call goes on after the program was killed, and while keys are changed.
func TestKeyFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGHUP")
	}
	oldKey, newKey := voxauth.NewKey().Text(), voxauth.NewKey().Text()
	path := secretFile(t, oldKey)
	before, process := program(t, path)
	_, first := post(t, before.url, before.form)
	require.NoError(t, process.Kill())
	for range before.lines { // until it has ended
	}

	p, process := program(t, path)
	at := func(target string) string { return strings.Replace(target, before.host(t), p.host(t), 1) }
	action := at(actionIn(t, before.url, first))
	status, again := post(t, action, "CallSid=1")
	require.Equal(t, 200, status, "the call goes on")

	change := func(lines ...string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
		require.NoError(t, process.Signal(syscall.SIGHUP))
		for line := range p.lines {
			if strings.Contains(line, "read again") {
				return
			}
		}
		t.Fatal("the keys were not read again")
	}
	byOld := actionIn(t, p.url, again)
	change(newKey, oldKey)
	status, again = post(t, byOld, "CallSid=1")
	require.Equal(t, 200, status, "a token of the second key")
	byNew := actionIn(t, p.url, again)
	change(newKey)
	status, _ = post(t, byNew, "CallSid=1")
	assert.Equal(t, 200, status)
	status, _ = post(t, byOld, "CallSid=1")
	assert.Equal(t, 403, status, "a token of a key that is gone")
	change("s3cret")
	status, _ = post(t, byNew, "CallSid=1")
	assert.Equal(t, 200, status, "the keys of before stay in use")
}
