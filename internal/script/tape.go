package script

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// pressedHere is the end of a comment that replaces keys.
const pressedHere = " were pressed here; put those of a test number in their place"

// A Tape writes a call down as a script.
type Tape struct {
	text   strings.Builder
	hungUp bool // by the line that was typed last

	testCard bool // the card number that was pressed last is a test number
}

// Command begins the script with the arguments that make the call again.
func (t *Tape) Command(args []string) {
	t.text.WriteString("$ voxphone")
	for _, arg := range args {
		t.text.WriteString(" " + QuoteWord(arg))
	}
	t.text.WriteString("\n")
}

// Line writes down a line of the call.
func (t *Tape) Line(text string) { t.write(escaped(text)) }

// Input writes down a line that was typed when the call waited for w. Keys that
// may be real money are left out.
func (t *Tape) Input(w sim.Wait, line string) {
	if keys := keysOf(w, line); w.Secret && keys != "" {
		if !t.harmless(w.Step, keys) {
			t.comment(Disguised(w, line) + pressedHere)
			return
		}
		line = keys
	}
	t.input(line)
}

func (t *Tape) input(text string) {
	if sim.Printable(text) != text {
		t.comment("what was typed here cannot be written down")
		return
	}
	t.write(strings.TrimSpace("> " + text))
	t.hungUp = Command(text) == "/speak" && strings.HasSuffix(text, " /hangup")
}

// HangUp writes down that the caller hangs up, at once or when the call waits
// for somebody. It does nothing if the line that was typed last says so.
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
func (t *Tape) write(line string)   { t.text.WriteString(line + "\n") }

// Save writes the script to a file, whole or not at all. Only its owner can
// read it.
func (t *Tape) Save(name string) error {
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
