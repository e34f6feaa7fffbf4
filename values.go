package voxhook

import "strings"

// These enumerations are open: unknown values are kept. Known reports whether
// a value is one of the constants.

// spelling returns a word in the platform's spelling. Similar platforms write
// Completed, no_answer and cancelled.
func spelling(word string) string {
	word = strings.ReplaceAll(strings.ToLower(word), "_", "-")
	if word == "cancelled" {
		return "canceled"
	}
	return word
}

// CallStatus is the state of a call.
//
// Voxtelesys documentation: webhooks, request parameters.
type CallStatus string

// The states of a call.
const (
	CallStatusCompleted CallStatus = "completed"
	CallStatusFailed    CallStatus = "failed"
	CallStatusBusy      CallStatus = "busy"
	CallStatusNoAnswer  CallStatus = "no-answer"

	CallStatusQueued     CallStatus = "queued"      // Unconfirmed.
	CallStatusInitiated  CallStatus = "initiated"   // Unconfirmed.
	CallStatusRinging    CallStatus = "ringing"     // Unconfirmed.
	CallStatusInProgress CallStatus = "in-progress" // Unconfirmed.
	CallStatusAnswered   CallStatus = "answered"    // Unconfirmed.
	CallStatusCanceled   CallStatus = "canceled"    // Unconfirmed.
)

// Known reports whether the status is one of the constants.
func (s CallStatus) Known() bool {
	switch s {
	case CallStatusCompleted, CallStatusFailed, CallStatusBusy, CallStatusNoAnswer,
		CallStatusQueued, CallStatusInitiated, CallStatusRinging, CallStatusInProgress,
		CallStatusAnswered, CallStatusCanceled:
		return true
	}
	return false
}

// Ended reports whether the call is over: completed, failed, busy, no-answer
// or canceled. It also accepts the spellings of similar platforms: Completed,
// no_answer and cancelled.
func (s CallStatus) Ended() bool {
	switch CallStatus(spelling(string(s))) {
	case CallStatusCompleted, CallStatusFailed, CallStatusBusy, CallStatusNoAnswer, CallStatusCanceled:
		return true
	}
	return false
}

// begins reports whether the call is still being set up: queued, initiated or
// ringing.
func (s CallStatus) begins() bool {
	switch CallStatus(spelling(string(s))) {
	case CallStatusQueued, CallStatusInitiated, CallStatusRinging:
		return true
	}
	return false
}

// Direction says which side placed the call.
//
// Voxtelesys documentation: webhooks, request parameters.
type Direction string

// The directions of a call.
const (
	DirectionInbound      Direction = "inbound"
	DirectionOutboundAPI  Direction = "outbound-api"
	DirectionOutboundDial Direction = "outbound-dial"
)

// Known reports whether the direction is one of the constants.
func (d Direction) Known() bool {
	return d == DirectionInbound || d == DirectionOutboundAPI || d == DirectionOutboundDial
}

// AnsweredBy is the result of answering machine detection.
//
// Voxtelesys documentation: webhooks, request parameters.
type AnsweredBy string

// The results of answering machine detection.
const (
	AnsweredByHumanResidence AnsweredBy = "human_residence"
	AnsweredByHumanBusiness  AnsweredBy = "human_business"
	AnsweredByUnknown        AnsweredBy = "unknown" // Spelling unconfirmed.

	AnsweredByHuman             AnsweredBy = "human"               // Unconfirmed.
	AnsweredByMachineStart      AnsweredBy = "machine_start"       // Unconfirmed.
	AnsweredByMachineEndBeep    AnsweredBy = "machine_end_beep"    // Unconfirmed.
	AnsweredByMachineEndSilence AnsweredBy = "machine_end_silence" // Unconfirmed.
	AnsweredByMachineEndOther   AnsweredBy = "machine_end_other"   // Unconfirmed.
	AnsweredByMachine           AnsweredBy = "machine"             // Unconfirmed.
	AnsweredByFax               AnsweredBy = "fax"                 // Unconfirmed.
)

// Known reports whether the value is one of the constants.
func (a AnsweredBy) Known() bool {
	switch a {
	case AnsweredByHumanResidence, AnsweredByHumanBusiness, AnsweredByUnknown, AnsweredByHuman,
		AnsweredByMachineStart, AnsweredByMachineEndBeep, AnsweredByMachineEndSilence,
		AnsweredByMachineEndOther, AnsweredByMachine, AnsweredByFax:
		return true
	}
	return false
}

// Human reports whether a person answered. Only the word before the first
// underscore matters, so it also works for values that are not constants here.
func (a AnsweredBy) Human() bool { return a.word() == "human" }

// Machine reports whether an answering machine answered. Only the word before
// the first underscore matters. A fax is neither human nor machine.
func (a AnsweredBy) Machine() bool { return a.word() == "machine" }

func (a AnsweredBy) word() string {
	word, _, _ := strings.Cut(strings.ToLower(string(a)), "_")
	return word
}

// DialStatus says how a dialed call ended. Its values are unconfirmed.
type DialStatus string

// How a dialed call can end.
const (
	DialStatusCompleted DialStatus = "completed"
	DialStatusAnswered  DialStatus = "answered"
	DialStatusBusy      DialStatus = "busy"
	DialStatusNoAnswer  DialStatus = "no-answer"
	DialStatusFailed    DialStatus = "failed"
	DialStatusCanceled  DialStatus = "canceled"
)

// Known reports whether the status is one of the constants.
func (s DialStatus) Known() bool {
	switch s {
	case DialStatusCompleted, DialStatusAnswered, DialStatusBusy, DialStatusNoAnswer, DialStatusFailed, DialStatusCanceled:
		return true
	}
	return false
}

// Answered reports whether the dialed party answered: completed or answered.
// Case does not matter.
func (s DialStatus) Answered() bool {
	s = DialStatus(spelling(string(s)))
	return s == DialStatusCompleted || s == DialStatusAnswered
}

// PayOutcome says how a payment ended. Its values are unconfirmed.
type PayOutcome string

// How a payment can end.
const (
	PayOutcomeSuccess               PayOutcome = "success"
	PayOutcomeTooManyFailedAttempts PayOutcome = "too-many-failed-attempts"
	PayOutcomeConnectorError        PayOutcome = "payment-connector-error"
	PayOutcomeInterruptedWithStar   PayOutcome = "caller-interrupted-with-star"
	PayOutcomeCallerHungUp          PayOutcome = "caller-hung-up"
	PayOutcomeValidationError       PayOutcome = "validation-error"
	PayOutcomeInternalError         PayOutcome = "internal-error"
)

// Known reports whether the outcome is one of the constants.
func (o PayOutcome) Known() bool {
	switch o {
	case PayOutcomeSuccess, PayOutcomeTooManyFailedAttempts, PayOutcomeConnectorError, PayOutcomeInterruptedWithStar,
		PayOutcomeCallerHungUp, PayOutcomeValidationError, PayOutcomeInternalError:
		return true
	}
	return false
}
