package script

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A step is a line of a script that is neither empty nor a comment.
type step struct {
	file   string // the name of the file
	number int    // the number of the line
	at     int    // the index in Script.lines of this line, or of its include
	source string // the line

	kind stepKind
	text string // the line without its mark

	heard string         // the regular expression for spoken text, or ""
	re    *regexp.Regexp // heard, compiled, if it has no variables
	sets  string         // the variable that a let sets
}

type stepKind int

const (
	expected stepKind = iota // a line of the call
	typed                    // a line that is typed
	anything                 // any number of lines
	optional                 // a line of the call that may be missing
	absent                   // a line that the call must not have
)

// required reports whether the call must have the step.
func (st *step) required() bool { return st.kind == expected || st.kind == typed }

// parse reads the step from its line. The argument names holds the variables so
// far, with their numbers of groups.
func (st *step) parse(names map[string]int) error {
	line := st.source
	switch {
	case line[0] == '>':
		st.kind, st.text = typed, strings.TrimSpace(line[1:])
		return checkReferences(st.text, names)
	case line == "...":
		st.kind = anything
		return nil
	case line[0] == '?', line[0] == '!':
		st.kind = optional
		if line[0] == '!' {
			st.kind = absent
		}
		if st.text = strings.TrimSpace(line[1:]); st.text == "" || strings.ContainsAny(st.text[:1], "?!>$") || st.text == "..." || strings.HasPrefix(st.text, "let ") {
			return fmt.Errorf(`after %c, write a line of the call, such as: %[1]c hears "..."`, line[0])
		}
	case strings.HasPrefix(line, "let "):
		return st.let(line[len("let "):], names)
	default:
		st.text = line
	}
	if pattern, ok := strings.CutPrefix(st.text, "hears /"); ok {
		if st.heard, ok = strings.CutSuffix(pattern, "/"); !ok {
			return errors.New("the pattern must end with a slash: write hears /pattern/")
		}
		return st.compile(names)
	}
	return checkReferences(st.text, names)
}

var letForm = regexp.MustCompile(`^([A-Za-z_]\w*)\s*=\s*"(.*)"$`)

// let reads the rest of a let: name = "pattern".
func (st *step) let(text string, names map[string]int) error {
	m := letForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return errors.New(`write let name = "pattern", with a name of letters, digits and _`)
	}
	st.text, st.sets, st.heard = st.source, m[1], m[2]
	if err := st.compile(names); err != nil {
		return err
	}
	groups := 0
	if st.re != nil {
		groups = st.re.NumSubexp()
	} else { // the variables in heard add no groups
		plain, _ := expand(st.heard, nil, nil)
		groups = regexp.MustCompile(plain).NumSubexp()
	}
	names[st.sets] = groups
	return nil
}

// compile checks the pattern in heard, and compiles it if it has no variables.
func (st *step) compile(names map[string]int) error {
	if err := checkReferences(st.heard, names); err != nil {
		return err
	}
	plain, err := expand(st.heard, nil, nil)
	if err != nil {
		return err
	}
	re, err := regexp.Compile(plain)
	switch {
	case err != nil:
		return fmt.Errorf("the pattern is invalid: %w", err)
	case !hasReference(st.heard) && re.MatchString(""):
		return errors.New("the pattern matches the empty text: make it match words")
	case !hasReference(st.heard):
		st.re = re
	}
	return nil
}

// matches reports whether a line of the call matches the step. If a let
// matches, it sets its variable.
func (st *step) matches(text, spoken string, values map[string][]string) bool {
	if st.heard == "" {
		if !hasReference(st.text) {
			return like(strings.ReplaceAll(st.text, `\${`, "${"), text)
		}
		pattern, err := expand(st.text, values, dotted)
		return err == nil && like(pattern, text)
	}
	if spoken == "" {
		return false
	}
	re := st.re
	if re == nil {
		pattern, err := expand(st.heard, values, regexp.QuoteMeta)
		if err != nil {
			return false
		}
		if re, err = regexp.Compile(pattern); err != nil {
			return false
		}
	}
	groups := re.FindStringSubmatch(strings.Join(strings.Fields(spoken), " "))
	if groups != nil && st.sets != "" {
		values[st.sets] = groups
	}
	return groups != nil
}
