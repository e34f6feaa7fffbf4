package voxml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestValueKeepsTree tries all short values of characters that have a meaning
// in expressions. None of them may change the condition.
func TestValueKeepsTree(t *testing.T) {
	letters := []string{`"`, `'`, "$", "{", "}", `\`, "&", "|", "=", "~", "!", "x", " "}
	values := []string{""}
	for from, size := 0, 1; size <= 4; size++ {
		longer := values[from:]
		from = len(values)
		for _, v := range longer {
			for _, l := range letters {
				values = append(values, v+l)
			}
		}
	}
	variable := func(name string) operand { return operand{variable: true, text: name} }
	before, after := Var("a").Equal("1"), Var("b").Match("2")
	first := comparison{variable("a"), "==", operand{text: "1"}}
	last := comparison{variable("b"), "=~", operand{text: "2"}}
	built := 0
	for i, value := range values {
		op := []string{"==", "!=", "=~", "!~"}[i%4]
		x := Var("x").compare(op, value)
		if x.err != nil {
			require.True(t, strings.Contains(value, "${") || strings.HasSuffix(value, `\`) ||
				strings.Contains(value, `"`) && strings.Contains(value, `'`), "%q: %v", value, x.err)
			continue
		}
		built++
		got, err := parseExpr(before.And(x).Or(after).text)
		require.NoError(t, err, "%q", value)
		want := [][]comparison{{first, {variable("x"), op, operand{text: value}}}, {last}}
		require.Equal(t, want, got, "%q", value)
	}
	require.Greater(t, built, 20_000)
}
