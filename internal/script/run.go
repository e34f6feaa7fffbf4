package script

import (
	"context"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Run is a call and the person who makes it: a script, or somebody who types.
type Run struct {
	Call   *sim.Call // the call
	Person Person    // who watches it
	Script *Script   // plays the person; nil if somebody types
	Tape   *Tape     // records the call; nil for none

	shown  int  // entries of the log so far
	waited bool // the call did, when the caller hung up
}

// A Person watches a call, and types unless there is a script.
type Person interface {
	// Line shows a line of the call: scripts compare it. The part that is
	// spoken, if any, is in the line between quotes.
	Line(at time.Duration, text, spoken string)

	// Exchange shows a request and its answer.
	Exchange(sim.Entry)

	// Ask returns what the person types when the call waits for w, or false to
	// hang up. A script does not ask.
	Ask(ctx context.Context, w sim.Wait) (line string, ok bool)

	// Typed shows what a script types.
	Typed(line string)

	// Help shows what the command /help or /vars is to show.
	Help(command string)

	// Refused shows that a line does not fit.
	Refused(error)
}

// Nobody is a Person who sees nothing and hangs up. It is for scripts that
// nobody watches.
type Nobody struct{}

// Line does nothing.
func (Nobody) Line(time.Duration, string, string) {}

// Exchange does nothing.
func (Nobody) Exchange(sim.Entry) {}

// Ask hangs up.
func (Nobody) Ask(context.Context, sim.Wait) (string, bool) { return "", false }

// Typed does nothing.
func (Nobody) Typed(string) {}

// Help does nothing.
func (Nobody) Help(string) {}

// Refused does nothing.
func (Nobody) Refused(error) {}

// Play goes through the call to its end. Once ctx is done the caller hangs up.
func (r *Run) Play(ctx context.Context) {
	r.show()
	for r.Call.End() == nil {
		switch {
		case ctx.Err() != nil, r.Script != nil && r.Script.Over():
			r.hangUp()
		case r.Script != nil && r.Script.HangsUp():
			r.Person.Typed("/hangup")
			r.hangUp()
		case !r.Call.Step() && !r.Call.TimeOut():
			r.takeTurn(ctx)
		}
		r.show()
	}
	if r.Script != nil {
		r.Script.End(r.Call.End().Text)
	}
}

// takeTurn lets the person do something.
func (r *Run) takeTurn(ctx context.Context) {
	for {
		w := r.Call.Waiting()
		line, ok := r.ask(ctx, w)
		r.waited = !ok || Command(line) == "/hangup"
		if !ok {
			r.hangUp()
			return
		}
		if name := Command(line); name == "/help" || name == "/vars" {
			r.Person.Help(name)
			continue
		}
		log := len(r.Call.Log())
		err := Do(r.Call, line)
		switch {
		case err == nil, len(r.Call.Log()) > log:
			if r.Tape != nil && Command(line) != "/hangup" { // which show records
				r.Tape.Input(w, line)
			}
			if err != nil { // the app did not take all of it
				r.line(r.Call.Elapsed(), "note: "+err.Error(), "")
			}
			return
		case r.Script != nil:
			r.Script.Refuse(err)
			r.hangUp()
			return
		}
		r.Person.Refused(err)
	}
}

// ask returns what the person types, or false to hang up.
func (r *Run) ask(ctx context.Context, w sim.Wait) (line string, ok bool) {
	if r.Script == nil {
		return r.Person.Ask(ctx, w)
	}
	if line, ok = r.Script.Types(w.Text); ok {
		r.Person.Typed(Disguised(w, line))
	}
	return line, ok
}

// hangUp lets the caller hang up.
func (r *Run) hangUp() { _ = r.Call.Act(sim.Act{Do: sim.DoHangUp}) } // fails only if the call is over

// show shows what has happened since the last time.
func (r *Run) show() {
	for ; r.shown < len(r.Call.Log()); r.shown++ {
		switch e := r.Call.Log()[r.shown]; e.Kind {
		case sim.Requested:
			r.Person.Exchange(e)
			for _, f := range e.Exchange.Findings() {
				r.line(e.At, "check: "+f.String(), "")
			}
		case sim.Pressed, sim.Said, sim.Spoke, sim.Silent, sim.Waited:
			// The person knows.
		case sim.Heard:
			r.line(e.At, e.String(), e.Text)
		default:
			if e.Kind == sim.Ended && r.Call.End().Why == sim.CallerHungUp && r.Tape != nil {
				r.Tape.HangUp(r.waited)
			}
			r.line(e.At, e.String(), "")
		}
	}
}

// line shows something that is part of the call: scripts compare it.
func (r *Run) line(at time.Duration, text, spoken string) {
	text, spoken = strings.TrimSpace(sim.Shown(text)), sim.Shown(spoken)
	r.Person.Line(at, text, spoken)
	text = r.Call.Stable(text)
	if r.Tape != nil {
		r.Tape.Line(text)
	}
	if r.Script != nil {
		r.Script.Line(text, spoken)
	}
}
