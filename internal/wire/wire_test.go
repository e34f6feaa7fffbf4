package wire_test

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
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

// events has an event of each kind with nothing but its CallSid.
func events() []voxhook.Event {
	list := []voxhook.Event{
		&voxhook.IncomingCall{}, &voxhook.DialResult{}, &voxhook.GatherResult{}, &voxhook.RecordResult{},
		&voxhook.PayResult{}, &voxhook.StatusChange{}, &voxhook.Recording{}, &voxhook.PayProgress{},
	}
	for _, ev := range list {
		ev.Webhook().CallSid = "c"
	}
	return list
}

func kindOf(ev voxhook.Event) string { return reflect.TypeOf(ev).Elem().Name() }

// parse sends a form by both methods and returns the event that arrives.
func parse(t *testing.T, form url.Values) voxhook.Event {
	t.Helper()
	get, err := wire.NewRequest(http.MethodGet, "/voice", form)
	require.NoError(t, err)
	post, err := wire.NewRequest(http.MethodPost, "/voice", form)
	require.NoError(t, err)
	byGet, err := voxhook.Parse(get)
	require.NoError(t, err)
	byPost, err := voxhook.Parse(post)
	require.NoError(t, err)
	require.Equal(t, byGet.Webhook().Params.Values(), byPost.Webhook().Params.Values())
	require.Empty(t, byGet.Webhook().Invalid)
	return byGet
}

// parameters returns testdata/parameters.txt.
func parameters(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/parameters.txt")
	require.NoError(t, err)
	kinds := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		kind, names, _ := strings.Cut(line, ":")
		kinds[kind] = strings.Fields(names)
	}
	require.Len(t, kinds, 8)
	return kinds
}

// own returns the fields of an event's type that no other kind has to have,
// or those of VoiceWebhook.
func own(ev voxhook.Event, webhook bool) (fields []reflect.StructField) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(ev).Elem()) {
		tag := f.Tag.Get("schema")
		if tag != "" && tag != "-" && webhook == (len(f.Index) > 1) {
			fields = append(fields, f)
		}
	}
	return fields
}

// fill gives a field a value, and returns how it stands on the wire.
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
	v.SetString("0") // of a text no zero value
	return "0"
}

// Every documented parameter is written, and nothing else but a proof.
func TestValuesOfEachField(t *testing.T) {
	names := parameters(t)
	for i, ev := range events() {
		for _, webhook := range []bool{false, true} {
			var tested []string
			for _, f := range own(ev, webhook) {
				name := f.Tag.Get("schema")
				tested = append(tested, name)
				ev := events()[i]
				want := fill(reflect.ValueOf(ev).Elem().FieldByIndex(f.Index))
				form := wire.Values(ev)
				assert.Equal(t, []string{want}, form[name], "%s.%s", kindOf(ev), name)
				for other, values := range form {
					if other != name && other != "CallSid" {
						assert.Equal(t, []string{""}, values, "%s.%s: %s", kindOf(ev), name, other)
					}
				}
				require.LessOrEqual(t, len(form), 3)
				require.Equal(t, kindOf(ev), kindOf(parse(t, withSid(form))), "%s.%s", kindOf(ev), name)
			}
			kind := kindOf(ev)
			if webhook {
				kind = "VoiceWebhook"
			}
			require.ElementsMatch(t, names[kind], tested, kind)
		}
	}
}

func withSid(form url.Values) url.Values {
	form.Set("CallSid", "c")
	return form
}

// The proof of each kind, where nothing else proves it.
func TestValuesProof(t *testing.T) {
	want := map[string]url.Values{
		"IncomingCall": {},
		"DialResult":   {"DialCallStatus": {""}},
		"GatherResult": {"Digits": {""}},
		"RecordResult": {"RecordingUrl": {""}},
		"PayResult":    {"Result": {""}},
		"StatusChange": {"CallDuration": {""}},
		"Recording":    {"RecordingStatus": {""}},
		"PayProgress":  {"For": {""}},
	}
	for _, ev := range events() {
		require.Equal(t, withSid(want[kindOf(ev)]), wire.Values(ev), kindOf(ev))
	}
	for _, tt := range []struct {
		name string
		ev   voxhook.Event
		want url.Values
	}{
		{"speech needs none", &voxhook.GatherResult{SpeechResult: "a"}, url.Values{"SpeechResult": {"a"}}},
		{"a key needs none", &voxhook.GatherResult{FinishedOnKey: "#"}, url.Values{"FinishedOnKey": {"#"}}},
		{"Digits prove no RecordResult", &voxhook.RecordResult{Digits: "1"}, url.Values{"Digits": {"1"}, "RecordingUrl": {""}}},
		{"RecordingSid proves no StatusChange", &voxhook.StatusChange{RecordingSid: "r"},
			url.Values{"RecordingSid": {"r"}, "CallDuration": {""}}},
		{"RecordingSid proves no Recording", &voxhook.Recording{RecordingSid: "r"},
			url.Values{"RecordingSid": {"r"}, "RecordingStatus": {""}}},
		{"RecordingSid proves no DialResult", &voxhook.DialResult{RecordingSid: "r"},
			url.Values{"RecordingSid": {"r"}, "DialCallStatus": {""}}},
		{"a card proves a PayResult", &voxhook.PayResult{PaymentMethod: "ach-debit"}, url.Values{"PaymentMethod": {"ach-debit"}}},
		{"a card proves no PayProgress", &voxhook.PayProgress{PaymentMethod: "ach-debit"},
			url.Values{"PaymentMethod": {"ach-debit"}, "ErrorType": {""}}},
	} {
		tt.ev.Webhook().CallSid = "c"
		form := wire.Values(tt.ev)
		assert.Equal(t, withSid(tt.want), form, tt.name)
		assert.Equal(t, kindOf(tt.ev), kindOf(parse(t, form)), tt.name)
	}
}

