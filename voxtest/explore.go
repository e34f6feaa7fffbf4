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

// A Map is what [Explore] has found: the places at which a call waits, what
// follows the moves that a caller can make there, and what callers will suffer.
type Map struct {
	t    testing.TB
	m    *explore.Map
	args []string // of voxphone, that make the call
}

// Explore makes all calls that differ, breadth first: at each place it presses
// the keys and says the words that prompts announce, others, and nothing; parties
// that are dialed answer, are busy, or do not; messages are left, cards are
// declined, and callers hang up. It stops when nothing new happens.
//
//	func TestEveryPath(t *testing.T) {
//		m := voxtest.Explore(t, app, "/voice", voxtest.Routes("/voice/status"))
//		m.Clean()
//		m.Golden("testdata/map.txt")
//	}
//
// A place is known by the document, the verb that waits, and the variables of
// the call. So an app is explored to the end if it counts its tries in variables.
// One that keeps a state of its own for each CallSid is explored as far as that
// can be seen, with a note. One that answers at random cannot be explored.
//
// What nobody can guess, such as a customer number, needs a [Sample]. Explore
// stops at 2,000 states, 20 moves of one call, 10,000 calls and 60 seconds, each
// with a note. A tenth of the calls and of the time is kept to confirm each
// finding by one more call.
//
// The options of [Call] make it another call. With [Outbound], it is answered by
// a person, by a machine, and by nobody. Requests that fail are not repeated,
// unless [Retries] says so.
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

// Clean fails the test if there are findings that are errors or warnings. It
// logs those that are notes.
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

// Findings returns what was found, the most serious first: a line for each, as
// "severity: place, move: text (rule)".
func (m *Map) Findings() []string {
	lines := make([]string, len(m.m.Findings))
	for i, f := range m.m.Findings {
		lines[i] = f.String()
	}
	return lines
}

// Golden compares the [Map.String] with a file, such as "testdata/map.txt"; see
// [Phone.Golden]. So each change of what callers can do is seen in a review.
func (m *Map) Golden(file string) {
	m.t.Helper()
	golden(m.t, m.fail, "the map", file, m.String())
}

func (m *Map) fail(format string, args ...any) {
	m.t.Helper()
	m.t.Fatalf("voxtest: "+format, args...)
}

// Reaches fails the test if one of the URLs is requested on no path. A URL
// without a query means any query.
func (m *Map) Reaches(urls ...string) {
	m.t.Helper()
	for _, url := range urls {
		if _, ok := m.m.Reached(url); !ok {
			m.fail("%s is requested on no path", sim.Shown(url))
		}
	}
}

// Within fails the test if one of the URLs is not requested within a time of the
// call, on the shortest way there. Callers do not wait for ever:
//
//	m.Within(30*time.Second, "/voice/dialed")
func (m *Map) Within(d time.Duration, urls ...string) {
	m.t.Helper()
	m.Reaches(urls...)
	for _, url := range urls {
		if after, ok := m.m.Reached(url); ok && after > d {
			m.fail("%s is requested after %v at the soonest, not within %v", sim.Shown(url), after, d)
		}
	}
}

// Scripts writes a small set of calls that makes every move into a directory, as
// scripts of voxphone: call-01.txt and so on. They are regression tests for any
// server that has the same menu. It returns the number of files.
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

// Mermaid returns the map as a picture, a Mermaid flowchart, for a README.
func (m *Map) Mermaid() string { return m.m.Mermaid() }

// Sample gives inputs that [Explore] cannot guess, keys or words, to the
// Gathers with that Output, whose digits at the end do not count, or whose Action
// ends with that name:
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

// Before runs f before each call of [Explore]: to empty a database. [Call]
// ignores it.
func Before(f func()) Option { return Option{func(c *settings) { c.explore.Before = f }} }

// Ignore leaves out what matches x where [Explore] compares texts and documents,
// such as the time. [Call] ignores it.
func Ignore(x *regexp.Regexp) Option {
	return Option{func(c *settings) {
		if x == nil {
			c.err = errors.New("Ignore needs a regular expression")
			return
		}
		c.explore.Ignore = append(c.explore.Ignore, x)
	}}
}

// Skip leaves out a move of [Explore] where skip reports true. It gets the path
// of the URL whose document runs, and the move as the map shows it: a key, words
// in quotes, silence, busy and so on. [Call] ignores it.
func Skip(skip func(url, move string) bool) Option {
	return Option{func(c *settings) {
		c.explore.Skip = func(url string, m explore.Move) bool { return skip(url, m.Label) }
	}}
}

// Routes are URLs that [Explore] must request on some path, such as all routes of
// a mux. [Call] ignores it.
func Routes(urls ...string) Option {
	return Option{func(c *settings) { c.explore.Routes = append(c.explore.Routes, urls...) }}
}

// SlowAnswers makes [Explore] report answers that take more than d, in real
// time. [Call] ignores it.
func SlowAnswers(d time.Duration) Option { return Option{func(c *settings) { c.explore.Slow = d }} }

// Style makes [Explore] report bad style: more than 5 choices, keys that are not
// in order, menus deeper than 3, and prompts of more than 8 seconds. [Call]
// ignores it.
func Style() Option { return Option{func(c *settings) { c.explore.Style = true }} }
