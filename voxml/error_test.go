package voxml_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// A foreign type has every method that a verb has, by embedding one.
type foreign struct{ voxml.Say }

func TestErrors(t *testing.T) {
	var (
		noSay *voxml.Say
		name  = func(s string) voxml.Response { return voxml.Response{voxml.Element{Name: s}} }
		attr  = func(a ...voxml.Attr) voxml.Response { return voxml.Response{voxml.Hangup{Attrs: a}} }
	)
	const (
		notWhole = " is not a whole number of seconds"
		both     = ": leave one of them empty"
		word     = ": contains a value that is empty or has a space in it"
		amount   = `voxml: Response[0].Pay.chargeAmount: is not a decimal number such as "9.50"`
	)
	for _, tt := range []struct {
		section, name string
		doc           voxml.Response
		want          string
	}{
		// Times.
		{"4 Dial", "timeout", voxml.Response{voxml.Dial{Number: "1", Timeout: 5}},
			"voxml: Response[0].Dial.timeout: 5ns" + notWhole},
		{"4 Dial", "timeout negative", voxml.Response{voxml.Dial{Number: "1", Timeout: -time.Second}},
			"voxml: Response[0].Dial.timeout: -1s is negative"},
		{"4 Dial", "timeLimit", voxml.Response{voxml.Dial{Number: "1", TimeLimit: 1500 * time.Millisecond}},
			"voxml: Response[0].Dial.timeLimit: 1.5s" + notWhole},
		{"4 Dial", "timeLimit negative", voxml.Response{voxml.Dial{Number: "1", TimeLimit: -1}},
			"voxml: Response[0].Dial.timeLimit: -1ns is negative"},
		{"4 Gather", "timeout", voxml.Response{voxml.Hangup{}, voxml.Gather{Timeout: 5}},
			"voxml: Response[1].Gather.timeout: 5ns" + notWhole},
		{"4 Gather", "timeout negative", voxml.Response{voxml.Gather{Timeout: -3 * time.Second}},
			"voxml: Response[0].Gather.timeout: -3s is negative"},
		{"4 Gather", "timeout auto", voxml.Response{voxml.Gather{Timeout: voxml.Auto}},
			"voxml: Response[0].Gather.timeout: cannot be Auto or Never"},
		{"4 Gather", "speechTimeout", voxml.Response{voxml.Gather{SpeechTimeout: time.Second + 1}},
			"voxml: Response[0].Gather.speechTimeout: 1.000000001s" + notWhole},
		{"4 Gather", "speechTimeout never", voxml.Response{voxml.Gather{SpeechTimeout: voxml.Never}},
			"voxml: Response[0].Gather.speechTimeout: cannot be Auto or Never"},
		{"4 Pause", "length", voxml.Response{voxml.Pause{Length: 60}},
			"voxml: Response[0].Pause.length: 60ns" + notWhole},
		{"4 Pause", "length negative", voxml.Response{voxml.Pause{Length: -time.Minute}},
			"voxml: Response[0].Pause.length: -1m0s is negative"},
		{"4 Pay", "timeout", voxml.Response{voxml.Pay{Timeout: time.Millisecond}},
			"voxml: Response[0].Pay.timeout: 1ms" + notWhole},
		{"4 Pay", "timeout negative", voxml.Response{voxml.Pay{Timeout: -time.Second}},
			"voxml: Response[0].Pay.timeout: -1s is negative"},
		{"4 Record", "timeout", voxml.Response{voxml.Record{Timeout: 3}},
			"voxml: Response[0].Record.timeout: 3ns" + notWhole},
		{"4 Record", "timeout auto", voxml.Response{voxml.Record{Timeout: voxml.Auto}},
			"voxml: Response[0].Record.timeout: cannot be Auto or Never"},
		{"4 Record", "maxLength", voxml.Response{voxml.Record{MaxLength: 3600}},
			"voxml: Response[0].Record.maxLength: 3.6µs" + notWhole},
		{"4 Record", "maxLength negative", voxml.Response{voxml.Record{MaxLength: voxml.Never}},
			"voxml: Response[0].Record.maxLength: cannot be Auto or Never"},

		// Numbers.
		{"4 Gather", "numDigits", voxml.Response{voxml.Gather{NumDigits: -1}},
			"voxml: Response[0].Gather.numDigits: -1 is negative"},
		{"4 Do", "maxLoops", voxml.Response{voxml.Do{Expression: voxml.RawExpr("1==1"), MaxLoops: -2}},
			"voxml: Response[0].Do.maxLoops: -2 is negative"},
		{"4 Pay", "maxAttempts", voxml.Response{voxml.Pay{MaxAttempts: -1}},
			"voxml: Response[0].Pay.maxAttempts: -1 is negative"},
		{"4 Pay", "minPostalCodeLength", voxml.Response{voxml.Pay{MinPostalCodeLength: -5}},
			"voxml: Response[0].Pay.minPostalCodeLength: -5 is negative"},
		{"4 Play", "loop", voxml.Response{voxml.Play{URL: "a.mp3", Loop: -1}},
			"voxml: Response[0].Play.loop: -1 is negative"},
		{"4 Say", "loop", voxml.Response{voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Say{Loop: -1}}}},
			"voxml: Response[0].Gather[0].Say.loop: -1 is negative"},
		{"4 Prompt", "attempt", document(voxml.Prompt{For: voxml.PromptForPostalCode, Attempt: []int{1, 0}}),
			"voxml: Response[0].Pay[0].Prompt.attempt: 0 is not positive"},
		{"4 Prompt", "attempt negative", document(voxml.Prompt{For: voxml.PromptForPostalCode, Attempt: []int{-1}}),
			"voxml: Response[0].Pay[0].Prompt.attempt: -1 is not positive"},

		// Amounts.
		{"4 Pay", "chargeAmount word", voxml.Response{voxml.Pay{ChargeAmount: "ten"}}, amount},
		{"4 Pay", "chargeAmount sign", voxml.Response{voxml.Pay{ChargeAmount: "-1"}}, amount},
		{"4 Pay", "chargeAmount plus", voxml.Response{voxml.Pay{ChargeAmount: "+1"}}, amount},
		{"4 Pay", "chargeAmount currency", voxml.Response{voxml.Pay{ChargeAmount: "$1"}}, amount},
		{"4 Pay", "chargeAmount comma", voxml.Response{voxml.Pay{ChargeAmount: "9,50"}}, amount},
		{"4 Pay", "chargeAmount space", voxml.Response{voxml.Pay{ChargeAmount: " 9"}}, amount},
		{"4 Pay", "chargeAmount point", voxml.Response{voxml.Pay{ChargeAmount: "."}}, amount},
		{"4 Pay", "chargeAmount no fraction", voxml.Response{voxml.Pay{ChargeAmount: "9."}}, amount},
		{"4 Pay", "chargeAmount no whole", voxml.Response{voxml.Pay{ChargeAmount: ".5"}}, amount},
		{"4 Pay", "chargeAmount two points", voxml.Response{voxml.Pay{ChargeAmount: "1.2.3"}}, amount},
		{"4 Pay", "chargeAmount exponent", voxml.Response{voxml.Pay{ChargeAmount: "1e3"}}, amount},
		{"4 Pay", "chargeAmount other digits", voxml.Response{voxml.Pay{ChargeAmount: "٣"}}, amount},

		// Lists.
		{"4 Dial", "recordingStatusCallbackEvent",
			voxml.Response{voxml.Dial{Number: "1", RecordingStatusCallbackEvent: []voxml.RecordingStatus{"in-progress completed"}}},
			"voxml: Response[0].Dial.recordingStatusCallbackEvent" + word},
		{"4 Record", "recordingStatusCallbackEvent",
			voxml.Response{voxml.Record{RecordingStatusCallbackEvent: []voxml.RecordingStatus{""}}},
			"voxml: Response[0].Record.recordingStatusCallbackEvent" + word},
		{"4 Pay", "validCardTypes", voxml.Response{voxml.Pay{ValidCardTypes: []voxml.CardType{"visa\tamex"}}},
			"voxml: Response[0].Pay.validCardTypes" + word},
		{"4 Prompt", "cardType", document(voxml.Prompt{For: voxml.PromptForPostalCode, CardType: []voxml.CardType{"visa\n"}}),
			"voxml: Response[0].Pay[0].Prompt.cardType" + word},
		{"4 Prompt", "errorType", document(voxml.Prompt{For: voxml.PromptForPostalCode, ErrorType: []voxml.ErrorType{"a\rb"}}),
			"voxml: Response[0].Pay[0].Prompt.errorType" + word},

		// What is required.
		{"4 Connect", "Flow", voxml.Response{voxml.Connect{}}, "voxml: Response[0].Connect[0].Flow.ID: is required"},
		{"4 Dial", "Number", voxml.Response{voxml.Dial{}}, "voxml: Response[0].Dial.Number: is required"},
		{"4 Number", "Number", document(voxml.Number{}), "voxml: Response[0].Dial[0].Number.Number: is required"},
		{"4 Play", "URL", voxml.Response{voxml.Play{}}, "voxml: Response[0].Play.URL: is required"},
		{"4 Redirect", "URL", voxml.Response{voxml.Redirect{}}, "voxml: Response[0].Redirect.URL: is required"},
		{"4 Set", "output", voxml.Response{voxml.Set{Value: "x"}}, "voxml: Response[0].Set.output: is required"},
		{"4 Unset", "output", voxml.Response{voxml.Unset{}}, "voxml: Response[0].Unset.output: is required"},
		{"4 If", "expression", voxml.Response{voxml.If{}}, "voxml: Response[0].If.expression: is required"},
		{"4 Do", "expression", voxml.Response{voxml.Do{}}, "voxml: Response[0].Do.expression: is required"},
		{"4 Prompt", "for", document(voxml.Prompt{}), "voxml: Response[0].Pay[0].Prompt.for: is required"},
		{"4 Parameter", "name", document(voxml.Parameter{Value: "x"}), "voxml: Response[0].Pay[0].Parameter.name: is required"},

		// What excludes each other.
		{"4 Dial", "Number and Nouns",
			voxml.Response{voxml.Dial{Number: "1", Nouns: []voxml.DialNoun{voxml.Number{Number: "2"}}}},
			"voxml: Response[0].Dial.Nouns: is set together with Number" + both},
		{"4 Play", "URL and digits", voxml.Response{voxml.Play{URL: "a.mp3", Digits: "1"}},
			"voxml: Response[0].Play.digits: is set together with URL" + both},
		{"4 Say", "Text and SSML", voxml.Response{voxml.Say{Text: "a", SSML: ssml.Speech{ssml.Text("b")}}},
			"voxml: Response[0].Say.SSML: is set together with Text" + both},

		// Names.
		{"4", "element without a name", name(""), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name with a space", name("a b"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name with markup", name("a/><Hangup"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name with an attribute", name(`a b="c"`), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name that starts with a digit", name("1a"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name that starts with a hyphen", name("-a"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name that starts with a point", name(".a"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name that starts with a combining mark", name("\u0301a"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name with a sign", name("a×b"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name that is not UTF-8", name("a\xff"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "element name with a null", name("a\x00"), "voxml: Response[0].Element: has a name that XML does not allow"},
		{"4", "attribute without a name", attr(voxml.Attr{Value: "x"}), "voxml: Response[0].Hangup.Attrs[0]: has a name that XML does not allow"},
		{"4", "attribute name with a space", attr(voxml.Attr{Name: "a"}, voxml.Attr{Name: "b c"}),
			"voxml: Response[0].Hangup.Attrs[1]: has a name that XML does not allow"},
		{"4", "attribute name with markup", attr(voxml.Attr{Name: `a="/><Say b`}),
			"voxml: Response[0].Hangup.Attrs[0]: has a name that XML does not allow"},
		{"4", "attribute name of an element", voxml.Response{voxml.Element{Name: "a", Attrs: voxml.Attrs{{Name: "1"}}}},
			"voxml: Response[0].a.Attrs[0]: has a name that XML does not allow"},
		{"4", "attribute twice", attr(voxml.Attr{Name: "x", Value: "1"}, voxml.Attr{Name: "x", Value: "2"}),
			"voxml: Response[0].Hangup.x: occurs twice in Attrs"},
		{"4", "attribute of an element twice", voxml.Response{voxml.Element{Name: "a", Attrs: voxml.Attrs{{Name: "x"}, {Name: "y"}, {Name: "x"}}}},
			"voxml: Response[0].a.x: occurs twice in Attrs"},

		// Nodes that are not values of this package.
		{"4", "nil verb", voxml.Response{nil}, "voxml: Response[0]: is nil"},
		{"4 Gather", "nil verb", voxml.Response{voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Say{}, nil}}},
			"voxml: Response[0].Gather[1]: is nil"},
		{"4 Dial", "nil noun", voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{nil}}}, "voxml: Response[0].Dial[0]: is nil"},
		{"4 Pay", "nil noun", voxml.Response{voxml.Pay{Nouns: []voxml.PayNoun{nil}}}, "voxml: Response[0].Pay[0]: is nil"},
		{"4 Prompt", "nil verb", document(voxml.Prompt{For: voxml.PromptForPostalCode, Verbs: []voxml.PromptVerb{nil}}),
			"voxml: Response[0].Pay[0].Prompt[0]: is nil"},
		{"4 Say", "nil markup", voxml.Response{voxml.Say{SSML: ssml.Speech{nil}}}, "voxml: Response[0].Say[0]: is nil"},
		{"4", "nil child", voxml.Response{voxml.Element{Name: "a", Children: []voxml.Node{nil}}}, "voxml: Response[0].a[0]: is nil"},
		{"4 Say", "pointer", voxml.Response{&voxml.Say{Text: "Hi"}},
			"voxml: Response[0].Say: is a *voxml.Say: nodes must be values of this package's types"},
		{"4 Say", "nil pointer", voxml.Response{noSay},
			"voxml: Response[0].Say: is a *voxml.Say: nodes must be values of this package's types"},
		{"4 Number", "pointer", voxml.Response{voxml.Dial{Nouns: []voxml.DialNoun{&voxml.Number{Number: "1"}}}},
			"voxml: Response[0].Dial[0].Number: is a *voxml.Number: nodes must be values of this package's types"},
		{"4", "foreign type", voxml.Response{foreign{voxml.Say{Text: "Hi"}}},
			"voxml: Response[0].foreign: is a voxml_test.foreign: nodes must be values of this package's types"},
		{"4", "pointer to a foreign type", voxml.Response{&foreign{}},
			"voxml: Response[0].foreign: is a *voxml_test.foreign: nodes must be values of this package's types"},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			_, err := tt.doc.AppendXML(nil)
			require.EqualError(t, err, tt.want)
			var e *voxml.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.want, "voxml: "+e.Path+": "+e.Err.Error())
			assert.Same(t, e.Err, errors.Unwrap(e))
		})
	}
}

