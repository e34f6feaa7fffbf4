package voxhook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// receive acts as the platform: it sends a webhook to h and prints the answer.
func receive(h http.Handler, form string) {
	r := httptest.NewRequest("POST", "/voice", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Println(rec.Code, strings.TrimSpace(rec.Body.String()))
}

// A first server: it greets the caller and hangs up.
func Example() {
	mux := http.NewServeMux()
	mux.Handle("/voice", &voxhook.Handler{
		OnIncomingCall: func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: "Hello."}, voxml.Hangup{}}, nil
		},
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	// The platform sends a form, by POST.
	resp, err := http.PostForm(server.URL+"/voice", url.Values{"CallSid": {"1"}, "From": {"+14025550100"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.Status, string(body))
	// Output: 200 OK <Response><Say>Hello.</Say><Hangup/></Response>
}

// Each URL has its own Handler.
func ExampleHandler() {
	mux := http.NewServeMux()
	mux.Handle("/voice", &voxhook.Handler{
		OnIncomingCall: func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Gather{Action: "/voice/menu", NumDigits: 1}}, nil
		},
	})
	mux.Handle("/voice/menu", &voxhook.Handler{
		OnGather: func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: "You pressed " + input.Digits + "."}}, nil
		},
	})

	for _, target := range []string{"/voice?CallSid=1", "/voice/menu?CallSid=1&Digits=1"} {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest("GET", target, nil))
		fmt.Println(rec.Body)
	}
	// Output:
	// <Response><Gather action="/voice/menu" numDigits="1"/></Response>
	// <Response><Say>You pressed 1.</Say></Response>
}

func ExampleHandler_onIncomingCall() {
	h := voxhook.Settings{}.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "How is the weather in " + call.FromCity + "?"}}, nil
	})
	receive(h, "CallSid=1&CallStatus=ringing&FromCity=OMAHA")
	// Output: 200 <Response><Say>How is the weather in OMAHA?</Say></Response>
}

func ExampleHandler_onDial() {
	h := voxhook.Settings{}.OnDial(func(ctx context.Context, call *voxhook.DialResult) (voxml.Response, error) {
		if call.DialCallStatus == voxhook.DialStatusCompleted {
			return voxml.Response{voxml.Hangup{}}, nil
		}
		return voxml.Response{voxml.Say{Text: "Nobody is there."}, voxml.Redirect{URL: "/voice/message"}}, nil
	})
	receive(h, "CallSid=1&DialCallStatus=no-answer")
	receive(h, "CallSid=1&DialCallStatus=completed&DialCallDuration=61")
	// Output:
	// 200 <Response><Say>Nobody is there.</Say><Redirect>/voice/message</Redirect></Response>
	// 200 <Response><Hangup/></Response>
}

func ExampleHandler_onGather() {
	h := voxhook.Settings{}.OnGather(func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		if input.Digits == "" { // no input
			return voxml.Response{voxml.Redirect{URL: "/voice"}}, nil
		}
		return voxml.Response{voxml.Say{Text: "You pressed " + input.Digits + "."}}, nil
	})
	receive(h, "CallSid=1&Digits=7")
	receive(h, "CallSid=1")
	// Output:
	// 200 <Response><Say>You pressed 7.</Say></Response>
	// 200 <Response><Redirect>/voice</Redirect></Response>
}

func ExampleHandler_onRecord() {
	h := voxhook.Settings{}.OnRecord(func(ctx context.Context, rec *voxhook.RecordResult) (voxml.Response, error) {
		fmt.Println("message:", rec.RecordingURL, rec.RecordingDuration)
		return voxml.Response{voxml.Say{Text: "Thank you."}, voxml.Hangup{}}, nil
	})
	receive(h, "CallSid=1&RecordingUrl=https://example.com/r.wav&RecordingDuration=12")
	// Output:
	// message: https://example.com/r.wav 12s
	// 200 <Response><Say>Thank you.</Say><Hangup/></Response>
}

func ExampleHandler_onPay() {
	h := voxhook.Settings{}.OnPay(func(ctx context.Context, pay *voxhook.PayResult) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Your receipt is " + pay.PaymentConfirmationCode + "."}}, nil
	})
	receive(h, "CallSid=1&Result=success&PaymentConfirmationCode=A17")
	// Output: 200 <Response><Say>Your receipt is A17.</Say></Response>
}

// One callback for the results of all verbs.
func ExampleHandler_onVerbAction() {
	h := voxhook.Settings{}.OnVerbAction(func(ctx context.Context, result voxhook.VerbAction) (voxml.Response, error) {
		fmt.Printf("%T of call %s\n", result, result.Webhook().CallSid)
		return voxml.Response{voxml.Redirect{URL: "/voice"}}, nil
	})
	receive(h, "CallSid=1&Digits=7")
	receive(h, "CallSid=2&DialCallStatus=busy")
	// Output:
	// *voxhook.GatherResult of call 1
	// 200 <Response><Redirect>/voice</Redirect></Response>
	// *voxhook.DialResult of call 2
	// 200 <Response><Redirect>/voice</Redirect></Response>
}

