package voxtest_test

import (
	"fmt"
	"io"
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

// eachKind runs a test for each kind of event by both methods.
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

// Whatever is set arrives, and the kind is the same: all fields, some, or one.
func TestNewRequestKeepsWhatIsSet(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, kind voxhook.Kind) {
		g := generator{rand.New(rand.NewPCG(1, 2))}
		keep := func(kept func(name string) bool) {
			ev, same := kind.New(), kind.New()
			g.fill(t, ev)
			for name, field := range fields(ev) {
				if !kept(name) {
					field.SetZero()
				}
				fields(same)[name].Set(field)
			}
			same.Webhook().Vars = maps.Clone(ev.Webhook().Vars)
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
		}
		for range 25 {
			keep(func(string) bool { return true })
			share := g.Float64()
			keep(func(string) bool { return g.Float64() < share })
		}
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

func TestNewRequestKeepsVars(t *testing.T) {
	eachKind(t, func(t *testing.T, method string, kind voxhook.Kind) {
		ev := kind.New()
		ev.Webhook().Vars = voxhook.Vars{"menu.digits": "1", "menu": "<b> & \"c\"", "_captcha.digits": ""}
		assert.Equal(t, ev.Webhook().Vars, parse(t, voxtest.NewRequest(method, "/voice", ev)).Webhook().Vars)
		ev.Webhook().Vars = voxhook.Vars{}
		assert.Nil(t, parse(t, voxtest.NewRequest(method, "/voice", ev)).Webhook().Vars)
	})
}

// The table in the comment of NewRequest: what is sent of events with little or
// nothing set.
func TestNewRequestDefaults(t *testing.T) {
	common := func(set voxhook.VoiceWebhook) voxhook.Event { return &voxhook.IncomingCall{VoiceWebhook: set} }
	ended := voxhook.VoiceWebhook{CallStatus: "completed"}
	var sent strings.Builder
	params := func(ev voxhook.Event) url.Values {
		return parse(t, voxtest.NewRequest(http.MethodPost, "/voice", ev)).Webhook().Params.Values()
	}
	show := func(name string, got, before url.Values) { // what differs
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
