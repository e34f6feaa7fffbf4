package voxml_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const path = "github.com/voxhook/voxhook/voxml"

// TestNesting type-checks programs. Each is the body of a function of a
// package that imports this one.
func TestNesting(t *testing.T) {
	const missing = "missing method "
	for _, tt := range []struct {
		section, name, body string
		want                []string // parts of the one error
	}{
		{"4", "Number in Response", `_ = voxml.Response{voxml.Number{Number: "1"}}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4", "Flow in Response", `_ = voxml.Response{voxml.Flow{ID: "f"}}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4", "Prompt in Response", `_ = voxml.Response{voxml.Prompt{}}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4", "Parameter in Response", `_ = voxml.Response{voxml.Parameter{}}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4", "Text in Response", `_ = voxml.Response{voxml.Text("Hi")}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4", "string in Response", `_ = voxml.Response{"<Hangup/>"}`,
			[]string{"voxml.Verb", missing + "node"}},
		{"4", "Response in Response", `_ = voxml.Response{voxml.Response{}}`,
			[]string{"voxml.Verb", missing + "node"}},
		{"4", "verb of another package", `
				type conference struct{ Name string }
				_ = voxml.Response{conference{"room"}}`,
			[]string{"voxml.Verb", missing + "node"}},
		{"4 Gather", "Hangup in Gather", `_ = voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Hangup{}}}`,
			[]string{"voxml.GatherVerb", missing + "gatherVerb"}},
		{"4 Gather", "If in Gather", `_ = voxml.Gather{Verbs: []voxml.GatherVerb{voxml.If{}}}`,
			[]string{"voxml.GatherVerb", missing + "gatherVerb"}},
		{"4 Gather", "Gather in Gather", `_ = voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Gather{}}}`,
			[]string{"voxml.GatherVerb", missing + "gatherVerb"}},
		{"4 Gather", "Parameter in Gather", `_ = voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Parameter{}}}`,
			[]string{"voxml.GatherVerb", missing + "gatherVerb"}},
		{"4 Gather", "verbs in Gather", `
				var verbs []voxml.Verb
				_ = voxml.Gather{Verbs: verbs}`,
			[]string{"[]voxml.Verb", "[]voxml.GatherVerb"}},
		{"4 Pay", "Gather in Prompt", `_ = voxml.Prompt{Verbs: []voxml.PromptVerb{voxml.Gather{}}}`,
			[]string{"voxml.PromptVerb", missing + "promptVerb"}},
		{"4 Pay", "Pause in Prompt", `_ = voxml.Prompt{Verbs: []voxml.PromptVerb{voxml.Pause{}}}`,
			[]string{"voxml.PromptVerb", missing + "promptVerb"}},
		{"4 Pay", "Say in Pay", `_ = voxml.Pay{Nouns: []voxml.PayNoun{voxml.Say{}}}`,
			[]string{"voxml.PayNoun", missing + "payNoun"}},
		{"4 Pay", "Number in Pay", `_ = voxml.Pay{Nouns: []voxml.PayNoun{voxml.Number{}}}`,
			[]string{"voxml.PayNoun", missing + "payNoun"}},
		{"4 Dial", "Say in Dial", `_ = voxml.Dial{Nouns: []voxml.DialNoun{voxml.Say{}}}`,
			[]string{"voxml.DialNoun", missing + "dialNoun"}},
		{"4 Dial", "Prompt in Dial", `_ = voxml.Dial{Nouns: []voxml.DialNoun{voxml.Prompt{}}}`,
			[]string{"voxml.DialNoun", missing + "dialNoun"}},
		{"4 Connect", "Say in Connect", `_ = voxml.Connect{Flow: voxml.Say{}}`,
			[]string{"voxml.Say", "voxml.Flow"}},
		{"4 Connect", "two Flows in Connect", `_ = voxml.Connect{Flow: []voxml.Flow{{}, {}}}`,
			[]string{"[]voxml.Flow", "voxml.Flow"}},
		{"4 Say", "Hangup in Say", `_ = voxml.Say{SSML: ssml.Speech{voxml.Hangup{}}}`,
			[]string{"ssml.Node", "node"}},
		{"4 Say", "string in Say", `_ = voxml.Say{SSML: ssml.Speech{"<break/>"}}`,
			[]string{"ssml.Node", missing + "node"}},
		{"4 If", "Flow in If", `_ = voxml.If{Verbs: []voxml.Verb{voxml.Flow{}}}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4 Do", "Number in Do", `_ = voxml.Do{Verbs: []voxml.Verb{voxml.Number{}}}`,
			[]string{"voxml.Verb", missing + "verb"}},
		{"4 Hangup", "Say in Hangup", `_ = voxml.Hangup{Verbs: []voxml.Verb{voxml.Say{}}}`,
			[]string{"unknown field Verbs", "voxml.Hangup"}},

		{"4", "every verb", `_ = voxml.Response{
				voxml.Answer{}, voxml.Connect{}, voxml.Dial{}, voxml.Gather{}, voxml.Hangup{}, voxml.Pause{},
				voxml.Pay{}, voxml.Play{}, voxml.Record{}, voxml.Redirect{}, voxml.Reject{}, voxml.Say{},
				voxml.Set{}, voxml.Unset{}, voxml.If{}, voxml.Do{}, voxml.Element{},
			}`, nil},
		{"4 Gather", "in Gather", `_ = voxml.Gather{Verbs: []voxml.GatherVerb{
				voxml.Say{}, voxml.Play{}, voxml.Pause{}, voxml.Element{},
			}}`, nil},
		{"4 Pay", "in Prompt", `_ = voxml.Prompt{Verbs: []voxml.PromptVerb{
				voxml.Say{}, voxml.Play{}, voxml.Element{},
			}}`, nil},
		{"4 Pay", "in Pay", `_ = voxml.Pay{Nouns: []voxml.PayNoun{
				voxml.Prompt{}, voxml.Parameter{}, voxml.Element{},
			}}`, nil},
		{"4 Dial", "in Dial", `_ = voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{}, voxml.Element{}}}`, nil},
		{"4 Connect", "in Connect", `_ = voxml.Connect{Flow: voxml.Flow{}}`, nil},
		{"4 Say", "in Say", `_ = voxml.Say{SSML: ssml.Speech{ssml.Text("Hi"), ssml.Element{}}}`, nil},
		{"4 If", "in If and Do", `_ = voxml.If{Verbs: []voxml.Verb{
				voxml.Say{}, voxml.Do{Verbs: []voxml.Verb{voxml.If{}, voxml.Hangup{}}},
			}}`, nil},
		{"4", "in Element", `_ = voxml.Element{Children: []voxml.Node{
				voxml.Text("Hi"), voxml.Number{}, voxml.Prompt{}, voxml.Flow{}, voxml.If{}, voxml.Element{},
			}}`, nil},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			errs := check(t, tt.body)
			if tt.want == nil {
				assert.Empty(t, errs)
				return
			}
			require.Len(t, errs, 1)
			for _, part := range tt.want {
				assert.ErrorContains(t, errs[0], part)
			}
		})
	}
}

// check returns the errors of type-checking a function body.
func check(t *testing.T, body string) []error {
	t.Helper()
	fset := token.NewFileSet()
	src := fmt.Sprintf("package p\n\nimport %q\n", path)
	if strings.Contains(body, "ssml.") {
		src += fmt.Sprintf("import %q\n", path+"/ssml")
	}
	src += fmt.Sprintf("\nfunc _() {\n%s\n}\n", body)
	file, err := parser.ParseFile(fset, "p.go", src, 0)
	require.NoError(t, err)
	var errs []error
	conf := types.Config{
		Importer: compiled(t),
		Error:    func(err error) { errs = append(errs, err) },
	}
	_, _ = conf.Check("p", fset, []*ast.File{file}, nil) // its error is the first of errs
	return errs
}

// An only is an importer that has a few packages.
type only []*types.Package

func (o only) Import(path string) (*types.Package, error) {
	for _, pkg := range o {
		if pkg.Path() == path {
			return pkg, nil
		}
	}
	return nil, fmt.Errorf("no package %s", path)
}

// compiled returns this package, and package ssml, as the compiler exports
// them. The files are asked for with the race detector if the test runs with it, for then they
// are in the build cache already.
func compiled(t *testing.T) only {
	t.Helper()
	pkgs, err := loadCompiled()
	require.NoError(t, err)
	return pkgs
}

var loadCompiled = sync.OnceValues(func() (only, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}
	if info, ok := debug.ReadBuildInfo(); ok &&
		slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = append(args, "-race")
	}
	var stderr bytes.Buffer
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &stderr)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[name] = file
	}
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(name string) (io.ReadCloser, error) {
		return os.Open(files[name])
	})
	voxml, err := imp.Import(path)
	if err != nil {
		return nil, err
	}
	ssml, err := imp.Import(path + "/ssml")
	return only{voxml, ssml}, err
})

// TestElementsComplete checks that elements has every type that is a Node,
// apart from the two that are no element of the documentation.
func TestElementsComplete(t *testing.T) {
	pkg := compiled(t)[0]
	node := pkg.Scope().Lookup("Node").Type().Underlying().(*types.Interface)
	var want []string
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if ok && obj.Exported() && !types.IsInterface(obj.Type()) && types.Implements(obj.Type(), node) {
			want = append(want, name)
		}
	}
	got := []string{"Element", "Text"}
	for _, tt := range elements {
		got = append(got, tt.name)
	}
	assert.ElementsMatch(t, want, got)
}
