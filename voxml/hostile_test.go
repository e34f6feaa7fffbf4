package voxml_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// A hostileGroup is a group of testdata/hostile.txt.
type hostileGroup struct {
	name    string
	strings []string
}

// hostile reads testdata/hostile.txt.
func hostile(t testing.TB) []hostileGroup {
	t.Helper()
	b, err := os.ReadFile("testdata/hostile.txt")
	require.NoError(t, err)
	var groups []hostileGroup
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "# "); ok {
			groups = append(groups, hostileGroup{name: name})
			continue
		}
		quoted, times := line, 1
		if !strings.HasPrefix(line, `"`) {
			count, after, _ := strings.Cut(line, " * ")
			quoted = after
			times, err = strconv.Atoi(count)
			require.NoError(t, err, "%s", line)
		}
		s, err := strconv.Unquote(quoted)
		require.NoError(t, err, "%s", line)
		require.Equal(t, strconv.Quote(s), quoted)
		g := &groups[len(groups)-1]
		g.strings = append(g.strings, strings.Repeat(s, times))
	}
	// The comment at the top names no group.
	return slices.DeleteFunc(groups, func(g hostileGroup) bool { return g.strings == nil })
}

// TestHostile puts each string into every place that takes one.
func TestHostile(t *testing.T) {
	verbs := hostileVerbs(t)
	for _, g := range hostile(t) {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			for _, s := range g.strings {
				everywhere(t, verbs, s)
				trusted(t, s)
				compared(t, s)
				variables(t, s)
				raw(t, s)
			}
		})
	}
}

// everywhere puts a string into every spot. Elements, their nesting and
// their attributes must be those of a harmless string, and the text must come
// back as it was, but for what XML cannot carry.
func everywhere(t *testing.T, verbs []*hostileVerb, s string) {
	// The longest escape has 6 bytes, and a verb at most 50 strings.
	for some := range slices.Chunk(verbs, max(1, voxml.MaxSize/(300*(len(s)+10)))) {
		sent(t, some, s)
	}
	for _, v := range verbs {
		refused(t, v, s)
	}
	named(t, s)
}

func TestHostileList(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range hostile(t) {
		for _, s := range g.strings {
			assert.False(t, seen[s], "%q is there twice", s)
			seen[s] = true
		}
	}
	assert.GreaterOrEqual(t, len(seen), 500)
	for c := range rune(0xA0) {
		if c < 0x20 || c >= 0x7F {
			assert.True(t, seen[string(c)], "no %q", c)
		}
	}
	for c := 0x80; c <= 0xFF; c++ {
		assert.True(t, seen[string([]byte{byte(c)})], "no byte %#x alone", c)
	}
	for _, s := range []string{"", "\uFEFF", "\uFFFE", "\uFFFF", "\U0010FFFF", "]]>", "${", "\u2028", "\u2029", voxml.NoKey} {
		assert.True(t, seen[s], "no %q", s)
	}
}

// harmless is a string that has no meaning anywhere.
const harmless = "harmless"

// A spot is a place for a string in nodes of a type.
type spot struct {
	name  string // "voxml.Dial.Action"
	field []int  // see reflect.Value.FieldByIndex
	list  bool   // a slice of strings
}

// marker is a harmless string that is found in no other spot.
func (p spot) marker() string {
	if p.name == "voxml.Pay.ChargeAmount" {
		return "4711"
	}
	return "{" + p.name + "}"
}

// refusal returns the error for a string, or "".
func (p spot) refusal(s string) string {
	switch {
	case s == "" && slices.Contains(requiredFields, p.name),
		s != "" && strings.Trim(s, " \t\r\n") == "" && slices.Contains(wordFields, p.name):
		return "is required"
	case strings.HasSuffix(p.name, ".Expression") && carried(s) != s:
		return "there is a character that XML cannot carry"
	case p.list && (s == "" || !isWord(s)):
		return "contains a value that is empty or has a space in it"
	case p.name == "voxml.Pay.ChargeAmount" && s != "" && !isAmount(s):
		return `is not a decimal number such as "9.50"`
	}
	return ""
}

