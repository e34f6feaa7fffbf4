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

// Defaults of a Record.
const (
	recordTimeout = 5 * time.Second
	recordKeys    = "1234567890*#"
	recordLength  = time.Hour
)

// A message is a Record in progress.
type message struct {
	verb  voxml.Record
	tape  *recording
	spoke bool
	since time.Duration // when the current silence began
}

// record begins a Record.
func (c *Call) record(v voxml.Record) {
	if !v.NoBeep {
		c.note(Beeped, "", "")
	}
	m := &message{verb: v, since: c.now}
	m.tape = c.startRecording("RecordVerb", 1, voxml.RecordingTrackInbound, v.RecordingStatusCallback, v.RecordingStatusCallbackMethod, v.RecordingStatusCallbackEvent)
	c.phase = m
}

func (m *message) maxLength() time.Duration { return cmp.Or(m.verb.MaxLength, recordLength) }
func (m *message) timeout() time.Duration   { return cmp.Or(m.verb.Timeout, recordTimeout) }

func (m *message) keys() string { return finishing(m.verb.FinishOnKey, recordKeys) }

func (m *message) wait(*Call) Wait {
	text := fmt.Sprintf("the app is recording, up to %v", m.maxLength())
	if keys := m.keys(); keys == recordKeys {
		text += ", until any key"
	} else if keys != "" {
		text += ", until " + strings.Join(strings.Split(keys, ""), " or ")
	}
	return Wait{For: ForMessage, Text: text, Keys: m.keys() != "", Speech: true, Verb: m.verb}
}

func (m *message) step(*Call) bool { return false } // a Record has no prompts

// length returns how long the recording is so far.
func (m *message) length(c *Call) time.Duration { return c.now - m.tape.began }

// timeOut ends the recording by silence. The silence is not part of the
// recording, unless it lasts until the maximum length.
func (m *message) timeOut(c *Call) {
	length := m.since - m.tape.began
	c.pass(m.rest(c))
	if m.length(c) >= m.maxLength() {
		length = m.maxLength()
	}
	m.done(c, length, "")
}

func (m *message) press(c *Call, key byte) error {
	if !strings.Contains(m.keys(), string(key)) {
		return errors.New(m.wait(c).Text)
	}
	m.done(c, m.length(c), string(key))
	return nil
}

func (m *message) say(c *Call, text string, _ float64) error {
	c.note(Said, text, "")
	return m.speaks(c, speechTime(text))
}

func (m *message) speak(c *Call, d time.Duration) error {
	c.note(Spoke, "", min(d, m.maxLength()-m.length(c)).String())
	return m.speaks(c, d)
}

func (m *message) speaks(c *Call, d time.Duration) error {
	c.acting()
	c.pass(min(d, m.maxLength()-m.length(c)))
	m.spoke, m.since = true, c.now
	if m.length(c) == m.maxLength() {
		m.done(c, m.maxLength(), "")
	}
	return nil
}

func (m *message) begun() bool { return m.spoke }

func (m *message) rest(c *Call) time.Duration {
	left := m.maxLength() - m.length(c)
	if m.verb.Timeout == voxml.Never {
		return left
	}
	return min(left, m.timeout()-(c.now-m.since))
}

func (m *message) hangUp(c *Call) {
	c.stopRecording(m.tape, m.length(c))
	c.report(m.verb.Action, m.verb.Method, m.result(c, "hangup"))
}

// done ends the Record and requests its Action.
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
