package sim

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/xmlscan"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

// spoken returns the text of speech with markup, and its breaks that take time.
// It separates words at a break, a paragraph or a sentence.
func spoken(speech ssml.Speech) (text string, breaks []pause) {
	doc, err := voxml.Response{voxml.Say{SSML: speech}}.AppendXML(nil)
	if err != nil { // parsed speech that cannot be encoded
		return speech.Text(), nil
	}
	var b strings.Builder
	limits := xmlscan.Limits{Depth: voxml.MaxDepth + 1, Elements: voxml.MaxElements + 1, Attrs: voxml.MaxAttrs}
	for s := xmlscan.Document(string(doc), limits); ; {
		token, err := s.Next()
		if err != nil { // io.EOF, since an encoded document is well-formed
			return b.String(), breaks
		}
		b.WriteString(token.Text)
		switch token.Name {
		case "break", "p", "s":
			b.WriteByte(' ')
		}
		if token.Kind == xmlscan.Start && token.Name == "break" {
			for _, a := range s.Attrs() {
				if d, err := time.ParseDuration(a.Value); err == nil && a.Name == "time" && d > 0 {
					breaks = append(breaks, pause{len(strings.Fields(b.String())), min(d, time.Minute)})
				}
			}
		}
	}
}
