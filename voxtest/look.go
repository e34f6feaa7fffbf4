package voxtest

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Heard is a sentence, file or tones that the caller has heard.
type Heard struct {
	// Text is the text of a Say, or the URL or digits of a Play. If the caller
	// interrupted it, it ends with " …".
	Text string

	// From and To are its beginning and end, since the beginning of the call.
	From, To time.Duration

	// Voice and Language are the attributes of a Say. They are empty if the
	// document does not set them.
	Voice, Language string

	// Verb is the [voxml.Say] or [voxml.Play]. It is nil for the platform's own
	// prompts at a [voxml.Pay].
	Verb voxml.Verb

	// Place is the path of the verb in its document, as in a Finding.
	Place string
}

// Heard returns everything that the caller has heard so far, in order. It does
// not include what dialed parties heard.
func (p *Phone) Heard() []Heard {
	var all []Heard
	for _, e := range p.call.Log() {
		if !isHeard(e.Kind) {
			continue
		}
		all = append(all, heardOf(e))
	}
	return all
}

func heardOf(e sim.Entry) Heard {
	h := Heard{Text: e.Text, From: e.At, To: e.At + e.Took, Verb: e.Verb, Place: e.Place}
	if say, ok := e.Verb.(voxml.Say); ok {
		h.Voice, h.Language = say.Voice, say.Language
	}
	return h
}

// A Request is a webhook sent to the app, and its answer.
type Request struct {
	// At is the time of sending, since the beginning of the call.
	At time.Duration

	// Method is GET or POST.
	Method string

	// URL is the URL without the parameters of the webhook. Its query is the
	// app's own.
	URL *url.URL

	// Event is the event as the platform means it. With [Platforms], the
	// parameters in Form can differ from the fields of Event.
	Event voxhook.Event

	// Form holds the parameters that were really sent, without the query of
	// URL.
	Form url.Values

	// Attempt counts the deliveries of this webhook, from 1.
	Attempt int

	// Place is the path, in its document, of the verb that caused the request.
	// It is empty for the first request.
	Place string

	// Status is the status of the answer. It is 0 if there was no answer.
	Status int

	// Header is the header of the answer.
	Header http.Header

	// Body is the body of the answer, up to the maximum size of a document.
	Body []byte

	// Document is the document in the answer. It is nil for a notification, and
	// if Err is not nil.
	Document voxml.Response

	// Err says what is wrong with the answer. It is nil if nothing is wrong.
	Err error

	// Took is the real time until the answer.
	Took time.Duration

	// Handled is the kind of event that a [voxhook.Handler] in the app
	// recognized. It is zero if there was no Handler, or if it refused the
	// request.
	Handled voxhook.Kind

	// Outcome is the outcome that the Handler reported to its [voxhook.Hooks].
	// It is zero if there was no Handler.
	Outcome voxhook.Outcome
}

// Requests returns all webhooks sent to the app, in order, including
// notifications and repeated ones.
func (p *Phone) Requests() []Request {
	var all []Request
	for _, e := range p.call.Log() {
		if x := e.Exchange; x != nil {
			r := requestOf(x)
			r.At = e.At
			all = append(all, r)
		}
	}
	return all
}

func requestOf(x *sim.Exchange) Request {
	r := Request{
		At: x.At, Method: x.Method, URL: x.URL, Event: x.Event, Form: x.Form, Attempt: x.Attempt, Place: x.Place,
		Status: x.Status, Header: x.Header, Body: x.Body, Document: x.Document, Err: x.Err, Took: x.Took,
	}
	for _, h := range x.Handlings() {
		r.Handled, r.Outcome = h.Kind, h.Outcome
	}
	return r
}

// Document returns the app's last document, or nil if there is none.
func (p *Phone) Document() voxml.Response {
	for _, e := range slices.Backward(p.call.Log()) {
		if e.Exchange != nil && e.Exchange.Document != nil {
			return e.Exchange.Document
		}
	}
	return nil
}

// Event returns the last event sent to the app, or nil if there is none. [Last]
// returns the last event of a type.
func (p *Phone) Event() voxhook.Event {
	events := p.Events()
	if len(events) == 0 {
		return nil
	}
	return events[len(events)-1]
}

