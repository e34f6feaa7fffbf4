package voxhook_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
)

const whForm = "application/x-www-form-urlencoded"

// whPost makes a webhook by POST, as the platform sends it.
func whPost(target, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", whForm)
	return r
}

// whGet makes a webhook by GET. The query is taken as it is, valid or not.
func whGet(query string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.RawQuery = query
	return r
}

// whBoth runs a test for the same form by POST and by GET.
func whBoth(t *testing.T, form string, test func(t *testing.T, r *http.Request)) {
	t.Helper()
	t.Run("POST", func(t *testing.T) { test(t, whPost("/", form)) })
	t.Run("GET", func(t *testing.T) { test(t, whGet(form)) })
}

// whField returns the field of an event that has the wire name.
func whField(t *testing.T, v any, name string) reflect.Value {
	t.Helper()
	s := reflect.Indirect(reflect.ValueOf(v))
	for _, f := range reflect.VisibleFields(s.Type()) {
		if f.Tag.Get("schema") == name {
			return s.FieldByIndex(f.Index)
		}
	}
	t.Fatalf("%T has no field for %s", v, name)
	return reflect.Value{}
}

func whParse(t *testing.T, r *http.Request) voxhook.Event {
	t.Helper()
	ev, err := voxhook.Parse(r)
	require.NoError(t, err)
	return ev
}

func TestRefused(t *testing.T) {
	const ok = "CallSid=1"
	method := func(method string) func() *http.Request {
		return func() *http.Request {
			r := whPost("/", ok)
			r.Method = method
			return r
		}
	}
	header := func(name, value string) func() *http.Request {
		return func() *http.Request {
			r := whPost("/", ok)
			r.Header.Set(name, value)
			return r
		}
	}
	post := func(target, body string) func() *http.Request {
		return func() *http.Request { return whPost(target, body) }
	}
	get := func(query string) func() *http.Request { return func() *http.Request { return whGet(query) } }
	large := ok + "&x=" + strings.Repeat("a", voxhook.DefaultMaxBodyBytes)
	many := ok + strings.Repeat("&x=1", voxhook.DefaultMaxParams)
	for _, tt := range []struct {
		name    string
		request func() *http.Request
		is      error
		text    string
		status  int
	}{
		{"PUT", method("PUT"), voxhook.ErrMethod, "voxhook: method is neither GET nor POST", 405},
		{"HEAD", method("HEAD"), voxhook.ErrMethod, "voxhook: method is neither GET nor POST", 405},
		{"lower case", method("post"), voxhook.ErrMethod, "voxhook: method is neither GET nor POST", 405},
		{"no method", method(""), voxhook.ErrMethod, "voxhook: method is neither GET nor POST", 405},
		{"JSON", header("Content-Type", "application/json"), voxhook.ErrContentType, "voxhook: body is not application/x-www-form-urlencoded", 415},
		{"multipart", header("Content-Type", "multipart/form-data; boundary=x"), voxhook.ErrContentType, "voxhook: body is not application/x-www-form-urlencoded", 415},
		{"no type", header("Content-Type", ""), voxhook.ErrContentType, "voxhook: body is not application/x-www-form-urlencoded", 415},
		{"prefix of a type", header("Content-Type", whForm+"x"), voxhook.ErrContentType, "voxhook: body is not application/x-www-form-urlencoded", 415},
		{"gzip", header("Content-Encoding", "gzip"), voxhook.ErrContentType, "voxhook: body is not application/x-www-form-urlencoded", 415},
		{"large body", post("/", large), voxhook.ErrTooLarge, "voxhook: request is too large: too many bytes", 413},
		{"large query", get(large), voxhook.ErrTooLarge, "voxhook: request is too large: too many bytes", 413},
		{"many in the body", post("/", many), voxhook.ErrTooLarge, "voxhook: request is too large: too many parameters", 413},
		{"many in the query", get(many), voxhook.ErrTooLarge, "voxhook: request is too large: too many parameters", 413},
		{"bad escape", post("/", "CallSid=1&From=%zz"), voxhook.ErrMalformed, "voxhook: malformed form: % without two hexadecimal digits at byte 15", 400},
		{"bad escape in a name", post("/", "CallSid=1&%=2"), voxhook.ErrMalformed, "voxhook: malformed form: % without two hexadecimal digits at byte 10", 400},
		{"semicolon", post("/", "CallSid=1;From=2"), voxhook.ErrMalformed, "voxhook: malformed form: semicolon that is not escaped at byte 9", 400},
		{"nothing", post("/", ""), voxhook.ErrMissing, "voxhook: parameter CallSid is missing", 400},
		{"empty CallSid", get("CallSid="), voxhook.ErrMissing, "voxhook: parameter CallSid is missing", 400},
		{"CallSid in lower case", get("callsid=1"), voxhook.ErrMissing, "voxhook: parameter CallSid is missing", 400},
		{"CallSid in the query of a POST", post("/?CallSid=1", "From=2"), voxhook.ErrMissing, "voxhook: parameter CallSid is missing", 400},
		{"CallSid thrice", post("/", "CallSid=1&CallSid=1&CallSid=2"), voxhook.ErrConflict, "voxhook: parameter CallSid came more than once with different values", 400},
		{"AccountID twice", post("/", "CallSid=1&AccountID=3&AccountID=4"), voxhook.ErrConflict, "voxhook: parameter AccountID came more than once with different values", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, err := voxhook.Decode(tt.request())
			assert.Nil(t, w)
			require.ErrorIs(t, err, tt.is)
			assert.EqualError(t, err, tt.text)
			assert.Equal(t, tt.status, voxhook.StatusCode(err))

			ev, parseErr := voxhook.Parse(tt.request())
			assert.Nil(t, ev)
			assert.EqualError(t, parseErr, tt.text)

			var param *voxhook.ParamError
			isParam := tt.is == voxhook.ErrMissing || tt.is == voxhook.ErrConflict
			assert.Equal(t, isParam, errors.As(err, &param), "a *ParamError")
		})
	}
}

