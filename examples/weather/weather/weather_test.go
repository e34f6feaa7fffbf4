package weather

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// A call always has the same sum, every sum occurs, and only the sum is a right
// answer.
func TestSums(t *testing.T) {
	seen := map[sum]bool{}
	for i := range 1000 {
		s := sumOf(strconv.Itoa(i))
		assert.Equal(t, s, sumOf(strconv.Itoa(i)))
		seen[s] = true
	}
	for a := 1; a <= 5; a++ {
		for b := 1; b <= 4; b++ {
			assert.Contains(t, seen, sum{a, b})
		}
	}
	for s := range seen {
		assert.True(t, 1 <= s.a && 1 <= s.b && s.a+s.b <= 9, "%v", s)
		assert.Empty(t, s.document().Check(), "%v", s)
		for i, name := range digitNames {
			want := i == s.a+s.b
			for _, said := range []string{strconv.Itoa(i), name} {
				assert.Equal(t, want, lets(t, s, "", said), "%v: %s", s, said)
			}
			assert.Equal(t, want, lets(t, s, strconv.Itoa(i), ""), "%v: %d", s, i)
		}
	}
	assert.Equal(t, sum{5, 1}, sumOf("1"))
}

// lets reports whether a document accepts an answer: its Do does not ask again,
// and its If does not end the call.
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
	for speech, want := range map[string]bool{
		"Seven.": true, "it's seven": true, "It's 7!": true, "three plus four is seven": true, "twenty-seven": true,
		"seventeen": false, "17": false, "70": false, "seventy": false, "elevenseven": false, "x7": false, "7x": false,
		"What is three plus four?": false, "34": false, "": false,
	} {
		assert.Equal(t, want, lets(t, sum{3, 4}, "", speech), "%q", speech)
	}
	for _, digits := range []string{"77", "3", "*", ""} {
		assert.False(t, lets(t, sum{3, 4}, digits, ""), "%q", digits)
		assert.True(t, lets(t, sum{3, 4}, digits, "seven"), "%q", digits)
	}
}

func TestReadZip(t *testing.T) {
	for speech, want := range map[string]string{
		"Six, eight, one, oh, two.":     "68102",
		"681 02":                        "68102",
		"It's six eight 1 O two, okay?": "68102",
		"zero two one zero eight":       "02108",
		"three four five seven nine":    "34579",
		"6810":                          "",
		"681022":                        "",
		"six eight one zero":            "",
		"sixteen":                       "",
		"٦٨١٠٢":                         "",
		"\xff":                          "",
	} {
		assert.Equal(t, want, readZip("", speech), "%q", speech)
	}
	for keys, want := range map[string]string{"02108": "02108", "6810": "", "681022": "", "6810*": "", "*68102": "", "٦٨١": ""} {
		assert.Equal(t, want, readZip(keys, "one two three four five"), "%q", keys)
	}
	for zip, report := range reports {
		assert.Equal(t, zip, readZip(zip, ""))
		assert.Empty(t, tell(zip, 1).Check(), zip)
		assert.NotEmpty(t, report)
	}
}
