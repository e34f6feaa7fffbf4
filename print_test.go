package voxhook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

// printed returns an event with personal data.
func printed() *voxhook.GatherResult {
	return &voxhook.GatherResult{
		VoiceWebhook: voxhook.VoiceWebhook{
			CallSid: "c1", From: "+14025550100", To: "sip:sales@a.example",
			CallStatus: voxhook.CallStatusInProgress, Direction: voxhook.DirectionInbound, CallerName: "JANE DOE",
			Vars: voxhook.Vars{"menu.digits": "4711", "name": "Jane", "+14025550100": "x"},
			Geo:  voxhook.Geo{FromCity: "OMAHA", ToZip: "68102"},
			Params: voxhook.Params{
				{Name: "CallSid", Value: "c1"}, {Name: "From", Value: "+14025550100"}, {Name: "Jane Doe", Value: "x"},
			},
			Invalid: []*voxhook.ParamError{{Param: "Confidence", Err: voxhook.ErrConflict}},
		},
		Digits: "4711", SpeechResult: "I am Jane",
	}
}

func TestPrint(t *testing.T) {
	e := printed()
	const fields = `call_sid=c1 status=in-progress direction=inbound from=+1402…00 to=…`
	const names = `vars="… menu.digits name" params="CallSid From …" invalid=Confidence`
	const event = `GatherResult{` + fields + ` keys=4 ` + names + `}`
	for _, tt := range []struct {
		name string
		v    any
		want string
	}{
		{"event", e, event},
		{"value", *e, event},
		{"interface", struct{ E voxhook.Event }{e}, "{" + event + "}"},
		{"field", struct{ E voxhook.GatherResult }{*e}, "{" + event + "}"},
		{"slice", []any{e, *e}, "[" + event + " " + event + "]"},
		{"map", map[int]voxhook.Event{1: e}, "map[1:" + event + "]"},
		{"embedded", struct{ *voxhook.GatherResult }{e}, event},
		{"webhook", e.Webhook(), "VoiceWebhook{" + fields + " " + names + "}"},
		{"webhook value", e.VoiceWebhook, "VoiceWebhook{" + fields + " " + names + "}"},
		{"vars", e.Vars, "Vars[… menu.digits name]"},
		{"params", e.Params, "Params[CallSid From …]"},
		{"param", e.Params[1], "Param[From]"},
		{"geo", e.Geo, "Geo[FromCity ToZip]"},
		{"place", e.FromPlace(), "OMAHA"},
		{"parameter error", e.Invalid[0], "voxhook: parameter Confidence came more than once with different values"},
		{"no vars", voxhook.Vars(nil), "Vars[]"},
		{"nothing", voxhook.IncomingCall{}, "IncomingCall{}"},
		{"nil", (*voxhook.IncomingCall)(nil), "<nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, fmt.Sprint(tt.v))
			assert.Equal(t, tt.want+"\n", fmt.Sprintln(tt.v))
			assert.Equal(t, tt.want, fmt.Sprintf("%v", tt.v))
			assert.Contains(t, fmt.Sprintf("%+v", tt.v), strings.Trim(tt.want, "{}"))
		})
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t", "%10.2f", "%y"} {
		assert.Equal(t, event, fmt.Sprintf(verb, e), verb)
	}
}

// Each kind of event has its own methods, since those of the embedded
// VoiceWebhook do not print the kind.
func TestPrintKinds(t *testing.T) {
	for _, k := range voxhook.Kinds() {
		ev := k.New()
		ev.Webhook().CallSid = "c1"
		value := reflect.ValueOf(ev).Elem().Interface()
		for _, v := range []any{ev, value} {
			assert.Equal(t, k.String()+"{call_sid=c1}", fmt.Sprint(v))
			var out bytes.Buffer
			slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
			assert.Contains(t, out.String(), " msg=m v.kind="+k.String()+" v.call_sid=c1\n")
		}
	}
}

func TestPrintSlog(t *testing.T) {
	e := printed()
	noTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey {
			return slog.Attr{}
		}
		return a
	}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: noTime}))
	log.Info("", "e", e, "w", voxhook.VoiceWebhook{CallSid: "c1"}, "vars", e.Vars, "params", e.Params, "param", e.Params[0], "geo", e.Geo)
	assert.Equal(t, `{"e":{"kind":"GatherResult","call_sid":"c1","status":"in-progress","direction":"inbound","from":"+1402…00","to":"…",`+
		`"keys":4,"vars":"… menu.digits name","params":"CallSid From …","invalid":"Confidence"},"w":{"call_sid":"c1"},`+
		`"vars":"… menu.digits name","params":"CallSid From …","param":"CallSid","geo":"FromCity ToZip"}`+"\n", out.String())
}

// Text that a request can make long or odd is cut off and quoted.
func TestPrintIsBounded(t *testing.T) {
	long := strings.Repeat("x", 1000)
	var params voxhook.Params
	for range 1000 {
		params = append(params, voxhook.Param{Name: "Name", Value: long})
	}
	w := voxhook.VoiceWebhook{CallSid: long, CallStatus: "a\n=\x1b", Direction: voxhook.Direction(long), Params: params}
	text := fmt.Sprint(w)
	assert.Less(t, len(text), 1300)
	assert.Contains(t, text, "call_sid="+long[:64]+"… ")
	assert.Contains(t, text, `status="a\n=\x1b"`)
}

func TestPrintJSON(t *testing.T) {
	for _, k := range voxhook.Kinds() {
		for _, v := range []any{k.New(), reflect.ValueOf(k.New()).Elem().Interface(), []any{k.New()}, k.New().Webhook()} {
			_, err := json.Marshal(v)
			assert.ErrorContains(t, err, "store Params.Values().Encode(), which Parse reads again")
		}
	}
	_, err := json.Marshal(printed().Params)
	require.ErrorContains(t, err, "Params.Values().Encode()")
	text, err := json.Marshal([]any{voxhook.Vars{"name": "Jane"}, voxhook.Geo{FromCity: "OMAHA"}})
	require.NoError(t, err)
	var vars voxhook.Vars
	var geo voxhook.Geo
	require.NoError(t, json.Unmarshal(text, &[]any{&vars, &geo}))
	assert.Equal(t, voxhook.Vars{"name": "Jane"}, vars)
	assert.Equal(t, voxhook.Geo{FromCity: "OMAHA"}, geo)
}

// If a test compares events with testify, the diff shows the fields that
// differ, because it uses no method of a type except String. The same is true
// of go-cmp.
func TestPrintDiff(t *testing.T) {
	e := printed()
	assert.True(t, assert.ObjectsAreEqual(e, printed()))
	for _, v := range []any{e, *e, e.Webhook(), e.VoiceWebhook, e.Params, e.Params[0], e.Vars, e.Geo} {
		_, ok := v.(fmt.Stringer)
		assert.False(t, ok, "%T", v)
	}
}
