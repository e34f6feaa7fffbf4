package sim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The defaults of a Dial.
const (
	dialTimeout   = 30 * time.Second
	dialTimeLimit = 4 * time.Hour
)

// A Party is what a dialed party does.
type Party struct {
	// Does is what.
	Does Behavior

	// Number is which of several dialed numbers does it; the others ring on.
	// Empty: the first answers, or all of them are busy, fail or do not
	// answer.
	Number string

	// Rings is how long it rings before, since the Dial began: less than its
	// Timeout, and not less than it has rung already. Zero: no longer. A party
	// that does not answer lets it ring to the end.
	Rings time.Duration
}

// A Behavior is how a dialed party takes a call.
type Behavior int

// The behaviors of a dialed party.
const (
	Answers Behavior = iota
	IsBusy
	Fails // cannot be reached
	DoesNotAnswer
)

// A dialing is a Dial at work: it rings, then the two are connected.
type dialing struct {
	verb    voxml.Dial
	numbers []voxml.Number // of those who may still answer
	began   time.Duration
	rings   bool // to the end, at somebody who does not answer
	tape    *recording
	sid     string        // of the dialed call
	number  string        // that answered, or ""
	since   time.Duration // when it did
}

// dial begins a Dial.
func (c *Call) dial(v voxml.Dial) {
	d := &dialing{verb: v, began: c.now, sid: c.id()}
	if v.Number != "" {
		d.numbers = []voxml.Number{{Number: strings.TrimSpace(v.Number)}}
	}
	for _, n := range v.Nouns {
		switch n := n.(type) {
		case voxml.Number:
			n.Number = strings.TrimSpace(n.Number)
			d.numbers = append(d.numbers, n)
		case voxml.Element:
			c.warn("the element %s is left out: it is not documented there", n.Name)
		}
	}
	if len(d.numbers) == 0 {
		c.warn("a Dial is left out: it has no number")
		return
	}
	if !v.AnswerOnBridge {
		c.answer()
	}
	from, ring := "", ""
	if v.CallerID != "" {
		from = "from " + v.CallerID
	}
	if v.RingTone != "" {
		ring = string(v.RingTone) + " ring tone"
	}
	c.note(Dialed, strings.Join(d.names(), ", "), details(from, ring))
	c.phase = d
	if v.Record == voxml.DialRecordFromRinging || v.Record == voxml.DialRecordFromRingingDual {
		d.startTape(c)
	}
}

// names are the numbers that are dialed.
func (d *dialing) names() []string {
	numbers := make([]string, len(d.numbers))
	for i, n := range d.numbers {
		numbers[i] = n.Number
	}
	return numbers
}

func (d *dialing) startTape(c *Call) {
	v, channels := d.verb, 1
	if v.Record == voxml.DialRecordFromRingingDual || v.Record == voxml.DialRecordFromAnswerDual {
		channels = 2
	}
	track := cmp.Or(v.RecordingTrack, voxml.RecordingTrackBoth)
	d.tape = c.startRecording("DialVerb", channels, track, v.RecordingStatusCallback, v.RecordingStatusCallbackMethod, v.RecordingStatusCallbackEvent)
}

func (d *dialing) wait() Wait {
	w := Wait{For: ForParty, Text: "the app is dialing " + strings.Join(d.names(), ", "), Keys: d.verb.HangupOnStar, Verb: d.verb, DialCallSid: d.sid, Numbers: d.names()}
	if d.number != "" {
		w.For, w.Keys, w.Speech, w.Text = ForTalk, true, true, "the caller is connected with "+d.number
		w.Numbers = []string{d.number}
	}
	return w
}

// busy is the error for what the caller does while it rings.
func (d *dialing) busy() error {
	return errors.New("the app is not listening: it is dialing " + strings.Join(d.names(), ", "))
}

// step does nothing: somebody has to answer, or to end it.
func (d *dialing) step(*Call) bool { return false }

