package sim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The bounds of what happens without the caller or a dialed party doing
// something.
const (
	maxDocuments = 100
	maxVerbs     = 10_000
	maxTime      = 24 * time.Hour
)

// A Call is a simulated call. Its methods are those of the people in it:
// somebody presses keys, speaks, answers, hangs up. [Call.Step] does what the
// platform does by itself. It is not safe for concurrent use.
type Call struct {
	cfg Config
	now time.Duration // since Start
	log []Entry

	over  time.Duration // when the call ended
	later []delivery    // the notifications to be repeated, the next one first

	webhook  voxhook.VoiceWebhook // what all webhooks carry
	vars     voxhook.Vars
	set      map[string]struct{} // the names that verbs have set so far
	answered time.Duration       // when, or negative

	first    *url.URL // that was called
	base     *url.URL // of the document at hand
	frames   []frame  // of it, the innermost last
	phase    phase    // of the verb at hand; nil: none that lasts
	recorded *recording
	ids      int // given out so far
	since    effort
	pays     bool // there has been a Pay
	charge   *Charge
	end      *End
}

// An effort is what the app has done since somebody did something.
type effort struct {
	documents int
	verbs     int
	played    time.Duration // what was heard
}

// A frame is a list of verbs that is being run.
type frame struct {
	verbs []voxml.Verb
	next  int
	do    *voxml.Do // whose verbs these are, or nil
	pass  int       // of do, from 0
}

// A phase is a verb that lasts until somebody does something. A method that
// returns an error has changed nothing.
type phase interface {
	// wait says what the verb waits for.
	wait() Wait

	// listen plays what is to be heard before the verb waits, and returns how
	// long it then does.
	listen(*Call) time.Duration

	// step goes on as far as nobody is needed. It reports whether it did.
	step(*Call) bool

	press(c *Call, key byte) error
	say(c *Call, text string, confidence float64) error
	speak(c *Call, d time.Duration) error
	silence(*Call) error

	// hangUp is told that the caller has hung up. The call has ended.
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
		plain := *client // a redirect is no 2xx status, and hence not followed
		plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		cfg.App = &plain
	}
	c := &Call{cfg: cfg, first: base, base: base, webhook: cfg.Webhook, vars: voxhook.Vars{}, set: map[string]struct{}{}, answered: -1}
	for name, value := range cfg.Webhook.Vars {
		c.assign(name, value)
	}
	Complete(&c.webhook)
	outbound := c.webhook.Direction == voxhook.DirectionOutboundAPI
	switch {
	case outbound && cfg.Unanswered != "":
		c.finish(End{Why: NotAnswered, Text: "nobody answered: " + string(cfg.Unanswered)}, cfg.Unanswered)
		return c, nil
	case outbound:
		c.answer()
	case c.webhook.CallStatus == "":
		c.webhook.CallStatus = voxhook.CallStatusRinging
	}
	c.instructions(cfg.URL, cfg.Method, &voxhook.IncomingCall{VoiceWebhook: c.common()})
	return c, nil
}

// Step goes on with the call, by one thing that is heard or done, as far as
// that needs nobody. It returns false if the call waits for somebody, or has
// ended.
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

// Waiting returns what the call waits for. It waits for nothing while Step can
// go on: what it returns then is what can be done at this moment.
func (c *Call) Waiting() Wait {
	switch {
	case c.end != nil:
		return Wait{For: ForNobody, Text: "the call is over: " + c.end.Text}
	case c.phase != nil:
		return c.phase.wait()
	}
	return Wait{For: ForNobody, Text: "the app goes on by itself"}
}

// Log returns what has happened so far, in order. It must not be changed.
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
	c.log = append(c.log, Entry{At: c.now, Kind: kind, Text: text, Detail: detail})
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

// acts notes that somebody does something, so that the app may go on.
func (c *Call) acts() { c.since = effort{} }

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
	if c.since.verbs++; c.since.verbs > maxVerbs {
		c.finish(End{Why: Looped, Text: fmt.Sprintf("the app ran %d verbs while nobody did anything", maxVerbs)}, voxhook.CallStatusFailed)
		return
	}
	if c.since.played > maxTime {
		c.finish(End{Why: Looped, Text: "the app went on for a day while nobody did anything"}, voxhook.CallStatusFailed)
		return
	}
	if len(c.frames) == 0 {
		c.finish(End{Why: OutOfVerbs, Text: "the document ended"}, voxhook.CallStatusCompleted)
		return
	}
	f := &c.frames[len(c.frames)-1]
	switch {
	case f.next < len(f.verbs):
		f.next++
		c.run(f.verbs[f.next-1])
	case f.do != nil && c.again(f):
		f.next = 0
	default:
		c.frames = c.frames[:len(c.frames)-1]
	}
}

// again begins the next pass of a loop, if there is one.
func (c *Call) again(f *frame) bool {
	if f.pass++; f.pass >= max(f.do.MaxLoops, 1) || !c.holds(f.do.Expression) {
		return false
	}
	c.assign("do.n", fmt.Sprint(f.pass))
	return true
}

// holds evaluates an expression. One that cannot be evaluated is false.
func (c *Call) holds(x voxml.Expr) bool {
	ok, err := x.Eval(c.vars)
	if err != nil {
		c.warn("an expression counts as false: %v", err)
	}
	return ok
}

// enter runs verbs before those that follow.
func (c *Call) enter(verbs []voxml.Verb, do *voxml.Do) {
	c.frames = append(c.frames, frame{verbs: verbs, do: do})
}

// finish ends the call.
func (c *Call) finish(end End, status voxhook.CallStatus) {
	c.close(end, status)
	c.settle()
}

func (c *Call) close(end End, status voxhook.CallStatus) {
	c.end, c.over, c.phase, c.frames = &end, c.now, nil, nil
	c.webhook.CallStatus = status
	c.note(Ended, end.Text, "")
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
