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

func TestScriptsThatPass(t *testing.T) {
	tests := []struct{ name, script, out string }{
		{"it ends before the call", "...\n> 1\n", greeting + "> 1\n 0:11.6  ended: the caller hung up\n"},
		{"at once", "answered\n", " 0:00.0  answered\n 0:00.0  hears \"Thank you for calling.\"\n 0:01.6  ended: the caller hung up\n"},
		{"it hangs up in the middle", "answered\nhears \"Thank you...\n> /hangup\nended: the caller hung up\n",
			" 0:00.0  answered\n 0:00.0  hears \"Thank you for calling.\"\n> /hangup\n 0:01.6  ended: the caller hung up\n"},
		{"it hangs up when asked", "...\n> /hangup\n...\n", greeting + "> /hangup\n 0:11.6  ended: the caller hung up\n"},
		{"anything to the end", "...\n>1\n...\n...\n>/busy\n...\n>\n...\n", ""},
		{"anything, once more", "...\n", greeting + " 0:11.6  ended: the caller hung up\n"},
		{"with Windows line ends and a mark", "\ufeff$ voxphone\r\n\r\n  answered  \r\n...\r\n", greeting + " 0:11.6  ended: the caller hung up\n"},
		{"help and variables", "...\n> /help\n> /vars\n> 2\nhears \"We are open...Friday,...\"\n...\n", ""},
		{"an option of the call", "$ voxphone -city \"NEW YORK\" -from=\"+1 402\"\n...\nhears \"... New York.\"\n...", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := play(t, tt.script)
			assert.Empty(t, errs)
			assert.Equal(t, exitOK, code)
			if tt.out != "" {
				assert.Equal(t, tt.out, out)
			}
		})
	}
}

func TestScriptsThatDiffer(t *testing.T) {
	tests := []struct{ name, script, line, want, got string }{
		{"another line", "# comment\n\nanswered\nhears \"Hello.\"\n> 1\n", "4", `hears "Hello."`, `hears "Thank you for calling."`},
		{"a line too many", "answered\nhears \"Thank you for calling.\"\n> 1\n", "3", "> 1", `hears "For sales, press 1 or say sales."`},
		{"a line missing", "...\nhears \"To leave a message, ...\nhears \"What?\"\n", "3", `hears "What?"`,
			"nothing until somebody acts: the app is listening for a key or speech"},
		{"never comes", "...\nhears \"What?\"\n> 1\n", "2", `hears "What?"`, "nothing until somebody acts: the app is listening for a key or speech"},
		{"text within", "answered\nhears \"Thank you ... again.\"\n", "2", `hears "Thank you ... again."`, `hears "Thank you for calling."`},
		{"does not fit", "...\n> /busy\n", "2", "> /busy", "nobody is being dialed: the app is listening for a key or speech"},
		{"keys that do not fit", "...\n> /speak 12s 4539578763621486#\n", "2", "> /speak 12s 17 keys", "spoke for 12s, but the app is listening: say words"},
		{"a card number too early", "> 4539 5787 6362 1486\n", "1", "> 16 keys", "answered"},
		{"speech that does not fit", "...\n> 1\n...\n> /say 4539578763621486\n", "4", "> /say 16 keys", `said "16 keys", but the app is not listening: it is dialing +14025550123`},
		{"silence that does not fit", "...\n> 1\n...\n> /speak\n", "4", "> /speak", "/speak takes a time, and what to do then: keys or /hangup"},
		{"the call is over", "...\n> 2\n...\nended: the app hung up\n...\n>\n", "6", ">", "nothing more: the call is over, the app hung up"},
		{"it ends otherwise", "...\n> 2\nhears ...\nended: the caller hung up\n", "4", "ended: the caller hung up", "ended: the app hung up"},
		{"after hanging up", "...\n> /hangup\nended: the app hung up\n", "3", "ended: the app hung up", "ended: the caller hung up"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, code := play(t, tt.script)
			assert.True(t, strings.HasPrefix(errs, "voxphone: call.txt:"+tt.line+": the call goes another way\n  want: "+tt.want+"\n  got:  "+tt.got+"\n  "), errs)
			assert.Equal(t, exitDiffers, code)
			assert.Contains(t, out, "ended: ") // the caller hangs up
		})
	}
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

func TestCommandLineCountsForMore(t *testing.T) {
	const script = "$ voxphone -from +1 -to +2 -var a=1 -var b=1 -outbound -v\n...\n"
	out, _, code := play(t, script, "-from", "+3", "-var", "b=2", "-outbound=false")
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, "Direction=inbound From=+3 To=+2 ")
	assert.Contains(t, out, `Vars={"a":"1","b":"2"}`)
}

// An app that fails is a failure, even one that is expected. A difference
// counts for more.
func TestScriptOfAFailure(t *testing.T) {
	url := app{"/voice": "<Redirect>/none</Redirect>"}.start(t)
	_, errs, code := play(t, "ended: ...status 404...\n", url)
	assert.Contains(t, errs, "nothing answers /none")
	assert.Equal(t, exitAppFailed, code)
	_, _, code = play(t, "ended: ...status 405...\n", url)
	assert.Equal(t, exitDiffers, code)
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

func TestRecorded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	require.NoError(t, os.WriteFile(file, []byte("an older call"), 0o600))
	_, _, code := phoneCall("/busy\n  3 \n/vars\n/speak 12s #\n", "-sid", "1", "-city", "NEW YORK", "-v", "-record", file)
	assert.Equal(t, exitOK, code)
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, `$ voxphone -sid 1 -city "NEW YORK"
answered
hears "Thank you for calling from New York."
hears "For sales, press 1 or say sales."
hears "For our opening hours, press 2 or say hours."
hears "To leave a message, press 3 or say message."
> 3
hears "Please leave a message after the tone."
beep
> /speak 12s #
recorded 12s
hears "Thank you for your message. Goodbye."
ended: the app hung up
`, string(recorded))
}

// A session that was shown is a script, but for its times, which may stay.
func TestScriptOfASession(t *testing.T) {
	shown, _, _ := phoneCall("1\n/noanswer\n/speak 12s #\n")
	require.Contains(t, shown, " 0:00.0  answered\n")
	_, errs, code := play(t, shown)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
}

// Whoever hangs up when the app waits does so in the script, too.
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

// Not even a call that the app breaks off is lost.
func TestRecordOfAFailure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	_, _, code := phoneCall("", "-sid", "1", "-record", file, app{}.start(t))
	assert.Equal(t, exitAppFailed, code)
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Regexp(t, `^\$ voxphone -sid 1 http://127\.0\.0\.1:\d+/voice\nended: POST http://127\.0\.0\.1:\d+/voice: the app answered with status 404 Not Found\n$`, string(recorded))
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

// What stands beside the file is not touched, and the file is the owner's.
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

// What was typed is written down as it was, or not at all.
func TestRecordOfWhatIsNotPrintable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	url := app{"/voice": `<Gather input="speech"/><Gather input="speech"/><Hangup/>`}.start(t)
	_, _, code := phoneCall("two\ttickets\nthree \u200btickets\n", "-sid", "1", "-record", file, url)
	require.Equal(t, exitOK, code)
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	const comment = "# what was typed here cannot be written down\n"
	assert.True(t, strings.HasSuffix(string(recorded), "\nanswered\n"+comment+comment+"ended: the app hung up\n"), string(recorded))
	_, errs, code := phoneCall("", "-script", file)
	assert.Contains(t, errs, "nothing until somebody acts")
	assert.Equal(t, exitDiffers, code)
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
