package voxml_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// severities has the severity of each rule.
var severities = func() map[string]voxml.Severity {
	m := map[string]voxml.Severity{}
	for _, c := range checks {
		m[c.rule] = c.severity
	}
	return m
}()

// expected completes paths of findings of a rule. A path that is followed by a
// space and the name of a rule is one of a finding of that.
func expected(rule string, paths []string) []string {
	want := make([]string, 0, len(paths))
	for _, path := range paths {
		of := rule
		if i := strings.LastIndex(path, " "); i >= 0 && severities[path[i+1:]] != "" {
			path, of = path[:i], path[i+1:]
		}
		want = append(want, fmt.Sprintf("%s: %s (%s)", severities[of], path, of))
	}
	return want
}

// found returns findings without their messages.
func found(findings []voxml.Finding) []string {
	got := make([]string, 0, len(findings))
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%s: %s (%s)", f.Severity, f.Path, f.Rule))
	}
	return got
}

// sentence is what a message looks like: it goes on after the path, and has no
// full stop.
var sentence = regexp.MustCompile(`^\S+( \S+)* \S*[^\s.]$`)

// TestCheck shows each rule with what it objects to, and what not:
//
//	go test ./voxml -run 'TestCheck$' -v
func TestCheck(t *testing.T) {
	for _, c := range checks {
		t.Run(c.rule, func(t *testing.T) {
			require.NotEmpty(t, c.breaches)
			for _, b := range c.breaches {
				findings := b.doc.Check()
				assert.Equal(t, expected(c.rule, b.want), found(findings), "%s", shown(b.doc))
				assert.True(t, slices.ContainsFunc(findings, func(f voxml.Finding) bool { return f.Rule == c.rule }))
				for _, f := range findings {
					assert.Regexp(t, sentence, f.Message)
				}
				assertAsRead(t, b.doc)

				assert.NotEmpty(t, b.clean)
				assert.Empty(t, b.clean.Check(), "%s", shown(b.clean))
				assertAsRead(t, b.clean)

				t.Logf("%s (section %s)\nbroken  %s\n%s\nclean   %s", c.rule, b.section, shown(b.doc), lines(findings), shown(b.clean))
			}
		})
	}
}

// assertAsRead checks that a document has the same findings when it has been
// written and read. There is nothing to compare for one that does not encode.
func assertAsRead(t *testing.T, doc voxml.Response, set ...string) {
	t.Helper()
	b, err := doc.AppendXML(nil)
	if err != nil {
		return
	}
	again, err := voxml.Parse(strings.NewReader(string(b)))
	require.NoError(t, err)
	assert.Equal(t, doc.Check(set...), again.Check(set...), "%s", shown(doc))
}

// shown returns the beginning of a document, as XML if it encodes.
func shown(doc voxml.Response) string {
	text := doc.String()
	if text == "" {
		text = fmt.Sprintf("%#v", doc)
	}
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + " ..."
	}
	return text
}

func lines(findings []voxml.Finding) string {
	all := make([]string, 0, len(findings))
	for _, f := range findings {
		all = append(all, "        "+f.String())
	}
	return strings.Join(all, "\n")
}

