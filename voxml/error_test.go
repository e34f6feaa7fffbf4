package voxml_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// wrong returns values that some fields of a type do not accept.
func wrong(typ reflect.Type) []any {
	switch reflect.Zero(typ).Interface().(type) {
	case voxml.Expr:
		return []any{voxml.Expr{}, voxml.RawExpr("\x00"), voxml.Var("?").Equal("1")}
	case voxml.Flow:
		return []any{voxml.Flow{}}
	case time.Duration:
		return []any{5 * time.Nanosecond, 1500 * time.Millisecond, -time.Second, voxml.Auto, voxml.Never}
	case int:
		return []any{-1, math.MaxInt}
	case []int:
		return []any{[]int{1, 0}, []int{-1}}
	case voxml.Attrs:
		return []any{voxml.Attrs{{Value: "v"}}, voxml.Attrs{{Name: "a"}, {Name: "b c"}}, voxml.Attrs{{Name: "x"}, {Name: "y"}, {Name: "x"}}}
	case []ssml.Attr:
		return []any{[]ssml.Attr{{Value: "v"}}, []ssml.Attr{{Name: "a"}, {Name: "b c"}}, []ssml.Attr{{Name: "x"}, {Name: "y"}, {Name: "x"}}}
	}
	switch {
	case typ.Kind() == reflect.String:
		return []any{"", " \n"}
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.String:
		return []any{[]string{""}, []string{"a b"}, []string{"a", "b\t"}}
	case typ.Kind() == reflect.Slice:
		return []any{reflect.MakeSlice(typ, 1, 1).Interface()} // of nil
	}
	return nil
}

// TestFieldErrors tries values that do not fit in every field of every type,
// and compares the errors with testdata/errors.txt. With -update, it writes the
// file.
func TestFieldErrors(t *testing.T) {
	var got strings.Builder
	for _, typ := range nodeTypes {
		if typ.Kind() != reflect.Struct {
			continue
		}
		for _, field := range reflect.VisibleFields(typ) {
			for _, value := range wrong(field.Type) {
				n := copied(bases[typ])
				f := n.FieldByIndex(field.Index)
				if words, ok := value.([]string); ok {
					f.Set(reflect.MakeSlice(field.Type, len(words), len(words)))
					for i, word := range words {
						f.Index(i).SetString(word)
					}
				} else {
					f.Set(reflect.ValueOf(value).Convert(field.Type))
				}
				_, err := placed(n).AppendXML(nil)
				if err != nil {
					fmt.Fprintf(&got, "%s.%s=%s\n\t%v\n", typ, field.Name, strings.ReplaceAll(dump(f, ""), "\t", " "), err)
				}
				for _, e := range leaves(err) {
					require.ErrorIs(t, err, e.Err)
				}
			}
		}
	}
	const file = "testdata/errors.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
}

// A foreignVerb has every method of a verb, because it embeds one.
type foreignVerb struct{ voxml.Say }

