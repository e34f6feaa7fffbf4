// Package bind fills structs from parameters, using gorilla/schema, and writes
// structs as variables. It implements Bind and SetVars of package voxhook.
package bind

import (
	"encoding"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/schema"

	"github.com/voxhook/voxhook/internal/form"
)

// ErrMissing is wrapped by the [ValueError] of a required parameter that is
// missing.
var ErrMissing = errors.New("is missing")

// A ValueError reports which parameter is wrong, and why.
type ValueError struct {
	Name string // of the parameter
	Err  error  // such as ErrMissing
}

func (e *ValueError) Error() string { return e.Name + " " + e.Err.Error() }

// Unwrap returns Err.
func (e *ValueError) Unwrap() error { return e.Err }

// decoder converts values. It is never changed.
var decoder = newDecoder()

func newDecoder() *schema.Decoder {
	d := schema.NewDecoder()
	d.RegisterConverter(time.Duration(0), converter(form.Seconds))
	d.RegisterConverter(time.Time{}, converter(form.Time))
	d.RegisterConverter(map[string]string{}, converter(func(s string) (map[string]string, error) {
		return form.Object(s, len(s)) // the size of the request is limited
	}))
	d.RegisterConverter(false, converter(form.Bool))
	d.RegisterConverter(float64(0), converter(form.Number))
	d.RegisterConverter(float32(0), converter(func(s string) (float32, error) {
		f, err := form.Number(s)
		if err == nil && math.IsInf(float64(float32(f)), 0) {
			err = form.ErrNumber
		}
		return float32(f), err
	}))
	return d
}

func converter[T any](parse func(string) (T, error)) schema.Converter {
	return func(s string) reflect.Value {
		t, err := parse(s)
		if err != nil {
			return reflect.Value{}
		}
		return reflect.ValueOf(t)
	}
}

// A conversionError hides the text of err, which may contain the value.
type conversionError struct {
	typ reflect.Type
	err error
}

func (e *conversionError) Error() string { return "cannot be converted to " + e.typ.String() }
func (e *conversionError) Unwrap() error { return e.err }

// Read fills the struct that dst points to. The rules are in the comment of
// voxhook.VoiceWebhook.Bind.
//
// Read makes a flat struct with one field of a plain type for each target, has
// the decoder fill it, and copies its fields to dst. The decoder must not see
// the type of dst, because it ignores case in names, accepts indexes in names,
// descends into unexported fields, and panics on some types.
func Read(dst any, params iter.Seq2[string, string]) []error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return []error{fmt.Errorf("voxhook: Bind: %T is not a pointer to a struct, or is nil", dst)}
	}
	v = v.Elem()
	targets, err := targetsOf(v.Type())
	if err != nil {
		return []error{fmt.Errorf("voxhook: Bind: %w", err)}
	}
	slices.SortFunc(targets, byName)
	addValues(targets, params)
	values := make(map[string][]string, len(targets))
	fields := make([]reflect.StructField, len(targets))
	for i := range targets {
		t := &targets[i]
		key := "F" + strconv.Itoa(i) + "_" // no key is a prefix of another
		fields[i] = reflect.StructField{Name: key, Type: t.wire}
		if t.required {
			fields[i].Tag = reflect.StructTag(`schema:"` + key + `,required"`)
		}
		if len(t.values) > 0 {
			values[key] = t.values
		}
	}
	flat := reflect.New(reflect.StructOf(fields))
	var failed map[string]error
	if errs, ok := decoder.Decode(flat.Interface(), values).(schema.MultiError); ok {
		failed = errs
	}

	var errs []error
	for i, t := range targets {
		if err := t.copy(v, flat.Elem().Field(i), failed[fields[i].Name]); err != nil {
			errs = append(errs, &ValueError{t.name, err})
		}
	}
	return errs
}

// addValues sets the values of each target: for a slice, all that are not
// empty; otherwise the last one.
func addValues(targets []target, params iter.Seq2[string, string]) {
	values := make(map[string][]string, len(targets))
	for _, t := range targets {
		values[t.name] = nil
	}
	for name, value := range params {
		if got, ok := values[name]; ok {
			values[name] = append(got, value)
		}
	}
	for i := range targets {
		t := &targets[i]
		t.values = values[t.name]
		if n := len(t.values); t.wire.Kind() != reflect.Slice && n > 1 {
			t.values = t.values[n-1:]
		}
		t.values = slices.DeleteFunc(t.values, func(s string) bool { return s == "" })
	}
}

// copy sets the target's field in v to src. The decoder converted src, and err
// is its error.
func (t *target) copy(v, src reflect.Value, err error) error {
	if errors.As(err, new(schema.EmptyFieldError)) {
		return ErrMissing
	}
	if len(t.values) == 0 {
		return nil
	}
	var value reflect.Value
	if err == nil {
		value, err = convert(t.typ, src)
	}
	if err != nil {
		var failed schema.ConversionError
		if errors.As(err, &failed) {
			err = failed.Err // its text has no key of the flat struct
		}
		return &conversionError{t.typ, err}
	}
	for _, i := range t.index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	v.Set(value)
	return nil
}

// convert converts src, which has a wire type, to type t.
func convert(t reflect.Type, src reflect.Value) (reflect.Value, error) {
	to := reflect.New(t)
	text, isText := to.Interface().(encoding.TextUnmarshaler)
	switch {
	case t == src.Type():
		return src, nil
	case isText:
		return to.Elem(), text.UnmarshalText([]byte(src.String()))
	case t.Kind() == reflect.Pointer:
		value, err := convert(t.Elem(), src)
		if err != nil {
			return reflect.Value{}, err
		}
		to.Elem().Set(reflect.New(t.Elem()))
		to.Elem().Elem().Set(value)
	case t.Kind() == reflect.Slice:
		for i := range src.Len() {
			value, err := convert(t.Elem(), src.Index(i))
			if err != nil {
				return reflect.Value{}, err
			}
			to.Elem().Set(reflect.Append(to.Elem(), value))
		}
	default:
		return src.Convert(t), nil
	}
	return to.Elem(), nil
}
