package voxtest_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A fakeT is a test that may fail. Like a real one it finds the line at which
// it did: the innermost that is in no helper.
type fakeT struct {
	testing.TB // nil: a Phone needs no more than what is below
	helpers    map[string]bool
	cleanups   []func()
	message    string
	line       int
}

func newFakeT() *fakeT { return &fakeT{helpers: map[string]bool{}} }

func (f *fakeT) Name() string { return "TestFake" }

func (f *fakeT) Cleanup(do func()) { f.cleanups = append(f.cleanups, do) }

func (f *fakeT) Failed() bool { return f.message != "" }

func (f *fakeT) Errorf(format string, args ...any) { f.message = fmt.Sprintf(format, args...) }

// end ends the test.
func (f *fakeT) end() {
	for _, do := range slices.Backward(f.cleanups) {
		do()
	}
}

func (f *fakeT) Helper() {
	pc, _, _, _ := runtime.Caller(1)
	f.helpers[runtime.FuncForPC(pc).Name()] = true
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	pcs := make([]uintptr, 50)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if !f.helpers[frame.Function] {
			f.line = frame.Line
			break
		}
		if !more {
			break
		}
	}
	panic(f)
}

// failure runs a part of a test that must fail, and returns the first line of
// its message.
func (f *fakeT) failure(t *testing.T, part func()) string {
	t.Helper()
	defer func() { require.Equal(t, any(f), recover()) }()
	part()
	t.Fatal("nothing failed")
	return ""
}

// app makes an app of fixed documents.
func app(docs map[string]voxml.Response) http.Handler {
	mux := http.NewServeMux()
	for path, doc := range docs {
		mux.Handle(path, doc)
	}
	return mux
}

func say(text string) voxml.Say { return voxml.Say{Text: text} }

