package voxhook

import (
	"time"

	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// An Event is one voice webhook. It is one of
//
//   - [*IncomingCall]: a call needs its first document, or the document of a
//     [voxml.Redirect];
//   - [*DialResult], [*GatherResult], [*RecordResult], [*PayResult]: a verb
//     with an Action has ended. Each of these is also a [VerbAction];
//   - [*StatusChange], [*Recording], [*PayProgress]: notifications, which need
//     no document in reply.
//
// The interface is closed: a type switch over these is complete.
type Event interface {
	// Webhook returns the parameters that all events have.
	Webhook() *VoiceWebhook

	// Kind returns the kind of the event.
	Kind() Kind

	// set sets the field of a parameter that is not in VoiceWebhook, and
	// reports whether there is such a field.
	set(name string, v value) (known bool, err error)
}

// A VerbAction is an [Event] that reports the result of a verb and asks for the
// next document: [*DialResult], [*GatherResult], [*RecordResult] or
// [*PayResult].
type VerbAction interface {
	Event
	verbAction()
}

// A Kind is one of the types of [Event]. The zero Kind means unknown.
type Kind int

// The kinds of events.
const (
	KindIncomingCall Kind = 1 + iota
	KindDialResult
	KindGatherResult
	KindRecordResult
	KindPayResult
	KindStatusChange
	KindRecording
	KindPayProgress
)

// kinds holds the name and the type of each kind. It is the only list of them.
var kinds = [...]struct {
	name string
	new  func() Event
}{
	KindIncomingCall: {"IncomingCall", func() Event { return new(IncomingCall) }},
	KindDialResult:   {"DialResult", func() Event { return new(DialResult) }},
	KindGatherResult: {"GatherResult", func() Event { return new(GatherResult) }},
	KindRecordResult: {"RecordResult", func() Event { return new(RecordResult) }},
	KindPayResult:    {"PayResult", func() Event { return new(PayResult) }},
	KindStatusChange: {"StatusChange", func() Event { return new(StatusChange) }},
	KindRecording:    {"Recording", func() Event { return new(Recording) }},
	KindPayProgress:  {"PayProgress", func() Event { return new(PayProgress) }},
}

// Kinds returns all kinds of events.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kinds)-1)
	for k := KindIncomingCall; int(k) < len(kinds); k++ {
		all = append(all, k)
	}
	return all
}

// New returns an event of the kind with all fields zero. It panics if the kind
// is unknown.
func (k Kind) New() Event { return kinds[k].new() }

// String returns the name of the event's type, such as "GatherResult", or
// "unknown".
func (k Kind) String() string {
	if k <= 0 || int(k) >= len(kinds) {
		return "unknown"
	}
	return kinds[k].name
}

// IsVerbAction reports whether events of the kind implement [VerbAction].
func (k Kind) IsVerbAction() bool { return KindDialResult <= k && k <= KindPayResult }

// WantsDocument reports whether the platform expects a document in reply to
// events of the kind. It is false for notifications.
func (k Kind) WantsDocument() bool { return k == KindIncomingCall || k.IsVerbAction() }

// KindFor returns the kind of event that a URL in a document receives, given
// how the document uses the URL. Zero means unknown.
func KindFor(use voxml.URLUse) Kind {
	switch use {
	case voxml.UseDialAction:
		return KindDialResult
	case voxml.UseGatherAction:
		return KindGatherResult
	case voxml.UseRecordAction:
		return KindRecordResult
	case voxml.UsePayAction:
		return KindPayResult
	case voxml.UseRedirect, voxml.UseNumber:
		return KindIncomingCall
	case voxml.UseRecording:
		return KindRecording
	case voxml.UsePayProgress:
		return KindPayProgress
	}
	return 0
}

// IncomingCall asks for a document. It is sent when a call comes in, when an
// outbound call is answered, after a [voxml.Redirect], and for a dialed party
// whose [voxml.Number] has a URL, which is unconfirmed. Answer with a document.
//
// Voxtelesys documentation: webhooks, incoming call.
type IncomingCall struct {
	VoiceWebhook
}

// Kind returns [KindIncomingCall].
func (*IncomingCall) Kind() Kind { return KindIncomingCall }

func (*IncomingCall) set(string, value) (bool, error) { return false, nil }

