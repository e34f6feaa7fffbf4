package voxtest

import (
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// Document returns the last document that the app answered with, nil if there
// is none.
func (p *Phone) Document() voxml.Response {
	for _, e := range slices.Backward(p.call.Log()) {
		if e.Exchange != nil && e.Exchange.Document != nil {
			return e.Exchange.Document
		}
	}
	return nil
}

// Event returns the last event that the app was sent, nil if there is none.
func (p *Phone) Event() voxhook.Event {
	events := p.Events()
	if len(events) == 0 {
		return nil
	}
	return events[len(events)-1]
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
	// Request is what was answered with the document: its method and URL,
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

// Warnings returns what the app did so far that it should not: webhooks that it
// did not answer well, and what its documents have that cannot be done.
func (p *Phone) Warnings() []string {
	var warnings []string
	for _, e := range p.call.Log() {
		switch {
		case e.Kind == sim.Warned:
			warnings = append(warnings, e.Text)
		case e.Exchange != nil && e.Exchange.Err != nil:
			warnings = append(warnings, e.String()+": "+e.Exchange.Err.Error())
		}
	}
	return warnings
}

// Clean fails the test if there are Findings or Warnings so far.
func (p *Phone) Clean() {
	p.t.Helper()
	problems := p.Warnings()
	for _, f := range p.Findings() {
		problems = append(problems, f.String())
	}
	if len(problems) > 0 {
		p.fail("the call is not clean:\n  %s", strings.Join(problems, "\n  "))
	}
}

// Transcript returns the call so far: what happened and when, with each
// webhook and document. Keys pressed at a [voxml.Pay] are counted and not shown;
// those pressed elsewhere are shown. Ids that were made up are numbered, so that
// the same call has the same transcript in every run and in every test.
func (p *Phone) Transcript() string { return p.call.Transcript() }
