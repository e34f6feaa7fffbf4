package explore_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/voxml"
)

func ivr() http.Handler { return menu.Routes(menu.Config{Log: quiet}) }

func zip(c *explore.Config) {
	c.Call.URL, c.Samples = "http://example.com/weather", map[string][]string{"zip": {"68102"}}
}

// The examples have nothing that callers would suffer.
func TestExamples(t *testing.T) {
	assert.Empty(t, explored(t, ivr(), nil).Findings)
	assert.Empty(t, explored(t, weather.Routes(weather.Config{Log: quiet}), zip).Findings)
}

// The same app has the same map in each run.
func TestSameMap(t *testing.T) {
	first := explored(t, ivr(), nil)
	for range 20 {
		m := explored(t, ivr(), nil)
		require.Equal(t, first.String(), m.String())
		require.Equal(t, first.Mermaid(), m.Mermaid())
		want, err := first.JSON()
		require.NoError(t, err)
		got, err := m.JSON()
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

// Apps that depend on more than the webhook.
func TestUnstable(t *testing.T) {
	t.Run("derives from the id", func(t *testing.T) {
		m := explored(t, app(map[string]answer{"/voice": func(ev voxhook.Event) voxml.Response {
			return append(voxml.Response{say(fmt.Sprint("Your number is ", int(ev.Webhook().CallSid[0]), int(ev.Webhook().CallSid[1]), "."))}, ask(prompt)...)
		}, "/menu": choose(say("Sales."), voxml.Hangup{})}), nil)
		assert.True(t, m.Stats.OneID)
		assert.Empty(t, m.Findings)
	})
	t.Run("counts by id", func(t *testing.T) {
		tries := map[string]int{}
		m := explored(t, app(map[string]answer{"/voice": always(ask(prompt)...), "/menu": func(ev voxhook.Event) voxml.Response {
			if digits(ev) == "1" {
				return voxml.Response{say("Sales."), voxml.Hangup{}}
			}
			if tries[ev.Webhook().CallSid]++; tries[ev.Webhook().CallSid] == 3 {
				return bye
			}
			return plus(bye, voxml.Gather{Action: "/menu", NumDigits: 1, Input: voxml.InputDTMF, Verbs: []voxml.GatherVerb{say(prompt)}})
		}}), nil)
		assert.False(t, m.Stats.OneID)
		assert.Contains(t, rules(m), "keeps-state")
		assert.NotContains(t, rules(m), "endless", m)
	})
	t.Run("reads the clock", func(t *testing.T) {
		spoken := app(map[string]answer{"/voice": func(voxhook.Event) voxml.Response {
			return append(voxml.Response{say(fmt.Sprintf("It is %d.", time.Now().UnixNano()))}, ask(prompt)...)
		}, "/menu": choose(voxml.Hangup{})})
		m := explored(t, spoken, nil)
		assert.Equal(t, "random", rules(m), "and nothing else")
		m = explored(t, spoken, func(c *explore.Config) { c.Ignore = []*regexp.Regexp{regexp.MustCompile(`It is \d+`)} })
		assert.Equal(t, "silent-end", rules(m), "with Ignore")
	})
}

// tree is a generated tree of menus with five choices each.
func tree(depth int) http.Handler {
	return app(map[string]answer{"/": func(ev voxhook.Event) voxml.Response {
		at := strings.TrimPrefix(ev.Webhook().Params.Get("at"), "r")
		if d := digits(ev); d != "" {
			if !strings.Contains("12345", d) {
				return bye
			}
			at += d
		}
		if len(at) == depth {
			return voxml.Response{say("You are at " + at + "."), voxml.Hangup{}}
		}
		return append(voxml.Response{voxml.Gather{
			Action: "/?at=r" + at, NumDigits: 1, Input: voxml.InputDTMF,
			Verbs: []voxml.GatherVerb{say("Menu " + at + ". Press 1, 2, 3, 4 or 5.")},
		}}, bye...)
	}})
}

func treeURL(c *explore.Config) { c.Call.URL = "http://example.com/?at=r" }

func TestTree(t *testing.T) {
	m := explored(t, tree(3), treeURL)
	assert.Equal(t, 1+5+25, m.Stats.Places)
	assert.Empty(t, m.Findings)
	assert.Contains(t, m.Mermaid(), "Menu 11.")
}

// A picture with too many arrows has the documents only.
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

// Music on hold without an end is shown in part.
func TestHold(t *testing.T) {
	m := explored(t, app(map[string]answer{"/voice": always(say("Hold."), voxml.Play{URL: "a.mp3"}, voxml.Redirect{URL: "/voice"})}), func(c *explore.Config) {
		c.Call.PlayLength = time.Hour
	})
	assert.Len(t, m.Begins[0].Outcomes[0].Says, 13)
	require.Equal(t, "runs-away", rules(m))
	assert.Equal(t, "POST /voice", m.Findings[0].Place)
	assert.Contains(t, m.Findings[0].Text, "went on for a day")
}

// A first sketch of the README's sample, with the mistakes that people make
// first.
func TestFirstSketch(t *testing.T) {
	again := always(voxml.Gather{
		Action: "/menu", ActionOnEmptyResult: true, Input: voxml.InputDTMFSpeech, NumDigits: 1,
		Verbs: []voxml.GatherVerb{say("For sales, press 1 or say sales.")},
	})
	m := explored(t, app(map[string]answer{"/voice": again, "/menu": func(ev voxhook.Event) voxml.Response {
		g, ok := ev.(*voxhook.GatherResult)
		if ok && (g.Digits == "1" || strings.Contains(g.SpeechResult, "sales")) {
			return voxml.Response{voxml.Dial{Number: "+14025550111"}}
		}
		return again(ev)
	}}), nil)
	assert.Equal(t, "endless-silence dial-dropped dial-dropped dial-dropped endless-nonsense", rules(m), m)
}

// Each bound is reported when it is hit.
func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		text string
		set  func(*explore.Config)
	}{
		{"3 states", func(c *explore.Config) { c.MaxStates = 3 }},
		{"2 moves", func(c *explore.Config) { c.MaxMoves = 2 }},
		{"20 calls", func(c *explore.Config) { c.MaxCalls = 20 }},
		{"1ns", func(c *explore.Config) { c.MaxTime = 1 }},
	} {
		m := explored(t, tree(4), func(c *explore.Config) { treeURL(c); tt.set(c) })
		assert.Contains(t, m.Stats.Bounds, tt.text)
		require.Equal(t, "bound", rules(m), tt.text)
		assert.Contains(t, m.Findings[0].Text, "stopped at "+tt.text)
	}
}

