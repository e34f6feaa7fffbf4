package voxhook_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// hidden holds settings without a log.
var hidden = voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}

func hello(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: "Hello."}}, nil
}

func digits(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: input.Digits}}, nil
}

// kindForms holds the form of a request for each kind of event.
var kindForms = map[voxhook.Kind]string{
	voxhook.KindIncomingCall: "CallSid=1&CallStatus=ringing",
	voxhook.KindDialResult:   "CallSid=1&DialCallStatus=busy",
	voxhook.KindGatherResult: "CallSid=1&Digits=7",
	voxhook.KindRecordResult: "CallSid=1&RecordingUrl=u",
	voxhook.KindPayResult:    "CallSid=1&PaymentToken=t",
	voxhook.KindStatusChange: "CallSid=1&CallDuration=3&CallStatus=completed",
	voxhook.KindRecording:    "CallSid=1&RecordingStatus=completed",
	voxhook.KindPayProgress:  "CallSid=1&ErrorType=input-timeout",
}

// The event reaches the callback of its kind, and the callback's document
// reaches the caller.
func TestCallbacks(t *testing.T) {
	for _, kind := range voxhook.Kinds() {
		require.Contains(t, kindForms, kind)
		post, get := whBoth(kindForms[kind])
		for _, r := range []*http.Request{post(), get()} {
			rec := serve(hidden.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
				return voxml.Response{voxml.Say{Text: ev.Kind().String() + ev.Webhook().CallSid}}, nil
			}), r)
			document := "<Response><Say>" + kind.String() + "1</Say></Response>"
			assert.Equal(t, 200, rec.Code)
			assert.Equal(t, document, rec.Body.String())
			assert.Equal(t, http.Header{"Content-Type": {"application/xml"}, "Content-Length": {strconv.Itoa(len(document))}}, rec.Header())
		}
	}
}

// A nil Response is not a document; an empty one is.
func TestEmptyDocument(t *testing.T) {
	for _, kind := range voxhook.Kinds() {
		h := hidden.OnEvent(func(context.Context, voxhook.Event) (voxml.Response, error) { return voxml.Response{}, nil })
		h.Settings.Fallback = fallback
		assert.Equal(t, "<Response/>", serve(h, whPost("/", kindForms[kind])).Body.String(), kind)
	}
}

func TestNothingIsLoggedOnSuccess(t *testing.T) {
	log, records := newLog()
	h := voxhook.Settings{ErrorLog: log}.OnIncomingCall(hello)
	assert.Equal(t, 200, serve(h, whPost("/", "CallSid=1")).Code)
	assert.Equal(t, 204, serve(h, whPost("/", "CallSid=1&CallStatus=completed")).Code)
	assert.Empty(t, records(t))
}

// One Handler answers many concurrent requests, each with its own document.
func TestConcurrent(t *testing.T) {
	h := &voxhook.Handler{Settings: hidden, OnGather: func(_ context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
		if len(e.Digits)%2 == 0 {
			return nil, errors.New("even")
		}
		return voxml.Response{voxml.Say{Text: e.CallSid + e.Vars["a.b"]}}, nil
	}}
	h.Settings.Fallback = fallback
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			sid := "sid" + strconv.Itoa(i)
			rec := serve(h, whPost("/", "CallSid="+sid+"&Digits="+strings.Repeat("1", i+1)+`&Vars={"a":{"b":"`+strconv.Itoa(i)+`"}}`))
			want := "<Response><Say>" + sid + strconv.Itoa(i) + "</Say></Response>"
			if i%2 == 1 {
				want = sorry
			}
			assert.Equal(t, want, rec.Body.String())
		})
	}
	wg.Wait()
}
