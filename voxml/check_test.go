package voxml_test

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// fromXML reads a document with this content.
func fromXML(t *testing.T, content string) voxml.Response {
	t.Helper()
	doc, err := voxml.Parse(strings.NewReader("<Response>" + content + "</Response>"))
	require.NoError(t, err, "%s", content)
	return doc
}

// printed returns the findings as text.
func printed(findings []voxml.Finding) (all []string) {
	for _, f := range findings {
		all = append(all, f.String())
	}
	return all
}

// sentence matches a message: it continues a sentence that begins with the
// path, and does not end with a full stop.
var sentence = regexp.MustCompile(`^\S+( \S+)* \S*[^\s.]$`)

// setBefore lists variables that earlier documents of the call have set.
var setBefore = regexp.MustCompile(`<!-- set before: (.*?) -->`)

// TestCheck compares findings with those in testdata/check/*.txt. Each file,
// except calls.txt, is named after a rule. Each of its documents breaks that
// rule or no rule at all.
//
//	go test ./voxml -run TestCheck -update
func TestCheck(t *testing.T) {
	for _, file := range checkFiles(t) {
		rule := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(rule, func(t *testing.T) {
			broken, clean := 0, 0
			script(t, file, func(input string, _ []string) []string {
				var set []string
				if m := setBefore.FindStringSubmatch(input); m != nil {
					set = strings.Fields(m[1])
				}
				doc := fromXML(t, input)
				findings := doc.Check(set...)
				assertAsRead(t, doc, set...)
				switch {
				case len(findings) == 0:
					clean++
				case slices.ContainsFunc(findings, func(f voxml.Finding) bool { return f.Rule == rule }):
					broken++
				default:
					assert.Equal(t, "calls", rule, "breaks other rules, but not the rule of the file")
				}
				for _, f := range findings {
					assert.Regexp(t, sentence, f.Message)
				}
				return printed(findings)
			})
			assert.NotZero(t, clean, "a document that breaks no rule is missing")
			assert.True(t, broken > 0 || rule == "calls", "a document that breaks the rule is missing")
		})
	}
}

func checkFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/check/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// assertAsRead checks that a document has the same findings after it was
// encoded and parsed. It does nothing if the document does not encode.
func assertAsRead(t *testing.T, doc voxml.Response, set ...string) {
	t.Helper()
	b, err := doc.AppendXML(nil)
	if err != nil {
		return
	}
	again, err := voxml.Parse(strings.NewReader(string(b)))
	require.NoError(t, err)
	assert.Equal(t, doc.Check(set...), again.Check(set...), "%.300s", b)
}

// TestCheckTable compares the rules in the package comment, in the code and in
// testdata/check.
func TestCheckTable(t *testing.T) {
	pkg, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^//\t([a-z-]+) +(error|warning) +(\S.*)$`)
	literal := regexp.MustCompile(`\brule\{"(.*)", Severity(.*)\}`)
	var table, code []string
	for _, file := range pkg.GoFiles {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range row.FindAllStringSubmatch(string(b), -1) {
			table = append(table, m[1]+" "+m[2])
			assert.LessOrEqual(t, len(m[3]), 70, "%s", m[1])
		}
		for _, m := range literal.FindAllStringSubmatch(string(b), -1) {
			code = append(code, m[1]+" "+strings.ToLower(m[2]))
		}
	}
	assert.True(t, slices.IsSorted(table), "the table is not sorted by name")
	assert.ElementsMatch(t, code, table)

	tested := []string{"encoding error"} // TestCheckEncoding
	for _, file := range checkFiles(t) {
		rule := strings.TrimSuffix(filepath.Base(file), ".txt")
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		m := regexp.MustCompile(`(?m)^\t(error|warning): .* \(` + rule + `\)$`).FindStringSubmatch(string(b))
		if m != nil {
			tested = append(tested, rule+" "+m[1])
		}
	}
	assert.ElementsMatch(t, table, tested)
}

// TestCheckClean checks the documents of testdata and of Examples. The few
// findings are in testdata/findings.txt, which -update writes.
func TestCheckClean(t *testing.T) {
	var got strings.Builder
	check := func(name, text string) {
		doc, err := voxml.Parse(strings.NewReader(text))
		require.NoError(t, err, name)
		assertAsRead(t, doc)
		for _, f := range doc.Check() {
			fmt.Fprintf(&got, "%s: %s\n", name, f)
		}
	}
	files, err := filepath.Glob("testdata/*.xml")
	require.NoError(t, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		check(filepath.Base(file), string(b))
	}
	pkg, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	var sources []*ast.File
	for _, file := range pkg.XTestGoFiles {
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		require.NoError(t, err)
		sources = append(sources, source)
	}
	document := regexp.MustCompile(`<Response>.*</Response>`)
	for _, example := range doc.Examples(sources...) {
		for _, text := range document.FindAllString(example.Output, -1) {
			check("Example"+example.Name, text)
		}
	}

	const file = "testdata/findings.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
	assert.Empty(t, menu.Check())
	assert.Empty(t, voxml.Response{voxml.Say{SSML: ssml.Speech{ssml.Trusted("<s>a &lt; b &amp; c</s><mark name='end'/>")}}}.Check())
}

