package voxtest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// If two options set the same parameter, the later one is used. An empty
// parameter of Webhook keeps the value of another option.
func TestOptions(t *testing.T) {
	w := voxhook.VoiceWebhook{
		CallSid: "c1", From: "+1", To: "+2", CallerName: "PAT", Vars: voxhook.Vars{"a.b": "1"},
		Geo: voxhook.Geo{FromCity: "OMAHA"}, Params: voxhook.Params{{Name: "X-Own", Value: "1"}},
	}
	whole, pat := voxtest.Webhook(w), voxtest.Webhook(voxhook.VoiceWebhook{CallerName: "PAT"})
	for _, tt := range []struct {
		want    string // From, To, CallerName, FromCity, AnsweredBy, Direction
		options []voxtest.Option
	}{
		{"+14025550100 +14025550199    inbound", nil},
		{"+1 +2 PAT OMAHA  inbound", []voxtest.Option{whole}},
		{"+3 +4 PAT   inbound", []voxtest.Option{voxtest.From("+3"), voxtest.To("+4"), pat}},
		{"+5 +2 PAT OMAHA  inbound", []voxtest.Option{whole, voxtest.From("+5")}},
		{"+1 +2 PAT OMAHA  inbound", []voxtest.Option{voxtest.From("+5"), whole}},
		{" +14025550199    inbound", []voxtest.Option{voxtest.From("")}},
		{" +14025550199 PAT   inbound", []voxtest.Option{voxtest.From(""), pat}},
		{"+1 +2 PAT OMAHA  inbound", []voxtest.Option{voxtest.From(""), whole}},
		{"+5 +14025550199    inbound", []voxtest.Option{voxtest.From(""), voxtest.From("+5")}},
		{"+1 +2 PAT OMAHA fax outbound-api", []voxtest.Option{voxtest.AnsweredBy(voxhook.AnsweredByFax), whole}},
	} {
		got := voxtest.Call(t, company, "/hello", append(tt.options, voxtest.Lenient())...).Event().Webhook()
		assert.Equal(t, tt.want, fmt.Sprintf("%s %s %s %s %s %s", got.From, got.To, got.CallerName, got.FromCity, got.AnsweredBy, got.Direction))
		assert.Equal(t, got.From != "", got.Params.Values().Has("From"))
		assert.NotEmpty(t, got.CallSid)
	}
	got := voxtest.Call(t, company, "/hello", whole, voxtest.Lenient()).Event().Webhook()
	assert.Equal(t, w.Vars, got.Vars)
	assert.Equal(t, "c1 1", got.CallSid+" "+got.Params.Get("X-Own"))
}

// Each call of a test has its own CallSid, which is the same in every run.
func TestCallSids(t *testing.T) {
	sids := func() (all []string) {
		f := newFakeT()
		for _, from := range []string{"+1", "+1", "+2", "", "+1"} {
			call := voxtest.Call(f, company, "/hello", voxtest.From(from), voxtest.Lenient())
			all = append(all, call.Event().Webhook().CallSid)
		}
		f.end()
		return all
	}
	first := sids()
	assert.Equal(t, first, sids())
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(first))), 5)
}

