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

	"github.com/voxhook/voxhook/internal/sim"
)

// A phone is one call, and the person who makes it: somebody who types, or a
// script.
type phone struct {
	call    *sim.Call
	out     *screen
	verbose bool

	typed  <-chan input // by a person; closed at the end of the input
	script *script      // that plays the person, or nil
	tape   *tape        // that takes the call down, or nil

	shown    int           // entries of the log so far
	before   url.Values    // the parameters of the last request
	failed   *sim.Exchange // the last one that failed
	testCard bool          // the card number pressed last is a test number
	waited   bool          // the call did, when the caller hung up
}

// talk goes through the call to its end.
func (p *phone) talk(ctx context.Context) {
	p.show()
	for p.call.End() == nil {
		switch {
		case ctx.Err() != nil, p.script != nil && p.script.over():
			p.hangUp()
		case p.script != nil && p.script.hangsUp():
			p.out.echo("/hangup")
			p.hangUp()
		case !p.call.Step():
			p.turn(ctx)
		}
		p.show()
	}
	if p.script != nil {
		p.script.end(p.call.End().Text)
	}
}

// turn lets the person do something.
func (p *phone) turn(ctx context.Context) {
	for {
		w := p.call.Waiting()
		line, ok := p.ask(ctx, w)
		p.waited = !ok || command(line) == "/hangup"
		if !ok {
			p.hangUp()
			return
		}
		switch command(line) {
		case "/help":
			p.help()
			continue
		case "/vars":
			p.vars()
			continue
		}
		log := len(p.call.Log())
		err := do(p.call, w, line)
		switch {
		case err == nil, len(p.call.Log()) > log:
			p.takeDown(w, line)
			if err != nil { // the app did not take all of it
				p.line(p.call.Elapsed(), "note: "+err.Error(), "")
			}
			return
		case p.script != nil:
			p.script.refused(err)
			p.hangUp()
			return
		}
		p.out.note(err.Error())
	}
}

// ask returns what the person types. If that is nothing any more, it returns
// false.
func (p *phone) ask(ctx context.Context, w sim.Wait) (line string, ok bool) {
	if p.script != nil {
		if line, ok = p.script.types(w.Text); ok {
			p.out.echo(disguised(w, line))
		}
		return line, ok
	}
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
		p.out.echo(disguised(w, line))
	case w.Secret && line != disguised(w, line):
		p.out.hide(disguised(w, line))
	}
	return line, ok
}

// hangUp lets the caller hang up.
func (p *phone) hangUp() { _ = p.call.HangUp() } // fails only if the call is over

// takeDown records what was typed. What may be real money is left out.
func (p *phone) takeDown(w sim.Wait, line string) {
	if p.tape == nil || command(line) == "/hangup" { // which show takes down
		return
	}
	if keys := keysOf(w, line); w.Secret && keys != "" {
		if !p.harmless(w.Step, keys) {
			p.tape.comment(disguised(w, line) + pressedHere)
			return
		}
		line = keys
	}
	p.tape.input(line)
}

// show shows what has happened since the last time.
func (p *phone) show() {
	for ; p.shown < len(p.call.Log()); p.shown++ {
		switch e := p.call.Log()[p.shown]; e.Kind {
		case sim.Requested:
			p.exchange(e)
		case sim.Pressed, sim.Said, sim.Spoke, sim.Silent, sim.Waited:
			// The person knows.
		case sim.Heard:
			p.line(e.At, e.String(), `"`+sim.Printable(e.Text)+`"`)
		default:
			if e.Kind == sim.Ended && p.call.End().Why == sim.CallerHungUp && p.tape != nil {
				p.tape.hangUp(p.waited)
			}
			p.line(e.At, e.String(), "")
		}
	}
}

// line shows something that is part of the call: scripts compare it.
func (p *phone) line(at time.Duration, text, spoken string) {
	text = strings.TrimSpace(sim.Printable(text))
	p.out.line(at, text, spoken)
	if p.tape != nil {
		p.tape.line(text)
	}
	if p.script != nil {
		p.script.line(text)
	}
}

// exchange shows a request and its answer, if somebody wants to know.
func (p *phone) exchange(e sim.Entry) {
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
			break // it is repeated
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
	for _, f := range x.Findings() {
		p.line(e.At, "check: "+f.String(), "")
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

func (p *phone) help() {
	for line := range strings.Lines(help) {
		p.out.note(strings.TrimRight(line, "\n"))
	}
}

// longestLine is how long a line may be that somebody types, in bytes.
const longestLine = 1 << 20

// An input is a line that somebody types, or why no line can be read.
type input struct {
	line string
	err  error
}

// readLines reads what somebody types, until done is closed. As a read cannot
// be interrupted it does so in a goroutine of its own.
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
		if errors.Is(s.Err(), bufio.ErrTooLong) { // another error is an end
			send(input{err: errors.New("the line is too long")})
		}
	}()
	return lines
}
