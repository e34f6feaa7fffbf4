package voxtest

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUpdates(t *testing.T) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	assert.False(t, updates(flags, ""))
	assert.False(t, updates(flags, "0"))
	assert.True(t, updates(flags, "1"))
	assert.Equal(t, "run the test with VOXTEST_UPDATE=1 in the environment", howToUpdate(flags))

	update := flags.Bool("update", false, "")
	assert.False(t, updates(flags, ""))
	assert.True(t, updates(flags, "1"))
	assert.Equal(t, "run the test with the flag -update", howToUpdate(flags))
	*update = true
	assert.True(t, updates(flags, ""))
}

func TestDifference(t *testing.T) {
	count := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintln(&b, i+1)
		}
		return b.String()
	}
	ten := count(10)
	for _, tt := range []struct{ name, want, got, difference string }{
		{"none", ten, ten, ""},
		{"a changed line", ten, strings.Replace(ten, "5\n", "x\n", 1), "line 3:|  3|  4|- 5|+ x|  6|  7"},
		{"the first line", ten, strings.Replace(ten, "1\n", "x\n", 1), "line 1:|- 1|+ x|  2|  3"},
		{"an added line", ten, strings.Replace(ten, "5\n", "5\nx\n", 1), "line 4:|  4|  5|+ x|  6|  7"},
		{"a removed line", ten, strings.Replace(ten, "5\n", "", 1), "line 3:|  3|  4|- 5|  6|  7"},
		{"the end is missing", ten, count(8), "line 7:|  7|  8|- 9|- 10"},
		{"more at the end", count(8), ten, "line 7:|  7|  8|+ 9|+ 10"},
		{"two places", ten, strings.NewReplacer("2\n", "x\n", "9\n", "y\n").Replace(ten), "line 1:|  1|- 2|+ x|  3|  4|line 7:|  7|  8|- 9|+ y|  10"},
		{"two places close together", ten, strings.NewReplacer("2\n", "x\n", "5\n", "y\n").Replace(ten), "line 1:|  1|- 2|+ x|  3|  4|- 5|+ y|  6|  7"},
		{"nothing was expected", "", "a\n", "line 1:|+ a"},
		{"everything is missing", "a\n", "", "line 1:|- a"},
		{"no line end", "a\n", "a", "line 1:|- a|+ a (without a line end)"},
		{"moved", "a\nb\nc\n", "b\nc\na\n", "line 1:|- a|  b|  c|+ a"},
		{"too many lines", count(100), "", "line 1:|- 1|- 2|- 3|- 4|- 5|- 6|- 7|- 8|- 9|- 10|- 11|- 12|- 13|- 14|… and 86 more lines"},
	} {
		assert.Equal(t, tt.difference, strings.ReplaceAll(difference(tt.want, tt.got), "\n", "|"), tt.name)
	}
	long := strings.Repeat("a\n", 3000)
	assert.True(t, strings.HasPrefix(difference(long+"b\n", "b\n"+long), "line 1:\n"), "texts that are too long to compare line by line")
}
