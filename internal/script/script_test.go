package script

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

func TestLike(t *testing.T) {
	for pattern, lines := range map[string][]string{
		"a":         {"a"},
		"a...":      {"a", "ab", "a..."},
		"...a":      {"a", "ba"},
		"a...a":     {"aa", "aba"},
		"a...b...c": {"abc", "axbxbxc"},
		"...b...":   {"b", "abc"},
		"......":    {"", "a"},
		"a....":     {"a.", "ab."},
		`\...`:      {"..."},
		`a\....`:    {"a...."},
		`\......`:   {"...", "...a"},
		`...\...`:   {"...", "a..."},
		`a\...b...`: {"a...b", "a...bc"},
		`a\\...b`:   {`a\...b`},
		`\.. \a`:    {`\.. \a`},
	} {
		for _, line := range lines {
			assert.True(t, like(pattern, line), "%q %q", pattern, line)
		}
	}
	for pattern, lines := range map[string][]string{
		"a":          {"", "b", "aa"},
		"a...":       {"ba", ""},
		"...a":       {"ab", ""},
		"a...a":      {"a", "ab"},
		"ab...bc":    {"abc"},
		"a...b...bc": {"abc", "abxc"},
		"...b...":    {"", "ac"},
		`a\...`:      {"a", "ab", `a\...`, `a\`, "a...."},
		`\...\...`:   {"...", "...a..."},
		`a\\...b`:    {"a...b", `a\b`, `a\\...b`},
	} {
		for _, line := range lines {
			assert.False(t, like(pattern, line), "%q %q", pattern, line)
		}
	}
}

// FuzzEscaped checks that a recorded line matches itself and no other line,
// even after it was written to a file and read again.
func FuzzEscaped(f *testing.F) {
	f.Add("", "...")
	f.Add("...", `\...`)
	f.Add("You owe... 5", "You owe 55")
	f.Add(`\\....\...`, `\....\...`)
	f.Add(".....", "....")
	f.Add("${a}", `\${a}`)
	f.Add(`\\${a`, "$${...}")
	f.Fuzz(func(t *testing.T, line, other string) {
		fits := func(line string) bool {
			st := step{text: escaped(line)}
			return st.matches(other, "", nil)
		}
		assert.Equal(t, line == other, fits(line))
		assert.True(t, fits(other))

		heard := `hears "` + sim.Printable(line) + `"`
		var tape Tape
		tape.Line(heard)
		s, err := Parse("call.txt", strings.Join(tape.lines, "\n"))
		require.NoError(t, err)
		require.Len(t, s.steps, 1)
		assert.Equal(t, expected, s.steps[0].kind)
		assert.True(t, s.steps[0].matches(heard, "", nil))
	})
}

func TestSplitWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                              nil,
		"  a\tb  ":                      {"a", "b"},
		`-city "NEW YORK"`:              {"-city", "NEW YORK"},
		`-city="NEW YORK" a="b c"d`:     {"-city=NEW YORK", "a=b cd"},
		`"" "\"\\\x1b\n" back\slash 'a`: {"", "\"\\\x1b\n", `back\slash`, "'a"},
	} {
		words, err := SplitWords(line)
		assert.NoError(t, err, line)
		assert.Equal(t, want, words, line)
	}
	for _, line := range []string{`"`, `a "b`, `"\"`, `"\q"`} {
		_, err := SplitWords(line)
		assert.Error(t, err, line)
	}
}

// FuzzWords checks that SplitWords reads quoted words back unchanged.
func FuzzWords(f *testing.F) {
	f.Add("a", "b c")
	f.Add("", "\"\\\x00\xff")
	f.Add("-city", "  ")
	f.Fuzz(func(t *testing.T, a, b string) {
		line := QuoteWord(a) + " " + QuoteWord(b)
		assert.NotContains(t, line, "\n")
		words, err := SplitWords(line)
		assert.NoError(t, err)
		assert.Equal(t, []string{a, b}, words)
	})
}

func TestDisguised(t *testing.T) {
	secret := sim.Wait{Secret: true}
	for line, want := range map[string]string{
		"/wait 8s": "/wait 8s", "/wait 4539 5787-6362 1486": "/wait 16 keys",
		"": "", "1": "1 key", "12 34-5#": "6 keys", "hello 12": "words", "/hangup": "/hangup", "/say 12": "words", "/12": "words", "/bzzz": "/bzzz", "- -": "words",
	} {
		assert.Equal(t, want, Disguised(secret, line), line)
		assert.Equal(t, line, Disguised(sim.Wait{}, line), line)
	}
}

func TestCounted(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "123456": "123456", "1234567": "7 keys", "4111111111111111#": "17 keys", "4111 1111-1111 1111": "16 keys",
		"/speak 12s 4111111111111111#": "/speak 12s 17 keys", "/say 4111111111111111, 987": "/say 16 keys, 987",
		"/answer 30s +14025550123": "/answer 30s +14025550123",
	} {
		assert.Equal(t, want, counted(text), text)
	}
}
