package voxml

// patterns remembers the regular expressions of a document. Parsing one can
// take a third of a second, so there is a budget for all of them.
type patterns struct {
	read map[string]bool // whether a pattern compiles
	left int             // of patternBudget
	out  bool            // a finding has reported that a pattern was not read
}

// patternBudget bounds the sum of the costs of all patterns of a document. It
// is about 20 milliseconds.
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
		k.report(rulePattern, attr, "has a regular expression that Go's package regexp rejects, or that takes too long: use only features that all dialects share, and repeat less")
	}
	if unread && !k.patterns.out {
		k.patterns.out = true
		k.report(ruleUnchecked, attr, "has a regular expression that was not checked, like others after it, because the patterns of this document take too long to read: make them shorter or fewer")
	}
}

// compiles reports whether a pattern compiles. If the budget does not suffice,
// the pattern is not read.
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
