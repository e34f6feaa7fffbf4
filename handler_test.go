package voxhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// hdKinds has one request for each kind of event.
var hdKinds = []struct {
	callback string
	form     string
	event    voxhook.Event
	action   bool // a VerbAction
	notice   bool // wants no document
}{
	{"OnIncomingCall", "CallSid=1&CallStatus=ringing", &voxhook.IncomingCall{}, false, false},
	{"OnDial", "CallSid=1&DialCallStatus=busy", &voxhook.DialResult{}, true, false},
	{"OnGather", "CallSid=1&Digits=7", &voxhook.GatherResult{}, true, false},
	{"OnRecord", "CallSid=1&RecordingUrl=u", &voxhook.RecordResult{}, true, false},
	{"OnPay", "CallSid=1&Result=success", &voxhook.PayResult{}, true, false},
	{"OnStatusChange", "CallSid=1&CallDuration=3", &voxhook.StatusChange{}, false, true},
	{"OnRecording", "CallSid=1&RecordingStatus=completed", &voxhook.Recording{}, false, true},
	{"OnPayProgress", "CallSid=1&For=security-code", &voxhook.PayProgress{}, false, true},
}

// hdCalls are the callbacks that ran.
type hdCalls struct {
	names  []string
	events []voxhook.Event
}

// hdOn makes a callback that notes its name and answers with it.
func hdOn[E voxhook.Event](c *hdCalls, name string) func(context.Context, E) (voxml.Response, error) {
	return func(_ context.Context, e E) (voxml.Response, error) {
		c.names = append(c.names, name)
		c.events = append(c.events, e)
		return voxml.Response{voxml.Say{Text: name}}, nil
	}
}

// handler makes a Handler with the callbacks of these names.
func (c *hdCalls) handler(t testing.TB, names ...string) *voxhook.Handler {
	h := &voxhook.Handler{ErrorLog: slog.New(slog.DiscardHandler)}
	for _, name := range names {
		switch name {
		case "OnIncomingCall":
			h.OnIncomingCall = hdOn[*voxhook.IncomingCall](c, name)
		case "OnDial":
			h.OnDial = hdOn[*voxhook.DialResult](c, name)
		case "OnGather":
			h.OnGather = hdOn[*voxhook.GatherResult](c, name)
		case "OnRecord":
			h.OnRecord = hdOn[*voxhook.RecordResult](c, name)
		case "OnPay":
			h.OnPay = hdOn[*voxhook.PayResult](c, name)
		case "OnVerbAction":
			h.OnVerbAction = hdOn[voxhook.VerbAction](c, name)
		case "OnStatusChange":
			h.OnStatusChange = hdOn[*voxhook.StatusChange](c, name)
		case "OnRecording":
			h.OnRecording = hdOn[*voxhook.Recording](c, name)
		case "OnPayProgress":
			h.OnPayProgress = hdOn[*voxhook.PayProgress](c, name)
		case "OnEvent":
			h.OnEvent = hdOn[voxhook.Event](c, name)
		default:
			t.Fatalf("no callback %s", name)
		}
	}
	return h
}

