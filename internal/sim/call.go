package sim

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/url"
	"sync"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A Call is a simulated call. [Call.Step] and [Call.TimeOut] do what the
// platform does by itself, [Call.Act] what people do. It is not safe for
// concurrent use.
type Call struct {
	*shared

	over time.Duration // when the call ended

	webhook  voxhook.VoiceWebhook // what all webhooks carry
	vars     voxhook.Vars
	set      map[string]struct{} // the names that verbs have set so far
	answered time.Duration       // when, or negative

	leg      string        // the number of a dialed party; empty for the caller's own call
	base     *url.URL      // of the document that runs
	doc      *Exchange     // whose document runs, or nil
	place    string        // of the verb that runs, in the document
	frames   []frame       // of the document, the innermost last
	phase    phase         // of the verb that waits; nil if none does
	hearing  *hearing      // of what has been heard in part; nil if nothing has
	quiet    time.Duration // since when nothing is heard
	recorded *recording
	since    effort
	pays     bool // there has been a Pay
	charge   *Charge
	end      *End
}

// usualEntries is how many entries the log of a usual call has.
const usualEntries = 32

// A shared is what a call and the legs that it dials have in common: one
// clock, one log.
type shared struct {
	cfg     Config
	first   *url.URL      // that was called
	now     time.Duration // since Start
	log     []Entry
	acts    []Acted
	later   []delivery                // the notifications to be sent later, the next one first
	held    []delivery                // those that others are to overtake
	open    []sending                 // those that are being sent
	late    []<-chan answer           // those that came after the Timeout
	running sync.WaitGroup            // the goroutines of the app
	stop    func(Entry) time.Duration // see StepTo
	ahead   string                    // keys that nobody has listened for yet; see Config.TypeAhead
	ids     int                       // given out so far
}

// A phase is a verb that waits for somebody. A method that returns an error
// has changed nothing.
type phase interface {
	// wait says what the verb waits for.
	wait(*Call) Wait

	// begun reports whether the caller has begun to do something that can go
	// on.
	begun() bool

	// rest returns how long the verb waits, as of the end of its prompts.
	rest(*Call) time.Duration

	// step plays the next prompt. It returns false if none is left, or if the
	// caller has begun to do something.
	step(*Call) bool

	// timeOut lets the rest of the time pass.
	timeOut(*Call)

	press(c *Call, key byte) error
	say(c *Call, text string, confidence float64) error
	speak(c *Call, d time.Duration) error

	// hangUp reports the result of the verb. The caller has hung up, and the
	// call has ended.
	hangUp(*Call)
}

// New begins a call: it sends the first webhook and reads the answer.
func New(cfg Config) (*Call, error) {
	base, err := cfg.check()
	if err != nil {
		return nil, err
	}
	cfg.complete()
	c := &Call{
		shared: &shared{cfg: cfg, first: base, log: make([]Entry, 0, usualEntries)},
		base:   base, webhook: cfg.Webhook, vars: voxhook.Vars{}, set: map[string]struct{}{}, answered: -1,
	}
	for name, value := range cfg.Webhook.Vars {
		c.assign(name, value)
	}
	Complete(&c.webhook)
	if cfg.NoFrom {
		c.webhook.From = ""
	}
	outbound := c.webhook.Direction == voxhook.DirectionOutboundAPI
	_, incoming := cfg.First.(*voxhook.IncomingCall)
	switch {
	case outbound && cfg.Unanswered != "":
		c.finish(End{Why: NotAnswered, Text: "nobody answered: " + string(cfg.Unanswered)}, cfg.Unanswered)
		return c, nil
	case outbound:
		c.answer()
	case c.webhook.CallStatus == "" && incoming:
		c.webhook.CallStatus = voxhook.CallStatusRinging
	case c.webhook.CallStatus == "", c.webhook.CallStatus == voxhook.CallStatusInProgress:
		c.answered, c.webhook.CallStatus = 0, voxhook.CallStatusInProgress
	}
	*cfg.First.Webhook() = c.common()
	c.instructions(cfg.URL, cfg.Method, cfg.First)
	return c, nil
}

// Step lets the app go on by one thing that is heard or done. It returns false
// if the call waits for somebody, or has ended.
func (c *Call) Step() bool {
	switch {
	case c.end != nil:
		return false
	case c.hearing != nil:
		c.goOnHearing()
		return true
	case c.phase != nil:
		return c.phase.step(c)
	}
	c.next()
	return true
}

// TimeOut lets the time-out pass of keys or a message that have begun, see
// [Wait]. It returns false if none have.
func (c *Call) TimeOut() bool {
	if c.phase == nil || !c.phase.begun() {
		return false
	}
	c.phase.timeOut(c)
	c.waited()
	return true
}

// waited notes that the app has waited for somebody until now.
func (c *Call) waited() { c.since.began = c.now }

// Waiting returns what the call waits for. While Step can go on, it returns
// what can be done at this moment.
func (c *Call) Waiting() Wait {
	switch {
	case c.end != nil:
		return Wait{For: ForNobody, Text: "the call is over: " + c.end.Text}
	case c.phase != nil:
		w := c.phase.wait(c)
		w.Begun, w.Rest = c.phase.begun(), c.phase.rest(c)
		return w
	}
	return Wait{For: ForNobody, Text: "the app goes on by itself"}
}

// listen plays the prompts that are left, and returns how long the verb then
// waits.
func (c *Call) listen() time.Duration {
	if c.hearing != nil {
		c.goOnHearing()
	}
	for c.phase.step(c) {
	}
	return c.phase.rest(c)
}

