package weather_test

import (
	"log/slog"
	"testing"

	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/voxtest"
)

// Every path through the weather line. The map is what callers can do.
func TestEveryPath(t *testing.T) {
	app := weather.Routes(weather.Config{Log: slog.New(slog.DiscardHandler)})
	m := voxtest.Explore(t, app, "/weather", voxtest.Sample("zip", "68102"))
	m.Clean()
	m.Reaches("/weather/ask", "/weather/zip", "/weather/again")
	m.Golden("testdata/map.txt")
}
