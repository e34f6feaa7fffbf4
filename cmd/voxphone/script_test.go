package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/weather/weather"
)

// play plays a script.
func play(t *testing.T, text string, args ...string) (out, errs string, code int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "call.txt")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	out, errs, code = phoneCall("not read\n", append([]string{"-script", file}, args...)...)
	return out, strings.ReplaceAll(errs, file, "call.txt"), code
}

func TestScriptsOfTheExamples(t *testing.T) {
	s := httptest.NewServer(weather.Routes(weather.Config{Log: slog.New(slog.DiscardHandler)}))
	defer s.Close()
	for name, args := range map[string][]string{
		"ivr_nobody_answers.txt": nil,
		"ivr_not_understood.txt": nil,
		"weather.txt":            {s.URL + "/weather"}, // counts for more than the URL of the script
	} {
		out, errs, code := phoneCall("", append(args, "-script", "testdata/"+name)...)
		assert.Empty(t, errs, name)
		assert.Contains(t, out, "\n> ", name)
		assert.Contains(t, out, "ended: the app hung up\n", name)
		assert.Equal(t, exitOK, code, name)
	}
}

// The script of the documentation is one that passes.
func TestScriptOfTheDocumentation(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	m := regexp.MustCompile(`(?s)(//\t# Nobody answers.*?ended: the app hung up\n)`).Find(doc)
	_, errs, code := play(t, strings.ReplaceAll(string(m), "//\t", ""))
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}

func TestScriptsThatCannotBeRead(t *testing.T) {
	const want = `want "$ voxphone", with flags and a URL; values with spaces are in double quotes`
	for script, message := range map[string]string{
		"":                                  "call.txt: the script has no steps",
		"# a\n\n$ voxphone\n":               "call.txt: the script has no steps",
		"answered\n$ voxphone\n":            "call.txt:2: a line that begins with $ is the first of a script",
		"$ voxphone\n$ voxphone\n":          "call.txt:2: a line that begins with $ is the first of a script",
		"$\n...":                            "call.txt:1: " + want,
		"$ curl a\n...":                     "call.txt:1: " + want,
		"$ voxphone \"a\n...":               "call.txt:1: " + want,
		"\n$ voxphone -x\n...":              "call.txt:2: flag provided but not defined: -x",
		"$ voxphone -script call.txt\n...":  "call.txt:1: -script and -record cannot stand in a script",
		"$ voxphone a -record call.txt\n.":  "call.txt:1: -script and -record cannot stand in a script",
		"$ voxphone ftp://127.0.0.1\n...":   "the URL to call is not one of http or https",
		"$ voxphone -unanswered never\n...": "-unanswered is busy, no-answer or failed",
	} {
		out, errs, code := play(t, script)
		assert.Empty(t, out, script)
		assert.Contains(t, errs, "voxphone: "+message, script)
		assert.Equal(t, exitUsage, code, script)
	}
}

// What is recorded passes, and is recorded the same again.
func TestRecordAndPlay(t *testing.T) {
	tests := []struct {
		name, stdin string
		app         app // none: the demo
		args        []string
	}{
		{"keys, silence, words", "1\n\nhello\n", nil, nil},
		{"commands", "/help\n1\n/vars\n/answer\nhello\n/speak 4s\n*\n\n", nil, []string{"-city", "SAN JOSÉ \"X\""}},
		{"errors", "/busy\n1\nhello\n/fail\n/speak 4s /hangup\n", nil, []string{"-method", "get", "-nested", "-var", "a=b c", "-var", "b="}},
		{"end of input", "1\n", nil, []string{"-answered-by", "fax", "-status", "/voice/status", "-from", "anonymous"}},
		{"unanswered", "", nil, []string{"-unanswered", "no-answer"}},
		{"too many keys", "12\n3\n", app{"/voice": `<Gather numDigits="1"/><Gather/>`}, nil},
		{"findings", "", app{"/voice": "<Hangup/><Hangup/>"}, nil},
		{"three dots", "...\n> 5\n# 5\n", app{"/voice": `<Say>Well... # $ ></Say><Gather input="speech"/><Gather input="speech"/><Gather input="speech"/>`}, nil},
		{"payment", "4000000000000002#\n1230#\n123#\n", paid, nil},
		{"waiting", "/wait 2s\n1\n/wait 8s\n/hangup\n", nil, nil},
		{"failed notification", "\n", app{"/voice": `<Record recordingStatusCallback="/none"/>`}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := tt.args
			if tt.app != nil {
				args = append(args, tt.app.start(t))
			}
			file := filepath.Join(t.TempDir(), "call.txt")
			first, _, code := phoneCall(tt.stdin, append(args, "-record", file)...)
			require.Equal(t, exitOK, code)
			recorded, err := os.ReadFile(file)
			require.NoError(t, err)

			out, errs, code := phoneCall("", "-script", file)
			assert.Empty(t, errs)
			assert.Equal(t, exitOK, code, string(recorded))
			for line := range strings.Lines(out) { // nothing that was not there before
				if !strings.HasPrefix(line, ">") {
					assert.Contains(t, first, line)
				}
			}
			files, err := os.ReadDir(filepath.Dir(file))
			require.NoError(t, err)
			assert.Len(t, files, 1)
		})
	}
}

