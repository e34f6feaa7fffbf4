package voxml_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// xmlFiles returns the documents of testdata. Those in *.xml are written as
// this package writes them, those in parse/*.xml as other programs do.
func xmlFiles(t testing.TB) []string {
	t.Helper()
	canonical, err := filepath.Glob("testdata/*.xml")
	require.NoError(t, err)
	others, err := filepath.Glob("testdata/parse/*.xml")
	require.NoError(t, err)
	require.NotEmpty(t, canonical)
	require.NotEmpty(t, others)
	return append(canonical, others...)
}

// golden has the documents of testdata/*.xml. TestParse shows their values.
var golden = func() (docs []goldenDocument) {
	files, _ := filepath.Glob("testdata/*.xml")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		doc, err := voxml.Parse(bytes.NewReader(b))
		if err != nil {
			panic(err)
		}
		docs = append(docs, goldenDocument{strings.TrimSuffix(filepath.Base(file), ".xml"), doc})
	}
	return docs
}()

type goldenDocument struct {
	name string
	doc  voxml.Response
}

func TestSameBytes(t *testing.T) {
	for _, tt := range golden {
		first := encode(t, tt.doc)
		var written bytes.Buffer
		for range 100 {
			b, err := tt.doc.AppendXML(nil)
			require.NoError(t, err)
			require.Equal(t, first, string(b), tt.name)
			_, err = tt.doc.WriteTo(&written)
			require.NoError(t, err)
		}
		assert.Equal(t, strings.Repeat(first, 100), written.String(), tt.name)
		assert.Equal(t, first, tt.doc.String(), tt.name)
	}
}

// TestParse compares each parsed document, and so its encoding, with the file
// *.golden. With -update, it writes these files.
func TestParse(t *testing.T) {
	var want []string
	for _, file := range xmlFiles(t) {
		t.Run(file, func(t *testing.T) {
			input, err := os.ReadFile(file)
			require.NoError(t, err)
			doc, err := voxml.Parse(bytes.NewReader(input))
			require.NoError(t, err)
			encoded := encode(t, doc)
			if filepath.Dir(file) == "testdata" {
				assert.Equal(t, string(input), encoded)
			}

			golden := strings.TrimSuffix(file, ".xml") + ".golden"
			want = append(want, golden)
			got := encoded + "\n\n" + dump(reflect.ValueOf(doc), "\n") + "\n"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			before, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(before), got)

			// The pieces in which a reader returns the document must not matter.
			for _, text := range []string{string(input), encoded} {
				again, err := voxml.Parse(iotest.OneByteReader(strings.NewReader(text)))
				require.NoError(t, err)
				require.Equal(t, doc, again)
			}
			for _, f := range doc.Check() {
				assert.NotEqual(t, "encoding", f.Rule)
			}
		})
	}
	files, err := filepath.Glob("testdata/*.golden")
	require.NoError(t, err)
	others, err := filepath.Glob("testdata/parse/*.golden")
	require.NoError(t, err)
	assert.ElementsMatch(t, want, append(files, others...), "a file belongs to no document")
}

// TestParseComplete checks that each element, attribute and tag is in a
// document of testdata.
func TestParseComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range xmlFiles(t) {
		input, err := os.ReadFile(file)
		require.NoError(t, err)
		doc, err := voxml.Parse(bytes.NewReader(input))
		require.NoError(t, err)
		for _, e := range decode(t, doc).all() {
			seen[e.name] = true
			seen[e.name+" #text"] = seen[e.name+" #text"] || e.text != ""
			for _, a := range e.attrs {
				seen[e.name+" "+a[0]] = true
			}
		}
	}
	for element, attrs := range listed(t) {
		assert.True(t, seen[element], "%s is in no document", element)
		for _, a := range attrs {
			assert.True(t, seen[element+" "+a], "%s %s is in no document", element, a)
		}
	}
	for _, name := range tags {
		assert.True(t, seen[name], "%s is in no document", name)
	}
}

// TestParseKeepsNothing checks that parsing another document does not change an
// earlier one.
func TestParseKeepsNothing(t *testing.T) {
	doc := parsed(t, `<Response><Gather b="1&amp;" c='2'/><Say>a&amp;b</Say></Response>`)
	before := encode(t, doc)
	parsed(t, `<Response><Gather d="3&lt;" e='4'/><Say>c&lt;d</Say></Response>`)
	assert.Equal(t, before, encode(t, doc))
}

// FuzzParse parses any bytes. A parsed document must be the same after encoding
// and parsing, unless it does not encode for one of the reasons below.
func FuzzParse(f *testing.F) {
	for _, file := range xmlFiles(f) {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(b)
	}
	eachRefused(f, func(_, in string) { f.Add([]byte(in)) })
	for _, s := range []string{ // can be parsed but not encoded
		"<Response><If expression='${menu.digits}!~(1|2)'/></Response>",
		"<Response><Play digits='1'>u</Play><Dial/><Connect/></Response>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := voxml.Parse(bytes.NewReader(data))
		if err != nil {
			errorsFit(t, data, doc, err)
			if doc == nil { // otherwise only attributes were left out
				return
			}
		}
		doc.Check()
		first, err := doc.AppendXML(nil)
		if err != nil {
			for _, e := range leaves(err) {
				require.Regexp(t, "^(is required|.*: leave one of them empty|is longer than 1048576 bytes)$", e.Err.Error())
			}
			return
		}
		again := parsed(t, string(first))
		require.True(t, reflect.DeepEqual(doc, again), "%q: %#v, then %#v", first, doc, again)
		require.Equal(t, string(first), encode(t, again))
	})
}

// errorsFit checks the errors of Parse. There must not be too many, and their
// places must be in the document. Parse must return no document unless all
// errors are about attributes that it left out.
func errorsFit(t *testing.T, data []byte, doc voxml.Response, err error) {
	t.Helper()
	all := leaves(err)
	require.NotEmpty(t, all, "%T", err)
	require.LessOrEqual(t, len(all), 100)
	if len(data) > voxml.MaxSize {
		require.Nil(t, doc)
		require.EqualError(t, err, "voxml: Response: "+isLong)
		return
	}
	lines := bytes.Split(data, []byte("\n"))
	for _, e := range all {
		require.ErrorIs(t, err, e.Err)
		require.True(t, doc == nil || slices.Contains(isLeftOut, e.Err.Error()), "%q", data)
		require.Regexp(t, `^Response($|\[)`, e.Path)
		require.True(t, 1 <= e.Line && e.Line <= len(lines), "%v", e)
		require.True(t, 1 <= e.Column && e.Column <= utf8.RuneCount(lines[e.Line-1])+1, "%v", e)
	}
}