// hdServe has the handler answer one request.
func hdServe(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// hdDocument checks that the answer is this document and nothing else.
func hdDocument(t *testing.T, rec *httptest.ResponseRecorder, doc string) {
	t.Helper()
	assert.Equal(t, 200, rec.Code)
	assert.Equal(t, doc, rec.Body.String())
	assert.Equal(t, []string{"application/xml"}, rec.Header()["Content-Type"])
	assert.Equal(t, []string{strconv.Itoa(len(doc))}, rec.Header()["Content-Length"])
}

// hdStatus checks that the answer is a status and its text.
func hdStatus(t *testing.T, rec *httptest.ResponseRecorder, status int) {
	t.Helper()
	assert.Equal(t, status, rec.Code)
	if status == http.StatusNoContent {
		assert.Empty(t, rec.Body.String())
		assert.Empty(t, rec.Header())
		return
	}
	assert.Equal(t, http.StatusText(status)+"\n", rec.Body.String())
}

func hdFails(err error) func(context.Context, voxhook.Event) (voxml.Response, error) {
	return func(context.Context, voxhook.Event) (voxml.Response, error) { return nil, err }
}

var (
	hdFallback = voxml.Response{voxml.Say{Text: "Sorry."}}
	hdBroken   = voxml.Response{voxml.Gather{Timeout: 5, Action: "/x"}}
)

const hdSorry = "<Response><Say>Sorry.</Say></Response>"

func TestCallbackOrder(t *testing.T) {
	for _, kind := range hdKinds {
		for _, tt := range []struct {
			set  []string
			want string
		}{
			{[]string{kind.callback}, kind.callback},
			{[]string{kind.callback, "OnVerbAction", "OnEvent"}, kind.callback},
			{[]string{"OnVerbAction", "OnEvent"}, map[bool]string{true: "OnVerbAction", false: "OnEvent"}[kind.action]},
			{[]string{"OnEvent"}, "OnEvent"},
			{nil, ""},
		} {
			t.Run(kind.callback+" of "+strings.Join(tt.set, "+"), func(t *testing.T) {
				if kind.callback == "OnIncomingCall" && len(tt.set) == 2 {
					t.Skip("an ambiguous request: see TestAmbiguous")
				}
				for _, r := range []*http.Request{whPost("/", kind.form), whGet(kind.form)} {
					var calls hdCalls
					rec := hdServe(calls.handler(t, tt.set...), r)
					if tt.want == "" {
						assert.Empty(t, calls.names)
						hdStatus(t, rec, map[bool]int{true: 204, false: 501}[kind.notice])
						continue
					}
					require.Equal(t, []string{tt.want}, calls.names)
					assert.IsType(t, kind.event, calls.events[0])
					assert.Equal(t, "1", calls.events[0].Webhook().CallSid)
					hdDocument(t, rec, "<Response><Say>"+tt.want+"</Say></Response>")
				}
			})
		}
	}
}

func TestUnhandled(t *testing.T) {
	for _, kind := range hdKinds {
		var errs []error
		h := &voxhook.Handler{ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) { errs = append(errs, err) }}
		hdServe(h, whPost("/", kind.form))
		if kind.notice {
			assert.Empty(t, errs, kind.callback)
		} else {
			assert.Equal(t, []error{voxhook.ErrUnhandled}, errs, kind.callback)
		}

		rec := hdServe(&voxhook.Handler{Fallback: hdFallback, ErrorLog: slog.New(slog.DiscardHandler)}, whPost("/", kind.form))
		if kind.notice {
			hdStatus(t, rec, 204)
		} else {
			hdDocument(t, rec, hdSorry)
		}
	}
}

// A request that has the base parameters only, for every combination of the
// callbacks that have a say in what it is.
func TestAmbiguous(t *testing.T) {
	all := []string{"OnIncomingCall", "OnDial", "OnGather", "OnRecord", "OnPay", "OnVerbAction", "OnStatusChange", "OnEvent"}
	for bits := range 1 << len(all) {
		var set []string
		for i, name := range all {
			if bits&(1<<i) != 0 {
				set = append(set, name)
			}
		}
		for _, status := range []string{"", "in-progress", "hold", "completed", "canceled", "no-answer"} {
			var calls hdCalls
			rec := hdServe(calls.handler(t, set...), whPost("/", "CallSid=1&CallStatus="+status))
			want, event, code := hdAmbiguous(set, voxhook.CallStatus(status).Ended())
			var ran []string
			if want != "" {
				ran = []string{want}
			}
			if !assert.Equal(t, ran, calls.names, "%v, status %q", set, status) || !assert.Equal(t, code, rec.Code, "%v, status %q", set, status) {
				return
			}
			if want != "" {
				assert.IsType(t, event, calls.events[0], "%v, status %q", set, status)
			}
		}
	}
}

// hdAmbiguous is the rule in the comment of Handler: the callback that runs,
// the event it gets, and the status.
func hdAmbiguous(set []string, ended bool) (callback string, event voxhook.Event, status int) {
	has := func(name string) bool { return slices.Contains(set, name) }
	first := func(event voxhook.Event, status int, names ...string) (string, voxhook.Event, int) {
		for _, name := range append(names, "OnEvent") {
			if has(name) {
				return name, event, 200
			}
		}
		return "", nil, status
	}
	kind := func(name string) (string, voxhook.Event, int) {
		for _, kind := range hdKinds {
			if kind.callback == name {
				return name, kind.event, 200
			}
		}
		return "OnVerbAction", &voxhook.GatherResult{}, 200
	}
	var documents []string
	for _, name := range []string{"OnIncomingCall", "OnDial", "OnGather", "OnRecord", "OnPay", "OnVerbAction"} {
		if has(name) {
			documents = append(documents, name)
		}
	}
	switch {
	case len(set) == 1 && set[0] != "OnEvent" && !(ended && has("OnIncomingCall")):
		return kind(set[0])
	case ended && (has("OnStatusChange") || has("OnIncomingCall")):
		return first(&voxhook.StatusChange{}, 204, "OnStatusChange")
	case len(documents) == 1:
		return kind(documents[0])
	case ended:
		return first(&voxhook.StatusChange{}, 204)
	case !has("OnIncomingCall") && (has("OnGather") || has("OnVerbAction")):
		return first(&voxhook.GatherResult{}, 501, "OnGather", "OnVerbAction")
	}
	return first(&voxhook.IncomingCall{}, 501, "OnIncomingCall")
}

