package voxhook_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A matrixRequest is a request whose kind is known, though the Handler has to
// guess it.
type matrixRequest struct {
	name   string
	really voxhook.Kind
	waits  bool   // a caller needs a document
	form   string // what the platform sends besides matrixBase
	own    string // the URL's own query
}

const matrixBase = "CallSid=c1&AccountID=1&TrunkID=9&From=%2B14025550100&To=%2B14025550199&Direction=inbound"

var matrixRequests = []matrixRequest{
	{"incoming ringing", voxhook.KindIncomingCall, true, "CallStatus=ringing", ""},
	{"incoming no CallStatus", voxhook.KindIncomingCall, true, "", ""},
	{"incoming in-progress (outbound answered)", voxhook.KindIncomingCall, true, "CallStatus=in-progress&AnsweredBy=human_business", ""},
	{"incoming + Timestamp in every webhook", voxhook.KindIncomingCall, true, "CallStatus=ringing&Timestamp=2025-01-01T00:00:00Z", ""},
	{"incoming + SequenceNumber in every webhook", voxhook.KindIncomingCall, true, "CallStatus=ringing&SequenceNumber=0", ""},
	{"incoming + ErrorCode=0", voxhook.KindIncomingCall, true, "CallStatus=ringing&ErrorCode=", ""},
	{"redirect in-progress after gather, stale Digits", voxhook.KindIncomingCall, true, "CallStatus=in-progress&Digits=", ""},
	{"dial, T names", voxhook.KindDialResult, true, "CallStatus=in-progress&DialCallStatus=no-answer&DialCallSid=d", ""},
	{"dial, other names", voxhook.KindDialResult, true, "CallStatus=in-progress&DialStatus=no-answer", ""},
	{"dial, other names, recorded", voxhook.KindDialResult, true, "CallStatus=in-progress&RecordingUrl=u", ""},
	{"dial, caller hung up", voxhook.KindDialResult, false, "CallStatus=completed&DialCallStatus=completed", ""},
	{"dial, caller hung up, other names", voxhook.KindDialResult, false, "CallStatus=completed&DialStatus=completed", ""},
	{"dial + Timestamp", voxhook.KindDialResult, true, "CallStatus=in-progress&DialCallStatus=busy&Timestamp=2025-01-01T00:00:00Z", ""},
	{"gather digits", voxhook.KindGatherResult, true, "CallStatus=in-progress&Digits=1", ""},
	{"gather speech", voxhook.KindGatherResult, true, "CallStatus=in-progress&SpeechResult=sales&Confidence=0.9", ""},
	{"gather empty", voxhook.KindGatherResult, true, "CallStatus=in-progress", ""},
	{"gather digits + Timestamp in every webhook", voxhook.KindGatherResult, true, "CallStatus=in-progress&Digits=1&Timestamp=2025-01-01T00:00:00Z", ""},
	{"gather GET, own query Attempt=2", voxhook.KindGatherResult, true, "CallStatus=in-progress&Digits=1", "Attempt=2"},
	{"gather GET, own query For=x", voxhook.KindGatherResult, true, "CallStatus=in-progress&Digits=1", "For=x"},
	{"gather GET, own query Result=x", voxhook.KindGatherResult, true, "CallStatus=in-progress&Digits=1", "Result=x"},
	{"gather empty + Timestamp", voxhook.KindGatherResult, true, "CallStatus=in-progress&Timestamp=2025-01-01T00:00:00Z", ""},
	{"gather, call ended meanwhile", voxhook.KindGatherResult, false, "CallStatus=completed&Digits=1", ""},
	{"record, T names", voxhook.KindRecordResult, true, "CallStatus=in-progress&RecordingUrl=u&RecordingDuration=3&Digits=%23", ""},
	{"record, other names but Digits", voxhook.KindRecordResult, true, "CallStatus=in-progress&Url=u&Digits=%23", ""},
	{"record, other names", voxhook.KindRecordResult, true, "CallStatus=in-progress&Url=u", ""},
	{"record, hung up", voxhook.KindRecordResult, false, "CallStatus=completed&RecordingUrl=u&RecordingDuration=3&Digits=hangup", ""},
	{"record + RecordingStatus", voxhook.KindRecordResult, true, "CallStatus=in-progress&RecordingUrl=u&RecordingStatus=completed", ""},
	{"record + Timestamp", voxhook.KindRecordResult, true, "CallStatus=in-progress&RecordingUrl=u&Timestamp=2025-01-01T00:00:00Z", ""},
	{"pay, T names", voxhook.KindPayResult, true, "CallStatus=in-progress&Result=success&PaymentToken=t", ""},
	{"pay, method only", voxhook.KindPayResult, true, "CallStatus=in-progress&PaymentMethod=credit-card", ""},
	{"pay, with Attempt and no Result", voxhook.KindPayResult, true, "CallStatus=in-progress&PaymentMethod=credit-card&Attempt=1", ""},
	{"pay, hung up", voxhook.KindPayResult, false, "CallStatus=completed&Result=caller-hung-up", ""},
	{"status, D names only", voxhook.KindStatusChange, false, "CallStatus=completed", ""},
	{"status busy, D names only", voxhook.KindStatusChange, false, "CallStatus=busy", ""},
	{"status, T names", voxhook.KindStatusChange, false, "CallStatus=completed&CallDuration=3&Timestamp=2025-01-01T00:00:00Z&SequenceNumber=1", ""},
	{"status, recorded, T names", voxhook.KindStatusChange, false, "CallStatus=completed&CallDuration=3&RecordingUrl=u&RecordingSid=s", ""},
	{"status, recorded, no CallDuration", voxhook.KindStatusChange, false, "CallStatus=completed&RecordingUrl=u&RecordingSid=s", ""},
	{"status failed + ErrorCode", voxhook.KindStatusChange, false, "CallStatus=failed&ErrorCode=486", ""},
	{"status failed + ErrorCode + CallDuration", voxhook.KindStatusChange, false, "CallStatus=failed&ErrorCode=486&CallDuration=0", ""},
	{"status, in progress (T: answered)", voxhook.KindStatusChange, false, "CallStatus=answered&CallDuration=0&CallbackSource=call-progress-events", ""},
	{"recording, T names, call over", voxhook.KindRecording, false, "CallStatus=completed&RecordingStatus=completed&RecordingUrl=u&RecordingSid=s", ""},
	{"recording, T names, call goes on", voxhook.KindRecording, false, "CallStatus=in-progress&RecordingStatus=completed&RecordingUrl=u&RecordingSid=s", ""},
	{"recording, no RecordingStatus, call over", voxhook.KindRecording, false, "CallStatus=completed&RecordingUrl=u&RecordingSid=s&RecordingDuration=3", ""},
	{"recording, no RecordingStatus, call goes on", voxhook.KindRecording, false, "CallStatus=in-progress&RecordingUrl=u&RecordingSid=s&RecordingDuration=3", ""},
	{"recording, T names + Timestamp", voxhook.KindRecording, false, "CallStatus=in-progress&RecordingStatus=completed&Timestamp=2025-01-01T00:00:00Z", ""},
	{"progress, T names", voxhook.KindPayProgress, false, "CallStatus=in-progress&For=payment-card-number&Attempt=1", ""},
	{"progress, last, with PaymentMethod only", voxhook.KindPayProgress, false, "CallStatus=in-progress&PaymentMethod=credit-card&PaymentCardNumber=xxxx", ""},
	{"progress, call over", voxhook.KindPayProgress, false, "CallStatus=completed&For=security-code&ErrorType=input-timeout", ""},
}

