package ssml_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// text is a speech of nothing but text.
func text(s string) ssml.Speech { return ssml.Speech{ssml.Text(s)} }

// say is a document that says a speech.
func say(s ...ssml.Node) voxml.Response { return voxml.Response{voxml.Say{SSML: s}} }

// nested is a text in that many paragraphs.
func nested(tags int) ssml.Speech {
	s := text("x")
	for range tags {
		s = ssml.Speech{ssml.P{Content: s}}
	}
	return s
}

// encodings has rows for each type and each of its fields.
var encodings = []struct {
	section string
	node    ssml.Node
	want    string
}{
	{"Text", ssml.Text("Hi"), `Hi`},
	{"Text", ssml.Text(""), ``},
	{"Text", ssml.Text(`<break/> & "]]>"`), `&lt;break/&gt; &amp; "]]&gt;"`},
	{"Text", ssml.Text("a\r\n\tb\x00"), "a&#xD;\n\tb\uFFFD"},
	{"Trusted", ssml.Trusted(`<break/>`), `<break/>`},
	{"Trusted", ssml.Trusted(``), ``},
	{"Trusted", ssml.Trusted(` a &amp; <p x='1' >b<!-- c --></p ><![CDATA[<d>]]>&#x41;`), ` a &amp; <p x='1' >b<!-- c --></p ><![CDATA[<d>]]>&#x41;`},

	{"3.2.3 break", ssml.Break{}, `<break/>`},
	{"3.2.3 break", ssml.Break{Time: time.Millisecond}, `<break time="1ms"/>`},
	{"3.2.3 break", ssml.Break{Time: 500 * time.Millisecond}, `<break time="500ms"/>`},
	{"3.2.3 break", ssml.Break{Time: time.Second}, `<break time="1s"/>`},
	{"3.2.3 break", ssml.Break{Time: 1500 * time.Millisecond}, `<break time="1500ms"/>`},
	{"3.2.3 break", ssml.Break{Time: time.Hour}, `<break time="3600s"/>`},
	{"3.2.3 break", ssml.Break{Time: math.MaxInt64 / time.Millisecond * time.Millisecond}, `<break time="9223372036854ms"/>`},
	{"3.2.3 break", ssml.Break{Strength: ssml.StrengthXStrong}, `<break strength="x-strong"/>`},
	{"3.2.3 break", ssml.Break{Time: 2 * time.Second, Strength: `"x`}, `<break time="2s" strength="&quot;x"/>`},
	{"3.2.2 emphasis", ssml.Emphasis{}, `<emphasis/>`},
	{"3.2.2 emphasis", ssml.Emphasis{Level: ssml.LevelStrong}, `<emphasis level="strong"/>`},
	{"3.2.2 emphasis", ssml.Emphasis{Content: text("Now")}, `<emphasis>Now</emphasis>`},
	{"3.1.12 lang", ssml.Lang{Language: "fr-FR"}, `<lang xml:lang="fr-FR"/>`},
	{"3.1.12 lang", ssml.Lang{Language: "fr-FR", Content: text("Bonjour")}, `<lang xml:lang="fr-FR">Bonjour</lang>`},
	{"3.3.2 mark", ssml.Mark{Name: "here"}, `<mark name="here"/>`},
	{"3.1.8.1 p", ssml.P{}, `<p/>`},
	{"3.1.8.1 p", ssml.P{Content: text("A.")}, `<p>A.</p>`},
	{"3.1.8.1 p", ssml.P{Content: text("")}, `<p></p>`},
	{"3.1.8.1 s", ssml.S{}, `<s/>`},
	{"3.1.8.1 s", ssml.S{Content: text("A.")}, `<s>A.</s>`},
	{"3.1.10 phoneme", ssml.Phoneme{Ph: "pɪˈkɑːn"}, `<phoneme ph="pɪˈkɑːn"/>`},
	{"3.1.10 phoneme", ssml.Phoneme{Alphabet: ssml.XSAMPA, Ph: `pI"kA:n`, Content: text("pecan")},
		`<phoneme alphabet="x-sampa" ph="pI&quot;kA:n">pecan</phoneme>`},
	{"3.2.4 prosody", ssml.Prosody{}, `<prosody/>`},
	{"3.2.4 prosody", ssml.Prosody{Pitch: "+2st"}, `<prosody pitch="+2st"/>`},
	{"3.2.4 prosody", ssml.Prosody{Contour: "(0%,+20Hz)"}, `<prosody contour="(0%,+20Hz)"/>`},
	{"3.2.4 prosody", ssml.Prosody{Range: "low"}, `<prosody range="low"/>`},
	{"3.2.4 prosody", ssml.Prosody{Rate: "slow"}, `<prosody rate="slow"/>`},
	{"3.2.4 prosody", ssml.Prosody{Duration: "3s"}, `<prosody duration="3s"/>`},
	{"3.2.4 prosody", ssml.Prosody{Volume: "+6dB"}, `<prosody volume="+6dB"/>`},
	{"3.2.4 prosody", ssml.Prosody{Pitch: "1", Contour: "2", Range: "3", Rate: "4", Duration: "5", Volume: "6", Content: text("x")},
		`<prosody pitch="1" contour="2" range="3" rate="4" duration="5" volume="6">x</prosody>`},
	{"3.1.9 say-as", ssml.SayAs{InterpretAs: ssml.Digits}, `<say-as interpret-as="digits"/>`},
	{"3.1.9 say-as", ssml.SayAs{InterpretAs: ssml.Date, Format: "mdy", Detail: "2", Content: text("12/31")},
		`<say-as interpret-as="date" format="mdy" detail="2">12/31</say-as>`},
	{"3.1.11 sub", ssml.Sub{Alias: "W3C"}, `<sub alias="W3C"/>`},
	{"3.1.11 sub", ssml.Sub{Alias: "a <b>", Content: text("ab")}, `<sub alias="a &lt;b&gt;">ab</sub>`},
	{"3.1.8.2 w", ssml.W{}, `<w/>`},
	{"3.1.8.2 w", ssml.W{Role: "amazon:VB", Content: text("read")}, `<w role="amazon:VB">read</w>`},
	{"Polly amazon:effect", ssml.Whispered{}, `<amazon:effect name="whispered"/>`},
	{"Polly amazon:effect", ssml.Whispered{Content: text("psst")}, `<amazon:effect name="whispered">psst</amazon:effect>`},
	{"Polly amazon:domain", ssml.Newscaster{}, `<amazon:domain name="news"/>`},
	{"Polly amazon:domain", ssml.Newscaster{Content: text("News.")}, `<amazon:domain name="news">News.</amazon:domain>`},

	{"Element", ssml.Element{Name: "audio"}, `<audio/>`},
	{"Element", ssml.Element{Name: "amazon:breath", Attrs: []ssml.Attr{{Name: "volume", Value: "x<\"&\n"}, {Name: "xml:lang"}}},
		`<amazon:breath volume="x&lt;&quot;&amp;&#xA;" xml:lang=""/>`},
	{"Element", ssml.Element{Name: "x", Content: ssml.Speech{ssml.Text("a"), ssml.P{}, ssml.Element{Name: "y"}}}, `<x>a<p/><y/></x>`},
	{"Element", ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: "soon"}}}, `<break time="soon"/>`},
	{"nested", ssml.P{Content: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Trusted("<w>a</w>"), ssml.Emphasis{Content: text("b")}}}, ssml.Break{}}},
		`<p><s><w>a</w><emphasis>b</emphasis></s><break/></p>`},
}

