package voxtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/internal/wire"
	"github.com/voxhook/voxhook/voxml"
)

// NewRequest returns the request with which the platform sends an event, to
// pass to ServeHTTP of a handler. The method and target are used as by
// [httptest.NewRequest]: an empty method means GET, and a target without a host
// is on example.com. GET and HEAD append the parameters to the query of target;
// other methods send them as a form in the body. If the method is GET or POST,
// [voxhook.Parse] returns an event of the same kind from the request. For other
// methods, Parse returns [voxhook.ErrMethod].
//
// A field that is zero gets a typical value, which depends only on the fields
// that are set:
//
//	CallSid, AccountID, TrunkID  made up
//	From, To, ApiVersion         +14025550100, +14025550199, v0
//	Direction                    outbound-dial if ParentCallSid is set; otherwise outbound-api
//	                             if AnsweredBy is set or the event is a StatusChange;
//	                             otherwise inbound
//	ParentCallSid                made up, if Direction is outbound-dial
//	CallStatus                   in-progress, except
//	  IncomingCall               ringing, if Direction is inbound
//	  RecordResult               completed, if Digits is hangup
//	  PayResult                  completed, if Result is caller-hung-up
//	  StatusChange               completed
//
//	StatusChange
//	  CallDuration               if CallStatus is completed: 1 minute, or the length of the
//	                             recording if that is longer
//	  Timestamp                  2025-01-01T12:01:00Z
//	  CallbackSource             call-progress-events
//	  Recording…                 if one of Sid, Url and Duration is set, the others get values
//	                             too; otherwise none is sent
//	Recording
//	  RecordingStatus            failed if ErrorCode is set; otherwise completed
//	  RecordingSid               made up
//	  RecordingUrl, …Duration    if RecordingStatus is completed: a URL with the Sid, 42 seconds
//	  RecordingChannels          1
//	  RecordingSource            DialVerb if there are 2 channels, or if RecordingTrack is set
//	                             but not inbound; otherwise RecordVerb
//	  RecordingTrack             inbound if RecordingSource is RecordVerb; otherwise both
//	  RecordingStartTime         2025-01-01T12:00:00Z, unless RecordingStatus is failed
//	DialResult
//	  DialCallStatus             completed, with DialBridged true
//	  DialCallSid                made up
//	  DialCallDuration           if DialCallStatus is completed or answered: 1 minute, or the
//	                             length of the recording if that is longer
//	  Recording…                 as for a StatusChange
//	GatherResult
//	  Confidence                 0.9, if SpeechResult is set
//	RecordResult
//	  RecordingSid, …Url         made up, a URL with the Sid
//	  RecordingDuration          42 seconds
//	  Digits                     hangup, if CallStatus is that of a call that has ended
//	PayResult
//	  Result                     payment-connector-error if PaymentError, PayErrorCode or
//	                             ConnectorError is set; otherwise success if ProfileId,
//	                             PaymentToken or PaymentConfirmationCode is set; otherwise
//	                             caller-hung-up if CallStatus is that of a call that has
//	                             ended; otherwise success
//	  PaymentMethod              ach-debit if a detail of a bank account is set; otherwise
//	                             credit-card
//	  the other details          if Result is success: details of a card or of a bank account,
//	                             a PaymentToken and a PaymentConfirmationCode
//	PayProgress
//	  For                        the step of ErrorType, if it belongs to one step; otherwise
//	                             the first of postal-code, security-code and
//	                             expiration-date, in this order, whose detail is set;
//	                             otherwise bank-routing-number if PaymentMethod is
//	                             ach-debit; otherwise payment-card-number
//	  Attempt                    1
//	  PaymentMethod              ach-debit if For is a step of a bank account; otherwise
//	                             credit-card
//
// Other fields that are zero are not sent, with one exception: a GatherResult
// without Digits and SpeechResult is the result of a caller who did nothing,
// and is sent with an empty Digits, so that Parse recognizes it.
// [voxhook.Vars] are sent as flat JSON. Params are sent in order. A parameter
// is not sent if it is documented for the kind of event, or if it would make
// the request one of another kind. Invalid is ignored.
//
// NewRequest panics if target is invalid, if event is nil, or if a value cannot
// be sent: a Duration that is negative or not a whole number of seconds, a
// Confidence that is not finite, a time outside the years 0 to 9999, or an
// IncomingCall with the CallStatus of a call that has ended. It does not change
// event.
func NewRequest(method, target string, event voxhook.Event) *http.Request {
	form := wire.Values(withDefaults(event)).Encode()
	switch method {
	case "", http.MethodGet, http.MethodHead:
		before, query, _ := strings.Cut(target, "?")
		if query != "" {
			query += "&"
		}
		return httptest.NewRequest(method, before+"?"+query+form, nil)
	}
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// sendable returns a copy of an event, completed like that of NewRequest, or an
// error if NewRequest would panic.
func sendable(event voxhook.Event) (complete voxhook.Event, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the event of First cannot be sent: %s", strings.TrimPrefix(fmt.Sprint(v), "voxtest: "))
		}
	}()
	complete = withDefaults(event)
	wire.Values(complete)
	return complete, nil
}

