package voxml

import (
	"strings"
	"time"
)

// Dial calls another party and connects the caller to them. When the dialed
// call has ended, the platform requests Action. If Action is empty, the call
// continues with the next verb.
//
// Voxtelesys documentation: VoXML, Dial.
type Dial struct {
	// Number is the phone number to dial. To ring several numbers together,
	// leave Number empty and set Nouns.
	Number string

	// Action is the URL to request when the dialed call has ended, relative or
	// absolute. If empty, no URL is requested.
	Action string

	// AnswerOnBridge, if true, answers the caller's call only when the dialed
	// party answers.
	AnswerOnBridge bool

	// CallerID is the phone number that the dialed party sees. If empty, it is
	// the caller's number. Wire name: callerId.
	CallerID string

	// HangupOnStar, if true, lets the caller end the dialed call with the star
	// key.
	HangupOnStar bool

	// Method is the HTTP method for Action. If empty, POST is used.
	Method Method

	// Output is a name for the result: letters, digits and underscores. If it
	// is "sales", the status of the dialed call is stored in the variable
	// sales.status. If empty, the status is not stored.
	Output string

	// RingTone is the country whose ringing tone the caller hears. If empty,
	// "us" is used.
	RingTone RingTone

	// Timeout is how long to wait for an answer, in whole seconds. Zero means
	// 30 seconds.
	Timeout time.Duration

	// TimeLimit is the longest duration of the dialed call, in whole seconds.
	// Zero means 4 hours.
	TimeLimit time.Duration

	// Record says whether the call is recorded, from which moment, and with how
	// many channels. If empty, "do-not-record" is used.
	Record DialRecord

	// RecordingTrack is the side of the call that is recorded. If empty, "both"
	// is used.
	RecordingTrack RecordingTrack

	// RecordingStatusCallback is the URL that is notified when the state of the
	// recording changes. If empty, no URL is notified.
	RecordingStatusCallback string

	// RecordingStatusCallbackMethod is the HTTP method for
	// RecordingStatusCallback. If empty, POST is used.
	RecordingStatusCallbackMethod Method

	// RecordingStatusCallbackEvent lists the states that cause a notification.
	// If empty, "completed" is used. More than one state is unconfirmed.
	RecordingStatusCallbackEvent []RecordingStatus

	// Nouns are the numbers to ring together. The first to answer gets the
	// call.
	Nouns []DialNoun

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
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

// Number is one of several numbers that a [Dial] rings together.
//
// Voxtelesys documentation: VoXML, Dial, Number.
type Number struct {
	// Number is the phone number. Required. It is the text of the element.
	Number string

	// SendDigits are keys to send to the dialed party, as in TwiML, the similar
	// language of another platform. If empty, none are sent. Unconfirmed.
	SendDigits string

	// URL is the URL of a document for the dialed party, as in TwiML, the
	// similar language of another platform. If empty, there is no such
	// document. Wire name: url. Unconfirmed.
	URL string

	// Method is the HTTP method for URL. If empty, POST is used. Unconfirmed.
	Method Method

	// Attrs are attributes that this package has no field for.
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

// A DialRecord says whether a dialed call is recorded, from which moment, and
// with how many channels.
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
