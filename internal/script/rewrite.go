package script

import (
	"os"
	"slices"
	"strings"
)

// A rewrite keeps track of the lines of a call, to put them in place of those
// of a script that differ.
type rewrite struct {
	lines []string // of the call since the last line that was typed
	stale bool     // the lines of the script there differ
	edits []edit
}

// An edit replaces lines of a script.
type edit struct {
	at      int   // where the new ones are inserted
	deletes []int // the old ones
	lines   []string
}

// Rewrite makes the script take over what differs, see [Script.Save]: where the
// lines between two that are typed are not those of the call, they are replaced
// by those. What a person does is not changed, nor are lines that say what is
// meant: those with let and !, and files that are included. These still differ.
func (s *Script) Rewrite() { s.rewrite = &rewrite{} }

func (s *Script) stale() bool { return s.rewrite != nil && s.rewrite.stale }

// rewrites reports whether the lines since the last one that was typed are to be
// replaced, because they differ, and notes it.
func (s *Script) rewrites() bool {
	if s.rewrite == nil || s.differs != nil {
		return false
	}
	for _, st := range s.steps[s.turn:s.turnEnd()] {
		if st.sets != "" || st.kind == absent || st.file != s.Name {
			return false
		}
	}
	s.rewrite.stale = true
	return true
}

// turnEnd returns the index of the next step that is typed.
func (s *Script) turnEnd() int {
	i := s.turn
	for i < len(s.steps) && s.steps[i].kind != typed {
		i++
	}
	return i
}

// flush replaces the lines before the next one that is typed, and returns the
// index of that.
func (s *Script) flush() int {
	end := s.turnEnd()
	e := edit{}
	switch {
	case end > s.turn:
		e.at = s.steps[s.turn].at
	case s.turn > 0:
		e.at = s.steps[s.turn-1].at + 1
	default:
		e.at = s.steps[end].at
	}
	for _, st := range s.steps[s.turn:end] {
		e.deletes = append(e.deletes, st.at)
	}
	for _, line := range s.rewrite.lines {
		e.lines = append(e.lines, written(line))
	}
	if end < len(s.steps) && s.steps[end].text == "/hangup" {
		e.lines = append(e.lines, "...") // the caller hangs up when the app waits
	}
	s.rewrite.edits = append(s.rewrite.edits, e)
	s.rewrite.stale = false
	s.next = end
	return end
}

// Save writes the script to its file, if Rewrite has changed it and nothing
// differs any more. Only the lines that differed change.
func (s *Script) Save() error {
	if s.rewrite == nil || len(s.rewrite.edits) == 0 || s.differs != nil {
		return nil
	}
	var out []string
	for i := 0; i <= len(s.lines); i++ {
		deleted := false
		for _, e := range s.rewrite.edits {
			if e.at == i {
				out = append(out, e.lines...)
			}
			deleted = deleted || slices.Contains(e.deletes, i)
		}
		if i < len(s.lines) && !deleted {
			out = append(out, s.lines[i])
		}
	}
	return os.WriteFile(s.Name, []byte(strings.Join(out, "\n")+"\n"), 0o644)
}
