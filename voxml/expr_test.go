package voxml_test

import (
	"errors"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// What can be wrong with an expression that is built.
const (
	badName      = "has an invalid variable name: use letters, digits and underscores, with single dots between its parts"
	badQuotes    = "compares with a value that has both kinds of quotes in it, which cannot be written"
	badExpansion = `compares with a value that has "${" in it, which cannot be written`
	badBackslash = "compares with a value that ends with a backslash, which might escape the closing quote"
	badCharacter = "compares with a value that has a character which XML cannot carry"
	badGrouping  = "needs parentheses, which expressions do not have: put one If into another"
	badJoin      = "is built from an expression that cannot be read"
)

// What can be wrong with an expression that is read.
const (
	noJoint   = `"&&" or "||" is missing between two comparisons`
	noValue   = "a variable or a literal is missing"
	noOp      = "an operator is missing: use ==, !=, =~ or !~"
	noQuote   = "a literal has no closing quote"
	noBrace   = `a variable has no closing "}"`
	wrongName = "a variable name is invalid: use letters, digits and underscores, with single dots between its parts"
	noGroups  = "parentheses have no meaning in an expression: put one If into another"
	noOrder   = `"<" and ">" are not operators: use ==, !=, =~ or !~`
	expanded  = `a literal contains "${"`
)

// conditional puts an expression where it can stand.
var conditional = []struct {
	name string
	doc  func(voxml.Expr) voxml.Response
}{
	{"If", func(x voxml.Expr) voxml.Response { return voxml.Response{voxml.If{Expression: x}} }},
	{"Do", func(x voxml.Expr) voxml.Response { return voxml.Response{voxml.Do{Expression: x}} }},
}

func parsedExpr(t testing.TB, text string) voxml.Expr {
	t.Helper()
	x, err := voxml.ParseExpr(text)
	require.NoError(t, err, "%q", text)
	return x
}

func TestBuildExpr(t *testing.T) {
	a, b, c, d := voxml.Var("a").Equal("1"), voxml.Var("b").NotEqual("2"), voxml.Var("c").Match("3"), voxml.Var("d").NotMatch("4")
	for _, tt := range []struct {
		section, name string
		x             voxml.Expr
		want          string
	}{
		{"4 Expressions", "==", voxml.Var("menu.digits").Equal("1"), `${menu.digits}=="1"`},
		{"4 Expressions", "!=", voxml.Var("menu.digits").NotEqual("1"), `${menu.digits}!="1"`},
		{"4 Expressions", "=~", voxml.Var("menu.speech").Match("(power|outage)"), `${menu.speech}=~"(power|outage)"`},
		{"4 Expressions", "!~", voxml.Var("var").NotMatch("(support|pharmacy)"), `${var}!~"(support|pharmacy)"`},
		{"4 Expressions", "== of variables", voxml.Var("pin.digits").EqualVar(voxml.Var("again.digits")), `${pin.digits}==${again.digits}`},
		{"4 Expressions", "!= of variables", voxml.Var("pin.digits").NotEqualVar(voxml.Var("again.digits")), `${pin.digits}!=${again.digits}`},
		{"4 Expressions", "== of one variable", voxml.Var("a").EqualVar(voxml.Var("a")), `${a}==${a}`},

		{"4 Expressions", "&&", a.And(b), `${a}=="1" && ${b}!="2"`},
		{"4 Expressions", "||", a.Or(b), `${a}=="1" || ${b}!="2"`},
		{"4 Expressions", "&& &&", a.And(b).And(c), `${a}=="1" && ${b}!="2" && ${c}=~"3"`},
		{"4 Expressions", "&& (&&)", a.And(b.And(c)), `${a}=="1" && ${b}!="2" && ${c}=~"3"`},
		{"4 Expressions", "|| ||", a.Or(b).Or(c), `${a}=="1" || ${b}!="2" || ${c}=~"3"`},
		{"4 Expressions", "|| (||)", a.Or(b.Or(c)), `${a}=="1" || ${b}!="2" || ${c}=~"3"`},
		{"4 Expressions", "&& ||", a.And(b).Or(c), `${a}=="1" && ${b}!="2" || ${c}=~"3"`},
		{"4 Expressions", "|| (&&)", a.Or(b.And(c)), `${a}=="1" || ${b}!="2" && ${c}=~"3"`},
		{"4 Expressions", "&& || (&&)", a.And(b).Or(c.And(d)), `${a}=="1" && ${b}!="2" || ${c}=~"3" && ${d}!~"4"`},
		{"4 Expressions", "with itself", a.And(a).Or(a), `${a}=="1" && ${a}=="1" || ${a}=="1"`},
		{"4 Expressions", "with one that is read", parsedExpr(t, ` '1'  ==${z} `).And(a), ` '1'  ==${z}  && ${a}=="1"`},
		{"4 Expressions", "with an || that is read", a.Or(parsedExpr(t, `b==c||d==e`)), `${a}=="1" || b==c||d==e`},
		{"4 Expressions", "with a raw &&", a.And(voxml.RawExpr(`b==c&&d==e`)), `${a}=="1" && b==c&&d==e`},

		{"4 Expressions", "empty literal", voxml.Var("a").Equal(""), `${a}==""`},
		{"4 Expressions", "apostrophe", voxml.Var("a").Equal("it's"), `${a}=="it's"`},
		{"4 Expressions", "double quotes", voxml.Var("a").Equal(`say "hi"`), `${a}=='say "hi"'`},
		{"4 Expressions", "only a double quote", voxml.Var("a").NotEqual(`"`), `${a}!='"'`},
		{"4 Expressions", "only an apostrophe", voxml.Var("a").NotEqual(`'`), `${a}!="'"`},
		{"4 Expressions", "double quotes in a pattern", voxml.Var("a").Match(`^"`), `${a}=~'^"'`},
		{"4 Expressions", "operators in a literal", voxml.Var("a").Equal("b && c || d == (e)"), `${a}=="b && c || d == (e)"`},
		{"4 Expressions", "backslashes", voxml.Var("a").Match(`\d\.\\d`), `${a}=~"\d\.\\d"`},
		{"4 Expressions", "backslash before a quote", voxml.Var("a").Equal(`\"`), `${a}=='\"'`},
		{"4 Expressions", "dollar and braces", voxml.Var("a").Equal("$5 {x} $$ }{ $"), `${a}=="$5 {x} $$ }{ $"`},
		{"4 Expressions", "markup", voxml.Var("a").Equal("<b>&amp;]]>"), `${a}=="<b>&amp;]]>"`},
		{"4 Expressions", "white space", voxml.Var("a").Equal(" \t\r\n"), "${a}==\" \t\r\n\""},
		{"4 Expressions", "other scripts", voxml.Var("a").Equal("é请😀\u2028\uFFFD\x7f"), "${a}==\"é请😀\u2028\uFFFD\x7f\""},

		{"4 Expressions", "name of a letter", voxml.Var("x").Equal(""), `${x}==""`},
		{"4 Expressions", "name of a digit", voxml.Var("0").Equal(""), `${0}==""`},
		{"4 Expressions", "name of an underscore", voxml.Var("_").Equal(""), `${_}==""`},
		{"4 Expressions", "name of all there is", voxml.Var("azAZ09_.do.n").Equal(""), `${azAZ09_.do.n}==""`},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			require.NoError(t, tt.x.Err())
			assert.Equal(t, tt.want, tt.x.String())
			assert.True(t, parsedExpr(t, tt.want) == tt.x, "what is read is not what was built")
			for _, place := range conditional {
				doc := place.doc(tt.x)
				expression, _ := decode(t, doc).find(place.name).attr("expression")
				assert.Equal(t, tt.want, expression)
				back, err := voxml.Parse(strings.NewReader(encode(t, doc)))
				require.NoError(t, err)
				assert.Equal(t, doc, back)
			}
		})
	}
}

