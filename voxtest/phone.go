package voxtest

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Phone is the caller's end of a call. Each method is one step of the call. It
// fails the test if the call cannot reach that step on its own, with a message
// that says what to change and how the call went so far.
//
// A Phone belongs to the test in which it was made, not to a subtest or its
// parent, and is not safe for concurrent use. It need not be closed. When the
// test ends, it fails if the call has not ended or is not [Phone.Clean], unless
// the call is [Lenient] or the test expects it to fail, by [Phone.Failed].
type Phone struct {
	t      testing.TB
	app    http.Handler
	call   *sim.Call
	number int // of the calls of this test, from 1

	lenient bool
	trying  int // steps of Try that are running

	ear
}

// An ear is what Hears looks at: the rest of the last sentence, and then the
// entries of the log from seen on. What it has skipped is for its message.
type ear struct {
	rest    string
	last    Heard // whose rest that is
	seen    int
	skipped []string
}

// Call calls an app: it sends the first webhook, of an [voxhook.IncomingCall]
// unless [First] says otherwise, to target and returns the caller's phone.
// Nothing has been heard yet. A target such as "/voice" is on example.com; all
// requests of the call go to the app, whichever host they are for.
//
// If the app does not answer with a document, the call is over, as
// [Phone.Failed] expects. The test fails if there is no app, if target cannot be
// parsed, or if an option has a value that makes no sense.
//
// The CallSid is made of the name of the test, the number of the caller, and
// the number of the call among those of this caller. So each call of a test has
// its own, which is the same in every run.
func Call(t testing.TB, app http.Handler, target string, options ...Option) *Phone {
	t.Helper()
	set := configure(t, app, target, options)
	if set == nil {
		return nil
	}
	number, sid := register(t, set.Webhook.From)
	if w := &set.Webhook; w.CallSid == "" {
		w.CallSid = sid
	}
	call, err := sim.New(set.Config)
	if err != nil {
		t.Fatalf("voxtest: %v", err)
		return nil
	}
	p := &Phone{t: t, app: app, call: call, number: number, lenient: set.lenient}
	if _, benchmark := t.(*testing.B); !benchmark { // which makes too many calls to keep them
		t.Cleanup(p.finish)
	}
	return p
}

// configure returns what options make of a call. It returns nil if it has failed
// the test.
func configure(t testing.TB, app http.Handler, target string, options []Option) *settings {
	t.Helper()
	if app == nil {
		t.Fatalf("voxtest: the app is nil")
		return nil
	}
	first, err := base.Parse(target)
	if err != nil || target == "" {
		t.Fatalf("voxtest: the URL to call cannot be parsed: write one such as /voice")
		return nil
	}
	set := &settings{Config: sim.Config{App: sim.Handler(app), URL: first.String()}}
	for _, o := range options {
		if o.apply != nil {
			o.apply(set)
		}
	}
	if set.err != nil {
		t.Fatalf("voxtest: %v", set.err)
		return nil
	}
	if set.RealTime && !inBubble() {
		t.Fatalf("voxtest: InRealTime is for a bubble of testing/synctest: call the app within synctest.Test")
		return nil
	}
	return set
}

// base is what the URL of a call is relative to.
var base = &url.URL{Scheme: "http", Host: "example.com", Path: "/"}

// made counts the calls of the tests that are running.
var made = struct {
	sync.Mutex
	calls map[testing.TB]map[string]int // by the caller's number
}{calls: map[testing.TB]map[string]int{}}

// register counts a call. It returns its number among those of the test, and a
// CallSid.
func register(t testing.TB, from string) (number int, sid string) {
	made.Lock()
	defer made.Unlock()
	calls := made.calls[t]
	if calls == nil {
		calls = map[string]int{}
		made.calls[t] = calls
		t.Cleanup(func() {
			made.Lock()
			defer made.Unlock()
			delete(made.calls, t)
		})
	}
	sid = sim.NewID(t.Name()+from, calls[from])
	calls[from]++
	for _, n := range calls {
		number += n
	}
	return number, sid
}

// Press presses keys (0 to 9, *, # and A to D), one after the other, as soon as the app
// listens for keys: at a [voxml.Gather], a [voxml.Record], a [voxml.Pay], or to
// a dialed party. (The star key also gives up while it rings, if the Dial has
// HangupOnStar.) Prompts are interrupted, and those that have not begun are
// not heard. The test fails if the app does not listen, or takes only some of
// the keys.
//
// If the app takes more keys, the next step decides: another Press adds keys; by
// default silence ends the input.
func (p *Phone) Press(keys string) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.Keys })
	p.act(sim.Act{Do: sim.DoPress, Keys: keys})
}

// Say says something, as soon as the app listens for speech; see [Phone.Press].
// It is recognized as it is, with a confidence of 0.9.
func (p *Phone) Say(text string) {
	p.t.Helper()
	p.SayUnclearly(text, 0.9)
}

// SayUnclearly is [Phone.Say] with another confidence, from 0 to 1.
func (p *Phone) SayUnclearly(text string, confidence float64) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.Speech })
	p.act(sim.Act{Do: sim.DoSay, Words: text, Confidence: confidence})
}

// StaySilent does nothing once the app waits for the caller: at a
// [voxml.Gather], a [voxml.Record] or a [voxml.Pay]. The prompts are heard to
// the end, and the time-out passes.
func (p *Phone) StaySilent() {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool {
		return w.For == sim.ForInput || w.For == sim.ForMessage || w.For == sim.ForPayment
	})
	p.act(sim.Act{Do: sim.DoSilence})
}

