package sim

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A Config says what call is made, and how the platform behaves where its
// documentation leaves it open. The zero value of every field but App and URL
// is a good choice.
type Config struct {
	// App answers the webhooks: an [http.Client], or what [Handler] returns.
	App App

	// URL is where the first document is requested. It is absolute.
	URL string

	// Method is how it is requested. Empty: POST.
	Method voxml.Method

	// Webhook has the parameters that every webhook of the call carries. Its
	// Vars are those with which the call begins. The Direction outbound-api
	// makes it an outbound call. Empty CallSid, From, To, AccountID, TrunkID,
	// APIVersion and Direction get a default.
	Webhook voxhook.VoiceWebhook

	// Unanswered is what becomes of an outbound call that nobody answers:
	// busy, no-answer or failed. Empty: it is answered.
	Unanswered voxhook.CallStatus

	// StatusCallback is the URL that is told of the end of an outbound call,
	// relative to URL. Empty: nobody is.
	StatusCallback string

	// NestedVars sends variables as nested JSON. False: as flat JSON.
	NestedVars bool

	// Start is when the call begins. Zero: [DefaultStart].
	Start time.Time

	// PlayLength is how long an audio file plays. Zero: [DefaultPlayLength].
	PlayLength time.Duration

	// Retries is how often a webhook is repeated that was not answered with a
	// 2xx status, after 1, 2, 4 … seconds. Zero: [DefaultRetries]. Negative:
	// never.
	Retries int

	// RecordingsURL is where [Recordings] is served. Empty:
	// [DefaultRecordingsURL], which is nowhere.
	RecordingsURL string

	// FailRecordings makes all recordings of the call fail.
	FailRecordings bool
}

// The defaults of a [Config].
const (
	DefaultPlayLength    = 5 * time.Second
	DefaultRetries       = 3
	DefaultRecordingsURL = "https://recordings.example.com/"
)

// DefaultStart is when a call begins where the [Config] does not say: a time
// that is the same in every run.
var DefaultStart = time.Date(2025, time.January, 1, 12, 0, 0, 0, time.UTC)

