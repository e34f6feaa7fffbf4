package torture

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
)

// A kind is a type of events, with a parameter that only it has.
type kind struct {
	event voxhook.Event
	sign  string
}

var (
	anIncomingCall = kind{&voxhook.IncomingCall{}, ""}
	aDialResult    = kind{&voxhook.DialResult{}, "DialCallSid=x&"}
	aGatherResult  = kind{&voxhook.GatherResult{}, "FinishedOnKey=x&"}
	aRecordResult  = kind{&voxhook.RecordResult{}, "RecordingSid=x&"}
	aPayResult     = kind{&voxhook.PayResult{}, "PaymentToken=x&"}
	aStatusChange  = kind{&voxhook.StatusChange{}, "CallbackSource=x&"}
	aRecording     = kind{&voxhook.Recording{}, "RecordingSource=x&"}
	aPayProgress   = kind{&voxhook.PayProgress{}, "PartialResult=true&"}

	allKinds = []kind{
		anIncomingCall, aDialResult, aGatherResult, aRecordResult,
		aPayResult, aStatusChange, aRecording, aPayProgress,
	}

	anErrorOfPay = kind{&voxhook.PayProgress{}, "ErrorType=x&"}
	anEndedCall  = kind{&voxhook.StatusChange{}, ""}
)

// A value is one text for a parameter, and what becomes of it.
type value struct {
	name string
	text string

	want     any  // in the field; nil is its zero
	invalid  bool // the field is zero, and the parameter in Invalid
	repaired bool // want has U+FFFD for other bytes, and the parameter is in Invalid
}

// A typed is parameters of one type and the values to try.
type typed struct {
	params []param
	values []value
}

// A param is a parameter of a kind.
type param struct {
	kind kind
	name string
}

// valuesGroup sends values that do not fit the types of their parameters. No
// event is lost because of one.
func valuesGroup(t *testing.T) {
	var trials []trial
	for _, set := range []typed{
		{[]param{
			{aStatusChange, "CallDuration"}, {aStatusChange, "RecordingDuration"}, {aRecording, "RecordingDuration"},
			{aDialResult, "DialCallDuration"}, {aDialResult, "RecordingDuration"}, {aRecordResult, "RecordingDuration"},
		}, durations()},
		{[]param{{aStatusChange, "SequenceNumber"}, {aRecording, "RecordingChannels"}, {aPayProgress, "Attempt"}}, integers()},
		{[]param{{aGatherResult, "Confidence"}}, numbers()},
		{[]param{{aDialResult, "DialBridged"}, {anErrorOfPay, "PartialResult"}}, booleans()},
		{[]param{{aStatusChange, "Timestamp"}, {aRecording, "RecordingStartTime"}}, times()},
		{[]param{
			{aDialResult, "DialCallStatus"}, {aRecording, "RecordingStatus"}, {aRecording, "RecordingTrack"},
			{aPayResult, "Result"}, {aPayResult, "PaymentMethod"}, {aPayResult, "BankAccountType"},
			{aPayProgress, "For"}, {aPayProgress, "ErrorType"}, {aPayProgress, "PaymentMethod"},
			{aGatherResult, "CallStatus"}, {aRecordResult, "Direction"}, {aStatusChange, "AnsweredBy"},
			{anIncomingCall, "CallStatus"}, {anIncomingCall, "Direction"}, {anIncomingCall, "AnsweredBy"},
		}, words(openWords...)},
		{[]param{{anEndedCall, "CallStatus"}}, words("COMPLETED", "Completed", "No_Answer", "CANCELLED")},
		{[]param{{anIncomingCall, "Vars"}}, variables()},
	} {
		for _, p := range set.params {
			for _, v := range set.values {
				trials = append(trials, p.trial(v))
			}
		}
	}
	// Every kind has Vars, and loses no event because of them either.
	for _, k := range allKinds {
		trials = append(trials,
			param{k, "Vars"}.trial(value{name: "good", text: `{"menu":{"digits":"1"}}`, want: voxhook.Vars{"menu.digits": "1"}}),
			param{k, "Vars"}.trial(value{name: "bad", text: `{"menu":`, invalid: true}))
	}
	trials = append(trials, severalBad())
	try(t, 1<<20, trials)
}