// The kind is kept with any two fields set, with any two parameters of other
// kinds in Params, and with any of the one and any of the other.
func TestValuesKeepsTheKind(t *testing.T) {
	var names []string
	for kind, list := range parameters(t) {
		if kind != "VoiceWebhook" {
			names = append(names, list...)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for i, ev := range events() {
		check := func(fields []reflect.StructField, names ...string) {
			t.Helper()
			ev := events()[i]
			for _, f := range fields {
				fill(reflect.ValueOf(ev).Elem().FieldByIndex(f.Index))
			}
			for _, name := range names {
				ev.Webhook().Params = append(ev.Webhook().Params, voxhook.Param{Name: name, Value: "x"})
			}
			r, err := wire.NewRequest(http.MethodGet, "/voice", wire.Values(ev))
			require.NoError(t, err)
			got, err := voxhook.Parse(r)
			require.NoError(t, err)
			require.Equal(t, kindOf(ev), kindOf(got), "%v %q", fields, names)
		}
		fields := own(ev, false)
		for a := range fields {
			for b := range a {
				check([]reflect.StructField{fields[a], fields[b]})
			}
			for _, name := range names {
				check(fields[a:a+1], name)
			}
		}
		for a := range names {
			for b := range names[:a+1] {
				check(nil, names[a], names[b])
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
	assert.Equal(t, form, parse(t, form).Webhook().Params.Values())

	call := &voxhook.IncomingCall{}
	call.CallSid = "c"
	call.Params = voxhook.Params{{Name: "Digits", Value: "9"}, {Name: "digits", Value: "9"}}
	assert.Equal(t, url.Values{"CallSid": {"c"}, "digits": {"9"}}, wire.Values(call), "Digits would prove a GatherResult")
}

func TestValuesLeavesOutZero(t *testing.T) {
	ev := &voxhook.StatusChange{Timestamp: time.Time{}.In(time.FixedZone("", 3600))}
	ev.CallSid = "c"
	ev.Vars = voxhook.Vars{}
	assert.Equal(t, url.Values{"CallSid": {"c"}, "CallDuration": {""}}, wire.Values(ev))
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
			"wire: IncomingCall.CallStatus: the call has ended: send a StatusChange"},
	} {
		assert.PanicsWithValue(t, tt.want, func() { wire.Values(tt.ev) }, tt.want)
	}
}

func TestValuesConcurrently(t *testing.T) {
	want := wire.Values(full())
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				assert.Equal(t, want, wire.Values(full()))
			}
		})
	}
	wait.Wait()
}

// full is an event of the kind that has most fields, each of them set.
func full() *voxhook.PayResult {
	ev := &voxhook.PayResult{}
	for _, webhook := range []bool{false, true} {
		for _, f := range own(ev, webhook) {
			fill(reflect.ValueOf(ev).Elem().FieldByIndex(f.Index))
		}
	}
	return ev
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

// The same request suits a handler and a client, a redirect of it included.
func TestNewRequestServed(t *testing.T) {
	var got voxhook.Event
	mux := http.NewServeMux()
	mux.HandleFunc("/voice", func(w http.ResponseWriter, r *http.Request) {
		ev, err := voxhook.Parse(r)
		assert.NoError(t, err)
		got = ev
	})
	mux.Handle("/old", http.RedirectHandler("/voice", http.StatusTemporaryRedirect))
	server := httptest.NewServer(mux)
	defer server.Close()

	want := full()
	form := wire.Values(want)
	check := func() {
		t.Helper()
		require.NotNil(t, got)
		require.Equal(t, form, got.Webhook().Params.Values())
		got = nil
	}
	for _, method := range []string{"GET", "POST"} {
		r, err := wire.NewRequest(method, "/voice", form)
		require.NoError(t, err)
		mux.ServeHTTP(httptest.NewRecorder(), r)
		check()

		r, err = wire.NewRequest(method, server.URL+"/voice", form)
		require.NoError(t, err)
		resp, err := server.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		check()
	}
	r, err := wire.NewRequest("POST", server.URL+"/old", form)
	require.NoError(t, err)
	resp, err := server.Client().Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	check()
}

func BenchmarkValues(b *testing.B) {
	ev := full()
	for b.Loop() {
		wire.Values(ev)
	}
}

func BenchmarkNewRequest(b *testing.B) {
	ev := full()
	for b.Loop() {
		if _, err := wire.NewRequest(http.MethodPost, "http://127.0.0.1/voice", wire.Values(ev)); err != nil {
			b.Fatal(err)
		}
	}
}
