package voxml_test

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/xml"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml"
)

// randomDocuments returns different documents that encode, with every type and
// every tag of speech in them. They are the same each time.
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
		for _, name := range names(reflect.ValueOf(doc), nil) {
			types[name] = true
		}
	}
	for _, tt := range elements {
		require.True(t, types[tt.name], "no %s", tt.name)
	}
	for _, tag := range tags {
		require.True(t, types[tag], "no %s", tag)
	}
	return texts
}

// A markup is a start tag, an end tag, or text.
type markup struct {
	start, end string
	attrs      [][2]string // sorted by name
	text       string
}

// scanned returns what package xmlscan reads.
func scanned(t *testing.T, doc string) (all []markup) {
	t.Helper()
	s := xmlscan.Document(doc, xmlscan.Limits{Depth: 1000, Elements: 1 << 20, Attrs: 1000})
	for {
		token, err := s.Next()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err, "%q", doc)
		switch token.Kind {
		case xmlscan.Start:
			m := markup{start: token.Name}
			for _, a := range s.Attrs() {
				m.attrs = append(m.attrs, [2]string{a.Name, a.Value})
			}
			slices.SortFunc(m.attrs, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
			all = append(all, m)
		case xmlscan.End:
			all = append(all, markup{end: token.Name})
		case xmlscan.Text:
			all = append(all, markup{text: token.Text})
		}
	}
}

// decoded returns what encoding/xml reads.
func decoded(t *testing.T, doc string) (all []markup) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.RawToken()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err, "%q", doc)
		switch token := token.(type) {
		case xml.StartElement:
			m := markup{start: rawName(token.Name)}
			for _, a := range token.Attr {
				m.attrs = append(m.attrs, [2]string{rawName(a.Name), a.Value})
			}
			slices.SortFunc(m.attrs, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
			all = append(all, m)
		case xml.EndElement:
			all = append(all, markup{end: rawName(token.Name)})
		case xml.CharData:
			all = append(all, markup{text: string(token)})
		default:
			require.Fail(t, "unexpected", "%T in %q", token, doc)
		}
	}
}

