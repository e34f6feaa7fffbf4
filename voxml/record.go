package voxml

import (
	"math"
	"time"
)

// allKeys are the keys of a telephone.
const allKeys = "0123456789*#"

// Never is the Timeout of a [Record] that no silence ends.
const Never time.Duration = math.MinInt64 + 1

// Record records what the caller says. Once it has ended Action is
// requested; without one the call goes on with the next verb.
//
// Voxtelesys documentation: VoXML, Record.
type Record struct {
	// Action is the URL that is requested when the recording has ended,
	// relative or absolute. If empty, there is none.
	Action string

	// Method is how Action is requested. If empty, POST.
	Method Method

	// Timeout is the silence that ends the recording, in whole seconds, or
	// [Never]. Zero means 5 seconds.
	Timeout time.Duration

	// FinishOnKey lists the keys that end the recording, of 0-9, # and *, or
	// is [NoKey], which is unconfirmed for this verb. If empty, every key
	// does.
	FinishOnKey string

	// MaxLength is the longest that it can take, 1 to 14,400 whole seconds
	// (4 hours). Zero means 1 hour.
	MaxLength time.Duration

	// NoBeep leaves out the tone that invites the caller to speak. If false,
	// it is played. Wire name: playBeep, with the opposite meaning.
	NoBeep bool

	// RecordingStatusCallback is the URL that is notified of the recording's
	// state. If empty, there is none.
	RecordingStatusCallback string

	// RecordingStatusCallbackMethod is how it is requested. If empty, POST.
	RecordingStatusCallbackMethod Method

	// RecordingStatusCallbackEvent lists the states to notify of. If nil,
	// completed. More than one is unconfirmed.
	RecordingStatusCallbackEvent []RecordingStatus

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
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
