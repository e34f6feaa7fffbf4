package sim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode"

	"github.com/voxhook/voxhook"
)

const hungUp = "the caller hung up"

// HangUp lets the caller hang up.
func (c *Call) HangUp() error {
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

// Press lets the caller press keys, one after the other. If the app takes only
// some of them, that is an error, which says so.
func (c *Call) Press(keys string) error {
	if keys == "" {
		return errors.New("cannot press nothing: stay silent")
	}
	if slices.ContainsFunc([]byte(keys), func(k byte) bool { return !isKey(k) }) {
		return errors.New("cannot press that: keys are 0 to 9, * and #, without anything between them")
	}
	at := c.phase
	shown := c.shown(keys)
	if at == nil {
		return c.refuse("pressed " + shown + ", but nobody listens")
	}
	c.acts()
	c.note(Pressed, shown, "")
	entry := len(c.log) - 1
	for i := range len(keys) {
		if c.phase != at {
			return fmt.Errorf("pressed %s, but the app took only %d of %d keys", shown, i, len(keys))
		}
		if err := at.press(c, keys[i]); err != nil {
			if i == 0 {
				c.log = slices.Delete(c.log, entry, entry+1)
			}
			return fmt.Errorf("pressed %s, but %w", shown, err)
		}
	}
	return nil
}

// shown is how keys are shown. Those that are, or could be meant for, the data
// of a payment are only counted.
func (c *Call) shown(keys string) string {
	if c.secret(len(keys)) {
		return fmt.Sprintf("%d keys", len(keys))
	}
	return keys
}

// secret reports whether a number of digits could be the data of a payment.
func (c *Call) secret(digits int) bool {
	const short = 6 // digits, with which there is no card or account number
	if c.phase != nil {
		return c.phase.wait().Secret
	}
	return c.pays || digits > short
}

// shownSpeech is how speech is shown that nobody has taken: not at all if it
// could be the data of a payment.
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

// Say lets the caller say something, which is recognized with a confidence of
// 0 to 1.
func (c *Call) Say(text string, confidence float64) error {
	switch {
	case text == "":
		return fmt.Errorf("cannot say nothing: stay silent")
	case !(0 <= confidence && confidence <= 1):
		return fmt.Errorf("a confidence is from 0 to 1")
	case c.phase == nil:
		return c.refuse("said " + c.shownSpeech(text) + ", but nobody listens")
	}
	if err := c.phase.say(c, text, confidence); err != nil {
		return fmt.Errorf("said %s, but %w", c.shownSpeech(text), err)
	}
	return nil
}

// Speak lets the caller speak for a time, to a recording or somebody dialed.
func (c *Call) Speak(d time.Duration) error {
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

// Silence lets the caller do nothing until the app goes on.
func (c *Call) Silence() error {
	if c.phase == nil {
		return c.refuse("stayed silent, but nobody listens")
	}
	if err := c.phase.silence(c); err != nil {
		return fmt.Errorf("stayed silent, but %w", err)
	}
	return nil
}

// Linger lets time pass while the app waits for somebody, as long as it does.
func (c *Call) Linger(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("cannot wait for %v: that is no time", d)
	case c.phase == nil:
		return c.refuse(fmt.Sprintf("waited for %v, but nobody is waited for", d))
	}
	if left := c.phase.listen(c); d >= left {
		return fmt.Errorf("waited for %v, which is too long: after %v something happens by itself, because %s", d, left, c.Waiting().Text)
	}
	c.note(Waited, "", d.String())
	c.pass(d)
	return nil
}

// refuse is the error for what does not fit the moment.
func (c *Call) refuse(why string) error { return errors.New(why + ": " + c.Waiting().Text) }

func isKey(k byte) bool { return '0' <= k && k <= '9' || k == '*' || k == '#' }
