// Voxhook answers one call with voxhook.
package main

import (
	"context"
	"log"
	"net/http"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

func main() {
	http.Handle("POST /voice", &voxhook.Handler{
		OnIncomingCall: func(_ context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: "Hello " + call.CallerName}}, nil
		},
	})
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
