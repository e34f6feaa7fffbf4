package explore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/sim"
)

// String returns the map as text for people and golden files: the places, the
// results of each move, and the findings. It is the same in every run.
func (m *Map) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", m.Method, m.URL)
	writeWays(&b, m.Begins, 0)
	for _, p := range m.Places {
		fmt.Fprintf(&b, "\n[%d] %s%s\n", p.ID, p.Text, quotedTexts(p.Prompts, ": "))
		fmt.Fprintf(&b, "    at %s %s\n", p.Request, p.Path)
		writeWays(&b, p.Ways, p.ID)
	}
	fmt.Fprintf(&b, "\n%s\n", m.summary())
	if len(m.Findings) == 0 {
		b.WriteString("no findings\n")
	}
	for _, f := range m.Findings {
		b.WriteString("\n" + f.String() + "\n")
		for _, line := range f.Lines {
			if !strings.HasPrefix(line, "# ") { // a comment, not input
				line = strings.TrimSpace("> " + line)
			}
			b.WriteString("    " + line + "\n")
		}
		for _, line := range f.Go {
			b.WriteString("    " + line + "\n")
		}
	}
	return b.String()
}

func (m *Map) summary() string {
	s := m.Stats
	text := fmt.Sprintf("%s, %s, %s; %s, %s", count(s.Places, "place"), count(s.States, "state"), count(s.Moves, "move"), count(s.Calls, "call"), count(s.Webhooks, "webhook"))
	if s.Person >= 0 {
		text += "; a person after " + count(s.Person, "move")
	}
	if s.OneID {
		text += "; all calls with one CallSid, because the documents depend on it"
	}
	return text
}

// widestLabel is the maximum width of the column of moves.
const widestLabel = 44

func writeWays(b *strings.Builder, ways []Way, place int) {
	width := 0
	for _, w := range ways {
		if n := utf8.RuneCountInString(Labels(w.Moves)); n <= widestLabel {
			width = max(width, n)
		}
	}
	for _, w := range ways {
		fmt.Fprintf(b, "  %s\n", strings.TrimLeft(fmt.Sprintf("%-*s  %s", width, Labels(w.Moves), w.text(place)), " "))
	}
}

// text describes the results of a move.
func (w Way) text(place int) string {
	var all []string
	for _, result := range w.results() {
		all = append(all, outcomes(result, place))
	}
	return strings.Join(all, " or, with other variables, ")
}

// outcomes describes what happens if a move is repeated.
func outcomes(all []Outcome, place int) string {
	texts := make([]string, len(all))
	for i, o := range all {
		text := quotedTexts(o.Says, "")
		if text != "" {
			text += " "
		}
		switch {
		case o.End != "":
			text += o.End
		case o.Place == place:
			text += "again" + o.times()
		default:
			text += fmt.Sprintf("→ [%d]", o.Place)
		}
		texts[i] = text
	}
	return strings.Join(texts, ", then ")
}

func (o Outcome) times() string {
	switch {
	case o.Forever:
		return " forever"
	case o.Times > 1:
		return fmt.Sprintf(", %d times", o.Times)
	}
	return ""
}

func quotedTexts(all []string, before string) string {
	if len(all) == 0 {
		return ""
	}
	return before + `"` + strings.Join(all, " ") + `"`
}

// Labels returns the labels of moves on one line, keys first.
func Labels(moves []string) string {
	var keys, others []string
	for _, m := range moves {
		if len(m) == 1 {
			keys = append(keys, m)
		} else {
			others = append(others, m)
		}
	}
	if len(keys) > 0 {
		others = append([]string{strings.Join(ranges(keys), " ")}, others...)
	}
	return strings.Join(others, ", ")
}

// ranges abbreviates three or more successive digits to a range.
func ranges(keys []string) (all []string) {
	for i := 0; i < len(keys); {
		j := i + 1
		for j < len(keys) && next(keys[j-1], keys[j]) {
			j++
		}
		if j-i > 2 {
			all = append(all, keys[i]+"–"+keys[j-1])
		} else {
			all = append(all, keys[i:j]...)
		}
		i = j
	}
	return all
}

func next(a, b string) bool {
	m, err := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	return err == nil && err2 == nil && n == m+1
}

// JSON returns the map for programs. Its field version is [Version].
func (m *Map) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", "  ")
	return append(text, '\n'), err
}

// Failed returns why the first document of the call could not be fetched, or
// "".
func (m *Map) Failed() string {
	for _, e := range m.walker.starts {
		if e.step.end != nil && e.step.document == nil && e.step.end.Why == sim.AppFailed {
			return sim.Shown(e.step.end.Text)
		}
	}
	return ""
}
