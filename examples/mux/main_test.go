package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestApp(t *testing.T) {
	const form = "CallSid=1&From=%2B14025550100&CallerName=JANE&FromCity=OMAHA&own=4711"
	tests := []struct {
		name, method, url, user, password string
		status                            int
		body, route                       string
	}{
		{"one tenant", "POST", "/voice/acme", "voice", "secret", 200,
			"<Response><Say>Welcome to Acme.</Say><Hangup/></Response>", "route=/voice/{tenant} "},
		{"another", "POST", "/voice/globex", "voice", "secret", 200,
			"<Response><Say>Globex, good day.</Say><Hangup/></Response>", "route=/voice/{tenant} "},
		{"unknown tenant", "POST", "/voice/initech", "voice", "secret", 200,
			"<Response><Reject/></Response>", "route=/voice/{tenant} "},
		{"wrong password", "POST", "/voice/acme", "voice", "secre", 401, "Unauthorized\n", "route=/voice/{tenant} "},
		{"wrong user", "POST", "/voice/acme", "other", "secret", 401, "Unauthorized\n", "route=/voice/{tenant} "},
		{"user and password joined", "POST", "/voice/acme", "voicesecret", "", 401, "Unauthorized\n", "route=/voice/{tenant} "},
		{"no password", "POST", "/voice/acme", "", "", 401, "Unauthorized\n", "route=/voice/{tenant} "},
		{"health", "GET", "/healthz", "", "", 200, "ok\n", `route="GET /healthz" `},
		{"by GET", "GET", "/voice/acme?" + form, "voice", "secret", 200,
			"<Response><Say>Welcome to Acme.</Say><Hangup/></Response>", "route=/voice/{tenant} "},
		{"other route", "POST", "/voice", "voice", "secret", 404, "404 page not found\n", `route="" `},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			r := httptest.NewRequest(tt.method, tt.url, strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if tt.user != "" {
				r.SetBasicAuth(tt.user, tt.password)
			}
			w := httptest.NewRecorder()
			app("voice", "secret", slog.New(slog.NewTextHandler(&log, nil))).ServeHTTP(w, r)

			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, tt.body, w.Body.String())
			assert.Equal(t, tt.status == http.StatusUnauthorized, w.Header().Get("WWW-Authenticate") != "")
			assert.Equal(t, 1, strings.Count(log.String(), "\n"))
			assert.Contains(t, log.String(), tt.route)
			for _, secret := range []string{"4025550100", "JANE", "OMAHA", "4711", "secre", "acme"} {
				assert.NotContains(t, log.String(), secret)
			}
		})
	}
}

// A request that is no webhook passes the middleware and is refused by the
// Handler.
func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		method, form string
		status       int
		logged       string
	}{
		{http.MethodPost, "From=%2B14025550100", http.StatusBadRequest, "CallSid"},
		{http.MethodPut, "CallSid=1&From=%2B14025550100", http.StatusMethodNotAllowed, "method is neither GET nor POST"},
	} {
		var log bytes.Buffer
		r := httptest.NewRequest(tt.method, "/voice/acme", strings.NewReader(tt.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("voice", "secret")
		w := httptest.NewRecorder()
		app("voice", "secret", slog.New(slog.NewTextHandler(&log, nil))).ServeHTTP(w, r)
		assert.Equal(t, tt.status, w.Code)
		assert.Contains(t, log.String(), tt.logged)
		assert.NotContains(t, log.String(), "4025550100")
	}
}
