package voxml

import (
	"strings"
	"unicode/utf8"
)

// patterns are the regular expressions of a document. Reading one can take a
// third of a second, so what they may cost together is bounded.
type patterns struct {
	read map[string]bool // whether a pattern compiles
	left int             // of patternBudget
	out  bool            // a pattern was not read
}

// patternBudget bounds the sum of the costs of all patterns of a document.
// A unit is about a microsecond at most, so 20,000 are about 20 milliseconds.
// The usual pattern costs less than 10 units.
const patternBudget = 20_000

// checkPatterns checks the regular expressions of an expression.
func (k *checker) checkPatterns(attr string, alternatives [][]comparison) {
	wrong, unread := false, false
	for _, conditions := range alternatives {
		for _, c := range conditions {
			if c.op != opMatch && c.op != opNotMatch || c.right.variable {
				continue
			}
			ok, read := k.patterns.compiles(c.right.text)
			wrong, unread = wrong || read && !ok, unread || !read
		}
	}
	if wrong {
		k.report(rulePattern, attr, "has a regular expression that Expr.Eval does not take: keep to what all dialects have, and repeat little")
	}
	if unread && !k.patterns.out {
		k.patterns.out = true
		k.report(ruleUnchecked, attr, "has a regular expression that was not checked, like others after it, because the patterns of this document are too large: make them shorter or fewer")
	}
}

// compiles reports whether a pattern compiles. If it is beyond the budget, it
// is not read.
func (p *patterns) compiles(pattern string) (ok, read bool) {
	if len(pattern) > maxPattern {
		return false, true
	}
	if ok, read = p.read[pattern]; read {
		return ok, true
	}
	cost := patternCost(pattern)
	if cost > p.left {
		return false, false
	}
	p.left -= cost
	_, err := checkPattern(pattern)
	if p.read == nil {
		p.read = map[string]bool{}
	}
	p.read[pattern] = err == nil
	return err == nil, true
}

// patternCost returns an upper bound of the time that it takes to read a
// pattern, in microseconds of an ordinary machine. What is slow are Unicode
// classes, and ranges of characters while case is ignored: package
// regexp/syntax then looks at each character of a range.
func patternCost(pattern string) int {
	cost := 1 + len(pattern)/3 + 4*strings.Count(pattern, `\`)
	cost += 70 * (strings.Count(pattern, `\p`) + strings.Count(pattern, `\P`))
	if !strings.Contains(pattern, "(?") {
		return cost
	}
	for rest := pattern; ; {
		_, after, ok := strings.Cut(rest, "-")
		if !ok {
			return cost
		}
		rest = after
		last, _ := utf8.DecodeRuneInString(after)
		if last == '\\' { // such as \x{10FFFF}
			last = lastFold
		}
		cost += 10 + min(int(last), lastFold)/50
	}
}

// lastFold is the last character that has another case.
const lastFold = 0x1E943
