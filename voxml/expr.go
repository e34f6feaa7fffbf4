package voxml

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
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
// A few values have no form in the language. An Expr that was built with one
// keeps the reason: Err and Eval report it, and the document does not encode. So
// it is safe to compare with anything that a caller said: it cannot change the
// condition.
//
// The language has no parentheses, no order of values and no negation but !=
// and !~. That && binds closer than || is what this package assumes; the
// platform does not document it, so keep to one of them. An expression is read
// up to 16,384 bytes, a regular expression up to 1,024, and less if it repeats
// much or the text to be matched is very long.
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
// entered at a [Gather] with the Output "menu". A name has letters, digits and
// underscores, with dots between its parts. With any other name, the expression
// has an error.
func Var(name string) Variable { return Variable{name} }

// Equal is true if the variable is value. An unset variable is "", so that
// comparing with "" is true for it too.
func (v Variable) Equal(value string) Expr { return v.compare(opEqual, value) }

// NotEqual is true if the variable is not value. An unset variable is "".
func (v Variable) NotEqual(value string) Expr { return v.compare(opNotEqual, value) }

// Match is true if a part of the variable matches a regular expression. The
// platform does not document which dialect it reads, nor whether case matters,
// as it does for [Expr.Eval]: use only what all dialects have in common. Quote
// anything that a caller said with [regexp.QuoteMeta].
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

// And is true if both are. Neither may be an Or: that would need parentheses,
// which the language does not have; put one [If] into another instead.
func (x Expr) And(y Expr) Expr { return x.join(" && ", y) }

// Or is true if one of them is.
func (x Expr) Or(y Expr) Expr { return x.join(" || ", y) }

// Not negates x by De Morgan's laws; VoXML has no Else. Negating an expression
// that mixes && and || would need parentheses, which VoXML does not have. Err
// then reports it.
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

// RawExpr returns an expression of any text, right or wrong, for anything that
// this package does not know yet. The text must not hold anything that a caller
// said, which could change the condition. Check reports a text that [ParseExpr]
// does not read; it cannot be joined or negated either.
func RawExpr(text string) Expr { return Expr{text: text} }

// ParseExpr reads an expression: comparisons by == != =~ !~ of ${variables}
// and literals in single or double quotes, joined by && and ||. A literal
// without quotes is accepted if it holds only letters, digits and _ . + - # *,
// and, after =~ and !~, if it is one group in parentheses, such as (1|2). The
// text is kept as it is. The error is an [*ExprError]. As with [RawExpr], text
// must not hold anything that a caller said.
func ParseExpr(text string) (Expr, error) {
	if _, err := parseExpr(text); err != nil {
		return Expr{}, err
	}
	return Expr{text: text}, nil
}

// An ExprError says where an expression cannot be read, and why. Its text
// holds nothing of the expression.
type ExprError struct {
	// Offset is the place, in bytes from the start of the expression.
	Offset int

	// Err is the reason. It is never nil.
	Err error
}

func (e *ExprError) Error() string {
	return fmt.Sprintf("voxml: expression: offset %d: %v", e.Offset, e.Err)
}

// Unwrap returns Err.
func (e *ExprError) Unwrap() error { return e.Err }

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

// Err reports why the expression could not be built: the name of a variable is
// wrong; a value has both kinds of quotes, "${", a character that XML cannot
// carry, or a backslash at its end; or it would need parentheses. Err is nil if
// the expression could be built, and always for [RawExpr].
func (x Expr) Err() error { return x.err }

// Eval reports whether the expression is true for these variables. A variable
// that is not set equals "". Regular expressions are those of [regexp]. It is an
// error if the expression could not be built or cannot be read, or if a regular
// expression that decides does not compile or would take too long. The parts
// after a false && or a true || do not decide.
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

// The operators of a comparison.
const (
	opEqual    = "=="
	opNotEqual = "!="
	opMatch    = "=~"
	opNotMatch = "!~"
)

var (
	errVariable    = errors.New("names a variable wrongly: a name is letters, digits and underscores, with single dots between its parts")
	errTooLong     = fmt.Errorf("is longer than %d bytes", maxExpr)
	errUnreadable  = errors.New("is made of an expression that cannot be read")
	errBothQuotes  = errors.New("compares with a value that has both kinds of quotes in it, for which there is no form")
	errExpansion   = errors.New(`compares with a value that has "${" in it, for which there is no form`)
	errBackslash   = errors.New("compares with a value that ends with a backslash, which might quote what comes after it")
	errCarry       = errors.New("compares with a value that has a character in it which XML cannot carry")
	errParentheses = errors.New("needs parentheses, for which there is no form: put one If into another")
	errPattern     = errors.New("a regular expression does not compile")
	errLongPattern = fmt.Errorf("a regular expression is longer than %d bytes", maxPattern)
	errWork        = errors.New("a regular expression takes too long to match: repeat less in it")
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

func (o operand) value(vars map[string]string) string {
	if o.variable {
		return vars[o.text]
	}
	return o.text
}

// eval evaluates a comparison. It takes the work of matching from the work that
// is left.
func (c comparison) eval(vars map[string]string, work *int) (bool, error) {
	left, right := c.left.value(vars), c.right.value(vars)
	switch c.op {
	case opEqual:
		return left == right, nil
	case opNotEqual:
		return left != right, nil
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
		return false, errPattern // what regexp says would quote the pattern
	}
	return pattern.MatchString(left) == (c.op == opMatch), nil
}

// checkPattern returns about how many instructions a regular expression compiles
// to, or an error. It bounds the memory for compiling it.
func checkPattern(pattern string) (size int, err error) {
	if len(pattern) > maxPattern {
		return 0, errLongPattern
	}
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
		size *= max(re.Min+1, re.Max)
	}
	return size
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

// form returns an operand as it is written.
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

// isVariable reports whether an expression can name a variable so.
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

// parseExpr reads an expression: alternatives, each of conditions that hold
// together. The error is an *ExprError.
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
	if i := uncarried(text); i >= 0 {
		return nil, &ExprError{Offset: i, Err: errNoXML}
	}
	return alternatives, nil
}

// The bounds of reading and evaluating.
const (
	maxExpr    = 16_384 // bytes of an expression
	maxPattern = 1024   // bytes of a regular expression

	maxProgram = 10_000    // instructions of a regular expression
	maxMatch   = 1_000_000 // instructions for each byte that is matched, in all of an expression
)

var (
	errLong     = fmt.Errorf("the expression is longer than %d bytes", maxExpr)
	errJoint    = errors.New(`there is neither "&&" nor "||" between two comparisons`)
	errNoValue  = errors.New("there is no variable or literal")
	errNoOp     = errors.New("there is none of == != =~ !~")
	errQuoteEnd = errors.New("a literal does not end")
	errVarEnd   = errors.New(`a variable does not end with "}"`)
	errVarName  = errors.New("the name of a variable is not letters, digits and underscores, with single dots between its parts")
	errNoXML    = errors.New("there is a character that XML cannot carry")
	errGroup    = errors.New("parentheses have no meaning in an expression: put one If into another")
	errOrder    = errors.New(`"<" and ">" are no operators of an expression`)
	errExpanded = errors.New(`there is "${" in a literal`)
	errGroupEnd = errors.New("a group in parentheses does not end")
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

// take skips a symbol, if it is the next one.
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

// patternGroup reads a pattern without quotes, which is one group in
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

// group returns the group in parentheses with which rest begins, or "" if it
// does not end. Parentheses in a class or after a backslash do not count.
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