func TestEncoding(t *testing.T) {
	for _, tt := range encodings {
		t.Run(tt.section, func(t *testing.T) {
			b, err := say(tt.node).AppendXML(nil)
			require.NoError(t, err)
			assert.Equal(t, "<Response><Say>"+tt.want+"</Say></Response>", string(b))

			// Between others it is the same.
			b, err = say(ssml.Text("a"), tt.node, ssml.Break{}).AppendXML(nil)
			require.NoError(t, err)
			assert.Equal(t, "<Response><Say>a"+tt.want+"<break/></Say></Response>", string(b))
		})
	}
}

// TestReadsBack reads what the types write.
func TestReadsBack(t *testing.T) {
	for _, tt := range encodings {
		// An empty text is not read back, trusted markup as what it says.
		if reflect.TypeOf(tt.node).Kind() == reflect.String || tt.want == "<p></p>" || tt.section == "nested" {
			continue
		}
		t.Run(tt.section, func(t *testing.T) {
			doc := say(tt.node)
			back, err := voxml.Parse(strings.NewReader(doc.String()))
			require.NoError(t, err)
			assert.Equal(t, doc, back)
		})
	}
}

// TestEncodingComplete checks that encodings has every type, and every field
// of it with a value.
func TestEncodingComplete(t *testing.T) {
	set := map[string]bool{} // "Break.Time"
	visit := func(v reflect.Value) {
		set[v.Type().Name()] = true
		if v.Kind() != reflect.Struct {
			return
		}
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				set[v.Type().Name()+"."+v.Type().Field(i).Name] = true
			}
		}
	}
	for _, tt := range encodings {
		visit(reflect.ValueOf(tt.node))
		if el, ok := tt.node.(ssml.Element); ok && len(el.Attrs) > 0 {
			visit(reflect.ValueOf(el.Attrs[0]))
		}
	}
	structs := 0
	for _, f := range source(t) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "node" {
				assert.True(t, set[fn.Recv.List[0].Type.(*ast.Ident).Name], "%s has no row", fn.Recv.List[0].Type)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				structs++
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						assert.True(t, set[spec.Name.Name+"."+name.Name], "%s.%s has no row", spec.Name.Name, name.Name)
					}
				}
			}
			return false
		})
	}
	assert.Greater(t, structs, 10)
}

