package voxtest_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// The calls in testdata, as scripts.
func TestScripts(t *testing.T) {
	voxtest.Scripts(t, menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)}), "testdata/calls/*.txt")
}

func ExampleScripts() {
	testCalls := func(t *testing.T) {
		voxtest.Scripts(t, hours, "testdata/calls/*.txt", voxtest.Header("X-Office", "7"))
	}
	_ = testCalls // func TestCalls
}

// playScript plays a script of this text, and returns why the test fails and the
// script afterwards.
func playScript(t *testing.T, app http.Handler, text string, update bool, options ...voxtest.Option) (message, after string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "call.txt")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	message = failure(t, func(t testing.TB) { voxtest.PlayScript(t, app, file, update, options...) })
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	return strings.ReplaceAll(message, filepath.Dir(file)+string(filepath.Separator), ""), string(written)
}

func TestScriptFailures(t *testing.T) {
	lost := voxml.Response{say("Hello."), voxml.Hangup{}, say("Lost.")}
	const how = "run the test with the flag -update"
	for _, tt := range []struct {
		name, script string
		app          http.Handler
		options      []voxtest.Option
		want         []string // in the message; none: the test passes
	}{
		{"fits", "answered\nhears \"Hello.\"\nended: the app hung up\n", company, nil, nil},
		{"differs", "answered\nhears \"Hi.\"\n", company, nil, []string{
			"call.txt:2: the call goes another way\n  want: hears \"Hi.\"\n  got:  hears \"Hello.\"\n  if the app is right, write: hears \"Hello.\"\n  " + how + "\n",
			"The call so far",
		}},
		{"cannot be read", "hears /(/", company, nil, []string{"voxtest: ", "call.txt:1: the pattern cannot be used"}},
		{"flags", "$ voxphone -x\n...", company, nil, []string{"voxtest: ", "call.txt:1: flag provided but not defined: -x"}},
		{"a file", "$ voxphone -record a\n...", company, nil, []string{"call.txt:1: flag provided but not defined: -record"}},
		{"not clean", "...\n", lost, nil, []string{"the call is not clean:", "Response[2].Say"}},
		{"not clean, but lenient", "check: ...\n...\n", lost, []voxtest.Option{voxtest.Lenient()}, nil},
		{"fails", "$ voxphone http://127.0.0.1:8080/nowhere\n...", company, nil, []string{"the app answered with status 404"}},
		{"fails as expected", "$ voxphone http://127.0.0.1:8080/nowhere\nended: ...404...", company, nil, nil},
		{"option that makes no sense", "...\n", company, []voxtest.Option{voxtest.PlayLength(-1)}, []string{"an audio file cannot play"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.script
			if !strings.HasPrefix(text, "$") {
				text = "$ voxphone http://127.0.0.1:8080/hello\n" + text
				for i := range tt.want {
					tt.want[i] = strings.ReplaceAll(strings.ReplaceAll(tt.want[i], "txt:2", "txt:3"), "txt:1", "txt:2")
				}
			}
			message, after := playScript(t, tt.app, text, false, tt.options...)
			if len(tt.want) == 0 {
				assert.Empty(t, message)
			}
			for _, want := range tt.want {
				assert.Contains(t, message, want)
			}
			assert.Equal(t, text, after)
		})
	}
}

func TestScriptsUpdate(t *testing.T) {
	const command = "$ voxphone http://127.0.0.1:8080/hello\n"
	message, after := playScript(t, company, command+"# Hello.\nanswered\nhears \"Hi.\"\n...", true)
	assert.Empty(t, message)
	assert.Equal(t, command+"# Hello.\nanswered\nhears \"Hello.\"\nended: the app hung up\n", after)

	message, after = playScript(t, company, command+"! hears \"Hello.\"\n...\n", true)
	assert.Contains(t, message, "this line is not rewritten: change it")
	assert.Equal(t, command+"! hears \"Hello.\"\n...\n", after)
}

// Every flag of the first line reaches the app, and options count for more.
func TestScriptSetup(t *testing.T) {
	var got voxhook.VoiceWebhook
	var header http.Header
	var method string
	handler := voxhook.Settings{}.OnIncomingCall(func(_ context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		got = call.VoiceWebhook
		return voxml.Response{voxml.Hangup{}}, nil
	})
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header, method = r.Header, r.Method
		handler.ServeHTTP(w, r)
	})
	text := `$ voxphone -from +1 -to +2 -city OMAHA -sid 3 -var a=b -param X=Y -H "X-Key: 1" -method get -answered-by fax -at 2026-12-24T23:30:00Z -timeout 1m -retries 0 -v http://a.example/b
...
`
	message, _ := playScript(t, app, text, false, voxtest.To("+4"))
	require.Empty(t, message)
	assert.Equal(t, "+1", got.From)
	assert.Equal(t, "+4", got.To)
	assert.Equal(t, "OMAHA", got.FromCity)
	assert.Equal(t, "3", got.CallSid)
	assert.Equal(t, voxhook.Vars{"a": "b"}, got.Vars)
	assert.Equal(t, "Y", got.Params.Get("X"))
	assert.Equal(t, voxhook.AnsweredBy("fax"), got.AnsweredBy)
	assert.Equal(t, voxhook.DirectionOutboundAPI, got.Direction)
	assert.Equal(t, "1", header.Get("X-Key"))
	assert.Equal(t, http.MethodGet, method)

	message, _ = playScript(t, app, "$ voxphone -from \"\"\n...\n", false)
	require.Empty(t, message)
	assert.Empty(t, got.From)
	assert.NotEmpty(t, got.CallSid)
}

// A thousand scripts of ten steps each, through a real app.
func BenchmarkThousandScripts(b *testing.B) {
	app := menu.Routes(menu.Config{Sales: "+14025550111", Log: slog.New(slog.DiscardHandler)})
	for b.Loop() {
		for range 1000 {
			voxtest.PlayScript(b, app, "testdata/calls/leaves_a_message.txt", false)
		}
	}
}