// TestNames holds the names that must not be refused.
func TestNames(t *testing.T) {
	for _, name := range []string{
		"a", "A", "_", "Sip", "amazon:effect", "xml:lang", "a-b", "a.b", "a1", "_1", "é", "aé", "名前", "a\u00b7", "e\u0301",
	} {
		doc := voxml.Response{voxml.Element{Name: name, Attrs: voxml.Attrs{{Name: name, Value: "1"}}}}
		assert.Equal(t, "<Response><"+name+" "+name+`="1"/></Response>`, encode(t, doc))
	}
}

// TestNamesOfTheFifthEdition holds names that only some XML parsers take. They
// are neither written nor read.
func TestNamesOfTheFifthEdition(t *testing.T) {
	for _, name := range []string{"\u2c00", "a\u2c00", "a\u203f", "\u200c", "\u0132", "\U00010000", "\U000EFFFF"} {
		_, err := voxml.Response{voxml.Element{Name: name}}.AppendXML(nil)
		assert.ErrorContains(t, err, "has a name that XML does not allow", "%q", name)
		_, err = voxml.Response{voxml.Hangup{Attrs: voxml.Attrs{{Name: name}}}}.AppendXML(nil)
		assert.ErrorContains(t, err, "has a name that XML does not allow", "%q", name)
		_, err = voxml.Parse(strings.NewReader("<Response><" + name + "/></Response>"))
		assert.ErrorContains(t, err, "does not start a tag", "%q", name)
	}
}

