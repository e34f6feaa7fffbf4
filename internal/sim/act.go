package sim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Act is something that a person does in a call. The person is the caller or
// a dialed party. Repeating the acts of a call repeats the call.
type Act struct {
	// Do is what the person does. It determines which other fields are used.
	Do Do

	// Keys are the keys that the person presses, in order: 0 to 9, *, # and A
	// to D. Used by DoPress and DoType.
	Keys string

	// Words are what the caller says. Used by DoSay.
	Words string

	// Confidence is the confidence of the speech recognition, from 0 to 1. Used
	// by DoSay.
	Confidence float64

	// Time is how long the caller speaks (DoSpeak, DoMumble) or waits (DoWait),
	// or how long the dialed party talks before it hangs up (DoPartyHangUp).
	// For DoAnswer, DoBusy and DoFail it is how long the phone rings, from the
	// beginning of the Dial; zero means that it rings no longer than it already
	// has.
	Time time.Duration

	// Number is the dialed number that answers, is busy, fails or does not
	// answer; the other numbers keep ringing. If empty, the first number
	// answers, or all numbers are busy, fail or do not answer.
	Number string

	// Party means that the dialed party acts instead of the caller, while the
	// document of its Number runs. It applies to DoListen, and to every act of
	// the caller except DoWait.
	Party bool
}

// A Do is the kind of an [Act].
type Do string

// The kinds of acts.
const (
	DoPress   Do = "press"   // the caller presses Keys while the app listens for them
	DoType    Do = "type"    // the caller presses Keys, whether or not the app listens
	DoSay     Do = "say"     // the caller says Words
	DoMumble  Do = "mumble"  // the caller speaks for Time, and nothing is recognized
	DoSpeak   Do = "speak"   // the caller speaks for Time, to a recording or a dialed party
	DoSilence Do = "silence" // the caller does nothing until the app continues
	DoWait    Do = "wait"    // the caller does nothing for Time
	DoHangUp  Do = "hang-up" // the caller hangs up

	DoAnswer      Do = "answer"        // a dialed party answers
	DoBusy        Do = "busy"          // the dialed party is busy
	DoFail        Do = "fail"          // the dialed party cannot be reached
	DoNoAnswer    Do = "no-answer"     // the dialed party does not answer
	DoListen      Do = "listen"        // the dialed party does nothing until its document has ended
	DoPartyHangUp Do = "party-hang-up" // the dialed party hangs up after Time
)

// An Acted is an act that changed the call.
type Acted struct {
	Act

	// Log is the length of [Call.Log] before the act. The entries from that
	// index on are its consequences.
	Log int

	// At is when the act began, as the time since the beginning of the call. It
	// may be in the middle of a prompt.
	At time.Duration
}

// Act lets a person act at this moment of the call. It returns an error if the
// act is not possible now. The call is then unchanged, unless the error says
// how far the act got: the app took only some of the keys, or time passed until
// something else happened.
func (c *Call) Act(a Act) error {
	acted := Acted{a, len(c.log), c.now}
	err := c.act(a)
	if err == nil || len(c.log) > acted.Log {
		c.acts = append(c.acts, acted)
		c.waited()
	}
	return err
}

func (c *Call) act(a Act) error {
	if a.Party {
		return c.partyActs(a)
	}
	switch a.Do {
	case DoPress:
		return c.press(a.Keys)
	case DoType:
		return c.typeKeys(a.Keys)
	case DoMumble:
		return c.mumble(a.Time)
	case DoSay:
		return c.say(a.Words, a.Confidence)
	case DoSpeak:
		return c.speak(a.Time)
	case DoSilence:
		return c.silence()
	case DoWait:
		return c.linger(a.Time)
	case DoHangUp:
		return c.hangUp()
	case DoAnswer, DoBusy, DoFail, DoNoAnswer:
		return c.answers(a)
	case DoPartyHangUp:
		return c.partyHangsUp(a.Time)
	}
	return fmt.Errorf("unknown act %q", string(a.Do))
}

// Acts returns the acts so far, in order. Do not modify the slice.
func (c *Call) Acts() []Acted { return c.acts }

// acting restarts the limits on what the app may do without input.
func (c *Call) acting() {
	c.since = effort{began: c.now}
}

// stopped returns an error if Config.Context has ended.
func (c *Call) stopped() error {
	if c.cfg.Context.Err() != nil {
		return fmt.Errorf("the call was ended: %w", context.Cause(c.cfg.Context))
	}
	return nil
}

// refuse returns the error for an act that is not possible now.
func (c *Call) refuse(why string) error { return errors.New(why + ": " + c.Waiting().Text) }
