package mask

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// public holds the documented parameters that are not sensitive.
var public = map[string]bool{
	"CallSid": true, "AccountID": true, "TrunkID": true, "CallStatus": true, "ApiVersion": true,
	"Direction": true, "ParentCallSid": true, "AnsweredBy": true,

	"DialCallStatus": true, "DialCallSid": true, "DialCallDuration": true, "DialBridged": true,
	"CallDuration": true, "Timestamp": true, "SequenceNumber": true, "CallbackSource": true,
	"Confidence": true, "RecordingSid": true, "RecordingDuration": true, "RecordingStatus": true,
	"RecordingChannels": true, "RecordingSource": true, "RecordingStartTime": true,
	"RecordingTrack": true, "ErrorCode": true,
}

// codes holds the parameters that are sensitive even if they are short.
var codes = map[string]bool{
	"Digits": true, "FinishedOnKey": true, "SecurityCode": true, "ExpirationDate": true,
	"PaymentConfirmationCode": true,
}

// A layout describes the documented parameters of a type of event.
type layout struct {
	public    map[string]bool // the parameters that are not sensitive
	fields    []field         // the fields that are strings
	byName    map[string]int  // index in fields
	variables []int           // index of the field Vars
}

type field struct {
	index  []int
	name   string
	public bool
}

var layouts sync.Map // from reflect.Type to *layout

func layoutOf(t reflect.Type) *layout {
	if known, ok := layouts.Load(t); ok {
		return known.(*layout)
	}
	l := &layout{public: map[string]bool{}, byName: map[string]int{}}
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("schema")
		if name == "" || name == "-" {
			continue
		}
		if public[name] {
			l.public[name] = true
		}
		switch f.Type.Kind() {
		case reflect.String:
			l.byName[name] = len(l.fields)
			l.fields = append(l.fields, field{f.Index, name, public[name]})
		case reflect.Map:
			l.variables = f.Index
		}
	}
	layouts.Store(t, l)
	return l
}

// Of returns the Mask of an event. The argument event is a pointer to a struct
// whose schema tags name parameters, and params are all its parameters as
// received. The Mask replaces the values of both, because a callback may have
// changed the fields.
//
// A parameter is sensitive unless it is documented for this event and listed
// as public here.
func Of[P ~struct{ Name, Value string }](event any, params []P) *Mask {
	v := reflect.ValueOf(event).Elem()
	l := layoutOf(v.Type())
	c := collector{patterns: make([]pattern, 0, len(params)+8)}
	values := make([]string, len(l.fields))
	for i, f := range l.fields {
		values[i] = v.FieldByIndex(f.index).String()
		if f.public && values[i] != "" {
			c.public = append(c.public, values[i])
		}
	}
	for i, f := range l.fields {
		if !f.public {
			c.add(f.name, values[i], codes[f.name])
		}
	}
	if l.variables != nil {
		for vars := v.FieldByIndex(l.variables).MapRange(); vars.Next(); {
			// The Output of a Gather names the variable that holds the keys.
			c.add("Vars", vars.Value().String(), strings.HasSuffix(vars.Key().String(), ".digits"))
		}
	}
	for _, p := range params {
		p := struct{ Name, Value string }(p)
		if i, ok := l.byName[p.Name]; l.public[p.Name] || ok && values[i] == p.Value {
			continue
		}
		c.add(Name(p.Name), p.Value, codes[p.Name])
	}
	return newMask(c.patterns)
}

// A collector collects the patterns of an event.
type collector struct {
	public   []string // values that are not sensitive
	patterns []pattern
}

// add adds a value and the forms in which programs often print it: without
// surrounding spaces, without the plus or the country code 1 of a number, as
// valid UTF-8, with escapes decoded, and in other cases.
func (c *collector) add(name, value string, code bool) {
	if len(value) < shortest && !code {
		return
	}
	if !utf8.ValidString(value) { // each bad byte becomes U+FFFD
		c.addForms(name, strings.Map(func(r rune) rune { return r }, value), code)
	}
	c.addForms(name, value, code)
}

// addForms adds a value as it is, and with its escapes decoded.
func (c *collector) addForms(name, value string, code bool) {
	c.addTexts(name, value, code)
	if strings.ContainsAny(value, escapes) {
		c.addTexts(name, unescaped(value), code)
	}
}

func (c *collector) addTexts(name, value string, code bool) {
	if !c.addText(name, value, code) {
		return
	}
	trimmed := strings.TrimSpace(value)
	if trimmed != value {
		c.addText(name, trimmed, code)
	}
	number := strings.TrimPrefix(trimmed, "+")
	if number != trimmed {
		c.addText(name, number, code)
	}
	if national, ok := strings.CutPrefix(number, "1"); ok && len(national) == 10 && strings.Trim(national, "0123456789") == "" {
		c.addText(name, national, code)
	}
	if !isASCII(value) {
		c.addText(name, strings.ToLower(value), code)
		c.addText(name, strings.ToUpper(value), code)
	}
}

// addText adds a text, unless it is too short or does not identify a person. It
// reports whether it did.
func (c *collector) addText(name, text string, code bool) bool {
	switch text {
	case "", "true", "false", "hangup":
		return false
	}
	if len(text) < shortest && !code || slices.Contains(c.public, text) || strings.Trim(text, " +") == "" {
		return false
	}
	c.patterns = append(c.patterns, pattern{
		text: foldString(text), name: name, word: code && len(text) < shortestAnywhere,
	})
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
