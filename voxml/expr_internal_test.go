package voxml

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func variable(name string) operand { return operand{variable: true, text: name} }
func literal(text string) operand  { return operand{text: text} }

func TestExprTree(t *testing.T) {
	for _, tt := range []struct {
		section, text string
		want          [][]comparison
	}{
		{"4 Samples", `${menu.digits}=="1" || ${menu.speech}=~"(power|outage)"`, [][]comparison{
			{{variable("menu.digits"), "==", literal("1")}},
			{{variable("menu.speech"), "=~", literal("(power|outage)")}},
		}},
		{"4 Samples", `1 == ${var}`, [][]comparison{{{literal("1"), "==", variable("var")}}}},
		{"4 Samples", `${var}!~"(support|pharmacy)"`, [][]comparison{{{variable("var"), "!~", literal("(support|pharmacy)")}}}},
		{"4 Operators", `a==b&&c!=d||e=~f&&g!~h||i==j`, [][]comparison{
			{{literal("a"), "==", literal("b")}, {literal("c"), "!=", literal("d")}},
			{{literal("e"), "=~", literal("f")}, {literal("g"), "!~", literal("h")}},
			{{literal("i"), "==", literal("j")}},
		}},
		{"4 Literals", `"${"!=""`, nil},
		{"4 Literals", `" ${a "==''`, nil},
		{"4 Literals", `" a || b==c "=='"'`, [][]comparison{{{literal(" a || b==c "), "==", literal(`"`)}}}},
		{"4 Literals", `"a\"=="'"`, [][]comparison{{{literal(`a\`), "==", literal("'")}}}},
		{"4 Literals, bare", "a.b+c-#*_==\t-", [][]comparison{{{literal("a.b+c-#*_"), "==", literal("-")}}}},
		{"4 Variables", `${a}==${b.c}`, [][]comparison{{{variable("a"), "==", variable("b.c")}}}},
		{"4 Variables", `a==${a}`, [][]comparison{{{literal("a"), "==", variable("a")}}}},
		{"4 White space", "\n${a}\t!=\r' 1 ' ", [][]comparison{{{variable("a"), "!=", literal(" 1 ")}}}},
	} {
		t.Run(tt.section+" "+tt.text, func(t *testing.T) {
			got, err := parseExpr(tt.text)
			if tt.want == nil {
				require.Error(t, err)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestValueKeepsTree checks all short values of the characters that mean
// something: none of them changes the condition that has it.
func TestValueKeepsTree(t *testing.T) {
	letters := strings.Split(`" ' $ { } \ & | = ~ ! x`, " ")
	letters = append(letters, " ")
	values := []string{""}
	for from, size := 0, 1; size <= 4; size++ {
		to := len(values)
		for _, v := range values[from:to] {
			for _, l := range letters {
				values = append(values, v+l)
			}
		}
		from = to
	}
	before, after := Var("a").Equal("1"), Var("b").Match("2")
	first := comparison{variable("a"), "==", literal("1")}
	last := comparison{variable("b"), "=~", literal("2")}
	var built int
	for _, value := range values {
		for op, x := range map[string]Expr{
			"==": Var("x").Equal(value), "!=": Var("x").NotEqual(value), "=~": Var("x").Match(value), "!~": Var("x").NotMatch(value),
		} {
			if x.err != nil {
				require.True(t, strings.Contains(value, "${") || strings.HasSuffix(value, `\`) ||
					strings.Contains(value, `"`) && strings.Contains(value, `'`), "%q: %v", value, x.err)
				continue
			}
			built++
			middle := comparison{variable("x"), op, literal(value)}
			for _, tt := range []struct {
				x    Expr
				want [][]comparison
			}{
				{x, [][]comparison{{middle}}},
				{before.And(x).And(after), [][]comparison{{first, middle, last}}},
				{before.Or(x).Or(after), [][]comparison{{first}, {middle}, {last}}},
				{before.And(x).Or(after), [][]comparison{{first, middle}, {last}}},
			} {
				got, err := parseExpr(tt.x.text)
				require.NoError(t, err, "%q", tt.x.text)
				require.True(t, slices.EqualFunc(tt.want, got, slices.Equal[[]comparison]), "%q", tt.x.text)
			}
		}
	}
	assert.Greater(t, built, 4*20_000)
}
