package voxtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Phone is the caller's end of a call. Each of its methods is one moment of
// the call, and fails the test if the call is not at that moment and cannot
// get there without the caller or somebody else doing something. What the test
// says of the call so far is in the message.
//
// A Phone belongs to the test in which it was made, not to a subtest or its
// parent, and is not safe for concurrent use. It needs no closing.
type Phone struct {
	t    testing.TB
	call *sim.Call

	// What Hears looks at: the rest of the last sentence, and then the
	// entries of the log from here on. What it has skipped is for its message.
	rest    string
	seen    int
	skipped []string
}

// Call calls an app: it sends the first webhook, of an [voxhook.IncomingCall],
// to target and returns the caller's phone. Nothing has been heard yet. A target
// such as "/voice" is on example.com; all requests of the call go to the app,
// whichever host they are for.
//
// If the app does not answer with a document the call is over, as [Phone.Failed]
// expects. The test fails if there is no app, if target cannot be parsed, or if
// an option has a value that makes no sense.
//
// The CallSid is made of the names of the test and of the caller: two calls of
// one test have the same, unless they are [From] different numbers.
func Call(t testing.TB, app http.Handler, target string, options ...Option) *Phone {
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
	cfg := sim.Config{App: sim.Handler(app), URL: first.String()}
	for _, o := range options {
		if o.apply != nil {
			o.apply(&cfg)
		}
	}
	if w := &cfg.Webhook; w.CallSid == "" {
		w.CallSid = sim.NewID(t.Name()+w.From, 0)
	}
	call, err := sim.New(cfg)
	if err != nil {
		t.Fatalf("voxtest: %v", err)
		return nil
	}
	return &Phone{t: t, call: call}
}

// base is what the URL of a call is relative to.
var base = &url.URL{Scheme: "http", Host: "example.com", Path: "/"}

// Hears plays the call on until the caller hears text: until it is in what a
// Say says, or in the URL or the digits of a Play. Upper and lower case count,
// white space does not, and text must be within one of them. What is heard
// before is skipped, so a test need not name every sentence. The next Hears
// looks at what comes behind text, first in the same Say. Within a
// [voxml.Gather] the caller has not heard the prompts that follow.
func (p *Phone) Hears(text string) {
	p.t.Helper()
	if text = strings.Join(strings.Fields(text), " "); text == "" {
		p.fail("Hears needs a text; HearsNothing expects silence")
		return
	}
	if _, rest, ok := strings.Cut(p.rest, text); ok {
		p.rest = rest
		return
	}
	for {
		heard, ok := p.next()
		if !ok {
			break
		}
		if _, rest, ok := strings.Cut(heard.Text, text); ok {
			p.rest, p.skipped = "", nil
			if heard.Kind == sim.Heard { // a file or tones have been heard whole
				p.rest = rest
			}
			return
		}
		p.skipped = append(p.skipped, heard.Text)
	}
	earlier := ""
	for _, e := range p.call.Log() {
		if isHeard(e.Kind) && strings.Contains(e.Text, text) {
			earlier = " again (it was at " + sim.Clock(e.At) + ")"
		}
	}
	p.fail("did not hear %q%s, but %s: %s", text, earlier, p.instead(text), p.stuck())
}

// HearsNothing plays the call on until the app waits for somebody or the call
// ends. The test fails if the caller hears a Say, a Play or tones before, or if
// the Say at which the last [Phone.Hears] was satisfied goes on.
func (p *Phone) HearsNothing() {
	p.t.Helper()
	for heard, ok := (sim.Entry{Text: p.rest}), true; ok; heard, ok = p.next() {
		if strings.ContainsFunc(heard.Text, isWord) {
			p.fail("was to hear nothing, but heard %q", strings.TrimSpace(heard.Text))
			return
		}
	}
}

// isWord tells what can be heard from punctuation. The star and pound keys are
// tones.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' || r == '#' }

// next returns what the caller hears next, if the app goes on that far.
func (p *Phone) next() (heard sim.Entry, ok bool) {
	for {
		for log := p.call.Log(); p.seen < len(log); {
			e := log[p.seen]
			p.seen++
			if isHeard(e.Kind) {
				return e, true
			}
		}
		if !p.goOn() {
			return sim.Entry{}, false
		}
	}
}

