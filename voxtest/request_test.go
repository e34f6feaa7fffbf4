package voxtest_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxtest"
)

// eachKind runs a test for each kind of event and both methods.
func eachKind(t *testing.T, test func(t *testing.T, method string, kind voxhook.Kind)) {
	for _, kind := range voxhook.Kinds() {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(kind.String()+"/"+method, func(t *testing.T) { test(t, method, kind) })
		}
	}
}

func parse(t *testing.T, r *http.Request) voxhook.Event {
	t.Helper()
	ev, err := voxhook.Parse(r)
	require.NoError(t, err)
	require.Empty(t, ev.Webhook().Invalid)
	return ev
}

// fields returns the documented fields of an event by wire name.
func fields(ev voxhook.Event) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	v := reflect.ValueOf(ev).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if tag := f.Tag.Get("schema"); tag != "" && tag != "-" {
			fields[tag] = v.FieldByIndex(f.Index)
		}
	}
	return fields
}

// sample returns a value that is neither zero nor a default.
func sample(t *testing.T, name string, field reflect.Value) reflect.Value {
	v := reflect.New(field.Type()).Elem()
	switch v.Interface().(type) {
	case time.Duration:
		v.SetInt(int64(7 * time.Second))
		return v
	case time.Time:
		return reflect.ValueOf(time.Date(2031, 3, 9, 23, 30, 0, 123, time.UTC))
	case voxhook.Vars:
		return reflect.ValueOf(voxhook.Vars{"menu.digits": "1", "menu": "<b> & \"c\"", "_captcha.digits": ""})
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(name + " &=%+;\"\r\n👍🏽")
	case reflect.Int:
		v.SetInt(-7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.123)
	default:
		t.Fatalf("no value for %s, a %s", name, v.Type())
	}
	return v
}

// Parse returns the same kind of event with the fields that were set, if all,
// some or one of them are set.
func TestNewRequestKeepsWhatIsSet(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, kind voxhook.Kind) {
		keep := func(kept func(name string) bool) {
			ev, same := kind.New(), kind.New()
			for name, field := range fields(ev) {
				if kept(name) {
					field.Set(sample(t, name, field))
					fields(same)[name].Set(sample(t, name, field))
				}
			}
			r := voxtest.NewRequest(method, "/voice", ev)
			require.Equal(t, same, ev, "the event was changed")
			got := parse(t, r)
			require.IsType(t, ev, got)
			arrived := fields(got)
			for name, field := range fields(ev) {
				if !field.IsZero() {
					require.Equal(t, field.Interface(), arrived[name].Interface(), name)
					require.Len(t, got.Webhook().Params.Values()[name], 1, name)
				}
			}
			require.NotEmpty(t, got.Webhook().CallSid)
		}
		for name := range fields(kind.New()) {
			keep(func(other string) bool { return name == other })
			keep(func(other string) bool { return name != other })
		}
		keep(func(string) bool { return true })
		random := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			keep(func(string) bool { return random.IntN(3) == 0 })
		}
		assert.Nil(t, parse(t, voxtest.NewRequest(method, "/voice", kind.New())).Webhook().Vars)
	})
}

func TestNewRequestKeepsYourParams(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, kind voxhook.Kind) {
		ev := kind.New()
		ev.Webhook().Params = voxhook.Params{
			{Name: "tenant", Value: "2"}, {Name: "CallSid", Value: "another"}, {Name: "tenant", Value: "1"},
			{Name: "callsid", Value: "a b&c=d"}, {Name: "empty"},
		}
		got := parse(t, voxtest.NewRequest(method, "/voice?lang=en", ev)).Webhook()
		values := got.Params.Values()
		assert.Equal(t, []string{"2", "1"}, values["tenant"])
		assert.Equal(t, []string{"a b&c=d"}, values["callsid"])
		assert.Equal(t, []string{""}, values["empty"])
		assert.Equal(t, []string{"en"}, values["lang"])
		assert.Equal(t, []string{got.CallSid}, values["CallSid"])
		assert.NotEqual(t, "another", got.CallSid)
	})
}

