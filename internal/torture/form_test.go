package torture

import (
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
)

// A bound is a struct of a program that binds parameters, with all shapes that
// Bind has.
type bound struct {
	Tenant  string        `schema:"tenant"`
	List    []string      `schema:"list"`
	Numbers []int         `schema:"numbers"`
	Limit   time.Duration `schema:"limit"`
	Share   *float64      `schema:"share"`
	Menu    struct {
		Digits string `schema:"digits"`
		Next   *struct {
			Leaf []uint8 `schema:"leaf"`
		} `schema:"next"`
	} `schema:"menu"`
}

// A binding is what Bind made of an event.
type binding struct {
	params, vars bound
	errs         []error
}

// bindAll binds an event in all ways that there are.
func bindAll(e voxhook.Event) (b binding) {
	for _, err := range []error{e.Webhook().Bind(&b.params), e.Webhook().Vars.Bind(&b.vars)} {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			b.errs = append(b.errs, joined.Unwrap()...)
		} else if err != nil {
			b.errs = append(b.errs, err)
		}
	}
	return b
}

// A formCase is a text that is sent as a body and as a query.
type formCase struct {
	name string
	text string

	// The event; nil is an IncomingCall.
	event   voxhook.Event
	invalid []string
	check   func(a *assert.Assertions, e voxhook.Event)

	// The refusal.
	status int
	err    error

	bodyOnly bool                      // not as a query
	noQuery  bool                      // net/http refuses it as a query
	asQuery  func(c formCase) formCase // if not nil, what is different as a query
}

// formGroup sends forms that are broken, doubled, misnamed and too large.
func formGroup(t *testing.T) {
	var trials []trial
	for _, c := range slices.Concat(brokenForms(), escapedForms(), doubledForms(), misnamedForms(), boundForms()) {
		trials = append(trials, c.trial("post: "+c.name, post(c.text)))
		switch {
		case c.bodyOnly:
			continue
		case c.noQuery:
			trials = append(trials, refused("get: "+c.name, get(c.text), http.StatusBadRequest, nil))
			continue
		case c.asQuery != nil:
			c = c.asQuery(c)
		}
		trials = append(trials, c.trial("get: "+c.name, get(c.text)))
	}
	trials = append(trials, largeForms()...)
	trials = append(trials, queriesOfPosts()...)
	try(t, 1<<20, trials)
}

func (c formCase) trial(name, request string) trial {
	if c.status != 0 {
		return refused(name, request, c.status, c.err)
	}
	event := c.event
	if event == nil {
		event = &voxhook.IncomingCall{}
	}
	tr := accepted(name, request, event, func(a *assert.Assertions, e voxhook.Event) {
		a.Equal(pairs(c.text), e.Webhook().Params)
		if c.check != nil {
			c.check(a, e)
		}
	})
	tr.invalid = c.invalid
	return tr
}

// pairs returns the parameters of a text. Pairs that are not well-formed are
// kept as they are; their names are unescaped if possible.
func pairs(text string) (params voxhook.Params) {
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		rawName, raw, _ := strings.Cut(pair, "=")
		name, badName := url.QueryUnescape(rawName)
		value, bad := url.QueryUnescape(raw)
		if badName != nil {
			name = rawName
		}
		if badName != nil || bad != nil || strings.Contains(pair, ";") {
			value = raw
		}
		params = append(params, voxhook.Param{Name: name, Value: value})
	}
	return params
}

func missing(name, text string) formCase {
	return formCase{name: name, text: text, status: http.StatusBadRequest, err: noCallSid}
}

// malformed is not a form. As a query it can have good pairs besides.
func malformed(name, text string, asQuery func(formCase) formCase) formCase {
	return formCase{name: name, text: text, status: http.StatusBadRequest, err: voxhook.ErrMalformed, asQuery: asQuery}
}

// noCall refuses a query because it has no CallSid, and badCall because that
// is not well-formed.
func noCall(c formCase) formCase  { return missing(c.name, c.text) }
func badCall(c formCase) formCase { return wrong(c.name, c.text, "CallSid", nil) }

// event accepts a query with these parameters in Invalid.
func event(e voxhook.Event, invalid ...string) func(formCase) formCase {
	return func(c formCase) formCase {
		return formCase{name: c.name, text: c.text, event: e, invalid: invalid, check: func(a *assert.Assertions, e voxhook.Event) {
			a.Equal("CA1", e.Webhook().CallSid)
			for _, name := range invalid {
				a.True(reflect.ValueOf(e).Elem().FieldByName(name).IsZero(), name)
			}
		}}
	}
}

// wrong is refused because of a parameter.
func wrong(name, text, param string, err error) formCase {
	return formCase{name: name, text: text, status: http.StatusBadRequest, err: &voxhook.ParamError{Param: param, Err: err}}
}

func conflict(name, text, param string) formCase {
	return wrong(name, text, param, voxhook.ErrConflict)
}