// source parses the files of the package.
func source(t *testing.T) (files []*ast.File) {
	t.Helper()
	for _, name := range []string{"ssml.go", "values.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		files = append(files, f)
	}
	return files
}

// A foreign type has every method that a node has, by embedding one.
type foreign struct{ ssml.Break }

func TestErrors(t *testing.T) {
	var noBreak *ssml.Break
	const (
		wellFormed = "voxml: Response[0].Say[0].Trusted: is not well formed at offset "
		value      = ": nodes must be values of the types of package ssml"
	)
	tag := func(name string, attrs ...ssml.Attr) ssml.Node { return ssml.Element{Name: name, Attrs: attrs} }
	for _, tt := range []struct {
		name string
		node ssml.Node
		want string
	}{
		// Required.
		{"lang", ssml.Lang{Content: text("x")}, "voxml: Response[0].Say[0].lang.xml:lang: is required"},
		{"mark", ssml.Mark{}, "voxml: Response[0].Say[0].mark.name: is required"},
		{"phoneme", ssml.Phoneme{Alphabet: ssml.IPA}, "voxml: Response[0].Say[0].phoneme.ph: is required"},
		{"say-as", ssml.SayAs{Format: "mdy"}, "voxml: Response[0].Say[0].say-as.interpret-as: is required"},
		{"sub", ssml.Sub{}, "voxml: Response[0].Say[0].sub.alias: is required"},
		{"in another", ssml.P{Content: ssml.Speech{ssml.Text("a"), ssml.Whispered{Content: ssml.Speech{ssml.Mark{}}}}},
			"voxml: Response[0].Say[0].p[1].amazon:effect[0].mark.name: is required"},
		{"in an element", ssml.Element{Name: "x", Content: ssml.Speech{ssml.Newscaster{Content: ssml.Speech{ssml.Mark{}}}}},
			"voxml: Response[0].Say[0].x[0].amazon:domain[0].mark.name: is required"},

		// Times.
		{"negative", ssml.Break{Time: -time.Second}, "voxml: Response[0].Say[0].break.time: -1s is negative"},
		{"negative, not whole", ssml.Break{Time: -1}, "voxml: Response[0].Say[0].break.time: -1ns is negative"},
		{"the least", ssml.Break{Time: math.MinInt64}, "voxml: Response[0].Say[0].break.time: -2562047h47m16.854775808s is negative"},
		{"nanosecond", ssml.Break{Time: 1}, "voxml: Response[0].Say[0].break.time: 1ns is not a whole number of milliseconds"},
		{"not whole", ssml.Break{Time: time.Second + 1}, "voxml: Response[0].Say[0].break.time: 1.000000001s is not a whole number of milliseconds"},

		// No values of the package.
		{"nil", nil, "voxml: Response[0].Say[0]: is nil"},
		{"nil in another", ssml.S{Content: ssml.Speech{ssml.Text("a"), nil}}, "voxml: Response[0].Say[0].s[1]: is nil"},
		{"pointer", &ssml.Break{}, "voxml: Response[0].Say[0].Break: is a *ssml.Break" + value},
		{"nil pointer", noBreak, "voxml: Response[0].Say[0].Break: is a *ssml.Break" + value},
		{"pointer to an element", &ssml.Element{Name: "p"}, "voxml: Response[0].Say[0].Element: is a *ssml.Element" + value},
		{"pointer to a text", new(ssml.Text), "voxml: Response[0].Say[0].Text: is a *ssml.Text" + value},
		{"pointer to trusted markup", new(ssml.Trusted), "voxml: Response[0].Say[0].Trusted: is a *ssml.Trusted" + value},
		{"foreign", foreign{}, "voxml: Response[0].Say[0].foreign: is a ssml_test.foreign" + value},

		// Names.
		{"no name", tag(""), "voxml: Response[0].Say[0].Element: has a name that XML does not allow"},
		{"name with a space", tag("a b"), "voxml: Response[0].Say[0].Element: has a name that XML does not allow"},
		{"name with markup", tag("a/><Hangup"), "voxml: Response[0].Say[0].Element: has a name that XML does not allow"},
		{"name that starts with a digit", tag("1"), "voxml: Response[0].Say[0].Element: has a name that XML does not allow"},
		{"two prefixes", tag("a:b:c"), "voxml: Response[0].Say[0].Element: has a name that XML does not allow"},
		{"name that is not UTF-8", tag("a\xff"), "voxml: Response[0].Say[0].Element: has a name that XML does not allow"},
		{"attribute without a name", tag("a", ssml.Attr{Value: "v"}), "voxml: Response[0].Say[0].a.Attrs[0]: has a name that XML does not allow"},
		{"attribute name with markup", tag("a", ssml.Attr{Name: "x"}, ssml.Attr{Name: `y="" z`}), "voxml: Response[0].Say[0].a.Attrs[1]: has a name that XML does not allow"},
		{"attribute twice", tag("a", ssml.Attr{Name: "x", Value: "1"}, ssml.Attr{Name: "y"}, ssml.Attr{Name: "x", Value: "2"}),
			"voxml: Response[0].Say[0].a.x: occurs twice in Attrs"},
		{"too many attributes", tag("a", make([]ssml.Attr, voxml.MaxAttrs+1)...),
			"voxml: Response[0].Say[0].a.Attrs: has more than 100 attributes without a field"},

		// Trusted markup.
		{"tag that does not end", ssml.Trusted("a<p>b"), wellFormed + "5: the document ends before the end tag of the element"},
		{"half a tag", ssml.Trusted("<p"), wellFormed + `0: a tag has no closing ">"`},
		{"end of the Say", ssml.Trusted("</Say>"), wellFormed + "0: the end tag does not fit the start tag"},
		{"end of the Say and another verb", ssml.Trusted("</Say><Hangup/><Say>"), wellFormed + "0: the end tag does not fit the start tag"},
		{"crossed tags", ssml.Trusted("<p><s></p></s>"), wellFormed + "6: the end tag does not fit the start tag"},
		{"document type", ssml.Trusted("<!DOCTYPE x>"), wellFormed + "0: document type declarations are not allowed"},
		{"instruction", ssml.Trusted("a<?x y?>"), wellFormed + "1: processing instructions are not allowed"},
		{"declaration", ssml.Trusted(`<?xml version="1.0"?><p/>`), wellFormed + "0: processing instructions are not allowed"},
		{"unknown entity", ssml.Trusted("<p>&nbsp;</p>"), wellFormed + "3: only the entities amp, lt, gt, quot and apos are allowed"},
		{"ampersand", ssml.Trusted("AT&T"), wellFormed + `2: "&" does not start a reference: write "&amp;"`},
		{"less than", ssml.Trusted("1 < 2"), wellFormed + `2: "<" does not start a tag: write "&lt;"`},
		{"end of CDATA", ssml.Trusted("a]]>b"), wellFormed + `1: "]]>" is not allowed in text: write "]]&gt;"`},
		{"CDATA that does not end", ssml.Trusted("<![CDATA[x"), wellFormed + "0: a CDATA section has no end"},
		{"comment that does not end", ssml.Trusted("<!-- x"), wellFormed + "0: a comment has no end"},
		{"attribute twice in markup", ssml.Trusted("<p a='1' a='2'/>"), wellFormed + "9: an attribute occurs twice"},
		{"attribute without quotes", ssml.Trusted("<p a=1/>"), wellFormed + "3: an attribute has no value in quotes"},
		{"null", ssml.Trusted("a\x00"), wellFormed + "1: XML does not allow this character"},
		{"not UTF-8", ssml.Trusted("a\xff"), wellFormed + "1: is not valid UTF-8"},
		{"deep", ssml.Trusted(strings.Repeat("<p>", 100) + strings.Repeat("</p>", 100)), "voxml: Response[0].Say[0].Trusted: is nested more than 100 levels deep"},
		{"many elements", ssml.Trusted(strings.Repeat("<p/>", voxml.MaxElements)), "voxml: Response[0].Say[0].Trusted: exceeds the limit of 10000 elements in a document"},
		{"long", ssml.Trusted(strings.Repeat("x", voxml.MaxSize+1)), "voxml: Response[0].Say[0].Trusted: is longer than 1048576 bytes"},
		{"in another tag", ssml.P{Content: ssml.Speech{ssml.Break{}, ssml.Trusted("</p>")}},
			"voxml: Response[0].Say[0].p[1].Trusted: is not well formed at offset 0: the end tag does not fit the start tag"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := say(tt.node).AppendXML(nil)
			require.EqualError(t, err, tt.want)
			assert.Nil(t, b)
			var e *voxml.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.want, "voxml: "+e.Path+": "+e.Err.Error())
		})
	}
}

