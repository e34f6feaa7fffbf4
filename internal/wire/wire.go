// Package wire turns typed events into the requests that carry them: the
// opposite of what package voxhook does. It is for tests and for the simulation
// of calls, and panics where an event cannot be sent.
package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/schema"

	"github.com/voxhook/voxhook"
)

// Values returns the form of an event: its documented parameters, and those of
// its Params that are not documented for its kind, of which those of one name
// keep their order. Invalid does not count.
//
// Fields that are zero are left out, a Vars without variables included. A
// time is written in UTC as of RFC 3339, a Duration in seconds, Vars as flat
// JSON with sorted names.
//
// If CallSid is set, [voxhook.Parse] tells the kind of the event from its form,
// whatever its fields are. To that end
//
//   - the first parameter that proves the kind is there with an empty value
//     if none has one: a GatherResult without input has Digits;
//   - one of Params that would prove another kind is left out. A POST whose
//     URL has such a parameter in its own query leads to such an event.
//
// Values panics if
//
//   - ev is nil, or none of the types in the comment of [voxhook.Event];
//   - a Duration is negative or no whole number of seconds;
//   - a number is infinite or not a number;
//   - a year is not one of 0 to 9999;
//   - the CallStatus of an IncomingCall is one of a call that has ended, which
//     would be a StatusChange.
//
// Values does not change ev. It can be called concurrently.
func Values(ev voxhook.Event) url.Values {
	v := reflect.ValueOf(ev)
	if ev == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		panic("wire: the event is nil")
	}
	k := kinds[v.Type()]
	if k == nil {
		panic(fmt.Sprintf("wire: %T is no event of package voxhook", ev))
	}
	k.check(v.Elem())
	if call, ok := ev.(*voxhook.IncomingCall); ok && call.CallStatus.Ended() {
		panic("wire: IncomingCall.CallStatus: " + string(call.CallStatus) + " is of a call that has ended: send a StatusChange")
	}

	form := make(url.Values, len(k.documented))
	if err := encoder.Encode(ev, form); err != nil {
		panic(fmt.Sprintf("wire: %s: %v", k.name, err))
	}
	maps.DeleteFunc(form, func(_ string, values []string) bool { return values[0] == "" })
	if k.proof != "" && !k.proved(form) {
		form.Set(k.proof, "")
	}
	for _, p := range ev.Webhook().Params {
		if k.documented[p.Name] {
			continue
		}
		before := form[p.Name]
		if form.Add(p.Name, p.Value); before == nil && !k.proved(form) {
			delete(form, p.Name)
		}
	}
	return form
}

// NewRequest returns a request that carries a form, for a handler as well as
// for a client. The query that target has is kept. A GET or HEAD has the form
// behind it, all else in the body. It fails where [http.NewRequest] does.
func NewRequest(method, target string, form url.Values) (*http.Request, error) {
	text := form.Encode()
	switch method {
	case "", http.MethodGet, http.MethodHead:
		r, err := http.NewRequest(method, target, nil)
		if err != nil {
			return nil, err
		}
		if r.URL.RawQuery != "" && text != "" {
			text = "&" + text
		}
		r.URL.RawQuery += text
		return r, nil
	}
	r, err := http.NewRequest(method, target, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r, nil
}

// encoder writes zero values as "". It is not changed after this, which would
// be a data race.
var encoder = newEncoder()

func newEncoder() *schema.Encoder {
	e := schema.NewEncoder()
	register(e, func(n int) string { return strconv.Itoa(n) })
	register(e, func(b bool) string { return strconv.FormatBool(b) })
	register(e, func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) })
	register(e, func(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) })
	register(e, func(t time.Time) string {
		if t.IsZero() { // in another time zone
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	})
	register(e, func(vars voxhook.Vars) string {
		if len(vars) == 0 {
			return ""
		}
		text, err := json.Marshal(vars) // sorts the names
		if err != nil {
			panic(err) // a map of strings
		}
		return string(text)
	})
	return e
}

func register[T any](e *schema.Encoder, format func(T) string) {
	var zero T
	e.RegisterEncoder(zero, func(v reflect.Value) string {
		if v.IsZero() {
			return ""
		}
		return format(v.Interface().(T))
	})
}

// A kind is what Values has to know of a type of event.
type kind struct {
	name       string
	event      reflect.Type    // a pointer
	documented map[string]bool // the names of its parameters
	checked    []reflect.StructField
	proof      string // the first of them that only some kinds have, or ""
}

// kinds has the types of events.
var kinds = func() map[reflect.Type]*kind {
	kinds := map[reflect.Type]*kind{}
	for _, ev := range []voxhook.Event{
		&voxhook.IncomingCall{}, &voxhook.DialResult{}, &voxhook.GatherResult{}, &voxhook.RecordResult{},
		&voxhook.PayResult{}, &voxhook.StatusChange{}, &voxhook.Recording{}, &voxhook.PayProgress{},
	} {
		kinds[reflect.TypeOf(ev)] = newKind(reflect.TypeOf(ev))
	}
	return kinds
}()

func newKind(t reflect.Type) *kind {
	k := &kind{name: t.Elem().Name(), event: t, documented: map[string]bool{}}
	for _, f := range reflect.VisibleFields(t.Elem()) {
		name := f.Tag.Get("schema")
		if name == "" || name == "-" {
			continue
		}
		k.documented[name] = true
		if len(f.Index) == 1 && k.proof == "" {
			k.proof = name
		}
		switch f.Type {
		case reflect.TypeFor[time.Duration](), reflect.TypeFor[time.Time](), reflect.TypeFor[float64]():
			k.checked = append(k.checked, f)
		}
	}
	return k
}

// check panics if a field of the event has no notation on the wire.
func (k *kind) check(event reflect.Value) {
	for _, f := range k.checked {
		problem := ""
		value := event.FieldByIndex(f.Index).Interface()
		switch x := value.(type) {
		case time.Duration:
			if x < 0 || x%time.Second != 0 {
				problem = "a negative duration, or no whole number of seconds"
			}
		case time.Time:
			if year := x.UTC().Year(); year < 0 || year > 9999 {
				problem = "outside of the years 0 to 9999"
			}
		case float64:
			if math.IsNaN(x) || math.IsInf(x, 0) {
				problem = "no finite number"
			}
		}
		if problem != "" {
			panic(fmt.Sprintf("wire: %s.%s: %v is %s", k.name, f.Name, value, problem))
		}
	}
}

// proved reports whether voxhook.Parse makes an event of kind k of a form.
func (k *kind) proved(form url.Values) bool {
	if form.Get("CallSid") == "" { // without which nothing is an event
		form = maps.Clone(form)
		form.Set("CallSid", "?")
	}
	ev, err := voxhook.Parse(&http.Request{
		Method: http.MethodPost, URL: new(url.URL), PostForm: form,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	})
	return err != nil || reflect.TypeOf(ev) == k.event // the receiver sees what is wrong
}
