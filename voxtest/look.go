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

// A Heard is something that the caller has heard.
type Heard struct {
	// Text is what a Say said, or the URL or the digits of a Play. It ends with
	// " …" if the Say was interrupted.
	Text string

	// From and To are when it began and ended, since the beginning of the
	// call.
	From, To time.Duration

	// Voice and Language are those of a Say. They are empty where the document
	// leaves them out.
	Voice, Language string

	// Verb is the [voxml.Say] or [voxml.Play]. It is nil for a prompt that the
	// platform makes itself, at a [voxml.Pay].
	Verb voxml.Verb

	// Place is the path of the verb in its document, as in a Finding.
	Place string
}

// Heard returns what the caller has heard so far, in order. What a dialed party
// hears is not part of it.
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

// A Request is a webhook that the app was sent, and its answer.
type Request struct {
	// At is when it was sent, since the beginning of the call.
	At time.Duration

	// Method is how it was sent, GET or POST.
	Method string

	// URL is where it was sent. Its query is that of the app, without the
	// parameters of the webhook.
	URL *url.URL

	// Event is what was sent.
	Event voxhook.Event

	// Form has the parameters of Event, as they were sent.
	Form url.Values

	// Attempt counts the requests for the same thing, from 1.
	Attempt int

	// Place is the path of the verb that caused the request, in the document
	// that ran. It is empty for the first request.
	Place string

	// Status is that of the answer. It is 0 if there was none.
	Status int

	// Header is that of the answer.
	Header http.Header

	// Body is that of the answer, up to the maximum size of a document.
	Body []byte

	// Document is the answer of a request for instructions. It is nil for a
	// notification, and if Err is not.
	Document voxml.Response

	// Err says what is wrong with the answer. It is nil if nothing is.
	Err error

	// Took is the real time that the app needed for the answer.
	Took time.Duration

	// Handled is the kind of event that the [voxhook.Handler] of the app made of
	// the request. It is zero if it made none, or if the app has no Handler.
	Handled voxhook.Kind

	// Outcome is what the Handler reported to [voxhook.Hooks]. It is zero if
	// the app has no Handler.
	Outcome voxhook.Outcome
}

// Requests returns the webhooks that the app was sent, in order, notifications
// and repeated ones included.
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

// Document returns the last document that the app answered with, or nil if
// there is none.
func (p *Phone) Document() voxml.Response {
	for _, e := range slices.Backward(p.call.Log()) {
		if e.Exchange != nil && e.Exchange.Document != nil {
			return e.Exchange.Document
		}
	}
	return nil
}

// Event returns the last event that the app was sent, or nil if there is none.
// [Last] returns the last one of a type.
func (p *Phone) Event() voxhook.Event {
	events := p.Events()
	if len(events) == 0 {
		return nil
	}
	return events[len(events)-1]
}

// Last returns the last event of a type that the app was sent. The test fails if
// there is none.
//
//	digits := voxtest.Last[*voxhook.GatherResult](call).Digits
func Last[E voxhook.Event](p *Phone) (last E) {
	p.t.Helper()
	for _, ev := range slices.Backward(p.Events()) {
		if e, ok := ev.(E); ok {
			return e
		}
	}
	p.fail("the app was sent no %v so far", reflect.TypeFor[E]())
	return last
}

// Events returns the events that the app was sent, in order, notifications
// and repeated ones included. Their Params are all parameters, sorted by name.
func (p *Phone) Events() []voxhook.Event {
	var events []voxhook.Event
	for _, e := range p.call.Log() {
		if e.Exchange != nil {
			events = append(events, e.Exchange.Event)
		}
	}
	return events
}

// Vars returns the variables of the call as they are now, nil if there are
// none.
func (p *Phone) Vars() voxhook.Vars { return p.call.Vars() }

// Elapsed returns how long the call has lasted. No real time passes: what is
// said takes 400 ms a word, a time-out takes what the document says.
func (p *Phone) Elapsed() time.Duration { return p.call.Elapsed() }

// A Finding is what [voxml.Response.Check] found in one of the documents of a
// call.
type Finding struct {
	// Request is the request that the document answers: its method and URL,
	// such as "POST http://example.com/voice".
	Request string

	voxml.Finding
}

// String returns the finding as "request: severity: path: message (rule)".
func (f Finding) String() string { return f.Request + ": " + f.Finding.String() }

// Findings returns what [voxml.Response.Check] finds in the documents so far.
// It knows the variables that earlier documents of the call set.
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

// Warnings returns the mistakes of the app so far: verbs and values of its
// documents that cannot be run, and webhooks that it did not answer or handle
// well. The latter are known of each [voxhook.Handler] in it: callbacks that
// panicked, failed, or returned no document, even if the caller heard the
// Fallback instead; webhooks without a callback, or handled as another kind;
// refused requests.
func (p *Phone) Warnings() []string { return p.warnings(0) }

// warnings returns those of the entries of the log from one on.
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

// Clean fails the test if there are Findings or Warnings so far. The end of the
// test does the same, unless the call is [Lenient].
func (p *Phone) Clean() {
	p.t.Helper()
	if problems := p.problems(); problems != "" {
		p.fail("%s", problems)
	}
}

// problems returns the Findings and Warnings so far, "" if there are none.
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

// Transcript returns the call so far: what happened and when, with each webhook
// and document. Keys pressed at a [voxml.Pay] are counted and not shown; those
// pressed elsewhere are shown. Secrets of URLs are masked: user names,
// passwords, and parameters whose names say so, such as token. Made-up ids are
// numbered, and recordings are at recordings.example.com, so that the same call
// has the same transcript in every run and in every test.
func (p *Phone) Transcript() string { return p.call.Transcript() }
