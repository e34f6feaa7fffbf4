// Package script reads, writes and plays the scripts of voxphone: calls in text
// files. The documentation of command voxphone describes their format.
//
// A [Script] is a person who calls, and compares the call with its lines. A
// [Run] plays it, or lets somebody type. A [Tape] writes a call down as a
// script. [Do] does what a typed line means. A [Setup] is the call that the
// first line describes.
package script

import (
	"fmt"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Script plays the person in a call, and compares the call with what it
// expects.
type Script struct {
	// Name is the name of the file.
	Name string

	// Args are the arguments of voxphone in the line that begins with $.
	Args []string

	// ArgsLine is the number of that line. It is 0 if there is none.
	ArgsLine int

	lines []string // of the file, as they are
	steps []step
	next  int // of the steps
	turn  int // the first step after the last line that was typed
	over  bool

	values  map[string][]string // of the variables
	differs *Difference

	rewrite *rewrite // nil unless the script is to be rewritten
}

// A Difference is where a call goes another way than a script.
type Difference struct {
	Script string // the name of the file
	Line   int    // of the file
	Want   string // what the line says
	Got    string // what happened in the call
	Change string // what to change
}

// String returns the difference in four lines.
func (d *Difference) String() string {
	return sim.Shown(fmt.Sprintf("%s:%d: the call goes another way", d.Script, d.Line)) +
		"\n  want: " + sim.Shown(d.Want) + "\n  got:  " + sim.Shown(d.Got) + "\n  " + sim.Shown(d.Change) + "\n"
}

// What to change.
const (
	deleteLine = "if the app is right, delete this line"
	typeBefore = "if the app is right, delete this line, or type something before it"
	typeOther  = "type what fits, or delete this line"
)

// Line compares a line of the call. The part that is spoken, if any, is that
// between the quotes.
func (s *Script) Line(text, spoken string) {
	if s.differs != nil || s.over {
		return
	}
	if s.rewrite != nil {
		s.rewrite.lines = append(s.rewrite.lines, text)
		if s.rewrite.stale {
			return
		}
	}
	if i := s.forbids(text, spoken); i >= 0 {
		s.fail(i, text, deleteLine)
		return
	}
	skips := false
	for i := s.next; i < len(s.steps); i++ {
		st := &s.steps[i]
		skips = skips || st.kind == anything
		if (st.kind == expected || st.kind == optional) && st.matches(text, spoken, s.values) {
			s.next = i + 1
			return
		}
		if st.required() {
			if !skips {
				s.other(i, text)
			}
			return
		}
	}
}

// other reports that a line of the call is not like a step.
func (s *Script) other(i int, got string) {
	change := "if the app is right, write: " + written(got)
	if s.steps[i].kind == typed {
		change = "if the app is right, write before this line: " + written(got)
	}
	s.differ(i, got, change)
}

// written returns a line of the call as a script has it.
func written(line string) string { return withoutCards(escaped(line)) }

// forbids returns the step that forbids a line of the call, or -1. A step with !
// counts from its place to the next line that is typed.
func (s *Script) forbids(text, spoken string) int {
	for i := s.turn; i < len(s.steps); i++ {
		st := &s.steps[i]
		if i >= s.next && st.required() {
			break
		}
		if st.kind == absent && st.matches(text, spoken, s.values) {
			return i
		}
	}
	return -1
}

// peek returns the index of the next step that the call has to take.
func (s *Script) peek() int {
	i := s.next
	for i < len(s.steps) && !s.steps[i].required() {
		i++
	}
	return i
}

// Over reports whether there is nothing left to compare.
func (s *Script) Over() bool {
	return s.differs != nil || s.over || s.next == len(s.steps) && !s.stale()
}

// HangsUp reports whether the person hangs up now, although the call does not
// wait for anybody.
func (s *Script) HangsUp() bool {
	i := s.next
	for i < len(s.steps) && s.steps[i].kind == absent {
		i++
	}
	if i == len(s.steps) || s.steps[i].kind != typed || s.steps[i].text != "/hangup" || s.stale() {
		return false
	}
	s.typedStep(i)
	return true
}

// Types returns what the person types when the call waits for somebody, or
// false if the script has no more. Waiting says what the call waits for.
func (s *Script) Types(waiting string) (line string, ok bool) {
	i := s.peek()
	if i < len(s.steps) && s.steps[i].kind != typed {
		s.differ(i, "nothing until somebody acts: "+waiting, typeBefore)
	}
	if s.stale() {
		i = s.flush()
	}
	switch {
	case s.differs != nil:
		return "", false
	case i == len(s.steps):
		s.next, s.over = i, true
		return "", false
	}
	s.typedStep(i)
	line, err := expand(s.steps[i].text, s.values, func(value string) string { return value })
	if err != nil {
		s.Refuse(err)
		return "", false
	}
	return line, true
}

// typedStep notes that a line is typed.
func (s *Script) typedStep(i int) {
	s.next, s.turn = i+1, i+1
	if s.rewrite != nil {
		s.rewrite.lines = nil
	}
}

// Refuse reports that the line of the last Types does not fit the call.
func (s *Script) Refuse(err error) { s.fail(s.next-1, counted(err.Error()), typeOther) }

// End reports that the call is over, and how it ended.
func (s *Script) End(how string) {
	if s.differs != nil || s.over {
		return
	}
	i := s.peek()
	got := "nothing more: the call is over, " + how
	if i < len(s.steps) && s.steps[i].kind == expected {
		s.differ(i, got, deleteLine)
	}
	if s.stale() {
		i = s.flush()
	}
	if i < len(s.steps) {
		s.fail(i, got, deleteLine)
	}
}

// Differs returns the first difference, or nil if there is none.
func (s *Script) Differs() *Difference { return s.differs }

// ExpectsEnd reports whether the script says how the call ends.
func (s *Script) ExpectsEnd() bool {
	last := s.steps[len(s.steps)-1]
	return last.kind == expected && strings.HasPrefix(last.text, "ended: ")
}

// differ reports a difference that Rewrite can do away with.
func (s *Script) differ(i int, got, change string) {
	if !s.rewrites() {
		s.fail(i, got, change)
	}
}

// fail reports a difference, if it is the first.
func (s *Script) fail(i int, got, change string) {
	if s.differs != nil {
		return
	}
	st := &s.steps[i]
	want := st.source
	if st.kind == typed {
		want = strings.TrimSpace("> " + counted(st.text))
	}
	s.differs = &Difference{Script: st.file, Line: st.number, Want: want, Got: got, Change: change}
}
