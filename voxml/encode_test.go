package voxml_test

import (
	"encoding/xml"
	"testing"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

var menu = voxml.Response{
	voxml.Gather{
		Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second,
		Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "For sales, press 1. For our opening hours, press 2."},
			voxml.Play{URL: "https://example.com/tune.mp3"},
		},
	},
	voxml.Redirect{URL: "/voice"},
}

func BenchmarkAppendXML(b *testing.B) {
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = menu.AppendXML(buf[:0])
	}
}

func BenchmarkEncodingXML(b *testing.B) {
	type say struct {
		Text string `xml:",chardata"`
	}
	type gather struct {
		Action    string `xml:"action,attr"`
		NumDigits int    `xml:"numDigits,attr"`
		Timeout   int    `xml:"timeout,attr"`
		Say       say    `xml:"Say"`
		Play      say    `xml:"Play"`
	}
	type doc struct {
		XMLName  xml.Name `xml:"Response"`
		Gather   gather   `xml:"Gather"`
		Redirect say      `xml:"Redirect"`
	}
	d := doc{Gather: gather{"/voice/menu", 1, 5, say{"For sales, press 1. For our opening hours, press 2."}, say{"https://example.com/tune.mp3"}}, Redirect: say{"/voice"}}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = xml.Marshal(d)
	}
}