// Document returns the exchange whose document runs, or did when the call
// ended. It is nil before the first document.
func (c *Call) Document() *Exchange { return c.doc }

// Place returns where in its document the call is: the path of a verb, such as
// "Response[2].Gather", as in a [voxml.Finding]. It is empty before the first
// verb.
func (c *Call) Place() string { return c.place }

// Log returns what has happened so far, in order. Do not modify it.
func (c *Call) Log() []Entry { return c.log }

// End returns how the call ended, or nil if it goes on.
func (c *Call) End() *End { return c.end }

// Elapsed returns how long the call has lasted, or did until it ended.
func (c *Call) Elapsed() time.Duration {
	if c.end != nil {
		return c.over
	}
	return c.now
}

// Vars returns the variables of the call, as they are now.
func (c *Call) Vars() voxhook.Vars {
	if len(c.vars) == 0 {
		return nil
	}
	return maps.Clone(c.vars)
}

// Charge returns what the last Pay gave to its connector, or nil.
func (c *Call) Charge() *Charge { return c.charge }

// note adds an entry to the log.
func (c *Call) note(kind Kind, text, detail string) {
	c.add(Entry{Kind: kind, Text: text, Detail: detail, Place: c.place})
}

// add adds an entry to the log. What a dialed party hears, the caller does
// not.
func (c *Call) add(e Entry) {
	e.At, e.From = c.now, c.doc
	if c.isLeg() && e.Kind.sounds() {
		e.Text, e.Detail = cmp.Or(e.Text, e.Kind.String()), "to "+c.leg
		e.Kind = Whispered
	}
	if c.isLeg() && e.Kind.acts() {
		e.Detail = details(e.Detail, "by "+c.leg)
	}
	c.log = append(c.log, e)
}

// warn notes something that the app should not do.
func (c *Call) warn(format string, args ...any) { c.note(Warned, fmt.Sprintf(format, args...), "") }

// pass lets time pass, in which notifications are repeated.
func (c *Call) pass(d time.Duration) {
	if d > 0 {
		c.join()
	}
	until := c.after(d)
	for len(c.later) > 0 && c.later[0].at <= until {
		next := c.later[0]
		c.later = c.later[1:]
		c.advance(next.at)
		c.notify(next.x)
	}
	c.advance(until)
}

// advance sets the clock. If time is real, it waits until then.
func (c *Call) advance(to time.Duration) {
	c.now = max(c.now, to)
	if c.cfg.RealTime {
		time.Sleep(time.Until(c.cfg.Start.Add(c.now)))
	}
}

// after returns the time when d has passed, at most the largest there is.
func (c *Call) after(d time.Duration) time.Duration {
	if c.now > math.MaxInt64-d {
		return math.MaxInt64
	}
	return c.now + d
}

// answer answers the call, if that has not been done.
func (c *Call) answer() {
	if c.answered < 0 {
		c.answered = c.now
		c.webhook.CallStatus = voxhook.CallStatusInProgress
		c.note(Answered, "", "")
	}
}

// id returns a new id, the same in every run.
func (c *Call) id() string {
	c.ids++
	return NewID(c.webhook.CallSid, c.ids)
}

// time returns the time of day of a moment of the call.
func (c *Call) time(at time.Duration) time.Time { return c.cfg.Start.Add(at).Truncate(time.Second) }

// finish ends the call.
func (c *Call) finish(end End, status voxhook.CallStatus) {
	c.close(end, status)
	if !c.isLeg() {
		c.settle()
	}
}

func (c *Call) close(end End, status voxhook.CallStatus) {
	c.end, c.over, c.phase, c.frames = &end, c.now, nil, nil
	c.interrupt()
	c.webhook.CallStatus = status
	if !c.isLeg() {
		c.note(Ended, end.Text, "")
	}
}

// settle sends the notifications that are due after the end of a call.
func (c *Call) settle() {
	c.tellStatus()
	if c.cfg.Context.Err() != nil && len(c.later) > 0 {
		c.warn("notifications that are not repeated any more: %d", len(c.later))
		c.later = nil
	}
	for c.join(); len(c.later)+len(c.held) > 0; c.join() {
		if len(c.later) == 0 { // nothing is left to overtake the others
			c.overtake()
			continue
		}
		c.pass(c.later[0].at - c.now)
	}
}

// tellStatus sends the end of an outbound call. One that is connected to a
// Flow goes on.
func (c *Call) tellStatus() {
	if c.webhook.Direction != voxhook.DirectionOutboundAPI || c.cfg.StatusCallback == "" || !c.webhook.CallStatus.Ended() {
		return
	}
	e := &voxhook.StatusChange{
		VoiceWebhook: c.common(), Timestamp: c.time(c.over), SequenceNumber: 1, CallbackSource: "call-progress-events",
	}
	if c.answered >= 0 {
		e.CallDuration = seconds(c.over - c.answered)
	}
	if r := c.recorded; r != nil {
		e.RecordingSid, e.RecordingURL, e.RecordingDuration = r.sid, r.url, r.length
	}
	c.base = c.first
	c.tell(c.cfg.StatusCallback, voxml.MethodPOST, e)
}

// seconds rounds a time up to whole seconds, as the platform counts.
func seconds(d time.Duration) time.Duration {
	whole := d.Truncate(time.Second)
	if whole < d && whole <= math.MaxInt64-time.Second {
		whole += time.Second
	}
	return whole
}