// TestNewRequestDefaults shows the table in the comment of NewRequest: the
// parameters of events with few or no fields set.
func TestNewRequestDefaults(t *testing.T) {
	common := func(set voxhook.VoiceWebhook) voxhook.Event { return &voxhook.IncomingCall{VoiceWebhook: set} }
	ended := voxhook.VoiceWebhook{CallStatus: "completed"}
	var sent strings.Builder
	params := func(ev voxhook.Event) url.Values {
		return parse(t, voxtest.NewRequest(http.MethodPost, "/voice", ev)).Webhook().Params.Values()
	}
	show := func(name string, got, before url.Values) { // the parameters that differ
		fmt.Fprintf(&sent, "%s\n", name)
		all := maps.Clone(before)
		maps.Copy(all, got)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !slices.Equal(got[name], before[name]) {
				fmt.Fprintf(&sent, "  %s: %q\n", name, got[name])
			}
		}
	}
	for _, kind := range voxhook.Kinds() {
		show(kind.String(), params(kind.New()), url.Values{})
	}
	for _, tt := range []struct {
		name string
		ev   voxhook.Event
	}{
		{"a leg", common(voxhook.VoiceWebhook{ParentCallSid: "p"})},
		{"a leg by its direction", common(voxhook.VoiceWebhook{Direction: "outbound-dial"})},
		{"answered by", common(voxhook.VoiceWebhook{AnsweredBy: "fax"})},
		{"the end of a leg", &voxhook.StatusChange{VoiceWebhook: voxhook.VoiceWebhook{ParentCallSid: "p"}}},
		{"busy", &voxhook.StatusChange{VoiceWebhook: voxhook.VoiceWebhook{CallStatus: "busy"}}},
		{"recorded", &voxhook.StatusChange{RecordingSid: "a/b"}},
		{"a short call", &voxhook.StatusChange{CallDuration: 5 * time.Second, RecordingURL: "u"}},
		{"a long recording", &voxhook.StatusChange{RecordingDuration: time.Hour}},
		{"in progress", &voxhook.Recording{RecordingStatus: "in-progress"}},
		{"failed", &voxhook.Recording{RecordingStatus: "failed"}},
		{"an error", &voxhook.Recording{ErrorCode: "1"}},
		{"dual", &voxhook.Recording{RecordingChannels: 2}},
		{"outbound", &voxhook.Recording{RecordingTrack: "outbound"}},
		{"of a Dial", &voxhook.Recording{RecordingSource: "DialVerb"}},
		{"busy dial", &voxhook.DialResult{DialCallStatus: "busy"}},
		{"answered dial", &voxhook.DialResult{DialCallStatus: "answered"}},
		{"recorded dial", &voxhook.DialResult{RecordingDuration: 2 * time.Minute}},
		{"short recorded dial", &voxhook.DialResult{RecordingSid: "r", DialCallDuration: time.Second}},
		{"speech", &voxhook.GatherResult{SpeechResult: "a"}},
		{"digits", &voxhook.GatherResult{Digits: "1"}},
		{"hangup", &voxhook.RecordResult{Digits: "hangup"}},
		{"a key", &voxhook.RecordResult{Digits: "#"}},
		{"an ended call", &voxhook.RecordResult{VoiceWebhook: ended}},
		{"an error", &voxhook.PayResult{PaymentError: "a"}},
		{"an error code", &voxhook.PayResult{PayErrorCode: "a"}},
		{"the connector's error", &voxhook.PayResult{ConnectorError: "a"}},
		{"a hangup", &voxhook.PayResult{Result: "caller-hung-up"}},
		{"an ended call", &voxhook.PayResult{VoiceWebhook: ended}},
		{"a payment in an ended call", &voxhook.PayResult{VoiceWebhook: ended, PaymentToken: "t"}},
		{"an account", &voxhook.PayResult{BankAccountType: "consumer-savings"}},
		{"another card", &voxhook.PayResult{PaymentCardType: "amex"}},
		{"another number", &voxhook.PayResult{PaymentCardNumber: "x"}},
		{"a mistake", &voxhook.PayProgress{ErrorType: "invalid-date", PaymentCardPostalCode: "1"}},
		{"a bank's mistake", &voxhook.PayProgress{ErrorType: "invalid-bank-account-number"}},
		{"a timeout", &voxhook.PayProgress{ErrorType: "input-timeout"}},
		{"a date", &voxhook.PayProgress{ExpirationDate: "0931"}},
		{"a code", &voxhook.PayProgress{ExpirationDate: "0931", SecurityCode: "xxx"}},
		{"a postal code", &voxhook.PayProgress{SecurityCode: "xxx", PaymentCardPostalCode: "1"}},
		{"a debit", &voxhook.PayProgress{PaymentMethod: "ach-debit"}},
		{"another attempt", &voxhook.PayProgress{Attempt: 3}},
	} {
		show(tt.ev.Kind().String()+": "+tt.name, params(tt.ev), params(tt.ev.Kind().New()))
	}
	golden(t, "testdata/requests.txt", sent.String())
}

// The request is complete, like one that a server receives. Tests of package
// wire cover the other methods and URLs.
func TestNewRequestIsThatOfAServer(t *testing.T) {
	const form = "AccountID=4021&ApiVersion=v0&CallSid=21c5c2a6-00ce-8c16-b8a2-e52382137663&CallStatus=in-progress&Digits=1" +
		"&Direction=inbound&From=%2B14025550100&To=%2B14025550199&TrunkID=90001"
	r := voxtest.NewRequest("GET", "https://app.test/voice?lang=en", &voxhook.GatherResult{Digits: "1"})
	assert.Equal(t, "https://app.test/voice?lang=en&"+form, r.RequestURI)
	assert.Equal(t, "app.test", r.Host)
	assert.NotNil(t, r.TLS)
	assert.NotEmpty(t, r.RemoteAddr)
}

type foreign struct{ *voxhook.IncomingCall }

func TestNewRequestPanics(t *testing.T) {
	panics := func(want, method, target string, ev voxhook.Event) {
		t.Helper()
		defer func() {
			t.Helper()
			v := recover()
			require.IsType(t, "", v)
			assert.Contains(t, v, want)
		}()
		voxtest.NewRequest(method, target, ev)
	}
	panics("voxtest: the event is nil", "GET", "/", nil)
	panics("voxtest: the event is nil", "GET", "/", (*voxhook.DialResult)(nil))
	panics("voxtest: voxtest_test.foreign is not an event of package voxhook", "GET", "/", foreign{&voxhook.IncomingCall{}})
	panics("IncomingCall.CallStatus: the call has ended", "GET", "/", &voxhook.IncomingCall{VoiceWebhook: voxhook.VoiceWebhook{CallStatus: "busy"}})
	panics("StatusChange.CallDuration is negative", "GET", "/", &voxhook.StatusChange{CallDuration: -1})
	panics("GatherResult.Confidence is not finite", "POST", "/", &voxhook.GatherResult{Confidence: math.NaN()})
	for _, method := range []string{"GET", "POST", "NO METHOD"} {
		for _, target := range []string{"", "no target", "http://[::1"} {
			panics("invalid NewRequest arguments", method, target, &voxhook.IncomingCall{})
		}
	}
}
