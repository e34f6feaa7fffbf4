package voxhook

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// A field says how one documented parameter gets into a T.
type field[T any] struct {
	name string
	slot uint8
	set  func(*T, string) error
}

// A table lists the documented parameters of a T.
type table[T any] []field[T]

func text[T any, S ~string](name string, at func(*T) *S) field[T] {
	return field[T]{name, slot(name), func(t *T, s string) error {
		*at(t) = S(s)
		return nil
	}}
}

func parsed[T, V any](name string, parse func(string) (V, error), at func(*T) *V) field[T] {
	return field[T]{name, slot(name), func(t *T, s string) (err error) {
		*at(t), err = parse(s)
		return err
	}}
}

var (
	errInt     = errors.New("is not an integer")
	errNumber  = errors.New("is not a finite decimal number")
	errBool    = errors.New("is neither true nor false")
	errSeconds = errors.New("is not a whole number of seconds")
	errTime    = errors.New("is a time neither of RFC 3339 nor of RFC 2822")
)

func parseInt(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, errInt
	}
	return n, nil
}

func parseNumber(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(s, "_xX") {
		return 0, errNumber
	}
	return f, nil
}

func parseBool(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, errBool
	}
	return b, nil
}

func parseSeconds(s string) (time.Duration, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > math.MaxInt64/uint64(time.Second) {
		return 0, errSeconds
	}
	return time.Duration(n) * time.Second, nil
}

func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{
		time.RFC3339,
		"Mon, 2 Jan 2006 15:04:05 -0700",
		"Mon, 2 Jan 2006 15:04:05 GMT",
		"2 Jan 2006 15:04:05 -0700",
		"2 Jan 2006 15:04:05 GMT",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errTime
}

// parsePhone reads a phone number. A plus that the sender did not escape
// arrives as a space.
func parsePhone(s string) (string, error) {
	if len(s) > 1 && s[0] == ' ' && '0' <= s[1] && s[1] <= '9' {
		return "+" + s[1:], nil
	}
	return s, nil
}

// A received is a request's parameters, with an index of the documented ones.
type received struct {
	params Params

	// first has, at the slot of a documented parameter, 1 more than the
	// position of its first value, negative if a later one differs from it.
	first [slots]int32

	// sign is the row of the first of the signs that is there, or len(signs).
	sign uint8
}

// read reads a request and refuses it if it is no voice webhook.
func (in *received) read(r *http.Request, limits form.Limits) error {
	params, n, err := readParams(r, limits)
	if err != nil {
		return err
	}
	in.params = params
	in.sign = uint8(len(signs))
	for i := range params[:n] {
		p := &params[i]
		s := slot(p.Name)
		if documented[s].name != p.Name {
			continue
		}
		switch first := in.first[s]; {
		case first == 0:
			in.first[s] = int32(i + 1)
			in.sign = min(in.sign, documented[s].sign)
		case first > 0 && params[first-1].Value != p.Value:
			in.first[s] = -first
		}
	}
	for _, name := range [...]string{"CallSid", "AccountID"} {
		if in.first[slot(name)] < 0 {
			return &ParamError{Param: name, Err: ErrConflict}
		}
	}
	if in.value(slot("CallSid")) == "" {
		return &ParamError{Param: "CallSid", Err: ErrMissing}
	}
	return nil
}

// value returns the first value of a documented parameter, or "".
func (in *received) value(slot uint8) string {
	first := in.first[slot]
	if first == 0 {
		return ""
	}
	return in.params[max(first, -first)-1].Value
}

// common fills the part that all webhooks have.
func (in *received) common(w *VoiceWebhook) {
	w.Params = in.params
	fill(in, w, w, webhookTable)
}

// fill sets the fields of t from the parameters in its table, and notes in w
// what is wrong with them. An empty value counts as none.
func fill[T any](in *received, w *VoiceWebhook, t *T, fields table[T]) {
	for i := range fields {
		f := &fields[i]
		if in.first[f.slot] < 0 {
			w.Invalid = append(w.Invalid, &ParamError{Param: f.name, Err: ErrConflict})
		}
		value := in.value(f.slot)
		if value == "" {
			continue
		}
		if err := f.set(t, value); err != nil {
			w.Invalid = append(w.Invalid, &ParamError{Param: f.name, Err: err})
		}
	}
}

// slots is the number of values of slot.
const slots = 256

