package script

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The limits of a script.
const (
	mostSteps    = 100_000 // steps, including those of included files
	mostIncluded = 1000    // included files
)

// Read reads a script from a file.
func Read(name string) (*Script, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the script cannot be read: %w", err)
	}
	return Parse(name, string(text))
}

// Parse reads the text of a script. The argument name is the file name for
// messages; included files are relative to it.
func Parse(name, text string) (*Script, error) {
	r := reader{s: &Script{Name: name, values: map[string][]string{}}, names: map[string]int{}}
	if err := r.read(name, text); err != nil {
		return nil, err
	}
	if len(r.s.steps) == 0 {
		return nil, fmt.Errorf("%s: the script has no steps", name)
	}
	return r.s, nil
}

// A reader reads a script and the files that it includes.
type reader struct {
	s     *Script
	names map[string]int // the variables so far, with their numbers of groups
	files []string       // the files that are being read, the script first

	included int // counts the included files
}

// shownTime matches the time before a line that was copied from a session.
var shownTime = regexp.MustCompile(`^\d+:\d\d\.\d +`)

func (r *reader) read(name, text string) error {
	r.files = append(r.files, filepath.Clean(name))
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		number++
		if len(r.files) == 1 {
			r.s.lines = append(r.s.lines, strings.TrimRight(line, "\r\n"))
		}
		line = strings.TrimSpace(line)
		if line != "" && '0' <= line[0] && line[0] <= '9' {
			line = line[len(shownTime.FindString(line)):]
		}
		if err := r.add(name, number, line); err != nil {
			var inner *locatedError
			if errors.As(err, &inner) {
				return err
			}
			return &locatedError{fmt.Errorf("%s:%d: %w", name, number, err)}
		}
	}
	r.files = r.files[:len(r.files)-1]
	return nil
}

// A locatedError already names its file and line.
type locatedError struct{ error }

// add adds a line.
func (r *reader) add(name string, number int, line string) error {
	switch {
	case strings.HasSuffix(line, pressedHere), strings.HasSuffix(line, saidHere):
		return errors.New("keys were left out here: replace the comment with the keys of a test number")
	case line == "" || line[0] == '#':
		return nil
	case strings.HasPrefix(line, "voxphone "):
		return errors.New("the line must begin with $: write $ voxphone")
	case line[0] == '$':
		return r.command(number, line[1:])
	case strings.HasPrefix(line, "include "):
		return r.include(name, line[len("include "):])
	case len(r.s.steps) == mostSteps:
		return errors.New("the script has too many lines: split it into several scripts")
	}
	st := step{file: name, number: number, at: len(r.s.lines) - 1, source: line}
	if err := st.parse(r.names); err != nil {
		return err
	}
	r.s.steps = append(r.s.steps, st)
	return nil
}

// command reads the line that begins with $.
func (r *reader) command(number int, line string) error {
	switch {
	case len(r.files) > 1:
		return errors.New("an included script must not have a line that begins with $: delete the line")
	case r.s.ArgsLine > 0 || len(r.s.steps) > 0:
		return errors.New("a line that begins with $ must be the first line of the script")
	}
	words, err := SplitWords(line)
	if err != nil || len(words) == 0 || words[0] != "voxphone" {
		return errors.New(`write "$ voxphone", then flags and a URL; put values with spaces in double quotes`)
	}
	r.s.Args, r.s.ArgsLine = words[1:], number
	return nil
}

// include reads the lines of another file, whose name is relative to this one.
func (r *reader) include(from, line string) error {
	words, err := SplitWords(line)
	if err != nil || len(words) != 1 {
		return errors.New("write include and the name of one file; put a name with spaces in double quotes")
	}
	name := words[0]
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(from), name)
	}
	if r.included++; r.included > mostIncluded {
		return errors.New("the script includes too many files: split it into several scripts")
	}
	if slices.Contains(r.files, name) {
		return errors.New("the script includes itself: delete this line")
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("the included script cannot be read: %w", err)
	}
	return r.read(name, string(text))
}