// TestCheckTable holds the table of the package comment, the rules in the code
// and those with documents above against each other.
func TestCheckTable(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^\t([a-z-]+) +(error|warning) +(\S.*)$`)
	var table []string
	for _, m := range row.FindAllStringSubmatch(source.Doc.Text(), -1) {
		table = append(table, m[1]+" "+m[2])
		assert.LessOrEqual(t, len(m[3]), 70, "%s", m[1])
	}
	assert.True(t, slices.IsSorted(table), "the table is in the order of the names")

	assert.ElementsMatch(t, rulesInCode(t), table)
	tested := make([]string, 0, len(checks))
	for _, c := range checks {
		tested = append(tested, c.rule+" "+string(c.severity))
	}
	assert.Equal(t, table, tested)
}

// rulesInCode returns name and severity of each rule{...} in rules.go.
func rulesInCode(t *testing.T) (rules []string) {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	require.NoError(t, err)
	words := map[string]voxml.Severity{"SeverityError": voxml.SeverityError, "SeverityWarning": voxml.SeverityWarning}
	ast.Inspect(source, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if typ, ok := literal.Type.(*ast.Ident); !ok || typ.Name != "rule" {
			return true
		}
		require.Len(t, literal.Elts, 2)
		name, err := strconv.Unquote(literal.Elts[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		severity := words[literal.Elts[1].(*ast.Ident).Name]
		require.NotEmpty(t, severity)
		rules = append(rules, name+" "+string(severity))
		return true
	})
	require.NotEmpty(t, rules)
	return rules
}

// TestCheckEnumerations sets each field that has a set of known values to
// another one.
func TestCheckEnumerations(t *testing.T) {
	type known interface{ Known() bool }
	isKnown := reflect.TypeFor[known]()
	list := listed(t)
	tested := 0
	for _, tt := range elements {
		typ := reflect.TypeOf(tt.base)
		names := without(list[tt.name], "#text")
		for i, field := range attributeFields(typ, tt.content) {
			n := reflect.New(typ).Elem()
			n.Set(reflect.ValueOf(tt.base))
			v := n.FieldByIndex(field.Index)
			switch {
			case field.Type.Implements(isKnown):
				v.SetString("other")
			case field.Type.Kind() == reflect.Slice && field.Type.Elem().Implements(isKnown):
				v.Set(reflect.MakeSlice(field.Type, 1, 1))
				v.Index(0).SetString("other")
			default:
				continue
			}
			tested++
			var got []string
			for _, f := range document(n.Interface().(voxml.Node)).Check() {
				if f.Rule == "value" && strings.HasSuffix(f.Path, "."+tt.name+"."+names[i]) {
					got = append(got, f.Path)
				}
			}
			assert.Len(t, got, 1, "%s %s", tt.name, names[i])
		}
	}
	assert.NotZero(t, tested)
}

// TestCheckKeepsText checks that no finding has text of the document in it.
func TestCheckKeepsText(t *testing.T) {
	const secret = `4111 ${s"e'cret`
	docs := []voxml.Response{
		response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "break", Attrs: []ssml.Attr{{Name: "time", Value: secret}}, Content: ssml.Speech{ssml.Text(secret)}}}}),
		response(voxml.Say{Text: secret + strings.Repeat("x", 3000)}),
		response(voxml.Say{SSML: ssml.Speech{ssml.Trusted(secret + "<")}}),
		response(voxml.Element{Name: "Sip", Attrs: voxml.Attrs{{Name: "a", Value: secret}}, Children: []voxml.Node{voxml.Text(secret)}}),
		response(voxml.Play{URL: "https://" + secret}),
		response(voxml.Pay{ChargeAmount: secret}),
		response(voxml.If{Expression: voxml.Var("a").Equal(secret)}),
		response(voxml.If{Expression: voxml.RawExpr(`${a}=~"` + secret)}),
		response(voxml.If{Expression: voxml.Var("a").Match("4111(")}),
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

func TestFindingString(t *testing.T) {
	doc := response(
		voxml.Gather{NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Pause{Length: 90 * time.Second}}},
		voxml.Say{Text: "Hi", Loop: -2},
		voxml.Gather{Action: "/a", NumDigits: 1, FinishOnKey: "*"},
	)
	var got []string
	for _, f := range doc.Check() {
		got = append(got, f.String())
	}
	assert.Equal(t, []string{
		"error: Response[1].Say.loop: -2 is negative (encoding)",
		"warning: Response[0].Gather: discards the caller's input: set action or output (lost-input)",
		"error: Response[0].Gather[0].Pause.length: is 1m30s, longer than the limit of 1m0s: shorten it (range)",
		"warning: Response[2].Gather: leaves a caller who enters nothing at the end of the document: set actionOnEmptyResult, or add a verb after it (silent-end)",
		"warning: Response[2].Gather.finishOnKey: can only end an empty input, because numDigits is 1 and the first key already ends the input: remove one of the two (finish-key)",
	}, got)
	assert.Equal(t, "warning: p: m (r)", voxml.Finding{Rule: "r", Severity: voxml.SeverityWarning, Path: "p", Message: "m"}.String())
}

// made returns documents that the generator of FuzzDocument makes.
func made(n int) []voxml.Response {
	docs := make([]voxml.Response, n)
	x := uint32(7)
	for i := range docs {
		b := make([]byte, 200)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		docs[i] = (&source{data: b}).document()
	}
	return docs
}

