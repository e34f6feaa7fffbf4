package voxhook_test

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// docDirs returns the directories of the module that hold Go files. It skips
// nested modules, testdata and hidden directories.
func docDirs(t *testing.T) (dirs []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path != "." {
			if d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir
			}
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		if len(files) > 0 {
			dirs = append(dirs, path)
		}
		return err
	})
	require.NoError(t, err)
	require.Contains(t, dirs, ".")
	require.Contains(t, dirs, "voxml")
	return dirs
}

// docFiles parses the Go files of a directory, except tests.
func docFiles(t *testing.T, dir string) (fset *token.FileSet, files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	fset = token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, f)
	}
	return fset, files
}

// undocumented returns the exported names in the files that have no comment. It
// skips embedded fields, which have the comment of their type.
func undocumented(fset *token.FileSet, files []*ast.File) (missing []string) {
	check := func(n ast.Node, name string, comments ...*ast.CommentGroup) {
		for _, c := range comments {
			if c.Text() != "" {
				return
			}
		}
		missing = append(missing, fset.Position(n.Pos()).String()+": "+name)
	}
	var docs []*ast.CommentGroup
	for _, f := range files {
		docs = append(docs, f.Doc)
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv.List[0].Type) + "." + name
				}
				// The Error method of an error needs no comment.
				isError := d.Recv != nil && d.Name.Name == "Error" && d.Type.Params.NumFields() == 0
				if d.Name.IsExported() && ast.IsExported(name) && !isError {
					check(d, name, d.Doc)
				}
				continue
			}
			for _, s := range d.(*ast.GenDecl).Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						check(s, s.Name.Name, s.Doc, d.(*ast.GenDecl).Doc)
						fieldsOf(s, func(f *ast.Field, name *ast.Ident) { check(name, s.Name.Name+"."+name.Name, f.Doc, f.Comment) })
					}
				case *ast.ValueSpec:
					for _, name := range s.Names {
						if name.IsExported() {
							check(name, name.Name, d.(*ast.GenDecl).Doc, s.Doc, s.Comment)
						}
					}
				}
			}
		}
	}
	if len(files) > 0 {
		check(files[0], "package "+files[0].Name.Name, docs...)
	}
	return missing
}

// fieldsOf calls f with the exported fields and methods of a type.
func fieldsOf(s *ast.TypeSpec, f func(*ast.Field, *ast.Ident)) {
	ast.Inspect(s.Type, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			_, isFunc := n.(*ast.FuncType)
			return !isFunc // parameters of functions are not fields
		}
		for _, name := range field.Names {
			if name.IsExported() {
				f(field, name)
			}
		}
		return true
	})
}

// receiver returns the name of a method's receiver type.
func receiver(x ast.Expr) (name string) {
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return true
	})
	return name
}

func TestEverythingIsDocumented(t *testing.T) {
	var missing []string
	for _, dir := range docDirs(t) {
		missing = append(missing, undocumented(docFiles(t, dir))...)
	}
	assert.Empty(t, missing, "these names have no doc comment:\n%s", strings.Join(missing, "\n"))
}

func TestUndocumentedFinds(t *testing.T) {
	const source = `package p
type T struct { A int; b int; C struct{ D int }; E int // has one
	Embedded }
type I interface { M(X int); n() }
func F() {}
func (T) G() {}
func (*T) Error() string { return "" }
func (u) H() {}
const K = 1
// Group.
var ( V = 1; W = 2 )
var ( X = 1 // has one
	Y = 2 )
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments)
	require.NoError(t, err)
	var names []string
	for _, m := range undocumented(fset, []*ast.File{f}) {
		_, name, _ := strings.Cut(m, ": ")
		names = append(names, name)
	}
	assert.Equal(t, []string{"T", "T.A", "T.C", "T.D", "I", "I.M", "F", "T.G", "K", "Y", "package p"}, names)
}

// oneLine returns s with all white space replaced by single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// compiledSource returns the source of the tests and example programs of the
// module, and of the tests in the nested module internal/interop.
func compiledSource(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range append(docDirs(t), "internal/interop") {
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(dir, "examples") {
				b, err := os.ReadFile(path)
				require.NoError(t, err)
				all.WriteString(oneLine(string(b)) + " ")
			}
		}
	}
	return all.String()
}

func TestReadmeIsCompiled(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err, "README.md must exist")
	source := compiledSource(t)
	blocks := strings.Split(string(readme), "\n```go\n")[1:]
	assert.NotEmpty(t, blocks, "README.md must have a Go sample")
	for _, block := range blocks {
		block, _, ok := strings.Cut(block, "\n```")
		require.True(t, ok, "this block of README.md has no end")
		assert.True(t, strings.Contains(source, oneLine(block)), "no test, Example or example program contains this block of README.md:\n%s", block)
	}
}

// TestPackageCommentsAreCompiled checks the Go samples in package comments.
func TestPackageCommentsAreCompiled(t *testing.T) {
	source := compiledSource(t)
	samples := 0
	for _, dir := range docDirs(t) {
		fset, files := docFiles(t, dir)
		if len(files) == 0 {
			continue
		}
		p, err := doc.NewFromFiles(fset, files, dir)
		require.NoError(t, err)
		for _, block := range p.Parser().Parse(p.Doc).Content {
			code, ok := block.(*comment.Code)
			if !ok || !isGo(code.Text) {
				continue
			}
			samples++
			if !strings.Contains(source, oneLine(code.Text)) {
				t.Errorf("no test, Example or example program contains this sample from the package comment of %s:\n%s", dir, code.Text)
			}
		}
	}
	assert.NotZero(t, samples)
}

func isGo(text string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+text+"\n}", 0)
	return err == nil
}

// The sample in the comment of package voxml.
func TestVoxmlSample(t *testing.T) {
	w := new(strings.Builder)
	doc := voxml.Response{
		voxml.Gather{
			Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{voxml.Say{Text: "For sales, press 1."}},
		},
		voxml.Say{Text: "Goodbye."},
		voxml.Hangup{},
	}
	_, err := doc.WriteTo(w)
	require.NoError(t, err)
	assert.Equal(t, `<Response><Gather action="/voice/menu" numDigits="1" timeout="5"><Say>For sales, press 1.</Say></Gather>`+
		`<Say>Goodbye.</Say><Hangup/></Response>`, w.String())
}
