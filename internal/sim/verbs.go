package sim

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Durations of sounds that have no length of their own.
const (
	wordTime = 400 * time.Millisecond // per word, 150 words a minute
	toneTime = 250 * time.Millisecond // per DTMF tone
	waitTime = 500 * time.Millisecond // per w among the tones
)

// Limits in the platform's documentation.
const (
	mostCharacters = 50   // of a variable's name, and of its value
	mostSpoken     = 3000 // characters in a Say, without tags
)

// run runs a verb. If the verb waits for a person, run only begins it.
func (c *Call) run(v voxml.Verb) {
	switch v := v.(type) {
	case voxml.If:
		if c.holds(v.Expression) {
			c.frames = append(c.frames, frame{verbs: v.Verbs, path: c.place})
		}
	case voxml.Do:
		c.loop(v)
	case voxml.Set:
		c.detail("Set", v.History)
		c.setTo(v.Output, v.Value)
	case voxml.Unset:
		c.detail("Unset", v.History)
		c.unset(v.Output)
	case voxml.Connect, voxml.Dial:
		if c.isLeg() {
			c.warn("a %T is skipped: the simulation does not run it for a dialed party", v)
			return
		}
		c.onward(v)
	case voxml.Hangup, voxml.Redirect, voxml.Reject:
		c.onward(v)
	case voxml.Element:
		c.warn("the element %s is skipped: the platform does not document it there", v.Name)
	default:
		c.talk(v)
	}
}

// talk runs a verb that answers the call.
func (c *Call) talk(v voxml.Verb) {
	switch v := v.(type) {
	case voxml.Answer:
		c.detail("Answer", v.History)
		c.answer()
	case voxml.Gather:
		c.detail("Gather", v.History)
		c.answer()
		c.gather(v)
	case voxml.Pause, voxml.Play, voxml.Say:
		c.answer()
		c.hear(v)
	case voxml.Pay:
		c.detail("Pay", v.History)
		c.answer()
		c.pay(v)
	case voxml.Record:
		c.detail("Record", v.History)
		c.answer()
		c.record(v)
	}
}

// onward runs a verb that sends the caller elsewhere.
func (c *Call) onward(v voxml.Verb) {
	switch v := v.(type) {
	case voxml.Connect:
		c.detail("Connect", v.History)
		c.connectTo(v.Flow)
	case voxml.Dial:
		c.detail("Dial", v.History)
		c.dial(v)
	case voxml.Hangup:
		c.detail("Hangup", v.History)
		c.finish(End{Why: HungUp, Text: "the app hung up"}, voxhook.CallStatusCompleted)
	case voxml.Redirect:
		c.detail("Redirect", v.History)
		c.instructions(v.URL, v.Method, &voxhook.IncomingCall{VoiceWebhook: c.common()})
	case voxml.Reject:
		c.detail("Reject", v.History)
		c.reject(v)
	}
}

// connectTo hands the call over to a Flow.
func (c *Call) connectTo(flow voxml.Flow) {
	c.detail("Flow", flow.History)
	if flow.ID = strings.TrimSpace(flow.ID); flow.ID == "" {
		c.warn("a Connect is skipped: it names no Flow")
		return
	}
	c.answer()
	resume := ""
	if flow.Resume {
		resume = ", to resume"
	}
	c.finish(End{Why: Connected, Text: "connected to the Flow " + flow.ID + resume, Flow: flow}, voxhook.CallStatusInProgress)
}

// setTo sets a variable if its name and value are short enough.
func (c *Call) setTo(name, value string) {
	switch {
	case name == "":
		c.warn("a Set is skipped: it names no variable")
	case utf8.RuneCountInString(name) > mostCharacters || utf8.RuneCountInString(value) > mostCharacters:
		c.warn("a Set is skipped: its variable or value has more than %d characters", mostCharacters)
	default:
		c.assign(name, value)
	}
}

// detail logs a verb or noun that the call detail record includes.
func (c *Call) detail(name string, h voxml.History) {
	if h != "" && h != voxml.HistoryDisable {
		c.note(Detailed, name, string(h))
	}
}

