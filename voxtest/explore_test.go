package voxtest_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// Explore the menu of examples/ivr, and print the beginning of the map.
func ExampleExplore() {
	m := voxtest.Explore(t, ivr(), "/voice")
	m.Clean()
	m.Reaches("/voice/menu", "/voice/dialed", "/voice/message", "/voice/recording")
	m.Within(30*time.Second, "/voice/dialed")
	fmt.Println(strings.Join(strings.Split(m.String(), "\n")[:9], "\n"))
	// Output:
	// POST /voice
	//   "Thank you for calling." → [1]
	//
	// [1] listening for a key or speech: "For sales, press 1 or say sales. For our opening hours, press 2 or say hours. To leave a message, press 3 or say message."
	//     at POST /voice Response[2].Gather
	//   1, "sales", "sales" unclearly  "One moment, please." → [2]
	//   2, "hours"                     "We are open Monday to Friday, from 9 a.m. to 5 p.m. Goodbye." hangs up
	//   3, "message"                   "Please leave a message after the tone." → [3]
	//   4–9 0 * #, nonsense, silence   "We did not understand you." again, 2 times, then "We did not understand you. Goodbye." hangs up
}

// The menu never ends the call of a silent caller. The finding says what to
// change.
func ExampleMap_Findings() {
	app := voxml.Response{
		voxml.Gather{Action: "/voice", ActionOnEmptyResult: true, NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1."}}},
	}
	m := voxtest.Explore(t, app, "/voice", voxtest.Skip(func(_, move string) bool { return move != "silence" }))
	for _, finding := range m.Findings() {
		fmt.Println(finding)
	}
	// Output:
	// error: POST /voice Response[0].Gather, silence: A caller who does nothing is asked again forever, for example when a line stays open by mistake: count the tries in a variable, and end the call after a few. (endless-silence)
}

// Draw the map as a flowchart.
func ExampleMap_Mermaid() {
	app := voxml.Response{voxml.Dial{Number: "+14025550111"}, voxml.Say{Text: "Goodbye."}}
	fmt.Print(voxtest.Explore(t, app, "/voice").Mermaid())
	// Output:
	// flowchart TD
	//   start(["POST /voice"])
	//   p1{{"dialing +14025550111"}}
	//   e1(["Goodbye. — hangs up"])
	//   start --> p1
	//   p1 -->|"answers, busy, no<br>answer, fails"| e1
}

// Explore cannot guess a zip code, so the test gives samples.
func ExampleSample() {
	app := weather.Routes(weather.Config{Log: slog.New(slog.DiscardHandler)})
	m := voxtest.Explore(t, app, "/weather", voxtest.Sample("zip", "68102", "10001"))
	m.Clean()
	fmt.Println(strings.Contains(m.String(), "In Omaha it is clear, and 75 degrees."))
	fmt.Println(strings.Contains(m.String(), "In New York it is sunny, and 70 degrees."))
	// Output:
	// true
	// true
}

// Write calls that together make every move, as files for voxphone.
func ExampleMap_Scripts() {
	dir, err := os.MkdirTemp("", "calls")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	app := voxml.Response{voxml.Say{Text: "We are closed."}}
	fmt.Println(voxtest.Explore(t, app, "/voice").Scripts(dir))
	script, _ := os.ReadFile(filepath.Join(dir, "call-01.txt"))
	_, call, _ := strings.Cut(string(script), "\n") // without the line with the CallSid
	fmt.Print(call)
	// Output:
	// 1
	// answered
	// hears "We are closed."
	// ended: the document ended
}

// Clean fails if the map is incomplete.
func TestExploreIncomplete(t *testing.T) {
	n := 0
	menu := func(next int) voxml.Response {
		return voxml.Response{
			voxml.Gather{Action: fmt.Sprintf("/voice?n=%d", next), NumDigits: 1, Verbs: []voxml.GatherVerb{say("Press 1 for another number.")}},
			say("Goodbye."), voxml.Hangup{},
		}
	}
	counts := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("n"))
		menu(n+1).ServeHTTP(w, r)
	})
	random := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		menu(n).ServeHTTP(w, r)
	})
	zip := voxml.Response{voxml.Gather{Action: "/zip", NumDigits: 5, Verbs: []voxml.GatherVerb{say("Enter your zip code.")}}, say("Goodbye."), voxml.Hangup{}}
	for _, tt := range []struct {
		name string
		app  http.Handler
		want string
	}{
		{"a limit", counts, "stopped at 20 moves, so the map is incomplete"},
		{"random answers", random, "(random)"},
		{"no sample", zip, `Sample("zip", "68102") in a Go test`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Contains(t, failure(t, func(t testing.TB) { voxtest.Explore(t, tt.app, "/voice").Clean() }), tt.want)
		})
	}
	found := strings.Join(voxtest.Explore(t, random, "/voice", voxtest.Ignore(regexp.MustCompile(`n=\d+`))).Findings(), "\n")
	assert.Contains(t, found, "(endless-nonsense)", "with Ignore, the app is explored")
	assert.NotContains(t, found, "(random)")
}

