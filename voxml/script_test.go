package voxml_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// script runs each input of a file and compares the results with those in the
// file. With -update, it writes the results.
//
// An input is one or more lines. Each result is a line after it that begins
// with a tab. A line that begins with # is a title. In an input, «x×10» means
// ten times x. The argument run gets an input and its results in the file.
func script(t *testing.T, file string, run func(input string, want []string) []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var (
		out         strings.Builder
		title       string
		input, want []string
	)
	end := func() {
		if input == nil {
			return
		}
		got := run(unfold(strings.Join(input, "\n")), want)
		if !*update {
			assert.Equal(t, want, got, "%s: %s: %s", file, title, strings.Join(input, "\n"))
		}
		for _, line := range got {
			out.WriteString("\t" + line + "\n")
		}
		input, want = nil, nil
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		result, isResult := strings.CutPrefix(line, "\t")
		if isResult {
			want = append(want, result)
			continue
		}
		words, isTitle := strings.CutPrefix(line, "# ")
		if isTitle || line == "" || want != nil {
			end()
		}
		switch {
		case isTitle:
			title = words
		case line != "":
			input = append(input, line)
		}
		out.WriteString(line + "\n")
	}
	end()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
}

var repeats = regexp.MustCompile(`«(.*?)×([0-9]+)»`)

func unfold(text string) string {
	return repeats.ReplaceAllStringFunc(text, func(s string) string {
		m := repeats.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
}
