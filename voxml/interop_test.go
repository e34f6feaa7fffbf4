package voxml_test

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// randomDocuments returns different documents that encode, with all types and
// all tags of speech. It returns the same documents each time.
func randomDocuments(t *testing.T, n int) (texts []string) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	seen, types := map[string]bool{}, map[string]bool{}
	data := make([]byte, 600)
	for len(texts) < n {
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		doc := (&source{data: data}).document()
		b, err := doc.AppendXML(nil)
		if err != nil || len(doc) == 0 || seen[string(b)] {
			continue
		}
		seen[string(b)] = true
		texts = append(texts, string(b))
		for _, e := range decode(t, doc).all() {
			types[e.name] = true
		}
	}
	for _, tt := range elements {
		require.True(t, types[tt.name], "no document has a %s", tt.name)
	}
	for _, tag := range tags {
		require.True(t, types[tag], "no document has a %s", tag)
	}
	return texts
}

// namespace declares the prefixes, because xmllint supports namespaces. This
// package declares none.
const namespace = "urn:prefix:"

// TestOtherParsers parses random documents with Parse, encoding/xml and
// xmllint. All must read the same document.
func TestOtherParsers(t *testing.T) {
	texts := randomDocuments(t, 5000)
	wants := make([]string, len(texts))
	prefixes := map[string]bool{}
	for i, text := range texts {
		wants[i] = canonicalXML(t, text, prefixes)
		require.Equal(t, wants[i], canonicalXML(t, encode(t, parsed(t, text)), prefixes))
	}

	path, err := exec.LookPath("xmllint")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("xmllint is not installed")
	}
	require.NoError(t, err)
	root := "<all"
	for _, prefix := range slices.Sorted(maps.Keys(prefixes)) {
		root += " xmlns:" + prefix + `="` + namespace + prefix + `"`
	}
	root += ">"
	file := filepath.Join(t.TempDir(), "all.xml")
	require.NoError(t, os.WriteFile(file, []byte(root+strings.Join(texts, "")+"</all>"), 0o600))
	lint := exec.Command(path, "--nonet", "--c14n", file)
	var stderr bytes.Buffer
	lint.Stderr = &stderr
	out, err := lint.Output()
	require.NoError(t, err, "%s", stderr.String())
	assert.Empty(t, stderr.String())
	got, ok := strings.CutPrefix(string(out), root)
	require.True(t, ok, "%.300q", out)
	for i, want := range wants {
		require.Equal(t, want, got[:min(len(want), len(got))], "%q", texts[i])
		got = got[len(want):]
	}
	assert.Equal(t, "</all>", strings.TrimSpace(got))
}

// canonicalXML returns a document as Canonical XML 1.0, as encoding/xml reads
// it. All prefixes are declared outside the document.
func canonicalXML(t *testing.T, doc string, prefixes map[string]bool) string {
	t.Helper()
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	value := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
	space := func(name xml.Name) string { // of an attribute
		switch name.Space {
		case "":
			return ""
		case "xml":
			return "http://www.w3.org/XML/1998/namespace"
		}
		prefixes[name.Space] = true
		return namespace + name.Space
	}
	var b strings.Builder
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.RawToken()
		if err == io.EOF {
			return b.String()
		}
		require.NoError(t, err, "%q", doc)
		switch token := token.(type) {
		case xml.StartElement:
			space(token.Name)
			b.WriteString("<" + rawName(token.Name))
			slices.SortFunc(token.Attr, func(x, y xml.Attr) int {
				return cmp.Or(cmp.Compare(space(x.Name), space(y.Name)), cmp.Compare(x.Name.Local, y.Name.Local))
			})
			for _, a := range token.Attr {
				space(a.Name)
				b.WriteString(" " + rawName(a.Name) + `="` + value.Replace(a.Value) + `"`)
			}
			b.WriteString(">")
		case xml.EndElement:
			b.WriteString("</" + rawName(token.Name) + ">")
		case xml.CharData:
			b.WriteString(text.Replace(string(token)))
		default:
			require.Fail(t, "unexpected", "%T in %q", token, doc)
		}
	}
}
