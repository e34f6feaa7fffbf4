package voxtest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// Call one of several numbers of an app.
func ExampleTo() {
	call := voxtest.Call(t, hangup, "/voice", voxtest.To("+14025550177"))
	call.HungUp()
	fmt.Println(call.Event().Webhook().To)
	// Output: +14025550177
}

// Request the first document by GET.
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

// No one answers an outbound call. The app is only notified of its end.
func ExampleUnanswered() {
	app := voxhook.Settings{}.OnStatusChange(func(_ context.Context, change *voxhook.StatusChange) error {
		fmt.Println(change.CallStatus)
		return nil
	})
	call := voxtest.Call(t, app, "/reminder", voxtest.Outbound("/status"), voxtest.Unanswered(voxhook.CallStatusBusy))
	call.Ends()
	// Output: busy
}

// The platform may send variables in two forms.
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

// Play music for a minute.
func ExamplePlayLength() {
	app := voxml.Response{voxml.Play{URL: "/music.mp3"}, voxml.Hangup{}}
	call := voxtest.Call(t, app, "/voice", voxtest.PlayLength(time.Minute))
	call.HungUp()
	fmt.Println(call.Elapsed())
	// Output: 1m0s
}

// Set the server that the URLs of recordings point to.
func ExampleRecordingsAt() {
	call := voxtest.Call(t, recorder, "/voice", voxtest.RecordingsAt("http://127.0.0.1:8081/"))
	call.Record(3 * time.Second)
	call.HungUp()
	fmt.Println(voxtest.Last[*voxhook.Recording](call).RecordingURL[:22])
	// Output: http://127.0.0.1:8081/
}

// The recording fails.
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