func TestConfig(t *testing.T) {
	t.Run("Before", func(t *testing.T) {
		calls := 0
		m := explored(t, ivr(), func(c *explore.Config) { c.Before = func() { calls++ } })
		assert.Equal(t, m.Stats.Calls, calls)
	})
	t.Run("Skip", func(t *testing.T) {
		m := explored(t, ivr(), func(c *explore.Config) {
			c.Skip = func(url string, move explore.Move) bool {
				return url == "/voice" && move.Label == "1" || strings.Contains(move.Label, "sales")
			}
		})
		assert.NotContains(t, m.Places[0].Ways[0].Moves, "1")
	})
	t.Run("Routes", func(t *testing.T) {
		m := explored(t, ivr(), func(c *explore.Config) { c.Routes = []string{"/voice", "/voice/recording", "/voice/status"} })
		require.Equal(t, "never-reached", rules(m))
		assert.Equal(t, "/voice/status", m.Findings[0].Move)
	})
	t.Run("no URL", func(t *testing.T) {
		_, err := explore.Explore(explore.Config{})
		assert.ErrorContains(t, err, "absolute http or https URL")
	})
}

// In the manner of the platform's weather demo: variables, Do, If and relative
// Redirects, with one sample.
func TestPlatformDemo(t *testing.T) {
	m := explored(t, app(map[string]answer{
		"/voice": always(
			voxml.Set{Output: "sum", Value: "7"},
			voxml.Do{Expression: voxml.Var("human.digits").NotMatch("(7|8)"), MaxLoops: 2, Verbs: []voxml.Verb{
				voxml.Unset{Output: "human.digits"},
				voxml.Gather{Output: "human", NumDigits: 1, Input: voxml.InputDTMF, Verbs: []voxml.GatherVerb{say("What is three plus four?")}},
			}},
			voxml.If{Expression: voxml.Var("human.digits").NotMatch("(7|8)"), Verbs: bye},
			voxml.Redirect{URL: "weather/zip"},
		),
		"/weather/zip": always(plus(bye, voxml.Gather{
			Action: "report", NumDigits: 5, Output: "zip", Input: voxml.InputDTMF, Verbs: []voxml.GatherVerb{say("Enter your five-digit zip code.")},
		})...),
		"/weather/report": func(ev voxhook.Event) voxml.Response {
			if digits(ev) == "68102" {
				return voxml.Response{say("It is sunny."), voxml.Hangup{}}
			}
			return voxml.Response{say("We do not know this place."), voxml.Hangup{}}
		},
	}), func(c *explore.Config) { c.Samples = map[string][]string{"zip": {"68102"}} })
	assert.Empty(t, m.Findings)
	assert.Contains(t, m.String(), "It is sunny.")
	assert.Contains(t, m.String(), "  7 8 ")
}