// slot spreads names over a small index by their length and five of their
// bytes, so that finding out which parameter a name is takes one comparison
// and no map: BenchmarkSlot has both. No two documented names share a slot,
// and a test holds that: whoever adds a name that collides looks for another
// factor.
func slot(name string) uint8 {
	n := len(name)
	if n == 0 {
		return 0
	}
	x := uint64(uint8(n)) | uint64(name[0])<<8 | uint64(name[n/3])<<16 |
		uint64(name[n/2])<<24 | uint64(name[n*2/3])<<32 | uint64(name[n-1])<<40
	return uint8(x * 0xea748db9e020307b >> 56)
}

// documented has, at its slot, each documented name, and the row of signs in
// which it stands, or len(signs).
var documented = index(
	webhookTable.names(), statusChangeTable.names(), recordingTable.names(), dialTable.names(),
	gatherTable.names(), recordTable.names(), payTable.names(), payProgressTable.names(),
)

type entry struct {
	name string
	sign uint8
}

func (t table[T]) names() []string {
	names := make([]string, len(t))
	for i, f := range t {
		names[i] = f.name
	}
	return names
}

func index(tables ...[]string) (at [slots]entry) {
	for _, names := range tables {
		for _, name := range names {
			at[slot(name)] = entry{name, uint8(len(signs))}
		}
	}
	for row, s := range signs {
		for _, name := range s.names {
			at[slot(name)].sign = uint8(row)
		}
	}
	return at
}

// The tables follow the documentation's order. A test walks a list of all
// documented parameters and finds each of them here.

var webhookTable = table[VoiceWebhook]{
	text("CallSid", func(w *VoiceWebhook) *string { return &w.CallSid }),
	text("AccountID", func(w *VoiceWebhook) *string { return &w.AccountID }),
	text("TrunkID", func(w *VoiceWebhook) *string { return &w.TrunkID }),
	parsed("From", parsePhone, func(w *VoiceWebhook) *string { return &w.From }),
	parsed("To", parsePhone, func(w *VoiceWebhook) *string { return &w.To }),
	text("CallStatus", func(w *VoiceWebhook) *CallStatus { return &w.CallStatus }),
	text("ApiVersion", func(w *VoiceWebhook) *string { return &w.APIVersion }),
	text("Direction", func(w *VoiceWebhook) *Direction { return &w.Direction }),
	text("CallerName", func(w *VoiceWebhook) *string { return &w.CallerName }),
	text("ParentCallSid", func(w *VoiceWebhook) *string { return &w.ParentCallSid }),
	text("AnsweredBy", func(w *VoiceWebhook) *AnsweredBy { return &w.AnsweredBy }),
	parsed("Vars", parseVars, func(w *VoiceWebhook) *Vars { return &w.Vars }),
	text("FromCity", func(w *VoiceWebhook) *string { return &w.FromCity }),
	text("FromState", func(w *VoiceWebhook) *string { return &w.FromState }),
	text("FromZip", func(w *VoiceWebhook) *string { return &w.FromZip }),
	text("FromCountry", func(w *VoiceWebhook) *string { return &w.FromCountry }),
	text("ToCity", func(w *VoiceWebhook) *string { return &w.ToCity }),
	text("ToState", func(w *VoiceWebhook) *string { return &w.ToState }),
	text("ToZip", func(w *VoiceWebhook) *string { return &w.ToZip }),
	text("ToCountry", func(w *VoiceWebhook) *string { return &w.ToCountry }),
}

var statusChangeTable = table[StatusChange]{
	parsed("CallDuration", parseSeconds, func(e *StatusChange) *time.Duration { return &e.CallDuration }),
	parsed("Timestamp", parseTime, func(e *StatusChange) *time.Time { return &e.Timestamp }),
	parsed("SequenceNumber", parseInt, func(e *StatusChange) *int { return &e.SequenceNumber }),
	text("CallbackSource", func(e *StatusChange) *string { return &e.CallbackSource }),
	text("RecordingSid", func(e *StatusChange) *string { return &e.RecordingSid }),
	text("RecordingUrl", func(e *StatusChange) *string { return &e.RecordingURL }),
	parsed("RecordingDuration", parseSeconds, func(e *StatusChange) *time.Duration { return &e.RecordingDuration }),
}

var recordingTable = table[Recording]{
	text("RecordingStatus", func(e *Recording) *voxml.RecordingStatus { return &e.RecordingStatus }),
	text("RecordingSid", func(e *Recording) *string { return &e.RecordingSid }),
	text("RecordingUrl", func(e *Recording) *string { return &e.RecordingURL }),
	parsed("RecordingDuration", parseSeconds, func(e *Recording) *time.Duration { return &e.RecordingDuration }),
	parsed("RecordingChannels", parseInt, func(e *Recording) *int { return &e.RecordingChannels }),
	text("RecordingSource", func(e *Recording) *string { return &e.RecordingSource }),
	parsed("RecordingStartTime", parseTime, func(e *Recording) *time.Time { return &e.RecordingStartTime }),
	text("RecordingTrack", func(e *Recording) *voxml.RecordingTrack { return &e.RecordingTrack }),
	text("ErrorCode", func(e *Recording) *string { return &e.ErrorCode }),
}