// The made-up values, in the format of those in a [Call].
var (
	defaultCallSid       = sim.NewID("call", 1)
	defaultParentCallSid = sim.NewID("parent call", 1)
	defaultDialCallSid   = sim.NewID("dialed call", 1)
	defaultRecordingSid  = sim.NewID("recording", 1)
	defaultToken         = sim.NewID("token", 1)
	defaultConfirmation  = sim.NewID("confirmation", 1)

	defaultStart = sim.DefaultStart                  // of recordings
	defaultTime  = sim.DefaultStart.Add(time.Minute) // of the end of a call
)

const defaultLength = 42 * time.Second // of recordings

// withDefaults returns a copy of an event, completed by the table in the
// comment of NewRequest.
func withDefaults(event voxhook.Event) voxhook.Event {
	original := reflect.Indirect(reflect.ValueOf(event))
	if !original.IsValid() {
		panic("voxtest: the event is nil")
	}
	c := reflect.New(original.Type())
	c.Elem().Set(original)
	switch c := c.Interface().(type) {
	case *voxhook.IncomingCall:
		incomingCall(c)
	case *voxhook.DialResult:
		dialResult(c)
	case *voxhook.GatherResult:
		gatherResult(c)
	case *voxhook.RecordResult:
		recordResult(c)
	case *voxhook.PayResult:
		payResult(c)
	case *voxhook.StatusChange:
		statusChange(c)
	case *voxhook.Recording:
		recording(c)
	case *voxhook.PayProgress:
		payProgress(c)
	default:
		panic(fmt.Sprintf("voxtest: %T is not an event of package voxhook", event))
	}
	event = c.Interface().(voxhook.Event)
	common(event.Webhook())
	return event
}

// set sets a field that is zero.
func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// common sets the parameters that all events have. It runs after those that
// depend on the kind.
func common(w *voxhook.VoiceWebhook) {
	set(&w.CallSid, defaultCallSid)
	set(&w.CallStatus, voxhook.CallStatusInProgress)
	direction(w, voxhook.DirectionInbound)
	sim.Complete(w)
	if w.Direction == voxhook.DirectionOutboundDial {
		set(&w.ParentCallSid, defaultParentCallSid)
	}
}

func direction(w *voxhook.VoiceWebhook, otherwise voxhook.Direction) {
	switch {
	case w.ParentCallSid != "":
		set(&w.Direction, voxhook.DirectionOutboundDial)
	case w.AnsweredBy != "":
		set(&w.Direction, voxhook.DirectionOutboundAPI)
	default:
		set(&w.Direction, otherwise)
	}
}

