package voxml_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// hostileVars are the variables for hostileExprs.
var hostileVars = map[string]string{"a": strings.Repeat("x", 1000), "b": strings.Repeat("(x?){50}", 20), "c": strings.Repeat("x", 1<<17)}

// hostileExprs are expressions that repeat a part many times.
var hostileExprs = []struct{ name, before, one, after string }{
	{"comparisons", "", "1==1&&", "1==2"},
	{"alternatives", "", "1==2||", "1==1"},
	{"variables", "", "${c}==${a}||", "1==1"},
	{"a long literal", `${a}=="`, "x", `"`},
	{"short patterns", "", "a=~b||", "1==1"},
	{"patterns of classes", "", `${a}=~"\pL*\PN*[^\pS]*$1"||`, "1==1"},
	{"repeated patterns", "", `${a}=~"(x?){190}y"||`, "1==1"},
	{"repeated patterns that take too long", "", `${a}=~"(x?){900}y"||`, "1==1"},
	{"nested patterns", "", `${a}=~"((x?){12}){12}y"||`, "1==1"},
	{"patterns without a text", "", `${d}=~"((x?){50}){20}((x?){50}){20}y"||`, "1==1"},
	{"alternatives in patterns", "", `${a}=~"(` + strings.Repeat("x|x?y|", 100) + `z){1}$1"||`, "1==1"},
	{"patterns of variables", "", `${a}=~${b}||`, "1==1"},
	{"patterns for a long text", "", `${c}=~"x$1"||`, "1==1"},
	{"patterns that branch for a long text", "", `${c}!~"^(x|xx)*$1"||`, "1==1"},
	{"ranges without case", "", `${a}=~"(?i)[!-𞥃]y"||`, "1==1"},
	{"groups", `${a}=~`, "(", strings.Repeat(")", 500)},
	{"unclosed groups", `${a}=~`, "(", ""},
	{"unclosed classes", `${a}=~(`, "[", ")"},
}

// TestEvalMemory checks that the longest expressions do not use much memory.
// TestParseLinear does the same for documents.
func TestEvalMemory(t *testing.T) {
	const most = 16_384
	for _, x := range hostileExprs {
		text := x.before + strings.Repeat(x.one, (most-len(x.before)-len(x.after))/len(x.one)) + x.after
		size := allocated(func() { _, _ = voxml.RawExpr(text).Eval(hostileVars) })
		assert.Less(t, size, uint64(32<<20), "%s", x.name)
	}
}

// allocated returns the number of bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestLargeTexts puts 20 MB into every field that holds text. They must be
// refused before they are escaped or copied.
func TestLargeTexts(t *testing.T) {
	const most = 8 << 20 // a buffer that grows to MaxSize takes less
	huge := strings.Repeat(`"`, 20<<20)
	refused := func(t *testing.T, doc voxml.Response) {
		t.Helper()
		var err error
		size := allocated(func() { _, err = doc.AppendXML(nil) })
		require.Error(t, err)
		assert.Less(t, len(err.Error()), 10_000)
		assert.Less(t, size, uint64(most))
	}
	for _, v := range hostileVerbs(t) {
		for _, p := range v.spots {
			t.Run(p.name, func(t *testing.T) {
				refused(t, voxml.Response{v.verb(func(other spot) string {
					if other.name == p.name {
						return huge
					}
					return other.marker()
				})})
			})
		}
	}
	name := strings.Repeat("x", 20<<20)
	for place, doc := range map[string]voxml.Response{
		"Element.Name":      {voxml.Element{Name: name}},
		"Attr.Name":         {voxml.Hangup{Attrs: voxml.Attrs{{Name: name}}}},
		"ssml.Element.Name": {voxml.Say{SSML: ssml.Speech{ssml.Element{Name: name}}}},
		"ssml.Attr.Name":    {voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "p", Attrs: []ssml.Attr{{Name: name}}}}}},
		"ssml.Trusted":      {voxml.Say{SSML: ssml.Speech{ssml.Trusted(name)}}},
		"no word":           {voxml.Pay{ValidCardTypes: []voxml.CardType{voxml.CardType(name)}}},
		"many words":        {voxml.Pay{ValidCardTypes: repeated[voxml.CardType]("visa", 1<<20)}},
		"many numbers":      {voxml.Pay{Nouns: []voxml.PayNoun{voxml.Prompt{For: "postal-code", Attempt: repeated(1, 1<<20)}}}},
		"many attributes":   {voxml.Hangup{Attrs: repeated(voxml.Attr{Name: "a"}, 1<<20)}},
		"many ssml.Attrs":   {voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "p", Attrs: repeated(ssml.Attr{Name: "a"}, 1<<20)}}}},
		"many texts":        {voxml.Say{SSML: repeated[ssml.Node](ssml.Text(strings.Repeat(`"`, 1<<19)), 100)}},
		"many Texts":        {voxml.Element{Name: "e", Children: repeated[voxml.Node](voxml.Text(strings.Repeat(`&`, 1<<17)), 1000)}},
		"many verbs":        repeated[voxml.Verb](voxml.Hangup{}, 1<<20),
	} {
		t.Run(place, func(t *testing.T) { refused(t, doc) })
	}
	a := voxml.Var("a")
	for _, build := range []func() voxml.Expr{
		func() voxml.Expr { return a.Equal(huge) },
		func() voxml.Expr { return a.Match(huge) },
		func() voxml.Expr { return a.EqualVar(voxml.Var(huge)) },
		func() voxml.Expr { return voxml.Var(huge).NotEqual("x") },
		func() voxml.Expr { return voxml.RawExpr(huge).And(a.Equal("x")) },
		func() voxml.Expr { return a.Equal("x").Or(voxml.RawExpr(huge)) },
		func() voxml.Expr { return voxml.RawExpr(huge).Not() },
	} {
		assert.Less(t, allocated(func() { assert.Error(t, build().Err()) }), uint64(100_000))
	}
}

func repeated[T any](v T, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// TestLargeTextsFit checks that a document of exactly MaxSize encodes,
// regardless of the order of its parts.
func TestLargeTextsFit(t *testing.T) {
	for _, doc := range []func(text string) voxml.Response{
		func(s string) voxml.Response { return voxml.Response{voxml.Say{Text: s}} },
		func(s string) voxml.Response { return voxml.Response{voxml.Say{Voice: s}} },
		func(s string) voxml.Response {
			return voxml.Response{voxml.Hangup{}, voxml.Say{SSML: ssml.Speech{ssml.Text(s)}}}
		},
		func(s string) voxml.Response {
			return voxml.Response{voxml.Element{Name: "e", Children: []voxml.Node{voxml.Text(s)}}, voxml.Hangup{}}
		},
	} {
		room := voxml.MaxSize - len(encode(t, doc("x"))) + 1
		b, err := doc(strings.Repeat("x", room)).AppendXML([]byte("prefix"))
		require.NoError(t, err)
		assert.Len(t, b, len("prefix")+voxml.MaxSize)
		_, err = doc(strings.Repeat("x", room+1)).AppendXML([]byte("prefix"))
		assert.EqualError(t, err, "voxml: Response: is longer than 1048576 bytes")
	}
}
