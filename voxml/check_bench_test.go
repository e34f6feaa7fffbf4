package voxml_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// hostiles are documents near the limits of size, depth or number of elements.
// Each of them makes work for another part of Check.
var hostiles = []struct {
	name string
	doc  func() voxml.Response
}{
	{"one long pattern", func() voxml.Response { return patterns(strings.Repeat(`\pL`, 5000), 1) }},
	{"4,900 slow patterns", func() voxml.Response { return patterns(`(?i)[!-\x{10ffff}]`, 4900) }},
	{"4,900 wide patterns", func() voxml.Response { return patterns("(?i)[a-\U0001d11e]{9}", 4900) }},
	{"4,900 patterns of classes", func() voxml.Response { return patterns(`[\pL\pN]\PS`, 4900) }},
	{"4,900 plain patterns", func() voxml.Response { return patterns(`^(a|b)+[c-e]`, 4900) }},
	{"1,000 patterns of 900 bytes", func() voxml.Response { return patterns(strings.Repeat("(?i)[a-z0-9]|", 69), 1000) }},
	{"9,000 Ifs", func() voxml.Response {
		return each(9000, func(i int) voxml.Verb { return voxml.If{Expression: voxml.Var("a").Match(`\pL` + strconv.Itoa(i))} })
	}},
	{"comparisons", func() voxml.Response { return ifs60(strings.Repeat("1==1||", 2500)) }},
	{"empty comparisons", func() voxml.Response { return ifs60(strings.Repeat(`${a}==""&&`, 600)) }},
	{"names of variables", func() voxml.Response {
		var x strings.Builder
		for i := range 1200 {
			fmt.Fprintf(&x, "${v%d}==1||", i)
		}
		return ifs60(x.String())
	}},
	{"comparisons in Dos", func() voxml.Response {
		return each(60, func(i int) voxml.Verb {
			x := strings.Repeat("1==1||", 2500) + `${do.n}==""||1==` + strconv.Itoa(i)
			return voxml.Do{Expression: voxml.RawExpr(x), MaxLoops: 3, Verbs: response(voxml.Pause{})}
		})
	}},
	{"Dos around Sets", func() voxml.Response {
		return inDos(func(i int) voxml.Verb { return voxml.Set{Output: "v" + strconv.Itoa(i)} })
	}},
	{"Dos around Gathers", func() voxml.Response {
		return inDos(func(i int) voxml.Verb {
			return voxml.Gather{Output: "v" + strconv.Itoa(i), Input: voxml.InputDTMFSpeech}
		})
	}},
	{"Dos around the same Gather", func() voxml.Response {
		return inDos(func(int) voxml.Verb { return voxml.Gather{Output: "v"} })
	}},
	{"Dos in Dos", func() voxml.Response {
		return each(100, func(int) voxml.Verb {
			var v voxml.Verb = voxml.Gather{Output: "v"}
			for range 98 {
				v = voxml.Do{Expression: voxml.RawExpr("${v.digits}!=3"), MaxLoops: 3, Verbs: response(v)}
			}
			return v
		})
	}},
	{"misspelled attributes", func() voxml.Response {
		attrs := make(voxml.Attrs, voxml.MaxAttrs)
		for i := range attrs {
			attrs[i] = voxml.Attr{Name: "recordingStatusCallbackMeth" + strconv.Itoa(i), Value: "x"}
		}
		return each(250, func(int) voxml.Verb { return voxml.Record{Action: "/a", Attrs: attrs} })
	}},
	{"misspelled elements", func() voxml.Response {
		return each(voxml.MaxElements, func(i int) voxml.Verb { return voxml.Element{Name: "Redirekt" + strconv.Itoa(i)} })
	}},
	{"long names, deep", func() voxml.Response {
		v := voxml.Element{Name: "deep"}
		for range 98 {
			v = voxml.Element{Name: strings.Repeat("e", 40), Children: []voxml.Node{v}}
		}
		return each(100, func(int) voxml.Verb { return v })
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
		url := "https://[::ffff:203.0.113.5]:80/" + strings.Repeat("a%20", 5) + "?" + strings.Repeat("b&", 3)
		return each(voxml.MaxElements, func(int) voxml.Verb { return voxml.Play{URL: url} })
	}},
	{"numbers", func() voxml.Response { return response(voxml.Dial{Number: strings.Repeat("1 ", 500_000)}) }},
	{"languages", func() voxml.Response {
		say := voxml.Say{Text: "Hi", Voice: "Pollo.Lupe", Language: "x-" + strings.Repeat("a-", 10)}
		return each(voxml.MaxElements, func(int) voxml.Verb { return say })
	}},
}

// each returns a document of n verbs.
func each(n int, verb func(i int) voxml.Verb) voxml.Response {
	doc := make(voxml.Response, n)
	for i := range doc {
		doc[i] = verb(i)
	}
	return doc
}

// patterns matches n different patterns, each as long as the first.
func patterns(start string, n int) voxml.Response {
	return each(n, func(i int) voxml.Verb {
		return voxml.If{Expression: voxml.Var("a").Match(start + strconv.Itoa(i)), Verbs: response(voxml.Pause{})}
	})
}

// ifs60 has sixty expressions of up to 16 KB that begin with x.
func ifs60(x string) voxml.Response {
	return each(60, func(i int) voxml.Verb {
		return voxml.If{Expression: voxml.RawExpr(x + "1==" + strconv.Itoa(i)), Verbs: response(voxml.Pause{})}
	})
}

// inDos puts 98 Dos around as many verbs as a document can have.
func inDos(verb func(i int) voxml.Verb) voxml.Response {
	verbs := each(voxml.MaxElements-98, verb)
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
				doc.Check("a")
			}
		})
	}
}

// TestCheckHostile checks that hostile documents encode, that Check applies its
// rules to them, and that it does not take long. Without a limit, some of the
// patterns take more than 10 seconds.
func TestCheckHostile(t *testing.T) {
	for _, tt := range hostiles {
		doc := tt.doc()
		b, err := doc.AppendXML(nil)
		require.NoError(t, err, tt.name)
		assert.LessOrEqual(t, len(b), voxml.MaxSize, tt.name)
		var findings []voxml.Finding
		fastest := time.Hour // of three runs at most: a busy machine may stop one
		for try := 0; try < 3 && fastest >= 2*time.Second; try++ {
			start := time.Now()
			findings = doc.Check("a")
			fastest = min(fastest, time.Since(start))
		}
		assert.Less(t, fastest, 2*time.Second, tt.name)
		for _, f := range findings {
			require.NotEqual(t, "encoding", f.Rule, tt.name)
		}
	}
}
