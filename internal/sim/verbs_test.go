package sim_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// An attribute makes a difference between two calls: of one and the same
// document, with the attribute in the place of the @, and without it.
type attribute struct {
	element, name, value string
	doc, script          string
	look                 func(*sim.Call) string
	with, without        string // without it: the default
}

// tables are those of all attributes.
var tables = [][]attribute{histories(), verbAttributes, gatherAttributes, dialAttributes, recordAttributes, payAttributes}

func TestAttributes(t *testing.T) {
	for _, table := range tables {
		for _, a := range table {
			t.Run(fmt.Sprintf("4 %s %s=%s", a.element, a.name, a.value), func(t *testing.T) {
				require.Contains(t, a.doc, "<"+a.element+"@", "the attribute is not in its element")
				require.NotEqual(t, a.with, a.without, "it makes no difference")
				for attr, want := range map[string]string{fmt.Sprintf(" %s=%q", a.name, a.value): a.with, "": a.without} {
					c := begin(t, app{"/": strings.ReplaceAll(a.doc, "@", attr)})
					play(t, c, a.script)
					require.Equal(t, want, a.look(c), "%q\n%s", attr, c.Transcript())
				}
			})
		}
	}
}

// Protocol, section 4: the verbs, nouns and conditionals.
var elements = map[string]voxml.Node{
	"Answer": voxml.Answer{}, "Connect": voxml.Connect{}, "Dial": voxml.Dial{}, "Do": voxml.Do{}, "Flow": voxml.Flow{},
	"Gather": voxml.Gather{}, "Hangup": voxml.Hangup{}, "If": voxml.If{}, "Number": voxml.Number{}, "Parameter": voxml.Parameter{},
	"Pause": voxml.Pause{}, "Pay": voxml.Pay{}, "Play": voxml.Play{}, "Prompt": voxml.Prompt{}, "Record": voxml.Record{},
	"Redirect": voxml.Redirect{}, "Reject": voxml.Reject{}, "Say": voxml.Say{}, "Set": voxml.Set{}, "Unset": voxml.Unset{},
}

// No attribute that package voxml knows is missing from the tables.
func TestEveryAttribute(t *testing.T) {
	covered := map[string]bool{}
	for _, table := range tables {
		for _, a := range table {
			covered[a.element+" "+a.name] = true
		}
	}
	known := map[string]bool{}
	for name, node := range elements {
		for _, attr := range attributesOf(t, name, node) {
			known[name+" "+attr] = true
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(known)), slices.Sorted(maps.Keys(covered)))
}

// content are the fields that are no attributes.
var content = map[string][]string{
	"Connect": {"Flow"}, "Dial": {"Number", "Nouns"}, "Do": {"Verbs"}, "Flow": {"ID"}, "Gather": {"Verbs"}, "If": {"Verbs"},
	"Number": {"Number"}, "Pay": {"Nouns"}, "Play": {"URL"}, "Prompt": {"Verbs"}, "Redirect": {"URL"}, "Say": {"Text", "SSML"}, "Set": {"Value"},
}

// required are the fields without which a node cannot be written.
var required = []string{"Output", "Expression", "For", "Name", "Number", "ID", "URL"}

