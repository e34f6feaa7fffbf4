package voxhook_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// hidden are settings without a log.
var hidden = voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}

func hello(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: "Hello."}}, nil
}

func digits(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
	return voxml.Response{voxml.Say{Text: input.Digits}}, nil
}

// kindForms has a request for each kind of event.
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

// Each callback gets the event of its type, whole.
func TestCallbacks(t *testing.T) {
	require.Len(t, kindForms, len(voxhook.Kinds()))
	for _, kind := range voxhook.Kinds() {
		whBoth(t, kindForms[kind], func(t *testing.T, r *http.Request) {
			var got voxhook.Event
			h := &voxhook.Handler{Settings: hidden, OnEvent: func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
				got = ev
				return voxml.Response{voxml.Say{Text: kind.String()}}, nil
			}}
			rec := serve(h, r)
			require.NotNil(t, got)
			assert.Equal(t, kind, got.Kind())
			assert.Equal(t, "1", got.Webhook().CallSid)
			document := "<Response><Say>" + kind.String() + "</Say></Response>"
			assert.Equal(t, 200, rec.Code)
			assert.Equal(t, document, rec.Body.String())
			assert.Equal(t, http.Header{"Content-Type": {"application/xml"}, "Content-Length": {strconv.Itoa(len(document))}}, rec.Header())
		})
	}
}

// Nil is no document; an empty document is one.
func TestEmptyDocument(t *testing.T) {
	for _, kind := range voxhook.Kinds() {
		h := &voxhook.Handler{Settings: hidden, OnEvent: func(context.Context, voxhook.Event) (voxml.Response, error) {
			return voxml.Response{}, nil
		}}
		h.Settings.Fallback = fallback
		assert.Equal(t, "<Response/>", serve(h, whPost("/", kindForms[kind])).Body.String(), kind)
	}
}

// ErrNoDocument goes to FallbackFunc and Outcome, and it is logged.
func TestNoDocument(t *testing.T) {
	for _, kind := range voxhook.Kinds() {
		for _, ended := range []bool{false, true} {
			log, records := newLog()
			var got []error
			var out voxhook.Outcome
			h := &voxhook.Handler{OnEvent: returns(nil)}
			h.Settings = voxhook.Settings{ErrorLog: log, FallbackFunc: func(_ context.Context, _ voxhook.Event, err error) voxml.Response {
				got = append(got, err)
				return fallback
			}}
			form := strings.ReplaceAll(kindForms[kind], "&CallStatus=completed", "")
			if ended {
				form += "&CallStatus=completed"
			}
			r := whPost("/", form)
			hooks := &voxhook.Hooks{
				Kind: func(*http.Request) voxhook.Kind { return kind },
				Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) { out = o },
			}
			rec := serve(h, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
			switch {
			case ended:
				assert.Equal(t, voxhook.Outcome{Status: 204}, out, kind)
				assert.Empty(t, got, kind)
				assert.Empty(t, rec.Header(), kind)
			case kind.WantsDocument():
				assert.Equal(t, voxhook.Outcome{Status: 200, Document: true, Fallback: true, Err: voxhook.ErrNoDocument}, out, kind)
				assert.Equal(t, []error{voxhook.ErrNoDocument}, got, kind)
			default:
				assert.Equal(t, voxhook.Outcome{Status: 200, Document: true, Guard: true}, out, kind)
				assert.Equal(t, []error{voxhook.ErrNoDocument}, got, kind)
			}
			assert.Equal(t, !ended && kind.WantsDocument(), len(records(t)) == 1, kind)
		}
	}
}

