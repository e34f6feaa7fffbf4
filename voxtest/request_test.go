package voxtest_test

import (
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxtest"
)

// newEvents makes an event of each kind.
var newEvents = map[string]func() voxhook.Event{
	"IncomingCall": func() voxhook.Event { return new(voxhook.IncomingCall) },
	"StatusChange": func() voxhook.Event { return new(voxhook.StatusChange) },
	"Recording":    func() voxhook.Event { return new(voxhook.Recording) },
	"DialResult":   func() voxhook.Event { return new(voxhook.DialResult) },
	"GatherResult": func() voxhook.Event { return new(voxhook.GatherResult) },
	"RecordResult": func() voxhook.Event { return new(voxhook.RecordResult) },
	"PayResult":    func() voxhook.Event { return new(voxhook.PayResult) },
	"PayProgress":  func() voxhook.Event { return new(voxhook.PayProgress) },
}

// eachKind runs a test for each kind of event by both methods.
func eachKind(t *testing.T, test func(t *testing.T, method string, newEvent func() voxhook.Event)) {
	for kind, newEvent := range newEvents {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(kind+"/"+method, func(t *testing.T) { test(t, method, newEvent) })
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

// sent returns the documented fields of the event that arrives.
func sent(t *testing.T, method string, ev voxhook.Event) voxhook.Event {
	t.Helper()
	got := parse(t, voxtest.NewRequest(method, "/voice", ev))
	documented := got.Kind().New()
	for name, field := range fields(documented) {
		field.Set(fields(got)[name])
	}
	return documented
}

// copyOf returns a deep copy of an event.
func copyOf(ev voxhook.Event) voxhook.Event {
	v := reflect.New(reflect.TypeOf(ev).Elem())
	v.Elem().Set(reflect.ValueOf(ev).Elem())
	c := v.Interface().(voxhook.Event)
	w := c.Webhook()
	if w.Vars != nil {
		w.Vars = voxhook.Vars{}
		for name, value := range ev.Webhook().Vars {
			w.Vars[name] = value
		}
	}
	w.Params = append(voxhook.Params(nil), w.Params...)
	return c
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

// A generator makes values that are not zero.
type generator struct{ *rand.Rand }

// text makes any text, also what is not UTF-8 where that may be.
func (g generator) text() string {
	parts := []string{"a", "Z", "0", "7", " ", "+", "%", "&", "=", ";", "?", "#", "/", "\"", "'", "<", "\\", "\r\n", "é", "Добро", "👍🏽", "true", "0"}
	var text strings.Builder
	for range 1 + g.IntN(12) {
		text.WriteString(parts[g.IntN(len(parts))])
	}
	return text.String()
}

// fill gives each documented field of an event a value. Two are left out: a
// From or To that begins with a space and a digit, which arrives with a plus
// in place of the space; and an IncomingCall of a call that has ended, which
// does not exist.
func (g generator) fill(t *testing.T, ev voxhook.Event) {
	for name, field := range fields(ev) {
		switch field.Interface().(type) {
		case time.Duration:
			field.SetInt(int64(time.Second) * (1 + g.Int64N(math.MaxInt64/int64(time.Second))))
			continue
		case time.Time:
			const first, last = -62_000_000_000, 253_402_300_799 // in the years 5 and 9999
			field.Set(reflect.ValueOf(time.Unix(first+g.Int64N(last-first+1), g.Int64N(1e9)).UTC()))
			continue
		case voxhook.Vars:
			vars := voxhook.Vars{}
			for range 1 + g.IntN(4) {
				vars[g.text()] = g.text()
			}
			vars["menu.digits"] = ""
			field.Set(reflect.ValueOf(vars))
			continue
		case voxhook.CallStatus:
			states := []string{"queued", "ringing", "in-progress", "answered", "parked"}
			if _, ok := ev.(*voxhook.IncomingCall); !ok {
				states = append(states, "completed", "failed", "busy", "no-answer", "canceled")
			}
			field.SetString(states[g.IntN(len(states))])
			continue
		}
		g.fillPlain(t, name, field)
		require.False(t, field.IsZero(), name)
	}
}

// fillPlain fills a field of a basic type.
func (g generator) fillPlain(t *testing.T, name string, field reflect.Value) {
	switch field.Kind() {
	case reflect.String:
		text := g.text()
		if name == "From" || name == "To" {
			text = strings.TrimLeft(text, " ") + "1"
		}
		field.SetString(text)
	case reflect.Int:
		field.SetInt(g.Int64() | 1)
		if g.IntN(2) == 0 {
			field.SetInt(-field.Int())
		}
	case reflect.Bool:
		field.SetBool(true)
	case reflect.Float64:
		field.SetFloat(math.Ldexp(g.Float64()+0.1, g.IntN(1000)-500))
	default:
		t.Fatalf("no values for %s, a %s", name, field.Type())
	}
}

const rounds = 50

// What arrives is what was sent.
func TestNewRequestKeepsWhatIsSet(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, newEvent func() voxhook.Event) {
		g := generator{rand.New(rand.NewPCG(1, 2))}
		for range rounds {
			ev := newEvent()
			g.fill(t, ev)
			before := copyOf(ev)
			require.Equal(t, ev, sent(t, method, ev))
			require.Equal(t, before, ev, "the event was changed")
		}
	})
}

// Whatever is left out, the rest arrives, and the kind is the same.
func TestNewRequestChangesOnlyWhatIsZero(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, newEvent func() voxhook.Event) {
		g := generator{rand.New(rand.NewPCG(3, 4))}
		for range 4 * rounds {
			ev := newEvent()
			g.fill(t, ev)
			share := g.Float64()
			for _, field := range fields(ev) {
				if g.Float64() < share {
					field.SetZero()
				}
			}
			before := copyOf(ev)
			got := sent(t, method, ev)
			require.Equal(t, before, ev, "the event was changed")
			require.IsType(t, ev, got)
			arrived := fields(got)
			for name, field := range fields(ev) {
				if !field.IsZero() {
					require.Equal(t, field.Interface(), arrived[name].Interface(), name)
				}
			}
			require.NotEmpty(t, got.Webhook().CallSid)
		}
	})
}

