package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// A hearing is a verb that is being heard. It goes on with the next step, unless
// somebody interrupts it. Meanwhile its entry in the log says how far it got.
type hearing struct {
	entry int   // of the log
	whole Entry // as it is when it has been heard to the end
}

// A speech is what a Say says, and when.
type speech struct {
	words  []string
	breaks []pause
}

// A pause is a silence in a speech.
type pause struct {
	after int // how many words come before it
	took  time.Duration
}

// at returns when n words have been said.
func (s *speech) at(n int) time.Duration {
	d := wordTime * time.Duration(n)
	for _, p := range s.breaks {
		if p.after < n {
			d += p.took
		}
	}
	return d
}

// once returns how long it takes to say all once.
func (s *speech) once() time.Duration { return s.at(len(s.words)+1) - wordTime }

// in returns how many words are said in a time, of one loop.
func (s *speech) in(d time.Duration) (n int) {
	for n < len(s.words) && s.at(n+1) <= d {
		n++
	}
	return n
}

// Until returns how long it takes until a part of the text is heard: its first
// n bytes. A file or tones are heard as soon as they begin.
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

// cut returns an entry of which only a part is heard.
func (e Entry) cut(d time.Duration) Entry {
	if e.speech != nil && d < e.speech.once() {
		e.Text = strings.TrimSpace(e.Text[:e.heard(d)] + " …")
	} else {
		e.Detail = details(e.Detail, fmt.Sprintf("cut after %v", d))
	}
	e.Took = d
	return e
}

// StepTo is Step, but what is heard is heard only as far as stop says: stop gets
// the whole entry, and returns how long it is to be heard, counted from its
// beginning. The next step goes on there, if nobody interrupts it. See
// [Call.Hearing].
func (c *Call) StepTo(stop func(Entry) time.Duration) bool {
	c.stop = stop
	defer func() { c.stop = nil }()
	return c.Step()
}

// Hearing returns what has been heard in part and goes on, as it is when it
// has been heard to the end, and how many bytes of its text have been heard. It
// returns false if there is nothing.
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

// hearIn plays a verb of another verb: the index-th in the element at a path.
// An empty path is that of the platform's own prompt.
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

// hear plays a Say, a Play or a Pause.
func (c *Call) hear(v voxml.Verb) { c.play(v, v) }

// play is hear, with another verb in the log, or none.
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

// goOnHearing plays what is being heard, to its end or as far as it is to be
// heard.
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

// interrupt ends what is being heard.
func (c *Call) interrupt() { c.hearing = nil }
