package voxhook_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/matrix"
)

// dispatched has a Handler with a set of callbacks answer a request. It
// returns the callback that ran, the kind of the event and the answer.
func dispatched(set string, r *http.Request, settings voxhook.Settings) (ran string, kind voxhook.Kind, rec *httptest.ResponseRecorder) {
	h := matrix.Handler(set, &ran)
	h.Settings = settings
	hooks := &voxhook.Hooks{Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
		kind = ev.Kind()
		return ctx, nil
	}}
	rec = serve(h, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	return ran, kind, rec
}

// design: Which callback. The names of the callbacks are those of the matrix.
func TestWhichCallback(t *testing.T) {
	const (
		in, dial, gather, record  = voxhook.KindIncomingCall, voxhook.KindDialResult, voxhook.KindGatherResult, voxhook.KindRecordResult
		pay, status, rec, payStep = voxhook.KindPayResult, voxhook.KindStatusChange, voxhook.KindRecording, voxhook.KindPayProgress
	)
	const hello, empty = "<Response><Say>Hello.</Say></Response>", "<Response/>"
	for _, tt := range []struct {
		label, set, form string // before a space is the URL's own query
		ran              string // empty if no callback runs
		kind             voxhook.Kind
		status           int
		body             string // without a Fallback
	}{
		// One callback: the URL says what a request is.
		{"rule 1", "In", "CallStatus=ringing&Timestamp=2025-01-01T00:00:00Z", "In", in, 200, hello},
		{"rule 1", "In", "ErrorCode=11200", "In", in, 200, hello},
		{"rule 1: an ended call", "In", "CallStatus=completed", "", status, 204, ""},
		{"rule 1", "Gather", "Digits=1&SequenceNumber=2", "Gather", gather, 200, hello},
		{"rule 1", "Record", "RecordingUrl=u&RecordingStatus=completed", "Record", record, 200, hello},
		{"rule 1", "Record", "Digits=hangup", "Record", record, 200, hello},
		{"rule 1", "Dial", "CallStatus=completed&CallDuration=5", "Dial", dial, 200, hello},
		{"rule 1", "Dial", "RecordingUrl=u", "Dial", dial, 200, hello},
		{"rule 1", "Pay", "CallStatus=completed", "Pay", pay, 200, hello},
		{"rule 1", "Verb", "DialCallStatus=busy", "Verb", dial, 200, hello},
		{"rule 1", "Verb", "Timestamp=x", "Verb", gather, 200, hello},
		{"rule 1", "Recording", "RecordingDuration=abc", "Recording", rec, 204, ""},
		{"rule 1", "Recording", "", "Recording", rec, 204, ""},
		{"rule 1", "Status", "CallStatus=completed&RecordingUrl=u", "Status", status, 204, ""},
		{"rule 1", "Progress", "PaymentMethod=credit-card", "Progress", payStep, 204, ""},

		// The callback of the kind, or the one that stands in for it.
		{"own callback", "all", "DialCallStatus=busy", "Dial", dial, 200, hello},
		{"own callback", "all", "RecordingUrl=u", "Record", record, 200, hello},
		{"own callback", "all", "Result=success", "Pay", pay, 200, hello},
		{"OnVerbAction stands in", "In + Verb", "Digits=7", "Verb", gather, 200, hello},
		{"OnVerbAction stands in", "Gather + Verb", "Result=success", "Verb", pay, 200, hello},
		{"OnEvent stands in", "In + Event", "Digits=7", "Event", gather, 200, hello},
		{"OnEvent stands in", "Event", "CallDuration=3&CallStatus=completed", "Event", status, 204, ""},
		{"OnEvent stands in", "Event", "RecordingStatus=completed&CallStatus=in-progress", "Event", rec, 200, empty},

		{"rule 2", "Dial + Gather", "DialCallStatus=busy&Digits=1", "Dial", dial, 200, hello},
		{"rule 2: the first that has a callback", "In + Record", "RecordingStatus=completed&RecordingUrl=u", "Record", record, 200, hello},
		{"rule 2: the first that OnVerbAction handles", "In + Verb", "DialCallStatus=busy&Digits=1", "Verb", dial, 200, hello},
		{"rule 2: an ended call has its callback", "In + Record + Status", "CallStatus=completed&RecordingUrl=u", "Record", record, 200, hello},
		{"rule 4: initiated", "In + Gather", "CallStatus=initiated", "In", in, 200, hello},
		{"rule 4: queued, nobody takes calls", "Gather + Dial", "CallStatus=queued", "", in, 501, "Not Implemented\n"},
		{"rule 2: no callback", "Gather + Pay", "DialCallStatus=busy", "", dial, 501, "Not Implemented\n"},
		{"rule 3", "Gather + Pay", "Result=success", "Pay", pay, 200, hello},
		{"rule 3: the call goes on", "In + Status", "CallStatus=in-progress&Timestamp=2025-01-01T00:00:00Z", "In", in, 200, hello},
		{"rule 3: no CallStatus", "In + Status", "Timestamp=2025-01-01T00:00:00Z", "Status", status, 200, empty},
		{"rule 4", "Gather + Event", "CallStatus=queued", "Event", in, 200, hello},
		{"rule 4: outbound", "In + Status", "CallStatus=ringing&Direction=outbound-api", "Status", status, 200, empty},
		{"rule 4: outbound, no OnStatusChange", "In + Gather", "CallStatus=ringing&Direction=outbound-api", "In", in, 200, hello},
		{"rule 5", "In + Gather + Status", "CallStatus=busy", "Status", status, 204, ""},
		{"rule 5: no callback", "Gather + Record", "CallStatus=completed", "", status, 204, ""},
		{"rule 6: OnIncomingCall", "In + Gather", "CallStatus=in-progress", "In", in, 200, hello},
		{"rule 6: OnEvent", "Gather + Event", "CallStatus=in-progress", "Event", in, 200, hello},
		{"rule 6: the only document", "Dial + Status", "CallStatus=in-progress", "Dial", dial, 200, hello},
		{"rule 6: OnGather", "Dial + Gather", "CallStatus=in-progress", "Gather", gather, 200, hello},
		{"rule 6: OnVerbAction", "Dial + Verb", "CallStatus=in-progress", "Verb", gather, 200, hello},
		{"no callbacks", "", "CallStatus=in-progress", "", in, 501, "Not Implemented\n"},
		{"no callbacks", "", "CallDuration=3&CallStatus=completed", "", status, 204, ""},

		// cases.md, Receiving, the rows that name callbacks.
		{"own query", "In + Gather + Dial", "Result=ok CallStatus=in-progress&Digits=1", "Gather", gather, 200, hello},
		{"status spelled otherwise", "In + Status", "CallStatus=Cancelled", "Status", status, 204, ""},
		{"status spelled otherwise", "In + Status", "CallStatus=no_answer", "Status", status, 204, ""},
		{"Timestamp of a ringing call", "In + Status", "CallStatus=ringing&Timestamp=2025-01-01T00:00:00Z", "In", in, 200, hello},
		{"ErrorCode is no sign", "In + Recording", "CallStatus=ringing&ErrorCode=", "In", in, 200, hello},
		{"status with a recording", "In + Status", "CallStatus=completed&RecordingUrl=u&RecordingSid=s", "Status", status, 204, ""},
		{"a ringing call with OnEvent", "Gather + Event", "CallStatus=ringing", "Event", in, 200, hello},
		{"a recording without a callback", "In + Gather", "CallStatus=in-progress&RecordingStatus=completed", "", rec, 200, empty},
		// cases.md, Answering.
		{"a ringing call at the URL for statuses", "Status", "CallStatus=ringing", "Status", status, 204, ""},
	} {
		own, form, found := strings.Cut(tt.form, " ")
		if !found {
			own, form = "", tt.form
		}
		form = "CallSid=1&" + form
		for _, r := range []*http.Request{whPost("/?"+own, form), whGet(own + "&" + form)} {
			ran, kind, got := dispatched(tt.set, r, voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)})
			name := tt.label + ": " + r.Method + " " + tt.set + ": " + tt.form
			assert.Equal(t, tt.ran, ran, name)
			assert.Equal(t, tt.kind, kind, name)
			assert.Equal(t, tt.status, got.Code, name)
			assert.Equal(t, tt.body, got.Body.String(), name)
		}
	}
}

