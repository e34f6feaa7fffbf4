package voxhook

// The sets of values below are open: a value that is not among the constants
// is kept as it came, and Known tells.

// A CallStatus is the state of a call.
//
// Voxtelesys documentation: webhooks, request parameters.
type CallStatus string

// The states of a call.
const (
	CallStatusCompleted CallStatus = "completed"
	CallStatusFailed    CallStatus = "failed"
	CallStatusBusy      CallStatus = "busy"
	CallStatusNoAnswer  CallStatus = "no-answer"

	CallStatusQueued     CallStatus = "queued"      // not confirmed by Voxtelesys documentation
	CallStatusInitiated  CallStatus = "initiated"   // not confirmed by Voxtelesys documentation
	CallStatusRinging    CallStatus = "ringing"     // not confirmed by Voxtelesys documentation
	CallStatusInProgress CallStatus = "in-progress" // not confirmed by Voxtelesys documentation
	CallStatusAnswered   CallStatus = "answered"    // not confirmed by Voxtelesys documentation
	CallStatusCanceled   CallStatus = "canceled"    // not confirmed by Voxtelesys documentation
)

// Known reports whether the status is one of the constants of this package.
func (s CallStatus) Known() bool {
	switch s {
	case CallStatusQueued, CallStatusInitiated, CallStatusRinging, CallStatusInProgress, CallStatusAnswered:
		return true
	}
	return s.Ended()
}

// Ended reports whether the call is over: completed, failed, busy, no-answer
// or canceled.
func (s CallStatus) Ended() bool {
	switch s {
	case CallStatusCompleted, CallStatusFailed, CallStatusBusy, CallStatusNoAnswer, CallStatusCanceled:
		return true
	}
	return false
}

// A Direction tells who began a call.
//
// Voxtelesys documentation: webhooks, request parameters.
type Direction string

// The directions of a call.
const (
	DirectionInbound      Direction = "inbound"
	DirectionOutboundAPI  Direction = "outbound-api"
	DirectionOutboundDial Direction = "outbound-dial"
)

// Known reports whether the direction is one of the constants of this package.
func (d Direction) Known() bool {
	return d == DirectionInbound || d == DirectionOutboundAPI || d == DirectionOutboundDial
}

// An AnsweredBy is what answering machine detection found.
//
// Voxtelesys documentation: webhooks, request parameters.
type AnsweredBy string

// The results of answering machine detection.
const (
	AnsweredByHumanResidence AnsweredBy = "human_residence"
	AnsweredByHumanBusiness  AnsweredBy = "human_business"
	AnsweredByUnknown        AnsweredBy = "unknown" // spelling not confirmed by Voxtelesys documentation

	AnsweredByMachineStart      AnsweredBy = "machine_start"       // not confirmed by Voxtelesys documentation
	AnsweredByMachineEndBeep    AnsweredBy = "machine_end_beep"    // not confirmed by Voxtelesys documentation
	AnsweredByMachineEndSilence AnsweredBy = "machine_end_silence" // not confirmed by Voxtelesys documentation
	AnsweredByMachineEndOther   AnsweredBy = "machine_end_other"   // not confirmed by Voxtelesys documentation
	AnsweredByMachine           AnsweredBy = "machine"             // not confirmed by Voxtelesys documentation
	AnsweredByFax               AnsweredBy = "fax"                 // not confirmed by Voxtelesys documentation
)

// Known reports whether the value is one of the constants of this package.
func (a AnsweredBy) Known() bool {
	switch a {
	case AnsweredByHumanResidence, AnsweredByHumanBusiness, AnsweredByUnknown,
		AnsweredByMachineStart, AnsweredByMachineEndBeep, AnsweredByMachineEndSilence,
		AnsweredByMachineEndOther, AnsweredByMachine, AnsweredByFax:
		return true
	}
	return false
}

// A DialStatus is how a dialed call ended. The values are not confirmed by
// Voxtelesys documentation.
type DialStatus string

// The ends of a dialed call.
const (
	DialStatusCompleted DialStatus = "completed"
	DialStatusAnswered  DialStatus = "answered"
	DialStatusBusy      DialStatus = "busy"
	DialStatusNoAnswer  DialStatus = "no-answer"
	DialStatusFailed    DialStatus = "failed"
	DialStatusCanceled  DialStatus = "canceled"
)

// Known reports whether the status is one of the constants of this package.
func (s DialStatus) Known() bool {
	switch s {
	case DialStatusCompleted, DialStatusAnswered, DialStatusBusy, DialStatusNoAnswer, DialStatusFailed, DialStatusCanceled:
		return true
	}
	return false
}

// A PayOutcome is how a payment ended. The values are not confirmed by
// Voxtelesys documentation.
type PayOutcome string

// The ends of a payment.
const (
	PayOutcomeSuccess               PayOutcome = "success"
	PayOutcomeTooManyFailedAttempts PayOutcome = "too-many-failed-attempts"
	PayOutcomeConnectorError        PayOutcome = "payment-connector-error"
	PayOutcomeInterruptedWithStar   PayOutcome = "caller-interrupted-with-star"
	PayOutcomeCallerHungUp          PayOutcome = "caller-hung-up"
	PayOutcomeValidationError       PayOutcome = "validation-error"
	PayOutcomeInternalError         PayOutcome = "internal-error"
)

// Known reports whether the outcome is one of the constants of this package.
func (o PayOutcome) Known() bool {
	switch o {
	case PayOutcomeSuccess, PayOutcomeTooManyFailedAttempts, PayOutcomeConnectorError, PayOutcomeInterruptedWithStar,
		PayOutcomeCallerHungUp, PayOutcomeValidationError, PayOutcomeInternalError:
		return true
	}
	return false
}
