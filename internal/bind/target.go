package bind

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/form"
)

// A target is a field that can be bound.
type target struct {
	name  string       // of the parameter
	field string       // in Go
	index []int        // path to the field
	typ   reflect.Type // of the field
	wire  reflect.Type // what the decoder converts to
	tag
	values []string
}

func byName(a, b target) int { return strings.Compare(a.name, b.name) }

// A tag is a parsed schema tag.
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

// plain maps each kind that the decoder supports to its predeclared type.
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

// wireType returns the type to which the decoder converts one value for a field
// of type t. It returns nil if no single value fits t.
func wireType(t reflect.Type) reflect.Type {
	text, vars := reflect.TypeFor[encoding.TextUnmarshaler](), reflect.TypeFor[map[string]string]()
	switch {
	case t == reflect.TypeFor[time.Duration](), t == reflect.TypeFor[time.Time]():
		return t
	case t.Implements(text): // with a value receiver, which cannot change t
		return nil
	case reflect.PointerTo(t).Implements(text):
		return plain[reflect.String]
	case t.ConvertibleTo(vars):
		return vars
	}
	return plain[t.Kind()]
}

// sliceType returns the type to which the decoder converts the values for a
// slice of elem, or nil if the slice cannot be bound.
func sliceType(elem reflect.Type) reflect.Type {
	wire := wireType(elem)
	// The decoder treats times as structs and does not support slices of
	// structs.
	if wire == nil || wire == reflect.TypeFor[time.Time]() {
		return nil
	}
	return reflect.SliceOf(wire)
}

// deref returns the type that t points to, or t.
func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// refuse returns an error whose text continues the name of the field.
func refuse(field, format string, args ...any) error {
	return fmt.Errorf("field %s %s", field, fmt.Sprintf(format, args...))
}

// targetsOf returns the targets of a struct type in the order of its fields.
func targetsOf(t reflect.Type) ([]target, error) {
	var targets []target
	if err := walk(&targets, scope{typ: t, outer: t}); err != nil {
		return nil, err
	}
	fields := make(map[string]string, len(targets))
	for _, t := range targets {
		if other, ok := fields[t.name]; ok {
			return nil, refuse(t.field, "has the parameter name %s, which field %s already has", t.name, other)
		}
		fields[t.name] = t.field
	}
	return targets, nil
}

// A scope is a struct type that contains targets.
type scope struct {
	typ         reflect.Type
	name, field string         // prefixes
	index       []int          // path to the struct
	outer       reflect.Type   // the struct in which typ is embedded, or typ
	depth       int            // the length of the path to outer
	above       []reflect.Type // the structs that contain typ, and typ itself
}

// walk adds the targets of a struct.
func walk(targets *[]target, s scope) error {
	s.above = append(slices.Clip(s.above), s.typ)
	for i := range s.typ.NumField() {
		f := s.member(i)
		if f.ignored() {
			continue
		}
		if err := f.check(s); err != nil {
			return err
		}
		switch {
		case f.wire != nil:
			*targets = append(*targets, f.target)
		case deref(f.typ).Kind() == reflect.Struct:
			before := len(*targets)
			if err := walk(targets, f.scope(s)); err != nil {
				return err
			}
			if f.tagged && len(*targets) == before {
				return refuse(f.field, "has type %s, which has no field that can be bound", f.typ)
			}
		}
	}
	return nil
}

// A member is a field of a struct, as walk needs it.
type member struct {
	target
	goField  reflect.StructField
	elem     reflect.Type // of the slice or pointer; otherwise typ
	tagged   bool         // has a schema tag
	embedded bool         // its fields belong to the outer struct
}

// member describes field i of the struct.
func (s scope) member(i int) member {
	f := s.typ.Field(i)
	m := member{goField: f, elem: deref(f.Type), tagged: f.Tag.Get("schema") != ""}
	m.tag, m.typ, m.field, m.index = parseTag(f), f.Type, s.field+f.Name, append(slices.Clip(s.index), i)
	m.wire = wireType(m.elem)
	m.embedded = f.Anonymous && m.elem.Kind() == reflect.Struct && m.wire == nil
	if m.wire == nil && f.Type.Kind() == reflect.Slice {
		m.elem = deref(f.Type.Elem())
		m.wire = sliceType(m.elem)
	}
	m.name = s.name + m.alias
	if m.alias == "" {
		m.name = s.name + f.Name
	}
	return m
}

// ignored reports whether Bind skips the field.
func (m member) ignored() bool {
	other := m.wire == nil && m.elem.Kind() != reflect.Struct
	return m.alias == "-" || !m.goField.IsExported() && !m.embedded || other && !m.tagged
}

// check refuses a field that cannot be bound.
func (m member) check(s scope) error {
	if !m.goField.IsExported() && m.typ.Kind() == reflect.Pointer {
		return refuse(m.field, "is an embedded pointer to an unexported type, which cannot be set")
	}
	if m.wire == nil {
		if err := m.checkStruct(s); err != nil {
			return err
		}
	}
	switch {
	case strings.Contains(m.alias, "."):
		return refuse(m.field, "has a dot in its tag; nest a struct instead")
	case m.hasDefault:
		return refuse(m.field, "has the option default, which is not supported; set the field before Bind")
	case !m.flattened() && strings.Count(s.name, ".") >= form.MaxPath:
		return refuse(m.field, "has a name of more than %d segments", form.MaxPath)
	}
	if seen, ok := s.outer.FieldByName(m.goField.Name); !ok || !slices.Equal(seen.Index, m.index[s.depth:]) {
		return refuse(m.field, "is hidden by another field of the same name")
	}
	return nil
}

// checkStruct refuses a field that is neither a value nor a struct that can be
// bound.
func (m member) checkStruct(s scope) error {
	switch {
	case slices.Contains(s.above, m.elem):
		return refuse(m.field, "has type %s, which contains itself", m.elem)
	case m.typ.Kind() == reflect.Slice && m.elem.Kind() == reflect.Struct:
		return refuse(m.field, "is a slice of structs, which cannot be bound")
	case m.elem.Kind() != reflect.Struct:
		return refuse(m.field, "has type %s, which cannot be bound", m.typ)
	case m.required:
		return refuse(m.field, "is a struct, which cannot be required; make its fields required instead")
	}
	return nil
}

// flattened reports whether the struct adds no segment to the names of its
// fields.
func (m member) flattened() bool { return m.embedded && m.alias == "" }

// scope returns the scope of a field that is a struct.
func (m member) scope(s scope) scope {
	s.typ, s.field, s.index = m.elem, m.field+".", m.index
	if !m.flattened() {
		s.name, s.outer, s.depth = m.name+".", m.elem, len(m.index)
	}
	return s
}
