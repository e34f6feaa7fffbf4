package explore_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/explore"
)

// inDocument returns an app whose first document has a part that may differ in
// each call. It dials a party with a whisper, and goes on at URLs with queries
// and fragments.
func inDocument(part func() string) http.Handler {
	return dynamic(func(r *http.Request) string {
		switch r.URL.Path {
		case "/voice":
			return fmt.Sprintf(`<Gather action="/menu?%s" method="GET" numDigits="1"><Say>For sales, press 1.</Say></Gather>{bye}`, part())
		case "/menu":
			return `<Say>Wait.</Say><Dial action="?a=1&amp;b=2"><Number url="/accept#now">+14025550111</Number></Dial>`
		case "/accept":
			return `<Gather action="#again" numDigits="1"><Say>Press 1 to accept.</Say></Gather>`
		}
		return "{bye}"
	})
}

// Tokens are ignored wherever they are in a URL, and nothing else is: other
// random parts need Ignore.
func TestIgnore(t *testing.T) {
	fixed := func() string { return "a=1&amp;b=2" }
	bare := explored(t, inDocument(fixed), nil)
	require.Contains(t, bare.String(), "has answered but is not connected yet")
	require.Equal(t, bare.String(), explored(t, signed(inDocument(fixed)), nil).String())

	random := func(format string) func() string {
		return func() string { return fmt.Sprintf(format, rand.Uint64()) }
	}
	for _, format := range []string{"n=%d", "vh=%d", "vh=0000000000000000000000000000000000000000000000000%020d", "xvh=000000000000000000000000000000%020d"} {
		assert.Equal(t, "random", rules(explored(t, inDocument(random(format)), nil)), format)
	}
	ignore := func(c *explore.Config) { c.Ignore = []*regexp.Regexp{regexp.MustCompile(`\d{10,}`)} }
	m := explored(t, signed(inDocument(random("n=%020d&amp;m=1"))), ignore)
	assert.Len(t, m.Places, 4)
	assert.Equal(t, rules(bare), rules(m))
	assert.Equal(t, m.String(), explored(t, signed(inDocument(random("n=%020d&amp;m=1"))), ignore).String(), "the map is the same in each run")
	for _, token := range []string{"vh=%s", "a=1&amp;vh=%s", "a=1&amp;vh=%s&amp;b=2", "vh=%s#f", "u=/x%%3Fvh%%3D%s", "u=/x%%3Fa%%3D1%%26vh%%3D%s%%26b=2"} {
		m := explored(t, inDocument(func() string {
			return fmt.Sprintf(token, strings.Repeat("-_", 15)+fmt.Sprintf("%020d", rand.Uint64()))
		}), nil)
		assert.Len(t, m.Places, 4, token)
		assert.NotContains(t, m.String(), "vh", token)
	}
}

// A URL with a token is reached, and a URL that no call requests is reported
// without its token.
func TestIgnoreInURLs(t *testing.T) {
	m := explored(t, signed(app(`/voice <Gather action="/menu?lang=en" numDigits="1"><Say>For sales, press 1.</Say></Gather>{bye}
/menu?Digits=1 <Say>Sales.</Say><If expression="a=='b'"><Redirect>/closed?lang=en</Redirect></If><Hangup/>`)), func(c *explore.Config) {
		c.Routes = []string{"/menu", "/menu?lang=en"}
	})
	require.Contains(t, rules(m), "never-reached")
	assert.Equal(t, 1, strings.Count(rules(m), "never-reached"), m)
	assert.Contains(t, m.String(), "the URL http://example.com/closed?lang=en, but")
	for url, want := range map[string]bool{"/menu": true, "/menu?lang=en": true, "/menu?lang=de": false, "/closed": false} {
		_, ok := m.Reached(url)
		assert.Equal(t, want, ok, url)
	}
}
