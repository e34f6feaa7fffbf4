package script

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Tape records a call as a script. It leaves out numbers that may belong to a
// card or an account, except well-known test numbers.
type Tape struct {
	lines  []string
	hungUp bool // the last typed line hangs up
	keys   private
}

// Command begins the script with the arguments that make the call again.
// Secrets in URLs are masked.
func (t *Tape) Command(args []string) {
	line := "$ voxphone"
	for _, arg := range args {
		line += " " + QuoteWord(sim.Shown(arg))
	}
	t.write(line)
}

// Line records a line of the call. Card numbers become "...".
func (t *Tape) Line(text string) { t.write(withoutCards(escaped(text))) }

// Input records a line that was typed while the call waited for w.
func (t *Tape) Input(w sim.Wait, line string) {
	keys := keysOf(w, line)
	switch {
	case keys != "":
		line = keys
		hidden, earlier := t.keys.press(w, keys, len(t.lines))
		for _, part := range earlier {
			t.lines[part.line] = "# " + count(part.keys) + pressedHere
		}
		if hidden {
			t.comment(count(keys) + pressedHere)
			return
		}
	case t.keys.says(line):
		t.comment("digits" + saidHere)
		return
	default:
		t.keys.parts = nil
	}
	t.input(line)
}

func (t *Tape) input(text string) {
	if sim.Printable(text) != text {
		t.comment("the line that was typed here is not printable")
		return
	}
	t.write(strings.TrimSpace("> " + strings.ReplaceAll(text, "${", `\${`)))
	t.hungUp = Command(text) == "/speak" && strings.HasSuffix(text, " /hangup")
}

// HangUp records that the caller hangs up. The argument waited reports whether
// the call waits for someone. HangUp does nothing if the last typed line hangs
// up.
func (t *Tape) HangUp(waited bool) {
	if t.hungUp {
		return
	}
	if waited {
		t.write("...")
	}
	t.input("/hangup")
}

func (t *Tape) comment(text string) { t.write("# " + text) }
func (t *Tape) write(line string)   { t.lines = append(t.lines, line) }

// Save writes the script to a file, completely or not at all. Only the owner
// can read the file.
func (t *Tape) Save(name string) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(t.lines, "\n") + "\n")
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
