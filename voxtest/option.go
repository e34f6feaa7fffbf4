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

// An Option shapes a call. Of two options that set the same, the later counts.
type Option struct{ apply func(*settings) }

// settings are what options set.
type settings struct {
	sim.Config
	lenient bool
	err     error // an option makes no sense
	explore explore.Config
}

// From sets the calling number. If it is empty, the webhooks have no From: the
// caller withholds the number. The default is "+14025550100".
func From(number string) Option {
	return Option{func(c *settings) { c.Webhook.From, c.NoFrom = number, number == "" }}
}

// To sets the called number. The default is "+14025550199".
func To(number string) Option {
	return Option{func(c *settings) { c.Webhook.To = number }}
}

// Webhook sets what all webhooks of the call carry: numbers, places, a CallSid,
// a CallStatus, the Vars with which the call begins, Params of your own. Empty
// numbers, Direction and AnsweredBy are left to the other options, but not to an
// earlier Webhook: a second one replaces it. Parameters that are still empty are
// made up.
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
// instead of an [voxhook.IncomingCall]. What is empty is completed as by
// [NewRequest]. The VoiceWebhook of event counts as that of [Webhook], unless it
// is zero; the CallStatus is in-progress by default.
//
//	call := voxtest.Call(t, app, "/voice/menu", voxtest.First(&voxhook.GatherResult{
//		Digits:       "1",
//		VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"tries": "2"}},
//	}))
//
// The test fails if event is a notification, which asks for no document.
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

// Header adds a header to the requests of the call. A second Header of the same
// name adds another value. Headers may be credentials, so only the host that is
// called gets them, and transcripts do not show them.
func Header(name, value string) Option {
	return Option{func(c *settings) {
		if c.Header == nil {
			c.Header = http.Header{}
		}
		c.Header.Add(name, value)
	}}
}

// BasicAuth sends a user name and password with the requests of the call; see
// [Header].
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

// Lenient is for a call that is not to be held against the test when it ends: it
// may go on, and have Findings and Warnings. Each step of the call still has to
// fit.
func Lenient() Option { return Option{func(c *settings) { c.lenient = true }} }

// GET requests the first document by GET. The default is POST. The documents
// themselves say how the others are requested.
func GET() Option {
	return Option{func(c *settings) { c.Method = http.MethodGet }}
}

// Outbound makes it an outbound call, which somebody answers. At its end a
// [voxhook.StatusChange] goes to statusCallback, unless that is empty.
func Outbound(statusCallback string) Option {
	return Option{func(c *settings) {
		c.Webhook.Direction, c.StatusCallback = voxhook.DirectionOutboundAPI, statusCallback
	}}
}

// AnsweredBy makes it an outbound call, and sets the result of answering machine
// detection.
func AnsweredBy(a voxhook.AnsweredBy) Option {
	return Option{func(c *settings) {
		c.Webhook.Direction, c.Webhook.AnsweredBy = voxhook.DirectionOutboundAPI, a
	}}
}

// Unanswered makes it an outbound call that nobody answers: the status is busy,
// no-answer or failed. The app gets no request except for the status, if
// [Outbound] says where.
func Unanswered(status voxhook.CallStatus) Option {
	return Option{func(c *settings) {
		c.Webhook.Direction = voxhook.DirectionOutboundAPI
		c.Unanswered = cmp.Or(status, "nothing") // which is refused
	}}
}

// NestedVars sends variables as nested JSON. The default is flat JSON. The
// platform does not document which it sends, and voxhook reads both. A name
// that is a variable and a group, such as menu beside menu.digits, cannot nest:
// the variables of the group are then flat.
func NestedVars() Option { return Option{func(c *settings) { c.NestedVars = true }} }

// TypeAhead keeps the keys of [Phone.Type] that nobody listens for: the next
// [voxml.Gather] that takes keys gets them as soon as it begins. By default they
// are lost. The platform does not document which it does.
func TypeAhead() Option { return Option{func(c *settings) { c.TypeAhead = true }} }

// PlayLength sets how long audio files play. The default, and zero, is 5
// seconds.
func PlayLength(d time.Duration) Option {
	return Option{func(c *settings) { c.PlayLength = d }}
}

// Retries sets how often a webhook is repeated that was not answered with a 2xx
// status, at most 10 times. The default is 3 times, after 1, 2 and 4 seconds of
// the call's time. Zero and negative numbers mean never.
func Retries(n int) Option {
	return Option{func(c *settings) {
		if c.Retries = n; n == 0 {
			c.Retries = -1
		}
	}}
}

// RecordingsAt sets where the app finds the recordings of the call: the URL of a
// server of [Recordings]. By default they have URLs that lead nowhere.
func RecordingsAt(url string) Option {
	return Option{func(c *settings) { c.RecordingsURL = url }}
}

// FailRecordings makes all recordings of the call fail.
func FailRecordings() Option { return Option{func(c *settings) { c.FailRecordings = true }} }

// Recordings serves the recordings of all calls: silence of the right length,
// as WAV files. It is for an app that fetches them; give its URL to
// [RecordingsAt]:
//
//	server := httptest.NewServer(voxtest.Recordings())
//	defer server.Close()
//	call := voxtest.Call(t, app, "/voice", voxtest.RecordingsAt(server.URL))
func Recordings() http.Handler { return sim.Recordings() }