// design: Which callback, rule 0. A hook that knows the kind overrules the
// parameters and the only callback.
func TestKindHookDecides(t *testing.T) {
	for _, tt := range []struct {
		set, form string
		knows     voxhook.Kind
		ran       string
	}{
		{"all", "Digits=1", voxhook.KindDialResult, "Dial"},
		{"In + Gather", "CallStatus=in-progress", voxhook.KindGatherResult, "Gather"},
		{"Gather", "Digits=1", voxhook.KindIncomingCall, ""},
		{"In + Gather", "CallStatus=in-progress", 0, "In"},
		{"In + Verb", "", voxhook.KindPayResult, "Verb"},
		{"Status", "CallStatus=completed", voxhook.KindRecording, ""},
	} {
		r := whPost("/", "CallSid=1&"+tt.form)
		hooks := &voxhook.Hooks{Kind: func(*http.Request) voxhook.Kind { return tt.knows }}
		ran, kind, _ := dispatched(tt.set, r.WithContext(voxhook.WithHooks(r.Context(), hooks)), voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)})
		assert.Equal(t, tt.ran, ran, "%s %s", tt.set, tt.form)
		if tt.knows != 0 {
			assert.Equal(t, tt.knows, kind, "%s %s", tt.set, tt.form)
		}
	}
}

