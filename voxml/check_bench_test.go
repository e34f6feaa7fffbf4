package voxml_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// hostiles are documents near the limits of size, depth or number of elements,
// each of them made to keep Check busy in another way.
var hostiles = []struct {
	name string
	doc  func() voxml.Response
}{
	{"one long pattern", func() voxml.Response {
		return response(voxml.Set{Output: "a"}, voxml.If{Expression: voxml.Var("a").Match(strings.Repeat(`\pL`, 5000)), Verbs: response(voxml.Hangup{})})
	}},
	{"4,900 slow patterns", func() voxml.Response { return patterns(`(?i)[!-\x{10ffff}]`, 4900) }},
	{"4,900 wide patterns", func() voxml.Response { return patterns("(?i)[a-\U0001d11e]{9}", 4900) }},
	{"4,900 patterns of classes", func() voxml.Response { return patterns(`[\pL\pN]\PS`, 4900) }},
	{"4,900 plain patterns", func() voxml.Response { return patterns(`^(a|b)+[c-e]`, 4900) }},
	{"1,000 patterns of 900 bytes", func() voxml.Response { return patterns(strings.Repeat("(?i)[a-z0-9]|", 69), 1000) }},
	{"comparisons", func() voxml.Response {
		return ifs60(strings.Repeat("1==1||", 2500))
	}},
	{"comparisons in Dos", func() voxml.Response {
		var doc voxml.Response
		for i := range 60 {
			x := voxml.RawExpr(strings.Repeat("1==1||", 2500) + `${do.n}==""||1==` + strconv.Itoa(i))
			doc = append(doc, voxml.Do{Expression: x, MaxLoops: 3, Verbs: response(voxml.Pause{})})
		}
		return doc
	}},
	{"9,000 Ifs", func() voxml.Response {
		doc := response(voxml.Set{Output: "a"})
		for i := range 9000 {
			doc = append(doc, voxml.If{Expression: voxml.Var("a").Match(`\pL` + strconv.Itoa(i))})
		}
		return doc
	}},
	{"empty comparisons", func() voxml.Response {
		return ifs60(strings.Repeat(`${a}==""&&`, 600))
	}},
	{"names of variables", func() voxml.Response {
		var x strings.Builder
		for i := range 1200 {
			fmt.Fprintf(&x, "${v%d}==1||", i)
		}
		return ifs60(x.String())
	}},
	{"Dos around Sets", func() voxml.Response {
		return nested(func(i int) voxml.Verb { return voxml.Set{Output: "v" + strconv.Itoa(i)} })
	}},
	{"Dos around Gathers", func() voxml.Response {
		return nested(func(i int) voxml.Verb {
			return voxml.Gather{Output: "v" + strconv.Itoa(i), Input: voxml.InputDTMFSpeech}
		})
	}},
	{"Dos around the same Gather", func() voxml.Response {
		return nested(func(int) voxml.Verb { return voxml.Gather{Output: "v"} })
	}},
	{"Dos in Dos", func() voxml.Response {
		var doc voxml.Response
		for range 100 {
			var v voxml.Verb = voxml.Gather{Output: "v"}
			for range 98 {
				v = voxml.Do{Expression: voxml.RawExpr("${v.digits}!=3"), MaxLoops: 3, Verbs: response(v)}
			}
			doc = append(doc, v)
		}
		return doc
	}},
	{"misspelled attributes", func() voxml.Response {
		attrs := make(voxml.Attrs, voxml.MaxAttrs)
		for i := range attrs {
			attrs[i] = voxml.Attr{Name: "recordingStatusCallbackMeth" + strconv.Itoa(i), Value: "x"}
		}
		doc := make(voxml.Response, 250)
		for i := range doc {
			doc[i] = voxml.Record{Action: "/a", Attrs: attrs}
		}
		return doc
	}},
	{"misspelled elements", func() voxml.Response {
		doc := make(voxml.Response, voxml.MaxElements)
		for i := range doc {
			doc[i] = voxml.Element{Name: "Redirekt" + strconv.Itoa(i)}
		}
		return doc
	}},
	{"long names, deep", func() voxml.Response {
		var v voxml.Node = voxml.Element{Name: "deep"}
		for range 98 {
			v = voxml.Element{Name: strings.Repeat("e", 40), Children: []voxml.Node{v}}
		}
		doc := make(voxml.Response, 100)
		for i := range doc {
			doc[i] = v.(voxml.Element)
		}
		return doc
	}},
	{"ampersands", func() voxml.Response { return response(voxml.Say{Text: strings.Repeat("&#12345", 85_000)}) }},
	{"dollars", func() voxml.Response { return response(voxml.Say{Text: strings.Repeat("$", 1_000_000)}) }},
	{"tags", func() voxml.Response {
		speech := make(ssml.Speech, 9000)
		for i := range speech {
			speech[i] = ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "length", Value: strings.Repeat("x", 50)}}}
		}
		return response(voxml.Say{SSML: speech})
	}},
	{"one long URL", func() voxml.Response {
		return response(voxml.Redirect{URL: strings.Repeat("a.", 250_000) + "/?" + strings.Repeat("%20", 160_000)})
	}},
	{"URLs", func() voxml.Response {
		doc := make(voxml.Response, voxml.MaxElements)
		for i := range doc {
			doc[i] = voxml.Play{URL: "https://[::ffff:203.0.113.5]:80/" + strings.Repeat("a%20", 5) + "?" + strings.Repeat("b&", 3)}
		}
		return doc
	}},
	{"numbers", func() voxml.Response { return response(voxml.Dial{Number: strings.Repeat("1 ", 500_000)}) }},
	{"languages", func() voxml.Response {
		doc := make(voxml.Response, voxml.MaxElements)
		for i := range doc {
			doc[i] = voxml.Say{Text: "Hi", Voice: "Pollo.Lupe", Language: "x-" + strings.Repeat("a-", 10)}
		}
		return doc
	}},
}

