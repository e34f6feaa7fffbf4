package voxtest_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// Test a single callback of a Handler with the key that a caller pressed.
func ExampleNewRequest() {
	menu := &voxhook.Handler{
		OnGather: func(ctx context.Context, in *voxhook.GatherResult) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: "You pressed " + in.Digits + "."}, voxml.Hangup{}}, nil
		},
	}

	r := voxtest.NewRequest("POST", "/voice/menu", &voxhook.GatherResult{Digits: "1"})
	w := httptest.NewRecorder()
	menu.ServeHTTP(w, r)
	fmt.Println(w.Code)
	fmt.Println(w.Body)
	// Output:
	// 200
	// <Response><Say>You pressed 1.</Say><Hangup/></Response>
}
