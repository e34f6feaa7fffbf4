package voxhook_test

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// parameters returns the fields of a kind's type by wire name.
func parameters(k voxhook.Kind) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(k.New()).Elem()) {
		if name := f.Tag.Get("schema"); name != "" && name != "-" {
			fields[name] = f
		}
	}
	return fields
}

// documented returns the parameters in testdata/parameters.txt by the names of
// their types.
func documented(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/parameters.txt")
	require.NoError(t, err)
	names := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		kind, list, ok := strings.Cut(line, ":")
		require.True(t, ok, line)
		names[kind] = strings.Fields(list)
	}
	return names
}

// fieldTypes holds the types of the parameters that are not text. See sections
// 2 and 3 of the protocol.
var fieldTypes = map[string]reflect.Type{
	"Vars":               reflect.TypeFor[voxhook.Vars](),
	"CallDuration":       reflect.TypeFor[time.Duration](),
	"Timestamp":          reflect.TypeFor[time.Time](),
	"SequenceNumber":     reflect.TypeFor[int](),
	"RecordingDuration":  reflect.TypeFor[time.Duration](),
	"RecordingChannels":  reflect.TypeFor[int](),
	"RecordingStartTime": reflect.TypeFor[time.Time](),
	"DialCallDuration":   reflect.TypeFor[time.Duration](),
	"DialBridged":        reflect.TypeFor[bool](),
	"Confidence":         reflect.TypeFor[float64](),
	"Attempt":            reflect.TypeFor[int](),
	"PartialResult":      reflect.TypeFor[bool](),
}

// samples holds, for each type, values on the wire with their results, and the
// error for all other values. The sample of a string is "x".
var samples = map[reflect.Type]struct {
	good map[string]any
	bad  string
}{
	reflect.TypeFor[voxhook.Vars](): {map[string]any{`{"menu":{"digits":"1"}}`: voxhook.Vars{"menu.digits": "1"}}, "is not a JSON object"},
	reflect.TypeFor[time.Duration](): {map[string]any{"5": 5 * time.Second, "0": time.Duration(0), "1.5": 1500 * time.Millisecond},
		"is not a number of seconds"},
	reflect.TypeFor[time.Time](): {map[string]any{"2025-03-18T14:03:07Z": time.Date(2025, 3, 18, 14, 3, 7, 0, time.UTC)},
		"is not an RFC 3339 or RFC 2822 time in the years 1 to 9999"},
	reflect.TypeFor[int]():     {map[string]any{"5": 5, "0": 0, "-1": -1}, "is not an integer"},
	reflect.TypeFor[bool]():    {map[string]any{"true": true, "false": false, "0": false}, "is neither true nor false"},
	reflect.TypeFor[float64](): {map[string]any{"5": 5.0, "0": 0.0, "-1": -1.0, "1.5": 1.5, "1e3": 1000.0}, "is not a finite decimal number"},
}

// values holds values that are valid for some types and invalid for others.
var values = []string{
	"5", "0", "-1", "1.5", "1e3", "true", "false", "2025-03-18T14:03:07Z", `{"menu":{"digits":"1"}}`,
	"abcxyz", "NaN", "Inf", "-Inf", "1e999", "\u0661\u0662", " 5", "5 ", "5s", "yes", "0x5",
}

// proof holds, for each kind, a parameter that proves it whatever other
// parameters of the kind are present.
var proof = map[voxhook.Kind]string{
	voxhook.KindDialResult: "DialCallStatus", voxhook.KindGatherResult: "SpeechResult", voxhook.KindRecordResult: "RecordingSid",
	voxhook.KindPayResult: "PaymentToken", voxhook.KindStatusChange: "CallDuration", voxhook.KindRecording: "RecordingStatus",
	voxhook.KindPayProgress: "ErrorType",
}

