package voxml_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// menu and xmlMenu are the same document, for this package and for
// encoding/xml.
var menu = voxml.Response{
	voxml.Gather{
		Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second,
		Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "For sales & service, press 1. For our opening hours, press 2."},
			voxml.Play{URL: "https://example.com/tune.mp3?loud=1&long=0"},
		},
	},
	voxml.Redirect{URL: "/voice"},
}

type (
	xmlResponse struct {
		XMLName  xml.Name `xml:"Response"`
		Gather   xmlGather
		Redirect xmlText
	}
	xmlGather struct {
		Action    string `xml:"action,attr,omitempty"`
		NumDigits int    `xml:"numDigits,attr,omitempty"`
		Timeout   int    `xml:"timeout,attr,omitempty"`
		Say       xmlText
		Play      xmlText
	}
	xmlText struct {
		Text string `xml:",chardata"`
	}
)

var xmlMenu = xmlResponse{
	XMLName: xml.Name{Local: "Response"},
	Gather: xmlGather{
		Action: "/voice/menu", NumDigits: 1, Timeout: 5,
		Say:  xmlText{"For sales & service, press 1. For our opening hours, press 2."},
		Play: xmlText{"https://example.com/tune.mp3?loud=1&long=0"},
	},
	Redirect: xmlText{"/voice"},
}

// TestBenchmarksEqual keeps the benchmarks comparable.
func TestBenchmarksEqual(t *testing.T) {
	text, err := xml.Marshal(xmlMenu)
	require.NoError(t, err)
	assert.Equal(t, string(text), encode(t, menu))
	var other xmlResponse
	require.NoError(t, xml.Unmarshal(text, &other))
	assert.Equal(t, xmlMenu, other)
	assert.Equal(t, menu, parsed(t, string(text)))
}

func benchmark(b *testing.B, f func() error) {
	b.SetBytes(int64(len(menu.String())))
	b.ReportAllocs()
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendXML(b *testing.B) {
	var buf []byte
	benchmark(b, func() (err error) {
		buf, err = menu.AppendXML(buf[:0])
		return err
	})
}

func BenchmarkEncodingXML(b *testing.B) {
	benchmark(b, func() error {
		_, err := xml.Marshal(xmlMenu)
		return err
	})
}

func BenchmarkParse(b *testing.B) {
	var r strings.Reader
	text := menu.String()
	benchmark(b, func() error {
		r.Reset(text)
		_, err := voxml.Parse(&r)
		return err
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	text := []byte(menu.String())
	benchmark(b, func() error {
		var doc xmlResponse
		return xml.Unmarshal(text, &doc)
	})
}
