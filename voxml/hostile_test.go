package voxml_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// hostile reads testdata/hostile.txt, which has groups of strings with names.
func hostile(t testing.TB) map[string][]string {
	t.Helper()
	b, err := os.ReadFile("testdata/hostile.txt")
	require.NoError(t, err)
	groups, group := map[string][]string{}, ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# "); ok {
			group = name
			continue
		}
		count, quoted, repeated := strings.Cut(line, " * ")
		if line == "" || strings.HasPrefix(line, `"`) {
			count, quoted, repeated = "1", line, line != ""
		}
		if repeated {
			times, err := strconv.Atoi(count)
			require.NoError(t, err, "%s", line)
			s, err := strconv.Unquote(quoted)
			require.NoError(t, err, "%s", line)
			groups[group] = append(groups[group], strings.Repeat(s, times))
		}
	}
	return groups
}

// TestHostile puts each string into every place that accepts one.
func TestHostile(t *testing.T) {
	verbs := hostileVerbs(t)
	for name, group := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range group {
				everywhere(t, verbs, s)
				trusted(t, s)
				compared(t, s)
				variables(t, s)
				raw(t, s)
			}
		})
	}
}

// everywhere puts a string into every spot. The elements, their nesting and
// their attributes must be the same as with a harmless string. The text must
// not change, except for characters that XML does not allow.
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

// harmless is a string without any special meaning.
const harmless = "harmless"

// A spot is a field, or an entry of a field, that holds a string.
type spot struct {
	name  string // "voxml.Dial.Action"
	field []int  // see reflect.Value.FieldByIndex
	list  bool   // a slice of strings

	required bool
}

// marker returns a harmless string that no other spot has.
func (p spot) marker() string {
	if p.name == "voxml.Pay.ChargeAmount" {
		return "4711"
	}
	return "{" + p.name + "}"
}

// refusal returns the error for a string, or "" if the spot accepts it.
func (p spot) refusal(s string) string {
	switch {
	case s == "" && p.required,
		s != "" && strings.Trim(s, " \t\r\n") == "" && slices.Contains(wordFields, p.name):
		return "is required"
	case strings.HasSuffix(p.name, ".Expression") && carried(s) != s:
		return "there is a character that XML does not allow"
	case p.list && (s == "" || !isWord(s)):
		return "contains a value that is empty or has white space in it: use one word for each value"
	case p.name == "voxml.Pay.ChargeAmount" && s != "" && !isAmount(s):
		return `is not a decimal number such as "9.50"`
	}
	return ""
}

// A hostileVerb is a verb with spots.
type hostileVerb struct {
	spots []spot
	verb  func(value func(spot) string) voxml.Verb
	tree  *tree // the encoded verb with a marker in each spot
}

// filled returns the verb with a string in each spot that accepts it, and the
// marker in the others.
func (v *hostileVerb) filled(s string) voxml.Verb {
	return v.verb(func(p spot) string {
		if p.refusal(s) == "" {
			return s
		}
		return p.marker()
	})
}

// want returns the tree that filled must be encoded to.
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

// replacedText returns a text with a string in place of a marker. It reports
// whether an attribute with this text is written even if the text is empty.
func (v *hostileVerb) replacedText(text, s string) (replaced string, keep bool) {
	for _, p := range v.spots {
		if !strings.Contains(text, p.marker()) || p.refusal(s) != "" {
			continue
		}
		if strings.HasSuffix(p.name, ".FinishOnKey") && s == voxml.NoKey {
			return "", true
		}
		keep = p.name == "voxml.Parameter.Value" || strings.HasSuffix(p.name, ".Attrs")
		return strings.ReplaceAll(text, p.marker(), carried(s)), keep
	}
	return text, true
}

// bases has a value of each type in which only the required fields are set.
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

// wordFields must not be only white space.
var wordFields = []string{"voxml.Dial.Number", "voxml.Flow.ID", "voxml.Number.Number", "voxml.Play.URL", "voxml.Redirect.URL"}

// nameFields must be XML names. See named.
var nameFields = []string{"voxml.Element.Name", "voxml.Attr.Name", "ssml.Element.Name", "ssml.Attr.Name"}