func TestAtTheLimit(t *testing.T) {
	const ok = "CallSid=1&x="
	full := ok + strings.Repeat("a", voxhook.DefaultMaxBodyBytes-len(ok))
	many := "CallSid=1" + strings.Repeat("&x=1", voxhook.DefaultMaxParams-1)
	for _, form := range []string{full, many} {
		whBoth(t, form, func(t *testing.T, r *http.Request) {
			_, err := voxhook.Decode(r)
			assert.NoError(t, err)
		})
	}
}

func TestStatusCodeOfOthers(t *testing.T) {
	assert.Equal(t, 501, voxhook.StatusCode(voxhook.ErrUnhandled))
	assert.Equal(t, 413, voxhook.StatusCode(&http.MaxBytesError{Limit: 1}))
	assert.Equal(t, 500, voxhook.StatusCode(io.ErrUnexpectedEOF))
	assert.Equal(t, 500, voxhook.StatusCode(nil))
}

func TestBodyReadError(t *testing.T) {
	boom := errors.New("boom")
	r := whPost("/", "")
	r.ContentLength = -1
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader("CallSid=1"), iotest.ErrReader(boom)))
	_, err := voxhook.Decode(r)
	require.ErrorIs(t, err, boom)
	assert.EqualError(t, err, "voxhook: cannot read the body") // boom might quote it
	assert.Equal(t, 400, voxhook.StatusCode(err))
}

func TestBodies(t *testing.T) {
	const form = "CallSid=1&From=%2B14025550100"
	t.Run("chunked, byte by byte", func(t *testing.T) {
		r := whPost("/", "")
		r.ContentLength = -1
		r.Body = io.NopCloser(iotest.OneByteReader(strings.NewReader(form)))
		w, err := voxhook.Decode(r)
		require.NoError(t, err)
		assert.Equal(t, "+14025550100", w.From)
	})
	t.Run("chunked and too large", func(t *testing.T) {
		r := whPost("/", "")
		r.ContentLength = -1
		r.Body = io.NopCloser(strings.NewReader(form + strings.Repeat("a", voxhook.DefaultMaxBodyBytes)))
		_, err := voxhook.Decode(r)
		assert.ErrorIs(t, err, voxhook.ErrTooLarge)
	})
	t.Run("nil", func(t *testing.T) {
		r := whPost("/", "")
		r.Body = nil
		_, err := voxhook.Decode(r)
		assert.ErrorIs(t, err, voxhook.ErrMissing)
	})
	t.Run("read to the end", func(t *testing.T) {
		body := strings.NewReader(form)
		r := whPost("/", "")
		r.ContentLength = int64(body.Len())
		r.Body = io.NopCloser(body)
		_, err := voxhook.Decode(r)
		require.NoError(t, err)
		assert.Zero(t, body.Len())
	})
	t.Run("parsed before", func(t *testing.T) {
		r := whPost("/?q=2&CallSid=9", "To=b&CallSid=1&From=a&a=z&a=y")
		require.NoError(t, r.ParseForm())
		w, err := voxhook.Decode(r)
		require.NoError(t, err)
		assert.Equal(t, "1", w.CallSid)
		assert.Equal(t, voxhook.Params{{"CallSid", "1"}, {"From", "a"}, {"To", "b"}, {"a", "z"}, {"a", "y"}, {"q", "2"}}, w.Params)
	})
	t.Run("parsed before, too many", func(t *testing.T) {
		r := whPost("/", "CallSid=1"+strings.Repeat("&x=1", voxhook.DefaultMaxParams))
		require.NoError(t, r.ParseForm())
		_, err := voxhook.Decode(r)
		assert.EqualError(t, err, "voxhook: request is too large: too many parameters")
	})
}

