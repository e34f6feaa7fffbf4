package redact_test

import (
	"bytes"
	"encoding/json"
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
)

// The programs in examples do not use this package for all of their logs. They
// log no personal data all the same, whatever comes to whichever URL. That of
// examples/mux is searched in its own test.
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
				for _, names := range [][]string{sensitive(k), {"From", "Vars"}} {
					for _, digits := range []string{canary, "1", "2", "3", "68102"} {
						form := url.Values{"CallSid": {"c1"}, "CallStatus": {"in-progress"}}
						for _, name := range names {
							form.Set(name, canary)
						}
						vars, err := json.Marshal(map[string]string{"name": canary, "tries": canary, "zip": canary, "told": canary})
						require.NoError(t, err)
						form.Set("Vars", string(vars))
						form.Set("Digits", digits)
						for _, method := range []string{http.MethodGet, http.MethodPost} {
							before := out.Len()
							w := httptest.NewRecorder()
							app.h.ServeHTTP(w, formRequest(method, path, form))
							require.Contains(t, []int{http.StatusOK, http.StatusNoContent}, w.Code, path)
							require.Greater(t, out.Len(), before, path)
						}
					}
				}
			}
		}
	}
	assert.NotContains(t, strings.ToLower(out.String()), canary)
	assert.NotContains(t, out.String(), "68102")
}

func formRequest(method, path string, form url.Values) *http.Request {
	if method == http.MethodGet {
		return httptest.NewRequest(method, path+"?"+form.Encode(), nil)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}