// Each parameter of the list is sent if it is set, alone.
func TestNewRequestSendsEveryParameter(t *testing.T) {
	text, err := os.ReadFile("../testdata/parameters.txt")
	require.NoError(t, err)
	lines := 0
	for line := range strings.Lines(string(text)) {
		kind, names, ok := strings.Cut(line, ":")
		require.True(t, ok, line)
		lines++
		for _, name := range strings.Fields(names) {
			for eventKind, newEvent := range newEvents {
				if kind != eventKind && kind != "VoiceWebhook" {
					continue
				}
				g := generator{rand.New(rand.NewPCG(5, 6))}
				filled, ev := newEvent(), newEvent()
				g.fill(t, filled)
				require.Contains(t, fields(ev), name)
				want := fields(filled)[name]
				fields(ev)[name].Set(want)
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					got := parse(t, voxtest.NewRequest(method, "/voice", ev))
					require.IsType(t, ev, got)
					require.Equal(t, want.Interface(), fields(got)[name].Interface(), "%s.%s", eventKind, name)
					require.Len(t, got.Webhook().Params.Values()[name], 1, "%s.%s", eventKind, name)
				}
			}
		}
	}
	require.Equal(t, len(newEvents), lines) // none for IncomingCall, one for VoiceWebhook
}

func TestNewRequestKeepsYourParams(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, newEvent func() voxhook.Event) {
		ev := newEvent()
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

func TestNewRequestKeepsVars(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, newEvent func() voxhook.Event) {
		ev := newEvent()
		ev.Webhook().Vars = voxhook.Vars{"menu.digits": "1", "menu": "<b> & \"c\"", "_captcha.digits": ""}
		assert.Equal(t, ev.Webhook().Vars, sent(t, method, ev).Webhook().Vars)
		ev.Webhook().Vars = voxhook.Vars{}
		assert.Nil(t, sent(t, method, ev).Webhook().Vars)
	})
}

// webhook returns what all webhooks have by default.
func webhook(status voxhook.CallStatus, direction voxhook.Direction) voxhook.VoiceWebhook {
	return voxhook.VoiceWebhook{
		CallSid:    "21c5c2a6-00ce-8c16-b8a2-e52382137663",
		AccountID:  "4021",
		TrunkID:    "90001",
		From:       "+14025550100",
		To:         "+14025550199",
		CallStatus: status,
		APIVersion: "v0",
		Direction:  direction,
	}
}

const (
	recordingSid = "1315926a-a37e-807b-a06d-a144a50af33d"
	recordingURL = "https://recordings.example.com/" + recordingSid + ".wav?channels=1&seconds=" // and how many
)