// matrixSets are callbacks that programs set together.
var matrixSets = []string{
	"In + Gather",
	"In + Dial",
	"In + Record",
	"In + Status",
	"In + Recording",
	"In + Event",
	"In + Verb",
	"In + Gather + Dial",
	"In + Gather + Dial + Record",
	"In + Gather + Status",
	"In + Gather + Dial + Record + Status",
	"In + Gather + Dial + Record + Status + Recording",
	"In + Gather + Dial + Record + Recording",
	"In + Verb + Status",
	"In + Verb + Status + Recording",
	"In + Dial + Recording",
	"In + Gather + Pay",
	"In + Gather + Pay + Progress",
	"all but Event",
	"all",
	"Gather + Event",
	"Dial + Event",
	"Record + Event",
	"Status + Event",
	"Recording + Event",
	"Status + Recording",
	"Gather + Dial",
	"Gather + Record",
	"Record + Recording",
	"Pay + Progress",
	"Dial + Status",
	"In + Status + Event",
}

// request returns the request. On a GET the own query comes first.
func (m matrixRequest) request(method string) *http.Request {
	form := matrixBase
	if m.form != "" {
		form += "&" + m.form
	}
	if method == http.MethodGet {
		if m.own != "" {
			form = m.own + "&" + form
		}
		return httptest.NewRequest(method, "/voice?"+form, nil)
	}
	target := "/voice"
	if m.own != "" {
		target += "?" + m.own
	}
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// matrixNames are the names of the callbacks in matrixSets.
var matrixNames = map[voxhook.Kind]string{
	voxhook.KindIncomingCall: "In", voxhook.KindDialResult: "Dial", voxhook.KindGatherResult: "Gather",
	voxhook.KindRecordResult: "Record", voxhook.KindPayResult: "Pay", voxhook.KindStatusChange: "Status",
	voxhook.KindRecording: "Recording", voxhook.KindPayProgress: "Progress",
}

const matrixAll = "In + Dial + Gather + Record + Pay + Verb + Status + Recording + Progress"

// matrixCallbacks returns the names of the callbacks of a set.
func matrixCallbacks(set string) map[string]bool {
	switch set {
	case "all":
		set = matrixAll + " + Event"
	case "all but Event":
		set = matrixAll
	}
	names := map[string]bool{}
	for name := range strings.SplitSeq(set, " + ") {
		names[name] = true
	}
	return names
}

// matrixHandler returns a Handler with the callbacks of a set. Each writes its
// name to ran.
func matrixHandler(set map[string]bool, ran *string) *voxhook.Handler {
	doc := voxml.Response{voxml.Say{Text: "Hello."}}
	h := &voxhook.Handler{}
	h.Settings.ErrorLog = slog.New(slog.DiscardHandler)
	if set["In"] {
		h.OnIncomingCall = func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { *ran = "In"; return doc, nil }
	}
	if set["Dial"] {
		h.OnDial = func(context.Context, *voxhook.DialResult) (voxml.Response, error) { *ran = "Dial"; return doc, nil }
	}
	if set["Gather"] {
		h.OnGather = func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { *ran = "Gather"; return doc, nil }
	}
	if set["Record"] {
		h.OnRecord = func(context.Context, *voxhook.RecordResult) (voxml.Response, error) { *ran = "Record"; return doc, nil }
	}
	if set["Pay"] {
		h.OnPay = func(context.Context, *voxhook.PayResult) (voxml.Response, error) { *ran = "Pay"; return doc, nil }
	}
	if set["Verb"] {
		h.OnVerbAction = func(context.Context, voxhook.VerbAction) (voxml.Response, error) { *ran = "Verb"; return doc, nil }
	}
	if set["Status"] {
		h.OnStatusChange = func(context.Context, *voxhook.StatusChange) error { *ran = "Status"; return nil }
	}
	if set["Recording"] {
		h.OnRecording = func(context.Context, *voxhook.Recording) error { *ran = "Recording"; return nil }
	}
	if set["Progress"] {
		h.OnPayProgress = func(context.Context, *voxhook.PayProgress) error { *ran = "Progress"; return nil }
	}
	if set["Event"] {
		h.OnEvent = func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
			*ran = "Event"
			if ev.Kind().WantsDocument() {
				return doc, nil
			}
			return nil, nil
		}
	}
	return h
}