// A notification needs no document.
func ExampleHandler_onStatusChange() {
	h := voxhook.Settings{}.OnStatusChange(func(ctx context.Context, call *voxhook.StatusChange) error {
		fmt.Println("call", call.CallSid, call.CallStatus)
		return nil
	})
	receive(h, "CallSid=1&CallStatus=no-answer&Direction=outbound-api")
	// Output:
	// call 1 no-answer
	// 204
}

func ExampleHandler_onRecording() {
	h := voxhook.Settings{}.OnRecording(func(ctx context.Context, rec *voxhook.Recording) error {
		if rec.RecordingStatus == voxml.RecordingStatusCompleted {
			fmt.Println("fetch", rec.RecordingURL)
		}
		return nil
	})
	receive(h, "CallSid=1&RecordingStatus=completed&RecordingUrl=https://example.com/r.wav")
	// Output:
	// fetch https://example.com/r.wav
	// 204
}

func ExampleHandler_onPayProgress() {
	h := voxhook.Settings{}.OnPayProgress(func(ctx context.Context, step *voxhook.PayProgress) error {
		fmt.Println(step.For, "attempt", step.Attempt, step.ErrorType)
		return nil
	})
	receive(h, "CallSid=1&For=security-code&Attempt=2&ErrorType=invalid-security-code")
	// Output:
	// security-code attempt 2 invalid-security-code
	// 204
}

// OnEvent receives the events that no other callback handles.
func ExampleHandler_onEvent() {
	h := &voxhook.Handler{
		OnIncomingCall: hello,
		OnEvent: func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
			fmt.Printf("%T\n", ev)
			return nil, nil
		},
	}
	receive(h, "CallSid=1")
	receive(h, "CallSid=1&CallStatus=completed&CallDuration=5")
	// Output:
	// 200 <Response><Say>Hello.</Say></Response>
	// *voxhook.StatusChange
	// 204
}

func ExampleParse() {
	r := httptest.NewRequest("GET", "/voice?CallSid=1&From=%2B14025550100&Digits=42", nil)
	ev, err := voxhook.Parse(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	switch ev := ev.(type) {
	case *voxhook.IncomingCall:
		fmt.Println("call from", ev.From)
	case *voxhook.GatherResult:
		fmt.Println("digits", ev.Digits, "from", ev.From)
	case voxhook.VerbAction:
		fmt.Println("another verb's result")
	case *voxhook.StatusChange, *voxhook.Recording, *voxhook.PayProgress:
		fmt.Println("notification")
	}
	// Output: digits 42 from +14025550100
}

func ExampleDecode() {
	r := httptest.NewRequest("GET", "/voice?CallSid=1&From=%2B14025550100&Direction=inbound&FromCity=OMAHA&team=blue", nil)
	w, err := voxhook.Decode(r)
	if err != nil {
		fmt.Println(voxhook.StatusCode(err), err)
		return
	}
	fmt.Println(w.CallSid, w.From, w.Direction, w.FromCity, w.Params.Get("team"))
	// Output: 1 +14025550100 inbound OMAHA blue
}

func ExampleRequestFrom() {
	mux := http.NewServeMux()
	mux.Handle("/voice/{team}", hidden.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "This is " + voxhook.RequestFrom(ctx).PathValue("team") + "."}}, nil
	}))
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, httptest.NewRequest("GET", "/voice/sales?CallSid=1", nil))
	fmt.Println(rec.Body)
	// Output: <Response><Say>This is sales.</Say></Response>
}

func ExampleParams_Get() {
	params := voxhook.Params{{Name: "CallSid", Value: "1"}, {Name: "team", Value: "blue"}, {Name: "team", Value: "red"}}
	fmt.Println(params.Get("team"), params.Values()["team"])
	// Output: red [blue red]
}

func ExampleStatusCode() {
	_, err := voxhook.Parse(httptest.NewRequest("DELETE", "/voice", nil))
	fmt.Println(voxhook.StatusCode(err), err)
	// Output: 405 voxhook: method is neither GET nor POST
}

