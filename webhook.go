package voxhook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"

	"github.com/voxhook/voxhook/internal/form"
)

// The limits of Decode and Parse, and the default limits of a Handler.
const (
	DefaultMaxBodyBytes = form.DefaultBytes // 256 KiB, of the body or the query
	DefaultMaxParams    = form.DefaultPairs // 1,000; variables in Vars count too, see Vars
)

// Errors that reject a whole request. [StatusCode] returns the HTTP status for
// each.
var (
	// ErrMethod is returned for a request that is neither GET nor POST.
	ErrMethod = errors.New("voxhook: method is neither GET nor POST")

	// ErrContentType is returned for a body that is not a form, or is
	// compressed.
	ErrContentType = errors.New("voxhook: body is not application/x-www-form-urlencoded")

	// ErrBodyRead is wrapped by the error for a body that other code has read
	// before, at least in part.
	ErrBodyRead = errors.New("voxhook: the body was already read")

	// ErrTooLarge is wrapped by the error for a body or query that is over
	// the limit in bytes or parameters. Too many variables in Vars do not
	// cause it; see [Vars].
	ErrTooLarge = errors.New("voxhook: request is too large")

	// ErrMalformed is wrapped by the error for a form with a bad escape or a
	// bare semicolon.
	ErrMalformed = errors.New("voxhook: malformed form")
)

// VoiceWebhook holds the parameters that every voice webhook has. All events
// embed it.
//
// A parameter that was not sent leaves its field zero. A parameter that cannot
// be parsed is left zero and listed in Invalid; the event is still delivered.
// Strings are valid UTF-8 without NUL: other bytes become U+FFFD, and the
// parameter is listed in Invalid.
//
// Voxtelesys documentation: webhooks, request parameters.
type VoiceWebhook struct {
	// CallSid is the unique id of this call. It is never empty.
	CallSid string `schema:"CallSid"`

	// AccountID is the id of the account. It consists of digits.
	AccountID string `schema:"AccountID"`

	// TrunkID is the id of the trunk group. It consists of digits.
	TrunkID string `schema:"TrunkID"`

	// From is the calling number, in E.164 format, normally with a plus. It can
	// also be a SIP URI, or a word such as "anonymous"; see Withheld.
	From string `schema:"From"`

	// To is the called number, in the same formats as From.
	To string `schema:"To"`

	// CallStatus is the state of this call.
	CallStatus CallStatus `schema:"CallStatus"`

	// APIVersion is the version of the API that handles the call.
	// Wire name: ApiVersion.
	APIVersion string `schema:"ApiVersion"`

	// Direction says which side placed this call.
	Direction Direction `schema:"Direction"`

	// CallerName is the caller's name (CNAM).
	CallerName string `schema:"CallerName"`

	// ParentCallSid is the id of the call that created this leg. It is empty
	// on the first leg.
	ParentCallSid string `schema:"ParentCallSid"`

	// AnsweredBy is the result of answering machine detection. It is empty
	// without detection. The platform promises it only on the first request of
	// an outbound call.
	AnsweredBy AnsweredBy `schema:"AnsweredBy"`

	// Vars holds the variables of the call. It is nil if there are none.
	Vars Vars `schema:"Vars"`

	// Geo holds the locations of the caller and the called party.
	Geo

	// Params holds the parameters as received, in order, known to this package
	// or not. On a POST, the parameters of the URL's query come last. Query
	// parameters that the body also has, or that every webhook has, are left
	// out. If other code called ParseForm, the order is lost and Params is
	// sorted by name.
	Params Params `schema:"-"`

	// Invalid lists the known parameters that cannot be parsed, and those that
	// came more than once with different values. Of repeated values, the field
	// holds the last.
	Invalid []*ParamError `schema:"-"`

	// Sent splits Params. The first Sent of them were read from the body of a
	// POST or the query of a GET, and the rest from the query of a POST. In a
	// VoiceWebhook that you create, zero means that there is no rest.
	Sent int `schema:"-"`
}

// set sets the field of a parameter and reports whether there is such a field.
func (w *VoiceWebhook) set(name string, v value) (known bool, err error) {
	switch name {
	case "CallSid":
		err = text(&w.CallSid, v)
	case "AccountID":
		err = text(&w.AccountID, v)
	case "TrunkID":
		err = text(&w.TrunkID, v)
	case "From":
		v.text = form.Phone(v.text)
		err = text(&w.From, v)
	case "To":
		v.text = form.Phone(v.text)
		err = text(&w.To, v)
	case "CallStatus":
		err = text(&w.CallStatus, v)
	case "ApiVersion":
		err = text(&w.APIVersion, v)
	case "Direction":
		err = text(&w.Direction, v)
	case "CallerName":
		err = text(&w.CallerName, v)
	case "ParentCallSid":
		err = text(&w.ParentCallSid, v)
	case "AnsweredBy":
		err = text(&w.AnsweredBy, v)
	case "Vars":
		if v.text != "" {
			w.Vars, err = form.Object(v.text, v.vars)
		}
	default:
		return w.Geo.set(name, v)
	}
	return true, err
}