// A session that was shown is a script, but for its times, which may stay.
func TestScriptOfASession(t *testing.T) {
	shown, _, _ := phoneCall("1\n/noanswer\n/speak 12s #\n")
	require.Contains(t, shown, " 0:00.0  answered\n")
	_, errs, code := play(t, shown)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}

// A caller who hangs up when the app waits does so in the script, too.
func TestRecordOfAHangUp(t *testing.T) {
	url := app{"/voice": `<Say>Hi</Say><Record playBeep="false" action="/x"/>`, "/x": ""}.start(t)
	for _, stdin := range []string{"/hangup\n", "", "please /hangup\n"} {
		file := filepath.Join(t.TempDir(), "call.txt")
		_, _, code := phoneCall(stdin, "-record", file, url)
		require.Equal(t, exitOK, code)
		out, errs, code := phoneCall("", "-v", "-script", file)
		assert.Empty(t, errs, stdin)
		assert.Contains(t, out, "/x\n", "the action is requested")
		assert.Equal(t, exitOK, code, stdin)
	}
}

// While the call goes on, the directory vanishes, or one takes the place of the
// file.
func TestRecordCannotBeWritten(t *testing.T) {
	for _, tt := range []struct {
		url  []string
		code int
	}{{nil, exitUsage}, {[]string{app{}.start(t)}, exitAppFailed}} {
		for _, vanishes := range []bool{true, false} {
			dir := filepath.Join(t.TempDir(), "calls")
			file := filepath.Join(dir, "call.txt")
			require.NoError(t, os.Mkdir(dir, 0o700))
			out := &hook{text: "ended:", do: func() {
				if vanishes {
					assert.NoError(t, os.Remove(dir))
				} else {
					assert.NoError(t, os.Mkdir(file, 0o700))
				}
			}}
			var errs bytes.Buffer
			code := runOn(t.Context(), append(tt.url, "-record", file), strings.NewReader("2\n"), &screen{w: out}, &errs)
			assert.Contains(t, out.shown.String(), "ended: ")
			assert.Contains(t, errs.String(), "voxphone: the call is not recorded: ")
			assert.Equal(t, tt.code, code)
			if !vanishes {
				files, err := os.ReadDir(dir)
				require.NoError(t, err)
				assert.Len(t, files, 1, "nothing is left behind")
			}
		}
	}
}

// Other files are not touched, and only the owner can read the file.
func TestRecordedFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	require.NoError(t, os.WriteFile(file+".part", []byte("mine"), 0o600))
	_, _, code := phoneCall("2\n", "-record", file)
	require.Equal(t, exitOK, code)
	mine, err := os.ReadFile(file + ".part")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(mine))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode())
	}
}

// Dots that the app has written are no gap in a script that was recorded.
func TestRecordOfDots(t *testing.T) {
	for said, others := range map[string][]string{
		`You owe... 5 dollars`:     {`You owe... 500 dollars and 5 dollars`, `You owe much more than 5 dollars`, `You owe 5 dollars`},
		`A path: C:\... and so on`: {`A path: C:\Windows and so on`, `A path: C:... and so on`, `A path: C:\\... and so on`},
		`Wait.....\......`:         {`Wait.....\.....`, `Wait..... \......`, `Wait`},
	} {
		doc := app{"/voice": "<Say>" + said + "</Say><Hangup/>"}
		url := doc.start(t)
		file := filepath.Join(t.TempDir(), "call.txt")
		_, _, code := phoneCall("", "-record", file, url)
		require.Equal(t, exitOK, code)
		_, errs, code := phoneCall("", "-script", file)
		assert.Empty(t, errs)
		assert.Equal(t, exitOK, code)
		for _, other := range others {
			doc["/voice"] = "<Say>" + other + "</Say><Hangup/>"
			_, errs, code := phoneCall("", "-script", file)
			assert.Contains(t, errs, "\n  got:  hears \""+other+"\"\n")
			assert.Equal(t, exitDiffers, code)
		}
	}
}
