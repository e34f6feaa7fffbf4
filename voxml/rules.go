package voxml

import (
	"fmt"
	"strings"
	"time"
)

// A rule is a kind of finding.
type rule struct {
	name     string
	severity Severity
}

// The rules. The package comment has the same table.
var (
	ruleAmbiguous      = rule{"ambiguous", SeverityWarning}
	ruleAskedAgain     = rule{"asked-again", SeverityWarning}
	ruleBarePattern    = rule{"bare-pattern", SeverityWarning}
	ruleConstantLoop   = rule{"constant-loop", SeverityWarning}
	ruleEmpty          = rule{"empty", SeverityWarning}
	ruleEmptyAttribute = rule{"empty-attribute", SeverityWarning}
	ruleEncoding       = rule{"encoding", SeverityError}
	ruleEscapedTwice   = rule{"escaped-twice", SeverityWarning}
	ruleExpansion      = rule{"expansion", SeverityWarning}
	ruleExpression     = rule{"expression", SeverityError}
	ruleFinishKey      = rule{"finish-key", SeverityWarning}
	ruleKeys           = rule{"keys", SeverityError}
	ruleLanguage       = rule{"language", SeverityWarning}
	ruleLetterCase     = rule{"letter-case", SeverityWarning}
	ruleLostInput      = rule{"lost-input", SeverityWarning}
	ruleLostRecording  = rule{"lost-recording", SeverityWarning}
	ruleNesting        = rule{"nesting", SeverityError}
	ruleNoEffect       = rule{"no-effect", SeverityWarning}
	rulePattern        = rule{"pattern", SeverityWarning}
	rulePayByGET       = rule{"pay-by-get", SeverityWarning}
	rulePayMethod      = rule{"pay-method", SeverityError}
	rulePhoneNumber    = rule{"phone-number", SeverityWarning}
	ruleRange          = rule{"range", SeverityError}
	ruleRejectNotFirst = rule{"reject-not-first", SeverityWarning}
	ruleRequired       = rule{"required", SeverityError}
	ruleSayLength      = rule{"say-length", SeverityError}
	ruleSetValue       = rule{"set-value", SeverityError}
	ruleSilentEnd      = rule{"silent-end", SeverityWarning}
	ruleSingleLoop     = rule{"single-loop", SeverityWarning}
	ruleSpeechEqual    = rule{"speech-equal", SeverityWarning}
	ruleSSML           = rule{"ssml", SeverityWarning}
	ruleUnchecked      = rule{"unchecked", SeverityWarning}
	ruleUnknown        = rule{"unknown", SeverityWarning}
	ruleUnreachable    = rule{"unreachable", SeverityError}
	ruleUnsetVariable  = rule{"unset-variable", SeverityWarning}
	ruleURL            = rule{"url", SeverityError}
	ruleURLHost        = rule{"url-host", SeverityWarning}
	ruleURLQuery       = rule{"url-query", SeverityWarning}
	ruleURLScheme      = rule{"url-scheme", SeverityWarning}
	ruleValue          = rule{"value", SeverityError}
	ruleVariableName   = rule{"variable-name", SeverityError}
	ruleVoice          = rule{"voice", SeverityWarning}
	ruleWhiteSpace     = rule{"white-space", SeverityWarning}
)

// The limits in the platform's documentation.
const (
	maxSpoken   = 3000 // characters of a Say
	maxVariable = 50   // characters of a variable's name, and of a Set's value
)

// node applies the rules that look at more than one field.
func (k *checker) node(n Node) {
	switch n := n.(type) {
	case Dial:
		k.dial(n)
	case Do:
		k.noVerbs(n.Verbs)
		k.loop(n)
	case Element:
		k.unknownElement(n)
	case Gather:
		k.gather(n)
	case If:
		k.noVerbs(n.Verbs)
	case Pay:
		k.payment(n)
	case Record:
		k.record(n)
	case Reject:
		k.reject()
	case Say:
		k.say(n)
	case Set:
		k.value(n.Value)
	default:
		k.noun(n)
	}
}

// noun is node for nouns, and verbs without such rules.
func (k *checker) noun(n Node) {
	switch n := n.(type) {
	case Flow:
		if id := strings.TrimFunc(n.ID, isSpace); id != "" && !isGUID(id) {
			k.report(ruleValue, "ID", "is not a GUID: copy the Flow's id from the portal")
		}
	case Number:
		k.without(n.Method != "" && n.URL == "", "method", "url")
		k.phone("Number", n.Number)
	case Parameter:
		k.escapedTwice("value", n.Value)
	case Prompt:
		k.prompt(n)
	}
}

// answersCall reports whether a node is a verb that may answer the call.
func answersCall(n Node) bool {
	switch n.(type) {
	case Do, If, Set, Unset:
		return false
	}
	_, ok := n.(Verb)
	return ok
}

// noVerbs reports an If or a Do without verbs.
func (k *checker) noVerbs(verbs []Verb) {
	if len(verbs) == 0 {
		k.report(ruleEmpty, "", "does nothing: add verbs, or remove it")
	}
}

func (k *checker) reject() {
	if k.begun && !k.dead {
		k.report(ruleRejectNotFirst, "", "comes after a verb that may have answered the call, so it cannot refuse the call without answering it: move it to the start, or use Hangup")
	}
}

// unreachable reports the node n, which comes after end. The argument index is
// its position among its siblings.
func (k *checker) unreachable(index int, end, n Node) {
	k.path = append(k.path, step{index, nodeName(n)})
	k.report(ruleUnreachable, "", "can never run, because the "+nodeName(end)+
		" before it always leaves this document: move it and the verbs after it, or remove them")
	k.path = k.path[:len(k.path)-1]
}

// idle reports an attribute that has no effect, if cond is true. The argument
// why says when it would have one.
func (k *checker) idle(cond bool, attr, why string) {
	if cond {
		k.report(ruleNoEffect, attr, "has no effect "+why+", or remove this")
	}
}

// without reports an attribute that has no effect because another one is empty,
// if cond is true.
func (k *checker) without(cond bool, attr, other string) {
	k.idle(cond, attr, "without "+other+": set "+other)
}

// count checks a number.
func (k *checker) count(attr string, n, most int) {
	if n > most {
		k.report(ruleRange, attr, fmt.Sprintf("is %d, more than the limit of %d: lower it", n, most))
	}
}

// seconds checks a duration.
func (k *checker) seconds(attr string, d, most time.Duration) {
	if d > most {
		k.report(ruleRange, attr, fmt.Sprintf("is %v, longer than the limit of %v: shorten it", d, most))
	}
}

// space checks a value that should have no white space around it, and returns
// the value without this white space.
func (k *checker) space(field, s string) string {
	trimmed := strings.TrimFunc(s, isSpace)
	if len(trimmed) < len(s) && trimmed != "" { // only white space: does not encode, or counts as empty
		k.report(ruleWhiteSpace, field, "has white space around it, which the platform probably ignores: remove it")
	}
	return trimmed
}

// isGUID reports whether s has hexadecimal digits in groups of 8, 4, 4, 4 and
// 12.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && strings.IndexByte("0123456789abcdefABCDEF", c) < 0 {
			return false
		}
	}
	return true
}