// brokenForms are not forms, or have nothing in them.
func brokenForms() []formCase {
	const rest = "&From=%2B14025559999&Digits=4111111111111111"
	return []formCase{
		missing("empty", ""),
		missing("separator", "&"),
		missing("separators", "&&&"),
		missing("10,000 separators", strings.Repeat("&", 10_000)),
		missing("equals sign", "="),
		missing("equals signs", "=="),
		missing("equals signs and separators", "=&=&="),
		missing("value without name", "=4111111111111111"),
		missing("name without value", "a"),
		missing("name with empty value", "a="),
		missing("CallSid without equals sign", "CallSid"+rest),
		missing("CallSid with empty value", "CallSid="+rest),
		missing("no CallSid", "From=%2B14025559999&Digits=4111111111111111"),
		missing("a word", "4111111111111111"),
		missing("CallSid in a value", "a=CallSid=CA1"),
		missing("CallSid after an escaped separator", "a=b%26CallSid=CA1"),
		missing("escaped equals sign", "CallSid%3DCA1"),
		malformed("semicolon", ";", noCall),
		malformed("semicolon as separator", "CallSid=CA1;From=%2B14025559999", badCall),
		malformed("semicolon and separator", "CallSid=CA1&;&From=%2B14025559999", event(&voxhook.IncomingCall{})),
		malformed("semicolon in a name", "CallSid=CA1&a;b=4111111111111111", event(&voxhook.IncomingCall{})),
		malformed("semicolon at the end", "CallSid=CA1"+rest+";", event(&voxhook.GatherResult{}, "Digits")),
		malformed("semicolon as entity", "CallSid=CA1&amp;From=4111111111111111", event(&voxhook.IncomingCall{})),
		malformed("escape of nothing", "%", noCall),
		malformed("escape of nothing, in a value", "CallSid=CA1&From=4111111111111111%", event(&voxhook.IncomingCall{}, "From")),
		malformed("escape of nothing, in a name", "CallSid=CA1&4111111111111111%=x", event(&voxhook.IncomingCall{})),
		malformed("escape of nothing, before a separator", "CallSid=CA1&x=%"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of one digit", "CallSid=CA1&x=%4", event(&voxhook.IncomingCall{})),
		malformed("escape of one digit, before a separator", "CallSid=CA1&x=%4"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of one digit, before an equals sign", "CallSid=CA1&%4=1"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of letters", "CallSid=CA1&x=%zz"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of a digit and a letter", "CallSid=CA1&x=%4g"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of a sign", "CallSid=CA1&x=%-1"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of a plus", "CallSid=CA1&x=%+1"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of an escape", "CallSid=CA1&x=%%34"+rest, event(&voxhook.GatherResult{})),
		malformed("escape as of scripts", "CallSid=CA1&x=%u0041"+rest, event(&voxhook.GatherResult{})),
		malformed("escape of full-width digits", "CallSid=CA1&x=%４１"+rest, event(&voxhook.GatherResult{})),
		malformed("escape in CallSid", "CallSid=%C"+rest, badCall),
		malformed("escape in the last of 999", strings.Repeat("a=1&", 998)+"CallSid=%", badCall),
		{name: "escape with a raw NUL", text: "CallSid=CA1&x=%\x00\x00" + rest, status: http.StatusBadRequest, err: voxhook.ErrMalformed, noQuery: true},
		{name: "escape with a space", text: "CallSid=CA1&x=% 1" + rest, status: http.StatusBadRequest, err: voxhook.ErrMalformed, noQuery: true},

		{name: "separators around", text: "&&CallSid=CA1&&&x=1&&", check: params("CallSid", "CA1", "x", "1")},
		{name: "nothing but CallSid", text: "CallSid=CA1", check: params("CallSid", "CA1")},
		{name: "equals sign at the end", text: "CallSid=CA1&=", check: params("CallSid", "CA1", "", "")},
		{name: "value without name at the end", text: "CallSid=CA1&=x", check: params("CallSid", "CA1", "", "x")},
		{name: "name without value at the end", text: "CallSid=CA1&x", check: params("CallSid", "CA1", "x", "")},
		{name: "name with empty value at the end", text: "CallSid=CA1&x=", check: params("CallSid", "CA1", "x", "")},
		{name: "equals sign in CallSid", text: "CallSid=CA=1=", check: callSid("CA=1=")},
		{name: "CallSid is an equals sign", text: "CallSid==", check: callSid("=")},
		{name: "documented names without values", text: "CallSid=CA1&From&To&CallStatus&Vars&Direction", check: func(a *assert.Assertions, e voxhook.Event) {
			want := voxhook.VoiceWebhook{CallSid: "CA1", Params: e.Webhook().Params, Sent: 6}
			a.EqualExportedValues(want, *e.Webhook())
		}},
		{name: "sign of a kind without value", text: "CallSid=CA1&Digits", event: &voxhook.GatherResult{}},
	}
}

// params says that these are the names and values of an event.
func params(namesAndValues ...string) func(*assert.Assertions, voxhook.Event) {
	return func(a *assert.Assertions, e voxhook.Event) {
		var want voxhook.Params
		for i := 0; i < len(namesAndValues); i += 2 {
			want = append(want, voxhook.Param{Name: namesAndValues[i], Value: namesAndValues[i+1]})
		}
		a.Equal(want, e.Webhook().Params)
	}
}

func callSid(want string) func(*assert.Assertions, voxhook.Event) {
	return func(a *assert.Assertions, e voxhook.Event) { a.Equal(want, e.Webhook().CallSid) }
}

func from(want string) func(*assert.Assertions, voxhook.Event) {
	return func(a *assert.Assertions, e voxhook.Event) { a.Equal(want, e.Webhook().From) }
}

func to(want string) func(*assert.Assertions, voxhook.Event) {
	return func(a *assert.Assertions, e voxhook.Event) { a.Equal(want, e.Webhook().To) }
}

func callerName(want string) func(*assert.Assertions, voxhook.Event) {
	return func(a *assert.Assertions, e voxhook.Event) { a.Equal(want, e.Webhook().CallerName) }
}

// escapedForms have characters that need care. Each is unescaped once.
func escapedForms() []formCase {
	callerNames := []string{"CallerName"}
	return []formCase{
		{name: "escapes in a name", text: "%43all%53id=CA1", check: callSid("CA1")},
		{name: "escapes in small letters", text: "CallSid=%c3%a9", check: callSid("é")},
		{name: "escaped separators", text: "CallSid=a%26b%3Dc%3Bd%25e%2Bf", check: callSid("a&b=c;d%e+f")},
		{name: "escaped twice", text: "CallSid=CA1&CallerName=%252525", check: callerName("%2525")},
		{name: "escaped twice, a number", text: "CallSid=CA1&From=%252B14025559999", check: from("%2B14025559999")},
		{name: "escaped NUL", text: "CallSid=CA1&CallerName=%00", invalid: callerNames, check: callerName("\ufffd")},
		wrong("escaped NUL in CallSid", "CallSid=CA1%00%0A", "CallSid", form.ErrText),
		wrong("invalid UTF-8 in CallSid", "CallSid=CA1%ff", "CallSid", form.ErrText),
		wrong("invalid UTF-8 in AccountID", "CallSid=CA1&AccountID=%ff4111111111111111", "AccountID", form.ErrText),
		wrong("invalid UTF-8 in ParentCallSid", "CallSid=CA1&ParentCallSid=\xff4111111111111111", "ParentCallSid", form.ErrText),
		wrong("escaped NUL in ParentCallSid", "CallSid=CA1&ParentCallSid=4111111111111111%00", "ParentCallSid", form.ErrText),
		{name: "escaped NUL in a name", text: "CallSid=CA1&From%00=x", check: from("")},
		{name: "escaped controls", text: "CallSid=CA1&CallerName=%01%08%0B%1B%5B2J%7F%C2%85", check: callerName("\x01\x08\x0b\x1b[2J\x7f\u0085")},
		{name: "overlong NUL", text: "CallSid=CA1&CallerName=%C0%80", invalid: callerNames, check: callerName("\ufffd\ufffd")},
		{name: "escaped invalid UTF-8", text: "CallSid=CA1&CallerName=%ff%fe%80", invalid: callerNames, check: callerName("\ufffd\ufffd\ufffd")},
		{name: "escaped surrogate", text: "CallSid=CA1&CallerName=%ED%A0%80", invalid: callerNames, check: callerName("\ufffd\ufffd\ufffd")},
		{name: "half a character", text: "CallSid=CA1&CallerName=%F0%9F%92", invalid: callerNames, check: callerName("\ufffd\ufffd\ufffd")},
		{name: "no characters of XML", text: "CallSid=CA1&CallerName=%EF%BF%BE%EF%BF%BF", check: callerName("\ufffe\uffff")},
		{name: "raw invalid UTF-8", text: "CallSid=CA1&CallerName=\xff\xc0\x80", invalid: callerNames, check: callerName("\ufffd\ufffd\ufffd")},
		{name: "raw characters", text: "CallSid=CA1&CallerName=José☎", check: callerName("José☎")},
		{name: "right to left", text: "CallSid=CA1&CallerName=%E2%80%AE4321", check: callerName("\u202e4321")},
		{name: "markup", text: "CallSid=CA1&CallerName=%3C%2FSay%3E%3CDial%3E%26%23x41%3B%5D%5D%3E%3C%21--", check: callerName("</Say><Dial>&#x41;]]><!--")},
		{name: "raw markup", text: "CallSid=CA1&CallerName=</Say><Dial>]]>\"'", check: callerName("</Say><Dial>]]>\"'")},
		{name: "escaped line breaks", text: "CallSid=CA1&From=%0D%0AX-Evil:%201", check: from("\r\nX-Evil: 1")},
		{name: "escaped line breaks in CallSid", text: "CallSid=CA1%0D%0Alevel%3DERROR", check: callSid("CA1\r\nlevel=ERROR")},
		{name: "raw NUL", text: "CallSid=CA1&CallerName=\x00", noQuery: true, invalid: callerNames, check: callerName("\ufffd")},
		{name: "raw line breaks", text: "CallSid=CA1\r\nFrom=x&To=y", bodyOnly: true, check: callSid("CA1\r\nFrom=x")},
		{name: "raw line break at the end", text: "CallSid=CA1&To=y\r\n", bodyOnly: true, check: to("y\r\n")},
		{name: "raw space", text: "CallSid=CA1&CallerName=A B", noQuery: true, check: callerName("A B")},
		{name: "raw tab", text: "CallSid=CA1&CallerName=A\tB", noQuery: true, check: callerName("A\tB")},
		{name: "raw delete", text: "CallSid=CA1&CallerName=\x7f", noQuery: true, check: callerName("\x7f")},
		{name: "question marks", text: "CallSid=CA1&x=?&?=/", check: params("CallSid", "CA1", "x", "?", "?", "/")},
		{name: "spaces as plus signs", text: "CallSid=CA1&CallerName=A+B+", check: callerName("A B ")},
		{name: "plus sign in From", text: "CallSid=CA1&From=+14025559999", check: from("+14025559999")},
		{name: "plus sign in To", text: "CallSid=CA1&To=+14025559999", check: to("+14025559999")},
		{name: "plus sign as an escaped space", text: "CallSid=CA1&To=%2014025559999", check: to("+14025559999")},
		{name: "plus sign that is escaped", text: "CallSid=CA1&To=%2B14025559999", check: to("+14025559999")},
		{name: "plus sign escaped and not", text: "CallSid=CA1&To=%2B+14025559999", check: to("+ 14025559999")},
		{name: "plus sign alone", text: "CallSid=CA1&To=+", check: to(" ")},
		{name: "plus signs", text: "CallSid=CA1&To=++14025559999", check: to("  14025559999")},
		{name: "plus sign before a word", text: "CallSid=CA1&To=+anonymous", check: to(" anonymous")},
		{name: "plus sign before other digits", text: "CallSid=CA1&To=+%D9%A1%D9%A2", check: to(" ١٢")},
		{name: "plus sign in a SIP URI", text: "CallSid=CA1&To=sip:%2B14025559999@voice.example", check: to("sip:+14025559999@voice.example")},
		{name: "number without plus sign", text: "CallSid=CA1&To=14025559999", check: to("14025559999")},
		{name: "plus sign in another parameter", text: "CallSid=CA1&Digits=+1", event: &voxhook.GatherResult{},
			check: func(a *assert.Assertions, e voxhook.Event) {
				a.Equal(" 1", e.(*voxhook.GatherResult).Digits)
			}},
	}
}

// doubledForms have parameters more than once.
func doubledForms() []formCase {
	return []formCase{
		{name: "CallSid twice and equal", text: "CallSid=CA1&x=1&CallSid=CA1", check: callSid("CA1")},
		{name: "CallSid 900 times and equal", text: strings.Repeat("CallSid=CA1&", 900), check: callSid("CA1")},
		{name: "CallSid twice, escaped and not", text: "CallSid=CA1&%43allSid=C%411", check: callSid("CA1")},
		{name: "AccountID twice and equal", text: "CallSid=CA1&AccountID=7&AccountID=7", check: func(a *assert.Assertions, e voxhook.Event) {
			a.Equal("7", e.Webhook().AccountID)
		}},
		conflict("CallSid twice and different", "CallSid=4111111111111111&CallSid=CA2", "CallSid"),
		conflict("CallSid twice and in other case", "CallSid=CA1&CallSid=ca1", "CallSid"),
		conflict("CallSid twice, the last empty", "CallSid=CA1&CallSid=", "CallSid"),
		conflict("CallSid twice, the first empty", "CallSid=&CallSid=CA1", "CallSid"),
		conflict("CallSid twice, the first without value", "CallSid&CallSid=CA1", "CallSid"),
		conflict("CallSid three times, the last different", "CallSid=CA1&CallSid=CA1&CallSid=4111111111111111", "CallSid"),
		conflict("CallSid three times, the middle different", "CallSid=CA1&CallSid=4111111111111111&CallSid=CA1", "CallSid"),
		{name: "ParentCallSid twice and equal", text: "CallSid=CA1&ParentCallSid=7&ParentCallSid=7", check: func(a *assert.Assertions, e voxhook.Event) {
			a.Equal("7", e.Webhook().ParentCallSid)
		}},
		conflict("ParentCallSid twice and different", "CallSid=CA1&ParentCallSid=4111111111111111&ParentCallSid=2", "ParentCallSid"),
		conflict("ParentCallSid twice, one empty", "CallSid=CA1&ParentCallSid&ParentCallSid=4111111111111111", "ParentCallSid"),
		conflict("AccountID twice and different", "CallSid=CA1&AccountID=4111111111111111&AccountID=2", "AccountID"),
		conflict("AccountID twice, one empty", "CallSid=CA1&AccountID=4111111111111111&AccountID", "AccountID"),
		conflict("CallSid and AccountID both", "CallSid=CA1&AccountID=1&AccountID=2&CallSid=CA2", "AccountID"),
		missing("CallSid twice and empty", "CallSid=&CallSid="),

		{name: "From twice and equal", text: "CallSid=CA1&From=a&From=a", check: from("a")},
		{name: "From twice and different", text: "CallSid=CA1&From=a&From=%2B14025559999", invalid: []string{"From"}, check: from("+14025559999")},
		{name: "From twice, the first empty", text: "CallSid=CA1&From=&From=a", invalid: []string{"From"}, check: from("a")},
		{name: "From 100 times", text: "CallSid=CA1" + many("From", 100), invalid: []string{"From"}, check: from("99")},
		{name: "several twice, in the order of the request", text: "CallSid=CA1&To=a&To=b&From=a&From=b&Direction=a&Direction=b",
			invalid: []string{"To", "From", "Direction"}},
		{name: "unknown twice and different", text: "CallSid=CA1&x=1&x=2", check: params("CallSid", "CA1", "x", "1", "x", "2")},
		{name: "empty name twice", text: "CallSid=CA1&=1&=2", check: params("CallSid", "CA1", "", "1", "", "2")},
		{
			name: "Digits twice and different", text: "CallSid=CA1&Digits=4111111111111111&Digits=2",
			event: &voxhook.GatherResult{}, invalid: []string{"Digits"},
			check: func(a *assert.Assertions, e voxhook.Event) {
				a.Equal("2", e.(*voxhook.GatherResult).Digits)
			},
		},
		{
			name: "duration twice and different", text: "CallSid=CA1&DialCallDuration=5&DialCallDuration=6",
			event: &voxhook.DialResult{}, invalid: []string{"DialCallDuration"},
			check: func(a *assert.Assertions, e voxhook.Event) {
				a.Equal(6*time.Second, e.(*voxhook.DialResult).DialCallDuration)
			},
		},
		{
			name: "duration twice, the first bad", text: "CallSid=CA1&DialCallDuration=4111111111111111x&DialCallDuration=6",
			event: &voxhook.DialResult{}, invalid: []string{"DialCallDuration"},
			check: func(a *assert.Assertions, e voxhook.Event) {
				a.Equal(6*time.Second, e.(*voxhook.DialResult).DialCallDuration)
			},
		},
		{
			name: "duration twice, the last bad", text: "CallSid=CA1&DialCallDuration=6&DialCallDuration=4111111111111111x",
			event: &voxhook.DialResult{}, invalid: []string{"DialCallDuration", "DialCallDuration"},
			check: func(a *assert.Assertions, e voxhook.Event) {
				a.Zero(e.(*voxhook.DialResult).DialCallDuration)
			},
		},
		{
			name: "Vars twice and different", text: "CallSid=CA1&Vars={\"a\":\"1\"}&Vars={\"a\":\"2\"}",
			invalid: []string{"Vars"},
			check: func(a *assert.Assertions, e voxhook.Event) {
				a.Equal(voxhook.Vars{"a": "2"}, e.Webhook().Vars)
			},
		},
		{name: "signs of all kinds", text: "CallSid=CA1&Digits=1&RecordingUrl=u&CallDuration=1&RecordingStatus=x&For=x&Result=x&DialBridged=true",
			event: &voxhook.DialResult{}},
	}
}

// many returns a parameter n times, with n values.
func many(name string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("&" + name + "=" + strconv.Itoa(i))
	}
	return b.String()
}

