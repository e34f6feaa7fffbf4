package voxml

import (
	"math"
	"time"
)

// allKeys are the keys of a telephone.
const allKeys = "0123456789*#"

// Never, as the Timeout of a [Record], means that silence does not end the
// recording.
const Never time.Duration = math.MinInt64 + 1

// Record records what the caller says. When the recording has ended, the
// platform requests Action. If Action is empty, the call continues with the
// next verb.
//
// Voxtelesys documentation: VoXML, Record.
type Record struct {
	// Action is the URL to request when the recording has ended, relative or
	// absolute. If empty, no URL is requested.
	Action string

	// Method is the HTTP method for Action. If empty, POST is used.
	Method Method

	// Timeout is the length of the silence that ends the recording, in whole
	// seconds, or [Never]. Zero means 5 seconds.
	Timeout time.Duration

	// FinishOnKey lists the keys that end the recording: any of 0 to 9, # and
	// *, or [NoKey]. If empty, any key ends the recording. NoKey is unconfirmed
	// for this verb.
	FinishOnKey string

	// MaxLength is the longest duration of the recording, 1 to 14,400 whole
	// seconds (4 hours). Zero means 1 hour.
	MaxLength time.Duration

	// NoBeep, if true, leaves out the tone that invites the caller to speak.
	// Wire name: playBeep, with the opposite meaning.
	NoBeep bool

	// RecordingStatusCallback is the URL that is notified when the state of the
	// recording changes. If empty, no URL is notified.
	RecordingStatusCallback string

	// RecordingStatusCallbackMethod is the HTTP method for
	// RecordingStatusCallback. If empty, POST is used.
	RecordingStatusCallbackMethod Method

	// RecordingStatusCallbackEvent lists the states that cause a notification.
	// If empty, "completed" is used. More than one state is unconfirmed.
	RecordingStatusCallbackEvent []RecordingStatus

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Record) visit(c codec) {
	c.open("Record", v.Attrs)
	c.url("action", &v.Action)
	enum(c, "method", &v.Method)
	c.secondsOr("timeout", &v.Timeout, Never, "0")
	c.keys("finishOnKey", &v.FinishOnKey, len(allKeys))
	c.seconds("maxLength", &v.MaxLength, 4*time.Hour)
	c.flag("playBeep", &v.NoBeep, false)
	c.url("recordingStatusCallback", &v.RecordingStatusCallback)
	enum(c, "recordingStatusCallbackMethod", &v.RecordingStatusCallbackMethod)
	list(c, "recordingStatusCallbackEvent", &v.RecordingStatusCallbackEvent)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}

// A RecordingTrack is the side of a call that is recorded.
type RecordingTrack string

// The recording tracks.
const (
	RecordingTrackInbound  RecordingTrack = "inbound"
	RecordingTrackOutbound RecordingTrack = "outbound"
	RecordingTrackBoth     RecordingTrack = "both" // the default
)

// Known reports whether the track is one of the constants of this package.
func (t RecordingTrack) Known() bool {
	return t == RecordingTrackInbound || t == RecordingTrackOutbound || t == RecordingTrackBoth
}

// A RecordingStatus is a state of a recording.
type RecordingStatus string

// The states of a recording.
const (
	RecordingStatusInProgress RecordingStatus = "in-progress"
	RecordingStatusCompleted  RecordingStatus = "completed" // the default
	RecordingStatusFailed     RecordingStatus = "failed"
)

// Known reports whether the status is one of the constants of this package.
func (r RecordingStatus) Known() bool {
	return r == RecordingStatusInProgress || r == RecordingStatusCompleted || r == RecordingStatusFailed
}
