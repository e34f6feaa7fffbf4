package voxtest

import (
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Leg is a dialed call that rings, or is connected with the caller. One of
// Answers, Connects, Refuses, Busy, NoAnswer and Fails says what the dialed party
// does:
//
//	call.Dials("+14025550111").Rings(8 * time.Second).Answers(time.Minute)
//
// A Leg can be told what several parties do that are dialed together. It is of
// no use once its Dial has ended.
type Leg struct {
	phone *Phone
	sid   string    // of the dialed call
	party sim.Party // what the next of them does
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
	return &Leg{phone: p, sid: w.DialCallSid}
}

// Number says which of several dialed parties it is about: if that one is busy,
// fails or does not answer, the others ring on. Without it the first one
// answers, or none does.
func (l *Leg) Number(number string) *Leg {
	l.party.Number = number
	return l
}

// Rings says how long it rings, since the app has dialed, before the dialed party
// does something. Without it that is at once.
func (l *Leg) Rings(d time.Duration) *Leg {
	l.phone.t.Helper()
	l.phone.meant(d)
	l.party.Rings = d
	return l
}

// Answers answers. The two talk for a time, at most for the TimeLimit of the
// Dial, and the dialed party hangs up. The test fails if they are not connected,
// because it has rung for the Timeout of the Dial or the document for the dialed
// party does not want it.
func (l *Leg) Answers(talk time.Duration) {
	l.phone.t.Helper()
	if !l.phone.meant(talk) {
		return
	}
	if l.connects() {
		l.HangsUp(talk)
	}
}

// Connects answers, and leaves the two connected. The next step ends that:
// [Leg.HangsUp], [Phone.CallerHangsUp], or [Phone.Press] of the star key if the
// Dial has HangupOnStar. Other keys are for the dialed party.
func (l *Leg) Connects() *Leg {
	l.phone.t.Helper()
	l.connects()
	return l
}

// Refuses answers, but is not connected: the document of the Number's URL hangs
// up, rejects the call, or cannot be had. The test fails if they are connected.
func (l *Leg) Refuses() {
	l.phone.t.Helper()
	l.does(sim.Answers)
	if w := l.phone.call.Waiting(); w.For == sim.ForTalk {
		l.phone.fail("the dialed party was to refuse, but %s", w.Text)
	}
}

func (l *Leg) connects() bool {
	l.phone.t.Helper()
	l.does(sim.Answers)
	if w := l.phone.call.Waiting(); w.For != sim.ForTalk || w.DialCallSid != l.sid {
		l.phone.fail("the dialed party was to answer, but was not connected: it rang for too long, or its own document refused, for which there are NoAnswer and Refuses")
		return false
	}
	return true
}

// HangsUp lets the dialed party hang up after a time, after [Leg.Connects].
func (l *Leg) HangsUp(after time.Duration) {
	l.phone.t.Helper()
	if l.phone.meant(after) && l.lives() {
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
	if !l.lives() {
		return
	}
	party := l.party
	party.Does = b
	l.party = sim.Party{}
	l.phone.did(l.phone.call.Party(party))
}

// lives reports whether the dialed call has not ended.
func (l *Leg) lives() bool {
	l.phone.t.Helper()
	if l.phone.call.Waiting().DialCallSid != l.sid || l.sid == "" {
		l.phone.fail("this dialed call has ended")
		return false
	}
	return true
}