// reject ends the call. If the call is not answered yet, it is refused.
func (c *Call) reject(v voxml.Reject) {
	end := End{Why: HungUp, Text: "the app hung up with Reject"}
	status := voxhook.CallStatusCompleted
	if c.answered < 0 {
		reason := cmp.Or(v.Reason, voxml.RejectReasonRejected)
		end = End{Why: Rejected, Text: "the app refused the call: " + string(reason), Reason: reason}
		status = voxhook.CallStatusFailed
		if reason == voxml.RejectReasonBusy {
			status = voxhook.CallStatusBusy
		}
	}
	c.finish(end, status)
}

// Path returns the path of child, which is the node with this index in the
// element at the path parent.
func Path(parent string, index int, child voxml.Node) string {
	name := reflect.TypeOf(child).Name()
	if e, ok := child.(voxml.Element); ok {
		name = e.Name
	}
	return parent + "[" + strconv.Itoa(index) + "]." + name
}

// sound returns the log entry of a verb that is heard. For a verb that cannot
// be heard, it returns a warning that says why.
func (c *Call) sound(v voxml.Verb) Entry {
	left := func(format string, args ...any) Entry { return Entry{Kind: Warned, Text: fmt.Sprintf(format, args...)} }
	switch v := v.(type) {
	case voxml.Say:
		c.detail("Say", v.History)
		text, breaks := v.Text, []pause(nil)
		if len(v.SSML) > 0 {
			text, breaks = spoken(v.SSML)
		}
		said := &speech{words: strings.Fields(text), breaks: breaks}
		text = strings.Join(said.words, " ")
		if utf8.RuneCountInString(text) > mostSpoken {
			return left("a Say is skipped: it has more than %d characters", mostSpoken)
		}
		return Entry{Kind: Heard, Text: text, Detail: details(v.Voice, v.Language, times(v.Loop)), Took: repeated(said.once(), v.Loop), speech: said}
	case voxml.Play:
		c.detail("Play", v.History)
		if v.Digits != "" {
			return Entry{Kind: Toned, Text: v.Digits, Detail: times(v.Loop), Took: repeated(tonesTime(v.Digits), v.Loop)}
		}
		if v.URL == "" {
			return left("a Play is skipped: it has neither a URL nor digits")
		}
		return Entry{Kind: Played, Text: strings.TrimSpace(v.URL), Detail: times(v.Loop), Took: repeated(c.cfg.PlayLength, v.Loop)}
	case voxml.Pause:
		c.detail("Pause", v.History)
		d := cmp.Or(v.Length, time.Second)
		return Entry{Kind: Paused, Detail: d.String(), Took: d}
	case voxml.Element:
		return left("the element %s is skipped: the platform does not document it there", v.Name)
	}
	return left("a %T cannot be heard", v)
}

// tonesTime returns how long it takes to play tones.
func tonesTime(digits string) (d time.Duration) {
	for _, digit := range digits {
		if digit == 'w' {
			d += waitTime
		} else {
			d += toneTime
		}
	}
	return d
}

// speechTime returns how long it takes to say a text.
func speechTime(text string) time.Duration {
	return wordTime * time.Duration(len(strings.Fields(text)))
}

// repeated returns how long it takes to do something loop times, at least once
// and at most for a day.
func repeated(d time.Duration, loop int) time.Duration {
	if n := time.Duration(max(loop, 1)); d == 0 || n < maxTime/d {
		return d * n
	}
	return maxTime // far from the largest Duration
}

func times(loop int) string {
	if loop <= 1 {
		return ""
	}
	return fmt.Sprintf("%d times", loop)
}

// details joins the texts that are not empty.
func details(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(d string) bool { return d == "" }), ", ")
}

// finishing returns the keys of a finishOnKey attribute.
func finishing(attr, byDefault string) string {
	if attr == voxml.NoKey {
		return ""
	}
	return cmp.Or(attr, byDefault)
}
