package ssml_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// text returns a speech that is only text.
func text(s string) ssml.Speech { return ssml.Speech{ssml.Text(s)} }

// say returns a document that says a speech.
func say(s ...ssml.Node) voxml.Response { return voxml.Response{voxml.Say{SSML: s}} }

// nested returns a text inside that many paragraphs.
func nested(tags int) ssml.Speech {
	s := text("x")
	for range tags {
		s = ssml.Speech{ssml.P{Content: s}}
	}
	return s
}

// A foreign type has every method that a node has, by embedding one.
type foreign struct{ ssml.Break }

func TestErrors(t *testing.T) {
	var noBreak *ssml.Break
	const (
		wellFormed = ".Trusted: is not well formed at offset "
		value      = ": nodes must be values of the types of package ssml"
	)
	for _, tt := range []struct {
		node ssml.Node
		want string
	}{
		{nil, ": is nil"},
		{&ssml.Break{}, ".Break: is a *ssml.Break" + value},
		{noBreak, ".Break: is a *ssml.Break" + value},
		{new(ssml.Trusted), ".Trusted: is a *ssml.Trusted" + value},
		{foreign{}, ".foreign: is a ssml_test.foreign" + value},
		{ssml.Element{Name: "a/><Hangup"}, ".Element: has a name that XML does not allow"},
		{ssml.Element{Name: "a", Attrs: make([]ssml.Attr, voxml.MaxAttrs+1)}, ".a.Attrs: has more than 100 attributes without a field"},
		{ssml.Trusted("a<p>b"), wellFormed + "5: the document ends before the end tag of the element"},
		{ssml.Trusted("</Say><Hangup/><Say>"), wellFormed + "0: the end tag does not match the start tag"},
		{ssml.Trusted("a<!DOCTYPE x>"), wellFormed + "1: document type declarations are not allowed"},
		{ssml.Trusted(`<?xml version="1.0"?><p/>`), wellFormed + "0: processing instructions are not allowed"},
		{ssml.Trusted(strings.Repeat("x", voxml.MaxSize+1)), ".Trusted: is longer than 1048576 bytes"},
		{ssml.P{Content: ssml.Speech{ssml.Break{}, ssml.Trusted("</p>")}}, ".p[1]" + wellFormed + "0: the end tag does not match the start tag"},
	} {
		b, err := say(tt.node).AppendXML(nil)
		require.EqualError(t, err, "voxml: Response[0].Say[0]"+tt.want)
		assert.Nil(t, b)
	}
}

// TestErrorsTogether checks that one speech can have several errors.
func TestErrorsTogether(t *testing.T) {
	_, err := say(
		ssml.Mark{},
		ssml.P{Content: ssml.Speech{nil, ssml.Text("a"), ssml.Trusted("&"), ssml.Break{Time: -1, Strength: "x"}}},
		ssml.Element{Name: "x", Content: ssml.Speech{ssml.Newscaster{Content: ssml.Speech{ssml.Whispered{Content: ssml.Speech{ssml.Mark{}}}}}}},
		ssml.Text("b"),
		ssml.Element{Name: "x", Attrs: []ssml.Attr{{Name: "?"}, {Name: "y"}, {Name: "y"}}},
	).AppendXML(nil)
	assert.EqualError(t, err, strings.Join([]string{
		"voxml: Response[0].Say[0].mark.name: is required",
		"voxml: Response[0].Say[1].p[0]: is nil",
		`voxml: Response[0].Say[1].p[2].Trusted: is not well formed at offset 0: "&" does not start a reference: write "&amp;"`,
		"voxml: Response[0].Say[1].p[3].break.time: -1ns is negative",
		"voxml: Response[0].Say[2].x[0].amazon:domain[0].amazon:effect[0].mark.name: is required",
		"voxml: Response[0].Say[4].x.Attrs[0]: has a name that XML does not allow",
		"voxml: Response[0].Say[4].x.y: occurs twice in Attrs: remove one",
	}, "\n"))
}

