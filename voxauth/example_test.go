package voxauth_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// exampleKey is a key that everyone can read. Make your own with NewKey.
var exampleKey, _ = voxauth.ParseKey("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

// hideTokens makes the output of examples the same in every run.
func hideTokens(text string) string {
	return regexp.MustCompile(`vh=[\w-]+`).ReplaceAllString(text, "vh=…")
}

// post sends a form to an app and returns the answer.
func post(app http.Handler, target, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

// greet asks for a key.
func greet(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
	return voxml.Response{voxml.Gather{Action: "/voice/menu", NumDigits: 1}}, nil
}

// A phone menu whose second URL only the platform can request.
func ExampleSigned() {
	mux := http.NewServeMux()
	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
	mux.Handle("/voice/menu", &voxhook.Handler{OnGather: func(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "You pressed " + input.Digits + "."}}, nil
	}})
	app := &voxauth.Signed{
		Next:     mux,
		Keys:     []voxauth.Key{exampleKey},
		Entry:    map[string]voxauth.Check{"/voice": voxauth.Open}, // better: voxauth.Basic
		ErrorLog: slog.New(slog.DiscardHandler),
	}

	first := post(app, "/voice", "CallSid=c1&CallStatus=ringing").Body.String()
	fmt.Println(hideTokens(first))
	action := strings.Split(first, `"`)[1]
	fmt.Println("with its token:", post(app, action, "CallSid=c1&Digits=7").Body)
	fmt.Println("without:", post(app, "/voice/menu", "CallSid=c1&Digits=7").Code)
	fmt.Println("another call:", post(app, action, "CallSid=c2&Digits=7").Code)
	// Output:
	// <Response><Gather action="/voice/menu?vh=…" numDigits="1"/></Response>
	// with its token: <Response><Say>You pressed 7.</Say></Response>
	// without: 403
	// another call: 403
}

// The first webhook of a call needs a login, all others a token.
func ExampleSigned_login() {
	mux := http.NewServeMux()
	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
	key := exampleKey
	login := voxauth.Login{User: "voice", Password: "a long random password"}

	app := &voxauth.Signed{
		Next:  mux,
		Keys:  []voxauth.Key{key},
		Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
	}

	app.ErrorLog = slog.New(slog.DiscardHandler)
	fmt.Println(post(app, "/voice", "CallSid=c1&CallStatus=ringing").Code)
	// Output: 401
}

// A URL for the portal, which is let in without a login.
func ExampleSigned_URL() {
	app := &voxauth.Signed{Next: &voxhook.Handler{OnIncomingCall: greet}, Keys: []voxauth.Key{exampleKey}}
	url, err := app.URL("https://example.com/voice?lang=en", 365*24*time.Hour)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(hideTokens(url))
	fmt.Println(post(app, url, "CallSid=c1&CallStatus=ringing").Code)
	// Output:
	// https://example.com/voice?lang=en&vh=…
	// 200
}

// signedMenu is a Signed around one Handler. It sends the first webhook of the
// call c1 and returns the URL of the Gather that answers it.
func signedMenu(next http.Handler) (app *voxauth.Signed, action string) {
	app = &voxauth.Signed{Next: next, Keys: []voxauth.Key{exampleKey}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}}
	first := post(app, "/voice", "CallSid=c1&CallStatus=ringing").Body.String()
	return app, strings.Split(first, `"`)[1]
}

// All URLs of a document have the same ID. Package idempotency takes the
// function as its ID.
func ExampleDocumentID() {
	document := voxml.Response{voxml.Record{Action: "/recorded", RecordingStatusCallback: "/recording"}}
	first := ""
	app := &voxauth.Signed{Keys: []voxauth.Key{exampleKey}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}}
	app.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := voxauth.DocumentID(r)
		if first == "" {
			first = id
		}
		fmt.Println(r.URL.Path, ok, ok && id == first)
		document.ServeHTTP(w, r)
	})
	urls := strings.Split(post(app, "/voice", "CallSid=c1&CallStatus=ringing").Body.String(), `"`)
	post(app, urls[1], "CallSid=c1&RecordingDuration=12")
	post(app, urls[1], "CallSid=c1&RecordingDuration=12")
	post(app, urls[3], "CallSid=c1&RecordingStatus=completed")
	// Output:
	// /voice false false
	// /recorded true true
	// /recorded true true
	// /recording true true
}

// The CallSid of a request is what its sender says. Call is what the token
// says.
func ExampleCall() {
	app, action := signedMenu(&voxhook.Handler{
		OnIncomingCall: greet,
		OnGather: func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
			fmt.Println("authenticated call:", voxauth.Call(ctx))
			return voxml.Response{voxml.Hangup{}}, nil
		},
	})
	post(app, action, "CallSid=c1&Digits=1")
	// Output: authenticated call: c1
}

// Two logins while the password changes.
func ExampleBasic() {
	check := voxauth.Basic(
		voxauth.Login{User: "voice", Password: "new password"},
		voxauth.Login{User: "voice", Password: "old password"},
	)
	for _, password := range []string{"new password", "old password", "guess"} {
		r := httptest.NewRequest("POST", "/voice", nil)
		r.SetBasicAuth("voice", password)
		fmt.Println(check(r))
	}
	// Output:
	// <nil>
	// <nil>
	// voxauth: there is no valid login: enter https://USER:PASSWORD@HOST/PATH in the platform's portal, with a login given to Basic; if the platform sends no login, enter a URL made by Signed.URL
}

// A check of your own, around a route that needs no tokens.
func ExampleRequire() {
	check := func(r *http.Request) error {
		if r.Header.Get("X-Internal") != "1" {
			return errors.New("not from the internal network") // must not quote the request
		}
		return nil
	}
	app := voxauth.Require(check, &voxhook.Handler{OnIncomingCall: greet})
	fmt.Println(post(app, "/voice", "CallSid=c1").Code)
	// Output: 403
}

// A program whose proxy checks the login already.
func ExampleOpen() {
	app := voxauth.Signed{
		Next:  &voxhook.Handler{OnIncomingCall: greet},
		Keys:  []voxauth.Key{exampleKey},
		Entry: map[string]voxauth.Check{"/voice": voxauth.Open},
	}
	fmt.Println(post(&app, "/voice", "CallSid=c1").Code)
	// Output: 200
}

// A new key, for a file that only the program can read.
func ExampleNewKey() {
	key := voxauth.NewKey()
	fmt.Println(len(key.Text()))
	fmt.Println(key) // never the bytes
	// Output:
	// 64
	// voxauth.Key(hidden)
}

// Keys come from a file or from the environment.
func ExampleParseKey() {
	key, err := voxauth.ParseKey("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
	fmt.Println(key, err)
	_, err = voxauth.ParseKey("a password")
	fmt.Println(err)
	// Output:
	// voxauth.Key(hidden) <nil>
	// voxauth: a key is 32 bytes in hex or base64
}