func TestErrors(t *testing.T) {
	var noSay *voxml.Say
	const (
		both  = ": leave one of them empty"
		value = ": nodes must be values of this package's types"
	)
	long := voxml.Attr{Name: strings.Repeat("x", 100)}
	for _, tt := range []struct {
		section string
		verb    voxml.Verb
		want    string
	}{
		{"4 Dial", voxml.Dial{Number: "1", Nouns: []voxml.DialNoun{voxml.Number{Number: "2"}}}, ".Dial.Nouns: is set together with Number" + both},
		{"4 Play", voxml.Play{URL: "a.mp3", Digits: "1"}, ".Play.digits: is set together with URL" + both},
		{"4 Play", voxml.Play{}, ".Play.URL: is required"},
		{"4 Say", voxml.Say{Text: "a", SSML: ssml.Speech{ssml.Text("b")}}, ".Say.SSML: is set together with Text" + both},
		{"4 Say", voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Pause{}, voxml.Say{Loop: -1}}}, ".Gather[1].Say.loop: -1 is negative"},
		{"4", voxml.Element{Name: `a b="c"`}, ".Element: has a name that XML does not allow"},
		{"4", voxml.Hangup{Attrs: voxml.Attrs{long, long}}, ".Hangup." + strings.Repeat("x", 64) + "…: occurs twice in Attrs: remove one"},
		{"4 Gather", voxml.Gather{Attrs: voxml.Attrs{{Name: "finishOnKey"}}}, // NoKey must be used instead
			".Gather.finishOnKey: has its own field: set that instead of adding it to Attrs"},
		{"4", nil, ": is nil"},
		{"4", &voxml.Say{Text: "Hi"}, ".Say: is a *voxml.Say" + value},
		{"4", noSay, ".Say: is a *voxml.Say" + value},
		{"4", voxml.Dial{Nouns: []voxml.DialNoun{&voxml.Number{Number: "1"}}}, ".Dial[0].Number: is a *voxml.Number" + value},
		{"4", foreignVerb{voxml.Say{Text: "Hi"}}, ".foreignVerb: is a voxml_test.foreignVerb" + value},
		{"4", &foreignVerb{}, ".foreignVerb: is a *voxml_test.foreignVerb" + value},
	} {
		t.Run(tt.section+" "+tt.want, func(t *testing.T) {
			_, err := voxml.Response{tt.verb}.AppendXML(nil)
			require.EqualError(t, err, "voxml: Response[0]"+tt.want)
			var e *voxml.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, err.Error(), "voxml: "+e.Path+": "+e.Err.Error())
			assert.Same(t, e.Err, errors.Unwrap(e))
		})
	}
}

// ifs nests that many conditionals.
func ifs(n int) voxml.Verb {
	var v voxml.Verb = voxml.If{Expression: voxml.RawExpr("1==1")}
	for range n - 1 {
		v = voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: []voxml.Verb{v}}
	}
	return v
}

func TestMaxDepth(t *testing.T) {
	elements := func(n int) voxml.Verb {
		e := voxml.Element{Name: "e"}
		for range n - 1 {
			e = voxml.Element{Name: "e", Children: []voxml.Node{e}}
		}
		return e
	}
	speech := func(n int) voxml.Verb {
		var s ssml.Speech
		for range n - 1 {
			s = ssml.Speech{ssml.Emphasis{Content: s}}
		}
		return voxml.Say{SSML: s}
	}
	for _, nest := range []func(n int) voxml.Verb{ifs, elements, speech} {
		assert.Len(t, decode(t, voxml.Response{nest(voxml.MaxDepth)}).all(), 1+voxml.MaxDepth)
		for _, depth := range []int{voxml.MaxDepth + 1, 100 * voxml.MaxDepth} {
			_, err := voxml.Response{nest(depth)}.AppendXML(nil)
			require.Len(t, leaves(err), 1)
			assert.EqualError(t, leaves(err)[0].Err, isDeep)
			assert.Equal(t, voxml.MaxDepth+1, strings.Count(leaves(err)[0].Path, "."), "%v", err)
		}
	}
	siblings := repeated(ifs(2), 10*voxml.MaxDepth) // siblings do not add to the depth
	assert.Len(t, decode(t, siblings).children, len(siblings))
}

// Slices can be shared, so a small value can be an endless document.
func TestBounds(t *testing.T) {
	nodes := make([]voxml.Node, 1)
	nodes[0] = voxml.Element{Name: "e", Children: nodes}
	verbs := make([]voxml.Verb, 2)
	verbs[0], verbs[1] = voxml.Hangup{}, voxml.Do{Expression: voxml.RawExpr("1==1"), Verbs: verbs}
	twice := make([]voxml.Node, 2)
	e := voxml.Element{Name: "e", Children: twice}
	twice[0], twice[1] = e, e
	for _, tt := range []struct {
		doc    voxml.Response
		errors int
		want   string // the last error
	}{
		{voxml.Response{nodes[0].(voxml.Element)}, 1, isDeep},
		{verbs, 2, isDeep},
		{voxml.Response{e}, 100, isDeep},
		{repeated[voxml.Verb](voxml.If{}, voxml.MaxElements), 100, "is required"},
		{repeated[voxml.Verb](voxml.Hangup{}, voxml.MaxElements), 0, ""},
		{repeated[voxml.Verb](voxml.Hangup{}, voxml.MaxElements+1), 1, isMany},
	} {
		b, err := tt.doc.AppendXML(nil)
		all := leaves(err)
		require.Len(t, all, tt.errors)
		assert.Equal(t, string(b), tt.doc.String())
		if tt.errors > 0 {
			assert.EqualError(t, all[len(all)-1].Err, tt.want)
		}
	}
}

