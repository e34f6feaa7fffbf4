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

// A phone is one call and the person who makes it: somebody who types, or a
// script.
type phone struct {
	call    *sim.Call
	out     *screen
	verbose bool

	typed  <-chan input   // by a person; closed at the end of the input
	script *script.Script // that plays the person, or nil
	tape   *script.Tape   // that records the call, or nil

	shown  int           // entries of the log so far
	before url.Values    // the parameters of the last request
	failed *sim.Exchange // the last one that failed
	waited bool          // the call did, when the caller hung up
}

// talk goes through the call to its end.
func (p *phone) talk(ctx context.Context) {
	p.show()
	for p.call.End() == nil {
		switch {
		case ctx.Err() != nil, p.script != nil && p.script.Over():
			p.hangUp()
		case p.script != nil && p.script.HangsUp():
			p.out.echo("/hangup")
			p.hangUp()
		case !p.call.Step() && !p.call.TimeOut():
			p.turn(ctx)
		}
		p.show()
	}
	if p.script != nil {
		p.script.End(p.call.End().Text)
	}
}

// turn lets the person do something.
func (p *phone) turn(ctx context.Context) {
	for {
		w := p.call.Waiting()
		line, ok := p.ask(ctx, w)
		p.waited = !ok || script.Command(line) == "/hangup"
		if !ok {
			p.hangUp()
			return
		}
		switch script.Command(line) {
		case "/help":
			p.help()
			continue
		case "/vars":
			p.vars()
			continue
		}
		log := len(p.call.Log())
		err := script.Do(p.call, line)
		switch {
		case err == nil, len(p.call.Log()) > log:
			if p.tape != nil && script.Command(line) != "/hangup" { // which show records
				p.tape.Input(w, line)
			}
			if err != nil { // the app did not take all of it
				p.line(p.call.Elapsed(), "note: "+err.Error(), "")
			}
			return
		case p.script != nil:
			p.script.Refuse(err)
			p.hangUp()
			return
		}
		p.out.note(err.Error())
	}
}

// ask returns what the person types, or false at the end of the input.
func (p *phone) ask(ctx context.Context, w sim.Wait) (line string, ok bool) {
	if p.script != nil {
		if line, ok = p.script.Types(w.Text); ok {
			p.out.echo(script.Disguised(w, line))
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
		p.out.echo(script.Disguised(w, line))
	case w.Secret && line != script.Disguised(w, line):
		p.out.hide(script.Disguised(w, line))
	}
	return line, ok
}

// hangUp lets the caller hang up.
func (p *phone) hangUp() { _ = p.call.Act(sim.Act{Do: sim.DoHangUp}) } // fails only if the call is over

// show shows what has happened since the last time.
func (p *phone) show() {
	for ; p.shown < len(p.call.Log()); p.shown++ {
		switch e := p.call.Log()[p.shown]; e.Kind {
		case sim.Requested:
			p.exchange(e)
		case sim.Pressed, sim.Said, sim.Spoke, sim.Silent, sim.Waited:
			// The person knows.
		case sim.Heard:
			p.line(e.At, e.String(), `"`+sim.Shown(e.Text)+`"`)
		default:
			if e.Kind == sim.Ended && p.call.End().Why == sim.CallerHungUp && p.tape != nil {
				p.tape.HangUp(p.waited)
			}
			p.line(e.At, e.String(), "")
		}
	}
}

// line shows something that is part of the call: scripts compare it.
func (p *phone) line(at time.Duration, text, spoken string) {
	text = strings.TrimSpace(sim.Shown(text))
	p.out.line(at, text, spoken)
	text = p.call.Stable(text)
	if p.tape != nil {
		p.tape.Line(text)
	}
	if p.script != nil {
		p.script.Line(text)
	}
}

// exchange shows a request and its answer, if it fails or -v is set.
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