// TestCheckKeepsText checks that no finding contains text of the document.
func TestCheckKeepsText(t *testing.T) {
	const secret = `4111 ${s"e'cret`
	docs := []voxml.Response{
		{voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: secret}}, Content: ssml.Speech{ssml.Text(secret)}}}}},
		{voxml.Say{Text: secret + strings.Repeat("x", 3000)}},
		{voxml.Say{SSML: ssml.Speech{ssml.Trusted(secret + "<")}}},
		{voxml.Element{Name: "Sip", Attrs: voxml.Attrs{{Name: "a", Value: secret}}, Children: []voxml.Node{voxml.Text(secret)}}},
		{voxml.Play{URL: "https://" + secret}},
		{voxml.Pay{ChargeAmount: secret}},
		{voxml.If{Expression: voxml.Var("a").Equal(secret)}},
		{voxml.If{Expression: voxml.RawExpr(`${a}=~"` + secret)}},
		{voxml.If{Expression: voxml.Var("a").Match("4111(")}},
	}
	list := listed(t)
	for _, tt := range elements {
		n, _ := fillStrings(tt.base, tt.content, without(list[tt.name], "#text"), secret)
		docs = append(docs, document(n))
	}
	for _, tt := range texts {
		docs = append(docs, document(tt.node(secret)))
	}
	for _, doc := range docs {
		findings := doc.Check()
		assert.NotEmpty(t, findings, "%#v", doc)
		for _, f := range findings {
			assert.NotContains(t, f.String(), "4111")
			assert.NotContains(t, f.String(), "cret")
		}
	}
}

// made returns documents from the generator of FuzzDocument.
func made(n int) []voxml.Response {
	docs := make([]voxml.Response, n)
	next := noise(7)
	for i := range docs {
		docs[i] = (&source{data: next(200)}).document()
	}
	return docs
}

// noise returns a function that returns n bytes of reproducible noise.
func noise(x uint32) func(n int) []byte {
	return func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		return b
	}
}

// assertEncoding checks that the findings of a document begin with the errors
// of encoding it, and that no such error comes later. It returns the number of
// errors.
func assertEncoding(t *testing.T, doc voxml.Response) int {
	t.Helper()
	_, err := doc.AppendXML(nil)
	errs := leaves(err)
	findings := doc.Check()
	require.GreaterOrEqual(t, len(findings), len(errs))
	for i, f := range findings {
		if i >= len(errs) {
			require.NotContains(t, []string{"encoding", "required"}, f.Rule)
			continue
		}
		want := voxml.Finding{Rule: "encoding", Severity: voxml.SeverityError, Path: errs[i].Path, Message: errs[i].Err.Error()}
		if want.Message == "is required" {
			want.Rule = "required"
		}
		require.Equal(t, want, f)
	}
	return len(errs)
}

// TestCheckMade checks random documents. Their encoding errors must be
// findings. The findings must be the same each time, and the same after
// encoding and parsing. Check must not change the document.
func TestCheckMade(t *testing.T) {
	bad, good, findings := 0, 0, 0
	for _, doc := range made(2000) {
		before := doc.String()
		require.Equal(t, doc.Check(), doc.Check())
		require.Equal(t, before, doc.String())
		if assertEncoding(t, doc) > 0 {
			bad++
			continue
		}
		good++
		doc = canonical(t, reflect.ValueOf(doc)).Interface().(voxml.Response)
		findings += len(doc.Check())
		assertAsRead(t, doc)
	}
	assert.Greater(t, min(bad, good, findings), 200)
}

