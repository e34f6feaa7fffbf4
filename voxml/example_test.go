package voxml_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

func Example() {
	doc := voxml.Response{
		voxml.Gather{
			Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "For sales, press 1."}},
		},
		voxml.Say{Text: "Goodbye."},
		voxml.Hangup{},
	}
	if _, err := doc.WriteTo(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <Response><Gather action="/voice/menu" numDigits="1" timeout="5"><Say>For sales, press 1.</Say></Gather><Say>Goodbye.</Say><Hangup/></Response>
}

func ExampleAnswer() {
	fmt.Println(voxml.Response{voxml.Answer{}, voxml.Say{Text: "You are through."}})
	// Output: <Response><Answer/><Say>You are through.</Say></Response>
}

func ExampleConnect() {
	fmt.Println(voxml.Response{
		voxml.Say{Text: "One moment, please."},
		voxml.Connect{Flow: voxml.Flow{ID: "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11"}},
	})
	// Output: <Response><Say>One moment, please.</Say><Connect><Flow>7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11</Flow></Connect></Response>
}

func ExampleFlow() {
	// Continue the Flow that sent the call here.
	fmt.Println(voxml.Response{
		voxml.Connect{Flow: voxml.Flow{ID: "7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11", Resume: true}},
	})
	// Output: <Response><Connect><Flow resume="true">7d1b0f0e-6f0c-4f5d-9a55-0d6b3f2a9c11</Flow></Connect></Response>
}

func ExampleDial() {
	fmt.Println(voxml.Response{voxml.Dial{
		Number: "+14025550100", Action: "/voice/dialed", Timeout: 20 * time.Second,
		Record: voxml.DialRecordFromAnswer,
	}})
	// Output: <Response><Dial action="/voice/dialed" timeout="20" record="record-from-answer">+14025550100</Dial></Response>
}

func ExampleNumber() {
	// Both phones ring. The first to answer gets the call.
	fmt.Println(voxml.Response{
		voxml.Dial{Nouns: []voxml.DialNoun{
			voxml.Number{Number: "+14025550101"},
			voxml.Number{Number: "+14025550102"},
		}},
	})
	// Output: <Response><Dial><Number>+14025550101</Number><Number>+14025550102</Number></Dial></Response>
}

func ExampleGather() {
	fmt.Println(voxml.Response{
		voxml.Gather{
			Action: "/voice/order", FinishOnKey: voxml.NoKey, Input: voxml.InputDTMFSpeech,
			NumDigits: 6, SpeechTimeout: voxml.Auto,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "What is your order number?"}},
		},
		voxml.Redirect{URL: "/voice"}, // there was no input
	})
	// Output:
	// <Response><Gather action="/voice/order" finishOnKey="" input="dtmf speech" numDigits="6" speechTimeout="auto"><Say>What is your order number?</Say></Gather><Redirect>/voice</Redirect></Response>
}

func ExampleHangup() {
	fmt.Println(voxml.Response{voxml.Say{Text: "Goodbye."}, voxml.Hangup{}})
	// Output: <Response><Say>Goodbye.</Say><Hangup/></Response>
}

func ExamplePause() {
	fmt.Println(voxml.Response{voxml.Pause{Length: 3 * time.Second}, voxml.Say{Text: "Hello?"}})
	// Output: <Response><Pause length="3"/><Say>Hello?</Say></Response>
}

func ExamplePay() {
	fmt.Println(voxml.Response{voxml.Pay{
		Action: "/voice/paid", ChargeAmount: "9.50", Description: "Invoice 17", NoPostalCode: true,
		ValidCardTypes: []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeMastercard},
	}})
	// Output:
	// <Response><Pay action="/voice/paid" chargeAmount="9.50" description="Invoice 17" postalCode="false" validCardTypes="visa mastercard"/></Response>
}

func ExamplePrompt() {
	fmt.Println(voxml.Response{
		voxml.Pay{Action: "/paid", MaxAttempts: 3, Nouns: []voxml.PayNoun{
			voxml.Prompt{
				For: voxml.PromptForSecurityCode, Attempt: []int{2, 3},
				ErrorType: []voxml.ErrorType{voxml.ErrorTypeInvalidSecurityCode},
				Verbs:     []voxml.PromptVerb{voxml.Say{Text: "That is not the code."}},
			},
		}},
	})
	// Output:
	// <Response><Pay action="/paid" maxAttempts="3"><Prompt for="security-code" attempt="2 3" errorType="invalid-security-code"><Say>That is not the code.</Say></Prompt></Pay></Response>
}

func ExampleParameter() {
	fmt.Println(voxml.Response{
		voxml.Pay{Action: "/paid", ChargeAmount: "20", Nouns: []voxml.PayNoun{
			voxml.Parameter{Name: "invoice", Value: "17"},
		}},
	})
	// Output: <Response><Pay action="/paid" chargeAmount="20"><Parameter name="invoice" value="17"/></Pay></Response>
}

func ExamplePlay() {
	fmt.Println(voxml.Response{voxml.Play{URL: "https://example.com/hold.mp3", Loop: 3}, voxml.Play{Digits: "1w2"}})
	// Output: <Response><Play loop="3">https://example.com/hold.mp3</Play><Play digits="1w2"/></Response>
}

func ExampleRecord() {
	fmt.Println(voxml.Response{
		voxml.Say{Text: "Your message, please."},
		voxml.Record{Action: "/voice/message", FinishOnKey: "#", MaxLength: 2 * time.Minute, NoBeep: true},
	})
	// Output:
	// <Response><Say>Your message, please.</Say><Record action="/voice/message" finishOnKey="#" maxLength="120" playBeep="false"/></Response>
}

