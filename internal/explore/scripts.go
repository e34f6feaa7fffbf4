package explore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/internal/sim"
)

// ours matches the names of files that Scripts writes.
var ours = regexp.MustCompile(`^call-[0-9]{2,}\.txt$`)

// Scripts writes scripts of voxphone to a directory: call-01.txt and so on.
// They are a small set of calls that together make every move that voxphone can
// make. Earlier files with such names are removed. The arguments args are those
// of voxphone that make the call. Scripts returns the number of files.
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

// unwritten reports whether voxphone cannot make the move of an edge.
func (e *edge) unwritten() bool {
	return e.move.Class == Unclear || e.from == nil && e.move.Label != ""
}

// A dictation is a person who types prepared lines.
type dictation struct {
	script.Nobody
	lines   []string
	refused error
}

// Ask returns the next line, and hangs up after the last.
func (d *dictation) Ask(context.Context, sim.Wait) (line string, ok bool) {
	if len(d.lines) == 0 || d.refused != nil {
		return "", false
	}
	line, d.lines = d.lines[0], d.lines[1:]
	return line, true
}

// Refused records that a line was refused.
func (d *dictation) Refused(err error) { d.refused = err }

// record repeats the call of an edge with typed lines.
func (w *walker) record(e *edge, args []string) (*script.Tape, error) {
	r, _, err := w.start(e.path()[0].move)
	if err != nil {
		return nil, err
	}
	d := &dictation{}
	for _, e := range e.path()[1:] {
		d.lines = append(d.lines, e.lines()...)
	}
	run := &script.Run{Call: r.call, Person: d, Tape: &script.Tape{}}
	run.Tape.Command(append([]string{"-sid", r.call.Log()[0].Exchange.Event.Webhook().CallSid}, args...))
	run.Play(w.cfg.Call.Context)
	if d.refused != nil || len(d.lines) > 0 {
		return nil, &unstable{at: e, was: e.step}
	}
	return run.Tape, nil
}