// A hostileVerb is a verb with spots.
type hostileVerb struct {
	spots []spot
	verb  func(value func(spot) string) voxml.Verb
	tree  *tree // with a marker in each spot
}

// filled returns the verb with a string in each spot that takes it, and the
// marker in the others.
func (v *hostileVerb) filled(s string) voxml.Verb {
	return v.verb(func(p spot) string {
		if p.refusal(s) == "" {
			return s
		}
		return p.marker()
	})
}

// want returns what must come of filled.
func (v *hostileVerb) want(s string) *tree { return v.replaced(v.tree, s) }

func (v *hostileVerb) replaced(t *tree, s string) *tree {
	c := &tree{name: t.name}
	c.text, _ = v.replacedText(t.text, s)
	for _, a := range t.attrs {
		if value, keep := v.replacedText(a[1], s); value != "" || keep {
			c.attrs = append(c.attrs, [2]string{a[0], value})
		}
	}
	for _, child := range t.children {
		c.children = append(c.children, v.replaced(child, s))
	}
	return c
}

// replacedText returns a text with a string in place of a marker, and whether
// an attribute is written even if that is empty.
func (v *hostileVerb) replacedText(text, s string) (replaced string, keep bool) {
	for _, p := range v.spots {
		if !strings.Contains(text, p.marker()) || p.refusal(s) != "" {
			continue
		}
		if strings.HasSuffix(p.name, ".FinishOnKey") && s == voxml.NoKey {
			return "", true
		}
		keep = slices.Contains(emptyFields, p.name) || strings.HasSuffix(p.name, ".Attrs")
		return strings.ReplaceAll(text, p.marker(), carried(s)), keep
	}
	return text, true
}

// bases has what is required of each type, with every other field empty.
var bases = func() map[reflect.Type]any {
	m := map[reflect.Type]any{}
	for typ := range tags {
		m[typ] = reflect.Zero(typ).Interface()
	}
	for _, n := range []any{
		ssml.Lang{Language: "de-DE"}, ssml.Mark{Name: "m"}, ssml.Phoneme{Ph: "p"}, ssml.SayAs{InterpretAs: ssml.Digits},
		ssml.Sub{Alias: "s"}, ssml.Element{Name: "x-tag"}, voxml.Element{Name: "e"},
	} {
		m[reflect.TypeOf(n)] = n
	}
	for _, tt := range elements {
		m[reflect.TypeOf(tt.base)] = tt.base
	}
	return m
}()

// requiredFields are refused if they are empty.
var requiredFields = []string{
	"voxml.Dial.Number", "voxml.Do.Expression", "voxml.Flow.ID", "voxml.If.Expression", "voxml.Number.Number",
	"voxml.Parameter.Name", "voxml.Play.Digits", "voxml.Play.URL", "voxml.Prompt.For", "voxml.Redirect.URL", "voxml.Set.Output",
	"voxml.Unset.Output", "ssml.Lang.Language", "ssml.Mark.Name", "ssml.Phoneme.Ph", "ssml.SayAs.InterpretAs", "ssml.Sub.Alias",
}

// wordFields are refused if they are nothing but white space.
var wordFields = []string{"voxml.Dial.Number", "voxml.Flow.ID", "voxml.Number.Number", "voxml.Play.URL", "voxml.Redirect.URL"}

// emptyFields are written even if they are empty.
var emptyFields = []string{"voxml.Parameter.Value", "voxml.Attr.Value", "ssml.Attr.Value"}

// nameFields must be XML names: TestHostileNames has them.
var nameFields = []string{"voxml.Element.Name", "voxml.Attr.Name", "ssml.Element.Name", "ssml.Attr.Name"}