// design: The answer without a document.
func TestAnswerWithoutDocument(t *testing.T) {
	for _, tt := range []struct {
		name, set, form string
		without, with   string // the answers without and with a Fallback
		level           string // of the log record; empty for none
		error           string
		guard           bool
		fails           bool // Outcome.Err, and Outcome.Fallback if there is a document
	}{
		{"the only callback", "Recording", "RecordingStatus=completed&CallStatus=in-progress", "204", "204", "", "", false, false},
		{"the call has ended", "In + Recording", "RecordingStatus=completed&CallStatus=completed", "204", "204", "", "", false, false},
		{"the call goes on", "In + Recording", "RecordingStatus=completed&CallStatus=in-progress", "200", "200 Sorry.", "", "", true, false},
		{"OnEvent", "Event", "RecordingStatus=completed&CallStatus=in-progress", "200", "200 Sorry.", "", "", true, false},
		{"no callback", "In + Gather", "RecordingStatus=completed&CallStatus=in-progress", "200", "200 Sorry.",
			"WARN", "voxhook: no callback for this notification while the call goes on", false, true},
		{"no callback, the call has ended", "In + Gather", "RecordingStatus=completed&CallStatus=completed", "204", "204", "", "", false, true},
		{"a ringing call", "Status", "CallStatus=ringing", "204", "204",
			"WARN", "voxhook: OnStatusChange received a webhook of a call that goes on: is this the URL for calls or recordings?", false, false},
		{"a ringing call, inbound", "Status", "CallStatus=ringing&Direction=inbound", "204", "204", "WARN", "voxhook: OnStatusChange received a webhook of a call that goes on: is this the URL for calls or recordings?", false, false},
		{"a ringing call, outbound", "Status", "CallStatus=ringing&Direction=outbound-api", "204", "204", "", "", false, false},
		{"a ringing leg", "Status", "CallStatus=ringing&Direction=outbound-dial", "204", "204", "", "", false, false},
		{"an ended call", "Status", "CallStatus=completed&Direction=inbound", "204", "204", "", "", false, false},
	} {
		for i, want := range []string{tt.without, tt.with} {
			log, records := newLog()
			settings := voxhook.Settings{ErrorLog: log}
			if i == 1 {
				settings.Fallback = fallback
			}
			var out voxhook.Outcome
			r := whPost("/", "CallSid=1&"+tt.form)
			hooks := &voxhook.Hooks{Done: func(_ context.Context, _ voxhook.Event, o voxhook.Outcome) { out = o }}
			_, _, rec := dispatched(tt.set, r.WithContext(voxhook.WithHooks(r.Context(), hooks)), settings)
			assert.Equal(t, want, shortAnswer(rec.Result()), tt.name)
			assert.Equal(t, rec.Code, out.Status, tt.name)
			assert.Equal(t, rec.Code == 200, out.Document, tt.name)
			assert.Equal(t, tt.guard, out.Guard, tt.name)
			assert.Equal(t, tt.fails && out.Document, out.Fallback, tt.name)
			assert.Equal(t, tt.fails, out.Err != nil, tt.name)
			if tt.level == "" {
				assert.Empty(t, records(t), tt.name)
			} else if assert.Len(t, records(t), 1, tt.name) {
				assert.Equal(t, tt.level, records(t)[0]["level"], tt.name)
				assert.Equal(t, tt.error, records(t)[0]["error"], tt.name)
			}
		}
	}
}
