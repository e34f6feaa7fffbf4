package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/internal/sim"
)

// A phone is the script.Person of a session: it shows the call and reads what a
// person types.
type phone struct {
	call    *sim.Call
	out     *screen
	verbose bool
	typed   <-chan input // typed lines; closed at the end of the input

	before url.Values    // the parameters of the last request
	failed *sim.Exchange // the last request that failed
}

// Ask returns the line that the person types, or false at the end of the input.
func (p *phone) Ask(ctx context.Context, w sim.Wait) (line string, ok bool) {
	p.out.ask(hint(w))
	var in input
	select {
	case <-ctx.Done():
	case in, ok = <-p.typed:
	}
	line, ok = in.line, ok && in.err == nil
	switch {
	case !ok:
		p.out.end()
		if in.err != nil {
			p.out.note(in.err.Error())
		}
	case !p.out.prompts:
		p.out.echo(script.Disguised(w, line))
	case w.Secret && line != script.Disguised(w, line):
		p.out.hide(script.Disguised(w, line))
	}
	return line, ok
}

// Typed shows a line that a script types.
func (p *phone) Typed(line string) { p.out.echo(line) }

// Refused says why a line does not fit.
func (p *phone) Refused(err error) { p.out.note(err.Error()) }

// Line shows a line of the call.
func (p *phone) Line(at time.Duration, text, spoken string) {
	if spoken != "" {
		spoken = `"` + spoken + `"`
	}
	p.out.line(at, text, spoken)
}

// Exchange shows a request and its answer if the request failed or -v is set.
func (p *phone) Exchange(e sim.Entry) {
	x := e.Exchange
	switch {
	case p.verbose:
		p.out.line(e.At, e.String(), "")
		for _, line := range x.Lines(p.before) {
			p.out.detail(line)
		}
	case x.Err != nil:
		p.out.line(e.At, e.String(), "")
		if p.failed != nil && p.failed.Err.Error() == x.Err.Error() && bytes.Equal(p.failed.Body, x.Body) {
			break // a retry with the same result
		}
		p.out.detail(x.Err.Error())
		for _, line := range x.FirstLines() {
			p.out.detail(line)
		}
	}
	if x.Err != nil {
		p.failed = x
	}
	p.before = x.Form
}

// Help shows the commands, or the variables of the call.
func (p *phone) Help(command string) {
	if command == "/vars" {
		p.vars()
		return
	}
	for line := range strings.Lines(help) {
		p.out.note(strings.TrimRight(line, "\n"))
	}
}

// vars shows the variables of the call.
func (p *phone) vars() {
	vars := p.call.Vars()
	if len(vars) == 0 {
		p.out.note("No variables are set.")
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		p.out.note(name + "=" + vars[name])
	}
}

// longestLine is the maximum length of a typed line in bytes.
const longestLine = 1 << 20

// An input is a typed line, or the reason why no line can be read.
type input struct {
	line string
	err  error
}

// readLines reads typed lines until done is closed. It uses its own goroutine,
// because a read cannot be interrupted.
func readLines(r io.Reader, done <-chan struct{}) <-chan input {
	lines := make(chan input)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(r)
		s.Buffer(nil, longestLine+len("\n"))
		send := func(in input) bool {
			select {
			case lines <- in:
				return true
			case <-done:
				return false
			}
		}
		for s.Scan() {
			if !send(input{line: strings.TrimSpace(s.Text())}) {
				return
			}
		}
		if errors.Is(s.Err(), bufio.ErrTooLong) { // other errors end the input
			send(input{err: errors.New("the line is too long")})
		}
	}()
	return lines
}
