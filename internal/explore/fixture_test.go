package explore_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// quiet drops what the apps log.
var quiet = slog.New(slog.DiscardHandler)

// An answer is what an app answers at a URL.
type answer func(voxhook.Event) voxml.Response

// always answers with one document.
func always(verbs ...voxml.Verb) answer {
	return func(voxhook.Event) voxml.Response { return verbs }
}

// app returns an app of documents.
func app(urls map[string]answer) *http.ServeMux {
	mux := http.NewServeMux()
	for url, f := range urls {
		mux.Handle(url, &voxhook.Handler{
			OnEvent:  func(_ context.Context, ev voxhook.Event) (voxml.Response, error) { return f(ev), nil },
			Settings: voxhook.Settings{ErrorLog: quiet},
		})
	}
	return mux
}

// explored explores an app at /voice.
func explored(t *testing.T, h http.Handler, set func(*explore.Config)) *explore.Map {
	t.Helper()
	cfg := config(h)
	if set != nil {
		set(&cfg)
	}
	m, err := explore.Explore(cfg)
	require.NoError(t, err)
	return m
}

func config(h http.Handler) explore.Config {
	return explore.Config{Call: sim.Config{App: sim.Handler(h), URL: "http://example.com/voice"}}
}

// digits returns the keys of a GatherResult.
func digits(ev voxhook.Event) string {
	if g, ok := ev.(*voxhook.GatherResult); ok {
		return g.Digits
	}
	return ""
}

// say and end make documents short.
func say(text string) voxml.Say { return voxml.Say{Text: text} }

var bye = []voxml.Verb{voxml.Say{Text: "Goodbye."}, voxml.Hangup{}}

// ask is a Gather of one key at /menu, followed by goodbye.
func ask(prompt string) []voxml.Verb {
	return append([]voxml.Verb{voxml.Gather{
		Action: "/menu", NumDigits: 1, Input: voxml.InputDTMF, Output: "menu", Verbs: []voxml.GatherVerb{voxml.Say{Text: prompt}},
	}}, bye...)
}

// choose answers the key 1 with a document, and other keys with goodbye.
func choose(verbs ...voxml.Verb) answer {
	return func(ev voxhook.Event) voxml.Response {
		if digits(ev) == "1" {
			return verbs
		}
		return bye
	}
}

// rules returns the rules of the findings, in order.
func rules(m *explore.Map) string {
	var all []string
	for _, f := range m.Findings {
		all = append(all, f.Rule)
	}
	return strings.Join(all, " ")
}