// instead says what was heard in place of text.
func (p *Phone) instead(text string) string {
	var heard []string
	for _, h := range p.skipped {
		if strings.Contains(strings.ToLower(h), strings.ToLower(text)) {
			return fmt.Sprintf("%q, with other upper and lower case", h)
		}
		heard = append(heard, fmt.Sprintf("%q", h))
	}
	if len(heard) == 0 {
		return "nothing more"
	}
	return strings.Join(heard, ", ")
}

// stuck says why the call does not go on, and what could be done.
func (p *Phone) stuck() string {
	w := p.call.Waiting()
	next := ""
	switch {
	case w.For == sim.ForInput && w.Keys && w.Speech:
		next = "Press, Say or StaySilent"
	case w.For == sim.ForInput && w.Keys:
		next = "Press or StaySilent"
	case w.For == sim.ForInput:
		next = "Say or StaySilent"
	case w.For == sim.ForParty:
		next = "what the dialed party does, such as Dials().Answers(time.Minute) or Dials().NoAnswer()"
	case w.For == sim.ForTalk:
		next = "HangsUp of the Leg, Talk or CallerHangsUp"
	case w.For == sim.ForMessage:
		next = "Record or StaySilent"
	case w.Step == voxml.PromptForBankRoutingNumber || w.Step == voxml.PromptForBankAccountNumber:
		next = "PayFromAccount, Press or StaySilent"
	case w.For == sim.ForPayment:
		next = "Pay, Press or StaySilent"
	default:
		return w.Text
	}
	return w.Text + "; the next step is " + next
}

func isHeard(k sim.Kind) bool { return k == sim.Heard || k == sim.Played || k == sim.Toned }

// Press presses keys, of 0-9, * and #, one after the other, as soon as the app
// listens for keys: at a [voxml.Gather], a [voxml.Record], a [voxml.Pay], or to
// a dialed party. (The star key also gives up while it rings, if the Dial has
// HangupOnStar.) Prompts are interrupted, and those that have not begun are
// not heard. The test fails if the app does not listen, or takes only some of
// the keys.
//
// If more keys are welcome, the next step decides: another Press, or else a
// silence that ends the input.
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

// SayUnclearly is [Phone.Say] with another confidence, of 0 to 1.
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

// Wait lets time pass while the app waits for somebody: at a [voxml.Gather]
// after its prompts, at a [voxml.Record] or [voxml.Pay], while it rings, or while
// two people talk. It has to be for less than the app waits. So a caller can
// hang up after a while:
//
//	call.Dials("+14025550111")
//	call.Wait(8 * time.Second)
//	call.CallerHangsUp()
func (p *Phone) Wait(d time.Duration) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For != sim.ForNobody })
	if p.meant(d) {
		p.act(sim.Act{Do: sim.DoWait, Time: d})
	}
}

// Record leaves a message of a length at the next [voxml.Record], at most of its
// MaxLength. The step after it ends the recording: [Phone.Press],
// [Phone.CallerHangsUp], or else silence.
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
	p.reach(func(w sim.Wait) bool { return w.For != sim.ForNobody })
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
// end of a document, or by a [voxml.Reject] once the call has been answered.
// What is said before is heard.
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
// status, its document cannot be read, it names a URL that is none, or it goes
// on and on while nobody does anything.
func (p *Phone) Failed() {
	p.t.Helper()
	p.ends("the app to fail", sim.AppFailed, sim.Looped)
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

// act lets a person do something. What was heard before is left behind.
func (p *Phone) act(a sim.Act) {
	p.t.Helper()
	if err := p.call.Act(a); err != nil {
		p.fail("%v", err)
		return
	}
	p.skip()
}

// skip leaves what has been heard so far behind.
func (p *Phone) skip() { p.rest, p.seen, p.skipped = "", len(p.call.Log()), nil }

// meant reports whether a time can be meant. A number without a unit is one of
// nanoseconds.
func (p *Phone) meant(d time.Duration) bool {
	p.t.Helper()
	if 0 < d && d < time.Millisecond {
		p.fail("%v cannot be meant: write %d * time.Second", d, d)
		return false
	}
	return true
}

// fail fails the test with the call so far.
func (p *Phone) fail(format string, args ...any) {
	p.t.Helper()
	lines := strings.Split(fmt.Sprintf(format, args...), "\n")
	for i, line := range lines {
		lines[i] = sim.Shown(line)
	}
	p.t.Fatalf("%s\n\nThe call so far:\n\n%s", strings.Join(lines, "\n"), p.Transcript())
}
