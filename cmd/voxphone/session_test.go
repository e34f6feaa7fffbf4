package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/script"
)

var update = flag.Bool("update", false, "rewrite the sessions")

// TestSessions runs the commands in testdata/sessions and compares what they
// print. A file has one session after another:
//
//	# The name of a test, which has its own directory and app.
//	app /voice <Gather/>    the app has this document at this path
//	app /voice 404 gone     … or answers with this status and text
//	app /voice aborts       … or closes the connection; "hangs": … or never answers
//	file call.txt           a file with these lines
//	| answered
//	$ voxphone http://HOST/voice
//	< 1                     a typed line; without such lines, the lines of the
//	> 2                     output after ">" are typed
//	2> a line of standard error
//	exit 3                  the exit code, unless it is 0
//
// "$ cat call.txt" prints a file, with | before each line. "$ tty voxphone"
// runs on a terminal; \e is the escape character in its input and output. In
// the output, ... means any text, and alone on a line any lines. In documents,
// {From} is replaced by a parameter of the webhook. If a path has two lines,
// the second one is for the second and later requests. A test without an app
// runs in a bubble, so its goroutines must end.
//
// No output may have characters that are not printable. In secrets.txt, no
// output may have the card number that begins with 4539 or the password canary.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/sessions/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		file, err := filepath.Abs(file)
		require.NoError(t, err)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var played strings.Builder
		for _, part := range strings.SplitAfter(strings.ReplaceAll(string(text), "\n# ", "\n\x00# "), "\x00") {
			part = strings.TrimSuffix(part, "\x00")
			name, _, _ := strings.Cut(strings.TrimPrefix(part, "# "), "\n")
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+name, func(t *testing.T) {
				t.Chdir(t.TempDir())
				if strings.Contains(part, "\napp ") {
					played.WriteString(playSessions(t, part))
				} else {
					synctest.Test(t, func(t *testing.T) { played.WriteString(playSessions(t, part)) })
				}
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(played.String()), 0o644))
		}
	}
}

// playSessions runs the commands of one test. It returns the text of the test
// with the actual output.
func playSessions(t *testing.T, part string) string {
	var played strings.Builder
	a, host, file := app{}, "", ""
	lines := strings.SplitAfter(part, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSuffix(lines[i], "\n")
		played.WriteString(lines[i])
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "app":
			path, answer, _ := strings.Cut(rest, " ")
			a[path] = append(a[path], answer)
			if host == "" {
				host = strings.TrimSuffix(strings.TrimPrefix(a.start(t), "http://"), "/voice")
			}
		case "file":
			file = rest
			require.NoError(t, os.WriteFile(file, nil, 0o600))
		case "|":
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, append(text, rest+"\n"...), 0o600))
		case "$":
			end := i + 1
			for end < len(lines) && !nextCommand.MatchString(lines[end]) {
				end++
			}
			for lines[end-1] == "\n" {
				end--
			}
			played.WriteString(playSession(t, host, rest, lines[i+1:end]))
			i = end - 1
		default:
			assert.True(t, line == "" || word == "#", line)
		}
	}
	return played.String()
}

// nextCommand matches a line that ends the output of a command, including the
// empty last part of SplitAfter.
var nextCommand = regexp.MustCompile(`^(\$ |app |file |$)`)

// servedAt matches the address at which voxphone serves recordings.
var servedAt = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// playSession runs a command and compares its output with lines. It returns the
// lines with the actual output.
func playSession(t *testing.T, host, command string, lines []string) string {
	var typed, echoed, input, want string
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "<"):
			input += line
			typed += strings.TrimPrefix(line[1:], " ")
			continue
		case strings.HasPrefix(line, ">"):
			echoed += strings.TrimPrefix(line[1:], " ")
		}
		want += line
	}
	if input == "" {
		typed = echoed
	}
	typed = strings.ReplaceAll(typed, `\e`, "\x1b")
	args, err := script.SplitWords(strings.ReplaceAll(command, "HOST", host))
	require.NoError(t, err)
	var got string
	if args[0] == "cat" {
		text, err := os.ReadFile(args[1])
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			got += "| " + line
		}
	} else {
		var errs string
		var code int
		if args[0] == "tty" {
			got, errs, code = terminalCall(t.Context(), typed, args[2:]...)
		} else {
			got, errs, code = phoneCall(typed, args[1:]...)
		}
		for line := range strings.Lines(errs) {
			got += "2> " + line
		}
		if code != exitOK {
			got += fmt.Sprintf("exit %d\n", code)
		}
	}
	got = escapes.Replace(got)
	if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("not printable: %q", got[i:])
	}
	if strings.Contains(t.Name(), "/secrets/") {
		assert.NotContains(t, got, "4539", command)
		assert.NotContains(t, got, "canary", command)
	}
	if host != "" {
		got = servedAt.ReplaceAllString(strings.ReplaceAll(got, host, "HOST"), "http://RECORDINGS")
	}
	if asPattern(want).MatchString(got) {
		return input + want
	}
	if !*update {
		assert.Equal(t, want, got, command)
	}
	return input + got
}

// asPattern returns a pattern for lines in which ... means any text.
func asPattern(lines string) *regexp.Regexp {
	pattern := "^"
	for line := range strings.Lines(lines) {
		if line == "...\n" {
			pattern += `(?:.*\n)*?`
			continue
		}
		pattern += strings.ReplaceAll(regexp.QuoteMeta(line), `\.\.\.`, ".*")
	}
	return regexp.MustCompile(pattern + "$")
}

// escapes makes the escape sequences for a terminal readable.
var escapes = strings.NewReplacer("\x1b[1m", `\e[1m`, "\x1b[2m", `\e[2m`, "\x1b[0m", `\e[0m`, "\x1b[1A\r\x1b[2K", `\e[1A\r\e[2K`)