// trial makes a request that has the value.
func (p param) trial(v value) trial {
	tr := accepted(fmt.Sprintf("%s of %T: %s", p.name, p.kind.event, v.name),
		post("CallSid=CA1&From=%2B14025559999&CallerName=4111111111111111&"+p.kind.sign+p.name+"="+url.QueryEscape(v.text)),
		p.kind.event, func(a *assert.Assertions, e voxhook.Event) { p.check(a, e, v) })
	if v.invalid || v.repaired {
		tr.invalid = []string{p.name}
	}
	return tr
}

func (p param) check(a *assert.Assertions, e voxhook.Event, v value) {
	w := e.Webhook()
	a.Equal("CA1", w.CallSid, "the rest of the event")
	a.Equal("+14025559999", w.From, "the rest of the event")
	a.Equal(v.text, w.Params.Get(p.name), "Params")

	for _, bad := range w.Invalid {
		if len(v.text) > 2 && !strings.Contains(v.text, "true") { // which the error says it is not
			a.NotContains(bad.Error(), v.text, "Invalid")
		}
	}
	field := reflect.ValueOf(e).Elem().FieldByName(p.name)
	if !a.True(field.IsValid(), "there is no such field") {
		return
	}
	got := field.Interface()
	switch {
	case v.invalid, v.want == nil:
		a.True(field.IsZero(), "the field is not zero: %v", got)
	case field.Kind() == reflect.String:
		a.Equal(v.want, field.String())
		// Words of open sets that this package does not know say so.
		if known, ok := got.(interface{ Known() bool }); ok {
			a.False(known.Known(), "Known")
		}
	default:
		a.Equal(v.want, got)
	}
}

// severalBad has something wrong with most of an event.
func severalBad() trial {
	tr := accepted("several of a StatusChange",
		post("CallSid=CA1&From=%2B14025559999&Vars=%5B&CallDuration=4111111111111111x&"+
			"Timestamp=4111111111111111&SequenceNumber=4111111111111111.5&RecordingDuration=-4111111111111111&CallStatus=completed"),
		&voxhook.StatusChange{}, func(a *assert.Assertions, e voxhook.Event) {
			s := e.(*voxhook.StatusChange)
			a.Equal(voxhook.CallStatusCompleted, s.CallStatus)
			a.Zero(s.CallDuration)
			a.Zero(s.Timestamp)
			a.Zero(s.SequenceNumber)
			a.Zero(s.RecordingDuration)
			a.Nil(s.Vars)
		})
	tr.invalid = []string{"Vars", "CallDuration", "Timestamp", "SequenceNumber", "RecordingDuration"}
	return tr
}

// noNumbers are no numbers of any kind.
func noNumbers() []value {
	var values []value
	for _, text := range []string{
		"x", " ", "-", "+", ".", "4111111111111111x", "1,000", "1 000", "1_000", "_1", "0x10", "0X1p-2", "0b11", "0o17",
		" 5", "5 ", "5\n", "\t5", "5\x00", "\x005", "\xff", "--5", "5-", "1e", "e5", "1e5e5", "1.2.3", "0,5", "12s", "1m30s", "00:12",
		"NaN", "nan", "Inf", "+Inf", "-inf", "infinity", "Infinity", "null", "true", "undefined", `"5"`, "[5]", "{}", "5%", "½", "五",
		"١٢", "１２", "１.５", "٠٫٥", "1e400", "5.5.", "５e1", "−5", "\u200b5", "5\u00a0", "%35", "5;6", "5&6=7",
		strings.Repeat("x", 100_000), strings.Repeat("-", 1000) + "1", "0x" + strings.Repeat("f", 10_000),
	} {
		values = append(values, value{name: quoted(text), text: text, invalid: true})
	}
	return values
}

