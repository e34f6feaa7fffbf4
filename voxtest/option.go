package voxtest

import (
	"cmp"
	"net/http"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

// An Option shapes a call. Of two options that set the same, the later counts.
type Option struct{ apply func(*sim.Config) }

// From sets the calling number. If it is empty, the webhooks have no From: the
// caller withholds the number. The default is "+14025550100".
func From(number string) Option {
	return Option{func(c *sim.Config) { c.Webhook.From, c.NoFrom = number, number == "" }}
}

// To sets the called number. The default is "+14025550199".
func To(number string) Option {
	return Option{func(c *sim.Config) { c.Webhook.To = number }}
}

// Webhook has what all webhooks of the call carry: numbers, places, a CallSid,
// the Vars with which the call begins, Params of your own. Empty numbers,
// Direction and AnsweredBy are left to the other options, but not to an earlier
// Webhook: a second one replaces it. What is empty after all is made up, the
// CallSid of the test's name and the calling number.
func Webhook(w voxhook.VoiceWebhook) Option {
	return Option{func(c *sim.Config) {
		before := c.Webhook
		c.Webhook = w
		c.Webhook.From = cmp.Or(w.From, before.From)
		c.NoFrom = c.NoFrom && w.From == ""
		c.Webhook.To = cmp.Or(w.To, before.To)
		c.Webhook.Direction = cmp.Or(w.Direction, before.Direction)
		c.Webhook.AnsweredBy = cmp.Or(w.AnsweredBy, before.AnsweredBy)
	}}
}

// GET requests the first document by GET. Without it: by POST. The documents
// themselves say how the others are requested.
func GET() Option {
	return Option{func(c *sim.Config) { c.Method = http.MethodGet }}
}

// Outbound makes it an outbound call, which somebody answers. At its end a
// [voxhook.StatusChange] goes to statusCallback, unless that is empty.
func Outbound(statusCallback string) Option {
	return Option{func(c *sim.Config) {
		c.Webhook.Direction, c.StatusCallback = voxhook.DirectionOutboundAPI, statusCallback
	}}
}

// AnsweredBy makes it an outbound call, and is what answering machine detection
// found.
func AnsweredBy(a voxhook.AnsweredBy) Option {
	return Option{func(c *sim.Config) {
		c.Webhook.Direction, c.Webhook.AnsweredBy = voxhook.DirectionOutboundAPI, a
	}}
}

// Unanswered makes it an outbound call that nobody answers: the status is busy,
// no-answer or failed. The app gets no request but for the status, if [Outbound]
// says where.
func Unanswered(status voxhook.CallStatus) Option {
	return Option{func(c *sim.Config) {
		c.Webhook.Direction = voxhook.DirectionOutboundAPI
		c.Unanswered = cmp.Or(status, "nothing") // which is refused
	}}
}

// NestedVars sends variables as nested JSON. Without it: as flat JSON. The
// platform does not document which it sends, and voxhook reads both. A name
// that is a variable and a group, menu and menu.digits, cannot nest: what is
// below it is then flat.
func NestedVars() Option { return Option{func(c *sim.Config) { c.NestedVars = true }} }

// PlayLength is how long audio files play. Without it, or zero: 5 seconds.
func PlayLength(d time.Duration) Option {
	return Option{func(c *sim.Config) { c.PlayLength = d }}
}

// Retries is how often a webhook is repeated that was not answered with a 2xx
// status, at most 10 times. Without it: 3 times, after 1, 2 and 4 seconds of the
// call's time. Negative or zero: never.
func Retries(n int) Option {
	return Option{func(c *sim.Config) {
		if c.Retries = n; n == 0 {
			c.Retries = -1
		}
	}}
}

// RecordingsAt is where the app finds the recordings of the call: the URL of a
// server of [Recordings]. Without it they have URLs that lead nowhere.
func RecordingsAt(url string) Option {
	return Option{func(c *sim.Config) { c.RecordingsURL = url }}
}

// FailRecordings lets all recordings of the call fail.
func FailRecordings() Option { return Option{func(c *sim.Config) { c.FailRecordings = true }} }

// Recordings serves the recordings of all calls: silence of the right length,
// as WAV files. It is for an app that fetches them; give its URL to
// [RecordingsAt]:
//
//	server := httptest.NewServer(voxtest.Recordings())
//	defer server.Close()
//	call := voxtest.Call(t, app, "/voice", voxtest.RecordingsAt(server.URL))
func Recordings() http.Handler { return sim.Recordings() }
