package voxml_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// readMenu is a menu as a program sends it, and readLarge one of 100 verbs.
var (
	readMenu = voxml.Response{
		voxml.Gather{
			Action: "/voice/menu", ActionOnEmptyResult: true, FinishOnKey: "#", Input: voxml.InputDTMFSpeech, Language: "en-GB",
			Method: voxml.MethodPOST, NumDigits: 2, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "For sales & service, press 1. For our opening hours, press 2.", Voice: "Polly.Amy", Language: "en-GB"},
				voxml.Play{URL: "https://example.com/tune.mp3?loud=1&long=0", Loop: 2},
				voxml.Say{Text: "To hear this again, stay on the line."},
			},
		},
		voxml.Say{SSML: ssml.Speech{
			ssml.Text("We did not "),
			ssml.Emphasis{Level: ssml.LevelStrong, Content: ssml.Speech{ssml.Text("get")}},
			ssml.Text(" your answer."),
			ssml.Break{Time: 500 * time.Millisecond},
			ssml.Text("Please try again."),
		}, Voice: "Polly.Amy"},
		voxml.Redirect{URL: "/voice?try=2&lang=en", Method: voxml.MethodGET},
	}
	readLarge = func() (doc voxml.Response) {
		for len(doc) < 100 {
			doc = append(doc, readMenu[len(doc)%len(readMenu)])
		}
		return doc
	}()
)

// readXML is what encoding/xml reads of them. It does not keep the order of
// elements of different names, which this package does.
type (
	readXML struct {
		XMLName  xml.Name          `xml:"Response"`
		Gather   []readXMLGather   `xml:"Gather"`
		Say      []readXMLSay      `xml:"Say"`
		Redirect []readXMLRedirect `xml:"Redirect"`
	}
	readXMLGather struct {
		Action              string        `xml:"action,attr"`
		ActionOnEmptyResult bool          `xml:"actionOnEmptyResult,attr"`
		FinishOnKey         string        `xml:"finishOnKey,attr"`
		Input               string        `xml:"input,attr"`
		Language            string        `xml:"language,attr"`
		Method              string        `xml:"method,attr"`
		NumDigits           int           `xml:"numDigits,attr"`
		Timeout             int           `xml:"timeout,attr"`
		Say                 []readXMLSay  `xml:"Say"`
		Play                []readXMLPlay `xml:"Play"`
	}
	readXMLSay struct {
		Voice    string            `xml:"voice,attr"`
		Language string            `xml:"language,attr"`
		Text     string            `xml:",chardata"`
		Emphasis []readXMLEmphasis `xml:"emphasis"`
		Break    []readXMLBreak    `xml:"break"`
	}
	readXMLEmphasis struct {
		Level string `xml:"level,attr"`
		Text  string `xml:",chardata"`
	}
	readXMLBreak struct {
		Time string `xml:"time,attr"`
	}
	readXMLPlay struct {
		Loop int    `xml:"loop,attr"`
		URL  string `xml:",chardata"`
	}
	readXMLRedirect struct {
		Method string `xml:"method,attr"`
		URL    string `xml:",chardata"`
	}
)

// plain puts what a document of this package holds into those structs.
func plain(t *testing.T, doc voxml.Response) (to readXML) {
	t.Helper()
	to.XMLName.Local = "Response"
	for _, verb := range doc {
		switch n := verb.(type) {
		case voxml.Gather:
			g := readXMLGather{
				n.Action, n.ActionOnEmptyResult, n.FinishOnKey, string(n.Input), n.Language, string(n.Method), n.NumDigits,
				int(n.Timeout / time.Second), nil, nil,
			}
			for _, inner := range n.Verbs {
				switch n := inner.(type) {
				case voxml.Say:
					g.Say = append(g.Say, plainSay(t, n))
				case voxml.Play:
					g.Play = append(g.Play, readXMLPlay{n.Loop, n.URL})
				default:
					require.FailNow(t, "no struct", "%T", n)
				}
			}
			to.Gather = append(to.Gather, g)
		case voxml.Say:
			to.Say = append(to.Say, plainSay(t, n))
		case voxml.Redirect:
			to.Redirect = append(to.Redirect, readXMLRedirect{string(n.Method), n.URL})
		default:
			require.FailNow(t, "no struct", "%T", n)
		}
	}
	return to
}

func plainSay(t *testing.T, n voxml.Say) readXMLSay {
	t.Helper()
	to := readXMLSay{Voice: n.Voice, Language: n.Language, Text: n.Text}
	for _, piece := range n.SSML {
		switch n := piece.(type) {
		case ssml.Text:
			to.Text += string(n)
		case ssml.Emphasis:
			to.Emphasis = append(to.Emphasis, readXMLEmphasis{string(n.Level), n.Content.Text()})
		case ssml.Break:
			to.Break = append(to.Break, readXMLBreak{"500ms"})
			require.Equal(t, 500*time.Millisecond, n.Time)
		default:
			require.FailNow(t, "no struct", "%T", n)
		}
	}
	return to
}

var readBenchmarks = []struct {
	name string
	doc  voxml.Response
}{
	{"menu", readMenu},
	{"100 verbs", readLarge},
}

// TestReadBenchmarksEqual keeps the benchmarks comparable: both read all that
// the document holds.
func TestReadBenchmarksEqual(t *testing.T) {
	for _, bm := range readBenchmarks {
		t.Run(bm.name, func(t *testing.T) {
			text := encode(t, bm.doc)
			doc, err := voxml.Parse(strings.NewReader(text))
			require.NoError(t, err)
			assert.Equal(t, bm.doc, doc)

			var other readXML
			require.NoError(t, xml.Unmarshal([]byte(text), &other))
			assert.Equal(t, plain(t, doc), other)
		})
	}
	assert.Len(t, readLarge, 100)
}

func BenchmarkParse(b *testing.B) {
	for _, bm := range readBenchmarks {
		b.Run(bm.name, func(b *testing.B) {
			text := encode(b, bm.doc)
			var r strings.Reader
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				r.Reset(text)
				if _, err := voxml.Parse(&r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	for _, bm := range readBenchmarks {
		b.Run(bm.name, func(b *testing.B) {
			text := []byte(encode(b, bm.doc))
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				var doc readXML
				if err := xml.Unmarshal(text, &doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