// address sets where a recording is.
func address(recordingURL *string, sid string, length time.Duration, channels int) {
	set(recordingURL, sim.RecordingURL("", sid, length, max(channels, 1)))
}

// partOf sets the parameters of the recording of a call, if one of them is set,
// and returns its length. Call is that of the call, if it is set.
func partOf(call time.Duration, sid, recordingURL *string, length *time.Duration) time.Duration {
	if *sid == "" && *recordingURL == "" && *length == 0 {
		return 0
	}
	set(sid, defaultRecordingSid)
	if call > 0 {
		set(length, min(defaultLength, call))
	}
	set(length, defaultLength)
	address(recordingURL, *sid, *length, 1)
	return *length
}

func incomingCall(c *voxhook.IncomingCall) {
	direction(&c.VoiceWebhook, voxhook.DirectionInbound)
	if c.Direction == voxhook.DirectionInbound {
		set(&c.CallStatus, voxhook.CallStatusRinging)
	}
}

func gatherResult(c *voxhook.GatherResult) {
	if c.SpeechResult != "" {
		set(&c.Confidence, 0.9)
	}
}

func statusChange(c *voxhook.StatusChange) {
	set(&c.CallStatus, voxhook.CallStatusCompleted)
	direction(&c.VoiceWebhook, voxhook.DirectionOutboundAPI)
	recorded := partOf(c.CallDuration, &c.RecordingSid, &c.RecordingURL, &c.RecordingDuration)
	if c.CallStatus == voxhook.CallStatusCompleted {
		set(&c.CallDuration, max(time.Minute, recorded.Truncate(time.Second)))
	}
	set(&c.Timestamp, defaultTime)
	set(&c.CallbackSource, "call-progress-events")
}

func recording(c *voxhook.Recording) {
	if c.ErrorCode != "" {
		set(&c.RecordingStatus, voxml.RecordingStatusFailed)
	}
	set(&c.RecordingStatus, voxml.RecordingStatusCompleted)
	set(&c.RecordingSid, defaultRecordingSid)
	if c.RecordingStatus == voxml.RecordingStatusCompleted {
		set(&c.RecordingDuration, defaultLength)
		address(&c.RecordingURL, c.RecordingSid, c.RecordingDuration, c.RecordingChannels)
	}
	if c.RecordingChannels == 2 || c.RecordingTrack != "" && c.RecordingTrack != voxml.RecordingTrackInbound {
		set(&c.RecordingSource, "DialVerb")
	}
	set(&c.RecordingSource, "RecordVerb")
	if c.RecordingSource == "RecordVerb" {
		set(&c.RecordingTrack, voxml.RecordingTrackInbound)
	}
	set(&c.RecordingTrack, voxml.RecordingTrackBoth)
	set(&c.RecordingChannels, 1)
	if c.RecordingStatus != voxml.RecordingStatusFailed {
		set(&c.RecordingStartTime, defaultStart)
	}
}

func dialResult(c *voxhook.DialResult) {
	if c.DialCallStatus == "" {
		c.DialCallStatus = voxhook.DialStatusCompleted
		c.DialBridged = true
	}
	set(&c.DialCallSid, defaultDialCallSid)
	recorded := partOf(c.DialCallDuration, &c.RecordingSid, &c.RecordingURL, &c.RecordingDuration)
	if c.DialCallStatus == voxhook.DialStatusCompleted || c.DialCallStatus == voxhook.DialStatusAnswered {
		set(&c.DialCallDuration, max(time.Minute, recorded.Truncate(time.Second)))
	}
}

func recordResult(c *voxhook.RecordResult) {
	if c.Digits == "hangup" {
		set(&c.CallStatus, voxhook.CallStatusCompleted)
	}
	if c.CallStatus.Ended() {
		set(&c.Digits, "hangup")
	}
	set(&c.RecordingSid, defaultRecordingSid)
	set(&c.RecordingDuration, defaultLength)
	address(&c.RecordingURL, c.RecordingSid, c.RecordingDuration, 1)
}

