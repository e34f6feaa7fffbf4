package explore

import (
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// edgeRules check what follows a move.
var edgeRules = []func(*walker, *edge, func(candidate)){
	answers, endless, silences, unasked, pauses, checks,
}

// on returns a candidate at the place of an edge.
func (e *edge) on(rule string, severity Severity, format string, args ...any) candidate {
	return candidate{Finding: Finding{Rule: rule, Severity: severity, Place: e.where(), Move: e.move.Label, Text: fmt.Sprintf(format, args...)}, at: e}
}

// answers checks the answers of the app.
func answers(w *walker, e *edge, add func(candidate)) {
	for _, x := range e.step.exchanges() {
		report := func(rule string, severity Severity, format string, args ...any) {
			c := e.on(rule, severity, format, args...)
			c.Place = x.Method + " " + sim.Shown(short(*x.URL))
			add(c)
		}
		failures(x, report)
		if as, ok := x.Swapped(); ok {
			report("swapped-route", Error, "This URL receives a webhook of kind %v, from %s, but its Handler treats the webhook as kind %v, so the app answers the wrong event: register a Handler with On%s.",
				x.Event.Kind(), origin(x), as, callback(x))
		}
		if kind := x.Header.Get("Content-Type"); x.Document != nil && !isXML(kind) && !isNotification(x.Event) {
			report("wrong-type", Warning, "The document has the type %q, so the platform may not accept it: set the header Content-Type to application/xml.", sim.Shown(clip(kind)))
		}
		if w.cfg.Slow > 0 && x.Took > w.cfg.Slow {
			report("slow-answer", Warning, "The answer took more than %v, and the caller heard nothing in that time: do the work after the answer, or before the call.", w.cfg.Slow)
		}
	}
	if end := e.step.end; end != nil && end.Why == sim.AppFailed && end.Exchange == nil {
		add(e.on("error-answer", Error, "The call ends in silence: %s. Correct the URL.", sim.Shown(end.Text)))
	}
}

// failures finds webhooks with no answer or a failed answer.
func failures(x *sim.Exchange, report func(rule string, severity Severity, format string, args ...any)) {
	failure, fallback := failed(x)
	kind := x.Event.Kind()
	switch {
	case fallback:
		report("failed-callback", Error, "The callback for this URL failed, so the caller did not hear its document: %s. Correct the callback.", failure)
	case isNotification(x.Event):
		if x.Err != nil {
			report("notification-fails", Error, "The app did not accept this notification, a %v, so the platform repeats it a few times and then drops it: %v. Answer it with a 2xx status.", kind, x.Err)
		}
	case x.Event.Webhook().CallStatus.Ended():
		if x.Status/100 != 2 {
			report("hang-up-fails", Error, "The caller hung up, and the app failed to answer the request that reports this, a %v with CallStatus %s, so its result may be lost: %v. Answer it with status 200 or 204.",
				kind, x.Event.Webhook().CallStatus, x.Err)
		}
	case x.Err != nil:
		report("error-answer", Error, "This answer ends the call in silence: %v. Answer every request of a call with status 200 and a VoXML document.", x.Err)
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

// failed reports whether a callback failed, so that the caller heard the
// Fallback or the callback panicked, and returns why.
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

// endless finds documents without end.
func endless(_ *walker, e *edge, add func(candidate)) {
	if end := e.step.end; end != nil && end.Why == sim.Looped {
		add(e.on("runs-away", Error, "The call has no end: %s. Let the app wait for the caller, or count the passes in a variable and end the call.", sim.Shown(end.Text)))
	}
}

// silences finds calls that end without a word.
func silences(_ *walker, e *edge, add func(candidate)) {
	end := e.step.end
	if end == nil || end.Why != sim.HungUp && end.Why != sim.OutOfVerbs || e.from == nil || e.step.spoke() || e.move.ended {
		return
	}
	wait := e.from.scene.wait
	switch {
	case wait.For == sim.ForParty:
		add(e.on("dial-dropped", Warning, "The app dials %s. If the result is %q, it hangs up without a word, so the caller does not know what happened: say it in the document of the Dial's Action, or after the Dial.",
			strings.Join(wait.Numbers, ", "), e.move.Label))
	case wait.For == sim.ForInput && e.move.Class == Finish: // the same as silence
	case wait.For == sim.ForInput && e.move.Class == Silence:
		add(e.on("silence-unhandled", Warning, "If the caller does nothing at this Gather, the app hangs up without a word: to ask again or say goodbye, set ActionOnEmptyResult or add verbs after the Gather."))
	default:
		add(e.on("silent-end", Warning, "After %s, the app hangs up without a word, so the caller does not know whether it worked: say something before the call ends.", e.move.Label))
	}
}

// unasked finds places where the app listens without having said anything.
func unasked(_ *walker, e *edge, add func(candidate)) {
	if e.to == nil || e.step.spoke() {
		return
	}
	if turn := e.step.scene.wait.For; turn == sim.ForInput || turn == sim.ForMessage {
		c := e.on("unasked", Warning, "The app waits for the caller without having said anything, so the caller does not know what to do: put a Say into the Gather, or before the Record.")
		c.Place = at(e.step.document, e.step.place)
		add(c)
	}
}

// The longest pauses and prompts that callers accept.
const (
	longestPause  = 5 * time.Second
	longestSpeech = 20 * time.Second
	longestPrompt = 8 * time.Second
)

// pauses finds silence, and speech that cannot be interrupted.
func pauses(_ *walker, e *edge, add func(candidate)) {
	var silent, spoken time.Duration
	for _, entry := range e.step.entries {
		listening := strings.Contains(entry.Place, ".Gather[") || strings.Contains(entry.Place, ".Pay[")
		switch {
		case audible(entry), entry.Kind == sim.Dialed, entry.Kind == sim.Pressed, listening:
			silent = 0
		case entry.Kind == sim.Paused:
			if silent += entry.Took; silent > longestPause {
				c := e.on("dead-air", Warning, "The caller hears nothing for more than %v and cannot do anything: play something, or shorten the Pause.", longestPause)
				c.Place = at(entry.From, entry.Place)
				add(c)
			}
		}
		if !listening && (audible(entry) || entry.Kind == sim.Paused) && entry.Kind != sim.Whispered {
			spoken += entry.Took
		}
	}
	if e.to != nil && e.to.scene.wait.For == sim.ForInput && spoken > longestSpeech {
		c := e.on("cannot-interrupt", Note, "The caller must listen for %v before the app takes input: put the prompts into the Gather, where a key interrupts them.", spoken.Round(time.Second))
		c.Place = at(e.step.document, e.step.place)
		add(c)
	}
}

// checks reports findings of package voxml and warnings of the simulator.
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
		if entry.Kind != sim.Warned || entry.Delivery { // answers have their own findings
			continue
		}
		c := e.on("sim", Warning, "The platform does not run this verb as written: %s. Correct the verb.", sim.Shown(entry.Text))
		c.Place, c.Move = at(entry.From, entry.Place), ""
		add(c)
	}
}

func severityOf(s voxml.Severity) Severity {
	if s == voxml.SeverityError {
		return Error
	}
	return Warning
}

// callback returns the name of the Handler callback for a webhook, without On.
func callback(x *sim.Exchange) string { return strings.TrimSuffix(x.Event.Kind().String(), "Result") }
