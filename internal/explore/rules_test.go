package explore_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

const gather = `action="/menu" numDigits="1" output="menu"`

// short expands abbreviations in the documents of apps.
var short = strings.NewReplacer(
	"{menu}", gather, "{bye}", "<Say>Goodbye.</Say><Hangup/>", "{sales}", "<Say>Sales.</Say><Hangup/>",
	"{ask}", "<Gather "+gather+"><Say>For sales, press 1.</Say></Gather><Say>Goodbye.</Say><Hangup/>",
	"{again}", `<Gather action="/menu" numDigits="1"><Say>For sales, press 1.</Say></Gather><Say>Goodbye.</Say><Hangup/>`,
	"{loop}", `<Gather action="/menu" numDigits="1" actionOnEmptyResult="true"><Say>For sales, press 1.</Say></Gather>`,
	"{sketch}", `<Gather action="/menu" numDigits="1" input="dtmf speech" actionOnEmptyResult="true"><Say>For sales, press 1 or say sales.</Say></Gather>`,
	"{once}", `<If expression="${again}=='yes'"><Say>Goodbye.</Say><Hangup/></If><Set output="again">yes</Set><Redirect>/rate</Redirect>`,
	"{sum}", `<Gather output="human" numDigits="1"><Say>What is three plus four?</Say></Gather>`,
	"{fails}", `<If expression='${human.digits}!~"(7|8)"'><Say>Goodbye.</Say><Hangup/></If>`,
	"{later}", `<If expression="${g.digits}=='1'"><Say>One.</Say></If><If expression="${g.digits}=='2'"><Say>Two.</Say></If><Say>Goodbye.</Say><Hangup/>`,
	"{60 words}", strings.Repeat("word ", 60), "{25 words}", strings.Repeat("word ", 25),
)

var answerLine = regexp.MustCompile(`^(/[^ ?]*)(?:\?(\w+)(=?)(\S*))? (?:!(\d+)(\S*) ?)?(.*)$`)

// app returns an app with the documents of text, in the format of
// testdata/rules.txt.
func app(text string) http.Handler {
	lines := strings.Split(strings.TrimPrefix(strings.TrimSpace(text)+"\n/voice {ask}", "\n"), "\n")
	seen := map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Path + " " + r.FormValue("CallSid")
		again := seen[id]
		seen[id] = true
		w.Header().Set("Content-Type", "application/xml")
		for _, line := range lines {
			m := answerLine.FindStringSubmatch(line + " ")
			fits := m[2] == "" || m[2] == "again" && again || m[3] != "" && r.FormValue(m[2]) == m[4]
			switch {
			case m[1] != r.URL.Path || !fits:
				continue
			case m[5] == "":
				_, _ = io.WriteString(w, "<Response>"+short.Replace(m[7])+"</Response>")
				return
			}
			if m[6] != "" {
				w.Header().Set("Content-Type", m[6])
			}
			status, _ := strconv.Atoi(m[5])
			w.WriteHeader(status)
			_, _ = io.WriteString(w, m[7])
			return
		}
		_, _ = io.WriteString(w, short.Replace("<Response>{bye}</Response>"))
	})
}

// sets maps the words in the last part of a line with = to changes of the
// Config.
var sets = map[string]func(*explore.Config){
	"style":  func(c *explore.Config) { c.Style = true },
	"slow":   func(c *explore.Config) { c.Slow = time.Nanosecond },
	"long":   func(c *explore.Config) { c.Call.PlayLength = time.Hour },
	"sample": func(c *explore.Config) { c.Samples = map[string][]string{"menu": {"6810", "68102"}} },
	"routes": func(c *explore.Config) { c.Routes = []string{"/voice", "/menu", "/status"} },
	"skip":   func(c *explore.Config) { c.Skip = func(_ string, m explore.Move) bool { return m.Label == "2" } },
	"skip-all": func(c *explore.Config) {
		c.Skip = func(string, explore.Move) bool { return true }
	},
}

// Each app has one mistake. The map has findings of the listed rules and no
// others.
func TestRules(t *testing.T) {
	text, err := os.ReadFile("testdata/rules.txt")
	require.NoError(t, err)
	for part := range strings.SplitSeq(string(text), "\n\n") {
		_, part, ok := strings.Cut("\n"+part, "\n= ")
		if !ok {
			continue
		}
		head, docs, _ := strings.Cut(part, "\n")
		t.Run(head, func(t *testing.T) {
			cells := strings.Split(head+"|||", "|")
			rule, severity, _ := strings.Cut(strings.TrimSpace(cells[0]), " ")
			set := func(c *explore.Config) {
				for _, word := range strings.Fields(cells[3]) {
					sets[word](c)
				}
			}
			m := explored(t, app(docs), set)
			want := strings.Fields(strings.TrimPrefix(rule, "none") + " " + cells[2])
			requireRules(t, m, want, severity, strings.TrimSpace(cells[1]))
			require.Equal(t, m.String(), explored(t, signed(app(docs)), set).String(), "the tokens of voxauth must be ignored")
		})
	}
}

// signed wraps an app in a voxauth.Signed.
func signed(app http.Handler) http.Handler {
	return &voxauth.Signed{Next: app, Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}, ErrorLog: quiet}
}

// requireRules checks the rules of the findings, and the first finding of the
// first rule.
func requireRules(t *testing.T, m *explore.Map, want []string, severity, text string) {
	t.Helper()
	if !assert.ElementsMatch(t, want, strings.Fields(rules(m)), m) || len(want) == 0 {
		return
	}
	for _, f := range m.Findings {
		if f.Rule == want[0] {
			assert.Equal(t, severity, string(f.Severity))
			assert.Contains(t, f.Text, text)
			assert.NotEmpty(t, f.Place)
			assert.NotEmpty(t, f.Go)
			return
		}
	}
}

// Handlers of package voxhook report more about mistakes.
func TestRulesOfHandlers(t *testing.T) {
	failing := func(f func() error) http.Handler {
		return &voxhook.Handler{
			OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return nil, f() },
			Settings:       voxhook.Settings{ErrorLog: quiet, Fallback: voxml.Response{voxml.Say{Text: "Goodbye."}}},
		}
	}
	m := explored(t, failing(func() error { return errors.New("out of order") }), nil)
	requireRules(t, m, []string{"failed-callback"}, "error", "the callback failed, so the Fallback was sent: out of order")
	m = explored(t, failing(func() error { panic("no") }), nil)
	requireRules(t, m, []string{"failed-callback"}, "error", "a callback panicked")

	mux := http.NewServeMux()
	mux.Handle("/voice", app(""))
	mux.Handle("/menu", &voxhook.Handler{
		OnDial:   func(context.Context, *voxhook.DialResult) (voxml.Response, error) { return nil, nil },
		Settings: voxhook.Settings{ErrorLog: quiet},
	})
	m = explored(t, mux, nil)
	require.Contains(t, rules(m), "swapped-route", m)
	for _, f := range m.Findings {
		if f.Rule == "swapped-route" {
			assert.Contains(t, f.Text, "OnGather")
		}
	}
}