// misnamedForms have names that are nearly those of parameters.
func misnamedForms() []formCase {
	return []formCase{
		missing("small letters", "callsid=CA1"),
		missing("capitals", "CALLSID=CA1"),
		missing("camel case", "callSid=CA1"),
		missing("snake case", "call_sid=CA1"),
		missing("brackets", "CallSid[]=CA1"),
		missing("index", "CallSid[0]=CA1"),
		missing("index by dot", "CallSid.0=CA1"),
		missing("space before", "+CallSid=CA1"),
		missing("space after", "CallSid+=CA1"),
		missing("NUL after", "CallSid%00=CA1"),
		missing("letter after", "CallSids=CA1"),
		missing("look-alike letter", "%D0%A1allSid=CA1"),
		missing("full-width letter", "%EF%BC%A3allSid=CA1"),
		missing("quotes", "\"CallSid\"=CA1"),
		missing("prefix", "VoiceWebhook.CallSid=CA1"),
		{name: "other case beside", text: "callsid=CA2&CallSid=CA1&CALLSID=CA3", check: callSid("CA1")},
		{name: "other case of From", text: "CallSid=CA1&from=4111111111111111&FROM=x", check: from("")},
		{name: "other case of a sign", text: "CallSid=CA1&digits=1&dialbridged=true"},
		{name: "Go's name of a field", text: "CallSid=CA1&APIVersion=1&RecordingURL=u&ProfileID=1", check: func(a *assert.Assertions, e voxhook.Event) {
			a.Empty(e.Webhook().APIVersion)
		}},
		{name: "fields without a parameter", text: "CallSid=CA1&Params=x&Invalid=y&Geo=z", check: func(a *assert.Assertions, e voxhook.Event) {
			a.Len(e.Webhook().Params, 4)
		}},
		{name: "long name", text: "CallSid=CA1&" + strings.Repeat("CallSid", 10_000) + "=x", check: callSid("CA1")},
	}
}