// TestErrorsTogether has several errors in one speech.
func TestErrorsTogether(t *testing.T) {
	_, err := say(
		ssml.Mark{},
		ssml.P{Content: ssml.Speech{nil, ssml.Text("a"), ssml.Trusted("&"), ssml.Break{Time: -1, Strength: "x"}}},
		ssml.Text("b"),
		ssml.Element{Name: "x", Attrs: []ssml.Attr{{Name: "?"}, {Name: "y"}, {Name: "y"}}},
	).AppendXML(nil)
	assert.EqualError(t, err, strings.Join([]string{
		"voxml: Response[0].Say[0].mark.name: is required",
		"voxml: Response[0].Say[1].p[0]: is nil",
		`voxml: Response[0].Say[1].p[2].Trusted: is not well formed at offset 0: "&" does not start a reference: write "&amp;"`,
		"voxml: Response[0].Say[1].p[3].break.time: -1ns is negative",
		"voxml: Response[0].Say[3].x.Attrs[0]: has a name that XML does not allow",
		"voxml: Response[0].Say[3].x.y: occurs twice in Attrs",
	}, "\n"))
}

// TestBounds holds that a bound counts what is trusted like what is not.
func TestBounds(t *testing.T) {
	markup := func(tags int) ssml.Speech {
		return ssml.Speech{ssml.Trusted(strings.Repeat("<p>", tags) + "x" + strings.Repeat("</p>", tags))}
	}
	many := func(n int) ssml.Speech { return ssml.Speech{ssml.Trusted(strings.Repeat("<p/>", n))} }
	for _, tt := range []struct {
		name   string
		speech ssml.Speech
		fits   bool
	}{
		{"depth", nested(voxml.MaxDepth - 1), true},
		{"depth, exceeded", nested(voxml.MaxDepth), false},
		{"trusted depth", markup(voxml.MaxDepth - 1), true},
		{"trusted depth, exceeded", markup(voxml.MaxDepth), false},
		{"trusted depth in a tag", ssml.Speech{ssml.P{Content: markup(voxml.MaxDepth - 2)}}, true},
		{"trusted depth in a tag, exceeded", ssml.Speech{ssml.P{Content: markup(voxml.MaxDepth - 1)}}, false},
		{"elements", many(voxml.MaxElements - 1), true},
		{"elements, exceeded", many(voxml.MaxElements), false},
		{"elements in two", append(many(voxml.MaxElements-2), ssml.Trusted("<p/>")), true},
		{"elements in two, exceeded", append(many(voxml.MaxElements-1), ssml.Trusted("<p/>")), false},
		{"elements before a tag", append(many(voxml.MaxElements-2), ssml.P{}), true},
		{"elements before a tag, exceeded", append(many(voxml.MaxElements-1), ssml.P{}), false},
		{"attributes", ssml.Speech{ssml.Trusted("<p" + attributes(voxml.MaxAttrs) + "/>")}, true},
		{"attributes, exceeded", ssml.Speech{ssml.Trusted("<p" + attributes(voxml.MaxAttrs+1) + "/>")}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := say(tt.speech...).AppendXML(nil)
			require.Equal(t, tt.fits, err == nil, "%v", err)
			if tt.fits { // then it can be read
				_, err = voxml.Parse(bytes.NewReader(b))
				require.NoError(t, err)
			}
		})
	}
}

