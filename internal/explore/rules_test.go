package explore_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/voxml"
)

const prompt = "For sales, press 1."

// sales is a menu with one more URL.
func sales(url string, f answer) map[string]answer {
	return map[string]answer{"/voice": always(ask(prompt)...), "/menu": choose(say("One moment."), voxml.Redirect{URL: url}), url: f}
}

// one is an app with a menu that does something at the key 1.
func one(verbs ...voxml.Verb) http.Handler {
	return app(map[string]answer{"/voice": always(ask(prompt)...), "/menu": choose(verbs...)})
}

func handler(urls map[string]answer, url string, h http.Handler) http.Handler {
	mux := app(urls)
	mux.Handle(url, h)
	return mux
}

func status(code int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

func gather(input voxml.Input, text string, digits int) voxml.Gather {
	return voxml.Gather{Action: "/menu", NumDigits: digits, Input: input, Output: "menu", Verbs: []voxml.GatherVerb{voxml.Say{Text: text}}}
}

func plus(verbs []voxml.Verb, more ...voxml.Verb) []voxml.Verb { return append(more, verbs...) }

// Each app has one mistake, and the map has findings of the rules that are
// listed and no others.
func TestRules(t *testing.T) {
	dial := voxml.Dial{Number: "+14025550123", Action: "/dialed", Output: "desk"}
	voice := func(verbs ...voxml.Verb) map[string]answer {
		return map[string]answer{"/voice": always(verbs...), "/menu": choose(say("Sales."), voxml.Hangup{})}
	}
	loop := ask(prompt)[0].(voxml.Gather)
	loop.ActionOnEmptyResult, loop.Output = true, ""
	for _, tt := range []struct {
		rule     string // the first that is found
		severity explore.Severity
		app      http.Handler
		set      func(*explore.Config)
		text     string // a part of the sentence
		others   string // rules that have to fire too
	}{
		{rule: "dead-end", severity: explore.Error, text: "hanging up is the only way out", others: "endless-silence endless-nonsense offered-rejected",
			app: app(map[string]answer{"/voice": always(say("Hello."), loop), "/menu": always(say("Hello."), loop)}), set: nil},
		{rule: "endless-silence", severity: explore.Error, text: "A caller who does nothing",
			app: app(map[string]answer{
				"/voice": always(say("Hello."), loop),
				"/menu": func(ev voxhook.Event) voxml.Response {
					if digits(ev) == "" {
						return voxml.Response{say("Hello."), loop}
					}
					return choose(say("Sales."), voxml.Hangup{})(ev)
				},
			})},
		{rule: "runs-away", severity: explore.Error, text: "100 documents", app: app(sales("/loop", always(voxml.Redirect{URL: "/loop"})))},
		{rule: "error-answer", severity: explore.Error, text: "status 404", app: one(voxml.Redirect{URL: "/nowhere"})},
		{rule: "error-answer", severity: explore.Error, text: "not VoXML",
			app: handler(sales("/x", always(bye...)), "/sales", status(200)).(*http.ServeMux), set: func(c *explore.Config) { c.Call.URL = "http://example.com/sales" }},
		{rule: "hang-up-fails", severity: explore.Error, text: "The caller hung up",
			app: handler(map[string]answer{"/voice": always(ask(prompt)...), "/menu": choose(dial)}, "/dialed", http.HandlerFunc(
				func(w http.ResponseWriter, r *http.Request) {
					if r.FormValue("CallStatus") == "completed" {
						w.WriteHeader(500)
						return
					}
					app(map[string]answer{"/dialed": always(bye...)}).ServeHTTP(w, r)
				}))},
		{rule: "notification-fails", severity: explore.Error, text: "2xx status",
			app: handler(map[string]answer{
				"/voice": always(ask(prompt)...),
				"/menu":  choose(say("Speak."), voxml.Record{Action: "/done", RecordingStatusCallback: "/recording"}), "/done": always(bye...),
			}, "/recording", status(500))},
		{rule: "failed-callback", severity: explore.Error, text: "the callback failed, so the Fallback was sent: out of order",
			app: handler(voice(ask(prompt)...), "/sales", failing(func() error { return errors.New("out of order") })), set: at("/sales")},
		{rule: "failed-callback", severity: explore.Error, text: "a callback panicked",
			app: handler(voice(ask(prompt)...), "/sales", failing(func() error { panic("no") })), set: at("/sales")},
		{rule: "offered-rejected", severity: explore.Error, text: "announces 2",
			app: app(map[string]answer{"/voice": always(ask("For sales, press 1. For support, press 2.")...), "/menu": choose(say("Sales."), voxml.Hangup{})})},
		{rule: "asks-wrong-way", severity: explore.Error, text: "takes keys only",
			app: app(voice(plus(bye, gather(voxml.InputDTMF, "Please say sales.", 1))...))},
		{rule: "asks-wrong-way", severity: explore.Error, text: "takes speech only", others: "missing-sample",
			app: app(voice(plus(bye, gather(voxml.InputSpeech, "Press 1.", 0))...))},
		{rule: "swapped-route", severity: explore.Error, text: "OnGather",
			app: handler(map[string]answer{"/voice": always(ask(prompt)...)}, "/menu", &voxhook.Handler{
				OnDial: func(context.Context, *voxhook.DialResult) (voxml.Response, error) { return bye, nil }, Settings: voxhook.Settings{ErrorLog: quiet},
			}), others: "offered-rejected"},
		{rule: "endless-nonsense", severity: explore.Warning, text: "never understood",
			app: app(map[string]answer{"/voice": always(ask(prompt)...), "/menu": func(ev voxhook.Event) voxml.Response {
				if digits(ev) == "1" {
					return voxml.Response{say("Sales."), voxml.Hangup{}}
				}
				return plus(bye, voxml.Gather{Action: "/menu", NumDigits: 1, Input: voxml.InputDTMF, Verbs: []voxml.GatherVerb{say(prompt)}})
			}})},
		{rule: "wrong-type", severity: explore.Warning, text: "text/plain",
			app: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				_, _ = w.Write([]byte("<Response><Say>Goodbye.</Say></Response>"))
			})},
		{rule: "silent-end", severity: explore.Warning, text: "After 1 the app hangs up", app: one(voxml.Hangup{})},
		{rule: "silence-unhandled", severity: explore.Warning, text: "ActionOnEmptyResult", others: "check", app: app(voice(ask(prompt)[0]))},
		{rule: "dial-dropped", severity: explore.Warning, text: `"busy"`, others: "dial-dropped dial-dropped",
			app: one(voxml.Dial{Number: "+14025550123"})},
		{rule: "wrong-length", severity: explore.Warning, text: "asks for 5 digits, but NumDigits is 4",
			app: app(voice(plus(bye, gather(voxml.InputDTMF, "Enter your five-digit zip code.", 4))...)),
			set: func(c *explore.Config) { c.Samples = map[string][]string{"menu": {"6810"}} }},
		{rule: "unasked", severity: explore.Warning, text: "put a Say into the Gather",
			app: app(voice(plus(bye, voxml.Gather{Action: "/menu", NumDigits: 1, Input: voxml.InputDTMF})...))},
		{rule: "dead-air", severity: explore.Warning, text: "more than 5s", app: one(voxml.Pause{Length: 6 * time.Second}, say("Sales."), voxml.Hangup{})},
		{rule: "never-runs", severity: explore.Warning, text: "ran on no path",
			app: one(say("Sales."), voxml.Set{Output: "open", Value: "yes"},
				voxml.If{Expression: voxml.Var("open").Equal("no"), Verbs: []voxml.Verb{say("We are closed.")}}, voxml.Hangup{})},
		{rule: "never-reached", severity: explore.Warning, text: "/closed", others: "never-runs",
			app: app(map[string]answer{"/voice": always(ask(prompt)...), "/closed": always(bye...), "/menu": choose(
				say("Sales."), voxml.Set{Output: "open", Value: "yes"},
				voxml.If{Expression: voxml.Var("open").Equal("no"), Verbs: []voxml.Verb{voxml.Redirect{URL: "/closed"}}}, voxml.Hangup{})})},
		{rule: "never-reached", severity: explore.Warning, text: "/status", app: app(voice(ask(prompt)...)),
			set: func(c *explore.Config) { c.Routes = []string{"/voice", "/menu", "/status"} }},
		{rule: "not-repeatable", severity: explore.Warning, text: "sent a second time", app: twice()},
		{rule: "slow-answer", severity: explore.Warning, text: "took more than", others: "slow-answer", app: app(voice(ask(prompt)...)),
			set: func(c *explore.Config) { c.Slow = time.Nanosecond }},
		{rule: "check", severity: explore.Error, text: "rule unreachable of package voxml",
			app: one(say("Sales."), voxml.Hangup{}, say("Never."))},
		{rule: "sim", severity: explore.Warning, text: "neither GET nor POST", others: "check",
			app: one(say("Sales."), voxml.Redirect{URL: "/voice", Method: "PUT"})},
		{rule: "accepted-unoffered", severity: explore.Note, text: "2 does something",
			app: app(map[string]answer{"/voice": always(ask(prompt)...), "/menu": func(ev voxhook.Event) voxml.Response {
				if digits(ev) == "2" {
					return voxml.Response{say("Secret."), voxml.Hangup{}}
				}
				return choose(say("Sales."), voxml.Hangup{})(ev)
			}})},
		{rule: "cannot-interrupt", severity: explore.Note, text: "has to listen for",
			app: app(voice(plus(ask(prompt), say(strings.Repeat("word ", 60)))...))},
		{rule: "missing-sample", severity: explore.Note, text: `Sample("zip"`,
			app: app(map[string]answer{"/zip": always(bye...), "/voice": always(voxml.Gather{
				Action: "/zip", ActionOnEmptyResult: true, Output: "zip1", NumDigits: 5, Input: voxml.InputDTMF, Verbs: []voxml.GatherVerb{say("Enter your five-digit zip code.")},
			})})},
		{rule: "many-choices", severity: explore.Style, text: "6 choices", set: styled,
			app: app(map[string]answer{"/voice": always(ask("Press 1, 2, 3, 4, 5 or 6.")...), "/menu": func(ev voxhook.Event) voxml.Response {
				if d := digits(ev); "1" <= d && d <= "6" {
					return voxml.Response{say("Desk " + d), voxml.Hangup{}}
				}
				return bye
			}})},
		{rule: "out-of-order", severity: explore.Style, text: "sort the choices", set: styled,
			app: app(map[string]answer{"/voice": always(ask("For sales, press 2. For support, press 1.")...), "/menu": func(ev voxhook.Event) voxml.Response {
				if d := digits(ev); d == "1" || d == "2" {
					return voxml.Response{say("Desk " + d), voxml.Hangup{}}
				}
				return bye
			}})},
		{rule: "too-deep", severity: explore.Style, text: "menu 4", set: styled, app: deep(4)},
		{rule: "long-prompt", severity: explore.Style, text: "shorter than 8s", set: styled,
			app: app(voice(ask(strings.Repeat("word ", 25) + prompt)...))},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			m := explored(t, tt.app, tt.set)
			require.Contains(t, rules(m), tt.rule, m)
			assert.ElementsMatch(t, strings.Fields(tt.rule+" "+tt.others), strings.Fields(rules(m)), m)
			for _, f := range m.Findings {
				if f.Rule == tt.rule {
					assert.Equal(t, tt.severity, f.Severity)
					assert.Contains(t, f.Text, tt.text)
					assert.NotEmpty(t, f.Place)
					assert.NotEmpty(t, f.Go)
					break
				}
			}
		})
	}
}

