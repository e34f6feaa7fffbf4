package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The bounds of what an app does while nobody does anything.
const (
	maxDocuments = 100    // without time passing
	maxVerbs     = 10_000 // without time passing
	maxTime      = 24 * time.Hour

	maxAllDocuments = 20_000 // in a day: music of 5 seconds fits
	maxAllVerbs     = 500_000
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

	leg      string    // the number of a dialed party; empty for the caller's own call
	base     *url.URL  // of the document that runs
	doc      *Exchange // whose document runs, or nil
	place    string    // of the verb that runs, in the document
	frames   []frame   // of the document, the innermost last
	phase    phase     // of the verb that waits; nil if none does
	recorded *recording
	since    effort
	pays     bool // there has been a Pay
	charge   *Charge
	end      *End
}

// A shared is what a call and the legs that it dials have in common: one
// clock, one log.
type shared struct {
	cfg   Config
	first *url.URL      // that was called
	now   time.Duration // since Start
	log   []Entry
	acts  []Acted
	later []delivery // the notifications to be repeated, the next one first
	ids   int        // given out so far
}

// An effort is what the app has done since somebody did something.
type effort struct {
	began time.Duration // when somebody did

	at                     time.Duration // of the last verb or document
	documents, verbs       int           // at this time
	allDocuments, allVerbs int           // since somebody did something
}

// A frame is a list of verbs that is being run.
type frame struct {
	verbs []voxml.Verb
	next  int
	path  string // of the element whose verbs these are

	do    *voxml.Do // that element, if it is a loop
	pass  int       // of do, from 0
	outer iteration // of the loop around do
}