func TestContentTypes(t *testing.T) {
	for _, contentType := range []string{
		whForm,
		whForm + "; charset=UTF-8",
		whForm + ";charset=iso-8859-1",
		whForm + ";",
		" Application/X-WWW-Form-URLEncoded ; charset=\"x",
	} {
		r := whPost("/", "CallSid=1&CallerName=Ren%C3%A9")
		r.Header.Set("Content-Type", contentType)
		w, err := voxhook.Decode(r)
		if assert.NoError(t, err, contentType) {
			assert.Equal(t, "René", w.CallerName, contentType)
		}
	}
	for _, encoding := range []string{"identity", "Identity", ""} {
		r := whPost("/", "CallSid=1")
		r.Header.Set("Content-Encoding", encoding)
		_, err := voxhook.Decode(r)
		assert.NoError(t, err, encoding)
	}
	r := whGet("CallSid=1")
	r.Header.Set("Content-Type", "application/json")
	_, err := voxhook.Decode(r)
	assert.NoError(t, err, "a GET has no body to be of a type")
}

func TestDecodeAll(t *testing.T) {
	const form = "CallSid=c1&AccountID=2&TrunkID=3&From=%2B14025550100&To=sip%3Aa%40example.com&CallStatus=ringing" +
		"&ApiVersion=4&Direction=inbound&CallerName=ANN+LEE&ParentCallSid=c0&AnsweredBy=human_residence" +
		"&Vars=%7B%22menu%22%3A%7B%22digits%22%3A%221%22%7D%7D&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US" +
		"&ToCity=LINCOLN&ToState=IA&ToZip=68501&ToCountry=CA"
	want := voxhook.VoiceWebhook{
		CallSid: "c1", AccountID: "2", TrunkID: "3", From: "+14025550100", To: "sip:a@example.com",
		CallStatus: voxhook.CallStatusRinging, APIVersion: "4", Direction: voxhook.DirectionInbound, CallerName: "ANN LEE",
		ParentCallSid: "c0", AnsweredBy: voxhook.AnsweredByHumanResidence, Vars: voxhook.Vars{"menu.digits": "1"},
		Geo: voxhook.Geo{
			FromCity: "OMAHA", FromState: "NE", FromZip: "68102", FromCountry: "US",
			ToCity: "LINCOLN", ToState: "IA", ToZip: "68501", ToCountry: "CA",
		},
	}
	values, err := url.ParseQuery(form)
	require.NoError(t, err)
	whBoth(t, form, func(t *testing.T, r *http.Request) {
		w, err := voxhook.Decode(r)
		require.NoError(t, err)
		assert.Equal(t, values, w.Params.Values())
		assert.Equal(t, "CallSid", w.Params[0].Name)
		assert.Equal(t, "ToCountry", w.Params[len(w.Params)-1].Name)
		w.Forget()
		assert.Equal(t, &want, w)
		assert.Same(t, w, w.Webhook())
	})
}

func TestQueryOfPOST(t *testing.T) {
	w, err := voxhook.Decode(whPost("/?team=b&From=999&CallSid=9&To=777&x=3&x=4", "CallSid=1&From=2&x=1"))
	require.NoError(t, err)
	assert.Equal(t, "1", w.CallSid)
	assert.Equal(t, "2", w.From)
	assert.Empty(t, w.To, "documented parameters come from the body only")
	assert.Equal(t, voxhook.Params{{"CallSid", "1"}, {"From", "2"}, {"x", "1"}, {"team", "b"}}, w.Params)
	assert.Empty(t, w.Invalid)

	ev := whParse(t, whPost("/?Digits=1", "CallSid=1"))
	assert.IsType(t, &voxhook.IncomingCall{}, ev, "the query does not tell the kind")

	w, err = voxhook.Decode(whPost("/?x=3&x=4", "CallSid=1"))
	require.NoError(t, err)
	assert.Equal(t, voxhook.Params{{"CallSid", "1"}, {"x", "3"}, {"x", "4"}}, w.Params)
}

