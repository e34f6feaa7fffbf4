package bench_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/twilio/twilio-go/twiml"

	"github.com/voxhook/voxhook/voxml"
)

// What the documents say. Each contender builds its own values from this.

const sayText = "Thank you for calling Smith & Sons. Please hold the line."

// A menu is a Gather with a Say and a Play in it, and a Redirect.
type menu struct {
	Action    string
	Language  string
	NumDigits int
	Timeout   int // seconds
	Text      string
	URL       string
	Redirect  string
}

func newMenu(text string) *menu {
	return &menu{
		Action: "/voice/menu", Language: "en-US", NumDigits: 1, Timeout: 5,
		Text: text, URL: "https://example.com/tune.mp3?loud=1&long=0", Redirect: "/voice",
	}
}

var benchMenu = newMenu("For sales & service, press 1. For our opening hours, press 2.")

// A group is five verbs: a Say, a Play, a Pause, and a Gather with a Say in it.
type group struct {
	Text, Language string
	URL            string
	Loop           int
	Pause          int // seconds
	Action         string
	NumDigits      int
	Timeout        int // seconds
	Prompt         string
}

var benchGroups = func() []group {
	groups := make([]group, 20)
	for i := range groups {
		n := strconv.Itoa(i)
		groups[i] = group{
			Text: "Rates below 2 % & above are in list " + n + ".", Language: "en-GB",
			URL: "https://example.com/tune" + n + ".mp3?loud=1&long=0", Loop: 2,
			Pause:  1 + i,
			Action: "/voice/menu/" + n, NumDigits: 4, Timeout: 7,
			Prompt: "Para la opción " + n + ", marque uno.",
		}
	}
	return groups
}()

// By hand, the limit: no values in between, and nothing is checked. Bytes that
// are not UTF-8 go out as they are.

func appendEscaped[Text string | []byte](b []byte, s Text) []byte {
	done := 0
	for i := range len(s) {
		var escape string
		switch c := s[i]; {
		case c == '&':
			escape = "&amp;"
		case c == '<':
			escape = "&lt;"
		case c == '>':
			escape = "&gt;"
		case c == '"':
			escape = "&quot;"
		case c == '\r':
			escape = "&#xD;"
		case c < ' ' && c != '\t' && c != '\n':
			escape = "\uFFFD"
		default:
			continue
		}
		b = append(b, s[done:i]...)
		b = append(b, escape...)
		done = i + 1
	}
	return append(b, s[done:]...)
}

func appendAttr(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = appendEscaped(b, value)
	return append(b, '"')
}

func appendNumber(b []byte, name string, n int) []byte {
	b = append(b, name...)
	b = strconv.AppendInt(b, int64(n), 10)
	return append(b, '"')
}

func limitVerb(b []byte) []byte {
	b = append(b, "<Response><Say>"...)
	b = appendEscaped(b, sayText)
	return append(b, "</Say></Response>"...)
}

func limitMenu(b []byte, m *menu) []byte {
	b = appendAttr(b, `<Response><Gather action="`, m.Action)
	b = appendAttr(b, ` actionOnEmptyResult="true" language="`, m.Language)
	b = appendNumber(b, ` numDigits="`, m.NumDigits)
	b = appendNumber(b, ` timeout="`, m.Timeout)
	b = append(b, "><Say>"...)
	b = appendEscaped(b, m.Text)
	b = append(b, "</Say><Play>"...)
	b = appendEscaped(b, m.URL)
	b = append(b, "</Play></Gather><Redirect>"...)
	b = appendEscaped(b, m.Redirect)
	return append(b, "</Redirect></Response>"...)
}

func limitHundred(b []byte, groups []group) []byte {
	b = append(b, "<Response>"...)
	for i := range groups {
		g := &groups[i]
		b = appendAttr(b, `<Say language="`, g.Language)
		b = append(b, '>')
		b = appendEscaped(b, g.Text)
		b = appendNumber(b, `</Say><Play loop="`, g.Loop)
		b = append(b, '>')
		b = appendEscaped(b, g.URL)
		b = appendNumber(b, `</Play><Pause length="`, g.Pause)
		b = appendAttr(b, `/><Gather action="`, g.Action)
		b = appendNumber(b, ` numDigits="`, g.NumDigits)
		b = appendNumber(b, ` timeout="`, g.Timeout)
		b = append(b, "><Say>"...)
		b = appendEscaped(b, g.Prompt)
		b = append(b, "</Say></Gather>"...)
	}
	return append(b, "</Response>"...)
}

// voxhook

func voxVerb() voxml.Response { return voxml.Response{voxml.Say{Text: sayText}} }

