package voxml_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// TestForeign reads elements that hold something else on related platforms.
// Each is written as it was read.
func TestForeign(t *testing.T) {
	stream := voxml.Element{Name: "Stream", Attrs: voxml.Attrs{{Name: "url", Value: "wss://media.example.com/a"}}}
	parameter := voxml.Parameter{Name: "a", Value: "1"}
	for _, tt := range []struct {
		section, name, in string
		want              voxml.Verb
	}{
		{
			"4 Connect", "Stream", `<Connect><Stream url="wss://media.example.com/a"/></Connect>`,
			voxml.Element{Name: "Connect", Children: []voxml.Node{stream}},
		},
		{
			"4 Connect", "attributes, in their order", `<Connect b="2" history="full" a=""><Stream url="wss://media.example.com/a"/></Connect>`,
			voxml.Element{
				Name: "Connect", Attrs: voxml.Attrs{{Name: "b", Value: "2"}, {Name: "history", Value: "full"}, {Name: "a"}},
				Children: []voxml.Node{stream},
			},
		},
		{
			"4 Connect", "space around Stream", "<Connect>\n  <Stream url=\"wss://media.example.com/a\"/>\n</Connect>",
			voxml.Element{Name: "Connect", Children: []voxml.Node{voxml.Text("\n  "), stream, voxml.Text("\n")}},
		},
		{
			"4 Connect", "Flow and Stream", `<Connect><Flow>f</Flow><Stream url="wss://media.example.com/a"/></Connect>`,
			voxml.Element{Name: "Connect", Children: []voxml.Node{voxml.Flow{ID: "f"}, stream}},
		},
		{
			"4 Connect", "two Flows", `<Connect>a<Flow>f</Flow><Flow>g</Flow></Connect>`,
			voxml.Element{Name: "Connect", Children: []voxml.Node{voxml.Text("a"), voxml.Flow{ID: "f"}, voxml.Flow{ID: "g"}}},
		},
		{
			"4 Connect", "a verb", `<Connect><Say>Hi</Say><Flow>f</Flow></Connect>`,
			voxml.Element{Name: "Connect", Children: []voxml.Node{voxml.Say{Text: "Hi"}, voxml.Flow{ID: "f"}}},
		},
		{
			"4 Connect", "Flow with an element in it", `<Connect><Flow resume="x">f<b/></Flow></Connect>`,
			voxml.Element{Name: "Connect", Children: []voxml.Node{voxml.Element{
				Name: "Flow", Attrs: voxml.Attrs{{Name: "resume", Value: "x"}}, Children: []voxml.Node{voxml.Text("f"), voxml.Element{Name: "b"}},
			}}},
		},
		{
			"4 Answer", "Hangup with Parameter", `<Hangup><Parameter name="a" value="1"/></Hangup>`,
			voxml.Element{Name: "Hangup", Children: []voxml.Node{parameter}},
		},
		{
			"4 Reject", "Reject with Parameter", `<Reject reason="busy"> <Parameter name="a" value="1"/></Reject>`,
			voxml.Element{
				Name: "Reject", Attrs: voxml.Attrs{{Name: "reason", Value: "busy"}}, Children: []voxml.Node{voxml.Text(" "), parameter},
			},
		},
		{
			"4 Pause", "values that do not fit", `<Pause length="0"><x/>y</Pause>`,
			voxml.Element{
				Name: "Pause", Attrs: voxml.Attrs{{Name: "length", Value: "0"}}, Children: []voxml.Node{voxml.Element{Name: "x"}, voxml.Text("y")},
			},
		},
		{
			"4 Dial", "Number with an element", `<Dial timeout="5"><Number url="/u">1<x/></Number><Number>2</Number></Dial>`,
			voxml.Dial{Timeout: 5e9, Nouns: []voxml.DialNoun{
				voxml.Element{
					Name: "Number", Attrs: voxml.Attrs{{Name: "url", Value: "/u"}}, Children: []voxml.Node{voxml.Text("1"), voxml.Element{Name: "x"}},
				},
				voxml.Number{Number: "2"},
			}},
		},
		{
			"4 Gather", "Play with an element, in Gather", `<Gather><Play loop="2">a.mp3<x/></Play></Gather>`,
			voxml.Gather{Verbs: []voxml.GatherVerb{voxml.Element{
				Name: "Play", Attrs: voxml.Attrs{{Name: "loop", Value: "2"}}, Children: []voxml.Node{voxml.Text("a.mp3"), voxml.Element{Name: "x"}},
			}}},
		},
		{
			"4", "one in another", `<Connect><Connect><Hangup><Connect><Flow>f</Flow></Connect></Hangup></Connect></Connect>`,
			voxml.Element{Name: "Connect", Children: []voxml.Node{
				voxml.Element{Name: "Connect", Children: []voxml.Node{
					voxml.Element{Name: "Hangup", Children: []voxml.Node{voxml.Connect{Flow: voxml.Flow{ID: "f"}}}},
				}},
			}},
		},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			text := "<Response>" + tt.in + "<Answer/></Response>"
			doc, err := voxml.Parse(strings.NewReader(text))
			require.NoError(t, err)
			assert.Equal(t, voxml.Response{tt.want, voxml.Answer{}}, doc)
			assert.Equal(t, text, encode(t, doc))
			found := false
			for _, f := range doc.Check() {
				found = found || f.Rule == "unknown"
				assert.NotEqual(t, "encoding", f.Rule)
			}
			assert.True(t, found, "no finding")
		})
	}
}

