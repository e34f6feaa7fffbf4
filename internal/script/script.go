// Package script reads, writes and plays the scripts of voxphone: calls in text
// files. The documentation of command voxphone describes their format.
//
// A [Script] stands in for the person who types, and compares the call with its
// lines. A [Tape] writes a call down as a script. [Do] does what a line means
// that somebody types.
package script

import (
	"errors"
	"fmt"
	"os"
	"regexp"
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

	steps   []step
	next    int // of the steps
	differs *Difference
}

// A step is a line of a script that is neither empty nor a comment.
type step struct {
	number int // of the line
	kind   stepKind
	text   string
}

type stepKind int

const (
	expected stepKind = iota // a line of the call
	typed                    // what the person types
	anything                 // any number of lines
)

// A Difference is where a call goes another way than a script.
type Difference struct {
	Script string // the name of the script
	Line   int    // of the script
	Want   string // what the line says
	Got    string // what happened in the call
}

// String returns the difference in three lines.
func (d *Difference) String() string {
	return sim.Shown(fmt.Sprintf("%s:%d: the call goes another way", d.Script, d.Line)) +
		"\n  want: " + sim.Shown(d.Want) + "\n  got:  " + sim.Shown(d.Got) + "\n"
}

// Read reads a script from a file.
func Read(name string) (*Script, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the script cannot be read: %w", err)
	}
	return Parse(name, string(text))
}

// shownTime matches the time before a line of a session that was copied.
var shownTime = regexp.MustCompile(`^\d+:\d\d\.\d +`)

// Parse reads the text of a script. The name is for messages.
func Parse(name, text string) (*Script, error) {
	s := &Script{Name: name}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		number++
		line = strings.TrimSpace(line)
		if err := s.add(number, line[len(shownTime.FindString(line)):]); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	if len(s.steps) == 0 {
		return nil, fmt.Errorf("%s: the script has no steps", name)
	}
	return s, nil
}

// add adds a line.
func (s *Script) add(number int, line string) error {
	st := step{number: number, text: line}
	switch {
	case strings.HasSuffix(line, pressedHere), strings.HasSuffix(line, saidHere):
		return errors.New("keys were left out here: put those of a test number in place of the comment")
	case line == "" || line[0] == '#':
		return nil
	case strings.HasPrefix(line, "voxphone "):
		return errors.New("the line lacks a $ before it")
	case line[0] == '$':
		return s.command(number, line[1:])
	case line[0] == '>':
		st.kind, st.text = typed, strings.TrimSpace(line[1:])
	case line == "...":
		st.kind = anything
	}
	s.steps = append(s.steps, st)
	return nil
}

// command reads the line that begins with $.
func (s *Script) command(number int, line string) error {
	if s.ArgsLine > 0 || len(s.steps) > 0 {
		return errors.New("a line that begins with $ is the first of a script")
	}
	words, err := SplitWords(line)
	if err != nil || len(words) == 0 || words[0] != "voxphone" {
		return errors.New(`want "$ voxphone", with flags and a URL; values with spaces are in double quotes`)
	}
	s.Args, s.ArgsLine = words[1:], number
	return nil
}

// peek returns the index of the next step that is not anything, and whether
// there is anything before it.
func (s *Script) peek() (i int, skips bool) {
	i = s.next
	for i < len(s.steps) && s.steps[i].kind == anything {
		i++
	}
	return i, i > s.next
}

// Line compares a line of the call.
func (s *Script) Line(text string) {
	i, skips := s.peek()
	switch {
	case s.differs != nil || i == len(s.steps): // the rest does not matter
	case s.steps[i].kind == expected && like(s.steps[i].text, text):
		s.next = i + 1
	case !skips:
		s.differ(i, text)
	}
}

// Over reports whether there is nothing left to compare.
func (s *Script) Over() bool { return s.differs != nil || s.next == len(s.steps) }

// HangsUp reports whether the person hangs up now, although the call does not
// wait for anybody.
func (s *Script) HangsUp() bool {
	if st := s.steps[s.next]; st.kind != typed || st.text != "/hangup" {
		return false
	}
	s.next++
	return true
}

// Types returns what the person types when the call waits for somebody, or
// false if the script has no more. Waiting says what the call waits for.
func (s *Script) Types(waiting string) (line string, ok bool) {
	i, _ := s.peek()
	switch {
	case i == len(s.steps):
		return "", false
	case s.steps[i].kind != typed:
		s.differ(i, "nothing until somebody acts: "+waiting)
		return "", false
	}
	s.next = i + 1
	return s.steps[i].text, true
}

// Refuse reports that the line of the last Types does not fit the call.
func (s *Script) Refuse(err error) { s.differ(s.next-1, counted(err.Error())) }

// End reports that the call is over, and how it ended.
func (s *Script) End(how string) {
	if i, _ := s.peek(); s.differs == nil && i < len(s.steps) {
		s.differ(i, "nothing more: the call is over, "+how)
	}
}

// Differs returns the first difference, or nil if there is none.
func (s *Script) Differs() *Difference { return s.differs }

func (s *Script) differ(i int, got string) {
	want := s.steps[i].text
	if s.steps[i].kind == typed {
		want = strings.TrimSpace("> " + counted(want))
	}
	s.differs = &Difference{Script: s.Name, Line: s.steps[i].number, Want: want, Got: got}
}
