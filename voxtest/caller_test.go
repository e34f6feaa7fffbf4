package voxtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
	"github.com/voxhook/voxhook/voxtest"
)

// A clinic whose calls are answered by people who are asked first.
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
})

func callClinic(t testing.TB, options ...voxtest.Option) *voxtest.Phone {
	return voxtest.Call(t, screened, "/voice", append(options, voxtest.Lenient())...)
}

// Calls as they are made: by people who do not wait until they are asked.
func TestCallersAsTheyAre(t *testing.T) {
	digits := func(p *voxtest.Phone) string { return voxtest.Last[*voxhook.GatherResult](p).Digits }
	for _, tt := range []struct {
		name string
		call func(t *testing.T, p *voxtest.Phone)
		took time.Duration
	}{
		{"a key at the word", func(t *testing.T, p *voxtest.Phone) {
			p.Interrupt("For opening hours", "2")
			p.Hears("We are open")
			p.HungUp()
		}, 2400*time.Millisecond + 1200*time.Millisecond + 5*400*time.Millisecond + 7*400*time.Millisecond},
		{"a key in the middle of a later sentence", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("To talk")
			p.Press("2")
			assert.Equal(t, "For opening hours, press 2. To talk …", p.Heard()[1].Text)
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 7*400*time.Millisecond},
		{"two words one after the other", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("For opening hours")
			p.HearsUpTo("To talk to a nurse")
			p.Press("3")
			p.Hears("One moment")
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 10*400*time.Millisecond + 3*400*time.Millisecond},
		{"the rest is heard if nobody interrupts it", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("For opening hours")
			p.Hears("press 2")
			p.Hears("press 3")
			assert.Equal(t, "For opening hours, press 2. To talk to a nurse, press 3.", p.Heard()[1].Text)
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 12*400*time.Millisecond},
		{"words in the middle of a prompt", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("For opening hours")
			p.Say("nurse")
			assert.Equal(t, "nurse", voxtest.Last[*voxhook.GatherResult](p).SpeechResult)
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 1200*time.Millisecond + 400*time.Millisecond + 5*time.Second},
		{"hangs up in the middle of the greeting", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("Thank you")
			p.CallerHangsUp()
			assert.Len(t, p.Requests(), 1)
			assert.Equal(t, "Thank you …", p.Heard()[0].Text)
		}, 800 * time.Millisecond},
		{"hangs up in the middle of a file", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("spanish")
			p.Wait(2 * time.Second)
			p.CallerHangsUp()
			assert.Equal(t, 2*time.Second, p.Heard()[2].To-p.Heard()[2].From)
		}, 2400*time.Millisecond + 4800*time.Millisecond + 2*time.Second},
		{"waits inside a prompt, and presses a key", func(t *testing.T, p *voxtest.Phone) {
			p.Wait(3 * time.Second)
			p.Press("2")
			assert.Equal(t, "For …", p.Heard()[1].Text)
			p.CallerHangsUp()
		}, 3 * time.Second},
		{"waits inside two prompts", func(t *testing.T, p *voxtest.Phone) {
			p.Wait(time.Second)
			p.Wait(2 * time.Second)
			p.Hears("opening hours")
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 12*400*time.Millisecond},
		{"a key before anybody listens", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("Thank you")
			p.Type("2")
			p.Hears("for calling the clinic")
			p.StaySilent()
			p.Hears("We did not understand you.")
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 4800*time.Millisecond + 10*time.Second + 5*400*time.Millisecond},
		{"one key too many", func(t *testing.T, p *voxtest.Phone) {
			p.Hears("For opening hours")
			p.Type("22")
			assert.Equal(t, "2", digits(p))
			p.Hears("We are open")
			p.HungUp()
		}, 2400*time.Millisecond + 4800*time.Millisecond + 12*400*time.Millisecond},
		{"keys nobody listens for while it rings", func(t *testing.T, p *voxtest.Phone) {
			p.Press("3")
			p.Dials()
			p.Type("12")
			p.CallerHangsUp()
			assert.Contains(t, p.Transcript(), "presses 12 (nobody listens)")
		}, 2400*time.Millisecond + 1200*time.Millisecond},
		{"star in the middle of screening", func(t *testing.T, p *voxtest.Phone) {
			p.Press("3")
			p.Dials().Answers().Hears("A patient is calling")
			p.Press("*")
			assert.Equal(t, voxhook.DialStatusCanceled, voxtest.Last[*voxhook.DialResult](p).DialCallStatus)
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 1200*time.Millisecond + 1600*time.Millisecond},
		{"a key that few telephones have", func(t *testing.T, p *voxtest.Phone) {
			p.Press("A")
			assert.Equal(t, "A", digits(p))
			p.Hears("We did not understand you.")
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 5*400*time.Millisecond},
		{"mumbles", func(t *testing.T, p *voxtest.Phone) {
			p.HearsUpTo("For opening hours")
			p.Mumble(2 * time.Second)
			assert.Empty(t, voxtest.Last[*voxhook.GatherResult](p).SpeechResult)
			p.Hears("We did not understand you.")
			p.CallerHangsUp()
		}, 2400*time.Millisecond + 1200*time.Millisecond + 7*time.Second + 5*400*time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := callClinic(t)
			tt.call(t, p)
			assert.Equal(t, tt.took, p.Elapsed())
		})
	}
}