func payResult(c *voxhook.PayResult) {
	switch {
	case c.PaymentError != "" || c.PayErrorCode != "" || c.ConnectorError != "":
		set(&c.Result, voxhook.PayOutcomeConnectorError)
	case c.PaymentToken != "" || c.ProfileID != "" || c.PaymentConfirmationCode != "":
	case c.CallStatus.Ended():
		set(&c.Result, voxhook.PayOutcomeCallerHungUp)
	}
	set(&c.Result, voxhook.PayOutcomeSuccess)
	if c.Result == voxhook.PayOutcomeCallerHungUp {
		set(&c.CallStatus, voxhook.CallStatusCompleted)
	}
	if c.BankAccountNumber != "" || c.BankRoutingNumber != "" || c.BankAccountType != "" {
		set(&c.PaymentMethod, voxml.PaymentMethodACHDebit)
	}
	set(&c.PaymentMethod, voxml.PaymentMethodCreditCard)
	if c.Result == voxhook.PayOutcomeSuccess {
		paid(c)
	}
}

// paid sets the details of a payment that has succeeded.
func paid(c *voxhook.PayResult) {
	switch c.PaymentMethod {
	case voxml.PaymentMethodCreditCard:
		if c.PaymentCardNumber == "" && c.PaymentCardType == "" {
			c.PaymentCardNumber, c.PaymentCardType = sim.Masked(Visa), "visa"
		}
		set(&c.ExpirationDate, "1239")
		if c.PaymentCardType == "visa" {
			set(&c.SecurityCode, "xxx")
		}
		set(&c.PaymentCardPostalCode, "68102")
	case voxml.PaymentMethodACHDebit:
		set(&c.BankAccountNumber, sim.Masked("000123456789"))
		set(&c.BankRoutingNumber, "021000021")
		set(&c.BankAccountType, voxml.BankAccountTypeConsumerChecking)
	}
	set(&c.PaymentToken, defaultToken)
	set(&c.PaymentConfirmationCode, defaultConfirmation)
}

// mistakes maps an error type to its step. An input-timeout can happen at any
// step.
var mistakes = map[voxml.ErrorType]voxml.PromptFor{
	voxml.ErrorTypeInvalidCardNumber:        voxml.PromptForPaymentCardNumber,
	voxml.ErrorTypeInvalidCardType:          voxml.PromptForPaymentCardNumber,
	voxml.ErrorTypeInvalidDate:              voxml.PromptForExpirationDate,
	voxml.ErrorTypeInvalidSecurityCode:      voxml.PromptForSecurityCode,
	voxml.ErrorTypeInvalidPostalCode:        voxml.PromptForPostalCode,
	voxml.ErrorTypeInvalidBankRoutingNumber: voxml.PromptForBankRoutingNumber,
	voxml.ErrorTypeInvalidBankAccountNumber: voxml.PromptForBankAccountNumber,
}

func payProgress(c *voxhook.PayProgress) {
	set(&c.For, mistakes[c.ErrorType])
	switch {
	case c.PaymentCardPostalCode != "":
		set(&c.For, voxml.PromptForPostalCode)
	case c.SecurityCode != "":
		set(&c.For, voxml.PromptForSecurityCode)
	case c.ExpirationDate != "":
		set(&c.For, voxml.PromptForExpirationDate)
	case c.PaymentMethod == voxml.PaymentMethodACHDebit:
		set(&c.For, voxml.PromptForBankRoutingNumber)
	}
	set(&c.For, voxml.PromptForPaymentCardNumber)
	set(&c.Attempt, 1)
	if c.For == voxml.PromptForBankRoutingNumber || c.For == voxml.PromptForBankAccountNumber {
		set(&c.PaymentMethod, voxml.PaymentMethodACHDebit)
	}
	set(&c.PaymentMethod, voxml.PaymentMethodCreditCard)
}
