package voxml_test

import (
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// FuzzText does the same as TestHostile.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", "Hi", voxml.NoKey, "a b", "<Hangup/>", "]]>", "&amp;", `" x="`, "'", "\t\r\n", "\x00\x1f\x7f", "\xff\xfe",
		"\xed\xa0\x80", "\uFFFD\uFFFE\uFFFF", "é请😀\U0010FFFF", "\u0085\u2028",
	} {
		f.Add(s)
	}
	verbs := hostileVerbs(f)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 10_000 {
			everywhere(t, verbs, s)
		}
	})
}

// FuzzSSML does the same as TestHostile with trusted markup, and also parses it
// inside a Say. The spoken text must be the text that encoding/xml reads.
func FuzzSSML(f *testing.F) {
	for _, file := range xmlFiles(f) {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		_, content, _ := strings.Cut(string(b), "<Say>")
		f.Add(strings.TrimSuffix(strings.TrimSpace(content), "</Say></Response>"))
	}
	for _, s := range hostile(f)["speech"] {
		f.Add(s)
	}
	f.Add(strings.Repeat("<p>", 99) + strings.Repeat("</p>", 99))
	f.Fuzz(func(t *testing.T, s string) {
		trusted(t, s)
		text := "<Response><Say>" + s + "</Say></Response>"
		doc, err := voxml.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		b, err := doc.AppendXML(nil)
		if err != nil { // an error of a verb after the Say
			return
		}
		require.Equal(t, doc, parsed(t, string(b)), "%q", s)
		require.Equal(t, string(b), encode(t, parsed(t, string(b))), "%q", s)
		verbs, texts := spoken(t, text)
		require.Len(t, doc, len(verbs), "%q", s)
		for i, v := range doc {
			if say, ok := v.(voxml.Say); ok {
				require.Equal(t, "Say", verbs[i], "%q", s)
				require.Equal(t, texts[i], say.Text+say.SSML.Text(), "%q", s)
			}
		}
	})
}

func isWord(s string) bool { return !strings.ContainsAny(s, " \t\r\n") }

func isAmount(s string) bool {
	parts := strings.Split(s, ".")
	for _, part := range parts {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return len(parts) <= 2
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte(nil))
	for seed := range byte(40) {
		b := make([]byte, 300)
		x := uint32(seed)*2654435761 + 1
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := (&source{data: data[:min(len(data), 4096)]}).document()

		b, err := doc.AppendXML(nil)
		again, errAgain := doc.AppendXML(nil)
		require.Equal(t, b, again)
		prefixed, errPrefixed := doc.AppendXML([]byte("prefix"))
		if err != nil {
			require.Nil(t, b)
			require.Equal(t, "prefix", string(prefixed))
			require.EqualError(t, errAgain, err.Error())
			require.EqualError(t, errPrefixed, err.Error())
			require.NotEmpty(t, leaves(err), "%T", err)
			for _, e := range leaves(err) {
				require.True(t, strings.HasPrefix(e.Path, "Response["), "%q", e.Path)
				require.Error(t, e.Err)
			}
			return
		}
		require.NoError(t, errAgain)
		require.NoError(t, errPrefixed)
		require.Equal(t, "prefix"+string(b), string(prefixed))

		_, err = parse(b)
		require.NoError(t, err, "%q", b)
		want := canonical(t, reflect.ValueOf(doc)).Interface().(voxml.Response)
		back := parsed(t, string(b))
		require.Equal(t, want, back, "%q", b)
		require.Equal(t, back, parsed(t, encode(t, back)))
		doc.Check()
	})
}

// tags maps each type of package ssml to its tag.
var tags = func() map[reflect.Type]string {
	m := map[reflect.Type]string{}
	for name, n := range voxml.ZeroTags {
		m[reflect.TypeOf(n)] = name
	}
	return m
}()

