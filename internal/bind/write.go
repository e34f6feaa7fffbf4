package bind

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/form"
)

// A Field is the text of one field of a struct.
type Field struct {
	Name string // dotted
	Text string // "" for no value
}

// Write returns the fields of src, a struct or a pointer to one, as text that
// [Read] can read back. The rules are in the comment of voxhook.SetVars.
func Write(src any) ([]Field, error) {
	v := reflect.ValueOf(src)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil, fmt.Errorf("voxhook: SetVars: %T is not a struct or a pointer to one, or is nil", src)
	}
	targets, err := targetsOf(v.Type())
	if err != nil {
		return nil, fmt.Errorf("voxhook: SetVars: %w", err)
	}
	addressable := reflect.New(v.Type()).Elem() // for methods of pointers
	addressable.Set(v)
	v = addressable
	fields := make([]Field, len(targets))
	for i, t := range targets {
		fields[i].Name = t.name
		f, err := v.FieldByIndexErr(t.index)
		if err != nil { // a nil pointer on the path
			continue
		}
		if fields[i].Text, err = textOf(f); err != nil {
			return nil, fmt.Errorf("voxhook: SetVars: %w", refuse(t.field, "%v", err))
		}
	}
	return fields, nil
}

// textOf returns the text of a value whose type Read supports.
func textOf(v reflect.Value) (string, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", nil
		}
		return textOf(v.Elem())
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		if x < 0 {
			return "", fmt.Errorf("is a negative time.Duration, which cannot be stored")
		}
		return form.FormatSeconds(x), nil
	case time.Time:
		x = x.UTC()
		switch {
		case x.IsZero():
			return "", nil
		case x.Year() < 1, x.Year() > 9999:
			return "", fmt.Errorf("is outside the years 1 to 9999")
		}
		return x.Format(time.RFC3339Nano), nil
	}
	if _, ok := v.Addr().Interface().(encoding.TextUnmarshaler); !ok {
		return plainText(v)
	}
	marshaler, ok := v.Addr().Interface().(encoding.TextMarshaler)
	if !ok {
		return "", fmt.Errorf("has type %s, which has an UnmarshalText but no MarshalText method", v.Type())
	}
	text, err := marshaler.MarshalText()
	if err != nil {
		return "", fmt.Errorf("cannot be stored, because %s.MarshalText failed", v.Type()) // the text of err may contain the value
	}
	return string(text), nil
}

// plainText returns the text of a value of a predeclared kind.
func plainText(v reflect.Value) (string, error) {
	switch v.Kind() {
	case reflect.Slice:
		return listOf(v)
	case reflect.Map:
		if v.Len() == 0 {
			return "", nil
		}
		text, err := json.Marshal(v.Convert(reflect.TypeFor[map[string]string]()).Interface())
		return string(text), err
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return "", fmt.Errorf("is a float that is not finite")
		}
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), nil
	}
	if v.CanUint() {
		return strconv.FormatUint(v.Uint(), 10), nil
	}
	return strconv.FormatInt(v.Int(), 10), nil
}

// listOf returns the elements of a slice, separated by commas. Only numbers and
// bools never contain a comma.
func listOf(v reflect.Value) (string, error) {
	switch wireType(deref(v.Type().Elem())).Kind() {
	case reflect.String, reflect.Map:
		return "", fmt.Errorf("has type %s, which cannot be stored in one variable", v.Type())
	}
	texts := make([]string, v.Len())
	for i := range texts {
		text, err := textOf(v.Index(i))
		if err != nil {
			return "", err
		}
		if text == "" {
			return "", fmt.Errorf("has a nil element, which cannot be stored")
		}
		texts[i] = text
	}
	return strings.Join(texts, ","), nil
}
