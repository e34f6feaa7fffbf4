package voxtest

import (
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Moment is where a call stops because somebody has to do something, or
// because it is over.
type Moment struct {
	// Turn says whose turn it is, and for what. It is empty once the call is
	// over.
	Turn Turn

	// Text says in words what the app does, such as "the app is listening for
	// a key or speech".
	Text string

	// Keys and Speech report whether the caller, or the dialed party at
	// TurnLeg, can press keys, and speak.
	Keys, Speech bool

	// Begun reports that keys or a message have begun, and that more can
	// follow.
	Begun bool

	// Rest is how long the app waits before it goes on by itself.
	Rest time.Duration

	// Verb is the verb that waits. It is nil once the call is over.
	Verb voxml.Verb

	// Place is the path of the verb in its document, as in a Finding.
	Place string

	// Numbers are those that are being dialed, or the one that has answered.
	Numbers []string

	// Step is the step of a [voxml.Pay] for which the app waits.
	Step voxml.PromptFor

	// Attempt counts the attempts at Step, from 1.
	Attempt int

	// End is how the call ended. It is empty while the call goes on.
	End End
}

// A Turn says who has to do something in a call.
type Turn string

// The turns.
const (
	TurnGather Turn = "gather" // the caller's, at a Gather
	TurnRecord Turn = "record" // the caller's, at a Record
	TurnPay    Turn = "pay"    // the caller's, at a Pay
	TurnDial   Turn = "dial"   // the dialed party's, while it rings
	TurnTalk   Turn = "talk"   // either party's, while they are connected
	TurnLeg    Turn = "leg"    // the dialed party's, while the document of its Number runs
)

// An End says how a call ended.
type End string

// The ends of a call.
const (
	EndHungUp       End = "hung up"        // the app hung up, by a Hangup or the end of a document
	EndCallerHungUp End = "caller hung up" // the caller hung up
	EndRejected     End = "rejected"       // the app refused the call
	EndConnected    End = "connected"      // the app handed the call to a Flow
	EndUnanswered   End = "unanswered"     // nobody answered an outbound call
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

// Now plays the call on until somebody has to do something or it ends, and
// returns what it then waits for. So a test can decide what to do. Prompts are
// heard to the end.
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
