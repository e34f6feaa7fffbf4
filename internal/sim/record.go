package sim

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The defaults of a Record.
const (
	recordTimeout = 5 * time.Second
	recordKeys    = "1234567890*#"
	recordLength  = time.Hour
)

// A message is a Record that records.
type message struct {
	verb   voxml.Record
	tape   *recording
	spoken time.Duration
}

// record begins a Record.
func (c *Call) record(v voxml.Record) {
	if !v.NoBeep {
		c.note(Beeped, "", "")
	}
	m := &message{verb: v}
	m.tape = c.startRecording("RecordVerb", 1, voxml.TrackInbound, v.RecordingStatusCallback, v.RecordingStatusCallbackMethod, v.RecordingStatusCallbackEvent)
	c.phase = m
}

func (m *message) maxLength() time.Duration { return cmp.Or(m.verb.MaxLength, recordLength) }
func (m *message) timeout() time.Duration   { return cmp.Or(m.verb.Timeout, recordTimeout) }

func (m *message) keys() string {
	switch m.verb.FinishOnKey {
	case "":
		return recordKeys
	case voxml.NoKey:
		return ""
	}
	return m.verb.FinishOnKey
}

func (m *message) wait() Wait {
	text := fmt.Sprintf("the app is recording, up to %v", m.maxLength())
	if keys := m.keys(); keys == recordKeys {
		text += ", until any key"
	} else if keys != "" {
		text += ", until " + strings.Join(strings.Split(keys, ""), " or ")
	}
	return Wait{For: ForMessage, Text: text, Keys: m.keys() != "", Speech: true, Verb: m.verb}
}

func (m *message) step(c *Call) bool {
	if m.spoken == 0 {
		return false
	}
	m.timeOut(c)
	return true
}

// timeOut ends the recording by silence, which is no part of it unless it
// lasts to the longest that it can take.
func (m *message) timeOut(c *Call) {
	length := m.spoken
	if m.verb.Timeout == voxml.Never || m.timeout() >= m.maxLength()-m.spoken {
		length = m.maxLength()
	}
	left := m.listen(c)
	c.acts()
	c.pass(left)
	m.done(c, length, "")
}

func (m *message) press(c *Call, key byte) error {
	if !strings.Contains(m.keys(), string(key)) {
		return errors.New(m.wait().Text)
	}
	m.done(c, m.spoken, string(key))
	return nil
}

func (m *message) say(c *Call, text string, _ float64) error {
	c.note(Said, text, "")
	return m.speaks(c, speechTime(text))
}

func (m *message) speak(c *Call, d time.Duration) error {
	c.note(Spoke, "", min(d, m.maxLength()-m.spoken).String())
	return m.speaks(c, d)
}

func (m *message) speaks(c *Call, d time.Duration) error {
	c.acts()
	d = min(d, m.maxLength()-m.spoken)
	c.pass(d)
	if m.spoken += d; m.spoken == m.maxLength() {
		m.done(c, m.spoken, "")
	}
	return nil
}

func (m *message) listen(c *Call) time.Duration {
	if left := m.maxLength() - m.spoken; m.verb.Timeout == voxml.Never || m.timeout() >= left {
		return left - c.lingered
	}
	return m.timeout() - c.lingered
}

func (m *message) silence(c *Call) error {
	c.note(Silent, "", "")
	m.timeOut(c)
	return nil
}

func (m *message) hangUp(c *Call) {
	c.stopRecording(m.tape, m.spoken)
	c.report(m.verb.Action, m.verb.Method, m.result(c, "hangup"))
}

// done ends the Record.
func (m *message) done(c *Call, length time.Duration, key string) {
	c.phase = nil
	c.stopRecording(m.tape, length)
	if m.verb.Action != "" {
		c.instructions(m.verb.Action, m.verb.Method, m.result(c, key))
	}
}

func (m *message) result(c *Call, key string) *voxhook.RecordResult {
	return &voxhook.RecordResult{
		VoiceWebhook: c.common(), RecordingURL: m.tape.url, RecordingSid: m.tape.sid, RecordingDuration: m.tape.length, Digits: key,
	}
}

// A recording is one that is being made, or is ready.
type recording struct {
	sid    string
	url    string        // empty unless it is ready
	length time.Duration // zero unless it is ready

	began    time.Duration
	source   string
	channels int
	track    voxml.RecordingTrack

	callback string
	method   voxml.Method
	events   []voxml.RecordingEvent
}

// startRecording begins a recording.
func (c *Call) startRecording(source string, channels int, track voxml.RecordingTrack, callback string, method voxml.Method, events []voxml.RecordingEvent) *recording {
	r := &recording{
		sid: c.id(), began: c.now, source: source, channels: channels, track: track,
		callback: callback, method: method, events: events,
	}
	c.tellRecording(r, voxhook.RecordingInProgress)
	return r
}

// stopRecording ends a recording, which has a length then.
func (c *Call) stopRecording(r *recording, length time.Duration) {
	if c.cfg.FailRecordings {
		c.note(Recorded, "", "failed")
		c.tellRecording(r, voxhook.RecordingFailed)
		return
	}
	r.length = seconds(length)
	r.url = RecordingURL(c.cfg.RecordingsURL, r.sid, r.length, r.channels)
	c.recorded = r
	c.note(Recorded, r.length.String(), "")
	c.tellRecording(r, voxhook.RecordingCompleted)
}

// tellRecording tells the callback of a recording its state, if it wants to
// know.
func (c *Call) tellRecording(r *recording, status voxhook.RecordingStatus) {
	wanted := len(r.events) == 0 && status == voxhook.RecordingCompleted
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
