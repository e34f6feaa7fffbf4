package voxhook

// The sets of values below are open: a value that is not among the constants
// is kept as it came, and Known tells.

// A CallStatus is the state of a call.
//
// Voxtelesys documentation: webhooks, request parameters.
type CallStatus string

// The states of a call.
const (
	CallCompleted CallStatus = "completed"
	CallFailed    CallStatus = "failed"
	CallBusy      CallStatus = "busy"
	CallNoAnswer  CallStatus = "no-answer"

	CallQueued     CallStatus = "queued"      // not confirmed by Voxtelesys documentation
	CallInitiated  CallStatus = "initiated"   // not confirmed by Voxtelesys documentation
	CallRinging    CallStatus = "ringing"     // not confirmed by Voxtelesys documentation
	CallInProgress CallStatus = "in-progress" // not confirmed by Voxtelesys documentation
	CallAnswered   CallStatus = "answered"    // not confirmed by Voxtelesys documentation
	CallCanceled   CallStatus = "canceled"    // not confirmed by Voxtelesys documentation
)

// Known reports whether the status is one of the constants of this package.
func (s CallStatus) Known() bool {
	switch s {
	case CallQueued, CallInitiated, CallRinging, CallInProgress, CallAnswered:
		return true
	}
	return s.Ended()
}

// Ended reports whether the call is over: completed, failed, busy, no-answer
// or canceled.
func (s CallStatus) Ended() bool {
	switch s {
	case CallCompleted, CallFailed, CallBusy, CallNoAnswer, CallCanceled:
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
	DialCompleted DialStatus = "completed"
	DialAnswered  DialStatus = "answered"
	DialBusy      DialStatus = "busy"
	DialNoAnswer  DialStatus = "no-answer"
	DialFailed    DialStatus = "failed"
	DialCanceled  DialStatus = "canceled"
)

// Known reports whether the status is one of the constants of this package.
func (s DialStatus) Known() bool {
	switch s {
	case DialCompleted, DialAnswered, DialBusy, DialNoAnswer, DialFailed, DialCanceled:
		return true
	}
	return false
}

// A RecordingStatus is the state of a recording.
//
// Voxtelesys documentation: webhooks, recording status.
type RecordingStatus string

// The states of a recording.
const (
	RecordingInProgress RecordingStatus = "in-progress"
	RecordingCompleted  RecordingStatus = "completed"
	RecordingFailed     RecordingStatus = "failed"
)

// Known reports whether the status is one of the constants of this package.
func (s RecordingStatus) Known() bool {
	return s == RecordingInProgress || s == RecordingCompleted || s == RecordingFailed
}

// A PayOutcome is how a payment ended. The values are not confirmed by
// Voxtelesys documentation.
type PayOutcome string

// The ends of a payment.
const (
	PaySuccess               PayOutcome = "success"
	PayTooManyFailedAttempts PayOutcome = "too-many-failed-attempts"
	PayConnectorError        PayOutcome = "payment-connector-error"
	PayInterruptedWithStar   PayOutcome = "caller-interrupted-with-star"
	PayCallerHungUp          PayOutcome = "caller-hung-up"
	PayValidationError       PayOutcome = "validation-error"
	PayInternalError         PayOutcome = "internal-error"
)

// Known reports whether the outcome is one of the constants of this package.
func (o PayOutcome) Known() bool {
	switch o {
	case PaySuccess, PayTooManyFailedAttempts, PayConnectorError, PayInterruptedWithStar,
		PayCallerHungUp, PayValidationError, PayInternalError:
		return true
	}
	return false
}
