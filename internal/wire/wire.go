// Package wire turns typed events into the requests that carry them, the
// reverse of package voxhook. It is for tests and for the simulation of calls,
// and panics if an event cannot be sent.
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
	"github.com/voxhook/voxhook/internal/form"
)

// Values returns the form of an event: its documented parameters, and those of
// its Params that are not documented for its kind, in their order. Invalid is
// ignored.
//
// Fields that are zero are left out, as is a Vars without variables. A time is
// written in UTC as of RFC 3339, a Duration in seconds, Vars as flat JSON with
// sorted names.
//
// If CallSid is set, [voxhook.Parse] returns an event of the same kind for the
// form, whatever the fields are. To that end
//
//   - the first parameter that proves the kind is there with an empty value if
//     none has one: a GatherResult without input has Digits;
//   - one of Params that would prove another kind is left out.
//
// Values panics if
//
//   - ev is nil;
//   - a Duration is negative;
//   - a number is infinite or not a number;
//   - a time is outside the years 1 to 9999;
//   - the CallStatus of an IncomingCall is that of a call that has ended, which
//     would make it a StatusChange.
//
// Values does not change ev. It can be called concurrently.
func Values(ev voxhook.Event) url.Values {
	v := reflect.ValueOf(ev)
	if ev == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		panic("wire: the event is nil")
	}
	k := kinds[ev.Kind()]
	if v.Type() != reflect.TypeOf(ev.Kind().New()) {
		panic(fmt.Sprintf("wire: %T is not an event of package voxhook", ev))
	}
	k.check(v.Elem())
	if call, ok := ev.(*voxhook.IncomingCall); ok && call.CallStatus.Ended() {
		panic("wire: IncomingCall.CallStatus: the call has ended: send a StatusChange")
	}

	form := make(url.Values, len(k.documented))
	if err := encoder.Encode(ev, form); err != nil {
		panic(fmt.Sprintf("wire: %s: %v", k.kind, err))
	}
	maps.DeleteFunc(form, func(_ string, values []string) bool { return values[0] == "" })
	k.prove(form)
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

// prove adds an empty parameter to a form that does not prove its kind.
func (k *kind) prove(form url.Values) {
	for _, name := range k.own {
		if k.proved(form) {
			break
		}
		if !form.Has(name) {
			form.Set(name, "")
			if !k.proved(form) {
				form.Del(name)
			}
		}
	}
}

// NewRequest returns a request that carries a form, for a handler or a client.
// The query of target is kept. GET and HEAD append the form to the query; other
// methods send it as the body. It fails where [http.NewRequest] does.
func NewRequest(method, target string, form url.Values) (*http.Request, error) {
	text := encode(form)
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

// encode returns the text of a form. CallSid comes first, because on a GET the
// parameters before it could be those of the URL's own query; the rest is
// sorted by name.
func encode(form url.Values) string {
	first := url.Values{}
	rest := maps.Clone(form)
	if ids, ok := form["CallSid"]; ok {
		first["CallSid"] = ids
		delete(rest, "CallSid")
	}
	return strings.Trim(first.Encode()+"&"+rest.Encode(), "&")
}

// encoder writes zero values as "". It is not changed afterwards.
var encoder = newEncoder()

func newEncoder() *schema.Encoder {
	e := schema.NewEncoder()
	register(e, func(n int) string { return strconv.Itoa(n) })
	register(e, func(b bool) string { return strconv.FormatBool(b) })
	register(e, func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) })
	register(e, form.FormatSeconds)
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

// A kind has what Values knows of a type of event.
type kind struct {
	kind       voxhook.Kind
	documented map[string]bool // the names of its parameters
	own        []string        // those that not all kinds have
	checked    []reflect.StructField
}

var kinds = func() map[voxhook.Kind]*kind {
	all := map[voxhook.Kind]*kind{}
	for _, k := range voxhook.Kinds() {
		all[k] = newKind(k)
	}
	return all
}()

func newKind(of voxhook.Kind) *kind {
	k := &kind{kind: of, documented: map[string]bool{}}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(of.New()).Elem()) {
		name := f.Tag.Get("schema")
		if name == "" || name == "-" {
			continue
		}
		k.documented[name] = true
		if len(f.Index) == 1 {
			k.own = append(k.own, name)
		}
		switch f.Type {
		case reflect.TypeFor[time.Duration](), reflect.TypeFor[time.Time](), reflect.TypeFor[float64]():
			k.checked = append(k.checked, f)
		}
	}
	return k
}

// check panics if a field of the event cannot be written.
func (k *kind) check(event reflect.Value) {
	for _, f := range k.checked {
		problem := ""
		value := event.FieldByIndex(f.Index).Interface()
		switch x := value.(type) {
		case time.Duration:
			if x < 0 {
				problem = "is negative"
			}
		case time.Time:
			if year := x.UTC().Year(); year < 1 || year > 9999 {
				problem = "is outside the years 1 to 9999"
			}
		case float64:
			if math.IsNaN(x) || math.IsInf(x, 0) {
				problem = "is not finite"
			}
		}
		if problem != "" {
			panic(fmt.Sprintf("wire: %s.%s %s", k.kind, f.Name, problem))
		}
	}
}

// proved reports whether voxhook.Parse returns an event of kind k for a form. It
// parses only the parameters that can make a difference.
func (k *kind) proved(form url.Values) bool {
	proof := make(url.Values, len(form))
	for name, values := range form {
		if !base[name] || name == "CallStatus" || name == "Direction" {
			proof[name] = values
		}
	}
	proof["CallSid"] = []string{"?"} // without which nothing is an event
	ev, err := voxhook.Parse(&http.Request{
		Method: http.MethodPost, URL: new(url.URL), PostForm: proof, Header: formHeader,
	})
	return err != nil || ev.Kind() == k.kind // the receiver sees the error
}

// formHeader is the header of a request with a form. It is not changed.
var formHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

// base has the parameters of all kinds, which are no proof of one.
var base = func() map[string]bool {
	base := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[voxhook.VoiceWebhook]()) {
		if name := f.Tag.Get("schema"); name != "" && name != "-" {
			base[name] = true
		}
	}
	return base
}()