// quoted returns a short name for a text.
func quoted(text string) string {
	if len(text) > 60 {
		return fmt.Sprintf("%+q and more, %d bytes", text[:20], len(text))
	}
	return fmt.Sprintf("%+q", text)
}

// bad returns values that cannot be parsed.
func bad(texts ...string) []value {
	values := make([]value, len(texts))
	for i, text := range texts {
		values[i] = value{name: quoted(text), text: text, invalid: true}
	}
	return values
}

// good returns a value that can be parsed.
func good(text string, want any) value { return value{name: quoted(text), text: text, want: want} }

// repaired returns a value that is not UTF-8 without NUL.
func repaired(text string, want any) value {
	return value{name: quoted(text), text: text, want: want, repaired: true}
}

func durations() []value {
	values := append(noNumbers(), bad(
		"-1", "-0", "+1", ".5", "5.", "1.-5", "1.+5", "1.5e3", "1.5.5", "1e3", "-1.5", "9223372036.9", "9223372037", "9223372036854775807", "9223372036854775808",
		"18446744073709551615", "18446744073709551616", strings.Repeat("9", 10_000),
	)...)
	return append(values,
		good("", nil), good("0", nil), good("12", 12*time.Second), good("007", 7*time.Second),
		good("1.0", time.Second), good("1.5", 1500*time.Millisecond), good("49.0", 49*time.Second), good("0.000000001", time.Nanosecond),
		good("0.0000000009", nil), good("1."+strings.Repeat("3", 10_000), 1333333333*time.Nanosecond),
		good("9223372036", 9223372036*time.Second), good(strings.Repeat("0", 10_000)+"5", 5*time.Second))
}

func integers() []value {
	values := append(noNumbers(), bad(
		"1.5", "1.0", ".5", "5.", "1e3", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
		strings.Repeat("9", 10_000), "-"+strings.Repeat("9", 10_000),
	)...)
	return append(values,
		good("", nil), good("0", nil), good("-0", nil), good("2", 2), good("+2", 2), good("-2", -2), good("002", 2),
		good("9223372036854775807", 9223372036854775807), good("-9223372036854775808", -9223372036854775808))
}

func numbers() []value {
	values := append(noNumbers(), bad("-1e400", "1e99999999999", "0x1p4", "1_0.5", "1.7976931348623159e308", "nan(1)", "1e+", "0.9f", "0.9d")...)
	return append(values,
		good("", nil), good("0", nil), good("0.0", nil), good("0.93", 0.93), good("1", 1.0), good("+1", 1.0), good("-1", -1.0),
		good(".5", 0.5), good("5.", 5.0), good("1e-3", 1e-3), good("1E3", 1e3), good("007.50", 7.5), good("1e-400", nil),
		good("1e308", 1e308), good("4.9e-324", 4.9e-324), good("1e-99999999999", nil),
		good("0."+strings.Repeat("3", 10_000), 1.0/3), good(strings.Repeat("0", 10_000)+"1", 1.0))
}

func booleans() []value {
	values := bad("yes", "no", "on", "off", "y", "n", "2", "-1", "00", "01", "1.0", "+1", "tRUE", "truE", "fALSE", "tr", "truee",
		" true", "true ", "true\n", "true\x00", "\xfftrue", "\"true\"", "null", "nil", "NaN", "Inf", "0x1", "１", "١",
		"truе", "ＴＲＵＥ", "true,false", "true;false", "{}", "[]", "wahr", strings.Repeat("true", 10_000))
	for _, text := range []string{"true", "TRUE", "True", "t", "T", "1"} {
		values = append(values, good(text, true))
	}
	for _, text := range []string{"", "false", "FALSE", "False", "f", "F", "0"} {
		values = append(values, good(text, nil))
	}
	return values
}

