package voxtest

import (
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Leg is the phone of a dialed party. One of Talks, Connects, Answers,
// Refuses, Busy, NoAnswer and Fails decides what the party does:
//
//	call.Dials("+14025550111").Rings(8 * time.Second).Talks(time.Minute)
//
// If the app dials several numbers together, each has its own Leg. Write the
// steps of all Legs in chronological order. If a party is busy or fails, the
// others keep ringing. When one answers, the others stop ringing, even if the
// document of its Number then refuses the call.
//
//	desks := call.Dials("+14025550111", "+14025550112")
//	desks.Number("+14025550111").Busy()
//	desks.Number("+14025550112").Rings(5 * time.Second).Talks(time.Minute)
//
// A Leg works for one Dial.
type Leg struct {
	phone   *Phone
	sid     string // CallSid of the dialed call
	numbers []string
	party   sim.Act // without its Do

	answered bool // Answers was called
	heard    int  // the next entry of the log for Hears
}

// Dials runs the call until the app dials, by a [voxml.Dial]. The test fails if
// the app dials other numbers, or in another order. Without arguments, it
// accepts any numbers.
func (p *Phone) Dials(numbers ...string) *Leg {
	p.t.Helper()
	if slices.Contains(numbers, "") {
		p.fail("a number of Dials is empty: to accept any number, write Dials()")
	}
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForParty })
	w := p.call.Waiting()
	switch {
	case w.For != sim.ForParty:
		p.fail("%s, but %s", strings.TrimSpace("expected the app to dial "+strings.Join(numbers, ", ")), p.stuck())
	case len(numbers) > 0 && !slices.Equal(w.Numbers, numbers):
		p.fail("expected the app to dial %s, but %s: if that is right, write these numbers", strings.Join(numbers, ", "), w.Text)
	}
	p.skip()
	return &Leg{phone: p, sid: w.DialCallSid, numbers: w.Numbers}
}

// Number returns the Leg of one of several numbers. If Number is not used, the
// steps of a Leg are those of the first party that answers, or of all parties
// if none answers.
func (l *Leg) Number(number string) *Leg {
	l.phone.t.Helper()
	if number == "" {
		l.phone.fail("the argument of Number is empty: pass one of the dialed numbers")
	}
	of := *l
	of.party.Number = number
	return &of
}

// Rings returns a Leg that rings for d before the dialed party acts. The time
// is counted from the beginning of the Dial and must be less than its Timeout.
// By default the party acts at once. Do not use it with NoAnswer.
func (l *Leg) Rings(d time.Duration) *Leg {
	l.phone.t.Helper()
	l.phone.plausible(d)
	of := *l
	of.party.Time = d
	return &of
}

// Talks makes the dialed party answer, talk for a time, at most the TimeLimit
// of the Dial, and hang up. It is short for [Leg.Connects] and [Leg.HangsUp].
func (l *Leg) Talks(length time.Duration) {
	l.phone.t.Helper()
	if l.phone.plausible(length) && l.connects() {
		l.HangsUp(length)
	}
}

// Answers makes the dialed party answer. If its Number has a URL, the document
// of that URL asks the party before it is connected. The next steps of the Leg
// are what the party hears and does:
//
//	call.Dials("+14025550111").Answers().Hears("Press 1 to accept").Press("1").Connects()
//
// The caller hears none of that.
func (l *Leg) Answers() *Leg {
	l.phone.t.Helper()
	of := *l
	of.heard = len(l.phone.call.Log())
	of.does(sim.DoAnswer)
	of.answered = true
	return &of
}