// attributes writes that many.
func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d="1"`, i)
	}
	return b.String()
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		name   string
		speech ssml.Speech
		want   string
	}{
		{"nil", nil, ""},
		{"empty", ssml.Speech{}, ""},
		{"Text", text("a & <b/>"), "a & <b/>"},
		{"texts", ssml.Speech{ssml.Text("a"), ssml.Text(""), ssml.Text(" b")}, "a b"},
		{"Text that XML cannot carry", text("a\x00\xff"), "a\x00\xff"},
		{"Break", ssml.Speech{ssml.Text("a"), ssml.Break{Time: time.Second, Strength: ssml.StrengthWeak}, ssml.Text("b")}, "ab"},
		{"Emphasis", ssml.Speech{ssml.Emphasis{Level: ssml.LevelStrong, Content: text("x")}}, "x"},
		{"Lang", ssml.Speech{ssml.Lang{Language: "fr-FR", Content: text("x")}}, "x"},
		{"Mark", ssml.Speech{ssml.Mark{Name: "m"}}, ""},
		{"Newscaster", ssml.Speech{ssml.Newscaster{Content: text("x")}}, "x"},
		{"P", ssml.Speech{ssml.P{Content: text("x")}}, "x"},
		{"Phoneme", ssml.Speech{ssml.Phoneme{Alphabet: ssml.IPA, Ph: "y", Content: text("x")}}, "x"},
		{"Prosody", ssml.Speech{ssml.Prosody{Rate: "slow", Content: text("x")}}, "x"},
		{"S", ssml.Speech{ssml.S{Content: text("x")}}, "x"},
		{"SayAs", ssml.Speech{ssml.SayAs{InterpretAs: ssml.Date, Format: "mdy", Detail: "1", Content: text("x")}}, "x"},
		{"Sub", ssml.Speech{ssml.Sub{Alias: "y", Content: text("x")}}, "x"},
		{"W", ssml.Speech{ssml.W{Role: "amazon:VB", Content: text("x")}}, "x"},
		{"Whispered", ssml.Speech{ssml.Whispered{Content: text("x")}}, "x"},
		{"Element", ssml.Speech{ssml.Element{Name: "y", Attrs: []ssml.Attr{{Name: "z", Value: "v"}}, Content: text("x")}}, "x"},
		{"nested", ssml.Speech{
			ssml.Text("1"),
			ssml.P{Content: ssml.Speech{ssml.S{Content: ssml.Speech{ssml.Text("2"), ssml.Break{}, ssml.W{Content: text("3")}}}, ssml.Text("4")}},
			ssml.Element{Name: "e", Content: ssml.Speech{ssml.Sub{Alias: "y", Content: text("5")}, ssml.Trusted("<p>6</p>")}},
			ssml.Text("7"),
		}, "1234567"},
		{"as deep as can be", nested(voxml.MaxDepth - 1), "x"},
		{"too deep", append(nested(voxml.MaxDepth+1), ssml.Text("y")), "y"},
		{"nil node", ssml.Speech{nil, ssml.Text("a")}, "a"},
		{"pointer", ssml.Speech{&ssml.P{Content: text("x")}, ssml.Text("a")}, "a"},

		{"Trusted", ssml.Speech{ssml.Trusted("x")}, "x"},
		{"Trusted, empty", ssml.Speech{ssml.Trusted("")}, ""},
		{"Trusted, tags", ssml.Speech{ssml.Trusted(`a<p x="y">b<break time="1s"/>c</p>d`)}, "abcd"},
		{"Trusted, references", ssml.Speech{ssml.Trusted("&lt;&gt;&amp;&quot;&apos;&#65;&#x42;")}, `<>&"'AB`},
		{"Trusted, CDATA and comment", ssml.Speech{ssml.Trusted("a<![CDATA[<p>&amp;]]>b<!-- c -->d")}, "a<p>&amp;bd"},
		{"Trusted, line ends", ssml.Speech{ssml.Trusted("a\r\nb\rc&#xD;")}, "a\nb\nc\r"},
		{"Trusted, sub", ssml.Speech{ssml.Trusted(`<sub alias="y">x</sub>`)}, "x"},
		{"Trusted, unclosed", ssml.Speech{ssml.Trusted("a<p>b"), ssml.Text("c")}, "abc"},
		{"Trusted, end tag", ssml.Speech{ssml.Trusted("a</Say>b"), ssml.Text("c")}, "ac"},
		{"Trusted, half a tag", ssml.Speech{ssml.Trusted("a<p>b</p>c<p x"), ssml.Text("d")}, "abcd"},
		{"Trusted, instruction", ssml.Speech{ssml.Trusted("<p>a</p><?x?>b"), ssml.Text("c")}, "ac"},
		{"Trusted, document type", ssml.Speech{ssml.Trusted("<p/><!DOCTYPE x>b")}, ""},
		{"Trusted, deeper than a document", ssml.Speech{ssml.Trusted(strings.Repeat("<p>", 1000) + "x" + strings.Repeat("</p>", 1000))}, "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.speech.Text())
		})
	}
}