// TestAttrsOwned gives each element each attribute that it has a field for a
// second time, while the field is zero and while it is set.
func TestAttrsOwned(t *testing.T) {
	list := listed(t)
	for _, tt := range elements {
		for _, attribute := range without(list[tt.name], "#text") {
			for _, n := range []voxml.Node{tt.base, tt.full} {
				v := reflect.New(reflect.TypeOf(n)).Elem()
				v.Set(reflect.ValueOf(n))
				v.FieldByName("Attrs").Set(reflect.ValueOf(voxml.Attrs{{Name: "x"}, {Name: attribute, Value: "1"}}))
				_, err := document(v.Interface().(voxml.Node)).AppendXML(nil)
				var e *voxml.Error
				require.ErrorAs(t, err, &e, "%s %s", tt.name, attribute)
				assert.True(t, strings.HasSuffix(e.Path, "."+tt.name+"."+attribute), "%s", e.Path)
				assert.EqualError(t, e.Err, "has its own field: set that instead of adding it to Attrs")
				assert.Len(t, leaves(err), 1, "%v", err)
			}
		}
	}
}

// TestAttrsNotOwned has names that are near to those of fields.
func TestAttrsNotOwned(t *testing.T) {
	doc := voxml.Response{
		voxml.If{Expression: voxml.RawExpr("1==1"), Attrs: voxml.Attrs{{Name: "history", Value: "full"}}},
		voxml.Gather{Timeout: time.Second, Attrs: voxml.Attrs{{Name: "Timeout"}, {Name: "x:timeout", Value: "2"}}},
	}
	assert.Equal(t, `<Response><If expression="1==1" history="full"/><Gather timeout="1" Timeout="" x:timeout="2"/></Response>`,
		encode(t, doc))
}

