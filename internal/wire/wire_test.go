package wire_test

import (
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/wire"
)

// newEvent returns an event that has only a CallSid.
func newEvent(k voxhook.Kind) voxhook.Event {
	ev := k.New()
	ev.Webhook().CallSid = "c"
	return ev
}

// requireKind sends a form as GET and as POST, and checks the kind and the
// parameters of the received event.
func requireKind(t *testing.T, want voxhook.Kind, form url.Values, msg ...any) {
	t.Helper()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r, err := wire.NewRequest(method, "/voice", form)
		require.NoError(t, err)
		ev, err := voxhook.Parse(r)
		require.NoError(t, err)
		require.Equal(t, want, ev.Kind(), msg...)
		require.Equal(t, form, ev.Webhook().Params.Values())
	}
}

// parameters returns the lists in testdata/parameters.txt.
func parameters(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/parameters.txt")
	require.NoError(t, err)
	kinds := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		kind, names, _ := strings.Cut(line, ":")
		kinds[kind] = strings.Fields(names)
	}
	return kinds
}

// own returns the fields of an event's own type, or those of VoiceWebhook.
func own(ev voxhook.Event, webhook bool) (fields []reflect.StructField) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(ev).Elem()) {
		tag := f.Tag.Get("schema")
		if tag != "" && tag != "-" && webhook == (len(f.Index) > 1) {
			fields = append(fields, f)
		}
	}
	return fields
}

// fill sets a field and returns the text of its value on the wire.
func fill(v reflect.Value) string {
	switch v.Interface().(type) {
	case time.Duration:
		v.SetInt(int64(7 * time.Second))
		return "7"
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2025, 3, 18, 8, 3, 7, 250_000_000, time.FixedZone("", -6*60*60))))
		return "2025-03-18T14:03:07.25Z"
	case voxhook.Vars:
		v.Set(reflect.ValueOf(voxhook.Vars{"z": "0", "menu.digits": "1"}))
		return `{"menu.digits":"1","z":"0"}`
	}
	switch v.Kind() {
	case reflect.Int:
		v.SetInt(-2)
		return "-2"
	case reflect.Bool:
		v.SetBool(true)
		return "true"
	case reflect.Float64:
		v.SetFloat(0.1)
		return "0.1"
	}
	v.SetString("0") // not the zero value of a string
	return "0"
}

// TestValuesOfEachField checks that each documented parameter is written, and
// nothing else except a proof of the kind.
func TestValuesOfEachField(t *testing.T) {
	names := parameters(t)
	for _, k := range voxhook.Kinds() {
		var tested []string
		for _, f := range append(own(k.New(), false), own(k.New(), true)...) {
			name := f.Tag.Get("schema")
			tested = append(tested, name)
			ev := newEvent(k)
			want := fill(reflect.ValueOf(ev).Elem().FieldByIndex(f.Index))
			form := wire.Values(ev)
			assert.Equal(t, []string{want}, form[name], "%s.%s", k, name)
			for other, values := range form {
				if other != name && other != "CallSid" {
					assert.Equal(t, []string{""}, values, "%s.%s: %s", k, name, other)
				}
			}
			require.LessOrEqual(t, len(form), 3)
			form.Set("CallSid", "c")
			requireKind(t, k, form, name)
		}
		require.ElementsMatch(t, append(names["VoiceWebhook"], names[k.String()]...), tested, k)
	}
}

// TestValuesProof checks which parameter is added if no field proves the kind.
func TestValuesProof(t *testing.T) {
	for _, tt := range []struct {
		ev   voxhook.Event
		want string
	}{
		{&voxhook.IncomingCall{}, ""},
		{&voxhook.DialResult{}, "&DialCallStatus="},
		{&voxhook.GatherResult{}, "&Digits="},
		{&voxhook.RecordResult{}, "&RecordingUrl="},
		{&voxhook.PayResult{}, "&Result="},
		{&voxhook.StatusChange{Timestamp: time.Time{}.In(time.FixedZone("", 3600))}, "&CallDuration="},
		{&voxhook.Recording{VoiceWebhook: voxhook.VoiceWebhook{Vars: voxhook.Vars{}}}, "&RecordingStatus="},
		{&voxhook.PayProgress{}, "&For="},
		{&voxhook.GatherResult{SpeechResult: "a"}, "&SpeechResult=a"},
		{&voxhook.GatherResult{FinishedOnKey: "#"}, "&FinishedOnKey=%23"},
		{&voxhook.RecordResult{Digits: "1"}, "&Digits=1&RecordingUrl="},
		{&voxhook.StatusChange{RecordingSid: "r"}, "&CallDuration=&RecordingSid=r"},
		{&voxhook.Recording{RecordingSid: "r"}, "&RecordingSid=r&RecordingStatus="},
		{&voxhook.DialResult{RecordingSid: "r"}, "&DialCallStatus=&RecordingSid=r"},
		{&voxhook.PayResult{PaymentMethod: "ach-debit"}, "&PaymentMethod=ach-debit"},
		{&voxhook.PayProgress{PaymentMethod: "ach-debit"}, "&ErrorType=&PaymentMethod=ach-debit"},
	} {
		tt.ev.Webhook().CallSid = "c"
		form := wire.Values(tt.ev)
		want, err := url.ParseQuery("CallSid=c" + tt.want)
		require.NoError(t, err)
		assert.Equal(t, want, form)
		requireKind(t, tt.ev.Kind(), form)
	}
}

