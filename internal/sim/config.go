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

// A Config says what call is made, and how the platform behaves where its
// documentation leaves it open. The zero value of every field but App and URL
// is a good choice.
type Config struct {
	// App answers the webhooks: an [http.Client], or what [Handler] returns.
	App App

	// URL is where the first document is requested. It is absolute.
	URL string

	// Method is how it is requested. If empty, POST.
	Method voxml.Method

	// First is what the first request carries, if the call begins in the
	// middle. Its VoiceWebhook is overwritten. If nil, it is an IncomingCall.
	First voxhook.Event

	// Header is added to the requests to the host of URL.
	Header http.Header

	// Webhook has the parameters that every webhook of the call carries. Its
	// Vars are those with which the call begins. The Direction outbound-api
	// makes it an outbound call. Empty CallSid, From, To, AccountID, TrunkID,
	// APIVersion and Direction get a default.
	Webhook voxhook.VoiceWebhook

	// NoFrom leaves From out of all webhooks: the caller withholds the number.
	NoFrom bool

	// Unanswered is the status of an outbound call that nobody answers: busy,
	// no-answer or failed. If empty, the call is answered.
	Unanswered voxhook.CallStatus

	// StatusCallback is the URL to which the end of an outbound call is
	// reported, relative to URL. If empty, it is not reported.
	StatusCallback string

	// NestedVars sends variables as nested JSON, not as flat JSON.
	NestedVars bool

	// TypeAhead keeps the keys of DoType that nobody listens for: the next
	// Gather gets them as soon as it begins. Otherwise they are lost.
	TypeAhead bool

	// EmptyVars sends an empty object where there are no variables. Otherwise
	// Vars is left out.
	EmptyVars bool

	// KeepResults leaves the variables of an Output alone if the result of the
	// verb is empty. Otherwise they are unset.
	KeepResults bool

	// DoWhile runs the body of a Do before its expression is tested.
	DoWhile bool

	// Reshape, if not nil, may change the Form of each webhook before it is
	// sent for the first time.
	Reshape func(*Exchange)

	// Fault, if not nil, returns what happens to a webhook, at each attempt.
	Fault func(*Exchange) Fault

	// Concurrent sends notifications while the call goes on, at least until it
	// has another document or time passes, and both deliveries of a Fault at
	// the same time.
	Concurrent bool

	// Timeout is how long the platform waits for an answer, in real time. Then
	// the answer is dropped, and the request is repeated while the first one
	// still runs. Zero means for ever.
	Timeout time.Duration

	// RealTime makes the time of the call that of package time: whatever takes
	// time sleeps, and so does the call while the app answers. Start is then
	// ignored.
	RealTime bool

	// Start is when the call begins. Zero means [DefaultStart].
	Start time.Time

	// PlayLength is how long an audio file plays. Zero means 5 seconds.
	PlayLength time.Duration

	// Retries is how often a webhook is repeated that was not answered with a
	// 2xx status, after 1, 2, 4 … seconds, at most 10 times. Zero means 3
	// times, a negative number never.
	Retries int

	// RecordingsURL is where [Recordings] is served. If empty, recordings have
	// URLs at https://recordings.example.com/.
	RecordingsURL string

	// FailRecordings makes all recordings of the call fail.
	FailRecordings bool

	// Context, if not nil, ends the call. Once it is done, the request in
	// flight is given up, no webhook is repeated, and each that is still to be
	// sent has 3 seconds. A caller who waits for a document has hung up then.
	Context context.Context

	// OnSend, if not nil, is called before each request, with what will be
	// sent.
	OnSend func(*Exchange)
}

// The defaults of a [Config], and its bounds.
const (
	defaultPlayLength = 5 * time.Second
	defaultRetries    = 3
	maxRetries        = 10

	lastTimeout = 3 * time.Second // of requests once Context is done
)

// check returns the URL to call, or what is wrong with the Config.
func (cfg *Config) check() (*url.URL, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil || !isWeb(base) {
		return nil, errors.New("the URL to call is not an absolute http or https URL, such as http://127.0.0.1:8080/voice")
	}
	if u, err := base.Parse(cfg.StatusCallback); err != nil || !isWeb(u) {
		return nil, errors.New("the URL of the status callback is neither http nor https, nor relative to one")
	}
	if cfg.RecordingsURL != "" {
		if u, err := url.Parse(cfg.RecordingsURL); err != nil || !isWeb(u) {
			return nil, errors.New("the URL of the recordings is neither http nor https")
		}
	}
	return base, cfg.checkCall()
}

// checkCall returns what is wrong with the call that the Config describes.
func (cfg *Config) checkCall() error {
	if cfg.Webhook.CallStatus.Ended() {
		return fmt.Errorf("a call cannot begin as one that is %s", cfg.Webhook.CallStatus)
	}
	if cfg.First != nil && !cfg.First.Kind().WantsDocument() {
		return errors.New("a call cannot begin with a notification, which asks for no document")
	}
	switch cfg.Unanswered {
	case "", voxhook.CallStatusBusy, voxhook.CallStatusNoAnswer, voxhook.CallStatusFailed:
	default:
		return errors.New("an unanswered call is busy, no-answer or failed")
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

// DefaultStart is the time at which a call begins by default. It is the same in
// every run.
var DefaultStart = time.Date(2025, time.January, 1, 12, 0, 0, 0, time.UTC)

// Complete sets the parameters that every webhook has, where they are empty.
func Complete(w *voxhook.VoiceWebhook) {
	w.AccountID = cmp.Or(w.AccountID, "4021")
	w.TrunkID = cmp.Or(w.TrunkID, "90001")
	w.From = cmp.Or(w.From, "+14025550100")
	w.To = cmp.Or(w.To, "+14025550199")
	w.APIVersion = cmp.Or(w.APIVersion, "v0")
	w.Direction = cmp.Or(w.Direction, voxhook.DirectionInbound)
	w.CallSid = cmp.Or(w.CallSid, NewID(w.From, 0))
}

// NewID returns an id in the form of a UUID, made of a name and a number.
func NewID(name string, n int) string {
	sum := sha256.Sum256(strconv.AppendInt([]byte(name+" "), int64(n), 10))
	sum[6] = sum[6]&0x0f | 0x80 // version 8: of our own making
	sum[8] = sum[8]&0x3f | 0x80
	digits := hex.EncodeToString(sum[:16])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}
