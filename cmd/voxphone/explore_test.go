package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/explore"
)

func TestExplore(t *testing.T) {
	rude := app{"/voice": "<Say>Hello.</Say><Dial>+14025550111</Dial>"}
	for _, tt := range []struct {
		name string
		app  app // nil: the demo
		args []string
		code int
		out  string // a part of what is shown
	}{
		{"the demo", nil, nil, exitOK, "3 places, 5 states"},
		{"a picture", nil, []string{"-format", "mermaid"}, exitOK, "flowchart TD\n  start([\"POST /voice\"])\n"},
		{"warnings are no errors", rude, nil, exitOK, "(dial-dropped)\n    > /busy\n    call := voxtest.Call(t, app, \"/voice\")\n    call.Dials(\"+14025550111\").Busy()\n"},
		{"warnings that count", rude, []string{"-fail", "warning"}, exitDiffers, "(dial-dropped)"},
		{"an error", app{"/voice": "<Say>Hello.</Say><Redirect>/nowhere</Redirect>"}, nil, exitDiffers, "(error-answer)"},
		{"a sample", app{
			"/voice": `<Gather action="/zip" output="zip1" numDigits="5"><Say>Enter your zip code.</Say></Gather><Say>Goodbye.</Say>`, "/zip": "<Say>Sunny.</Say>",
		}, []string{"-sample", "zip=68102", "-fail", "note"}, exitOK, "68102"},
		{"no first document", app{}, nil, exitAppFailed, ""},
		{"an outbound call", nil, []string{"-outbound"}, exitOK, "a machine answers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"-explore"}, tt.args...)
			if tt.app != nil {
				args = append(args, tt.app.start(t))
			}
			out, errs, code := phoneCall("", args...)
			assert.Equal(t, tt.code, code, out+errs)
			assert.Contains(t, out, tt.out)
			assert.Equal(t, code == exitAppFailed, errs != "", errs)
		})
	}
}

func TestExploreJSON(t *testing.T) {
	out, _, code := phoneCall("", "-explore", "-format", "json")
	assert.Equal(t, exitOK, code)
	var m explore.Map
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&m))
	assert.Equal(t, explore.Version, m.Version)
	assert.Len(t, m.Places, 3)
	assert.NotContains(t, out, "null")
}

func TestExploreUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"-format is text, json or mermaid": {"-explore", "-format", "svg"},
		"-fail is error, warning or note":  {"-explore", "-fail", "style"},
		"leave -script and -record out":    {"-explore", "-record", filepath.Join(t.TempDir(), "call.txt")},
		"are for -explore":                 {"-sample", "a=1"},
		"it is written name=input":         {"-explore", "-sample", "a"},
		"add -yes":                         {"-explore", "https://voice.example.com/voice"},
		"add -yes if the app is yours":     {"-explore", "192.0.2.1/voice"},
		"the map cannot be written: ":      {"-explore", "-scripts", "explore_test.go"},
	} {
		_, errs, code := phoneCall("", args...)
		assert.Equal(t, exitUsage, code, want)
		assert.Contains(t, errs, want)
	}
	for _, url := range []string{"", "http://localhost:1/", "http://127.0.0.2/", "http://[::1]:8080/voice"} {
		assert.True(t, isLocal(url), url)
	}
}

// Documents and redirects may name any host, but only this computer and the host
// that is called are requested.
func TestExploreHosts(t *testing.T) {
	other := app{"/voice": "<Say>I am the other.</Say>"}.start(t)
	moved := httptest.NewServer(http.RedirectHandler(other, http.StatusFound))
	defer moved.Close()
	for url, want := range map[string]string{
		app{"/voice": "<Redirect>http://app.invalid/x</Redirect>"}.start(t): "not sent to app.invalid: -explore calls this computer and the host of the URL only",
		app{"/voice": "<Redirect>" + other + "</Redirect>"}.start(t):        "I am the other.",
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

// The scripts that -scripts writes can be played, and go the same way.
func TestExploreScripts(t *testing.T) {
	dir := t.TempDir()
	_, errs, code := phoneCall("", "-explore", "-scripts", dir)
	require.Equal(t, exitOK, code, errs)
	files, err := filepath.Glob(filepath.Join(dir, "call-*.txt"))
	require.NoError(t, err)
	require.Greater(t, len(files), 10)
	for _, file := range files {
		_, errs, code := phoneCall("", "-script", file)
		assert.Equal(t, exitOK, code, errs)
	}
}