// TestTextOfEachTag takes the types of encodings, so that no content is
// forgotten.
func TestTextOfEachTag(t *testing.T) {
	tested := 0
	for _, tt := range encodings {
		v := reflect.New(reflect.TypeOf(tt.node)).Elem()
		v.Set(reflect.ValueOf(tt.node))
		if v.Kind() != reflect.Struct || !v.FieldByName("Content").IsValid() {
			continue
		}
		tested++
		v.FieldByName("Content").Set(reflect.ValueOf(text("content")))
		assert.Equal(t, "content", ssml.Speech{v.Interface().(ssml.Node)}.Text(), "%s", v.Type())
	}
	assert.Greater(t, tested, 10)
}

// TestCycle has speech that contains itself.
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

func TestKnown(t *testing.T) {
	tested := map[string]bool{} // `Level "none"`
	testKnown(t, tested, "3.2.3 strength", map[ssml.Strength]string{
		ssml.StrengthNone: "none", ssml.StrengthXWeak: "x-weak", ssml.StrengthWeak: "weak",
		ssml.StrengthMedium: "medium", ssml.StrengthStrong: "strong", ssml.StrengthXStrong: "x-strong",
	})
	testKnown(t, tested, "3.2.2 level", map[ssml.Level]string{
		ssml.LevelNone: "none", ssml.LevelReduced: "reduced", ssml.LevelModerate: "moderate", ssml.LevelStrong: "strong",
	})
	testKnown(t, tested, "3.1.10 alphabet", map[ssml.Alphabet]string{
		ssml.IPA: "ipa", ssml.XSAMPA: "x-sampa",
	})
	testKnown(t, tested, "3.1.9 interpret-as", map[ssml.InterpretAs]string{
		ssml.Address: "address", ssml.Bleep: "bleep", ssml.Cardinal: "cardinal", ssml.Characters: "characters",
		ssml.Currency: "currency", ssml.Date: "date", ssml.Digits: "digits", ssml.Expletive: "expletive",
		ssml.Fraction: "fraction", ssml.Number: "number", ssml.Ordinal: "ordinal", ssml.SpellOut: "spell-out",
		ssml.Telephone: "telephone", ssml.Time: "time", ssml.Unit: "unit", ssml.Verbatim: "verbatim",
	})

	t.Run("complete", func(t *testing.T) {
		constants := 0
		for _, f := range source(t) {
			ast.Inspect(f, func(n ast.Node) bool {
				decl, ok := n.(*ast.GenDecl)
				if !ok || decl.Tok != token.CONST {
					return true
				}
				for _, s := range decl.Specs {
					spec := s.(*ast.ValueSpec)
					if !spec.Names[0].IsExported() {
						continue
					}
					constants++
					if assert.NotNil(t, spec.Type, "%s has no type", spec.Names[0]) {
						key := fmt.Sprint(spec.Type, " ", spec.Values[0].(*ast.BasicLit).Value)
						assert.True(t, tested[key], "%s has no row", spec.Names[0])
					}
				}
				return false
			})
		}
		assert.Len(t, tested, constants)
	})
}