// TestCheckEncoding checks that what does not encode has all its errors as
// findings, before any others.
func TestCheckEncoding(t *testing.T) {
	tested := 0
	for _, doc := range append(made(2000), bad) {
		_, err := doc.AppendXML(nil)
		errs := leaves(err)
		if len(errs) > 0 {
			tested++
		}
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
	}
	assert.Greater(t, tested, 200)
}

// TestCheckSame checks that a document has the same findings each time, and
// when it has been written and read.
func TestCheckSame(t *testing.T) {
	good, findings := 0, 0
	for _, doc := range made(2000) {
		require.Equal(t, doc.Check(), doc.Check())
		if _, err := doc.AppendXML(nil); err != nil {
			continue
		}
		good++
		doc = canonical(t, reflect.ValueOf(doc)).Interface().(voxml.Response)
		findings += len(doc.Check())
		assertAsRead(t, doc)
	}
	assert.Greater(t, good, 200)
	assert.Greater(t, findings, 200)
}

// TestCheckChangesNothing checks that a document is as it was.
func TestCheckChangesNothing(t *testing.T) {
	for _, tt := range golden {
		before := encode(t, tt.doc)
		tt.doc.Check()
		assert.Equal(t, before, encode(t, tt.doc))
	}
}

// Slices can be shared, so a document can contain itself. It is too deep, and
// has no findings but that.
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
	for name, doc := range map[string]voxml.Response{
		"Element": response(nodes[0].(voxml.Element)),
		"Do":      verbs,
		"SSML":    response(voxml.Say{SSML: speech}),
		"Gather":  response(voxml.Gather{Verbs: gathered}),
		"Dial":    response(voxml.Dial{Nouns: dialed}),
		"Pay":     response(voxml.Pay{Nouns: paid}),
	} {
		t.Run(name, func(t *testing.T) {
			findings := doc.Check()
			require.NotEmpty(t, findings)
			for _, f := range findings {
				require.Equal(t, "encoding", f.Rule)
				require.Equal(t, "is nested more than 100 levels deep", f.Message)
			}
		})
	}
}

// An Element that is refused can contain itself, too.
func TestCheckRefusedCycles(t *testing.T) {
	cycle := func(name string) []voxml.Node {
		kids := make([]voxml.Node, 1)
		kids[0] = voxml.Element{Name: name, Children: kids}
		return kids
	}
	speech := func(name string) ssml.Speech {
		s := make(ssml.Speech, 1)
		s[0] = ssml.Element{Name: name, Content: s}
		return s
	}
	for name, doc := range map[string]voxml.Response{
		"the name of a type":        response(voxml.Element{Name: "Say", Children: cycle("X")}),
		"the names of types":        response(voxml.Element{Name: "Say", Children: cycle("Say")}),
		"no name":                   response(voxml.Element{Name: "a b", Children: cycle("X")}),
		"no names":                  response(voxml.Element{Name: "a b", Children: cycle("c d")}),
		"a name deeper":             response(voxml.Element{Name: "X", Children: cycle("")}),
		"in a Gather":               response(voxml.Gather{Action: "/a", Verbs: []voxml.GatherVerb{voxml.Element{Name: "Say", Children: cycle("X")}}}),
		"in a Pay":                  response(voxml.Pay{Action: "/a", Nouns: []voxml.PayNoun{voxml.Element{Name: "Prompt", Children: cycle("Prompt")}}}),
		"SSML":                      response(voxml.Say{SSML: speech("break")}),
		"SSML, no name":             response(voxml.Say{SSML: speech("a b")}),
		"SSML, in what has no name": response(voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "1", Content: speech("x")}}}),
		"SSML, beside a text":       response(voxml.Say{Text: "Hi", SSML: speech("x")}),
		"SSML, in what is refused":  response(voxml.Element{Name: "X", Children: []voxml.Node{voxml.Element{Name: "Say", Children: []voxml.Node{voxml.Say{SSML: speech("x")}}}}}),
	} {
		t.Run(name, func(t *testing.T) {
			findings := doc.Check()
			require.NotEmpty(t, findings)
			require.LessOrEqual(t, len(findings), 100)
			for _, f := range findings {
				require.Equal(t, "encoding", f.Rule)
			}
			_, err := doc.AppendXML(nil)
			require.Len(t, leaves(err), len(findings))
		})
	}
}