// A URL with one callback is for it, whatever the parameters look like.
func TestOnlyCallback(t *testing.T) {
	for _, tt := range []struct {
		form, callback string
		event          voxhook.Event
	}{
		{"CallSid=1&CallStatus=ringing&Timestamp=2025-01-01T00:00:00Z", "OnIncomingCall", &voxhook.IncomingCall{}},
		{"CallSid=1&ErrorCode=11200", "OnIncomingCall", &voxhook.IncomingCall{}},
		{"CallSid=1&Digits=1&SequenceNumber=2", "OnGather", &voxhook.GatherResult{}},
		{"CallSid=1&RecordingUrl=u&RecordingStatus=completed", "OnRecord", &voxhook.RecordResult{}},
		{"CallSid=1&Digits=hangup", "OnRecord", &voxhook.RecordResult{}},
		{"CallSid=1&CallStatus=completed&CallDuration=5", "OnDial", &voxhook.DialResult{}},
		{"CallSid=1&RecordingUrl=u", "OnDial", &voxhook.DialResult{}},
		{"CallSid=1&CallStatus=completed", "OnPay", &voxhook.PayResult{}},
		{"CallSid=1&RecordingDuration=abc", "OnRecording", &voxhook.Recording{}},
		{"CallSid=1", "OnRecording", &voxhook.Recording{}},
		{"CallSid=1&CallStatus=completed&RecordingUrl=u", "OnStatusChange", &voxhook.StatusChange{}},
		{"CallSid=1&CallStatus=in-progress", "OnStatusChange", &voxhook.StatusChange{}},
		{"CallSid=1&PaymentMethod=credit-card", "OnPayProgress", &voxhook.PayProgress{}},
		{"CallSid=1&DialCallStatus=busy", "OnVerbAction", &voxhook.DialResult{}},
		{"CallSid=1&Timestamp=x", "OnVerbAction", &voxhook.GatherResult{}},
	} {
		var calls hdCalls
		rec := hdServe(calls.handler(t, tt.callback), whPost("/", tt.form))
		assert.Equal(t, 200, rec.Code, tt.form)
		if assert.Equal(t, []string{tt.callback}, calls.names, tt.form) {
			assert.IsType(t, tt.event, calls.events[0], tt.form)
		}
	}

	// What has ended is no incoming call, though.
	var calls hdCalls
	rec := hdServe(calls.handler(t, "OnIncomingCall"), whPost("/", "CallSid=1&CallStatus=completed"))
	assert.Empty(t, calls.names)
	hdStatus(t, rec, 204)
}

// With several callbacks the parameters tell, unless they would leave somebody
// on the line without an answer.
func TestSeveralCallbacks(t *testing.T) {
	for _, tt := range []struct {
		form, want string
		set        []string
	}{
		{"CallSid=1&DialCallStatus=busy", "OnDial", []string{"OnDial", "OnGather"}},
		{"CallSid=1&Timestamp=x", "OnIncomingCall", []string{"OnIncomingCall", "OnGather"}},
		{"CallSid=1&Timestamp=x", "OnGather", []string{"OnGather", "OnRecording"}},
		{"CallSid=1&Timestamp=x", "OnStatusChange", []string{"OnGather", "OnStatusChange"}},
		{"CallSid=1&Timestamp=x", "OnEvent", []string{"OnGather", "OnEvent"}},
		{"CallSid=1&Timestamp=x&CallStatus=completed", "", []string{"OnGather", "OnRecord"}},
	} {
		var calls hdCalls
		rec := hdServe(calls.handler(t, tt.set...), whPost("/", tt.form))
		if tt.want == "" {
			assert.Empty(t, calls.names, tt.form)
			hdStatus(t, rec, 204)
			continue
		}
		assert.Equal(t, []string{tt.want}, calls.names, "%s %v", tt.form, tt.set)
	}
	var calls hdCalls
	rec := hdServe(calls.handler(t, "OnGather", "OnPay"), whPost("/", "CallSid=1&DialCallStatus=busy"))
	assert.Empty(t, calls.names)
	hdStatus(t, rec, 501)
}

func TestNilDocument(t *testing.T) {
	for _, kind := range hdKinds {
		for _, doc := range []voxml.Response{nil, {}} {
			h := &voxhook.Handler{OnEvent: func(context.Context, voxhook.Event) (voxml.Response, error) { return doc, nil }}
			rec := hdServe(h, whPost("/", kind.form))
			if kind.notice && doc == nil {
				hdStatus(t, rec, 204)
			} else {
				hdDocument(t, rec, "<Response/>")
			}
		}
	}
}

