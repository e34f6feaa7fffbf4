package explore_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// quiet discards the log of the apps.
var quiet = slog.New(slog.DiscardHandler)

func ivr() http.Handler { return menu.Routes(menu.Config{Log: quiet}) }

// explored explores an app at /voice.
func explored(t *testing.T, h http.Handler, set func(*explore.Config)) *explore.Map {
	t.Helper()
	cfg := explore.Config{Call: sim.Config{App: sim.Handler(h), URL: "http://example.com/voice"}}
	if set != nil {
		set(&cfg)
	}
	m, err := explore.Explore(cfg)
	require.NoError(t, err)
	return m
}

// rules returns the rules of the findings, in order.
func rules(m *explore.Map) string {
	var all []string
	for _, f := range m.Findings {
		all = append(all, f.Rule)
	}
	return strings.Join(all, " ")
}

var update = flag.Bool("update", false, "write the maps in testdata")

// The maps of an app with mistakes, and of an app whose answers depend on a
// variable, as text, Mermaid chart and JSON are the same in each run.
func TestMap(t *testing.T) {
	for file, docs := range map[string]string{
		"testdata/map.txt": "/voice {sketch}\n/menu?Digits=1 <Dial>+14025550111</Dial>\n/menu {sketch}",
		"testdata/variables.txt": `/voice <Gather action="/language" numDigits="1"><Say>For English, press 1. Para español, oprima 2.</Say></Gather>{bye}
/language?Digits=2 <Set output="language">es</Set><Redirect>/rate</Redirect>
/language <Set output="language">en</Set><Redirect>/rate</Redirect>
/rate <Gather action="/rated" numDigits="1"><Say>Press 1.</Say></Gather><Say>Adiós.</Say><Hangup/>
/rated?Digits=1 <If expression="${language}=='en'"><Say>Thank you.</Say></If><If expression="${language}=='es'"><Say>Gracias.</Say></If><Hangup/>
/rated <Say>Again, please.</Say>{once}`,
	} {
		for range 5 {
			m := explored(t, app(docs), nil)
			whole, err := m.JSON()
			require.NoError(t, err)
			got := m.String() + "\n" + m.Mermaid() + "\n" + string(whole)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		}
	}
	require.True(t, explore.Error.AtLeast(explore.Warning) && explore.Note.AtLeast(explore.Note) && !explore.Style.AtLeast(explore.Note))
}

// The examples have no findings.
func TestExamples(t *testing.T) {
	m := explored(t, ivr(), nil)
	assert.Empty(t, m.Findings)
	picture := m.Mermaid()
	assert.Contains(t, picture, `p3[/"recording, up to 3m0s,<br>until #35;"/]`)
	assert.Contains(t, picture, `p1 -->|"4–9 0 * #35;, nonsense,<br>silence, the 3rd time"| e2`)
	assert.Contains(t, m.String(), `"We did not understand you." again, 2 times, then "We did not understand you. Goodbye." hangs up`)
	assert.Empty(t, explored(t, weather.Routes(weather.Config{Log: quiet}), func(c *explore.Config) {
		c.Call.URL, c.Samples = "http://example.com/weather", map[string][]string{"zip": {"68102"}}
	}).Findings)
}

// dynamic returns an app that answers a webhook with the verbs returned by f.
func dynamic(f func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { app(r.URL.Path+" "+f(r)).ServeHTTP(w, r) })
}

// The answers of these apps depend on more than the webhook.
func TestUnstable(t *testing.T) {
	m := explored(t, dynamic(func(r *http.Request) string {
		if r.URL.Path == "/menu" {
			return "{sales}"
		}
		return fmt.Sprintf("<Say>Your number is %d, %d.</Say>{ask}", r.FormValue("CallSid")[0], r.FormValue("CallSid")[1])
	}), nil)
	assert.True(t, m.Stats.OneID)
	assert.Empty(t, m.Findings, "the answer depends only on the CallSid")

	tries := map[string]int{}
	m = explored(t, dynamic(func(r *http.Request) string {
		switch {
		case r.URL.Path == "/voice":
			return "{ask}"
		case r.FormValue("Digits") == "1":
			return "{sales}"
		}
		if tries[r.FormValue("CallSid")]++; tries[r.FormValue("CallSid")] == 3 {
			return "{bye}"
		}
		return "{again}"
	}), nil)
	assert.False(t, m.Stats.OneID)
	assert.Contains(t, rules(m), "keeps-state", "the app counts by CallSid")
	assert.NotContains(t, rules(m), "endless", m)

	clock := dynamic(func(r *http.Request) string {
		if r.FormValue("Digits") == "1" {
			return "<Hangup/>"
		} else if r.URL.Path == "/menu" {
			return "{bye}"
		}
		return fmt.Sprintf("<Say>It is %d.</Say>{ask}", time.Now().UnixNano())
	})
	assert.Equal(t, "random", rules(explored(t, clock, nil)), "and nothing else")
	m = explored(t, clock, func(c *explore.Config) { c.Ignore = []*regexp.Regexp{regexp.MustCompile(`It is \d+`)} })
	assert.Equal(t, "silent-end", rules(m), "with Ignore")
}