var company = app(map[string]voxml.Response{
	"/voice": {
		say("Good day."),
		voxml.Gather{Action: "/menu", NumDigits: 1, Input: voxml.InputDTMFSpeech, Output: "menu", Verbs: []voxml.GatherVerb{
			say("For sales, press 1."), voxml.Play{URL: "/hours.mp3"}, voxml.Pause{},
		}},
		say("Nothing then."),
	},
	"/menu": {
		say("One moment."),
		voxml.Dial{Number: "+14025550111", Action: "/dialed", HangupOnStar: true, Record: voxml.DialRecordFromAnswer, RecordingStatusCallback: "/recorded"},
	},
	"/dialed":   {say("Leave a message."), voxml.Record{Action: "/message", FinishOnKey: "#"}},
	"/message":  {say("Thank you."), voxml.Hangup{}},
	"/recorded": {},
	"/long":     {voxml.Gather{Action: "/menu", Verbs: []voxml.GatherVerb{say("Your number?")}}},
	"/speech":   {voxml.Gather{Action: "/menu", Input: voxml.InputSpeech, Verbs: []voxml.GatherVerb{say("Say it.")}}},
	"/two":      {voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+1"}, voxml.Number{Number: "+2"}}, Timeout: 20 * time.Second, Output: "d"}},
	"/screen":   {voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+1", URL: "/busy"}}}},
	"/accept":   {voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+1", URL: "/ask"}}}},
	"/ask":      {voxml.Gather{NumDigits: 1, Output: "ok", Verbs: []voxml.GatherVerb{say("Press 1 to accept.")}}, voxml.If{Expression: voxml.Var("ok.digits").Equal("2"), Verbs: []voxml.Verb{voxml.Hangup{}}}},
	"/again":    {voxml.Dial{Number: "+1"}, voxml.Dial{Number: "+2"}},
	"/strange":  {voxml.Dial{Number: "+1\u009b"}},
	"/busy":     {voxml.Reject{Reason: voxml.RejectReasonBusy}},
	"/flow":     {voxml.Connect{Flow: voxml.Flow{ID: "1f7a64d8-0c5c-4a6f-9d5e-2b3c4d5e6f70"}}},
	"/pay":      {voxml.Pay{ChargeAmount: "9.50", Action: "/message", ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeDiscover}}},
	"/ach":      {voxml.Pay{PaymentMethod: voxml.PaymentMethodACHDebit, Action: "/message"}},
	"/loop":     {voxml.Redirect{URL: "/loop"}},
	"/hello":    {say("Hello."), voxml.Hangup{}},
})

// The way through the menu that most callers take.
func TestCall(t *testing.T) {
	t.Parallel()
	call := voxtest.Call(t, company, "/voice", voxtest.From("+14025550142"))
	require.Equal(t, voxhook.CallStatusRinging, call.Event().Webhook().CallStatus)
	require.Zero(t, call.Elapsed())

	call.Hears("For sales, press 1")
	require.Equal(t, 6*400*time.Millisecond, call.Elapsed(), "the prompts that follow have not been heard")
	call.Press("1")
	require.Equal(t, "1", call.Event().(*voxhook.GatherResult).Digits)
	require.Equal(t, "+14025550142", call.Event().Webhook().From)
	require.Equal(t, voxhook.Vars{"menu.digits": "1"}, call.Vars())
	require.IsType(t, voxml.Dial{}, call.Document()[1])

	call.Dials("+14025550111").Rings(4 * time.Second).Talks(30 * time.Second)
	dialed := call.Event().(*voxhook.DialResult)
	require.Equal(t, voxhook.DialStatusCompleted, dialed.DialCallStatus)
	require.Equal(t, 30*time.Second, dialed.DialCallDuration)
	require.True(t, dialed.DialBridged)
	require.IsType(t, &voxhook.Recording{}, call.Events()[2])

	call.Hears("Leave a message")
	call.Record(12 * time.Second)
	call.Hears("Thank you")
	require.Equal(t, 12*time.Second, call.Event().(*voxhook.RecordResult).RecordingDuration)
	call.HungUp()
	require.Len(t, call.Events(), 5)
	require.Empty(t, call.Warnings())
	require.Empty(t, call.Findings())
	call.Clean()
	call.Golden("testdata/call.txt")
}

// Each step, at a moment that it fits.
func TestSteps(t *testing.T) {
	tests := []struct {
		name, url string
		call      func(*voxtest.Phone)
	}{
		{"hear a file", "/voice", func(p *voxtest.Phone) { p.Hears("hours.mp3"); p.Press("1") }},
		{"press before anything is heard", "/voice", func(p *voxtest.Phone) { p.Press("1"); p.Hears("One moment") }},
		{"say", "/voice", func(p *voxtest.Phone) { p.Say("sales"); p.Hears("One moment") }},
		{"say unclearly", "/voice", func(p *voxtest.Phone) { p.SayUnclearly("sales", 0.1); p.Hears("One moment") }},
		{"stay silent", "/voice", func(p *voxtest.Phone) { p.StaySilent(); p.Hears("Nothing then."); p.HungUp() }},
		{"silence lets prompts be heard", "/voice", func(p *voxtest.Phone) { p.Hears("Good day."); p.StaySilent(); p.HungUp() }},
		{"hear two parts of a sentence", "/voice", func(p *voxtest.Phone) { p.Hears("For sales"); p.Hears("press 1"); p.Press("1") }},
		{"dial any number", "/menu", func(p *voxtest.Phone) { p.Dials().Busy() }},
		{"hear nothing more but a full stop", "/long", func(p *voxtest.Phone) { p.Hears("Your number"); p.HearsNothing(); p.Press("1#") }},
		{"hear a part of a file", "/voice", func(p *voxtest.Phone) { p.Hears("hours"); p.HearsNothing(); p.Press("1") }},
		{"hear nothing more", "/voice", func(p *voxtest.Phone) { p.Hears("hours.mp3"); p.HearsNothing(); p.Press("1") }},
		{"keys in two presses", "/long", func(p *voxtest.Phone) { p.Press("402"); p.Press("5550100#"); p.Hears("One moment") }},
		{"keys ended by silence", "/long", func(p *voxtest.Phone) { p.Press("402"); p.Hears("One moment") }},
		{"keys ended by a named silence", "/long", func(p *voxtest.Phone) { p.Press("402"); p.StaySilent(); p.Dials("+14025550111").Busy() }},
		{"busy", "/menu", func(p *voxtest.Phone) { p.Dials("+14025550111").Busy(); p.Hears("Leave") }},
		{"no answer", "/menu", func(p *voxtest.Phone) { p.Dials("+14025550111").NoAnswer(); p.Hears("Leave") }},
		{"fails", "/menu", func(p *voxtest.Phone) { p.Dials("+14025550111").Fails(); p.Hears("Leave") }},
		{"star while it rings", "/menu", func(p *voxtest.Phone) { p.Dials("+14025550111"); p.Press("*"); p.Hears("Leave") }},
		{"star while they talk", "/menu", func(p *voxtest.Phone) {
			p.Dials("+14025550111").Connects()
			p.Talk(time.Minute)
			p.Press("*")
			p.Hears("Leave")
		}},
		{"dialed party hangs up", "/menu", func(p *voxtest.Phone) { p.Dials("+14025550111").Connects().HangsUp(time.Minute); p.Hears("Leave") }},
		{"one of several is busy", "/two", func(p *voxtest.Phone) {
			desks := p.Dials("+1", "+2")
			one, two := desks.Number("+1"), desks.Number("+2").Rings(5*time.Second)
			one.Busy()
			two.Talks(time.Minute)
			p.HungUp()
		}},
		{"caller gives up", "/menu", func(p *voxtest.Phone) { p.Dials(); p.Wait(8 * time.Second); p.CallerHangsUp() }},
		{"caller hesitates", "/voice", func(p *voxtest.Phone) { p.Wait(3 * time.Second); p.Press("1"); p.Hears("One moment") }},
		{"dialed party refuses", "/screen", func(p *voxtest.Phone) { p.Dials().Refuses(); p.HungUp() }},
		{"dialed party is asked, and stays silent", "/accept", func(p *voxtest.Phone) { p.Dials().Connects(); p.Talk(time.Minute); p.CallerHangsUp(); p.Clean() }},
		{"white space", "/voice", func(p *voxtest.Phone) { p.Hears("For\n sales,\u00a0press 1") }},
		{"several numbers", "/two", func(p *voxtest.Phone) { p.Dials("+1", "+2").Number("+2").Talks(time.Minute); p.HungUp() }},
		{"rings for long", "/two", func(p *voxtest.Phone) { p.Dials("+1", "+2").Rings(19 * time.Second).Talks(time.Minute); p.HungUp() }},
		{"record and key", "/dialed", func(p *voxtest.Phone) { p.Record(time.Second); p.Press("#"); p.Hears("Thank you") }},
		{"record and silence", "/dialed", func(p *voxtest.Phone) { p.Record(time.Second); p.StaySilent(); p.Hears("Thank you") }},
		{"record nothing", "/dialed", func(p *voxtest.Phone) { p.StaySilent(); p.Hears("Thank you") }},
		{"caller hangs up", "/dialed", func(p *voxtest.Phone) { p.Record(time.Second); p.CallerHangsUp() }},
		{"rejected", "/busy", func(p *voxtest.Phone) { p.Rejected(voxml.RejectReasonBusy) }},
		{"connected", "/flow", func(p *voxtest.Phone) { require.False(t, p.ConnectedTo("1f7a64d8-0c5c-4a6f-9d5e-2b3c4d5e6f70").Resume) }},
		{"failed", "/nowhere", func(p *voxtest.Phone) { p.Failed() }},
		{"loops", "/loop", func(p *voxtest.Phone) { p.Failed() }},
		{"pay", "/pay", func(p *voxtest.Phone) { p.Pay(voxtest.Card{}); p.Hears("Thank you") }},
		{"pay in two attempts", "/pay", func(p *voxtest.Phone) {
			p.Pay(voxtest.Card{Number: voxtest.Amex})
			p.Pay(voxtest.Card{Number: voxtest.Discover})
			p.Hears("Thank you")
		}},
		{"pay key by key", "/pay", func(p *voxtest.Phone) {
			p.Hears("card number")
			p.Press("4111111111111111")
			p.Hears("expiration date")
			p.StaySilent()
			p.Press("*")
			p.Hears("Thank you")
		}},
		{"pay by a silence after keys", "/pay", func(p *voxtest.Phone) {
			p.Press("4111111111111111")
			p.StaySilent()
			p.Hears("expiration date")
		}},
		{"pay from account", "/ach", func(p *voxtest.Phone) { p.PayFromAccount(voxtest.Account{}); p.Hears("Thank you") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			call := voxtest.Call(t, company, tt.url, voxtest.Lenient())
			tt.call(call)
		})
	}
}

// Steps at a moment that they do not fit: the message, and the line.
func TestMisfits(t *testing.T) {
	tests := []struct {
		url  string
		call func(*voxtest.Phone) // on one line, which is that of the failure
		want string
	}{
		{"/voice", func(p *voxtest.Phone) { p.Hears("Bonjour") }, `did not hear "Bonjour", but "Good day.", "For sales, press 1.", "/hours.mp3": the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.Hears("good") }, `did not hear "good", but "Good day.", with other upper and lower case: the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.Hears("day"); p.Hears("Good") }, `did not hear "Good" again (it was at 0:00.0), but "For sales, press 1.", "/hours.mp3": the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.StaySilent(); p.Hears("x") }, `did not hear "x", but "Nothing then.": the call is over: the document ended`},
		{"/voice", func(p *voxtest.Phone) { p.Hears("sales"); p.Hears("x") }, `did not hear "x", but "/hours.mp3": the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.Hears("") }, `Hears needs a text; HearsNothing expects silence`},
		{"/menu", func(p *voxtest.Phone) { p.Hears("Goodbye") }, `did not hear "Goodbye", but "One moment.": the app is dialing +14025550111; the next step is what the dialed party does, such as Dials().Talks(time.Minute) or Dials().NoAnswer()`},
		{"/menu", func(p *voxtest.Phone) { p.Dials("+14025550111").Connects(); p.Hears("Goodbye") }, `did not hear "Goodbye", but nothing more: the caller is connected with +14025550111; the next step is HangsUp of the Leg, Talk or CallerHangsUp`},
		{"/hello", func(p *voxtest.Phone) { p.Hears("Bonjour") }, `did not hear "Bonjour", but "Hello.": the call is over: the app hung up`},
		{"/voice", func(p *voxtest.Phone) { p.HearsNothing() }, `was to hear nothing, but heard "Good day."`},
		{"/menu", func(p *voxtest.Phone) { p.Press("1") }, `pressed 1, but the app is not listening: it is dialing +14025550111`},
		{"/hello", func(p *voxtest.Phone) { p.Press("1") }, `pressed 1, but nobody listens: the call is over: the app hung up`},
		{"/voice", func(p *voxtest.Phone) { p.Press("123") }, `pressed 123, but the app took only 1 of 3 keys`},
		{"/voice", func(p *voxtest.Phone) { p.Press("1 2") }, `cannot press that: keys are 0 to 9, *, # and A to D, without anything between them`},
		{"/voice", func(p *voxtest.Phone) { p.Press("") }, `cannot press nothing: stay silent`},
		{"/speech", func(p *voxtest.Phone) { p.Press("1") }, `pressed 1, but the app is listening for speech only`},
		{"/long", func(p *voxtest.Phone) { p.Say("one") }, `said "one", but the app is listening for keys only`},
		{"/voice", func(p *voxtest.Phone) { p.Say("") }, `cannot say nothing: stay silent`},
		{"/voice", func(p *voxtest.Phone) { p.SayUnclearly("one", 2) }, `a confidence is from 0 to 1`},
		{"/menu", func(p *voxtest.Phone) { p.Say("one") }, `said "one", but the app is not listening: it is dialing +14025550111`},
		{"/menu", func(p *voxtest.Phone) { p.StaySilent() }, `stayed silent, but what comes next is up to the dialed party: the app is dialing +14025550111`},
		{"/voice", func(p *voxtest.Phone) { p.Record(time.Second) }, `was to record for 1s, but the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/dialed", func(p *voxtest.Phone) { p.Record(0) }, `cannot speak for 0s: that is no time`},
		{"/dialed", func(p *voxtest.Phone) { p.Record(999_999) }, `999.999µs cannot be meant: write 999999 * time.Second`},
		{"/dialed", func(p *voxtest.Phone) { p.Record(5) }, `5ns cannot be meant: write 5 * time.Second`},
		{"/dialed", func(p *voxtest.Phone) { p.Press("1") }, `pressed 1, but the app is recording, up to 1h0m0s, until #`},
		{"/dialed", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the app is recording, up to 1h0m0s, until #; the next step is Record or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.Talk(time.Second) }, `was to talk for 1s, but nobody is connected: the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/menu", func(p *voxtest.Phone) { p.Dials().Connects(); p.Talk(5) }, `5ns cannot be meant: write 5 * time.Second`},
		{"/voice", func(p *voxtest.Phone) { p.Dials("+1") }, `expected the app to dial +1, but the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.Dials() }, `expected the app to dial, but the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/menu", func(p *voxtest.Phone) { p.Dials("+1") }, `expected the app to dial +1, but the app is dialing +14025550111`},
		{"/two", func(p *voxtest.Phone) { p.Dials("+1", "+2").Number("+3").Busy() }, `+3 is not being dialed: the app is dialing +1, +2`},
		{"/menu", func(p *voxtest.Phone) { p.Dials("+14025550111").HangsUp(0) }, `there is no dialed party that has answered: the app is dialing +14025550111`},
		{"/menu", func(p *voxtest.Phone) { p.Dials().Talks(5) }, `5ns cannot be meant: write 5 * time.Second`},
		{"/menu", func(p *voxtest.Phone) { p.Dials().Rings(5) }, `5ns cannot be meant: write 5 * time.Second`},
		{"/menu", func(p *voxtest.Phone) { p.Dials().Connects().HangsUp(5) }, `5ns cannot be meant: write 5 * time.Second`},
		{"/menu", func(p *voxtest.Phone) { leg := p.Dials(); leg.Busy(); leg.NoAnswer() }, `the call to +14025550111 has ended: a Leg is good for one Dial`},
		{"/again", func(p *voxtest.Phone) { leg := p.Dials(); leg.Busy(); p.Dials(); leg.NoAnswer() }, `the call to +1 has ended: a Leg is good for one Dial`},
		{"/two", func(p *voxtest.Phone) { p.Dials().Rings(20 * time.Second).Talks(0) }, `cannot ring for 20s: the app dials for 20s, so nobody would answer`},
		{"/two", func(p *voxtest.Phone) { p.Dials().Rings(20 * time.Second).Busy() }, `cannot ring for 20s: the app dials for 20s, so nobody would answer`},
		{"/two", func(p *voxtest.Phone) { p.Dials().Rings(5 * time.Second).NoAnswer() }, `somebody who does not answer lets it ring to the end`},
		{"/screen", func(p *voxtest.Phone) { p.Dials().Connects() }, `the dialed party was to answer, but its own document refused: that is Refuses`},
		{"/two", func(p *voxtest.Phone) { p.Dials().Number("") }, `Number needs a number`},
		{"/two", func(p *voxtest.Phone) { p.Dials("") }, `Dials has an empty number: leave it out, if any will do`},
		{"/two", func(p *voxtest.Phone) { l := p.Dials(); l.Number("+2").Connects(); l.Number("+1").HangsUp(0) }, `+1 is not connected: the caller is connected with +2`},
		{"/voice", func(p *voxtest.Phone) { p.Golden("") }, `Golden needs the name of a file`},
		{"/long", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the app is listening for keys, which # ends; the next step is Press or StaySilent`},
		{"/speech", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the app is listening for speech; the next step is Say or StaySilent`},
		{"/ach", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the app is asking for the bank routing number, attempt 1 of 2; the next step is PayFromAccount, Press or StaySilent`},
		{"/two", func(p *voxtest.Phone) { p.Dials().Refuses() }, `the dialed party was to refuse, but the caller is connected with +1`},
		{"/menu", func(p *voxtest.Phone) { p.Wait(31 * time.Second) }, `waited for 31s, which is too long: after 30.8s something happens by itself, because the app is dialing +14025550111`},
		{"/menu", func(p *voxtest.Phone) { p.Wait(8) }, `8ns cannot be meant: write 8 * time.Second`},
		{"/voice", func(p *voxtest.Phone) { p.Hears("For"); p.HearsNothing() }, `was to hear nothing, but heard "sales, press 1."`},
		{"/strange", func(p *voxtest.Phone) { p.Hears("x") }, `did not hear "x", but nothing more: the app is dialing +1�; the next step is what the dialed party does, such as Dials().Talks(time.Minute) or Dials().NoAnswer()`},
		{"/voice", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/nowhere", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the call is over: POST http://example.com/nowhere: the app answered with status 404 Not Found`},
		{"/hello", func(p *voxtest.Phone) { p.Failed() }, `expected the app to fail, but the call is over: the app hung up`},
		{"/hello", func(p *voxtest.Phone) { p.Rejected(voxml.RejectReasonBusy) }, `expected the app to refuse the call, but the call is over: the app hung up`},
		{"/busy", func(p *voxtest.Phone) { p.Rejected(voxml.RejectReasonRejected) }, `expected the app to refuse the call as "rejected", but it was as "busy"`},
		{"/flow", func(p *voxtest.Phone) { p.ConnectedTo("other") }, `expected the app to hand the call to the Flow "other", but it was "1f7a64d8-0c5c-4a6f-9d5e-2b3c4d5e6f70"`},
		{"/hello", func(p *voxtest.Phone) { p.ConnectedTo("other") }, `expected the app to hand the call to a Flow, but the call is over: the app hung up`},
		{"/voice", func(p *voxtest.Phone) { p.HearsMatch("press ([2-9])") }, `did not hear a match of "press ([2-9])", but "Good day.", "For sales, press 1.", "/hours.mp3": the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { p.HearsMatch("(") }, "HearsMatch cannot use this pattern: error parsing regexp: missing closing ): `(`"},
		{"/voice", func(p *voxtest.Phone) { p.HearsMatch("a*") }, `HearsMatch needs a pattern that silence does not match`},
		{"/voice", func(p *voxtest.Phone) { p.DoesNotHear("press  1") }, `was not to hear "press 1", but heard "For sales, press 1."`},
		{"/voice", func(p *voxtest.Phone) { p.DoesNotHear("") }, `DoesNotHear needs a text; HearsNothing expects silence`},
		{"/voice", func(p *voxtest.Phone) { p.Ends() }, `expected the call to end, but the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/voice", func(p *voxtest.Phone) { voxtest.Last[*voxhook.PayResult](p) }, `the app was sent no *voxhook.PayResult so far`},
		{"/busy", func(p *voxtest.Phone) { p.HungUp() }, `expected the app to hang up, but the call is over: the app refused the call: busy`},
		{"/voice", func(p *voxtest.Phone) { p.Pay(voxtest.Card{}) }, `was to pay, but the app is listening for a key or speech; the next step is Press, Say or StaySilent`},
		{"/pay", func(p *voxtest.Phone) { p.Hears("Bonjour") }, `did not hear "Bonjour", but "Please enter the payment card number, then press pound.": the app is asking for the payment card number, attempt 1 of 2; the next step is Pay, Press or StaySilent`},
		{"/pay", func(p *voxtest.Phone) { p.Pay(voxtest.Card{Expiration: "12/39"}) }, `was to pay, but the app is asking for the expiration date, attempt 1 of 2, for which there are other characters than digits`},
		{"/ach", func(p *voxtest.Phone) { p.Pay(voxtest.Card{}) }, `was to pay, but the app is asking for the bank routing number, attempt 1 of 2, which is for another payment method`},
		{"/nowhere", func(p *voxtest.Phone) { p.Clean() }, `the call is not clean:`},
		{"/voice", func(p *voxtest.Phone) { p.Golden("testdata/none.txt") }, `testdata/none.txt does not exist: to write it, run the test with the flag -update`},
		{"/hello", func(p *voxtest.Phone) { p.Golden("testdata/call.txt") }, `the call is not that of testdata/call.txt (- want, + got); to rewrite it, run the test with the flag -update`},
	}
	if *update {
		t.Skip("golden files are being written")
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			f := newFakeT()
			call := voxtest.Call(f, company, tt.url)
			f.failure(t, func() { tt.call(call) })
			message, transcript, _ := strings.Cut(f.message, "\n")
			assert.Equal(t, tt.want, message)
			if !strings.HasPrefix(tt.want, "voxtest: ") {
				all := strings.Split(strings.TrimSuffix(call.Transcript(), "\n"), "\n")
				assert.Contains(t, transcript, strings.Join(all[max(0, len(all)-20):], "\n"))
				assert.LessOrEqual(t, strings.Count(f.message, "\n")+1, 30)
			}
			_, file, _, _ := runtime.Caller(0)
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			line := strings.Split(string(source), "\n")[f.line-1]
			assert.Contains(t, line, tt.want, "the failure is at another line")
		})
	}
}

func TestMisfitsOfCallsThatAreOver(t *testing.T) {
	f := newFakeT()
	call := voxtest.Call(f, company, "/hello")
	call.CallerHangsUp()
	f.failure(t, call.CallerHangsUp)
	assert.True(t, strings.HasPrefix(f.message, "cannot hang up: the call is over: the caller hung up\n"), f.message)
	for want, bad := range map[string]func(){
		"voxtest: the URL to call cannot be parsed: write one such as /voice":                    func() { voxtest.Call(f, company, "/voi ce%") },
		"voxtest: an audio file cannot play for 5ns":                                             func() { voxtest.Call(f, company, "/voice", voxtest.PlayLength(5)) },
		"voxtest: the URL of the status callback is neither http nor https, nor relative to one": func() { voxtest.Call(f, company, "/voice", voxtest.Outbound("::bad")) },
		"voxtest: the URL of the recordings is neither http nor https":                           func() { voxtest.Call(f, company, "/voice", voxtest.RecordingsAt("recs")) },
		"voxtest: the app is nil":                                  func() { voxtest.Call(f, nil, "/voice") },
		"voxtest: an unanswered call is busy, no-answer or failed": func() { voxtest.Call(f, company, "/voice", voxtest.Unanswered("")) },
	} {
		f.failure(t, bad)
		assert.Equal(t, want, f.message)
	}
}

func TestClean(t *testing.T) {
	f := newFakeT()
	call := voxtest.Call(f, app(map[string]voxml.Response{
		"/voice": {voxml.Gather{FinishOnKey: "#", NumDigits: 1, Action: "/next"}},
		"/next":  {say("Hello."), voxml.Hangup{}, say("Lost."), voxml.Element{Name: "Stream"}},
	}), "/voice")
	call.Press("1")
	require.Len(t, call.Findings(), 3)
	assert.Equal(t, "POST http://example.com/voice", call.Findings()[0].Request)
	assert.Equal(t, "silent-end", call.Findings()[0].Rule)
	f.failure(t, call.Clean)
	assert.Contains(t, f.message, "\n  POST http://example.com/next: error: Response[2].Say: ")

	call = voxtest.Call(f, company, "/dialed", voxtest.Unanswered(voxhook.CallStatusBusy), voxtest.Outbound("/nowhere"))
	f.failure(t, call.Clean)
	assert.Contains(t, f.message, "\n  POST http://example.com/nowhere, attempt 2: the app answered with status 404 Not Found\n")
}

func TestGoldenShowsTheDifference(t *testing.T) {
	if *update {
		t.Skip("golden files are being written")
	}
	file := filepath.Join(t.TempDir(), "call.txt")
	f := newFakeT()
	call := voxtest.Call(f, company, "/hello")
	call.HungUp()
	got := call.Transcript()
	for _, tt := range []struct{ want, holds string }{
		{strings.ReplaceAll(got, `hears "Hello."`, `hears "Hallo."`), "\n-   0:00.0  hears \"Hallo.\"\n+   0:00.0  hears \"Hello.\"\n"},
		{got + "more\n", "\n- more\n"},
		{strings.ReplaceAll(got, "\n", "\r\n"), ""},
		{got, ""},
	} {
		require.NoError(t, os.WriteFile(file, []byte(tt.want), 0o600))
		if tt.holds == "" {
			call.Golden(file)
			continue
		}
		f.failure(t, func() { call.Golden(file) })
		assert.Contains(t, f.message, tt.holds)
	}
}

func TestGoldenUpdates(t *testing.T) {
	before := *update
	defer func() { *update = before }()
	*update = true
	file := filepath.Join(t.TempDir(), "new", "call.txt")
	call := voxtest.Call(t, company, "/hello")
	call.Golden(file)
	*update = false
	call.Golden(file)

	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("VOXTEST_UPDATE", "1")
	call.Golden(file)
	t.Setenv("VOXTEST_UPDATE", "")
	call.Golden(file)
	call.HungUp()
}