// TestBounds checks that limits also count tags in trusted markup: one more
// than the limit is an error.
func TestBounds(t *testing.T) {
	deep := func(tags int) ssml.Speech {
		return ssml.Speech{ssml.Trusted(strings.Repeat("<p>", tags) + "x" + strings.Repeat("</p>", tags))}
	}
	const isDeep, isMany = "is nested more than 100 levels deep", "exceeds the limit of 10000 elements in a document"
	many := func(n int) ssml.Speech { return ssml.Speech{ssml.Trusted(strings.Repeat("<p/>", n))} }
	for name, tt := range map[string]struct {
		fits   int
		want   string // the error for one more
		speech func(n int) ssml.Speech
	}{
		"depth":                  {voxml.MaxDepth - 1, isDeep, nested},
		"trusted depth":          {voxml.MaxDepth - 1, isDeep, deep},
		"trusted depth in a tag": {voxml.MaxDepth - 2, isDeep, func(n int) ssml.Speech { return ssml.Speech{ssml.P{Content: deep(n)}} }},
		"elements":               {voxml.MaxElements - 1, isMany, many},
		"elements in two":        {voxml.MaxElements - 2, isMany, func(n int) ssml.Speech { return append(many(n), ssml.Trusted("<p/>")) }},
		"elements before a tag":  {voxml.MaxElements - 2, isMany, func(n int) ssml.Speech { return append(many(n), ssml.P{}) }},
		"attributes": {voxml.MaxAttrs, "has more than 100 attributes", func(n int) ssml.Speech {
			attrs := ""
			for i := range n {
				attrs += fmt.Sprintf(` a%d="1"`, i)
			}
			return ssml.Speech{ssml.Trusted("<p" + attrs + "/>")}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := say(tt.speech(tt.fits)...).AppendXML(nil)
			require.NoError(t, err)
			_, err = voxml.Parse(bytes.NewReader(b))
			require.NoError(t, err)
			_, err = say(tt.speech(tt.fits + 1)...).AppendXML(nil)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// scope type-checks the package without its imports.
func scope(t *testing.T) *types.Scope {
	t.Helper()
	dir, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	var files []*ast.File
	fset := token.NewFileSet()
	for _, name := range dir.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, 0)
		require.NoError(t, err)
		files = append(files, f)
	}
	conf := types.Config{Error: func(error) {}} // imports are missing
	pkg, _ := conf.Check("ssml", fset, files, nil)
	return pkg.Scope()
}

// TestTextOfEachTag checks Text for each tag that can have content.
func TestTextOfEachTag(t *testing.T) {
	nodes := map[string]ssml.Node{}
	for _, n := range []ssml.Node{
		ssml.Break{}, ssml.Element{}, ssml.Emphasis{}, ssml.Lang{}, ssml.Mark{}, ssml.Newscaster{}, ssml.P{}, ssml.Phoneme{}, ssml.Prosody{},
		ssml.S{}, ssml.SayAs{}, ssml.Sub{Alias: "alias"}, ssml.Text("x"), ssml.Trusted("x"), ssml.W{}, ssml.Whispered{},
	} {
		nodes[reflect.TypeOf(n).Name()] = n
		v := reflect.New(reflect.TypeOf(n)).Elem()
		v.Set(reflect.ValueOf(n))
		want := ""
		if v.Kind() == reflect.String {
			want = "x"
		} else if content := v.FieldByName("Content"); content.IsValid() {
			want = "content"
			content.Set(reflect.ValueOf(text("content")))
		}
		assert.Equal(t, "a"+want+"b", ssml.Speech{ssml.Text("a"), v.Interface().(ssml.Node), ssml.Text("b")}.Text(), "%T", n)
	}
	s := scope(t)
	node := s.Lookup("Node").Type().Underlying().(*types.Interface)
	for _, name := range s.Names() {
		if typ := s.Lookup(name).Type(); !types.IsInterface(typ) && types.Implements(typ, node) {
			assert.Contains(t, nodes, name)
		}
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		name   string
		speech ssml.Speech
		want   string
	}{
		{"nil", nil, ""},
		{"Text", text("a & <b/>\x00\xff"), "a & <b/>\x00\xff"},
		{"nested", ssml.Speech{
			ssml.Text("1"),
			ssml.P{Content: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Text("2"), ssml.Break{}, ssml.W{Content: text("3")}}}, ssml.Text("4")}},
			ssml.Element{Name: "e", Content: ssml.Speech{ssml.Sub{Alias: "y", Content: text("5")}, ssml.Trusted("<p>6</p>")}},
			ssml.Text("7"),
		}, "1234567"},
		{"at the depth limit", nested(voxml.MaxDepth - 1), "x"},
		{"too deep", append(nested(voxml.MaxDepth), ssml.Text("y")), "y"},
		{"nil node", ssml.Speech{nil, ssml.Text("a")}, "a"},
		{"pointer", ssml.Speech{&ssml.P{Content: text("x")}, ssml.Text("a")}, "a"},

		{"Trusted, empty", ssml.Speech{ssml.Trusted("")}, ""},
		{"Trusted, tags", ssml.Speech{ssml.Trusted(`a<p x="y">b<break time="1s"/>c</p>d`)}, "abcd"},
		{"Trusted, references", ssml.Speech{ssml.Trusted("&lt;&gt;&amp;&quot;&apos;&#65;&#x42;")}, `<>&"'AB`},
		{"Trusted, CDATA and comment", ssml.Speech{ssml.Trusted("a<![CDATA[<p>&amp;]]>b<!-- c -->d")}, "a<p>&amp;bd"},
		{"Trusted, line ends", ssml.Speech{ssml.Trusted("a\r\nb\rc&#xD;")}, "a\nb\nc\r"},
		{"Trusted, sub", ssml.Speech{ssml.Trusted(`<sub alias="y">x</sub>`)}, "x"},
		{"Trusted, unclosed", ssml.Speech{ssml.Trusted("a<p>b"), ssml.Text("c")}, "abc"},
		{"Trusted, end tag", ssml.Speech{ssml.Trusted("a</Say>b"), ssml.Text("c")}, "ac"},
		{"Trusted, half a tag", ssml.Speech{ssml.Trusted("a<p>b</p>c<p x"), ssml.Text("d")}, "abcd"},
		{"Trusted, deeper than a document", ssml.Speech{ssml.Trusted(strings.Repeat("<p>", 1000) + "x" + strings.Repeat("</p>", 1000))}, "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.speech.Text())
		})
	}
}