// Every documented parameter has a field in each kind that has the parameter,
// and both methods set it. A value of the wrong type leaves the field zero and
// is listed in Invalid. Other parameters do not change this.
func TestParametersHaveFields(t *testing.T) {
	names := documented(t)
	for _, kind := range voxhook.Kinds() {
		fields := parameters(kind)
		want := slices.Concat(names["VoiceWebhook"], names[kind.String()])
		assert.ElementsMatch(t, want, slices.Collect(maps.Keys(fields)), "%s and parameters.txt", kind)
		for name, field := range fields {
			sample, wire := samples[field.Type], append(values, "")
			if typ, ok := fieldTypes[name]; ok {
				require.Equal(t, typ, field.Type)
			} else {
				require.Equal(t, reflect.String, field.Type.Kind(), name)
				sample.good, wire = map[string]any{"x": reflect.ValueOf("x").Convert(field.Type).Interface()}, []string{"x"}
			}
			for _, value := range wire {
				form := url.Values{"Unknown": {value}, name: {value}}
				if p := proof[kind]; p != "" && p != name {
					form.Set(p, "")
				}
				form.Del("CallSid") // comes first: on a GET, parameters before it are ignored
				text := "CallSid=x&" + form.Encode()
				form.Set("CallSid", "x")
				for _, r := range []*http.Request{whGet(text), whPost("/", text)} {
					ev := whParse(t, r)
					w := ev.Webhook()
					require.Equal(t, kind, ev.Kind(), name)
					require.Equal(t, "x", w.CallSid, "the other parameters must be set")
					require.Equal(t, form, w.Params.Values())
					wantValue, ok := sample.good[value]
					if !ok {
						wantValue = reflect.Zero(field.Type).Interface()
					}
					require.Equal(t, wantValue, reflect.ValueOf(ev).Elem().FieldByIndex(field.Index).Interface(), "%s=%s", name, value)
					if ok || value == "" {
						require.Empty(t, w.Invalid, "%s=%s", name, value)
						continue
					}
					require.Len(t, w.Invalid, 1, "%s=%s", name, value)
					require.EqualError(t, w.Invalid[0], "voxhook: parameter "+name+" "+sample.bad)
					require.NoError(t, errors.Unwrap(w.Invalid[0].Err), "no wrapped error may hold the value")
				}
			}
		}
	}
}

// kindRows holds the table in the comment of Parse.
var kindRows = []struct {
	names []string
	kind  voxhook.Kind
	ended bool // applies only if the call has ended or CallStatus is missing
}{
	{[]string{"DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged"}, voxhook.KindDialResult, false},
	{[]string{
		"PaymentToken", "ProfileId", "PaymentConfirmationCode", "PaymentError", "PayErrorCode",
		"ConnectorError", "BankAccountNumber", "BankRoutingNumber", "BankAccountType",
	}, voxhook.KindPayResult, false},
	{[]string{"ErrorType", "PartialResult"}, voxhook.KindPayProgress, false},
	{[]string{
		"PaymentMethod", "PaymentCardNumber", "PaymentCardType", "ExpirationDate", "SecurityCode", "PaymentCardPostalCode",
	}, voxhook.KindPayResult, false},
	{[]string{
		"RecordingStatus", "RecordingChannels", "RecordingSource", "RecordingStartTime", "RecordingTrack",
	}, voxhook.KindRecording, false},
	{[]string{"CallDuration", "CallbackSource"}, voxhook.KindStatusChange, false},
	{[]string{"RecordingUrl", "RecordingSid", "RecordingDuration"}, voxhook.KindRecordResult, false},
	{[]string{"SpeechResult", "Confidence", "FinishedOnKey", "Digits"}, voxhook.KindGatherResult, false},
	{[]string{"Result"}, voxhook.KindPayResult, false},
	{[]string{"For", "Attempt", "Required"}, voxhook.KindPayProgress, false},
	{[]string{"Timestamp", "SequenceNumber"}, voxhook.KindStatusChange, true},
}

// isSign reports whether a parameter is in a row.
func isSign(name string) bool {
	for _, row := range kindRows {
		if slices.Contains(row.names, name) {
			return true
		}
	}
	return false
}

// requireKind checks the kind of a form that comes after the URL's own query,
// by both methods.
func requireKind(t *testing.T, want voxhook.Kind, form string) {
	t.Helper()
	post, get := whBoth(form)
	for _, r := range []*http.Request{post(), get()} {
		ev := whParse(t, r)
		require.Equal(t, want, ev.Kind(), "%s %s", r.Method, form)
		require.Equal(t, want.String(), reflect.TypeOf(ev).Elem().Name())
	}
}

