package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A screen shows the session. It makes all text printable, so that text of an
// app cannot control the terminal.
type screen struct {
	w       io.Writer
	color   bool // colors are shown
	prompts bool // a person types at a terminal
	erases  bool // typed lines can be erased
}

// newScreen returns the screen of stdout, for a person who types at stdin.
func newScreen(stdin io.Reader, stdout io.Writer) *screen {
	able := isTerminal(stdout) && os.Getenv("TERM") != "dumb"
	prompts := isTerminal(stdin) && isTerminal(stdout)
	return &screen{w: stdout, prompts: prompts, color: able && os.Getenv("NO_COLOR") == "", erases: able && prompts}
}

// margin has the width of the time before a line.
const margin = "         "

// intro says what voxphone calls.
func (s *screen) intro(o *options) {
	if !s.prompts || o.script != "" {
		return
	}
	what := "the built-in demo"
	if o.URL != "" {
		what = sim.Shown(o.URL)
	}
	s.write("Calling " + what + ". /help lists the commands; /hangup or Ctrl-C hangs up.\n\n")
}

// line shows a moment of the call. If spoken is not empty, that part of text is
// bold.
func (s *screen) line(at time.Duration, text, spoken string) {
	text = sim.Shown(text)
	if s.color && spoken != "" {
		text = strings.Replace(text, spoken, "\x1b[1m"+spoken+"\x1b[0m", 1)
	}
	clock := fmt.Sprintf("%7s  ", sim.Clock(at))
	if s.color {
		clock = "\x1b[2m" + clock + "\x1b[0m"
	}
	s.write(clock + text + "\n")
}

// detail shows a detail of the line above.
func (s *screen) detail(text string) { s.write(margin + "  " + sim.Shown(text) + "\n") }

// note shows a text that is not part of the call.
func (s *screen) note(text string) { s.write(margin + sim.Shown(text) + "\n") }

// again announces that a request without an answer is sent again. A refused
// connection takes no time and is not announced.
func (s *screen) again(x *sim.Exchange) {
	if failed := x.Before; s.prompts && failed != nil && failed.Status == 0 && !refused(failed.Err) {
		s.note(failed.Err.Error() + "; trying again")
	}
}

// ask asks a person to type a line. It shows what the app waits for, and what
// can be typed.
func (s *screen) ask(waits, how string) {
	if s.prompts {
		s.note(waits)
		s.note(how)
		s.write("> ")
	}
}

// echo shows a typed line if no terminal does.
func (s *screen) echo(text string) { s.write(strings.TrimSpace("> "+sim.Shown(text)) + "\n") }

// hide replaces the last typed line on the screen.
func (s *screen) hide(text string) {
	if s.erases {
		s.write("\x1b[1A\r\x1b[2K")
		s.echo(text)
	}
}

// end ends the line of a prompt at which nothing was typed.
func (s *screen) end() {
	if s.prompts {
		s.write("\n")
	}
}

// write writes to the screen. There is no other place to report an error.
func (s *screen) write(text string) { _, _ = io.WriteString(s.w, text) }

// isTerminal reports whether a reader or writer is a terminal.
func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull) // looks like a terminal
	return err != nil || !os.SameFile(info, null)
}