// patterns matches n patterns, all different and as long as the first.
func patterns(start string, n int) voxml.Response {
	doc := response(voxml.Set{Output: "a"})
	for i := range n {
		doc = append(doc, voxml.If{Expression: voxml.Var("a").Match(start + strconv.Itoa(i)), Verbs: response(voxml.Pause{})})
	}
	return doc
}

// ifs60 has sixty expressions of up to 16 KB that begin with x.
func ifs60(x string) voxml.Response {
	doc := response(voxml.Set{Output: "a"})
	for i := range 60 {
		doc = append(doc, voxml.If{Expression: voxml.RawExpr(x + "1==" + strconv.Itoa(i)), Verbs: response(voxml.Pause{})})
	}
	return doc
}

// nested puts 98 Dos around as many verbs as a document can have.
func nested(verb func(i int) voxml.Verb) voxml.Response {
	verbs := make(voxml.Response, voxml.MaxElements-98)
	for i := range verbs {
		verbs[i] = verb(i)
	}
	for i := range 98 {
		verbs = response(voxml.Do{Expression: voxml.Var("w" + strconv.Itoa(i)).Equal("x"), MaxLoops: 3, Verbs: verbs})
	}
	return verbs
}

// BenchmarkCheckHostile measures Check of documents near the limits:
//
//	go test ./voxml -run '^$' -bench CheckHostile -benchmem
//
// None takes more than 100 ms.
func BenchmarkCheckHostile(b *testing.B) {
	for _, tt := range hostiles {
		doc := tt.doc()
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				doc.Check()
			}
		})
	}
}

// TestCheckHostile checks that the hostile documents are as large as they can
// be, and reach the rules: none is refused as a whole.
func TestCheckHostile(t *testing.T) {
	for _, tt := range hostiles {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.doc().AppendXML(nil)
			require.NoError(t, err)
			assert.LessOrEqual(t, len(b), voxml.MaxSize)
			for _, f := range tt.doc().Check() {
				assert.NotEqual(t, "encoding", f.Rule)
			}
		})
	}
}
