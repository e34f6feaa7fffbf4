package voxml_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

var update = flag.Bool("update", false, "write the golden files of testdata")

// A tree is an element as encoding/xml reads it. Names keep their prefixes.
type tree struct {
	name     string
	attrs    [][2]string
	text     string // without the text of its children
	children []*tree
}

// attr returns the value of an attribute and reports whether it exists.
func (t *tree) attr(name string) (string, bool) {
	for _, a := range t.attrs {
		if a[0] == name {
			return a[1], true
		}
	}
	return "", false
}

// all returns the element and all its descendants, in document order.
func (t *tree) all() []*tree {
	ts := []*tree{t}
	for _, c := range t.children {
		ts = append(ts, c.all()...)
	}
	return ts
}

// find returns the first element of that name in document order, or nil.
func (t *tree) find(name string) *tree {
	for _, x := range t.all() {
		if x.name == name {
			return x
		}
	}
	return nil
}

// parse reads a whole document with encoding/xml. It refuses everything that
// VoXML does not have: comments, processing instructions, directives, text
// outside the root, a second root, and repeated attributes.
func parse(doc []byte) (*tree, error) {
	var root *tree
	var open []*tree
	for d := xml.NewDecoder(strings.NewReader(string(doc))); ; {
		token, err := d.RawToken() // Token would resolve the prefixes
		if err == io.EOF && len(open) == 0 {
			break
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			t := &tree{name: rawName(token.Name)}
			for _, a := range token.Attr {
				name := rawName(a.Name)
				if _, ok := t.attr(name); ok {
					return nil, fmt.Errorf("attribute %s occurs twice", name)
				}
				t.attrs = append(t.attrs, [2]string{name, a.Value})
			}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, t)
			case root != nil:
				return nil, errors.New("second root")
			default:
				root = t
			}
			open = append(open, t)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].name != rawName(token.Name) {
				return nil, errors.New("end tag of another element")
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) == 0 {
				return nil, errors.New("text outside the root")
			}
			open[len(open)-1].text += string(token)
		default:
			return nil, fmt.Errorf("unexpected %T", token)
		}
	}
	if root == nil {
		return nil, errors.New("no root")
	}
	return root, nil
}

// spoken returns the names of the verbs of a document, and the text in each.
func spoken(t testing.TB, doc string) (verbs, texts []string) {
	t.Helper()
	depth := 0
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.RawToken()
		if err == io.EOF {
			return verbs, texts
		}
		require.NoError(t, err, "%q", doc)
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 2 {
				verbs, texts = append(verbs, rawName(token.Name)), append(texts, "")
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth >= 2 {
				texts[len(texts)-1] += string(token)
			}
		case xml.ProcInst, xml.Directive:
			require.Fail(t, "unexpected", "%T in %q", token, doc)
		}
	}
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func encode(t testing.TB, doc voxml.Response) string {
	t.Helper()
	b, err := doc.AppendXML(nil)
	require.NoError(t, err)
	return string(b)
}

// parsed parses a document that has no errors.
func parsed(t testing.TB, text string) voxml.Response {
	t.Helper()
	doc, err := voxml.Parse(strings.NewReader(text))
	require.NoError(t, err, "%q", text)
	return doc
}

func decode(t testing.TB, doc voxml.Response) *tree {
	t.Helper()
	s := encode(t, doc)
	root, err := parse([]byte(s))
	require.NoError(t, err, "%q", s)
	return root
}

// document puts a node where it is allowed.
func document(n voxml.Node) voxml.Response {
	switch n := n.(type) {
	case voxml.Verb:
		return voxml.Response{n}
	case voxml.Flow:
		return voxml.Response{voxml.Connect{Flow: n}}
	case voxml.DialNoun:
		return voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{n}}}
	case voxml.PayNoun:
		return voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{n}}}
	case voxml.Text:
		return voxml.Response{voxml.Element{Name: "p", Children: []voxml.Node{n}}}
	}
	panic(fmt.Sprintf("no place for a %T", n))
}

// dump shows a value with the types of its nodes, without zero fields. The line
// of each node begins with indent, which itself begins with a line end.
func dump(v reflect.Value, indent string) string {
	var b strings.Builder
	switch v.Kind() {
	case reflect.Invalid:
		return "nil"
	case reflect.Interface:
		return dump(v.Elem(), indent)
	case reflect.Slice:
		if v.IsNil() {
			return "nil"
		}
		inner := indent + "\t"
		if v.Type().Elem().Kind() != reflect.Interface { // values and attributes
			indent, inner = "", " "
		}
		for i := range v.Len() {
			b.WriteString(inner + dump(v.Index(i), inner))
		}
		return "{" + b.String() + indent + "}"
	case reflect.Struct:
		if x, ok := v.Interface().(voxml.Expr); ok {
			return strconv.Quote(x.String())
		}
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				b.WriteString(" " + v.Type().Field(i).Name + "=" + dump(v.Field(i), indent))
			}
		}
		return v.Type().String() + b.String()
	case reflect.String:
		if v.Type().Name() == "Text" {
			return fmt.Sprintf("%s %q", v.Type(), v)
		}
		return strconv.Quote(v.String())
	}
	if d, ok := v.Interface().(time.Duration); ok {
		return d.String()
	}
	return fmt.Sprint(v)
}
