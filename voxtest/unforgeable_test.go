package voxtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// signable is an app with every use of a URL.
func signable() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/recording", &voxhook.Handler{OnRecording: func(context.Context, *voxhook.Recording) error { return nil }})
	mux.Handle("/status", &voxhook.Handler{OnStatusChange: func(context.Context, *voxhook.StatusChange) error { return nil }})
	mux.Handle("/", app(map[string]voxml.Response{
		"/voice": {voxml.Gather{Action: "/menu?lang=en", NumDigits: 1, Output: "a", ActionOnEmptyResult: true, Verbs: []voxml.GatherVerb{say("Press 1.")}}},
		"/menu":  {voxml.Record{Action: "/recorded", RecordingStatusCallback: "/recording"}},
		"/recorded": {voxml.Dial{Action: "/dialed", Nouns: []voxml.DialNoun{
			voxml.Number{Number: "+14025550111", URL: "/leg"},
		}}},
		"/leg":    {say("A call for you.")},
		"/dialed": {say("Goodbye."), voxml.Hangup{}},
	}))
	return mux
}

func playSignable(call *voxtest.Phone) {
	call.Press("1")
	call.Record(5 * time.Second)
	call.Dials("+14025550111").Talks(time.Minute)
	call.HungUp()
}

func signed(next http.Handler, check voxauth.Check) *voxauth.Signed {
	return &voxauth.Signed{
		Next: next, Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/voice": check, "/status": check},
		ErrorLog: slog.New(slog.DiscardHandler),
	}
}

// All webhooks except the first have a token, and no transcript shows it.
func TestUnforgeable(t *testing.T) {
	login := voxauth.Login{User: "voice", Password: "s3cret"}
	options := []voxtest.Option{{}, voxtest.GET(), voxtest.Outbound("/status")}
	for seed := range uint64(10) { // the first webhook has no token, however often it comes
		options = append(options, voxtest.Duplicates(seed))
	}
	for i, option := range options {
		var same string
		for _, check := range []voxauth.Check{voxauth.Open, voxauth.Basic(login)} {
			call := voxtest.Call(t, signed(signable(), check), "/voice", voxtest.BasicAuth(login.User, login.Password), option)
			playSignable(call)
			call.Unforgeable()
			for _, r := range call.Requests() {
				assert.Equal(t, r.Place != "" && r.URL.Path != "/status", r.URL.Query().Has("vh"), r.URL.Path)
			}
			transcript := call.Transcript()
			assert.NotRegexp(t, `vh=[\w-]{10}`, transcript)
			if i == 0 {
				assert.Equal(t, 10, strings.Count(transcript, "vh=xxxxx"), "tokens in documents and requests")
			}
			if same != "" {
				assert.Equal(t, same, transcript, "the transcript is the same in every run")
			}
			same = transcript
		}
	}
}

// Unforgeable finds each mistake that an app can make.
func TestForgeable(t *testing.T) {
	tokens := map[string]bool{} // tokens of accepted requests
	for _, tt := range []struct {
		name string
		lets func(token, callSid, parent string) bool // accepts a request that Signed refuses
		want string
	}{
		{"no token", func(token, _, _ string) bool { return token == "" }, "vh=xxxxx without a token, with status 204\nwrap the app in a voxauth.Signed"},
		{"any token", func(token, sid, parent string) bool { return token != "" && !tokens[token] }, "vh=xxxxx with a token of another MAC, with status 204"},
		{"any path", func(token, sid, parent string) bool { return tokens[token] && parent == "" && sid != other(sid) },
			"vh=xxxxx at another path, with status 204"},
		{"any call", func(token, sid, parent string) bool { return tokens[token] && parent == "" && sid == other(sid) },
			"vh=xxxxx for another CallSid, with status 204"},
		{"any parent", func(token, sid, parent string) bool { return tokens[token] && parent != "" && sid == other(sid) },
			"vh=xxxxx for another CallSid with the first as ParentCallSid, with status 204"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := signed(signable(), voxauth.Open)
			message := forgeable(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				require.NoError(t, r.ParseForm())
				_, token, _ := strings.Cut(r.URL.RawQuery, "vh=")
				answer := httptest.NewRecorder()
				s.ServeHTTP(answer, r)
				if answer.Code == http.StatusForbidden && tt.lets(token, r.PostForm.Get("CallSid"), r.PostForm.Get("ParentCallSid")) {
					w.WriteHeader(http.StatusNoContent)
					return
				}
				tokens[token] = tokens[token] || token != "" && answer.Code == http.StatusOK
				maps.Copy(w.Header(), answer.Header())
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
			}), playSignable)
			assert.Contains(t, message, tt.want)
			assert.NotRegexp(t, `vh=[\w-]{10}`, message)
		})
	}
	assert.Contains(t, forgeable(t, signable(), playSignable), "POST http://example.com/menu?lang=en has no token, so anyone can send it")
	assert.Contains(t, forgeable(t, signed(signable(), voxauth.Open), func(*voxtest.Phone) {}), "Unforgeable needs a call that has ended")
}

const firstSid = "c1"

// other returns sid, or "" if sid is firstSid, that of the real call.
func other(sid string) string {
	if sid == firstSid {
		return ""
	}
	return sid
}

// forgeable plays a call and returns the failure of Unforgeable.
func forgeable(t *testing.T, app http.Handler, play func(*voxtest.Phone)) string {
	t.Helper()
	return failure(t, func(t testing.TB) {
		call := voxtest.Call(t, app, "/voice", voxtest.Lenient(), voxtest.Webhook(voxhook.VoiceWebhook{CallSid: firstSid}))
		play(call)
		call.Unforgeable()
	})
}

// Only the platform can send the key that the caller pressed.
func ExamplePhone_Unforgeable() {
	app := &voxauth.Signed{
		Next:     ivr(),
		Keys:     []voxauth.Key{voxauth.NewKey()},
		Entry:    map[string]voxauth.Check{"/voice": voxauth.Open},
		ErrorLog: slog.New(slog.DiscardHandler),
	}
	call := voxtest.Call(t, app, "/voice")
	call.Press("2")
	call.HungUp()
	call.Unforgeable()
	for _, r := range call.Requests() {
		fmt.Println(r.URL.Path, r.URL.Query().Has("vh"))
	}
	// Output:
	// /voice false
	// /voice/menu true
}
