package voxtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

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
	"/twice": {voxml.Pay{Action: "/message", NoPostalCode: true, Nouns: []voxml.PayNoun{
		voxml.Prompt{For: voxml.PromptForPaymentCardNumber, RequireMatchingInputs: true, Verbs: []voxml.PromptVerb{say("Your card?")}},
	}}},
	"/ach":   {voxml.Pay{PaymentMethod: voxml.PaymentMethodACHDebit, Action: "/message"}},
	"/loop":  {voxml.Redirect{URL: "/loop"}},
	"/lost":  {say("Hello."), voxml.Hangup{}, say("Lost."), voxml.Element{Name: "Stream"}},
	"/hello": {say("Hello."), voxml.Hangup{}},
})

// The caller takes the usual path through the menu.
func TestCall(t *testing.T) {
	t.Parallel()
	call := voxtest.Call(t, company, "/voice", voxtest.From("+14025550142"))
	require.Zero(t, call.Elapsed())
	call.Hears("For sales, press 1")
	require.Equal(t, 6*400*time.Millisecond, call.Elapsed(), "the prompts that follow have not been heard")
	call.Press("1")
	require.Equal(t, "1", call.Event().(*voxhook.GatherResult).Digits)
	require.Equal(t, voxhook.Vars{"menu.digits": "1"}, call.Vars())
	require.IsType(t, voxml.Dial{}, call.Document()[1])
	call.Dials("+14025550111").Rings(4 * time.Second).Talks(30 * time.Second)
	require.IsType(t, &voxhook.Recording{}, call.Events()[2])
	call.Hears("Leave a message")
	call.Record(12 * time.Second)
	call.Hears("Thank you")
	call.HungUp()
	require.Len(t, call.Events(), 5)
	call.Clean()
	call.Golden("testdata/call.txt")
}

// Golden shows the lines that differ. It accepts a file with other line ends.
func TestGoldenShowsTheDifference(t *testing.T) {
	if *update {
		t.Skip("golden files are being written")
	}
	file := filepath.Join(t.TempDir(), "call.txt")
	call := voxtest.Call(t, company, "/hello")
	call.HungUp()
	got := call.Transcript()
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(got, "\n", "\r\n")), 0o600))
	call.Golden(file)
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(got, "Hello.", "Hallo.")+"more\n"), 0o600))
	err := call.Try(func() { call.Golden(file) })
	require.ErrorContains(t, err, "\n-   0:00.0  hears \"Hallo.\"\n+   0:00.0  hears \"Hello.\"\n")
	require.ErrorContains(t, err, "\n- more")
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