// attributesOf returns the names under which the fields of a node are written,
// each of which is an attribute or content.
func attributesOf(t *testing.T, name string, node voxml.Node) (names []string) {
	t.Helper()
	fields := reflect.VisibleFields(reflect.TypeOf(node))
	for _, field := range fields {
		if field.Name == "Attrs" || slices.Contains(content[name], field.Name) {
			continue
		}
		filled := reflect.New(reflect.TypeOf(node)).Elem()
		for _, f := range fields { // what is required beside it
			if slices.Contains(required, f.Name) && (f.Name != "URL" || field.Name != "Digits") {
				filled.FieldByIndex(f.Index).Set(sample(t, f.Type))
			} else if f.Name == "Flow" {
				filled.FieldByIndex(f.Index).Set(reflect.ValueOf(voxml.Flow{ID: "f"}))
			}
		}
		without, err := written(name, filled)
		if field.Name != "Digits" { // which takes the place of what is required
			require.NoError(t, err)
		}
		if i := slices.IndexFunc(without, func(s string) bool { return strings.EqualFold(s, field.Name) }); i >= 0 {
			names = append(names, without[i])
			continue
		}
		filled.FieldByIndex(field.Index).Set(sample(t, field.Type))
		with, err := written(name, filled)
		require.NoError(t, err)
		added := slices.DeleteFunc(with, func(s string) bool { return slices.Contains(without, s) })
		require.Len(t, added, 1, "%s.%s is written as one attribute", name, field.Name)
		names = append(names, added...)
	}
	require.Len(t, names, len(fields)-1-len(content[name]))
	return names
}

// sample returns a value that is not zero.
func sample(t *testing.T, typ reflect.Type) reflect.Value {
	t.Helper()
	v := reflect.New(typ).Elem()
	switch {
	case typ == reflect.TypeFor[voxml.Expr]():
		v.Set(reflect.ValueOf(voxml.RawExpr("1==1")))
	case typ == reflect.TypeFor[time.Duration]():
		v.SetInt(int64(time.Second))
	case typ.Kind() == reflect.String:
		v.SetString("1")
	case typ.Kind() == reflect.Bool:
		v.SetBool(true)
	case typ.Kind() == reflect.Int:
		v.SetInt(1)
	case typ.Kind() == reflect.Slice:
		v.Set(reflect.Append(v, sample(t, typ.Elem())))
	default:
		t.Fatalf("a field of the new type %v: is it content?", typ)
	}
	return v
}

// written returns the names of the attributes with which a node is written.
func written(name string, node reflect.Value) (names []string, err error) {
	doc, err := voxml.Response{voxml.Element{Name: "x", Children: []voxml.Node{node.Interface().(voxml.Node)}}}.AppendXML(nil)
	tag := regexp.MustCompile("<" + name + `\b[^>]*`).FindString(string(doc))
	for _, m := range regexp.MustCompile(` (\w+)="`).FindAllStringSubmatch(tag, -1) {
		names = append(names, m[1])
	}
	return names, err
}

// Protocol, section 4: history is on every verb and noun except Number, If, Do.
func histories() (all []attribute) {
	for element, doc := range map[string]string{
		"Answer": "<Answer@/>", "Connect": "<Connect@><Flow>f</Flow></Connect>", "Dial": "<Dial@>+1402</Dial>",
		"Flow": "<Connect><Flow@>f</Flow></Connect>", "Gather": "<Gather@/>", "Hangup": "<Hangup@/>",
		"Parameter": `<Pay><Parameter@ name="a" value="b"/></Pay>`, "Pause": "<Pause@/>", "Pay": "<Pay@/>",
		"Play": "<Play@>a</Play>", "Prompt": `<Pay><Prompt@ for="payment-card-number"/></Pay>`, "Record": "<Record@/>",
		"Redirect": "<If expression=\"${a}==''\"><Set output=\"a\">1</Set><Redirect@>/</Redirect></If>", "Reject": "<Reject@/>", "Say": "<Say@>a</Say>",
		"Set": `<Set@ output="a">b</Set>`, "Unset": `<Unset@ output="a"/>`,
	} {
		for _, value := range []string{"compact", "full"} {
			all = append(all, attribute{element, "history", value, doc, "", both(sim.Detailed), element + " " + value, ""})
		}
	}
	return all
}

// how the call ended.
func end(of func(sim.End) any) func(*sim.Call) string {
	return func(c *sim.Call) string { return fmt.Sprint(of(*c.End())) }
}

