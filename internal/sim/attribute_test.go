package sim_test

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// Protocol, section 4: the verbs, nouns and conditionals.
var elements = map[string]voxml.Node{
	"Answer": voxml.Answer{}, "Connect": voxml.Connect{}, "Dial": voxml.Dial{}, "Do": voxml.Do{}, "Flow": voxml.Flow{},
	"Gather": voxml.Gather{}, "Hangup": voxml.Hangup{}, "If": voxml.If{}, "Number": voxml.Number{}, "Parameter": voxml.Parameter{},
	"Pause": voxml.Pause{}, "Pay": voxml.Pay{}, "Play": voxml.Play{}, "Prompt": voxml.Prompt{}, "Record": voxml.Record{},
	"Redirect": voxml.Redirect{}, "Reject": voxml.Reject{}, "Say": voxml.Say{}, "Set": voxml.Set{}, "Unset": voxml.Unset{},
}

// No attribute that package voxml knows is missing from the tables.
func TestEveryAttribute(t *testing.T) {
	covered := map[string]bool{}
	for _, tab := range readTables(t) {
		for _, r := range tab.rows {
			if name, _, ok := strings.Cut(r.cells["attribute"], "="); ok {
				covered[name] = true
			}
		}
	}
	known := map[string]bool{}
	for name, node := range elements {
		for _, attr := range attributesOf(t, name, node) {
			known[name+" "+attr] = true
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(known)), slices.Sorted(maps.Keys(covered)))
}

// content are the fields that are no attributes.
var content = map[string][]string{
	"Connect": {"Flow"}, "Dial": {"Number", "Nouns"}, "Do": {"Verbs"}, "Flow": {"ID"}, "Gather": {"Verbs"}, "If": {"Verbs"},
	"Number": {"Number"}, "Pay": {"Nouns"}, "Play": {"URL"}, "Prompt": {"Verbs"}, "Redirect": {"URL"}, "Say": {"Text", "SSML"}, "Set": {"Value"},
}

// required are the fields without which a node cannot be written.
var required = []string{"Output", "Expression", "For", "Name", "Number", "ID", "URL"}

// attributesOf returns the names under which the fields of a node are written,
// each of which is an attribute or content.
func attributesOf(t *testing.T, name string, node voxml.Node) (names []string) {
	t.Helper()
	fields := reflect.VisibleFields(reflect.TypeOf(node))
	for _, field := range fields {
		if field.Name == "Attrs" || slices.Contains(content[name], field.Name) {
			continue
		}
		filled := reflect.New(reflect.TypeOf(node)).Elem()
		for _, f := range fields { // what is required beside it
			if slices.Contains(required, f.Name) && (f.Name != "URL" || field.Name != "Digits") {
				filled.FieldByIndex(f.Index).Set(sample(t, f.Type))
			} else if f.Name == "Flow" {
				filled.FieldByIndex(f.Index).Set(reflect.ValueOf(voxml.Flow{ID: "f"}))
			}
		}
		without, err := written(name, filled)
		if field.Name != "Digits" { // which takes the place of what is required
			require.NoError(t, err)
		}
		if i := slices.IndexFunc(without, func(s string) bool { return strings.EqualFold(s, field.Name) }); i >= 0 {
			names = append(names, without[i])
			continue
		}
		filled.FieldByIndex(field.Index).Set(sample(t, field.Type))
		with, err := written(name, filled)
		require.NoError(t, err)
		added := slices.DeleteFunc(with, func(s string) bool { return slices.Contains(without, s) })
		require.Len(t, added, 1, "%s.%s is written as one attribute", name, field.Name)
		names = append(names, added...)
	}
	require.Len(t, names, len(fields)-1-len(content[name]))
	return names
}

// sample returns a value that is not zero.
func sample(t *testing.T, typ reflect.Type) reflect.Value {
	t.Helper()
	v := reflect.New(typ).Elem()
	switch {
	case typ == reflect.TypeFor[voxml.Expr]():
		v.Set(reflect.ValueOf(voxml.RawExpr("1==1")))
	case typ == reflect.TypeFor[time.Duration]():
		v.SetInt(int64(time.Second))
	case typ.Kind() == reflect.String:
		v.SetString("1")
	case typ.Kind() == reflect.Bool:
		v.SetBool(true)
	case typ.Kind() == reflect.Int:
		v.SetInt(1)
	case typ.Kind() == reflect.Slice:
		v.Set(reflect.Append(v, sample(t, typ.Elem())))
	default:
		t.Fatalf("a field of the new type %v: is it content?", typ)
	}
	return v
}

// written returns the names of the attributes with which a node is written.
func written(name string, node reflect.Value) (names []string, err error) {
	doc, err := voxml.Response{voxml.Element{Name: "x", Children: []voxml.Node{node.Interface().(voxml.Node)}}}.AppendXML(nil)
	tag := regexp.MustCompile("<" + name + `\b[^>]*`).FindString(string(doc))
	for _, m := range regexp.MustCompile(` (\w+)="`).FindAllStringSubmatch(tag, -1) {
		names = append(names, m[1])
	}
	return names, err
}
