package voxtest

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// HearsUpTo is [Phone.Hears], but the rest of the Say has not been heard yet: the
// next step comes in its middle. The caller can hang up there, press a key, say
// something or wait; what the app listens for interrupts it. If the next step is
// none of these, the rest is heard. A Play is heard up to its beginning.
//
//	call.HearsUpTo("Please hold")
//	call.CallerHangsUp()
//
// The rest of a Say that has been heard to the end, as after Hears, is over.
func (p *Phone) HearsUpTo(text string) Heard {
	p.t.Helper()
	heard, ok := p.hearUpTo(text)
	if !ok {
		p.missed(words(text))
	}
	return heard
}

func (p *Phone) hearUpTo(text string) (heard Heard, ok bool) {
	p.t.Helper()
	if text = words(text); text == "" {
		p.fail("HearsUpTo needs a text; HearsNothing expects silence")
		return Heard{}, false
	}
	whole := sim.Entry{}
	end := -1 // of text in what is heard
	stop := func(e sim.Entry) time.Duration {
		from := 0
		if _, n, ok := p.call.Hearing(); ok && n > 0 {
			from = len(e.Text) - len(p.rest)
		}
		i := strings.Index(e.Text[from:], text)
		if i < 0 || !isHeard(e.Kind) {
			if isHeard(e.Kind) {
				p.skipped = append(p.skipped, e.Text)
			}
			return e.Took
		}
		whole, end = e, from+i+len(text)
		return e.Until(end)
	}
	for end < 0 && (p.call.StepTo(stop) || p.call.TimeOut()) {
	}
	if end < 0 {
		return Heard{}, false
	}
	p.ear = ear{seen: len(p.call.Log()), rest: whole.Text[end:]}
	return heardOf(whole), true
}

// Interrupt presses keys in the middle of a prompt, as soon as the caller has
// heard text: the time is cut at that word, and the rest is not heard.
//
//	call.Interrupt("For opening hours", "2")
//
// The test fails if the app does not listen for keys there: see [Phone.Type].
func (p *Phone) Interrupt(text, keys string) {
	p.t.Helper()
	p.HearsUpTo(text)
	p.act(sim.Act{Do: sim.DoPress, Keys: keys})
}

// Type presses keys one after the other, at this moment, whether or not the app
// listens: a caller who knows the menu, is impatient, or presses one key too
// many. Keys take no time: each goes to what the app listens for by then. Keys that
// nobody listens for are lost, and interrupt nothing; see [TypeAhead].
//
//	call.Type("22")
func (p *Phone) Type(keys string) {
	p.t.Helper()
	p.act(sim.Act{Do: sim.DoType, Keys: keys})
}

// Mumble says something that is not recognized, as soon as the app listens for
// speech; see [Phone.Say]. A [voxml.Gather] ends with an empty result.
func (p *Phone) Mumble(d time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.Speech })
	if p.meant(d) {
		p.act(sim.Act{Do: sim.DoMumble, Time: d})
	}
}
