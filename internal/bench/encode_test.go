package bench_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twilio/twilio-go/twiml"

	"github.com/voxhook/voxhook/voxml"
)

// A menu holds the contents of a document, from which each contender builds its
// own values. The document is a Gather that contains a Say and a Play, followed
// by a Redirect.
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

// A group holds the contents of five verbs: a Say, a Play, a Pause, and a
// Gather that contains a Say.
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

// The limit, written by hand. It has no intermediate values and checks nothing.
// It does not replace invalid UTF-8.

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

// An encoding encodes one document each time it runs.
type encoding struct {
	name string
	run  func() error
	doc  func() string // the result of the last run
}

type encodeCase struct {
	name string
	by   []encoding
}

// encodeCases returns the documents. Their values are already built.
func encodeCases() []encodeCase {
	return []encodeCase{
		{"menu", []encoding{
			byLimit(func(b []byte) []byte { return limitMenu(b, benchMenu) }),
			byVoxhook(voxMenu(benchMenu)),
			byEncodingXML(xmlMenu(benchMenu)),
			byTwiml(twimlMenu(benchMenu)),
		}},
		{"hundred", []encoding{
			byLimit(func(b []byte) []byte { return limitHundred(b, benchGroups) }),
			byVoxhook(voxHundred(benchGroups)),
			byEncodingXML(xmlHundred(benchGroups)),
			byTwiml(twimlHundred(benchGroups)),
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

func BenchmarkEncode(b *testing.B) {
	for _, c := range encodeCases() {
		for _, i := range rand.Perm(len(c.by)) {
			b.Run(c.name+"/"+c.by[i].name, c.by[i].bench)
		}
	}
	for _, n := range []int{100, 10_000} {
		two := voxml.Response{voxml.Say{Text: benchMenu.Text}, voxml.Play{URL: benchMenu.URL}}
		b.Run(fmt.Sprint("verbs/", n), byVoxhook(slices.Repeat(two, n/2)).bench)
	}
}

func (e encoding) bench(b *testing.B) {
	if err := e.run(); err != nil { // allocates the buffer
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := e.run(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEncodings checks that all contenders encode the same documents, and that
// voxhook does so without allocation.
func TestEncodings(t *testing.T) {
	for _, c := range encodeCases() {
		want := ""
		for _, e := range c.by {
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			if e.name == "limit" {
				want = e.doc()
			}
			if got := canonical(t, e.doc()); got != canonical(t, want) {
				t.Errorf("%s/%s: got %s\nwant %s", c.name, e.name, e.doc(), want)
			}
			if e.name != "voxhook" {
				continue
			}
			if e.doc() != want { // the bytes must match too
				t.Errorf("%s: got %s\nwant %s", c.name, e.doc(), want)
			}
			if n := testing.AllocsPerRun(100, func() { _ = e.run() }); n != 0 {
				t.Errorf("%s: %v allocations", c.name, n)
			}
		}
	}
}

// TestLimitEscapes checks that the limit escapes as voxhook does.
func TestLimitEscapes(t *testing.T) {
	for c := range rune(0x80) {
		text := "a" + string(c) + "b"
		want, err := voxml.Response{voxml.Say{Text: text}}.AppendXML(nil)
		if c == '"' { // the limit has one escape for text and attributes
			want = []byte("<Response><Say>a&quot;b</Say></Response>")
		}
		if got := string(appendEscaped([]byte("<Response><Say>"), text)) + "</Say></Response>"; err != nil || got != string(want) {
			t.Errorf("%q: got %q, want %q, %v", text, got, want, err)
		}
	}
}

// canonical returns a form of a document that does not depend on the order of
// attributes, the XML declaration, or the way in which characters are escaped.
func canonical(t testing.TB, doc string) string {
	t.Helper()
	var b strings.Builder
	dec := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		switch token := token.(type) {
		case xml.StartElement:
			slices.SortFunc(token.Attr, func(a, b xml.Attr) int { return strings.Compare(a.Name.Local, b.Name.Local) })
			fmt.Fprintf(&b, "<%s %q>", token.Name.Local, token.Attr)
		case xml.EndElement:
			b.WriteString("</>")
		case xml.CharData:
			fmt.Fprintf(&b, "%s", strings.ReplaceAll(string(token), "<", "&lt;"))
		}
	}
}
