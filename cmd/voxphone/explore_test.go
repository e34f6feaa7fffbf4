package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/ivr/server"
	"github.com/voxhook/voxhook/internal/explore"
)

func TestExploreJSON(t *testing.T) {
	out, _, code := phoneCall("", "-explore", "-format", "json")
	assert.Equal(t, exitOK, code)
	var m explore.Map
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&m))
	assert.Equal(t, explore.Version, m.Version)
	text, _, _ := phoneCall("", "-explore")
	for _, place := range m.Places {
		assert.Contains(t, text, place.Text)
	}
	assert.NotEmpty(t, m.Places)
	assert.NotContains(t, out, "null")
}

// The server of examples/ivr signs URLs and answers retries from a store. Its
// map is that of its menu, which is the demo.
func TestExploreServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- server.Run(ctx, []string{"-addr", "127.0.0.1:0"}, w, nil)
		w.Close()
	}()
	var url string
	lines := bufio.NewScanner(r)
	for command := regexp.MustCompile(`voxphone (http\S+)`); url == "" && lines.Scan(); {
		if m := command.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	require.NotEmpty(t, url, "the server printed no command")

	demo, _, code := phoneCall("", "-explore")
	require.Equal(t, exitOK, code)
	for range 2 {
		out, errs, code := phoneCall("", "-explore", "-fail", "note", url)
		assert.Equal(t, demo, out)
		assert.Empty(t, errs)
		assert.Equal(t, exitOK, code)
	}
	cancel()
	require.NoError(t, <-done)
}

// Answers that differ from call to call are a warning, unless -ignore matches
// the difference.
func TestExploreIgnore(t *testing.T) {
	n := 1000
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprintf(w, `<Response><Say>It is %d.</Say><Dial>+14025550111</Dial><Say>Goodbye.</Say></Response>`, n)
	}))
	defer s.Close()
	out, _, code := phoneCall("", "-explore", "-fail", "warning", s.URL)
	assert.Equal(t, exitDiffers, code)
	assert.Regexp(t, `\nwarning: .*the flag -ignore of voxphone\. \(random\)\n`, out)
	out, _, code = phoneCall("", "-explore", "-fail", "note", "-ignore", "no match", "-ignore", `It is \d+`, s.URL)
	assert.Equal(t, exitOK, code, out)
	assert.Contains(t, out, `"…." → [1]`)
}

func TestIsLocal(t *testing.T) {
	for url, want := range map[string]bool{
		"": true, "http://localhost:1/": true, "http://127.0.0.2/": true, "http://[::1]:8080/voice": true,
		"https://voice.example.com/voice": false, "http://192.0.2.1/voice": false,
	} {
		assert.Equal(t, want, isLocal(url), url)
	}
}

// Documents and redirects may name any host, but only this computer and the host
// that is called are requested.
func TestExploreHosts(t *testing.T) {
	other := app{"/voice": {"<Say>I am the other.</Say>"}}.start(t)
	moved := httptest.NewServer(http.RedirectHandler(other, http.StatusFound))
	defer moved.Close()
	for url, want := range map[string]string{
		app{"/voice": {"<Redirect>http://app.invalid/x</Redirect>"}}.start(t): "not sent to app.invalid: -explore only calls this computer and the host of the URL",
		app{"/voice": {"<Redirect>" + other + "</Redirect>"}}.start(t):        "I am the other.",
		moved.URL: "302 Found",
	} {
		out, errs, _ := phoneCall("", "-explore", url)
		assert.Contains(t, out+errs, want)
	}
	g := guard{host: "voice.example.com", send: http.NewFileTransport(http.Dir("testdata"))}
	_, err := g.RoundTrip(httptest.NewRequest("GET", "https://voice.example.com/", nil))
	assert.NoError(t, err, "the host that is called")
}

func TestExploreInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs strings.Builder
	assert.Equal(t, exitUsage, run(ctx, []string{"-explore"}, strings.NewReader(""), &out, &errs))
	assert.Contains(t, errs.String(), "canceled")
}

// The scripts that -scripts writes pass when they are played.
func TestExploreScripts(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second run replaces the files
		_, errs, code := phoneCall("", "-explore", "-scripts", dir)
		require.Equal(t, exitOK, code, errs)
	}
	files, err := filepath.Glob(filepath.Join(dir, "call-*.txt"))
	require.NoError(t, err)
	require.Greater(t, len(files), 10)
	for _, file := range files {
		passes(t, file)
	}
}
