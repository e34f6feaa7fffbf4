package sim

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
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
	Method string        // of the request
	URL    *url.URL      // without the parameters in Form
	Event  voxhook.Event // what the platform means, before Config.Reshape
	Form   url.Values    // the parameters that are sent

	// At is when the webhook was due, as the time since the beginning of the
	// call.
	At time.Duration

	// Attempt is the number of the attempt to send this webhook, from 1.
	Attempt int

	// Before is the previous, failed attempt. It is nil for the first attempt.
	Before *Exchange

	// Place is the path of the verb that caused the request. It is empty for
	// the first webhook of a call.
	Place string

	// From is the exchange whose document contains that verb, or nil.
	From *Exchange

	Status int           // of the answer; 0 if there was no answer
	Header http.Header   // of the answer
	Body   []byte        // of the answer, cut at voxml.MaxSize+1 bytes
	Took   time.Duration // real time until the answer was read

	// Document is the document in the body. It is nil if there is an Err, for a
	// notification, and if the body is empty after the end of the call.
	Document voxml.Response

	// Err is the problem with the answer, or nil.
	Err error

	// Copy reports that a [Fault] delivered the previous request a second time.
	Copy bool

	// Lost reports that a Fault lost the answer. Err is then set.
	Lost bool

	fault   Fault
	set     []string        // variables that earlier documents set
	leftOut []voxml.Finding // attributes that Document lacks
	watcher *watcher        // collects the handlings; nil if the request was not sent
	inErr   int             // number of handlings that Err describes
}

// String returns the method and the URL, without secrets.
func (x *Exchange) String() string { return x.Method + " " + Shown(x.URL.String()) }

// Findings returns a finding for each attribute that was ignored because its
// value is invalid, followed by the findings of [voxml.Response.Check] for the
// rest of the document.
func (x *Exchange) Findings() []voxml.Finding {
	if x.Document == nil {
		return nil
	}
	return slices.Concat(x.leftOut, x.Document.Check(x.set...))
}

// common returns the parameters that every webhook of the call has.
func (c *Call) common() voxhook.VoiceWebhook {
	w := c.webhook
	w.Vars = c.Vars()
	return w
}

// instructions requests a document and continues the call with it. The rest of
// the current document is dropped.
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

// prepare returns the request that sends an event to a URL.
func (c *Call) prepare(ref string, method voxml.Method, ev voxhook.Event) (*Exchange, error) {
	target, err := c.base.Parse(strings.TrimSpace(ref))
	if err != nil || !isWeb(target) {
		return nil, errors.New("the app gave a URL that is neither http nor https")
	}
	target.Fragment = ""
	method = c.method(method)
	form := wire.Values(ev)
	for name, value := range zeros(ev) {
		if !form.Has(name) {
			form.Set(name, value)
		}
	}
	switch vars := ev.Webhook().Vars; {
	case c.cfg.EmptyVars && len(vars) == 0:
		form.Set("Vars", "{}")
	case c.cfg.NestedVars && len(vars) > 0:
		form.Set("Vars", nested(vars))
	}
	x := &Exchange{
		Method: string(method), URL: target, Event: ev, Form: form, Attempt: 1, set: c.setNames(), Place: c.place, From: c.doc,
	}
	if c.cfg.Reshape != nil {
		c.cfg.Reshape(x)
	}
	ev.Webhook().Params = params(form, target.RawQuery)
	c.find(x)
	return x, nil
}

// method returns the method to use for a method in a document. The platform
// documents GET and POST, in capitals.
func (c *Call) method(written voxml.Method) voxml.Method {
	m := voxml.Method(strings.ToUpper(strings.TrimSpace(string(written))))
	switch {
	case m == "":
		m = voxml.MethodPOST
	case !m.Known():
		c.warn("a method is neither GET nor POST: POST is used")
		m = voxml.MethodPOST
	case m != written:
		c.warn("a method is not spelled GET or POST: %s is used", m)
	}
	return m
}

// zeros returns the parameters that a webhook has even if they are zero, with
// their values. Package wire omits all zero fields, because it does not know
// whether a zero is a value.
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

// isWeb reports whether a URL is absolute and uses http or https.
func isWeb(u *url.URL) bool { return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") }

// params returns the parameters of the form, sorted by name, followed by the
// other parameters of the query, also sorted.
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

// read parses the document in the answer.
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

// leftOut returns a finding for each attribute that [voxml.Parse] ignored.
func leftOut(err error) (findings []voxml.Finding) {
	errs := []error{err}
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		errs = several.Unwrap()
	}
	for _, err := range errs {
		var e *voxml.Error
		if errors.As(err, &e) {
			findings = append(findings, voxml.Finding{
				Rule: "value", Severity: voxml.SeverityError, Path: e.Path, Message: e.Err.Error() + ": the attribute is ignored",
			})
		}
	}
	return findings
}
