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
	Method string        // how it was requested
	URL    *url.URL      // without the parameters of Form
	Event  voxhook.Event // what was sent
	Form   url.Values    // its parameters, as sent

	// At is when it was to be sent, since the call began.
	At time.Duration

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

	// Copy reports that a [Fault] delivered the request of the entry before it
	// once more.
	Copy bool

	// Lost reports that a Fault lost the answer, which Err then says.
	Lost bool

	fault   Fault
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