// ifs nests that many conditionals.
func ifs(n int) voxml.Verb {
	var v voxml.Verb = voxml.If{Expression: voxml.RawExpr("1==1")}
	for range n - 1 {
		v = voxml.If{Expression: voxml.RawExpr("1==1"), Verbs: []voxml.Verb{v}}
	}
	return v
}

func TestMaxDepth(t *testing.T) {
	elements := func(n int) voxml.Element {
		e := voxml.Element{Name: "e"}
		for range n - 1 {
			e = voxml.Element{Name: "e", Children: []voxml.Node{e}}
		}
		return e
	}
	emphases := func(n int) ssml.Node {
		e := ssml.Emphasis{}
		for range n - 1 {
			e = ssml.Emphasis{Content: ssml.Speech{e}}
		}
		return e
	}
	for _, tt := range []struct {
		name  string
		doc   voxml.Response
		depth int
	}{
		{"one", voxml.Response{ifs(1)}, 1},
		{"If", voxml.Response{ifs(voxml.MaxDepth)}, voxml.MaxDepth},
		{"If, too deep", voxml.Response{ifs(voxml.MaxDepth + 1)}, voxml.MaxDepth + 1},
		{"Element", voxml.Response{elements(voxml.MaxDepth)}, voxml.MaxDepth},
		{"Element, too deep", voxml.Response{elements(voxml.MaxDepth + 1)}, voxml.MaxDepth + 1},
		{"Element, far too deep", voxml.Response{elements(100 * voxml.MaxDepth)}, 100 * voxml.MaxDepth},
		{"SSML", voxml.Response{voxml.Say{SSML: ssml.Speech{emphases(voxml.MaxDepth - 1)}}}, voxml.MaxDepth},
		{"SSML, too deep", voxml.Response{voxml.Say{SSML: ssml.Speech{emphases(voxml.MaxDepth)}}}, voxml.MaxDepth + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.doc.AppendXML(nil)
			if tt.depth <= voxml.MaxDepth {
				require.NoError(t, err)
				root, err := parse(b)
				require.NoError(t, err)
				assert.Len(t, root.all(), 1+tt.depth)
				return
			}
			var e *voxml.Error
			require.ErrorAs(t, err, &e)
			assert.EqualError(t, e.Err, "is nested more than 100 levels deep")
			assert.Equal(t, voxml.MaxDepth+1, strings.Count(e.Path, "."), "%s", e.Path)
			assert.Len(t, leaves(err), 1)
		})
	}
}

