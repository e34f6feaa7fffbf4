// Package explore walks every path through a phone menu: it makes calls with
// package sim, and does at each place what callers do, until nothing new
// happens. Package voxtest and command voxphone show what it finds.
//
// # How it walks
//
// A state is what the platform knows while a call waits: the document, with
// made-up ids masked, the place in it, the variables, and the person it waits
// for. A [Move] is one thing that a person can do there. The walk is breadth first over whole
// calls: each edge is a new call, in which the way to its state is replayed. So
// the first way to a place is the shortest, and nothing has to be undone in the
// app.
//
// Moves of one state with the same consequences are followed once. Each replay
// is compared with what was seen before. If it differs, the app depends on the
// CallSid, so that all calls get the same one; if it still differs, the app does
// something random, and the map is of no use. Where two ways lead to one state,
// both are followed for a few more moves: if the app then does different
// things, it keeps a state of its own, and there are two states.
//
// # What it makes of it
//
// A [Map] has [Place]s, which are what a person would draw: the states that ask
// the same. The [Finding]s are what callers will suffer, each with the shortest
// call that shows it. Each was seen a second time before it is reported.
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
	// Call is the call to make. Its CallSid is not used. If its Direction is
	// outbound-api, a person answers, or a machine, or nobody.
	Call sim.Config

	// Samples are inputs that nobody can guess, by the name of the Output of a
	// Gather, whose digits at the end do not count, or by the last part of its
	// Action.
	Samples map[string][]string

	// Before, if not nil, runs before each call.
	Before func()

	// Ignore are parts of texts and documents that differ from call to call.
	Ignore []*regexp.Regexp

	// Skip, if not nil, reports whether a move is left out at the URL of a
	// document.
	Skip func(url string, m Move) bool

	// Routes are URLs that must be requested on some path, relative to that of
	// the call.
	Routes []string

	// Slow is how long an answer may take. Zero means any time.
	Slow time.Duration

	// Style turns on the rules of style.
	Style bool

	// MaxStates and MaxMoves bound the states, and the moves of one call. Zero
	// means 2,000 and 20.
	MaxStates, MaxMoves int

	// MaxCalls bounds all calls that are made. Zero means 10,000. A tenth is
	// kept for what follows the walk: findings that cannot be confirmed are
	// left out.
	MaxCalls int

	// MaxTime bounds the real time in which calls begin, of which a tenth is
	// kept, too. Zero means a minute.
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
		cfg.Call.Retries = -1 // an app that fails once is to be reported
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

// A spending is what bounds are compared with, in all walks together.
type spending struct {
	began time.Time
	calls int
}

// An unstable is a replay that differs from what was seen.
type unstable struct {
	at  *edge
	was step
	is  step
}

func (u *unstable) Error() string { return "a replayed call went another way" }

func (u *unstable) finding(w *walker) Finding {
	f := Finding{
		Rule: "random", Severity: Note, Place: u.at.where(),
		Text: fmt.Sprintf("The same moves of a caller lead elsewhere in another call, whether or not its CallSid is the same (%s; then %s), so the app cannot be explored: "+
			"make random choices and the time the same in each call, or mask them with Ignore.", u.was.summary(), u.is.summary()),
	}
	w.show(&f, u.at)
	return f
}

// careful is an App that answers a panic as a server does: not at all.
type careful struct{ app sim.App }

func (c careful) Do(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			resp, err = nil, fmt.Errorf("the handler panicked: %v", v)
		}
	}()
	return c.app.Do(r)
}

// isNotification reports whether an event wants no document.
func isNotification(ev voxhook.Event) bool { return !ev.Kind().WantsDocument() }
