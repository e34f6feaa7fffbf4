package voxtest_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
	"github.com/voxhook/voxhook/voxtest"
)

// screened is a clinic that asks the dialed party before it connects a caller.
var screened = app(map[string]voxml.Response{
	"/voice": {
		voxml.Say{Text: "Thank you for calling the clinic.", Voice: "Polly.Joanna"},
		voxml.Gather{Action: "/menu", ActionOnEmptyResult: true, Input: voxml.InputDTMFSpeech, NumDigits: 1, Output: "menu", Verbs: []voxml.GatherVerb{
			say("For opening hours, press 2. To talk to a nurse, press 3."), voxml.Play{URL: "/spanish.mp3"},
		}},
	},
	"/menu": {
		voxml.If{Expression: voxml.Var("menu.digits").Equal("2"), Verbs: []voxml.Verb{voxml.Redirect{URL: "/hours"}}},
		voxml.If{Expression: voxml.Var("menu.digits").Equal("3"), Verbs: []voxml.Verb{voxml.Redirect{URL: "/nurse"}}},
		say("We did not understand you."), voxml.Redirect{URL: "/voice"},
	},
	"/hours": {
		voxml.Say{Text: "Abrimos de lunes a viernes.", Voice: "Polly.Mia", Language: "es-MX"},
		say("We are open Monday to Friday. Goodbye."), voxml.Hangup{},
	},
	"/nurse": {
		say("One moment, please."),
		voxml.Dial{Action: "/dialed", HangupOnStar: true, Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/accept"}}},
	},
	"/accept": {
		say("A patient is calling."),
		voxml.Gather{NumDigits: 1, Input: voxml.InputDTMFSpeech, Output: "accept", Verbs: []voxml.GatherVerb{say("Press 1 to accept.")}},
		voxml.If{Expression: voxml.Var("accept.digits").NotEqual("1"), Verbs: []voxml.Verb{say("Goodbye."), voxml.Hangup{}}},
	},
	"/dialed":  {say("Nobody can take your call. Your birthday, please, four digits."), voxml.Gather{Action: "/goodbye", NumDigits: 4, Output: "birthday"}, say("Goodbye.")},
	"/goodbye": {say("Thank you. Goodbye.")},
	"/pauses": {voxml.Say{Loop: 2, SSML: ssml.Speech{
		ssml.Text("One "), ssml.Break{Time: 2 * time.Second}, ssml.Text("two three "), ssml.Break{Time: time.Second}, ssml.Text("four"),
	}}, voxml.Gather{}},
})

// The caller knows the menu and does not listen to the end.
func ExamplePhone_Interrupt() {
	call := voxtest.Call(t, hours, "/voice")
	call.Interrupt("For opening hours", "2")
	fmt.Println("after", call.Elapsed())
	call.Hears("We are open")
	call.HungUp()
	// Output: after 1.2s
}

// hours is a menu with one choice.
var hours http.Handler = app(map[string]voxml.Response{
	"/voice": {
		voxml.Gather{Action: "/hours", NumDigits: 1, Input: voxml.InputDTMFSpeech, Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "For opening hours, press 2 at any time."},
		}},
		voxml.Say{Text: "Goodbye."},
	},
	"/hours": {voxml.Say{Text: "We are open Monday to Friday.", Language: "en-GB"}},
})

// The caller hangs up in the middle of a sentence.
func ExamplePhone_HearsUpTo() {
	call := voxtest.Call(t, hours, "/voice")
	call.HearsUpTo("For opening hours")
	call.CallerHangsUp()
	fmt.Println(call.Heard()[0].Text)
	// Output: For opening hours, …
}

// The second key is one too many and is lost.
func ExamplePhone_Type() {
	call := voxtest.Call(t, hours, "/voice")
	call.Type("22")
	call.Hears("We are open")
	fmt.Println(voxtest.Last[*voxhook.GatherResult](call).Digits)
	// Output: 2
}

// A key is pressed during the greeting and kept for the next Gather.
func ExampleTypeAhead() {
	app := voxml.Response{
		voxml.Say{Text: "Thank you for calling."},
		voxml.Gather{NumDigits: 1, Output: "menu", Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press a key."}}},
	}
	call := voxtest.Call(t, app, "/voice", voxtest.TypeAhead())
	call.HearsUpTo("Thank you")
	call.Type("5")
	call.HungUp()
	fmt.Println(call.Vars()["menu.digits"], len(call.Heard()))
	// Output: 5 1
}

// The caller speaks, but the platform recognizes nothing.
func ExamplePhone_Mumble() {
	call := voxtest.Call(t, hours, "/voice")
	call.Mumble(2 * time.Second)
	call.Hears("Goodbye.")
	call.HungUp()
	fmt.Println(call.Elapsed())
	// Output: 7.4s
}

// Check the language of a sentence.
func ExamplePhone_Hears() {
	call := voxtest.Call(t, hours, "/voice")
	call.Press("2")
	fmt.Println(call.Hears("We are open").Language)
	// Output: en-GB
}

// In call screening, the dialed party is asked whether to take the call.
func ExampleLeg_Answers() {
	app := app(map[string]voxml.Response{
		"/voice": {voxml.Dial{Output: "desk", Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/accept"}}}},
		"/accept": {
			voxml.Gather{NumDigits: 1, Output: "accept", Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press 1 to accept."}}},
			voxml.If{Expression: voxml.Var("accept.digits").NotEqual("1"), Verbs: []voxml.Verb{voxml.Hangup{}}},
		},
	})
	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Answers().Hears("Press 1 to accept").Press("1").Connects().HangsUp(time.Minute)
	fmt.Println(call.Vars()["desk.status"])

	call = voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Answers().Press("2").Refuses()
	fmt.Println(call.Vars()["desk.status"])
	// Output:
	// completed
	// no-answer
}

// The dialed party answers and hangs up after two minutes.
func ExampleLeg_Talks() {
	app := voxml.Response{voxml.Dial{Number: "+14025550111", Output: "desk"}, voxml.Say{Text: "Goodbye."}}
	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Rings(8 * time.Second).Talks(2 * time.Minute)
	call.Hears("Goodbye.")
	fmt.Println(call.Vars()["desk.status"], call.Elapsed())
	// Output: completed 2m8.4s
}

// The dialed party is asked twice and then says yes.
func ExampleLeg_Say() {
	ask := voxml.Gather{Input: voxml.InputSpeech, Output: "accept", Verbs: []voxml.GatherVerb{voxml.Say{Text: "Will you take the call?"}}}
	app := app(map[string]voxml.Response{
		"/voice":  {voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/accept"}}}},
		"/accept": {ask, voxml.If{Expression: voxml.Var("accept.speech").Equal(""), Verbs: []voxml.Verb{ask}}},
	})
	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Answers().StaySilent().Hears("take the call").Say("Yes.").Connects()
	fmt.Println(call.Now().Text)
	// Output: the caller is connected to +14025550111
}