func TestBuildExprErrors(t *testing.T) {
	good := voxml.Var("good").Equal("1")
	or := good.Or(good)
	type row struct {
		section, name string
		x             voxml.Expr
		want          string
	}
	table := []row{
		{"4 Expressions", "And of an Or, left", or.And(good), badGrouping},
		{"4 Expressions", "And of an Or, right", good.And(or), badGrouping},
		{"4 Expressions", "And of two Ors", or.And(or), badGrouping},
		{"4 Expressions", "And of an Or of Ands", good.And(good).Or(good).And(good), badGrouping},
		{"4 Expressions", "And of a raw ||", good.And(voxml.RawExpr("a==b||c==d")), badGrouping},
		{"4 Expressions", "And of an || that is read", parsedExpr(t, "a==b || c==d").And(good), badGrouping},
		{"4 Expressions", "raw, left", voxml.RawExpr("a==b c").Or(good), badJoin},
		{"4 Expressions", "raw, right", good.And(voxml.RawExpr("a==(b)")), badJoin},
		{"4 Expressions", "raw with an open quote", good.And(voxml.RawExpr(`a=="b`)), badJoin},
		{"4 Expressions", "raw with an open &&", voxml.RawExpr("a==b &&").Or(good), badJoin},
		{"4 Expressions", "the first of two errors", voxml.Var("").Equal("").Or(voxml.Var("a").Equal(`\`)), badName},
		{"4 Expressions", "the name before the value", voxml.Var("").Equal(`\`), badName},
	}
	for _, name := range []string{
		"", ".", ".a", "a.", "a..b", "a b", " a", "a ", "a\n", "a-b", "a:b", "a$", "${a}", "{a}", "a}", `a"`, "a'", "é", "a\x00", "\xff", "a[0]",
	} {
		bad := voxml.Var(name)
		for _, row := range []row{
			{"", "Equal", bad.Equal("1"), badName},
			{"", "NotEqual", bad.NotEqual("1"), badName},
			{"", "Match", bad.Match("1"), badName},
			{"", "NotMatch", bad.NotMatch("1"), badName},
			{"", "EqualVar", bad.EqualVar(voxml.Var("a")), badName},
			{"", "NotEqualVar", bad.NotEqualVar(voxml.Var("a")), badName},
			{"", "EqualVar of another", voxml.Var("a").EqualVar(bad), badName},
			{"", "NotEqualVar of another", voxml.Var("a").NotEqualVar(bad), badName},
		} {
			row.section, row.name = "4 Variable names", fmt.Sprintf("%s, %q", row.name, name)
			table = append(table, row)
		}
	}
	for _, tt := range []struct{ value, want string }{
		{`"'`, badQuotes},
		{`it's "fine"`, badQuotes},
		{`" || '1'=='1`, badQuotes},
		{`${a}`, badExpansion},
		{`${`, badExpansion},
		{`$${a`, badExpansion},
		{`"'${`, badExpansion},
		{`\`, badBackslash},
		{`a\\`, badBackslash},
		{`"\`, badBackslash},
		{"\x00", badCharacter},
		{"a\x1f", badCharacter},
		{"\v", badCharacter},
		{"\x1b[0m", badCharacter},
		{"\xff", badCharacter},
		{"\xc3", badCharacter},
		{"\xed\xa0\x80", badCharacter},
		{"\uFFFE", badCharacter},
		{"\uFFFF", badCharacter},
	} {
		for _, row := range []row{
			{"", "Equal", voxml.Var("a").Equal(tt.value), tt.want},
			{"", "NotEqual", voxml.Var("a").NotEqual(tt.value), tt.want},
			{"", "Match", voxml.Var("a").Match(tt.value), tt.want},
			{"", "NotMatch", voxml.Var("a").NotMatch(tt.value), tt.want},
		} {
			row.section, row.name = "4 Expressions", fmt.Sprintf("%s, %q", row.name, tt.value)
			table = append(table, row)
		}
	}
	for _, tt := range table {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			for name, x := range map[string]voxml.Expr{
				"alone": tt.x,
				"x && ": tt.x.And(good), "&& x": good.And(tt.x),
				"x || ": tt.x.Or(good), "|| x": good.Or(tt.x),
				"x && || ": tt.x.And(good).Or(good), "|| && x": good.Or(good.And(tt.x)),
			} {
				require.EqualError(t, x.Err(), tt.want, name)
				assert.Empty(t, x.String(), name)
				assert.ErrorIs(t, x.Err(), tt.x.Err(), name)

				is, err := x.Eval(map[string]string{"good": "1"})
				assert.False(t, is, name)
				assert.EqualError(t, err, "voxml: expression "+tt.want, name)
				assert.ErrorIs(t, err, tt.x.Err(), name)

				for _, place := range conditional {
					b, err := place.doc(x).AppendXML(nil)
					assert.Nil(t, b, name)
					assert.EqualError(t, err, "voxml: Response[0]."+place.name+".expression: "+tt.want, name)
					var e *voxml.Error
					require.ErrorAs(t, err, &e, name)
					assert.Equal(t, "Response[0]."+place.name+".expression", e.Path, name)
					assert.ErrorIs(t, err, tt.x.Err(), name)
				}
			}
		})
	}
}

func TestExprZero(t *testing.T) {
	var zero voxml.Expr
	assert.NoError(t, zero.Err())
	assert.Empty(t, zero.String())
	assert.True(t, zero == voxml.RawExpr(""))
	for _, place := range conditional {
		_, err := place.doc(zero).AppendXML(nil)
		assert.EqualError(t, err, "voxml: Response[0]."+place.name+".expression: is required")
	}
	var variable voxml.Variable
	assert.EqualError(t, variable.Equal("1").Err(), badName)
}

func TestExprComparison(t *testing.T) {
	build := func() voxml.Expr {
		return voxml.Var("a").Equal("1").Or(voxml.Var("b").Match("2"))
	}
	assert.True(t, build() == build())
	assert.True(t, build() == parsedExpr(t, `${a}=="1" || ${b}=~"2"`))
	assert.True(t, build() == voxml.RawExpr(`${a}=="1" || ${b}=~"2"`))
	assert.False(t, build() == voxml.Var("a").Equal("1"))
	assert.False(t, build() == parsedExpr(t, `${a}=="1"||${b}=~"2"`), "another text of the same meaning")
	assert.False(t, voxml.Var("").Equal("") == voxml.Expr{}, "an error is something")
	assert.True(t, voxml.Var("").Equal("") == voxml.Var("-").Equal("1"), "errors of the same cause")
	assert.False(t, voxml.Var("").Equal("") == voxml.Var("a").Equal(`\`), "errors of different causes")
	failed := build().And(build())
	assert.True(t, failed == build().And(build()))
	assert.Len(t, map[voxml.Expr]bool{build(): true, failed: true, {}: true}, 3)
}

// set is what variables are set to.
type set = map[string]string

func TestParseExpr(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for _, tt := range []struct {
		section, text string
		yes, no       []set // variables for which it is true, and false
	}{
		{"4 Samples", `${menu.digits}=="1" || ${menu.speech}=~"(power|outage)"`,
			[]set{{"menu.digits": "1"}, {"menu.speech": "a power cut"}, {"menu.digits": "1", "menu.speech": "outage"}},
			[]set{nil, {"menu.digits": "11"}, {"menu.speech": "Power"}}},
		{"4 Samples", `1 == ${var}`, []set{{"var": "1"}}, []set{nil, {"var": ""}, {"var": "01"}, {"var": " 1"}}},
		{"4 Samples", `${var}!~"(support|pharmacy)"`, []set{nil, {"var": "sales"}}, []set{{"var": "the pharmacy"}}},

		{"4 Operators", `${a}=="1"`, []set{{"a": "1"}}, []set{nil, {"a": "2"}, {"A": "1"}}},
		{"4 Operators", `${a}!="1"`, []set{nil, {"a": "2"}}, []set{{"a": "1"}}},
		{"4 Operators", `${a}=~"1"`, []set{{"a": "1"}, {"a": "212"}}, []set{nil, {"a": "2"}}},
		{"4 Operators", `${a}!~"1"`, []set{nil, {"a": "2"}}, []set{{"a": "1"}, {"a": "212"}}},
		{"4 Operators", `${a}=="1"&&${b}=="2"`, []set{{"a": "1", "b": "2"}}, []set{nil, {"a": "1"}, {"b": "2"}}},
		{"4 Operators", `${a}=="1"||${b}=="2"`, []set{{"a": "1", "b": "2"}, {"a": "1"}, {"b": "2"}}, []set{nil, {"a": "2", "b": "1"}}},

		{"4 Literals", `${a}=='1'`, []set{{"a": "1"}}, []set{nil, {"a": "'1'"}}},
		{"4 Literals", `${a}==''`, []set{nil, {"a": ""}}, []set{{"a": "''"}}},
		{"4 Literals", `${a}==""`, []set{nil, {"b": "x"}}, []set{{"a": " "}}},
		{"4 Literals", `${a}=='"'`, []set{{"a": `"`}}, []set{nil}},
		{"4 Literals", `${a}=="'"`, []set{{"a": `'`}}, []set{nil}},
		{"4 Literals", `'a"b'=="a'b"`, nil, []set{nil}},
		{"4 Literals", `${a}==" && || == } ( "`, []set{{"a": " && || == } ( "}}, []set{nil}},
		{"4 Literals", `${a}=="b\"`, []set{{"a": `b\`}}, []set{nil}},
		{"4 Literals", "${a}==\"\r\n\t\"", []set{{"a": "\r\n\t"}}, []set{nil}},
		{"4 Literals", `${a}=="` + long + `"`, []set{{"a": long}}, []set{{"a": long + "x"}}},
		{"4 Literals, bare", `${a}==1`, []set{{"a": "1"}}, []set{nil, {"a": "1.0"}}},
		{"4 Literals, bare", `${a}==azAZ09_.+-#*`, []set{{"a": "azAZ09_.+-#*"}}, []set{nil}},
		{"4 Literals, bare", `+14025550100!=${From}`, []set{nil}, []set{{"From": "+14025550100"}}},
		{"4 Literals, bare", `${a}=~.`, []set{{"a": "x"}}, []set{nil}},
		{"4 Literals, bare", `true==true`, []set{nil, {"true": "x"}}, nil},
		{"4 Literals, bare", `1==1.0`, nil, []set{nil}},
		{"4 Literals, bare", `#==*||-==${a}`, []set{{"a": "-"}}, []set{nil}},
		{"4 Literals, bare", `1=="1"&&'1'==1`, []set{nil}, nil},

		{"4 Do, the sample", `${menu.digits}!~(1|2)`, []set{nil, {"menu.digits": "3"}}, []set{{"menu.digits": "1"}, {"menu.digits": "2"}}},
		{"4 Literals, group", `${a}=~(1|2)`, []set{{"a": "1"}, {"a": "x2"}}, []set{nil, {"a": "3"}}},
		{"4 Literals, group", `${a} =~ (a b|c && d|e) && 1==1`, []set{{"a": "a b"}, {"a": "c && d"}, {"a": "e"}}, []set{{"a": "b|c"}, {"a": "a|b"}}},
		{"4 Literals, group", `${a}=~((x)(y))||${a}!~(.)`, []set{nil, {"a": "xy"}}, []set{{"a": "x"}}},
		{"4 Literals, group", `${a}=~(^\($|[)("'])`, []set{{"a": "("}, {"a": "x)"}, {"a": `"`}, {"a": "'"}}, []set{nil, {"a": "x"}}},
		{"4 Literals, group", `${a}=~()`, []set{nil, {"a": "x"}}, nil},

		{"4 Variables", `${a}==${b}`, []set{nil, {"a": ""}, {"a": "x", "b": "x"}}, []set{{"a": "x"}, {"b": "x"}}},
		{"4 Variables", `${a}!=${a}`, nil, []set{nil, {"a": "x"}}},
		{"4 Variables", `"1"==${a.b.c_1}`, []set{{"a.b.c_1": "1"}}, []set{nil, {"a": "1"}}},
		{"4 Variables", `${1}==1`, []set{{"1": "1"}}, []set{nil}},
		{"4 Variables", `${a}=~${b}`, []set{nil, {"a": "xyz", "b": "^x.z$"}, {"a": "x"}}, []set{{"b": "x"}, {"a": "^x", "b": "^x"}}},
		{"4 Variables", `"abc"!~${b}`, []set{{"b": "d"}}, []set{nil, {"b": "b"}}},

		{"4 White space", ` ${a} == "1" `, []set{{"a": "1"}}, []set{nil}},
		{"4 White space", "\t${a}\r\n==\n\"1\"\t\r\n &&\n\n${b}\t!=\t2\n", []set{{"a": "1"}}, []set{nil, {"a": "1", "b": "2"}}},
		{"4 White space", "1==1||2==3&&4==5", []set{nil}, nil},
		{"4 White space", `"1"=='1'&&"2"=="2"`, []set{nil}, nil},
		{"4 White space", `${a}=~"^ *$"`, []set{nil, {"a": "  "}}, []set{{"a": "\t"}}},
	} {
		name := tt.section + " " + tt.text[:min(len(tt.text), 80)]
		t.Run(name, func(t *testing.T) {
			x, err := voxml.ParseExpr(tt.text)
			require.NoError(t, err)
			assert.NoError(t, x.Err())
			assert.Equal(t, tt.text, x.String())
			assert.True(t, x == voxml.RawExpr(tt.text))
			require.Positive(t, len(tt.yes)+len(tt.no))
			for want, all := range map[bool][]set{true: tt.yes, false: tt.no} {
				for _, vars := range all {
					is, err := x.Eval(vars)
					require.NoError(t, err, "%q", vars)
					assert.Equal(t, want, is, "%q", vars)
				}
			}
		})
	}
}

func TestParseExprErrors(t *testing.T) {
	for _, tt := range []struct {
		section, text string
		offset        int
		want          string
	}{
		{"4 empty", ``, 0, noValue},
		{"4 empty", ` `, 1, noValue},
		{"4 empty", "\t\r\n", 3, noValue},
		{"4 operators", `${a}`, 4, noOp},
		{"4 operators", `${a} `, 5, noOp},
		{"4 operators", `"a"`, 3, noOp},
		{"4 operators", `a`, 1, noOp},
		{"4 operators", `${a}"1"`, 4, noOp},
		{"4 operators", `${a} ${b}`, 5, noOp},
		{"4 operators", `${a}="1"`, 4, noOp},
		{"4 operators", `${a} = "1"`, 5, noOp},
		{"4 operators", `${a}=!"1"`, 4, noOp},
		{"4 operators", `${a}= ="1"`, 4, noOp},
		{"4 operators", `${a}! ="1"`, 4, noOp},
		{"4 operators", `${a}!"1"`, 4, noOp},
		{"4 operators", `${a}~"1"`, 4, noOp},
		{"4 operators", `${a}~="1"`, 4, noOp},
		{"4 operators", `${a} eq "1"`, 5, noOp},
		{"4 operators", `a!b`, 1, noOp},
		{"4 operators", `${a}&&${b}`, 4, noOp},
		{"4 operators", `${a}=="1" && ${b}`, 17, noOp},
		{"4 operators", `not ${a}=="1"`, 4, noOp},
		{"4 operators", "${a}\u00A0==1", 4, noOp},
		{"4 operators", "${a}\v==1", 4, noOp},
		{"4 operators", `${a}==="1"`, 6, noValue},
		{"4 operators", `${a}!=="1"`, 6, noValue},
		{"4 operators", `${a}=~~"1"`, 6, noValue},
		{"4 operands", `${a}==`, 6, noValue},
		{"4 operands", `${a}== `, 7, noValue},
		{"4 operands", `${a}!=`, 6, noValue},
		{"4 operands", `${a}=~`, 6, noValue},
		{"4 operands", `${a}!~`, 6, noValue},
		{"4 operands", `=="1"`, 0, noValue},
		{"4 operands", ` !="1"`, 1, noValue},
		{"4 operands", `==`, 0, noValue},
		{"4 operands", `!${a}=="1"`, 0, noValue},
		{"4 operands", `$a=="1"`, 0, noValue},
		{"4 operands", `$ {a}=="1"`, 0, noValue},
		{"4 operands", `{a}=="1"`, 0, noValue},
		{"4 operands", `%{a}=="1"`, 0, noValue},
		{"4 operands", `${a}==$b`, 6, noValue},
		{"4 operands", `${a}==/1/`, 6, noValue},
		{"4 operands", `${a}==é`, 6, noValue},
		{"4 operands", `${a}==“1”`, 6, noValue},
		{"4 operands", "${a}==`1`", 6, noValue},
		{"4 operands", `${a}==\"1\"`, 6, noValue},
		{"4 operands", `${a}==&quot;1&quot;`, 6, noValue},
		{"4 operands", "\uFEFF${a}==1", 0, noValue},
		{"4 operands", "\x00", 0, noValue},
		{"4 operands", "\xff", 0, noValue},
		{"4 order", `${a}<"1"`, 4, noOrder},
		{"4 order", `${a}>"1"`, 4, noOrder},
		{"4 order", `${a} <= 1`, 5, noOrder},
		{"4 order", `${a} >= 1`, 5, noOrder},
		{"4 order", `${a}<>1`, 4, noOrder},
		{"4 order", `${a}==1 || 1>0`, 12, noOrder},
		{"4 order", `${a}==<1`, 6, noValue},
		{"4 parentheses", `(${a}=="1")`, 0, noGroups},
		{"4 parentheses", `(`, 0, noGroups},
		{"4 parentheses", `)`, 0, noGroups},
		{"4 parentheses", `${a}=="1" && (${b}=="2" || ${c}=="3")`, 13, noGroups},
		{"4 parentheses", `${a}==("1")`, 6, noGroups},
		{"4 parentheses", `${a}=="1")`, 9, noGroups},
		{"4 parentheses", `${a}(=="1"`, 4, noOp},
		{"4 parentheses", `${a}==(1|2)`, 6, noGroups},
		{"4 parentheses", `(1|2)=~${a}`, 0, noGroups},
		{"4 parentheses", `${a}=~(1)(2)`, 9, noGroups},
		{"4 parentheses", `${a}=~(1))`, 9, noGroups},
		{"4 parentheses", `${a}=~(1)2`, 9, noJoint},
		{"4 parentheses", `${a}=~x(1)`, 7, noGroups},
		{"4 parentheses", `${a}=~(1|2`, 6, `a group has no closing ")"`},
		{"4 parentheses", `${a}!~ ([)]`, 7, `a group has no closing ")"`},
		{"4 parentheses", `${a}=~(1\)`, 6, `a group has no closing ")"`},
		{"4 parentheses", `${a}=~(`, 6, `a group has no closing ")"`},
		{"4 parentheses", `${a}=~(${b})`, 6, `a literal contains "${"`},
		{"4 literals", `${a}=="1`, 6, noQuote},
		{"4 literals", `${a}=='1`, 6, noQuote},
		{"4 literals", `${a}=="`, 6, noQuote},
		{"4 literals", `${a}=="1'`, 6, noQuote},
		{"4 literals", `"1==${a}`, 0, noQuote},
		{"4 literals", `${a}=="1" && ${b}=="2`, 19, noQuote},
		{"4 literals", `${a}=="${`, 6, noQuote},
		{"4 literals", `${a}=="${b}"`, 6, expanded},
		{"4 literals", `"${a}"=="1"`, 0, expanded},
		{"4 literals", `${a}=='x${'`, 6, expanded},
		{"4 literals", `${a}=="it\"s"`, 11, noJoint},
		{"4 variables", `${`, 0, noBrace},
		{"4 variables", `${a`, 0, noBrace},
		{"4 variables", `${a=="1"`, 0, noBrace},
		{"4 variables", `"1"==${a`, 5, noBrace},
		{"4 variables", `${a=="1" && ${b}=="2"`, 0, wrongName},
		{"4 variables", `${}=="1"`, 0, wrongName},
		{"4 variables", `"1" == ${}`, 7, wrongName},
		{"4 variables", `${a b}=="1"`, 0, wrongName},
		{"4 variables", `${ a}=="1"`, 0, wrongName},
		{"4 variables", `${a }=="1"`, 0, wrongName},
		{"4 variables", `${a-b}=="1"`, 0, wrongName},
		{"4 variables", `${.a}=="1"`, 0, wrongName},
		{"4 variables", `${a.}=="1"`, 0, wrongName},
		{"4 variables", `${a..b}=="1"`, 0, wrongName},
		{"4 variables", `${a[0]}=="1"`, 0, wrongName},
		{"4 variables", `${é}=="1"`, 0, wrongName},
		{"4 variables", `${${a}}=="1"`, 0, wrongName},
		{"4 variables", `${"a"}=="1"`, 0, wrongName},
		{"4 joints", `&&`, 0, noValue},
		{"4 joints", `&`, 0, noValue},
		{"4 joints", `${a}=="1" &&`, 12, noValue},
		{"4 joints", `${a}=="1" || `, 13, noValue},
		{"4 joints", `|| ${a}=="1"`, 0, noValue},
		{"4 joints", `${a}=="1" && && ${b}=="2"`, 13, noValue},
		{"4 joints", `${a}=="1" || && ${b}=="2"`, 13, noValue},
		{"4 joints", `${a}=="1" &&& ${b}=="2"`, 12, noValue},
		{"4 joints", `${a}=="1" ||| ${b}=="2"`, 12, noValue},
		{"4 joints", `${a}=="1" & ${b}=="2"`, 10, noJoint},
		{"4 joints", `${a}=="1" | ${b}=="2"`, 10, noJoint},
		{"4 joints", `${a}=="1" & & ${b}=="2"`, 10, noJoint},
		{"4 joints", `${a}=="1" and ${b}=="2"`, 10, noJoint},
		{"4 joints", `${a}=="1" ${b}=="2"`, 10, noJoint},
		{"4 joints", `${a}=="1"=="1"`, 9, noJoint},
		{"4 joints", `1==1==1`, 4, noJoint},
		{"4 joints", `${a}=="1"<"2"`, 9, noJoint},
		{"4 end", `${a}==1é`, 7, noJoint},
		{"4 end", `${a}==x:y`, 7, noJoint},
		{"4 end", `${a}==1"`, 7, noJoint},
		{"4 end", `${a}==""1"`, 8, noJoint},
		{"4 end", `${a}=="1";`, 9, noJoint},
		{"4 end", `${a}=="1"}`, 9, noJoint},
		{"4 end", "${a}==\"1\" \x00", 10, noJoint},
	} {
		t.Run(tt.section+" "+tt.text, func(t *testing.T) {
			x, err := voxml.ParseExpr(tt.text)
			require.EqualError(t, err, "voxml: expression: offset "+strconv.Itoa(tt.offset)+": "+tt.want)
			assert.True(t, x == voxml.Expr{})
			e, ok := err.(*voxml.ExprError)
			require.True(t, ok, "%T", err)
			assert.Equal(t, tt.offset, e.Offset)
			assert.EqualError(t, e.Err, tt.want)
			assert.Same(t, e.Err, errors.Unwrap(err))

			raw := voxml.RawExpr(tt.text)
			assert.NoError(t, raw.Err())
			assert.Equal(t, tt.text, raw.String())
			is, evalErr := raw.Eval(set{"a": "1"})
			assert.False(t, is)
			assert.EqualError(t, evalErr, err.Error())
			assert.ErrorAs(t, evalErr, new(*voxml.ExprError))
		})
	}
}

func TestExprErrorsAreDiscreet(t *testing.T) {
	const secret = "s3cr3t"
	var errs []error
	for _, text := range []string{
		secret, secret + "==", `"` + secret, `'` + secret, "${" + secret, "${" + secret + " }==1", `"${` + secret + `}"==1`,
		secret + "==1 " + secret, secret + "<1", "(" + secret + "==1)", secret + "=" + secret, `${` + secret + `}=="` + secret + `"&&`,
		`"` + secret + `"==!`, "1==1 && ${" + secret + "}", `${` + secret + `}=~"` + secret + `["`, secret + `!~"(` + secret + `"`,
	} {
		_, err := voxml.ParseExpr(text)
		_, evalErr := voxml.RawExpr(text).Eval(set{secret: secret})
		require.Error(t, evalErr, "%q", text)
		errs = append(errs, evalErr)
		if err != nil {
			errs = append(errs, err, voxml.RawExpr(text).And(voxml.Var("a").Equal("")).Err())
		}
	}
	for _, x := range []voxml.Expr{
		voxml.Var(secret + "-").Equal(secret), voxml.Var(secret).Equal(secret + `"'`), voxml.Var(secret).Match(secret + "${"),
		voxml.Var(secret).Equal(secret + `\`), voxml.Var(secret).Equal(secret + "\x00"),
		voxml.Var(secret).Equal(secret).And(voxml.Var(secret).Equal(secret).Or(voxml.Var(secret).Equal(secret))),
	} {
		_, evalErr := x.Eval(set{secret: secret})
		_, docErr := voxml.Response{voxml.If{Expression: x}}.AppendXML(nil)
		errs = append(errs, x.Err(), evalErr, docErr)
	}
	_, err := voxml.RawExpr(`"` + secret + `"=~${` + secret + `}`).Eval(set{secret: secret + "["})
	errs = append(errs, err)
	for _, err := range errs {
		require.Error(t, err)
		for ; err != nil; err = errors.Unwrap(err) {
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
		}
	}
}

// goTruth evaluates an expression of Go, in which && binds closer than || too.
func goTruth(t *testing.T, expression string) bool {
	t.Helper()
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, expression)
	require.NoError(t, err)
	return constant.BoolVal(tv.Value)
}

func TestExprPrecedence(t *testing.T) {
	seen := map[bool]int{}
	for _, n := range []int{1, 2, 3, 4} {
		for ops := range 1 << (n - 1) {
			for truths := range 1 << n {
				var ours, gos strings.Builder
				vars := set{}
				for i := range n {
					name := "v" + strconv.Itoa(i)
					fmt.Fprintf(&ours, `${%s}=="yes"`, name)
					truth := truths>>i&1 == 1
					fmt.Fprint(&gos, truth)
					if truth {
						vars[name] = "yes"
					}
					if i < n-1 {
						op := []string{" && ", " || "}[ops>>i&1]
						ours.WriteString(op)
						gos.WriteString(op)
					}
				}
				is, err := parsedExpr(t, ours.String()).Eval(vars)
				require.NoError(t, err)
				want := goTruth(t, gos.String())
				require.Equal(t, want, is, gos.String())
				seen[want]++
			}
		}
	}
	assert.Equal(t, 2+8+32+128, seen[true]+seen[false])
	assert.Positive(t, seen[true])
	assert.Positive(t, seen[false])
}

func TestExprLongChain(t *testing.T) {
	const n = 500
	and, or := voxml.Var("v0").Equal("1"), voxml.Var("v0").Equal("1")
	all, last := set{"v0": "1"}, set{"v" + strconv.Itoa(n-1): "1"}
	for i := range n - 1 {
		x := voxml.Var("v" + strconv.Itoa(i+1)).Equal("1")
		and, or = and.And(x), or.Or(x)
		all["v"+strconv.Itoa(i+1)] = "1"
	}
	butOne := maps.Clone(all)
	delete(butOne, "v"+strconv.Itoa(n-1))
	for _, tt := range []struct {
		section, name string
		x             voxml.Expr
		op            string
		vars          set
		want          bool
	}{
		{"4 Expressions", "all hold", and, "&&", all, true},
		{"4 Expressions", "the last one does not", and, "&&", butOne, false},
		{"4 Expressions", "only the last one does", or, "||", last, true},
		{"4 Expressions", "none does", or, "||", nil, false},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			require.NoError(t, tt.x.Err())
			assert.Equal(t, n-1, strings.Count(tt.x.String(), tt.op))
			is, err := parsedExpr(t, tt.x.String()).Eval(tt.vars)
			require.NoError(t, err)
			assert.Equal(t, tt.want, is)
		})
	}
}

func TestExprEval(t *testing.T) {
	const badPattern = "voxml: expression: a regular expression does not compile"
	const tooMuch = "voxml: expression: a regular expression takes too long: make it shorter, or repeat less in it"
	a := voxml.Var("a")
	yes, no, bad := voxml.RawExpr("1==1"), voxml.RawExpr("1==2"), a.Match("[")
	for _, tt := range []struct {
		section, name string
		x             voxml.Expr
		vars          set
		want          bool
		err           string
	}{
		{"4 unset", "== of nothing", a.Equal(""), nil, true, ""},
		{"4 unset", "== of nothing, others set", a.Equal(""), set{"b": "x"}, true, ""},
		{"4 unset", "== of a value", a.Equal("1"), nil, false, ""},
		{"4 unset", "!= of nothing", a.NotEqual(""), nil, false, ""},
		{"4 unset", "=~", a.Match("."), nil, false, ""},
		{"4 unset", "=~ of what matches nothing", a.Match("^$"), nil, true, ""},
		{"4 unset", "!~", a.NotMatch("."), nil, true, ""},
		{"4 unset", "two variables", a.EqualVar(voxml.Var("b")), nil, true, ""},
		{"4 unset", "two variables, one set", a.NotEqualVar(voxml.Var("b")), set{"b": "1"}, true, ""},
		{"4 unset", "part of a name", voxml.Var("a.b").Equal(""), set{"a": "1", "b": "1"}, true, ""},

		{"4 literals", "not a number", a.Equal("1"), set{"a": "1.0"}, false, ""},
		{"4 literals", "case", a.Equal("yes"), set{"a": "Yes"}, false, ""},
		{"4 literals", "not a pattern", a.Equal("."), set{"a": "x"}, false, ""},
		{"4 literals", "value is not expanded", a.Equal("1"), set{"a": "${b}", "b": "1"}, false, ""},

		{"4 patterns", "unanchored", a.Match("b"), set{"a": "abc"}, true, ""},
		{"4 patterns", "anchored", a.Match("^b$"), set{"a": "abc"}, false, ""},
		{"4 patterns", "empty", a.Match(""), nil, true, ""},
		{"4 patterns", "alternatives", a.Match("(power|outage)"), set{"a": "an outage here"}, true, ""},
		{"4 patterns", "case", a.Match("POWER"), set{"a": "power"}, false, ""},
		{"4 patterns", "without case", a.Match("(?i)POWER"), set{"a": "power"}, true, ""},
		{"4 patterns", "classes", a.Match(`^\d{4}$`), set{"a": "1234"}, true, ""},
		{"4 patterns", "negated", a.NotMatch(`^\d{4}$`), set{"a": "12345"}, true, ""},
		{"4 patterns", "a variable on the left of a literal", voxml.RawExpr(`"a.c"=~${a}`), set{"a": "^a"}, true, ""},
		{"4 patterns", "a variable", voxml.RawExpr("${a}=~${b}"), set{"a": "abc", "b": "^a.c$"}, true, ""},
		{"4 patterns", "a variable, negated", voxml.RawExpr("${a}!~${b}"), set{"a": "abc", "b": "^a.c$"}, false, ""},

		{"4 bad patterns", "=~", bad, nil, false, badPattern},
		{"4 bad patterns", "!~", a.NotMatch("("), nil, false, badPattern},
		{"4 bad patterns", "look-ahead", a.Match("(?=x)"), nil, false, badPattern},
		{"4 bad patterns", "back-reference", a.Match(`(x)\1`), nil, false, badPattern},
		{"4 bad patterns", "of a variable", voxml.RawExpr("${a}=~${b}"), set{"b": "["}, false, badPattern},
		{"4 bad patterns", "good as a literal", a.Equal("["), set{"a": "["}, true, ""},
		{"4 bad patterns", "good as what is matched", a.Match("x"), set{"a": "["}, false, ""},

		{"4 bad patterns", "long", a.Match(strings.Repeat("x", 1025)), nil, false, "voxml: expression: a regular expression is longer than 1024 bytes"},
		{"4 bad patterns", "long, and not a pattern", a.Match(strings.Repeat("(", 15_000)), nil, false, "voxml: expression: a regular expression is longer than 1024 bytes"},
		{"4 bad patterns", "as long as it may be", a.Match(strings.Repeat("x", 1024)), nil, false, ""},
		{"4 bad patterns", "large", a.Match(strings.Repeat("x{1000}", 100)), nil, false, tooMuch},
		{"4 bad patterns", "large, nested", a.Match(strings.Repeat("((xyz){10}){90}", 5)), nil, false, tooMuch},
		{"4 bad patterns", "nested", a.Match("^((x{1,10}y{0}){10}.{1,}){2}$"), set{"a": strings.Repeat("x", 30)}, true, ""},
		{"4 bad patterns", "with a long text", a.Match("(x?){500}"), set{"a": strings.Repeat("x", 100_000)}, false, tooMuch},
		{"4 bad patterns", "many with a long text", voxml.RawExpr(strings.Repeat(`${a}=~"x{9}y"||`, 900) + "1==1"), set{"a": strings.Repeat("x", 1000)}, false, tooMuch},
		{"4 bad patterns", "a wide range without case", a.Match(`(?i)[\x{1}-\x{10FFFF}]`), set{"a": "x"}, true, ""},
		{"4 bad patterns", "wide ranges without case", a.Match("(?i)" + strings.Repeat(`[\x{1}-\x{10FFFF}]`, 56)), nil, false, tooMuch},
		{"4 bad patterns", "wide ranges of a variable", voxml.RawExpr("${a}=~${b}"), set{"b": "(?i)[" + strings.Repeat("!-𞥃", 150) + "]"}, false, tooMuch},
		{"4 bad patterns", "wide ranges, in several patterns", voxml.RawExpr(strings.Repeat(`${a}=~"(?i)[!-𞥃]y"||`, 10) + "1==1"), nil, false, tooMuch},
		{"4 bad patterns", "small with a long text", a.Match("x$"), set{"a": strings.Repeat("x", 100_000)}, true, ""},

		{"4 short circuit", "after a true ||", yes.Or(bad), nil, true, ""},
		{"4 short circuit", "after a false ||", no.Or(bad), nil, false, badPattern},
		{"4 short circuit", "after a false &&", no.And(bad), nil, false, ""},
		{"4 short circuit", "after a true &&", yes.And(bad), nil, false, badPattern},
		{"4 short circuit", "before ||", bad.Or(yes), nil, false, badPattern},
		{"4 short circuit", "before &&", bad.And(no), nil, false, badPattern},
		{"4 short circuit", "in an alternative that does not matter", yes.Or(yes.And(bad)), nil, true, ""},
		{"4 short circuit", "in an alternative that is false", no.And(bad).Or(yes), nil, true, ""},
		{"4 short circuit", "after a false && and ||", no.And(yes).Or(bad), nil, false, badPattern},

		{"4 no expression", "zero", voxml.Expr{}, nil, false, "voxml: expression: offset 0: " + noValue},
		{"4 no expression", "nonsense", voxml.RawExpr("press 1"), nil, false, "voxml: expression: offset 6: " + noOp},
		{"4 no expression", "nonsense after what is true", voxml.RawExpr("1==1 || ?"), nil, false, "voxml: expression: offset 8: " + noValue},
		{"4 no expression", "not built", a.Equal(`\`), nil, false, "voxml: expression " + badBackslash},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			before := maps.Clone(tt.vars)
			for range 2 {
				is, err := tt.x.Eval(tt.vars)
				assert.Equal(t, tt.want, is)
				if tt.err == "" {
					assert.NoError(t, err)
				} else {
					assert.EqualError(t, err, tt.err)
				}
			}
			assert.Equal(t, before, tt.vars)
		})
	}
}

// quotable reports whether there is a literal of a value.
func quotable(value string) bool {
	return !strings.Contains(value, "${") && !strings.HasSuffix(value, `\`) && carried(value) == value &&
		(strings.Count(value, `"`) == 0 || strings.Count(value, `'`) == 0)
}

func FuzzExpr(f *testing.F) {
	for _, text := range []string{
		"", `${menu.digits}=="1" || ${menu.speech}=~"(power|outage)"`, "1 == ${var}", `${var}!~'(support|pharmacy)'`,
		"a==b&&c!=d||e=~f&&g!~h", "${a}==${b}", `${a}=="1`, "${a", "${${a}}==1", "(a==b)", "a<b", "a!b", `"${a}"==1`, `a=~"["`,
		"${a}!~(1|2)", "x=~([)]|(\\)))||1==1", "\t1\r\n==\n1 ", `'\'=="\"`, "\xff==\x00", `"é"=="请"`,
	} {
		for _, value := range []string{
			"1", "", `" || "1"=="1`, `' || '1'=='1`, `"'`, "${x}", "$", "{", "}", `\`, `\"`, "\x00", "\xff", "\uFFFE", "é😀", " \t\r\n", "&&", "||",
		} {
			f.Add(text, value)
		}
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		x, err := voxml.ParseExpr(text)
		raw := voxml.RawExpr(text)
		if err == nil {
			require.Equal(t, text, x.String())
			require.NoError(t, x.Err())
			require.True(t, x == raw)
		} else {
			var e *voxml.ExprError
			require.ErrorAs(t, err, &e)
			require.True(t, 0 <= e.Offset && e.Offset <= len(text), "offset %d of %q", e.Offset, text)
			require.True(t, x == voxml.Expr{})
		}
		for _, vars := range []set{nil, {}, {"a": value, "x": value, "var": "1"}} {
			is, evalErr := raw.Eval(vars)
			again, errAgain := raw.Eval(vars)
			require.Equal(t, is, again)
			if evalErr == nil {
				require.NoError(t, err)
				require.NoError(t, errAgain)
			} else {
				require.False(t, is)
				require.EqualError(t, errAgain, evalErr.Error())
			}
		}

		// A value changes nothing but what is compared with it.
		compared := voxml.Var("x").Equal(value)
		if !quotable(value) {
			require.Error(t, compared.Err())
			require.Empty(t, compared.String())
			return
		}
		require.NoError(t, compared.Err())
		a, b := voxml.Var("a").Equal("1"), voxml.Var("b").Equal("2")
		for _, tt := range []struct {
			x    voxml.Expr
			want func(a, x, b bool) bool
		}{
			{compared, func(_, x, _ bool) bool { return x }},
			{voxml.Var("x").NotEqual(value), func(_, x, _ bool) bool { return !x }},
			{a.And(compared).And(b), func(a, x, b bool) bool { return a && x && b }},
			{a.Or(compared).Or(b), func(a, x, b bool) bool { return a || x || b }},
			{compared.And(a).Or(b), func(a, x, b bool) bool { return x && a || b }},
			{a.Or(b.And(compared)), func(a, x, b bool) bool { return a || b && x }},
		} {
			require.True(t, parsedExpr(t, tt.x.String()) == tt.x)
			doc := voxml.Response{voxml.If{Expression: tt.x}}
			back, err := voxml.Parse(strings.NewReader(encode(t, doc)))
			require.NoError(t, err)
			require.Equal(t, doc, back)
			for truths := range 8 {
				aIs, xIs, bIs := truths&1 != 0, truths&2 != 0, truths&4 != 0
				vars := set{"x": value + "!"}
				if aIs {
					vars["a"] = "1"
				}
				if xIs {
					vars["x"] = value
				}
				if bIs {
					vars["b"] = "2"
				}
				is, err := tt.x.Eval(vars)
				require.NoError(t, err)
				require.Equal(t, tt.want(aIs, xIs, bIs), is, "%q of %q", tt.x.String(), vars)
			}
		}
	})
}

// A construction is an expression, and what is known of it without reading it.
type construction struct {
	x     voxml.Expr
	bad   bool // cannot be built
	or    bool // is an Or
	truth func(set) bool
	size  int // in comparisons
}

// The names and values that a construction is made of.
var (
	constructionNames  = []string{"a", "b.digits", "c_1.x.Y", "0", "do.n", "a.", ""}
	constructionValues = []string{
		"1", "", "it's", `"`, " && ${", `"'`, `\`, `\x`, "1 || 1==1", `" || "1"=="1`, `' && '1'=='1`, "é", "}", "$", "\x00",
	}
)

// constructionPatterns are regular expressions, and what they mean.
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
	c := construction{bad: !isName || !quotable(value), size: 1}
	variable := voxml.Var(name)
	switch s.below(6) {
	case 0:
		c.x = variable.Equal(value)
		c.truth = func(vars set) bool { return vars[name] == value }
	case 1:
		c.x = variable.NotEqual(value)
		c.truth = func(vars set) bool { return vars[name] != value }
	case 2, 3:
		p := constructionPatterns[s.below(len(constructionPatterns))]
		c.bad = !isName || !quotable(p.pattern)
		if s.below(2) == 0 {
			c.x = variable.Match(p.pattern)
			c.truth = func(vars set) bool { return p.matches(vars[name]) }
		} else {
			c.x = variable.NotMatch(p.pattern)
			c.truth = func(vars set) bool { return !p.matches(vars[name]) }
		}
	case 4:
		other, isOther := s.constructionName()
		c.bad = !isName || !isOther
		c.x = variable.EqualVar(voxml.Var(other))
		c.truth = func(vars set) bool { return vars[name] == vars[other] }
	default:
		other, isOther := s.constructionName()
		c.bad = !isName || !isOther
		c.x = variable.NotEqualVar(voxml.Var(other))
		c.truth = func(vars set) bool { return vars[name] != vars[other] }
	}
	return c
}

// constructionName returns a name, in one of 16 cases a wrong one.
func (s *source) constructionName() (name string, ok bool) {
	if n := s.below(64); n >= 60 {
		return constructionNames[5+n%2], false
	}
	return constructionNames[s.below(5)], true
}

// constructionValue returns a value, mostly one that has a literal.
func (s *source) constructionValue() string {
	switch s.below(8) {
	case 6:
		return constructionValues[s.below(len(constructionValues))]
	case 7:
		return s.text()
	}
	return constructionValues[s.below(4)]
}

func FuzzExprBuild(f *testing.F) {
	f.Add([]byte(nil))
	x := uint32(1)
	for n := range 60 {
		b := make([]byte, 10+n*3)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &source{data: data[:min(len(data), 1024)]}
		c := s.construction(24)
		if c.bad {
			require.Error(t, c.x.Err(), "%q", c.x.String())
			require.Empty(t, c.x.String())
			_, err := c.x.Eval(nil)
			require.Error(t, err)
			return
		}
		require.NoError(t, c.x.Err())
		require.True(t, parsedExpr(t, c.x.String()) == c.x)

		all := []set{nil}
		for _, value := range constructionValues[:4] {
			vars := set{}
			for _, name := range constructionNames[:5] {
				vars[name] = value
			}
			all = append(all, vars)
		}
		for range 6 {
			vars := set{}
			for _, name := range constructionNames[:5] {
				if s.below(4) > 0 {
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

// TestFuzzExprBuildSeeds checks that the generator makes good expressions as
// well as bad ones, long ones and short ones, true ones and false ones.
func TestFuzzExprBuildSeeds(t *testing.T) {
	seen := map[string]int{}
	x := uint32(1)
	for range 2000 {
		b := make([]byte, 200)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		c := (&source{data: b}).construction(24)
		if c.bad {
			seen["bad"]++
			continue
		}
		seen["good"]++
		if c.size > 3 {
			seen["long"]++
		}
		if strings.Contains(c.x.String(), " && ") && c.or {
			seen["mixed"]++
		}
		for _, op := range []string{"==", "!=", "=~", "!~", "==${", "!=${"} {
			if strings.Contains(c.x.String(), "}"+op) {
				seen[op]++
			}
		}
		seen[strconv.FormatBool(c.truth(nil))]++
	}
	for _, kind := range []string{"good", "bad", "long", "mixed", "true", "false", "==", "!=", "=~", "!~", "==${", "!=${"} {
		assert.Greater(t, seen[kind], 50, kind)
	}
}

func TestNot(t *testing.T) {
	a, b, c := voxml.Var("a").Equal("1"), voxml.Var("b").Match("^[0-9]+$"), voxml.Var("c").NotEqualVar(voxml.Var("a"))
	for _, tt := range []struct {
		section, name string
		x             voxml.Expr
		want          string
	}{
		{"4 Expressions", "==", a, `${a}!="1"`},
		{"4 Expressions", "!=", a.Not(), `${a}=="1"`},
		{"4 Expressions", "=~", b, `${b}!~"^[0-9]+$"`},
		{"4 Expressions", "!~", b.Not(), `${b}=~"^[0-9]+$"`},
		{"4 Expressions", "two variables", c, "${c}==${a}"},
		{"4 Expressions", "and", a.And(b).And(c), `${a}!="1" || ${b}!~"^[0-9]+$" || ${c}==${a}`},
		{"4 Expressions", "or", a.Or(b).Or(c), `${a}!="1" && ${b}!~"^[0-9]+$" && ${c}==${a}`},
		{"4 Expressions", "raw", voxml.RawExpr("1 == ${x}"), `"1"!=${x}`},
		{"4 Expressions", "quotes", voxml.RawExpr(`${x}=='"'`), `${x}!='"'`},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			x := tt.x.Not()
			require.NoError(t, x.Err())
			assert.Equal(t, tt.want, x.String())
			for _, vars := range []map[string]string{nil, {"a": "1"}, {"b": "2"}, {"a": "1", "b": "2", "c": "1"}, {"x": "1"}, {"x": `"`}} {
				is, err := tt.x.Eval(vars)
				require.NoError(t, err)
				not, err := x.Eval(vars)
				require.NoError(t, err)
				assert.NotEqual(t, is, not, "%v", vars)
			}
		})
	}
	for name, tt := range map[string]struct {
		x    voxml.Expr
		want string
	}{
		"and after or":   {a.Or(voxml.RawExpr(`${b}=="1" && ${c}=="1"`)), badGrouping},
		"or after and":   {a.And(b).Or(c), badGrouping},
		"unreadable":     {voxml.RawExpr("a=="), badJoin},
		"failed":         {voxml.Var("?").Equal("1"), voxml.Var("?").Equal("1").Err().Error()},
		"no other quote": {voxml.RawExpr(`${a}=="\"`), voxml.Var("a").Equal(`\`).Err().Error()},
	} {
		assert.EqualError(t, tt.x.Not().Err(), tt.want, name)
		assert.Empty(t, tt.x.Not().String(), name)
	}
}

// TestUncarried checks that no condition comes out other than it went in.
func TestUncarried(t *testing.T) {
	for _, s := range []string{"\x00", "\x1f", "\xff", "\uFFFE", "\xed\xa0\x80"} {
		text := `${a}=="x` + s + `"`
		_, err := voxml.ParseExpr(text)
		var e *voxml.ExprError
		require.ErrorAs(t, err, &e, "%q", s)
		assert.Equal(t, len(`${a}=="x`), e.Offset, "%q", s)
		_, err = voxml.Response{voxml.If{Expression: voxml.RawExpr(text)}}.AppendXML(nil)
		assert.EqualError(t, err, "voxml: Response[0].If.expression: there is a character that XML cannot carry", "%q", s)
	}
	_, err := voxml.ParseExpr("${a}==\"\uFFFD\t\"")
	assert.NoError(t, err)
}

// TestJoinZero builds a condition from none.
func TestJoinZero(t *testing.T) {
	var x voxml.Expr
	a := voxml.Var("a").Equal("1")
	assert.True(t, x.And(a) == a)
	assert.True(t, x.Or(a) == a)
	assert.True(t, a.And(x) == a)
	assert.True(t, a.Or(x) == a)
	assert.True(t, x.Or(x) == x)
	assert.True(t, x.Not() == x)
	bad := voxml.Var("?").Equal("1")
	assert.True(t, x.And(bad) == bad)
}