// Hears runs the call until the dialed party hears text from the document of
// its Number; see [Phone.Hears].
func (l *Leg) Hears(text string) *Leg {
	l.phone.t.Helper()
	if text = words(text); text == "" {
		l.phone.fail("the text of Hears is empty: pass words that the dialed party hears")
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

// Say says text as soon as the document of the dialed party listens for speech;
// see [Phone.Say].
func (l *Leg) Say(text string) *Leg {
	l.phone.t.Helper()
	return l.acts(sim.Act{Do: sim.DoSay, Words: text, Confidence: 0.9}, func(w sim.Wait) bool { return w.Speech })
}

// StaySilent makes the dialed party do nothing when its document waits for it;
// see [Phone.StaySilent].
func (l *Leg) StaySilent() *Leg {
	l.phone.t.Helper()
	return l.acts(sim.Act{Do: sim.DoSilence}, func(w sim.Wait) bool { return w.For != sim.ForNobody })
}

// acts makes the dialed party act as soon as fits accepts what its document
// waits for.
func (l *Leg) acts(a sim.Act, fits func(sim.Wait) bool) *Leg {
	l.phone.t.Helper()
	if l.goesOn() {
		l.phone.reach(func(w sim.Wait) bool { return w.Party == nil || fits(*w.Party) })
		a.Party = true
		l.phone.act(a)
	}
	return l
}

// Connects makes the dialed party answer, unless it already has. If its Number
// has a URL, the party hears the document of that URL to the end. The caller
// and the dialed party are then connected until a later step ends that:
// [Leg.HangsUp], [Phone.CallerHangsUp], or [Phone.Press] of the star key if the
// Dial has HangupOnStar. Other keys go to the dialed party. The test fails if
// the document refuses the call; see [Leg.Refuses].
func (l *Leg) Connects() *Leg {
	l.phone.t.Helper()
	l.connects()
	return l
}

// Refuses makes the dialed party answer, unless it already has, and hear the
// document of its Number to the end. That document must hang up, reject the
// call, or fail. If the caller and the dialed party are connected instead, the
// test fails.
func (l *Leg) Refuses() {
	l.phone.t.Helper()
	l.listens()
	if w := l.phone.call.Waiting(); w.For == sim.ForTalk {
		l.phone.fail("expected the dialed party to refuse the call, but %s: if that is right, write Connects", w.Text)
	}
}

func (l *Leg) connects() bool {
	l.phone.t.Helper()
	l.listens()
	if l.phone.call.Waiting().For != sim.ForTalk {
		l.phone.fail("expected the dialed party to be connected, but its document refused the call: if that is right, write Refuses")
		return false
	}
	return true
}

// listens makes the dialed party answer, if it has not yet, and hear its
// document to the end.
func (l *Leg) listens() {
	l.phone.t.Helper()
	if !l.answered {
		l.does(sim.DoAnswer)
	}
	if l.phone.call.Waiting().For == sim.ForLeg && l.goesOn() {
		l.phone.act(sim.Act{Do: sim.DoListen, Party: true})
	}
}

// HangsUp makes the dialed party hang up after a time, at most the TimeLimit of
// the Dial. Use it after [Leg.Connects], or after [Leg.Answers] to hang up
// while the document of the Number runs.
func (l *Leg) HangsUp(after time.Duration) {
	l.phone.t.Helper()
	if !l.phone.plausible(after) || !l.goesOn() {
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

// NoAnswer lets the phone of the dialed party ring for the Timeout of the Dial.
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
	if l.goesOn() {
		party := l.party
		party.Do = do
		l.phone.act(party)
	}
}

// goesOn reports whether the dialed call goes on. If not, it fails the test.
func (l *Leg) goesOn() bool {
	l.phone.t.Helper()
	w := l.phone.call.Waiting()
	switch {
	case w.DialCallSid != l.sid || l.sid == "":
		l.phone.fail("the call to %s has ended: for the next Dial, call Dials again", strings.Join(l.numbers, ", "))
		return false
	case w.For == sim.ForTalk && l.party.Number != "" && !slices.Contains(w.Numbers, l.party.Number):
		l.phone.fail("%s is not connected: %s", l.party.Number, w.Text)
		return false
	}
	return true
}
