package voxml

import (
	"fmt"
	"slices"
	"strings"
)

// condition checks an expression.
func (k *checker) condition(attr string, x Expr) {
	if x.text == "" || x.err != nil {
		return // does not encode
	}
	alternatives, err := k.survey.exprs.read(x.text)
	if err != nil {
		e := err.(*ExprError) // read returns no others
		k.report(ruleExpression, attr, fmt.Sprintf("cannot be read at offset %d: %v", e.Offset, e.Err))
		return
	}
	has := func(is func(comparison) bool) bool {
		return slices.ContainsFunc(alternatives, func(all []comparison) bool { return slices.ContainsFunc(all, is) })
	}
	if has(func(c comparison) bool { return c.right.group }) {
		k.report(ruleBarePattern, attr, "has a pattern without quotes, which the platform's documentation advises against: put it in quotes")
	}
	if len(alternatives) > 1 && slices.ContainsFunc(alternatives, func(all []comparison) bool { return len(all) > 1 }) {
		k.report(ruleAmbiguous, attr, "mixes && and ||, and the platform does not document which binds more tightly: put one If inside another")
	}
	if has(endsInBackslash) {
		k.report(ruleAmbiguous, attr, "has a literal that ends with a backslash, which might escape the closing quote: remove the backslash")
	}
	if has(comparesSpeech) {
		k.report(ruleSpeechEqual, attr, "compares speech with exact words, but recognizers return \"Yes.\" for yes: match a pattern such as [Yy]es instead")
	}
	k.checkPatterns(attr, alternatives)
	k.names(attr, alternatives)
}

// An exprReader parses expressions. It keeps the last result, because several
// rules look at the same expression.
type exprReader struct {
	text         string
	alternatives [][]comparison
	err          error
}

// read is parseExpr with that memory.
func (r *exprReader) read(text string) ([][]comparison, error) {
	if r.text != text || text == "" {
		r.text = text
		r.alternatives, r.err = parseExpr(text)
	}
	return r.alternatives, r.err
}

// names checks the variables that an expression reads.
func (k *checker) names(attr string, alternatives [][]comparison) {
	seen := map[string]bool{}
	for name := range variables(alternatives) {
		if seen[name] {
			continue
		}
		seen[name] = true
		k.nameLength(attr, name, "reads a variable whose name has %d characters, more than %d: shorten it")
		if !k.survey.sets(name) && (name != loopVariable || k.loops == 0) {
			k.report(ruleUnsetVariable, attr, "reads "+clip(name)+", which nothing in this document sets: set it, or pass its name to Check if an earlier document sets it")
		}
	}
}

func endsInBackslash(c comparison) bool {
	return strings.HasSuffix(c.left.text, `\`) || strings.HasSuffix(c.right.text, `\`)
}

// comparesSpeech reports whether a comparison tests whether the caller said an
// exact text. The empty string does not count: it tests whether the caller said
// nothing.
func comparesSpeech(c comparison) bool {
	if c.op != opEqual && c.op != opNotEqual {
		return false
	}
	speech := func(o operand) bool { return o.variable && strings.HasSuffix(o.text, ".speech") }
	text := func(o operand) bool { return !o.variable && o.text != "" }
	return speech(c.left) && text(c.right) || speech(c.right) && text(c.left)
}

// loop checks a Do.
func (k *checker) loop(n Do) {
	if n.MaxLoops <= 1 {
		k.report(ruleSingleLoop, "maxLoops", "allows only one pass: raise it, or use an If")
	}
	alternatives, err := k.survey.exprs.read(n.Expression.text)
	if err != nil || n.Expression.err != nil {
		return // reported elsewhere
	}
	counted := n.MaxLoops > 1 // a Do that only counts, if it reads no variable
	for variable := range variables(alternatives) {
		counted = false
		if variable == loopVariable || k.survey.changes(n, variable) {
			return
		}
	}
	if counted {
		return
	}
	k.report(ruleConstantLoop, "expression", "never changes while the Do runs: compare a variable that its verbs set, or do.n")
}

// loopVariable is the variable that a Do sets.
const loopVariable = "do.n"

// variables returns the names of the variables that an expression reads.
func variables(alternatives [][]comparison) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, conditions := range alternatives {
			for _, c := range conditions {
				for _, o := range []operand{c.left, c.right} {
					if o.variable && !yield(o.text) {
						return
					}
				}
			}
		}
	}
}
