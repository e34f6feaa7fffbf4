package voxml_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

const (
	isFlag    = "must be true or false"
	isLarge   = "is too large"
	isNoKey   = "must be keys, or empty if no key ends the input"
	isNoWord  = "is only white space: leave it out"
	isNumber  = "must be a whole number above 0"
	isDecimal = `is not a decimal number such as "9.50"`
	isDeep    = "is nested more than 100 levels deep"
	isMany    = "exceeds the limit of 10000 elements in a document"
	isLong    = "is longer than 1048576 bytes"
	isAttrs   = "has more than 100 attributes without a field"
)

// isLeftOut lists the errors after which Parse only leaves out an attribute.
var isLeftOut = []string{isFlag, isNumber, isLarge, isNoKey, isNoWord, isDecimal}

// secret must not be in any message.
const secret = "4111111111111111"

// refusedFile has one document per line, followed by its errors and the rest of
// the document. Characters can be escaped as in Go.
const refusedFile = "testdata/refused.txt"

// eachRefused calls f for each line of refusedFile that is not a result, with
// the document if there is one.
func eachRefused(t testing.TB, f func(line, document string)) {
	t.Helper()
	b, err := os.ReadFile(refusedFile)
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "\t") {
			continue
		}
		in, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "parse ")
		if ok {
			in, err = strconv.Unquote(`"` + strings.ReplaceAll(in, `"`, `\"`) + `"`)
			require.NoError(t, err, "%s", line)
		}
		f(line, in)
	}
}