// fillSpot puts a string into a field, and reports whether there is room.
func fillSpot(f reflect.Value, s string) bool {
	switch p := f.Addr().Interface().(type) {
	case *voxml.Expr:
		*p = voxml.RawExpr(s)
		return true
	case *voxml.Attrs:
		*p = voxml.Attrs{{Name: "extra", Value: s}}
		return true
	case *[]ssml.Attr:
		*p = []ssml.Attr{{Name: "extra", Value: s}}
		return true
	case *[]voxml.Node:
		*p = []voxml.Node{voxml.Text(s), voxml.Element{Name: "e"}, voxml.Text(s)}
		return true
	case *ssml.Speech:
		*p = ssml.Speech{ssml.Text(s), ssml.Break{}, ssml.Text(s)}
		return true
	}
	switch {
	case f.Kind() == reflect.String:
		f.SetString(s)
		return true
	case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.String:
		f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		f.Index(0).SetString(s)
		f.Index(1).SetString(s)
		return true
	}
	return false
}

// hostileVerbs returns verbs that have all spots: every field of every type,
// and the types that are strings.
func hostileVerbs(t testing.TB) []*hostileVerb {
	t.Helper()
	single := func(name string, verb func(s string) voxml.Verb) *hostileVerb {
		p := spot{name: name}
		return &hostileVerb{
			spots: []spot{p},
			verb:  func(value func(spot) string) voxml.Verb { return verb(value(p)) },
		}
	}
	verbs := []*hostileVerb{
		single("voxml.Text", func(s string) voxml.Verb {
			return voxml.Element{Name: "e", Children: []voxml.Node{voxml.Text(s)}}
		}),
		single("voxml.Attr.Value", func(s string) voxml.Verb {
			return voxml.Element{Name: "e", Attrs: voxml.Attrs{{Name: "a", Value: s}, {Name: "b", Value: s}}}
		}),
		single("ssml.Text", func(s string) voxml.Verb {
			return voxml.Say{SSML: ssml.Speech{ssml.Text(s)}}
		}),
		single("ssml.Attr.Value", func(s string) voxml.Verb {
			return voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "p", Attrs: []ssml.Attr{{Name: "a", Value: s}, {Name: "b", Value: s}}}}}
		}),
	}
	for _, typ := range nodeTypes {
		if typ.Kind() != reflect.Struct {
			continue
		}
		base, ok := bases[typ]
		require.True(t, ok, "%s has no base", typ)
		together := &hostileVerb{}
		for _, field := range reflect.VisibleFields(typ) {
			p := spot{
				name: typ.String() + "." + field.Name, field: field.Index,
				list: field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.String,
			}
			switch {
			case !fillSpot(reflect.New(field.Type).Elem(), harmless), slices.Contains(nameFields, p.name):
			case p.name == "voxml.Play.URL", p.name == "voxml.Say.SSML": // not beside another field
				verbs = append(verbs, filler(base, []spot{p}))
			default:
				together.spots = append(together.spots, p)
			}
		}
		if together.spots != nil {
			verbs = append(verbs, filler(base, together.spots))
		}
	}
	for _, v := range verbs {
		v.tree = decode(t, voxml.Response{v.verb(spot.marker)}).children[0]
	}
	return verbs
}

// filler returns a verb that has a node with spots in it.
func filler(base any, spots []spot) *hostileVerb {
	return &hostileVerb{spots: spots, verb: func(value func(spot) string) voxml.Verb {
		v := copied(base)
		for _, p := range spots {
			if p.name == "voxml.Play.URL" {
				v.FieldByName("Digits").SetString("")
			}
			fillSpot(v.FieldByIndex(p.field), value(p))
		}
		return placed(v)[0]
	}}
}

