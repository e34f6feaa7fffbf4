package voxhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/voxhook/voxhook/internal/form"
)

// The limits of a request, where a [Handler] does not set its own.
const (
	DefaultMaxBodyBytes = form.DefaultBytes // 256 KiB, of the body and of the query
	DefaultMaxParams    = form.DefaultPairs // 1,000, of the body and the query together
)

// What can be wrong with a request as a whole. [StatusCode] has the status
// for each.
var (
	// ErrMethod is returned for a request that is neither GET nor POST.
	ErrMethod = errors.New("voxhook: method is neither GET nor POST")

	// ErrContentType is returned for a body that is not a plain form.
	ErrContentType = errors.New("voxhook: body is not application/x-www-form-urlencoded")

	// ErrTooLarge is wrapped by the error for a body, a query or a number of
	// parameters over the limit.
	ErrTooLarge = errors.New("voxhook: request is too large")

	// ErrMalformed is wrapped by the error for a body or a query that is not
	// a form.
	ErrMalformed = errors.New("voxhook: malformed form")
)

// A VoiceWebhook holds the parameters that every voice webhook has. All events
// embed it.
//
// A parameter that was not sent leaves its field zero. So does one that could
// not be parsed: it is in Invalid, so that no event is lost because of it.
//
// Voxtelesys documentation: webhooks, request parameters.
type VoiceWebhook struct {
	// CallSid is the unique id of this call. It is never empty.
	CallSid string `schema:"CallSid"`

	// AccountID is the id of the account, digits.
	AccountID string `schema:"AccountID"`

	// TrunkID is the id of the trunk group, digits.
	TrunkID string `schema:"TrunkID"`

	// From is the calling number: E.164, normally with a plus. It can also be
	// a SIP URI, or a word such as "anonymous".
	From string `schema:"From"`

	// To is the called number, in the forms of From.
	To string `schema:"To"`

	// CallStatus is the state of this call.
	CallStatus CallStatus `schema:"CallStatus"`

	// APIVersion is the version of the API that handles the call.
	// Wire name: ApiVersion.
	APIVersion string `schema:"ApiVersion"`

	// Direction tells who began this call.
	Direction Direction `schema:"Direction"`

	// CallerName is the caller's name (CNAM).
	CallerName string `schema:"CallerName"`

	// ParentCallSid is the id of the call that created this leg. It is empty
	// on the first leg.
	ParentCallSid string `schema:"ParentCallSid"`

	// AnsweredBy is what answering machine detection found. It is empty
	// without detection.
	AnsweredBy AnsweredBy `schema:"AnsweredBy"`

	// Vars are the variables of the call. It is nil if there are none.
	Vars Vars `schema:"Vars"`

	// Geo is where caller and called party are.
	Geo

	// Params are all parameters as they were received, known to this package
	// or not, in order: those of the body, and behind them those of the URL's
	// own query that the body does not have. A form that was parsed before it
	// got here has lost its order and comes sorted by name.
	Params Params `schema:"-"`

	// Invalid lists the known parameters that could not be parsed or came
	// twice with different values. Of these the first value counts.
	Invalid []*ParamError `schema:"-"`
}

// Webhook returns w. It gives the common parameters of any [Event].
func (w *VoiceWebhook) Webhook() *VoiceWebhook { return w }

// Decode reads the parameters that every voice webhook has, whatever its kind.
// Most programs want [Parse] or a [Handler].
//
// A POST is read from its body, where Decode expects a form; a GET from its
// query. The query of a POST is the customer's own: it gets into Params and
// fills no other field, and a CallSid there is none. Decode reads the body to its end and does not close it. If
// middleware has called ParseForm already, its result is taken, and what was
// wrong with the form is for the middleware to see.
//
// Decode fails if
//
//   - the method is neither GET nor POST: [ErrMethod];
//   - the body is not a form, or is compressed: [ErrContentType];
//   - body or query is over [DefaultMaxBodyBytes], or has more than
//     [DefaultMaxParams] parameters: [ErrTooLarge];
//   - the form has a bad escape or a bare semicolon: [ErrMalformed];
//   - CallSid is missing: a *[ParamError] with [ErrMissing];
//   - CallSid or AccountID comes twice with different values: a *[ParamError]
//     with [ErrConflict];
//   - the body cannot be read: the error of reading it, which errors.Is and
//     errors.As find, and which is in the text only if it cannot quote the body.
func Decode(r *http.Request) (*VoiceWebhook, error) {
	var in received
	if err := in.read(r, form.Limits{}); err != nil {
		return nil, err
	}
	w := new(VoiceWebhook)
	in.common(w)
	return w, nil
}