// DialResult reports that the call of a [voxml.Dial] has ended. Answer with a
// document.
//
// Voxtelesys documentation: VoXML, Dial, action.
type DialResult struct {
	VoiceWebhook

	// DialCallStatus says how the dialed call ended. Unconfirmed.
	DialCallStatus DialStatus `schema:"DialCallStatus"`

	// DialCallSid is the id of the dialed call. Unconfirmed.
	DialCallSid string `schema:"DialCallSid"`

	// DialCallDuration is the duration of the dialed call, in seconds on the
	// wire. Unconfirmed.
	DialCallDuration time.Duration `schema:"DialCallDuration"`

	// RecordingURL is the URL of the recording, if the call was recorded.
	// Wire name: RecordingUrl. Unconfirmed.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingSid is the id of the recording, if there is one. Unconfirmed.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingDuration is the length of the recording, in seconds on the
	// wire. Unconfirmed.
	RecordingDuration time.Duration `schema:"RecordingDuration"`

	// DialBridged reports whether the caller and the dialed party were
	// connected. Unconfirmed.
	DialBridged bool `schema:"DialBridged"`
}

// Kind returns [KindDialResult].
func (*DialResult) Kind() Kind { return KindDialResult }

func (*DialResult) verbAction() {}

func (e *DialResult) set(name string, v value) (known bool, err error) {
	switch name {
	case "DialCallStatus":
		err = text(&e.DialCallStatus, v)
	case "DialCallSid":
		err = text(&e.DialCallSid, v)
	case "DialCallDuration":
		err = parsed(&e.DialCallDuration, v, form.Seconds)
	case "RecordingUrl":
		err = text(&e.RecordingURL, v)
	case "RecordingSid":
		err = text(&e.RecordingSid, v)
	case "RecordingDuration":
		err = parsed(&e.RecordingDuration, v, form.Seconds)
	case "DialBridged":
		err = parsed(&e.DialBridged, v, form.Bool)
	default:
		return false, nil
	}
	return true, err
}

// Status returns how the dialed call ended, given the Output of its
// [voxml.Dial]. If the webhook has a parameter of the rows of DialCallStatus or
// RecordingUrl in the table of [Parse], even an empty one, Status returns
// DialCallStatus. Otherwise it returns the variable output.status. So it works
// whether or not the platform sends the unconfirmed parameters.
func (e *DialResult) Status(output string) DialStatus {
	if e.DialCallStatus != "" || e.sentAny(signDial|signRecord) {
		return e.DialCallStatus
	}
	return DialStatus(e.Vars[output+".status"])
}

// GatherResult reports what the caller pressed or said at a [voxml.Gather]. Its
// fields are empty if the caller did nothing; such a result is only sent if
// ActionOnEmptyResult is set. Answer with a document.
//
// Voxtelesys documentation: VoXML, Gather, action.
type GatherResult struct {
	VoiceWebhook

	// Digits are the keys that the caller pressed, without the key that ended
	// the input. Unconfirmed.
	Digits string `schema:"Digits"`

	// SpeechResult is the text of what the caller said. Unconfirmed.
	SpeechResult string `schema:"SpeechResult"`

	// Confidence says how certain the speech recognition is, from 0.0 to 1.0.
	// Unconfirmed.
	Confidence float64 `schema:"Confidence"`

	// FinishedOnKey is the key that ended the input. It is empty if none did.
	// Unconfirmed.
	FinishedOnKey string `schema:"FinishedOnKey"`
}

// Kind returns [KindGatherResult].
func (*GatherResult) Kind() Kind { return KindGatherResult }

func (*GatherResult) verbAction() {}

func (e *GatherResult) set(name string, v value) (known bool, err error) {
	switch name {
	case "Digits":
		err = text(&e.Digits, v)
	case "SpeechResult":
		err = text(&e.SpeechResult, v)
	case "Confidence":
		err = parsed(&e.Confidence, v, form.Number)
	case "FinishedOnKey":
		err = text(&e.FinishedOnKey, v)
	default:
		return false, nil
	}
	return true, err
}

// Input returns what the caller pressed and said, given the Output of the
// [voxml.Gather]. If the webhook has any parameter of a Gather, even an empty
// one, Input returns Digits and SpeechResult. Otherwise it returns the
// variables output.digits and output.speech. So it works whether or not the
// platform sends the unconfirmed parameters.
//
// It is unconfirmed whether a Gather without input clears its variables. A
// document that asks again must use another Output, or [voxml.Unset] the
// variables before the Gather.
func (e *GatherResult) Input(output string) (digits, speech string) {
	if e.Digits != "" || e.SpeechResult != "" || e.sentAny(signGather) {
		return e.Digits, e.SpeechResult
	}
	return e.Vars[output+".digits"], e.Vars[output+".speech"]
}