func times() []value {
	at := func(year int, month time.Month, day, hour, minute, second, nanosecond int) time.Time {
		return time.Date(year, month, day, hour, minute, second, nanosecond, time.UTC)
	}
	when := at(2026, 3, 4, 5, 6, 7, 0)
	values := bad(
		"x", " ", "now", "today", "0", "-1", "null", "NaN", "1772600767", "1772600767.5", "1772600767000", "-62135596800",
		"4111111111111111", "2026", "2026-03", "2026-03-04", "20260304", "20260304T050607Z", "05:06:07", "05:06:07Z", "T", "Z",
		"2026-03-04T05:06:07", "2026-03-04 05:06:07", "2026-03-04T05Z", "2026-W10-3T05:06:07Z", "2026-063T05:06:07Z",
		"26-03-04T05:06:07Z", "02026-03-04T05:06:07Z", "10000-01-01T00:00:00Z", "99999999999-01-01T00:00:00Z", "+2026-03-04T05:06:07Z", "-0001-01-01T00:00:00Z",
		"2026-00-04T05:06:07Z", "2026-13-04T05:06:07Z", "2026-03-00T05:06:07Z", "2026-03-32T05:06:07Z", "2026-02-30T05:06:07Z",
		"2026-02-29T05:06:07Z", "2100-02-29T05:06:07Z", "2026-04-31T05:06:07Z", "2026-03-04T24:00:00Z", "2026-03-04T25:06:07Z", "2026-03-04T05:60:07Z",
		"2026-03-04T05:06:61Z", "2026-03-04T05:06:-7Z", "2026-03-04T05:06:07.Z", "2026-03-04T05:06:07.5", "2026-03-04T05:06:07.5.5Z",
		"2026-03-04T05:06:07+2", "2026-03-04T05:06:07+02", "2026-03-04T05:06:07+99:99", "2026-03-04T05:06:07+02:00:00",
		"2026-03-04T05:06:07ZZ", "2026-03-04T05:06:07Z[Europe/Berlin]", "2026-03-04T05:06:07PST",
		"2026-03-04T05:06:07Z\x00", "\ufeff2026-03-04T05:06:07Z",
		"2026/03/04 05:06:07", "04.03.2026 05:06:07", "03/04/2026", "２０２６-03-04T05:06:07Z", "٢٠٢٦-03-04T05:06:07Z",
		"2026–03–04T05:06:07Z", "2026-03-04T05:06:07\xff", "\"2026-03-04T05:06:07Z\"", "2026-03-04T05:06:07Z,2026-03-04T05:06:07Z",
		"0000-00-00T00:00:00Z", "0000-00-00 00:00:00", "2016-12-31T23:59:60Z",
		"Wed, 04 Mar 2026", "Wed, 04 Mar 2026 05:06:07", "Wed, 04 Mar 2026 25:06:07 +0000", "Mon, 30 Feb 2026 05:06:07 +0000", "Wed, 32 Mar 2026 05:06:07 +0000",
		"Wed, 00 Mar 2026 05:06:07 +0000", "Wed, 04 Foo 2026 05:06:07 +0000", "Foo, 04 Mar 2026 05:06:07 +0000", "Wed, 04 Mar 2026 05:06:07 +9999",
		"Wed, 04 Mar 2026 05:06:07 PDX", "Mi, 04 Mär 2026 05:06:07 +0000", "Wed, 04 Mar 10000 05:06:07 +0000", "Wed Mar  4 05:06:07 2026",
		"Wed Mar 04 2026 05:06:07 GMT+0000 (Coordinated Universal Time)", "Wednesday, 04-Mar-26 05:06:07 GMT", "Sat, 31 Dec 2016 23:59:60 +0000",
		"0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+14:00", "Wed;04 Mar 2026 05:06:07 +0000", "2026-03-05T05:06:07+24:00",
		"2026-03-04T05:06:07."+strings.Repeat("1", 10_000)+"Z",
		strings.Repeat("2026-03-04T05:06:07Z", 5000), "2026-03-04T05:06:07."+strings.Repeat("1", 10_000), strings.Repeat("9", 100_000)+"-01-01T00:00:00Z",
	)
	return append(values,
		good("", nil),
		good("2026-03-04T05:06:07Z", when),
		good("2026-03-04T05:06:07.5Z", at(2026, 3, 4, 5, 6, 7, 500_000_000)),
		good("2026-03-04T05:06:07.123456789Z", at(2026, 3, 4, 5, 6, 7, 123_456_789)),
		good("2026-03-04T05:06:07.1234567899Z", at(2026, 3, 4, 5, 6, 7, 123_456_789)),
		good("2026-03-04T05:06:07+00:00", when),
		good("2026-03-04T05:06:07-00:00", when),
		good("2026-03-04T07:06:07+02:00", when),
		good("2026-03-03T23:36:07-05:30", when),
		good("2026-03-04T19:06:07+14:00", when),
		good("2026-03-04T07:06:07+0200", when),
		good("2026-03-04T07:06:07 02:00", when),
		good("2026-03-04 05:06:07Z", when),
		good("2026-03-04T05:06:07 UTC", when),
		good("2026-03-04T05:06Z", at(2026, 3, 4, 5, 6, 0, 0)),
		good(" 2026-03-04T05:06:07Z", when),
		good("2026-03-04T05:06:07Z\n", when),
		good("2024-02-29T23:59:59Z", at(2024, 2, 29, 23, 59, 59, 0)),
		good("2000-02-29T00:00:00Z", at(2000, 2, 29, 0, 0, 0, 0)),
		good("0001-01-01T00:00:00Z", nil),
		good("0009-09-09T09:09:09Z", at(9, 9, 9, 9, 9, 9, 0)),
		good("9999-12-31T23:59:59.999999999Z", at(9999, 12, 31, 23, 59, 59, 999_999_999)),
		good("Wed, 04 Mar 2026 05:06:07 +0000", when),
		good("Wed, 04 Mar 2026 05:06:07 -0000", when),
		good("Wed, 4 Mar 2026 05:06:07 +0000", when),
		good("Wed, 04 Mar 2026 07:06:07 +0200", when),
		good("Wed, 04 Mar 2026 05:06:07 GMT", when),
		good("04 Mar 2026 05:06:07 +0000", when),
		good("3 Mar 2026 23:36:07 -0530", when),
		good("4 Mar 2026 05:06:07 GMT", when),

		good("2026-03-04t05:06:07z", when),
		good("2026-03-04T5:06:07Z", when),
		good("2026-03-04T05:06:07,5Z", at(2026, 3, 4, 5, 6, 7, 500_000_000)),
		good("Mon, 04 Mar 2026 05:06:07 +0000", when),
		good("Wed, 04 Mar 2026 05:06 +0000", at(2026, 3, 4, 5, 6, 0, 0)),
		good("Wed, 04 Mar 2026 05:06:07 +0000 (UTC)", when),
		good("Wed, 04 Mar 2026 05:06:07 UT", when),
		good("Wed, 04 Mar 2026 05:06:07 UTC", when),
		good("Wed, 04 Mar 2026 05:06:07 Z", when),
		good("Wed, 04 Mar 2026 00:06:07 EST", when),
		good("Wed, 04 Mar 26 05:06:07 +0000", when),
		good("Wed,  4  Mar  2026 05:06:07  +0000", when),
		good("wed, 04 mar 2026 05:06:07 gmt", when),
		good("Wed, 04 Mar 2026 07:06:07 0200", when),
		good("Wed, 04 Mar 2026 05:06:07 Etc/UTC", when),
	)
}

