package voxtest

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// HearsUpTo is like [Phone.Hears], but stops in the middle of the Say, right
// after text. There the caller can hang up, press a key, speak or wait. A key
// or speech interrupts the Say if the app listens for it. A caller who hangs up
// does not hear the rest either. After any other step, the caller hears the
// rest. A Play stops at its beginning.
//
//	call.HearsUpTo("Please hold")
//	call.CallerHangsUp()
//
// HearsUpTo cannot go back: after Hears, the whole Say has been heard.
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
		p.fail("the text of HearsUpTo is empty: to expect silence, use HearsNothing")
		return Heard{}, false
	}
	whole := sim.Entry{}
	end := -1 // the end of text in the Say
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

// Interrupt presses keys in the middle of a prompt, right after the caller has
// heard text. The caller does not hear the rest.
//
//	call.Interrupt("For opening hours", "2")
//
// The test fails if the app does not listen for keys there: see [Phone.Type].
func (p *Phone) Interrupt(text, keys string) {
	p.t.Helper()
	p.HearsUpTo(text)
	p.act(sim.Act{Do: sim.DoPress, Keys: keys})
}

// Type presses keys one after the other, at this point of the call, whether or
// not the app listens. Callers do so if they know the menu, are impatient, or
// press one key too many. Keys take no time. A key that the app does not listen
// for is lost and interrupts nothing; see [TypeAhead].
//
//	call.Type("22")
func (p *Phone) Type(keys string) {
	p.t.Helper()
	p.act(sim.Act{Do: sim.DoType, Keys: keys})
}

// Mumble speaks for a time without being recognized, as soon as the app listens
// for speech; see [Phone.Say]. A [voxml.Gather] then has an empty result.
func (p *Phone) Mumble(d time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.Speech })
	if p.plausible(d) {
		p.act(sim.Act{Do: sim.DoMumble, Time: d})
	}
}
