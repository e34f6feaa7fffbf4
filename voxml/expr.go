package voxml

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

// An Expr is the condition of an [If] or a [Do]. Build one from variables:
//
//	voxml.Var("menu.digits").Equal("1").Or(voxml.Var("menu.speech").Match("(sales|support)"))
//
// which is written as
//
//	${menu.digits}=="1" || ${menu.speech}=~"(sales|support)"
//
// or read one with [ParseExpr]. [RawExpr] takes any text.
//
// A few values cannot be written in the language. An Expr that was built
// from one keeps the reason: Err and Eval report it, and the document does
// not encode. So comparing with anything that a caller said is safe: it
// cannot change the condition.
//
// The language has no parentheses, no comparison by size, and no negation
// but != and !~. This package assumes that && binds closer than ||. The
// platform does not document it, so use only one of them in an expression.
// An expression has at most 16,384 bytes, and a regular expression at most
// 1,024. Eval accepts less if a regular expression repeats much or the text
// to match is very long.
//
// The zero value is no condition: it does not encode, and joining it with
// another expression returns the other. Expressions can be compared with ==.
//
// Voxtelesys documentation: VoXML, Expressions.
type Expr struct {
	text string
	err  error
}

// A Variable is a variable of a call, to be compared with something.
type Variable struct{ name string }

// Var returns the variable of that name, such as "menu.digits" for the keys
// entered at a [Gather] with the Output "menu". A name has letters, digits
// and underscores, with dots between its parts. With any other name, the
// expression has an error.
func Var(name string) Variable { return Variable{name} }

// Equal is true if the variable is value. An unset variable is "", so that
// comparing with "" is true for it too.
func (v Variable) Equal(value string) Expr { return v.compare(opEqual, value) }

// NotEqual is true if the variable is not value. An unset variable is "".
func (v Variable) NotEqual(value string) Expr { return v.compare(opNotEqual, value) }

// Match is true if a part of the variable matches a regular expression. The
// platform does not document which dialect it reads, nor whether case
// matters, as it does for [Expr.Eval]: use only what all dialects have in
// common. Quote anything that a caller said with [regexp.QuoteMeta].
func (v Variable) Match(pattern string) Expr { return v.compare(opMatch, pattern) }

// NotMatch is true if no part of the variable matches a regular expression;
// see [Variable.Match].
func (v Variable) NotMatch(pattern string) Expr { return v.compare(opNotMatch, pattern) }

// EqualVar is true if two variables have the same value.
func (v Variable) EqualVar(other Variable) Expr { return v.compareVar(opEqual, other) }

// NotEqualVar is true if two variables have different values.
func (v Variable) NotEqualVar(other Variable) Expr { return v.compareVar(opNotEqual, other) }

func (v Variable) compare(op, value string) Expr {
	return comparison{operand{variable: true, text: v.name}, op, operand{text: value}}.expr()
}

func (v Variable) compareVar(op string, other Variable) Expr {
	return comparison{operand{variable: true, text: v.name}, op, operand{variable: true, text: other.name}}.expr()
}

// And is true if both are true. Neither may be an Or: that would need
// parentheses, which the language does not have. Put one [If] into another
// instead.
func (x Expr) And(y Expr) Expr { return x.join(" && ", y) }

// Or is true if at least one of them is true.
func (x Expr) Or(y Expr) Expr { return x.join(" || ", y) }

// Not negates x by De Morgan's laws; VoXML has no Else. Negating an
// expression that mixes && and || would need parentheses, which VoXML does
// not have. Err then reports it.
func (x Expr) Not() Expr {
	if x.err != nil || x.text == "" {
		return x
	}
	alternatives, err := parseExpr(x.text)
	if err != nil {
		return Expr{err: errUnreadable}
	}
	op := " && "
	if len(alternatives) == 1 {
		op = " || "
	}
	var opposite strings.Builder
	for _, conditions := range alternatives {
		if len(alternatives) > 1 && len(conditions) > 1 {
			return Expr{err: errParentheses}
		}
		for _, c := range conditions {
			y := c.not().expr()
			if y.err != nil {
				return y
			}
			if opposite.Len() > 0 {
				opposite.WriteString(op)
			}
			opposite.WriteString(y.text)
		}
	}
	return written(opposite.String())
}

func (x Expr) join(op string, y Expr) Expr {
	switch (Expr{}) {
	case x:
		return y
	case y:
		return x
	}
	for _, side := range []Expr{x, y} {
		if side.err != nil {
			return Expr{err: side.err}
		}
		alternatives, err := parseExpr(side.text)
		if err != nil {
			return Expr{err: errUnreadable}
		}
		if op == " && " && len(alternatives) > 1 {
			return Expr{err: errParentheses}
		}
	}
	return written(x.text + op + y.text)
}

