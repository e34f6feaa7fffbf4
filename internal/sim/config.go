package sim

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
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

	// Method is how it is requested. Empty: POST.
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

	// Unanswered is what becomes of an outbound call that nobody answers:
	// busy, no-answer or failed. Empty: it is answered.
	Unanswered voxhook.CallStatus

	// StatusCallback is the URL that is told of the end of an outbound call,
	// relative to URL. Empty: nobody is.
	StatusCallback string

	// NestedVars sends variables as nested JSON. False: as flat JSON.
	NestedVars bool

	// Start is when the call begins. Zero: [DefaultStart].
	Start time.Time

	// PlayLength is how long an audio file plays. Zero: 5 seconds.
	PlayLength time.Duration

	// Retries is how often a webhook is repeated that was not answered with a
	// 2xx status, after 1, 2, 4 … seconds, at most 10 times. Zero: 3. Negative:
	// never.
	Retries int

	// RecordingsURL is where [Recordings] is served. Empty: nowhere, which has
	// the URL https://recordings.example.com/.
	RecordingsURL string

	// FailRecordings makes all recordings of the call fail.
	FailRecordings bool

	// Context ends the call. Once it is done, the request in flight is given
	// up, no webhook is repeated, and what is still to be sent has 3 seconds.
	// A caller who waits for a document has hung up then. Nil: nothing ends it.
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

// DefaultStart is when a call begins where the [Config] does not say: a time
// that is the same in every run.
var DefaultStart = time.Date(2025, time.January, 1, 12, 0, 0, 0, time.UTC)

// Complete fills in what every webhook has and this one has not.
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
	sum[6] = sum[6]&0x0f | 0x80 // version 8: made by one's own rule
	sum[8] = sum[8]&0x3f | 0x80
	digits := hex.EncodeToString(sum[:16])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}