// Wait lets time pass from this moment on: prompts are heard, or it rings, or two
// people talk. It may end in the middle of a prompt, where the next step then
// comes. The test fails if the call ends meanwhile, or if the app waits for
// somebody for less than that. A caller can hang up after a while:
//
//	call.Dials("+14025550111")
//	call.Wait(8 * time.Second)
//	call.CallerHangsUp()
func (p *Phone) Wait(d time.Duration) {
	p.t.Helper()
	if p.meant(d) {
		p.act(sim.Act{Do: sim.DoWait, Time: d})
	}
}

// Record leaves a message at the next [voxml.Record], at most of its MaxLength.
// The next step ends the recording: [Phone.Press], [Phone.CallerHangsUp], or by
// default silence.
func (p *Phone) Record(length time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForMessage })
	if w := p.call.Waiting(); w.For != sim.ForMessage {
		p.fail("was to record for %v, but %s", length, p.stuck())
		return
	}
	if p.meant(length) {
		p.act(sim.Act{Do: sim.DoSpeak, Time: length})
	}
}

// Talk talks to the dialed party, after [Leg.Connects], at most for the TimeLimit
// of the Dial.
func (p *Phone) Talk(length time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For != sim.ForNobody && w.For != sim.ForLeg })
	if w := p.call.Waiting(); w.For != sim.ForTalk {
		p.fail("was to talk for %v, but nobody is connected: %s", length, p.stuck())
		return
	}
	if p.meant(length) {
		p.act(sim.Act{Do: sim.DoSpeak, Time: length})
	}
}

// CallerHangsUp ends the call at this moment. A [voxml.Dial], [voxml.Record] or
// [voxml.Pay] at which that happens still has its Action requested.
func (p *Phone) CallerHangsUp() {
	p.t.Helper()
	p.act(sim.Act{Do: sim.DoHangUp})
}

// HungUp plays the call on until the app hangs up: by [voxml.Hangup], by the
// end of a document, or by a [voxml.Reject] once the call has been answered. The
// caller hears all that is said before.
func (p *Phone) HungUp() {
	p.t.Helper()
	p.ends("the app to hang up", sim.HungUp, sim.OutOfVerbs)
}

// Rejected plays the call on until the app refuses it unanswered, by a
// [voxml.Reject] with that reason.
func (p *Phone) Rejected(reason voxml.RejectReason) {
	p.t.Helper()
	if end := p.ends("the app to refuse the call", sim.Rejected); end != nil && end.Reason != reason {
		p.fail("expected the app to refuse the call as %q, but it was as %q", reason, end.Reason)
	}
}

// ConnectedTo plays the call on until the app hands it to a Flow, by a
// [voxml.Connect], and returns that. It is the end of what can be simulated.
func (p *Phone) ConnectedTo(flowID string) voxml.Flow {
	p.t.Helper()
	end := p.ends("the app to hand the call to a Flow", sim.Connected)
	switch {
	case end == nil:
		return voxml.Flow{}
	case end.Flow.ID != flowID:
		p.fail("expected the app to hand the call to the Flow %q, but it was %q", flowID, end.Flow.ID)
	}
	return end.Flow
}

// Failed plays the call on until the app fails: it does not answer with a 2xx
// status, its document cannot be read, it names a URL that cannot be requested,
// or it goes on without end while nobody does anything: for 100 documents or
// 10,000 verbs without time passing, for a day, or for 20,000 documents or 200,000
// verbs in all.
func (p *Phone) Failed() {
	p.t.Helper()
	if p.ends("the app to fail", sim.AppFailed, sim.Looped) != nil {
		p.lenient = true // as the test expects it
	}
}

// Ends plays the call on until it ends, in whatever way. The test fails if it
// waits for somebody.
func (p *Phone) Ends() {
	p.t.Helper()
	p.ends("the call to end", sim.HungUp, sim.OutOfVerbs, sim.CallerHungUp, sim.Rejected, sim.Connected, sim.AppFailed, sim.Looped, sim.NotAnswered)
}

// ends plays the call on until it ends, which it must in one of some ways.
func (p *Phone) ends(expected string, ways ...sim.Why) *sim.End {
	p.t.Helper()
	for p.goOn() {
	}
	p.skip()
	end := p.call.End()
	if end == nil || !slices.Contains(ways, end.Why) {
		p.fail("expected %s, but %s", expected, p.stuck())
		return nil
	}
	return end
}

// reach plays the call on until what it waits for fits.
func (p *Phone) reach(fits func(sim.Wait) bool) {
	for !fits(p.call.Waiting()) && p.goOn() {
	}
}

// goOn lets the call go on by one thing, if nobody has to do anything.
func (p *Phone) goOn() bool { return p.call.Step() || p.call.TimeOut() }

// act lets a person do something. The next Hears ignores what was heard before.
func (p *Phone) act(a sim.Act) {
	p.t.Helper()
	if err := p.call.Act(a); err != nil {
		next := nextStep(p.call.Waiting())
		if next != "" {
			next = "\nthe next step is " + next
		}
		p.fail("%v%s", err, next)
		return
	}
	p.skip()
}

// skip ignores what has been heard so far.
func (p *Phone) skip() {
	p.ear = ear{seen: len(p.call.Log())}
	if e, n, ok := p.call.Hearing(); ok && e.Kind == sim.Heard {
		p.rest, p.last = e.Text[n:], heardOf(e)
	}
}

// meant reports whether a time can be meant. A number without a unit means
// nanoseconds.
func (p *Phone) meant(d time.Duration) bool {
	p.t.Helper()
	if 0 < d && d < time.Millisecond {
		p.fail("%v cannot be meant: write %d * time.Second", d, d)
		return false
	}
	return true
}
