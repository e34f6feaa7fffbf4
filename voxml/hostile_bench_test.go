package voxml_test

import (
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// filled returns the document of a shape that is about as long as it may be.
func (s hostileShape) filled() string {
	return s.document((voxml.MaxSize - len(s.before) - len(s.after)) / len(s.one))
}

// BenchmarkParseHostile parses documents of 1 MB.
func BenchmarkParseHostile(b *testing.B) {
	for _, shape := range hostileShapes {
		b.Run(shape.name, func(b *testing.B) {
			text := shape.filled()
			b.ReportAllocs()
			for b.Loop() {
				_, _ = voxml.Parse(strings.NewReader(text))
			}
		})
	}
}

// hostileVars are the variables of hostileExprs.
var hostileVars = set{"a": strings.Repeat("x", 1000), "b": strings.Repeat("(x?){50}", 20), "c": strings.Repeat("x", 1<<17)}

// hostileExprs are expressions that are made long by repeating a part.
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
	{"groups that do not end", `${a}=~`, "(", ""},
	{"classes that do not end", `${a}=~(`, "[", ")"},
}

// hostileConditions returns a document of 1 MB with as many of an expression as
// it can hold.
func hostileConditions(t testing.TB, before, one, after string) voxml.Response {
	const most = 16_384 // bytes of an expression
	text := before + strings.Repeat(one, (most-len(before)-len(after))/len(one)) + after
	verb := `<If expression="` + html.EscapeString(text) + `"/>`
	doc, err := voxml.Parse(strings.NewReader("<Response>" + strings.Repeat(verb, (voxml.MaxSize-100)/len(verb)) + "</Response>"))
	require.NoError(t, err)
	return doc
}

// BenchmarkEvalHostile evaluates all expressions of documents of 1 MB.
func BenchmarkEvalHostile(b *testing.B) {
	for _, x := range hostileExprs {
		b.Run(x.name, func(b *testing.B) {
			doc := hostileConditions(b, x.before, x.one, x.after)
			b.ReportAllocs()
			for b.Loop() {
				for _, v := range doc {
					_, _ = v.(voxml.If).Expression.Eval(hostileVars)
				}
			}
		})
	}
}

// TestEvalMemory bounds the memory for an expression that is as long as it
// may be. TestParseLinear does so for documents.
func TestEvalMemory(t *testing.T) {
	for _, x := range hostileExprs {
		doc := hostileConditions(t, x.before, x.one, x.after)
		size := allocated(func() { _, _ = doc[0].(voxml.If).Expression.Eval(hostileVars) })
		assert.Less(t, size, uint64(32<<20), "%s", x.name)
	}
}
