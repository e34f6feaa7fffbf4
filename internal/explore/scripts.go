package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/internal/sim"
)

// ours are the names of files that Scripts has written before.
var ours = regexp.MustCompile(`^call-[0-9]{2,}\.txt$`)

// Scripts writes a small set of calls that makes every move as scripts of
// voxphone, into a directory: call-01.txt and so on. Moves that voxphone cannot
// make are left out. It returns the number of files. Files of such names from
// before are removed. Args are the arguments of voxphone that make the
// call.
func (m *Map) Scripts(dir string, args ...string) (n int, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	old, err := filepath.Glob(filepath.Join(dir, "call-[0-9][0-9]*.txt"))
	if err != nil {
		return 0, err
	}
	for _, name := range old {
		if !ours.MatchString(filepath.Base(name)) {
			continue
		}
		if err := os.Remove(name); err != nil {
			return 0, err
		}
	}
	for _, e := range m.walker.tour() {
		if !slices.ContainsFunc(e.path(), (*edge).unwritten) {
			tape, err := m.walker.record(e, args)
			if err != nil {
				return n, err
			}
			n++
			if err := tape.Save(filepath.Join(dir, fmt.Sprintf("call-%02d.txt", n))); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// unwritten reports whether voxphone cannot make a move.
func (e *edge) unwritten() bool {
	return e.move.Class == Unclear || e.from == nil && e.move.Label != ""
}

// A recording writes a call down as voxphone does.
type recording struct {
	call  *sim.Call
	tape  *script.Tape
	shown int
	ended bool // by a line that hangs up
}

// record makes the call of an edge once more, by what would be typed.
func (w *walker) record(e *edge, args []string) (*script.Tape, error) {
	r, _, err := w.start(e.path()[0].move)
	if err != nil {
		return nil, err
	}
	rec := &recording{call: r.call, tape: &script.Tape{}}
	x := r.call.Log()[0].Exchange
	rec.tape.Command(append([]string{"-sid", x.Event.Webhook().CallSid}, args...))
	rec.goOn()
	for _, e := range e.path()[1:] {
		for _, line := range e.lines() {
			if err := rec.types(line); err != nil {
				return nil, &unstable{at: e, was: e.step}
			}
		}
	}
	if r.call.End() == nil {
		return rec.tape, rec.types("/hangup")
	}
	return rec.tape, nil
}

// types does what a line means.
func (r *recording) types(line string) error {
	wait := r.call.Waiting()
	r.ended = line == "/hangup"
	if err := script.Do(r.call, line); err != nil {
		return err
	}
	if !r.ended {
		r.tape.Input(wait, line)
	}
	r.goOn()
	return nil
}

// goOn writes down what happens until somebody has to do something.
func (r *recording) goOn() {
	r.show()
	for r.call.Step() || r.call.TimeOut() {
		r.show()
	}
	r.show()
}

func (r *recording) show() {
	for ; r.shown < len(r.call.Log()); r.shown++ {
		e := r.call.Log()[r.shown]
		switch {
		case e.Kind == sim.Requested:
			for _, f := range e.Exchange.Findings() {
				r.line("check: " + f.String())
			}
		case sim.Pressed <= e.Kind && e.Kind <= sim.Waited && e.Kind != sim.Mumbled: // what was typed
		default:
			if e.Kind == sim.Ended && r.call.End().Why == sim.CallerHungUp {
				r.tape.HangUp(true)
			}
			r.line(e.String())
		}
	}
}

func (r *recording) line(text string) {
	r.tape.Line(r.call.Stable(strings.TrimSpace(sim.Shown(text))))
}

// Reached returns how soon in a call a URL is requested, on the shortest way. A
// URL without a query means any query.
func (m *Map) Reached(url string) (after time.Duration, ok bool) {
	w := m.walker
	if len(w.starts) == 0 {
		return 0, false
	}
	x := w.starts[0].step.exchanges()
	if len(x) == 0 {
		return 0, false
	}
	return w.reached(x[0], url)
}