// sentAny reports whether the platform sent a parameter of any of these rows of
// Parse's table.
func (w *VoiceWebhook) sentAny(rows signs) bool {
	sent := w.Params
	if 0 < w.Sent && w.Sent < len(sent) {
		sent = sent[:w.Sent]
	}
	for _, p := range sent {
		if signOf(p.Name)&rows != 0 {
			return true
		}
	}
	return false
}

// RecordResult reports that a [voxml.Record] has ended. Answer with a document.
//
// Voxtelesys documentation: VoXML, Record, action.
type RecordResult struct {
	VoiceWebhook

	// RecordingURL is the URL of the recording. If empty, a [Recording]
	// notification may have it. Wire name: RecordingUrl. Unconfirmed.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingSid is the id of the recording. Unconfirmed.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingDuration is the length of the recording, in seconds on the
	// wire. Zero means that the caller said nothing, or that the length is
	// unknown. Unconfirmed.
	RecordingDuration time.Duration `schema:"RecordingDuration"`

	// Digits is the key that ended the recording, or "hangup". Unconfirmed.
	Digits string `schema:"Digits"`
}

// Kind returns [KindRecordResult].
func (*RecordResult) Kind() Kind { return KindRecordResult }

func (*RecordResult) verbAction() {}

func (e *RecordResult) set(name string, v value) (known bool, err error) {
	switch name {
	case "RecordingUrl":
		err = text(&e.RecordingURL, v)
	case "RecordingSid":
		err = text(&e.RecordingSid, v)
	case "RecordingDuration":
		err = parsed(&e.RecordingDuration, v, form.Seconds)
	case "Digits":
		err = text(&e.Digits, v)
	default:
		return false, nil
	}
	return true, err
}

// PayResult reports that a [voxml.Pay] has ended. Answer with a document.
//
// Voxtelesys documentation: VoXML, Pay, action.
type PayResult struct {
	VoiceWebhook

	// Result says how the payment ended. If empty, the result is unknown: the
	// caller may have been charged, so ask the payment connector. Unconfirmed.
	Result PayOutcome `schema:"Result"`

	// PaymentMethod says how the caller pays. Unconfirmed.
	PaymentMethod voxml.PaymentMethod `schema:"PaymentMethod"`

	// PaymentCardNumber is the number of the card, masked. Unconfirmed.
	PaymentCardNumber string `schema:"PaymentCardNumber"`

	// PaymentCardType is the brand of the card. Unconfirmed.
	PaymentCardType string `schema:"PaymentCardType"`

	// ExpirationDate is the month and year when the card expires, as MMYY.
	// Unconfirmed.
	ExpirationDate string `schema:"ExpirationDate"`

	// SecurityCode is the security code of the card, masked. Unconfirmed.
	SecurityCode string `schema:"SecurityCode"`

	// PaymentCardPostalCode is the postal code of the cardholder.
	// Unconfirmed.
	PaymentCardPostalCode string `schema:"PaymentCardPostalCode"`

	// BankAccountNumber is the number of the bank account, masked.
	// Unconfirmed.
	BankAccountNumber string `schema:"BankAccountNumber"`

	// BankRoutingNumber identifies the bank. Unconfirmed.
	BankRoutingNumber string `schema:"BankRoutingNumber"`

	// BankAccountType is the type of the bank account. Unconfirmed.
	BankAccountType voxml.BankAccountType `schema:"BankAccountType"`

	// PaymentToken stands in for the card or account in later payments.
	// Unconfirmed.
	PaymentToken string `schema:"PaymentToken"`

	// ProfileID is the payment connector's id for the caller. Wire name:
	// ProfileId. Unconfirmed.
	ProfileID string `schema:"ProfileId"`

	// PaymentConfirmationCode is the payment connector's confirmation of a
	// successful payment. Unconfirmed.
	PaymentConfirmationCode string `schema:"PaymentConfirmationCode"`

	// PaymentError says why the payment failed. Unconfirmed.
	PaymentError string `schema:"PaymentError"`

	// PayErrorCode is the platform's code for the error. Unconfirmed.
	PayErrorCode string `schema:"PayErrorCode"`

	// ConnectorError is the error reported by the payment connector.
	// Unconfirmed.
	ConnectorError string `schema:"ConnectorError"`
}

// Kind returns [KindPayResult].
func (*PayResult) Kind() Kind { return KindPayResult }