// The table in the comment of NewRequest, for events without anything set.
func TestNewRequestDefaults(t *testing.T) {
	for _, tt := range []struct {
		ev, want voxhook.Event
	}{
		{&voxhook.IncomingCall{}, &voxhook.IncomingCall{VoiceWebhook: webhook("ringing", "inbound")}},
		{&voxhook.StatusChange{}, &voxhook.StatusChange{
			VoiceWebhook:   webhook("completed", "outbound-api"),
			CallDuration:   time.Minute,
			Timestamp:      time.Date(2025, 1, 1, 12, 1, 0, 0, time.UTC),
			CallbackSource: "call-progress-events",
		}},
		{&voxhook.Recording{}, &voxhook.Recording{
			VoiceWebhook:       webhook("in-progress", "inbound"),
			RecordingStatus:    "completed",
			RecordingSid:       recordingSid,
			RecordingURL:       recordingURL + "42",
			RecordingDuration:  42 * time.Second,
			RecordingChannels:  1,
			RecordingSource:    "RecordVerb",
			RecordingStartTime: time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC),
			RecordingTrack:     "inbound",
		}},
		{&voxhook.DialResult{}, &voxhook.DialResult{
			VoiceWebhook:     webhook("in-progress", "inbound"),
			DialCallStatus:   "completed",
			DialCallSid:      "fa47267a-0a55-8d03-8dcc-acf2b92cb07b",
			DialCallDuration: time.Minute,
			DialBridged:      true,
		}},
		{&voxhook.GatherResult{}, &voxhook.GatherResult{VoiceWebhook: webhook("in-progress", "inbound")}},
		{&voxhook.RecordResult{}, &voxhook.RecordResult{
			VoiceWebhook:      webhook("in-progress", "inbound"),
			RecordingURL:      recordingURL + "42",
			RecordingSid:      recordingSid,
			RecordingDuration: 42 * time.Second,
		}},
		{&voxhook.PayResult{}, &voxhook.PayResult{
			VoiceWebhook:            webhook("in-progress", "inbound"),
			Result:                  "success",
			PaymentMethod:           "credit-card",
			PaymentCardNumber:       "xxxxxxxxxxxx1111",
			PaymentCardType:         "visa",
			ExpirationDate:          "1239",
			SecurityCode:            "xxx",
			PaymentCardPostalCode:   "68102",
			PaymentToken:            "00903b35-b33d-880d-9058-e53bea6d93ac",
			PaymentConfirmationCode: "b88e3634-f72e-82f9-aedb-702375b76333",
		}},
		{&voxhook.PayProgress{}, &voxhook.PayProgress{
			VoiceWebhook:  webhook("in-progress", "inbound"),
			For:           "payment-card-number",
			Attempt:       1,
			PaymentMethod: "credit-card",
		}},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			assert.Equal(t, tt.want, sent(t, method, tt.ev))
		}
	}
}

