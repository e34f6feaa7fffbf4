package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A recorded call passes as a script and shows only lines of the original call.
func TestRecordAndPlay(t *testing.T) {
	record1 := app{"/voice": {`<Say>Hi</Say><Record playBeep="false" action="/x"/>`}, "/x": {""}}
	paid := app{"/voice": {payment}, "/paid": {"<Hangup/>"}}
	listens := `<Gather input="speech"/>`
	for _, tt := range []struct {
		name, stdin string
		app         app // nil means the demo
		args        []string
	}{
		{"keys, silence, words", "1\n\nhello\n", nil, nil},
		{"commands", "/help\n1\n/vars\n/answer\nhello\n/speak 4s\n*\n\n", nil, []string{"-city", "SAN JOSÉ \"X\""}},
		{"errors", "/busy\n1\nhello\n/fail\n/speak 4s /hangup\n", nil, []string{"-method", "get", "-nested", "-var", "a=b c", "-var", "b="}},
		{"end of input", "1\n", nil, []string{"-answered-by", "fax", "-status", "/voice/status", "-from", "anonymous"}},
		{"unanswered", "", nil, []string{"-unanswered", "no-answer"}},
		{"too many keys", "12\n3\n", app{"/voice": {`<Gather numDigits="1"/><Gather/>`}}, nil},
		{"findings", "", app{"/voice": {"<Hangup/><Hangup/>"}}, nil},
		{"three dots", "...\n> 5\n# 5\n", app{"/voice": {`<Say>Well... # $ ></Say>` + listens + listens + listens}}, nil},
		{"payment", "4000000000000002#\n1230#\n123#\n", paid, nil},
		{"waiting", "/wait 2s\n1\n/wait 8s\n/hangup\n", nil, nil},
		{"failed notification", "\n", app{"/voice": {`<Record recordingStatusCallback="/none"/>`}}, nil},
		{"hangs up", "/hangup\n", record1, nil},
		{"hangs up at the end of the input", "", record1, nil},
		{"hangs up after words", "please /hangup\n", record1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := tt.args
			if tt.app != nil {
				args = append(args, tt.app.start(t))
			}
			first, _, _ := phoneCall(tt.stdin, args...)
			_, file := record(t, tt.stdin, args...)
			for line := range strings.Lines(passes(t, file)) {
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

// The output of a session is a script, including its times.
func TestScriptOfASession(t *testing.T) {
	shown, _, _ := phoneCall("1\n/noanswer\n/speak 12s #\n")
	require.Contains(t, shown, " 0:00.0  answered\n")
	file := filepath.Join(t.TempDir(), "call.txt")
	require.NoError(t, os.WriteFile(file, []byte(shown), 0o600))
	passes(t, file)
}

// While the call goes on, the directory is removed, or a directory takes the
// name of the file. No temporary file is left.
func TestRecordCannotBeWritten(t *testing.T) {
	for _, tt := range []struct {
		url  []string
		code int
	}{{nil, exitUsage}, {[]string{app{}.start(t)}, exitAppFailed}} {
		dir := filepath.Join(t.TempDir(), "calls")
		file := filepath.Join(dir, "call.txt")
		for _, happens := range []func() error{
			func() error { return os.Remove(dir) },
			func() error { return os.Mkdir(file, 0o700) },
		} {
			require.NoError(t, os.MkdirAll(dir, 0o700))
			out := &hook{text: "ended:", do: func() { assert.NoError(t, happens()) }}
			var errs bytes.Buffer
			code := runOn(t.Context(), append(tt.url, "-record", file), strings.NewReader("2\n"), &screen{w: out}, &errs)
			assert.Contains(t, out.shown.String(), "ended: ")
			assert.Contains(t, errs.String(), "voxphone: the call cannot be recorded: ")
			assert.Equal(t, tt.code, code)
		}
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, files, 1)
	}
}

// Recording changes no other file, and only the owner can read the script.
func TestRecordedFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	require.NoError(t, os.WriteFile(file+".part", []byte("mine"), 0o600))
	_, _, code := phoneCall("2\n", "-record", file)
	require.Equal(t, exitOK, code)
	mine, err := os.ReadFile(file + ".part")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(mine))
	info, err := os.Stat(file)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o600), info.Mode())
	}
}