// Party lets a dialed party do something.
func (c *Call) Party(p Party) error {
	d, ok := c.phase.(*dialing)
	if !ok {
		return c.refuse("nobody is being dialed")
	}
	timeout := cmp.Or(d.verb.Timeout, dialTimeout)
	i, j := 0, 0 // the numbers that do it
	switch {
	case d.number != "":
		return errors.New("nobody is being dialed: " + d.wait().Text)
	case p.Rings < 0:
		return fmt.Errorf("cannot ring for %v: that is no time", p.Rings)
	case p.Rings > 0 && p.Does == DoesNotAnswer:
		return errors.New("somebody who does not answer lets it ring to the end")
	case p.Rings >= timeout:
		return fmt.Errorf("cannot ring for %v: the app dials for %v, so nobody would answer", p.Rings, timeout)
	case p.Rings > 0 && p.Rings < c.now-d.began:
		return fmt.Errorf("cannot ring for %v: it has rung for %v already", p.Rings, c.now-d.began)
	case p.Number == "":
		j = len(d.numbers)
	default:
		if i = slices.Index(d.names(), p.Number); i < 0 {
			return fmt.Errorf("%s is not being dialed: %s", p.Number, d.wait().Text)
		}
		j = i + 1
	}
	c.acts()
	d.ring(c, p.Rings)
	status := voxhook.DialStatusNoAnswer
	switch p.Does {
	case DoesNotAnswer:
		d.rings = true
	case IsBusy:
		status = voxhook.DialStatusBusy
	case Fails:
		status = voxhook.DialStatusFailed
	default:
		d.bridge(c, d.numbers[i])
		return nil
	}
	left := len(d.numbers) - (j - i)
	if status != voxhook.DialStatusNoAnswer && (left > 0 || d.rings) {
		c.note(Undialed, string(status), d.numbers[i].Number)
	}
	switch {
	case left > 0: // the others ring on
		d.numbers = slices.Delete(d.numbers, i, j)
		return nil
	case d.rings:
		d.ring(c, timeout)
		status = voxhook.DialStatusNoAnswer
	}
	d.done(c, status)
	return nil
}

// ring lets it ring until so long after the Dial began.
func (d *dialing) ring(c *Call, until time.Duration) {
	c.pass(max(until-(c.now-d.began), 0))
}

// bridge connects the caller with the party that has answered.
func (d *dialing) bridge(c *Call, n voxml.Number) {
	if n.SendDigits != "" {
		c.note(Whispered, "tones "+n.SendDigits, "to "+n.Number)
		c.pass(tonesTime(n.SendDigits))
	}
	if n.URL != "" {
		status := d.whisper(c, n)
		if c.cfg.Context.Err() != nil {
			_ = c.HangUp() // fails only if the call is over
			return
		}
		if status != "" {
			d.done(c, status)
			return
		}
	}
	c.answer()
	d.number, d.since = n.Number, c.now
	c.note(Bridged, n.Number, "")
	if d.verb.Record == voxml.DialRecordFromAnswer || d.verb.Record == voxml.DialRecordFromAnswerDual {
		d.startTape(c)
	}
}

// whisper runs the document for a dialed party. It returns how the dialed call
// ends if the party is not to be connected, else "".
func (d *dialing) whisper(c *Call, n voxml.Number) voxhook.DialStatus {
	w := c.common()
	w.ParentCallSid, w.CallSid = w.CallSid, d.sid
	w.Direction, w.CallStatus = voxhook.DirectionOutboundDial, voxhook.CallStatusInProgress
	w.To = n.Number
	w.ToCity, w.ToState, w.ToZip, w.ToCountry = "", "", "", "" // of the number that was called
	if d.verb.CallerID != "" {
		w.From, w.CallerName = d.verb.CallerID, ""
		w.FromCity, w.FromState, w.FromZip, w.FromCountry = "", "", "", ""
	}
	x, err := c.request(n.URL, n.Method, &voxhook.IncomingCall{VoiceWebhook: w})
	if err != nil {
		c.warn("a dialed party is not connected: %v", err)
		return voxhook.DialStatusFailed
	}
	for _, v := range x.Document {
		switch v.(type) {
		case voxml.Say, voxml.Play, voxml.Pause:
			kind, text, _, took := c.sound(v)
			if kind == Warned {
				c.warn("%s", text)
				continue
			}
			c.note(Whispered, cmp.Or(text, kind.String()), "to "+n.Number)
			c.pass(took)
		case voxml.Hangup, voxml.Reject:
			return voxhook.DialStatusNoAnswer
		default:
			c.warn("a %T is left out: this simulation runs only Say, Play, Pause, Hangup and Reject for a dialed party", v)
		}
	}
	return ""
}

