package voxtest

import (
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Leg is a dialed call, and the phone of the dialed party. One of Talks,
// Connects, Answers, Refuses, Busy, NoAnswer and Fails says what the party does:
//
//	call.Dials("+14025550111").Rings(8 * time.Second).Talks(time.Minute)
//
// If several numbers are dialed together, each has a Leg of its own. Their steps
// are in the order of time. A party that is busy or fails leaves the others
// ringing. The first to answer stops them, even if its document then refuses the
// call.
//
//	desks := call.Dials("+14025550111", "+14025550112")
//	desks.Number("+14025550111").Busy()
//	desks.Number("+14025550112").Rings(5 * time.Second).Talks(time.Minute)
//
// A Leg is good for one Dial.
type Leg struct {
	phone   *Phone
	sid     string // of the dialed call
	numbers []string
	party   sim.Act // without its Do

	answered bool // by Answers
	heard    int  // the entries of the log that Hears has looked at
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

// Talks makes the dialed party answer. The two talk for a time, at most the
// TimeLimit of the Dial, and the dialed party hangs up. It is short for
// [Leg.Connects] and [Leg.HangsUp].
func (l *Leg) Talks(length time.Duration) {
	l.phone.t.Helper()
	if l.phone.meant(length) && l.connects() {
		l.HangsUp(length)
	}
}

// Answers makes the dialed party answer. If its Number has a URL, the party is
// asked before it is connected, and does what the next steps of the Leg say:
//
//	call.Dials("+14025550111").Answers().Hears("Press 1 to accept").Press("1").Connects()
//
// The caller does not hear that.
func (l *Leg) Answers() *Leg {
	l.phone.t.Helper()
	of := *l
	of.heard = len(l.phone.call.Log())
	of.does(sim.DoAnswer)
	of.answered = true
	return &of
}

// Hears plays the call on until the dialed party hears text in the document of
// its Number; see [Phone.Hears].
func (l *Leg) Hears(text string) *Leg {
	l.phone.t.Helper()
	if text = words(text); text == "" {
		l.phone.fail("Hears needs a text")
		return l
	}
	for {
		for log := l.phone.call.Log(); l.heard < len(log); {
			e := log[l.heard]
			l.heard++
			if e.Kind == sim.Whispered && strings.Contains(e.Text, text) {
				return l
			}
		}
		if l.phone.call.Waiting().For != sim.ForLeg || !l.phone.goOn() {
			l.phone.fail("the dialed party did not hear %q: %s", text, l.phone.stuck())
			return l
		}
	}
}

// Press presses keys as soon as the document of the dialed party listens for
// keys; see [Phone.Press].
func (l *Leg) Press(keys string) *Leg {
	l.phone.t.Helper()
	return l.acts(sim.Act{Do: sim.DoPress, Keys: keys}, func(w sim.Wait) bool { return w.Keys })
}

// Say says something as soon as the document of the dialed party listens for
// speech; see [Phone.Say].
func (l *Leg) Say(text string) *Leg {
	l.phone.t.Helper()
	return l.acts(sim.Act{Do: sim.DoSay, Words: text, Confidence: 0.9}, func(w sim.Wait) bool { return w.Speech })
}

// StaySilent does nothing once the document of the dialed party waits for it; see
// [Phone.StaySilent].
func (l *Leg) StaySilent() *Leg {
	l.phone.t.Helper()
	return l.acts(sim.Act{Do: sim.DoSilence}, func(w sim.Wait) bool { return w.For != sim.ForNobody })
}

// acts lets the dialed party do something as soon as its document waits for that.
func (l *Leg) acts(a sim.Act, fits func(sim.Wait) bool) *Leg {
	l.phone.t.Helper()
	if l.lives() {
		l.phone.reach(func(w sim.Wait) bool { return w.Party == nil || fits(*w.Party) })
		a.Party = true
		l.phone.act(a)
	}
	return l
}

// Connects makes the dialed party answer, if it has not, and leaves the two
// connected. It hears the document of its Number, if there is one, and does no
// more. A later step ends the connection: [Leg.HangsUp], [Phone.CallerHangsUp],
// or [Phone.Press] of the star key if the Dial has HangupOnStar. Other keys are
// for the dialed party. The test fails if that document refuses; see
// [Leg.Refuses].
func (l *Leg) Connects() *Leg {
	l.phone.t.Helper()
	l.connects()
	return l
}

// Refuses makes the dialed party answer, if it has not, without being connected:
// it hears the document of its Number, does no more, and the document hangs up,
// rejects the call, or cannot be fetched. The test fails if the two are
// connected.
func (l *Leg) Refuses() {
	l.phone.t.Helper()
	l.listens()
	if w := l.phone.call.Waiting(); w.For == sim.ForTalk {
		l.phone.fail("the dialed party was to refuse, but %s", w.Text)
	}
}

func (l *Leg) connects() bool {
	l.phone.t.Helper()
	l.listens()
	if l.phone.call.Waiting().For != sim.ForTalk {
		l.phone.fail("the dialed party was to answer, but its own document refused: that is Refuses")
		return false
	}
	return true
}

// listens lets the dialed party answer, if it has not, and hear its document to
// the end.
func (l *Leg) listens() {
	l.phone.t.Helper()
	if !l.answered {
		l.does(sim.DoAnswer)
	}
	if l.phone.call.Waiting().For == sim.ForLeg && l.lives() {
		l.phone.act(sim.Act{Do: sim.DoListen, Party: true})
	}
}

// HangsUp makes the dialed party hang up after a time, at most the TimeLimit of
// the Dial. It needs [Leg.Connects] before it, or [Leg.Answers]: then the party
// hangs up while the document of its Number runs.
func (l *Leg) HangsUp(after time.Duration) {
	l.phone.t.Helper()
	if !l.phone.meant(after) || !l.lives() {
		return
	}
	if l.phone.call.Waiting().For != sim.ForLeg {
		l.phone.act(sim.Act{Do: sim.DoPartyHangUp, Time: after})
		return
	}
	if after > 0 {
		l.phone.Wait(after)
	}
	l.phone.act(sim.Act{Do: sim.DoHangUp, Party: true})
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
