package menu_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxtest"
)

// TestEveryPath explores the menu. The map shows everything that callers can
// do.
func TestEveryPath(t *testing.T) {
	app := menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)})
	m := voxtest.Explore(t, app, "/voice")
	m.Clean()
	m.Reaches("/voice/menu", "/voice/dialed", "/voice/message", "/voice/recording")
	m.Within(20*time.Second, "/voice/dialed")
	m.Golden("testdata/map.txt")
	voxtest.Explore(t, app, "/voice", voxtest.Outbound("/voice/status"), voxtest.Routes("/voice/status")).Clean()
}

// The wrappers of the server do not change what callers can do, so the map is
// the same, tokens or not.
func TestEveryPathSigned(t *testing.T) {
	app := menu.Routes(menu.Config{Log: slog.New(slog.DiscardHandler)})
	routes := voxtest.Routes("/voice/menu", "/voice/dialed", "/voice/message", "/voice/recording")
	picture := voxtest.Explore(t, app, "/voice", routes).Mermaid()
	for _, tt := range []struct {
		name string
		next http.Handler
	}{
		{"Signed", app},
		{"Signed and idempotency", &idempotency.Handler{Next: app, ID: voxauth.DocumentID}},
		{"Signed and idempotency within a minute", &idempotency.Handler{Next: app, ID: voxauth.DocumentID, Window: time.Minute}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			signed := &voxauth.Signed{
				Next: tt.next, Keys: []voxauth.Key{voxauth.NewKey()},
				Entry: map[string]voxauth.Check{"/voice": voxauth.Open, "/voice/status": voxauth.Open},
			}
			m := voxtest.Explore(t, signed, "/voice", routes)
			m.Clean()
			m.Reaches("/voice/menu", "/voice/dialed", "/voice/message", "/voice/recording")
			m.Golden("testdata/map.txt")
			require.Equal(t, picture, m.Mermaid())
			voxtest.Explore(t, signed, "/voice", voxtest.Outbound("/voice/status"), voxtest.Routes("/voice/status")).Clean()
		})
	}
}