// An iteration is the variable do.n at some moment.
type iteration struct {
	n   string
	set bool
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
	base, err := url.Parse(cfg.URL)
	if err != nil || !isWeb(base) {
		return nil, errors.New("the URL to call is not an absolute http or https URL, such as http://127.0.0.1:8080/voice")
	}
	if cfg.Webhook.CallStatus.Ended() {
		return nil, fmt.Errorf("a call cannot begin as one that is %s", cfg.Webhook.CallStatus)
	}
	switch cfg.First.(type) {
	case nil:
		cfg.First = &voxhook.IncomingCall{}
	case *voxhook.StatusChange, *voxhook.Recording, *voxhook.PayProgress:
		return nil, errors.New("a call cannot begin with a notification, which asks for no document")
	}
	switch cfg.Unanswered {
	case "", voxhook.CallStatusBusy, voxhook.CallStatusNoAnswer, voxhook.CallStatusFailed:
	default:
		return nil, errors.New("an unanswered call is busy, no-answer or failed")
	}
	if cfg.PlayLength < 0 || 0 < cfg.PlayLength && cfg.PlayLength < time.Millisecond {
		return nil, fmt.Errorf("an audio file cannot play for %v", cfg.PlayLength)
	}
	if u, err := base.Parse(cfg.StatusCallback); err != nil || !isWeb(u) {
		return nil, errors.New("the URL of the status callback is neither http nor https, nor relative to one")
	}
	if u, err := url.Parse(cfg.RecordingsURL); cfg.RecordingsURL != "" && (err != nil || !isWeb(u)) {
		return nil, errors.New("the URL of the recordings is neither http nor https")
	}
	if cfg.Start.IsZero() {
		cfg.Start = DefaultStart
	}
	if cfg.PlayLength == 0 {
		cfg.PlayLength = defaultPlayLength
	}
	if cfg.Retries == 0 {
		cfg.Retries = defaultRetries
	}
	cfg.Retries = min(cfg.Retries, maxRetries)
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	if client, ok := cfg.App.(*http.Client); ok && client.CheckRedirect == nil {
		plain := *client // a redirect is not a 2xx status: it is not followed
		plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		cfg.App = &plain
	}
	c := &Call{
		shared: &shared{cfg: cfg, first: base},
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
	c.log = append(c.log, e)
}

// warn notes something that the app should not do.
func (c *Call) warn(format string, args ...any) { c.note(Warned, fmt.Sprintf(format, args...), "") }

// pass lets time go by, in which notifications are repeated.
func (c *Call) pass(d time.Duration) {
	until := c.after(d)
	for len(c.later) > 0 && c.later[0].at <= until {
		next := c.later[0]
		c.later = c.later[1:]
		c.now = next.at
		c.notify(next.x)
	}
	c.now = until
}

// after is when d has gone by, at most the largest time there is.
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

// next runs the next verb of the document.
func (c *Call) next() {
	if c.endless(0, 1) {
		return
	}
	if len(c.frames) == 0 {
		c.place = ""
		c.finish(End{Why: OutOfVerbs, Text: "the document ended"}, voxhook.CallStatusCompleted)
		return
	}
	f := &c.frames[len(c.frames)-1]
	switch {
	case f.next < len(f.verbs):
		v := f.verbs[f.next]
		c.place = path(f.path, f.next, v)
		f.next++
		c.run(v)
	case f.do != nil && c.again(f):
		f.next = 0
	default:
		if f.do != nil && c.loops() > 1 {
			c.restore(f.outer)
		}
		c.frames = c.frames[:len(c.frames)-1]
	}
}

// endless counts what the app does while nobody does anything. It ends the
// call, and returns true, if there seems to be no end of it.
func (c *Call) endless(documents, verbs int) bool {
	s := &c.since
	if c.now > s.at {
		s.at, s.documents, s.verbs = c.now, 0, 0
	}
	s.documents, s.allDocuments = s.documents+documents, s.allDocuments+documents
	s.verbs, s.allVerbs = s.verbs+verbs, s.allVerbs+verbs
	text := ""
	switch {
	case s.documents > maxDocuments:
		text = fmt.Sprintf("the app sent %d documents while nobody did anything and no time passed", maxDocuments)
	case s.verbs > maxVerbs:
		text = fmt.Sprintf("the app ran %d verbs while nobody did anything and no time passed", maxVerbs)
	case c.now-s.began > maxTime:
		text = "the app went on for a day while nobody did anything"
	case s.allDocuments > maxAllDocuments:
		text = fmt.Sprintf("the app sent %d documents while nobody did anything", maxAllDocuments)
	case s.allVerbs > maxAllVerbs:
		text = fmt.Sprintf("the app ran %d verbs while nobody did anything", maxAllVerbs)
	default:
		return false
	}
	c.finish(End{Why: Looped, Text: text}, voxhook.CallStatusFailed)
	return true
}

// loop begins a Do, if its first pass is to be run.
func (c *Call) loop(v voxml.Do) {
	outer := c.iteration()
	if c.iterates(&v, 0) {
		c.frames = append(c.frames, frame{verbs: v.Verbs, path: c.place, do: &v, outer: outer})
	}
}

// again begins the next pass of a loop, if there is one.
func (c *Call) again(f *frame) bool {
	f.pass++
	return f.pass < f.do.MaxLoops && c.iterates(f.do, f.pass)
}

// iterates reports whether a pass of a loop is to be run. The variable do.n is
// the number of the pass when the expression is evaluated.
func (c *Call) iterates(do *voxml.Do, pass int) bool {
	before := c.iteration()
	c.assign("do.n", strconv.Itoa(pass))
	if c.holds(do.Expression) {
		return true
	}
	c.restore(before)
	return false
}

func (c *Call) iteration() iteration {
	n, set := c.vars["do.n"]
	return iteration{n, set}
}

func (c *Call) restore(i iteration) {
	if i.set {
		c.assign("do.n", i.n)
	} else {
		delete(c.vars, "do.n")
	}
}

// loops counts the loops that are being run.
func (c *Call) loops() (n int) {
	for _, f := range c.frames {
		if f.do != nil {
			n++
		}
	}
	return n
}

// holds evaluates an expression. One that cannot be evaluated is false.
func (c *Call) holds(x voxml.Expr) bool {
	ok, err := x.Eval(c.vars)
	if err != nil {
		c.warn("an expression counts as false: %v", err)
	}
	return ok
}

// finish ends the call.
func (c *Call) finish(end End, status voxhook.CallStatus) {
	c.close(end, status)
	if !c.isLeg() {
		c.settle()
	}
}

func (c *Call) close(end End, status voxhook.CallStatus) {
	c.end, c.over, c.phase, c.frames = &end, c.now, nil, nil
	c.webhook.CallStatus = status
	if !c.isLeg() {
		c.note(Ended, end.Text, "")
	}
}

// settle sends what is to be sent after the end of a call.
func (c *Call) settle() {
	c.tellStatus()
	if c.cfg.Context.Err() != nil && len(c.later) > 0 {
		c.warn("notifications that are not repeated any more: %d", len(c.later))
		c.later = nil
	}
	for len(c.later) > 0 {
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

var _ App = (*http.Client)(nil)