// canonical returns the document that Parse must return after encoding doc:
// without empty slices and texts; with adjacent texts joined; with speech that
// is only text as text; with trusted markup as nodes; and with U+FFFD for the
// characters that XML does not allow.
func canonical(t testing.TB, v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			c.Set(canonical(t, v.Elem()))
		}
	case reflect.String:
		c.SetString(carried(v.String()))
	case reflect.Slice:
		for i := range v.Len() {
			item := canonical(t, v.Index(i))
			switch n := item.Interface().(type) {
			case voxml.Text:
				if n == "" {
					continue
				}
				if last := c.Len() - 1; last >= 0 {
					if before, ok := c.Index(last).Interface().(voxml.Text); ok {
						c.Index(last).Set(reflect.ValueOf(before + n))
						continue
					}
				}
			case ssml.Node:
				c.Set(reflect.ValueOf(joined(t, c.Interface().(ssml.Speech), n)))
				continue
			}
			c.Set(reflect.Append(c, item))
		}
	case reflect.Struct:
		if x, ok := v.Interface().(voxml.Expr); ok {
			return reflect.ValueOf(voxml.RawExpr(carried(x.String())))
		}
		for i := range v.NumField() {
			c.Field(i).Set(canonical(t, v.Field(i)))
		}
		if say, ok := c.Addr().Interface().(*voxml.Say); ok && len(say.SSML) == 1 {
			if text, ok := say.SSML[0].(ssml.Text); ok {
				say.Text, say.SSML = string(text), nil
			}
		}
	default:
		c.Set(v)
	}
	return c
}

// joined appends a node in the form in which Parse returns it.
func joined(t testing.TB, s ssml.Speech, n ssml.Node) ssml.Speech {
	switch n := n.(type) {
	case ssml.Text:
		if n == "" {
			return s
		}
		if len(s) > 0 {
			if before, ok := s[len(s)-1].(ssml.Text); ok {
				s[len(s)-1] = before + n
				return s
			}
		}
	case ssml.Trusted:
		doc, err := voxml.Parse(strings.NewReader("<Response><Say>" + string(n) + "</Say></Response>"))
		require.NoError(t, err)
		say := doc[0].(voxml.Say)
		if say.Text != "" {
			return joined(t, s, ssml.Text(say.Text))
		}
		for _, n := range say.SSML {
			s = joined(t, s, n)
		}
		return s
	}
	return append(s, n)
}

// A source makes documents from bytes. After the last byte, it returns zeros,
// which end the current document.
type source struct{ data []byte }

// below returns a number from 0 to n-1.
func (s *source) below(n int) int {
	if len(s.data) == 0 {
		return 0
	}
	c := s.data[0]
	s.data = s.data[1:]
	return int(c) % n
}

func (s *source) document() voxml.Response {
	var doc voxml.Response
	for s.below(8) > 1 {
		var v voxml.Verb
		s.fill(reflect.ValueOf(&v).Elem())
		if s.below(32) == 31 {
			for range s.below(voxml.MaxDepth + 10) {
				v = voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: []voxml.Verb{v}}
			}
		}
		doc = append(doc, v)
	}
	return doc
}

var nodeTypes = func() []reflect.Type {
	types := []reflect.Type{
		reflect.TypeFor[voxml.Element](), reflect.TypeFor[voxml.Text](),
		reflect.TypeFor[ssml.Element](), reflect.TypeFor[ssml.Text](), reflect.TypeFor[ssml.Trusted](),
	}
	for typ := range tags {
		types = append(types, typ)
	}
	slices.SortFunc(types, func(a, b reflect.Type) int { return strings.Compare(a.String(), b.String()) })
	for _, tt := range elements {
		types = append(types, reflect.TypeOf(tt.base))
	}
	return types
}()

// fill sets v to something that its type can hold, usually something that
// encodes.
func (s *source) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if s.below(100) == 99 {
			return
		}
		fitting := slices.DeleteFunc(slices.Clone(nodeTypes), func(t reflect.Type) bool { return !t.Implements(v.Type()) })
		n := reflect.New(fitting[s.below(len(fitting))])
		s.fill(n.Elem())
		if s.below(100) == 99 {
			v.Set(n)
		} else {
			v.Set(n.Elem())
		}
	case reflect.Struct:
		if x, ok := v.Addr().Interface().(*voxml.Expr); ok {
			*x = s.expression()
			return
		}
		for i := range v.NumField() {
			if s.below(3) == 1 {
				s.fill(v.Field(i))
			}
		}
		switch n := v.Addr().Interface().(type) {
		case *voxml.Attr:
			n.Name = s.name()
		case *voxml.Element:
			n.Name = s.name()
			if n.Name == "Connect" { // a Connect cannot hold a Stream
				n.Children = append(n.Children, voxml.Element{Name: "Stream"})
			}
		case *ssml.Attr:
			n.Name = s.name()
		case *ssml.Element:
			n.Name = "x-" + s.name() // not the name of a type
		}
		if s.below(32) != 31 {
			mend(v)
		}
	case reflect.Slice:
		for s.below(3) == 1 {
			item := reflect.New(v.Type().Elem()).Elem()
			s.fill(item)
			if item.Kind() == reflect.String && !isWord(item.String()) {
				continue
			}
			v.Set(reflect.Append(v, item))
		}
	case reflect.String:
		v.SetString(s.text())
		if t, ok := v.Addr().Interface().(*ssml.Trusted); ok && s.below(8) != 7 {
			*t = []ssml.Trusted{"<break/>", "a &amp; b", `<p x='1'>x</p>`, "<![CDATA[<]]>", "a<s/>"}[s.below(5)]
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(int64([]time.Duration{
			time.Second, 5 * time.Second, time.Minute, 500 * time.Millisecond, time.Hour, math.MaxInt64 / time.Second * time.Second, 0,
			5, voxml.Auto, voxml.Never, -time.Second, math.MinInt64,
		}[min(s.below(64), s.below(12))]))
	case reflect.Int:
		v.SetInt(int64([]int{1, 2, 3, math.MaxInt, 0, -1, math.MinInt}[min(s.below(64), s.below(7))]))
	}
}

