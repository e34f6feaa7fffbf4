package voxml

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// The limits for evaluating an expression. One unit of work is one instruction
// of a regular expression for one byte of the text.
const (
	maxPattern = 1024      // bytes of a regular expression
	maxProgram = 10_000    // instructions of a regular expression
	maxMatch   = 1_000_000 // units of work, for a whole expression
	matchCost  = 50        // units of work that take as long as one unit of patternCost
)

var (
	errPattern     = errors.New("a regular expression does not compile")
	errLongPattern = fmt.Errorf("a regular expression is longer than %d bytes", maxPattern)
	errWork        = errors.New("a regular expression takes too long: make it shorter, or repeat less in it")
)

// Eval reports whether the expression is true for the variables in vars. A
// variable that is not set equals "". Regular expressions are those of package
// [regexp]. If the left side of && is false, or the left side of || is true,
// Eval does not evaluate the right side.
//
// Eval returns an error if the expression could not be built or cannot be read,
// or if a regular expression does not compile or would take too long.
func (x Expr) Eval(vars map[string]string) (bool, error) {
	if x.err != nil {
		return false, fmt.Errorf("voxml: expression %w", x.err)
	}
	alternatives, err := parseExpr(x.text)
	if err != nil {
		return false, err
	}
	work := maxMatch
	for _, conditions := range alternatives {
		all := true
		for _, c := range conditions {
			if all, err = c.eval(vars, &work); err != nil {
				return false, fmt.Errorf("voxml: expression: %w", err)
			}
			if !all {
				break
			}
		}
		if all {
			return true, nil
		}
	}
	return false, nil
}

func (o operand) value(vars map[string]string) string {
	if o.variable {
		return vars[o.text]
	}
	return o.text
}

// eval evaluates a comparison. It subtracts its work from *work, the work that
// is left for the expression.
func (c comparison) eval(vars map[string]string, work *int) (bool, error) {
	left, right := c.left.value(vars), c.right.value(vars)
	switch c.op {
	case opEqual:
		return left == right, nil
	case opNotEqual:
		return left != right, nil
	}
	if len(right) > maxPattern {
		return false, errLongPattern
	}
	if *work -= matchCost * patternCost(right); *work < 0 {
		return false, errWork
	}
	size, err := checkPattern(right)
	if err != nil {
		return false, err
	}
	if *work -= size * (len(left) + 1); *work < 0 {
		return false, errWork
	}
	pattern, err := regexp.Compile(right)
	if err != nil {
		return false, errPattern // the error of regexp would quote the pattern
	}
	return pattern.MatchString(left) == (c.op == opMatch), nil
}

// checkPattern returns the approximate number of instructions of a regular
// expression. It returns an error if the expression does not compile, or would
// take too much memory. Parsing can take long, so check maxPattern and
// patternCost first.
func checkPattern(pattern string) (size int, err error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, errPattern
	}
	if size = patternSize(re); size > maxProgram {
		return 0, errWork
	}
	return size, nil
}

func patternSize(re *syntax.Regexp) int {
	size := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		size += patternSize(sub)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
	}
	return size
}

// patternCost returns an upper estimate of the microseconds that it takes to
// parse a pattern. Usual patterns cost less than 10. Unicode classes are slow.
// So are ranges of characters if case is ignored, because package regexp/syntax
// then looks at each character of the range.
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

// lastFold is the last character that has both upper and lower case.
const lastFold = 0x1E943
