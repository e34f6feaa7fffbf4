package voxtest_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// The Examples are parts of tests. In a test, t is the parameter of the test.
var t = new(testing.T)

// The apps of the Examples.
var (
	hangup   = voxml.Response{voxml.Hangup{}}
	recorder = voxml.Response{voxml.Record{RecordingStatusCallback: "/recorded"}}
)

func ivr() http.Handler {
	return menu.Routes(menu.Config{Sales: "+14025550111", Log: slog.New(slog.DiscardHandler)})
}

// The caller asks for sales, no one answers there, and the caller leaves a
// message.
func ExampleCall() {
	app := ivr()

	call := voxtest.Call(t, app, "/voice")
	call.Hears("For sales, press 1")
	call.Press("1")
	call.Dials("+14025550111").NoAnswer()
	call.Hears("leave a message")
	call.Record(12 * time.Second)
	call.Hears("Thank you")
	call.HungUp()
	fmt.Println("the call took", call.Elapsed())
	// Output: the call took 50.6s
}

// The star key ends the dialed call, and the caller returns to the menu.
func ExamplePhone_Dials() {
	app := voxml.Response{voxml.Dial{Number: "+14025550111", HangupOnStar: true}, voxml.Say{Text: "Welcome back."}}
	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Rings(5 * time.Second).Connects()
	call.Talk(2 * time.Minute)
	call.Press("*")
	call.Hears("Welcome back.")
	fmt.Println(call.Elapsed())
	// Output: 2m5.8s
}

// One card is refused, another is accepted.
func ExamplePhone_Pay() {
	call := voxtest.Call(t, voxml.Response{voxml.Pay{ChargeAmount: "9.50", NoPostalCode: true}}, "/voice")
	call.Pay(voxtest.Card{Number: "4111111111111112"})
	call.Hears("invalid card number")
	call.Pay(voxtest.Card{Number: voxtest.Mastercard})
	call.HungUp()
	fmt.Println(call.Charge().Amount, call.Charge().Currency)
	// Output: 9.50 usd
}

