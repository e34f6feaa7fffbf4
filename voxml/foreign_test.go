package voxml_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// TestForeignEverywhere puts an unknown element into each type, and parses and
// encodes it. If the type cannot hold the element, Parse must return an Element
// for both.
func TestForeignEverywhere(t *testing.T) {
	hold := []string{"Dial", "Gather", "Pay", "Prompt", "If", "Do", "Say"} // hold any element
	for _, tt := range elements {
		t.Run(tt.name, func(t *testing.T) {
			content := regexp.MustCompile(`<` + tt.name + `( [^>]*?)?(/>|>.*</` + tt.name + `>)`)
			text := content.ReplaceAllString(encode(t, document(tt.base)), "<"+tt.name+"$1><Stream/></"+tt.name+">")
			doc := parsed(t, text)
			require.NotNil(t, decode(t, doc).find("Stream"), "%s", text)
			assert.Equal(t, text, encode(t, doc))
			unknown := func(f voxml.Finding) bool { return f.Rule == "unknown" }
			assert.True(t, tt.name == "Say" || slices.ContainsFunc(doc.Check(), unknown), "Check does not report the element")

			_, err := voxml.Response{voxml.Element{Name: "Room", Children: []voxml.Node{
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

// TestForeignElements tries Elements that have the name of a type. They encode
// if Parse returns an Element for them.
func TestForeignElements(t *testing.T) {
	const refused = "voxml: Response[0].Connect: has its own type: use that instead of Element"
	for _, tt := range []struct {
		name     string
		children []voxml.Node
		want     string
	}{
		{"nothing", nil, refused}, // Parse would return a Connect without its Flow
		{"space", []voxml.Node{voxml.Text(" ")}, refused},
		{"Stream", []voxml.Node{voxml.Element{Name: "Stream"}}, ""},
		{"text and Stream", []voxml.Node{voxml.Text("a"), voxml.Element{Name: "Stream"}}, ""},
		{"two Flows", []voxml.Node{voxml.Flow{ID: "f"}, voxml.Flow{ID: "g"}}, ""},
		{"text", []voxml.Node{voxml.Text("a")}, refused},
		{"Flow", []voxml.Node{voxml.Flow{ID: "f"}}, refused},
		{"text and Flow", []voxml.Node{voxml.Text("a"), voxml.Flow{ID: "f"}}, refused},
	} {
		doc := voxml.Response{voxml.Element{Name: "Connect", Children: tt.children}}
		if tt.want == "" {
			assert.Equal(t, doc, parsed(t, encode(t, doc)), tt.name)
			continue
		}
		_, err := doc.AppendXML(nil)
		assert.EqualError(t, err, tt.want, tt.name)
	}
}
