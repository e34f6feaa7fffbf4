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
// platform does without a person; [Call.Act] does what people do. A Call is not
// safe for concurrent use.
type Call struct {
	*shared

	over time.Duration // when the call ended

	webhook  voxhook.VoiceWebhook // the common parameters of all webhooks
	vars     voxhook.Vars
	set      map[string]struct{} // the variables that verbs have set so far
	answered time.Duration       // since Start; negative if not answered

	leg      string        // the number, if this is the call of a dialed party
	base     *url.URL      // the URL of the current document
	doc      *Exchange     // the exchange of the current document, or nil
	place    string        // the path of the current verb in doc
	frames   []frame       // the verb lists in progress, innermost last
	phase    phase         // the verb that waits for a person, or nil
	hearing  *hearing      // the prompt in progress, or nil
	quiet    time.Duration // when the last prompt ended
	recorded *recording
	since    effort
	pays     bool // the call has had a Pay
	charge   *Charge
	end      *End
}

// usualEntries is the length of a typical log.
const usualEntries = 32

// A shared is the state that a call and the legs it dials share: one clock and
// one log.
type shared struct {
	cfg     Config
	first   *url.URL      // the URL of the first request
	now     time.Duration // time since Start
	log     []Entry
	acts    []Acted
	later   []delivery                // delayed notifications, the next one first
	held    []delivery                // notifications that other webhooks overtake first
	open    []sending                 // notifications in flight
	late    []<-chan answer           // answers that missed the Timeout
	running sync.WaitGroup            // goroutines of the app
	stop    func(Entry) time.Duration // see StepTo
	ahead   string                    // keys typed ahead; see Config.TypeAhead
	ids     int                       // number of ids so far
}

// A phase is a verb that waits for a person. A method that returns an error has
// changed nothing.
type phase interface {
	// wait describes what the verb waits for.
	wait(*Call) Wait

	// begun reports whether the caller has begun an input that can go on.
	begun() bool

	// rest returns how long the verb still waits, from the end of its prompts.
	rest(*Call) time.Duration

	// step plays the next prompt. It returns false if there are no more
	// prompts, or if the caller has begun an input.
	step(*Call) bool

	// timeOut lets the rest of the waiting time pass.
	timeOut(*Call)

	press(c *Call, key byte) error
	say(c *Call, text string, confidence float64) error
	speak(c *Call, d time.Duration) error

	// hangUp sends the result of the verb after the caller has hung up and the
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
		c.finish(End{Why: NotAnswered, Text: "the call was not answered: " + string(cfg.Unanswered)}, cfg.Unanswered)
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

// Step plays the next prompt or runs the next verb. It returns false if the
// call waits for a person or has ended.
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

// TimeOut waits until an input or message in progress times out; see [Wait]. It
// returns false if there is none.
func (c *Call) TimeOut() bool {
	if c.phase == nil || !c.phase.begun() {
		return false
	}
	c.phase.timeOut(c)
	c.waited()
	return true
}

// waited restarts the day for which the app may run without input.
func (c *Call) waited() { c.since.began = c.now }

// Waiting returns what the call waits for. As long as Step can continue, it
// returns what a person can do at this moment.
func (c *Call) Waiting() Wait {
	switch {
	case c.end != nil:
		return Wait{For: ForNobody, Text: "the call is over: " + c.end.Text}
	case c.phase != nil:
		w := c.phase.wait(c)
		w.Begun, w.Rest = c.phase.begun(), c.phase.rest(c)
		return w
	}
	return Wait{For: ForNobody, Text: "the app is still running its document"}
}

// listen plays the remaining prompts and returns how long the verb then waits.
func (c *Call) listen() time.Duration {
	if c.hearing != nil {
		c.goOnHearing()
	}
	for c.phase.step(c) {
	}
	return c.phase.rest(c)
}

// Document returns the exchange whose document runs, or ran when the call
// ended. It returns nil before the first document.
func (c *Call) Document() *Exchange { return c.doc }

// Place returns the path of the current verb in its document, such as
// "Response[2].Gather", in the format of a [voxml.Finding]. It returns ""
// before the first verb.
func (c *Call) Place() string { return c.place }

// Log returns what has happened so far, in order. Do not modify the slice.
func (c *Call) Log() []Entry { return c.log }

// End returns how the call ended, or nil if it has not.
func (c *Call) End() *End { return c.end }

// Elapsed returns how long the call has lasted so far, or lasted in total if it
// has ended.
func (c *Call) Elapsed() time.Duration {
	if c.end != nil {
		return c.over
	}
	return c.now
}

// Vars returns a copy of the current variables of the call.
func (c *Call) Vars() voxhook.Vars {
	if len(c.vars) == 0 {
		return nil
	}
	return maps.Clone(c.vars)
}

// Charge returns the payment that the last Pay sent to its connector, or nil.
func (c *Call) Charge() *Charge { return c.charge }

// note adds an entry to the log.
func (c *Call) note(kind Kind, text, detail string) {
	c.add(Entry{Kind: kind, Text: text, Detail: detail, Place: c.place})
}

// add adds an entry to the log. In the call of a dialed party, prompts become
// Whispered, since the caller does not hear them.
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

// warn logs a mistake of the app.
func (c *Call) warn(format string, args ...any) { c.note(Warned, fmt.Sprintf(format, args...), "") }

// warnDelivery logs a mistake in the answer to a request.
func (c *Call) warnDelivery(format string, args ...any) {
	c.warn(format, args...)
	c.log[len(c.log)-1].Delivery = true
}

// pass lets time pass and sends the notifications that become due.
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

// advance sets the clock. In real time it sleeps until then.
func (c *Call) advance(to time.Duration) {
	c.now = max(c.now, to)
	if c.cfg.RealTime {
		time.Sleep(time.Until(c.cfg.Start.Add(c.now)))
	}
}

// after returns the time d from now, at most the largest Duration.
func (c *Call) after(d time.Duration) time.Duration {
	if c.now > math.MaxInt64-d {
		return math.MaxInt64
	}
	return c.now + d
}

// answer answers the call unless it is already answered.
func (c *Call) answer() {
	if c.answered < 0 {
		c.answered = c.now
		c.webhook.CallStatus = voxhook.CallStatusInProgress
		c.note(Answered, "", "")
	}
}

// id returns a new id. Ids are the same in every run.
func (c *Call) id() string {
	c.ids++
	return NewID(c.webhook.CallSid, c.ids)
}

// time converts a time of the call to a time of day.
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

// settle sends the notifications that are still due when the call has ended.
func (c *Call) settle() {
	c.tellStatus()
	if c.cfg.Context.Err() != nil && len(c.later) > 0 {
		c.warnDelivery("notifications no longer repeated: %d", len(c.later))
		c.later = nil
	}
	for c.join(); len(c.later)+len(c.held) > 0; c.join() {
		if len(c.later) == 0 { // no webhook is left to overtake the others
			c.overtake()
			continue
		}
		c.pass(c.later[0].at - c.now)
	}
}

// tellStatus reports the end of an outbound call. A call that went on to a Flow
// has not ended.
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

// seconds rounds a time up to whole seconds, as the platform does.
func seconds(d time.Duration) time.Duration {
	whole := d.Truncate(time.Second)
	if whole < d && whole <= math.MaxInt64-time.Second {
		whole += time.Second
	}
	return whole
}
