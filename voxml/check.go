package voxml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/voxhook/voxhook/voxml/ssml"
)

// A Finding is something in a document that [Response.Check] objects to.
type Finding struct {
	// Rule is the name of the rule, such as "unreachable". The package
	// documentation has a table of them.
	Rule string

	// Severity tells how bad it is. Every rule has one.
	Severity Severity

	// Path is the place, as in [Error].
	Path string

	// Message says what is wrong and what to change. It holds no text of the
	// document but numbers and names of elements and variables.
	Message string
}

// String returns the finding as "severity: path: message (rule)".
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: %s (%s)", f.Severity, f.Path, f.Message, f.Rule)
}

// A Severity tells how bad a [Finding] is.
type Severity string

// The severities.
const (
	// SeverityError: the platform will refuse it or ignore it.
	SeverityError Severity = "error"

	// SeverityWarning: it is probably not meant.
	SeverityWarning Severity = "warning"
)

// Check reports what is wrong with a document, although it may be written and
// read: values that the platform does not document, verbs that can never run,
// variables that nobody sets. The package documentation has a table of the
// rules. A good document has no findings.
//
// It is meant for tests:
//
//	assert.Empty(t, doc.Check())
//
// A document that does not encode gets the errors of [Response.AppendXML] as
// findings, so there is no need to test for both. These come first, the others
// in the order of the document. If it has more elements than
// can be written, or a hundred errors, there are no others. After 1,000
// findings the rest is left out.
//
// A variable that an expression reads and nothing in the document sets is
// reported. If an earlier document of the call has set it, name it: set has
// the names of such variables, "tries" or "menu.digits", or those of groups,
// "menu".
func (r Response) Check(set ...string) []Finding {
	var k checker
	_, err := r.AppendXML(nil)
	if k.encoding(err); k.stopped {
		return k.findings
	}
	k.assigned = map[string]bool{}
	for _, name := range set {
		k.assigned[name], k.assigned[name+"."] = true, true
	}
	assigned(r, k.assigned)
	checkChildren(&k, []Verb(r))
	return k.findings
}

// maxFindings is how many findings are reported for one document.
const maxFindings = 1000

// A checker goes through a document that is known to be finite.
type checker struct {
	findings []Finding
	stopped  bool
	path     []step

	assigned map[string]bool // see assigned
	loops    int             // how many Dos are around the node at hand
	followed bool            // something may run after the node at hand
	dead     bool            // the node at hand can never run
	fits     bool            // the Element at hand has a type that can stand there
	begun    bool            // the call has been answered, as far as one can tell
	pay      *Pay            // the Pay around the node at hand
}

// report notes a finding about a field or attribute of the node at hand, or
// about that itself.
func (k *checker) report(r rule, field, message string) {
	if len(k.findings) >= maxFindings {
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

// encoding turns the errors of an encoder into findings.
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
		e := err.(*Error) // what AppendXML gives
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

// checkChildren checks the content of an element.
func checkChildren[T Node](k *checker, nodes []T) {
	followed, dead := k.followed, k.dead
	verbs, run := any(nodes).([]Verb)
	for i, n := range nodes {
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

// element checks the index-th of some siblings.
func (k *checker) element(index int, n Node) {
	k.path = append(k.path, step{index, nodeName(n)})
	begun, pay := k.begun, k.pay
	k.node(n)
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
	k.path = k.path[:len(k.path)-1]
}

// speech checks a piece of speech.
func (k *checker) speech(s ssml.Speech) {
	for i, n := range s {
		k.path = append(k.path, step{i, tagName(n)})
		codec{chk: k}.tag(n)
		k.path = k.path[:len(k.path)-1]
	}
}

// assigned notes the names of the variables that verbs set. A name that ends
// with a dot stands for all that begin with it.
func assigned[T Node](nodes []T, names map[string]bool) {
	for _, n := range nodes {
		switch n := Node(n).(type) {
		case Dial:
			names[n.Output+".status"] = true
		case Do:
			assigned(n.Verbs, names)
		case Element:
			for _, a := range n.Attrs {
				if a.Name == "output" {
					names[a.Value], names[a.Value+"."] = true, true
				}
			}
			assigned(n.Children, names)
		case Gather:
			names[n.Output+".digits"], names[n.Output+".speech"] = true, true
		case If:
			assigned(n.Verbs, names)
		case Pay: // which ones is not documented
			names[n.Output+"."] = true
		case Set:
			names[n.Output] = true
		}
	}
}

// unset notes the names of the variables that verbs unset.
func unset(verbs []Verb, names map[string]bool) {
	for _, v := range verbs {
		switch v := v.(type) {
		case Do:
			unset(v.Verbs, names)
		case If:
			unset(v.Verbs, names)
		case Unset:
			names[v.Output] = true
		}
	}
}

// sets reports whether one of the names of assigned stands for a variable.
func sets(names map[string]bool, variable string) bool {
	group, _, _ := strings.Cut(variable, ".")
	return names[variable] || names[group+"."]
}

// ends reports whether what comes after some verbs can never run.
func ends(verbs []Verb) bool {
	for _, v := range verbs {
		if isEnd(v) {
			return true
		}
	}
	return false
}

// isEnd reports whether what comes after a verb can never run.
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