func at(path string) func(*explore.Config) {
	return func(c *explore.Config) { c.Call.URL = "http://example.com" + path }
}

func styled(c *explore.Config) { c.Style = true }

// failing is a Handler with a Fallback whose callback fails.
func failing(f func() error) http.Handler {
	return &voxhook.Handler{
		OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return nil, f() },
		Settings:       voxhook.Settings{ErrorLog: quiet, Fallback: bye},
	}
}

// twice is an app that answers a webhook in another way when it comes again.
func twice() http.Handler {
	seen := map[string]bool{}
	return app(map[string]answer{"/voice": func(ev voxhook.Event) voxml.Response {
		id := ev.Webhook().CallSid
		defer func() { seen[id] = true }()
		if seen[id] {
			return voxml.Response{say("You again."), voxml.Hangup{}}
		}
		return bye
	}})
}

// deep is an app with a number of menus, one below the other.
func deep(n int) http.Handler {
	urls := map[string]answer{fmt.Sprintf("/menu%d", n+1): choose(say("You are there."), voxml.Hangup{})}
	for i := 1; i <= n; i++ {
		url := fmt.Sprintf("/menu%d", i)
		urls[url] = func(ev voxhook.Event) voxml.Response {
			if i > 1 && digits(ev) != "1" {
				return bye
			}
			return append(voxml.Response{voxml.Gather{
				Action: fmt.Sprintf("/menu%d", i+1), NumDigits: 1, Input: voxml.InputDTMF,
				Verbs: []voxml.GatherVerb{say(fmt.Sprintf("Menu %d. Press 1 to go on.", i))},
			}}, bye...)
		}
	}
	urls["/voice"] = urls["/menu1"]
	return app(urls)
}