// The defaults give way to what is set: each row has what arrives of some
// parameters.
func TestNewRequestDefaultsFit(t *testing.T) {
	common := func(set voxhook.VoiceWebhook) voxhook.Event { return &voxhook.IncomingCall{VoiceWebhook: set} }
	ended := voxhook.VoiceWebhook{CallStatus: "completed"}
	for _, tt := range []struct {
		name string
		ev   voxhook.Event
		want map[string]any
	}{
		{"a leg", common(voxhook.VoiceWebhook{ParentCallSid: "p"}),
			map[string]any{"Direction": "outbound-dial", "CallStatus": "in-progress", "ParentCallSid": "p"}},
		{"a leg by its direction", common(voxhook.VoiceWebhook{Direction: "outbound-dial"}),
			map[string]any{"ParentCallSid": "9729b69e-5dae-851e-9b75-f3c544570bf4", "CallStatus": "in-progress"}},
		{"answered by", common(voxhook.VoiceWebhook{AnsweredBy: "fax"}),
			map[string]any{"Direction": "outbound-api", "CallStatus": "in-progress", "ParentCallSid": ""}},
		{"the end of a leg", &voxhook.StatusChange{VoiceWebhook: voxhook.VoiceWebhook{ParentCallSid: "p"}},
			map[string]any{"Direction": "outbound-dial", "CallStatus": "completed"}},

		{"busy", &voxhook.StatusChange{VoiceWebhook: voxhook.VoiceWebhook{CallStatus: "busy"}},
			map[string]any{"CallDuration": time.Duration(0), "RecordingUrl": ""}},
		{"recorded", &voxhook.StatusChange{RecordingSid: "a/b"}, map[string]any{
			"CallDuration": time.Minute, "RecordingUrl": "https://recordings.example.com/a%2Fb.wav?channels=1&seconds=42", "RecordingDuration": 42 * time.Second,
		}},
		{"a short call", &voxhook.StatusChange{CallDuration: 5 * time.Second, RecordingURL: "u"},
			map[string]any{"RecordingDuration": 5 * time.Second, "RecordingSid": recordingSid, "RecordingUrl": "u"}},
		{"a long recording", &voxhook.StatusChange{RecordingDuration: time.Hour},
			map[string]any{"CallDuration": time.Hour, "RecordingSid": recordingSid, "RecordingUrl": recordingURL + "3600"}},

		{"in progress", &voxhook.Recording{RecordingStatus: "in-progress"}, map[string]any{
			"CallStatus": "in-progress", "RecordingUrl": "", "RecordingDuration": time.Duration(0), "RecordingSid": recordingSid,
		}},
		{"failed", &voxhook.Recording{RecordingStatus: "failed"},
			map[string]any{"RecordingUrl": "", "RecordingDuration": time.Duration(0), "RecordingStartTime": time.Time{}}},
		{"an error", &voxhook.Recording{ErrorCode: "1"}, map[string]any{"RecordingStatus": "failed", "RecordingUrl": ""}},
		{"dual", &voxhook.Recording{RecordingChannels: 2}, map[string]any{"RecordingSource": "DialVerb", "RecordingTrack": "both"}},
		{"outbound", &voxhook.Recording{RecordingTrack: "outbound"}, map[string]any{"RecordingSource": "DialVerb", "RecordingChannels": 1}},
		{"of a Dial", &voxhook.Recording{RecordingSource: "DialVerb"}, map[string]any{"RecordingTrack": "both"}},

		{"busy dial", &voxhook.DialResult{DialCallStatus: "busy"},
			map[string]any{"DialCallDuration": time.Duration(0), "DialBridged": false, "RecordingUrl": ""}},
		{"answered dial", &voxhook.DialResult{DialCallStatus: "answered"},
			map[string]any{"DialCallDuration": time.Minute, "DialBridged": false}},
		{"recorded dial", &voxhook.DialResult{RecordingDuration: 2 * time.Minute},
			map[string]any{"DialCallDuration": 2 * time.Minute, "RecordingUrl": recordingURL + "120"}},
		{"short recorded dial", &voxhook.DialResult{RecordingSid: "r", DialCallDuration: time.Second},
			map[string]any{"RecordingDuration": time.Second}},

		{"speech", &voxhook.GatherResult{SpeechResult: "a"}, map[string]any{"Confidence": 0.9, "Digits": ""}},
		{"digits", &voxhook.GatherResult{Digits: "1"}, map[string]any{"Confidence": 0.0, "SpeechResult": "", "FinishedOnKey": ""}},

		{"hangup", &voxhook.RecordResult{Digits: "hangup"}, map[string]any{"CallStatus": "completed"}},
		{"a key", &voxhook.RecordResult{Digits: "#"}, map[string]any{"CallStatus": "in-progress"}},
		{"an ended call", &voxhook.RecordResult{VoiceWebhook: ended}, map[string]any{"Digits": "hangup"}},

		{"an error", &voxhook.PayResult{PaymentError: "a"},
			map[string]any{"Result": "payment-connector-error", "PaymentMethod": "credit-card", "PaymentToken": "", "PaymentCardNumber": ""}},
		{"an error code", &voxhook.PayResult{PayErrorCode: "a"}, map[string]any{"Result": "payment-connector-error"}},
		{"the connector's error", &voxhook.PayResult{ConnectorError: "a"}, map[string]any{"Result": "payment-connector-error"}},
		{"a hangup", &voxhook.PayResult{Result: "caller-hung-up"}, map[string]any{"CallStatus": "completed", "PaymentToken": ""}},
		{"an ended call", &voxhook.PayResult{VoiceWebhook: ended}, map[string]any{"Result": "caller-hung-up"}},
		{"a payment in an ended call", &voxhook.PayResult{VoiceWebhook: ended, PaymentToken: "t"},
			map[string]any{"Result": "success", "PaymentToken": "t"}},
		{"an account", &voxhook.PayResult{BankAccountType: "consumer-savings"}, map[string]any{
			"PaymentMethod": "ach-debit", "BankAccountNumber": "xxxxxxxx6789", "BankRoutingNumber": "021000021",
			"BankAccountType": "consumer-savings", "PaymentCardNumber": "", "SecurityCode": "",
		}},
		{"another card", &voxhook.PayResult{PaymentCardType: "amex"}, map[string]any{"PaymentCardNumber": "", "SecurityCode": ""}},
		{"another number", &voxhook.PayResult{PaymentCardNumber: "x"}, map[string]any{"PaymentCardType": "", "SecurityCode": ""}},

		{"a mistake", &voxhook.PayProgress{ErrorType: "invalid-date", PaymentCardPostalCode: "1"}, map[string]any{"For": "expiration-date"}},
		{"a bank's mistake", &voxhook.PayProgress{ErrorType: "invalid-bank-account-number"},
			map[string]any{"For": "bank-account-number", "PaymentMethod": "ach-debit"}},
		{"a timeout", &voxhook.PayProgress{ErrorType: "input-timeout"}, map[string]any{"For": "payment-card-number"}},
		{"a date", &voxhook.PayProgress{ExpirationDate: "0931"}, map[string]any{"For": "expiration-date"}},
		{"a code", &voxhook.PayProgress{ExpirationDate: "0931", SecurityCode: "xxx"}, map[string]any{"For": "security-code"}},
		{"a postal code", &voxhook.PayProgress{SecurityCode: "xxx", PaymentCardPostalCode: "1"}, map[string]any{"For": "postal-code"}},
		{"a debit", &voxhook.PayProgress{PaymentMethod: "ach-debit"}, map[string]any{"For": "bank-routing-number"}},
		{"another attempt", &voxhook.PayProgress{Attempt: 3}, map[string]any{"Attempt": 3}},
	} {
		got := fields(sent(t, http.MethodPost, tt.ev))
		for name, want := range tt.want {
			require.Contains(t, got, name)
			value := got[name].Interface()
			if got[name].Kind() == reflect.String {
				value = got[name].String()
			}
			assert.Equal(t, want, value, "%s: %s", tt.name, name)
		}
	}
}

