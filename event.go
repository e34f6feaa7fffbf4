package voxhook

import (
	"net/http"
	"time"

	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// An Event is one voice webhook. It is one of
//
//   - [*IncomingCall]: a call wants its first instructions;
//   - [*DialResult], [*GatherResult], [*RecordResult], [*PayResult]: a verb
//     with an action has ended; together they are [VerbAction];
//   - [*StatusChange], [*Recording], [*PayProgress]: notifications, which the
//     platform does not expect a document for.
//
// The interface is closed: a type switch over these is complete.
type Event interface {
	// Webhook returns the parameters that all events have.
	Webhook() *VoiceWebhook

	event() kind
}

// A VerbAction is an [Event] by which a verb reports its result and asks for
// the next document: [*DialResult], [*GatherResult], [*RecordResult] or
// [*PayResult].
type VerbAction interface {
	Event
	verbAction()
}

func (*IncomingCall) event() kind { return incomingCall }
func (*DialResult) event() kind   { return dialResult }
func (*GatherResult) event() kind { return gatherResult }
func (*RecordResult) event() kind { return recordResult }
func (*PayResult) event() kind    { return payResult }
func (*StatusChange) event() kind { return statusChange }
func (*Recording) event() kind    { return recording }
func (*PayProgress) event() kind  { return payProgress }

func (*DialResult) verbAction()   {}
func (*GatherResult) verbAction() {}
func (*RecordResult) verbAction() {}
func (*PayResult) verbAction()    {}

// An IncomingCall asks for the first document of a call: one that came in, an
// outbound call that was answered, or one that a [voxml.Redirect] sent on.
// Answer with a document.
//
// Voxtelesys documentation: webhooks, incoming call.
type IncomingCall struct {
	VoiceWebhook
}

// A StatusChange tells that an outbound call has ended: CallStatus says how.
// It is a notification.
//
// Voxtelesys documentation: webhooks, status change.
type StatusChange struct {
	VoiceWebhook

	// CallDuration is how long the call took, in whole seconds. Not confirmed
	// by Voxtelesys documentation.
	CallDuration time.Duration `schema:"CallDuration"`

	// Timestamp is when the status changed, in UTC; on the wire a time of RFC
	// 3339 or RFC 2822. Not confirmed by Voxtelesys documentation.
	Timestamp time.Time `schema:"Timestamp"`

	// SequenceNumber orders the notifications of a call. Not confirmed by
	// Voxtelesys documentation.
	SequenceNumber int `schema:"SequenceNumber"`

	// CallbackSource is what caused the notification. Not confirmed by
	// Voxtelesys documentation.
	CallbackSource string `schema:"CallbackSource"`

	// RecordingSid is the id of the recording, if the call was recorded. Not
	// confirmed by Voxtelesys documentation.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingURL is where the recording is, if the call was recorded. Wire
	// name: RecordingUrl. Not confirmed by Voxtelesys documentation.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingDuration is its length, in whole seconds. Not confirmed by
	// Voxtelesys documentation.
	RecordingDuration time.Duration `schema:"RecordingDuration"`
}

// A Recording tells that a recording has changed its state. It is a
// notification.
//
// Voxtelesys documentation: webhooks, recording status.
type Recording struct {
	VoiceWebhook

	// RecordingStatus is the new state. The name of the parameter is not
	// confirmed by Voxtelesys documentation.
	RecordingStatus voxml.RecordingStatus `schema:"RecordingStatus"`

	// RecordingSid is the id of the recording. Not confirmed by Voxtelesys
	// documentation.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingURL is where the recording is. Wire name: RecordingUrl. Not
	// confirmed by Voxtelesys documentation.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingDuration is its length, in whole seconds. Not confirmed by
	// Voxtelesys documentation.
	RecordingDuration time.Duration `schema:"RecordingDuration"`

	// RecordingChannels is 1, or 2 for a dual recording. Not confirmed by
	// Voxtelesys documentation.
	RecordingChannels int `schema:"RecordingChannels"`

	// RecordingSource is what began the recording. Not confirmed by
	// Voxtelesys documentation.
	RecordingSource string `schema:"RecordingSource"`

	// RecordingStartTime is when it began, in UTC; on the wire a time of RFC
	// 3339 or RFC 2822. Not confirmed by Voxtelesys documentation.
	RecordingStartTime time.Time `schema:"RecordingStartTime"`

	// RecordingTrack is the side that was recorded. Not confirmed by
	// Voxtelesys documentation.
	RecordingTrack voxml.RecordingTrack `schema:"RecordingTrack"`

	// ErrorCode says why a recording failed. Not confirmed by Voxtelesys
	// documentation.
	ErrorCode string `schema:"ErrorCode"`
}

// A DialResult tells that the call of a [voxml.Dial] has ended. Answer with a
// document.
//
// Voxtelesys documentation: VoXML, Dial, action.
type DialResult struct {
	VoiceWebhook

	// DialCallStatus is how the dialed call ended. Not confirmed by
	// Voxtelesys documentation.
	DialCallStatus DialStatus `schema:"DialCallStatus"`

	// DialCallSid is the id of the dialed call. Not confirmed by Voxtelesys
	// documentation.
	DialCallSid string `schema:"DialCallSid"`

	// DialCallDuration is how long it took, in whole seconds. Not confirmed by
	// Voxtelesys documentation.
	DialCallDuration time.Duration `schema:"DialCallDuration"`

	// RecordingURL is where its recording is, if it was recorded. Wire name:
	// RecordingUrl. Not confirmed by Voxtelesys documentation.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingSid is the id of the recording, if there is one. Not confirmed
	// by Voxtelesys documentation.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingDuration is its length, in whole seconds. Not confirmed by
	// Voxtelesys documentation.
	RecordingDuration time.Duration `schema:"RecordingDuration"`

	// DialBridged tells whether the caller and the dialed party spoke: true
	// or false on the wire. Not confirmed by Voxtelesys documentation.
	DialBridged bool `schema:"DialBridged"`
}

// A GatherResult has what the caller pressed or said at a [voxml.Gather]. All
// of it is empty if ActionOnEmptyResult is set and nothing came. Answer with
// a document.
//
// Voxtelesys documentation: VoXML, Gather, action.
type GatherResult struct {
	VoiceWebhook

	// Digits are the keys that the caller pressed, without the one that ended
	// the input. The name of the parameter is not confirmed by Voxtelesys
	// documentation.
	Digits string `schema:"Digits"`

	// SpeechResult is what the caller said. Not confirmed by Voxtelesys
	// documentation.
	SpeechResult string `schema:"SpeechResult"`

	// Confidence is how sure the recognition is, 0.0 to 1.0. Not confirmed by
	// Voxtelesys documentation.
	Confidence float64 `schema:"Confidence"`

	// FinishedOnKey is the key that ended the input, if one did. Not
	// confirmed by Voxtelesys documentation.
	FinishedOnKey string `schema:"FinishedOnKey"`
}

// A RecordResult tells that a [voxml.Record] has ended. Answer with a
// document.
//
// Voxtelesys documentation: VoXML, Record, action.
type RecordResult struct {
	VoiceWebhook

	// RecordingURL is where the recording is. Wire name: RecordingUrl. Not
	// confirmed by Voxtelesys documentation.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingSid is the id of the recording. Not confirmed by Voxtelesys
	// documentation.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingDuration is its length, in whole seconds. Not confirmed by
	// Voxtelesys documentation.
	RecordingDuration time.Duration `schema:"RecordingDuration"`

	// Digits is the key that ended the recording, or "hangup". Not confirmed
	// by Voxtelesys documentation.
	Digits string `schema:"Digits"`
}

// A PayResult tells that a [voxml.Pay] has ended. Answer with a document, and
// do not log the event as a whole.
//
// Voxtelesys documentation: VoXML, Pay, action.
type PayResult struct {
	VoiceWebhook

	// Result is how the payment ended. Not confirmed by Voxtelesys
	// documentation.
	Result PayOutcome `schema:"Result"`

	// PaymentMethod is what the caller paid with. The name of the parameter
	// is not confirmed by Voxtelesys documentation.
	PaymentMethod voxml.PaymentMethod `schema:"PaymentMethod"`

	// PaymentCardNumber is the card's number, masked. Not confirmed by
	// Voxtelesys documentation.
	PaymentCardNumber string `schema:"PaymentCardNumber"`

	// PaymentCardType is the card's brand. Not confirmed by Voxtelesys
	// documentation.
	PaymentCardType string `schema:"PaymentCardType"`

	// ExpirationDate is the card's, MMYY. Not confirmed by Voxtelesys
	// documentation.
	ExpirationDate string `schema:"ExpirationDate"`

	// SecurityCode is the card's, masked. Not confirmed by Voxtelesys
	// documentation.
	SecurityCode string `schema:"SecurityCode"`

	// PaymentCardPostalCode is the postal code of the card's holder. Not
	// confirmed by Voxtelesys documentation.
	PaymentCardPostalCode string `schema:"PaymentCardPostalCode"`

	// BankAccountNumber is the account's number, masked. Not confirmed by
	// Voxtelesys documentation.
	BankAccountNumber string `schema:"BankAccountNumber"`

	// BankRoutingNumber is the bank's number. Not confirmed by Voxtelesys
	// documentation.
	BankRoutingNumber string `schema:"BankRoutingNumber"`

	// BankAccountType is the kind of account. Not confirmed by Voxtelesys
	// documentation.
	BankAccountType voxml.BankAccountType `schema:"BankAccountType"`

	// PaymentToken stands for the card or account in later payments. Not
	// confirmed by Voxtelesys documentation.
	PaymentToken string `schema:"PaymentToken"`

	// ProfileID is the payment connector's id of the caller. Wire name:
	// ProfileId. Not confirmed by Voxtelesys documentation.
	ProfileID string `schema:"ProfileId"`

	// PaymentConfirmationCode is the payment connector's receipt. Not
	// confirmed by Voxtelesys documentation.
	PaymentConfirmationCode string `schema:"PaymentConfirmationCode"`

	// PaymentError says what went wrong. Not confirmed by Voxtelesys
	// documentation.
	PaymentError string `schema:"PaymentError"`

	// PayErrorCode is the platform's code of the error. Not confirmed by
	// Voxtelesys documentation.
	PayErrorCode string `schema:"PayErrorCode"`

	// ConnectorError is the payment connector's error. Not confirmed by
	// Voxtelesys documentation.
	ConnectorError string `schema:"ConnectorError"`
}

// A PayProgress tells of one step of a [voxml.Pay], by its StatusCallback. It
// is a notification.
//
// Voxtelesys documentation: VoXML, Pay, statusCallback.
type PayProgress struct {
	VoiceWebhook

	// For is the step. The name of the parameter is not confirmed by
	// Voxtelesys documentation.
	For voxml.PromptFor `schema:"For"`

	// ErrorType is the mistake that the caller made, if any. The name of the
	// parameter is not confirmed by Voxtelesys documentation.
	ErrorType voxml.ErrorType `schema:"ErrorType"`

	// Attempt counts the caller's attempts at this step, 1 to 3. Not
	// confirmed by Voxtelesys documentation.
	Attempt int `schema:"Attempt"`

	// PaymentMethod is what the caller pays with. Not confirmed by Voxtelesys
	// documentation.
	PaymentMethod voxml.PaymentMethod `schema:"PaymentMethod"`

	// PaymentCardNumber is the card's number, masked. Not confirmed by
	// Voxtelesys documentation.
	PaymentCardNumber string `schema:"PaymentCardNumber"`

	// PaymentCardType is the card's brand. Not confirmed by Voxtelesys
	// documentation.
	PaymentCardType string `schema:"PaymentCardType"`

	// ExpirationDate is the card's, MMYY. Not confirmed by Voxtelesys
	// documentation.
	ExpirationDate string `schema:"ExpirationDate"`

	// SecurityCode is the card's, masked. Not confirmed by Voxtelesys
	// documentation.
	SecurityCode string `schema:"SecurityCode"`

	// PaymentCardPostalCode is the postal code of the card's holder. Not
	// confirmed by Voxtelesys documentation.
	PaymentCardPostalCode string `schema:"PaymentCardPostalCode"`

	// PartialResult tells whether more is to come: true or false on the wire.
	// Not confirmed by Voxtelesys documentation.
	PartialResult bool `schema:"PartialResult"`

	// Required is what is still to be asked. Not confirmed by Voxtelesys
	// documentation.
	Required string `schema:"Required"`
}

// Parse reads a voice webhook and tells which kind of event it is. It fails
// where [Decode] does.
//
// No parameter names the kind, so Parse goes by the parameters that only some
// kinds have. The first line that fits counts; a parameter is there even if
// its value is empty:
//
//	DialCallStatus, DialCallSid, DialCallDuration, DialBridged      *DialResult
//	Result, PaymentToken, ProfileId, PaymentConfirmationCode,
//	  PaymentError, PayErrorCode, ConnectorError, BankAccountNumber,
//	  BankRoutingNumber, BankAccountType                            *PayResult
//	For, ErrorType, Attempt, PartialResult, Required                *PayProgress
//	PaymentMethod, PaymentCardNumber, PaymentCardType,
//	  ExpirationDate, SecurityCode, PaymentCardPostalCode           *PayResult
//	RecordingStatus, RecordingChannels, RecordingSource,
//	  RecordingStartTime, RecordingTrack, ErrorCode                 *Recording
//	CallDuration, Timestamp, SequenceNumber, CallbackSource         *StatusChange
//	RecordingUrl, RecordingSid, RecordingDuration                   *RecordResult
//	SpeechResult, Confidence, FinishedOnKey, Digits                 *GatherResult
//	none of these, and CallStatus is one of a call that has ended   *StatusChange
//	none of these                                                   *IncomingCall
//
// In the last two lines the request can as well be an action: that of a
// Gather without input carries nothing of its own. And few of these names are
// confirmed. A [Handler] also goes by the callbacks that are set.
func Parse(r *http.Request) (Event, error) {
	var in received
	if err := in.read(r, form.Limits{}); err != nil {
		return nil, err
	}
	k, _ := in.kind()
	return in.event(k), nil
}

// A kind is one of the types of Event.
type kind int

const (
	incomingCall kind = iota
	dialResult
	gatherResult
	recordResult
	payResult
	statusChange
	recording
	payProgress
	verbAction // any of the four: of a callback, not of an event
)

// isVerb tells a result of a verb.
func (k kind) isVerb() bool { return dialResult <= k && k <= payResult }

// wantsDocument tells an event of a call, which has a caller on the line, from
// a notification.
func (k kind) wantsDocument() bool { return k <= payResult || k == verbAction }

// signs is the table in the comment of Parse.
var signs = []struct {
	kind  kind
	names []string
}{
	{dialResult, []string{"DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged"}},
	{payResult, []string{
		"Result", "PaymentToken", "ProfileId", "PaymentConfirmationCode", "PaymentError", "PayErrorCode",
		"ConnectorError", "BankAccountNumber", "BankRoutingNumber", "BankAccountType",
	}},
	{payProgress, []string{"For", "ErrorType", "Attempt", "PartialResult", "Required"}},
	{payResult, []string{
		"PaymentMethod", "PaymentCardNumber", "PaymentCardType", "ExpirationDate", "SecurityCode", "PaymentCardPostalCode",
	}},
	{recording, []string{
		"RecordingStatus", "RecordingChannels", "RecordingSource", "RecordingStartTime", "RecordingTrack", "ErrorCode",
	}},
	{statusChange, []string{"CallDuration", "Timestamp", "SequenceNumber", "CallbackSource"}},
	{recordResult, []string{"RecordingUrl", "RecordingSid", "RecordingDuration"}},
	{gatherResult, []string{"SpeechResult", "Confidence", "FinishedOnKey", "Digits"}},
}

// kind tells the kind of the event, and whether its parameters are a proof of
// it.
func (in *received) kind() (k kind, sure bool) {
	if int(in.sign) < len(signs) {
		return signs[in.sign].kind, true
	}
	if CallStatus(in.value(slot("CallStatus"))).Ended() {
		return statusChange, false
	}
	return incomingCall, false
}

// event builds the event of a kind.
func (in *received) event(k kind) Event {
	switch k {
	case dialResult:
		e := new(DialResult)
		return build(in, e, &e.VoiceWebhook, dialTable)
	case gatherResult:
		e := new(GatherResult)
		return build(in, e, &e.VoiceWebhook, gatherTable)
	case recordResult:
		e := new(RecordResult)
		return build(in, e, &e.VoiceWebhook, recordTable)
	case payResult:
		e := new(PayResult)
		return build(in, e, &e.VoiceWebhook, payTable)
	case statusChange:
		e := new(StatusChange)
		return build(in, e, &e.VoiceWebhook, statusChangeTable)
	case recording:
		e := new(Recording)
		return build(in, e, &e.VoiceWebhook, recordingTable)
	case payProgress:
		e := new(PayProgress)
		return build(in, e, &e.VoiceWebhook, payProgressTable)
	default:
		e := new(IncomingCall)
		in.common(&e.VoiceWebhook)
		return e
	}
}

func build[T any](in *received, e *T, w *VoiceWebhook, own table[T]) *T {
	in.common(w)
	fill(in, w, e, own)
	return e
}