// TestHostileSpotsComplete holds the spots against the fields of the types.
func TestHostileSpotsComplete(t *testing.T) {
	covered := map[string]bool{}
	for _, v := range hostileVerbs(t) {
		written := encode(t, voxml.Response{v.verb(spot.marker)})
		for _, p := range v.spots {
			covered[p.name] = true
			assert.Contains(t, written, p.marker(), "%s is not written", p.name)
		}
	}
	for _, typ := range append(nodeTypes, reflect.TypeFor[voxml.Attr](), reflect.TypeFor[ssml.Attr]()) {
		if typ.Kind() == reflect.String {
			assert.True(t, covered[typ.String()] || typ == reflect.TypeFor[ssml.Trusted](), "%s has no spot", typ)
			continue
		}
		for _, field := range reflect.VisibleFields(typ) {
			name := typ.String() + "." + field.Name
			list := field.Type.Kind() == reflect.Slice
			switch short := field.Type.String(); {
			case covered[name], slices.Contains(nameFields, name):
			case list && field.Type.Elem().Kind() == reflect.Interface && field.Type.Elem() != reflect.TypeFor[voxml.Node](): // other nodes
			case slices.Contains([]string{"voxml.Flow", "bool", "int", "[]int", "time.Duration"}, short):
			default:
				t.Errorf("%s, a %s, has no spot", name, short)
			}
		}
	}
}

// placed puts a node or a tag where it is allowed.
func placed(v reflect.Value) voxml.Response {
	if tag, ok := v.Interface().(ssml.Node); ok {
		return voxml.Response{voxml.Say{SSML: ssml.Speech{tag, ssml.Text("after")}}}
	}
	return document(v.Interface().(voxml.Node))
}

// sent checks what comes of a string in the spots of some verbs.
func sent(t *testing.T, verbs []*hostileVerb, s string) {
	doc := make(voxml.Response, len(verbs))
	for i, v := range verbs {
		doc[i] = v.filled(s)
	}
	b, err := doc.AppendXML(nil)
	require.NoError(t, err, "%.200q", s)
	root, err := parse(b)
	require.NoError(t, err, "%.200q", s)
	require.Len(t, root.children, len(verbs), "%.200q", s)
	require.Empty(t, root.text, "%.200q", s)
	back, err := voxml.Parse(bytes.NewReader(b))
	require.NoError(t, err, "%.200q", s)
	require.Len(t, back, len(verbs), "%.200q", s)
	want := canonical(t, reflect.ValueOf(doc)).Interface().(voxml.Response)
	for i, v := range verbs {
		if tree := v.want(s); !reflect.DeepEqual(tree, root.children[i]) {
			require.Equal(t, tree, root.children[i], "%.200q", s)
		}
		if !reflect.DeepEqual(want[i], back[i]) {
			require.Equal(t, want[i], back[i], "%.200q", s)
		}
	}
}

var errorPath = regexp.MustCompile(`^Response\[0\](\.[A-Za-z:-]+(\[\d+\])?)*\.[A-Za-z:-]+$`)

// refused checks that a string does not encode in those spots of a verb that
// do not take it.
func refused(t *testing.T, v *hostileVerb, s string) {
	for _, p := range v.spots {
		want := p.refusal(s)
		if want == "" {
			continue
		}
		_, err := voxml.Response{v.verb(func(q spot) string {
			if q.name == p.name {
				return s
			}
			return q.marker()
		})}.AppendXML(nil)
		errs := leaves(err)
		require.Len(t, errs, 1, "%.200q at %s: %v", s, p.name, err)
		require.EqualError(t, errs[0].Err, want, "%.200q at %s", s, p.name)
		require.Regexp(t, errorPath, errs[0].Path, "%.200q at %s", s, p.name)
	}
}

// isXMLName reports whether encoding/xml takes s for a name, with at most one
// prefix.
func isXMLName(s string) bool {
	for part := range strings.SplitSeq(s, ":") {
		token, err := xml.NewDecoder(strings.NewReader("<" + part + "/>")).RawToken()
		if start, ok := token.(xml.StartElement); err != nil || !ok || start.Name.Local != part || len(start.Attr) > 0 {
			return false
		}
	}
	return strings.Count(s, ":") <= 1
}