// matrixReasons says, for each request that some set of callbacks gets wrong,
// why a Handler cannot know better. Names of the documented family that a
// platform does not use, and results without a name of their own, look like
// another request.
var matrixReasons = map[string]string{
	"incoming no CallStatus":                          "nobody takes calls here, and nothing says that it is one",
	"incoming in-progress (outbound answered)":        "nobody takes calls here, and nothing says that it is one",
	"redirect in-progress after gather, stale Digits": "it is byte for byte the result of a Gather",
	"dial, other names":                               "no parameter of the documented family: it looks like a call that goes on",
	"dial, other names, recorded":                     "RecordingUrl is all that it has: it looks like the result of a Record",
	"dial, caller hung up, other names":               "a call that has ended and nothing else: it looks like a StatusChange",
	"gather empty":                                    "it is byte for byte an incoming call",
	"gather empty + Timestamp":                        "a Timestamp in a call that goes on says nothing: it looks like an incoming call",
	"record, T names":                                 "no callback for records: Digits are those of a Gather too",
	"record, other names but Digits":                  "Digits alone are those of a Gather",
	"record, other names":                             "no parameter of the documented family: it looks like a call that goes on",
	"record, hung up":                                 "no callback for records: Digits are those of a Gather too, an ended call looks like a StatusChange",
	"record + RecordingStatus":                        "RecordingStatus is the name of the notification",
	"status, recorded, T names":                       "no callback for statuses: the recording is that of a Record too",
	"status, recorded, no CallDuration":               "the recording of an ended call is that of a Record",
	"recording, T names, call over":                   "no callback for recordings: RecordingUrl is that of a Record too",
	"recording, T names, call goes on":                "no callback for recordings: RecordingUrl is that of a Record too",
	"recording, no RecordingStatus, call over":        "without RecordingStatus it is the result of a Record",
	"recording, no RecordingStatus, call goes on":     "without RecordingStatus it is the result of a Record",
	"progress, last, with PaymentMethod only":         "the card is that of a PayResult",
}