// Whispers, payments and outbound calls are walked, too.
func TestTurns(t *testing.T) {
	whisper := app(map[string]answer{
		"/voice": always(say("One moment."), voxml.Dial{Action: "/dialed", Output: "desk", HangupOnStar: true, Nouns: []voxml.DialNoun{
			voxml.Number{Number: "+14025550111", URL: "/accept"}, voxml.Number{Number: "+14025550112"},
		}}),
		"/dialed": always(bye...),
		"/accept": always(voxml.Gather{Action: "/accepted", NumDigits: 1, Input: voxml.InputDTMF, Verbs: []voxml.GatherVerb{say("Press 1 to accept.")}}, voxml.Hangup{}),
		"/accepted": func(ev voxhook.Event) voxml.Response {
			if digits(ev) == "1" {
				return voxml.Response{}
			}
			return voxml.Response{voxml.Hangup{}}
		},
	})
	m := explored(t, whisper, nil)
	assert.Empty(t, m.Findings)
	turns := ""
	for _, p := range m.Places {
		turns += p.Turn + " "
	}
	assert.Equal(t, "dials asks connected ", turns)

	pay := app(map[string]answer{
		"/voice": always(say("Please pay."), voxml.Pay{Action: "/paid", ChargeAmount: "10.00"}),
		"/paid": func(ev voxhook.Event) voxml.Response {
			p, ok := ev.(*voxhook.PayResult)
			return voxml.Response{say(fmt.Sprint("The result is ", ok && p.Result == voxhook.PayOutcomeSuccess)), voxml.Hangup{}}
		},
	})
	m = explored(t, pay, nil)
	assert.Empty(t, m.Findings)
	require.Len(t, m.Places, 1)
	assert.Equal(t, []string{"pays"}, m.Places[0].Ways[0].Moves)
	var others []string
	for _, w := range m.Places[0].Ways[1:] {
		others = append(others, w.Moves...)
	}
	assert.ElementsMatch(t, []string{"*", "declined", "wrong number", "silence"}, others)

	m = explored(t, ivr(), func(c *explore.Config) {
		c.Call.Webhook.Direction, c.Call.StatusCallback = voxhook.DirectionOutboundAPI, "/voice/status"
	})
	assert.Empty(t, m.Findings)
	require.Len(t, m.Begins, 3)
	assert.Equal(t, []string{"nobody answers"}, m.Begins[2].Moves)
}

func BenchmarkExplore(b *testing.B) {
	for _, tt := range []struct {
		name string
		app  http.Handler
		set  func(*explore.Config)
	}{
		{"ivr", ivr(), func(*explore.Config) {}},
		{"weather", weather.Routes(weather.Config{Log: quiet}), zip},
		{"tree of 781", tree(4), treeURL},
	} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				cfg := config(tt.app)
				tt.set(&cfg)
				if m, err := explore.Explore(cfg); err != nil || len(m.Findings) > 0 {
					b.Fatal(m, err)
				}
			}
		})
	}
}

// Two Gathers in one document: what was entered at the first decides what is
// heard after the second.
func TestOutputsThatAreReadLater(t *testing.T) {
	ask := func(output, text string) voxml.Gather {
		return voxml.Gather{Output: output, NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: text}}}
	}
	say := func(key, text string) voxml.If {
		return voxml.If{Expression: voxml.Var("g.digits").Equal(key), Verbs: []voxml.Verb{voxml.Say{Text: text}}}
	}
	m := explored(t, app(map[string]answer{"/voice": always(
		ask("g", "Press 1 or 2."), ask("h", "Press 3 to confirm."), say("1", "One."), say("2", "Two."), voxml.Say{Text: "Goodbye."}, voxml.Hangup{},
	)}), nil)
	text := m.String()
	require.Contains(t, text, "One.")
	require.Contains(t, text, "Two.")
	for _, f := range m.Findings {
		require.NotEqual(t, "never-runs", f.Rule, f.Text)
		require.False(t, f.Rule == "offered-rejected" && strings.Contains(f.Place, "Response[0]"), f.Text)
	}
}

// What was skipped is no dead end, and no reason to say that a verb never runs.
func TestSkipped(t *testing.T) {
	m := explored(t, app(map[string]answer{"/voice": always(
		voxml.Gather{Output: "g", NumDigits: 1, Action: "/voice", ActionOnEmptyResult: true, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1."}}},
	)}), func(cfg *explore.Config) {
		cfg.Skip = func(string, explore.Move) bool { return true }
	})
	for _, f := range m.Findings {
		require.NotContains(t, []string{"dead-end", "never-runs", "never-reached"}, f.Rule)
	}
}