// leaves returns the errors that err joins.
func leaves(err error) []*voxml.Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*voxml.Error
		for _, e := range joined.Unwrap() {
			all = append(all, leaves(e)...)
		}
		return all
	}
	if e, ok := err.(*voxml.Error); ok {
		return []*voxml.Error{e}
	}
	return nil
}

var bad = voxml.Response{
	voxml.Say{Text: "Hi", Loop: -1, Attrs: voxml.Attrs{{Name: "voice", Value: "v"}, {Name: "x"}, {Name: "x"}, {Name: "?"}}},
	voxml.Hangup{},
	voxml.If{Verbs: []voxml.Verb{
		voxml.Gather{Timeout: 5, Verbs: []voxml.GatherVerb{nil, voxml.Pause{Length: -1}}},
	}},
	voxml.Connect{},
	voxml.If{Expression: voxml.RawExpr("\x00"), Attrs: voxml.Attrs{{Name: "expression", Value: "1==1"}}},
}

func TestErrorsTogether(t *testing.T) {
	_, err := bad.AppendXML(nil)
	want := []string{
		"voxml: Response[0].Say.voice: has its own field: set that instead of adding it to Attrs",
		"voxml: Response[0].Say.loop: -1 is negative",
		"voxml: Response[0].Say.x: occurs twice in Attrs: remove one",
		"voxml: Response[0].Say.Attrs[3]: has a name that XML does not allow",
		"voxml: Response[2].If.expression: is required",
		"voxml: Response[2].If[0].Gather.timeout: 5ns is not a whole number of seconds",
		"voxml: Response[2].If[0].Gather[0]: is nil",
		"voxml: Response[2].If[0].Gather[1].Pause.length: -1ns is negative",
		"voxml: Response[3].Connect[0].Flow.ID: is required",
		"voxml: Response[4].If.expression: has its own field: set that instead of adding it to Attrs",
		"voxml: Response[4].If.expression: there is a character that XML does not allow",
	}
	assert.EqualError(t, err, strings.Join(want, "\n"))

	for _, e := range leaves(err) {
		assert.ErrorIs(t, err, e)
		assert.ErrorIs(t, err, e.Err)
	}
	var first *voxml.Error
	require.ErrorAs(t, fmt.Errorf("answering: %w", err), &first)
	assert.Equal(t, "Response[0].Say.voice", first.Path)
}

func TestAppendXMLKeepsBuffer(t *testing.T) {
	for _, spare := range []int{0, 10, 10_000} {
		b := append(make([]byte, 0, 6+spare), "prefix"...)
		got, err := bad.AppendXML(b)
		require.Error(t, err)
		assert.Equal(t, "prefix", string(got))
		assert.Same(t, &b[0], &got[0])
		assert.Equal(t, cap(b), cap(got))

		for _, doc := range []voxml.Response{menu, nil, {}} {
			got, err := doc.AppendXML(b)
			require.NoError(t, err)
			assert.Equal(t, "prefix"+doc.String(), string(got))
			assert.Equal(t, "prefix", string(b))
		}
	}
	got, err := bad.AppendXML(nil)
	require.Error(t, err)
	assert.Nil(t, got)
	assert.Empty(t, bad.String())
	assert.Empty(t, fmt.Sprint(bad))
	assert.Equal(t, "<Response/>", voxml.Response{}.String())
}