// named makes a string the name of elements and attributes.
func named(t *testing.T, s string) {
	isVerb := false
	for _, tt := range elements {
		_, verb := tt.base.(voxml.Verb)
		isVerb = isVerb || verb && tt.name == s
	}
	for _, p := range []struct {
		place string
		verb  voxml.Verb
		want  *tree
	}{
		{"Element", voxml.Element{Name: s}, &tree{name: s}},
		{"Attr", voxml.Element{Name: "e", Attrs: voxml.Attrs{{Name: s, Value: "v"}}}, &tree{name: "e", attrs: [][2]string{{s, "v"}}}},
		{"tag", voxml.Say{SSML: ssml.Speech{ssml.Element{Name: s, Content: ssml.Speech{ssml.Text("v")}}}},
			&tree{name: "Say", children: []*tree{{name: s, text: "v"}}}},
		{"attribute of a tag", voxml.Say{SSML: ssml.Speech{ssml.Element{Name: "e", Attrs: []ssml.Attr{{Name: s, Value: "v"}}}}},
			&tree{name: "Say", children: []*tree{{name: "e", attrs: [][2]string{{s, "v"}}}}}},
	} {
		b, err := voxml.Response{p.verb}.AppendXML(nil)
		switch {
		case !isXMLName(s):
			errs := leaves(err)
			require.Len(t, errs, 1, "%q as %s: %v", s, p.place, err)
			require.EqualError(t, errs[0].Err, "has a name that XML does not allow", "%q as %s", s, p.place)
			require.NotContains(t, errs[0].Path, "<", "%q as %s", s, p.place)
			continue
		case p.place == "Element" && isVerb:
			require.EqualError(t, err, "voxml: Response[0]."+s+": has its own type: use that instead of Element")
			continue
		}
		require.NoError(t, err, "%q as %s", s, p.place)
		root, err := parse(b)
		require.NoError(t, err, "%q as %s", s, p.place)
		require.Equal(t, []*tree{p.want}, root.children, "%q as %s", s, p.place)
		require.Equal(t, string(b), encode(t, parsed(t, string(b))), "%q as %s", s, p.place)
	}
}

// trusted checks that trusted markup stays in its Say, or is refused.
func trusted(t *testing.T, s string) {
	doc := voxml.Response{voxml.Say{SSML: ssml.Speech{ssml.Trusted(s)}}, voxml.Hangup{}}
	b, err := doc.AppendXML(nil)
	plain := !strings.ContainsAny(s, "<&") && !strings.Contains(s, "]]>") && carried(s) == s
	if err != nil {
		require.False(t, plain, "%q", s)
		errs := leaves(err)
		require.Len(t, errs, 1, "%q", s)
		require.Equal(t, "Response[0].Say[0].Trusted", errs[0].Path, "%q", s)
		require.Regexp(t, "^is (not well formed at offset|nested more than 100 levels deep)", errs[0].Err.Error(), "%q", s)
		return
	}
	if !strings.Contains(s, "<!--") { // parse refuses comments, which are harmless
		root, err := parse(b)
		require.NoError(t, err, "%q", s)
		require.Len(t, root.children, 2, "%q", s)
		require.Equal(t, "Say", root.children[0].name, "%q", s)
		require.Equal(t, &tree{name: "Hangup"}, root.children[1], "%q", s)
	}
	back := parsed(t, string(b))
	require.Equal(t, canonical(t, reflect.ValueOf(doc)).Interface(), back, "%q", s)
	if plain {
		require.Equal(t, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), back[0].(voxml.Say).Text, "%q", s)
	}
}

// A verdict is what comes of evaluating an expression.
type verdict struct{ value, failed bool }

