package voxhook

import (
	"net/http"

	"github.com/voxhook/voxhook/internal/form"
)

// Parse reads a voice webhook and returns the most likely event. Its errors are
// those of [Decode].
//
// No parameter names the kind, so Parse infers it from parameters that only
// some kinds have. It uses the first row below that names a parameter of the
// request. The parameter counts even if its value is empty. On a GET,
// parameters that come before the first parameter of [VoiceWebhook] belong to
// the URL's own query, so the kind does not depend on them. If a parameter
// comes more than once, only the last one is used.
//
//	DialCallStatus, DialCallSid, DialCallDuration, DialBridged      *DialResult
//	PaymentToken, ProfileId, PaymentConfirmationCode, PaymentError,
//	  PayErrorCode, ConnectorError, BankAccountNumber,
//	  BankRoutingNumber, BankAccountType                            *PayResult
//	ErrorType, PartialResult                                        *PayProgress
//	PaymentMethod, PaymentCardNumber, PaymentCardType,
//	  ExpirationDate, SecurityCode, PaymentCardPostalCode           *PayResult
//	RecordingStatus, RecordingChannels, RecordingSource,
//	  RecordingStartTime, RecordingTrack                            *Recording
//	CallDuration, CallbackSource                                    *StatusChange
//	RecordingUrl, RecordingSid, RecordingDuration                   *RecordResult
//	SpeechResult, Confidence, FinishedOnKey, Digits                 *GatherResult
//	Result                                                          *PayResult
//	For, Attempt, Required                                          *PayProgress
//	Timestamp, SequenceNumber, if the call has ended or CallStatus
//	  is missing                                                    *StatusChange
//	none, and the call has ended                                    *StatusChange
//	none                                                            *IncomingCall
//
// The last two rows are ambiguous: a Gather that collected nothing sends none
// of these parameters. Few of the names are confirmed. A [Handler] also uses
// its callbacks to choose.
func Parse(r *http.Request) (Event, error) {
	var in received
	if err := in.read(r, form.Limits{}); err != nil {
		return nil, err
	}
	return in.event(in.kind()), nil
}

// kind returns the kind by Parse's table.
func (in *received) kind() Kind {
	for _, rows := range [...][]signRow{strongRows, genericRows} {
		for _, row := range rows {
			if in.has(row.sign) {
				return row.kind
			}
		}
	}
	if in.webhook.CallStatus.Ended() {
		return KindStatusChange
	}
	return KindIncomingCall
}

// signs is a set of rows of Parse's table.
type signs uint16

const (
	signDial signs = 1 << iota
	signPay
	signProgress
	signPayment
	signRecording
	signStatus
	signRecord
	signGather

	// These names are common words and thus weaker evidence than the others.
	signResult
	signFor
	signTime
)

// A signRow is a row of Parse's table.
type signRow struct {
	sign signs
	kind Kind
}

// strongRows are the rows of Parse's table with distinctive names.
var strongRows = []signRow{
	{signDial, KindDialResult},
	{signPay, KindPayResult},
	{signProgress, KindPayProgress},
	{signPayment, KindPayResult},
	{signRecording, KindRecording},
	{signStatus, KindStatusChange},
	{signRecord, KindRecordResult},
	{signGather, KindGatherResult},
}

// genericRows are the rows of Parse's table with common words as names. They
// come after strongRows.
var genericRows = []signRow{
	{signResult, KindPayResult},
	{signFor, KindPayProgress},
	{signTime, KindStatusChange},
}

// signOf returns the row of Parse's table that has a parameter, or zero.
func signOf(name string) signs {
	switch name {
	case "DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged":
		return signDial
	case "PaymentToken", "ProfileId", "PaymentConfirmationCode", "PaymentError", "PayErrorCode",
		"ConnectorError", "BankAccountNumber", "BankRoutingNumber", "BankAccountType":
		return signPay
	case "ErrorType", "PartialResult":
		return signProgress
	case "PaymentMethod", "PaymentCardNumber", "PaymentCardType", "ExpirationDate", "SecurityCode", "PaymentCardPostalCode":
		return signPayment
	case "RecordingStatus", "RecordingChannels", "RecordingSource", "RecordingStartTime", "RecordingTrack":
		return signRecording
	case "CallDuration", "CallbackSource":
		return signStatus
	case "RecordingUrl", "RecordingSid", "RecordingDuration":
		return signRecord
	case "SpeechResult", "Confidence", "FinishedOnKey", "Digits":
		return signGather
	case "Result":
		return signResult
	case "For", "Attempt", "Required":
		return signFor
	case "Timestamp", "SequenceNumber":
		return signTime
	}
	return 0
}

// has reports whether the request has a parameter of a row. The row of
// Timestamp requires that the call may have ended.
func (in *received) has(sign signs) bool {
	if sign == signTime && in.webhook.CallStatus != "" && !in.webhook.CallStatus.Ended() {
		return false
	}
	return in.signs&sign != 0
}