// tree returns an app with a tree of menus of five choices each.
func tree(depth int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, digit := strings.TrimPrefix(r.URL.Query().Get("at"), "r"), r.FormValue("Digits")
		doc := fmt.Sprintf(`<Gather action="/voice?at=r%s" numDigits="1"><Say>Menu %[1]s. Press 1, 2, 3, 4 or 5.</Say></Gather>{bye}`, at+digit)
		switch {
		case digit != "" && !strings.Contains("12345", digit):
			doc = "{bye}"
		case len(at+digit) == depth:
			doc = "<Say>You are at " + at + digit + ".</Say><Hangup/>"
		}
		app("/voice "+doc).ServeHTTP(w, r)
	})
}

// Each limit is reported when it is reached.
func TestBounds(t *testing.T) {
	m := explored(t, tree(3), nil)
	assert.Equal(t, 1+5+25, m.Stats.Places)
	assert.Empty(t, m.Findings)
	for text, set := range map[string]func(*explore.Config){
		"3 states": func(c *explore.Config) { c.MaxStates = 3 },
		"2 moves":  func(c *explore.Config) { c.MaxMoves = 2 },
		"20 calls": func(c *explore.Config) { c.MaxCalls = 20 },
		"1ns":      func(c *explore.Config) { c.MaxTime = 1 },
	} {
		m := explored(t, tree(4), set)
		assert.Contains(t, m.Stats.Bounds, text)
		require.Equal(t, "bound", rules(m), text)
		assert.Contains(t, m.Findings[0].Text, "stopped at "+text)
	}
}

// The limits apply to everything: the walk, a second walk for an app that needs
// one CallSid, confirming findings, and repeating webhooks.
func TestBoundsOfAll(t *testing.T) {
	bad := app("/menu <Hangup/>")
	derives := dynamic(func(r *http.Request) string {
		if r.URL.Path == "/menu" {
			return "<Hangup/>"
		}
		return fmt.Sprintf("<Say>%d, %d.</Say>{ask}", r.FormValue("CallSid")[0], r.FormValue("CallSid")[1])
	})
	for _, h := range []http.Handler{bad, derives} {
		for most := 1; most <= 60; most++ {
			calls := 0
			m := explored(t, h, func(c *explore.Config) { c.MaxCalls, c.Before = most, func() { calls++ } })
			require.LessOrEqual(t, calls, most)
			require.Equal(t, len(m.Stats.Bounds) > 0, strings.Contains(rules(m), "bound"), m)
			if most >= 10 && !m.Stats.OneID {
				require.Contains(t, rules(m), "silent-end", "a call must be reserved to confirm the finding")
			}
		}
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Second)
				h.ServeHTTP(w, r)
			})
			m := explored(t, slow, func(c *explore.Config) { c.MaxTime = 20 * time.Second })
			require.LessOrEqual(t, time.Since(began), 23*time.Second, "only the last call may go on after the limit")
			require.Equal(t, []string{"20s"}, m.Stats.Bounds)
			require.Contains(t, rules(m), "bound")
			require.Contains(t, rules(m), "silent-end", "some time must be reserved too")
		})
	}
}

// A chart with too many arrows shows only documents.
func TestLargePicture(t *testing.T) {
	m := &explore.Map{Method: "POST", URL: "/voice", Begins: []explore.Way{{Outcomes: []explore.Outcome{{Place: 1}}}}}
	for i := 1; i <= 600; i++ {
		m.Places = append(m.Places, &explore.Place{
			ID: i, Request: fmt.Sprintf("POST /menu?n=%d", i), Turn: "listens", Text: "listening for a key",
			Ways: []explore.Way{{Moves: []string{"1"}, Outcomes: []explore.Outcome{{Place: i%600 + 1}}}, {Moves: []string{"2"}, Outcomes: []explore.Outcome{{Says: []string{"Bye."}, End: "hangs up"}}}},
		})
	}
	assert.Equal(t, `flowchart TD
  start(["POST /voice"])
  dPOST__menu["POST /menu"]
  e1(["hangs up"])
  start --> dPOST__menu
  dPOST__menu --> e1
`, m.Mermaid())
	m.Places = m.Places[:2]
	m.Places[1].Ways[0].Outcomes[0].Place = 1
	assert.Contains(t, m.Mermaid(), `p1 -->|"1"| p2`)
}

func TestConfig(t *testing.T) {
	calls := 0
	m := explored(t, ivr(), func(c *explore.Config) { c.Before = func() { calls++ } })
	assert.Equal(t, m.Stats.Calls, calls)

	m = explored(t, ivr(), func(c *explore.Config) {
		c.Skip = func(url string, move explore.Move) bool {
			return url == "/voice" && move.Label == "1" || strings.Contains(move.Label, "sales")
		}
	})
	assert.NotContains(t, m.Places[0].Ways[0].Moves, "1")

	_, err := explore.Explore(explore.Config{})
	assert.ErrorContains(t, err, "absolute http or https URL")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = explore.Explore(explore.Config{Call: sim.Config{App: sim.Handler(ivr()), URL: "http://example.com/voice", Context: ctx}})
	assert.ErrorIs(t, err, context.Canceled)

	hold := explored(t, app("/voice <Play>a.mp3</Play><Redirect>/voice</Redirect>"), sets["long"])
	assert.Len(t, hold.Begins[0].Outcomes[0].Says, 13, "endless music on hold must be shown in part")
}

