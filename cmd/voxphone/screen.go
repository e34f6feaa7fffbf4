package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A screen is where the session is shown. What it is given is made printable,
// so that no text of an app can control the terminal.
type screen struct {
	w       io.Writer
	color   bool // it can show colors
	prompts bool // a person sits before it, and types
	erases  bool // it can take back a line that was typed
}

// newScreen returns the screen that stdout is, with stdin before it.
func newScreen(stdin io.Reader, stdout io.Writer) *screen {
	able := isTerminal(stdout) && os.Getenv("TERM") != "dumb"
	prompts := isTerminal(stdin) && isTerminal(stdout)
	return &screen{w: stdout, prompts: prompts, color: able && os.Getenv("NO_COLOR") == "", erases: able && prompts}
}

// margin is as wide as the time before a line.
const margin = "         "

// intro says what is called.
func (s *screen) intro(o *options) {
	if !s.prompts || o.script != "" {
		return
	}
	what := "the built-in demo"
	if o.URL != "" {
		what = sim.Shown(o.URL)
	}
	s.write("Calling " + what + ". /help shows what you can type, /hangup or Ctrl-C hangs up.\n\n")
}

// line shows something that happened. The part that is spoken, if any, is
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

// detail shows something that belongs to the line above.
func (s *screen) detail(text string) { s.write(margin + "  " + sim.Shown(text) + "\n") }

// note shows something that is no part of the call.
func (s *screen) note(text string) { s.write(margin + sim.Shown(text) + "\n") }

// again announces that a request is sent again because it got no answer: time
// has passed. A refused connection takes no time and is not announced.
func (s *screen) again(x *sim.Exchange) {
	if failed := x.Before; s.prompts && failed != nil && failed.Status == 0 && !refused(failed.Err) {
		s.note(failed.Err.Error() + "; trying again")
	}
}

// ask asks a person to type something: what the app does, and what can be
// done.
func (s *screen) ask(does, how string) {
	if s.prompts {
		s.note(does)
		s.note(how)
		s.write("> ")
	}
}

// echo shows what was typed where no terminal does.
func (s *screen) echo(text string) { s.write(strings.TrimSpace("> "+sim.Shown(text)) + "\n") }

// hide replaces the line that was typed last.
func (s *screen) hide(text string) {
	if s.erases {
		s.write("\x1b[1A\r\x1b[2K")
		s.echo(text)
	}
}

// end leaves a prompt at which nothing was typed.
func (s *screen) end() {
	if s.prompts {
		s.write("\n")
	}
}

// write writes to the screen. If that fails there is nobody to tell.
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
	null, err := os.Stat(os.DevNull) // looks like one
	return err != nil || !os.SameFile(info, null)
}