func voxMenu(m *menu) voxml.Response {
	return voxml.Response{
		voxml.Gather{
			Action: m.Action, ActionOnEmptyResult: true, Language: m.Language, NumDigits: m.NumDigits,
			Timeout: time.Duration(m.Timeout) * time.Second,
			Verbs:   []voxml.GatherVerb{voxml.Say{Text: m.Text}, voxml.Play{URL: m.URL}},
		},
		voxml.Redirect{URL: m.Redirect},
	}
}

func voxHundred(groups []group) (r voxml.Response) {
	for _, g := range groups {
		r = append(r,
			voxml.Say{Text: g.Text, Language: g.Language},
			voxml.Play{URL: g.URL, Loop: g.Loop},
			voxml.Pause{Length: time.Duration(g.Pause) * time.Second},
			voxml.Gather{
				Action: g.Action, NumDigits: g.NumDigits, Timeout: time.Duration(g.Timeout) * time.Second,
				Verbs: []voxml.GatherVerb{voxml.Say{Text: g.Prompt}},
			},
		)
	}
	return r
}

// encoding/xml

type (
	xmlResponse struct {
		XMLName xml.Name `xml:"Response"`
		Verbs   []any
	}
	xmlSay struct {
		XMLName  xml.Name `xml:"Say"`
		Language string   `xml:"language,attr,omitempty"`
		Text     string   `xml:",chardata"`
	}
	xmlPlay struct {
		XMLName xml.Name `xml:"Play"`
		Loop    int      `xml:"loop,attr,omitempty"`
		URL     string   `xml:",chardata"`
	}
	xmlPause struct {
		XMLName xml.Name `xml:"Pause"`
		Length  int      `xml:"length,attr,omitempty"`
	}
	xmlRedirect struct {
		XMLName xml.Name `xml:"Redirect"`
		URL     string   `xml:",chardata"`
	}
	xmlGather struct {
		XMLName             xml.Name `xml:"Gather"`
		Action              string   `xml:"action,attr,omitempty"`
		ActionOnEmptyResult bool     `xml:"actionOnEmptyResult,attr,omitempty"`
		Language            string   `xml:"language,attr,omitempty"`
		NumDigits           int      `xml:"numDigits,attr,omitempty"`
		Timeout             int      `xml:"timeout,attr,omitempty"`
		Verbs               []any
	}
)

func xmlVerb() *xmlResponse { return &xmlResponse{Verbs: []any{&xmlSay{Text: sayText}}} }

func xmlMenu(m *menu) *xmlResponse {
	return &xmlResponse{Verbs: []any{
		&xmlGather{
			Action: m.Action, ActionOnEmptyResult: true, Language: m.Language, NumDigits: m.NumDigits,
			Timeout: m.Timeout,
			Verbs:   []any{&xmlSay{Text: m.Text}, &xmlPlay{URL: m.URL}},
		},
		&xmlRedirect{URL: m.Redirect},
	}}
}

func xmlHundred(groups []group) *xmlResponse {
	r := new(xmlResponse)
	for _, g := range groups {
		r.Verbs = append(r.Verbs,
			&xmlSay{Text: g.Text, Language: g.Language},
			&xmlPlay{URL: g.URL, Loop: g.Loop},
			&xmlPause{Length: g.Pause},
			&xmlGather{
				Action: g.Action, NumDigits: g.NumDigits, Timeout: g.Timeout,
				Verbs: []any{&xmlSay{Text: g.Prompt}},
			},
		)
	}
	return r
}

// twiml

func twimlVerb() []twiml.Element { return []twiml.Element{&twiml.VoiceSay{Message: sayText}} }

func twimlMenu(m *menu) []twiml.Element {
	return []twiml.Element{
		&twiml.VoiceGather{
			Action: m.Action, ActionOnEmptyResult: "true", Language: m.Language,
			NumDigits: strconv.Itoa(m.NumDigits), Timeout: strconv.Itoa(m.Timeout),
			InnerElements: []twiml.Element{&twiml.VoiceSay{Message: m.Text}, &twiml.VoicePlay{Url: m.URL}},
		},
		&twiml.VoiceRedirect{Url: m.Redirect},
	}
}

func twimlHundred(groups []group) (verbs []twiml.Element) {
	for _, g := range groups {
		verbs = append(verbs,
			&twiml.VoiceSay{Message: g.Text, Language: g.Language},
			&twiml.VoicePlay{Url: g.URL, Loop: strconv.Itoa(g.Loop)},
			&twiml.VoicePause{Length: strconv.Itoa(g.Pause)},
			&twiml.VoiceGather{
				Action: g.Action, NumDigits: strconv.Itoa(g.NumDigits), Timeout: strconv.Itoa(g.Timeout),
				InnerElements: []twiml.Element{&twiml.VoiceSay{Message: g.Prompt}},
			},
		)
	}
	return verbs
}

