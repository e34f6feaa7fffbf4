// Package wire turns typed events into the requests that carry them. It is the
// reverse of package voxhook, for tests and for simulated calls. It panics if
// an event cannot be sent.
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

// Values returns the form of an event. The form has the documented parameters
// of the event, and those of its Params that are not documented for its kind,
// in their order. Values ignores Invalid.
//
// Values omits zero fields and empty Vars. It writes a time in UTC in the
// format of RFC 3339, a Duration in seconds, and Vars as flat JSON with sorted
// names.
//
// If CallSid is set, [voxhook.Parse] returns an event of the same kind for the
// form, whatever the other fields are. To ensure this,
//
//   - if no field that is set proves the kind, Values adds the first parameter
//     that does, with an empty value: Digits for a GatherResult without input;
//   - Values omits an entry of Params that would prove another kind.
//
// Values panics if
//
//   - ev is nil;
//   - a Duration is negative;
//   - a number is infinite or not a number;
//   - a time is outside the years 1 to 9999;
//   - the CallStatus of an IncomingCall says that the call has ended, which
//     would make it a StatusChange.
//
// Values does not modify ev. It may be called concurrently.
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
		panic("wire: IncomingCall.CallStatus: the call has ended; send a StatusChange instead")
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

// prove adds empty parameters to a form until they prove its kind.
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
// methods send it as the body. It fails where [http.NewRequest] fails.
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
// parameters before it could belong to the URL's own query. The others are
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

// encoder writes zero values as "". It is never changed.
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

// A kind describes a type of event for Values.
type kind struct {
	kind       voxhook.Kind
	documented map[string]bool // the names of its parameters
	own        []string        // the names that VoiceWebhook lacks
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

// check panics if a field of the event cannot be sent.
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

// proved reports whether voxhook.Parse returns an event of kind k for a form.
// It parses only the parameters that affect the kind.
func (k *kind) proved(form url.Values) bool {
	proof := make(url.Values, len(form))
	for name, values := range form {
		if !base[name] || name == "CallStatus" || name == "Direction" {
			proof[name] = values
		}
	}
	proof["CallSid"] = []string{"?"} // Parse requires it
	ev, err := voxhook.Parse(&http.Request{
		Method: http.MethodPost, URL: new(url.URL), PostForm: proof, Header: formHeader,
	})
	return err != nil || ev.Kind() == k.kind // the receiver reports the error
}

// formHeader is the header of a request with a form. It is never changed.
var formHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

// base holds the parameters of every webhook, which do not prove a kind.
var base = func() map[string]bool {
	base := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[voxhook.VoiceWebhook]()) {
		if name := f.Tag.Get("schema"); name != "" && name != "-" {
			base[name] = true
		}
	}
	return base
}()