// A request that is no voice webhook is refused before any callback runs, with
// a Fallback too.
func TestHandlerRefuses(t *testing.T) {
	with := func(name, value string) *http.Request {
		r := whPost("/", "CallSid=1")
		r.Header.Set(name, value)
		return r
	}
	method := func(method string) *http.Request {
		r := whPost("/", "CallSid=1")
		r.Method = method
		return r
	}
	gone := whPost("/", "CallSid=1&From=%2B14025550100")
	gone.Body = http.NoBody
	for _, tt := range []struct {
		name   string
		r      *http.Request
		status int
		log    string
	}{
		{"PUT", method("PUT"), 405, "method is neither"},
		{"HEAD", method("HEAD"), 405, "method is neither"},
		{"OPTIONS", method("OPTIONS"), 405, "method is neither"},
		{"JSON", with("Content-Type", "application/json"), 415, "not application/x-www-form-urlencoded"},
		{"gzip", with("Content-Encoding", "gzip"), 415, "not application/x-www-form-urlencoded"},
		{"body", whPost("/", "CallSid=1&x="+strings.Repeat("a", 256<<10)), 413, "too large"},
		{"query", whGet("CallSid=1&x=" + strings.Repeat("a", 256<<10)), 413, "too large"},
		{"parameters", whPost("/", "CallSid=1"+strings.Repeat("&a", 1000)), 413, "too large"},
		{"escape", whPost("/", "CallSid=%"), 400, "malformed form"},
		{"no CallSid", whPost("/", "From=1"), 400, "parameter CallSid is missing"},
		{"two CallSids", whPost("/", "CallSid=1&CallSid=2"), 400, "parameter CallSid"},
		{"a CallSid of its own", whGet("CallSid=p1&CallSid=c1"), 400, "the URL has a CallSid of its own"},
		{"a CallSid that is no text", whPost("/", "CallSid=a%ff"), 400, "parameter CallSid"},
		{"the body is gone", gone, 400, "the body was already read: 29 bytes announced, none left"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log, records := newLog()
			h := &voxhook.Handler{Settings: voxhook.Settings{Fallback: fallback, ErrorLog: log}, OnEvent: panics("a callback ran")}
			rec := serve(h, tt.r)
			text := http.StatusText(tt.status) + "\n"
			want := http.Header{
				"Content-Type": {"text/plain; charset=utf-8"}, "Content-Length": {strconv.Itoa(len(text))}, "X-Content-Type-Options": {"nosniff"},
			}
			if tt.status == 405 {
				want["Allow"] = []string{"GET, POST"}
			}
			assert.Equal(t, tt.status, rec.Code)
			assert.Equal(t, text, rec.Body.String())
			assert.Equal(t, want, rec.Header())
			require.Len(t, records(t), 1)
			assert.Equal(t, "WARN", records(t)[0]["level"])
			assert.Contains(t, records(t)[0]["error"], tt.log)
		})
	}
}

// cases.md, Answering: a Gather that is asked again. Input does not return
// what an earlier Gather left in Vars.
func TestSilentCaller(t *testing.T) {
	for _, tt := range []struct{ form, digits string }{
		{"Digits=", ""},
		{"FinishedOnKey=", ""},
		{"SpeechResult=", ""},
		{"Digits=4", "4"},
		{"From=1", "9"}, // a platform that sends none of them
	} {
		whBoth(t, "CallSid=1&CallStatus=in-progress&Vars=%7B%22menu.digits%22%3A%229%22%7D&"+tt.form, func(t *testing.T, r *http.Request) {
			ran := false
			h := hidden.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
				ran = true
				digits, speech := ev.Input("menu")
				assert.Equal(t, tt.digits, digits, tt.form)
				assert.Empty(t, speech)
				return voxml.Response{}, nil
			})
			serve(h, r)
			assert.True(t, ran)
		})
	}
}

func TestNothingIsLoggedOnSuccess(t *testing.T) {
	log, records := newLog()
	h := voxhook.Settings{ErrorLog: log}.OnIncomingCall(hello)
	assert.Equal(t, 200, serve(h, whPost("/", "CallSid=1")).Code)
	assert.Equal(t, 204, serve(h, whPost("/", "CallSid=1&CallStatus=completed")).Code)
	assert.Empty(t, records(t))
}

func TestRealServer(t *testing.T) {
	text := strings.Repeat("0123456789", 2000) // more than the server buffers
	srv := httptest.NewServer(&voxhook.Handler{Settings: hidden, OnEvent: says(text)})
	defer srv.Close()
	resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "<Response><Say>"+text+"</Say></Response>", string(body))
	assert.Equal(t, int64(len(body)), resp.ContentLength)
	assert.Empty(t, resp.TransferEncoding)
	assert.Equal(t, "application/xml", resp.Header.Get("Content-Type"))

	head, err := srv.Client().Head(srv.URL)
	require.NoError(t, err)
	defer head.Body.Close()
	assert.Equal(t, 405, head.StatusCode)
	assert.Equal(t, "GET, POST", head.Header.Get("Allow"))
}

// One Handler, many requests, each its own answer.
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