var matrixVerdicts = [...]string{"right", "silent", "repeated", "lost", "wrong", "foreign"}

// verdict judges an answer to the request.
func (m matrixRequest) verdict(set map[string]bool, ran string, status int) string {
	want := matrixNames[m.really]
	switch {
	case set[want]:
	case m.really.IsVerbAction() && set["Verb"]:
		want = "Verb"
	case set["Event"]:
		want = "Event"
	default:
		want = ""
	}
	repeated := want == "" && !m.really.WantsDocument() && status >= 300
	switch {
	case ran == want && !repeated && !(m.waits && status == http.StatusNoContent):
		return "right"
	case m.waits && status == http.StatusNoContent:
		return "silent"
	case repeated:
		return "repeated"
	case want != "" && ran == "":
		return "lost"
	case want != "":
		return "wrong"
	}
	return "foreign"
}

// matrixCell is one request to one set of callbacks.
type matrixCell struct {
	request matrixRequest
	set     string
	ran     string
	verdict string
}

func runMatrix(t *testing.T, method string, fallback voxml.Response) (cells []matrixCell, count map[string]int) {
	t.Helper()
	count = map[string]int{}
	for _, set := range matrixSets {
		for _, m := range matrixRequests {
			ran := ""
			names := matrixCallbacks(set)
			h := matrixHandler(names, &ran)
			h.Settings.Fallback = fallback
			w := httptest.NewRecorder()
			h.ServeHTTP(w, m.request(method))
			verdict := m.verdict(names, ran, w.Code)
			count[verdict]++
			cells = append(cells, matrixCell{m, set, ran, verdict})
		}
	}
	return cells, count
}

// TestMatrix prints how often a Handler guesses right, and why not more often.
func TestMatrix(t *testing.T) {
	require.Len(t, matrixNames, len(voxhook.Kinds()))
	apology := voxml.Response{voxml.Say{Text: "Sorry."}}
	for _, tt := range []struct {
		name     string
		fallback voxml.Response
		most     map[string]int // of each verdict but right
		right    int
	}{
		{"without a Fallback", nil, map[string]int{"wrong": 152, "lost": 24, "foreign": 123, "repeated": 43}, 1194},
		{"with a Fallback", apology, map[string]int{"wrong": 152, "lost": 24, "foreign": 123}, 1237},
	} {
		var cells [2][]matrixCell
		for i, method := range []string{http.MethodPost, http.MethodGet} {
			var count map[string]int
			cells[i], count = runMatrix(t, method, tt.fallback)
			row := method
			for _, verdict := range matrixVerdicts {
				row += fmt.Sprintf("  %s %d", verdict, count[verdict])
				if verdict != "right" {
					assert.LessOrEqual(t, count[verdict], tt.most[verdict], "%s %s: %s", tt.name, method, verdict)
				}
			}
			assert.GreaterOrEqual(t, count["right"], tt.right, "%s %s", tt.name, method)
			t.Logf("%s: %s", tt.name, row)
		}
		assert.Equal(t, cells[0], cells[1], "%s: POST and GET", tt.name)

		if tt.fallback == nil {
			continue
		}
		excused := map[string][]string{}
		for _, c := range cells[0] {
			if c.verdict != "right" {
				excused[c.request.name] = append(excused[c.request.name], c.verdict)
			}
		}
		for _, m := range matrixRequests {
			if n := len(excused[m.name]); n > 0 {
				assert.Contains(t, matrixReasons, m.name)
				t.Logf("%2d of %d not right: %s: %s", n, len(matrixSets), m.name, matrixReasons[m.name])
			}
		}
		assert.Len(t, matrixReasons, len(excused), "reasons for requests that are always right")
	}
}