func ExampleVars() {
	query := url.Values{"CallSid": {"1"}, "Vars": {`{"tries":"2","menu":{"digits":"7"}}`}}
	w, err := voxhook.Decode(httptest.NewRequest("GET", "/voice?"+query.Encode(), nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Vars["tries"], w.Vars["menu.digits"])
	// Output: 2 7
}

func ExampleGeo_FromPlace() {
	geo := voxhook.Geo{FromCity: "OMAHA", FromState: "NE", FromZip: "68102", FromCountry: "US"}
	fmt.Println(geo.FromPlace())
	// Output: OMAHA, NE 68102, US
}

func ExampleParamError() {
	ev, err := voxhook.Parse(httptest.NewRequest("GET", "/voice?CallSid=1&Digits=7&Confidence=high", nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ev.Webhook().Invalid[0])
	// Output: voxhook: parameter Confidence is not a finite decimal number
}

func ExamplePanicError() {
	voice := voxhook.Settings{
		FallbackFunc: func(ctx context.Context, ev voxhook.Event, err error) voxml.Response {
			var p *voxhook.PanicError
			if errors.As(err, &p) {
				fmt.Println("panic:", p.Value)
			}
			return voxml.Response{voxml.Say{Text: "Please call again later."}}
		},
		ErrorLog: slog.New(slog.DiscardHandler),
	}
	receive(voice.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		panic("no menu")
	}), "CallSid=1")
	// Output:
	// panic: no menu
	// 200 <Response><Say>Please call again later.</Say></Response>
}

// The documented way in which the platform reports input is a variable.
func ExampleGatherResult_Input() {
	menu := &voxhook.Handler{OnGather: func(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
		digits, speech := e.Input("menu")
		fmt.Printf("digits %q, speech %q\n", digits, speech)
		return voxml.Response{voxml.Hangup{}}, nil
	}}
	receive(menu, "CallSid=1&Digits=1")
	receive(menu, `CallSid=1&Vars={"menu":{"speech":"Sales."}}`)
	// Output:
	// digits "1", speech ""
	// 200 <Response><Hangup/></Response>
	// digits "", speech "Sales."
	// 200 <Response><Hangup/></Response>
}

func ExampleDialResult_Status() {
	dialed := &voxhook.Handler{OnDial: func(ctx context.Context, e *voxhook.DialResult) (voxml.Response, error) {
		if e.Status("sales").Answered() {
			return voxml.Response{voxml.Hangup{}}, nil
		}
		return voxml.Response{voxml.Say{Text: "Nobody can take your call."}}, nil
	}}
	receive(dialed, `CallSid=1&Vars={"sales":{"status":"no-answer"}}`)
	receive(dialed, "CallSid=1&DialCallStatus=completed")
	// Output:
	// 200 <Response><Say>Nobody can take your call.</Say></Response>
	// 200 <Response><Hangup/></Response>
}

// SetVars stores a struct in the variables of the call. The next webhook brings
// it back.
func ExampleSetVars() {
	type state struct {
		Tries    int    `schema:"tries"`
		Language string `schema:"language"`
	}
	doc, err := voxhook.SetVars(state{Tries: 2, Language: "es-US"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(append(doc, voxml.Redirect{URL: "/voice"}))

	var s state
	err = voxhook.Vars{"tries": "2", "language": "es-US"}.Bind(&s)
	fmt.Println(s, err)
	// Output:
	// <Response><Set output="tries">2</Set><Set output="language">es-US</Set><Redirect>/voice</Redirect></Response>
	// {2 es-US} <nil>
}

func ExampleVoiceWebhook_Withheld() {
	for _, from := range []string{"+14025550100", "Restricted", ""} {
		call := voxhook.IncomingCall{VoiceWebhook: voxhook.VoiceWebhook{From: from}}
		fmt.Println(call.Withheld())
	}
	// Output:
	// false
	// true
	// true
}

func ExampleAnsweredBy_Human() {
	for _, by := range []voxhook.AnsweredBy{"human_business", "machine_end_beep", "fax"} {
		fmt.Println(by, by.Human(), by.Machine())
	}
	// Output:
	// human_business true false
	// machine_end_beep false true
	// fax false false
}

func ExampleKindFor() {
	fmt.Println(voxhook.KindFor(voxml.UseGatherAction))
	// Output: GatherResult
}

// Routes share their settings. Each route names a URL, a kind and a callback.
// If a callback fails, the caller hears the Fallback.
func ExampleSettings() {
	voice := voxhook.Settings{
		Fallback: voxml.Response{voxml.Say{Text: "Please call again later."}},
		ErrorLog: slog.New(slog.DiscardHandler),
	}
	mux := http.NewServeMux()
	mux.Handle("/voice", voice.OnIncomingCall(func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{Action: "/voice/menu", NumDigits: 1}}, nil
	}))
	mux.Handle("/voice/menu", voice.OnGather(func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		return nil, errors.New("the database is down")
	}))
	for _, target := range []string{"/voice?CallSid=1", "/voice/menu?CallSid=1&Digits=1"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 <Response><Gather action="/voice/menu" numDigits="1"/></Response>
	// 200 <Response><Say>Please call again later.</Say></Response>
}

func ExampleKinds() {
	for _, kind := range voxhook.Kinds() {
		if !kind.WantsDocument() {
			fmt.Println(kind)
		}
	}
	// Output:
	// StatusChange
	// Recording
	// PayProgress
}