// TestForeignEverywhere puts an unknown element into each type. It is read and
// written, and what holds it is an Element if its type has no place for it.
func TestForeignEverywhere(t *testing.T) {
	hold := []string{"Dial", "Gather", "Pay", "Prompt", "If", "Do", "Say"} // any element
	for _, tt := range elements {
		t.Run(tt.name, func(t *testing.T) {
			content := regexp.MustCompile(`<` + tt.name + `( [^>]*?)?(/>|>.*</` + tt.name + `>)`)
			text := content.ReplaceAllString(encode(t, document(tt.base)), "<"+tt.name+"$1><Stream/></"+tt.name+">")
			doc, err := voxml.Parse(strings.NewReader(text))
			require.NoError(t, err, "%s", text)
			require.Contains(t, names(reflect.ValueOf(doc), nil), "Stream", "%s", text)
			assert.Equal(t, text, encode(t, doc))

			_, err = voxml.Response{voxml.Element{Name: "Room", Children: []voxml.Node{
				voxml.Element{Name: tt.name, Children: []voxml.Node{voxml.Element{Name: "Stream"}}},
			}}}.AppendXML(nil)
			if slices.Contains(hold, tt.name) {
				assert.ErrorContains(t, err, "has its own type")
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

// TestForeignElements are Elements that have the name of a type: they are
// written if they are read back as Elements.
func TestForeignElements(t *testing.T) {
	const refused = "voxml: Response[0].Connect: has its own type: use that instead of Element"
	for _, tt := range []struct {
		name     string
		children []voxml.Node
		want     string
	}{
		{"nothing", nil, refused}, // it would be read back as a Connect without its Flow
		{"space", []voxml.Node{voxml.Text(" ")}, refused},
		{"Stream", []voxml.Node{voxml.Element{Name: "Stream"}}, ""},
		{"text and Stream", []voxml.Node{voxml.Text("a"), voxml.Element{Name: "Stream"}}, ""},
		{"two Flows", []voxml.Node{voxml.Flow{ID: "f"}, voxml.Flow{ID: "g"}}, ""},
		{"text", []voxml.Node{voxml.Text("a")}, refused},
		{"Flow", []voxml.Node{voxml.Flow{ID: "f"}}, refused},
		{"text and Flow", []voxml.Node{voxml.Text("a"), voxml.Flow{ID: "f"}}, refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := voxml.Response{voxml.Element{Name: "Connect", Children: tt.children}}
			b, err := doc.AppendXML(nil)
			if tt.want != "" {
				require.EqualError(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			back, err := voxml.Parse(strings.NewReader(string(b)))
			require.NoError(t, err)
			assert.Equal(t, doc, back)
		})
	}
}