func testKnown[T interface {
	~string
	Known() bool
}](t *testing.T, tested map[string]bool, section string, values map[T]string) {
	t.Helper()
	t.Run(section, func(t *testing.T) {
		for constant, wire := range values {
			tested[reflect.TypeFor[T]().Name()+" "+strconv.Quote(wire)] = true
			assert.Equal(t, wire, string(constant))
			assert.True(t, T(wire).Known(), "%q", wire)
			assert.False(t, T(strings.ToUpper(wire)).Known(), "%q in capitals", wire)
			assert.False(t, T(wire+" ").Known(), "%q with a space", wire)
		}
		assert.False(t, T("").Known(), "empty")
		assert.False(t, T("x").Known(), "x")
	})
}

// A document is what encoding/xml sees in one.
type document struct {
	verbs []string // the children of the root
	says  []string // the character data of each Say among them
}

// read reads a document with encoding/xml.
func read(b []byte) (document, error) {
	var doc document
	depth := 0
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		token, err := d.RawToken() // Token would ask for what a prefix means
		if errors.Is(err, io.EOF) {
			return doc, nil
		}
		if err != nil {
			return document{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 2 {
				doc.verbs = append(doc.verbs, token.Name.Local)
				if token.Name.Local == "Say" {
					doc.says = append(doc.says, "")
				}
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth >= 2 && doc.verbs[len(doc.verbs)-1] == "Say" {
				doc.says[len(doc.says)-1] += string(token)
			}
		case xml.ProcInst, xml.Directive:
			return document{}, fmt.Errorf("a %T", token)
		}
	}
}

func FuzzSSML(f *testing.F) {
	for _, tt := range encodings {
		f.Add([]byte(tt.want))
	}
	for _, s := range []string{
		"", "a", "]]>", "]]", "&", "&amp;", "&#x41;", "&#0;", "&nbsp;", "<", "<p", "<p>", "</p>", "</Say>", "</Say><Hangup/><Say>", "</Say></Response>",
		"<!-- x -->", "<!---->", "a<!-- x -->b<![CDATA[c]]>d", "<![CDATA[", "<![CDATA[]]>", "<![CDATA[]]]]><![CDATA[>]]>", "<?x y?>", "<!DOCTYPE x>",
		"\r", "\r\n", "\n", "&#xD;", "&#xD;\n", "\x00", "\xff", "\xef\xbb\xbf", "\u0085", "\uffff", "é😀",
		"<break time='5'/>", "<break time='0.5s'/>", "<break time='500ms' strength=''/>", "<break>x</break>", "<break x='1'/>", "<break> </break>",
		"<lang>x</lang>", "<lang xml:lang=''/>", "<amazon:effect name='x'/>", "<amazon:effect name='whispered' x='1'><p/></amazon:effect>",
		"<say-as>1</say-as>", "<sub alias='\n&#xA;'>x</sub>", "<p x='a\tb'>\r\n</p >", "<x y='1' z=\"2\"><x/></x>", "<p a='1' a='2'/>", "<Say>x</Say>",
		"<é/>", "<a:b xmlns:a='urn:a'/>", "<p><s><w>x</w></s></p>", "<mark name='&lt;'/>", "<emphasis level='none'/>",
	} {
		f.Add([]byte(s))
	}
	f.Add([]byte(strings.Repeat("<p>", 99) + strings.Repeat("</p>", 99)))
	f.Add([]byte(strings.Repeat("<p>", 100) + strings.Repeat("</p>", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		trusted := ssml.Speech{ssml.Trusted(data)}
		if b, err := (voxml.Response{voxml.Say{SSML: trusted}}).AppendXML(nil); err == nil {
			back := stable(t, b)
			require.Len(t, back, 1, "%q", data)
			require.IsType(t, voxml.Say{}, back[0], "%q", data)
			seen, err := read(b)
			require.NoError(t, err, "%q", data)
			require.Equal(t, document{verbs: []string{"Say"}, says: []string{trusted.Text()}}, seen, "%q", data)
			said := back[0].(voxml.Say)
			require.Equal(t, trusted.Text(), said.Text+said.SSML.Text(), "%q", data)
		} else {
			trusted.Text()
		}

		written := []byte("<Response><Say>" + string(data) + "</Say></Response>")
		doc, err := voxml.Parse(bytes.NewReader(written))
		if err != nil {
			return
		}
		b, err := doc.AppendXML(nil)
		if err != nil { // of a verb after the Say
			return
		}
		require.Equal(t, doc, stable(t, b), "%q", data)
		seen, err := read(written)
		require.NoError(t, err, "%q", data)
		require.Len(t, doc, len(seen.verbs), "%q", data)
		var says []string
		for _, v := range doc {
			if say, ok := v.(voxml.Say); ok {
				says = append(says, say.Text+say.SSML.Text())
			}
		}
		require.Equal(t, seen.says, says, "%q", data)
	})
}

// stable parses a document that has been encoded, and checks that it encodes
// to what is read as the same.
func stable(t *testing.T, b []byte) voxml.Response {
	t.Helper()
	back, err := voxml.Parse(bytes.NewReader(b))
	require.NoError(t, err, "%q", b)
	again, err := back.AppendXML(nil)
	require.NoError(t, err, "%q", b)
	second, err := voxml.Parse(bytes.NewReader(again))
	require.NoError(t, err, "%q", again)
	require.Equal(t, back, second, "%q", b)
	last, err := second.AppendXML(nil)
	require.NoError(t, err, "%q", b)
	require.Equal(t, string(again), string(last))
	return back
}

// TestSeams checks what comes about where trusted markup meets other pieces.
func TestSeams(t *testing.T) {
	for _, tt := range []struct {
		speech ssml.Speech
		want   string // or the error
	}{
		{ssml.Speech{ssml.Text("]]"), ssml.Trusted(">")}, "error"},
		{ssml.Speech{ssml.Trusted("]]"), ssml.Trusted(">")}, "error"},
		{ssml.Speech{ssml.Trusted("]"), ssml.Trusted("]>")}, "error"},
		{ssml.Speech{ssml.Text("]]"), ssml.Trusted("&gt;")}, "]]&gt;"},
		{ssml.Speech{ssml.Trusted("]]"), ssml.Text(">")}, "]]&gt;"},
		{ssml.Speech{ssml.Text("]]"), ssml.S{}, ssml.Trusted(">")}, "]]<s/>>"},
		{ssml.Speech{ssml.Trusted("\r"), ssml.Text("\n")}, "\n\n"},
		{ssml.Speech{ssml.Trusted("a\r\nb\rc"), ssml.Trusted("\n")}, "a\nb\nc\n"},
	} {
		doc := voxml.Response{voxml.Say{SSML: tt.speech}}
		b, err := doc.AppendXML(nil)
		if tt.want == "error" {
			assert.ErrorContains(t, err, ".Trusted: forms ]]> together with the text before it: write &gt; for its >", "%q", tt.speech)
			continue
		}
		require.NoError(t, err, "%q", tt.speech)
		assert.Equal(t, "<Response><Say>"+tt.want+"</Say></Response>", string(b))
		_, err = voxml.Parse(bytes.NewReader(b))
		assert.NoError(t, err, "%q", tt.speech)
	}
}

// TestShared checks that a speech whose pieces have pieces in common ends.
func TestShared(t *testing.T) {
	s := ssml.Speech{ssml.Text("x")}
	for range 60 {
		s = ssml.Speech{ssml.P{Content: s}, ssml.P{Content: s}}
	}
	assert.LessOrEqual(t, len(s.Text()), 100_000)
	_, err := voxml.Response{voxml.Say{SSML: s}}.AppendXML(nil)
	assert.ErrorContains(t, err, "exceeds the limit of 10000 elements in a document")
}