// StatusCode returns the HTTP status by which to refuse a request for which
// [Decode] or [Parse] returned err: 405 for [ErrMethod], 415 for
// [ErrContentType], 413 for [ErrTooLarge] and an [http.MaxBytesError], 400 for
// [ErrMalformed], a [ParamError] and a body that cannot be read. It is 501 for
// [ErrUnhandled], and 500 for all else, nil included.
func StatusCode(err error) int {
	var param *ParamError
	var body *bodyError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, ErrMethod):
		return http.StatusMethodNotAllowed
	case errors.Is(err, ErrContentType):
		return http.StatusUnsupportedMediaType
	case errors.Is(err, ErrTooLarge), errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrMalformed), errors.As(err, &body), errors.As(err, &param):
		return http.StatusBadRequest
	case errors.Is(err, ErrUnhandled):
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}

// A bodyError tells that a body could not be read. Its text has the cause only
// if that is known not to quote the request, as the errors of trailers do.
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

// readParams returns the parameters of a request. The documented ones count
// only among the first n.
func readParams(r *http.Request, limits form.Limits) (params Params, n int, err error) {
	switch r.Method {
	case http.MethodGet:
		params, err = appendForm(nil, []byte(r.URL.RawQuery), limits)
		return params, len(params), err
	case http.MethodPost:
	default:
		return nil, 0, ErrMethod
	}
	if !isForm(r.Header) {
		return nil, 0, ErrContentType
	}
	if r.PostForm != nil {
		params, err = parsedForm(r.PostForm, limits)
	} else {
		var body []byte
		if body, err = readBody(r, limits); err == nil {
			params, err = appendForm(nil, body, limits)
		}
	}
	if err != nil {
		return nil, 0, err
	}
	n = len(params)
	if r.URL.RawQuery == "" {
		return params, n, nil
	}
	query, err := appendForm(params, []byte(r.URL.RawQuery), limits)
	if err != nil {
		return nil, 0, err
	}
	return withoutDuplicates(query, n), n, nil
}

// isForm reports whether the headers are those of a plain form. Parameters of
// the media type, such as a charset, say nothing: a form is UTF-8.
func isForm(h http.Header) bool {
	const want = "application/x-www-form-urlencoded"
	mediaType := h.Get("Content-Type")
	if mediaType != want {
		mediaType, _, _ = strings.Cut(mediaType, ";")
		if !strings.EqualFold(strings.TrimSpace(mediaType), want) {
			return false
		}
	}
	for _, encoding := range h["Content-Encoding"] {
		if encoding != "" && !strings.EqualFold(encoding, "identity") {
			return false
		}
	}
	return true
}

func readBody(r *http.Request, limits form.Limits) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := form.Read(r.Body, r.ContentLength, limits)
	switch {
	case errors.Is(err, form.ErrBytes):
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		return nil, &bodyError{err}
	}
	return body, nil
}

func appendForm(params Params, text []byte, limits form.Limits) (Params, error) {
	params, err := form.Append(params, text, limits)
	switch {
	case errors.Is(err, form.ErrBytes), errors.Is(err, form.ErrPairs):
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return params, nil
}

// parsedForm returns the parameters of a body that somebody has parsed before.
func parsedForm(values map[string][]string, limits form.Limits) (Params, error) {
	var params Params
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			params = append(params, Param{Name: name, Value: value})
		}
	}
	if len(params) > limits.MaxPairs() {
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, form.ErrPairs)
	}
	return params, nil
}

// withoutDuplicates drops those parameters behind the first n whose names are
// among the first n.
func withoutDuplicates(params Params, n int) Params {
	names := make(map[string]struct{}, n)
	for _, p := range params[:n] {
		names[p.Name] = struct{}{}
	}
	kept := params[:n]
	for _, p := range params[n:] {
		if _, ok := names[p.Name]; !ok {
			kept = append(kept, p)
		}
	}
	return kept
}