// TestCheckSet checks what the variables of earlier documents change.
func TestCheckSet(t *testing.T) {
	const unset = "Response[0].If.expression unset-variable"
	reads := func(variables ...string) voxml.Response {
		x := voxml.Var(variables[0]).Equal("1")
		for _, name := range variables[1:] {
			x = x.Or(voxml.Var(name).Equal("1"))
		}
		return response(voxml.If{Expression: x, Verbs: response(voxml.Hangup{})})
	}
	for _, tt := range []struct {
		doc  voxml.Response
		set  []string
		want []string
	}{
		{reads("tries"), nil, []string{unset}},
		{reads("tries"), []string{}, []string{unset}},
		{reads("tries"), []string{""}, []string{unset}},
		{reads("tries"), []string{"tries"}, nil},
		{reads("tries"), []string{"language", "tries"}, nil},
		{reads("tries"), []string{"try", "Tries"}, []string{unset}},
		{reads("tries"), []string{"tries.digits"}, []string{unset}},
		{reads("tries", "language"), []string{"language"}, []string{unset}},
		{reads("tries", "language"), []string{"language", "tries"}, nil},
		{reads("menu.digits"), []string{"menu.digits"}, nil},
		{reads("menu.digits", "menu.status"), []string{"menu.digits"}, []string{unset}},
		{reads("menu.digits", "menu.status"), []string{"menu"}, nil},
		{reads("menu.digits"), []string{"men", "digits"}, []string{unset}},
		{reads("do.n"), nil, []string{unset}},
		{fromXML(`<Set output="a"/><If expression="${a}==${b}"><Hangup/></If>`), []string{"b"}, nil},
		{fromXML(`<Set output="a"/><If expression="${a}==${b}"><Hangup/></If>`), []string{"a"}, []string{"Response[1].If.expression unset-variable"}},
		// Whatever has set it earlier, nothing in the Do does.
		{fromXML(`<Do expression="${more}==1" maxLoops="3"><Pause/></Do>`), []string{"more"}, []string{"Response[0].Do.expression constant-loop"}},
		{fromXML(`<Do expression="${more}==1 || ${do.n}==0" maxLoops="3"><Pause/></Do>`), []string{"more"}, nil},
		{response(voxml.Say{}), []string{"a"}, []string{"Response[0].Say empty"}},
	} {
		assert.Equal(t, expected("", tt.want), found(tt.doc.Check(tt.set...)), "%s %q", shown(tt.doc), tt.set)
	}
}

// TestCheckSpace checks that white space around content that is no text is
// reported.
func TestCheckSpace(t *testing.T) {
	for _, tt := range []struct {
		content, path string
	}{
		{"<Dial>\n\t+14025550100\n</Dial>", "Response[0].Dial.Number"},
		{"<Dial><Number>1</Number><Number>2 </Number></Dial>", "Response[0].Dial[1].Number.Number"},
		{"<Connect><Flow>\r\n" + flowID + "</Flow></Connect>", "Response[0].Connect[0].Flow.ID"},
		{"<Play> a.mp3</Play>", "Response[0].Play.URL"},
		{"<Redirect>\n\t/a\n</Redirect>", "Response[0].Redirect.URL"},
	} {
		doc := fromXML(tt.content)
		var got []string
		for _, f := range doc.Check() {
			assert.Equal(t, tt.path, f.Path)
			if strings.Contains(f.Message, "white space around") {
				got = append(got, f.String())
			}
		}
		assert.Equal(t, []string{"warning: " + tt.path + ": has white space around it, which the platform probably ignores: remove it (white-space)"}, got)
		assertAsRead(t, doc)
	}
	// White space alone is nothing.
	for _, tt := range []struct {
		content, path string
	}{
		{"<Dial> </Dial>", "Response[0].Dial.Number"},
		{"<Dial><Number>\n</Number></Dial>", "Response[0].Dial[0].Number.Number"},
		{"<Connect><Flow>\t</Flow></Connect>", "Response[0].Connect[0].Flow.ID"},
		{"<Play> </Play>", "Response[0].Play.URL"},
		{"<Redirect>\n\t\n</Redirect>", "Response[0].Redirect.URL"},
	} {
		assert.Equal(t, expected("required", []string{tt.path}), found(fromXML(tt.content).Check()), "%s", tt.content)
	}
	// In a text it is welcome.
	assert.Empty(t, fromXML("<Say> Hi </Say><Set output='a'> 1 </Set>").Check())
}

