package voxhook_test

import (
	"context"
	"log"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// The samples of README.md, in the same order.

func ExampleHandler_firstServer() {
	http.Handle("/voice", &voxhook.Handler{
		OnIncomingCall: func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: "Thank you for calling."}, voxml.Hangup{}}, nil
		},
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func routes() http.Handler {
	mux := http.NewServeMux()
	voice := voxhook.Settings{Fallback: bye("Please call again later.")}
	mux.Handle("/voice", voice.OnIncomingCall(greet))
	mux.Handle("/voice/menu", voice.OnGather(menu))
	mux.Handle("/voice/dialed", voice.OnDial(dialed))
	return mux
}

func greet(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
	return ask("Thank you for calling.", 1), nil
}

func ask(first string, try int) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: first},
		voxml.Set{Output: "try", Value: strconv.Itoa(try)},
		voxml.Gather{
			Action: "/voice/menu", ActionOnEmptyResult: true, Output: "menu" + strconv.Itoa(try), Input: voxml.InputDTMFSpeech, NumDigits: 1,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "For sales, press 1 or say sales."}},
		},
	}
}

func menu(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
	try, _ := strconv.Atoi(input.Vars["try"])
	digits, speech := input.Input("menu" + input.Vars["try"])
	switch {
	case digits == "1" || strings.Contains(strings.ToLower(speech), "sales"):
		return voxml.Response{voxml.Dial{Number: "+14025550111", Action: "/voice/dialed", Output: "sales"}}, nil
	case try >= 3:
		return bye("We did not understand you. Goodbye."), nil
	}
	return ask("We did not understand you.", try+1), nil
}

func dialed(ctx context.Context, call *voxhook.DialResult) (voxml.Response, error) {
	if call.Status("sales").Answered() {
		return voxml.Response{voxml.Hangup{}}, nil
	}
	return bye("Nobody can take your call right now. Goodbye."), nil
}

func bye(text string) voxml.Response { return voxml.Response{voxml.Say{Text: text}, voxml.Hangup{}} }

func protected(mux http.Handler, key voxauth.Key, login voxauth.Login) http.Handler {
	app := &voxauth.Signed{
		Keys:  []voxauth.Key{key},
		Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
		Next:  &idempotency.Handler{Next: mux, ID: voxauth.DocumentID, Window: time.Minute},
	}
	return app
}

func TestSales(t *testing.T) {
	call := voxtest.Call(t, routes(), "/voice")
	call.StaySilent()
	call.Hears("We did not understand you.")
	call.Press("1")
	call.Dials("+14025550111").Busy()
	call.Hears("Nobody can take your call right now.")
	call.HungUp()
}

// No one else can send the webhooks of the protected sample.
func TestReadmeProtected(t *testing.T) {
	app := protected(routes(), voxauth.NewKey(), voxauth.Login{User: "voice", Password: "secret"})
	call := voxtest.Call(t, app, "/voice", voxtest.BasicAuth("voice", "secret"))
	call.Press("1")
	call.Dials("+14025550111").Busy()
	call.Hears("Nobody can take your call right now.")
	call.HungUp()
	call.Unforgeable()
}

// The sample works on each platform that voxtest simulates.
func TestReadmePlatforms(t *testing.T) {
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		call := dial(routes(), "/voice")
		call.StaySilent()
		call.Hears("We did not understand you.")
		call.Press("9")
		call.Hears("We did not understand you.")
		call.Interrupt("For sales, press 1", "1")
		call.Dials("+14025550111").Busy()
		call.Hears("Nobody can take your call right now.")
		call.HungUp()

		call = dial(routes(), "/voice")
		call.Press("9")
		call.StaySilent()
		call.Mumble(time.Second)
		call.Hears("We did not understand you. Goodbye.")
		call.HungUp()

		call = dial(routes(), "/voice")
		call.Say("Sales, please.")
		call.Dials("+14025550111").Talks(2 * time.Minute)
		call.HungUp()
	})
}

// TestReadmeEveryPath takes every path through the sample.
func TestReadmeEveryPath(t *testing.T) {
	m := voxtest.Explore(t, routes(), "/voice", voxtest.Routes("/voice", "/voice/menu", "/voice/dialed"))
	m.Clean()
	m.Within(10*time.Second, "/voice/dialed")
	if len(m.Findings()) > 0 {
		t.Error(m)
	}
}
