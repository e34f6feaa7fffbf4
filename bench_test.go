package voxhook_test

import (
	"context"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The base parameters without Vars, which ParseForm does not read.
const benchForm = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

// benchRequest returns a request, and what makes it new again.
func benchRequest() (r *http.Request, reset func()) {
	body := strings.NewReader(benchForm)
	r = whPost("/voice", benchForm)
	r.Body = io.NopCloser(body)
	return r, func() {
		body.Reset(benchForm)
		r.Form, r.PostForm = nil, nil
	}
}

// benchByParseForm fills what Decode fills, by the standard library's means.
func benchByParseForm(r *http.Request) (*voxhook.VoiceWebhook, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	return &voxhook.VoiceWebhook{
		CallSid:       r.PostForm.Get("CallSid"),
		AccountID:     r.PostForm.Get("AccountID"),
		TrunkID:       r.PostForm.Get("TrunkID"),
		From:          r.PostForm.Get("From"),
		To:            r.PostForm.Get("To"),
		CallStatus:    voxhook.CallStatus(r.PostForm.Get("CallStatus")),
		APIVersion:    r.PostForm.Get("ApiVersion"),
		Direction:     voxhook.Direction(r.PostForm.Get("Direction")),
		CallerName:    r.PostForm.Get("CallerName"),
		ParentCallSid: r.PostForm.Get("ParentCallSid"),
		AnsweredBy:    voxhook.AnsweredBy(r.PostForm.Get("AnsweredBy")),
		Geo: voxhook.Geo{
			FromCity:    r.PostForm.Get("FromCity"),
			FromState:   r.PostForm.Get("FromState"),
			FromZip:     r.PostForm.Get("FromZip"),
			FromCountry: r.PostForm.Get("FromCountry"),
			ToCity:      r.PostForm.Get("ToCity"),
			ToState:     r.PostForm.Get("ToState"),
			ToZip:       r.PostForm.Get("ToZip"),
			ToCountry:   r.PostForm.Get("ToCountry"),
		},
	}, nil
}

func benchDecode(b *testing.B, decode func(*http.Request) (*voxhook.VoiceWebhook, error)) {
	r, reset := benchRequest()
	b.SetBytes(int64(len(benchForm)))
	b.ReportAllocs()
	for b.Loop() {
		reset()
		w, err := decode(r)
		if err != nil || w.ToCountry != "US" {
			b.Fatal(w, err)
		}
	}
}

func BenchmarkDecode(b *testing.B) { benchDecode(b, voxhook.Decode) }

func BenchmarkDecodeParseForm(b *testing.B) { benchDecode(b, benchByParseForm) }

// Both benchmarks do the same work.
func TestBenchmarksAgree(t *testing.T) {
	r, reset := benchRequest()
	reset()
	ours, err := voxhook.Decode(r)
	require.NoError(t, err)
	require.Len(t, ours.Params, 19)
	ours.Forget()
	reset()
	theirs, err := benchByParseForm(r)
	require.NoError(t, err)
	assert.Equal(t, theirs, ours)
}

// The body, Params and the result. The race detector and tests that run at the
// same time add some, so the best of a few runs counts.
func TestDecodeAllocations(t *testing.T) {
	r, reset := benchRequest()
	best := math.Inf(1)
	for range 5 {
		best = min(best, testing.AllocsPerRun(100, func() {
			reset()
			if _, err := voxhook.Decode(r); err != nil {
				t.Error(err)
			}
		}))
	}
	assert.LessOrEqual(t, best, 4.0)
}

type benchWriter struct{ header http.Header }

func (w benchWriter) Header() http.Header         { return w.header }
func (w benchWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w benchWriter) WriteHeader(int)             {}

func BenchmarkHandler(b *testing.B) {
	h := &voxhook.Handler{
		OnIncomingCall: func(_ context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: "Hello " + call.CallerName}, voxml.Hangup{}}, nil
		},
	}
	r, reset := benchRequest()
	w := benchWriter{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		reset()
		h.ServeHTTP(w, r)
	}
	if w.header.Get("Content-Type") != "application/xml" {
		b.Fatal(w.header)
	}
}
