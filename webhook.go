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

// The limits of a request that does not come through a [Handler] with its own.
const (
	DefaultMaxBodyBytes = form.DefaultBytes // 256 KiB, of the body or the query
	DefaultMaxParams    = form.DefaultPairs // 1,000, including the variables in Vars
)

// Errors that reject a whole request. [StatusCode] returns the HTTP status for
// each.
var (
	// ErrMethod is returned for a request that is neither GET nor POST.
	ErrMethod = errors.New("voxhook: method is neither GET nor POST")

	// ErrContentType is returned for a body that is not a plain form.
	ErrContentType = errors.New("voxhook: body is not application/x-www-form-urlencoded")

	// ErrBodyRead is wrapped by the error for a body that something before
	// this package has read, without calling ParseForm.
	ErrBodyRead = errors.New("voxhook: the body was already read")

	// ErrTooLarge is wrapped by the error for a body, a query or a number of
	// parameters over the limit.
	ErrTooLarge = errors.New("voxhook: request is too large")

	// ErrMalformed is wrapped by the error for a body that is not a form.
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

	// AccountID is the id of the account, digits.
	AccountID string `schema:"AccountID"`

	// TrunkID is the id of the trunk group, digits.
	TrunkID string `schema:"TrunkID"`

	// From is the calling number: E.164, normally with a plus. It can also be
	// a SIP URI, or a word such as "anonymous"; see Withheld.
	From string `schema:"From"`

	// To is the called number, in the forms of From.
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

	// Vars are the variables of the call. It is nil if there are none.
	Vars Vars `schema:"Vars"`

	// Geo holds the places of the caller and the called party.
	Geo

	// Params are all parameters as received, in order, known to this package
	// or not. On a POST, parameters of the URL's own query follow if the body
	// does not have them. A form that was already parsed has lost its order
	// and is sorted by name.
	Params Params `schema:"-"`

	// Invalid lists the known parameters that cannot be parsed, and those that
	// came more than once with different values. Of these the last value
	// counts.
	Invalid []*ParamError `schema:"-"`

	// sent is the number of Params that can be documented parameters. The rest
	// comes from the own query of a POST.
	sent int `schema:"-"` // so that gorilla/schema can encode the event
}

// set sets the field of a parameter and reports whether there is one.
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

// Withheld reports whether the caller's number is not known: there is no From,
// or it is anonymous, restricted, private, unavailable, unknown or +266696687
// (the letters of "anonymous"), in any case, with or without the plus. The
// words other than anonymous and restricted are unconfirmed.
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
// The parameters of a POST come from its body, those of a GET from its query.
// Query parameters of a POST are added to Params only; a CallSid in the query
// is ignored. The own query of a URL need not be a form: on a POST, pairs that
// do not parse are skipped; on a GET they are kept as raw text. Decode reads
// the body to its end and does not close it. If ParseForm was already called,
// Decode uses r.PostForm and does not see its error.
//
// Decode fails if
//
//   - the method is neither GET nor POST: [ErrMethod];
//   - the body is not a form, or is compressed: [ErrContentType];
//   - the body was already read: [ErrBodyRead];
//   - the body, or the query of a GET, is over [DefaultMaxBodyBytes] or has
//     more than [DefaultMaxParams] parameters: [ErrTooLarge];
//   - the body has a bad escape or a bare semicolon: [ErrMalformed];
//   - CallSid is missing: a *[ParamError] with [ErrMissing];
//   - CallSid, AccountID or ParentCallSid came more than once with different
//     values: a *[ParamError] with [ErrConflict]; or one is not valid UTF-8
//     without NUL: a *[ParamError];
//   - the body cannot be read: an error that wraps the cause.
func Decode(r *http.Request) (*VoiceWebhook, error) {
	var in received
	if err := in.read(r, form.Limits{}); err != nil {
		return nil, err
	}
	w := in.webhook
	return &w, nil
}

// StatusCode returns the HTTP status with which to refuse a request for which
// [Decode] or [Parse] returned err: 405 for [ErrMethod], 415 for
// [ErrContentType], 413 for [ErrTooLarge] and an [http.MaxBytesError], 400 for
// [ErrMalformed], [ErrBodyRead], a [ParamError] and a body that cannot be read.
// It is 501 for [ErrUnhandled], and 500 for any other error and for nil.
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

// largeRequest is the size above which fields get their own copies of strings,
// so that a field that is kept does not keep the whole request.
const largeRequest = 4 << 10

// A received is a request that has been read.
type received struct {
	webhook VoiceWebhook
	signs   signs
	large   bool
	plain   bool // all values are ASCII without NUL
	vars    int  // how many variables may be in Vars

	// odd describes pairs that need more than their text. Usually it is nil.
	odd map[int]oddity
}

