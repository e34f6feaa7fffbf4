package voxtest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// An app that has several numbers.
func ExampleTo() {
	call := voxtest.Call(t, hangup, "/voice", voxtest.To("+14025550177"))
	call.HungUp()
	fmt.Println(call.Event().Webhook().To)
	// Output: +14025550177
}

// A call whose first document is requested by GET.
func ExampleGET() {
	call := voxtest.Call(t, hangup, "/voice", voxtest.GET())
	call.HungUp()
	fmt.Println(call.Requests()[0].Method)
	// Output: GET
}

// A machine answers an outbound call.
func ExampleAnsweredBy() {
	call := voxtest.Call(t, hangup, "/reminder", voxtest.AnsweredBy(voxhook.AnsweredByMachineStart))
	call.HungUp()
	w := call.Event().Webhook()
	fmt.Println(w.Direction, w.AnsweredBy)
	// Output: outbound-api machine_start
}

// Nobody answers an outbound call. Its end is all that the app hears of it.
func ExampleUnanswered() {
	app := voxhook.Settings{}.OnStatusChange(func(_ context.Context, change *voxhook.StatusChange) error {
		fmt.Println(change.CallStatus)
		return nil
	})
	call := voxtest.Call(t, app, "/reminder", voxtest.Outbound("/status"), voxtest.Unanswered(voxhook.CallStatusBusy))
	call.Ends()
	// Output: busy
}

// The two forms in which the platform may send variables.
func ExampleNestedVars() {
	vars := voxtest.Webhook(voxhook.VoiceWebhook{Vars: voxhook.Vars{"menu.digits": "1"}})
	for _, form := range []voxtest.Option{{}, voxtest.NestedVars()} {
		call := voxtest.Call(t, hangup, "/voice", vars, form)
		call.HungUp()
		fmt.Println(call.Requests()[0].Form.Get("Vars"))
	}
	// Output:
	// {"menu.digits":"1"}
	// {"menu":{"digits":"1"}}
}

// Music that plays for a minute.
func ExamplePlayLength() {
	app := voxml.Response{voxml.Play{URL: "/music.mp3"}, voxml.Hangup{}}
	call := voxtest.Call(t, app, "/voice", voxtest.PlayLength(time.Minute))
	call.HungUp()
	fmt.Println(call.Elapsed())
	// Output: 1m0s
}

// The app is told where a recording is.
func ExampleRecordingsAt() {
	call := voxtest.Call(t, recorder, "/voice", voxtest.RecordingsAt("http://127.0.0.1:8081/"))
	call.Record(3 * time.Second)
	call.HungUp()
	fmt.Println(voxtest.Last[*voxhook.Recording](call).RecordingURL[:22])
	// Output: http://127.0.0.1:8081/
}

// A recording that fails.
func ExampleFailRecordings() {
	app := voxml.Response{voxml.Record{
		RecordingStatusCallback: "/recorded", RecordingStatusCallbackEvent: []voxml.RecordingStatus{voxml.RecordingStatusFailed},
	}}
	call := voxtest.Call(t, app, "/voice", voxtest.FailRecordings())
	call.Record(3 * time.Second)
	call.HungUp()
	fmt.Println(voxtest.Last[*voxhook.Recording](call).RecordingStatus)
	// Output: failed
}