// Last returns the last event of a type sent to the app; see [Phone.Events].
// The test fails if there is none.
//
//	digits := voxtest.Last[*voxhook.GatherResult](call).Digits
func Last[E voxhook.Event](p *Phone) (last E) {
	p.t.Helper()
	for _, ev := range slices.Backward(p.Events()) {
		if e, ok := ev.(E); ok {
			return e
		}
	}
	p.fail("no %v has been sent to the app yet: call Last after the step that causes one", reflect.TypeFor[E]())
	return last
}

// Events returns all events sent to the app, in order, including notifications
// and repeated ones. The fields of an event have the values that the platform
// means, even if [Platforms] leaves out or changes parameters. The Params of an
// event are the parameters that were really sent: first those in the Form of
// the [Request], sorted by name, then other parameters of its URL, which are
// not in Form.
func (p *Phone) Events() []voxhook.Event {
	var events []voxhook.Event
	for _, e := range p.call.Log() {
		if e.Exchange != nil {
			events = append(events, e.Exchange.Event)
		}
	}
	return events
}

// Vars returns the current variables of the call, or nil if there are none.
func (p *Phone) Vars() voxhook.Vars { return p.call.Vars() }

// Elapsed returns the duration of the call so far. A word takes 400 ms, and a
// timeout takes the time in the document.
func (p *Phone) Elapsed() time.Duration { return p.call.Elapsed() }

// A Finding is a finding of [voxml.Response.Check] in a document of the call.
type Finding struct {
	// Request is the method and URL of the request that the document answers,
	// such as "POST http://example.com/voice".
	Request string

	voxml.Finding
}

// String returns the finding as "request: severity: path: message (rule)".
func (f Finding) String() string { return f.Request + ": " + f.Finding.String() }

// Findings returns the findings of [voxml.Response.Check] in the documents so
// far. Check knows the variables that earlier documents of the call have set.
func (p *Phone) Findings() []Finding {
	var findings []Finding
	for _, e := range p.call.Log() {
		if e.Exchange == nil {
			continue
		}
		for _, f := range e.Exchange.Findings() {
			findings = append(findings, Finding{Request: e.Text, Finding: f})
		}
	}
	return findings
}

// Warnings returns the mistakes of the app so far: verbs and values in
// documents that cannot run, and webhooks without a good answer. For each
// [voxhook.Handler] in the app, it also returns callbacks that panicked,
// failed, or returned no document, even if the caller heard the Fallback
// instead; webhooks that had no callback or were mistaken for another kind; and
// refused requests.
func (p *Phone) Warnings() []string { return p.warnings(0) }

// warnings returns the warnings in the log from an entry on.
func (p *Phone) warnings(from int) (warnings []string) {
	for _, e := range p.call.Log()[from:] {
		if e.Kind == sim.Warned {
			warnings = append(warnings, e.Text)
		}
		if e.Exchange == nil {
			continue
		}
		if err := e.Exchange.Err; err != nil && !e.Exchange.Lost {
			warnings = append(warnings, e.String()+": "+err.Error())
		}
		for _, mistake := range e.Exchange.Mistakes() {
			warnings = append(warnings, e.String()+": "+mistake)
		}
	}
	return warnings
}

// Clean fails the test if there are Findings or Warnings so far. This also
// happens at the end of the test, unless the call is [Lenient] or
// [Phone.Failed] succeeded. A test that expects some of them can check Findings
// and Warnings instead.
func (p *Phone) Clean() {
	p.t.Helper()
	if problems := p.problems(); problems != "" {
		p.fail("%s", problems)
	}
}

// problems returns the Findings and Warnings so far as text, or "" if there are
// none.
func (p *Phone) problems() string {
	problems := p.Warnings()
	for _, f := range p.Findings() {
		problems = append(problems, f.String())
	}
	if len(problems) == 0 {
		return ""
	}
	return "the call is not clean:\n  " + strings.Join(problems, "\n  ")
}

// Transcript returns the call so far as text: what happened and when, with each
// webhook and document. Keys pressed at a [voxml.Pay] are only counted; other
// keys are shown. Secrets in URLs are masked: user names, passwords, and
// parameters with names such as token. Made-up ids are numbered, and recordings
// are at recordings.example.com, so that the same call has the same transcript
// in every run and in every test.
func (p *Phone) Transcript() string { return p.call.Transcript() }