var verbAttributes = []attribute{
	{"Do", "expression", "1==1", "<Do@><Say>a</Say></Do>", "", texts(sim.Heard), "a", ""},
	{"Do", "maxLoops", "3", `<Do@ expression="1==1"><Say>a</Say></Do>`, "", texts(sim.Heard), "a|a|a", "a"},
	{"Flow", "resume", "true", "<Connect><Flow@>f</Flow></Connect>", "", end(func(e sim.End) any { return e.Flow.Resume }), "true", "false"},
	{"If", "expression", "1==1", "<If@><Say>a</Say></If>", "", texts(sim.Heard), "a", ""},
	{"Pause", "length", "7", "<Pause@/>", "", elapsed, "7s", "1s"},
	{"Play", "digits", "1w", "<Play@/>", "", texts(sim.Toned), "1w", ""},
	{"Play", "digits", "1w", "<Play@/>", "", elapsed, "750ms", "0s"},
	{"Play", "loop", "2", "<Play@>a</Play>", "", elapsed, "10s", "5s"},
	{"Play", "loop", "2", `<Play@ digits="11"/>`, "", elapsed, "1s", "500ms"},
	{"Redirect", "method", "GET", "<Redirect@>/b</Redirect>", "", requests, "GET /b", "POST /b"},
	{"Reject", "reason", "busy", "<Reject@/>", "", end(func(e sim.End) any { return e.Reason }), "busy", "rejected"},
	{"Say", "language", "en-GB", "<Say@>a</Say>", "", details(sim.Heard), "en-GB", ""},
	{"Say", "loop", "3", "<Say@>one two</Say>", "", elapsed, "2.4s", "800ms"},
	{"Say", "loop", "3", "<Say@>one two</Say>", "", details(sim.Heard), "3 times", ""},
	{"Say", "voice", "Polly.Amy", "<Say@>a</Say>", "", details(sim.Heard), "Polly.Amy", ""},
	{"Set", "output", "n", "<Set@>v</Set>", "", vars, "n=v", ""},
	{"Unset", "output", "n", `<Set output="n">v</Set><Unset@/>`, "", vars, "", "n=v"},
}