// etree, whose values are the document

func etreeVerb() *etree.Document {
	doc := etree.NewDocument()
	doc.CreateElement("Response").CreateElement("Say").SetText(sayText)
	return doc
}

func etreeMenu(m *menu) *etree.Document {
	doc := etree.NewDocument()
	r := doc.CreateElement("Response")
	gather := r.CreateElement("Gather")
	gather.CreateAttr("action", m.Action)
	gather.CreateAttr("actionOnEmptyResult", "true")
	gather.CreateAttr("language", m.Language)
	gather.CreateAttr("numDigits", strconv.Itoa(m.NumDigits))
	gather.CreateAttr("timeout", strconv.Itoa(m.Timeout))
	gather.CreateElement("Say").SetText(m.Text)
	gather.CreateElement("Play").SetText(m.URL)
	r.CreateElement("Redirect").SetText(m.Redirect)
	return doc
}

func etreeHundred(groups []group) *etree.Document {
	doc := etree.NewDocument()
	r := doc.CreateElement("Response")
	for _, g := range groups {
		say := r.CreateElement("Say")
		say.CreateAttr("language", g.Language)
		say.SetText(g.Text)
		play := r.CreateElement("Play")
		play.CreateAttr("loop", strconv.Itoa(g.Loop))
		play.SetText(g.URL)
		r.CreateElement("Pause").CreateAttr("length", strconv.Itoa(g.Pause))
		gather := r.CreateElement("Gather")
		gather.CreateAttr("action", g.Action)
		gather.CreateAttr("numDigits", strconv.Itoa(g.NumDigits))
		gather.CreateAttr("timeout", strconv.Itoa(g.Timeout))
		gather.CreateElement("Say").SetText(g.Prompt)
	}
	return doc
}

// html/template

var (
	templateVerb = template.Must(template.New("verb").Parse(`<Response><Say>{{.}}</Say></Response>`))

	templateMenu = template.Must(template.New("menu").Parse(`<Response>` +
		`<Gather action="{{.Action}}" actionOnEmptyResult="true" language="{{.Language}}"` +
		` numDigits="{{.NumDigits}}" timeout="{{.Timeout}}">` +
		`<Say>{{.Text}}</Say><Play>{{.URL}}</Play></Gather>` +
		`<Redirect>{{.Redirect}}</Redirect></Response>`))

	templateHundred = template.Must(template.New("hundred").Parse(`<Response>{{range .}}` +
		`<Say language="{{.Language}}">{{.Text}}</Say><Play loop="{{.Loop}}">{{.URL}}</Play>` +
		`<Pause length="{{.Pause}}"/>` +
		`<Gather action="{{.Action}}" numDigits="{{.NumDigits}}" timeout="{{.Timeout}}">` +
		`<Say>{{.Prompt}}</Say></Gather>{{end}}</Response>`))
)

// An encoding makes one document each time that it runs.
type encoding struct {
	name string
	run  func() error
	doc  func() string // what the last run made
}

type encodeCase struct {
	name     string
	elements int // with Response
	by       []encoding
}

// encodeCases are the documents, with all values built already.
func encodeCases() []encodeCase {
	return []encodeCase{
		{"verb", 2, []encoding{
			byLimit(limitVerb),
			byVoxhook(voxVerb()),
			byEncodingXML(xmlVerb()),
			byTwiml(twimlVerb()),
			byEtree(etreeVerb),
			byTemplate(templateVerb, sayText),
		}},
		{"menu", 5, []encoding{
			byLimit(func(b []byte) []byte { return limitMenu(b, benchMenu) }),
			byVoxhook(voxMenu(benchMenu)),
			byEncodingXML(xmlMenu(benchMenu)),
			byTwiml(twimlMenu(benchMenu)),
			byEtree(func() *etree.Document { return etreeMenu(benchMenu) }),
			byTemplate(templateMenu, benchMenu),
		}},
		{"hundred", 101, []encoding{
			byLimit(func(b []byte) []byte { return limitHundred(b, benchGroups) }),
			byVoxhook(voxHundred(benchGroups)),
			byEncodingXML(xmlHundred(benchGroups)),
			byTwiml(twimlHundred(benchGroups)),
			byEtree(func() *etree.Document { return etreeHundred(benchGroups) }),
			byTemplate(templateHundred, benchGroups),
		}},
	}
}

