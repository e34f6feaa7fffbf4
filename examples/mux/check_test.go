package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// Check finds nothing wrong with the documents.
func TestCheck(t *testing.T) {
	for _, tenant := range []string{"acme", "globex", "initech"} {
		r := httptest.NewRequest(http.MethodPost, "/voice/"+tenant, strings.NewReader("CallSid=1&From=%2B14025550100"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("voice", "secret")
		w := httptest.NewRecorder()
		app("voice", "secret", slog.New(slog.DiscardHandler)).ServeHTTP(w, r)

		doc, err := voxml.Parse(w.Body)
		require.NoError(t, err, tenant)
		assert.NotEmpty(t, doc, tenant)
		assert.Empty(t, doc.Check(), tenant)
	}
}
