package voxhook_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The base parameters without Vars, which ParseForm does not read.
const benchForm = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

// benchRequest returns a request, and what makes it new again.
func benchRequest(form string) (r *http.Request, reset func()) {
	body := strings.NewReader(form)
	r = whPost("/voice", form)
	r.Body = io.NopCloser(body)
	return r, func() {
		body.Reset(form)
		r.Form, r.PostForm = nil, nil
	}
}

func BenchmarkDecode(b *testing.B) {
	r, reset := benchRequest(benchForm)
	b.SetBytes(int64(len(benchForm)))
	b.ReportAllocs()
	for b.Loop() {
		reset()
		if w, err := voxhook.Decode(r); err != nil || w.ToCountry != "US" {
			b.Fatal(w, err)
		}
	}
}

type benchWriter struct{ header http.Header }

func (w benchWriter) Header() http.Header         { return w.header }
func (w benchWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w benchWriter) WriteHeader(int)             {}

func BenchmarkHandler(b *testing.B) {
	h := voxhook.Settings{}.OnIncomingCall(func(_ context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Hello " + call.CallerName}, voxml.Hangup{}}, nil
	})
	r, reset := benchRequest(benchForm)
	w := benchWriter{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		reset()
		h.ServeHTTP(w, r)
	}
}