// First makes a call begin in the middle.
func TestFirst(t *testing.T) {
	call := voxtest.Call(t, company, "/menu?a=b", voxtest.First(&voxhook.GatherResult{
		SpeechResult: "sales", VoiceWebhook: voxhook.VoiceWebhook{From: "+1", Vars: voxhook.Vars{"tries": "2"}},
	}))
	first := voxtest.Last[*voxhook.GatherResult](call)
	assert.Equal(t, "sales", first.SpeechResult)
	assert.InDelta(t, 0.9, first.Confidence, 0, "completed as by NewRequest")
	assert.Equal(t, voxhook.CallStatusInProgress, first.CallStatus)
	assert.Equal(t, "+1", first.From)
	call.Dials("+14025550111").Busy()
	assert.Equal(t, voxhook.Vars{"tries": "2"}, voxtest.Last[*voxhook.DialResult](call).Vars)
	assert.Equal(t, first.CallSid, call.Event().Webhook().CallSid)
	call.CallerHangsUp()

	// If the event has no common parameters, those of other options are used.
	call = voxtest.Call(t, company, "/hello", voxtest.From("+2"), voxtest.Webhook(voxhook.VoiceWebhook{CallerName: "PAT"}), voxtest.First(&voxhook.RecordResult{}))
	assert.Equal(t, "+2 PAT", call.Event().Webhook().From+" "+call.Event().Webhook().CallerName)
	assert.NotEmpty(t, voxtest.Last[*voxhook.RecordResult](call).RecordingURL)
	call.HungUp()

	for want, event := range map[string]voxhook.Event{
		"voxtest: the event of First cannot be sent: the event is nil":                                 nil,
		"voxtest: a call cannot begin with a notification, because a notification needs no document":   &voxhook.Recording{},
		"voxtest: the event of First cannot be sent: wire: IncomingCall.CallStatus: ":                  &voxhook.IncomingCall{VoiceWebhook: voxhook.VoiceWebhook{CallStatus: "completed"}},
		"voxtest: the event of First cannot be sent: wire: RecordResult.RecordingDuration is negative": &voxhook.RecordResult{RecordingDuration: -time.Second},
	} {
		message := failure(t, func(t testing.TB) { voxtest.Call(t, company, "/hello", voxtest.First(event)) })
		assert.True(t, strings.HasPrefix(message, want), message)
	}
}

func TestHeaders(t *testing.T) {
	var got http.Header
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		voxml.Response{voxml.Hangup{}}.ServeHTTP(w, r)
	})
	call := voxtest.Call(t, app, "/voice", voxtest.Header("X-own", "1"), voxtest.Header("X-Own", "2"), voxtest.BasicAuth("canary", "canary"))
	call.HungUp()
	assert.Equal(t, []string{"1", "2"}, got["X-Own"])
	user, password, _ := (&http.Request{Header: got}).BasicAuth()
	assert.Equal(t, "canary canary", user+" "+password)
	assert.NotContains(t, call.Transcript(), "canary")
	// A recorded script has a masked login in its URL.
	voxtest.Call(t, app, "http://xxxxx@app.test/voice", voxtest.BasicAuth("canary", "canary"), voxtest.Header("X-Own", "3")).HungUp()
	assert.Equal(t, "3", got.Get("X-Own"))
	user, _, _ = (&http.Request{Header: got}).BasicAuth()
	assert.Equal(t, "canary", user)
}

// The server of the recordings does not appear in the transcript.
func TestRecordingsDoNotShow(t *testing.T) {
	transcripts := map[string]bool{}
	for _, server := range []string{"http://127.0.0.1:1", "http://127.0.0.1:2"} {
		call := voxtest.Call(t, company, "/dialed", voxtest.RecordingsAt(server))
		call.Record(3 * time.Second)
		call.HungUp()
		assert.Contains(t, voxtest.Last[*voxhook.RecordResult](call).RecordingURL, server)
		assert.Contains(t, call.Transcript(), "RecordingUrl=https://recordings.example.com/")
		transcripts[call.Transcript()] = true
	}
	assert.Len(t, transcripts, 1)
}

// The app receives the method and variables that the options set.
func TestMethodAndVars(t *testing.T) {
	vars := voxtest.Webhook(voxhook.VoiceWebhook{Vars: voxhook.Vars{"a.b": "1", "a.c": "2"}})
	for want, options := range map[string][]voxtest.Option{
		`POST app.test /voice?lang=en {"a.b":"1","a.c":"2"}`:  {vars},
		`GET app.test /voice?lang=en {"a":{"b":"1","c":"2"}}`: {vars, voxtest.GET(), voxtest.NestedVars()},
	} {
		call := voxtest.Call(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			uri, _, _ := strings.Cut(r.URL.RequestURI(), "&")
			assert.Equal(t, want, r.Method+" "+r.Host+" "+uri+" "+r.Form.Get("Vars"))
			voxml.Response{}.ServeHTTP(w, r)
		}), "https://app.test/voice?lang=en", options...)
		call.HungUp()
		assert.Equal(t, "en", call.Event().Webhook().Params.Get("lang"))
	}
}
