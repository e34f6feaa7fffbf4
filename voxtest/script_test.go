package voxtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// TestScripts plays the calls in testdata.
func TestScripts(t *testing.T) {
	voxtest.Scripts(t, menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)}), "testdata/calls/*.txt")
}

func ExampleScripts() {
	testCalls := func(t *testing.T) {
		voxtest.Scripts(t, hours, "testdata/calls/*.txt", voxtest.Header("X-Office", "7"))
	}
	_ = testCalls // func TestCalls
}

// Every flag of the first line reaches the app, and options override flags.
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
	play := func(text string) {
		file := filepath.Join(t.TempDir(), "call.txt")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		voxtest.PlayScript(t, app, file, false, voxtest.To("+4"))
	}
	play(text)
	assert.Equal(t, "+1 +4 OMAHA 3 Y fax outbound-api", fmt.Sprint(got.From, " ", got.To, " ", got.FromCity, " ", got.CallSid, " ",
		got.Params.Get("X"), " ", got.AnsweredBy, " ", got.Direction))
	assert.Equal(t, voxhook.Vars{"a": "b"}, got.Vars)
	assert.Equal(t, "GET 1", method+" "+header.Get("X-Key"))

	play("$ voxphone -from \"\"\n...\n")
	assert.Empty(t, got.From)
	assert.NotEmpty(t, got.CallSid)
}
