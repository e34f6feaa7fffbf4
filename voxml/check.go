package voxml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/voxhook/voxhook/voxml/ssml"
)

// A Finding is a problem that [Response.Check] found in a document.
type Finding struct {
	// Rule is the name of the rule, such as "unreachable". The package
	// documentation lists the rules.
	Rule string

	// Severity says how serious the finding is. All findings of a rule have
	// the same severity.
	Severity Severity

	// Path is the place in the document, as in [Error].
	Path string

	// Message says what is wrong. It also says what to change, unless that is
	// clear. Message continues a sentence that begins with Path, such as "is
	// not a valid name: use letters, digits and underscores". It contains
	// nothing from the document except numbers and the names of elements and
	// variables.
	Message string
}

// String returns the finding as "severity: path: message (rule)".
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: %s (%s)", f.Severity, f.Path, f.Message, f.Rule)
}

// A Severity says how serious a [Finding] is.
type Severity string

// The severities of findings.
const (
	// SeverityError marks something that the platform will refuse or ignore.
	SeverityError Severity = "error"

	// SeverityWarning marks something that is probably a mistake.
	SeverityWarning Severity = "warning"
)

// Check reports mistakes in a document: values that the platform does not
// document, verbs that can never run, variables that are never set. The package
// documentation lists the rules. A good document has no findings.
//
// Check is for tests:
//
//	assert.Empty(t, doc.Check())
//
// If the document cannot be encoded, the errors of [Response.AppendXML] are the
// first findings, so a test need not call AppendXML too. The other findings
// follow in the order of the document. If the document is too large or has a
// hundred errors, there are no other findings. Check returns at most 1,000
// findings.
//
// Check reports each variable that an expression reads and that nothing in the
// document sets. If an earlier document of the call sets the variable, pass its
// name, such as "tries" or "menu.digits", or the name of its group, such as
// "menu".
//
// The running time of Check is bounded. If the regular expressions of a
// document would take too long, Check skips the rest of them and reports that
// as a finding of the rule "unchecked".
func (r Response) Check(set ...string) []Finding {
	var k checker
	_, err := r.AppendXML(nil)
	if k.encoding(err); k.stopped {
		return k.findings
	}
	k.survey = newSurvey(r, set)
	k.patterns.left = patternBudget
	checkChildren(&k, []Verb(r))
	return k.findings
}

// maxFindings is the largest number of findings for one document.
const maxFindings = 1000

// A checker checks the nodes of a document, which must be finite.
type checker struct {
	findings []Finding
	stopped  bool
	path     []step

	survey   *survey
	patterns patterns

	// The rest describes the current node.
	loops    int  // the number of Dos around it
	followed bool // more verbs may run after it
	dead     bool // it can never run
	fits     bool // for an Element: nodes here can have the type of that name
	begun    bool // a verb before it may have answered the call
	pay      *Pay // the Pay around it
}

// report adds a finding about a field or attribute of the current node, or
// about the node itself if field is empty.
func (k *checker) report(r rule, field, message string) {
	if k.full() {
		return
	}
	var path strings.Builder
	path.WriteString("Response")
	for _, s := range k.path {
		path.WriteString(place(s.index, s.name))
	}
	if field != "" {
		path.WriteString("." + field)
	}
	k.findings = append(k.findings, Finding{Rule: r.name, Severity: r.severity, Path: path.String(), Message: message})
}

// full reports whether no more findings will be added.
func (k *checker) full() bool { return len(k.findings) >= maxFindings }

// encoding turns the errors of AppendXML into findings.
func (k *checker) encoding(err error) {
	var errs []error
	switch err := err.(type) {
	case nil:
	case interface{ Unwrap() []error }:
		errs = err.Unwrap()
	default:
		errs = []error{err}
	}
	k.stopped = len(errs) >= maxErrors
	for _, err := range errs {
		e := err.(*Error) // AppendXML returns no others
		r := ruleEncoding
		switch {
		case errors.Is(err, errRequired):
			r = ruleRequired
		case errors.Is(err, errDepth), errors.Is(err, errElements), errors.Is(err, errSize):
			k.stopped = true
		}
		k.findings = append(k.findings, Finding{Rule: r.name, Severity: r.severity, Path: e.Path, Message: e.Err.Error()})
	}
}

// checkChildren checks the children of an element.
func checkChildren[T Node](k *checker, nodes []T) {
	followed, dead := k.followed, k.dead
	verbs, run := any(nodes).([]Verb)
	for i, n := range nodes {
		if k.full() {
			break
		}
		if run && i > 0 && isEnd(verbs[i-1]) {
			k.unreachable(i, verbs[i-1], n)
			run, k.dead = false, true
		}
		k.followed = followed || i < len(nodes)-1
		if el, ok := Node(n).(Element); ok {
			k.fits = hasType[T](el.Name)
		}
		k.element(i, n)
	}
	k.followed, k.dead = followed, dead
}

// element checks a node. The argument index is its position among its siblings.
func (k *checker) element(index int, n Node) {
	k.path = append(k.path, step{index, nodeName(n)})
	begun, pay := k.begun, k.pay
	k.node(n)
	k.begun = k.begun || answersCall(n)
	leave := k.survey.asked.enter(n)
	switch n := n.(type) {
	case Do:
		followed := k.followed
		k.loops++
		k.followed = true
		codec{chk: k}.node(n)
		k.followed = followed
		k.loops--
		k.begun = k.begun && (begun || !ends(n.Verbs))
	case If:
		codec{chk: k}.node(n)
		k.begun = k.begun && (begun || !ends(n.Verbs))
	case Pay:
		k.pay = &n
		codec{chk: k}.node(n)
		k.pay = pay
	default:
		codec{chk: k}.node(n)
	}
	if leave != nil {
		leave()
	}
	k.path = k.path[:len(k.path)-1]
}

// speech checks the pieces of a speech.
func (k *checker) speech(s ssml.Speech) {
	for i, n := range s {
		k.path = append(k.path, step{i, tagName(n)})
		codec{chk: k}.tag(n)
		k.path = k.path[:len(k.path)-1]
	}
}

// ends reports whether the call always leaves the document in these verbs.
func ends(verbs []Verb) bool {
	for _, v := range verbs {
		if isEnd(v) {
			return true
		}
	}
	return false
}

// isEnd reports whether the call always leaves the document at a verb.
func isEnd(v Verb) bool {
	switch v := v.(type) {
	case Dial:
		return v.Action != ""
	case Gather:
		return v.Action != "" && v.ActionOnEmptyResult
	case Hangup, Redirect, Reject:
		return true
	case Pay:
		return v.Action != ""
	case Record:
		return v.Action != ""
	}
	return false
}