// boundForms have names that mean something to decoders of structs.
func boundForms() []formCase {
	with := func(name, text string, want func(*bound)) formCase {
		return formCase{name: "bind: " + name, text: "CallSid=CA1&" + text, check: func(a *assert.Assertions, e voxhook.Event) {
			var b bound
			want(&b)
			a.Equal(b, bindAll(e).params)
			a.Empty(bindAll(e).errs)
		}}
	}
	nothing := func(name, text string) formCase { return with(name, text, func(*bound) {}) }
	fails := func(name, text, param string) formCase {
		return formCase{name: "bind: " + name, text: "CallSid=CA1&" + text, check: func(a *assert.Assertions, e voxhook.Event) {
			b := bindAll(e)
			a.Equal(bound{}, b.params)
			var p *voxhook.ParamError
			if a.Len(b.errs, 1) && a.ErrorAs(b.errs[0], &p) {
				a.Equal(param, p.Param)
			}
		}}
	}
	deep := strings.Repeat("menu.", 10_000)
	return []formCase{
		nothing("brackets", "list[]=a&numbers[]=1"),
		nothing("index in brackets", "list[0]=a&numbers[0]=1"),
		nothing("negative index in brackets", "list[-1]=a&numbers[-1]=1"),
		nothing("huge index in brackets", "list[2147483647]=a&numbers[18446744073709551616]=1"),
		nothing("index by dot", "list.0=a&numbers.1=1&menu.next.leaf.0=1"),
		nothing("negative index by dot", "list.-1=a&numbers.-9223372036854775808=1"),
		nothing("huge index by dot", "list.999999999=a&numbers.4294967296=1&numbers.99999999999999999999=2"),
		nothing("indexes of struct", "menu.0.digits=1&menu[0].digits=1&menu[digits]=1"),
		nothing("struct as a value", "menu=4111111111111111&menu.next=x&menu.="),
		nothing("dots", ".=1&..=2&...=3&.menu=4&menu..digits=5&menu.digits.=6&.tenant=7&tenant.=8"),
		nothing("below a value", "tenant.x=1&menu.digits.x=2&limit.x=3&share.x=4"),
		nothing("path of 10,000", deep+"digits=1"),
		nothing("path of 10,000 brackets", "menu"+strings.Repeat("[a]", 10_000)+"=1"),
		nothing("path without end", "menu"+strings.Repeat(".", 10_000)+"=1"),
		nothing("other case", "TENANT=x&Menu.Digits=y&LIST=z"),
		nothing("names that decoders make", "F0_=x&F1_=y&F2_=1&F3_=1&F4_=1"),
		nothing("names of scripts", "__proto__=x&constructor.prototype=y&menu.__proto__.digits=z"),
		nothing("empty values", "tenant=&list=&numbers=&limit=&share=&menu.digits=&menu.next.leaf="),
		with("values", "tenant=t&list=a&list=b&numbers=1&numbers=-2&limit=5&menu.digits=7&menu.next.leaf=255", func(b *bound) {
			b.Tenant, b.List, b.Numbers, b.Limit, b.Menu.Digits = "t", []string{"a", "b"}, []int{1, -2}, 5*time.Second, "7"
			b.Menu.Next = &struct {
				Leaf []uint8 `schema:"leaf"`
			}{[]uint8{255}}
		}),
		with("list of 900", strings.TrimPrefix(many("numbers", 900), "&"), func(b *bound) {
			for i := range 900 {
				b.Numbers = append(b.Numbers, i)
			}
		}),
		with("numbers with commas", "numbers=1,2,3", func(b *bound) { b.Numbers = []int{1, 2, 3} }),
		with("only commas", "numbers=,,,", func(b *bound) { b.Numbers = []int{} }),
		with("bytes of all values", "tenant=%00%ff%0D%0A", func(b *bound) { b.Tenant = "\x00\xff\r\n" }),
		fails("number", "numbers=4111111111111111x", "numbers"),
		fails("number too large", "numbers=41111111111111114111111111111111", "numbers"),
		fails("one bad number of three", "numbers=1&numbers=4111111111111111x&numbers=3", "numbers"),
		fails("one bad number between commas", "numbers=1,4111111111111111x,3", "numbers"),
		fails("byte too large", "menu.next.leaf=256", "menu.next.leaf"),
		fails("duration", "limit=-1", "limit"),
		fails("duration too long", "limit=9223372037", "limit"),
		fails("not a number", "share=NaN", "share"),
		fails("infinite", "share=-Infinity", "share"),
		{name: "bind: variables",
			text: "CallSid=CA1&Vars={\"tenant\":\"t\",\"list\":\"a\",\"menu\":{\"digits\":\"7\",\"next.leaf\":\"1\"},\"list[9]\":\"x\",\"F0_\":\"x\"}",
			check: func(a *assert.Assertions, e voxhook.Event) {
				b := bindAll(e)
				a.Empty(b.errs)
				a.Equal("t", b.vars.Tenant)
				a.Equal([]string{"a"}, b.vars.List)
				a.Equal("7", b.vars.Menu.Digits)
				if a.NotNil(b.vars.Menu.Next) {
					a.Equal([]uint8{1}, b.vars.Menu.Next.Leaf)
				}
			}},
		{name: "bind: bad variables", text: "CallSid=CA1&Vars={\"numbers\":\"4111111111111111x\",\"menu.digits\":\"7\",\"share\":\"Inf\"}",
			check: func(a *assert.Assertions, e voxhook.Event) {
				b := bindAll(e)
				a.Len(b.errs, 2)
				a.Equal("7", b.vars.Menu.Digits)
				a.Nil(b.vars.Numbers)
				a.Nil(b.vars.Share)
			}},
	}
}