// Failed tests print a transcript, and golden files hold one.
func ExamplePhone_Transcript() {
	app := voxml.Response{voxml.Gather{Output: "menu", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press a key."}}}}
	call := voxtest.Call(t, app, "/voice", voxtest.Webhook(voxhook.VoiceWebhook{CallSid: "c1"}))
	call.Press("5")
	call.HungUp()
	fmt.Print(call.Transcript())
	// Output:
	//   0:00.0  POST http://example.com/voice
	//             AccountID=4021 ApiVersion=v0 CallSid=c1 CallStatus=ringing Direction=inbound From=+14025550100 To=+14025550199 TrunkID=90001
	//             200 OK
	//             <Response>
	//               <Gather numDigits="1" output="menu">
	//                 <Say>Press a key.</Say>
	//               </Gather>
	//             </Response>
	//   0:00.0  answered
	//   0:00.0  presses 5
	//   0:00.0  ended: the document ended
}

// An answering machine answers an outbound call. The app is notified of its
// end.
func ExampleOutbound() {
	call := voxtest.Call(t, ivr(), "/voice", voxtest.Outbound("/voice/status"), voxtest.AnsweredBy(voxhook.AnsweredByMachineStart))
	call.Hears("For sales, press 1")
	call.CallerHangsUp()
	ended := call.Event().(*voxhook.StatusChange)
	fmt.Println(ended.CallStatus, ended.AnsweredBy, ended.CallDuration)
	// Output: completed machine_start 5s
}

// The app fetches a recording from the URL in the notification.
func ExampleRecordings() {
	server := httptest.NewServer(voxtest.Recordings())
	defer server.Close()
	call := voxtest.Call(t, recorder, "/voice", voxtest.RecordingsAt(server.URL))
	call.Record(3 * time.Second)
	call.HungUp()
	resp, err := server.Client().Get(call.Event().(*voxhook.Recording).RecordingURL)
	if err == nil {
		defer resp.Body.Close()
		fmt.Println(resp.Header.Get("Content-Type"), resp.ContentLength, "bytes")
	}
	// Output: audio/wav 24044 bytes
}

// The caller gives up while the dialed party's phone rings.
func ExamplePhone_Wait() {
	call := voxtest.Call(t, voxml.Response{voxml.Dial{Number: "+14025550111", Output: "desk"}}, "/voice")
	call.Dials("+14025550111")
	call.Wait(8 * time.Second)
	call.CallerHangsUp()
	fmt.Println(call.Vars()["desk.status"], "after", call.Elapsed())
	// Output: canceled after 8s
}

// Clean fails a test if Findings or Warnings returns anything.
func ExamplePhone_Findings() {
	call := voxtest.Call(t, voxml.Response{voxml.Hangup{}, voxml.Say{Text: "Nobody hears this."}}, "/voice")
	call.HungUp()
	for _, f := range call.Findings() {
		fmt.Println(f.Request, f.Rule, f.Path)
	}
	fmt.Println(len(call.Warnings()), "warnings")
	// Output:
	// POST http://example.com/voice unreachable Response[1].Say
	// 0 warnings
}

// The caller is from Omaha and has already made three mistakes.
func ExampleWebhook() {
	call := voxtest.Call(t, ivr(), "/voice/menu", voxtest.Webhook(voxhook.VoiceWebhook{
		Geo:  voxhook.Geo{FromCity: "OMAHA"},
		Vars: voxhook.Vars{"tries": "3"},
	}))
	call.Hears("We did not understand you. Goodbye.")
	call.HungUp()
	fmt.Println(call.Event().Webhook().FromPlace())
	// Output: OMAHA
}

// The app fails once and then answers.
func ExampleRetries() {
	failed := false
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !failed {
			failed = true
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		hangup.ServeHTTP(w, r)
	})
	call := voxtest.Call(t, app, "/voice", voxtest.Retries(1))
	call.HungUp()
	fmt.Println(call.Warnings()[0])
	// Output: POST http://example.com/voice: the app answered with status 503 Service Unavailable
}

// Let the caller react to what the app waits for.
func ExamplePhone_Now() {
	call := voxtest.Call(t, ivr(), "/voice")
	for m := call.Now(); m.End == ""; m = call.Now() {
		fmt.Printf("%s: %s\n", m.Turn, m.Text)
		switch m.Turn {
		case voxtest.TurnGather:
			call.Press("1")
		case voxtest.TurnDial:
			call.Dials(m.Numbers...).NoAnswer()
		default:
			call.StaySilent()
		}
	}
	fmt.Println(call.Now().End)
	// Output:
	// gather: the app is listening for a key or speech
	// dial: the app is dialing +14025550111
	// record: the app is recording, up to 3m0s, until #
	// hung up
}

// Print when the caller hears what, and in which voice.
func ExamplePhone_Heard() {
	app := voxml.Response{voxml.Say{Text: "Welcome.", Voice: "Polly.Amy", Language: "en-GB"}, voxml.Play{URL: "/jingle.mp3"}}
	call := voxtest.Call(t, app, "/voice", voxtest.PlayLength(2*time.Second))
	call.HungUp()
	for _, h := range call.Heard() {
		fmt.Println(h.From, h.To, h.Text, h.Voice, h.Language, h.Place)
	}
	// Output:
	// 0s 400ms Welcome. Polly.Amy en-GB Response[0].Say
	// 400ms 2.4s /jingle.mp3   Response[1].Play
}

// Print each webhook of a call, the verb that caused it, and the status.
func ExamplePhone_Requests() {
	call := voxtest.Call(t, recorder, "/voice")
	call.Record(3 * time.Second)
	call.HungUp()
	for _, r := range call.Requests() {
		fmt.Printf("%s %s %T %q %d\n", r.Method, r.URL.Path, r.Event, r.Place, r.Status)
	}
	// Output:
	// POST /voice *voxhook.IncomingCall "" 200
	// POST /recorded *voxhook.Recording "Response[0].Record" 200
}

// Try a step that may fail: does the menu listen for key 9?
func ExamplePhone_Try() {
	call := voxtest.Call(t, voxml.Response{voxml.Gather{Input: voxml.InputSpeech}}, "/voice")
	fmt.Println(call.Try(func() { call.Press("9") }))
	call.Say("operator")
	call.HungUp()
	// Output:
	// voxtest: pressed 9, but the app is listening for speech only
	// the next step is Say or StaySilent
}

// Check what the app was notified of.
func ExampleLast() {
	call := voxtest.Call(t, recorder, "/voice")
	call.Record(3 * time.Second)
	call.HungUp()
	fmt.Println(voxtest.Last[*voxhook.Recording](call).RecordingDuration)
	// Output: 3s
}

// DoesNotHear looks ahead; Hears then searches the same prompts.
func ExamplePhone_DoesNotHear() {
	call := voxtest.Call(t, hours, "/voice")
	call.DoesNotHear("We are closed")
	call.Hears("For opening hours")
	call.CallerHangsUp()
	fmt.Println(call.Elapsed())
	// Output: 3.2s
}

// The question is different in every call.
func ExamplePhone_HearsMatch() {
	app := voxml.Response{voxml.Gather{Output: "sum", Verbs: []voxml.GatherVerb{voxml.Say{Text: "What is 3 plus 4?"}}}}
	call := voxtest.Call(t, app, "/voice")
	sum := call.HearsMatch(`What is (\d) plus (\d)\?`)
	call.CallerHangsUp()
	fmt.Println(sum[1], sum[2])
	// Output: 3 4
}

// The call must end, but it does not matter how.
func ExamplePhone_Ends() {
	call := voxtest.Call(t, voxml.Response{voxml.Reject{Reason: voxml.RejectReasonBusy}}, "/voice")
	call.Ends()
	fmt.Println(call.Now().End, "-", call.Now().Text)
	// Output: rejected - the call is over: the app refused the call: busy
}

// Begin in the middle of a call: the caller presses a third wrong key.
func ExampleFirst() {
	call := voxtest.Call(t, ivr(), "/voice/menu", voxtest.First(&voxhook.GatherResult{
		Digits:       "9",
		VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"tries": "3"}},
	}))
	call.Hears("We did not understand you. Goodbye.")
	call.HungUp()
	fmt.Println(call.Requests()[0].Form.Get("Digits"), call.Elapsed())
	// Output: 9 2.4s
}