func byLimit(encode func([]byte) []byte) encoding {
	var buf []byte
	return encoding{"limit", func() error {
		buf = encode(buf[:0])
		return nil
	}, func() string { return string(buf) }}
}

func byVoxhook(r voxml.Response) encoding {
	var buf []byte
	return encoding{"voxhook", func() (err error) {
		buf, err = r.AppendXML(buf[:0])
		return err
	}, func() string { return string(buf) }}
}

func byEncodingXML(r *xmlResponse) encoding {
	var doc []byte
	return encoding{"encodingxml", func() (err error) {
		doc, err = xml.Marshal(r)
		return err
	}, func() string { return string(doc) }}
}

func byTwiml(verbs []twiml.Element) encoding {
	var doc string
	return encoding{"twiml", func() (err error) {
		doc, err = twiml.Voice(verbs)
		return err
	}, func() string { return doc }}
}

func byEtree(build func() *etree.Document) encoding {
	var buf bytes.Buffer
	return encoding{"etree", func() error {
		buf.Reset()
		_, err := build().WriteTo(&buf)
		return err
	}, buf.String}
}

func byTemplate(t *template.Template, data any) encoding {
	var buf bytes.Buffer
	return encoding{"template", func() error {
		buf.Reset()
		return t.Execute(&buf, data)
	}, buf.String}
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range encodeCases() {
		b.Run(c.name, func(b *testing.B) {
			for _, e := range shuffled(c.by) {
				b.Run(e.name, func(b *testing.B) {
					if err := e.run(); err != nil { // to have a buffer
						b.Fatal(err)
					}
					b.ReportAllocs()
					for b.Loop() {
						if err := e.run(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// All contenders encode the same documents.
func TestEncodings(t *testing.T) {
	for _, c := range encodeCases() {
		want := runEncoding(t, c.by[0])
		tree := parseTree(t, want)
		if n := tree.elements(); n != c.elements {
			t.Errorf("%s: %d elements, want %d", c.name, n, c.elements)
		}
		for _, e := range c.by[1:] {
			t.Run(c.name+"/"+e.name, func(t *testing.T) {
				doc := runEncoding(t, e)
				if got := parseTree(t, doc); !reflect.DeepEqual(got, tree) {
					t.Errorf("got %s\nwant %s", doc, want)
				}
				if e.name == "voxhook" && doc != want { // the bytes too
					t.Errorf("got %s\nwant %s", doc, want)
				}
			})
		}
	}
}

func runEncoding(t *testing.T, e encoding) string {
	t.Helper()
	if err := e.run(); err != nil {
		t.Fatal(err)
	}
	return e.doc()
}

// The limit escapes as voxhook does.
func TestLimitEscapes(t *testing.T) {
	for c := range rune(0x80) {
		text := "a" + string(c) + "b"
		want, err := voxml.Response{voxml.Say{Text: text}}.AppendXML(nil)
		if err != nil {
			t.Fatal(err)
		}
		want = bytes.TrimSuffix(bytes.TrimPrefix(want, []byte("<Response><Say>")), []byte("</Say></Response>"))
		if c == '"' { // the limit has one escape for text and attributes
			want = []byte("a&quot;b")
		}
		if got := appendEscaped(nil, text); string(got) != string(want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestVoxhookEncodesWithoutAllocation(t *testing.T) {
	for _, c := range encodeCases() {
		i := slices.IndexFunc(c.by, func(e encoding) bool { return e.name == "voxhook" })
		runEncoding(t, c.by[i]) // to have a buffer
		n := testing.AllocsPerRun(100, func() {
			if err := c.by[i].run(); err != nil {
				t.Error(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

// An element is what a document says, apart from the order of attributes, an
// XML declaration, and how its characters are escaped.
type element struct {
	name     string
	attrs    []string // name=value, sorted
	text     string
	children []*element
}

func (e *element) elements() int {
	n := 1
	for _, c := range e.children {
		n += c.elements()
	}
	return n
}

func parseTree(t testing.TB, doc string) *element {
	t.Helper()
	root, err := readTree(doc)
	if err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	return root
}

func readTree(doc string) (*element, error) {
	dec := xml.NewDecoder(strings.NewReader(doc))
	top := new(element)
	open := []*element{top}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			if len(top.children) != 1 || top.text != "" {
				return nil, fmt.Errorf("%d roots, text %q beside them", len(top.children), top.text)
			}
			return top.children[0], nil
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local}
			for _, a := range token.Attr {
				e.attrs = append(e.attrs, a.Name.Local+"="+a.Value)
			}
			slices.Sort(e.attrs)
			last.children = append(last.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text += string(token)
		}
	}
}
