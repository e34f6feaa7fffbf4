package script

import (
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

// An app answers each path with its verbs.
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

// quiz asks for a sum, reads a code out, and asks for that.
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

const quizzed = `answered
hears "Welcome."
let sum = "What is (\d) plus (\d)"
> ${sum.1 + sum.2}
let code = "code is (\d), (\d), (\d)"
> ${code}
hears "${code.1}, ${code.2}, 3 it was."
`

func TestScriptsThatFit(t *testing.T) {
	for name, text := range map[string]string{
		"variables":                    quizzed,
		"the whole match":              "answered\n...\nlet sum = \"3 plus\"\n! hears \"${sum}\"\n> 7\n...\n>\n...",
		"a variable in a line":         "...\nlet n = \"is (\\d) plus\"\n> 7\nhears \"... 1, 2, ${n}. ...\n...",
		"a variable in a pattern":      "...\nlet n = \"is (\\d) plus\"\n> 7\nhears /1, 2, ${n}\\./\n...",
		"a group":                      "...\nlet n = \"(\\d) plus (\\d)\"\n> ${n.2}\n...",
		"a pattern":                    "answered\nhears /^Welcome\\.$/\nhears /\\d plus \\d/\n> 7\n...",
		"a pattern after a gap":        "...\nhears /plus/\n> 7\n...",
		"nothing forbidden":            "! hears \"Sorry...\nanswered\n...\n> 7\n...",
		"forbidden later":              "...\n! hears /code/\n> 7\n...\nhears /code/\n...",
		"forbidden before":             "answered\nhears \"Welcome.\"\n! hears \"Welcome.\"\n...\n> 7\n...",
		"optional and there":           "answered\n? hears \"Welcome.\"\nhears /plus/\n> 7\n...",
		"optional and missing":         "answered\n? hears \"Hello.\"\n? hears /Good/\nhears \"Welcome.\"\n...\n> 7\n...",
		"optional at the end":          "...\n> 7\n...\n> 123\nhears \"1, 2, 3 it was.\"\nhears \"Goodbye.\"\nended: the app hung up\n? hears \"More\"",
		"optional after a gap":         "...\n? hears /plus/\n> 7\n...",
		"ends before the call":         "answered\n",
		"forbidden until it ends":      "...\n> 7\n! hears /Goodbye/\n",
		"hangs up in the middle":       "answered\nhears \"Welcome.\"\n> /hangup\nended: the caller hung up\n",
		"hangs up after something":     "answered\nhears /Welcome/\n! hears /code/\n> /hangup\nended: the caller hung up\n",
		"Windows line ends and a mark": "\ufeff$ voxphone\r\n\r\n  answered  \r\n...\r\n> 7\r\n...\r\n",
		"with the commands of screens": "...\n> /help\n> /vars\n> 7\n...",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Parse("call.txt", text)
			require.NoError(t, err)
			play(t, quiz, s)
			assert.Nil(t, s.Differs(), "%v", s.Differs())
		})
	}
}

