package voxhook

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/form"
)

// differ fills each kind of event twice: with its set method, and with
// gorilla/schema through the schema tags. Both must agree on all fields, and on
// which parameters cannot be parsed.
func differ(t *testing.T, params Params) {
	in := received{vars: 1000}
	in.webhook.Params = append(Params{{"CallSid", "1"}}, slices.DeleteFunc(slices.Clone(params), func(p Param) bool {
		return isIdentity(p.Name) // the request is refused if it is invalid
	})...)
	params = in.webhook.Params
	in.webhook.Sent = len(params)
	in.markRepeated()
	require.NoError(t, in.fill(http.MethodPost))
	repaired := slices.Clone(params)
	for i, p := range repaired {
		if p.Name == "From" || p.Name == "To" {
			repaired[i].Value = form.Phone(p.Value)
		}
		repaired[i].Value, _ = form.Text(repaired[i].Value)
	}
	for _, k := range Kinds() {
		want := in.event(k)
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface().(Event)
		err := (&VoiceWebhook{Params: repaired}).Bind(got)

		var wantInvalid, gotInvalid []string
		for _, e := range want.Webhook().Invalid {
			if !errors.Is(e.Err, ErrConflict) && !errors.Is(e.Err, form.ErrText) { // Bind accepts both
				wantInvalid = append(wantInvalid, e.Param)
			}
		}
		errs := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			errs = joined.Unwrap()
		}
		for _, err := range errs {
			var param *ParamError
			if errors.As(err, &param) {
				gotInvalid = append(gotInvalid, param.Param)
			} else {
				require.NoError(t, err)
			}
		}
		slices.Sort(wantInvalid)
		require.Equal(t, wantInvalid, gotInvalid)
		want.Webhook().Forget()
		require.Equal(t, want, got)
	}
}

// inputs holds values to try for each documented parameter.
var inputs = []string{
	"", " ", "x", " 15551234567", "+1", "0", "1", "-1", "+5", "1_000", "0x10", "99999999999999999999", "1.5", "1e400", "NaN", "-Inf",
	"true", "T", "on", "false", "2024-02-29T12:00:00+01:00", "Thu, 29 Feb 2024 12:00:00 GMT", "2024-02-30T12:00:00Z",
	`{}`, `{"a":{"b":"c"},"n":1}`, `{"a":`, "1,2", "\x00\xff",
}

func TestDifferential(t *testing.T) {
	for _, value := range inputs {
		seen := map[string]bool{}
		var all Params
		for _, k := range Kinds() {
			for _, f := range reflect.VisibleFields(reflect.TypeOf(k.New()).Elem()) {
				name := f.Tag.Get("schema")
				if name == "" || name == "-" || seen[name] {
					continue
				}
				seen[name] = true
				all = append(all, Param{name, value}, Param{name, "second"})
				differ(t, Params{{name, value}}) // alone, so that a tag on the wrong field shows
			}
		}
		differ(t, all)
	}
}

func FuzzDifferential(f *testing.F) {
	for _, value := range inputs {
		for _, name := range []string{"From", "CallStatus", "Vars", "CallDuration", "Timestamp", "Attempt", "Confidence", "DialBridged"} {
			f.Add(url.Values{name: {value}}.Encode())
		}
	}
	f.Add("CallSid=a&callsid=b&CallSid=c&Geo.FromCity=x&FromCity=y&Vars.a=1&VoiceWebhook.To=2")
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil || len(values) > 100 {
			t.Skip()
		}
		var params Params
		for name, list := range values {
			for _, value := range list {
				params = append(params, Param{name, value})
			}
		}
		differ(t, params)
	})
}
