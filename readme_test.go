package voxhook_test

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
	"github.com/voxhook/voxhook/voxtest"
)

// The samples of the README, in its order.

func ExampleHandler_firstServer() {
	http.Handle("/voice", &voxhook.Handler{
		OnIncomingCall: func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{
				voxml.Say{Text: "Thank you for calling."},
				voxml.Hangup{},
			}, nil
		},
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func greet(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
	return voxml.Response{
		voxml.Gather{
			Action: "/voice/menu", ActionOnEmptyResult: true,
			Input: voxml.InputDTMFSpeech, NumDigits: 1, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "For sales, press 1 or say sales."}},
		},
	}, nil
}

func menu(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
	if input.Digits == "1" || strings.Contains(strings.ToLower(input.SpeechResult), "sales") {
		return voxml.Response{voxml.Dial{Number: "+14025550111"}}, nil
	}
	return voxml.Response{voxml.Say{Text: "I did not get that."}, voxml.Redirect{URL: "/voice"}}, nil
}

func language(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
	chosen := voxml.Var("lang.digits").Match("^[12]$")
	return voxml.Response{
		voxml.Do{Expression: chosen.Not(), MaxLoops: 3, Verbs: []voxml.Verb{
			voxml.Gather{Output: "lang", NumDigits: 1, Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "For English, press 1."},
				voxml.Say{Text: "Para español, marque dos.", Language: "es-US"},
			}},
		}},
		voxml.If{Expression: voxml.Var("lang.digits").Equal("2"), Verbs: []voxml.Verb{voxml.Redirect{URL: "/voice/es"}}},
		voxml.Say{SSML: ssml.Speech{ssml.Text("Welcome."), ssml.Break{Time: time.Second}}},
		voxml.Redirect{URL: "/voice"},
	}, nil
}

func ended(ctx context.Context, call *voxhook.StatusChange) error {
	slog.Info("call ended", "call", call.CallSid, "status", call.CallStatus, "took", call.CallDuration)
	return nil
}

func recorded(ctx context.Context, rec *voxhook.Recording) error {
	if rec.RecordingStatus != voxml.RecordingStatusCompleted {
		return nil
	}
	return store(ctx, rec.RecordingURL) // an error is answered with 500, so the notification comes again
}

func store(ctx context.Context, _ string) error { return ctx.Err() }

func TestSales(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
	mux.Handle("/voice/menu", &voxhook.Handler{OnGather: menu})

	call := voxtest.Call(t, mux, "/voice")
	call.StaySilent()
	call.Hears("I did not get that.")
	call.Hears("For sales, press 1")
	call.Press("1")
	call.Dials("+14025550111").Answers(2 * time.Minute)
	call.HungUp()
}

func TestReadmeCallbacks(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
	mux.Handle("/voice/menu", &voxhook.Handler{OnGather: menu})
	mux.Handle("/voice/language", &voxhook.Handler{OnIncomingCall: language})
	mux.Handle("/voice/status", &voxhook.Handler{OnStatusChange: ended})
	mux.Handle("/voice/recording", &voxhook.Handler{OnRecording: recorded})
	for _, tt := range []struct {
		target string
		status int
		holds  string
	}{
		{"/voice?CallSid=1", 200, `action="/voice/menu"`},
		{"/voice/menu?CallSid=1&SpeechResult=The+sales+desk,+please.", 200, "+14025550111"},
		{"/voice/menu?CallSid=1", 200, "<Redirect>/voice</Redirect>"},
		{"/voice/language?CallSid=1", 200, `<Do expression="${lang.digits}!~&quot;^[12]$&quot;" maxLoops="3">`},
		{"/voice/status?CallSid=1&CallStatus=completed&CallDuration=61", 204, ""},
		{"/voice/recording?CallSid=1&RecordingStatus=completed&RecordingUrl=https://example.com/r.wav", 204, ""},
	} {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest("GET", tt.target, nil))
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.holds) {
			t.Errorf("%s: %d %s", tt.target, rec.Code, rec.Body)
		}
	}
}
