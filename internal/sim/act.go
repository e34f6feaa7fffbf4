package sim

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Act is something that a person does in a call: the caller, or a dialed
// party. A call is replayed by its acts.
type Act struct {
	// Do is what the person does. It says which of the other fields count.
	Do Do

	// Keys are pressed one after the other: 0 to 9, *, # and A to D. For DoPress
	// and DoType.
	Keys string

	// Words are what the caller says. For DoSay.
	Words string

	// Confidence is how surely Words are recognized, from 0 to 1. For DoSay.
	Confidence float64

	// Time is how long the caller speaks (DoSpeak, DoMumble) or waits (DoWait),
	// how long the dialed party talks before it hangs up (DoPartyHangUp), or how long it
	// rings before the party answers, is busy or fails, counted from the
	// beginning of the Dial. A ringing time of zero means no longer than it has
	// rung already.
	Time time.Duration

	// Number is the dialed number that answers, is busy, fails or does not
	// answer; the others ring on. If empty, the first number answers, or all
	// of them are busy, fail or do not answer.
	Number string

	// Party means that the dialed party does it, not the caller, while the
	// document of its Number runs. For DoListen, and what the caller can do but
	// DoWait.
	Party bool
}

// A Do is what a person does in an [Act].
type Do string

// What people do.
const (
	DoPress   Do = "press"   // the caller presses Keys, for which the app listens
	DoType    Do = "type"    // the caller presses Keys, whether or not the app listens
	DoSay     Do = "say"     // the caller says Words
	DoMumble  Do = "mumble"  // the caller speaks for Time, and nothing is recognized
	DoSpeak   Do = "speak"   // the caller speaks for Time, to a recording or a dialed party
	DoSilence Do = "silence" // the caller does nothing until the app goes on
	DoWait    Do = "wait"    // the caller does nothing for Time
	DoHangUp  Do = "hang-up" // the caller hangs up

	DoAnswer      Do = "answer"        // a dialed party answers
	DoBusy        Do = "busy"          // it is busy
	DoFail        Do = "fail"          // it cannot be reached
	DoNoAnswer    Do = "no-answer"     // it does not answer
	DoListen      Do = "listen"        // it does nothing until its document has ended
	DoPartyHangUp Do = "party-hang-up" // it hangs up after Time
)

// An Acted is an act that changed a call.
type Acted struct {
	Act

	// Log is the length of [Call.Log] before the act: the entries from there
	// on are its consequences.
	Log int

	// At is when it was done, since the call began. It can be in the middle of
	// what is heard.
	At time.Duration
}

// Act lets a person do something at this moment of the call. It returns an
// error if the act does not fit the moment. The call has not changed then,
// unless the error says how far it got: the app took only some of the keys, or
// time passed until something else happened.
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
	return fmt.Errorf("nobody can do %q", string(a.Do))
}

// Acts returns what people have done so far, in order. Do not modify it.
func (c *Call) Acts() []Acted { return c.acts }

// acting notes that a person does something: the app may go on for another
// day.
func (c *Call) acting() {
	c.since = effort{began: c.now}
}

// stopped returns the error for an act that Config.Context has ended, or nil.
func (c *Call) stopped() error {
	if c.cfg.Context.Err() != nil {
		return fmt.Errorf("the call was ended: %w", context.Cause(c.cfg.Context))
	}
	return nil
}

// refuse returns the error for an act that does not fit the moment.
func (c *Call) refuse(why string) error { return errors.New(why + ": " + c.Waiting().Text) }