// largeForms are at the limits.
func largeForms() []trial {
	const limit = voxhook.DefaultMaxBodyBytes
	var trials []trial
	sized := func(n int) string {
		const head = "CallSid=CA1&x=4111111111111111"
		return head + strings.Repeat("0", n-len(head))
	}
	counted := func(n int) string { return "CallSid=CA1" + strings.Repeat("&x=4111111111111111", n-1) }
	both := func(name, text string, limits trial) {
		for _, method := range []struct{ name, request string }{{"post: ", post(text)}, {"get: ", get(text)}} {
			tr := refused(method.name+name, method.request, http.StatusRequestEntityTooLarge, voxhook.ErrTooLarge)
			if limits.want == nil {
				tr = accepted(method.name+name, method.request, &voxhook.IncomingCall{}, func(a *assert.Assertions, e voxhook.Event) {
					callSid("CA1")(a, e)
					a.Len(e.Webhook().Params, strings.Count(text, "="))
				})
			}
			tr.maxBody, tr.maxParams = limits.maxBody, limits.maxParams
			trials = append(trials, tr)
		}
	}
	tooLarge := trial{want: []int{http.StatusRequestEntityTooLarge}}

	both("one byte under the limit", sized(limit-1), trial{})
	both("as many bytes as the limit", sized(limit), trial{})
	both("one byte over the limit", sized(limit+1), tooLarge)
	both("three times the limit", sized(3*limit), tooLarge)
	both("escapes, as many bytes as the limit", "CallSid=CA1&x="+strings.Repeat("%41", (limit-14)/3), trial{})
	both("separators, as many bytes as the limit", "CallSid=CA1"+strings.Repeat("&", limit-11), trial{})
	both("separators, one over the limit", "CallSid=CA1"+strings.Repeat("&", limit-10), tooLarge)
	both("own limit, one byte under", sized(63), trial{maxBody: 64})
	both("own limit, as many bytes", sized(64), trial{maxBody: 64})
	both("own limit, one byte over", sized(65), trial{maxBody: 64, want: tooLarge.want})
	both("own limit of one byte", sized(64), trial{maxBody: 1, want: tooLarge.want})
	both("own limit above the default", sized(limit+1), trial{maxBody: limit + 1})
	both("own limit that is negative, under the default", sized(limit), trial{maxBody: -1})
	both("own limit that is negative, over the default", sized(limit+1), trial{maxBody: math.MinInt64, want: tooLarge.want})
	both("own limit that is the largest", sized(limit+1), trial{maxBody: math.MaxInt64})

	both("999 parameters", counted(999), trial{})
	both("1,000 parameters", counted(1000), trial{})
	both("1,001 parameters", counted(1001), tooLarge)
	both("10,000 parameters", counted(10_000), tooLarge)
	both("1,000 parameters, CallSid last", strings.Repeat("x=1&", 999)+"CallSid=CA1", trial{})
	both("1,001 parameters, CallSid last", strings.Repeat("x=1&", 1000)+"CallSid=CA1", tooLarge)
	both("1,001 parameters without names", "CallSid=CA1"+strings.Repeat("&=", 1000), tooLarge)
	both("own count, as many", counted(2), trial{maxParams: 2})
	both("own count, one more", counted(3), trial{maxParams: 2, want: tooLarge.want})
	both("own count of one", "CallSid=CA1&", trial{maxParams: 1})
	both("own count above the default", counted(1001), trial{maxParams: 1001})
	both("own count that is negative, as many as the default", counted(1000), trial{maxParams: -1})
	both("own count that is negative, one more than the default", counted(1001), trial{maxParams: math.MinInt, want: tooLarge.want})
	both("own count that is the largest", counted(2000), trial{maxParams: math.MaxInt})

	const ten = 10 << 20
	chunked := chunkedPost(inChunks(strings.Repeat("x", ten), 1<<16, ""))
	ownLimit := accepted("post: 10 MiB, own limit above", post(sized(ten)), &voxhook.IncomingCall{}, callSid("CA1"))
	ownLimit.maxBody = ten
	trials = append(trials, ownLimit)
	for _, c := range []struct {
		name, request    string
		maxBody, mayRead int64
		status           int
		err              error
	}{
		{"post: 10 MiB", post(sized(ten)), 0, 1 << 20, http.StatusRequestEntityTooLarge, voxhook.ErrTooLarge},
		{"post: 10 MiB in chunks", chunked, 0, 1 << 20, http.StatusRequestEntityTooLarge, voxhook.ErrTooLarge},
		{"post: 10 MiB in chunks, own limit that is negative", chunked, -1, 1 << 20, http.StatusRequestEntityTooLarge, voxhook.ErrTooLarge},
		{"post: 10 MiB of another type", request("POST /voice", "Content-Type: text/plain\r\n", sized(ten)),
			0, 1 << 20, http.StatusUnsupportedMediaType, voxhook.ErrContentType},
		{"get: 10 MiB", get(sized(ten)), 0, 2 << 20, http.StatusRequestHeaderFieldsTooLarge, nil},
	} {
		tr := refused(c.name, c.request, c.status, c.err)
		tr.maxBody, tr.most = c.maxBody, c.mayRead
		trials = append(trials, tr)
	}
	return trials
}