func TestExploreOptions(t *testing.T) {
	app := app(map[string]voxml.Response{
		"/voice": {
			voxml.Gather{Action: "/zip", NumDigits: 5, Output: "zip1", Verbs: []voxml.GatherVerb{say("Enter your zip code.")}},
			say("Goodbye."), voxml.Hangup{},
		},
		"/zip": {say("It is sunny."), voxml.Hangup{}},
	})
	calls := 0
	for _, tt := range []struct {
		name    string
		options []voxtest.Option
		want    string // a part of the findings
	}{
		{"none", nil, "(missing-sample)"},
		{"Sample", []voxtest.Option{voxtest.Sample("zip", "68102")}, ""},
		{"Routes", []voxtest.Option{voxtest.Sample("zip", "68102"), voxtest.Routes("/zip", "/status")}, "The URL /status is listed as a route"},
		{"SlowAnswers", []voxtest.Option{voxtest.SlowAnswers(time.Nanosecond)}, "(slow-answer)"},
		{"Before", []voxtest.Option{voxtest.Before(func() { calls++ })}, "(missing-sample)"},
		{"Style", []voxtest.Option{voxtest.Style()}, "(missing-sample)"},
		{"Outbound", []voxtest.Option{voxtest.Outbound("/status")}, "(missing-sample)"},
		{"Ignore", []voxtest.Option{voxtest.Ignore(regexp.MustCompile("x"))}, "(missing-sample)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := strings.Join(voxtest.Explore(t, app, "/voice", tt.options...).Findings(), "\n")
			if tt.want == "" {
				assert.Empty(t, found)
			}
			assert.Contains(t, found, tt.want)
		})
	}
	assert.Positive(t, calls)
}

// TestExploreFails shows what fails a test. Tests of cmd/voxphone play the
// files that Map.Scripts writes.
func TestExploreFails(t *testing.T) {
	rude := voxml.Response{voxml.Gather{Action: "/voice", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1."}}}}
	for _, tt := range []struct {
		name, want string
		test       func(testing.TB)
	}{
		{"no app", "the app is nil", func(t testing.TB) { voxtest.Explore(t, nil, "/voice") }},
		{"no URL", "cannot be parsed", func(t testing.TB) { voxtest.Explore(t, ivr(), "") }},
		{"no expression", "the regular expression of Ignore is nil", func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice", voxtest.Ignore(nil)) }},
		{"InRealTime", "bubble of testing/synctest", func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice", voxtest.InRealTime()) }},
		{"Unanswered", "the status of an unanswered call must be", func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice", voxtest.Unanswered("")) }},
		{"First", "a notification needs no document", func(t testing.TB) {
			voxtest.Explore(t, ivr(), "/voice", voxtest.First(&voxhook.StatusChange{}))
		}},
		{"Clean", "(silence-unhandled)\n    call := voxtest.Call(t, app, \"/voice\")\n    call.StaySilent()",
			func(t testing.TB) { voxtest.Explore(t, rude, "/voice").Clean() }},
		{"Reaches", "no call requests /voice/status", func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice").Reaches("/voice/menu", "/voice/status") }},
		{"Within", "the fastest call requests /voice/dialed after",
			func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice").Within(time.Second, "/voice/dialed") }},
		{"Golden", "does not exist", func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice").Golden("testdata/nothing.txt") }},
		{"Scripts", "cannot be written", func(t testing.TB) { voxtest.Explore(t, ivr(), "/voice").Scripts("explore_test.go") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := *update
			*update = false // the golden file of the example is missing on purpose
			defer func() { *update = before }()
			t.Setenv("VOXTEST_UPDATE", "")
			assert.Contains(t, failure(t, tt.test), tt.want)
		})
	}
}