func TestParseKinds(t *testing.T) {
	for kind, names := range documented(t) {
		for _, name := range names { // each one except ErrorCode is in one row
			require.Equal(t, kind != "VoiceWebhook" && name != "ErrorCode", isSign(name), name)
		}
	}
	for i, row := range kindRows {
		for _, name := range row.names {
			goesOn := row.kind
			if row.ended {
				goesOn = voxhook.KindIncomingCall
			}
			for _, form := range []string{name + "=1", name, name + "=1&" + name + "=2", "CallStatus=completed&" + name + "=1"} {
				requireKind(t, row.kind, "CallSid=1&"+form)
			}
			requireKind(t, goesOn, "CallSid=1&CallStatus=in-progress&"+name)
			requireKind(t, voxhook.KindIncomingCall, "CallSid=1&"+strings.ToLower(name)+"=1")
			requireKind(t, voxhook.KindIncomingCall, name+"=1&CallStatus=completed CallSid=1&CallStatus=ringing")
			for _, later := range kindRows[i+1:] {
				for _, other := range later.names {
					requireKind(t, row.kind, "CallSid=1&"+name+"&"+other+"=1")
					requireKind(t, row.kind, "CallSid=1&"+other+"=1&"+name)
				}
			}
		}
	}
	for _, status := range []string{"completed", "failed", "busy", "no-answer", "canceled", "cancelled", "no_answer", "Completed"} {
		requireKind(t, voxhook.KindStatusChange, "CallSid=1&CallStatus="+status)
		requireKind(t, voxhook.KindStatusChange, "CallSid=1&CallStatus=ringing&CallStatus="+status)
	}
	for _, status := range []string{"queued", "initiated", "ringing", "in-progress", "answered", "parked", ""} {
		requireKind(t, voxhook.KindIncomingCall, "CallSid=1&CallStatus="+status)
		requireKind(t, voxhook.KindIncomingCall, "CallSid=1&CallStatus=completed&CallStatus="+status)
	}
}

func TestKind(t *testing.T) {
	for _, k := range voxhook.Kinds() {
		ev := k.New()
		assert.Equal(t, k, ev.Kind())
		assert.NotSame(t, ev, k.New())
		_, isVerb := ev.(voxhook.VerbAction)
		assert.Equal(t, isVerb, k.IsVerbAction(), k)
		assert.Equal(t, isVerb || k == voxhook.KindIncomingCall, k.WantsDocument(), k)
	}
	for _, unknown := range []voxhook.Kind{0, -1, 9} {
		assert.Equal(t, "unknown", unknown.String())
		assert.False(t, unknown.WantsDocument())
		assert.Panics(t, func() { unknown.New() })
	}
}

func TestKindFor(t *testing.T) {
	for use, want := range map[voxml.URLUse]voxhook.Kind{
		voxml.UseDialAction: voxhook.KindDialResult, voxml.UseGatherAction: voxhook.KindGatherResult,
		voxml.UseRecordAction: voxhook.KindRecordResult, voxml.UsePayAction: voxhook.KindPayResult,
		voxml.UseRedirect: voxhook.KindIncomingCall, voxml.UseNumber: voxhook.KindIncomingCall,
		voxml.UseRecording: voxhook.KindRecording, voxml.UsePayProgress: voxhook.KindPayProgress,
		0: 0, 99: 0,
	} {
		assert.Equal(t, want, voxhook.KindFor(use), use)
	}
}

// Input and Status also work for an event that a program made itself.
func TestInput(t *testing.T) {
	e := &voxhook.GatherResult{Digits: "1", VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"menu.speech": "x"}}}
	check := func(want ...string) {
		t.Helper()
		digits, speech := e.Input("menu")
		assert.Equal(t, want, []string{digits, speech})
	}
	check("1", "")
	e.Digits = ""
	check("", "x")
	e.SpeechResult = "y"
	check("", "y")
	e.SpeechResult, e.Params = "", voxhook.Params{{"Digits", ""}}
	check("", "") // an empty parameter is used
	e.Sent = 5    // more than len(Params)
	check("", "")

	dialed := &voxhook.DialResult{DialCallStatus: "busy", VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"a.status": "failed"}}}
	assert.Equal(t, voxhook.DialStatusBusy, dialed.Status("a"))
}