// What is no node does not keep the rest from being checked.
func TestCheckForeign(t *testing.T) {
	var noSay *voxml.Say
	doc := response(
		nil, noSay, &voxml.Gather{}, &voxml.Hangup{},
		voxml.Gather{Action: "/a", Verbs: []voxml.GatherVerb{nil, &voxml.Pause{}}},
		voxml.Dial{Nouns: []voxml.DialNoun{nil, (*voxml.Number)(nil)}},
		voxml.Pay{Output: "p", Nouns: []voxml.PayNoun{nil, &voxml.Prompt{}, &voxml.Parameter{}}},
		voxml.Say{SSML: ssml.Speech{nil, &ssml.Break{}, (*ssml.P)(nil)}},
		voxml.Element{Name: "e", Children: []voxml.Node{nil, (*voxml.Element)(nil)}},
		voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: response(nil, &voxml.If{})},
		voxml.Say{},
	)
	assert.Equal(t, expected("encoding", []string{
		"Response[0]", "Response[1].Say", "Response[2].Gather", "Response[3].Hangup",
		"Response[4].Gather[0]", "Response[4].Gather[1].Pause",
		"Response[5].Dial[0]", "Response[5].Dial[1].Number",
		"Response[6].Pay[0]", "Response[6].Pay[1].Prompt", "Response[6].Pay[2].Parameter",
		"Response[7].Say[0]", "Response[7].Say[1].Break", "Response[7].Say[2].P",
		"Response[8].e[0]", "Response[8].e[1].Element",
		"Response[9].If[0]", "Response[9].If[1].If",
		"Response[8].e unknown", "Response[10].Say empty",
	}), found(doc.Check()))
}

func TestCheckBounds(t *testing.T) {
	t.Run("elements", func(t *testing.T) {
		many := make(voxml.Response, 0, voxml.MaxElements+1)
		for range voxml.MaxElements {
			many = append(many, voxml.Say{})
		}
		findings := many.Check()
		require.Len(t, findings, 1000)
		assert.Equal(t, "Response[999].Say", findings[999].Path)

		findings = append(many, voxml.Say{}).Check()
		assert.Equal(t, []string{"error: Response[10000].Say (encoding)"}, found(findings))
	})
	t.Run("depth", func(t *testing.T) {
		doc := response(ifsAround(voxml.MaxDepth-1, voxml.Say{}))
		assert.Equal(t, []string{"warning: Response" + strings.Repeat("[0].If", voxml.MaxDepth-1) + "[0].Say (empty)"}, found(doc.Check()))
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
		assert.Len(t, doc.Check("b"), 10*(voxml.MaxDepth-1), "one for each Do whose expression is constant")
	})
	t.Run("errors", func(t *testing.T) {
		for n, others := range map[int]int{1: 1, 99: 99, 100: 0, 1000: 0} {
			doc := make(voxml.Response, n)
			for i := range doc {
				doc[i] = voxml.Say{Loop: -1}
			}
			counts := map[string]int{}
			for _, f := range doc.Check() {
				counts[f.Rule]++
			}
			assert.Equal(t, min(n, 100), counts["encoding"], "%d", n)
			assert.Equal(t, others, counts["empty"], "%d", n)
		}
	})
	t.Run("findings", func(t *testing.T) {
		for n, want := range map[int]int{900: 999, 901: 1000, 902: 1000, 5000: 1000} {
			doc := make(voxml.Response, n, n+99)
			for i := range doc {
				doc[i] = voxml.Say{}
			}
			for range 99 {
				doc = append(doc, voxml.Say{Text: "Hi", Loop: -1})
			}
			findings := doc.Check()
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
		assert.Equal(t, "reads v999, which nothing in this document sets: set it, or name it to Check if an earlier document sets it", findings[999].Message)
	})
	t.Run("size", func(t *testing.T) {
		doc := response(voxml.Say{}, voxml.Say{Text: strings.Repeat("x", voxml.MaxSize)})
		assert.Equal(t, []string{"error: Response (encoding)"}, found(doc.Check()))
	})
	t.Run("empty", func(t *testing.T) {
		assert.Empty(t, voxml.Response(nil).Check())
		assert.Empty(t, voxml.Response{}.Check())
	})
}
