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
// It is written as
//
//	${menu.digits}=="1" || ${menu.speech}=~"(sales|support)"
//
// [ParseExpr] reads an expression from a text, and [RawExpr] accepts any text.
//
// A few values cannot be quoted in an expression. If one of them is used, Err
// and Eval report the reason, and the document does not encode. So it is safe
// to compare a variable with anything that a caller said: the value cannot
// change the condition.
//
// VoXML has no parentheses, no comparison by size, and no negation except !=
// and !~. This package assumes that && binds more tightly than ||. The platform
// does not document the precedence, so use only one of the two in an
// expression.
//
// An expression has at most 16,384 bytes. Eval rejects regular expressions of
// more than 1,024 bytes. Eval also rejects shorter ones if they contain many
// repetitions, or if the text to match is very long.
//
// The zero value is no condition, and does not encode. If one side of And or Or
// is the zero value, the result is the other side. Expressions can be compared
// with ==.
//
// Voxtelesys documentation: VoXML, Expressions.
type Expr struct {
	text string
	err  error
}

// A Variable is a variable of a call. Its methods compare it with a value or
// with another variable.
type Variable struct{ name string }

// Var returns the variable with that name, such as "menu.digits" for the keys
// pressed at a [Gather] whose Output is "menu". A name has letters, digits and
// underscores, with single dots between its parts. If the name is invalid, Err
// of the resulting [Expr] reports it.
func Var(name string) Variable { return Variable{name} }

// Equal returns an expression that is true if the variable equals value. A
// variable that is not set equals "".
func (v Variable) Equal(value string) Expr { return v.compare(opEqual, value) }

// NotEqual returns an expression that is true if the variable does not equal
// value. A variable that is not set equals "".
func (v Variable) NotEqual(value string) Expr { return v.compare(opNotEqual, value) }

// Match returns an expression that is true if a part of the variable matches a
// regular expression. The platform documents neither the dialect of its regular
// expressions nor whether case matters, so use only features that all dialects
// share. In [Expr.Eval], case matters. Use [regexp.QuoteMeta] to quote anything
// that a caller said.
func (v Variable) Match(pattern string) Expr { return v.compare(opMatch, pattern) }

// NotMatch returns an expression that is true if no part of the variable
// matches a regular expression. See [Variable.Match].
func (v Variable) NotMatch(pattern string) Expr { return v.compare(opNotMatch, pattern) }

// EqualVar returns an expression that is true if two variables have the same
// value.
func (v Variable) EqualVar(other Variable) Expr { return v.compareVar(opEqual, other) }

// NotEqualVar returns an expression that is true if two variables have
// different values.
func (v Variable) NotEqualVar(other Variable) Expr { return v.compareVar(opNotEqual, other) }

func (v Variable) compare(op, value string) Expr {
	return comparison{operand{variable: true, text: v.name}, op, operand{text: value}}.expr()
}

func (v Variable) compareVar(op string, other Variable) Expr {
	return comparison{operand{variable: true, text: v.name}, op, operand{variable: true, text: other.name}}.expr()
}

// And returns an expression that is true if x and y are both true. Neither may
// contain an Or: that would need parentheses, which VoXML does not have. Err
// then reports it. Put one [If] inside another instead.
func (x Expr) And(y Expr) Expr { return x.join(" && ", y) }

// Or returns an expression that is true if at least one of x and y is true.
func (x Expr) Or(y Expr) Expr { return x.join(" || ", y) }

// Not returns the negation of x, by De Morgan's laws. Use it in place of an
// Else, which VoXML does not have. If x mixes && and ||, its negation would
// need parentheses, which VoXML does not have either. Err then reports it.
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
	var negation strings.Builder
	for _, conditions := range alternatives {
		if len(alternatives) > 1 && len(conditions) > 1 {
			return Expr{err: errParentheses}
		}
		for _, c := range conditions {
			y := c.not().expr()
			if y.err != nil {
				return y
			}
			if negation.Len() > 0 {
				negation.WriteString(op)
			}
			negation.WriteString(y.text)
		}
	}
	return written(negation.String())
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

// RawExpr returns an expression with any text, valid or not. It is for syntax
// that this package does not support yet. The text must not contain anything
// that a caller said, because that could change the condition. Text that
// [ParseExpr] cannot read is reported by Check, and cannot be used with And, Or
// and Not.
func RawExpr(text string) Expr { return Expr{text: text} }

// String returns the expression as it is written in a document, or "" if it
// could not be built.
func (x Expr) String() string { return x.text }

// MarshalText returns the expression as it is written in a document, so that
// JSON keeps it. It implements [encoding.TextMarshaler]. If the expression
// could not be built, MarshalText returns an error.
func (x Expr) MarshalText() ([]byte, error) {
	if x.err != nil {
		return nil, fmt.Errorf("voxml: expression %w", x.err)
	}
	return []byte(x.text), nil
}

// UnmarshalText accepts any text, like [RawExpr]. It implements
// [encoding.TextUnmarshaler].
func (x *Expr) UnmarshalText(text []byte) error {
	*x = RawExpr(string(text))
	return nil
}

// Err returns the reason why the expression could not be built, or nil. The
// reasons are:
//
//   - the name of a variable is invalid;
//   - a value contains both kinds of quotes, "${", or a character that XML does
//     not allow, or it ends with a backslash;
//   - the expression would need parentheses;
//   - the expression is longer than 16,384 bytes;
//   - And, Or or Not was used with a text that [ParseExpr] cannot read.
//
// For an expression of [RawExpr], Err always returns nil.
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
	errBothQuotes  = errors.New("compares with a value that contains both kinds of quotes, so it cannot be quoted")
	errExpansion   = errors.New(`compares with a value that contains "${", so it cannot be quoted`)
	errBackslash   = errors.New("compares with a value that ends with a backslash, which might escape the closing quote")
	errChar        = errors.New("compares with a value that contains a character that XML does not allow")
	errParentheses = errors.New("needs parentheses, which expressions do not have: put one If inside another")
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

// not returns the negation of a comparison.
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

// written returns the expression with that text.
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
	// A backslash before the closing quote might escape it: undocumented.
	if strings.HasSuffix(value, `\`) {
		return "", errBackslash
	}
	if invalidChar(value) >= 0 {
		return "", errChar
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

// invalidChar returns the offset of the first character that XML does not
// allow, or -1.
func invalidChar(s string) int {
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
