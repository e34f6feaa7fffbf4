package voxtest

import (
	"cmp"
	"net/http"
	"reflect"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/explore"
	"github.com/voxhook/voxhook/internal/sim"
)

// An Option changes a call. Later options override earlier ones.
type Option struct{ apply func(*settings) }

// settings hold what the options set.
type settings struct {
	sim.Config
	lenient bool
	err     error // an option has an invalid value
	explore explore.Config
}

// From sets the calling number. If empty, webhooks have no From, as if the
// caller withheld the number. The default is "+14025550100".
func From(number string) Option {
	return Option{func(c *settings) { c.Webhook.From, c.NoFrom = number, number == "" }}
}

// To sets the called number. The default is "+14025550199".
func To(number string) Option {
	return Option{func(c *settings) { c.Webhook.To = number }}
}

// Webhook sets the common parameters of all webhooks of the call: numbers,
// places, CallSid, CallStatus, the Vars that the call begins with, and your own
// Params. If From, To, Direction or AnsweredBy is empty, it keeps the value of
// an earlier option. If Webhook is used twice, the second one replaces all
// other parameters. Parameters that are still empty get made-up values.
func Webhook(w voxhook.VoiceWebhook) Option {
	return Option{func(c *settings) {
		before := c.Webhook
		c.Webhook = w
		c.Webhook.From = cmp.Or(w.From, before.From)
		c.NoFrom = c.NoFrom && w.From == ""
		c.Webhook.To = cmp.Or(w.To, before.To)
		c.Webhook.Direction = cmp.Or(w.Direction, before.Direction)
		c.Webhook.AnsweredBy = cmp.Or(w.AnsweredBy, before.AnsweredBy)
	}}
}

// First makes the call begin in the middle: its first request carries event
// instead of a [voxhook.IncomingCall]. Empty fields of event, other than its
// VoiceWebhook, get values as by [NewRequest]. Its VoiceWebhook, unless it is
// zero, works like the option [Webhook] with that value. If the CallStatus is
// still empty, in-progress is used, or ringing for an inbound IncomingCall.
//
//	call := voxtest.Call(t, app, "/voice/menu", voxtest.First(&voxhook.GatherResult{
//		Digits:       "1",
//		VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"tries": "2"}},
//	}))
//
// The test fails if event is a notification, since its answer has no document.
func First(event voxhook.Event) Option {
	return Option{func(c *settings) {
		if c.First, c.err = sendable(event); c.err != nil {
			return
		}
		if w := event.Webhook(); !reflect.ValueOf(*w).IsZero() {
			Webhook(*w).apply(c)
		}
	}}
}

// Header adds a header to the requests of the call. A second Header with the
// same name adds another value. Headers may be credentials, so they are sent
// only to the host of the target, and transcripts do not show them.
func Header(name, value string) Option {
	return Option{func(c *settings) {
		if c.Header == nil {
			c.Header = http.Header{}
		}
		c.Header.Add(name, value)
	}}
}

// BasicAuth sends a user name and password with the requests of the call; see
// [Header]. They override a login in the URL, such as the masked one in the URL
// of a recorded script.
func BasicAuth(user, password string) Option {
	return Option{func(c *settings) {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		if c.Header == nil {
			c.Header = http.Header{}
		}
		c.Header["Authorization"] = r.Header["Authorization"]
	}}
}

// Lenient lets a test pass even if its call has not ended, or has Findings or
// Warnings. The steps of the call can still fail.
//
// A test in which a callback fails and the caller hears the Fallback needs
// Lenient, because the failure is a Warning. Lenient also ignores all other
// Warnings, so the test should check that there are no others:
//
//	assert.Empty(t, call.Findings())
//	require.Len(t, call.Warnings(), 1)
//	assert.Contains(t, call.Warnings()[0], "the database is down")
func Lenient() Option { return Option{func(c *settings) { c.lenient = true }} }

// GET requests the first document by GET. The default is POST. For other
// documents, the method is in the document that names their URL.
func GET() Option {
	return Option{func(c *settings) { c.Method = http.MethodGet }}
}

// Outbound makes the call an outbound call. The called party answers, unless
// the call is [Unanswered]. When the call ends, a [voxhook.StatusChange] is
// sent to statusCallback, unless statusCallback is empty.
func Outbound(statusCallback string) Option {
	return Option{func(c *settings) {
		c.Webhook.Direction, c.StatusCallback = voxhook.DirectionOutboundAPI, statusCallback
	}}
}

// AnsweredBy makes the call an outbound call and sets the result of answering
// machine detection.
func AnsweredBy(a voxhook.AnsweredBy) Option {
	return Option{func(c *settings) {
		c.Webhook.Direction, c.Webhook.AnsweredBy = voxhook.DirectionOutboundAPI, a
	}}
}

// Unanswered makes the call an outbound call that is not answered. The status
// is busy, no-answer or failed. The app receives only a [voxhook.StatusChange],
// and only if [Outbound] sets its URL.
func Unanswered(status voxhook.CallStatus) Option {
	return Option{func(c *settings) {
		c.Webhook.Direction = voxhook.DirectionOutboundAPI
		c.Unanswered = cmp.Or(status, "nothing") // sim.New rejects the status "nothing"
	}}
}

// NestedVars sends variables as nested JSON. The default is flat JSON. The
// platform does not document which it uses; voxhook reads both. If a name is
// both a variable and a group, such as menu and menu.digits, the variables of
// the group stay flat.
func NestedVars() Option { return Option{func(c *settings) { c.NestedVars = true }} }

// TypeAhead keeps keys that [Phone.Type] presses while the app does not listen.
// The next [voxml.Gather] for keys receives them when it begins. By default
// they are lost. The platform does not document whether it keeps them.
func TypeAhead() Option { return Option{func(c *settings) { c.TypeAhead = true }} }

// PlayLength sets how long audio files play. Zero means 5 seconds, the default.
func PlayLength(d time.Duration) Option {
	return Option{func(c *settings) { c.PlayLength = d }}
}

// Retries sets how often a webhook is repeated if its answer has no 2xx status,
// at most 10 times. The default is 3 times, after 1, 2 and 4 seconds of the
// call's time. Zero or negative means never.
func Retries(n int) Option {
	return Option{func(c *settings) {
		if c.Retries = n; n == 0 {
			c.Retries = -1
		}
	}}
}

// RecordingsAt sets the URL of a server of [Recordings], which the URLs of the
// call's recordings then point to. By default they point nowhere.
func RecordingsAt(url string) Option {
	return Option{func(c *settings) { c.RecordingsURL = url }}
}

// FailRecordings makes all recordings of the call fail.
func FailRecordings() Option { return Option{func(c *settings) { c.FailRecordings = true }} }

// Recordings serves the recordings of all calls as WAV files: silence of the
// right length. Use it for an app that fetches recordings, and pass its URL to
// [RecordingsAt]:
//
//	server := httptest.NewServer(voxtest.Recordings())
//	defer server.Close()
//	call := voxtest.Call(t, app, "/voice", voxtest.RecordingsAt(server.URL))
func Recordings() http.Handler { return sim.Recordings() }
