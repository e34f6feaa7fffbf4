package server

import (
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxauth"
)

// A URL from a document is accepted only with its token and for its call.
func TestSignedByDefault(t *testing.T) {
	p := start(t, nil)
	action := p.call(t)
	require.Regexp(t, `/voice/menu\?vh=[\w-]{50}$`, action)
	last := map[bool]string{true: "B", false: "A"}[strings.HasSuffix(action, "A")]
	for _, tt := range []struct {
		name, url, form string
		status          int
	}{
		{"with its token", action, "CallSid=1&Digits=2", 200},
		{"without its token", strings.Split(action, "?")[0], "CallSid=1&Digits=2", 403},
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
	p := start(t, nil, "-login-file", secretFile(t, "voice:old:password", "", "voice:new"))
	for login, want := range map[string]int{
		"": 401, "voice:old@": 401, "Voice:new@": 401, "voice:old%3Apassword@": 200, "voice:new@": 200,
	} {
		url := strings.Replace(p.url, "//", "//"+login, 1)
		status, first := post(t, url, p.form)
		assert.Equal(t, want, status, login)
		status, _ = post(t, url+"/status", "CallSid=1&CallStatus=completed")
		assert.Equal(t, map[int]int{200: 204, 401: 401}[want], status, login)
		if want == 200 {
			status, _ = post(t, p.action(t, first), "CallSid=1&Digits=2")
			assert.Equal(t, 200, status, "a token needs no login")
		}
	}
	log := p.stop(t)
	for _, secret := range []string{"old:", "password", "new", "vh="} {
		assert.NotContains(t, log, secret)
	}
}

// The program warns about missing files.
func TestNotes(t *testing.T) {
	key, login := "a restart ends the calls in progress", "Warning: /voice and /voice/status are open"
	for _, g := range []*gate{{}, {keyFile: "f"}, {loginFile: "f"}, {keyFile: "f", loginFile: "f"}} {
		assert.Equal(t, g.keyFile == "", strings.Contains(notes(g), key))
		assert.Equal(t, g.loginFile == "", strings.Contains(notes(g), login))
	}
}

// A key that was made for this run survives a reload.
func TestReload(t *testing.T) {
	made := &gate{log: slog.New(slog.DiscardHandler)}
	require.NoError(t, made.load())
	key := made.signed.Load().Keys[0].Text()
	made.reload()
	assert.Equal(t, key, made.signed.Load().Keys[0].Text())
}

// A call continues after a restart, and while keys are changed. If the file
// cannot be read, the old keys stay in use.
func TestKeyFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGHUP")
	}
	oldKey, newKey := voxauth.NewKey().Text(), voxauth.NewKey().Text()
	path := secretFile(t, oldKey)
	before := start(t, nil, "-key-file", path)
	action := before.call(t)
	before.stop(t)

	p := start(t, nil, "-key-file", path)
	_, token, _ := strings.Cut(action, "?")
	status, again := post(t, p.url+"/menu?"+token, "CallSid=1")
	require.Equal(t, 200, status, "the call must continue")
	change := func(says string, lines ...string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
		self, err := os.FindProcess(os.Getpid())
		require.NoError(t, err)
		require.NoError(t, self.Signal(syscall.SIGHUP))
		assert.NotContains(t, p.until(says), "s3cret")
	}
	byOld := p.action(t, again)
	change("keys and logins reloaded", newKey, oldKey)
	status, again = post(t, byOld, "CallSid=1")
	require.Equal(t, 200, status, "a token of the second key")
	byNew := p.action(t, again)
	change("keys and logins reloaded", newKey)
	change("the old ones stay in use", "s3cret")
	status, _ = post(t, byNew, "CallSid=1")
	assert.Equal(t, 200, status)
	status, _ = post(t, byOld, "CallSid=1")
	assert.Equal(t, 403, status, "a token of a removed key")
	p.stop(t)
}

// A pipe as key file, which no one writes to, is refused at once, and the keys
// in use stay.
func TestPipe(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no named pipes")
	}
	path := secretFile(t, voxauth.NewKey().Text())
	var log strings.Builder
	g := &gate{log: slog.New(slog.NewTextHandler(&log, nil)), keyFile: path}
	require.NoError(t, g.load())
	before := g.signed.Load()
	require.NoError(t, os.Remove(path))
	require.NoError(t, exec.CommandContext(t.Context(), "mkfifo", "-m", "600", path).Run())
	g.reload()
	assert.Same(t, before, g.signed.Load())
	assert.Contains(t, log.String(), "is not a regular file")
}
