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

// A Phone is the caller's end of a call. Most methods are steps of the call. A
// step fails the test if the caller or the dialed party would have to do
// something else before the call could reach it. The message says what to
// change and shows the call so far. Other methods, such as Heard, Events and
// Golden, are not steps: they return or check what has happened. Try runs steps
// that may fail.
//
// A Phone belongs to the test that made it, not to its subtests or parent, and
// is not safe for concurrent use. It need not be closed. At the end, the test
// fails if the call has not ended or is not [Phone.Clean]. Calls that are
// [Lenient], and calls for which [Phone.Failed] succeeded, are not checked.
type Phone struct {
	t      testing.TB
	app    http.Handler
	call   *sim.Call
	number int // counts the calls of this test, from 1

	lenient bool
	trying  int // counts the running calls of Try

	ear
}

// An ear is the position of Hears in the call: it searches the rest of the last
// sentence, and then the entries of the log.
type ear struct {
	rest    string
	last    Heard    // the sentence that rest belongs to
	seen    int      // the next entry of the log
	skipped []string // sentences without a match, for messages
}

// Call calls an app. It sends the first webhook to target and returns the
// caller's phone. The webhook is a [voxhook.IncomingCall], unless [First] sets
// another event. A target such as "/voice" is on example.com. All requests of
// the call go to the app, whatever their host.
//
// If the app does not answer with a document, the call is over; see
// [Phone.Failed]. The test fails if the app is nil, if target cannot be parsed,
// or if an option has an invalid value.
//
// The CallSid depends on the name of the test, the caller's number, and the
// number of earlier calls of this caller in the test. So each call of a test
// has its own CallSid, which is the same in every run.
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
	if _, benchmark := t.(*testing.B); !benchmark { // a benchmark makes too many calls to keep
		t.Cleanup(p.finish)
	}
	return p
}

// configure returns the settings of a call. If they are invalid, it fails the
// test and returns nil.
func configure(t testing.TB, app http.Handler, target string, options []Option) *settings {
	t.Helper()
	if app == nil {
		t.Fatalf("voxtest: the app is nil: pass an http.Handler")
		return nil
	}
	first, err := base.Parse(target)
	if err != nil || target == "" {
		t.Fatalf("voxtest: the target cannot be parsed: use a URL such as /voice")
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
		t.Fatalf("voxtest: InRealTime needs a bubble of testing/synctest: make the call inside synctest.Test")
		return nil
	}
	return set
}

// base resolves the target of a call.
var base = &url.URL{Scheme: "http", Host: "example.com", Path: "/"}

// made counts the calls of the running tests.
var made = struct {
	sync.Mutex
	calls map[testing.TB]map[string]int // by the caller's number
}{calls: map[testing.TB]map[string]int{}}

// register counts a call. It returns the number of the call in its test, from
// 1, and a CallSid.
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

// Press presses keys (0 to 9, *, #, A to D) one after the other, as soon as the
// app listens for keys: at a [voxml.Gather], [voxml.Record] or [voxml.Pay], or
// while the caller talks to a dialed party. If a [voxml.Dial] has HangupOnStar,
// the star key also hangs up while the dialed phone rings. The keys interrupt
// the prompts, and prompts that have not begun are not heard. The test fails if
// the app does not listen for keys, or accepts only some of them.
//
// If the app accepts more keys, the next step decides: another Press adds keys,
// and CallerHangsUp leaves the input unfinished. By default, silence ends it.
func (p *Phone) Press(keys string) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.Keys })
	p.act(sim.Act{Do: sim.DoPress, Keys: keys})
}

// Say says text as soon as the app listens for speech; see [Phone.Press]. The
// platform recognizes every word, with a confidence of 0.9.
func (p *Phone) Say(text string) {
	p.t.Helper()
	p.SayUnclearly(text, 0.9)
}

// SayUnclearly is like [Phone.Say] with a given confidence, from 0 to 1.
func (p *Phone) SayUnclearly(text string, confidence float64) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.Speech })
	p.act(sim.Act{Do: sim.DoSay, Words: text, Confidence: confidence})
}

// StaySilent makes the caller do nothing at the next [voxml.Gather],
// [voxml.Record] or [voxml.Pay]. The caller hears the prompts to the end, and
// the timeout passes.
func (p *Phone) StaySilent() {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool {
		return w.For == sim.ForInput || w.For == sim.ForMessage || w.For == sim.ForPayment
	})
	p.act(sim.Act{Do: sim.DoSilence})
}

// Wait lets time pass while prompts are heard, a dialed party's phone rings, or
// two people talk. It may end in the middle of a prompt; the next step then
// happens there. The test fails if the call ends before d has passed, or if the
// app waits for input or for a person with a timeout that ends by then. A
// caller can hang up after a while:
//
//	call.Dials("+14025550111")
//	call.Wait(8 * time.Second)
//	call.CallerHangsUp()
func (p *Phone) Wait(d time.Duration) {
	p.t.Helper()
	if p.plausible(d) {
		p.act(sim.Act{Do: sim.DoWait, Time: d})
	}
}

// Record speaks for a time at the next [voxml.Record], at most its MaxLength.
// The next step ends the recording: [Phone.Press] with a key,
// [Phone.CallerHangsUp] by hanging up, any other step with silence.
func (p *Phone) Record(length time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForMessage })
	if w := p.call.Waiting(); w.For != sim.ForMessage {
		p.fail("cannot record for %v: %s", length, p.stuck())
		return
	}
	if p.plausible(length) {
		p.act(sim.Act{Do: sim.DoSpeak, Time: length})
	}
}

