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
	c.settle()
	return nil
}

// press presses keys, one after the other. If the app takes only some of them,
// it returns an error that says so.
func (c *Call) press(keys string) error {
	if keys == "" {
		return errors.New("cannot press nothing: stay silent")
	}
	if strings.Trim(keys, "0123456789*#") != "" {
		return errors.New("cannot press that: keys are 0 to 9, * and #, without anything between them")
	}
	at := c.phase
	shown := c.shown(keys)
	if at == nil {
		return c.refuse("pressed " + shown + ", but nobody listens")
	}
	c.acting()
	c.note(Pressed, shown, "")
	entry := len(c.log) - 1
	for i := range len(keys) {
		if c.phase != at {
			return fmt.Errorf("pressed %s, but the app took only %d of %d keys", shown, i, len(keys))
		}
		err := at.press(c, keys[i])
		if err == nil && i%1024 == 1023 { // many keys take real time
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

// shown returns keys as they are shown. Those that are, or may be meant for,
// the data of a payment are only counted.
func (c *Call) shown(keys string) string {
	if c.secret(len(keys)) {
		return fmt.Sprintf("%d keys", len(keys))
	}
	return keys
}

// secret reports whether a number of digits could be the data of a payment.
func (c *Call) secret(digits int) bool {
	const short = 6 // digits: shorter than any card or account number
	if c.phase != nil {
		return c.phase.wait(c).Secret
	}
	return c.pays || digits > short
}

// shownSpeech returns speech that the app did not take, as it is shown.
// Nothing is shown if it could be the data of a payment.
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
		return errors.New("cannot say nothing: stay silent")
	case !(0 <= confidence && confidence <= 1):
		return errors.New("a confidence is from 0 to 1")
	case c.phase == nil:
		return c.refuse("said " + c.shownSpeech(text) + ", but nobody listens")
	}
	if err := c.phase.say(c, text, confidence); err != nil {
		return fmt.Errorf("said %s, but %w", c.shownSpeech(text), err)
	}
	return nil
}

func (c *Call) speak(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("cannot speak for %v: that is no time", d)
	case c.phase == nil:
		return c.refuse(fmt.Sprintf("spoke for %v, but nobody listens", d))
	}
	if err := c.phase.speak(c, d); err != nil {
		return fmt.Errorf("spoke for %v, but %w", d, err)
	}
	return nil
}

func (c *Call) silence() error {
	if c.phase == nil {
		return c.refuse("stayed silent, but nobody listens")
	}
	if w := c.phase.wait(c); w.For == ForParty || w.For == ForTalk {
		return errors.New("stayed silent, but what comes next is up to the dialed party: " + w.Text)
	}
	left := c.listen()
	c.acting()
	c.note(Silent, "", left.String())
	c.phase.timeOut(c)
	return nil
}

// linger lets time pass while the app waits for somebody.
func (c *Call) linger(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("cannot wait for %v: that is no time", d)
	case c.phase == nil:
		return c.refuse(fmt.Sprintf("waited for %v, but nobody is waited for", d))
	}
	if left := c.listen(); d >= left {
		return fmt.Errorf("waited for %v, which is too long: after %v something happens by itself, because %s", d, left, c.Waiting().Text)
	}
	c.note(Waited, "", d.String())
	c.pass(d)
	return nil
}
