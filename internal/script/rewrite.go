package script

import (
	"os"
	"slices"
	"strings"
)

// A rewrite collects lines of a call that replace lines of a script.
type rewrite struct {
	lines []string // the lines of the call since the last typed line
	stale bool     // these lines of the script differ
	edits []edit
}

// An edit replaces lines of a script.
type edit struct {
	at      int      // the index at which the new lines are inserted
	deletes []int    // the indexes of the old lines
	lines   []string // the new lines
}

// Rewrite makes the script adopt the lines of the call; see [Script.Save]. If
// lines between two typed lines differ from the call, all of them are replaced.
// Typed lines, lines with let and !, and included files are never changed. If
// they differ, the script still differs.
func (s *Script) Rewrite() { s.rewrite = &rewrite{} }

func (s *Script) stale() bool { return s.rewrite != nil && s.rewrite.stale }

// rewrites marks the lines since the last typed line for replacement. It
// returns false if they must not be replaced.
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

// turnEnd returns the index of the next typed step.
func (s *Script) turnEnd() int {
	i := s.turn
	for i < len(s.steps) && s.steps[i].kind != typed {
		i++
	}
	return i
}

// flush replaces the lines before the next typed step and returns the index of
// that step.
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

// Save writes the script to its file if Rewrite has changed it and it no longer
// differs. Only lines that differed change.
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