// TestCheckEncoding checks documents that do not encode. Even next to a value
// that is no node, the rest of the document must be checked.
func TestCheckEncoding(t *testing.T) {
	var noSay *voxml.Say
	for _, tt := range []struct {
		doc  voxml.Response
		want string
	}{
		{response(nil, noSay, &voxml.Gather{}, voxml.Say{}),
			"encoding Response[0], encoding Response[1].Say, encoding Response[2].Gather, empty Response[3].Say"},
		{response(voxml.Gather{Action: "/a", Verbs: []voxml.GatherVerb{nil, &voxml.Pause{}}}, voxml.Hangup{}),
			"encoding Response[0].Gather[0], encoding Response[0].Gather[1].Pause"},
		{response(voxml.Dial{Nouns: []voxml.DialNoun{nil, (*voxml.Number)(nil)}}), "encoding Response[0].Dial[0], encoding Response[0].Dial[1].Number"},
		{response(voxml.Pay{Output: "p", Nouns: []voxml.PayNoun{nil, &voxml.Prompt{}, &voxml.Parameter{}}}),
			"encoding Response[0].Pay[0], encoding Response[0].Pay[1].Prompt, encoding Response[0].Pay[2].Parameter"},
		{response(voxml.Say{SSML: ssml.Speech{nil, &ssml.Break{}, (*ssml.P)(nil)}}),
			"encoding Response[0].Say[0], encoding Response[0].Say[1].Break, encoding Response[0].Say[2].P"},
		{response(voxml.Element{Name: "e", Children: []voxml.Node{nil, (*voxml.Element)(nil)}}),
			"encoding Response[0].e[0], encoding Response[0].e[1].Element, unknown Response[0].e"},
		{response(voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(nil, &voxml.If{})}), "encoding Response[0].If[0], encoding Response[0].If[1].If"},
		{response(voxml.Dial{Number: "1", Timeout: 5, Nouns: []voxml.DialNoun{voxml.Number{Number: "2"}}}),
			"encoding Response[0].Dial.timeout, encoding Response[0].Dial.Nouns"},
		{response(voxml.Say{SSML: ssml.Speech{ssml.Trusted("<p>"), ssml.Break{Time: -1}}}),
			"encoding Response[0].Say[0].Trusted, encoding Response[0].Say[1].break.time"},
		{response(voxml.Pay{Output: "p", ChargeAmount: "9,50", ValidCardTypes: []voxml.CardType{"visa amex"}}),
			"encoding Response[0].Pay.chargeAmount, encoding Response[0].Pay.validCardTypes, value Response[0].Pay.validCardTypes"},
		{response(voxml.If{Expression: voxml.Var("do.n").Equal(`"'`), Verbs: response(voxml.Hangup{})}), "encoding Response[0].If.expression"},
		{response(voxml.Hangup{Attrs: voxml.Attrs{{Name: "a b", Value: "c"}}}), "encoding Response[0].Hangup.Attrs[0], unknown Response[0].Hangup.a b"},
		{response(voxml.Element{Name: "Hangup"}), "encoding Response[0].Hangup"},
		{response(voxml.Say{}, voxml.Say{Text: strings.Repeat("x", voxml.MaxSize)}), "encoding Response"},
		{response(voxml.Say{SSML: ssml.Speech{ssml.Lang{}, ssml.Sub{}}}), "required Response[0].Say[0].lang.xml:lang, required Response[0].Say[1].sub.alias"},
		{response(ifs(voxml.MaxDepth + 1)), "encoding Response" + strings.Repeat("[0].If", voxml.MaxDepth+1)},
		{response(ifsAround(voxml.MaxDepth-1, voxml.Say{})), "empty Response" + strings.Repeat("[0].If", voxml.MaxDepth-1) + "[0].Say"},
		{nil, ""},
		{response(), ""},
	} {
		assertEncoding(t, tt.doc)
		var got []string
		for _, f := range tt.doc.Check() {
			got = append(got, f.Rule+" "+f.Path)
		}
		assert.Equal(t, tt.want, strings.Join(got, ", "))
	}
	assertEncoding(t, bad)
}

