package menu

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// The checker of package voxml has nothing against any document of the menu.
func TestCheck(t *testing.T) {
	tested := 0
	for _, tt := range paths {
		w := serve(newMenu(io.Discard).routes(), request(http.MethodPost, tt.url, webhook(tt.own)))
		if w.Code == http.StatusNoContent {
			continue
		}
		tested++
		doc, err := voxml.Parse(w.Body)
		require.NoError(t, err, tt.name)
		assert.NotEmpty(t, doc, tt.name)
		if tt.name == "call from a city with markup" { // which is spoken as it stands
			require.Len(t, doc.Check(), 1)
			assert.Equal(t, "ssml", doc.Check()[0].Rule)
			continue
		}
		assert.Empty(t, doc.Check(), tt.name)
	}
	assert.NotZero(t, tested)

	m := newMenu(io.Discard)
	m.sales = "" // so that the caller hears an apology
	doc, err := voxml.Parse(serve(m.routes(), request(http.MethodPost, menuURL, webhook("Digits=1"))).Body)
	require.NoError(t, err)
	assert.Equal(t, sorryDoc, doc.String())
	assert.Empty(t, doc.Check())
}
