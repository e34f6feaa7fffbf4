package voxhook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// mistakesSettings returns settings that apologize in the caller's language.
func mistakesSettings() voxhook.Settings {
	return voxhook.Settings{
		Fallback: voxml.Response{voxml.Say{Text: "Please call again later."}},
		FallbackFunc: func(_ context.Context, ev voxhook.Event, _ error) voxml.Response {
			if ev.Webhook().Vars["lang"] == "es" {
				return voxml.Response{voxml.Say{Text: "Llame más tarde."}}
			}
			return nil
		},
	}
}

// A mistake is a bug in a small app, and the webhook that triggers it.
type mistake struct {
	name string
	app  func(voxhook.Settings) http.Handler
	form string
}

var mistakes = []mistake{
	{"a callback fails", func(s voxhook.Settings) http.Handler {
		return s.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
			return nil, errors.New("the database is down")
		})
	}, "CallStatus=in-progress&Digits=1"},
	{"a callback panics, for Spanish only", func(s voxhook.Settings) http.Handler {
		return s.OnGather(func(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
			texts := map[string][]string{"en": {"Sales.", "Service."}, "es": {"Ventas."}}[input.Vars["lang"]]
			return voxml.Response{voxml.Say{Text: texts[len(input.Digits)]}}, nil
		})
	}, `CallStatus=in-progress&Digits=2&Vars={"lang":"es"}`},
	{"FallbackFunc panics too", func(s voxhook.Settings) http.Handler {
		s.FallbackFunc = func(_ context.Context, ev voxhook.Event, _ error) voxml.Response {
			var apologies map[string]*voxml.Response
			return *apologies[ev.Webhook().Vars["lang"]]
		}
		return s.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { panic("no menu") })
	}, "CallStatus=in-progress&Digits=1"},
	{"a callback returns nil, nil", func(s voxhook.Settings) http.Handler {
		return s.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { return nil, nil })
	}, "CallStatus=in-progress&Digits=1"},
	{"a document that cannot be encoded: `Timeout: 5`", func(s voxhook.Settings) http.Handler {
		return s.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Gather{Action: "/voice/menu", Timeout: 5}}, nil
		})
	}, "CallStatus=ringing"},
	{"a callback takes longer than Timeout", func(s voxhook.Settings) http.Handler {
		s.Timeout = 1
		return s.OnGather(func(ctx context.Context, _ *voxhook.GatherResult) (voxml.Response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
	}, "CallStatus=in-progress&Digits=1"},
	{"a callback is missing: a Dial, and no OnDial", func(s voxhook.Settings) http.Handler {
		return &voxhook.Handler{OnIncomingCall: hello, OnGather: digits, Settings: s}
	}, "CallStatus=in-progress&DialCallStatus=busy"},
	{"calls arrive at the URL for status changes", func(s voxhook.Settings) http.Handler {
		return s.OnStatusChange(func(context.Context, *voxhook.StatusChange) error { return nil })
	},
		"CallStatus=ringing&Direction=inbound"},
	{"a notification's callback fails", func(s voxhook.Settings) http.Handler {
		return s.OnRecording(func(context.Context, *voxhook.Recording) error { return errors.New("the disk is full") })
	}, "CallStatus=completed&RecordingStatus=completed"},
	{"a middleware reads the body first", func(s voxhook.Settings) http.Handler {
		h := s.OnIncomingCall(hello)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			h.ServeHTTP(w, r)
		})
	}, "CallStatus=ringing"},
}

// TestMistakes compares testdata/mistakes.md with a row for each mistake. To
// see the table:
//
//	go test -run TestMistakes -v .
func TestMistakes(t *testing.T) {
	const head = "| mistake | status | the caller hears | the log says |\n|---|---|---|---|\n"
	table := head
	for _, m := range mistakes {
		log, records := newLog()
		settings := mistakesSettings()
		settings.ErrorLog = log
		rec := serve(m.app(settings), whPost("/voice", "CallSid=1&"+m.form))
		_, text, said := strings.Cut(rec.Body.String(), "<Say>")
		heard := "nothing"
		switch {
		case said:
			text, _, _ = strings.Cut(text, "</Say>")
			heard = `"` + text + `"`
		case rec.Code >= 400 && strings.Contains(m.form, "CallStatus=completed"):
			heard = "nothing; the notification comes again"
		case rec.Code >= 400:
			heard = "what the platform does on an error"
		}
		require.Len(t, records(t), 1, m.name)
		entry := records(t)[0]
		line := fmt.Sprint(entry["error"])
		if then, ok := entry["then"]; ok {
			line += fmt.Sprint("`, then `", then)
		}
		line = fmt.Sprintf("%s: `%s`", strings.ToLower(fmt.Sprint(entry["level"])), line)
		if _, ok := entry["stack"]; ok {
			line += ", and the stack"
		}
		table += fmt.Sprintf("| %s | %d | %s | %s |\n", m.name, rec.Code, heard, line)
	}
	t.Log("\n" + table)
	golden, err := os.ReadFile("testdata/mistakes.md")
	require.NoError(t, err)
	assert.Equal(t, string(golden), table)

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, shown, ok := strings.Cut(string(readme), head)
	require.True(t, ok, "README.md must have the table of mistakes")
	shown, _, _ = strings.Cut(shown, "\n\n")
	for row := range strings.Lines(shown + "\n") {
		assert.Contains(t, table, row, "this row of README.md's table is not in testdata/mistakes.md")
	}
}
