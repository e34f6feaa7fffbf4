package voxhook

import (
	"encoding"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/schema"
)

// Bind fills the struct that dst points to from w.Params: from parameters of
// your own in the URL, and from those that this package does not know.
//
//	var own struct {
//		Tenant string        `schema:"tenant,required"`
//		Limit  time.Duration `schema:"limit"`
//	}
//	own.Limit = 30 * time.Second // if there is none
//	err := w.Bind(&own)
//
// A field takes the parameter that its schema tag names, or else its own
// name; the case matters. The tag "-" leaves a field out. A parameter that is
// missing or empty leaves its field as it is; with the option required it is
// an error. Of a parameter that came more than once, the first value counts.
//
// A field can be
//
//   - a string, bool, integer or float; no float is infinite or not a number;
//   - a [time.Duration], in whole seconds, a [time.Time], of RFC 3339 or RFC
//     2822, or [Vars];
//   - a type whose pointer has an UnmarshalText method;
//   - a pointer to one of these, which gets a new value to point to;
//   - a slice of them, but for times, which takes all values that are not
//     empty; a single value such as 1,2 is two numbers;
//   - a struct or a pointer to one, whose fields have dotted names: the tags
//     menu and digits make menu.digits. A pointer stays nil if there is no
//     value for it. The fields of an embedded struct without a tag count as
//     those of the outer one.
//
// Untagged fields of other types and unexported fields are left out.
//
// Bind fails if
//
//   - a parameter is missing but required: a *[ParamError] with [ErrMissing];
//   - a value cannot be converted: a *[ParamError]. Its field stays as it is,
//     the other fields are filled;
//   - dst is not a pointer to a struct, or the struct cannot be bound: a type
//     that contains itself, names of more than 8 segments, two names that
//     differ at most in case, a slice of structs, a tagged field of another
//     type, a tag with a dot or the option default, a field that an embedded
//     struct has and Go's rules hide, or an embedded pointer to an unexported
//     type. Nothing is filled then.
//
// Several errors are joined, in the order of the names. None holds a value.
func (w *VoiceWebhook) Bind(dst any) error {
	return bind(dst, func(yield func(name, value string) bool) {
		for _, p := range w.Params {
			if !yield(p.Name, p.Value) {
				return
			}
		}
	})
}

// Bind fills the struct that dst points to from variables. It follows the
// rules of [VoiceWebhook.Bind], by which vars["menu.digits"] goes to the field
// Menu.Digits with the tags menu and digits.
func (v Vars) Bind(dst any) error { return bind(dst, maps.All(v)) }

// decoder converts. It is not changed after this, which would be a data race.
var decoder = newDecoder()

