package voxtest

import (
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Moment is a point at which a call waits for someone or has ended.
type Moment struct {
	// Turn says whose turn it is, and at which verb. It is empty if the call
	// has ended.
	Turn Turn

	// Text describes the moment, such as "the app is listening for a key or
	// speech".
	Text string

	// Keys and Speech report whether the caller can press keys or speak. At
	// TurnLeg, they report what the dialed party can do.
	Keys, Speech bool

	// Begun reports whether the caller has begun an input or message, and can
	// continue it.
	Begun bool

	// Rest is the time that the app still waits before it goes on.
	Rest time.Duration

	// Verb is the waiting verb. It is nil if the call has ended.
	Verb voxml.Verb

	// Place is the path of the verb in its document, as in a Finding.
	Place string

	// Numbers holds the numbers that ring, or the number that has answered.
	Numbers []string

	// Step is the step of a [voxml.Pay] that the app waits for.
	Step voxml.PromptFor

	// Attempt counts the attempts at Step, from 1.
	Attempt int

	// End says how the call ended. It is empty while the call goes on.
	End End
}

// A Turn says who can act, and at which verb.
type Turn string

// The possible turns.
const (
	TurnGather Turn = "gather" // the caller, at a Gather
	TurnRecord Turn = "record" // the caller, at a Record
	TurnPay    Turn = "pay"    // the caller, at a Pay
	TurnDial   Turn = "dial"   // the dialed party, while its phone rings
	TurnTalk   Turn = "talk"   // both, while they are connected
	TurnLeg    Turn = "leg"    // the dialed party, while the document of its Number runs
)

// An End says how a call ended.
type End string

// How a call can end.
const (
	EndHungUp       End = "hung up"        // the app hung up, by a Hangup or the end of a document
	EndCallerHungUp End = "caller hung up" // the caller hung up
	EndRejected     End = "rejected"       // the app rejected the call
	EndConnected    End = "connected"      // the app connected the call to a Flow
	EndUnanswered   End = "unanswered"     // no one answered an outbound call
	EndFailed       End = "failed"         // the app failed, see [Phone.Failed]
)

var turns = map[sim.Turn]Turn{
	sim.ForInput: TurnGather, sim.ForMessage: TurnRecord, sim.ForPayment: TurnPay, sim.ForParty: TurnDial, sim.ForTalk: TurnTalk,
	sim.ForLeg: TurnLeg,
}

var ends = map[sim.Why]End{
	sim.HungUp: EndHungUp, sim.OutOfVerbs: EndHungUp, sim.CallerHungUp: EndCallerHungUp, sim.Rejected: EndRejected,
	sim.Connected: EndConnected, sim.NotAnswered: EndUnanswered, sim.AppFailed: EndFailed, sim.Looped: EndFailed,
}

// Now runs the call until it waits for someone or ends, and returns that
// moment, so that a test can decide what to do next. The caller hears prompts
// to the end.
func (p *Phone) Now() Moment {
	for p.call.Step() {
	}
	w := p.call.Waiting()
	m := Moment{
		Turn: turns[w.For], Text: w.Text, Keys: w.Keys, Speech: w.Speech, Begun: w.Begun, Rest: w.Rest,
		Verb: w.Verb, Place: p.call.Place(), Numbers: w.Numbers, Step: w.Step, Attempt: w.Attempt,
	}
	if w.Party != nil {
		m.Keys, m.Speech, m.Verb = w.Party.Keys, w.Party.Speech, w.Party.Verb
	}
	if end := p.call.End(); end != nil {
		m.End = ends[end.Why]
	}
	return m
}
