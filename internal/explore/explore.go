// Package explore walks every path through a phone menu. It makes calls with
// package sim and tries at each place what callers do, until nothing new
// happens. Package voxtest and command voxphone show the results.
//
// # How it walks
//
// A state is what the platform knows while a call waits: the document, without
// generated ids and tokens, the current verb, the variables, and the person
// that the call waits for. A [Move] is one thing that this person can do. The walk
// is breadth first over whole calls: to try a move, it makes a new call,
// repeats the moves that lead to the state, and then makes the new move. So the
// first path to a place is the shortest, and nothing has to be undone in the
// app.
//
// If several moves of one state have the same consequences, only the first is
// followed. Each time a move is repeated, its result is compared with the first
// result. If they differ, the app depends on the CallSid, so the walk starts
// over with one CallSid for all calls. If they still differ, the app's answers
// are random, and the map is of no use. If two paths lead to one state, both
// are followed for a few more moves. If the app then behaves differently, it
// keeps its own state, and the state is split in two.
//
// # Results
//
// A [Map] shows places and what leads from one to another. A [Place] combines
// the states that ask for the same input, as a person would draw them. A
// [Finding] is a problem for callers, with the shortest call that shows it.
// Each finding is confirmed by another call before it is reported.
package explore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

// A Config says what to explore, and how far.
type Config struct {
	// Call is the call to make. Its CallSid is ignored. If its Direction is
	// outbound-api, the walk also covers calls that a machine answers, and
	// calls that no one answers.
	Call sim.Config

	// Samples are inputs that cannot be guessed. The key is the Output of a
	// Gather, with or without digits at its end, or the last part of the
	// Gather's Action.
	Samples map[string][]string

	// Before, if not nil, runs before each call.
	Before func()

	// Ignore matches parts of texts, documents and URLs that differ from call
	// to call. UUIDs and the tokens of package voxauth are always ignored.
	Ignore []*regexp.Regexp

	// Skip, if not nil, reports whether to leave out a move at a document with
	// this URL path.
	Skip func(url string, m Move) bool

	// Routes are URLs that at least one path must request, relative to the URL
	// of the call.
	Routes []string

	// Slow is the longest time that an answer may take. Zero means any time.
	Slow time.Duration

	// Style turns on the rules of style.
	Style bool

	// MaxStates limits the states, and MaxMoves the moves of one call. Zero
	// means 2,000 and 20.
	MaxStates, MaxMoves int

	// MaxCalls limits the calls. Zero means 10,000. A tenth is reserved for
	// work after the walk, such as confirming findings: a finding that cannot
	// be confirmed is not reported.
	MaxCalls int

	// MaxTime limits the real time in which calls begin. Zero means one minute.
	// A tenth is reserved, as for MaxCalls.
	MaxTime time.Duration
}

func (cfg *Config) complete() {
	if cfg.MaxStates == 0 {
		cfg.MaxStates = 2000
	}
	if cfg.MaxMoves == 0 {
		cfg.MaxMoves = 20
	}
	if cfg.MaxCalls == 0 {
		cfg.MaxCalls = 10_000
	}
	if cfg.MaxTime == 0 {
		cfg.MaxTime = time.Minute
	}
	if cfg.Call.Context == nil {
		cfg.Call.Context = context.Background()
	}
	if cfg.Call.Retries == 0 {
		cfg.Call.Retries = -1 // an app that fails once must be reported
	}
	cfg.Call.App = careful{sim.WithoutRedirects(cfg.Call.App)}
}

// Explore walks an app. It returns an error if the call cannot be made, or if
// the Context of the call is done.
func Explore(cfg Config) (*Map, error) {
	cfg.complete()
	spent := &spending{began: time.Now()}
	for _, fresh := range []bool{true, false} {
		w := newWalker(cfg, fresh, spent)
		err := w.walk()
		var other *unstable
		switch {
		case errors.As(err, &other) && fresh:
			continue
		case errors.As(err, &other):
			m := w.draw()
			m.Findings = []Finding{other.finding(w)}
			return m, nil
		case err != nil:
			return nil, err
		}
		m := w.draw()
		if err := w.find(m); errors.As(err, &other) {
			if fresh {
				continue
			}
			m.Findings = []Finding{other.finding(w)}
		} else if err != nil {
			return nil, err
		}
		return m, nil
	}
	panic("not reached")
}

// A spending counts what the limits apply to, over both walks.
type spending struct {
	began time.Time
	calls int
}

// An unstable is the error for a repeated call that differs from the first
// time.
type unstable struct {
	at  *edge
	was step
	is  step
}

func (u *unstable) Error() string {
	return "a repeated call went another way: make the app answer the same in every call"
}

func (u *unstable) finding(w *walker) Finding {
	first, then := w.difference(u.was, u.is)
	f := Finding{
		Rule: "random", Severity: Warning, Place: w.place(u.at.where()),
		Text: fmt.Sprintf("The same moves have different results in two calls with the same CallSid (first %s; then %s), so the app cannot be explored: "+
			"make random choices and times the same in every call, or ignore them, with Ignore in a Go test or with the flag -ignore of voxphone.", first, then),
	}
	w.show(&f, u.at)
	return f
}

// careful is an App that turns a panic into a missing answer, as a server does.
type careful struct{ app sim.App }

func (c careful) Do(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			resp, err = nil, fmt.Errorf("the handler panicked: %v", v)
		}
	}()
	return c.app.Do(r)
}

// isNotification reports whether an event needs no document.
func isNotification(ev voxhook.Event) bool { return !ev.Kind().WantsDocument() }