// queriesOfPosts have parameters in the query and in the body.
func queriesOfPosts() []trial {
	const limit = voxhook.DefaultMaxBodyBytes
	var trials []trial
	accept := func(name, query, body string, check func(*assert.Assertions, voxhook.Event)) {
		trials = append(trials, accepted("query and body: "+name, request("POST /voice?"+query, formType, body), &voxhook.IncomingCall{}, check))
	}
	refuse := func(name, query, body string, err error) {
		trials = append(trials, refused("query and body: "+name, request("POST /voice?"+query, formType, body), http.StatusBadRequest, err))
	}
	accept("empty query", "", "CallSid=CA1", params("CallSid", "CA1"))
	accept("only separators in the query", "&&", "CallSid=CA1", params("CallSid", "CA1"))
	accept("own parameter", "tenant=t", "CallSid=CA1", func(a *assert.Assertions, e voxhook.Event) {
		params("CallSid", "CA1", "tenant", "t")(a, e)
		a.Equal("t", bindAll(e).params.Tenant)
	})
	accept("own parameter twice", "tenant=t&tenant=u", "CallSid=CA1", params("CallSid", "CA1", "tenant", "t", "tenant", "u"))
	accept("other CallSid in the query", "CallSid=CA2", "CallSid=CA1", params("CallSid", "CA1"))
	accept("two CallSids in the query", "CallSid=CA2&CallSid=CA3", "CallSid=CA1", params("CallSid", "CA1"))
	accept("AccountIDs in the query", "AccountID=1&AccountID=2", "CallSid=CA1", func(a *assert.Assertions, e voxhook.Event) {
		a.Empty(e.Webhook().AccountID)
		a.Len(e.Webhook().Params, 1)
	})
	accept("From in the query", "From=%2B14025559999", "CallSid=CA1", func(a *assert.Assertions, e voxhook.Event) {
		from("")(a, e)
		params("CallSid", "CA1")(a, e)
	})
	accept("sign of a kind in the query", "DialBridged=true&Digits=1", "CallSid=CA1", nil)
	accept("bad values in the query", "CallDuration=x&Vars={&Confidence=NaN", "CallSid=CA1", nil)
	accept("ended call in the query", "CallStatus=completed", "CallSid=CA1", nil)
	accept("other case in the query", "callsid=CA2", "CallSid=CA1", params("CallSid", "CA1", "callsid", "CA2"))
	accept("name of the query in the body", "x=1&x=2", "CallSid=CA1&x", params("CallSid", "CA1", "x", ""))
	accept("invalid UTF-8 in the query", "x=%ff\xff", "CallSid=CA1", params("CallSid", "CA1", "x", "\xff\xff"))
	accept("both at the limit of bytes", "x="+strings.Repeat("0", limit-2), "CallSid=CA1&y="+strings.Repeat("0", limit-14),
		func(a *assert.Assertions, e voxhook.Event) {
			a.Len(e.Webhook().Params, 3)
		})
	accept("both together at the count", strings.Repeat("x=1&", 500), "CallSid=CA1"+strings.Repeat("&y=1", 499), func(a *assert.Assertions, e voxhook.Event) {
		a.Len(e.Webhook().Params, 1000)
	})
	count := func(n int) func(*assert.Assertions, voxhook.Event) {
		return func(a *assert.Assertions, e voxhook.Event) { a.Len(e.Webhook().Params, n) }
	}
	accept("bad escape in the query", "a=1&x=%zz4111111111111111&b=2", "CallSid=CA1", params("CallSid", "CA1", "a", "1", "b", "2"))
	accept("semicolon in the query", "a=1&x=4111111111111111;y=1&b=2", "CallSid=CA1", params("CallSid", "CA1", "a", "1", "b", "2"))
	accept("bad CallSid in the query", "CallSid=%zz", "CallSid=CA1", params("CallSid", "CA1"))
	accept("invalid UTF-8 in the CallSid of the query", "CallSid=%ff", "CallSid=CA1", params("CallSid", "CA1"))
	accept("query over the limit of bytes", "a=1&x="+strings.Repeat("0", limit), "CallSid=CA1", params("CallSid", "CA1", "a", "1"))
	accept("both together over the count", strings.Repeat("x=1&", 501), "CallSid=CA1"+strings.Repeat("&y=1", 499), count(1000))
	accept("body at the count", strings.Repeat("x=1&", 501), "CallSid=CA1"+strings.Repeat("&y=1", 999), count(1000))
	accept("doubles over the count", strings.Repeat("CallSid=CA1&", 500), strings.Repeat("CallSid=CA1&", 501), count(501))
	refuse("CallSid only in the query", "CallSid=CA1", "From=%2B14025559999", noCallSid)
	refuse("CallSid only in the query, empty body", gathered, "", noCallSid)
	refuse("CallSid in the query, empty in the body", "CallSid=CA1", "CallSid=", noCallSid)
	refuse("bad escape in the body", "x=1", "CallSid=CA1&x=%4", voxhook.ErrMalformed)
	return trials
}
