package explore_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The finding of random answers quotes both from where they differ.
func TestDifference(t *testing.T) {
	words := strings.Repeat("word ", 60)
	for _, tt := range []struct{ name, doc, first, then string }{
		{"a short text", "<Say>It is N.</Say>", `hears "It is 3."`, `hears "It is 4."`},
		{"the end of a long text", "<Say>" + words + "It is N o'clock.</Say>", `hears "…3 o'clock."`, `hears "…4 o'clock."`},
		{"a long text", "<Say>It is N." + words + "</Say>", `hears "It is 3.word`, `hears "It is 4.word`},
		{"two bytes", "<Say>" + strings.Repeat("é", 60) + "N</Say>", `hears "…` + strings.Repeat("é", 15) + `3"`, `é4"`},
		{"the second text", "<Say>Hello.</Say><Say>It is N.</Say>", `hears "It is 3."`, `hears "It is 4."`},
		{"a sound", "<Say>Hello.</Say><Play>/N.mp3</Play>", `plays "/3.mp3"`, `plays "/4.mp3"`},
		{"a URL", `<Say>Hello.</Say><Dial action="/dialed?n=N">+14025550111</Dial>`,
			`the answer to POST /voice has "…action="/dialed?n=3">+14025550111</Dial>`, `the answer to POST /voice has "…action="/dialed?n=4">`},
		{"a variable", "<Say>" + words + `</Say><Set output="n">N</Set>`, `the answer to POST /voice has "…output="n">3</Set>`, `has "…output="n">4</Set>`},
		{"a Redirect", "<Redirect>/sub/N</Redirect>", `the answer to POST /voice has "<Response><Redirect>/sub/3<`, `has "<Response><Redirect>/sub/4<`},
		{"a verb", "{odd}<Say>Hello.</Say>{/odd}", `hears "Hello."`, `hears "For sales, press 1."`},
		{"a secret", "<Say>Hello.</Say><Redirect>/x?token=secretN</Redirect>", "a URL has one secret", "another, which is not shown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 0 // The quotes are of calls 3 and 4: 1 and 2 have their own CallSids.
			m := explored(t, dynamic(func(r *http.Request) string {
				if r.URL.Path != "/voice" {
					return "{ask}"
				}
				n++
				doc := strings.ReplaceAll(tt.doc, "N", fmt.Sprint(n))
				if before, rest, ok := strings.Cut(doc, "{odd}"); ok {
					odd, after, _ := strings.Cut(rest, "{/odd}")
					doc = before + strings.Repeat(odd, n%2) + after
				}
				return doc + "{ask}"
			}), nil)
			require.Equal(t, "random", rules(m))
			_, text, _ := strings.Cut(m.Findings[0].Text, "(first ")
			first, then, _ := strings.Cut(text, "; then ")
			assert.True(t, strings.HasPrefix(first, tt.first), first)
			assert.Contains(t, then, tt.then)
			assert.NotContains(t, text, "secret3")
		})
	}
}