// prefixes returns the prefixes of all names. They are not declared, so that
// parsers that know namespaces have to be given declarations.
func prefixes(docs [][]markup) []string {
	found := map[string]bool{}
	note := func(name string) {
		if prefix, _, ok := strings.Cut(name, ":"); ok && prefix != "xml" {
			found[prefix] = true
		}
	}
	for _, doc := range docs {
		for _, m := range doc {
			note(m.start)
			for _, a := range m.attrs {
				note(a[0])
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// namespace is what prefixes are declared as.
const namespace = "urn:prefix:"

// declarations returns the declarations of prefixes.
func declarations(prefixes []string) string {
	var b strings.Builder
	for _, prefix := range prefixes {
		b.WriteString(" xmlns:" + prefix + `="` + namespace + prefix + `"`)
	}
	return b.String()
}

// tool returns the path of a program. Without it the test is skipped, but not
// where CI is set.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("%s is not installed", name)
	}
	require.NoError(t, err)
	return path
}

// TestOtherParsers has random documents read by Parse and by three other XML
// parsers. All read the same.
func TestOtherParsers(t *testing.T) {
	texts := randomDocuments(t, 5000)
	docs := make([][]markup, len(texts))
	for i, text := range texts {
		docs[i] = scanned(t, text)
	}

	t.Run("Parse", func(t *testing.T) {
		for i, text := range texts {
			doc, err := voxml.Parse(strings.NewReader(text))
			require.NoError(t, err, "%q", text)
			require.Equal(t, docs[i], scanned(t, encode(t, doc)), "%q", text)
		}
	})

	t.Run("encoding/xml", func(t *testing.T) {
		for i, text := range texts {
			require.Equal(t, docs[i], decoded(t, text), "%q", text)
		}
	})

	t.Run("xml.etree.ElementTree", func(t *testing.T) {
		python := exec.Command(tool(t, "python3"), "-c", elementTree, namespace)
		declare := declarations(prefixes(docs))
		var in, want strings.Builder
		for i, text := range texts {
			in.WriteString(strings.Replace(text, "<Response", "<Response"+declare, 1) + "\x00")
			for _, m := range docs[i] {
				switch {
				case m.start != "":
					want.WriteString("<" + hex.EncodeToString([]byte(m.start)))
					for _, a := range m.attrs {
						want.WriteString(" " + hex.EncodeToString([]byte(a[0])) + "=" + hex.EncodeToString([]byte(a[1])))
					}
					want.WriteString(">")
				case m.end != "":
					want.WriteString("/")
				default:
					want.WriteString(hex.EncodeToString([]byte(m.text)))
				}
			}
			want.WriteString("\n")
		}
		python.Stdin = strings.NewReader(in.String())
		var stderr bytes.Buffer
		python.Stderr = &stderr
		out, err := python.Output()
		require.NoError(t, err, "%s", stderr.String())
		got, wanted := strings.Split(string(out), "\n"), strings.Split(want.String(), "\n")
		require.Len(t, got, len(wanted))
		for i := range texts {
			require.Equal(t, wanted[i], got[i], "%q", texts[i])
		}
	})

	t.Run("xmllint", func(t *testing.T) {
		path := tool(t, "xmllint")
		root := "<all" + declarations(prefixes(docs)) + ">"
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
		for i, doc := range docs {
			want := canonicalXML(doc)
			require.Equal(t, want, got[:min(len(want), len(got))], "%q", texts[i])
			got = got[len(want):]
		}
		assert.Equal(t, "</all>", strings.TrimSpace(got))
	})
}

// elementTree is a program that reads documents, each ended by a NUL, and
// writes a line for each, with names, values and texts in hexadecimal.
const elementTree = `
import sys
import xml.etree.ElementTree as ET

XML = "http://www.w3.org/XML/1998/namespace"

def name(s):
    if s[0] == "{":
        space, s = s[1:].split("}")
        s = ("xml" if space == XML else space[len(sys.argv[1]):]) + ":" + s
    return s

def code(s):
    return s.encode().hex()

def write(e, out):
    out.append("<" + code(name(e.tag)))
    for k, v in sorted((name(k), v) for k, v in e.attrib.items()):
        out.append(" " + code(k) + "=" + code(v))
    out.append(">" + code(e.text or ""))
    for child in e:
        write(child, out)
        out.append(code(child.tail or ""))
    out.append("/")

sys.setrecursionlimit(10000)
for doc in sys.stdin.buffer.read().split(b"\0")[:-1]:
    out = []
    write(ET.fromstring(doc), out)
    print("".join(out))
`

// canonicalXML returns a document in Canonical XML 1.0, as a part of one that
// declares all its prefixes.
func canonicalXML(doc []markup) string {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	value := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
	var b strings.Builder
	for _, m := range doc {
		switch {
		case m.start != "":
			b.WriteString("<" + m.start)
			// By namespace, then by name. Those without come first, then those
			// of xml, because of its namespace.
			attrs := slices.SortedFunc(slices.Values(m.attrs), func(x, y [2]string) int {
				return cmp.Or(cmp.Compare(space(x[0]), space(y[0])), cmp.Compare(x[0], y[0]))
			})
			for _, a := range attrs {
				b.WriteString(" " + a[0] + `="` + value.Replace(a[1]) + `"`)
			}
			b.WriteString(">")
		case m.end != "":
			b.WriteString("</" + m.end + ">")
		default:
			b.WriteString(text.Replace(m.text))
		}
	}
	return b.String()
}

// space returns the namespace of an attribute.
func space(name string) string {
	switch prefix, _, ok := strings.Cut(name, ":"); {
	case !ok:
		return ""
	case prefix == "xml":
		return "http://www.w3.org/XML/1998/namespace"
	default:
		return namespace + prefix
	}
}