var dialTable = table[DialResult]{
	text("DialCallStatus", func(e *DialResult) *DialStatus { return &e.DialCallStatus }),
	text("DialCallSid", func(e *DialResult) *string { return &e.DialCallSid }),
	parsed("DialCallDuration", parseSeconds, func(e *DialResult) *time.Duration { return &e.DialCallDuration }),
	text("RecordingUrl", func(e *DialResult) *string { return &e.RecordingURL }),
	text("RecordingSid", func(e *DialResult) *string { return &e.RecordingSid }),
	parsed("RecordingDuration", parseSeconds, func(e *DialResult) *time.Duration { return &e.RecordingDuration }),
	parsed("DialBridged", parseBool, func(e *DialResult) *bool { return &e.DialBridged }),
}

var gatherTable = table[GatherResult]{
	text("Digits", func(e *GatherResult) *string { return &e.Digits }),
	text("SpeechResult", func(e *GatherResult) *string { return &e.SpeechResult }),
	parsed("Confidence", parseNumber, func(e *GatherResult) *float64 { return &e.Confidence }),
	text("FinishedOnKey", func(e *GatherResult) *string { return &e.FinishedOnKey }),
}

var recordTable = table[RecordResult]{
	text("RecordingUrl", func(e *RecordResult) *string { return &e.RecordingURL }),
	text("RecordingSid", func(e *RecordResult) *string { return &e.RecordingSid }),
	parsed("RecordingDuration", parseSeconds, func(e *RecordResult) *time.Duration { return &e.RecordingDuration }),
	text("Digits", func(e *RecordResult) *string { return &e.Digits }),
}

var payTable = table[PayResult]{
	text("Result", func(e *PayResult) *PayOutcome { return &e.Result }),
	text("PaymentMethod", func(e *PayResult) *voxml.PaymentMethod { return &e.PaymentMethod }),
	text("PaymentCardNumber", func(e *PayResult) *string { return &e.PaymentCardNumber }),
	text("PaymentCardType", func(e *PayResult) *string { return &e.PaymentCardType }),
	text("ExpirationDate", func(e *PayResult) *string { return &e.ExpirationDate }),
	text("SecurityCode", func(e *PayResult) *string { return &e.SecurityCode }),
	text("PaymentCardPostalCode", func(e *PayResult) *string { return &e.PaymentCardPostalCode }),
	text("BankAccountNumber", func(e *PayResult) *string { return &e.BankAccountNumber }),
	text("BankRoutingNumber", func(e *PayResult) *string { return &e.BankRoutingNumber }),
	text("BankAccountType", func(e *PayResult) *voxml.BankAccountType { return &e.BankAccountType }),
	text("PaymentToken", func(e *PayResult) *string { return &e.PaymentToken }),
	text("ProfileId", func(e *PayResult) *string { return &e.ProfileID }),
	text("PaymentConfirmationCode", func(e *PayResult) *string { return &e.PaymentConfirmationCode }),
	text("PaymentError", func(e *PayResult) *string { return &e.PaymentError }),
	text("PayErrorCode", func(e *PayResult) *string { return &e.PayErrorCode }),
	text("ConnectorError", func(e *PayResult) *string { return &e.ConnectorError }),
}

var payProgressTable = table[PayProgress]{
	text("For", func(e *PayProgress) *voxml.PromptFor { return &e.For }),
	text("ErrorType", func(e *PayProgress) *voxml.ErrorType { return &e.ErrorType }),
	parsed("Attempt", parseInt, func(e *PayProgress) *int { return &e.Attempt }),
	text("PaymentMethod", func(e *PayProgress) *voxml.PaymentMethod { return &e.PaymentMethod }),
	text("PaymentCardNumber", func(e *PayProgress) *string { return &e.PaymentCardNumber }),
	text("PaymentCardType", func(e *PayProgress) *string { return &e.PaymentCardType }),
	text("ExpirationDate", func(e *PayProgress) *string { return &e.ExpirationDate }),
	text("SecurityCode", func(e *PayProgress) *string { return &e.SecurityCode }),
	text("PaymentCardPostalCode", func(e *PayProgress) *string { return &e.PaymentCardPostalCode }),
	parsed("PartialResult", parseBool, func(e *PayProgress) *bool { return &e.PartialResult }),
	text("Required", func(e *PayProgress) *string { return &e.Required }),
}
