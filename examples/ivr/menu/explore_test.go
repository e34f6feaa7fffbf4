package menu_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/voxhook/voxhook/examples/ivr/menu"
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
	signed := &voxauth.Signed{Next: app, Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}}
	voxtest.Explore(t, signed, "/voice").Clean()
}
