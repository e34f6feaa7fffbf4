package voxml_test

import (
	"encoding/xml"
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
	Gather: xmlGather{
		Action: "/voice/menu", NumDigits: 1, Timeout: 5,
		Say:  xmlText{"For sales & service, press 1. For our opening hours, press 2."},
		Play: xmlText{"https://example.com/tune.mp3?loud=1&long=0"},
	},
	Redirect: xmlText{"/voice"},
}

// TestBenchmarksEqual keeps the benchmarks comparable.
func TestBenchmarksEqual(t *testing.T) {
	other, err := xml.Marshal(xmlMenu)
	require.NoError(t, err)
	assert.Equal(t, string(other), encode(t, menu))
}

func BenchmarkAppendXML(b *testing.B) {
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = menu.AppendXML(buf[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingXML(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := xml.Marshal(xmlMenu); err != nil {
			b.Fatal(err)
		}
	}
}