func TestFailures(t *testing.T) {
	boom := errors.New("boom")
	on := map[string]func(context.Context, voxhook.Event) (voxml.Response, error){
		"error":               hdFails(boom),
		"error with document": func(context.Context, voxhook.Event) (voxml.Response, error) { return hdFallback, boom },
		"broken document":     func(context.Context, voxhook.Event) (voxml.Response, error) { return hdBroken, nil },
		"panic":               func(context.Context, voxhook.Event) (voxml.Response, error) { panic("boom") },
		// The status of a refusal is for requests, not for a program's errors.
		"parameter error": hdFails(&voxhook.ParamError{Param: "x", Err: boom}),
		"too large":       hdFails(voxhook.ErrTooLarge),
		"method":          hdFails(voxhook.ErrMethod),
	}
	for name, callback := range on {
		for _, kind := range hdKinds {
			t.Run(name+" "+kind.callback, func(t *testing.T) {
				h := voxhook.Handler{OnEvent: callback, ErrorLog: slog.New(slog.DiscardHandler)}
				hdStatus(t, hdServe(&h, whPost("/", kind.form)), 500)

				h.Fallback = hdFallback
				rec := hdServe(&h, whPost("/", kind.form))
				if kind.notice {
					hdStatus(t, rec, 500)
				} else {
					hdDocument(t, rec, hdSorry)
				}

				h.Fallback = hdBroken
				hdStatus(t, hdServe(&h, whPost("/", kind.form)), 500)
			})
		}
	}
	h := voxhook.Handler{OnEvent: hdFails(fmt.Errorf("later: %w", voxhook.ErrUnhandled)), ErrorLog: slog.New(slog.DiscardHandler)}
	hdStatus(t, hdServe(&h, whPost("/", "CallSid=1")), 501)
}

func TestBrokenFallbackIsLogged(t *testing.T) {
	log, records := hdLog()
	h := &voxhook.Handler{OnEvent: hdFails(errors.New("boom")), Fallback: hdBroken, ErrorLog: log}
	hdServe(h, whPost("/", "CallSid=1"))
	got := records(t)
	require.Len(t, got, 2)
	assert.Equal(t, "boom", got[0]["error"])
	assert.Contains(t, got[1]["error"], "fallback: voxml: Response[0].Gather.timeout: ")
}

func TestRefusedByHandler(t *testing.T) {
	with := func(r *http.Request, name, value string) *http.Request {
		r.Header.Set(name, value)
		return r
	}
	method := func(method string) *http.Request {
		r := whPost("/", "CallSid=1")
		r.Method = method
		return r
	}
	for _, tt := range []struct {
		name    string
		request *http.Request
		status  int
	}{
		{"PUT", method("PUT"), 405},
		{"HEAD", method("HEAD"), 405},
		{"OPTIONS", method("OPTIONS"), 405},
		{"JSON", with(whPost("/", "{}"), "Content-Type", "application/json"), 415},
		{"gzip", with(whPost("/", "CallSid=1"), "Content-Encoding", "gzip"), 415},
		{"body", whPost("/", "CallSid=1&x="+strings.Repeat("a", 256<<10)), 413},
		{"query", whGet("CallSid=1&x=" + strings.Repeat("a", 256<<10)), 413},
		{"parameters", whPost("/", "CallSid=1"+strings.Repeat("&a", 1000)), 413},
		{"escape", whPost("/", "CallSid=%"), 400},
		{"semicolon", whGet("CallSid=1;a"), 400},
		{"no CallSid", whPost("/", "From=1"), 400},
		{"two CallSids", whPost("/", "CallSid=1&CallSid=2"), 400},
		{"two AccountIDs", whGet("CallSid=1&AccountID=1&AccountID=2"), 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var calls hdCalls
			h := calls.handler(t, "OnIncomingCall", "OnEvent")
			h.Fallback = hdFallback
			rec := hdServe(h, tt.request)
			hdStatus(t, rec, tt.status)
			assert.Empty(t, calls.names, "no callback runs")
			var allow []string
			if tt.status == 405 {
				allow = []string{"GET, POST"}
			}
			assert.Equal(t, allow, rec.Header()["Allow"])
		})
	}
}

func TestOwnLimits(t *testing.T) {
	form := "CallSid=1&a=2&b=3" // 17 bytes
	for _, tt := range []struct {
		bytes  int64
		params int
		status int
	}{
		{17, 3, 200}, {16, 3, 413}, {17, 2, 413}, {0, 0, 200}, {-1, -1, 200},
	} {
		whBoth(t, form, func(t *testing.T, r *http.Request) {
			var calls hdCalls
			h := calls.handler(t, "OnEvent")
			h.MaxBodyBytes, h.MaxParams = tt.bytes, tt.params
			assert.Equal(t, tt.status, hdServe(h, r).Code, "%+v", tt)
			assert.Equal(t, tt.status == 200, len(calls.names) == 1)
		})
	}
	t.Run("more than the default", func(t *testing.T) {
		var calls hdCalls
		h := calls.handler(t, "OnEvent")
		h.MaxBodyBytes, h.MaxParams = 1<<20, 2000
		big := "CallSid=1" + strings.Repeat("&a="+strings.Repeat("x", 300), 1500)
		assert.Equal(t, 200, hdServe(h, whPost("/", big)).Code)
		require.Len(t, calls.events, 1)
		assert.Len(t, calls.events[0].Webhook().Params, 1501)
	})
}