func (*PayResult) verbAction() {}

func (e *PayResult) set(name string, v value) (known bool, err error) {
	switch name {
	case "Result":
		err = text(&e.Result, v)
	case "PaymentMethod":
		err = text(&e.PaymentMethod, v)
	case "PaymentCardNumber":
		err = text(&e.PaymentCardNumber, v)
	case "PaymentCardType":
		err = text(&e.PaymentCardType, v)
	case "ExpirationDate":
		err = text(&e.ExpirationDate, v)
	case "SecurityCode":
		err = text(&e.SecurityCode, v)
	case "PaymentCardPostalCode":
		err = text(&e.PaymentCardPostalCode, v)
	case "PaymentToken":
		err = text(&e.PaymentToken, v)
	case "ProfileId":
		err = text(&e.ProfileID, v)
	case "PaymentConfirmationCode":
		err = text(&e.PaymentConfirmationCode, v)
	case "PaymentError":
		err = text(&e.PaymentError, v)
	case "PayErrorCode":
		err = text(&e.PayErrorCode, v)
	case "ConnectorError":
		err = text(&e.ConnectorError, v)
	default:
		return e.setBank(name, v)
	}
	return true, err
}

func (e *PayResult) setBank(name string, v value) (known bool, err error) {
	switch name {
	case "BankAccountNumber":
		err = text(&e.BankAccountNumber, v)
	case "BankRoutingNumber":
		err = text(&e.BankRoutingNumber, v)
	case "BankAccountType":
		err = text(&e.BankAccountType, v)
	default:
		return false, nil
	}
	return true, err
}

// StatusChange is a notification that an outbound call has ended. CallStatus
// says how. The platform does not document this notification for inbound calls.
//
// Voxtelesys documentation: webhooks, status change.
type StatusChange struct {
	VoiceWebhook

	// CallDuration is the duration of the call, in seconds on the wire.
	// Unconfirmed.
	CallDuration time.Duration `schema:"CallDuration"`

	// Timestamp is when the status changed, in UTC. On the wire it has the
	// format of RFC 3339 or RFC 2822. Unconfirmed.
	Timestamp time.Time `schema:"Timestamp"`

	// SequenceNumber orders the notifications of a call. Unconfirmed.
	SequenceNumber int `schema:"SequenceNumber"`

	// CallbackSource says what caused the notification. Unconfirmed.
	CallbackSource string `schema:"CallbackSource"`

	// RecordingSid is the id of the recording, if the call was recorded.
	// Unconfirmed.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingURL is the URL of the recording, if the call was recorded.
	// Wire name: RecordingUrl. Unconfirmed.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingDuration is the length of the recording, in seconds on the
	// wire. Unconfirmed.
	RecordingDuration time.Duration `schema:"RecordingDuration"`
}

// Kind returns [KindStatusChange].
func (*StatusChange) Kind() Kind { return KindStatusChange }

func (e *StatusChange) set(name string, v value) (known bool, err error) {
	switch name {
	case "CallDuration":
		err = parsed(&e.CallDuration, v, form.Seconds)
	case "Timestamp":
		err = parsed(&e.Timestamp, v, form.Time)
	case "SequenceNumber":
		err = parsed(&e.SequenceNumber, v, form.Int)
	case "CallbackSource":
		err = text(&e.CallbackSource, v)
	case "RecordingSid":
		err = text(&e.RecordingSid, v)
	case "RecordingUrl":
		err = text(&e.RecordingURL, v)
	case "RecordingDuration":
		err = parsed(&e.RecordingDuration, v, form.Seconds)
	default:
		return false, nil
	}
	return true, err
}

// Recording is a notification that the state of a recording has changed.
//
// Voxtelesys documentation: webhooks, recording status.
type Recording struct {
	VoiceWebhook

	// RecordingStatus is the new state. Its wire name is unconfirmed.
	RecordingStatus voxml.RecordingStatus `schema:"RecordingStatus"`

	// RecordingSid is the id of the recording. Unconfirmed.
	RecordingSid string `schema:"RecordingSid"`

	// RecordingURL is the URL of the recording. Wire name: RecordingUrl.
	// Unconfirmed.
	RecordingURL string `schema:"RecordingUrl"`

	// RecordingDuration is the length of the recording, in seconds on the
	// wire. Unconfirmed.
	RecordingDuration time.Duration `schema:"RecordingDuration"`

	// RecordingChannels is 1, or 2 for a dual recording. Unconfirmed.
	RecordingChannels int `schema:"RecordingChannels"`

	// RecordingSource is the verb or option that made the recording.
	// Unconfirmed.
	RecordingSource string `schema:"RecordingSource"`

	// RecordingStartTime is when the recording began, in UTC. On the wire it
	// has the format of RFC 3339 or RFC 2822. Unconfirmed.
	RecordingStartTime time.Time `schema:"RecordingStartTime"`

	// RecordingTrack says which side of the call was recorded. Unconfirmed.
	RecordingTrack voxml.RecordingTrack `schema:"RecordingTrack"`

	// ErrorCode says why a recording failed. Unconfirmed.
	ErrorCode string `schema:"ErrorCode"`
}