func ExampleRedirect() {
	fmt.Println(voxml.Response{voxml.Redirect{URL: "/voice/closed?day=sunday&lang=en", Method: voxml.MethodGET}})
	// Output: <Response><Redirect method="GET">/voice/closed?day=sunday&amp;lang=en</Redirect></Response>
}

func ExampleReject() {
	fmt.Println(voxml.Response{voxml.Reject{Reason: voxml.RejectReasonBusy}})
	// Output: <Response><Reject reason="busy"/></Response>
}

func ExampleSay() {
	fmt.Println(voxml.Response{
		voxml.Say{Text: "Für Deutsch drücken Sie die Eins.", Voice: "Polly.Marlene", Language: "de-DE"},
	})
	// Output: <Response><Say voice="Polly.Marlene" language="de-DE">Für Deutsch drücken Sie die Eins.</Say></Response>
}

// Text is always escaped. Markup goes into SSML.
func ExampleSay_ssml() {
	fmt.Println(voxml.Response{
		voxml.Say{SSML: ssml.Speech{
			ssml.Text("Tom & Jerry"),
			ssml.Break{Time: time.Second},
			ssml.Text("are <here>."),
		}},
	})
	// Output: <Response><Say>Tom &amp; Jerry<break time="1s"/>are &lt;here&gt;.</Say></Response>
}

func ExampleSet() {
	fmt.Println(voxml.Response{
		voxml.Set{Output: "language", Value: "fr"},
		voxml.Redirect{URL: "/voice"}, // the request contains the variable
	})
	// Output: <Response><Set output="language">fr</Set><Redirect>/voice</Redirect></Response>
}

func ExampleUnset() {
	fmt.Println(voxml.Response{voxml.Unset{Output: "language"}})
	// Output: <Response><Unset output="language"/></Response>
}

func ExampleIf() {
	fmt.Println(voxml.Response{
		voxml.Gather{Output: "menu", NumDigits: 1},
		voxml.If{
			Expression: voxml.Var("menu.digits").Equal("1"),
			Verbs:      []voxml.Verb{voxml.Dial{Number: "+14025550100"}},
		},
	})
	// Output:
	// <Response><Gather numDigits="1" output="menu"/><If expression="${menu.digits}==&quot;1&quot;"><Dial>+14025550100</Dial></If></Response>
}

func ExampleDo() {
	fmt.Println(voxml.Response{voxml.Do{
		Expression: voxml.Var("pin.digits").Equal(""), MaxLoops: 3,
		Verbs: []voxml.Verb{
			voxml.Gather{Output: "pin", NumDigits: 4, Verbs: []voxml.GatherVerb{voxml.Say{Text: "Your PIN?"}}},
		},
	}})
	// Output:
	// <Response><Do expression="${pin.digits}==&quot;&quot;" maxLoops="3"><Gather numDigits="4" output="pin"><Say>Your PIN?</Say></Gather></Do></Response>
}

// An Element can be a verb that this package has no type for.
func ExampleElement() {
	fmt.Println(voxml.Response{voxml.Element{
		Name:     "Conference",
		Attrs:    voxml.Attrs{{Name: "muted", Value: "true"}},
		Children: []voxml.Node{voxml.Text("Room 1")},
	}})
	// Output: <Response><Conference muted="true">Room 1</Conference></Response>
}

// Attrs can have an attribute that this package has no field for.
func ExampleAttrs() {
	fmt.Println(voxml.Response{
		voxml.Gather{NumDigits: 1, Attrs: voxml.Attrs{{Name: "hints", Value: "sales, support"}}},
	})
	// Output: <Response><Gather numDigits="1" hints="sales, support"/></Response>
}

func ExampleResponse_AppendXML() {
	buf := make([]byte, 0, 1024) // reused for many documents
	buf, err := voxml.Response{voxml.Say{Text: "Goodbye."}}.AppendXML(buf[:0])
	fmt.Println(string(buf), err)
	// Output: <Response><Say>Goodbye.</Say></Response> <nil>
}

func ExampleResponse_WriteTo() {
	n, err := voxml.Response{voxml.Hangup{}}.WriteTo(os.Stdout)
	fmt.Println("", n, err)
	// Output: <Response><Hangup/></Response> 30 <nil>
}

func ExampleResponse_String() {
	fmt.Println(voxml.Response{voxml.Hangup{}}.String())
	// Output: <Response><Hangup/></Response>
}

// A document that is the same for every call can be used as a handler.
func ExampleResponse_ServeHTTP() {
	mux := http.NewServeMux()
	mux.Handle("POST /voice/closed", voxml.Response{voxml.Say{Text: "We are closed."}, voxml.Hangup{}})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/voice/closed", nil))
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Println(w.Body)
	// Output:
	// 200 application/xml
	// <Response><Say>We are closed.</Say><Hangup/></Response>
}

func ExampleError() {
	_, err := voxml.Response{voxml.Hangup{}, voxml.Gather{Timeout: 5}}.AppendXML(nil) // five nanoseconds
	fmt.Println(err)

	var e *voxml.Error
	if errors.As(err, &e) {
		fmt.Println(e.Path)
	}
	// Output:
	// voxml: Response[1].Gather.timeout: 5ns is not a whole number of seconds
	// Response[1].Gather.timeout
}
