package voxml

import (
	"strings"
	"time"
)

// Dial calls somebody and connects the caller with them. Once the dialed
// call has ended, Action is requested; without one the call goes on with the
// next verb.
//
// Voxtelesys documentation: VoXML, Dial.
type Dial struct {
	// Number is the one phone number to dial. To ring several together,
	// leave it empty and fill Nouns.
	Number string

	// Action is the URL that is requested when the dialed call has ended,
	// relative or absolute. If empty, there is none.
	Action string

	// AnswerOnBridge answers the caller's call only when the dialed party
	// answers. If false, it does not wait for that.
	AnswerOnBridge bool

	// CallerID is the phone number that the dialed party sees. If empty, the
	// caller's. Wire name: callerId.
	CallerID string

	// HangupOnStar lets the caller end the dialed call with the star key. If
	// false, the key does nothing.
	HangupOnStar bool

	// Method is how Action is requested. If empty, POST.
	Method Method

	// Output names a variable, alphanumeric: the outcome is then in
	// Output.status. If empty, there is none.
	Output string

	// RingTone is the country whose tone the caller hears. If empty, us.
	RingTone RingTone

	// Timeout is how long it rings, in whole seconds. Zero means 30 seconds.
	Timeout time.Duration

	// TimeLimit is how long the dialed call may last, in whole seconds. Zero
	// means 4 hours.
	TimeLimit time.Duration

	// Record says whether, from when and with how many channels the call is
	// recorded. If empty, do-not-record.
	Record DialRecord

	// RecordingTrack is the side that is recorded. If empty, both.
	RecordingTrack RecordingTrack

	// RecordingStatusCallback is the URL that is notified of the recording's
	// state. If empty, there is none.
	RecordingStatusCallback string

	// RecordingStatusCallbackMethod is how it is requested. If empty, POST.
	RecordingStatusCallbackMethod Method

	// RecordingStatusCallbackEvent lists the states to notify of. If nil,
	// completed. More than one is unconfirmed.
	RecordingStatusCallbackEvent []RecordingStatus

	// Nouns are the numbers to ring together; the first to answer wins.
	Nouns []DialNoun

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *Dial) visit(c codec) {
	c.open("Dial", v.Attrs)
	c.url("action", &v.Action)
	c.flag("answerOnBridge", &v.AnswerOnBridge, true)
	c.attr("callerId", &v.CallerID)
	c.flag("hangupOnStar", &v.HangupOnStar, true)
	enum(c, "method", &v.Method)
	c.output("output", &v.Output)
	enum(c, "ringTone", &v.RingTone)
	c.seconds("timeout", &v.Timeout, longest)
	c.seconds("timeLimit", &v.TimeLimit, longest)
	enum(c, "record", &v.Record)
	enum(c, "recordingTrack", &v.RecordingTrack)
	c.url("recordingStatusCallback", &v.RecordingStatusCallback)
	enum(c, "recordingStatusCallbackMethod", &v.RecordingStatusCallbackMethod)
	list(c, "recordingStatusCallbackEvent", &v.RecordingStatusCallbackEvent)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	switch {
	case c.dec != nil:
		v.Number, v.Nouns = readMixed[DialNoun](c.dec)
		if strings.TrimFunc(v.Number, isSpace) == "" {
			v.Number = ""
		}
	case v.Number == "":
		if len(v.Nouns) == 0 {
			c.refuse("Number", errRequired)
		}
		children(c, "Dial", &v.Nouns)
	default:
		if len(v.Nouns) > 0 {
			c.refuse("Nouns", errBoth("Number"))
		}
		c.word("Dial", "Number", &v.Number)
	}
}

// Number is a noun of [Dial]: one of several numbers that ring together.
//
// Voxtelesys documentation: VoXML, Dial, Number.
type Number struct {
	// Number is the phone number. Required. It is the element's text.
	Number string

	// SendDigits are keys, pressed for the dialed party as in TwiML. If
	// empty, there are none. Unconfirmed.
	SendDigits string

	// URL is that of a document for the dialed party, as in TwiML. If empty,
	// there is none. Wire name: url. Unconfirmed.
	URL string

	// Method is how URL is requested. If empty, POST. Unconfirmed.
	Method Method

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *Number) visit(c codec) {
	c.open("Number", v.Attrs)
	c.tones("sendDigits", &v.SendDigits)
	c.url("url", &v.URL)
	enum(c, "method", &v.Method)
	c.rest(&v.Attrs)
	c.must("Number", v.Number)
	c.word("Number", "Number", &v.Number)
}

// A RingTone is the country whose ringing tone a caller hears.
type RingTone string

// The ringing tones of [Dial].
const (
	RingToneAU RingTone = "au"
	RingToneBE RingTone = "be"
	RingToneCN RingTone = "cn"
	RingToneCZ RingTone = "cz"
	RingToneDE RingTone = "de"
	RingToneDK RingTone = "dk"
	RingToneES RingTone = "es"
	RingToneFI RingTone = "fi"
	RingToneFR RingTone = "fr"
	RingToneHU RingTone = "hu"
	RingToneIL RingTone = "il"
	RingToneIN RingTone = "in"
	RingToneJP RingTone = "jp"
	RingTonePL RingTone = "pl"
	RingToneRU RingTone = "ru"
	RingToneUK RingTone = "uk"
	RingToneUS RingTone = "us" // the default
)

// Known reports whether the tone is one of the constants of this package.
func (t RingTone) Known() bool {
	switch t {
	case RingToneAU, RingToneBE, RingToneCN, RingToneCZ, RingToneDE, RingToneDK,
		RingToneES, RingToneFI, RingToneFR, RingToneHU, RingToneIL, RingToneIN,
		RingToneJP, RingTonePL, RingToneRU, RingToneUK, RingToneUS:
		return true
	}
	return false
}

// A DialRecord says whether, from when and with how many channels a dialed
// call is recorded.
type DialRecord string

// The values of the record attribute of [Dial].
const (
	DialRecordDoNotRecord     DialRecord = "do-not-record" // the default
	DialRecordFromRinging     DialRecord = "record-from-ringing"
	DialRecordFromAnswer      DialRecord = "record-from-answer"
	DialRecordFromRingingDual DialRecord = "record-from-ringing-dual"
	DialRecordFromAnswerDual  DialRecord = "record-from-answer-dual"
)

// Known reports whether the value is one of the constants of this package.
func (r DialRecord) Known() bool {
	switch r {
	case DialRecordDoNotRecord, DialRecordFromRinging, DialRecordFromAnswer, DialRecordFromRingingDual, DialRecordFromAnswerDual:
		return true
	}
	return false
}