// Slices can be shared, so a document can contain itself, even in an Element that
// does not encode. Its only findings are the errors of encoding it.
func TestCheckCycles(t *testing.T) {
	nodes, verbs, speech := make([]voxml.Node, 2), make([]voxml.Verb, 2), make(ssml.Speech, 2)
	gathered, dialed, paid := make([]voxml.GatherVerb, 1), make([]voxml.DialNoun, 1), make([]voxml.PayNoun, 1)
	for i := range 2 {
		nodes[i] = voxml.Element{Name: "e", Children: nodes}
		verbs[i] = voxml.Do{Expression: voxml.RawExpr("1==1"), Verbs: verbs}
		speech[i] = ssml.P{Content: speech}
	}
	gathered[0] = voxml.Element{Name: "e", Children: []voxml.Node{voxml.Gather{Verbs: gathered}}}
	dialed[0] = voxml.Element{Name: "e", Children: []voxml.Node{voxml.Dial{Nouns: dialed}}}
	paid[0] = voxml.Element{Name: "e", Children: []voxml.Node{voxml.Pay{Nouns: paid}}}
	around := func(name, child string) voxml.Element {
		kids := make([]voxml.Node, 1)
		kids[0] = voxml.Element{Name: child, Children: kids}
		return voxml.Element{Name: name, Children: kids}
	}
	spoken := func(name string) voxml.Say {
		s := make(ssml.Speech, 1)
		s[0] = ssml.Element{Name: name, Content: s}
		return voxml.Say{SSML: s}
	}
	beside := spoken("x")
	beside.Text = "Hi"
	for name, doc := range map[string]voxml.Response{
		"Element":                    response(nodes[0].(voxml.Element)),
		"Do":                         verbs,
		"SSML":                       response(voxml.Say{SSML: speech}),
		"Gather":                     response(voxml.Gather{Verbs: gathered}),
		"Dial":                       response(voxml.Dial{Nouns: dialed}),
		"Pay":                        response(voxml.Pay{Nouns: paid}),
		"the name of a type":         response(around("Say", "X")),
		"the names of types":         response(around("Say", "Say")),
		"no name":                    response(around("a b", "X")),
		"no names":                   response(around("a b", "c d")),
		"a name deeper":              response(around("X", "")),
		"in a Gather":                response(voxml.Gather{Action: "/a", Verbs: []voxml.GatherVerb{around("Say", "X")}}),
		"in a Pay":                   response(voxml.Pay{Action: "/a", Nouns: []voxml.PayNoun{around("Prompt", "Prompt")}}),
		"SSML, a tag":                response(spoken("break")),
		"SSML, no name":              response(spoken("a b")),
		"SSML, in an invalid name":   response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "1", Content: spoken("x").SSML}}}),
		"SSML, beside a text":        response(beside),
		"SSML, in a refused element": response(voxml.Element{Name: "X", Children: []voxml.Node{voxml.Element{Name: "Say", Children: []voxml.Node{spoken("x")}}}}),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Len(t, doc.Check(), assertEncoding(t, doc), "has other findings")
		})
	}
}

func TestCheckBounds(t *testing.T) {
	says := func(n int, say voxml.Say) voxml.Response { return slices.Repeat(response(say), n) }
	loud := voxml.Say{Text: "Hi", Loop: -1} // does not encode
	t.Run("elements", func(t *testing.T) {
		findings := says(voxml.MaxElements, voxml.Say{}).Check()
		require.Len(t, findings, 1000)
		assert.Equal(t, "Response[999].Say", findings[999].Path)
		tooMany := says(voxml.MaxElements+1, voxml.Say{})
		assert.Len(t, tooMany.Check(), assertEncoding(t, tooMany), "has other findings")
	})
	t.Run("wide and deep", func(t *testing.T) {
		var doc voxml.Response
		for i := range voxml.MaxElements / voxml.MaxDepth {
			x := voxml.RawExpr("${do.n}!=3")
			if i < 10 {
				x = voxml.RawExpr("${b}==1")
			}
			var v voxml.Verb = voxml.Set{Output: "a"}
			for range voxml.MaxDepth - 1 {
				v = voxml.Do{Expression: x, MaxLoops: 3, Verbs: response(v)}
			}
			doc = append(doc, v)
		}
		assert.Len(t, doc.Check("b"), 10*(voxml.MaxDepth-1), "one finding for each Do whose expression is constant")
	})
	t.Run("errors", func(t *testing.T) {
		for n, others := range map[int]int{1: 1, 99: 99, 100: 0, 1000: 0} {
			doc := says(n, voxml.Say{Loop: -1})
			assert.Equal(t, min(n, 100), assertEncoding(t, doc), "%d", n)
			assert.Len(t, doc.Check(), min(n, 100)+others, "%d", n)
		}
	})
	t.Run("findings", func(t *testing.T) {
		for n, want := range map[int]int{900: 999, 901: 1000, 902: 1000, 5000: 1000} {
			findings := append(says(n, voxml.Say{}), says(99, loud)...).Check()
			require.Len(t, findings, want, "%d", n)
			assert.Equal(t, "encoding", findings[98].Rule)
			assert.Equal(t, "Response[0].Say", findings[99].Path)
			assert.Equal(t, fmt.Sprintf("Response[%d].Say", want-100), findings[want-1].Path)
		}
	})
	t.Run("variables of an expression", func(t *testing.T) {
		var text strings.Builder
		for i := range 1200 {
			fmt.Fprintf(&text, "||${v%d}==1", i)
		}
		doc := response(voxml.If{Expression: voxml.RawExpr(text.String()[2:] + "||${v1}==2"), Verbs: response(voxml.Hangup{})})
		findings := doc.Check()
		require.Len(t, findings, 1000)
		assert.Contains(t, findings[999].Message, "reads v999, which")
	})
}

func response(verbs ...voxml.Verb) voxml.Response { return verbs }

// ifsAround nests a verb in that many conditionals.
func ifsAround(n int, v voxml.Verb) voxml.Verb {
	for range n {
		v = voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(v)}
	}
	return v
}