// The app accepts only requests with the password of the platform.
func ExampleBasicAuth() {
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "voxtelesys" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		hangup.ServeHTTP(w, r)
	})
	voxtest.Call(t, app, "/voice", voxtest.BasicAuth("voxtelesys", "secret")).HungUp()
	call := voxtest.Call(t, app, "/voice", voxtest.Retries(0))
	call.Failed()
	fmt.Println(call.Requests()[0].Status)
	// Output: 401
}

// The app is behind a proxy that adds a header.
func ExampleHeader() {
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Header.Get("X-Forwarded-Proto"))
		hangup.ServeHTTP(w, r)
	})
	voxtest.Call(t, app, "/voice", voxtest.Header("X-Forwarded-Proto", "https")).HungUp()
	// Output: https
}

// The caller withholds the number.
func ExampleFrom() {
	call := voxtest.Call(t, hangup, "/voice", voxtest.From(""))
	call.HungUp()
	fmt.Println(call.Requests()[0].Form.Has("From"))
	// Output: false
}

// Test only the beginning of a call.
func ExampleLenient() {
	call := voxtest.Call(t, ivr(), "/voice", voxtest.Lenient())
	call.Hears("Thank you for calling.")
	fmt.Println(call.Elapsed())
	// Output: 1.6s
}