func TestMiddleware(t *testing.T) {
	var calls hdCalls
	h := calls.handler(t, "OnEvent")
	t.Run("MaxBytesReader", func(t *testing.T) {
		limited := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 12)
			h.ServeHTTP(w, r)
		})
		hdStatus(t, hdServe(limited, whPost("/", "CallSid=1&From=2")), 413)
		assert.Empty(t, calls.names)
		assert.Equal(t, 200, hdServe(limited, whPost("/", "CallSid=1")).Code)
	})
	t.Run("ParseForm", func(t *testing.T) {
		parsed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.NoError(t, r.ParseForm())
			h.ServeHTTP(w, r)
		})
		calls = hdCalls{}
		assert.Equal(t, 200, hdServe(parsed, whPost("/?q=1", "Digits=5&CallSid=1")).Code)
		require.Len(t, calls.events, 1)
		assert.Equal(t, "5", calls.events[0].(*voxhook.GatherResult).Digits)
		assert.Equal(t, "1", calls.events[0].Webhook().Params.Get("q"))
		assert.Equal(t, 200, hdServe(parsed, whGet("CallSid=1")).Code)
	})
}

func TestErrorHandler(t *testing.T) {
	boom := errors.New("boom")
	var encode *voxml.Error
	var param *voxhook.ParamError
	var caught *voxhook.PanicError
	for _, tt := range []struct {
		name     string
		callback func(context.Context, voxhook.Event) (voxml.Response, error)
		request  *http.Request
		is       error
		as       any
	}{
		{"refused", hdFails(boom), whPost("/", ""), voxhook.ErrMissing, &param},
		{"method", hdFails(boom), httptest.NewRequest("PUT", "/", nil), voxhook.ErrMethod, nil},
		{"unhandled", nil, whPost("/", "CallSid=1"), voxhook.ErrUnhandled, nil},
		{"callback", hdFails(boom), whPost("/", "CallSid=1"), boom, nil},
		{"notification", hdFails(boom), whPost("/", "CallSid=1&CallDuration=2"), boom, nil},
		{"document", func(context.Context, voxhook.Event) (voxml.Response, error) { return hdBroken, nil }, whPost("/", "CallSid=1"), nil, &encode},
		{"panic", func(context.Context, voxhook.Event) (voxml.Response, error) { panic(boom) }, whPost("/", "CallSid=1"), boom, &caught},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log, records := hdLog()
			var errs []error
			h := &voxhook.Handler{
				OnEvent: tt.callback, Fallback: hdFallback, ErrorLog: log,
				ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
					assert.Same(t, tt.request, r)
					errs = append(errs, err)
					w.WriteHeader(http.StatusTeapot)
				},
			}
			rec := hdServe(h, tt.request)
			assert.Equal(t, http.StatusTeapot, rec.Code)
			assert.Empty(t, rec.Body.String(), "no Fallback")
			require.Len(t, errs, 1)
			if tt.is != nil {
				assert.ErrorIs(t, errs[0], tt.is)
			}
			if tt.as != nil {
				assert.ErrorAs(t, errs[0], tt.as)
			}
			assert.Empty(t, records(t), "nothing is logged")
		})
	}
}

// hdLog returns a log, and a function for the records that it got.
func hdLog() (*slog.Logger, func(t *testing.T) []map[string]any) {
	var buf bytes.Buffer
	return slog.New(slog.NewJSONHandler(&buf, nil)), func(t *testing.T) (records []map[string]any) {
		t.Helper()
		for line := range strings.Lines(buf.String()) {
			var r map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &r))
			records = append(records, r)
		}
		return records
	}
}