// The bounds of what happens without the caller or a dialed party doing
// something.
const (
	maxDocuments = 100
	maxVerbs     = 10_000
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

	first     *url.URL // that was called
	base      *url.URL // of the document at hand
	frames    []frame  // of it, the innermost last
	phase     phase    // of the verb at hand; nil: none that lasts
	recorded  *recording
	ids       int  // given out so far
	documents int  // since somebody did something
	verbs     int  // since somebody did something
	pays      bool // there has been a Pay
	charge    *Charge
	end       *End
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
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("the URL to call is not an absolute http or https URL, such as http://127.0.0.1:8080/voice")
	}
	if cfg.Webhook.CallStatus.Ended() {
		return nil, fmt.Errorf("a call cannot begin as one that is %s", cfg.Webhook.CallStatus)
	}
	if cfg.Start.IsZero() {
		cfg.Start = DefaultStart
	}
	if cfg.PlayLength <= 0 {
		cfg.PlayLength = DefaultPlayLength
	}
	if cfg.Retries == 0 {
		cfg.Retries = DefaultRetries
	}
	if client, ok := cfg.App.(*http.Client); ok && client.CheckRedirect == nil {
		plain := *client // a redirect is no 2xx status, and hence not followed
		plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		cfg.App = &plain
	}
	if cfg.RecordingsURL == "" {
		cfg.RecordingsURL = DefaultRecordingsURL
	}
	c := &Call{cfg: cfg, first: base, base: base, webhook: cfg.Webhook, vars: voxhook.Vars{}, set: map[string]struct{}{}, answered: -1}
	for name, value := range cfg.Webhook.Vars {
		c.assign(name, value)
	}
	complete(&c.webhook)
	outbound := c.webhook.Direction == voxhook.DirectionOutboundAPI
	switch {
	case outbound && cfg.Unanswered != "":
		c.finish(End{Why: NotAnswered, Text: "nobody answered: " + string(cfg.Unanswered)}, cfg.Unanswered)
		return c, nil
	case outbound:
		c.answer()
	case c.webhook.CallStatus == "":
		c.webhook.CallStatus = voxhook.CallRinging
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
	return Wait{For: ForNobody, Text: "the app is not listening"}
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
	vars := make(voxhook.Vars, len(c.vars))
	for name, value := range c.vars {
		vars[name] = value
	}
	return vars
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
func (c *Call) acts() { c.documents, c.verbs = 0, 0 }

// answer answers the call, if that has not been done.
func (c *Call) answer() {
	if c.answered < 0 {
		c.answered = c.now
		c.webhook.CallStatus = voxhook.CallInProgress
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
	if c.verbs++; c.verbs > maxVerbs {
		c.finish(End{Why: Looped, Text: fmt.Sprintf("the app ran %d verbs while nobody did anything", maxVerbs)}, voxhook.CallCompleted)
		return
	}
	if len(c.frames) == 0 {
		c.finish(End{Why: OutOfVerbs, Text: "the document ended"}, voxhook.CallCompleted)
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
	c.tell(c.cfg.StatusCallback, voxml.POST, e)
}

// HangUp lets the caller hang up.
func (c *Call) HangUp() error {
	if c.end != nil {
		return c.refuse("hung up")
	}
	at := c.phase
	c.close(End{Why: CallerHungUp, Text: "the caller hung up"}, voxhook.CallCompleted)
	if at != nil {
		at.hangUp(c)
	}
	c.settle()
	return nil
}

// Press lets the caller press keys, one after the other. If the app takes only
// some of them, that is an error, which says so.
func (c *Call) Press(keys string) error {
	if i := slices.IndexFunc([]byte(keys), func(k byte) bool { return !isKey(k) }); i >= 0 || keys == "" {
		return fmt.Errorf("cannot press that: keys are 0 to 9, * and #")
	}
	at := c.phase
	shown := c.shown(keys)
	if at == nil {
		return c.refuse("pressed " + shown)
	}
	documents, verbs := c.documents, c.verbs
	c.acts()
	c.note(Pressed, shown, "")
	entry := len(c.log) - 1
	for i := range len(keys) {
		if c.phase != at {
			return fmt.Errorf("pressed %s, but the app took only the first %d", shown, i)
		}
		if err := at.press(c, keys[i]); err != nil {
			if i == 0 {
				c.log = slices.Delete(c.log, entry, entry+1)
				c.documents, c.verbs = documents, verbs
			}
			return fmt.Errorf("pressed %s, but %w", shown, err)
		}
	}
	return nil
}

// shown is how keys are shown. Those that are, or could be meant for, the data
// of a payment are only counted.
func (c *Call) shown(keys string) string {
	const short = 6 // with fewer keys than these there is no card or account number
	secret := c.phase != nil && c.phase.wait().Secret
	if secret || c.phase == nil && (c.pays || len(keys) > short) {
		return fmt.Sprintf("%d keys", len(keys))
	}
	return keys
}

// Say lets the caller say something, which is recognized with a confidence of
// 0 to 1.
func (c *Call) Say(text string, confidence float64) error {
	switch {
	case text == "":
		return fmt.Errorf("cannot say nothing: stay silent")
	case !(0 <= confidence && confidence <= 1):
		return fmt.Errorf("a confidence is from 0 to 1")
	case c.phase == nil:
		return c.refuse(fmt.Sprintf("said %q", text))
	}
	if err := c.phase.say(c, text, confidence); err != nil {
		if c.phase.wait().Secret {
			return fmt.Errorf("said something, but %w", err)
		}
		return fmt.Errorf("said %q, but %w", text, err)
	}
	return nil
}

// Speak lets the caller speak for a time, to a recording or somebody dialed.
func (c *Call) Speak(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("cannot speak for %v: that is no time", d)
	case c.phase == nil:
		return c.refuse(fmt.Sprintf("spoke for %v", d))
	}
	if err := c.phase.speak(c, d); err != nil {
		return fmt.Errorf("spoke for %v, but %w", d, err)
	}
	return nil
}

// Silence lets the caller do nothing until the app goes on.
func (c *Call) Silence() error {
	if c.phase == nil {
		return c.refuse("stayed silent")
	}
	if err := c.phase.silence(c); err != nil {
		return fmt.Errorf("stayed silent, but %w", err)
	}
	return nil
}

// refuse is the error for what does not fit the moment.
func (c *Call) refuse(did string) error {
	return fmt.Errorf("%s, but %s", did, c.Waiting().Text)
}

func isKey(k byte) bool { return '0' <= k && k <= '9' || k == '*' || k == '#' }

// seconds rounds a time up to whole seconds, as the platform counts.
func seconds(d time.Duration) time.Duration {
	whole := d.Truncate(time.Second)
	if whole < d && whole <= math.MaxInt64-time.Second {
		whole += time.Second
	}
	return whole
}

var _ App = (*http.Client)(nil)
