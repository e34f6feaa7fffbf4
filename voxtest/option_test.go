package voxtest_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

func TestOptions(t *testing.T) {
	w := voxhook.VoiceWebhook{
		CallSid: "c1", From: "+1", To: "+2", CallerName: "PAT", Vars: voxhook.Vars{"a.b": "1"},
		Geo: voxhook.Geo{FromCity: "OMAHA"}, Params: voxhook.Params{{Name: "X-Own", Value: "1"}},
	}
	first := func(options ...voxtest.Option) *voxhook.VoiceWebhook {
		return voxtest.Call(t, company, "/hello", append(options, voxtest.Lenient())...).Event().Webhook()
	}

	got := first()
	assert.Equal(t, "+14025550100", got.From)
	assert.Equal(t, "+14025550199", got.To)
	assert.Equal(t, voxhook.DirectionInbound, got.Direction)
	assert.NotEmpty(t, got.CallSid)

	got = first(voxtest.Webhook(w))
	assert.Equal(t, "c1", got.CallSid)
	assert.Equal(t, "PAT", got.CallerName)
	assert.Equal(t, "OMAHA", got.FromCity)
	assert.Equal(t, voxhook.Vars{"a.b": "1"}, got.Vars)
	assert.Equal(t, "1", got.Params.Get("X-Own"))

	got = first(voxtest.From("+3"), voxtest.To("+4"), voxtest.Webhook(voxhook.VoiceWebhook{CallerName: "PAT"}))
	assert.Equal(t, "+3", got.From)
	assert.Equal(t, "+4", got.To)
	assert.NotEmpty(t, got.CallSid)
	assert.Equal(t, "+5", first(voxtest.Webhook(w), voxtest.From("+5")).From)
	assert.Equal(t, "+1", first(voxtest.From("+5"), voxtest.Webhook(w)).From)

	assert.Empty(t, first(voxtest.From("")).From, "withheld")
	assert.Empty(t, first(voxtest.From(""), voxtest.Webhook(voxhook.VoiceWebhook{CallerName: "PAT"})).From)
	assert.Equal(t, "+1", first(voxtest.From(""), voxtest.Webhook(w)).From)
	assert.Equal(t, "+5", first(voxtest.From(""), voxtest.From("+5")).From)
	assert.NotContains(t, first(voxtest.From("")).Params.Values(), "From")

	got = first(voxtest.AnsweredBy(voxhook.AnsweredByFax), voxtest.Webhook(w))
	assert.Equal(t, voxhook.DirectionOutboundAPI, got.Direction)
	assert.Equal(t, voxhook.AnsweredByFax, got.AnsweredBy)
}

// Each call of a test has a CallSid of its own, which is the same in every run.
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

// A call that begins in the middle.
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

	// What the event leaves out is left to the other options.
	call = voxtest.Call(t, company, "/hello", voxtest.From("+2"), voxtest.Webhook(voxhook.VoiceWebhook{CallerName: "PAT"}), voxtest.First(&voxhook.RecordResult{}))
	assert.Equal(t, "+2 PAT", call.Event().Webhook().From+" "+call.Event().Webhook().CallerName)
	assert.NotEmpty(t, voxtest.Last[*voxhook.RecordResult](call).RecordingURL)
	call.HungUp()

	for want, event := range map[string]voxhook.Event{
		"voxtest: the event of First cannot be sent: the event is nil":                                 nil,
		"voxtest: a call cannot begin with a notification, which asks for no document":                 &voxhook.Recording{},
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
	voxtest.Call(t, app, "/voice", voxtest.BasicAuth("canary", "canary"), voxtest.Header("X-Own", "3")).HungUp()
	assert.Equal(t, "3", got.Get("X-Own"))
}

// The transcript is the same wherever the recordings are.
func TestRecordingsDoNotShow(t *testing.T) {
	transcript := func() string {
		server := httptest.NewServer(voxtest.Recordings())
		defer server.Close()
		call := voxtest.Call(t, company, "/dialed", voxtest.RecordingsAt(server.URL))
		call.Record(3 * time.Second)
		call.HungUp()
		assert.Contains(t, voxtest.Last[*voxhook.RecordResult](call).RecordingURL, server.URL)
		return call.Transcript()
	}
	first := transcript()
	assert.Contains(t, first, "RecordingUrl=https://recordings.example.com/")
	assert.Equal(t, first, transcript())
}

func TestNoOption(t *testing.T) {
	voxtest.Call(t, company, "/hello", voxtest.Option{}).HungUp()
}