// TestCycle checks a speech that contains itself.
func TestCycle(t *testing.T) {
	s := make(ssml.Speech, 2)
	s[0] = ssml.Text("a")
	s[1] = ssml.Emphasis{Content: s}
	assert.Equal(t, strings.Repeat("a", 100), s.Text())

	_, err := say(s...).AppendXML(nil)
	var e *voxml.Error
	require.ErrorAs(t, err, &e)
	assert.EqualError(t, e.Err, "is nested more than 100 levels deep")
	assert.Equal(t, "Response[0].Say"+strings.Repeat("[1].emphasis", 100), e.Path)
	assert.NotEmpty(t, say(s...).Check())
}

// TestKnown checks that Known is true only for the constants of an enumeration.
// A golden file of package voxml has their values.
func TestKnown(t *testing.T) {
	type known interface{ Known() bool }
	enums := map[string]func(string) known{
		"Strength":    func(s string) known { return ssml.Strength(s) },
		"Level":       func(s string) known { return ssml.Level(s) },
		"Alphabet":    func(s string) known { return ssml.Alphabet(s) },
		"InterpretAs": func(s string) known { return ssml.InterpretAs(s) },
	}
	s := scope(t)
	for _, name := range s.Names() {
		c, ok := s.Lookup(name).(*types.Const)
		if !ok || !c.Exported() {
			continue
		}
		typ, value := types.TypeString(c.Type(), func(*types.Package) string { return "" }), constant.StringVal(c.Val())
		enum := enums[typ]
		if assert.NotNil(t, enum, name) {
			assert.True(t, enum(value).Known(), name)
			assert.False(t, enum(strings.ToUpper(value)).Known() || enum(value+" ").Known() || enum("").Known() || enum("x").Known(), name)
		}
	}
}

