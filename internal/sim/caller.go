package sim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/voxhook/voxhook"
)

const hungUp = "the caller hung up"

func (c *Call) hangUp() error {
	if c.end != nil {
		return c.refuse("cannot hang up")
	}
	at := c.phase
	c.close(End{Why: CallerHungUp, Text: hungUp}, voxhook.CallStatusCompleted)
	if at != nil {
		at.hangUp(c)
	}
	if !c.isLeg() {
		c.settle()
	}
	return nil
}

// press presses keys in order. If the app takes only some of them, the error
// says how many.
func (c *Call) press(keys string) error {
	if err := checkKeys(keys); err != nil {
		return err
	}
	at := c.phase
	shown := c.shown(keys)
	if at == nil {
		return c.refuse("pressed " + shown + ", but the app is not listening")
	}
	c.acting()
	c.note(Pressed, shown, "")
	entry := len(c.log) - 1
	for i := range len(keys) {
		if c.phase != at {
			return fmt.Errorf("pressed %s, but the app took only %d of %d keys", shown, i, len(keys))
		}
		err := at.press(c, keys[i])
		if err == nil && i%1024 == 1023 { // many keys take real time, so check the context
			err = c.stopped()
		}
		if err != nil {
			if i == 0 {
				c.log = slices.Delete(c.log, entry, entry+1)
			}
			return fmt.Errorf("pressed %s, but %w", shown, err)
		}
	}
	return nil
}

func checkKeys(keys string) error {
	if keys == "" {
		return errors.New("there are no keys to press: stay silent instead")
	}
	if strings.Trim(keys, "0123456789*#ABCD") != "" {
		return errors.New("cannot press these keys: use 0 to 9, *, # and A to D, with nothing between them")
	}
	return nil
}

// catchUp continues the call as far as possible without time passing.
func (c *Call) catchUp() {
	for c.end == nil && c.phase == nil && c.hearing == nil {
		c.StepTo(func(Entry) time.Duration { return 0 })
	}
}

// typeKeys presses keys in order, whether or not the app is listening. Keys
// that the app does not take are lost, or kept if Config.TypeAhead is set.
func (c *Call) typeKeys(keys string) error {
	if err := checkKeys(keys); err != nil {
		return err
	}
	c.acting()
	c.catchUp()
	if c.end != nil {
		return c.refuse("pressed " + c.shown(keys) + ", but the app is not listening")
	}
	c.note(Pressed, c.shown(keys), "")
	entry, taken := len(c.log)-1, 0
	for i := range len(keys) {
		c.catchUp()
		if c.phase != nil && c.phase.press(c, keys[i]) == nil {
			taken++
			continue
		}
		if c.cfg.TypeAhead && c.phase == nil && c.end == nil {
			c.ahead += keys[i : i+1]
		}
		if i%1024 == 1023 && c.stopped() != nil {
			return c.stopped()
		}
	}
	switch {
	case taken == 0:
		c.log[entry].Detail = details("the app is not listening", c.log[entry].Detail)
	case taken < len(keys):
		c.log[entry].Detail = details(fmt.Sprintf("%d of %d taken", taken, len(keys)), c.log[entry].Detail)
	}
	return nil
}

// shown returns keys as they appear in the log. Keys that may be payment data
// are only counted.
func (c *Call) shown(keys string) string {
	if c.secret(len(keys)) {
		return fmt.Sprintf("%d keys", len(keys))
	}
	return keys
}

// secret reports whether an input with this number of digits may be payment
// data.
func (c *Call) secret(digits int) bool {
	const short = 6 // digits; shorter than any card or account number
	if c.phase != nil {
		return c.phase.wait(c).Secret
	}
	return c.pays || digits > short
}

// shownSpeech returns the log text for speech that the app did not take. It
// hides the text if it may be payment data.
func (c *Call) shownSpeech(text string) string {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if c.secret(digits) {
		return "something"
	}
	return strconv.Quote(text)
}

func (c *Call) say(text string, confidence float64) error {
	switch {
	case text == "":
		return errors.New("there are no words to say: stay silent instead")
	case !(0 <= confidence && confidence <= 1):
		return errors.New("the confidence must be from 0 to 1")
	case c.phase == nil:
		return c.refuse("said " + c.shownSpeech(text) + ", but the app is not listening")
	}
	if err := c.phase.say(c, text, confidence); err != nil {
		return fmt.Errorf("said %s, but %w", c.shownSpeech(text), err)
	}
	return nil
}

// mumble lets the caller speak without being recognized.
func (c *Call) mumble(d time.Duration) error {
	g, ok := c.phase.(*gathering)
	if !ok || d <= 0 {
		return c.speak(d)
	}
	if err := g.mumble(c, d); err != nil {
		return fmt.Errorf("mumbled for %v, but %w", d, err)
	}
	return nil
}

func (c *Call) speak(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("cannot speak for %v: the time must be above 0", d)
	case c.phase == nil:
		return c.refuse(fmt.Sprintf("spoke for %v, but the app is not listening", d))
	}
	if err := c.phase.speak(c, d); err != nil {
		return fmt.Errorf("spoke for %v, but %w", d, err)
	}
	return nil
}

func (c *Call) silence() error {
	if c.phase == nil {
		return c.refuse("stayed silent, but the app is not listening")
	}
	if w := c.phase.wait(c); w.For == ForParty || w.For == ForTalk || w.For == ForLeg {
		return errors.New("stayed silent, but it is the dialed party's turn: " + w.Text)
	}
	left := c.listen()
	c.acting()
	c.note(Silent, "", left.String())
	c.phase.timeOut(c)
	return nil
}

// linger lets time pass while the app may play prompts. It fails if the call,
// or the wait of the current verb, would end in that time.
func (c *Call) linger(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("cannot wait for %v: the time must be above 0", d)
	case c.end != nil:
		return c.refuse(fmt.Sprintf("cannot wait for %v", d))
	}
	began, entry := c.now, len(c.log)
	err := c.pause(began+d, func(e Entry) time.Duration { return began + d - e.At })
	if err != nil {
		return fmt.Errorf("waited for %v, which is too long: after %w", d, err)
	}
	c.log = slices.Insert(c.log, entry, Entry{At: began, Kind: Waited, Detail: d.String(), Place: c.place, From: c.doc})
	for _, of := range []*Call{c, c.party()} {
		if of != nil && of.hearing != nil && of.hearing.entry >= entry {
			of.hearing.entry++
		}
	}
	return nil
}

// pause continues the call until a time, or returns why it cannot.
func (c *Call) pause(until time.Duration, stop func(Entry) time.Duration) error {
	for began := c.now; c.now < until; {
		if c.StepTo(stop) {
			continue
		}
		if c.end != nil {
			return fmt.Errorf("%v %s", c.now-began, c.Waiting().Text)
		}
		if left := c.phase.rest(c); until-c.now >= left {
			return fmt.Errorf("%v the time is up, because %s", c.now-began+left, c.Waiting().Text)
		}
		c.pass(until - c.now)
	}
	return nil
}
