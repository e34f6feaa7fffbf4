package weather

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// A call keeps its sum, and all sums come up.
func TestSumOf(t *testing.T) {
	seen := map[sum]bool{}
	for i := range 1000 {
		s := sumOf(strconv.Itoa(i))
		assert.Equal(t, s, sumOf(strconv.Itoa(i)))
		seen[s] = true
	}
	assert.Len(t, seen, 20)
	for s := range seen {
		assert.True(t, 1 <= s.a && 1 <= s.b && s.a+s.b <= 9, "%v", s)
		assert.Empty(t, s.document().Check(), "%v", s)
	}
	assert.Equal(t, sum{5, 1}, sumOf("1"))
}

// lets reports whether a document lets an answer pass: neither its Do asks
// again, nor its If ends the call.
func lets(t *testing.T, s sum, digits, speech string) bool {
	t.Helper()
	doc := s.document()
	vars := map[string]string{sumVar: doc[1].(voxml.Set).Value, answerVar + ".digits": digits, answerVar + ".speech": speech}
	repeats, err := doc[2].(voxml.Do).Expression.Eval(vars)
	require.NoError(t, err)
	ends, err := doc[3].(voxml.If).Expression.Eval(vars)
	require.NoError(t, err)
	assert.Equal(t, repeats, ends)
	return !ends
}

func TestAnswers(t *testing.T) {
	seven := sum{3, 4}
	for speech, want := range map[string]bool{
		"seven": true, "7": true, "Seven.": true, "it's seven": true, "It's 7!": true, "three plus four is seven": true, "twenty-seven": true,
		"seventeen": false, "17": false, "70": false, "seventy": false, "elevenseven": false, "x7": false, "7x": false,
		"What is three plus four?": false, "eight": false, "3": false, "4": false, "34": false, "": false,
	} {
		assert.Equal(t, want, lets(t, seven, "", speech), "%q", speech)
	}
	for digits, want := range map[string]bool{"7": true, "77": false, "3": false, "0": false, "*": false, "": false} {
		assert.Equal(t, want, lets(t, seven, digits, ""), "%q", digits)
		assert.True(t, lets(t, seven, digits, "seven"), "%q", digits)
	}
}

// Of all digits, only the sum is right.
func TestAnswersOfAllSums(t *testing.T) {
	for n := range 20 {
		s := sum{1 + n%5, 1 + n/5}
		for i, name := range digitNames {
			want := i == s.a+s.b
			assert.Equal(t, want, lets(t, s, strconv.Itoa(i), ""), "%v: %d", s, i)
			assert.Equal(t, want, lets(t, s, "", strconv.Itoa(i)), "%v: %d", s, i)
			assert.Equal(t, want, lets(t, s, "", name), "%v: %s", s, name)
		}
	}
}
