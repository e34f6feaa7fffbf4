// Package matrix holds requests whose kind a [voxhook.Handler] must infer, and
// sets of callbacks that programs use together. Tests of several packages send
// each request to each set and count how often the right callback runs.
package matrix

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A Request is a request whose kind the test knows and the Handler must infer.
type Request struct {
	Name   string       // of the row
	Really voxhook.Kind // the kind that the platform sent
	Waits  bool         // a caller is waiting for a document
	form   string       // the parameters that the platform adds to base
	Own    string       // the URL's own query
}

const base = "CallSid=c1&AccountID=1&TrunkID=9&From=%2B14025550100&To=%2B14025550199&Direction=inbound"

// Form returns the form that the platform sends.
func (m Request) Form() string { return strings.TrimSuffix(base+"&"+m.form, "&") }

// Requests holds requests that this or a similar platform may send.
var Requests = []Request{
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

// Sets holds the sets of callbacks, by the names of the callbacks.
var Sets = []string{
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

// names maps kinds to the names of their callbacks in Sets.
var names = map[voxhook.Kind]string{
	voxhook.KindIncomingCall: "In", voxhook.KindDialResult: "Dial", voxhook.KindGatherResult: "Gather",
	voxhook.KindRecordResult: "Record", voxhook.KindPayResult: "Pay", voxhook.KindStatusChange: "Status",
	voxhook.KindRecording: "Recording", voxhook.KindPayProgress: "Progress",
}

const all = "In + Dial + Gather + Record + Pay + Verb + Status + Recording + Progress"

// callbacks returns the names of the callbacks of a set.
func callbacks(set string) map[string]bool {
	switch set {
	case "all":
		set = all + " + Event"
	case "all but Event":
		set = all
	}
	in := map[string]bool{}
	for name := range strings.SplitSeq(set, " + ") {
		in[name] = true
	}
	return in
}

// Handler returns a Handler with the callbacks of a set. Each callback stores
// its name in ran.
func Handler(set string, ran *string) *voxhook.Handler { return handler(callbacks(set), ran) }

func handler(set map[string]bool, ran *string) *voxhook.Handler {
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

// Verdicts holds the verdicts on an answer, in the order in which they are
// tried.
var Verdicts = [...]string{"right", "silent", "repeated", "lost", "wrong", "foreign"}

// verdict judges an answer to the request.
func (m Request) verdict(set map[string]bool, ran string, status int) string {
	want := m.want(set)
	silent := m.Waits && status == http.StatusNoContent
	repeated := want == "" && !m.Really.WantsDocument() && status >= 300
	switch {
	case ran == want && !repeated && !silent:
		return "right"
	case silent:
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

// want returns the name of the callback of a set that should run, or "".
func (m Request) want(set map[string]bool) string {
	want := names[m.Really]
	switch {
	case set[want]:
		return want
	case m.Really.IsVerbAction() && set["Verb"]:
		return "Verb"
	case set["Event"]:
		return "Event"
	}
	return ""
}

// A Cell is the result of one request to one set of callbacks.
type Cell struct {
	Request Request // one of Requests
	Set     string  // one of Sets
	Ran     string  // the name of the callback, or ""
	Verdict string  // one of Verdicts
}

// A Table holds the results of requests to all sets.
type Table []Cell

// Run sends each request to a Handler with each set of callbacks. The argument
// serve sends one request and returns the status of the answer.
func Run(requests []Request, fallback voxml.Response, serve func(*voxhook.Handler, Request) (status int)) (t Table) {
	for _, set := range Sets {
		for _, m := range requests {
			ran := ""
			in := callbacks(set)
			h := handler(in, &ran)
			h.Settings.Fallback = fallback
			status := serve(h, m)
			t = append(t, Cell{m, set, ran, m.verdict(in, ran, status)})
		}
	}
	return t
}

// Count returns the number of cells with each verdict.
func (t Table) Count() map[string]int {
	count := map[string]int{}
	for _, c := range t {
		count[c.Verdict]++
	}
	return count
}

// String returns the verdicts and their counts on one line.
func (t Table) String() string {
	var row []string
	count := t.Count()
	for _, verdict := range Verdicts {
		row = append(row, fmt.Sprintf("%s %d", verdict, count[verdict]))
	}
	return strings.Join(row, "  ")
}
