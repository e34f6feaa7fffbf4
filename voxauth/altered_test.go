package voxauth_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var all = flag.Bool("all", false, "send all altered requests instead of a sample")

// login is the login for the entry paths.
var login = voxauth.Login{User: "voice", Password: "s3cret"}

// An exampleCall is a call to an example.
type exampleCall struct {
	name  string
	app   http.Handler
	entry string
	play  func(*voxtest.Phone)
}

func exampleCalls() []exampleCall {
	quiet := slog.New(slog.DiscardHandler)
	ivr := menu.Routes(menu.Config{Log: quiet})
	verbs := http.NewServeMux() // all verbs with URLs, with different queries
	for path, doc := range map[string]voxml.Response{
		"/all":      {voxml.Gather{Action: "gathered?lang=en&list=a;b", ActionOnEmptyResult: true, NumDigits: 1}},
		"/gathered": {voxml.Record{Action: "recorded?off=50%", RecordingStatusCallback: "/noted?a=1"}},
		"/recorded": {voxml.Pay{Action: "paid", StatusCallback: "/noted?a=2"}},
		"/paid":     {voxml.Dial{Action: "/dialed", Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/leg?x=%2F"}}}},
		"/dialed":   {voxml.Redirect{URL: "last?name=Zoë", Method: voxml.MethodGET}},
		"/leg":      {voxml.Say{Text: "A call for you."}},
		"/last":     {voxml.Say{Text: "Goodbye."}, voxml.Hangup{}},
	} {
		verbs.Handle(path, doc)
	}
	verbs.Handle("/noted", &voxhook.Handler{OnEvent: func(context.Context, voxhook.Event) (voxml.Response, error) { return nil, nil }})
	return []exampleCall{
		{"ivr, sales", ivr, "/voice", func(call *voxtest.Phone) {
			call.StaySilent()
			call.Press("1")
			call.Dials(menu.DefaultSales).NoAnswer()
			call.Record(5 * time.Second)
			call.HungUp()
		}},
		{"ivr, hours", ivr, "/voice", func(call *voxtest.Phone) {
			call.Say("hours")
			call.HungUp()
		}},
		{"weather", weather.Routes(weather.Config{Log: quiet}), "/weather", func(call *voxtest.Phone) {
			for _, keys := range []string{"7", "68102", "1"} {
				call.Press(keys)
			}
			call.CallerHangsUp()
		}},
		{"all verbs", verbs, "/all", func(call *voxtest.Phone) {
			call.Press("1")
			call.Record(5 * time.Second)
			call.Pay(voxtest.Card{})
			call.Dials("+14025550111").Talks(time.Minute)
			call.HungUp()
		}},
	}
}

// A seenRequest is a webhook of a call, as the server received it.
type seenRequest struct{ method, target, body string }

// read returns the request for a target, as net/http reads it.
func (r seenRequest) read(target string) (*http.Request, error) {
	return http.ReadRequest(bufio.NewReader(strings.NewReader(fmt.Sprintf(
		"%s %s HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		r.method, target, len(r.body), r.body))))
}

// record plays a call and returns its webhooks.
func (c exampleCall) record(t *testing.T, s *voxauth.Signed) (seen []seenRequest) {
	t.Helper()
	s.Next = c.app
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		seen = append(seen, seenRequest{r.Method, r.URL.RequestURI(), string(body)})
		s.ServeHTTP(w, r)
	})
	call := voxtest.Call(t, app, c.entry, voxtest.BasicAuth(login.User, login.Password), voxtest.Lenient(),
		voxtest.Webhook(voxhook.VoiceWebhook{CallSid: "c1"}))
	c.play(call)
	require.Empty(t, call.Warnings())
	return seen
}

// alterations calls f with every target that differs from target in one
// character: a bit flipped, another character in its place or inserted before
// it, the character left out or doubled. The part after the token stays.
func alterations(target string, f func(altered string)) {
	end := len(target)
	if i := strings.Index(target, "vh="); i >= 0 {
		end = i + len("vh=") + 50
	}
	for i := range end {
		before, c, after := target[:i], target[i], target[i+1:]
		for bit := range 8 {
			f(before + string([]byte{c ^ 1<<bit}) + after)
		}
		for _, other := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/%.&=?;+ ") {
			if other != c {
				f(before + string(other) + after)
				f(before + string(other) + target[i:])
			}
		}
		f(before + after)
		f(target[:i+1] + target[i:])
	}
}

// No request with an altered path, document query or token is accepted. The
// requests are those of calls to the examples. To send all of them, more than
// 50,000:
//
//	go test -count=1 -v -run Altered ./voxauth -all
func TestAltered(t *testing.T) {
	every := 10
	if *all {
		every = 1
	}
	tried, n, targets := 0, 0, map[string]bool{}
	for _, c := range exampleCalls() {
		s := &voxauth.Signed{
			Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{c.entry: voxauth.Basic(login)},
			ErrorLog: slog.New(slog.DiscardHandler),
		}
		seen := c.record(t, s)
		reached := false
		s.Next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true })
		letsIn := func(r seenRequest, target string) bool {
			reached = false
			if r, err := r.read(target); err == nil { // otherwise net/http refuses it
				s.ServeHTTP(httptest.NewRecorder(), r)
			}
			return reached
		}
		for _, r := range seen {
			targets[r.target] = true
			require.Equal(t, strings.Contains(r.target, "vh="), letsIn(r, r.target), "%s: as recorded, requests with a token are accepted, and the first one needs its login", r.target)
			alterations(r.target, func(altered string) {
				if n++; n%every != 0 || altered == r.target {
					return
				}
				tried++
				assert.False(t, letsIn(r, altered), "%s: Signed accepted %q, but handed out %q", c.name, altered, r.target)
			})
		}
	}
	t.Logf("sent %d altered requests for %d URLs; those that were accepted are listed above", tried, len(targets))
	if *all {
		assert.Greater(t, tried, 50000)
	}
}

// FuzzSigned sends arbitrary requests to a program that has handed out a few
// URLs for the call c1. An accepted request either has one of these URLs and
// this call, as net/http reads them, or is an entry request with a login.
func FuzzSigned(f *testing.F) {
	key, err := voxauth.ParseKey(strings.Repeat("7f", 32))
	require.NoError(f, err)
	handedOut := map[string]voxml.URLUse{}
	var in *http.Request
	s := &voxauth.Signed{
		Keys: []voxauth.Key{key}, Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)}, ErrorLog: slog.New(slog.DiscardHandler),
		Next: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { in = r }),
	}
	entry := &voxauth.Signed{Keys: s.Keys, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}, Next: voxml.Response{
		voxml.Gather{Action: "/gather?lang=en"}, voxml.Record{Action: "/record", RecordingStatusCallback: "/recording?a=1;b=2"},
		voxml.Redirect{URL: "/voice?again=50%"},
	}}
	var marks []string // old, new: {2} is the URL of use 2, {token2} its token
	for use, url := range urlsOf(f, serve(entry, request("POST", "/voice", "CallSid=c1"))) {
		handedOut[url] = use
		mark := strconv.Itoa(int(use)) + "}"
		marks = append(marks, "{"+mark, url, "{token"+mark, url[len(url)-50:])
		url, token := "{"+mark, "{token"+mark
		f.Add("POST", url, "CallSid=c1&Digits=1", false)
		f.Add("GET", url+"&CallSid=c1&Digits=1", "", false)
		f.Add("POST", url, "CallSid=c2&ParentCallSid=c1", false)
		f.Add("POST", url, "CallSid=c2&C%61llSid=c1&lang=es", false)
		f.Add("GET", url+"&CallSid=c2&CallSid=c1&lang=es", "", false)
		f.Add("POST", "/voice?"+url, "CallSid=c1", true)
		f.Add("POST", "/gather?lang=en&vh="+token, "CallSid=c1", false)
		f.Add("GET", "/record?vh="+token+"&CallSid=c1&CallSid=c2", "", false)
	}
	unmark := strings.NewReplacer(marks...) // tokens differ in each process
	f.Add("POST", "/voice", "CallSid=c1", true)
	f.Add("POST", "/voice", "CallSid=c1", false)
	f.Add("GET", "/voice?vh=&CallSid=c1", "", true)

	f.Fuzz(func(t *testing.T, method, target, body string, withLogin bool) {
		r, err := seenRequest{method, target, body}.read(unmark.Replace(target))
		if err != nil {
			t.Skip("net/http refuses it")
		}
		if withLogin {
			r.SetBasicAuth(login.User, login.Password)
		}
		in = nil
		w := serve(s, r)
		if in == nil {
			require.GreaterOrEqual(t, w.Code, 400)
			return
		}
		use, ok := useOf(r, handedOut)
		if !ok { // an Entry; its query may have vh= without a token
			require.True(t, withLogin && r.URL.EscapedPath() == "/voice", r.RequestURI)
			return
		}
		require.NotContains(t, "&"+in.URL.RawQuery, "&vh=") // inside another name, it is no token
		sid, parent := in.FormValue("CallSid"), in.FormValue("ParentCallSid")
		require.True(t, sid == "c1" || use == voxml.UseRecording && parent == "c1", "%q %q", sid, parent)
		require.Equal(t, []string{sid}, in.Form["CallSid"])
		if lang, ok := in.Form["lang"]; ok && use == voxml.UseGatherAction {
			require.Equal(t, []string{"en"}, lang)
		}
	})
}

// useOf returns the use of the URL of a request. It reports false if the URL
// was not handed out. In a GET, parameters may follow the URL.
func useOf(r *http.Request, handedOut map[string]voxml.URLUse) (voxml.URLUse, bool) {
	for url, use := range handedOut {
		rest, ok := strings.CutPrefix(r.RequestURI, url)
		if ok && (rest == "" || r.Method == http.MethodGet && rest[0] == '&') {
			return use, true
		}
	}
	return 0, false
}
