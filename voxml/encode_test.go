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

// menu is a document that many tests send.
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

// xmlResponse is that document for encoding/xml.
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

// TestBenchmarksEqual keeps the benchmarks comparable: both must read the whole
// document.
func TestBenchmarksEqual(t *testing.T) {
	text := encode(t, menu)
	assert.Equal(t, menu, parsed(t, text))
	var other xmlResponse
	require.NoError(t, xml.Unmarshal([]byte(text), &other))
	again, err := xml.Marshal(other)
	require.NoError(t, err)
	assert.Equal(t, text, string(again))
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