// An oddity is what is wrong with a pair of the webhook's Params.
type oddity struct {
	skip bool  // a later pair has the same name
	raw  bool  // the value was not well-formed
	err  error // for Invalid, if the parameter is documented
}

// read reads a request and refuses it if it is not a voice webhook.
func (in *received) read(r *http.Request, limits form.Limits) error {
	if err := in.readParams(r, limits); err != nil {
		return err
	}
	in.vars = limits.MaxPairs() - len(in.webhook.Params)
	in.markRepeated()
	if in.odd != nil {
		if err := in.checkIdentity(r.Method); err != nil {
			return err
		}
	}
	return in.fill(r.Method)
}

// fill sets the fields of the webhook and collects the signs of its kind.
func (in *received) fill(method string) error {
	w := &in.webhook
	started := method == http.MethodPost // a GET begins with the URL's own query
	for i := range w.Params[:w.sent] {
		name, v, problem, ok := in.at(i)
		if !ok {
			continue
		}
		known, err := w.set(name, v)
		switch {
		case known:
			started = true
			if err != nil && isIdentity(name) {
				return &ParamError{Param: name, Err: err}
			}
			w.invalid(name, problem, err)
		case started:
			in.signs |= signOf(name)
		}
	}
	if w.CallSid == "" {
		return &ParamError{Param: "CallSid", Err: ErrMissing}
	}
	return nil
}

// event returns the event of a kind.
func (in *received) event(k Kind) Event {
	ev := k.New()
	w := ev.Webhook()
	*w = in.webhook
	for i := range w.Params[:w.sent] {
		name, v, problem, ok := in.at(i)
		if !ok {
			continue
		}
		if known, err := ev.set(name, v); known {
			w.invalid(name, problem, err)
		}
	}
	return ev
}

// at returns a pair of the webhook's Params as a documented parameter. It
// reports false if a later pair of the same name counts.
func (in *received) at(i int) (name string, v value, problem error, ok bool) {
	p := &in.webhook.Params[i]
	v = value{text: p.Value, clone: in.large, plain: in.plain, vars: in.vars}
	if in.odd != nil {
		odd := in.odd[i]
		if odd.raw {
			v.text = ""
		}
		return p.Name, v, odd.err, !odd.skip
	}
	return p.Name, v, nil, true
}

// invalid lists a parameter in Invalid for each of the errors that is not nil.
func (w *VoiceWebhook) invalid(name string, errs ...error) {
	for _, err := range errs {
		if err != nil {
			w.Invalid = append(w.Invalid, &ParamError{Param: name, Err: err})
		}
	}
}

// markRepeated records in odd the parameters that came more than once.
func (in *received) markRepeated() {
	params := in.webhook.Params[:in.webhook.sent]
	if !mayRepeat(params) {
		return
	}
	last := make(map[string]int, len(params))
	for i, p := range params {
		before, ok := last[p.Name]
		last[p.Name] = i
		if !ok {
			continue
		}
		if in.odd == nil {
			in.odd = make(map[int]oddity)
		}
		earlier, odd := in.odd[before], in.odd[i]
		if p.Value != params[before].Value || errors.Is(earlier.err, ErrConflict) {
			odd.err = ErrConflict
		}
		in.odd[before], in.odd[i] = oddity{skip: true}, odd
	}
}

// mayRepeat reports whether a name may occur twice. It remembers the names in
// a small set and looks closer only at those that could be in it, which is
// what keeps a request without repetitions free of a map.
func mayRepeat(params Params) bool {
	var seen [4]uint64
	for i := range params {
		name := params[i].Name
		if name == "" {
			return true
		}
		hash := uint8(len(name))*37 ^ name[0]*5 ^ name[len(name)-1]*11 ^ name[len(name)/2]*23
		word, bit := hash/64, uint64(1)<<(hash%64)
		if seen[word]&bit != 0 && slices.ContainsFunc(params[:i], func(p Param) bool { return p.Name == name }) {
			return true
		}
		seen[word] |= bit
	}
	return false
}

// identity are the parameters by which programs tell calls apart. They are
// never guessed.
var identity = [...]string{"CallSid", "AccountID", "ParentCallSid"}

func isIdentity(name string) bool { return slices.Contains(identity[:], name) }

// checkIdentity refuses a request whose identity parameters are odd.
func (in *received) checkIdentity(method string) error {
	for i, odd := range in.odd {
		name := in.webhook.Params[i].Name
		if odd.err == nil || !isIdentity(name) {
			continue
		}
		err := odd.err
		if errors.Is(err, ErrConflict) && method == http.MethodGet {
			err = fmt.Errorf("%w; the URL has a %s of its own", err, name)
		}
		return &ParamError{Param: name, Err: err}
	}
	return nil
}