func TestConflictAndBadValue(t *testing.T) {
	c := whParse(t, whGet("CallSid=1&Confidence=x&Confidence=y")).(*voxhook.GatherResult)
	require.Len(t, c.Invalid, 2, "both are wrong with it")
	assert.ErrorIs(t, c.Invalid[0], voxhook.ErrConflict)
	assert.NotErrorIs(t, c.Invalid[1], voxhook.ErrConflict)
}

func TestPhoneNumbers(t *testing.T) {
	for wire, want := range map[string]string{
		"+14025550100":   "+14025550100", // the plus arrives as a space
		"%2B14025550100": "+14025550100",
		"%2014025550100": "+14025550100",
		"14025550100":    "14025550100",
		"+abc":           " abc",
		"++1402":         "  1402",
		"+":              " ",
		"+%D9%A1":        " \u0661", // an Arabic digit
		"anonymous":      "anonymous",
		"sip:1@x":        "sip:1@x",
	} {
		w, err := voxhook.Decode(whPost("/", "CallSid=+1&From="+wire+"&To="+wire+"&CallerName="+wire))
		require.NoError(t, err)
		raw, err := url.QueryUnescape(wire)
		require.NoError(t, err)
		assert.Equal(t, want, w.From, wire)
		assert.Equal(t, want, w.To, wire)
		assert.Equal(t, raw, w.CallerName, "numbers only are repaired")
		assert.Equal(t, raw, w.Params.Get("From"), "Params have it as it came")
		assert.Equal(t, " 1", w.CallSid)
		assert.Empty(t, w.Invalid)
	}
}

func TestNamesAreExact(t *testing.T) {
	e := whParse(t, whGet("CallSid=1&from=2&FROM=3&DIGITS=4&digits=5&From%5B%5D=6&recordingurl=7&RecordingURL=8"))
	require.IsType(t, &voxhook.IncomingCall{}, e)
	assert.Empty(t, e.Webhook().From)
	assert.Equal(t, "3", e.Webhook().Params.Get("FROM"))
}

// Every typed parameter, with what is wrong with a bad value.
var whTyped = []struct {
	name string
	with string // makes it the event that has the parameter
	text string
}{
	{"CallDuration", "", "is not a number of seconds"},
	{"Timestamp", "&CallbackSource=x", "is not a time of RFC 3339 or RFC 2822 between the years 1 and 9999"},
	{"SequenceNumber", "&CallbackSource=x", "is not an integer"},
	{"RecordingDuration", "&CallbackSource=x", "is not a number of seconds"},
	{"RecordingDuration", "&RecordingStatus=x", "is not a number of seconds"},
	{"RecordingChannels", "", "is not an integer"},
	{"RecordingStartTime", "", "is not a time of RFC 3339 or RFC 2822 between the years 1 and 9999"},
	{"DialCallDuration", "", "is not a number of seconds"},
	{"RecordingDuration", "&DialCallSid=x", "is not a number of seconds"},
	{"DialBridged", "", "is neither true nor false"},
	{"Confidence", "", "is not a finite decimal number"},
	{"RecordingDuration", "", "is not a number of seconds"},
	{"Attempt", "", "is not an integer"},
	{"PartialResult", "", "is neither true nor false"},
}

