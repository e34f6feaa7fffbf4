package script

import (
	"flag"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/internal/sim"
)

// An app maps paths to the verbs of their documents.
type app map[string]string

func (a app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	doc, ok := a[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = io.WriteString(w, "<Response>"+doc+"</Response>")
}

// quiz asks for a sum, reads out a code, and asks for the code.
var quiz = app{
	"/voice": `<Say>Welcome.</Say><Say>What is 3 plus 4?</Say><Gather numDigits="1" action="/code" actionOnEmptyResult="true"/>`,
	"/code":  `<Say>Your code is 1, 2, 3. You owe... nothing.</Say><Gather numDigits="3" action="/bye" actionOnEmptyResult="true"/>`,
	"/bye":   `<Say>1, 2, 3 it was.</Say><Say>Goodbye.</Say><Hangup/>`,
}

// play plays a script.
func play(t testing.TB, app http.Handler, s *Script) {
	t.Helper()
	call, err := sim.New(sim.Config{App: sim.Handler(app), URL: "http://demo.example/voice"})
	require.NoError(t, err)
	r := Run{Call: call, Person: Nobody{}, Script: s}
	r.Play(t.Context())
	require.NotNil(t, call.End())
}

var update = flag.Bool("update", false, "rewrite the golden file")

// TestScripts plays the scripts in testdata/scripts.txt against the quiz:
//
//	# The name of the test
//	| hears "Welcome."     a line of the script, with the escapes \r and \ufeff
//	! call.txt:1: ...      why it cannot be read, or how the call differs
//	= answered             a line of the script after Rewrite, if it has changed
//	~ call.txt:1: ...      how the call differs in spite of Rewrite
func TestScripts(t *testing.T) {
	const file = "testdata/scripts.txt"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var all []string
	for part := range strings.SplitSeq("\n"+string(text), "\n# ") {
		name, lines, _ := strings.Cut(part, "\n")
		if name == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			before, script := "# "+name+"\n", ""
			for line := range strings.Lines(lines) {
				if rest, ok := strings.CutPrefix(line, "|"); ok {
					before += line
					script += strings.NewReplacer(`\r`, "\r", `\ufeff`, "\ufeff").Replace(strings.TrimPrefix(rest, " "))
				}
			}
			got := before + played(t, script)
			if !*update {
				assert.Equal(t, strings.TrimSpace("# "+part), strings.TrimSpace(got))
			}
			all = append(all, got)
		})
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(all, "\n")), 0o644))
	}
}

// played plays a script, plays it again to rewrite it, and returns the results.
func played(t *testing.T, script string) (out string) {
	t.Helper()
	show := func(mark, text string) {
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
			out += strings.TrimSpace(mark+" "+line) + "\n"
		}
	}
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("call.txt", []byte(script), 0o600))
	s, err := Read("call.txt")
	if err != nil {
		show("!", err.Error())
		return out
	}
	play(t, quiz, s)
	if s.Differs() != nil {
		show("!", s.Differs().String())
	}
	s, err = Read("call.txt")
	require.NoError(t, err)
	s.Rewrite()
	play(t, quiz, s)
	require.NoError(t, s.Save())
	after, err := os.ReadFile("call.txt")
	require.NoError(t, err)
	if s.Differs() != nil {
		assert.Equal(t, script, string(after), "the script is not changed")
		show("~", s.Differs().String())
		return out
	}
	if string(after) != script {
		show("=", string(after))
	}
	again, err := Read("call.txt")
	require.NoError(t, err)
	play(t, quiz, again)
	assert.Nil(t, again.Differs(), "%v", again.Differs())
	return out
}

// files writes files into a directory and changes to it.
func files(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
}

func TestInclude(t *testing.T) {
	files(t, map[string]string{
		"call.txt":             "$ voxphone\ninclude parts/welcome.txt\n> ${sum.1 + sum.2}\n...\n",
		"differs.txt":          "include \"parts/other name.txt\"\n",
		"parts/welcome.txt":    "answered\ninclude hello.txt\nlet sum = \"(\\d) plus (\\d)\"\n",
		"parts/hello.txt":      "# Hello.\nhears \"Welcome.\"\n",
		"parts/other name.txt": "answered\n\nhears \"Hi.\"\n",
		"self.txt":             "include parts/../self.txt\n",
		"broken.txt":           "answered\ninclude parts/broken.txt\n",
		"parts/broken.txt":     "\nhears /(/\n",
		"command.txt":          "include call.txt\n",
	})
	s, err := Read("call.txt")
	require.NoError(t, err)
	play(t, quiz, s)
	assert.Nil(t, s.Differs(), "%v", s.Differs())

	s, err = Read("differs.txt")
	require.NoError(t, err)
	s.Rewrite() // does not change included files
	play(t, quiz, s)
	require.NotNil(t, s.Differs())
	assert.Contains(t, s.Differs().String(), "other name.txt:3: the call differs from the script\n  want: hears \"Hi.\"\n")

	for file, want := range map[string]string{
		"self.txt":    "self.txt:1: the script includes itself: delete this line",
		"broken.txt":  "parts/broken.txt:2: the pattern is invalid",
		"command.txt": "call.txt:1: an included script must not have a line that begins with $: delete the line",
	} {
		_, err := Read(file)
		require.Error(t, err)
		assert.Contains(t, filepath.ToSlash(err.Error()), want)
		assert.Equal(t, 1, strings.Count(err.Error(), ".txt:"), "the error names one place")
	}
}

// FuzzScript checks that any script is read or refused, that it ends, and that
// a rewritten script passes.
func FuzzScript(f *testing.F) {
	for _, seed := range []string{
		"...\n> 1\n...\n>\n", "answered\n> /hangup\n", "$ voxphone -v\n...\n> /answer 5s\n", "...\n> 3\n...\n> /speak 5s #",
		"let a = \"press (\\d)\"\n> ${a.1 + a.1}\n", "? hears /sales/\n! hears \"${x}\"\ninclude a\n", "beep\n> 2\nbeep",
	} {
		f.Add(seed)
	}
	demo := menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "include") {
			return // reads other files
		}
		name := filepath.Join(t.TempDir(), "call.txt")
		s, err := Parse(name, text)
		if err != nil {
			return
		}
		s.Rewrite()
		play(t, demo, s)
		require.NoError(t, s.Save())
		if s.Differs() != nil {
			return
		}
		if again, err := Read(name); err == nil {
			play(t, demo, again)
			assert.Nil(t, again.Differs(), "%v", again.Differs())
		}
	})
}
