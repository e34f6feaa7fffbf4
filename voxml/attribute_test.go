package voxml_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// listed reads testdata/attributes.txt, which has the attributes of each
// element in the order of the documentation.
func listed(t testing.TB) map[string][]string {
	t.Helper()
	b, err := os.ReadFile("testdata/attributes.txt")
	require.NoError(t, err)
	m := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		require.NotContains(t, m, words[0], "listed twice")
		m[words[0]] = words[1:]
	}
	return m
}

// elements has the type of each element in the documentation.
var elements = []struct {
	name    string
	content []string   // fields that are not attributes
	base    voxml.Node // only the required fields are set
}{
	{"Answer", nil, voxml.Answer{}},
	{"Connect", []string{"Flow"}, voxml.Connect{Flow: voxml.Flow{ID: "f"}}},
	{"Flow", []string{"ID"}, voxml.Flow{ID: "f"}},
	{"Dial", []string{"Number", "Nouns"}, voxml.Dial{Number: "1"}},
	{"Number", []string{"Number"}, voxml.Number{Number: "1"}},
	{"Gather", []string{"Verbs"}, voxml.Gather{}},
	{"Hangup", nil, voxml.Hangup{}},
	{"Pause", nil, voxml.Pause{}},
	{"Pay", []string{"Nouns"}, voxml.Pay{}},
	{"Prompt", []string{"Verbs"}, voxml.Prompt{For: voxml.PromptForPostalCode}},
	{"Parameter", nil, voxml.Parameter{Name: "n"}},
	{"Play", []string{"URL"}, voxml.Play{Digits: "1"}},
	{"Record", nil, voxml.Record{}},
	{"Redirect", []string{"URL"}, voxml.Redirect{URL: "/u"}},
	{"Reject", nil, voxml.Reject{}},
	{"Say", []string{"Text", "SSML"}, voxml.Say{}},
	{"Set", []string{"Value"}, voxml.Set{Output: "o"}},
	{"Unset", nil, voxml.Unset{Output: "o"}},
	{"If", []string{"Verbs"}, voxml.If{Expression: voxml.RawExpr("1==1")}},
	{"Do", []string{"Verbs"}, voxml.Do{Expression: voxml.RawExpr("1==1")}},
}

// copied returns an addressable copy of a value.
func copied(n any) reflect.Value {
	v := reflect.New(reflect.TypeOf(n)).Elem()
	v.Set(reflect.ValueOf(n))
	return v
}

// fill sets a field that represents an attribute, and returns the attribute's
// expected value. A bool field has a name that begins with No if and only if it
// is written as "false".
func fill(f reflect.Value, name string) (want string) {
	switch p := f.Addr().Interface().(type) {
	case *time.Duration:
		*p = 2 * time.Second
		return "2"
	case *int:
		*p = 2
		return "2"
	case *[]int:
		*p = []int{2, 3}
		return "2 3"
	case *bool:
		*p = true
		if strings.HasPrefix(name, "No") {
			return "false"
		}
		return "true"
	}
	fillSpot(f, "2")
	if f.Kind() == reflect.Slice {
		return "2 2"
	}
	return "2"
}

// TestFields checks each type against the list of its attributes. There must be
// one field for each attribute, in the order of the list. Attributes are
// written in this order, and those of Attrs come last. An entry of Attrs cannot
// have the name of an attribute with a field.
func TestFields(t *testing.T) {
	list := listed(t)
	assert.Len(t, elements, len(list))
	for _, tt := range elements {
		want := without(list[tt.name], "#text")
		assert.Equal(t, tt.name, reflect.TypeOf(tt.base).Name())
		all, written := copied(tt.base), [][2]string{}
		fields := attributeFields(all.Type(), tt.content)
		require.Len(t, fields, len(want), tt.name)
		for i, field := range fields {
			one := copied(tt.base)
			value := fill(one.FieldByIndex(field.Index), field.Name)
			assert.Equal(t, [][2]string{{want[i], value}}, changed(t, tt.name, tt.base, one), "%s.%s", tt.name, field.Name)

			fill(all.FieldByIndex(field.Index), field.Name)
			written = append(written, [2]string{want[i], value})
			for _, v := range []reflect.Value{copied(tt.base), one} {
				v.FieldByName("Attrs").Set(reflect.ValueOf(voxml.Attrs{{Name: "x"}, {Name: want[i], Value: "1"}}))
				_, err := document(v.Interface().(voxml.Node)).AppendXML(nil)
				require.Len(t, leaves(err), 1, "%s.%s", tt.name, field.Name)
				assert.Regexp(t, `\b`+tt.name+`\.`+want[i]+": has its own field: set that instead of adding it to Attrs$", err.Error())
			}
		}
		all.FieldByName("Attrs").Set(reflect.ValueOf(voxml.Attrs{{Name: "z"}, {Name: "a"}}))
		got := decode(t, document(all.Interface().(voxml.Node))).find(tt.name).attrs
		assert.Equal(t, append(written, [2]string{"z", ""}, [2]string{"a", ""}), got)
	}
}

// TestAttrsNotOwned checks that Attrs can have names that resemble those of
// fields.
func TestAttrsNotOwned(t *testing.T) {
	doc := voxml.Response{
		voxml.If{Expression: voxml.RawExpr("1==1"), Attrs: voxml.Attrs{{Name: "history", Value: "full"}}},
		voxml.Gather{Timeout: time.Second, Attrs: voxml.Attrs{{Name: "Timeout"}, {Name: "x:timeout", Value: "2"}}},
	}
	assert.Equal(t, `<Response><If expression="1==1" history="full"/><Gather timeout="1" Timeout="" x:timeout="2"/></Response>`,
		encode(t, doc))
}

// changed returns the attributes of n that base does not have, or has with
// another value.
func changed(t *testing.T, element string, base voxml.Node, n reflect.Value) (attrs [][2]string) {
	before := decode(t, document(base)).find(element)
	for _, a := range decode(t, document(n.Interface().(voxml.Node))).find(element).attrs {
		if old, ok := before.attr(a[0]); !ok || old != a[1] {
			attrs = append(attrs, a)
		}
	}
	return attrs
}

// attributeFields returns the fields of an element type that each represent one
// attribute.
func attributeFields(typ reflect.Type, content []string) []reflect.StructField {
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(typ) {
		if f.IsExported() && f.Name != "Attrs" && len(without(content, f.Name)) == len(content) {
			fields = append(fields, f)
		}
	}
	return fields
}

// without returns words without w.
func without(words []string, w string) []string {
	rest := make([]string, 0, len(words))
	for _, word := range words {
		if word != w {
			rest = append(rest, word)
		}
	}
	return rest
}
