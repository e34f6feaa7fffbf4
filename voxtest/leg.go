package voxtest

import (
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Leg is a dialed call that rings, or is connected with the caller. One of
// Answers, Connects, Busy, NoAnswer and Fails says what the dialed party does:
//
//	call.Dials("+14025550111").Rings(8 * time.Second).Answers(time.Minute)
type Leg struct {
	phone *Phone
	party sim.Party
}

// Dials plays the call on until the app dials, by a [voxml.Dial]. The test
// fails if it dials other numbers than these, or in another order. Without
// numbers, any will do.
func (p *Phone) Dials(numbers ...string) *Leg {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForParty })
	w := p.call.Waiting()
	switch {
	case w.For != sim.ForParty:
		p.fail("%s, but %s", strings.TrimSpace("expected the app to dial "+strings.Join(numbers, ", ")), p.stuck())
	case len(numbers) > 0 && !slices.Equal(w.Numbers, numbers):
		p.fail("expected the app to dial %s, but %s", strings.Join(numbers, ", "), w.Text)
	}
	p.skip()
	return &Leg{phone: p}
}

// Number says which of several dialed parties it is about: if that one is busy,
// fails or does not answer, the others ring on. Without it the first one
// answers, or none does.
func (l *Leg) Number(number string) *Leg {
	l.party.Number = number
	return l
}

// Rings says how long it rings before the dialed party does something. Without
// it that is at once. If it is as long as the Timeout of the Dial, nobody
// answers.
func (l *Leg) Rings(d time.Duration) *Leg {
	l.phone.t.Helper()
	l.phone.meant(d)
	l.party.Rings = d
	return l
}

// Answers answers. The two talk for a time, at most for the TimeLimit of the
// Dial, and the dialed party hangs up.
func (l *Leg) Answers(talk time.Duration) {
	l.phone.t.Helper()
	if !l.phone.meant(talk) {
		return
	}
	l.does(sim.Answers)
	// Nobody has answered if it rang for too long, or its own document
	// refused the call.
	if l.phone.call.Waiting().For == sim.ForTalk {
		l.HangsUp(talk)
	}
}

// Connects answers, and leaves the two connected. The next step ends that:
// [Leg.HangsUp], [Phone.CallerHangsUp], or [Phone.Press] of the star key if the
// Dial has HangupOnStar. Other keys are for the dialed party.
func (l *Leg) Connects() *Leg {
	l.phone.t.Helper()
	l.does(sim.Answers)
	return l
}

// HangsUp lets the dialed party hang up after a time, after [Leg.Connects].
func (l *Leg) HangsUp(after time.Duration) {
	l.phone.t.Helper()
	if l.phone.meant(after) {
		l.phone.did(l.phone.call.PartyHangsUp(after))
	}
}

// Busy is what the dialed party is.
func (l *Leg) Busy() {
	l.phone.t.Helper()
	l.does(sim.IsBusy)
}

// NoAnswer lets it ring for the Timeout of the Dial.
func (l *Leg) NoAnswer() {
	l.phone.t.Helper()
	l.does(sim.DoesNotAnswer)
}

// Fails is for a dialed party that cannot be reached.
func (l *Leg) Fails() {
	l.phone.t.Helper()
	l.does(sim.Fails)
}

func (l *Leg) does(b sim.Behavior) {
	l.phone.t.Helper()
	l.party.Does = b
	l.phone.did(l.phone.call.Party(l.party))
}