// A nurse who is asked before the call is connected.
func TestCallScreening(t *testing.T) {
	dialed := func(p *voxtest.Phone) voxhook.DialStatus { return voxtest.Last[*voxhook.DialResult](p).DialCallStatus }
	for _, tt := range []struct {
		name string
		call func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg)
	}{
		{"accepts", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Hears("A patient").Hears("Press 1 to accept").Press("1").Connects()
			p.Talk(time.Minute)
			nurse.HangsUp(0)
			assert.Equal(t, voxhook.DialStatusCompleted, dialed(p))
			p.Hears("Nobody can take your call.")
		}},
		{"accepts, and the caller just talks", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Press("1")
			p.Talk(time.Minute)
			nurse.HangsUp(time.Minute)
			assert.Equal(t, 2*time.Minute, voxtest.Last[*voxhook.DialResult](p).DialCallDuration)
		}},
		{"refuses", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Hears("Press 1 to accept").Press("2").Hears("Goodbye").Refuses()
			assert.Equal(t, voxhook.DialStatusNoAnswer, dialed(p))
		}},
		{"says something else", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Say("no").Refuses()
			p.Hears("Nobody can take your call.")
		}},
		{"puts the phone on the table", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().StaySilent().Hears("Goodbye").Refuses()
		}},
		{"hangs up while being asked", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Hears("A patient").HangsUp(500 * time.Millisecond)
			assert.Equal(t, voxhook.DialStatusNoAnswer, dialed(p))
			assert.Equal(t, 2400*time.Millisecond+1200*time.Millisecond+2100*time.Millisecond, p.Elapsed())
			p.Hears("Nobody can take your call.")
		}},
		{"the caller gives up meanwhile", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Hears("Press 1")
			p.CallerHangsUp()
			assert.Equal(t, voxhook.DialStatusCanceled, dialed(p))
		}},
		{"the caller hears nothing of it", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			nurse.Answers().Press("1")
			p.HearsNothing()
			assert.Equal(t, voxtest.TurnTalk, p.Now().Turn)
		}},
		{"a test that decides by itself", func(t *testing.T, p *voxtest.Phone, nurse *voxtest.Leg) {
			leg := nurse.Answers()
			now := p.Now()
			assert.Equal(t, voxtest.TurnLeg, now.Turn)
			assert.True(t, now.Keys && now.Speech)
			assert.IsType(t, voxml.Gather{}, now.Verb)
			leg.Press("1").Connects()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := callClinic(t)
			p.Press("3")
			tt.call(t, p, p.Dials("+14025550111"))
		})
	}
}