// Protocol, section 4: what the verbs do, whatever their attributes.
func TestVerbs(t *testing.T) {
	why := end(func(e sim.End) any { return e.Text })
	const long = "123456789012345678901234567890123456789012345678901" // 51 characters
	for _, tt := range []struct {
		name, doc string
		look      func(*sim.Call) string
		want      string
	}{
		{"nothing", "", why, "the document ended"},
		{"nothing answers", "", texts(sim.Answered), ""},
		{"in order", "<Say>a</Say><Play>b</Play><Pause/><Say>c</Say>", texts(sim.Heard, sim.Played, sim.Paused), "a|b||c"},
		{"spaces", "<Say> a\n  b </Say><Play>\n  b.mp3\n</Play><Redirect>\n  /b\n</Redirect>", texts(sim.Heard, sim.Played), "a b|b.mp3"},
		{"SSML", `<Say>Your code is <say-as interpret-as="digits">4711</say-as>.</Say>`, texts(sim.Heard), "Your code is 4711."},
		{"markup that is escaped", "<Say>1 &lt; 2</Say>", texts(sim.Heard), "1 < 2"},
		{"Play of neither", "<Play> </Play>", texts(sim.Warned), "a Play is left out: it has neither a URL nor digits"},
		{"unknown verb", "<Conference/><Say>a</Say>", both(sim.Warned, sim.Heard), "the element Conference is left out: it is not documented there |a "},
		{"unknown noun", "<Pay><Foo/></Pay>", texts(sim.Warned), "the element Foo is left out: it is not documented there"},
		{"unknown in a Gather", "<Gather><Foo/><Hangup/><Say>a</Say></Gather>", both(sim.Warned, sim.Heard),
			"the element Foo is left out: it is not documented there |the element Hangup is left out: it is not documented there |a "},
		{"Answer", "<Answer/><Answer/>", texts(sim.Answered), ""},
		{"Hangup", "<Hangup/><Say>a</Say>", texts(sim.Heard), ""},
		{"Hangup", "<Hangup/>", why, "the app hung up"},
		{"Redirect", "<Redirect>/b</Redirect><Say>a</Say>", texts(sim.Heard), ""},
		{"Reject first", "<Reject/><Say>a</Say>", why, "the app refused the call: rejected"},
		{"Reject first does not answer", "<Reject/>", details(sim.Answered), ""},
		{"Reject after what is not heard", `<Set output="a">b</Set><If expression="1==1"><Reject/></If>`, why, "the app refused the call: rejected"},
		{"Reject after Answer", "<Answer/><Reject/>", why, "the app hung up, by Reject"},
		{"Reject after Say", `<Say>a</Say><Reject reason="busy"/>`, why, "the app hung up, by Reject"},
		{"Connect", "<Connect><Flow> f </Flow></Connect><Say>a</Say>", why, "connected to the Flow f"},
		{"Connect to resume", `<Connect><Flow resume="true">f</Flow></Connect>`, why, "connected to the Flow f, to resume"},
		{"Connect to nowhere", "<Connect/>", both(sim.Warned, sim.Ended), "a Connect is left out: it names no Flow |the document ended "},
		{"Set", `<Set output="a">1</Set><Set output="a">2</Set><Set output="b"/>`, vars, "a=2 b="},
		{"Set of a long value", `<Set output="a">` + long[1:] + `</Set><Set output="b">` + long + `</Set>`, vars, "a=" + long[1:]},
		{"Set of a long name", `<Set output="` + long + `">1</Set>`, texts(sim.Warned), "a Set is left out: its variable or value is above 50 characters"},
		{"Set of 50 characters", `<Set output="a">` + strings.Repeat("é", 50) + `</Set>`, texts(sim.Warned), ""},
		{"Unset of a group", `<Set output="a">1</Set><Set output="a.b">2</Set><Set output="ab">3</Set><Unset output="a"/>`, vars, "ab=3"},
		{"Unset of one of a group", `<Set output="a">1</Set><Set output="a.b">2</Set><Unset output="a.b"/>`, vars, "a=1"},
		{"If", `<Set output="a">1</Set><If expression="${a}=='1'"><Say>b</Say></If><If expression="${a}!='1'"><Say>c</Say></If>`, texts(sim.Heard), "b"},
		{"If of a variable that is not set", `<If expression="${a}==''"><Say>b</Say></If>`, texts(sim.Heard), "b"},
		{"If that cannot be read", `<If expression="1==("><Say>b</Say></If><Say>c</Say>`, texts(sim.Heard), "c"},
		{"deep", strings.Repeat(`<If expression="1==1">`, 90) + "<Say>a</Say>" + strings.Repeat("</If>", 90) + "<Say>b</Say>", texts(sim.Heard), "a|b"},
		{"Do counts from 0", `<Do expression="1==1" maxLoops="3"><Set output="a">b</Set></Do>`, vars, "a=b do.n=2"},
		{"Do tests before each pass", `<Do expression="${a}!='1'" maxLoops="3"><Say>a</Say><Set output="a">1</Set></Do>`, texts(sim.Heard), "a"},
		{"Do that is never true", `<Do expression="1==2" maxLoops="3"><Say>a</Say></Do>`, vars, ""},
		{"Do of the iteration", `<Do expression="${do.n}!='1'" maxLoops="9"><Say>a</Say></Do>`, texts(sim.Heard), "a"},
		{"Do after a Do", `<Do expression="1==1" maxLoops="2"><Say>a</Say></Do><Do expression="${do.n}=='0'"><Say>b</Say></Do>`, texts(sim.Heard), "a|a|b"},
		{"Do that stops", `<Do expression="${do.n}!='2'" maxLoops="9"><Say>a</Say></Do>`, vars, "do.n=1"},
		{"Do in a Do that goes on", `<Do expression="${do.n}!='2'" maxLoops="9"><Do expression="1==1" maxLoops="5"/><Say>a</Say></Do>`, texts(sim.Heard), "a|a"},
		{"Do in a Do that never runs", `<Do expression="1==1" maxLoops="2"><Do expression="1==2"/><If expression="${do.n}=='1'"><Say>a</Say></If></Do>`, texts(sim.Heard), "a"},
		{"Hangup in a Do", `<Do expression="1==1" maxLoops="3"><If expression="${do.n}=='1'"><Hangup/></If><Say>a</Say></Do>`, texts(sim.Heard), "a"},
		{"Do in a Do", `<Do expression="1==1" maxLoops="2"><Do expression="1==1" maxLoops="2"><Say>a</Say></Do><Say>b</Say></Do>`, texts(sim.Heard), "a|a|b|a|a|b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc})
			play(t, c, "")
			require.Equal(t, tt.want, tt.look(c))
			require.LessOrEqual(t, strings.Count(c.Transcript(), "  answered\n"), 1)
		})
	}
}