// TestDepthOfSiblings checks that depth is not counted along a level.
func TestDepthOfSiblings(t *testing.T) {
	doc := make(voxml.Response, 10*voxml.MaxDepth)
	for i := range doc {
		doc[i] = ifs(2)
	}
	assert.Len(t, decode(t, doc).children, len(doc))
}

func TestCycles(t *testing.T) {
	nodes := make([]voxml.Node, 1)
	nodes[0] = voxml.Element{Name: "e", Children: nodes}
	verbs := make([]voxml.Verb, 2)
	verbs[0] = voxml.Hangup{}
	verbs[1] = voxml.Do{Expression: voxml.RawExpr("1==1"), Verbs: verbs}
	for _, tt := range []struct {
		name string
		doc  voxml.Response
	}{
		{"Element", voxml.Response{nodes[0].(voxml.Element)}},
		{"Do", verbs},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.doc.AppendXML(nil)
			for _, leaf := range leaves(err) {
				assert.EqualError(t, leaf.Err, "is nested more than 100 levels deep")
			}
			assert.NotEmpty(t, leaves(err))
			assert.Empty(t, tt.doc.String())
		})
	}
}

// leaves returns the errors that err consists of.
func leaves(err error) []*voxml.Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*voxml.Error
		for _, e := range joined.Unwrap() {
			all = append(all, leaves(e)...)
		}
		return all
	}
	if e, ok := err.(*voxml.Error); ok {
		return []*voxml.Error{e}
	}
	return nil
}

