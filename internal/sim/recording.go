package sim

import (
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A recording is in progress or finished.
type recording struct {
	sid    string
	url    string        // empty until it is finished
	length time.Duration // zero until it is finished

	began    time.Duration
	source   string
	channels int
	track    voxml.RecordingTrack

	callback string
	method   voxml.Method
	events   []voxml.RecordingStatus
}

// startRecording begins a recording.
func (c *Call) startRecording(source string, channels int, track voxml.RecordingTrack, callback string, method voxml.Method, events []voxml.RecordingStatus) *recording {
	r := &recording{
		sid: c.id(), began: c.now, source: source, channels: channels, track: track,
		callback: callback, method: method, events: events,
	}
	c.tellRecording(r, voxml.RecordingStatusInProgress)
	return r
}

// stopRecording ends a recording and sets its length.
func (c *Call) stopRecording(r *recording, length time.Duration) {
	if c.cfg.FailRecordings {
		c.note(Recorded, "", "failed")
		c.tellRecording(r, voxml.RecordingStatusFailed)
		return
	}
	r.length = seconds(length)
	r.url = RecordingURL(c.cfg.RecordingsURL, r.sid, r.length, r.channels)
	c.recorded = r
	c.note(Recorded, r.length.String(), "")
	c.tellRecording(r, voxml.RecordingStatusCompleted)
}

// tellRecording reports the state of a recording to its callback, if the
// callback is to receive that state.
func (c *Call) tellRecording(r *recording, status voxml.RecordingStatus) {
	wanted := len(r.events) == 0 && status == voxml.RecordingStatusCompleted
	for _, e := range r.events {
		wanted = wanted || string(e) == string(status)
	}
	if r.callback == "" || !wanted {
		return
	}
	c.tell(r.callback, r.method, &voxhook.Recording{
		VoiceWebhook: c.common(), RecordingStatus: status,
		RecordingSid: r.sid, RecordingURL: r.url, RecordingDuration: r.length,
		RecordingChannels: r.channels, RecordingSource: r.source, RecordingStartTime: c.time(r.began), RecordingTrack: r.track,
	})
}
