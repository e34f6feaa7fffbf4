package sim

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/wire"
	"github.com/voxhook/voxhook/voxml"
)

// An Exchange is a webhook and its answer.
type Exchange struct {
	Method string        // how it was requested
	URL    *url.URL      // without the parameters of Form
	Event  voxhook.Event // what was sent
	Form   url.Values    // its parameters, as sent

	// Attempt counts the requests for the same thing, from 1.
	Attempt int

	// Before is the attempt that failed before this one. It is nil for the
	// first.
	Before *Exchange

	// Place is the path of the verb that caused the request. It is empty for
	// the first webhook of a call.
	Place string

	// From is the exchange whose document has that verb, or nil.
	From *Exchange

	Status int           // of the answer; 0 if there was none
	Header http.Header   // of the answer
	Body   []byte        // of the answer, at most voxml.MaxSize and a byte
	Took   time.Duration // in real time, until the answer was read

	// Document is what the body was read as. It is nil if Err is not.
	Document voxml.Response

	// Err says what is wrong with the answer. It is nil if nothing is.
	Err error

	set     []string        // the variables that earlier documents set
	leftOut []voxml.Finding // the attributes that Document lacks
	watcher *watcher        // of the handlings; nil if the request was not sent
	inErr   int             // how many handlings Err speaks of
}

// String returns the method and the URL, without its secrets.
func (x *Exchange) String() string { return x.Method + " " + Shown(x.URL.String()) }

// Findings returns the attributes of the document that were left out because
// their values do not fit, then what [voxml.Response.Check] finds in the rest.
func (x *Exchange) Findings() []voxml.Finding {
	if x.Document == nil {
		return nil
	}
	return slices.Concat(x.leftOut, x.Document.Check(x.set...))
}

// common returns the part of a webhook that all webhooks of the call have.
func (c *Call) common() voxhook.VoiceWebhook {
	w := c.webhook
	w.Vars = c.Vars()
	return w
}

// instructions requests a document and goes on with it. The rest of the current
// document is dropped.
func (c *Call) instructions(ref string, method voxml.Method, ev voxhook.Event) {
	if c.endless(1, 0) {
		return
	}
	c.phase, c.frames = nil, nil
	c.interrupt()
	x, err := c.request(ref, method, ev)
	if err != nil && c.cfg.Context.Err() != nil {
		c.finish(End{Why: CallerHungUp, Text: hungUp}, voxhook.CallStatusCompleted)
		return
	}
	if err != nil {
		end := End{Why: AppFailed, Text: err.Error(), Exchange: x}
		if x != nil {
			end.Text = x.String() + ": " + end.Text
		}
		c.finish(end, voxhook.CallStatusFailed)
		return
	}
	c.base, c.doc, c.place = x.URL, x, ""
	c.frames = []frame{{verbs: x.Document, path: "Response"}}
}

// tell sends a notification. If that fails, the call goes on.
func (c *Call) tell(ref string, method voxml.Method, ev voxhook.Event) {
	x, err := c.prepare(ref, method, ev)
	if err != nil {
		c.warn("a notification is left out: %v", err)
		return
	}
	c.notify(x)
}

// notify sends a notification. If that fails, it is repeated while the call
// goes on.
func (c *Call) notify(x *Exchange) {
	c.send(x, false)
	switch {
	case x.Err == nil:
	case c.repeats(x):
		c.later = append(c.later, delivery{c.after(backOff(x)), c.repeat(x)})
		slices.SortStableFunc(c.later, func(a, b delivery) int { return cmp.Compare(a.at, b.at) })
	default:
		c.warn("a notification was given up: %v: %v", x, x.Err)
	}
}

// A delivery is a notification that will be sent.
type delivery struct {
	at time.Duration
	x  *Exchange
}

// report sends the result of a verb to its action after the caller has hung
// up. The answer is read, but nobody hears it.
func (c *Call) report(ref string, method voxml.Method, ev voxhook.Event) {
	if ref == "" {
		return
	}
	switch x, err := c.request(ref, method, ev); {
	case x == nil && err != nil:
		c.warn("%v", err)
	case err != nil:
		c.warn("%v: %v", x, err)
	}
}