// A value is the text of a documented parameter.
type value struct {
	text  string
	clone bool // keep a copy
	plain bool // it is known to be ASCII without NUL
	vars  int  // the largest number of variables
}

// text sets a string.
func text[S ~string](dst *S, v value) (err error) {
	if !v.plain {
		v.text, err = form.Text(v.text)
	}
	if v.clone {
		v.text = strings.Clone(v.text)
	}
	*dst = S(v.text)
	return err
}

// parsed sets what parse returns for a value that is not empty.
func parsed[T any](dst *T, v value, parse func(string) (T, error)) (err error) {
	if v.text != "" {
		*dst, err = parse(v.text)
	}
	return err
}

// readParams reads the parameters of a request.
func (in *received) readParams(r *http.Request, limits form.Limits) (err error) {
	w := &in.webhook
	switch r.Method {
	case http.MethodGet:
		var bad []int
		w.Params, bad, err = form.AppendQuery(Params(nil), r.URL.RawQuery, limits)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrTooLarge, err)
		}
		for _, i := range bad {
			if in.odd == nil {
				in.odd = make(map[int]oddity)
			}
			in.odd[i] = oddity{raw: true, err: errEscape}
		}
		w.sent = len(w.Params)
		in.large = len(r.URL.RawQuery) > largeRequest
		drain(r, limits)
		return nil
	case http.MethodPost:
	default:
		return ErrMethod
	}
	if !form.IsForm(r.Header) {
		return ErrContentType
	}
	if err := in.readForm(r, limits); err != nil {
		return err
	}
	w.sent = len(w.Params)
	if r.URL.RawQuery != "" {
		w.Params = appendOwnQuery(w.Params, r.URL.RawQuery, limits)
	}
	return nil
}

// readForm reads the parameters of the body.
func (in *received) readForm(r *http.Request, limits form.Limits) error {
	if r.PostForm != nil {
		return in.readParsedForm(r, limits)
	}
	body, err := readBody(r, limits)
	if err != nil {
		return err
	}
	in.large = len(body)+len(r.URL.RawQuery) > largeRequest
	in.webhook.Params, err = form.Append(Params(nil), body, limits)
	switch {
	case errors.Is(err, form.ErrPairs):
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	in.plain = form.Plain(body) // now without escapes
	return nil
}

func readBody(r *http.Request, limits form.Limits) ([]byte, error) {
	body, err := form.Body(r, limits)
	switch {
	case errors.Is(err, form.ErrGone):
		return nil, bodyGone(r)
	case errors.Is(err, form.ErrBytes):
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		return nil, &bodyError{err}
	}
	return body, nil
}

// bodyGone returns the error for an empty body that was announced with a size,
// or nil.
func bodyGone(r *http.Request) error {
	if r.ContentLength <= 0 {
		return nil
	}
	return fmt.Errorf("%w: %d bytes announced, none left", ErrBodyRead, r.ContentLength)
}

// drain reads the body of a GET, which means nothing, as far as a body may go.
// Only then does net/http notice that the client is gone.
func drain(r *http.Request, limits form.Limits) {
	if r.Body != nil && r.Body != http.NoBody {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, limits.MaxBytes()+1))
	}
}

// readParsedForm reads the parameters of a body that was already parsed.
func (in *received) readParsedForm(r *http.Request, limits form.Limits) error {
	if len(r.PostForm) == 0 {
		return bodyGone(r)
	}
	size := len(r.URL.RawQuery)
	var params Params
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			params = append(params, Param{Name: name, Value: value})
			size += len(name) + len(value)
		}
	}
	if len(params) > limits.MaxPairs() {
		return fmt.Errorf("%w: %w", ErrTooLarge, form.ErrPairs)
	}
	in.webhook.Params = params
	in.large = size > largeRequest
	return nil
}

// appendOwnQuery adds the pairs of a POST's query whose names are not in the
// body. The customer wrote that query, so nothing in it is an error: a pair
// that is not well-formed or is over a limit is left out.
func appendOwnQuery(params Params, query string, limits form.Limits) Params {
	n := len(params)
	names := make(map[string]struct{}, n)
	for _, p := range params {
		names[p.Name] = struct{}{}
	}
	all, bad, _ := form.AppendQuery(params, query, limits)
	kept := all[:n]
	for i, p := range all[n:] {
		if _, ok := names[p.Name]; !ok && !slices.Contains(bad, n+i) {
			kept = append(kept, p)
		}
	}
	return kept
}
