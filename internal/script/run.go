package script

import (
	"context"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Run is a call with its caller, who is a script or a person who types.
type Run struct {
	Call   *sim.Call // the call
	Person Person    // watches the call
	Script *Script   // plays the caller; nil if the person types
	Tape   *Tape     // records the call; nil if it is not recorded

	shown  int  // the entries of the log that were shown
	waited bool // the call waited when the caller hung up
}

// A Person watches a call, and types if there is no script.
type Person interface {
	// Line shows a line of the call, which scripts compare. The argument spoken
	// is the part between quotes that is spoken, or "".
	Line(at time.Duration, text, spoken string)

	// Exchange shows a request and its answer.
	Exchange(sim.Entry)

	// Ask returns the line that the person types while the call waits for w, or
	// false to hang up. It is not called if there is a script.
	Ask(ctx context.Context, w sim.Wait) (line string, ok bool)

	// Typed shows a line that a script types.
	Typed(line string)

	// Help shows the output of the command /help or /vars.
	Help(command string)

	// Refused says why a line does not fit.
	Refused(error)
}

// Nobody is a Person who sees nothing and hangs up, for scripts that no one
// watches.
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

// Play runs the call to its end. When ctx is done, the caller hangs up.
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

// takeTurn lets the person act once.
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
			if r.Tape != nil && Command(line) != "/hangup" { // show records /hangup
				r.Tape.Input(w, line)
			}
			if err != nil { // the app accepted only a part
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

// ask returns the line that the script or person types, or false to hang up.
func (r *Run) ask(ctx context.Context, w sim.Wait) (line string, ok bool) {
	if r.Script == nil {
		return r.Person.Ask(ctx, w)
	}
	if line, ok = r.Script.Types(w.Text); ok {
		r.Person.Typed(Disguised(w, line))
	}
	return line, ok
}

// hangUp makes the caller hang up.
func (r *Run) hangUp() { _ = r.Call.Act(sim.Act{Do: sim.DoHangUp}) } // an error means that the call is over

// show shows the new entries of the log.
func (r *Run) show() {
	for ; r.shown < len(r.Call.Log()); r.shown++ {
		switch e := r.Call.Log()[r.shown]; e.Kind {
		case sim.Requested:
			r.Person.Exchange(e)
			for _, f := range e.Exchange.Findings() {
				r.line(e.At, "check: "+f.String(), "")
			}
		case sim.Pressed, sim.Said, sim.Spoke, sim.Silent, sim.Waited:
			// The person did this, and knows.
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

// line shows a line of the call, records it, and lets the script compare it.
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
