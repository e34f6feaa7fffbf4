package voxhook_test

import (
	"context"
	"net/http"
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

// documented returns the names in testdata/parameters.txt by the names of
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

// fieldTypes has the types of the parameters that are not text (sections 2 and
// 3 of the protocol).
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

// samples has a value for each type, on the wire and decoded. Text is "x".
var samples = map[reflect.Type]struct {
	wire string
	want any
}{
	reflect.TypeFor[voxhook.Vars]():  {`{"menu":{"digits":"1"}}`, voxhook.Vars{"menu.digits": "1"}},
	reflect.TypeFor[time.Duration](): {"7", 7 * time.Second},
	reflect.TypeFor[time.Time]():     {"2025-03-18T14:03:07Z", time.Date(2025, 3, 18, 14, 3, 7, 0, time.UTC)},
	reflect.TypeFor[int]():           {"2", 2},
	reflect.TypeFor[bool]():          {"true", true},
	reflect.TypeFor[float64]():       {"0.25", 0.25},
}

// proof has for each kind a parameter that proves it whatever else of the kind
// is there.
var proof = map[voxhook.Kind]string{
	voxhook.KindDialResult:   "DialCallStatus",
	voxhook.KindGatherResult: "SpeechResult",
	voxhook.KindRecordResult: "RecordingSid",
	voxhook.KindPayResult:    "PaymentToken",
	voxhook.KindStatusChange: "CallDuration",
	voxhook.KindRecording:    "RecordingStatus",
	voxhook.KindPayProgress:  "ErrorType",
}

// Every documented parameter has a field in each kind that has it, and gets
// there by both methods.
func TestParametersHaveFields(t *testing.T) {
	names := documented(t)
	for _, kind := range voxhook.Kinds() {
		fields := parameters(kind)
		want := slices.Concat(names["VoiceWebhook"], names[kind.String()])
		for name := range fields {
			assert.Contains(t, want, name, "%s has a field that is not in parameters.txt", kind)
		}
		for _, name := range want {
			t.Run(kind.String()+"/"+name, func(t *testing.T) {
				field, ok := fields[name]
				require.True(t, ok, "no field has the tag")
				sample := samples[field.Type]
				if typ, ok := fieldTypes[name]; ok {
					require.Equal(t, typ, field.Type)
				} else {
					require.Equal(t, reflect.String, field.Type.Kind())
					sample.wire, sample.want = "x", reflect.ValueOf("x").Convert(field.Type).Interface()
				}
				pairs := []string{name, sample.wire}
				if name == "CallSid" { // request has it
					pairs, sample.want = nil, "c"
				}
				if p := proof[kind]; p != "" && p != name {
					pairs = append([]string{p, ""}, pairs...)
				}
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					ev, err := voxhook.Parse(request(method, append([]string{"To", "+1"}, pairs...)...))
					if name == "To" {
						ev, err = voxhook.Parse(request(method, append(pairs, "TrunkID", "1")...))
					}
					require.NoError(t, err)
					require.Equal(t, kind, ev.Kind())
					require.Empty(t, ev.Webhook().Invalid)
					require.Equal(t, sample.want, reflect.ValueOf(ev).Elem().FieldByIndex(field.Index).Interface())
				}
			})
		}
	}
}

// kindRows is the table in the comment of Parse.
var kindRows = []struct {
	names []string
	kind  voxhook.Kind
	ended bool // counts only if the call has ended, or without CallStatus
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

func requireKind(t *testing.T, want voxhook.Kind, pairs ...string) {
	t.Helper()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		ev, err := voxhook.Parse(request(method, pairs...))
		require.NoError(t, err)
		require.Equal(t, want, ev.Kind(), "%s %q", method, pairs)
		require.Equal(t, want.String(), reflect.TypeOf(ev).Elem().Name())
	}
}

