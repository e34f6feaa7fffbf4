package voxml_test

import (
	"go/constant"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/voxml"
)

// assertFinding checks that a document with one node has exactly one finding of
// a rule for an attribute. If message is not empty, the finding must have this
// message.
func assertFinding(t *testing.T, n reflect.Value, rule, attr, message string) {
	t.Helper()
	var got []string
	for _, f := range document(n.Interface().(voxml.Node)).Check() {
		if f.Rule == rule && strings.HasSuffix(f.Path, "."+n.Type().Name()+"."+attr) {
			got = append(got, f.Message)
		}
	}
	if assert.Len(t, got, 1, "%s %s %s", rule, n.Type(), attr) && message != "" {
		assert.Equal(t, message, got[0], "%s %s", n.Type(), attr)
	}
}

// TestCheckNames misspells each element, attribute and documented value, and
// checks that the right one is suggested. Any other value of an attribute with
// documented values must be reported.
func TestCheckNames(t *testing.T) {
	constants := map[string][]string{} // by type
	scope := compiled(t)[0].Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && c.Exported() && c.Val().Kind() == constant.String {
			constants[c.Type().String()] = append(constants[c.Type().String()], constant.StringVal(c.Val()))
		}
	}
	known := reflect.TypeFor[interface{ Known() bool }]()
	list := listed(t)
	tested := 0
	for _, tt := range elements {
		element := response(voxml.Element{Name: strings.ToLower(tt.name)})
		assert.Equal(t, []string{"warning: Response[0]." + strings.ToLower(tt.name) + ": is not a documented element: did you mean " + tt.name + "? (unknown)"},
			printed(element.Check()))

		typ := reflect.TypeOf(tt.base)
		with := func(field string, value any) reflect.Value {
			n := reflect.New(typ).Elem()
			n.Set(reflect.ValueOf(tt.base))
			n.FieldByName(field).Set(reflect.ValueOf(value))
			return n
		}
		names := without(list[tt.name], "#text")
		for i, field := range attributeFields(typ, tt.content) {
			upper := strings.ToUpper(names[i])
			assertFinding(t, with("Attrs", voxml.Attrs{{Name: upper, Value: "1"}}), "unknown", upper,
				"is not a documented attribute of this element: did you mean "+names[i]+"?")

			of := field.Type
			set := func(value string) reflect.Value {
				v := reflect.ValueOf(value).Convert(of)
				if field.Type.Kind() == reflect.Slice {
					v = reflect.Append(reflect.MakeSlice(field.Type, 0, 1), v)
				}
				return with(field.Name, v.Interface())
			}
			if of.Kind() == reflect.Slice {
				of = of.Elem()
			}
			if !of.Implements(known) {
				continue
			}
			assertFinding(t, set("other"), "value", names[i], "")
			for _, value := range constants[of.PkgPath()+"."+of.Name()] {
				tested++
				outcome := ""
				if of == reflect.TypeFor[voxml.Method]() { // which voxphone accepts
					outcome = ", so the platform probably takes it as " + value
				}
				assertFinding(t, set(otherCase(value)), "letter-case", names[i],
					"differs from "+value+" only in letter case"+outcome+": write "+value)
			}
		}
	}
	assert.Greater(t, tested, 100)
}
