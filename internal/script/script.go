// Package script reads, writes and plays the scripts of voxphone: calls in text
// files. The documentation of command voxphone describes their format.
//
// A [Script] plays a caller and compares the call with its lines. A [Run] plays
// a script, or lets a person type. A [Tape] records a call as a script. [Do]
// makes a typed line happen. A [Setup] is the call that the first line of a
// script describes.
package script

import (
	"fmt"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Script plays the caller and compares the call with its lines.
type Script struct {
	// Name is the name of the file.
	Name string

	// Args are the arguments of voxphone in the line that begins with $.
	Args []string

	// ArgsLine is the number of that line. It is 0 if the script has none.
	ArgsLine int

	lines []string // the lines of the file
	steps []step
	next  int  // the index of the next step
	turn  int  // the index of the step after the last typed one
	over  bool // the script has ended

	values  map[string][]string // the matches of variables
	differs *Difference         // the first difference, or nil

	rewrite *rewrite // nil if the script is not rewritten
}

// A Difference is a place where a call differs from a script.
type Difference struct {
	Script string // the name of the file
	Line   int    // the number of the line in the file
	Want   string // the line
	Got    string // what happened in the call
	Change string // advice
}

// String returns the difference in four lines.
func (d *Difference) String() string {
	return sim.Shown(fmt.Sprintf("%s:%d: the call differs from the script", d.Script, d.Line)) +
		"\n  want: " + sim.Shown(d.Want) + "\n  got:  " + sim.Shown(d.Got) + "\n  " + sim.Shown(d.Change) + "\n"
}

// The advice of a Difference.
const (
	deleteLine = "if the app is right, delete this line"
	typeBefore = "if the app is right, delete this line, or type something before it"
	typeOther  = "type something that fits, or delete this line"
)

// Line compares a line of the call. The argument spoken is the part between
// quotes that is spoken, or "".
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

// other reports that a line of the call does not match a step.
func (s *Script) other(i int, got string) {
	change := "if the app is right, write: " + written(got)
	if s.steps[i].kind == typed {
		change = "if the app is right, write before this line: " + written(got)
	}
	s.differ(i, got, change)
}

// written returns a line of the call in the form of a script.
func written(line string) string { return withoutCards(escaped(line)) }

// forbids returns the index of the step that forbids a line of the call, or -1.
// A step with ! applies from its place to the next typed line.
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

// peek returns the index of the next required step.
func (s *Script) peek() int {
	i := s.next
	for i < len(s.steps) && !s.steps[i].required() {
		i++
	}
	return i
}

// Over reports whether nothing is left to compare.
func (s *Script) Over() bool {
	return s.differs != nil || s.over || s.next == len(s.steps) && !s.stale()
}

// HangsUp reports whether the caller hangs up now, although the call does not
// wait for anyone.
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

// Types returns the line that is typed when the call waits for someone, or
// false if the script has no more lines. The argument waiting says what the
// call waits for.
func (s *Script) Types(waiting string) (line string, ok bool) {
	i := s.peek()
	if i < len(s.steps) && s.steps[i].kind != typed {
		s.differ(i, "nothing until someone acts: "+waiting, typeBefore)
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

// typedStep moves past a typed step.
func (s *Script) typedStep(i int) {
	s.next, s.turn = i+1, i+1
	if s.rewrite != nil {
		s.rewrite.lines = nil
	}
}

// Refuse records that the line from the last Types does not fit the call.
func (s *Script) Refuse(err error) { s.fail(s.next-1, counted(err.Error()), typeOther) }

// End records that the call is over. The argument how says how it ended.
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

// differ records a difference, unless rewriting resolves it.
func (s *Script) differ(i int, got, change string) {
	if !s.rewrites() {
		s.fail(i, got, change)
	}
}

// fail records a difference if it is the first.
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
