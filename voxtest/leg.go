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
// If several numbers are dialed together, each has a Leg of its own. Their steps
// are in the order of time. A party that is busy or fails leaves the others
// ringing. The first to answer stops them, even if its document then refuses the
// call.
//
//	desks := call.Dials("+14025550111", "+14025550112")
//	desks.Number("+14025550111").Busy()
//	desks.Number("+14025550112").Rings(5 * time.Second).Answers(time.Minute)
//
// A Leg is good for one Dial.
type Leg struct {
	phone   *Phone
	sid     string // of the dialed call
	numbers []string
	party   sim.Act // without its Do
}

// Dials plays the call on until the app dials, by a [voxml.Dial]. The test
// fails if it dials other numbers than these, or in another order. Without
// numbers, any will do.
func (p *Phone) Dials(numbers ...string) *Leg {
	p.t.Helper()
	if slices.Contains(numbers, "") {
		p.fail("Dials has an empty number: leave it out, if any will do")
	}
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForParty })
	w := p.call.Waiting()
	switch {
	case w.For != sim.ForParty:
		p.fail("%s, but %s", strings.TrimSpace("expected the app to dial "+strings.Join(numbers, ", ")), p.stuck())
	case len(numbers) > 0 && !slices.Equal(w.Numbers, numbers):
		p.fail("expected the app to dial %s, but %s", strings.Join(numbers, ", "), w.Text)
	}
	p.skip()
	return &Leg{phone: p, sid: w.DialCallSid, numbers: w.Numbers}
}

// Number returns the Leg of one of several numbers. A Leg without a number is
// that of the first to answer, or of all if none does.
func (l *Leg) Number(number string) *Leg {
	l.phone.t.Helper()
	if number == "" {
		l.phone.fail("Number needs a number")
	}
	of := *l
	of.party.Number = number
	return &of
}

// Rings returns a Leg that rings for a time before the dialed party does
// something, counted from the Dial. The time must be less than the Timeout of the
// Dial. By default the party does it at once. It is not for NoAnswer.
func (l *Leg) Rings(d time.Duration) *Leg {
	l.phone.t.Helper()
	l.phone.meant(d)
	of := *l
	of.party.Time = d
	return &of
}

// Answers makes the dialed party answer. The two talk for a time, at most the
// TimeLimit of the Dial, and the dialed party hangs up. The test fails if they are
// not connected because the document for the dialed party refuses; see
// [Leg.Refuses].
func (l *Leg) Answers(talk time.Duration) {
	l.phone.t.Helper()
	if !l.phone.meant(talk) {
		return
	}
	if l.connects() {
		l.HangsUp(talk)
	}
}

// Connects makes the dialed party answer, and leaves the two connected. A later
// step ends that: [Leg.HangsUp], [Phone.CallerHangsUp], or [Phone.Press] of the
// star key if the Dial has HangupOnStar. Other keys are for the dialed party. The
// caller does not hear the document for that party: it is in the Transcript.
func (l *Leg) Connects() *Leg {
	l.phone.t.Helper()
	l.connects()
	return l
}

// Refuses makes the dialed party answer without being connected: the document of
// the Number's URL hangs up, rejects the call, or cannot be fetched. The party
// presses no keys, so a document that asks for one is a refusal if it then hangs
// up. The test fails if the two are connected.
func (l *Leg) Refuses() {
	l.phone.t.Helper()
	l.does(sim.DoAnswer)
	if w := l.phone.call.Waiting(); w.For == sim.ForTalk {
		l.phone.fail("the dialed party was to refuse, but %s", w.Text)
	}
}

func (l *Leg) connects() bool {
	l.phone.t.Helper()
	l.does(sim.DoAnswer)
	if l.phone.call.Waiting().For != sim.ForTalk {
		l.phone.fail("the dialed party was to answer, but its own document refused: that is Refuses")
		return false
	}
	return true
}

// HangsUp makes the dialed party hang up after a time, at most the TimeLimit of
// the Dial. It needs [Leg.Connects] before it.
func (l *Leg) HangsUp(after time.Duration) {
	l.phone.t.Helper()
	if l.phone.meant(after) && l.lives() {
		l.phone.act(sim.Act{Do: sim.DoPartyHangUp, Time: after})
	}
}

// Busy makes the dialed party busy.
func (l *Leg) Busy() {
	l.phone.t.Helper()
	l.does(sim.DoBusy)
}

// NoAnswer lets it ring for the Timeout of the Dial.
func (l *Leg) NoAnswer() {
	l.phone.t.Helper()
	l.does(sim.DoNoAnswer)
}

// Fails makes the dialed party unreachable.
func (l *Leg) Fails() {
	l.phone.t.Helper()
	l.does(sim.DoFail)
}

func (l *Leg) does(do sim.Do) {
	l.phone.t.Helper()
	if l.lives() {
		party := l.party
		party.Do = do
		l.phone.act(party)
	}
}

// lives reports whether the dialed call has not ended.
func (l *Leg) lives() bool {
	l.phone.t.Helper()
	w := l.phone.call.Waiting()
	switch {
	case w.DialCallSid != l.sid || l.sid == "":
		l.phone.fail("the call to %s has ended: a Leg is good for one Dial", strings.Join(l.numbers, ", "))
		return false
	case w.For == sim.ForTalk && l.party.Number != "" && !slices.Contains(w.Numbers, l.party.Number):
		l.phone.fail("%s is not connected: %s", l.party.Number, w.Text)
		return false
	}
	return true
}