// request sends a webhook until it is answered with a document, or as often as
// Config.Retries allows. The call waits. The error is that of the last attempt.
func (c *Call) request(ref string, method voxml.Method, ev voxhook.Event) (*Exchange, error) {
	x, err := c.prepare(ref, method, ev)
	if err != nil {
		return nil, err
	}
	for c.send(x, true); c.repeats(x); c.send(x, true) {
		c.pass(backOff(x))
		x = c.repeat(x)
	}
	if mediaType, _, _ := mime.ParseMediaType(x.Header.Get("Content-Type")); x.Document != nil && mediaType != "application/xml" && mediaType != "text/xml" {
		c.warn("the document came as %q, not as application/xml", x.Header.Get("Content-Type"))
	}
	return x, x.Err
}

// repeats reports whether a webhook will be sent once more.
func (c *Call) repeats(x *Exchange) bool {
	return x.Err != nil && x.Err != errNoRequest && x.Status/100 != 2 &&
		x.Attempt <= c.cfg.Retries && c.cfg.Context.Err() == nil
}

// backOff returns how long to wait before a webhook is sent once more: 1, 2,
// 4 … seconds.
func backOff(x *Exchange) time.Duration { return time.Second << (x.Attempt - 1) }

// prepare returns the request of an event to a URL.
func (c *Call) prepare(ref string, method voxml.Method, ev voxhook.Event) (*Exchange, error) {
	target, err := c.base.Parse(strings.TrimSpace(ref))
	if err != nil || !isWeb(target) {
		return nil, errors.New("the app names a URL that is neither http nor https, nor relative to one")
	}
	target.Fragment = ""
	method = c.method(method)
	form := wire.Values(ev)
	for name, value := range zeros(ev) {
		if !form.Has(name) {
			form.Set(name, value)
		}
	}
	if vars := ev.Webhook().Vars; c.cfg.NestedVars && len(vars) > 0 {
		form.Set("Vars", nested(vars))
	}
	ev.Webhook().Params = params(form, target.RawQuery)
	return &Exchange{
		Method: string(method), URL: target, Event: ev, Form: form, Attempt: 1, set: c.setNames(), Place: c.place, From: c.doc,
	}, nil
}

// method returns the method that the app means. The platform documents GET and
// POST, in capitals.
func (c *Call) method(written voxml.Method) voxml.Method {
	m := voxml.Method(strings.ToUpper(strings.TrimSpace(string(written))))
	switch {
	case m == "":
		m = voxml.MethodPOST
	case !m.Known():
		c.warn("a method is neither GET nor POST: POST is used")
		m = voxml.MethodPOST
	case m != written:
		c.warn("a method is not written as GET or POST: %s is used", m)
	}
	return m
}

// zeros returns the parameters that a webhook has even if they are zero, and how
// zero is written. Package wire omits zero fields, because it cannot know
// whether they are meant.
func zeros(ev voxhook.Event) map[string]string {
	switch e := ev.(type) {
	case *voxhook.GatherResult:
		if e.SpeechResult != "" {
			return map[string]string{"Confidence": "0"}
		}
	case *voxhook.DialResult:
		zeros := map[string]string{"DialCallDuration": "0", "DialBridged": "false"}
		if e.RecordingURL != "" {
			zeros["RecordingDuration"] = "0"
		}
		return zeros
	case *voxhook.RecordResult:
		if e.RecordingURL != "" {
			return map[string]string{"RecordingDuration": "0"}
		}
	case *voxhook.StatusChange:
		zeros := map[string]string{"CallDuration": "0"}
		if e.RecordingURL != "" {
			zeros["RecordingDuration"] = "0"
		}
		return zeros
	case *voxhook.Recording:
		if e.RecordingURL != "" {
			return map[string]string{"RecordingDuration": "0"}
		}
	case *voxhook.PayProgress:
		return map[string]string{"PartialResult": "false"}
	}
	return nil
}