func TestInvalidValues(t *testing.T) {
	// What is good for a kind of parameter; all other values are bad.
	good := map[string][]string{
		"is not a number of seconds":     {"5", "0", "1.5"},
		"is not an integer":              {"5", "-1", "0"},
		"is not a finite decimal number": {"5", "0", "-1", "1.5", "1e3"},
		"is neither true nor false":      {"true", "false", "0"},
		"is not a time of RFC 3339 or RFC 2822 between the years 1 and 9999": {"2024-02-01T10:00:00Z"},
	}
	values := []string{
		"5", "0", "-1", "1.5", "1e3", "true", "false", "2024-02-01T10:00:00Z",
		"abcxyz", "NaN", "Inf", "-Inf", "99999999999999999999999", "9223372037", "1e999", "\u0661\u0662", " 5", "5 ", "5s", "yes", "0x5",
	}
	for _, tt := range whTyped {
		t.Run(tt.name+tt.with, func(t *testing.T) {
			empty := whParse(t, whGet("CallSid=1&"+tt.name+"="+tt.with))
			assert.Empty(t, empty.Webhook().Invalid, "an empty value is none")
			assert.True(t, whField(t, empty, tt.name).IsZero())
			accepted := 0
			for _, value := range values {
				if value == "9223372037" && tt.text != "is not a number of seconds" {
					continue // it overflows a time.Duration only
				}
				if value == "99999999999999999999999" && tt.text == "is not a finite decimal number" {
					continue
				}
				ev := whParse(t, whGet("CallSid=1&From=a&"+tt.name+"="+url.QueryEscape(value)+tt.with))
				w := ev.Webhook()
				assert.Equal(t, "a", w.From, "the rest is there")
				if slices.Contains(good[tt.text], value) {
					accepted++
					assert.Empty(t, w.Invalid, value)
					zero := value == "0" || value == "false"
					assert.Equal(t, zero, whField(t, ev, tt.name).IsZero(), value)
					continue
				}
				assert.True(t, whField(t, ev, tt.name).IsZero(), value)
				assert.Equal(t, value, w.Params.Get(tt.name))
				if assert.Len(t, w.Invalid, 1, value) {
					assert.EqualError(t, w.Invalid[0], "voxhook: parameter "+tt.name+" "+tt.text)
					assert.NoError(t, errors.Unwrap(w.Invalid[0].Err), "nothing below that could hold the value")
				}
			}
			assert.Equal(t, len(good[tt.text]), accepted)
		})
	}
}

// whTyped must not lag behind the types.
func TestTypedParametersAreAllTested(t *testing.T) {
	tested := map[string]int{}
	for _, tt := range whTyped {
		tested[tt.name]++
	}
	typed := map[string]int{}
	for _, kind := range voxhook.Kinds() {
		for name, f := range parameters(kind) {
			if name != "Vars" && f.Type.Kind() != reflect.String {
				typed[name]++
			}
		}
	}
	assert.Equal(t, typed, tested)
}

func TestTypedValues(t *testing.T) {
	s := whParse(t, whGet("CallSid=1&CallDuration=61&SequenceNumber=-3&RecordingDuration=007")).(*voxhook.StatusChange)
	assert.Equal(t, 61*time.Second, s.CallDuration)
	assert.Equal(t, -3, s.SequenceNumber)
	assert.Equal(t, 7*time.Second, s.RecordingDuration)
	d := whParse(t, whGet("CallSid=1&DialBridged=true&DialCallDuration=9223372036")).(*voxhook.DialResult)
	assert.True(t, d.DialBridged)
	assert.Equal(t, 9223372036*time.Second, d.DialCallDuration)
	g := whParse(t, whGet("CallSid=1&Confidence=0.87")).(*voxhook.GatherResult)
	assert.InDelta(t, 0.87, g.Confidence, 0)
}

func TestInvalidHoldsNoValue(t *testing.T) {
	const secret = "4111111111111111zz"
	form := url.Values{"CallSid": {"1"}, "Vars": {`{"card":"` + secret}}
	for i, tt := range whTyped {
		if tt.with == "" {
			form.Set(tt.name, secret+strconv.Itoa(i))
		}
	}
	for _, sign := range []string{"DialCallSid", "For", "RecordingStatus", "CallbackSource", "Digits", "From"} {
		form := url.Values{"CallSid": form["CallSid"], "Vars": form["Vars"], sign: {secret, secret + "b"}}
		for _, name := range []string{"CallDuration", "Attempt", "Confidence", "RecordingDuration"} {
			form.Set(name, secret)
		}
		w := whParse(t, whGet(form.Encode())).Webhook()
		assert.NotEmpty(t, w.Invalid)
		for _, p := range w.Invalid {
			assert.NotContains(t, p.Error(), "4111")
		}
	}
	for _, r := range []*http.Request{
		whGet("CallSid=" + secret + "&CallSid=x"), whGet("From=" + secret), whGet("From=" + secret + "%zz"), whGet("From=" + secret + ";"),
	} {
		_, err := voxhook.Parse(r)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "4111")
	}
}