// Protocol, section 4, Do: the sample of the platform's own page, which asks
// until the caller has pressed 1 or 2.
func TestDoOfThePage(t *testing.T) {
	c := begin(t, app{"/": `<Do expression="${menu.digits}!~(1|2)" maxLoops="5"><Gather output="menu" numDigits="1"><Say>Press 1 or 2.</Say></Gather></Do><Say>Thank you.</Say>`})
	play(t, c, "press 5; silence; press 2")
	require.Equal(t, "Press 1 or 2.|Thank you.", texts(sim.Heard)(c))
	require.Equal(t, "do.n=2 menu.digits=2", vars(c))
	require.Empty(t, texts(sim.Warned)(c))
}

// What is heard takes its time.
func TestTimes(t *testing.T) {
	c := begin(t, app{"/": `<Say>one two three</Say><Play>a</Play><Play digits="1w2"/><Pause length="2"/><Say/>`}, func(cfg *sim.Config) {
		cfg.PlayLength = 10 * time.Second
	})
	play(t, c, "")
	var at []time.Duration
	for _, e := range c.Log()[2:] { // after the webhook and the answer
		at = append(at, e.At)
	}
	const ms = time.Millisecond
	require.Equal(t, []time.Duration{0, 1200 * ms, 11200 * ms, 12200 * ms, 14200 * ms, 14200 * ms}, at)
}

// Speech of every kind is heard as its text; breaks take their time.
func TestSpeech(t *testing.T) {
	c := begin(t, voxml.Response{voxml.Say{SSML: ssml.Speech{
		ssml.Text("Hello, "), ssml.Emphasis{Content: ssml.Speech{ssml.Text("world")}}, ssml.Break{Time: 9 * time.Second}, ssml.Trusted("<s>Bye.</s>"),
	}}})
	play(t, c, "")
	require.Equal(t, "Hello, world Bye.", texts(sim.Heard)(c))
	require.Equal(t, "10.2s", elapsed(c))

	for text, want := range map[string]string{
		"<p>Hello.</p><p>Bye now.</p>":                  "Hello. Bye now.",
		"one,<break time=\"500ms\"/>two":                "one, two",
		"<s>a</s><s>b<w>c</w></s>":                      "a bc",
		"<sub alias=\"World Wide Web\">WWW</sub> &lt;x": "WWW <x",
	} {
		c := begin(t, app{"/": "<Say>" + text + "</Say>"})
		play(t, c, "")
		require.Equal(t, want, texts(sim.Heard)(c))
	}
}

func TestLoopWithBreaks(t *testing.T) {
	c := begin(t, app{"/": `<Say loop="3">a<break time="2s"/></Say>`})
	play(t, c, "")
	require.Equal(t, "7.2s", elapsed(c))
}

func TestLongSay(t *testing.T) {
	for n, want := range map[int]int{3000: 1, 3001: 0} {
		c := begin(t, app{"/": "<Say>" + strings.Repeat("é", n) + "</Say>"})
		play(t, c, "")
		require.Equal(t, want == 1, texts(sim.Heard)(c) != "")
		require.Equal(t, want == 0, texts(sim.Warned)(c) == "a Say is left out: it is above 3000 characters")
	}
}