// A key is pressed before it is asked for, and kept.
func TestTypeAhead(t *testing.T) {
	p := callClinic(t, voxtest.TypeAhead())
	p.Type("3")
	p.Dials().Busy()
	p.Type("2412")
	p.Hears("Nobody can take your call.")
	p.Hears("Thank you")
	assert.Equal(t, "2412", voxtest.Last[*voxhook.GatherResult](p).Digits)
	p.HungUp()
}

// The time is that of the word, also between pauses.
func TestTimeOfAWord(t *testing.T) {
	doc := voxml.Response{voxml.Say{Loop: 2, SSML: ssml.Speech{
		ssml.Text("One "), ssml.Break{Time: 2 * time.Second}, ssml.Text("two three "), ssml.Break{Time: time.Second}, ssml.Text("four"),
	}}, voxml.Gather{}}
	for text, want := range map[string]time.Duration{
		"One": 400 * time.Millisecond, "One two": 2800 * time.Millisecond, "three": 3200 * time.Millisecond, "fou": 4600 * time.Millisecond,
	} {
		p := voxtest.Call(t, doc, "/", voxtest.Lenient())
		p.HearsUpTo(text)
		assert.Equal(t, want, p.Elapsed(), text)
		p.Hears(strings.TrimPrefix("four", text))
		assert.Equal(t, 9200*time.Millisecond, p.Elapsed(), "the rest, and once more")
	}
	p := voxtest.Call(t, doc, "/", voxtest.Lenient())
	p.Wait(5 * time.Second)
	p.CallerHangsUp()
	assert.Contains(t, p.Transcript(), `hears "One two three four" (2 times, cut after 5s)`)
}

func TestMisfitsOfCallers(t *testing.T) {
	for want, call := range map[string]func(p *voxtest.Phone){
		`did not hear "Bonjour", but "Thank you for calling the clinic.", "For opening hours, press 2. To talk to a nurse, press 3.", "/spanish.mp3": the app is listening for a key or speech; the next step is Press, Say or StaySilent`: func(p *voxtest.Phone) { p.HearsUpTo("Bonjour") },
		`HearsUpTo needs a text; HearsNothing expects silence`:                               func(p *voxtest.Phone) { p.HearsUpTo(" ") },
		`pressed 2, but nobody listens: the app goes on by itself`:                           func(p *voxtest.Phone) { p.Interrupt("Thank you", "2") },
		`cannot press that: keys are 0 to 9, *, # and A to D, without anything between them`: func(p *voxtest.Phone) { p.Type("E") },
		`2ns cannot be meant: write 2 * time.Second`:                                         func(p *voxtest.Phone) { p.Mumble(2) },
		`spoke for 1s, but the app is not listening: it is dialing +14025550111`:             func(p *voxtest.Phone) { p.Press("3"); p.Dials(); p.Mumble(time.Second) },
		`the dialed party did not hear "x": the caller is connected with +14025550111; the next step is HangsUp of the Leg, Talk or CallerHangsUp`: func(p *voxtest.Phone) {
			p.Press("3")
			p.Dials().Answers().Press("1").Hears("x")
		},
		`Hears needs a text`: func(p *voxtest.Phone) { p.Press("3"); p.Dials().Answers().Hears("") },
		`the dialed party pressed 12, but the app took only 1 of 2 keys`: func(p *voxtest.Phone) { p.Press("3"); p.Dials().Answers().Press("12") },
		`no dialed party has answered that has a document to run: the caller is connected with +14025550111`: func(p *voxtest.Phone) {
			p.Press("3")
			p.Dials().Answers().Press("1").Connects().Press("1")
		},
		`was to talk for 1s, but nobody is connected: +14025550111 has answered, and is not connected yet: the app is listening for a key or speech; the next step is what the dialed party does: Press, Say or StaySilent of the Leg, or Connects or Refuses`: func(p *voxtest.Phone) {
			p.Press("3")
			p.Dials().Answers()
			p.Talk(time.Second)
		},
		`waited for 10s, which is too long: after 4.8s the call is over: the app hung up`: func(p *voxtest.Phone) { p.Press("2"); p.Wait(10 * time.Second) },
	} {
		t.Run(want, func(t *testing.T) {
			f := newFakeT()
			p := voxtest.Call(f, screened, "/voice")
			f.failure(t, func() { call(p) })
			message, _, _ := strings.Cut(f.message, "\n")
			assert.Equal(t, want, message)
		})
	}
}