// TestEncoding checks speech that testdata/parse/ssml-*.xml of package voxml
// cannot contain, because it changes when parsed, and places where trusted
// markup follows or precedes other pieces.
func TestEncoding(t *testing.T) {
	const refused = ""
	for _, tt := range []struct {
		speech ssml.Speech
		want   string
	}{
		{ssml.Speech{ssml.Text(""), ssml.Text(`<break/> & "]]>"`), ssml.Trusted("")}, `&lt;break/&gt; &amp; "]]&gt;"`},
		{text("a\r\n\tb\x00"), "a&#xD;\n\tb\uFFFD"},
		{ssml.Speech{ssml.Trusted(` a &amp; <p x='1' >b<!-- c --></p ><![CDATA[<d>]]>&#x41;`)}, ` a &amp; <p x='1' >b<!-- c --></p ><![CDATA[<d>]]>&#x41;`},
		{ssml.Speech{ssml.Break{Time: math.MaxInt64 / time.Millisecond * time.Millisecond}}, `<break time="9223372036854ms"/>`},
		{ssml.Speech{ssml.Break{Time: time.Hour, Strength: `"x`}}, `<break time="3600s" strength="&quot;x"/>`},
		{ssml.Speech{ssml.P{Content: text("")}}, `<p></p>`},
		{ssml.Speech{ssml.Element{Name: "x:y", Attrs: []ssml.Attr{{Name: "a", Value: "x<\"&\n"}, {Name: "xml:lang"}}}},
			`<x:y a="x&lt;&quot;&amp;&#xA;" xml:lang=""/>`},
		{ssml.Speech{ssml.P{Content: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Trusted("<w>a</w>"), ssml.Emphasis{Content: text("b")}}}, ssml.Break{}}}},
			`<p><s><w>a</w><emphasis>b</emphasis></s><break/></p>`},

		{ssml.Speech{ssml.Text("]]"), ssml.Trusted(">")}, refused},
		{ssml.Speech{ssml.Trusted("]]"), ssml.Trusted(">")}, refused},
		{ssml.Speech{ssml.Trusted("]"), ssml.Trusted("]>")}, refused},
		{ssml.Speech{ssml.Text("]]"), ssml.Trusted("&gt;")}, "]]&gt;"},
		{ssml.Speech{ssml.Trusted("]]"), ssml.Text(">")}, "]]&gt;"},
		{ssml.Speech{ssml.Text("]]"), ssml.S{}, ssml.Trusted(">")}, "]]<s/>>"},
		{ssml.Speech{ssml.Trusted("\r"), ssml.Text("\n")}, "\n\n"},
		{ssml.Speech{ssml.Trusted("a\r\nb\rc"), ssml.Trusted("\n")}, "a\nb\nc\n"},
	} {
		b, err := say(tt.speech...).AppendXML(nil)
		if tt.want == refused {
			assert.ErrorContains(t, err, ".Trusted: forms ]]> with the text before it: write &gt; instead of >", "%q", tt.speech)
			continue
		}
		require.NoError(t, err, "%q", tt.speech)
		assert.Equal(t, "<Response><Say>"+tt.want+"</Say></Response>", string(b))
		_, err = voxml.Parse(bytes.NewReader(b))
		assert.NoError(t, err, "%q", tt.speech)
	}
}

// TestShared checks that Text and encoding end for a speech whose pieces share
// pieces.
func TestShared(t *testing.T) {
	s := ssml.Speech{ssml.Text("x")}
	for range 60 {
		s = ssml.Speech{ssml.P{Content: s}, ssml.P{Content: s}}
	}
	assert.LessOrEqual(t, len(s.Text()), 100_000)
	_, err := say(s...).AppendXML(nil)
	assert.ErrorContains(t, err, "exceeds the limit of 10000 elements in a document")
}