// Webhook returns w. It gives access to the common parameters of any [Event].
func (w *VoiceWebhook) Webhook() *VoiceWebhook { return w }

// Withheld reports whether the caller's number is unknown: From is empty, or it
// is anonymous, restricted, private, unavailable, unknown or +266696687 (which
// spells "anonymous" on a keypad). Case and the plus do not matter. Words other
// than anonymous and restricted are unconfirmed.
func (w *VoiceWebhook) Withheld() bool {
	switch strings.ToLower(strings.TrimPrefix(strings.TrimSpace(w.From), "+")) {
	case "", "anonymous", "restricted", "private", "unavailable", "unknown", "266696687":
		return true
	}
	return false
}

// Decode reads the parameters that every voice webhook has, whatever its kind.
// Most programs want [Parse] or a [Handler].
//
// Decode reads the body of a POST and the query of a GET. Query parameters of a
// POST are added to Params only, if the body does not have them; a CallSid in
// the query is ignored. A query may
// be malformed: on a POST, malformed pairs and pairs over a limit are skipped;
// on a GET, malformed pairs are kept as raw text. Decode reads the body to its
// end and does not close it. If ParseForm was already called, Decode uses
// r.PostForm, which lacks the pairs that ParseForm dropped.
//
// Decode fails if
//
//   - the method is neither GET nor POST: [ErrMethod];
//   - the body is not a form, or is compressed: [ErrContentType];
//   - the body was already read, at least in part: [ErrBodyRead];
//   - the body, or the query of a GET, is over [DefaultMaxBodyBytes] or has
//     more than [DefaultMaxParams] parameters: [ErrTooLarge];
//   - the body has a bad escape or a bare semicolon: [ErrMalformed];
//   - CallSid is missing: a *[ParamError] with [ErrMissing];
//   - CallSid, AccountID or ParentCallSid came more than once with different
//     values: a *[ParamError] with [ErrConflict];
//   - CallSid, AccountID or ParentCallSid is not valid UTF-8, contains a NUL,
//     or is malformed in the query of a GET: a *[ParamError];
//   - the body cannot be read: an error that wraps the cause.
func Decode(r *http.Request) (*VoiceWebhook, error) {
	var in received
	if err := in.read(r, form.Limits{}); err != nil {
		return nil, err
	}
	w := in.webhook
	return &w, nil
}

// StatusCode returns the HTTP status for refusing a request when [Decode] or
// [Parse] returned err: 405 for [ErrMethod], 415 for [ErrContentType], 413 for
// [ErrTooLarge] and an [http.MaxBytesError], 400 for [ErrMalformed],
// [ErrBodyRead], a [ParamError] and a body that cannot be read. It is 501 for
// [ErrUnhandled], and 500 for any other error and for nil.
func StatusCode(err error) int {
	_, param := as[*ParamError](err)
	_, body := as[*bodyError](err)
	_, tooLarge := as[*http.MaxBytesError](err)
	switch {
	case is(err, ErrMethod):
		return http.StatusMethodNotAllowed
	case is(err, ErrContentType):
		return http.StatusUnsupportedMediaType
	case is(err, ErrTooLarge), tooLarge:
		return http.StatusRequestEntityTooLarge
	case is(err, ErrMalformed), is(err, ErrBodyRead), body, param:
		return http.StatusBadRequest
	case is(err, ErrUnhandled):
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}

// A bodyError reports a body that cannot be read. Its text includes the cause
// only if the cause cannot quote the request. Trailer errors do quote it.
type bodyError struct{ err error }

func (e *bodyError) Error() string {
	const text = "voxhook: cannot read the body"
	var tooLarge *http.MaxBytesError
	if errors.As(e.err, &tooLarge) {
		return text + ": " + tooLarge.Error()
	}
	for _, known := range []error{
		io.ErrUnexpectedEOF, os.ErrDeadlineExceeded, context.Canceled, context.DeadlineExceeded,
		syscall.ECONNRESET, http.ErrBodyReadAfterClose,
	} {
		if errors.Is(e.err, known) {
			return text + ": " + known.Error()
		}
	}
	return text
}

func (e *bodyError) Unwrap() error { return e.err }
