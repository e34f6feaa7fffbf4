package idempotency_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// If voxauth.Signed is inside a Handler, webhooks run twice. The Handler says
// so once, and does not if the order is right or the program has IDs of its own.
func TestOrder(t *testing.T) {
	own := func(r *http.Request) (string, bool) {
		_, token, ok := strings.Cut(r.URL.RawQuery, "vh=")
		return token, ok
	}
	for name, tt := range map[string]struct {
		inside bool // Signed is inside the Handler
		id     func(*http.Request) (string, bool)
		runs   int // of three deliveries
		log    int // the number of warnings
	}{
		"Signed outside":              {false, voxauth.DocumentID, 1, 0},
		"Signed inside":               {true, voxauth.DocumentID, 3, 1},
		"Signed inside, other IDs":    {true, own, 1, 0},
		"Signed inside, IDs not used": {true, nil, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			runs := 0
			menu := voxhook.Settings{ErrorLog: silent}.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
				if ev.Kind() == voxhook.KindGatherResult {
					runs++
				}
				return voxml.Response{voxml.Gather{Action: "/menu?a=1"}}, nil
			})
			var log bytes.Buffer
			h := &idempotency.Handler{ID: tt.id, ErrorLog: slog.New(slog.NewTextHandler(&log, nil))}
			s := &voxauth.Signed{
				Keys: []voxauth.Key{voxauth.NewKey()}, ErrorLog: silent,
				Entry: map[string]voxauth.Check{"/voice": voxauth.Open},
			}
			app := http.Handler(s)
			if s.Next, h.Next = h, menu; tt.inside {
				s.Next, h.Next, app = menu, s, h
			}

			forPortal, err := s.URL("/portal", 0)
			require.NoError(t, err)
			for _, target := range []string{"/voice", "/voice?vhs=1", forPortal} {
				if target == forPortal && tt.inside {
					continue // has a token
				}
				require.Equal(t, 200, serve(app, request(t.Context(), target, incoming)).Code)
			}
			assert.Empty(t, log.String(), "a warning although no URL had a token")

			document := serve(app, request(t.Context(), "/voice", incoming)).Body.String()
			action := strings.ReplaceAll(strings.Split(document, `"`)[1], "&amp;", "&")
			for range 3 {
				require.Equal(t, 200, serve(app, request(t.Context(), action, gather)).Code)
			}
			assert.Equal(t, tt.runs, runs)
			assert.Equal(t, tt.log, strings.Count(log.String(), "level=WARN"), log.String())
			assert.Equal(t, tt.log, strings.Count(log.String(), "put Signed outside of idempotency.Handler"))
			assert.NotContains(t, log.String(), "vh=", "the log has a token")
		})
	}
}
