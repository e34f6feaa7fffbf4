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

var all = flag.Bool("all", false, "try all altered requests, not a sample")

// login is the login of the entry paths.
var login = voxauth.Login{User: "voice", Password: "s3cret"}

// An exampleCall is a call of an example.
type exampleCall struct {
	name  string
	app   http.Handler
	entry string
	play  func(*voxtest.Phone)
}

func exampleCalls() []exampleCall {
	quiet := slog.New(slog.DiscardHandler)
	ivr := menu.Routes(menu.Config{Log: quiet})
	zip := weather.Routes(weather.Config{Log: quiet})
	// All verbs with URLs, with own queries of all sorts.
	verbs := http.NewServeMux()
	answer := func(path string, doc voxml.Response) { verbs.Handle(path, doc) }
	answer("/all", voxml.Response{voxml.Gather{Action: "gathered?lang=en&list=a;b", ActionOnEmptyResult: true, NumDigits: 1}})
	answer("/gathered", voxml.Response{voxml.Record{Action: "recorded?off=50%", RecordingStatusCallback: "/noted?a=1"}})
	answer("/recorded", voxml.Response{voxml.Pay{Action: "paid", StatusCallback: "/noted?a=2"}})
	answer("/paid", voxml.Response{voxml.Dial{Action: "/dialed", Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/leg?x=%2F"}}}})
	answer("/dialed", voxml.Response{voxml.Redirect{URL: "last?name=Zoë", Method: voxml.MethodGET}})
	answer("/leg", voxml.Response{voxml.Say{Text: "A call for you."}})
	answer("/last", voxml.Response{voxml.Say{Text: "Goodbye."}, voxml.Hangup{}})
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
		{"weather", zip, "/weather", func(call *voxtest.Phone) {
			call.Press("7")
			call.Press("68102")
			call.Press("1")
			call.CallerHangsUp()
		}},
		{"all verbs", verbs, "/all", func(call *voxtest.Phone) {
			call.Press("1")
			call.Record(5 * time.Second)
			call.Pay(voxtest.Card{})
			call.Dials("+14025550111").Answers(time.Minute)
			call.HungUp()
		}},
	}
}

// A seenRequest is a webhook of a call, as the server received it.
type seenRequest struct {
	method, target, body string
}

// raw returns the request as text, for another target.
func (r seenRequest) raw(target string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		r.method, target, len(r.body), r.body)
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
// character: every bit of it flipped, every other character of a token in its
// place, one left out, one doubled. What follows the token is left as it is.
func alterations(target string, f func(altered string)) {
	end := len(target)
	if i := strings.Index(target, "vh="); i >= 0 {
		end = i + len("vh=") + 50
	}
	before := func(i int) string { return target[:i] }
	for i := range end {
		for bit := range 8 {
			f(before(i) + string([]byte{target[i] ^ 1<<bit}) + target[i+1:])
		}
		for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/%.&=?;+ ") {
			if c != target[i] {
				f(before(i) + string(c) + target[i+1:])
				f(before(i) + string(c) + target[i:])
			}
		}
		f(before(i) + target[i+1:])
		f(before(i+1) + target[i:])
	}
}

// No request with another path, own query or token is let in. The requests are
// those of calls of the examples. All of them, more than 50,000, are tried by
//
//	go test -count=1 -v -run Altered ./voxauth -all
func TestAltered(t *testing.T) {
	every := 10
	if *all {
		every = 1
	}
	tried, in, n, targets := 0, 0, 0, map[string]bool{}
	for _, c := range exampleCalls() {
		s := &voxauth.Signed{
			Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{c.entry: voxauth.Basic(login)},
			ErrorLog: slog.New(slog.DiscardHandler),
		}
		seen := c.record(t, s)
		reached := false
		s.Next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true })
		serveRaw := func(raw string) {
			reached = false
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
			if err != nil {
				return // net/http refuses it
			}
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		for _, r := range seen {
			targets[r.target] = true
			serveRaw(r.raw(r.target))
			require.Equal(t, strings.Contains(r.target, "vh="), reached, "%s: what was recorded is let in, the first without its login not", r.target)
			alterations(r.target, func(altered string) {
				if n++; n%every != 0 || altered == r.target {
					return
				}
				tried++
				serveRaw(r.raw(altered))
				if reached {
					in++
					t.Errorf("%s: let in: %q, handed out: %q", c.name, altered, r.target)
				}
			})
		}
	}
	t.Logf("%d altered requests of %d URLs, %d let in", tried, len(targets), in)
	assert.Zero(t, in)
	if *all {
		assert.Greater(t, tried, 50000)
	}
}