func TestScriptsThatDoNotFit(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"pattern", "answered\nhears /^welcome/\n", `call.txt:2: the call goes another way
  want: hears /^welcome/
  got:  hears "Welcome."
  if the app is right, write: hears "Welcome."
`},
		{"pattern of something that is no text", "hears /answered/\n", `call.txt:1: the call goes another way
  want: hears /answered/
  got:  answered
  if the app is right, write: answered
`},
		{"forbidden", "...\n! hears \"Wel...\"\n> 7\n", `call.txt:2: the call goes another way
  want: ! hears "Wel..."
  got:  hears "Welcome."
  if the app is right, delete this line
`},
		{"forbidden until it ends", "...\n> 7\n...\n> 123\n! hears /Good/\n", `call.txt:5: the call goes another way
  want: ! hears /Good/
  got:  hears "Goodbye."
  if the app is right, delete this line
`},
		{"typed too early", "answered\n? hears \"Hello.\"\n> 7\n", `call.txt:3: the call goes another way
  want: > 7
  got:  hears "Welcome."
  if the app is right, write before this line: hears "Welcome."
`},
		{"never set", "...\nlet n = \"minus (\\d)\"\n> ${n}\n", `call.txt:2: the call goes another way
  want: let n = "minus (\d)"
  got:  nothing until somebody acts: the app is listening for 1 key
  if the app is right, delete this line, or type something before it
`},
		{"no number", "...\nlet n = \"(What) is (\\d)\"\n> ${n.1 + n.2}\n", `call.txt:3: the call goes another way
  want: > ${n.1 + n.2}
  got:  n.1 is not a number, so that it cannot be added
  type what fits, or delete this line
`},
		{"too much typed", "...\n> seven\n", `call.txt:2: the call goes another way
  want: > seven
  got:  said "seven", but the app is listening for keys only
  type what fits, or delete this line
`},
		{"the call is over", "...\n> 7\n...\n> 123\n...\nended: the app hung up\n> 1\n", `call.txt:7: the call goes another way
  want: > 1
  got:  nothing more: the call is over, the app hung up
  if the app is right, delete this line
`},
		{"dots that the app says", "...\n> 7\nhears \"Hi\"\n", `call.txt:3: the call goes another way
  want: hears "Hi"
  got:  hears "Your code is 1, 2, 3. You owe... nothing."
  if the app is right, write: hears "Your code is 1, 2, 3. You owe\... nothing."
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Parse("call.txt", tt.script)
			require.NoError(t, err)
			play(t, quiz, s)
			require.NotNil(t, s.Differs())
			got := s.Differs().String()
			got = strings.ReplaceAll(got, "1 key, which # ends", "1 key")
			assert.Equal(t, tt.want, strings.ReplaceAll(got, "a key", "1 key"))
		})
	}
}

func TestScriptsThatCannotBeParsed(t *testing.T) {
	const reference = `want ${name}, ${name.1} or ${name.1 + name.2}; the text ${ is written \${`
	for text, want := range map[string]string{
		"hears /a":                     "call.txt:1: a pattern ends with a slash: write hears /pattern/",
		"# a\nhears /(/":               "call.txt:2: the pattern cannot be used: error parsing regexp: missing closing ): `(`",
		"hears /a*/":                   "call.txt:1: the pattern matches silence: name some text",
		"!":                            `call.txt:1: after ! comes a line of the call, such as: ! hears "..."`,
		"? > 1":                        `call.txt:1: after ? comes a line of the call, such as: ? hears "..."`,
		"! ...":                        `call.txt:1: after ! comes a line of the call, such as: ! hears "..."`,
		`? let a = "b"`:                `call.txt:1: after ? comes a line of the call, such as: ? hears "..."`,
		"let a = b":                    `call.txt:1: want let name = "pattern", where the name has letters, digits and _`,
		`let a.b = "c"`:                `call.txt:1: want let name = "pattern", where the name has letters, digits and _`,
		`let a = "["`:                  "call.txt:1: the pattern cannot be used: error parsing regexp: missing closing ]: `[`",
		"answered\n> ${a}":             `call.txt:2: no line above sets a: write let a = "pattern" where it is heard`,
		"> ${a}\n" + `let a = "b"`:     `call.txt:1: no line above sets a: write let a = "pattern" where it is heard`,
		`let a = "(b)"` + "\n> ${a.2}": "call.txt:2: the pattern of a has fewer groups than 2",
		"hears \"${\"":                 `call.txt:1: a reference ends with }: write ${name}, or \${ for the text ${`,
		"> ${}":                        "call.txt:1: " + reference,
		"> ${a-b}":                     "call.txt:1: " + reference,
		"include":                      "",
		"include a b":                  "call.txt:1: want include and the name of a file; one with spaces is in double quotes",
		"include none.txt":             "call.txt:1: the script to include cannot be read: open none.txt",
	} {
		_, err := Parse("call.txt", text)
		if want == "" {
			assert.NoError(t, err, text)
			continue
		}
		assert.ErrorContains(t, err, want, text)
	}
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
	s.Rewrite() // changes nothing in another file
	play(t, quiz, s)
	require.NotNil(t, s.Differs())
	assert.Contains(t, s.Differs().String(), "other name.txt:3: the call goes another way\n  want: hears \"Hi.\"\n")

	for file, want := range map[string]string{
		"self.txt":    "self.txt:1: the script includes itself: delete this line",
		"broken.txt":  "parts/broken.txt:2: the pattern cannot be used",
		"command.txt": "call.txt:1: a script that is included has no line that begins with $: delete it",
	} {
		_, err := Read(file)
		require.Error(t, err)
		assert.Contains(t, filepath.ToSlash(err.Error()), want)
		assert.Equal(t, 1, strings.Count(err.Error(), ".txt:"), "one place")
	}
}

// Lines that differ are replaced, what was typed and what fits stays.
func TestRewrite(t *testing.T) {
	for _, tt := range []struct{ name, script, want, differs string }{
		{"what fits stays", quizzed, quizzed, ""},
		{"a wrong line", "# A quiz.\n$ voxphone\nanswered\nhears \"Hi.\"\n# Then.\n> 7\n...\n> 123\n...\n",
			"# A quiz.\n$ voxphone\nanswered\nhears \"Welcome.\"\nhears \"What is 3 plus 4?\"\n# Then.\n> 7\n...\n> 123\n...\n", ""},
		{"lines that are missing", "> 7\n> 123\n", "answered\nhears \"Welcome.\"\nhears \"What is 3 plus 4?\"\n> 7\n" +
			"hears \"Your code is 1, 2, 3. You owe\\... nothing.\"\n> 123\n", ""},
		{"a line too many", "...\n> 7\nhears /code/\nhears \"More.\"\n> 123\n...",
			"...\n> 7\nhears \"Your code is 1, 2, 3. You owe\\... nothing.\"\n> 123\n...\n", ""},
		{"the end", "...\n> 7\n...\n> 123\nhears \"Bye.\"\nended: the caller hung up\n",
			"...\n> 7\n...\n> 123\nhears \"1, 2, 3 it was.\"\nhears \"Goodbye.\"\nended: the app hung up\n", ""},
		{"more at the end", "...\n> 7\n...\n> 123\n...\nended: the app hung up\nbeep\n",
			"...\n> 7\n...\n> 123\nhears \"1, 2, 3 it was.\"\nhears \"Goodbye.\"\nended: the app hung up\n", ""},
		{"ends before the call", "...\n> 7\nhears \"Hi.\"\n", "...\n> 7\nhears \"Your code is 1, 2, 3. You owe\\... nothing.\"\n", ""},
		{"hangs up", "answered\nhears \"Hi.\"\n> /hangup\nended: the caller hung up\n",
			"answered\nhears \"Welcome.\"\nhears \"What is 3 plus 4?\"\n...\n> /hangup\nended: the caller hung up\n", ""},
		{"forbidden", "...\n! hears \"Welcome.\"\n> 7\n...", "", "call.txt:2: "},
		{"beside a let", "answered\nhears \"Hi.\"\nlet n = \"(\\d) plus\"\n> ${n}\n...", "", "call.txt:2: "},
		{"does not fit", "hears \"Hi.\"\n> seven\n...", "", "call.txt:2: "},
		{"typed after the end", "...\n> 7\n...\n> 123\nhears \"Bye.\"\n> 1\n", "", "call.txt:6: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files(t, map[string]string{"call.txt": tt.script})
			s, err := Read("call.txt")
			require.NoError(t, err)
			s.Rewrite()
			play(t, quiz, s)
			require.NoError(t, s.Save())
			text, err := os.ReadFile("call.txt")
			require.NoError(t, err)
			if tt.differs != "" {
				require.NotNil(t, s.Differs())
				assert.Contains(t, s.Differs().String(), tt.differs)
				assert.Equal(t, tt.script, string(text), "nothing is written")
				return
			}
			require.Nil(t, s.Differs(), "%v", s.Differs())
			assert.Equal(t, tt.want, string(text))

			again, err := Read("call.txt")
			require.NoError(t, err)
			play(t, quiz, again)
			assert.Nil(t, again.Differs(), "%v", again.Differs())
		})
	}
}

// A script of anything is read or refused, and never plays to no end. What is
// rewritten fits.
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
			return // other files
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
