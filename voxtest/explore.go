package voxtest

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/internal/sim"
)

// A Map is the result of [Explore]: the places where a call waits, the moves
// that callers can make there, and findings.
type Map struct {
	t    testing.TB
	m    *explore.Map
	args []string // arguments of voxphone that make the same call
}

// Explore tries everything that callers can do, breadth first, and stops when
// no call shows anything new. At each place it tries the keys and words that
// the prompts announce, other keys and words, and silence. Dialed parties
// answer, are busy, or do not answer; callers leave messages, have their cards
// declined, and hang up.
//
//	func TestEveryPath(t *testing.T) {
//		m := voxtest.Explore(t, app, "/voice", voxtest.Routes("/voice/status"))
//		m.Clean()
//		m.Golden("testdata/map.txt")
//	}
//
// Two places are the same if the document, the waiting verb and the variables
// of the call are the same. So an app that counts tries in variables is
// explored completely. An app that keeps its own state for each CallSid is
// explored as far as its documents show that state, with a note. An app with
// random answers cannot be explored, so each random part needs [Ignore].
// UUIDs and the tokens of package voxauth may differ in each call: they are
// ignored, and an app in a voxauth.Signed has the same map as without it.
//
// An incomplete map has a warning, so [Map.Clean] fails. A map is incomplete if
// answers are random, if an input cannot be guessed and has no [Sample], such
// as a customer number, or if Explore stops at a limit: 2,000 places, 20 moves
// of one call, 10,000 calls or 60 seconds. Explore reserves a tenth of the
// calls and of the time to confirm each finding by one more call.
//
// The options of [Call] work here too. With [Outbound], some calls are answered
// by a person, some by a machine, and some by no one. Failed requests are not
// repeated, unless [Retries] is set.
func Explore(t testing.TB, app http.Handler, target string, options ...Option) *Map {
	t.Helper()
	set := configure(t, app, target, options)
	if set == nil {
		return nil
	}
	set.explore.Call = set.Config
	m, err := explore.Explore(set.explore)
	if err != nil {
		t.Fatalf("voxtest: %v", err)
		return nil
	}
	args := []string{set.URL}
	if set.Method == http.MethodGet {
		args = []string{"-method", "get", set.URL}
	}
	return &Map{t, m, args}
}

// Clean fails the test if there are errors or warnings among the findings. It
// logs the notes.
func (m *Map) Clean() {
	m.t.Helper()
	var bad []string
	for _, f := range m.m.Findings {
		text := f.String() + "\n    " + strings.Join(f.Go, "\n    ")
		if f.Severity == explore.Note {
			m.t.Logf("voxtest: %s", text)
			continue
		}
		bad = append(bad, text)
	}
	if len(bad) > 0 {
		m.t.Fatalf("voxtest: the map is not clean:\n%s", strings.Join(bad, "\n"))
	}
}

// Findings returns one line for each finding, most serious first, as "severity:
// place, move: text (rule)".
func (m *Map) Findings() []string {
	lines := make([]string, len(m.m.Findings))
	for i, f := range m.m.Findings {
		lines[i] = f.String()
	}
	return lines
}

// Golden compares the text of the map with a file, such as "testdata/map.txt";
// see [Phone.Golden]. A review then shows each change in what callers can do.
func (m *Map) Golden(file string) {
	m.t.Helper()
	golden(m.t, m.fail, "the map", file, m.String())
}

func (m *Map) fail(format string, args ...any) {
	m.t.Helper()
	m.t.Fatalf("voxtest: "+format, args...)
}

// Reaches fails the test if there is a URL among urls that no call requests. A
// URL without a query matches any query.
func (m *Map) Reaches(urls ...string) {
	m.t.Helper()
	for _, url := range urls {
		if _, ok := m.m.Reached(url); !ok {
			m.fail("no call requests %s", sim.Shown(url))
		}
	}
}

// Within fails the test if, for any of the URLs, no call requests it, or even
// the fastest call takes longer than d to request it. Callers do not wait
// forever:
//
//	m.Within(30*time.Second, "/voice/dialed")
func (m *Map) Within(d time.Duration, urls ...string) {
	m.t.Helper()
	m.Reaches(urls...)
	for _, url := range urls {
		if after, ok := m.m.Reached(url); ok && after > d {
			m.fail("the fastest call requests %s after %v, not within %v", sim.Shown(url), after, d)
		}
	}
}

// Scripts writes a small set of calls that together make every move. The files
// are scripts of voxphone: call-01.txt and so on, in dir. They are regression
// tests for any server with the same menu. Scripts returns the number of files.
func (m *Map) Scripts(dir string) int {
	m.t.Helper()
	n, err := m.m.Scripts(dir, m.args...)
	if err != nil {
		m.fail("the scripts cannot be written: %v", err)
	}
	return n
}

// String returns the map as text.
func (m *Map) String() string { return m.m.String() }

// Mermaid returns the map as a Mermaid flowchart, for example for a README.
func (m *Map) Mermaid() string { return m.m.Mermaid() }

// Sample gives [Explore] inputs that it cannot guess: keys or words. They are
// used at each Gather whose Output is name, with or without digits at its end,
// or whose Action has name as the last part of its path:
//
//	voxtest.Sample("zip", "68102")
//
// [Call] ignores it.
func Sample(name string, inputs ...string) Option {
	return Option{func(c *settings) {
		if c.explore.Samples == nil {
			c.explore.Samples = map[string][]string{}
		}
		c.explore.Samples[name] = append(c.explore.Samples[name], inputs...)
	}}
}

// Before runs f before each call of [Explore], for example to empty a database.
// [Call] ignores it.
func Before(f func()) Option { return Option{func(c *settings) { c.explore.Before = f }} }

// Ignore makes [Explore] ignore matches of x when it compares texts, documents
// and URLs. Use it for parts that differ from call to call, such as the time.
// The map shows … instead. [Call] ignores it.
func Ignore(x *regexp.Regexp) Option {
	return Option{func(c *settings) {
		if x == nil {
			c.err = errors.New("the regular expression of Ignore is nil")
			return
		}
		c.explore.Ignore = append(c.explore.Ignore, x)
	}}
}

// Skip makes [Explore] skip the moves for which skip returns true. Its
// arguments are the path of the running document's URL and the move as the map
// shows it: a key, words in quotes, silence, busy and so on. [Call] ignores it.
func Skip(skip func(url, move string) bool) Option {
	return Option{func(c *settings) {
		c.explore.Skip = func(url string, m explore.Move) bool { return skip(url, m.Label) }
	}}
}

// Routes makes [Explore] report each of the URLs that no call requests. Pass
// all routes of a mux. [Call] ignores it.
func Routes(urls ...string) Option {
	return Option{func(c *settings) { c.explore.Routes = append(c.explore.Routes, urls...) }}
}

// SlowAnswers makes [Explore] report answers that take longer than d in real
// time. [Call] ignores it.
func SlowAnswers(d time.Duration) Option { return Option{func(c *settings) { c.explore.Slow = d }} }

// Style makes [Explore] report bad style: more than 5 choices, keys out of
// order, menus deeper than 3, and prompts longer than 8 seconds. [Call] ignores
// it.
func Style() Option { return Option{func(c *settings) { c.explore.Style = true }} }