func TestErrorLog(t *testing.T) {
	const secrets = "&From=%2B14025550100&To=%2B14025550199&Digits=4711471147&SpeechResult=xyzzyspeech&CallerName=PLUGHNAME&Confidence=plover"
	const form = "CallSid=sid-1" + secrets
	boom := errors.New("boom")
	for _, tt := range []struct {
		name     string
		callback func(context.Context, voxhook.Event) (voxml.Response, error)
		request  *http.Request
		error    string
		sid      any
		stack    bool
	}{
		{"callback", hdFails(boom), whPost("/", form), "boom", "sid-1", false},
		{"document", func(context.Context, voxhook.Event) (voxml.Response, error) { return hdBroken, nil }, whPost("/", form), "voxml: Response[0].Gather.timeout: 5ns is not a whole number of seconds", "sid-1", false},
		{"unhandled", nil, whPost("/", form), "voxhook: no callback for this kind of event", "sid-1", false},
		{"panic", func(context.Context, voxhook.Event) (voxml.Response, error) { panic("boom") }, whPost("/", form), "voxhook: callback panicked: boom", "sid-1", true},
		{"refused", hdFails(boom), whPost("/", "x=1"+secrets), "voxhook: parameter CallSid: is missing", nil, false},
		{"malformed", hdFails(boom), whGet(form + ";"), "voxhook: malformed form: semicolon that is not escaped at byte " + strconv.Itoa(len(form)), nil, false},
	} {
		for _, fallback := range []voxml.Response{nil, hdFallback} {
			t.Run(tt.name, func(t *testing.T) {
				log, records := hdLog()
				r := tt.request.Clone(t.Context())
				if tt.request.Body != nil {
					b, err := io.ReadAll(tt.request.Body)
					require.NoError(t, err)
					tt.request.Body = io.NopCloser(bytes.NewReader(b))
					r.Body = io.NopCloser(bytes.NewReader(b))
				}
				rec := hdServe(&voxhook.Handler{OnEvent: tt.callback, ErrorLog: log, Fallback: fallback}, r)
				got := records(t)
				require.Len(t, got, 1)
				level := "ERROR"
				if tt.sid == nil { // refused: anybody can cause that
					level = "WARN"
				}
				assert.Equal(t, level, got[0]["level"])
				assert.Equal(t, "voice webhook failed", got[0]["msg"])
				assert.Equal(t, tt.error, got[0]["error"])
				assert.Equal(t, tt.sid, got[0]["call_sid"])
				stack, has := got[0]["stack"].(string)
				assert.Equal(t, tt.stack, has)
				if tt.stack {
					assert.Contains(t, stack, "TestErrorLog", "the stack leads to the callback")
				}
				text := fmt.Sprint(got) + rec.Body.String()
				for _, secret := range []string{"4025550100", "4025550199", "4711471147", "xyzzyspeech", "PLUGHNAME", "plover"} {
					assert.NotContains(t, text, secret)
				}
			})
		}
	}
}

func TestErrorLogPattern(t *testing.T) {
	log, records := hdLog()
	mux := http.NewServeMux()
	mux.Handle("/voice/{tenant}", &voxhook.Handler{ErrorLog: log})
	mux.ServeHTTP(httptest.NewRecorder(), whPost("/voice/acme", "CallSid=1"))
	got := records(t)
	require.Len(t, got, 1)
	assert.Equal(t, "/voice/{tenant}", got[0]["pattern"])
}

func TestDefaultErrorLog(t *testing.T) {
	log, records := hdLog()
	before := slog.Default()
	slog.SetDefault(log)
	defer slog.SetDefault(before)
	hdServe(&voxhook.Handler{}, whPost("/", "CallSid=1"))
	assert.Len(t, records(t), 1)
}

func TestNothingIsLoggedOnSuccess(t *testing.T) {
	log, records := hdLog()
	var calls hdCalls
	h := calls.handler(t, "OnIncomingCall")
	h.ErrorLog = log
	hdServe(h, whPost("/", "CallSid=1"))
	hdServe(h, whPost("/", "CallSid=1&CallStatus=completed"))
	assert.Len(t, calls.names, 1)
	assert.Empty(t, records(t))
}

type hdCustomError struct{ code int }

func (hdCustomError) Error() string { return "custom" }

func TestPanics(t *testing.T) {
	boom := errors.New("boom")
	var nilMap map[string]int
	for _, tt := range []struct {
		name  string
		panic func()
		text  string
		is    error
	}{
		{"string", func() { panic("boom") }, "voxhook: callback panicked: boom", nil},
		{"number", func() { panic(7) }, "voxhook: callback panicked: 7", nil},
		{"slice", func() { panic([]int{1}) }, "voxhook: callback panicked: [1]", nil},
		{"error", func() { panic(boom) }, "voxhook: callback panicked: boom", boom},
		{"wrapped", func() { panic(fmt.Errorf("x: %w", boom)) }, "voxhook: callback panicked: x: boom", boom},
		{"runtime", func() { nilMap["a"] = 1 }, "voxhook: callback panicked: assignment to entry in nil map", nil},
		{"nil", func() { panic(nil) }, "voxhook: callback panicked: " + new(runtime.PanicNilError).Error(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got error
			h := &voxhook.Handler{
				OnEvent:      func(context.Context, voxhook.Event) (voxml.Response, error) { tt.panic(); return nil, nil },
				ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) { got = err },
			}
			hdServe(h, whPost("/", "CallSid=1"))
			var p *voxhook.PanicError
			require.ErrorAs(t, got, &p)
			assert.True(t, strings.HasPrefix(p.Error(), tt.text), p.Error()) // Go releases add advice to some
			assert.Contains(t, string(p.Stack), "TestPanics")
			if tt.is != nil {
				assert.ErrorIs(t, got, tt.is)
			}
		})
	}
}