// The request is that of a server, and always the same.
func TestNewRequestIsThatOfAServer(t *testing.T) {
	ev := &voxhook.GatherResult{Digits: "1"}
	const form = "AccountID=4021&ApiVersion=v0&CallSid=21c5c2a6-00ce-8c16-b8a2-e52382137663&CallStatus=in-progress&Digits=1" +
		"&Direction=inbound&From=%2B14025550100&To=%2B14025550199&TrunkID=90001"
	for _, tt := range []struct {
		method, target      string
		host, uri, sentForm string
	}{
		{"POST", "/voice", "example.com", "/voice", form},
		{"POST", "/voice?lang=en", "example.com", "/voice?lang=en", form},
		{"PUT", "https://app.test/voice", "app.test", "https://app.test/voice", form},
		{"GET", "/voice", "example.com", "/voice?" + form, ""},
		{"", "/voice?", "example.com", "/voice?" + form, ""},
		{"HEAD", "https://app.test/voice?lang=en", "app.test", "https://app.test/voice?lang=en&" + form, ""},
	} {
		r := voxtest.NewRequest(tt.method, tt.target, ev)
		assert.Equal(t, tt.host, r.Host, tt)
		assert.Equal(t, tt.uri, r.RequestURI, tt)
		assert.NotEmpty(t, r.RemoteAddr, tt)
		assert.Equal(t, "/voice", r.URL.Path, tt)
		assert.Equal(t, strings.HasPrefix(tt.target, "https:"), r.TLS != nil, tt)
		assert.Equal(t, int64(len(tt.sentForm)), r.ContentLength, tt)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		assert.Equal(t, tt.sentForm, string(body), tt)
		header := http.Header{}
		if tt.sentForm != "" {
			header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		assert.Equal(t, header, r.Header, tt)
	}
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
	panics("voxtest: voxtest_test.foreign is no event of package voxhook", "GET", "/", foreign{&voxhook.IncomingCall{}})
	panics("IncomingCall.CallStatus: the call has ended", "GET", "/", &voxhook.IncomingCall{VoiceWebhook: voxhook.VoiceWebhook{CallStatus: "busy"}})
	panics("StatusChange.CallDuration is negative", "GET", "/", &voxhook.StatusChange{CallDuration: -1})
	panics("GatherResult.Confidence is not finite", "POST", "/", &voxhook.GatherResult{Confidence: math.NaN()})
	for _, method := range []string{"GET", "POST", "NO METHOD"} {
		for _, target := range []string{"", "no target", "http://[::1"} {
			panics("invalid NewRequest arguments", method, target, &voxhook.IncomingCall{})
		}
	}
}