// Kind returns [KindRecording].
func (*Recording) Kind() Kind { return KindRecording }

func (e *Recording) set(name string, v value) (known bool, err error) {
	switch name {
	case "RecordingStatus":
		err = text(&e.RecordingStatus, v)
	case "RecordingSid":
		err = text(&e.RecordingSid, v)
	case "RecordingUrl":
		err = text(&e.RecordingURL, v)
	case "RecordingDuration":
		err = parsed(&e.RecordingDuration, v, form.Seconds)
	case "RecordingChannels":
		err = parsed(&e.RecordingChannels, v, form.Int)
	case "RecordingSource":
		err = text(&e.RecordingSource, v)
	case "RecordingStartTime":
		err = parsed(&e.RecordingStartTime, v, form.Time)
	case "RecordingTrack":
		err = text(&e.RecordingTrack, v)
	case "ErrorCode":
		err = text(&e.ErrorCode, v)
	default:
		return false, nil
	}
	return true, err
}

// PayProgress is a notification of one step of a [voxml.Pay], sent to its
// StatusCallback.
//
// Voxtelesys documentation: VoXML, Pay, statusCallback.
type PayProgress struct {
	VoiceWebhook

	// For is the step, such as the card number. Its wire name is unconfirmed.
	For voxml.PromptFor `schema:"For"`

	// ErrorType is the caller's mistake at this step, if any. Its wire name is
	// unconfirmed.
	ErrorType voxml.ErrorType `schema:"ErrorType"`

	// Attempt counts the caller's attempts at this step, 1 to 3. Unconfirmed.
	Attempt int `schema:"Attempt"`

	// PaymentMethod says how the caller pays. Unconfirmed.
	PaymentMethod voxml.PaymentMethod `schema:"PaymentMethod"`

	// PaymentCardNumber is the number of the card, masked. Unconfirmed.
	PaymentCardNumber string `schema:"PaymentCardNumber"`

	// PaymentCardType is the brand of the card. Unconfirmed.
	PaymentCardType string `schema:"PaymentCardType"`

	// ExpirationDate is the month and year when the card expires, as MMYY.
	// Unconfirmed.
	ExpirationDate string `schema:"ExpirationDate"`

	// SecurityCode is the security code of the card, masked. Unconfirmed.
	SecurityCode string `schema:"SecurityCode"`

	// PaymentCardPostalCode is the postal code of the cardholder.
	// Unconfirmed.
	PaymentCardPostalCode string `schema:"PaymentCardPostalCode"`

	// PartialResult reports whether more steps follow. Unconfirmed.
	PartialResult bool `schema:"PartialResult"`

	// Required lists the remaining steps. Unconfirmed.
	Required string `schema:"Required"`
}

// Kind returns [KindPayProgress].
func (*PayProgress) Kind() Kind { return KindPayProgress }

func (e *PayProgress) set(name string, v value) (known bool, err error) {
	switch name {
	case "For":
		err = text(&e.For, v)
	case "ErrorType":
		err = text(&e.ErrorType, v)
	case "Attempt":
		err = parsed(&e.Attempt, v, form.Int)
	case "PaymentMethod":
		err = text(&e.PaymentMethod, v)
	case "PaymentCardNumber":
		err = text(&e.PaymentCardNumber, v)
	case "PaymentCardType":
		err = text(&e.PaymentCardType, v)
	case "ExpirationDate":
		err = text(&e.ExpirationDate, v)
	case "SecurityCode":
		err = text(&e.SecurityCode, v)
	case "PaymentCardPostalCode":
		err = text(&e.PaymentCardPostalCode, v)
	case "PartialResult":
		err = parsed(&e.PartialResult, v, form.Bool)
	case "Required":
		err = text(&e.Required, v)
	default:
		return false, nil
	}
	return true, err
}
