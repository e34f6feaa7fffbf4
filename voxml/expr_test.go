package voxml_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// A set holds the values of variables.
type set = map[string]string

// Reasons why an expression cannot be built.
const (
	badName      = "has an invalid variable name: use letters, digits and underscores, with single dots between its parts"
	badQuotes    = "compares with a value that contains both kinds of quotes, so it cannot be quoted"
	badExpansion = `compares with a value that contains "${", so it cannot be quoted`
	badBackslash = "compares with a value that ends with a backslash, which might escape the closing quote"
	badCharacter = "compares with a value that contains a character that XML does not allow"
	badGrouping  = "needs parentheses, which expressions do not have: put one If inside another"
	badJoin      = "is built from an expression that cannot be read"
)

// conditional puts an expression into a document.
var conditional = map[string]func(voxml.Expr) voxml.Response{
	"If": func(x voxml.Expr) voxml.Response { return voxml.Response{voxml.If{Expression: x}} },
	"Do": func(x voxml.Expr) voxml.Response { return voxml.Response{voxml.Do{Expression: x}} },
}

func parsedExpr(t testing.TB, text string) voxml.Expr {
	t.Helper()
	x, err := voxml.ParseExpr(text)
	require.NoError(t, err, "%q", text)
	return x
}

// TestExpressions reads each expression of testdata/expressions.txt. The file
// has the error of each expression, or its negation and its value for some
// variables:
//
//	go test ./voxml -run TestExpressions -update
func TestExpressions(t *testing.T) {
	script(t, "testdata/expressions.txt", func(text string, want []string) (got []string) {
		if quoted, ok := strings.CutPrefix(text, "quoted "); ok {
			var err error
			text, err = strconv.Unquote(quoted)
			require.NoError(t, err)
		}
		x, err := voxml.ParseExpr(text)
		raw := voxml.RawExpr(text)
		assert.NoError(t, raw.Err())
		assert.Equal(t, text, raw.String())
		if err != nil {
			assert.True(t, x == voxml.Expr{})
			var e *voxml.ExprError
			require.ErrorAs(t, err, &e)
			assert.EqualError(t, err, fmt.Sprintf("voxml: expression: offset %d: %v", e.Offset, e.Err))
			assert.Same(t, e.Err, errors.Unwrap(err))
			is, evalErr := raw.Eval(set{"a": "1"})
			assert.False(t, is)
			assert.Equal(t, err, evalErr)
			return []string{err.Error()}
		}
		require.True(t, x == raw)

		not := x.Not()
		switch {
		case not.Err() != nil:
			assert.Empty(t, not.String())
			got = append(got, "opposite "+not.Err().Error())
		case len(text) < 100:
			got = append(got, fmt.Sprintf("opposite %q", not))
		}
		for _, line := range want {
			if !strings.HasPrefix(line, "{") {
				continue
			}
			vars, before := set{}, set{}
			decoder := json.NewDecoder(strings.NewReader(line))
			require.NoError(t, decoder.Decode(&vars))
			line = line[:decoder.InputOffset()]
			for name := range vars {
				vars[name] = unfold(vars[name])
			}
			maps.Copy(before, vars)
			is, err := x.Eval(vars)
			if err != nil {
				got = append(got, fmt.Sprint(line, " ", err))
				assert.False(t, is)
				continue
			}
			got = append(got, fmt.Sprint(line, " ", is))
			if not.Err() == nil {
				opposite, err := not.Eval(vars)
				assert.NoError(t, err)
				assert.Equal(t, !is, opposite, line)
			}
			assert.Equal(t, before, vars)
		}
		require.Contains(t, strings.Join(got, "\n"), "{", "no variables")
		return got
	})
}

