package sim

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A Config describes a call, and how the platform behaves where its
// documentation leaves the behavior open. App and URL are required. The zero
// value of every other field is a good default.
type Config struct {
	// App answers the webhooks. It is an [http.Client] or the result of
	// [Handler].
	App App

	// URL is the absolute URL of the first request.
	URL string

	// Method is the method of the first request. If empty, it is POST.
	Method voxml.Method

	// First is the event of the first request, for a call that begins in the
	// middle. Its VoiceWebhook is overwritten. If nil, it is an IncomingCall.
	First voxhook.Event

	// Header is added to requests to the host of URL.
	Header http.Header

	// Webhook has the parameters that every webhook of the call carries. Its
	// Vars are the variables at the beginning of the call. If its Direction is
	// outbound-api, the call is outbound. Empty CallSid, From, To, AccountID,
	// TrunkID, APIVersion and Direction get a default.
	Webhook voxhook.VoiceWebhook

	// NoFrom omits From from all webhooks, as if the caller withheld the
	// number.
	NoFrom bool

	// Unanswered is the status of an outbound call that is not answered: busy,
	// no-answer or failed. If empty, the call is answered.
	Unanswered voxhook.CallStatus

	// StatusCallback is the URL that receives the end of an outbound call,
	// relative to URL. If empty, the end is not reported.
	StatusCallback string

	// NestedVars sends variables as nested JSON instead of flat JSON.
	NestedVars bool

	// TypeAhead keeps keys of DoType that are pressed while the app is not
	// listening. The next Gather receives them when it begins. Otherwise they
	// are lost.
	TypeAhead bool

	// EmptyVars sends Vars as an empty object if there are no variables.
	// Otherwise Vars is omitted.
	EmptyVars bool

	// KeepResults keeps the old variables of an Output if the result of the
	// verb is empty. Otherwise they are unset.
	KeepResults bool

	// DoWhile runs the body of a Do once before its expression is tested.
	DoWhile bool

	// Reshape, if not nil, may change the Form of each webhook before the first
	// attempt to send it.
	Reshape func(*Exchange)

	// Fault, if not nil, is called before each attempt to send a webhook, and
	// returns its fault.
	Fault func(*Exchange) Fault

	// Concurrent sends notifications without waiting for their answers. The
	// call waits for these after it has received another document, and before
	// time passes. It also sends both deliveries of a Fault at the same time.
	Concurrent bool

	// Timeout is how long the platform waits for an answer, in real time. After
	// that, a late answer is dropped, and the request is repeated while the
	// first one still runs. Zero means no limit.
	Timeout time.Duration

	// RealTime makes the call use the time of package time: everything that
	// takes time sleeps, and the time in which the app answers is part of the
	// call. Start is then ignored.
	RealTime bool

	// Start is when the call begins. Zero means [DefaultStart].
	Start time.Time

	// PlayLength is how long each audio file plays. Zero means 5 seconds.
	PlayLength time.Duration

	// Retries is how often a webhook is repeated if it is not answered with a
	// 2xx status. The waits between attempts are 1, 2, 4 … seconds. The maximum
	// is 10. Zero means 3, and a negative number means no repetition.
	Retries int

	// RecordingsURL is the URL where [Recordings] is served. If empty, the URLs
	// of recordings begin with https://recordings.example.com/.
	RecordingsURL string

	// FailRecordings makes all recordings of the call fail.
	FailRecordings bool

	// Context, if not nil, ends the call when it is done. The request in flight
	// is then abandoned, no webhook is repeated, and each webhook still to be
	// sent has 3 seconds. If the call is waiting for a document, this is as if
	// the caller had hung up.
	Context context.Context

	// OnSend, if not nil, is called before each request with the exchange to be
	// sent.
	OnSend func(*Exchange)
}

// Defaults and limits of a [Config].
const (
	defaultPlayLength = 5 * time.Second
	defaultRetries    = 3
	maxRetries        = 10

	lastTimeout = 3 * time.Second // for each request after Context is done
)

// check returns the parsed URL to call, or an error if the Config is invalid.
func (cfg *Config) check() (*url.URL, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil || !isWeb(base) {
		return nil, errors.New("the URL to call is not an absolute http or https URL, such as http://127.0.0.1:8080/voice")
	}
	if u, err := base.Parse(cfg.StatusCallback); err != nil || !isWeb(u) {
		return nil, errors.New("the URL of the status callback must be an http or https URL, or relative to the URL to call")
	}
	if cfg.RecordingsURL != "" {
		if u, err := url.Parse(cfg.RecordingsURL); err != nil || !isWeb(u) {
			return nil, errors.New("the URL of the recordings must be an http or https URL")
		}
	}
	return base, cfg.checkCall()
}

// checkCall returns an error if the Config describes an impossible call.
func (cfg *Config) checkCall() error {
	if cfg.Webhook.CallStatus.Ended() {
		return fmt.Errorf("a call cannot begin with the status %s", cfg.Webhook.CallStatus)
	}
	if cfg.First != nil && !cfg.First.Kind().WantsDocument() {
		return errors.New("a call cannot begin with a notification, because a notification needs no document")
	}
	switch cfg.Unanswered {
	case "", voxhook.CallStatusBusy, voxhook.CallStatusNoAnswer, voxhook.CallStatusFailed:
	default:
		return errors.New("the status of an unanswered call must be busy, no-answer or failed")
	}
	if cfg.PlayLength < 0 || 0 < cfg.PlayLength && cfg.PlayLength < time.Millisecond {
		return fmt.Errorf("an audio file cannot play for %v", cfg.PlayLength)
	}
	return nil
}

// complete sets the defaults.
func (cfg *Config) complete() {
	if cfg.First == nil {
		cfg.First = &voxhook.IncomingCall{}
	}
	if cfg.Start.IsZero() {
		cfg.Start = DefaultStart
	}
	if cfg.RealTime {
		cfg.Start = time.Now()
	}
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	cfg.PlayLength = cmp.Or(cfg.PlayLength, defaultPlayLength)
	cfg.Retries = min(cmp.Or(cfg.Retries, defaultRetries), maxRetries)
	cfg.App = WithoutRedirects(cfg.App)
}

// DefaultStart is when calls begin by default. It is fixed, so that every run
// is the same.
var DefaultStart = time.Date(2025, time.January, 1, 12, 0, 0, 0, time.UTC)

// Complete sets empty parameters that every webhook must have.
func Complete(w *voxhook.VoiceWebhook) {
	w.AccountID = cmp.Or(w.AccountID, "4021")
	w.TrunkID = cmp.Or(w.TrunkID, "90001")
	w.From = cmp.Or(w.From, "+14025550100")
	w.To = cmp.Or(w.To, "+14025550199")
	w.APIVersion = cmp.Or(w.APIVersion, "v0")
	w.Direction = cmp.Or(w.Direction, voxhook.DirectionInbound)
	w.CallSid = cmp.Or(w.CallSid, NewID(w.From, 0))
}

// NewID returns an id in the format of a UUID, derived from a name and a
// number.
func NewID(name string, n int) string {
	sum := sha256.Sum256(strconv.AppendInt([]byte(name+" "), int64(n), 10))
	sum[6] = sum[6]&0x0f | 0x80 // version 8: custom
	sum[8] = sum[8]&0x3f | 0x80
	digits := hex.EncodeToString(sum[:16])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}
