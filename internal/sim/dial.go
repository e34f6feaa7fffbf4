package sim

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Defaults of a Dial.
const (
	dialTimeout   = 30 * time.Second
	dialTimeLimit = 4 * time.Hour
)

// A dialing is a Dial in progress, while it rings or connects two parties.
type dialing struct {
	verb    voxml.Dial
	numbers []voxml.Number // the numbers that are still ringing
	began   time.Duration
	rings   bool // until the time-out, because a party does not answer
	tape    *recording
	sid     string        // the CallSid of the dialed call
	leg     *Call         // the call of the party whose document runs, or nil
	party   voxml.Number  // the number of leg
	number  string        // the connected number, or ""
	since   time.Duration // when it was connected
}

// dial begins a Dial.
func (c *Call) dial(v voxml.Dial) {
	d := &dialing{verb: v, began: c.now, sid: c.id()}
	if number := strings.TrimSpace(v.Number); number != "" {
		d.numbers = []voxml.Number{{Number: number}}
	}
	for _, n := range v.Nouns {
		switch n := n.(type) {
		case voxml.Number:
			if n.Number = strings.TrimSpace(n.Number); n.Number == "" {
				c.warn("a Number is skipped: it is empty")
				continue
			}
			d.numbers = append(d.numbers, n)
		case voxml.Element:
			c.warn("the element %s is skipped: the platform does not document it there", n.Name)
		}
	}
	if len(d.numbers) == 0 {
		c.warn("a Dial is skipped: it has no number")
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

// names returns the ringing numbers.
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

func (d *dialing) wait(*Call) Wait {
	w := Wait{For: ForParty, Text: "the app is dialing " + strings.Join(d.names(), ", "), Keys: d.verb.HangupOnStar, Verb: d.verb, DialCallSid: d.sid, Numbers: d.names()}
	if d.leg != nil {
		party := d.leg.Waiting()
		w.For, w.Party, w.Numbers = ForLeg, &party, []string{d.party.Number}
		w.Secret, w.Step = party.Secret, party.Step
		w.Text = d.party.Number + " has answered but is not connected yet: " + party.Text
	}
	if d.number != "" {
		w.For, w.Keys, w.Speech, w.Text = ForTalk, true, true, "the caller is connected to "+d.number
		w.Numbers = []string{d.number}
	}
	return w
}

// busy returns the error for an act of the caller that is not possible while
// the phone rings.
func (d *dialing) busy() error {
	return errors.New("the app is not listening: it is dialing " + strings.Join(d.names(), ", "))
}

// step continues the document of the dialed party. Without a document, a person
// must answer or end the Dial.
func (d *dialing) step(c *Call) bool {
	if d.leg == nil {
		return false
	}
	more := d.leg.Step()
	return d.settle(c) || more
}

// timeOut waits until the dialed party's input times out.
func (d *dialing) timeOut(c *Call) {
	d.leg.TimeOut()
	d.settle(c)
}

// answers performs DoAnswer, DoBusy, DoFail and DoNoAnswer.
func (c *Call) answers(a Act) error {
	d, ok := c.phase.(*dialing)
	if !ok {
		return c.refuse("the app is not dialing")
	}
	i, j, err := d.who(c, a)
	if err != nil {
		return err
	}
	c.acting()
	d.ring(c, a.Time)
	status := voxhook.DialStatusNoAnswer
	switch a.Do {
	case DoNoAnswer:
		d.rings = true
	case DoBusy:
		status = voxhook.DialStatusBusy
	case DoFail:
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
	case left > 0: // the others keep ringing
		d.numbers = slices.Delete(d.numbers, i, j)
		return nil
	case d.rings:
		d.ring(c, d.timeout())
		status = voxhook.DialStatusNoAnswer
	}
	d.done(c, status)
	return nil
}

func (d *dialing) timeout() time.Duration { return cmp.Or(d.verb.Timeout, dialTimeout) }

// who returns the range [i, j) of the numbers that act.
func (d *dialing) who(c *Call, a Act) (i, j int, err error) {
	switch {
	case d.number != "" || d.leg != nil:
		err = errors.New("the app is no longer dialing: " + d.wait(c).Text)
	case a.Time < 0:
		err = fmt.Errorf("cannot ring for %v: the time must not be negative", a.Time)
	case a.Time > 0 && a.Do == DoNoAnswer:
		err = errors.New("a party that does not answer takes no ringing time: the phone rings until the Dial times out")
	case a.Time >= d.timeout():
		err = fmt.Errorf("cannot ring for %v: the app stops dialing after %v", a.Time, d.timeout())
	case a.Time > 0 && a.Time < c.now-d.began:
		err = fmt.Errorf("cannot ring for %v: it has rung for %v already", a.Time, c.now-d.began)
	case a.Number == "":
		return 0, len(d.numbers), nil
	default:
		if i = slices.Index(d.names(), a.Number); i >= 0 {
			return i, i + 1, nil
		}
		err = fmt.Errorf("%s is not being dialed: %s", a.Number, d.wait(c).Text)
	}
	return 0, 0, err
}

// ring lets the phone ring until a time, counted from the beginning of the
// Dial.
func (d *dialing) ring(c *Call, until time.Duration) {
	c.pass(max(until-(c.now-d.began), 0))
}

// bridge connects the caller to the party that has answered. If the Number has
// a document, it runs first.
func (d *dialing) bridge(c *Call, n voxml.Number) {
	if n.SendDigits != "" {
		c.note(Whispered, "tones "+n.SendDigits, "to "+n.Number)
		c.pass(tonesTime(n.SendDigits))
	}
	if n.URL != "" {
		d.leg, d.party = d.newLeg(c, n), n
		d.leg.instructions(n.URL, n.Method, &voxhook.IncomingCall{VoiceWebhook: d.leg.common()})
		d.settle(c)
		return
	}
	d.connect(c, n)
}

func (d *dialing) connect(c *Call, n voxml.Number) {
	c.answer()
	d.number, d.since = n.Number, c.now
	c.note(Bridged, n.Number, "")
	if d.verb.Record == voxml.DialRecordFromAnswer || d.verb.Record == voxml.DialRecordFromAnswerDual {
		d.startTape(c)
	}
}

// settle connects the dialed party, or ends the Dial, if the document of the
// party has ended. It reports whether the document has ended.
func (d *dialing) settle(c *Call) bool {
	leg := d.leg
	if leg == nil || leg.end == nil {
		return false
	}
	d.leg = nil
	c.waited()
	if c.cfg.Context.Err() != nil {
		_ = c.hangUp() // fails only if the call is over
		return true
	}
	switch leg.end.Why {
	case OutOfVerbs:
		d.connect(c, d.party)
	case AppFailed, Looped:
		c.warnDelivery("a dialed party is not connected: %s", leg.end.Text)
		d.done(c, voxhook.DialStatusFailed)
	default:
		d.done(c, voxhook.DialStatusNoAnswer)
	}
	return true
}

// partyActs lets the dialed party act while its document runs.
func (c *Call) partyActs(a Act) error {
	leg := c.party()
	if leg == nil {
		return c.refuse("no dialed party is hearing the document of its Number")
	}
	switch a.Do {
	case DoListen:
		for c.party() == leg {
			if !leg.Step() {
				leg.phase.timeOut(leg)
			}
			c.phase.(*dialing).settle(c)
		}
		return nil
	case DoPress, DoType, DoSay, DoMumble, DoSpeak, DoSilence, DoHangUp:
	default:
		return fmt.Errorf("a dialed party cannot %s", a.Do)
	}
	a.Party = false
	c.acting()
	err := leg.act(a)
	c.phase.(*dialing).settle(c)
	if err != nil {
		return fmt.Errorf("the dialed party %w", err)
	}
	return nil
}

// party returns the call of the dialed party whose document runs, or nil.
func (c *Call) party() *Call {
	if d, ok := c.phase.(*dialing); ok {
		return d.leg
	}
	return nil
}

// newLeg returns the call of a dialed party that has answered.
func (d *dialing) newLeg(c *Call, n voxml.Number) *Call {
	w := c.webhook
	w.ParentCallSid, w.CallSid = w.CallSid, d.sid
	w.Direction, w.CallStatus = voxhook.DirectionOutboundDial, voxhook.CallStatusInProgress
	w.To = n.Number
	w.ToCity, w.ToState, w.ToZip, w.ToCountry = "", "", "", "" // these describe the number that the caller called
	if d.verb.CallerID != "" {
		w.From, w.CallerName = d.verb.CallerID, ""
		w.FromCity, w.FromState, w.FromZip, w.FromCountry = "", "", "", ""
	}
	return &Call{
		shared: c.shared, leg: n.Number, webhook: w, vars: maps.Clone(c.vars), set: maps.Clone(c.set), answered: c.now,
		base: c.base, doc: c.doc, place: c.place, since: effort{began: c.now},
	}
}

// isLeg reports whether c is the call of a dialed party.
func (c *Call) isLeg() bool { return c.leg != "" }

// partyHangsUp lets the dialed party hang up after a time, at most the
// TimeLimit of the Dial.
func (c *Call) partyHangsUp(after time.Duration) error {
	d, ok := c.phase.(*dialing)
	if !ok || d.number == "" {
		return c.refuse("no dialed party has answered")
	}
	if after < 0 {
		return fmt.Errorf("cannot hang up after %v: the time must not be negative", after)
	}
	c.acting()
	if d.talk(c, after) {
		d.done(c, voxhook.DialStatusCompleted)
	}
	return nil
}

// talk lets the two parties talk. It reports whether they are still connected.
func (d *dialing) talk(c *Call, took time.Duration) bool {
	left := d.rest(c)
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
	c.acting()
	detail := ""
	if text == "" {
		detail = min(took, d.rest(c)).String()
	}
	c.note(kind, text, detail)
	d.talk(c, took)
	return nil
}

func (d *dialing) begun() bool { return d.leg != nil && d.leg.phase != nil && d.leg.phase.begun() }

func (d *dialing) rest(c *Call) time.Duration {
	if d.leg != nil {
		return d.leg.Waiting().Rest
	}
	if d.number == "" {
		return d.timeout() - (c.now - d.began)
	}
	return cmp.Or(d.verb.TimeLimit, dialTimeLimit) - (c.now - d.since)
}

func (d *dialing) hangUp(c *Call) {
	d.leave()
	status := voxhook.DialStatusCanceled
	if d.number != "" {
		status = voxhook.DialStatusCompleted
	}
	c.report(d.verb.Action, d.verb.Method, d.result(c, status))
}

// done ends the Dial and requests its Action.
func (d *dialing) done(c *Call, status voxhook.DialStatus) {
	d.leave()
	c.phase = nil
	e := d.result(c, status)
	if d.verb.Action != "" {
		c.instructions(d.verb.Action, d.verb.Method, e)
	}
}

// leave hangs up a dialed party that will not be connected.
func (d *dialing) leave() {
	if leg := d.leg; leg != nil {
		d.leg = nil
		_ = leg.hangUp() // it fails only if the leg has ended
	}
}

// result ends the dialed call and returns its result.
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
