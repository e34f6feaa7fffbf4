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

// The caller asks for sales, where nobody answers, and leaves a message. In a
// test, t is the test's own.
func ExampleCall() {
	t := new(testing.T)
	app := menu.Routes(menu.Config{Sales: "+14025550111", Log: slog.New(slog.DiscardHandler)})

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

// The star key ends the dialed call, and the caller is back in the menu.
func ExamplePhone_Dials() {
	t := new(testing.T)
	app := voxml.Response{
		voxml.Dial{Number: "+14025550111", HangupOnStar: true},
		voxml.Say{Text: "Welcome back."},
	}

	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111").Rings(5 * time.Second).Connects()
	call.Talk(2 * time.Minute)
	call.Press("*")
	call.Hears("Welcome back.")
	fmt.Println(call.Elapsed())
	// Output: 2m5.8s
}

// A card is refused, and another one is taken.
func ExamplePhone_Pay() {
	t := new(testing.T)
	app := voxml.Response{
		voxml.Pay{ChargeAmount: "9.50", NoPostalCode: true},
		voxml.Say{Text: "Thank you."},
	}

	call := voxtest.Call(t, app, "/voice")
	call.Pay(voxtest.Card{Number: "4111111111111112"})
	call.Hears("invalid card number")
	call.Pay(voxtest.Card{Number: voxtest.Mastercard})
	call.Hears("Thank you.")
	fmt.Println(call.Charge().Amount, call.Charge().Currency)
	// Output: 9.50 usd
}

// A transcript is what a failed test prints, and what a golden file holds.
func ExamplePhone_Transcript() {
	t := new(testing.T)
	app := voxml.Response{
		voxml.Gather{Output: "menu", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Press a key."}}},
		voxml.Say{Text: "Goodbye."},
	}

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
	//               <Say>Goodbye.</Say>
	//             </Response>
	//   0:00.0  answered
	//   0:00.0  presses 5
	//   0:00.0  hears "Goodbye."
	//   0:00.4  ended: the document ended
}

// The end of an outbound call that an answering machine took.
func ExampleOutbound() {
	t := new(testing.T)
	app := menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)})

	call := voxtest.Call(t, app, "/voice", voxtest.Outbound("/voice/status"), voxtest.AnsweredBy(voxhook.AnsweredByMachineStart))
	call.Hears("For sales, press 1")
	call.CallerHangsUp()
	ended := call.Event().(*voxhook.StatusChange)
	fmt.Println(ended.CallStatus, ended.AnsweredBy, ended.CallDuration)
	// Output: completed machine_start 5s
}

// The app fetches the recording of which it is told.
func ExampleRecordings() {
	t := new(testing.T)
	server := httptest.NewServer(voxtest.Recordings())
	defer server.Close()
	app := voxml.Response{voxml.Record{RecordingStatusCallback: "/recorded"}}

	call := voxtest.Call(t, app, "/voice", voxtest.RecordingsAt(server.URL))
	call.Record(3 * time.Second)
	call.HungUp()
	resp, err := server.Client().Get(call.Event().(*voxhook.Recording).RecordingURL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Header.Get("Content-Type"), resp.ContentLength, "bytes")
	// Output: audio/wav 24044 bytes
}

// A caller gives up after it has rung for a while.
func ExamplePhone_Wait() {
	t := new(testing.T)
	app := voxml.Response{voxml.Dial{Number: "+14025550111", Output: "desk"}}

	call := voxtest.Call(t, app, "/voice")
	call.Dials("+14025550111")
	call.Wait(8 * time.Second)
	call.CallerHangsUp()
	fmt.Println(call.Vars()["desk.status"], "after", call.Elapsed())
	// Output: canceled after 8s
}

// Clean fails a test for what Findings and Warnings return.
func ExamplePhone_Findings() {
	t := new(testing.T)
	app := voxml.Response{
		voxml.Say{Text: "Goodbye."},
		voxml.Hangup{},
		voxml.Say{Text: "Nobody hears this."},
	}

	call := voxtest.Call(t, app, "/voice")
	call.HungUp()
	for _, f := range call.Findings() {
		fmt.Println(f.Request, f.Rule, f.Path)
	}
	fmt.Println(len(call.Warnings()), "warnings")
	// Output:
	// POST http://example.com/voice unreachable Response[2].Say
	// 0 warnings
}

// A call from Omaha that has been here before.
func ExampleWebhook() {
	t := new(testing.T)
	app := menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)})

	call := voxtest.Call(t, app, "/voice/menu", voxtest.Webhook(voxhook.VoiceWebhook{
		Geo:  voxhook.Geo{FromCity: "OMAHA"},
		Vars: voxhook.Vars{"tries": "3"},
	}))
	call.Hears("We did not understand you. Goodbye.")
	call.HungUp()
	fmt.Println(call.Event().Webhook().FromPlace())
	// Output: OMAHA
}

// An app that fails once, and then answers.
func ExampleRetries() {
	t := new(testing.T)
	failed := false
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !failed {
			failed = true
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		voxml.Response{voxml.Say{Text: "Hello."}, voxml.Hangup{}}.ServeHTTP(w, r)
	})

	call := voxtest.Call(t, app, "/voice", voxtest.Retries(1))
	call.Hears("Hello.")
	call.HungUp()
	fmt.Println(call.Warnings()[0])
	// Output: POST http://example.com/voice: the app answered with status 503 Service Unavailable
}