// TestParseErrors compares errors with refusedFile. With -update, it writes the
// file.
func TestParseErrors(t *testing.T) {
	var got strings.Builder
	eachRefused(t, func(line, in string) {
		got.WriteString(line)
		if !strings.HasPrefix(line, "parse ") {
			return
		}
		doc, err := voxml.Parse(strings.NewReader(in))
		require.Error(t, err, "%q", in)
		got.WriteString("\t" + strings.ReplaceAll(err.Error(), "\n", "\n\t") + "\n")
		if doc != nil {
			got.WriteString("\t" + encode(t, doc) + "\n")
		}
		errorsFit(t, []byte(in), doc, err)
	})
	if *update {
		require.NoError(t, os.WriteFile(refusedFile, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(refusedFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
	for line := range strings.Lines(got.String()) {
		assert.False(t, strings.HasPrefix(line, "\tvoxml") && strings.Contains(line, secret), "%s", line)
	}
}

// TestParseValues tries values that do not fit, at every attribute of each
// kind.
func TestParseValues(t *testing.T) {
	flags := []string{"", " ", "True", "TRUE", "yes", "1", "0", " true", "false ", secret, "t", "tru&#0101;e"}
	numbers := []string{
		"", " ", "soon", secret + "x", "0", "00", "-1", "+5", "1.5", "1,5", " 1", "1 ", "1 2", "0x1", "1e3", "1_000", "5s", "٣", "１", "&#9;1", "true",
	}
	large := []string{"9223372036854775808", "99999999999999999999999", "0000099999999999999999999"}
	longer := append([]string{"9223372037", secret, "9223372036854775807"}, large...)
	bad := func(name string, kind reflect.Type) map[string][]string {
		switch {
		case name == "finishOnKey":
			return map[string][]string{isNoKey: {"none"}}
		case name == "chargeAmount":
			return map[string][]string{isDecimal: {
				" ", "1,50", "-1", "+1", "$1", ".5", "5.", ".", "1.2.3", "1e3", " 1", "1 ", "ten", secret + "x", "٣", "1 000", "NaN",
			}}
		case kind.Kind() == reflect.Bool:
			return map[string][]string{isFlag: flags}
		case kind.Kind() == reflect.Int:
			return map[string][]string{isNumber: numbers, isLarge: large}
		case kind == reflect.TypeFor[time.Duration]():
			return map[string][]string{isNumber: append([]string{"Auto", "auto ", "never"}, numbers...), isLarge: longer}
		case kind == reflect.TypeFor[[]int]():
			return map[string][]string{
				isNumber: {"0", "x", "-1", "1 x", "1 2 0", "1,2", "+1", "1.0", secret + "x", "x y z"},
				isLarge:  append([]string{"1 99999999999999999999"}, large...),
			}
		case kind.Kind() == reflect.Slice:
			return map[string][]string{isNoWord: {" ", "&#9;\n"}}
		}
		return nil
	}
	list := listed(t)
	for _, tt := range elements {
		for i, field := range attributeFields(reflect.TypeOf(tt.base), tt.content) {
			name := list[tt.name][i]
			before, after, _ := strings.Cut(encode(t, document(tt.base)), "<"+tt.name)
			before += "<" + tt.name + " "
			want := parsed(t, before+after)
			for message, values := range bad(name, field.Type) {
				for _, value := range values {
					if tt.name == "Record" && name == "timeout" && value == "0" {
						continue // not an error
					}
					doc, err := voxml.Parse(strings.NewReader(before + name + "='" + value + "'" + after))
					all := leaves(err)
					require.Len(t, all, 1, "%s %s=%q: %v", tt.name, name, value, err)
					assert.EqualError(t, all[0].Err, message, "%s %s=%q", tt.name, name, value)
					assert.Regexp(t, `^Response\[0\].*\b`+tt.name+`\.`+name+"$", all[0].Path)
					assert.Equal(t, []int{1, len(before) + 1}, []int{all[0].Line, all[0].Column}, "%s %s", tt.name, name)
					assert.NotContains(t, err.Error(), secret)
					assert.Equal(t, want, doc, "%s %s=%q", tt.name, name, value)
				}
			}
		}
	}
}

func TestParseErrorValue(t *testing.T) {
	_, err := voxml.Parse(strings.NewReader("<Response>\n<If expression='1==1'><Say loop='0'/></If></Response>"))
	e, ok := err.(*voxml.Error)
	require.True(t, ok, "a single error must not be joined: %T", err)
	assert.Equal(t, "Response[0].If[0].Say.loop 2 28", fmt.Sprint(e.Path, " ", e.Line, " ", e.Column))
	require.EqualError(t, e.Err, isNumber)

	_, err = voxml.Parse(strings.NewReader("<Response>x<Say loop='0'/></Response>"))
	require.Len(t, leaves(err), 2)
	require.ErrorAs(t, fmt.Errorf("template: %w", err), &e)
	assert.Equal(t, "Response 1 11", fmt.Sprint(e.Path, " ", e.Line, " ", e.Column))
}

// TestParseManyErrors checks that the first hundred errors are reported.
func TestParseManyErrors(t *testing.T) {
	const loop = "<Say loop='0'/>\n"
	for _, tt := range []struct {
		in   string
		want int
		no   bool // Parse returns no document
		last string
	}{
		{strings.Repeat(loop, 99), 99, false, "voxml: line 99, column 6: Response[98].Say.loop: " + isNumber},
		{strings.Repeat(loop, 101), 100, false, "voxml: line 100, column 6: Response[99].Say.loop: " + isNumber},
		{strings.Repeat(loop, 99) + "&", 100, true, `voxml: line 100, column 1: Response: "&" does not start a reference: write "&amp;"`},
		{strings.Repeat(loop, 100) + "&", 100, true, "voxml: line 100, column 6: Response[99].Say.loop: " + isNumber},
		{strings.Repeat("x\n<Answer/>", 200), 100, true, "voxml: line 100, column 10: Response: has text where none is allowed"},
		{"<Connect>\n" + strings.Repeat("<Flow resume='x'/>\n", 200) + "</Connect>", 100, false,
			"voxml: line 101, column 7: Response[0].Connect[199].Flow.resume: " + isFlag},
	} {
		doc, err := voxml.Parse(strings.NewReader("<Response>" + tt.in + "</Response>"))
		assert.Equal(t, tt.no, doc == nil, tt.last)
		all := leaves(err)
		require.Len(t, all, tt.want)
		require.EqualError(t, all[len(all)-1], tt.last)
	}
}

// failure returns the only error of a document that Parse refuses.
func failure(t *testing.T, text string) *voxml.Error {
	t.Helper()
	doc, err := voxml.Parse(strings.NewReader(text))
	require.Error(t, err)
	require.Nil(t, doc)
	all := leaves(err)
	require.Len(t, all, 1)
	return all[0]
}

func TestParseMaxSize(t *testing.T) {
	for _, tt := range []struct{ before, pad, after string }{
		{"<Response><Say>", "x", "</Say></Response>"},
		{"<Response/>", "\n", ""},
		{"", " ", "<Response/>"},
		{"<Response><!--", ".", "--></Response>"},
		{"<Response><Gather hints='", "x", "'/></Response>"},
	} {
		text := tt.before + strings.Repeat(tt.pad, voxml.MaxSize-len(tt.before)-len(tt.after)) + tt.after
		require.Len(t, text, voxml.MaxSize)
		parsed(t, text)
		e := failure(t, tt.before+tt.pad+text[len(tt.before):])
		assert.Equal(t, &voxml.Error{Path: "Response", Err: e.Err}, e)
		require.EqualError(t, e.Err, isLong)
	}
}

// TestParseBounds checks documents that are exactly at a limit, one over it,
// and far over it.
func TestParseBounds(t *testing.T) {
	repeat := func(one string) func(int) string { return func(n int) string { return strings.Repeat(one, n) } }
	nest := func(open, end string) func(int) string {
		return func(n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	}
	pay := ` action="/a" method="GET" bankAccountType="x" chargeAmount="1" currency="usd" description="d" input="dtmf" language="en"
	maxAttempts="1" minPostalCodeLength="1" output="o" paymentConnector="c" paymentMethod="m" postalCode="true" securityCode="true"
	statusCallback="/s" statusCallbackMethod="GET" timeout="1" tokenType="t" validCardTypes="visa" history="full"`
	for _, tt := range []struct {
		before string
		part   func(int) string
		after  string
		fits   int
		want   string // the error for one more
		tag    string // the start tag with the error, or ""
		path   string // the path of the error, or ""
	}{
		{"", nest("<If expression='1==1'>", "</If>"), "", 100, isDeep, "<If expression='1==1'>", ""},
		{"", nest("<x>", "</x>"), "", 100, isDeep, "<x>", ""},
		{"<Gather>", nest("<Gather>", "</Gather>"), "</Gather>", 99, isDeep, "<Gather>", ""},
		{"<Say>", nest("<p>", "</p>"), "</Say>", 99, isDeep, "<p>", ""},
		{"<Gather><Say>", nest("<x>", "</x>"), "</Say></Gather>", 98, isDeep, "<x>", ""},
		{"<Set output='a'>", nest("<x>", "</x>"), "</Set>", 99, isDeep, "<x>", ""},

		{"", repeat("<Hangup/>"), "", 10_000, isMany, "<Hangup/>", ""},
		{"<Room>", repeat("<b/>"), "</Room>", 9_999, isMany, "<b/>", ""},
		{"<Say>", repeat("<break/>"), "</Say>", 9_999, isMany, "<break/>", ""},
		{"", repeat("<If expression='1==1'><Say>Hi</Say></If>"), "", 5_000, isMany, "<If expression='1==1'><Say>Hi</Say></If>", ""},

		{"<Hangup", attrs, "/>", 100, isAttrs, "", "Response[0].Hangup.Attrs"},
		{"<Pay" + pay, attrs, "/>", 100, isAttrs, "", "Response[0].Pay.Attrs"},
		{"<Dial><Number", attrs, ">1</Number></Dial>", 100, isAttrs, "", "Response[0].Dial[0].Number.Attrs"},
		{"<Room", attrs, "/>", 100, isAttrs, "", "Response[0].Room.Attrs"},
		{"<Gather><Hangup", attrs, "/></Gather>", 100, isAttrs, "", "Response[0].Gather[0].Hangup.Attrs"},
		{"<Say><b", attrs, "/></Say>", 100, isAttrs, "", "Response[0].Say[0].b"},
		{"<Say>a<p", attrs, "/></Say>", 100, isAttrs, "", "Response[0].Say[1].p"},
	} {
		t.Run(tt.before+tt.part(1), func(t *testing.T) {
			text := func(n int) string { return "<Response>" + tt.before + tt.part(n) + tt.after + "</Response>" }
			encode(t, parsed(t, text(tt.fits)))

			e := failure(t, text(tt.fits+1))
			require.EqualError(t, e.Err, tt.want)
			assert.NotContains(t, e.Error(), secret)
			if tt.path == "" { // the error is at the first tag over the limit
				assert.Equal(t, len("<Response>"+tt.before)+tt.fits*len(tt.tag)+1, e.Column)
			} else { // the error is at the start tag
				assert.Equal(t, tt.path, e.Path)
				assert.Equal(t, strings.LastIndexByte("<Response>"+strings.TrimSuffix(tt.before, pay), '<')+1, e.Column)
			}
			require.EqualError(t, failure(t, text(5_001+tt.fits)).Err, tt.want)
		})
	}
	require.EqualError(t, failure(t, "<Response><Set output='a'>"+strings.Repeat("<b>", 50_000)).Err, isDeep)
}

// A claiming is a reader with a Len method that can return any number.
type claiming struct {
	io.Reader
	n int
}

func (r claiming) Len() int { return r.n }

func TestParseReader(t *testing.T) {
	for _, n := range []int{math.MinInt, -1, 0, 1, voxml.MaxSize, math.MaxInt} { // Len is only a hint
		doc, err := voxml.Parse(claiming{strings.NewReader("<Response><Hangup/></Response>"), n})
		require.NoError(t, err, n)
		assert.Equal(t, voxml.Response{voxml.Hangup{}}, doc, n)
	}

	broken := iotest.ErrReader(errors.New("broken pipe"))
	for name, r := range map[string]io.Reader{
		"at once":            broken,
		"in the document":    io.MultiReader(strings.NewReader("<Response>"), broken),
		"after the document": io.MultiReader(strings.NewReader("<Response/>"), broken),
		"with data":          iotest.DataErrReader(io.MultiReader(strings.NewReader("<Response/>"), broken)),
		"after an error":     io.MultiReader(strings.NewReader("<Request/>"), broken),
	} {
		doc, err := voxml.Parse(r)
		require.EqualError(t, err, "voxml: cannot read the document: broken pipe", name)
		_, want := broken.Read(nil)
		require.ErrorIs(t, err, want, name)
		assert.Nil(t, doc, name)
	}

	long := strings.NewReader(strings.Repeat(" ", 2*voxml.MaxSize))
	failed := io.MultiReader(long) // has no Len method
	_, err := voxml.Parse(failed)
	require.EqualError(t, err, "voxml: Response: "+isLong)
	assert.Equal(t, voxml.MaxSize-1, long.Len(), "Parse must not read more than it needs")
}

// hostileShapes are documents that repeat one part many times.
var hostileShapes = []struct {
	name, before, one, after string
	number                   int // repetitions in a small document
}{
	{"elements", "<Response>", "<Hangup/>", "</Response>", 1000},
	{"attributes", "<Response>", "<a" + attrs(100) + "/>", "</Response>", 50},
	{"texts", "<Response><Room>", "a<b/>", "</Room></Response>", 900},
	{"entities", "<Response><Say>", "&amp;", "</Say></Response>", 10_000},
	{"references", "<Response><Say>", "&#x1F600;", "</Say></Response>", 10_000},
	{"entities in an attribute", "<Response><Say voice='", "&quot;", "'/></Response>", 10_000},
	{"lines in an attribute", "<Response><Say voice='", "\n", "'/></Response>", 10_000},
	{"comments", "<Response>", "<!---->", "</Response>", 10_000},
	{"comments in text", "<Response><Say>", "a<!-- -->", "</Say></Response>", 10_000},
	{"comments before the root", "", "<!-- -->\n", "<Response/>", 10_000},
	{"half a comment", "<Response><!--", "<!- - >", "", 10_000},
	{"CDATA", "<Response><Say>", "<![CDATA[]]>", "</Say></Response>", 8_000},
	{"CDATA in text", "<Response><Say>", "a<![CDATA[b]]>", "</Say></Response>", 7_000},
	{"half a CDATA section", "<Response><Say><![CDATA[", "]] >", "", 20_000},
	{"brackets", "<Response><Say>", "]", "</Say></Response>", 50_000},
	{"line ends", "<Response><Say>", "\r\n", "</Say></Response>", 40_000},
	{"Chinese", "<Response><Say>", "中", "</Say></Response>", 30_000},
	{"speech", "<Response><Say>", "a<break time='1s'/>", "</Say></Response>", 900},
	{"speech that does not fit", "<Response><Say>", "<break time='soon' x='1'/>", "</Say></Response>", 900},
	{"nested speech that does not fit", "<Response><Say>", strings.Repeat("<p x='1'>", 90) + "a" + strings.Repeat("</p>", 90), "</Say></Response>", 11},
	{"nested conditions", "<Response>", strings.Repeat("<If expression='1==1'>", 90) + strings.Repeat("</If>", 90), "</Response>", 11},
	{"a short nest", "<Response>", "<x>", "", 10},
	{"a nest that is too deep", "<Response>", "<x>", "", 20_000},
	{"errors", "<Response>", "<Say loop='0'/>", "</Response>", 1000},
	{"errors in another order", "<Response>", "<Gather timeout='x' numDigits='y'/>\n", "</Response>", 1000},
	{"errors after a long line", "<Response><!--", "é", "-->" + strings.Repeat("<Say loop='0'/>", 100) + "</Response>", 50_000},
	{"errors in text", "<Response>", "x<Hangup/>", "</Response>", 1000},
	{"elements where none are allowed", "<Response><Hangup>", "<a/>x", "</Hangup></Response>", 900},
	{"verbs with elements where none are allowed", "<Response>", "<Hangup a='&lt;'><a/></Hangup>", "</Response>", 400},
	{"Flows", "<Response><Connect>", "<Flow/>", "</Connect></Response>", 900},
	{"nested Flows", "<Response>", strings.Repeat("<Connect><Flow>", 45) + "<a/>" + strings.Repeat("</Flow></Connect>", 45), "</Response>", 11},
	{"words", "<Response><Pay validCardTypes='", "visa ", "'/></Response>", 10_000},
	{"numbers", "<Response><Pay><Prompt for='postal-code' attempt='", "1 ", "'/></Pay></Response>", 10_000},
}

// attrs returns that many attributes.
func attrs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d='&lt;%s&gt;'", i, secret)
	}
	return b.String()
}

// TestParseLinear checks that ten times the input takes about ten times the
// memory, in allocations and in bytes, whatever the input. It also limits the
// memory for 1 MB.
func TestParseLinear(t *testing.T) {
	for _, tt := range hostileShapes {
		t.Run(tt.name, func(t *testing.T) {
			cost := func(text string) (pieces, size float64) {
				run := func() { _, _ = voxml.Parse(strings.NewReader(text)) }
				pieces = testing.AllocsPerRun(1, run)
				return pieces, float64(allocated(run))
			}
			document := func(n int) string { return tt.before + strings.Repeat(tt.one, n) + tt.after }
			pieces, size := cost(document(tt.number))
			pieces10, size10 := cost(document(10 * tt.number))
			assert.LessOrEqual(t, pieces10, 12*pieces)
			assert.LessOrEqual(t, size10, 20*size) // slices grow in steps

			most := (voxml.MaxSize - len(tt.before) - len(tt.after)) / len(tt.one)
			assert.Less(t, allocated(func() { _, _ = voxml.Parse(strings.NewReader(document(most))) }), uint64(32<<20))
		})
	}
}
