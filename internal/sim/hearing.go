package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// A hearing is a prompt in progress. The next step continues it, unless a
// person interrupts it. Until then, its log entry says how far it got.
type hearing struct {
	entry int   // index in the log
	whole Entry // the entry once it has been heard to the end
}

// A speech is the words of a Say and the breaks between them.
type speech struct {
	words  []string
	breaks []pause
}

// A pause is a silence in a speech.
type pause struct {
	after int // number of words before it
	took  time.Duration
}

// at returns the time at which n words have been said.
func (s *speech) at(n int) time.Duration {
	d := wordTime * time.Duration(n)
	for _, p := range s.breaks {
		if p.after < n {
			d += p.took
		}
	}
	return d
}

// once returns how long it takes to say everything once.
func (s *speech) once() time.Duration { return s.at(len(s.words)+1) - wordTime }

// in returns the number of words that are said in a time, within one
// repetition.
func (s *speech) in(d time.Duration) (n int) {
	for n < len(s.words) && s.at(n+1) <= d {
		n++
	}
	return n
}

// Until returns how long it takes to hear the first n bytes of the text. A file
// or tones are heard as soon as they begin.
func (e Entry) Until(n int) time.Duration {
	if e.speech == nil {
		return 0
	}
	return min(e.speech.at(len(strings.Fields(e.Text[:n]))), e.Took)
}

// heard returns how many bytes of the text are heard in a time.
func (e Entry) heard(d time.Duration) int {
	switch {
	case e.speech == nil && d == 0:
		return 0
	case e.speech == nil, d >= e.speech.once():
		return len(e.Text)
	}
	return len(strings.Join(e.speech.words[:e.speech.in(d)], " "))
}

// cut returns the entry as heard only for a time.
func (e Entry) cut(d time.Duration) Entry {
	if e.speech != nil && d < e.speech.once() {
		e.Text = strings.TrimSpace(e.Text[:e.heard(d)] + " …")
	} else {
		e.Detail = details(e.Detail, fmt.Sprintf("cut after %v", d))
	}
	e.Took = d
	return e
}

// StepTo is like Step, but stops prompts early. The function stop receives the
// whole entry of a prompt and returns how long it is heard, from its beginning.
// The next step continues there, unless a person interrupts the prompt. See
// [Call.Hearing].
func (c *Call) StepTo(stop func(Entry) time.Duration) bool {
	c.stop = stop
	defer func() { c.stop = nil }()
	return c.Step()
}

// Hearing returns the prompt that [Call.StepTo] stopped, as an entry for the
// whole prompt, and the number of bytes of its text heard so far. If there is
// no such prompt, ok is false.
func (c *Call) Hearing() (whole Entry, heard int, ok bool) {
	h := c.hearing
	if leg := c.party(); leg != nil {
		h = leg.hearing
	}
	if h == nil {
		return Entry{}, 0, false
	}
	return h.whole, h.whole.heard(c.log[h.entry].Took), true
}

// hearIn plays a child of another verb: child index of the element at path
// parent. An empty path means a prompt of the platform itself.
func (c *Call) hearIn(parent string, index int, v voxml.Verb) {
	before := c.place
	if parent != "" {
		c.place = Path(parent, index, v)
		c.hear(v)
	} else {
		c.play(v, nil)
	}
	c.place = before
}

// hear plays a Say, Play or Pause.
func (c *Call) hear(v voxml.Verb) { c.play(v, v) }

// play is hear, with another verb in the log entry, or nil.
func (c *Call) play(v, noted voxml.Verb) {
	e := c.sound(v)
	if e.Kind == Warned {
		c.warn("%s", e.Text)
		return
	}
	e.Place, e.Verb = c.place, noted
	c.add(e)
	i := len(c.log) - 1
	c.hearing = &hearing{entry: i, whole: c.log[i]}
	c.log[i].Took = 0
	c.goOnHearing()
}

// goOnHearing plays the prompt in progress to its end, or to where StepTo stops
// it.
func (c *Call) goOnHearing() {
	h := c.hearing
	whole, heard := h.whole, c.log[h.entry].Took
	to := whole.Took
	if c.stop != nil {
		to = max(min(to, c.stop(whole)), heard)
	}
	if to < whole.Took {
		c.log[h.entry] = whole.cut(to)
	} else {
		c.log[h.entry] = whole
		c.hearing = nil
	}
	c.pass(to - heard)
	c.quiet = c.now
}

// interrupt ends the prompt in progress.
func (c *Call) interrupt() { c.hearing = nil }