func (s *source) expression() voxml.Expr {
	x := voxml.Var("menu.digits").Equal(s.text())
	switch s.below(8) {
	case 0:
		return voxml.RawExpr(s.text())
	case 1:
		return x.And(voxml.Var("a_1").NotMatch("^[a-z]+$"))
	case 2:
		return x.Or(s.expression())
	case 3:
		return voxml.Var(s.text()).EqualVar(voxml.Var("b"))
	}
	return x
}

func (s *source) text() string {
	known := []string{
		"x", "/voice", "Press 1.", "1", "9.50", voxml.NoKey, "dtmf speech", "a&b<c>\"d'", "]]>", "\x00", "\xff",
		"\xed\xa0\x80", "é请😀", "\uFFFF", "\t\r\n", "",
	}
	if i := s.below(len(known) + 1); i < len(known) {
		return known[i]
	}
	n := min(s.below(20), len(s.data))
	raw := s.data[:n]
	s.data = s.data[n:]
	return string(raw)
}

// name returns a name, usually a valid one.
func (s *source) name() string {
	known := []string{"p", "break", "prosody", "amazon:effect", "Sip", "Hangup", "xml:lang", "x-y.z", "é", "名前", "_", "Connect", "Play"}
	if s.below(16) != 15 {
		return known[s.below(len(known))]
	}
	return s.text()
}

// mend sets the required fields of a struct, and clears fields that exclude
// each other.
func mend(v reflect.Value) {
	if base := bases[v.Type()]; base != nil {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				v.Field(i).Set(reflect.ValueOf(base).Field(i))
			}
		}
	}
	switch n := v.Addr().Interface().(type) {
	case *voxml.Connect:
		if n.Flow.ID == "" {
			n.Flow.ID = "f"
		}
	case *voxml.Dial:
		if len(n.Nouns) > 0 {
			n.Number = ""
		}
	case *voxml.Play:
		if n.URL != "" {
			n.Digits = ""
		}
	case *voxml.Say:
		if len(n.SSML) > 0 {
			n.Text = ""
		}
	case *voxml.Pay:
		if !isAmount(n.ChargeAmount) {
			n.ChargeAmount = "9.50"
		}
	}
}

// texts lists the fields that hold text.
var texts = []struct{ node func(string) voxml.Node }{
	{func(s string) voxml.Node { return voxml.Dial{Number: s} }},
	{func(s string) voxml.Node { return voxml.Number{Number: s} }},
	{func(s string) voxml.Node { return voxml.Flow{ID: s} }},
	{func(s string) voxml.Node { return voxml.Play{URL: s} }},
	{func(s string) voxml.Node { return voxml.Redirect{URL: s} }},
	{func(s string) voxml.Node { return voxml.Say{Text: s} }},
	{func(s string) voxml.Node { return voxml.Set{Output: "o", Value: s} }},
	{func(s string) voxml.Node { return voxml.Say{SSML: ssml.Speech{ssml.Text(s)}} }},
	{func(s string) voxml.Node { return voxml.Element{Name: "p", Children: []voxml.Node{voxml.Text(s)}} }},
}

// fillStrings returns base with s in every attribute that can hold it.
func fillStrings(base voxml.Node, content, _ []string, s string) (voxml.Node, [][2]string) {
	v := copied(base)
	for _, field := range attributeFields(v.Type(), content) {
		fillSpot(v.FieldByIndex(field.Index), s)
	}
	return v.Interface().(voxml.Node), nil
}