func (v verdict) and(w verdict) verdict {
	if v.failed || !v.value {
		return v
	}
	return w
}

func (v verdict) or(w verdict) verdict {
	if v.failed || v.value {
		return v
	}
	return w
}

// operators has each comparison with a string, and what it means.
var operators = []struct {
	name  string
	build func(v voxml.Variable, s string) voxml.Expr
	mean  func(x, s string) verdict

	// Package regexp takes the square of the time to find "aaa…" in itself.
	linear bool
}{
	{"Equal", voxml.Variable.Equal, func(x, s string) verdict { return verdict{value: x == s} }, true},
	{"NotEqual", voxml.Variable.NotEqual, func(x, s string) verdict { return verdict{value: x != s} }, true},
	{"Match", voxml.Variable.Match, func(x, s string) verdict { return matches(x, s, true) }, false},
	{"NotMatch", voxml.Variable.NotMatch, func(x, s string) verdict { return matches(x, s, false) }, false},
}

func matches(x, pattern string, want bool) verdict {
	re, err := regexp.Compile(pattern)
	if err != nil || len(pattern) > 1024 {
		return verdict{failed: true}
	}
	return verdict{value: re.MatchString(x) == want}
}

// joints has each way to join a comparison with another one.
var joints = []struct {
	name  string
	build func(x, y voxml.Expr) voxml.Expr
	mean  func(x, y verdict) verdict
}{
	{"alone", func(x, _ voxml.Expr) voxml.Expr { return x }, func(x, _ verdict) verdict { return x }},
	{"And", voxml.Expr.And, verdict.and},
	{"And, second", func(x, y voxml.Expr) voxml.Expr { return y.And(x) }, func(x, y verdict) verdict { return y.and(x) }},
	{"Or", voxml.Expr.Or, verdict.or},
	{"Or, second", func(x, y voxml.Expr) voxml.Expr { return y.Or(x) }, func(x, y verdict) verdict { return y.or(x) }},
}

// unquotable returns why a string cannot be compared with.
func unquotable(s string) (reasons []string) {
	const value = "compares with a value that "
	if strings.Contains(s, "${") {
		reasons = append(reasons, value+`has "${" in it, which cannot be written`)
	}
	if strings.HasSuffix(s, `\`) {
		reasons = append(reasons, value+"ends with a backslash, which might escape the closing quote")
	}
	if carried(s) != s {
		reasons = append(reasons, value+"has a character which XML cannot carry")
	}
	if len(s) > 16_000 {
		reasons = append(reasons, "is longer than 16384 bytes")
	}
	if strings.Contains(s, `"`) && strings.Contains(s, `'`) {
		reasons = append(reasons, value+"has both kinds of quotes in it, which cannot be written")
	}
	return reasons
}

// compared compares with a string. The comparison must mean what it says,
// also beside another one, or must not be written.
func compared(t *testing.T, s string) {
	other, reasons := voxml.Var("y").Equal("1"), unquotable(s)
	for _, op := range operators {
		values := []string{harmless, ""}
		if len(s) < 500 || op.linear {
			values = append(values, s)
		}
		for _, joint := range joints {
			x := joint.build(op.build(voxml.Var("x"), s), other)
			at := fmt.Sprintf("%.200q %s %s", s, op.name, joint.name)
			if reasons != nil {
				unwritten(t, x, reasons, at)
				continue
			}
			written(t, x, at)
			for _, value := range values {
				means := op.mean(value, s)
				for _, y := range []string{"1", ""} {
					vars := map[string]string{"y": y}
					if value != "" {
						vars["x"] = value
					}
					got, err := x.Eval(vars)
					if want := joint.mean(means, verdict{value: y == "1"}); want != (verdict{got, err != nil}) {
						require.Equal(t, want, verdict{got, err != nil}, "%s, x=%.200q y=%q: %v", at, value, y, err)
					}
				}
			}
		}
	}
}