func TestPanicError(t *testing.T) {
	assert.NoError(t, (&voxhook.PanicError{Value: "boom"}).Unwrap())
	assert.NoError(t, (&voxhook.PanicError{}).Unwrap())
	var custom hdCustomError
	require.ErrorAs(t, &voxhook.PanicError{Value: hdCustomError{7}}, &custom)
	assert.Equal(t, 7, custom.code)
	assert.ErrorIs(t, &voxhook.PanicError{Value: io.EOF}, io.EOF)
	assert.Equal(t, 500, voxhook.StatusCode(&voxhook.PanicError{Value: "boom"}))
}

// hdDo sends a webhook to a real server. The error is that of the connection.
func hdDo(t *testing.T, srv *httptest.Server) (status int, body string, err error) {
	t.Helper()
	resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func TestGoexit(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fallback voxml.Response
		status   int
		body     string
	}{
		{"Fallback", hdFallback, 200, hdSorry},
		{"no Fallback", nil, 500, "Internal Server Error\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log, records := hdLog()
			h := &voxhook.Handler{
				OnEvent: func(context.Context, voxhook.Event) (voxml.Response, error) {
					runtime.Goexit()
					return nil, nil
				},
				Fallback: tt.fallback, ErrorLog: log,
			}
			srv := httptest.NewServer(h)
			status, body, err := hdDo(t, srv)
			srv.Close()
			require.NoError(t, err, "a whole answer")
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.body, body)
			got := records(t)
			require.Len(t, got, 1)
			assert.Equal(t, "voxhook: callback panicked: runtime.Goexit, or panic(nil)", got[0]["error"])
			assert.Contains(t, got[0]["stack"], "TestGoexit")
		})
	}
}

// A program that asks for the old meaning of panic(nil) gives recover nothing
// to see.
func TestNilPanicOfOld(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	log, records := hdLog()
	h := &voxhook.Handler{
		OnEvent:  func(context.Context, voxhook.Event) (voxml.Response, error) { panic(nil) },
		Fallback: hdFallback, ErrorLog: log,
	}
	hdDocument(t, hdServe(h, whPost("/", "CallSid=1")), hdSorry)
	got := records(t)
	require.Len(t, got, 1)
	assert.Equal(t, "voxhook: callback panicked: runtime.Goexit, or panic(nil)", got[0]["error"])
}

func TestErrAbortHandler(t *testing.T) {
	log, records := hdLog()
	h := &voxhook.Handler{
		OnEvent:  func(context.Context, voxhook.Event) (voxml.Response, error) { panic(http.ErrAbortHandler) },
		Fallback: hdFallback, ErrorLog: log,
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { t.Error("it is no failure to handle") },
	}
	rec := httptest.NewRecorder()
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { h.ServeHTTP(rec, whPost("/", "CallSid=1")) })
	assert.Empty(t, rec.Body.String())

	srv := httptest.NewServer(h)
	_, _, err := hdDo(t, srv)
	srv.Close()
	require.ErrorIs(t, err, io.EOF)
	assert.Empty(t, records(t))
}

func TestTimeout(t *testing.T) {
	for _, tt := range []struct {
		timeout, want time.Duration
	}{
		{0, voxhook.DefaultTimeout},
		{time.Hour, time.Hour},
		{-1, 0},
	} {
		var deadline time.Time
		var has bool
		h := &voxhook.Handler{
			Timeout: tt.timeout,
			OnEvent: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
				deadline, has = ctx.Deadline()
				return nil, ctx.Err()
			},
		}
		before := time.Now()
		rec := hdServe(h, whPost("/", "CallSid=1"))
		after := time.Now()
		assert.Equal(t, 200, rec.Code)
		assert.Equal(t, tt.want > 0, has, tt.timeout)
		if has {
			assert.WithinRange(t, deadline, before.Add(tt.want), after.Add(tt.want))
		}
	}
	assert.Equal(t, 10*time.Second, voxhook.DefaultTimeout)
}

func TestTimeoutEnds(t *testing.T) {
	var got error
	h := &voxhook.Handler{
		Timeout: time.Nanosecond,
		OnEvent: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) { got = err },
	}
	hdServe(h, whPost("/", "CallSid=1"))
	assert.ErrorIs(t, got, context.DeadlineExceeded)
}