func newDecoder() *schema.Decoder {
	d := schema.NewDecoder()
	d.IgnoreUnknownKeys(true)
	d.RegisterConverter(time.Duration(0), converter(parseSeconds))
	d.RegisterConverter(time.Time{}, converter(parseTime))
	d.RegisterConverter(Vars{}, converter(parseVars))
	d.RegisterConverter(false, converter(parseBool))
	d.RegisterConverter(float64(0), converter(parseNumber))
	d.RegisterConverter(float32(0), converter(func(s string) (float32, error) {
		f, err := parseNumber(s)
		if err == nil && math.IsInf(float64(float32(f)), 0) {
			err = errNumber
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

// A conversionError hides the text of err, which can hold the value.
type conversionError struct {
	typ reflect.Type
	err error
}

func (e *conversionError) Error() string { return "cannot be converted to " + e.typ.String() }
func (e *conversionError) Unwrap() error { return e.err }

// bind has the decoder fill a flat struct, made here, that has one field of a
// plain type for each target, and copies that to dst. The decoder does not
// meet the type of dst: it compares names without case, takes indexes from
// names, walks into unexported fields, and panics on what it finds there.
func bind(dst any, params iter.Seq2[string, string]) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("voxhook: Bind: %T is not a pointer to a struct, or is nil", dst)
	}
	v = v.Elem()
	targets, err := targetsOf(v.Type())
	if err != nil {
		return err
	}
	values := make(map[string][]string, len(targets))
	for _, t := range targets {
		values[t.name] = nil
	}
	for name, value := range params {
		if got, ok := values[name]; ok {
			values[name] = append(got, value)
		}
	}
	form := make(map[string][]string, len(targets))
	fields := make([]reflect.StructField, len(targets))
	for i := range targets {
		t := &targets[i]
		t.values = values[t.name]
		if t.wire.Kind() != reflect.Slice && len(t.values) > 1 {
			t.values = t.values[:1]
		}
		t.values = slices.DeleteFunc(t.values, func(s string) bool { return s == "" })
		key := "F" + strconv.Itoa(i) + "_" // none is the beginning of another
		fields[i] = reflect.StructField{Name: key, Type: t.wire}
		if t.required {
			fields[i].Tag = reflect.StructTag(`schema:"` + key + `,required"`)
		}
		if len(t.values) > 0 {
			form[key] = t.values
		}
	}
	flat := reflect.New(reflect.StructOf(fields))
	var failed map[string]error
	if errs, ok := decoder.Decode(flat.Interface(), form).(schema.MultiError); ok {
		failed = errs
	}

	var errs []error
	for i, t := range targets {
		if err := t.copy(v, flat.Elem().Field(i), failed[fields[i].Name]); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// copy sets the target's field of v to what the decoder made of its values,
// unless err says that it failed.
func (t *target) copy(v, src reflect.Value, err error) error {
	if errors.As(err, new(schema.EmptyFieldError)) {
		return &ParamError{Param: t.name, Err: ErrMissing}
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
			err = failed.Err // without the key of the flat struct
		}
		return &ParamError{Param: t.name, Err: &conversionError{t.typ, err}}
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

// convert returns src, of a wire type, as a t.
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

// A target is a field that can be bound.
type target struct {
	name  string       // of the parameter
	field string       // in Go
	index []int        // way to the field
	typ   reflect.Type // of the field
	wire  reflect.Type // what the decoder converts to
	tag
	values []string
}

// A tag is what a schema tag says.
type tag struct {
	alias      string
	required   bool
	hasDefault bool
}

func parseTag(f reflect.StructField) (t tag) {
	options := strings.Split(f.Tag.Get("schema"), ",")
	t.alias = options[0]
	for _, option := range options[1:] {
		t.required = t.required || option == "required"
		t.hasDefault = t.hasDefault || strings.HasPrefix(option, "default:")
	}
	return t
}

// plain has the predeclared type of each kind that the decoder knows.
var plain = func() map[reflect.Kind]reflect.Type {
	types := make(map[reflect.Kind]reflect.Type)
	for _, v := range []any{
		"", false, int(0), int8(0), int16(0), int32(0), int64(0),
		uint(0), uint8(0), uint16(0), uint32(0), uint64(0), float32(0), float64(0),
	} {
		types[reflect.TypeOf(v).Kind()] = reflect.TypeOf(v)
	}
	return types
}()

// wireType returns the type to which the decoder converts a value for a t, or
// nil if a t is no single value.
func wireType(t reflect.Type) reflect.Type {
	text := reflect.TypeFor[encoding.TextUnmarshaler]()
	switch {
	case t == reflect.TypeFor[time.Duration](), t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[Vars]():
		return t
	case t.Implements(text): // by value: it cannot change a t, or is a nil pointer
		return nil
	case reflect.PointerTo(t).Implements(text):
		return plain[reflect.String]
	}
	return plain[t.Kind()]
}

// deref returns what t points to, or else t.
func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func refuse(field, format string, args ...any) error {
	return fmt.Errorf("voxhook: Bind: field %s: %s", field, fmt.Sprintf(format, args...))
}

// targetsOf returns the targets in a struct type, sorted by name.
func targetsOf(t reflect.Type) ([]target, error) {
	var targets []target
	if err := walk(&targets, scope{typ: t, outer: t}); err != nil {
		return nil, err
	}
	for i, a := range targets {
		for _, b := range targets[:i] {
			if strings.EqualFold(a.name, b.name) {
				return nil, refuse(a.field, "its name %s is that of %s, or differs only in case", a.name, b.field)
			}
		}
	}
	slices.SortFunc(targets, func(a, b target) int { return strings.Compare(a.name, b.name) })
	return targets, nil
}

// A scope is a struct type on the way to targets.
type scope struct {
	typ         reflect.Type
	name, field string         // prefixes
	index       []int          // way to the struct
	outer       reflect.Type   // the struct that typ is embedded in, or typ
	depth       int            // the part of index above outer
	above       []reflect.Type // what this struct is part of
}

func walk(targets *[]target, s scope) error {
	s.above = append(slices.Clip(s.above), s.typ)
	for i := range s.typ.NumField() {
		f := s.typ.Field(i)
		tag, tagged := parseTag(f), f.Tag.Get("schema") != ""
		typ, field, index := deref(f.Type), s.field+f.Name, append(slices.Clip(s.index), i)
		wire := wireType(typ)
		inner := f.Anonymous && typ.Kind() == reflect.Struct && wire == nil
		if tag.alias == "-" || !f.IsExported() && !inner {
			continue
		}
		if !f.IsExported() && f.Type.Kind() == reflect.Pointer {
			return refuse(field, "an embedded pointer to an unexported type cannot be set")
		}
		if strings.Contains(tag.alias, ".") {
			return refuse(field, "the tag has a dot; nest a struct instead")
		}
		inner = inner && tag.alias == ""
		if tag.alias == "" {
			tag.alias = f.Name
		}

		elem := typ
		if wire == nil && f.Type.Kind() == reflect.Slice {
			elem = deref(f.Type.Elem())
			// To the decoder times are structs, which it has no slices of.
			if w := wireType(elem); w != nil && w != reflect.TypeFor[time.Time]() {
				wire = reflect.SliceOf(w)
			}
		}
		switch {
		case wire == nil && slices.Contains(s.above, elem):
			return refuse(field, "type %s contains itself", elem)
		case wire == nil && elem != typ && elem.Kind() == reflect.Struct:
			return refuse(field, "slices of structs cannot be bound")
		case wire == nil && typ.Kind() != reflect.Struct && tagged:
			return refuse(field, "type %s cannot be bound", f.Type)
		case wire == nil && typ.Kind() != reflect.Struct:
			continue
		case tag.hasDefault:
			return refuse(field, "the option default is not supported; set the field before Bind")
		case wire == nil && tag.required:
			return refuse(field, "a struct cannot be required; its fields can")
		}
		if seen, ok := s.outer.FieldByName(f.Name); !ok || !slices.Equal(seen.Index, index[s.depth:]) {
			return refuse(field, "hidden by another field of that name")
		}
		if !inner && strings.Count(s.name, ".") >= maxPath {
			return refuse(field, "more than %d segments in its name", maxPath)
		}
		if wire != nil {
			*targets = append(*targets, target{
				name: s.name + tag.alias, field: field, index: index, typ: f.Type, wire: wire, tag: tag,
			})
			continue
		}
		next := s
		next.typ, next.field, next.index = typ, field+".", index
		if !inner {
			next.name, next.outer, next.depth = s.name+tag.alias+".", typ, len(index)
		}
		if err := walk(targets, next); err != nil {
			return err
		}
	}
	return nil
}