// openWords are values that no open set has and that end no call.
var openWords = []string{
	"x", "completed ", " completed", "completed\n", "completed\x00", "completed,failed", "in_progress", "no answer",
	"Inbound", "Outbound", "person", "null", "0", "-1", "NaN", "1e5", "{}", "<Say/>", "cömpleted", "\xff\xfe", "４１", "٤١", "%00", "a=b&c;d",
	"' OR 1=1 --", "\r\nX-Evil: 1", strings.Repeat("completed", 10_000),
}

// words returns the values of texts that are not in an open set. All are kept.
func words(texts ...string) []value {
	var values []value
	for _, text := range texts {
		switch text {
		case "completed\x00":
			values = append(values, repaired(text, "completed\ufffd"))
		case "\xff\xfe":
			values = append(values, repaired(text, "\ufffd\ufffd"))
		default:
			values = append(values, good(text, text))
		}
	}
	return values
}

func variables() []value {
	type vars = voxhook.Vars
	deep := func(n int, open, inner, end string) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	path := func(n int) string { return strings.TrimSuffix(strings.Repeat("a.", n), ".") }
	many := vars{}
	var manyText strings.Builder
	for i := range 900 {
		name := fmt.Sprintf("name%d", i)
		many[name] = "v"
		fmt.Fprintf(&manyText, `,"%s":"v"`, name)
	}
	big := strings.Repeat("4", 200_000)
	brackets := deep(5000, "[", "", "]")

	values := bad(
		"{"+strings.Repeat(`"a":"1",`, 999)+`"a":"1"}`, // with CallSid and others over the count
		"x", " ", "5", "-1.5e3", "true", "null", `"x"`, "[]", `[{"a":"1"}]`, "NaN", "undefined", "{", "}", "{}}", "{{}}", "[}",
		`{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a" "1"}`, `{a:"1"}`, `{'a':'1'}`, `{"a":'1'}`, `{1:"a"}`, `{null:"a"}`, `{"a":NaN}`, `{"a":01}`, `{"a":+1}`,
		`{"a":.5}`, `{"a":0x1}`, `{"a":"1"`, `{"a":"1`, `{"a":"1"}x`, `{"a":"1"}{"b":"2"}`, `{"a":"1"},`, `{"a":"1"}]`, `{"a":"1"} null`,
		`{"a":"1";"b":"2"}`, `{"a":"1" /* no */}`, `{"a":"1"}//`, "\ufeff"+`{"a":"1"}`, "\x00"+`{"a":"1"}`, `{"a":"1"}`+"\x00", "\u00a0"+`{"a":"1"}`,
		"{\"a\":\"\n\"}", "{\"a\x1f\":\"1\"}", `{"a":"\x41"}`, `{"a":"\u12"}`, `{"a":"\"}`, `{"a":"1","b":{"c":}}`, `{"a":{"b":"1"}`, `{"a":{"b":"1"}}}`,
		`{"4111111111111111":`, `{"+14025559999":4111111111111111x}`, `a=1&b=2`, `<a>1</a>`, "｛\"a\":\"1\"｝", "\xff\xfe{\x00}\x00",
		deep(9, `{"a":`, `"1"`, "}"), deep(10_000, `{"a":`, `"1"`, "}"), deep(10_000, `{"a":`, "", ""), deep(50_000, "[", "", ""),
		`{"a":`+deep(10_001, "[", "", "]")+"}", deep(10_000, "{", "", "}"),
		`{"`+strings.Repeat("a", 257)+`":"1"}`, `{"a":{"`+strings.Repeat("a", 255)+`":"1"}}`, `{"`+big+`":"1"}`, `{"a":`+big+"x}", big,
	)
	return append(values,
		good("", nil), good("{}", nil), good(" {\t\r\n} ", nil), good(`{"a":{}}`, nil), good(`{"a":{"b":{}}}`, nil), good(`{"a":null}`, nil),
		good(`{"a":"1"}`, vars{"a": "1"}),
		good("\n{ \"a\" : \"1\" }\n", vars{"a": "1"}),
		good(`{"menu":{"digits":"1"},"tries":"2"}`, vars{"menu.digits": "1", "tries": "2"}),
		good(`{"menu.digits":"1","tries":"2"}`, vars{"menu.digits": "1", "tries": "2"}),
		good(`{"menu":{"digits":"1"},"menu.digits":"2"}`, vars{"menu.digits": "2"}),
		good(`{"menu.digits":"2","menu":{"digits":"1"}}`, vars{"menu.digits": "1"}),
		good(`{"menu.digits":"2","menu":{"digits":null}}`, nil),
		good(`{"menu":{"a.b":"1"},"menu.a":{"b":"2"}}`, vars{"menu.a.b": "2"}),
		good(`{"menu":"x","menu":{"digits":"1"}}`, vars{"menu": "x", "menu.digits": "1"}),
		good(`{"menu":{"digits":"1"},"menu":"x"}`, vars{"menu": "x", "menu.digits": "1"}),
		good(`{"menu":{"a":"1"},"menu":{"b":"2"}}`, vars{"menu.a": "1", "menu.b": "2"}),
		good(`{"a":"1","a":"2","a":"3"}`, vars{"a": "3"}),
		good(`{"a":"1","\u0061":"2"}`, vars{"a": "2"}),
		good(`{"a":"1","a":null}`, nil),
		good(`{"a":null,"a":"1"}`, vars{"a": "1"}),
		good(`{"a":"1","A":"2"}`, vars{"a": "1", "A": "2"}),
		good(`{"n":1.50,"e":-1e400,"t":true,"f":false,"l":[1, "x", {}],"z":null}`, vars{"n": "1.50", "e": "-1e400", "t": "true", "f": "false", "l": `[1, "x", {}]`}),
		good(`{"":"1"}`, vars{"": "1"}),
		good(`{"":{"":{"":"1"}}}`, vars{"..": "1"}),
		good(`{".":"1","..a":"2","a.":"3"}`, vars{".": "1", "..a": "2", "a.": "3"}),
		good(`{"a":""}`, vars{"a": ""}),
		good(`{"_captcha.digits":"1","do.n":"0"}`, vars{"_captcha.digits": "1", "do.n": "0"}),
		good(`{"a":"\u0041\n\"\\\/\u00e9\ud83d\udca9"}`, vars{"a": "A\n\"\\/é💩"}),
		repaired(`{"a":"\u0000","\u0000":"b"}`, vars{"a": "\ufffd", "\ufffd": "b"}),
		repaired(`{"a":"\ud800"}`, vars{"a": "\ufffd"}),
		repaired(`{"a":"\udca9\ud83d"}`, vars{"a": "\ufffd\ufffd"}),
		repaired("{\"a\":\"\x00\"}", vars{"a": "\ufffd"}),
		repaired("{\"a\":\"\xff\"}", vars{"a": "\ufffd"}),
		repaired("{\"\xff\":\"1\"}", vars{"\ufffd": "1"}),
		good(`{"a":"</Say><Dial>"}`, vars{"a": "</Say><Dial>"}),
		good(`{"a":"{\"b\":\"1\"}"}`, vars{"a": `{"b":"1"}`}),
		good(`{"__proto__":"1","CallSid":"CA2"}`, vars{"__proto__": "1", "CallSid": "CA2"}),
		good(`{"`+strings.Repeat("a", 256)+`":"1"}`, vars{strings.Repeat("a", 256): "1"}),
		good(`{"a":{"`+strings.Repeat("a", 254)+`":"1"}}`, vars{"a." + strings.Repeat("a", 254): "1"}),
		good(deep(8, `{"a":`, `"1"`, "}"), vars{path(8): "1"}),
		good(`{"`+path(100)+`":"1"}`, vars{path(100): "1"}),
		good(`{"a":`+brackets+"}", vars{"a": brackets}),
		good(`{"a":`+big+"}", vars{"a": big}),
		good(`{"a":"`+big+`"}`, vars{"a": big}),
		good(strings.Repeat(" ", 80_000)+"{}", nil),
		good("{"+strings.TrimPrefix(manyText.String(), ",")+"}", many),
	)
}