func TestMethodAndVars(t *testing.T) {
	var requests []*http.Request
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r)
		_ = r.ParseForm()
		voxml.Response{}.ServeHTTP(w, r)
	})
	vars := voxtest.Webhook(voxhook.VoiceWebhook{Vars: voxhook.Vars{"a.b": "1", "a.c": "2"}})
	voxtest.Call(t, app, "/voice?lang=en", vars).HungUp()
	call := voxtest.Call(t, app, "https://app.test/voice?lang=en", voxtest.GET(), voxtest.NestedVars(), vars)
	call.HungUp()
	assert.Equal(t, `{"a":{"b":"1","c":"2"}}`, call.Event().Webhook().Params.Get("Vars"))
	assert.Equal(t, "en", call.Event().Webhook().Params.Get("lang"))
	require.Len(t, requests, 2)
	assert.Equal(t, "POST", requests[0].Method)
	assert.Equal(t, "/voice?lang=en", requests[0].URL.RequestURI())
	assert.Equal(t, `{"a.b":"1","a.c":"2"}`, requests[0].PostForm.Get("Vars"))
	assert.Equal(t, "GET", requests[1].Method)
	assert.Equal(t, "app.test", requests[1].Host)
	assert.Equal(t, `{"a":{"b":"1","c":"2"}}`, requests[1].URL.Query().Get("Vars"))
}

func TestOutbound(t *testing.T) {
	call := voxtest.Call(t, company, "/hello", voxtest.Outbound("/recorded"), voxtest.AnsweredBy(voxhook.AnsweredByMachineStart))
	assert.Equal(t, voxhook.AnsweredByMachineStart, call.Event().Webhook().AnsweredBy)
	assert.Equal(t, voxhook.CallStatusInProgress, call.Event().Webhook().CallStatus)
	call.HungUp()
	ended := call.Event().(*voxhook.StatusChange)
	assert.Equal(t, voxhook.CallStatusCompleted, ended.CallStatus)
	assert.Equal(t, time.Second, ended.CallDuration)

	call = voxtest.Call(t, company, "/hello", voxtest.Outbound("/recorded"), voxtest.Unanswered(voxhook.CallStatusBusy))
	require.Len(t, call.Events(), 1)
	assert.Equal(t, voxhook.CallStatusBusy, call.Event().(*voxhook.StatusChange).CallStatus)
	assert.Nil(t, call.Document())

	call = voxtest.Call(t, company, "/hello", voxtest.Outbound(""), voxtest.Unanswered(voxhook.CallStatusBusy))
	assert.Nil(t, call.Event())
}

func TestPlayLength(t *testing.T) {
	for want, options := range map[time.Duration][]voxtest.Option{
		5 * time.Second: nil,
		time.Minute:     {voxtest.PlayLength(time.Minute)},
	} {
		call := voxtest.Call(t, voxml.Response{voxml.Play{URL: "/song.mp3"}}, "/voice", options...)
		call.HungUp()
		assert.Equal(t, want, call.Elapsed())
	}
}

func TestRetries(t *testing.T) {
	for _, tt := range []struct {
		options  []voxtest.Option
		requests int
		elapsed  time.Duration
	}{
		{nil, 4, 7 * time.Second},
		{[]voxtest.Option{voxtest.Retries(1)}, 2, time.Second},
		{[]voxtest.Option{voxtest.Retries(0)}, 1, 0},
		{[]voxtest.Option{voxtest.Retries(-1)}, 1, 0},
	} {
		call := voxtest.Call(t, http.NotFoundHandler(), "/voice", tt.options...)
		call.Failed()
		assert.Len(t, call.Events(), tt.requests)
		assert.Equal(t, tt.elapsed, call.Elapsed())
		assert.Len(t, call.Warnings(), tt.requests)
		assert.Equal(t, "POST http://example.com/voice: the app answered with status 404 Not Found", call.Warnings()[0])
	}
}

func TestRecordings(t *testing.T) {
	server := httptest.NewServer(voxtest.Recordings())
	defer server.Close()
	call := voxtest.Call(t, company, "/dialed", voxtest.RecordingsAt(server.URL))
	call.Record(3 * time.Second)
	call.HungUp()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, call.Event().(*voxhook.RecordResult).RecordingURL, nil)
	require.NoError(t, err)
	resp, err := server.Client().Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	audio, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "audio/wav", resp.Header.Get("Content-Type"))
	assert.Len(t, audio, 44+3*8000)

	call = voxtest.Call(t, company, "/dialed", voxtest.FailRecordings())
	call.Record(3 * time.Second)
	call.HungUp()
	assert.Empty(t, call.Event().(*voxhook.RecordResult).RecordingURL)
}
