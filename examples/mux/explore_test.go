package main

import (
	"log/slog"
	"testing"

	"github.com/voxhook/voxhook/voxtest"
)

// Every path of a caller of one tenant.
func TestEveryPath(t *testing.T) {
	m := voxtest.Explore(t, app("voice", "secret", slog.New(slog.DiscardHandler)), "/voice/acme", voxtest.BasicAuth("voice", "secret"))
	m.Clean()
	m.Golden("testdata/map.txt")
}
