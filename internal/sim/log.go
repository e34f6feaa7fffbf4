package sim

import (
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// An Entry is something that happened in a call.
type Entry struct {
	// At is when, since the call began.
	At time.Duration

	// Kind says what happened.
	Kind Kind

	// Text is what was heard, pressed, said, dialed and so on.
	Text string

	// Detail says more about it: the voice, how often, for how long.
	Detail string

	// Place is the path of the verb in the document that ran, such as
	// "Response[2].Gather". It is empty where no verb is the cause.
	Place string

	// From is the exchange whose document ran. It is nil before the first
	// document.
	From *Exchange

	// Verb is the verb that is heard, in a Heard, Played, Toned, Paused or
	// Whispered entry. It is nil in other entries, and for the platform's own
	// prompts.
	Verb voxml.Verb

	// Took is how long the verb is heard. If it was cut, Text has the words
	// that were heard.
	Took time.Duration

	// Exchange is the webhook of a Requested entry. Otherwise it is nil.
	Exchange *Exchange

	speech *speech // of a Say; nil otherwise
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
	Silent                // the caller did nothing until the app went on
	Waited                // the caller did nothing for a while
	Dialed                // somebody was dialed
	Bridged               // the dialed party answered
	Whispered             // the dialed party heard something that the caller did not
	Undialed              // the dialed call ended
	Recorded              // a recording ended
	Entered               // a step of a payment was taken, or not
	Charged               // a payment was made, or refused
	Detailed              // the call detail record keeps a verb
	Faulted               // a webhook was lost by a Fault
	Warned                // the app did something that it should not
	Ended                 // the call ended
)

// String returns a word for the kind, with the caller as its subject where
// there is one.
func (k Kind) String() string {
	return [...]string{
		"requests", "answered", "hears", "plays", "tones", "beep", "pause", "presses", "says", "speaks", "mumbles", "silence", "waits",
		"dials", "connected", "whispers", "dial ended:", "recorded", "entered", "payment", "history", "fault:", "warning:", "ended:",
	}[k]
}

// sounds reports whether something is heard.
func (k Kind) sounds() bool { return Heard <= k && k <= Paused }

// acts reports whether somebody does something.
func (k Kind) acts() bool { return Pressed <= k && k <= Waited }

// A Wait says what a call waits for.
type Wait struct {
	// For says whose turn it is.
	For Turn

	// Text says what the app is doing: "the app is dialing +14025550111".
	Text string

	// Keys and Speech report whether the caller can press keys, and speak.
	Keys, Speech bool

	// Secret reports that keys must not be shown.
	Secret bool

	// Begun reports that the caller has pressed keys or left a message, and
	// that more can follow. [Call.TimeOut] ends it.
	Begun bool

	// Rest is how long the app waits before it goes on by itself. While there
	// are prompts left to play, it is counted from their end.
	Rest time.Duration

	// Verb is the verb that waits, or nil.
	Verb voxml.Verb

	// Step is the step of a payment.
	Step voxml.PromptFor

	// Attempt counts the attempts at Step, from 1.
	Attempt int

	// DialCallSid is the id of the call that is being dialed, or has been.
	DialCallSid string

	// Numbers are those that are being dialed, or the one that has answered.
	Numbers []string

	// Party is what the dialed party is waited for, if For is ForLeg.
	// Otherwise it is nil.
	Party *Wait
}

// A Turn says whom a call waits for, and for what.
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

// An End is how a call ended.
type End struct {
	// Why says what ended it.
	Why Why

	// Text says it in words.
	Text string

	// Flow is where the call went, if Why is Connected.
	Flow voxml.Flow

	// Reason is the reason of the Reject, if Why is Rejected.
	Reason voxml.RejectReason

	// Exchange is the request that was not answered with a document, if Why is
	// AppFailed and a request was sent. Otherwise it is nil.
	Exchange *Exchange
}

// A Why is the reason for the end of a call.
type Why int

// The ends of a call.
const (
	HungUp       Why = iota // a Hangup
	OutOfVerbs              // the end of the document
	CallerHungUp            // the caller
	Rejected                // a Reject
	Connected               // a Connect: the call goes on elsewhere
	AppFailed               // no answer, no 2xx status, or no document
	Looped                  // too much while nobody did anything
	NotAnswered             // an outbound call that nobody answered
)
