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

// exampleKey is public. Create your own key with NewKey.
var exampleKey, _ = voxauth.ParseKey("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

// hideTokens hides tokens, which differ in every run.
func hideTokens(text string) string {
	return regexp.MustCompile(`vh=[\w-]+`).ReplaceAllString(text, "vh=…")
}

// post sends a form to an app and returns the answer.
func post(app http.Handler, target, form string) *httptest.ResponseRecorder {
	return serve(app, request("POST", target, form))
}

// phoneMenu asks for a key and repeats it.
var phoneMenu = voxhook.Handler{
	OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{Action: "/voice/menu", NumDigits: 1}}, nil
	},
	OnGather: func(ctx context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		fmt.Println("authenticated call:", voxauth.Call(ctx))
		return voxml.Response{voxml.Say{Text: "You pressed " + input.Digits + "."}}, nil
	},
}

// A phone menu whose second URL needs a token.
func ExampleSigned() {
	app := &voxauth.Signed{
		Next:     &phoneMenu,
		Keys:     []voxauth.Key{exampleKey},
		Entry:    map[string]voxauth.Check{"/voice": voxauth.Open}, // better: voxauth.Basic
		ErrorLog: slog.New(slog.DiscardHandler),
	}
	first := post(app, "/voice", "CallSid=c1&CallStatus=ringing").Body.String()
	fmt.Println(hideTokens(first))
	action := strings.Split(first, `"`)[1]
	fmt.Println("with its token:", post(app, action, "CallSid=c1&Digits=7").Body)
	fmt.Println("without it:", post(app, "/voice/menu", "CallSid=c1&Digits=7").Code)
	fmt.Println("from another call:", post(app, action, "CallSid=c2&Digits=7").Code)
	// Output:
	// <Response><Gather action="/voice/menu?vh=…" numDigits="1"/></Response>
	// authenticated call: c1
	// with its token: <Response><Say>You pressed 7.</Say></Response>
	// without it: 403
	// from another call: 403
}

// The first webhook of a call needs a login; all others need a token.
func ExampleSigned_login() {
	mux := http.NewServeMux()
	key, login := exampleKey, voxauth.Login{User: "voice", Password: "a long random password"}
	app := &voxauth.Signed{
		Next:  mux,
		Keys:  []voxauth.Key{key},
		Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
	}
	app.ErrorLog = slog.New(slog.DiscardHandler)
	fmt.Println(post(app, "/voice", "CallSid=c1&CallStatus=ringing").Code)
	// Output: 401
}

// A URL for the portal that needs no login.
func ExampleSigned_URL() {
	app := &voxauth.Signed{Next: &phoneMenu, Keys: []voxauth.Key{exampleKey}}
	url, err := app.URL("https://example.com/voice?lang=en", 365*24*time.Hour)
	fmt.Println(hideTokens(url), err)
	fmt.Println(post(app, url, "CallSid=c1&CallStatus=ringing").Code)
	// Output:
	// https://example.com/voice?lang=en&vh=… <nil>
	// 200
}

// All URLs of a document have the same ID. Use the function as the ID of an
// idempotency.Handler.
func ExampleDocumentID() {
	first := ""
	app := &voxauth.Signed{Keys: []voxauth.Key{exampleKey}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}}
	app.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, ok := voxauth.DocumentID(r)
		if first == "" {
			first = id
		}
		fmt.Println(r.URL.Path, ok, ok && id == first)
		voxml.Response{voxml.Record{Action: "/recorded", RecordingStatusCallback: "/recording"}}.ServeHTTP(w, r)
	})
	urls := strings.Split(post(app, "/voice", "CallSid=c1&CallStatus=ringing").Body.String(), `"`)
	post(app, urls[1], "CallSid=c1&RecordingDuration=12")
	post(app, urls[3], "CallSid=c1&RecordingStatus=completed")
	// Output:
	// /voice false false
	// /recorded true true
	// /recording true true
}

// A sender can put any CallSid into a request. Call returns the one that the
// token proves.
func ExampleCall() {
	app := &voxauth.Signed{Next: &phoneMenu, Keys: []voxauth.Key{exampleKey}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}}
	action := strings.Split(post(app, "/voice", "CallSid=c1").Body.String(), `"`)[1]
	post(app, action, "CallSid=c1&Digits=1")
	// Output: authenticated call: c1
}

// While a password changes, both logins are accepted.
func ExampleBasic() {
	check := voxauth.Basic(
		voxauth.Login{User: "voice", Password: "new password"},
		voxauth.Login{User: "voice", Password: "old password"},
	)
	for _, password := range []string{"new password", "old password", "guess"} {
		r := httptest.NewRequest("POST", "/voice", nil)
		r.SetBasicAuth("voice", password)
		fmt.Println(check(r) == nil)
	}
	// Output:
	// true
	// true
	// false
}

// A custom Check around a route that uses no tokens.
func ExampleRequire() {
	app := voxauth.Require(func(r *http.Request) error {
		if r.Header.Get("X-Internal") != "1" {
			return errors.New("not from the internal network") // must not quote the request
		}
		return nil
	}, &phoneMenu)
	fmt.Println(post(app, "/voice", "CallSid=c1").Code)
	// Output: 403
}

// A program behind a proxy that already checks the login.
func ExampleOpen() {
	entry := map[string]voxauth.Check{"/voice": voxauth.Open}
	app := voxauth.Signed{Next: &phoneMenu, Keys: []voxauth.Key{exampleKey}, Entry: entry}
	fmt.Println(post(&app, "/voice", "CallSid=c1").Code)
	// Output: 200
}

// Key.Text is for a file that only the program can read.
func ExampleNewKey() {
	key := voxauth.NewKey()
	fmt.Println(key, len(key.Text()))
	// Output: voxauth.Key(hidden) 64
}

// The text of a key comes from a file or from the environment.
func ExampleParseKey() {
	_, err := voxauth.ParseKey("a password")
	fmt.Println(err)
	// Output: voxauth: a key is 32 bytes in hex or base64
}
