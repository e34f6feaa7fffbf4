package voxml_test

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

const path = "github.com/voxhook/voxhook/voxml"

// TestNesting checks which types compile in each field that holds nodes, and
// that types of other packages do not.
func TestNesting(t *testing.T) {
	const (
		verbs = "Answer Connect Dial Do Element Gather Hangup If Pause Pay Play Record Redirect Reject Say Set Unset"
		tags  = "Break Element Emphasis Lang Mark Newscaster P Phoneme Prosody S SayAs Sub Text Trusted W Whispered"
	)
	want := map[string]string{
		"voxml.Response":         verbs,
		"voxml.If.Verbs":         verbs,
		"voxml.Do.Verbs":         verbs,
		"voxml.Gather.Verbs":     "Element Pause Play Say",
		"voxml.Prompt.Verbs":     "Element Play Say",
		"voxml.Dial.Nouns":       "Element Number",
		"voxml.Pay.Nouns":        "Element Parameter Prompt",
		"voxml.Element.Children": "Flow Number Parameter Prompt Text " + verbs,
		"voxml.Say.SSML":         tags,
	}
	got := map[string]string{}
	holds := func(place string, slice reflect.Type) {
		if slice.Kind() != reflect.Slice || slice.Elem().Kind() != reflect.Interface {
			return
		}
		sealed := false
		for method := range slice.Elem().Methods() {
			sealed = sealed || !method.IsExported()
		}
		assert.True(t, sealed, "%s accepts types of other packages", place)
		var fit []string
		for _, typ := range nodeTypes {
			if typ.Implements(slice.Elem()) {
				fit = append(fit, typ.Name())
			}
			assert.False(t, typ.Implements(reflect.TypeFor[voxml.Node]()) && typ.Implements(reflect.TypeFor[ssml.Node]()))
		}
		slices.Sort(fit)
		got[place] = strings.Join(fit, " ")
	}
	holds("voxml.Response", reflect.TypeFor[voxml.Response]())
	for _, typ := range nodeTypes {
		if typ.Kind() == reflect.Struct {
			for field := range typ.Fields() {
				holds(typ.String()+"."+field.Name, field.Type)
				if field.Name == "Content" {
					want["ssml."+typ.Name()+".Content"] = tags
				}
			}
		}
	}
	for place := range want {
		words := strings.Fields(want[place])
		slices.Sort(words)
		want[place] = strings.Join(words, " ")
	}
	assert.Equal(t, want, got)
	assert.Equal(t, reflect.TypeFor[voxml.Flow](), reflect.TypeOf(voxml.Connect{}.Flow))
}

// An only is an importer that has only a few packages.
type only []*types.Package

func (o only) Import(path string) (*types.Package, error) {
	for _, pkg := range o {
		if pkg.Path() == path {
			return pkg, nil
		}
	}
	return nil, fmt.Errorf("no package %s", path)
}

// compiled returns this package and package ssml, read from the compiler's
// export data. If the test runs with the race detector, the files are built
// with it too, because these are in the build cache already.
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

// TestTypesComplete checks that nodeTypes has every type that is a Node.
func TestTypesComplete(t *testing.T) {
	var want, got []string
	for _, pkg := range compiled(t) {
		node := pkg.Scope().Lookup("Node").Type().Underlying().(*types.Interface)
		for _, name := range pkg.Scope().Names() {
			obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if ok && obj.Exported() && !types.IsInterface(obj.Type()) && types.Implements(obj.Type(), node) {
				want = append(want, pkg.Name()+"."+name)
			}
		}
	}
	for _, typ := range nodeTypes {
		got = append(got, typ.String())
	}
	assert.ElementsMatch(t, want, got)
}