// RawExpr returns an expression of any text, right or wrong, for syntax that
// this package does not know yet. The text must not contain anything that a
// caller said, which could change the condition. Check reports a text that
// [ParseExpr] cannot read, and such a text cannot be joined or negated.
func RawExpr(text string) Expr { return Expr{text: text} }

// String returns the expression as it is written, or "" if it could not be
// built.
func (x Expr) String() string { return x.text }

// MarshalText returns the expression as it is written, or Err. It implements
// [encoding.TextMarshaler], so that JSON keeps the expression.
func (x Expr) MarshalText() ([]byte, error) {
	if x.err != nil {
		return nil, fmt.Errorf("voxml: expression %w", x.err)
	}
	return []byte(x.text), nil
}

// UnmarshalText takes any text, as [RawExpr] does. It implements
// [encoding.TextUnmarshaler].
func (x *Expr) UnmarshalText(text []byte) error {
	*x = RawExpr(string(text))
	return nil
}

// Err reports why the expression could not be built: a variable's name is
// invalid; a value has both kinds of quotes, "${", a character that XML
// cannot carry, or a backslash at its end; or it would need parentheses. Err
// is nil if the expression could be built, and always for [RawExpr].
func (x Expr) Err() error { return x.err }

// The operators of a comparison.
const (
	opEqual    = "=="
	opNotEqual = "!="
	opMatch    = "=~"
	opNotMatch = "!~"
)

var (
	errVariable    = errors.New("has an invalid variable name: use letters, digits and underscores, with single dots between its parts")
	errTooLong     = fmt.Errorf("is longer than %d bytes", maxExpr)
	errUnreadable  = errors.New("is built from an expression that cannot be read")
	errBothQuotes  = errors.New("compares with a value that has both kinds of quotes in it, which cannot be written")
	errExpansion   = errors.New(`compares with a value that has "${" in it, which cannot be written`)
	errBackslash   = errors.New("compares with a value that ends with a backslash, which might escape the closing quote")
	errCarry       = errors.New("compares with a value that has a character which XML cannot carry")
	errParentheses = errors.New("needs parentheses, which expressions do not have: put one If into another")
)

// A comparison is an expression without && and ||.
type comparison struct {
	left  operand
	op    string
	right operand
}

// An operand is a variable or a literal.
type operand struct {
	variable bool
	group    bool   // a literal in parentheses, without quotes
	text     string // the variable's name, or the literal
}

// not returns the opposite of a comparison.
func (c comparison) not() comparison {
	switch c.op {
	case opEqual:
		c.op = opNotEqual
	case opNotEqual:
		c.op = opEqual
	case opMatch:
		c.op = opNotMatch
	case opNotMatch:
		c.op = opMatch
	}
	return c
}

// expr returns a comparison as an expression.
func (c comparison) expr() Expr {
	left, err := c.left.form()
	if err != nil {
		return Expr{err: err}
	}
	right, err := c.right.form()
	if err != nil {
		return Expr{err: err}
	}
	return written(left + c.op + right)
}

// written returns the expression of a text.
func written(text string) Expr {
	if len(text) > maxExpr {
		return Expr{err: errTooLong}
	}
	return Expr{text: text}
}

// form returns the operand as it is written in an expression.
func (o operand) form() (string, error) {
	switch {
	case len(o.text) > maxExpr:
		return "", errTooLong
	case !o.variable:
		return quote(o.text)
	case !isVariable(o.text):
		return "", errVariable
	}
	return "${" + o.text + "}", nil
}

// quote returns value as a literal.
func quote(value string) (string, error) {
	if strings.Contains(value, "${") {
		return "", errExpansion
	}
	// Nobody documents what a backslash before the closing quote does.
	if strings.HasSuffix(value, `\`) {
		return "", errBackslash
	}
	if uncarried(value) >= 0 {
		return "", errCarry
	}
	if !strings.Contains(value, `"`) {
		return `"` + value + `"`, nil
	}
	if !strings.Contains(value, `'`) {
		return `'` + value + `'`, nil
	}
	return "", errBothQuotes
}

// isVariable reports whether name is a variable's name that an expression
// can have.
func isVariable(name string) bool {
	for part := range strings.SplitSeq(name, ".") {
		if !isAlphanumeric(part) {
			return false
		}
	}
	return true
}

// isAlphanumeric reports whether s is letters, digits and underscores.
func isAlphanumeric(s string) bool {
	for i := range len(s) {
		if !isWordByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// uncarried returns the offset of the first character that XML cannot carry,
// or -1.
func uncarried(s string) int {
	for i, r := range s {
		if !xmlscan.IsChar(r) {
			return i
		}
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}