// The statement that shows a finding makes the same call.
func TestGo(t *testing.T) {
	for want, set := range map[string]func(*sim.Config){
		`"/voice")`: func(*sim.Config) {},
		`"/voice?a=b", voxtest.GET(), voxtest.From("+1402"), voxtest.To("+1403"), voxtest.NestedVars(), voxtest.TypeAhead())`: func(c *sim.Config) {
			c.URL, c.Method, c.Webhook.From, c.Webhook.To, c.NestedVars, c.TypeAhead = "http://example.com/voice?a=b", voxml.MethodGET, "+1402", "+1403", true, true
		},
		`"/voice", voxtest.From(""))`: func(c *sim.Config) { c.NoFrom = true },
		`"/voice", voxtest.Outbound("/status"), voxtest.AnsweredBy("human_residence"))`: func(c *sim.Config) {
			c.Webhook.Direction, c.StatusCallback, c.Webhook.AnsweredBy = voxhook.DirectionOutboundAPI, "/status", voxhook.AnsweredByHumanResidence
		},
		`"/voice", voxtest.Outbound(""))`: func(c *sim.Config) { c.Webhook.Direction = voxhook.DirectionOutboundAPI },
	} {
		m := explored(t, app("/voice !500"), func(c *explore.Config) { set(&c.Call) })
		require.NotEmpty(t, m.Findings)
		require.Equal(t, []string{"call := voxtest.Call(t, app, " + want}, m.Findings[0].Go)
	}
	m := explored(t, app("/status !500"), func(c *explore.Config) {
		c.Call.Webhook.Direction, c.Call.StatusCallback = voxhook.DirectionOutboundAPI, "/status"
		c.Skip = func(string, explore.Move) bool { return true }
	})
	require.Equal(t, "notification-fails", m.Findings[0].Rule)
	require.Equal(t, []string{`call := voxtest.Call(t, app, "/voice", voxtest.Outbound("/status"), voxtest.Unanswered("no-answer"))`}, m.Findings[0].Go)
}

// Scripts removes the files of earlier calls, but no other files.
func TestScripts(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"call-99.txt", "call-1.txt", "call-100.txt.bak"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	n, err := explored(t, app("/menu {sales}\n/voice <Say>Speak.</Say><Record action=\"/menu\"/>"), nil).Scripts(dir, "http://example.com/voice")
	require.NoError(t, err)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, n+2)
	text, err := os.ReadFile(filepath.Join(dir, "call-01.txt"))
	require.NoError(t, err)
	broken := false
	m := explored(t, dynamic(func(*http.Request) string { return map[bool]string{true: "<Hangup/>", false: "{ask}"}[broken] }), nil)
	broken = true
	_, err = m.Scripts(dir)
	require.ErrorContains(t, err, "went another way")
	require.Regexp(t, `^\$ voxphone -sid [-0-9a-f]{36} http://example.com/voice\nanswered\nhears "Speak."\nbeep\n`, string(text))
}

// The walk covers whispers, payments and outbound calls.
func TestTurns(t *testing.T) {
	m := explored(t, app(`/voice <Say>One moment.</Say><Dial action="/dialed" output="desk" hangupOnStar="true"><Number url="/accept">+14025550111</Number><Number>+14025550112</Number></Dial>
/accept <Gather action="/accepted" numDigits="1"><Say>Press 1 to accept.</Say></Gather><Hangup/>
/accepted?Digits=1 
/accepted <Hangup/>`), nil)
	assert.Empty(t, m.Findings)
	turns := ""
	for _, p := range m.Places {
		turns += p.Turn + " "
	}
	assert.Equal(t, "dials asks connected ", turns)

	m = explored(t, app(`/voice <Say>Please pay.</Say><Pay action="/paid" chargeAmount="10.00"/>
/paid?Result=success {sales}`), nil)
	assert.Empty(t, m.Findings)
	require.Len(t, m.Places, 1)
	assert.Equal(t, []string{"pays"}, m.Places[0].Ways[0].Moves)
	for _, move := range []string{"*", "declined", "wrong number", "silence"} {
		assert.Contains(t, m.String(), "\n  "+move+" ")
	}

	m = explored(t, ivr(), func(c *explore.Config) {
		c.Call.Webhook.Direction, c.Call.StatusCallback = voxhook.DirectionOutboundAPI, "/voice/status"
	})
	assert.Empty(t, m.Findings)
	require.Len(t, m.Begins, 3)
	assert.Equal(t, []string{"no one answers"}, m.Begins[2].Moves)
}
