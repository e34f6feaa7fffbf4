package redact_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/redact"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

func ExampleNewHandler() {
	log := slog.New(redact.NewHandler(slog.NewTextHandler(os.Stdout, plain)))

	h := voxhook.Settings{}.OnGather(func(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
		err := fmt.Errorf("no account for %q", e.From)
		log.WarnContext(ctx, "code "+e.Digits+" is wrong", "error", err, "event", e)
		return voxml.Response{voxml.Hangup{}}, nil
	})
	h.ServeHTTP(httptest.NewRecorder(), voxtest.NewRequest(http.MethodPost, "/voice/code", &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{CallSid: "c1", From: "+14025550100", To: "+14025550199"},
		Digits:       "4711",
	}))
	// Output:
	// level=WARN msg="code [Digits] is wrong" error="no account for \"[From]\"" event.kind=GatherResult event.call_sid=c1 event.status=in-progress event.direction=inbound event.from=+1402…00 event.to=+1402…99 event.keys=4 event.params="AccountID ApiVersion CallSid CallStatus Digits Direction From To TrunkID"
}

func ExampleNumber() {
	fmt.Println(redact.Number("+14025550100"), redact.Number("anonymous"))
	// Output: +1402…00 …
}

// A Handler of package voxhook masks the errors that it logs, even without this
// package.
func Example_errorLog() {
	log := slog.New(slog.NewTextHandler(os.Stdout, plain))

	h := voxhook.Settings{ErrorLog: log}.OnIncomingCall(
		func(_ context.Context, e *voxhook.IncomingCall) (voxml.Response, error) {
			return nil, errors.New("no account for " + e.From)
		})
	h.ServeHTTP(httptest.NewRecorder(), voxtest.NewRequest(http.MethodPost, "/voice", &voxhook.IncomingCall{
		VoiceWebhook: voxhook.VoiceWebhook{CallSid: "c1", From: "+14025550100"},
	}))
	// Output:
	// level=ERROR msg="voice webhook failed" error="no account for [From]" status=500 call_sid=c1 kind=IncomingCall
}