// Talk talks to the dialed party for a time, at most the TimeLimit of the Dial.
// It needs [Leg.Connects] before it.
func (p *Phone) Talk(length time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For != sim.ForNobody && w.For != sim.ForLeg })
	if w := p.call.Waiting(); w.For != sim.ForTalk {
		p.fail("cannot talk for %v, because no dialed party is connected: %s", length, p.stuck())
		return
	}
	if p.plausible(length) {
		p.act(sim.Act{Do: sim.DoSpeak, Time: length})
	}
}

// CallerHangsUp ends the call at this point. If the caller hangs up at a
// [voxml.Dial], [voxml.Record] or [voxml.Pay], the platform still requests the
// Action of that verb.
func (p *Phone) CallerHangsUp() {
	p.t.Helper()
	p.act(sim.Act{Do: sim.DoHangUp})
}

// HungUp runs the call until the app hangs up: by [voxml.Hangup], by the end of
// a document, or by a [voxml.Reject] after the call was answered. The caller
// hears everything before that.
func (p *Phone) HungUp() {
	p.t.Helper()
	p.ends("the app to hang up", sim.HungUp, sim.OutOfVerbs)
}

// Rejected runs the call until the app rejects it unanswered, by a
// [voxml.Reject] with the given reason.
func (p *Phone) Rejected(reason voxml.RejectReason) {
	p.t.Helper()
	if end := p.ends("the app to reject the call", sim.Rejected); end != nil && end.Reason != reason {
		p.fail("expected the app to reject the call with the reason %q, but the reason is %q: if that is right, write that reason", reason, end.Reason)
	}
}

// ConnectedTo runs the call until the app connects it to a Flow by a
// [voxml.Connect], and returns the Flow. The simulation ends there.
func (p *Phone) ConnectedTo(flowID string) voxml.Flow {
	p.t.Helper()
	end := p.ends("the app to connect the call to a Flow", sim.Connected)
	switch {
	case end == nil:
		return voxml.Flow{}
	case end.Flow.ID != flowID:
		p.fail("expected the app to connect the call to the Flow %q, but it is %q: if that is right, write that ID", flowID, end.Flow.ID)
	}
	return end.Flow
}

// Failed runs the call until the app fails. An app fails if it answers without
// a 2xx status, if its document cannot be parsed, or if the document names a
// URL that cannot be requested. An app also fails if the call goes on forever
// while no one does anything: for 100 documents or 10,000 verbs without time
// passing, for a day, or for 20,000 documents or 200,000 verbs in all.
//
// If Failed succeeds, the call is [Lenient] from then on: at the end of the
// test, its Findings and Warnings are not checked.
func (p *Phone) Failed() {
	p.t.Helper()
	if p.ends("the app to fail", sim.AppFailed, sim.Looped) != nil {
		p.lenient = true // the test expects the failure
	}
}

// Ends runs the call until it ends in any way. The test fails if the call waits
// for someone.
func (p *Phone) Ends() {
	p.t.Helper()
	p.ends("the call to end", sim.HungUp, sim.OutOfVerbs, sim.CallerHungUp, sim.Rejected, sim.Connected, sim.AppFailed, sim.Looped, sim.NotAnswered)
}

// ends runs the call until it ends, and fails the test unless it ends in one of
// these ways.
func (p *Phone) ends(expected string, ways ...sim.Why) *sim.End {
	p.t.Helper()
	for p.goOn() {
	}
	p.skip()
	end := p.call.End()
	switch {
	case end == nil:
		p.fail("expected %s, but %s", expected, p.stuck())
	case !slices.Contains(ways, end.Why):
		p.fail("expected %s, but %s\nif that is right, write %s", expected, p.stuck(), endSteps[end.Why])
		return nil
	}
	return end
}

// endSteps names the step that expects an end.
var endSteps = map[sim.Why]string{
	sim.HungUp: "HungUp", sim.OutOfVerbs: "HungUp", sim.CallerHungUp: "Ends", sim.Rejected: "Rejected",
	sim.Connected: "ConnectedTo", sim.AppFailed: "Failed", sim.Looped: "Failed", sim.NotAnswered: "Ends",
}

// reach runs the call until fits accepts what it waits for.
func (p *Phone) reach(fits func(sim.Wait) bool) {
	for !fits(p.call.Waiting()) && p.goOn() {
	}
}

// goOn runs the call by one entry of its log, if no one has to act. It reports
// whether the call went on.
func (p *Phone) goOn() bool { return p.call.Step() || p.call.TimeOut() }

// act makes a person act. The next Hears ignores everything heard before.
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

// skip makes the next Hears ignore everything heard so far.
func (p *Phone) skip() {
	p.ear = ear{seen: len(p.call.Log())}
	if e, n, ok := p.call.Hearing(); ok && e.Kind == sim.Heard {
		p.rest, p.last = e.Text[n:], heardOf(e)
	}
}

// plausible fails the test and returns false for a time of nanoseconds, which
// is a number without a unit.
func (p *Phone) plausible(d time.Duration) bool {
	p.t.Helper()
	if 0 < d && d < time.Millisecond {
		p.fail("%v is too short: write %d * time.Second", d, d)
		return false
	}
	return true
}