func TestParseKinds(t *testing.T) {
	t.Run("every parameter but ErrorCode is in one row", func(t *testing.T) {
		seen := map[string]bool{}
		for _, row := range kindRows {
			for _, name := range row.names {
				require.False(t, seen[name], name)
				seen[name] = true
				require.Contains(t, parameters(row.kind), name)
			}
		}
		for kind, names := range documented(t) {
			for _, name := range names {
				require.Equal(t, kind != "VoiceWebhook" && name != "ErrorCode", seen[name], name)
			}
		}
	})
	t.Run("alone", func(t *testing.T) {
		for _, row := range kindRows {
			for _, name := range row.names {
				goesOn := row.kind
				if row.ended {
					goesOn = voxhook.KindIncomingCall
				}
				requireKind(t, row.kind, name, "1")
				requireKind(t, row.kind, name, "")
				requireKind(t, row.kind, name, "1", name, "2")
				requireKind(t, row.kind, "CallStatus", "completed", name, "1")
				requireKind(t, goesOn, "CallStatus", "in-progress", name, "")
				requireKind(t, voxhook.KindIncomingCall, strings.ToLower(name), "1")
			}
		}
	})
	t.Run("precedence", func(t *testing.T) {
		for i, first := range kindRows {
			for _, second := range kindRows[i+1:] {
				for _, a := range first.names {
					for _, b := range second.names {
						requireKind(t, first.kind, a, "", b, "1")
						requireKind(t, first.kind, b, "1", a, "")
					}
				}
			}
		}
	})
	t.Run("CallStatus", func(t *testing.T) {
		for _, status := range []string{"completed", "failed", "busy", "no-answer", "canceled", "cancelled", "no_answer", "Completed"} {
			requireKind(t, voxhook.KindStatusChange, "CallStatus", status)
			requireKind(t, voxhook.KindStatusChange, "CallStatus", "ringing", "CallStatus", status)
		}
		for _, status := range []string{"queued", "initiated", "ringing", "in-progress", "answered", "parked", ""} {
			requireKind(t, voxhook.KindIncomingCall, "CallStatus", status)
			requireKind(t, voxhook.KindIncomingCall, "CallStatus", "completed", "CallStatus", status)
		}
		requireKind(t, voxhook.KindIncomingCall)
	})
	t.Run("the own query is not a sign", func(t *testing.T) {
		for _, row := range kindRows {
			for _, name := range row.names {
				post := request(http.MethodPost)
				post.URL.RawQuery = name + "=1&CallStatus=completed"
				get := request(http.MethodGet)
				get.URL.RawQuery = name + "=1&" + get.URL.RawQuery
				for _, r := range []*http.Request{post, get} {
					require.Equal(t, voxhook.KindIncomingCall, whParse(t, r).Kind(), "%s %s", r.Method, name)
				}
			}
		}
	})
}

func TestKind(t *testing.T) {
	assert.Len(t, voxhook.Kinds(), 8)
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

// discard is a ResponseWriter for tests that look at the event only.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// What the parameters say counts; without any of them, what the variables of
// the output say.
func TestInput(t *testing.T) {
	const vars = `{"menu":{"digits":"9","speech":"nine"}}`
	for _, tt := range []struct {
		name, form, digits, speech string
	}{
		{"keys", "Digits=1", "1", ""},
		{"speech", "SpeechResult=one", "", "one"},
		{"empty parameter", "Digits=", "", ""},
		{"parameter of another field", "Confidence=", "", ""},
		{"no parameter", "", "9", "nine"},
		{"parameter of another verb", "RecordingUrl=u", "9", "nine"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := request(method, "Vars", vars)
			if method == http.MethodPost {
				r = whPost("/menu?Digits=5", "CallSid=1&Vars="+vars+"&"+tt.form)
			} else {
				r.URL.RawQuery += "&" + tt.form
			}
			var e *voxhook.GatherResult
			h := &voxhook.Handler{OnGather: func(_ context.Context, got *voxhook.GatherResult) (voxml.Response, error) {
				e = got
				return voxml.Response{}, nil
			}}
			h.ServeHTTP(discard{}, r)
			require.NotNil(t, e, tt.name)
			digits, speech := e.Input("menu")
			assert.Equal(t, []string{tt.digits, tt.speech}, []string{digits, speech}, "%s by %s", tt.name, method)
			digits, speech = e.Input("other")
			assert.Equal(t, []string{e.Digits, e.SpeechResult}, []string{digits, speech}, tt.name)
		}
	}
	literal := &voxhook.GatherResult{Digits: "1", VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"menu.speech": "x"}}}
	digits, speech := literal.Input("menu")
	assert.Equal(t, []string{"1", ""}, []string{digits, speech})
	literal.Digits = ""
	_, speech = literal.Input("menu")
	assert.Equal(t, "x", speech)
	literal.SpeechResult = "y"
	_, speech = literal.Input("menu")
	assert.Equal(t, "y", speech)
	literal.SpeechResult, literal.Params = "", voxhook.Params{{"Digits", ""}}
	_, speech = literal.Input("menu")
	assert.Empty(t, speech, "an empty parameter counts")
	literal.Sent = 5 // more than there are
	_, speech = literal.Input("menu")
	assert.Empty(t, speech)

	dialed := &voxhook.DialResult{DialCallStatus: "busy", VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{"a.status": "failed"}}}
	assert.Equal(t, voxhook.DialStatusBusy, dialed.Status("a"))
}

func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		form string
		want voxhook.DialStatus
	}{
		{"DialCallStatus=busy", "busy"},
		{"DialCallSid=d", ""},
		{"DialCallStatus=", ""},
		{"RecordingUrl=u", ""},
		{"", "failed"},
		{"Digits=1", "failed"},
	} {
		r := whPost("/", `CallSid=1&Vars={"sales":{"status":"failed"}}&`+tt.form)
		var got voxhook.DialStatus
		h := &voxhook.Handler{OnDial: func(_ context.Context, e *voxhook.DialResult) (voxml.Response, error) {
			got = e.Status("sales")
			return voxml.Response{}, nil
		}}
		h.ServeHTTP(discard{}, r)
		assert.Equal(t, tt.want, got, tt.form)
	}
}