// TestValuesKeepsTheKind checks that the kind survives with any two of these:
// fields that are set, and parameters of other kinds in Params.
func TestValuesKeepsTheKind(t *testing.T) {
	var names []string
	for kind, list := range parameters(t) {
		if kind != "VoiceWebhook" {
			names = append(names, list...)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, k := range voxhook.Kinds() {
		fields := own(k.New(), false)
		set := func(ev voxhook.Event, i int) {
			if i < len(fields) {
				fill(reflect.ValueOf(ev).Elem().FieldByIndex(fields[i].Index))
				return
			}
			ev.Webhook().Params = append(ev.Webhook().Params, voxhook.Param{Name: names[i-len(fields)], Value: "x"})
		}
		for a := range len(fields) + len(names) {
			for b := range a + 1 {
				ev := newEvent(k)
				set(ev, a)
				set(ev, b)
				r, err := wire.NewRequest(http.MethodGet, "/voice", wire.Values(ev))
				require.NoError(t, err)
				got, err := voxhook.Parse(r)
				require.NoError(t, err)
				require.Equal(t, k, got.Kind(), "%v", ev)
			}
		}
	}
}

func TestValuesParams(t *testing.T) {
	ev := &voxhook.DialResult{DialCallStatus: "busy"}
	ev.CallSid = "c"
	ev.Params = voxhook.Params{
		{Name: "tenant", Value: "2"}, {Name: "CallSid", Value: "other"}, {Name: "tenant", Value: "1"}, {Name: "DialCallSid", Value: "x"},
		{Name: "callsid", Value: "lower"}, {Name: "empty", Value: ""}, {Name: "Digits", Value: "4"}, {Name: "", Value: "nameless"},
	}
	form := wire.Values(ev)
	assert.Equal(t, url.Values{
		"CallSid": {"c"}, "DialCallStatus": {"busy"}, "tenant": {"2", "1"}, "callsid": {"lower"}, "empty": {""}, "Digits": {"4"},
		"": {"nameless"},
	}, form)
	requireKind(t, voxhook.KindDialResult, form)

	call := &voxhook.IncomingCall{}
	call.CallSid = "c"
	call.Params = voxhook.Params{{Name: "Digits", Value: "9"}, {Name: "digits", Value: "9"}}
	assert.Equal(t, url.Values{"CallSid": {"c"}, "digits": {"9"}}, wire.Values(call), "Digits would prove a GatherResult")
}

type foreign struct{ *voxhook.IncomingCall }

func TestValuesPanics(t *testing.T) {
	for _, tt := range []struct {
		ev   voxhook.Event
		want string
	}{
		{nil, "wire: the event is nil"},
		{(*voxhook.GatherResult)(nil), "wire: the event is nil"},
		{foreign{&voxhook.IncomingCall{}}, "wire: wire_test.foreign is not an event of package voxhook"},
		{&voxhook.StatusChange{CallDuration: -time.Second},
			"wire: StatusChange.CallDuration is negative"},
		{&voxhook.GatherResult{Confidence: math.NaN()}, "wire: GatherResult.Confidence is not finite"},
		{&voxhook.GatherResult{Confidence: math.Inf(-1)}, "wire: GatherResult.Confidence is not finite"},
		{&voxhook.StatusChange{Timestamp: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
			"wire: StatusChange.Timestamp is outside the years 1 to 9999"},
		{&voxhook.IncomingCall{VoiceWebhook: voxhook.VoiceWebhook{CallStatus: "canceled"}},
			"wire: IncomingCall.CallStatus: the call has ended; send a StatusChange instead"},
	} {
		assert.PanicsWithValue(t, tt.want, func() { wire.Values(tt.ev) }, tt.want)
	}
}

func TestValuesConcurrently(t *testing.T) {
	var wait sync.WaitGroup
	for _, k := range voxhook.Kinds() {
		for range 8 {
			wait.Go(func() { wire.Values(newEvent(k)) })
		}
	}
	wait.Wait()
}

func TestNewRequest(t *testing.T) {
	form := url.Values{"CallSid": {"c d"}, "From": {"+1"}}
	const text = "CallSid=c+d&From=%2B1"
	for _, tt := range []struct {
		method, target, query, body string
	}{
		{"GET", "http://app.test/voice", text, ""},
		{"GET", "/voice?lang=en", "lang=en&" + text, ""},
		{"GET", "/voice?", text, ""},
		{"", "/voice", text, ""},
		{"HEAD", "/voice?lang=en#top", "lang=en&" + text, ""},
		{"POST", "http://app.test/voice?lang=en&b=%20", "lang=en&b=%20", text},
		{"POST", "/voice", "", text},
		{"PUT", "/voice", "", text},
		{"DELETE", "/voice", "", text},
	} {
		r, err := wire.NewRequest(tt.method, tt.target, form)
		require.NoError(t, err)
		assert.Equal(t, tt.query, r.URL.RawQuery, tt)
		assert.Equal(t, "/voice", r.URL.Path, tt)
		assert.Empty(t, r.RequestURI, tt)
		assert.Equal(t, int64(len(tt.body)), r.ContentLength, tt)
		if tt.body == "" {
			assert.Nil(t, r.Body, tt)
			assert.Empty(t, r.Header, tt)
			continue
		}
		assert.Equal(t, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, r.Header, tt)
		again, err := r.GetBody()
		require.NoError(t, err)
		for _, body := range []io.Reader{r.Body, again} {
			b, err := io.ReadAll(body)
			require.NoError(t, err)
			assert.Equal(t, tt.body, string(b), tt)
		}
	}

	r, err := wire.NewRequest("GET", "/voice?lang=en", nil)
	require.NoError(t, err)
	assert.Equal(t, "lang=en", r.URL.RawQuery)
	for _, method := range []string{"GET", "POST"} {
		_, err = wire.NewRequest(method, "http://app.test:port/", form)
		require.Error(t, err)
	}
	_, err = wire.NewRequest("NOT A METHOD", "/", form)
	require.Error(t, err)
}