// fillSpot puts a string into a field, and reports whether the field holds
// strings.
func fillSpot(f reflect.Value, s string) bool {
	switch p := f.Addr().Interface().(type) {
	case *voxml.Expr:
		*p = voxml.RawExpr(s)
	case *voxml.Attrs:
		*p = voxml.Attrs{{Name: "extra", Value: s}, {Name: "other", Value: s}}
	case *[]ssml.Attr:
		*p = []ssml.Attr{{Name: "extra", Value: s}, {Name: "other", Value: s}}
	case *[]voxml.Node:
		*p = []voxml.Node{voxml.Text(s), voxml.Element{Name: "e"}, voxml.Text(s)}
	case *ssml.Speech:
		*p = ssml.Speech{ssml.Text(s), ssml.Break{}, ssml.Text(s)}
	default:
		if f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.String {
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
			f.Index(0).SetString(s)
			f.Index(1).SetString(s)
		} else if f.Kind() == reflect.String {
			f.SetString(s)
		}
		return !f.IsZero() || s == "" && f.Kind() == reflect.String
	}
	return true
}

// hostileVerbs returns verbs that together have all spots: every field of every
// type.
func hostileVerbs(t testing.TB) []*hostileVerb {
	t.Helper()
	var verbs []*hostileVerb
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
				list:     field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.String,
				required: !reflect.ValueOf(base).FieldByIndex(field.Index).IsZero() || typ.String()+"."+field.Name == "voxml.Play.URL",
			}
			switch {
			case slices.Contains(nameFields, p.name):
			case !fillSpot(reflect.New(field.Type).Elem(), harmless):
				require.Regexp(t, `^(bool|int|\[\]int|time\.Duration|voxml\.Flow|\[\]voxml\.\w+)$`, field.Type.String(), "does %s hold strings?", p.name)
			case p.name == "voxml.Play.URL", p.name == "voxml.Say.SSML": // excludes another field
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
		doc := voxml.Response{v.verb(spot.marker)}
		v.tree = decode(t, doc).children[0]
		for _, p := range v.spots {
			require.Contains(t, encode(t, doc), p.marker(), "%s is not written", p.name)
		}
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

// placed puts a node or a tag where it is allowed.
func placed(v reflect.Value) voxml.Response {
	if tag, ok := v.Interface().(ssml.Node); ok {
		return voxml.Response{voxml.Say{SSML: ssml.Speech{tag, ssml.Text("after")}}}
	}
	return document(v.Interface().(voxml.Node))
}

// sent puts a string into the spots of some verbs, and checks the encoded
// document.
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
	back := parsed(t, string(b))
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

// refused checks that a verb does not encode with a string in a spot that does
// not accept it.
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

// isXMLName reports whether encoding/xml accepts s as a name, with at most one
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

// named uses a string as the name of elements and attributes.
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

// trusted checks that trusted markup stays inside its Say or does not encode.
func trusted(t *testing.T, s string) {
	speech := ssml.Speech{ssml.Trusted(s)}
	doc := voxml.Response{voxml.Say{SSML: speech}, voxml.Hangup{}}
	b, err := doc.AppendXML(nil)
	plain := !strings.ContainsAny(s, "<&") && !strings.Contains(s, "]]>") && carried(s) == s
	said := speech.Text() // must not panic with any markup
	if err != nil {
		require.False(t, plain, "%q", s)
		errs := leaves(err)
		require.Len(t, errs, 1, "%q", s)
		require.Equal(t, "Response[0].Say[0].Trusted", errs[0].Path, "%q", s)
		require.Regexp(t, "^is not well formed at offset|^is nested more|^exceeds the limit|^has more than 100", errs[0].Err.Error(), "%q", s)
		return
	}
	verbs, texts := spoken(t, string(b))
	require.Equal(t, []string{"Say", "Hangup"}, verbs, "%q", s)
	require.Equal(t, []string{said, ""}, texts, "%q", s)
	back := parsed(t, string(b))
	require.Equal(t, canonical(t, reflect.ValueOf(doc)).Interface(), back, "%q", s)
	if plain {
		require.Equal(t, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), back[0].(voxml.Say).Text, "%q", s)
	}
}