// unwritten checks that an expression has no form, for one of some reasons.
func unwritten(t *testing.T, x voxml.Expr, reasons []string, at string) {
	t.Helper()
	require.Error(t, x.Err(), at)
	require.Contains(t, reasons, x.Err().Error(), at)
	require.Empty(t, x.String(), at)
	_, err := x.Eval(nil)
	require.ErrorIs(t, err, x.Err(), at)
	_, err = voxml.Response{voxml.If{Expression: x}}.AppendXML(nil)
	require.EqualError(t, err, "voxml: Response[0].If.expression: "+x.Err().Error(), at)
}

// written checks that an expression is read back as it is.
func written(t *testing.T, x voxml.Expr, at string) {
	t.Helper()
	require.NoError(t, x.Err(), at)
	again, err := voxml.ParseExpr(x.String())
	require.NoError(t, err, at)
	require.Equal(t, x, again, at)
	b, err := voxml.Response{voxml.If{Expression: x}}.AppendXML(nil)
	require.NoError(t, err, at)
	root, err := parse(b)
	require.NoError(t, err, at)
	require.Equal(t, []*tree{{name: "If", attrs: [][2]string{{"expression", x.String()}}}}, root.children, at)
	back, err := voxml.Parse(bytes.NewReader(b))
	require.NoError(t, err, at)
	require.Equal(t, voxml.Response{voxml.If{Expression: x}}, back, at)
}

var variableName = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)

// variables names variables by a string.
func variables(t *testing.T, s string) {
	reasons := []string{"has an invalid variable name: use letters, digits and underscores, with single dots between its parts"}
	v, w := voxml.Var(s), voxml.Var("w")
	for name, x := range map[string]voxml.Expr{
		"Equal": v.Equal("1"), "NotEqual": v.NotEqual("1"), "Match": v.Match("1"), "NotMatch": v.NotMatch("1"),
		"EqualVar": v.EqualVar(w), "NotEqualVar": v.NotEqualVar(w),
		"EqualVar, second": w.EqualVar(v), "NotEqualVar, second": w.NotEqualVar(v),
	} {
		at := fmt.Sprintf("%.200q %s", s, name)
		if !variableName.MatchString(s) {
			unwritten(t, x, reasons, at)
			continue
		}
		written(t, x, at)
		for _, value := range []string{"1", "2", ""} {
			want := (value == "1") != strings.HasPrefix(name, "Not")
			got, err := x.Eval(map[string]string{s: value, "w": "1"})
			require.NoError(t, err, at)
			require.Equal(t, want, got, "%s, %q", at, value)
		}
	}
}

// raw checks that a text is read as one expression or not at all, and that
// one which is not read cannot be joined.
func raw(t *testing.T, s string) {
	other := voxml.Var("y").Equal("1")
	x, err := voxml.ParseExpr(s)
	raw := voxml.RawExpr(s)
	require.Equal(t, s, raw.String())
	require.NoError(t, raw.Err(), "%.200q", s)
	if err == nil && len(s) < 16_000 {
		require.Equal(t, raw, x, "%.200q", s)
		require.NoError(t, raw.Or(other).Err(), "%.200q", s)
		return
	}
	require.Zero(t, x, "%.200q", s)
	var e *voxml.ExprError
	require.ErrorAs(t, err, &e, "%.200q", s)
	require.LessOrEqual(t, e.Offset, len(s), "%.200q", s)
	_, evalErr := raw.Eval(nil)
	require.ErrorIs(t, evalErr, e.Err, "%.200q", s)
	if s == "" { // the zero value
		return
	}
	for _, joined := range []voxml.Expr{raw.Or(other), raw.And(other), other.Or(raw), other.And(raw)} {
		require.EqualError(t, joined.Err(), "is built from an expression that cannot be read", "%.200q", s)
		require.Empty(t, joined.String(), "%.200q", s)
	}
}
