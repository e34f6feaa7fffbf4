package voxhook

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/internal/form"
)

// largeRequest is the size in bytes above which fields copy their strings, so
// that a program that keeps one field does not keep the whole request.
const largeRequest = 4 << 10

// A received is a request that has been read.
type received struct {
	webhook VoiceWebhook
	signs   signs
	large   bool
	plain   bool // all values are ASCII without NUL
	vars    int  // the largest number of variables in Vars

	// odd maps the indexes of unusual Params to their oddities. It is nil for
	// most requests.
	odd map[int]oddity
}

// An oddity describes an unusual pair of Params.
type oddity struct {
	skip bool  // a later pair has the same name
	raw  bool  // the value was malformed
	err  error // for Invalid, if the parameter is documented
}

// read reads a request and refuses it if it is not a voice webhook.
func (in *received) read(r *http.Request, limits form.Limits) error {
	if err := in.readParams(r, limits); err != nil {
		return err
	}
	in.vars = limits.MaxPairs() - in.webhook.Sent
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
	for i := range w.Params[:w.Sent] {
		name, v, problem, ok := in.at(i)
		if !ok {
			continue
		}
		known, err := w.set(name, v)
		switch {
		case known:
			started = true
			if err != nil && isIdentity(name) {
				return newParamError(name, err)
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
	for i := range w.Params[:w.Sent] {
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

// at returns the name and value of Params[i], and what is wrong with it. It
// returns ok false if a later pair has the same name: the last one is used.
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

// invalid lists a parameter in Invalid once for each error that is not nil.
func (w *VoiceWebhook) invalid(name string, errs ...error) {
	for _, err := range errs {
		if err != nil {
			w.Invalid = append(w.Invalid, newParamError(name, err))
		}
	}
}

// markRepeated records in odd the parameters that came more than once.
func (in *received) markRepeated() {
	params := in.webhook.Params[:in.webhook.Sent]
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
		if p.Value != params[before].Value || odd.raw != earlier.raw || errors.Is(earlier.err, ErrConflict) {
			odd.err = ErrConflict
		}
		in.odd[before], in.odd[i] = oddity{skip: true}, odd
	}
}

// mayRepeat reports whether a name may occur twice. It hashes names into a set
// of 256 bits and compares only names with the same bit, so that most requests
// need no map.
func mayRepeat(params Params) bool {
	if len(params) > 64 { // the set is too full: most names would share a bit
		return true
	}
	var seen [4]uint64
	for i := range params {
		name := params[i].Name
		if name == "" {
			continue // no documented parameter
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

// identity lists the parameters that identify a call and its account. A request
// is refused if one of them is doubtful.
var identity = [...]string{"CallSid", "AccountID", "ParentCallSid"}

func isIdentity(name string) bool { return slices.Contains(identity[:], name) }

// checkIdentity refuses a request whose identity parameters are odd.
func (in *received) checkIdentity(method string) error {
	for i, p := range in.webhook.Params[:in.webhook.Sent] {
		name, odd := p.Name, in.odd[i]
		if odd.err == nil || !isIdentity(name) {
			continue
		}
		err := odd.err
		if errors.Is(err, ErrConflict) && method == http.MethodGet {
			err = fmt.Errorf("%w; the URL has its own %s", err, name)
		}
		return newParamError(name, err)
	}
	return nil
}

// A value is the text of a documented parameter.
type value struct {
	text  string
	clone bool // fields copy the text
	plain bool // the text is ASCII without NUL
	vars  int  // the largest number of variables in Vars
}

// text sets a string field to a value as valid UTF-8 without NUL.
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

// parsed sets a field to the parsed value, unless the value is empty.
func parsed[T any](dst *T, v value, parse func(string) (T, error)) (err error) {
	if v.text != "" {
		*dst, err = parse(v.text)
	}
	return err
}

// readParams reads the parameters of a request.
func (in *received) readParams(r *http.Request, limits form.Limits) error {
	query := ""
	if r.URL != nil {
		query = r.URL.RawQuery
	}
	switch r.Method {
	case http.MethodGet:
		drain(r, limits)
		return in.readQuery(query, limits)
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
	w := &in.webhook
	w.Sent = len(w.Params)
	in.large = in.large || len(query) > largeRequest
	if query != "" {
		w.Params = appendOwnQuery(w.Params, query, limits)
	}
	return nil
}

// readQuery reads the parameters of a GET.
func (in *received) readQuery(query string, limits form.Limits) error {
	params, bad, err := form.AppendQuery(Params(nil), query, limits)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	for _, i := range bad {
		if in.odd == nil {
			in.odd = make(map[int]oddity)
		}
		in.odd[i] = oddity{raw: true, err: errEscape}
	}
	in.webhook.Params, in.webhook.Sent = params, len(params)
	in.large = len(query) > largeRequest
	return nil
}

// readForm reads the parameters of the body.
func (in *received) readForm(r *http.Request, limits form.Limits) error {
	if len(r.PostForm) > 0 && !form.IsKept(r) {
		return in.readParsedForm(r, limits)
	}
	body, err := readBody(r, limits)
	if err != nil {
		return err
	}
	in.large = len(body) > largeRequest
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
	if err != nil {
		return nil, notRead(err)
	}
	return body, nil
}

// notRead returns the error for a body that could not be read.
func notRead(err error) error {
	var gone form.GoneError
	switch {
	case errors.As(err, &gone):
		return fmt.Errorf("%w: %w", ErrBodyRead, err)
	case errors.Is(err, form.ErrBytes):
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	return &bodyError{err}
}

// drain discards the body of a GET, up to the limit for bodies. Only after that
// does net/http notice that the client is gone.
func drain(r *http.Request, limits form.Limits) {
	if r.Body != nil && r.Body != http.NoBody {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, limits.MaxBytes()+1))
	}
}

// readParsedForm reads the parameters of a body that was already parsed.
func (in *received) readParsedForm(r *http.Request, limits form.Limits) error {
	pairs, size := 0, int64(0)
	for name, values := range r.PostForm {
		pairs += len(values)
		for _, value := range values {
			size += int64(len(name) + len(value))
		}
	}
	switch {
	case size > limits.MaxBytes():
		return fmt.Errorf("%w: %w", ErrTooLarge, form.ErrBytes)
	case pairs > limits.MaxPairs():
		return fmt.Errorf("%w: %w", ErrTooLarge, form.ErrPairs)
	}
	params := make(Params, 0, pairs)
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			params = append(params, Param{Name: name, Value: value})
		}
	}
	in.webhook.Params = params
	in.large = true // the strings share a body of unknown size
	return nil
}

// appendOwnQuery appends the pairs of a POST's query, except those that are
// also in the body or are parameters of every webhook. The query is part of a
// URL that the customer chose, so nothing in it is an error: malformed pairs
// and pairs over a limit are left out.
func appendOwnQuery(params Params, query string, limits form.Limits) Params {
	n := len(params)
	names := make(map[string]struct{}, n)
	for _, p := range params {
		names[p.Name] = struct{}{}
	}
	all, bad, _ := form.AppendQuery(params, query, limits)
	kept := all[:n]
	for i, p := range all[n:] {
		_, inBody := names[p.Name]
		if common, _ := new(VoiceWebhook).set(p.Name, value{}); !inBody && !common && !slices.Contains(bad, n+i) {
			kept = append(kept, p)
		}
	}
	return kept
}