// Who speaks, and in which language.
func TestVoiceAndLanguage(t *testing.T) {
	p := callClinic(t)
	require.Equal(t, "Polly.Joanna", p.HearsUpTo("Thank you").Voice)
	p.Press("2")
	heard := p.Hears("lunes")
	assert.Equal(t, "es-MX Polly.Mia", heard.Language+" "+heard.Voice)
	assert.Equal(t, "es-MX", p.Hears("viernes").Language, "of the same sentence")
	assert.Empty(t, p.Hears("We are open").Language)
	p.HungUp()
}

// The caller knows the menu, and does not listen to the end.
func ExamplePhone_Interrupt() {
	t := new(testing.T)
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
	t := new(testing.T)
	call := voxtest.Call(t, hours, "/voice")
	call.HearsUpTo("For opening hours")
	call.CallerHangsUp()
	fmt.Println(call.Heard()[0].Text)
	// Output: For opening hours, …
}

// One key too many is lost.
func ExamplePhone_Type() {
	t := new(testing.T)
	call := voxtest.Call(t, hours, "/voice")
	call.Type("22")
	call.Hears("We are open")
	fmt.Println(voxtest.Last[*voxhook.GatherResult](call).Digits)
	// Output: 2
}

// A key is pressed during the greeting, and counts at the next Gather.
func ExampleTypeAhead() {
	t := new(testing.T)
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

// The recognizer understands nothing.
func ExamplePhone_Mumble() {
	t := new(testing.T)
	call := voxtest.Call(t, hours, "/voice")
	call.Mumble(2 * time.Second)
	call.Hears("Goodbye.")
	call.HungUp()
	fmt.Println(call.Elapsed())
	// Output: 7.4s
}

// The language of a sentence.
func ExamplePhone_Hears() {
	t := new(testing.T)
	call := voxtest.Call(t, hours, "/voice")
	call.Press("2")
	fmt.Println(call.Hears("We are open").Language)
	// Output: en-GB
}

// Call screening: the dialed party is asked whether to take the call.
func ExampleLeg_Answers() {
	t := new(testing.T)
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

// The dialed party answers, and hangs up after two minutes.
func ExampleLeg_Talks() {
	t := new(testing.T)
	app := voxml.Response{voxml.Dial{Number: "+14025550111", Output: "desk"}, voxml.Say{Text: "Goodbye."}}
	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Rings(8 * time.Second).Talks(2 * time.Minute)
	call.Hears("Goodbye.")
	fmt.Println(call.Vars()["desk.status"], call.Elapsed())
	// Output: completed 2m8.4s
}

// The dialed party is asked twice, and says yes.
func ExampleLeg_Say() {
	t := new(testing.T)
	ask := voxml.Gather{Input: voxml.InputSpeech, Output: "accept", Verbs: []voxml.GatherVerb{voxml.Say{Text: "Will you take the call?"}}}
	app := app(map[string]voxml.Response{
		"/voice":  {voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/accept"}}}},
		"/accept": {ask, voxml.If{Expression: voxml.Var("accept.speech").Equal(""), Verbs: []voxml.Verb{ask}}},
	})
	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Answers().StaySilent().Hears("take the call").Say("Yes.").Connects()
	fmt.Println(call.Now().Text)
	// Output: the caller is connected with +14025550111
}