// isWeb reports whether a URL can be requested.
func isWeb(u *url.URL) bool { return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") }

// params returns the parameters of a request, sorted by name: those of its
// form, and after them those of its query that the form has not.
func params(form url.Values, query string) voxhook.Params {
	all := appendParams(make(voxhook.Params, 0, len(form)), form)
	if query == "" {
		return all
	}
	own, _ := url.ParseQuery(query) // the pairs that can be parsed
	maps.DeleteFunc(own, func(name string, _ []string) bool { return form.Has(name) })
	return appendParams(all, own)
}

func appendParams(all voxhook.Params, values url.Values) voxhook.Params {
	from := len(all)
	for name, values := range values {
		for _, value := range values {
			all = append(all, voxhook.Param{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(all[from:], func(a, b voxhook.Param) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// repeat returns the next attempt at a request.
func (c *Call) repeat(x *Exchange) *Exchange {
	return &Exchange{
		Method: x.Method, URL: x.URL, Event: x.Event, Form: x.Form, Attempt: x.Attempt + 1, Before: x, set: x.set, Place: x.Place, From: x.From,
	}
}

// send sends a webhook once.
func (c *Call) send(x *Exchange, document bool) {
	ctx := c.cfg.Context
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastTimeout)
		defer cancel()
	}
	if c.cfg.OnSend != nil {
		c.cfg.OnSend(x)
	}
	var header http.Header
	if x.URL.Host == c.first.Host { // it may have credentials
		header = c.cfg.Header
	}
	began := time.Now()
	x.send(ctx, c.cfg.App, header, document)
	x.Took = time.Since(began)
	x.explain()
	c.log = append(c.log, Entry{At: c.now, Kind: Requested, Text: x.String(), Exchange: x, Place: x.Place, From: x.From})
}

var errNoRequest = errors.New("the app names a method or URL that cannot be requested")

// send sends a request and reads the answer.
func (x *Exchange) send(ctx context.Context, app App, header http.Header, document bool) {
	r, err := wire.NewRequest(x.Method, x.URL.String(), x.Form)
	if err != nil {
		x.Err = errNoRequest
		return
	}
	for name, values := range header {
		r.Header[name] = values
	}
	resp, err := app.Do(r.WithContext(x.watch(ctx)))
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which may include the form
		}
		x.Err = fmt.Errorf("no answer: %w", err)
		return
	}
	defer resp.Body.Close()
	x.Body, err = io.ReadAll(io.LimitReader(resp.Body, voxml.MaxSize+1))
	if err != nil {
		x.Err = fmt.Errorf("the answer broke off: %w", err)
		return
	}
	x.Status, x.Header = resp.StatusCode, resp.Header
	switch {
	case x.Status/100 != 2:
		x.Err = fmt.Errorf("the app answered with status %d %s", x.Status, http.StatusText(x.Status))
	case document && x.Status == http.StatusNoContent:
		x.Err = fmt.Errorf("the app answered with status %d %s, without a document", x.Status, http.StatusText(x.Status))
	case document:
		x.read()
	}
}

// read reads the document of an answer.
func (x *Exchange) read() {
	doc, err := voxml.Parse(bytes.NewReader(x.Body))
	if err != nil && doc == nil {
		x.Err = fmt.Errorf("the answer is not VoXML: %w", err)
		return
	}
	x.leftOut = leftOut(err)
	if doc == nil {
		doc = voxml.Response{}
	}
	x.Document = doc
}

// leftOut returns a finding for each attribute that [voxml.Parse] left out.
func leftOut(err error) (findings []voxml.Finding) {
	errs := []error{err}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		errs = several.Unwrap()
	}
	for _, err := range errs {
		var e *voxml.Error
		if errors.As(err, &e) {
			findings = append(findings, voxml.Finding{
				Rule: "value", Severity: voxml.SeverityError, Path: e.Path, Message: e.Err.Error() + ": the attribute is left out",
			})
		}
	}
	return findings
}