func TestBuildExpr(t *testing.T) {
	a, b, c, d := voxml.Var("a").Equal("1"), voxml.Var("b").NotEqual("2"), voxml.Var("c").Match("3"), voxml.Var("d").NotMatch("4")
	for _, tt := range []struct {
		x    voxml.Expr
		want string
	}{
		{voxml.Var("azAZ09_.do.n").Equal("1"), `${azAZ09_.do.n}=="1"`},
		{voxml.Var("0").NotEqual(""), `${0}!=""`},
		{voxml.Var("_").Match("(power|outage)"), `${_}=~"(power|outage)"`},
		{voxml.Var("x").NotMatch(`\d\.\\d`), `${x}!~"\d\.\\d"`},
		{voxml.Var("pin.digits").EqualVar(voxml.Var("again.digits")), `${pin.digits}==${again.digits}`},
		{voxml.Var("a").NotEqualVar(voxml.Var("a")), `${a}!=${a}`},

		{a.And(b).And(c), `${a}=="1" && ${b}!="2" && ${c}=~"3"`},
		{a.And(b.And(c)), `${a}=="1" && ${b}!="2" && ${c}=~"3"`},
		{a.Or(b).Or(c), `${a}=="1" || ${b}!="2" || ${c}=~"3"`},
		{a.Or(b.Or(c)), `${a}=="1" || ${b}!="2" || ${c}=~"3"`},
		{a.And(b).Or(c.And(d)), `${a}=="1" && ${b}!="2" || ${c}=~"3" && ${d}!~"4"`},
		{parsedExpr(t, ` '1'  ==${z} `).And(a), ` '1'  ==${z}  && ${a}=="1"`},
		{a.Or(parsedExpr(t, `b==c||d==e`)), `${a}=="1" || b==c||d==e`},
		{a.And(voxml.RawExpr(`b==c&&d==e`)), `${a}=="1" && b==c&&d==e`},

		{voxml.Var("a").Equal("it's"), `${a}=="it's"`},
		{voxml.Var("a").NotEqual(`"`), `${a}!='"'`},
		{voxml.Var("a").Match(`^\"`), `${a}=~'^\"'`},
		{voxml.Var("a").Equal("b && c || d == (e)"), `${a}=="b && c || d == (e)"`},
		{voxml.Var("a").Equal("$5 {x} $$ }{ $"), `${a}=="$5 {x} $$ }{ $"`},
		{voxml.Var("a").Equal("<b>&amp;]]>"), `${a}=="<b>&amp;]]>"`},
		{voxml.Var("a").Equal(" \t\r\n"), "${a}==\" \t\r\n\""},
		{voxml.Var("a").Equal("é请😀\u2028\uFFFD\x7f"), "${a}==\"é请😀\u2028\uFFFD\x7f\""},
	} {
		require.NoError(t, tt.x.Err(), tt.want)
		assert.Equal(t, tt.want, tt.x.String())
		assert.True(t, parsedExpr(t, tt.want) == tt.x, "ParseExpr returns another expression than the one that was built: %s", tt.want)
		for name, place := range conditional {
			doc := place(tt.x)
			expression, _ := decode(t, doc).find(name).attr("expression")
			assert.Equal(t, tt.want, expression)
			back, err := voxml.Parse(strings.NewReader(encode(t, doc)))
			require.NoError(t, err)
			assert.Equal(t, doc, back)
		}
	}
}

