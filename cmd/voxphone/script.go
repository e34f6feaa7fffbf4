package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// A script plays the person of a call, and compares the call with what it
// expects. The package documentation has the format.
type script struct {
	name     string
	args     []string // of the line that begins with $
	argsLine int
	steps    []step
	next     int         // of the steps
	differs  *difference // the first one, or nil
}

// A step is a line of a script that means something.
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

// A difference is where a call goes another way than a script.
type difference struct {
	script    string
	line      int
	want, got string
}

func (d *difference) String() string {
	return sim.Printable(fmt.Sprintf("%s:%d: the call goes another way", d.script, d.line)) +
		"\n  want: " + sim.Printable(d.want) + "\n  got:  " + sim.Printable(d.got) + "\n"
}

// readScript reads a script from a file.
func readScript(name string) (*script, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the script cannot be read: %w", err)
	}
	return parseScript(name, string(text))
}

// shownTime is what stands before a line of a session that was copied.
var shownTime = regexp.MustCompile(`^\d+:\d\d\.\d +`)

func parseScript(name, text string) (*script, error) {
	s := &script{name: name}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		number++
		line = strings.TrimSpace(line)
		line = line[len(shownTime.FindString(line)):]
		st := step{number: number, text: line}
		switch {
		case strings.HasSuffix(line, pressedHere):
			return nil, fmt.Errorf("%s:%d: keys were left out here: put those of a test number in place of the comment", name, number)
		case line == "" || line[0] == '#':
			continue
		case strings.HasPrefix(line, "voxphone "):
			return nil, fmt.Errorf("%s:%d: the line lacks a $ before it", name, number)
		case line[0] == '$':
			if s.args != nil || len(s.steps) > 0 {
				return nil, fmt.Errorf("%s:%d: a line that begins with $ is the first of a script", name, number)
			}
			words, err := splitWords(line[1:])
			if err != nil || len(words) == 0 || words[0] != "voxphone" {
				return nil, fmt.Errorf(`%s:%d: want "$ voxphone", with flags and a URL; values with spaces are in double quotes`, name, number)
			}
			s.args, s.argsLine = words[1:], number
			continue
		case line[0] == '>':
			st.kind, st.text = typed, strings.TrimSpace(line[1:])
		case line == "...":
			st.kind = anything
		}
		s.steps = append(s.steps, st)
	}
	if len(s.steps) == 0 {
		return nil, fmt.Errorf("%s: the script has no steps", name)
	}
	return s, nil
}

// peek returns the index of the next step that is not anything, and whether
// there is anything before it.
func (s *script) peek() (i int, skips bool) {
	i = s.next
	for i < len(s.steps) && s.steps[i].kind == anything {
		i++
	}
	return i, i > s.next
}

// line compares a line of the call.
func (s *script) line(text string) {
	i, skips := s.peek()
	switch {
	case s.differs != nil || i == len(s.steps): // the rest does not matter
	case s.steps[i].kind == expected && like(s.steps[i].text, text):
		s.next = i + 1
	case !skips:
		s.differ(i, text)
	}
}

// over tells whether there is nothing left to compare.
func (s *script) over() bool { return s.differs != nil || s.next == len(s.steps) }

// hangsUp tells whether the script lets the person hang up now, although
// nobody asks.
func (s *script) hangsUp() bool {
	if st := s.steps[s.next]; st.kind != typed || st.text != "/hangup" {
		return false
	}
	s.next++
	return true
}

// types returns what the person types when asked, or false if that is nothing
// any more. Waiting says what for.
func (s *script) types(waiting string) (line string, ok bool) {
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

// refused is told that what was typed last does not fit.
func (s *script) refused(err error) { s.differ(s.next-1, counted(err.Error())) }

// end is told that the call is over, and how it ended.
func (s *script) end(how string) {
	if i, _ := s.peek(); s.differs == nil && i < len(s.steps) {
		s.differ(i, "nothing more: the call is over, "+how)
	}
}

func (s *script) differ(i int, got string) {
	want := s.steps[i].text
	if s.steps[i].kind == typed {
		want = strings.TrimSpace("> " + counted(want))
	}
	s.differs = &difference{script: s.name, line: s.steps[i].number, want: want, got: got}
}

// escaped returns the pattern that only this line is like.
func escaped(line string) string { return strings.ReplaceAll(line, "...", `\...`) }

// literals splits a pattern at each ... that is not escaped.
func literals(pattern string) []string {
	all := strings.Split(pattern, "...")
	parts := []string{all[0]}
	for _, part := range all[1:] {
		last := &parts[len(parts)-1]
		if before, ok := strings.CutSuffix(*last, `\`); ok {
			*last = before + "..." + part
		} else {
			parts = append(parts, part)
		}
	}
	return parts
}

// like compares a line with a pattern, in which ... stands for any text, and
// \... for three dots.
func like(pattern, line string) bool {
	parts := literals(pattern)
	first, rest := parts[0], parts[1:]
	if len(rest) == 0 {
		return first == line
	}
	line, ok := strings.CutPrefix(line, first)
	for _, part := range rest[:len(rest)-1] {
		var found bool
		_, line, found = strings.Cut(line, part)
		ok = ok && found
	}
	return ok && strings.HasSuffix(line, rest[len(rest)-1])
}

// splitWords splits a line at spaces. What is in double quotes is a string of
// Go, spaces and all.
func splitWords(line string) ([]string, error) {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " \t") {
		var word strings.Builder
		for line != "" && line[0] != ' ' && line[0] != '\t' {
			if line[0] != '"' {
				word.WriteByte(line[0])
				line = line[1:]
				continue
			}
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, errors.New("a double quote has no counterpart")
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, err
			}
			word.WriteString(text)
			line = line[len(quoted):]
		}
		words = append(words, word.String())
	}
	return words, nil
}

// quoteWord writes a word so that splitWords reads it.
func quoteWord(word string) string {
	if word == "" || strings.ContainsAny(word, "\" \t") || sim.Printable(word) != word {
		return strconv.Quote(word)
	}
	return word
}

// pressedHere is how a comment ends that stands for keys.
const pressedHere = " were pressed here; put those of a test number in their place"

// A tape takes a call down as a script.
type tape struct {
	text   strings.Builder
	hungUp bool // by what was typed last
}

// command begins with the call that is made.
func (t *tape) command(o *options) {
	t.text.WriteString("$ voxphone")
	for _, arg := range o.args() {
		t.text.WriteString(" " + quoteWord(arg))
	}
	t.text.WriteString("\n")
}

// line takes down a line of the call.
func (t *tape) line(text string) { t.write(escaped(text)) }

// input takes down what was typed.
func (t *tape) input(text string) {
	if sim.Printable(text) != text {
		t.comment("what was typed here cannot be written down")
		return
	}
	t.write(strings.TrimSpace("> " + text))
	t.hungUp = command(text) == "/speak" && strings.HasSuffix(text, " /hangup")
}

// hangUp takes down that the caller hangs up, if nothing that was typed says so:
// at once, or when the call waits for somebody.
func (t *tape) hangUp(waited bool) {
	if t.hungUp {
		return
	}
	if waited {
		t.write("...")
	}
	t.input("/hangup")
}

func (t *tape) comment(text string) { t.write("# " + text) }
func (t *tape) write(line string)   { t.text.WriteString(line + "\n") }

// save writes the script to a file, whole or not at all. Only its owner can
// read it.
func (t *tape) save(name string) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(t.text.String())
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