var bad = voxml.Response{
	voxml.Say{Text: "Hi", Loop: -1, Attrs: voxml.Attrs{{Name: "voice", Value: "v"}, {Name: "x"}, {Name: "x"}, {Name: "?"}}},
	voxml.Hangup{},
	voxml.If{Verbs: []voxml.Verb{
		voxml.Gather{Timeout: 5, Verbs: []voxml.GatherVerb{nil, voxml.Pause{Length: -1}}},
	}},
	voxml.Connect{},
}

func TestErrorsTogether(t *testing.T) {
	_, err := bad.AppendXML(nil)
	want := []string{
		"voxml: Response[0].Say.voice: has its own field: set that instead of adding it to Attrs",
		"voxml: Response[0].Say.loop: -1 is negative",
		"voxml: Response[0].Say.x: occurs twice in Attrs",
		"voxml: Response[0].Say.Attrs[3]: has a name that XML does not allow",
		"voxml: Response[2].If.expression: is required",
		"voxml: Response[2].If[0].Gather.timeout: 5ns is not a whole number of seconds",
		"voxml: Response[2].If[0].Gather[0]: is nil",
		"voxml: Response[2].If[0].Gather[1].Pause.length: -1ns is negative",
		"voxml: Response[3].Connect[0].Flow.ID: is required",
	}
	assert.EqualError(t, err, strings.Join(want, "\n"))

	all := leaves(err)
	require.Len(t, all, len(want))
	for i, e := range all {
		assert.EqualError(t, e, want[i])
		assert.ErrorIs(t, err, e)
		assert.ErrorIs(t, err, e.Err)
	}
	var first *voxml.Error
	require.ErrorAs(t, err, &first)
	assert.Equal(t, "Response[0].Say.voice", first.Path)
	assert.ErrorAs(t, fmt.Errorf("answering: %w", err), &first)
}

