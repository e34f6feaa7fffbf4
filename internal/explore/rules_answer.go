package explore

import (
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// edgeRules look at what follows a move.
var edgeRules = []func(*walker, *edge, func(candidate)){
	answers, endless, silences, unasked, pauses, checks,
}

// on returns a candidate at the place of an edge.
func (e *edge) on(rule string, severity Severity, format string, args ...any) candidate {
	return candidate{Finding: Finding{Rule: rule, Severity: severity, Place: e.where(), Move: e.move.Label, Text: fmt.Sprintf(format, args...)}, at: e}
}

// answers looks at what the app answered.
func answers(w *walker, e *edge, add func(candidate)) {
	for _, x := range e.step.exchanges() {
		report := func(rule string, severity Severity, format string, args ...any) {
			c := e.on(rule, severity, format, args...)
			c.Place = x.Method + " " + sim.Shown(short(x))
			add(c)
		}
		failures(x, report)
		if as, ok := x.Swapped(); ok {
			report("swapped-route", Error, "This URL gets a %v, from %s, but its handler takes it for a %v: register a Handler with On%s for it.",
				x.Event.Kind(), origin(x), as, callback(x))
		}
		if kind := x.Header.Get("Content-Type"); x.Document != nil && !isXML(kind) && !isNotification(x.Event) {
			report("wrong-type", Warning, "The document is sent as %q: set the header Content-Type to application/xml.", sim.Shown(clip(kind)))
		}
		if w.cfg.Slow > 0 && x.Took > w.cfg.Slow {
			report("slow-answer", Warning, "The answer took more than %v, while the caller hears nothing: do the work after the answer, or before the call.", w.cfg.Slow)
		}
	}
	if end := e.step.end; end != nil && end.Why == sim.AppFailed && end.Exchange == nil {
		add(e.on("error-answer", Error, "The call ends in silence: %s.", sim.Shown(end.Text)))
	}
}

// failures looks for webhooks that were not answered, or not as was meant.
func failures(x *sim.Exchange, report func(rule string, severity Severity, format string, args ...any)) {
	failure, fallback := failed(x)
	kind := x.Event.Kind()
	switch {
	case fallback:
		report("failed-callback", Error, "The callback for this URL failed, so that the caller did not hear what was meant: %s. Correct the callback.", failure)
	case isNotification(x.Event):
		if x.Err != nil {
			report("notification-fails", Error, "This notification, a %v, was not accepted, so it is sent again and again, and then lost: %v. Answer it with a 2xx status.", kind, x.Err)
		}
	case x.Event.Webhook().CallStatus.Ended():
		if x.Status/100 != 2 {
			report("hang-up-fails", Error, "The caller hung up, and the request that reports it, a %v with CallStatus %s, was not answered well: %v. Answer it with 200, or 204.",
				kind, x.Event.Webhook().CallStatus, x.Err)
		}
	case x.Err != nil:
		report("error-answer", Error, "The answer ends the call in silence: %v. Answer every request of a call with status 200 and a VoXML document.", x.Err)
	}
}

func origin(x *sim.Exchange) string {
	if x.Place == "" {
		return "the beginning of the call"
	}
	return x.Place + " of " + at(x.From, "")
}

func isXML(header string) bool {
	kind, _, _ := mime.ParseMediaType(header)
	return kind == "application/xml" || kind == "text/xml"
}

// failed returns why a callback failed, if the caller heard the Fallback instead
// or it panicked.
func failed(x *sim.Exchange) (why string, failed bool) {
	for _, h := range x.Handlings() {
		failed = failed || h.Outcome.Fallback || h.Outcome.Err != nil && x.Status >= 500 && strings.Contains(fmt.Sprint(x.Err), "panicked")
	}
	switch mistakes := x.Mistakes(); {
	case x.Err != nil:
		why = x.Err.Error()
	case len(mistakes) > 0:
		why = strings.Join(mistakes, "; ")
	}
	return why, failed
}

// endless looks for documents without end.
func endless(_ *walker, e *edge, add func(candidate)) {
	if end := e.step.end; end != nil && end.Why == sim.Looped {
		add(e.on("runs-away", Error, "The call was given up: %s. Let the app wait for the caller, or count the passes in a variable and end the call.", sim.Shown(end.Text)))
	}
}

// silences looks for calls that end without a word.
func silences(_ *walker, e *edge, add func(candidate)) {
	end := e.step.end
	if end == nil || end.Why != sim.HungUp && end.Why != sim.OutOfVerbs || e.from == nil || e.step.spoke() || e.move.ended {
		return
	}
	wait := e.from.scene.wait
	switch {
	case wait.For == sim.ForParty:
		add(e.on("dial-dropped", Warning, "The app dials %s, and if the result is %q, hangs up without a word: say in the document of the Dial's Action, or after the Dial, why nobody answers.",
			strings.Join(wait.Numbers, ", "), e.move.Label))
	case wait.For == sim.ForInput && e.move.Class == Finish: // as silence
	case wait.For == sim.ForInput && e.move.Class == Silence:
		add(e.on("silence-unhandled", Warning, "A caller who does nothing at this Gather is hung up on without a word: set ActionOnEmptyResult, or add verbs after the Gather, to ask again or say goodbye."))
	default:
		add(e.on("silent-end", Warning, "After %s the app hangs up without having said anything, so the caller does not know whether it worked: say something before the call ends.", e.move.Label))
	}
}

// unasked looks for places where the app listens without having said anything.
func unasked(_ *walker, e *edge, add func(candidate)) {
	if e.to == nil || e.step.spoke() {
		return
	}
	if turn := e.step.scene.wait.For; turn == sim.ForInput || turn == sim.ForMessage {
		c := e.on("unasked", Warning, "The app waits for the caller without having said anything, so the caller does not know that: put a Say into the Gather, or before the Record.")
		c.Place = at(e.step.document, e.step.place)
		add(c)
	}
}

// The lengths of what callers should not have to hear.
const (
	longestPause  = 5 * time.Second
	longestSpeech = 20 * time.Second
	longestPrompt = 8 * time.Second
)

// pauses looks for silence, and for speech that cannot be interrupted.
func pauses(_ *walker, e *edge, add func(candidate)) {
	var silent, spoken time.Duration
	for _, entry := range e.step.entries {
		listening := strings.Contains(entry.Place, ".Gather[") || strings.Contains(entry.Place, ".Pay[")
		switch {
		case audible(entry), entry.Kind == sim.Dialed, entry.Kind == sim.Pressed, listening:
			silent = 0
		case entry.Kind == sim.Paused:
			if silent += entry.Took; silent > longestPause {
				c := e.on("dead-air", Warning, "The caller hears nothing for more than %v, and cannot do anything: play something, or shorten the Pause.", longestPause)
				c.Place = at(entry.From, entry.Place)
				add(c)
			}
		}
		if !listening && (audible(entry) || entry.Kind == sim.Paused) && entry.Kind != sim.Whispered {
			spoken += entry.Took
		}
	}
	if e.to != nil && e.to.scene.wait.For == sim.ForInput && spoken > longestSpeech {
		c := e.on("cannot-interrupt", Note, "The caller has to listen for %v before the app takes input: put the prompts into the Gather, where a key interrupts them.", spoken.Round(time.Second))
		c.Place = at(e.step.document, e.step.place)
		add(c)
	}
}

// checks reports what package voxml and the simulator find.
func checks(w *walker, e *edge, add func(candidate)) {
	for _, x := range e.step.exchanges() {
		if isNotification(x.Event) || x.Document == nil || w.survey.checked(x) {
			continue
		}
		for _, f := range x.Findings() {
			c := e.on("check", severityOf(f.Severity), "%s (rule %s of package voxml).", f.Message, f.Rule)
			c.Place, c.Move = at(x, f.Path), ""
			add(c)
		}
	}
	for _, entry := range e.step.entries {
		if entry.Kind != sim.Warned || strings.HasPrefix(entry.Text, "the document came as") ||
			strings.HasPrefix(entry.Text, "a notification was given up") || aboutAnswer(entry.Text) {
			continue
		}
		c := e.on("sim", Warning, "The platform leaves something out or replaces it: %s. Correct the verb.", sim.Shown(entry.Text))
		c.Place, c.Move = at(entry.From, entry.Place), ""
		add(c)
	}
}

// aboutAnswer reports whether a warning is about an answer: there is a finding
// for it.
func aboutAnswer(text string) bool {
	return strings.HasPrefix(text, "POST ") || strings.HasPrefix(text, "GET ") || strings.HasPrefix(text, "a dialed party is not connected")
}

func severityOf(s voxml.Severity) Severity {
	if s == voxml.SeverityError {
		return Error
	}
	return Warning
}

// callback returns the name of a Handler's callback for a webhook, without On.
func callback(x *sim.Exchange) string { return strings.TrimSuffix(x.Event.Kind().String(), "Result") }
