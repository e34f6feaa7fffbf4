package redact_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/internal/wire"
)

// The programs in examples do not use this package for all of their logs.
// TestExamples checks that they still log no personal data, whichever event
// comes to whichever URL. The program examples/mux has its own test.
func TestExamples(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	for _, app := range []struct {
		h     http.Handler
		paths []string
	}{
		{menu.Routes(menu.Config{Log: log}), []string{"/voice", "/voice/menu", "/voice/dialed", "/voice/message", "/voice/status", "/voice/recording"}},
		{menu.Routes(menu.Config{Log: log, Sales: "not a number<>"}), []string{"/voice/menu"}},
		{weather.Routes(weather.Config{Log: log}), []string{"/weather", "/weather/ask", "/weather/zip", "/weather/again"}},
	} {
		for _, path := range app.paths {
			for _, k := range voxhook.Kinds() {
				for _, digits := range []string{canary, "1", "2", "3", "68102"} {
					form := url.Values{"CallSid": {"c1"}, "CallStatus": {"in-progress"}}
					for _, name := range sensitive(k) {
						form.Set(name, canary)
					}
					form.Set("Vars", fmt.Sprintf(`{"name":%q,"tries":%[1]q,"zip":%[1]q,"told":%[1]q}`, canary))
					form.Set("Digits", digits)
					for _, method := range []string{http.MethodGet, http.MethodPost} {
						before := out.Len()
						r, err := wire.NewRequest(method, path, form)
						require.NoError(t, err)
						w := httptest.NewRecorder()
						app.h.ServeHTTP(w, r)
						require.Contains(t, []int{http.StatusOK, http.StatusNoContent}, w.Code, path)
						require.Greater(t, out.Len(), before, path)
					}
				}
			}
		}
	}
	assert.NotContains(t, strings.ToLower(out.String()), canary)
	assert.NotContains(t, out.String(), "68102")
}