func TestAppendXMLKeepsBuffer(t *testing.T) {
	t.Run("error", func(t *testing.T) {
		for _, spare := range []int{0, 10, 10_000} {
			b := append(make([]byte, 0, 6+spare), "prefix"...)
			got, err := bad.AppendXML(b)
			require.Error(t, err)
			assert.Equal(t, "prefix", string(got))
			assert.Equal(t, "prefix", string(b))
			assert.Same(t, &b[0], &got[0])
			assert.Equal(t, cap(b), cap(got))
		}
		got, err := bad.AppendXML(nil)
		require.Error(t, err)
		assert.Nil(t, got)
	})
	t.Run("success", func(t *testing.T) {
		for _, spare := range []int{0, 10, 10_000} {
			b := append(make([]byte, 0, 6+spare), "prefix"...)
			got, err := menu.AppendXML(b)
			require.NoError(t, err)
			assert.Equal(t, "prefix"+menu.String(), string(got))
			assert.Equal(t, "prefix", string(b))
		}
	})
	t.Run("empty document", func(t *testing.T) {
		for _, doc := range []voxml.Response{nil, {}} {
			got, err := doc.AppendXML([]byte("prefix"))
			require.NoError(t, err)
			assert.Equal(t, "prefix<Response/>", string(got))
		}
	})
}

func TestStringOfBadDocument(t *testing.T) {
	assert.Empty(t, bad.String())
	assert.Empty(t, fmt.Sprint(bad))
	assert.NotEmpty(t, menu.String())
}

// Slices can be shared, so a small value can stand for a document without end.
func TestBounds(t *testing.T) {
	twice := make([]voxml.Node, 2)
	e := voxml.Element{Name: "e", Children: twice}
	twice[0], twice[1] = e, e
	_, err := voxml.Response{e}.AppendXML(nil)
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 100)
	require.True(t, strings.HasSuffix(err.Error(), "is nested more than 100 levels deep"))

	many := make(voxml.Response, voxml.MaxElements)
	for i := range many {
		many[i] = voxml.Hangup{}
	}
	_, err = many.AppendXML(nil)
	require.NoError(t, err)
	_, err = append(many, voxml.Hangup{}).AppendXML(nil)
	require.EqualError(t, err, "voxml: Response[10000].Hangup: exceeds the limit of 10000 elements in a document")

	for i := range many {
		many[i] = voxml.If{}
	}
	_, err = many.AppendXML(nil)
	joined, ok = err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 100)
}

func TestPrefixes(t *testing.T) {
	for name, ok := range map[string]bool{
		"amazon:effect": true, ":a": false, "a:": false, ":": false, "a:b:c": false, "a:1": false,
	} {
		_, err := voxml.Response{voxml.Element{Name: name}}.AppendXML(nil)
		require.Equal(t, ok, err == nil, name)
	}
}