// A verdict is the result of evaluating an expression.
type verdict struct{ value, failed bool }

// operators has each comparison with a string, and its meaning.
var operators = []struct {
	name  string
	build func(v voxml.Variable, s string) voxml.Expr
	mean  func(x, s string) verdict
}{
	{"Equal", voxml.Variable.Equal, func(x, s string) verdict { return verdict{value: x == s} }},
	{"NotEqual", voxml.Variable.NotEqual, func(x, s string) verdict { return verdict{value: x != s} }},
	{"Match", voxml.Variable.Match, func(x, s string) verdict { return matches(x, s, true) }},
	{"NotMatch", voxml.Variable.NotMatch, func(x, s string) verdict { return matches(x, s, false) }},
}

func matches(x, pattern string, want bool) verdict {
	re, err := regexp.Compile(pattern)
	if err != nil || len(pattern) > 1024 {
		return verdict{failed: true}
	}
	return verdict{value: re.MatchString(x) == want}
}

// unquotable returns the reasons why no expression can compare with a string.
func unquotable(s string) (reasons []string) {
	const value = "compares with a value that "
	if strings.Contains(s, "${") {
		reasons = append(reasons, value+`contains "${", so it cannot be quoted`)
	}
	if strings.HasSuffix(s, `\`) {
		reasons = append(reasons, value+"ends with a backslash, which might escape the closing quote")
	}
	if carried(s) != s {
		reasons = append(reasons, value+"contains a character that XML does not allow")
	}
	if len(s) > 16_000 {
		reasons = append(reasons, "is longer than 16384 bytes")
	}
	if strings.Contains(s, `"`) && strings.Contains(s, `'`) {
		reasons = append(reasons, value+"contains both kinds of quotes, so it cannot be quoted")
	}
	return reasons
}

// compared checks comparisons with a string, alone and joined with another
// comparison. They must have the right value or an error.
func compared(t *testing.T, s string) {
	other, reasons := voxml.Var("y").Equal("1"), unquotable(s)
	for _, op := range operators {
		values := []string{harmless, ""}
		if len(s) < 500 || strings.HasSuffix(op.name, "Equal") { // package regexp takes quadratic time
			values = append(values, s)
		}
		x := op.build(voxml.Var("x"), s)
		for i, joint := range []struct {
			x       voxml.Expr
			neutral string // the value of y with which the result is that of x
			first   bool   // y is evaluated first
			result  bool   // the result with any other value of y
		}{
			{x.And(other), "1", false, false}, {other.And(x), "1", true, false},
			{x.Or(other), "", false, true}, {other.Or(x), "", true, true},
		} {
			at := fmt.Sprintf("%.200q %s %d", s, op.name, i)
			if reasons != nil {
				unwritten(t, x, reasons, at)
				unwritten(t, joint.x, reasons, at)
				continue
			}
			written(t, x, at)
			written(t, joint.x, at)
			for _, value := range values {
				means := op.mean(value, s)
				for _, y := range []string{"1", ""} {
					vars := map[string]string{"y": y}
					if value != "" {
						vars["x"] = value
					}
					want := means
					if y != joint.neutral && (joint.first || !means.failed) {
						want = verdict{value: joint.result}
					}
					requireVerdict(t, means, x, vars, at)
					requireVerdict(t, want, joint.x, vars, at)
				}
			}
		}
	}
}

func requireVerdict(t *testing.T, want verdict, x voxml.Expr, vars map[string]string, at string) {
	t.Helper()
	got, err := x.Eval(vars)
	if want != (verdict{got, err != nil}) {
		require.Equal(t, want, verdict{got, err != nil}, "%s, %.200q: %v", at, vars, err)
	}
}

// unwritten checks that an expression has an error, which is one of the given
// reasons.
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

// written checks that an expression is the same after encoding and parsing.
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
	require.Equal(t, voxml.Response{voxml.If{Expression: x}}, parsed(t, string(b)), at)
}

var variableName = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)

// variables uses a string as the name of variables.
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

// raw checks that ParseExpr keeps a text or returns an error. In the second
// case, a RawExpr of the text cannot be joined.
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