func TestBuildExprErrors(t *testing.T) {
	good := voxml.Var("good").Equal("1")
	or := good.Or(good)
	type row struct {
		name string
		x    voxml.Expr
		want string
	}
	table := []row{
		{"And of an Or, left", or.And(good), badGrouping},
		{"And of an Or, right", good.And(or), badGrouping},
		{"And of an Or of Ands", good.And(good).Or(good).And(good), badGrouping},
		{"And of a raw ||", good.And(voxml.RawExpr("a==b||c==d")), badGrouping},
		{"raw, left", voxml.RawExpr("a==b c").Or(good), badJoin},
		{"raw, right", good.And(voxml.RawExpr("a==(b)")), badJoin},
		{"raw with an open quote", good.And(voxml.RawExpr(`a=="b`)), badJoin},
		{"raw with an open &&", voxml.RawExpr("a==b &&").Or(good), badJoin},
		{"opposite of raw", voxml.RawExpr("a==").Not(), badJoin},
		{"the first of two errors", voxml.Var("").Equal("").Or(voxml.Var("a").Equal(`\`)), badName},
		{"the name before the value", voxml.Var("").Equal(`\`), badName},
		{"a long value", voxml.Var("a").Equal(strings.Repeat("x", 16_377)), "is longer than 16384 bytes"},
		{"a long name", voxml.Var(strings.Repeat("x", 16_385)).Equal(""), "is longer than 16384 bytes"},
		{"no name", voxml.Variable{}.Equal("1"), badName},
		{"opposite", voxml.Var("?").Equal("1").Not(), badName},
	}
	for _, name := range []string{
		"", ".", ".a", "a.", "a..b", "a b", " a", "a ", "a\n", "a-b", "a:b", "a$", "${a}", "{a}", "a}", `a"`, "a'", "é", "a\x00", "\xff", "a[0]",
	} {
		bad, a := voxml.Var(name), voxml.Var("a")
		for _, x := range []voxml.Expr{
			bad.Equal("1"), bad.NotEqual("1"), bad.Match("1"), bad.NotMatch("1"),
			bad.EqualVar(a), bad.NotEqualVar(a), a.EqualVar(bad), a.NotEqualVar(bad),
		} {
			table = append(table, row{name, x, badName})
		}
	}
	for want, values := range map[string][]string{
		badQuotes:    {`"'`, `it's "fine"`, `" || '1'=='1`},
		badExpansion: {`${a}`, `${`, `$${a`, `"'${`},
		badBackslash: {`\`, `a\\`, `"\`},
		badCharacter: {"\x00", "a\x1f", "\v", "\x1b[0m", "\xff", "\xc3", "\xed\xa0\x80", "\uFFFE", "\uFFFF"},
	} {
		for _, value := range values {
			for _, compare := range operators {
				table = append(table, row{value, compare.build(voxml.Var("a"), value), want})
			}
		}
	}
	for _, tt := range table {
		for _, x := range []voxml.Expr{
			tt.x, tt.x.And(good), good.And(tt.x), tt.x.Or(good), good.Or(tt.x), tt.x.And(good).Or(good), good.Or(good.And(tt.x)),
		} {
			require.EqualError(t, x.Err(), tt.want, "%q", tt.name)
			assert.Empty(t, x.String(), "%q", tt.name)
			assert.ErrorIs(t, x.Err(), tt.x.Err(), "%q", tt.name)
			is, err := x.Eval(set{"good": "1"})
			assert.False(t, is, "%q", tt.name)
			assert.EqualError(t, err, "voxml: expression "+tt.want, "%q", tt.name)
			for place, doc := range conditional {
				b, err := doc(x).AppendXML(nil)
				assert.Nil(t, b, "%q", tt.name)
				assert.EqualError(t, err, "voxml: Response[0]."+place+".expression: "+tt.want, "%q", tt.name)
				assert.ErrorIs(t, err, tt.x.Err(), "%q", tt.name)
			}
		}
	}
}

// The zero value is no condition. Joined with another expression, it has no effect.
func TestExprZero(t *testing.T) {
	var zero voxml.Expr
	a, bad := voxml.Var("a").Equal("1"), voxml.Var("?").Equal("1")
	assert.NoError(t, zero.Err())
	assert.True(t, zero == voxml.RawExpr(""))
	for _, x := range []voxml.Expr{a, bad, zero} {
		assert.Equal(t, []voxml.Expr{x, x, x, x}, []voxml.Expr{zero.And(x), zero.Or(x), x.And(zero), x.Or(zero)})
	}
	assert.True(t, zero.Not() == zero)
	for name, place := range conditional {
		_, err := place(zero).AppendXML(nil)
		assert.EqualError(t, err, "voxml: Response[0]."+name+".expression: is required")
	}
}

func TestExprComparison(t *testing.T) {
	build := func() voxml.Expr { return voxml.Var("a").Equal("1").Or(voxml.Var("b").Match("2")) }
	failed := build().And(build())
	assert.True(t, build() == voxml.RawExpr(`${a}=="1" || ${b}=~"2"`))
	assert.False(t, build() == parsedExpr(t, `${a}=="1"||${b}=~"2"`), "another text with the same meaning must not be equal")
	assert.False(t, failed == voxml.Expr{}, "an expression with an error must not be the zero value")
	assert.True(t, failed == build().And(build()), "errors with the same cause must be equal")
	assert.False(t, failed == voxml.Var("a").Equal(`\`), "errors with different causes must not be equal")
}

// TestExprErrorsAreDiscreet checks that no error contains a part of the
// expression or a value.
func TestExprErrorsAreDiscreet(t *testing.T) {
	const secret = "s3cr3t"
	v := voxml.Var(secret)
	exprs := []voxml.Expr{
		voxml.Var(secret + "-").Equal(secret), v.Equal(secret + `"'`), v.Match(secret + "${"), v.Equal(secret + `\`), v.Equal(secret + "\x00"),
		v.Equal(secret).And(v.Equal(secret).Or(v.Equal(secret))), v.Match(secret + "["), v.NotMatch("(" + secret),
	}
	for _, text := range []string{
		secret, secret + "==", `"` + secret, `'` + secret, "${" + secret, "${" + secret + " }==1", `"${` + secret + `}"==1`,
		secret + "==1 " + secret, secret + "<1", "(" + secret + "==1)", `"` + secret + `"==!`, `"` + secret + `"=~${` + secret + `}`,
	} {
		exprs = append(exprs, voxml.RawExpr(text), voxml.RawExpr(text).And(v.Match("[")))
	}
	for _, x := range exprs {
		_, err := x.Eval(set{secret: secret + "["})
		require.Error(t, err, x.String())
		_, docErr := voxml.Response{voxml.If{Expression: x}}.AppendXML(nil)
		for _, err := range []error{err, docErr, x.Err()} {
			for ; err != nil; err = errors.Unwrap(err) {
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
			}
		}
	}
}

// quotable reports whether a value has a literal.
func quotable(value string) bool {
	return !strings.Contains(value, "${") && !strings.HasSuffix(value, `\`) && carried(value) == value &&
		(strings.Count(value, `"`) == 0 || strings.Count(value, `'`) == 0)
}

// FuzzExpr reads any text. ParseExpr must keep the text or return an error.
// Eval must always return the same value.
func FuzzExpr(f *testing.F) {
	for _, text := range []string{
		"", `${menu.digits}=="1" || ${menu.speech}=~"(power|outage)"`, "1 == ${var}", `${var}!~'(support|pharmacy)'`,
		"a==b&&c!=d||e=~f&&g!~h", "${a}==${b}", `${a}=="1`, "${a", "${${a}}==1", "(a==b)", "a<b", "a!b", `"${a}"==1`, `a=~"["`,
		"${a}!~(1|2)", "x=~([)]|(\\)))||1==1", "\t1\r\n==\n1 ", `'\'=="\"`, "\xff==\x00", `"é"=="请"`,
	} {
		f.Add(text, "1")
		f.Add(text, `" || "1"=="1`)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		x, err := voxml.ParseExpr(text)
		raw := voxml.RawExpr(text)
		if err == nil {
			require.Equal(t, text, x.String())
			require.True(t, x == raw)
		} else {
			var e *voxml.ExprError
			require.ErrorAs(t, err, &e)
			require.True(t, 0 <= e.Offset && e.Offset <= len(text), "offset %d of %q", e.Offset, text)
			require.True(t, x == voxml.Expr{})
		}
		not := x.Not()
		for _, vars := range []set{nil, {}, {"a": value, "x": value, "var": "1"}} {
			is, evalErr := raw.Eval(vars)
			again, errAgain := raw.Eval(vars)
			require.Equal(t, is, again)
			require.Equal(t, evalErr, errAgain)
			if evalErr != nil {
				require.False(t, is)
				continue
			}
			require.NoError(t, err)
			opposite, err := not.Eval(vars)
			require.True(t, err != nil || opposite != is, "%q is %v, and so is its negation %q", text, is, not)
		}
	})
}

// A construction is an expression, and facts about it that do not come from
// parsing it.
type construction struct {
	x     voxml.Expr
	bad   bool // cannot be built
	or    bool // is an Or
	truth func(set) bool
	size  int // number of comparisons
}

// Names and values that constructions use.
var (
	constructionNames  = []string{"a", "b.digits", "c_1.x.Y", "0", "do.n", "a.", ""}
	constructionValues = []string{
		"1", "", "it's", `"`, " && ${", `"'`, `\`, `\x`, "1 || 1==1", `" || "1"=="1`, `' && '1'=='1`, "é", "}", "$", "\x00",
	}
)

// constructionPatterns are regular expressions and their meaning.
var constructionPatterns = []struct {
	pattern string
	matches func(string) bool
}{
	{"1", func(s string) bool { return strings.Contains(s, "1") }},
	{"", func(string) bool { return true }},
	{"^it", func(s string) bool { return strings.HasPrefix(s, "it") }},
	{"s$", func(s string) bool { return strings.HasSuffix(s, "s") }},
	{"^$", func(s string) bool { return s == "" }},
	{`("|')`, func(s string) bool { return strings.ContainsAny(s, `"'`) }}, // cannot be built
	{`(1|\|\|)`, func(s string) bool { return strings.Contains(s, "1") || strings.Contains(s, "||") }},
	{`["é]`, func(s string) bool { return strings.ContainsAny(s, `"é`) }},
	{"(?i)^IT'S$", func(s string) bool { return strings.EqualFold(s, "it's") }},
}

func (s *source) construction(room int) construction {
	if room > 1 && s.below(5) > 1 {
		left := s.construction(room / 2)
		right := s.construction(room - room/2)
		c := construction{bad: left.bad || right.bad, size: left.size + right.size}
		if s.below(2) == 0 {
			c.x = left.x.And(right.x)
			c.bad = c.bad || left.or || right.or
			c.truth = func(vars set) bool { return left.truth(vars) && right.truth(vars) }
			return c
		}
		c.x = left.x.Or(right.x)
		c.or = true
		c.truth = func(vars set) bool { return left.truth(vars) || right.truth(vars) }
		return c
	}
	name, isName := s.constructionName()
	value := s.constructionValue()
	other, isOther := s.constructionName()
	p := constructionPatterns[s.below(len(constructionPatterns))]
	v := voxml.Var(name)
	switch s.below(6) {
	case 0:
		return construction{v.Equal(value), !isName || !quotable(value), false, func(vars set) bool { return vars[name] == value }, 1}
	case 1:
		return construction{v.NotEqual(value), !isName || !quotable(value), false, func(vars set) bool { return vars[name] != value }, 1}
	case 2:
		return construction{v.Match(p.pattern), !isName || !quotable(p.pattern), false, func(vars set) bool { return p.matches(vars[name]) }, 1}
	case 3:
		return construction{v.NotMatch(p.pattern), !isName || !quotable(p.pattern), false, func(vars set) bool { return !p.matches(vars[name]) }, 1}
	case 4:
		return construction{v.EqualVar(voxml.Var(other)), !isName || !isOther, false, func(vars set) bool { return vars[name] == vars[other] }, 1}
	}
	return construction{v.NotEqualVar(voxml.Var(other)), !isName || !isOther, false, func(vars set) bool { return vars[name] != vars[other] }, 1}
}

// constructionName returns a name. One in 16 is invalid.
func (s *source) constructionName() (name string, ok bool) {
	if n := s.below(64); n >= 60 {
		return constructionNames[5+n%2], false
	}
	return constructionNames[s.below(5)], true
}

// constructionValue returns a value, usually one that can be quoted.
func (s *source) constructionValue() string {
	switch s.below(8) {
	case 6:
		return constructionValues[s.below(len(constructionValues))]
	case 7:
		return s.text()
	}
	return constructionValues[s.below(4)]
}

// FuzzExprBuild builds expressions. A value must have no effect other than
// being compared.
func FuzzExprBuild(f *testing.F) {
	f.Add([]byte(nil))
	next := noise(1)
	for n := range 120 {
		f.Add(next(10 + n*6))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &source{data: data[:min(len(data), 1024)]}
		c := s.construction(1 + s.below(24))
		if c.bad {
			require.Error(t, c.x.Err(), "%q", c.x.String())
			require.Empty(t, c.x.String())
			_, err := c.x.Eval(nil)
			require.Error(t, err)
			return
		}
		require.NoError(t, c.x.Err())
		require.True(t, parsedExpr(t, c.x.String()) == c.x)
		doc := voxml.Response{voxml.If{Expression: c.x}}
		back, err := voxml.Parse(strings.NewReader(encode(t, doc)))
		require.NoError(t, err)
		require.Equal(t, doc, back)

		all := []set{nil}
		for i := range 10 {
			vars := set{}
			for _, name := range constructionNames[:5] {
				if i < 4 {
					vars[name] = constructionValues[i]
				} else if s.below(4) > 0 {
					vars[name] = s.constructionValue()
				}
			}
			all = append(all, vars)
		}
		for _, vars := range all {
			is, err := c.x.Eval(vars)
			require.NoError(t, err, "%q", c.x.String())
			require.Equal(t, c.truth(vars), is, "%q of %q", c.x.String(), vars)
		}
	})
}

// TestFuzzExprBuildSeeds checks that the generator makes enough valid and
// invalid, long and short, true and false expressions.
func TestFuzzExprBuildSeeds(t *testing.T) {
	seen := map[string]int{}
	next := noise(1)
	for range 2000 {
		s := &source{data: next(400)}
		c := s.construction(1 + s.below(24))
		if c.bad {
			seen["bad"]++
			continue
		}
		text := c.x.String()
		for kind, is := range map[string]bool{"long": c.size > 3, "mixed": c.or && strings.Contains(text, " && "), "true": c.truth(nil), "false": !c.truth(nil)} {
			if is {
				seen[kind]++
			}
		}
		for _, op := range []string{"==", "!=", "=~", "!~", "==${", "!=${"} {
			if strings.Contains(text, "}"+op) {
				seen[op]++
			}
		}
	}
	for _, kind := range []string{"bad", "long", "mixed", "true", "false", "==", "!=", "=~", "!~", "==${", "!=${"} {
		assert.Greater(t, seen[kind], 50, kind)
	}
}