func TestContextEndsWithTheCallback(t *testing.T) {
	var ctx context.Context
	h := &voxhook.Handler{OnEvent: func(c context.Context, _ voxhook.Event) (voxml.Response, error) {
		ctx = c
		return nil, nil
	}}
	hdServe(h, whPost("/", "CallSid=1"))
	assert.ErrorIs(t, ctx.Err(), context.Canceled, "its timer is not left running")
}

func TestHangUp(t *testing.T) {
	for name, body := range map[string]io.Reader{
		"length":  strings.NewReader("CallSid=1"),
		"chunked": io.MultiReader(strings.NewReader("CallSid="), strings.NewReader("1")),
	} {
		t.Run(name, func(t *testing.T) {
			started, ended := make(chan int64, 1), make(chan error, 1)
			srv := httptest.NewServer(&voxhook.Handler{
				Timeout:  time.Minute, // long enough to tell a hang-up from it
				ErrorLog: slog.New(slog.DiscardHandler),
				OnEvent: func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
					started <- voxhook.RequestFrom(ctx).ContentLength
					<-ctx.Done()
					ended <- ctx.Err()
					return nil, ctx.Err()
				},
			})
			defer srv.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL, body)
			require.NoError(t, err)
			r.Header.Set("Content-Type", whForm)
			answered := make(chan error, 1)
			go func() {
				resp, err := srv.Client().Do(r)
				if err == nil {
					resp.Body.Close()
				}
				answered <- err
			}()
			select {
			case length := <-started:
				assert.Equal(t, name == "chunked", length < 0)
			case err := <-answered:
				require.Fail(t, "the callback did not run", "%v", err)
			}
			cancel()
			assert.ErrorIs(t, <-ended, context.Canceled)
			assert.ErrorIs(t, <-answered, context.Canceled)
		})
	}
}

func TestRequestFrom(t *testing.T) {
	assert.Nil(t, voxhook.RequestFrom(t.Context()))
	type key struct{}
	var id, header, value any
	mux := http.NewServeMux()
	mux.Handle("POST /voice/{id}", &voxhook.Handler{
		OnIncomingCall: func(ctx context.Context, _ *voxhook.IncomingCall) (voxml.Response, error) {
			r := voxhook.RequestFrom(ctx)
			id, header, value = r.PathValue("id"), r.Header.Get("X-Test"), ctx.Value(key{})
			return nil, nil
		},
	})
	r := whPost("/voice/42", "CallSid=1")
	r.Header.Set("X-Test", "here")
	r = r.WithContext(context.WithValue(r.Context(), key{}, "kept"))
	assert.Equal(t, 200, hdServe(mux, r).Code)
	assert.Equal(t, "42", id)
	assert.Equal(t, "here", header)
	assert.Equal(t, "kept", value, "the values of middleware are there")
}

func TestRealServer(t *testing.T) {
	text := strings.Repeat("0123456789", 2000) // more than the server buffers
	srv := httptest.NewServer(&voxhook.Handler{
		OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: text}}, nil
		},
		ErrorLog: slog.New(slog.DiscardHandler),
	})
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

// For the race detector: one Handler, many requests, each its own answer.
func TestConcurrent(t *testing.T) {
	h := &voxhook.Handler{
		OnGather: func(_ context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
			if len(e.Digits)%2 == 0 {
				return nil, errors.New("even")
			}
			return voxml.Response{voxml.Say{Text: e.CallSid + e.Vars["a.b"]}}, nil
		},
		Fallback: hdFallback,
		ErrorLog: slog.New(slog.DiscardHandler),
	}
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			sid := "sid" + strconv.Itoa(i)
			rec := hdServe(h, whPost("/", "CallSid="+sid+"&Digits="+strings.Repeat("1", i+1)+`&Vars={"a":{"b":"`+strconv.Itoa(i)+`"}}`))
			want := "<Response><Say>" + sid + strconv.Itoa(i) + "</Say></Response>"
			if i%2 == 1 {
				want = hdSorry
			}
			assert.Equal(t, want, rec.Body.String())
		})
	}
	wg.Wait()
}

// TestGoexitErrorHandler checks that an ErrorHandler writes what it does
// elsewhere: the first status counts, and the answer is whole.
func TestGoexitErrorHandler(t *testing.T) {
	h := &voxhook.Handler{
		OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			runtime.Goexit()
			return nil, nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
			w.WriteHeader(http.StatusOK)
			assert.NoError(t, http.NewResponseController(w).Flush())
			_, err := io.WriteString(w, "short and stout")
			assert.NoError(t, err)
		},
	}
	rec := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(rec, whPost("/voice", "CallSid=1"))
	}()
	<-done
	assert.Equal(t, http.StatusTeapot, rec.Code)
	assert.Equal(t, "15", rec.Header().Get("Content-Length"))
	assert.Equal(t, "short and stout", rec.Body.String())
}