// PartyHangsUp lets the dialed party hang up after a time, if it does not
// exceed the TimeLimit of the Dial.
func (c *Call) PartyHangsUp(after time.Duration) error {
	d, ok := c.phase.(*dialing)
	if !ok || d.number == "" {
		return c.refuse("there is no dialed party that has answered")
	}
	if after < 0 {
		return fmt.Errorf("cannot hang up after %v: that is no time", after)
	}
	c.acts()
	if d.talk(c, after) {
		d.done(c, voxhook.DialStatusCompleted)
	}
	return nil
}

// talk lets the two talk. It reports whether they still do.
func (d *dialing) talk(c *Call, took time.Duration) bool {
	left := d.listen(c)
	if took < left {
		c.pass(took)
		return true
	}
	c.pass(left)
	d.done(c, voxhook.DialStatusCompleted)
	return false
}

func (d *dialing) press(c *Call, key byte) error {
	switch {
	case key == '*' && d.verb.HangupOnStar && d.number == "":
		d.done(c, voxhook.DialStatusCanceled)
	case key == '*' && d.verb.HangupOnStar:
		d.done(c, voxhook.DialStatusCompleted)
	case d.number == "":
		return d.busy()
	}
	return nil // the dialed party hears the tone
}

func (d *dialing) say(c *Call, text string, _ float64) error {
	return d.speaks(c, Said, text, speechTime(text))
}

func (d *dialing) speak(c *Call, took time.Duration) error {
	return d.speaks(c, Spoke, "", took)
}

func (d *dialing) speaks(c *Call, kind Kind, text string, took time.Duration) error {
	if d.number == "" {
		return d.busy()
	}
	c.acts()
	detail := ""
	if text == "" {
		detail = min(took, d.listen(c)).String()
	}
	c.note(kind, text, detail)
	d.talk(c, took)
	return nil
}

func (d *dialing) listen(c *Call) time.Duration {
	if d.number == "" {
		return cmp.Or(d.verb.Timeout, dialTimeout) - (c.now - d.began)
	}
	return cmp.Or(d.verb.TimeLimit, dialTimeLimit) - (c.now - d.since)
}

func (d *dialing) silence(*Call) error {
	return errors.New("what comes next is up to the dialed party: " + d.wait().Text)
}

func (d *dialing) hangUp(c *Call) {
	status := voxhook.DialStatusCanceled
	if d.number != "" {
		status = voxhook.DialStatusCompleted
	}
	c.report(d.verb.Action, d.verb.Method, d.result(c, status))
}

// done ends the Dial.
func (d *dialing) done(c *Call, status voxhook.DialStatus) {
	c.phase = nil
	e := d.result(c, status)
	if d.verb.Action != "" {
		c.instructions(d.verb.Action, d.verb.Method, e)
	}
}

// result ends the dialed call.
func (d *dialing) result(c *Call, status voxhook.DialStatus) *voxhook.DialResult {
	e := &voxhook.DialResult{DialCallStatus: status, DialCallSid: d.sid}
	c.result(d.verb.Output, "status", string(status))
	detail := ""
	if d.number != "" {
		e.DialBridged, e.DialCallDuration = true, seconds(c.now-d.since)
		detail = "after " + (c.now - d.since).String()
	}
	c.note(Undialed, string(status), detail)
	if d.tape != nil {
		c.stopRecording(d.tape, c.now-d.tape.began)
		e.RecordingSid, e.RecordingURL, e.RecordingDuration = d.tape.sid, d.tape.url, d.tape.length
	}
	e.VoiceWebhook = c.common()
	return e
}
