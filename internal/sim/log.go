package sim

import (
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// An Entry records one thing that happened in a call.
type Entry struct {
	// At is the time since the beginning of the call.
	At time.Duration

	// Kind says what happened.
	Kind Kind

	// Text is the text heard, the keys pressed, the words said, the numbers
	// dialed and so on.
	Text string

	// Detail adds details, such as the voice, repetitions or a duration.
	Detail string

	// Place is the path of the verb that ran in the document, such as
	// "Response[2].Gather". It is empty if no verb caused the entry.
	Place string

	// From is the exchange whose document ran. It is nil before the first
	// document.
	From *Exchange

	// Verb is the verb that is heard. It is set in Heard, Played, Toned, Paused
	// and Whispered entries, except for prompts of the platform itself.
	// Otherwise it is nil.
	Verb voxml.Verb

	// Took is how long the verb is heard. If the verb was cut short, Text
	// contains only the words that were heard.
	Took time.Duration

	// Exchange is the webhook of a Requested entry. Otherwise it is nil.
	Exchange *Exchange

	// Delivery reports whether a Warned entry is about a request or its answer,
	// and not about a verb.
	Delivery bool

	speech *speech // the words of a Say; otherwise nil
}

// A Kind says what happened in an [Entry].
type Kind int

// The kinds of entries.
const (
	Requested Kind = iota // a webhook was sent
	Answered              // the call was answered
	Heard                 // the caller heard a text
	Played                // the caller heard an audio file
	Toned                 // the caller heard tones
	Beeped                // the caller heard the tone before a recording
	Paused                // the caller heard nothing for a while
	Pressed               // the caller pressed keys
	Said                  // the caller said something
	Spoke                 // the caller spoke for a while
	Mumbled               // the caller said something that was not recognized
	Silent                // the caller did nothing until the app continued
	Waited                // the caller did nothing for a while
	Dialed                // the app dialed one or more numbers
	Bridged               // the dialed party answered
	Whispered             // the dialed party heard something that the caller did not
	Undialed              // the dialed call ended
	Recorded              // a recording ended
	Entered               // a step of a payment was completed or failed
	Charged               // a payment was made or declined
	Detailed              // the call detail record includes a verb
	Faulted               // a webhook was lost by a Fault
	Warned                // the app made a mistake
	Ended                 // the call ended
)

// String returns the words for the kind, with the caller as the subject where
// possible.
func (k Kind) String() string {
	return [...]string{
		"requests", "answered", "hears", "plays", "tones", "beep", "pause", "presses", "says", "speaks", "mumbles", "silence", "waits",
		"dials", "connected", "whispers", "dial ended:", "recorded", "entered", "payment", "history", "fault:", "warning:", "ended:",
	}[k]
}

// sounds reports whether the entry is a sound or a pause.
func (k Kind) sounds() bool { return Heard <= k && k <= Paused }

// acts reports whether the entry is an act of a person.
func (k Kind) acts() bool { return Pressed <= k && k <= Waited }

// A Wait describes what a call waits for.
type Wait struct {
	// For says who has to act, and where.
	For Turn

	// Text describes what the app is doing, such as "the app is dialing
	// +14025550111".
	Text string

	// Keys and Speech report whether the caller can press keys, and whether the
	// caller can speak.
	Keys, Speech bool

	// Secret reports that keys must not be shown.
	Secret bool

	// Begun reports that the caller has pressed keys or left a message, and
	// that more can follow. [Call.TimeOut] ends the input.
	Begun bool

	// Rest is how long the app waits before it continues without the caller. If
	// prompts are still to be played, Rest is counted from their end.
	Rest time.Duration

	// Verb is the verb that waits, or nil.
	Verb voxml.Verb

	// Step is the step of a payment.
	Step voxml.PromptFor

	// Attempt is the number of the attempt at Step, from 1.
	Attempt int

	// DialCallSid is the CallSid of the dialed call.
	DialCallSid string

	// Numbers are the numbers that are ringing, or the number that has
	// answered.
	Numbers []string

	// Party describes what the dialed party has to do, if For is ForLeg.
	// Otherwise it is nil.
	Party *Wait
}

// A Turn says who has to act next, and where.
type Turn int

// The turns.
const (
	ForNobody  Turn = iota
	ForInput        // the caller, at a Gather
	ForParty        // the dialed party, while it rings
	ForTalk         // the caller or the dialed party, connected
	ForMessage      // the caller, at a Record
	ForPayment      // the caller, at a step of a Pay
	ForLeg          // the dialed party, at the document of its Number
)

// An End describes how a call ended.
type End struct {
	// Why is the reason.
	Why Why

	// Text describes the end, such as "the app hung up".
	Text string

	// Flow is the Flow that continues the call, if Why is Connected.
	Flow voxml.Flow

	// Reason is the reason of the Reject, if Why is Rejected.
	Reason voxml.RejectReason

	// Exchange is the request that was not answered with a document, if Why is
	// AppFailed and a request was sent. Otherwise it is nil.
	Exchange *Exchange
}

// A Why is the reason for the end of a call.
type Why int

// The reasons for the end of a call.
const (
	HungUp       Why = iota // the app ran a Hangup, or a Reject after the call was answered
	OutOfVerbs              // the document ended
	CallerHungUp            // the caller hung up
	Rejected                // the app ran a Reject before the call was answered
	Connected               // the app ran a Connect: the call goes on in a Flow
	AppFailed               // a request got no answer, no 2xx status, or no document
	Looped                  // the app did too much without input
	NotAnswered             // an outbound call was not answered
)
