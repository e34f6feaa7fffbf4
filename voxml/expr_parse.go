package voxml

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// ParseExpr reads an expression. An expression is one or more comparisons,
// joined by && and ||. A comparison is an operator, == != =~ or !~, between two
// operands. An operand is a variable, such as ${menu.digits}, or a literal in
// single or double quotes. A literal needs no quotes if it has only letters,
// digits and _ . + - # *, or if it is one group in parentheses after =~ or !~,
// such as (1|2).
//
// ParseExpr does not change the text. As with [RawExpr], the text must not
// contain anything that a caller said. The error is an [*ExprError].
func ParseExpr(text string) (Expr, error) {
	if _, err := parseExpr(text); err != nil {
		return Expr{}, err
	}
	return Expr{text: text}, nil
}

// An ExprError reports where an expression cannot be read, and why. Its text
// contains no part of the expression.
type ExprError struct {
	// Offset is the place of the error, in bytes from the start of the
	// expression.
	Offset int

	// Err is the reason. It is never nil.
	Err error
}

func (e *ExprError) Error() string {
	return fmt.Sprintf("voxml: expression: offset %d: %v", e.Offset, e.Err)
}

// Unwrap returns Err.
func (e *ExprError) Unwrap() error { return e.Err }

// parseExpr reads an expression: its alternatives, joined by ||, each with its
// conditions, joined by &&. The error is an *ExprError.
func parseExpr(text string) ([][]comparison, error) {
	if len(text) > maxExpr {
		return nil, &ExprError{Offset: maxExpr, Err: errLong}
	}
	p := exprParser{text: text}
	var alternatives [][]comparison
	for {
		var conditions []comparison
		for {
			c, err := p.comparison()
			if err != nil {
				return nil, err
			}
			conditions = append(conditions, c)
			if !p.take("&&") {
				break
			}
		}
		alternatives = append(alternatives, conditions)
		if !p.take("||") {
			break
		}
	}
	if p.pos < len(text) {
		return nil, p.fail(cmp.Or(p.parenthesis(), errJoint))
	}
	if i := invalidChar(text); i >= 0 {
		return nil, &ExprError{Offset: i, Err: errNoXML}
	}
	return alternatives, nil
}

// maxExpr is the largest number of bytes of an expression.
const maxExpr = 16_384

var (
	errLong     = fmt.Errorf("the expression is longer than %d bytes", maxExpr)
	errJoint    = errors.New(`"&&" or "||" is missing between two comparisons`)
	errNoValue  = errors.New("a variable or a literal is missing")
	errNoOp     = errors.New("an operator is missing: use ==, !=, =~ or !~")
	errQuoteEnd = errors.New("a literal has no closing quote")
	errVarEnd   = errors.New(`a variable has no closing "}"`)
	errVarName  = errors.New("a variable name is invalid: use letters, digits and underscores, with single dots between its parts")
	errNoXML    = errors.New("there is a character that XML does not allow")
	errGroup    = errors.New("parentheses cannot group comparisons: put one If inside another")
	errOrder    = errors.New(`"<" and ">" are not operators: use ==, !=, =~ or !~`)
	errExpanded = errors.New(`a literal contains "${"`)
	errGroupEnd = errors.New(`a group has no closing ")"`)
)

type exprParser struct {
	text string
	pos  int
}

func (p *exprParser) fail(err error) error { return &ExprError{Offset: p.pos, Err: err} }

func (p *exprParser) space() {
	for p.pos < len(p.text) && isSpace(rune(p.text[p.pos])) {
		p.pos++
	}
}

// take skips a symbol and reports whether it was the next one.
func (p *exprParser) take(symbol string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.pos:], symbol) {
		return false
	}
	p.pos += len(symbol)
	return true
}

// parenthesis returns an error if the next symbol is a parenthesis.
func (p *exprParser) parenthesis() error {
	if p.pos < len(p.text) && (p.text[p.pos] == '(' || p.text[p.pos] == ')') {
		return errGroup
	}
	return nil
}

func (p *exprParser) comparison() (c comparison, err error) {
	if c.left, err = p.operand(); err != nil {
		return c, err
	}
	for _, op := range []string{opEqual, opNotEqual, opMatch, opNotMatch} {
		if p.take(op) {
			c.op = op
			break
		}
	}
	if c.op == "" {
		if p.pos < len(p.text) && (p.text[p.pos] == '<' || p.text[p.pos] == '>') {
			return c, p.fail(errOrder)
		}
		return c, p.fail(errNoOp)
	}
	if c.op == opMatch || c.op == opNotMatch {
		if p.space(); p.pos < len(p.text) && p.text[p.pos] == '(' {
			c.right, err = p.patternGroup()
			return c, err
		}
	}
	c.right, err = p.operand()
	return c, err
}

// patternGroup reads a pattern without quotes, which must be one group in
// parentheses.
func (p *exprParser) patternGroup() (operand, error) {
	group := group(p.text[p.pos:])
	switch {
	case group == "":
		return operand{}, p.fail(errGroupEnd)
	case strings.Contains(group, "${"):
		return operand{}, p.fail(errExpanded)
	}
	p.pos += len(group)
	return operand{group: true, text: group}, nil
}

// group returns the group in parentheses that rest begins with, or "" if the
// group has no end. Parentheses in a character class or after a backslash are
// ignored.
func group(rest string) string {
	depth, class := 0, false
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return rest[:i+1]
			}
		}
	}
	return ""
}

func (p *exprParser) operand() (operand, error) {
	p.space()
	rest := p.text[p.pos:]
	switch {
	case strings.HasPrefix(rest, "${"):
		name, _, closed := strings.Cut(rest[2:], "}")
		switch {
		case !closed:
			return operand{}, p.fail(errVarEnd)
		case !isVariable(name):
			return operand{}, p.fail(errVarName)
		}
		p.pos += len("${}") + len(name)
		return operand{variable: true, text: name}, nil
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, `'`):
		literal, _, closed := strings.Cut(rest[1:], rest[:1])
		switch {
		case !closed:
			return operand{}, p.fail(errQuoteEnd)
		case strings.Contains(literal, "${"):
			return operand{}, p.fail(errExpanded)
		}
		p.pos += len(literal) + 2
		return operand{text: literal}, nil
	}
	n := 0
	for n < len(rest) && (isWordByte(rest[n]) || strings.IndexByte(".+-#*", rest[n]) >= 0) {
		n++
	}
	if n == 0 {
		return operand{}, p.fail(cmp.Or(p.parenthesis(), errNoValue))
	}
	p.pos += n
	return operand{text: rest[:n]}, nil
}
