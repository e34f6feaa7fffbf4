package main

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/voxhook/voxhook/examples/internal/calltest"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

func office(log *slog.Logger) http.Handler { return app("voice", "secret", log) }

// TestRequests checks which requests are accepted, and what is logged.
func TestRequests(t *testing.T) { calltest.Webhooks(t, office, "testdata/requests.txt") }

// TestPlatforms calls each tenant on each platform of voxtest.
func TestPlatforms(t *testing.T) {
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		newCall := func(tenant string) *voxtest.Phone {
			return dial(office(slog.New(slog.DiscardHandler)), "/voice/"+tenant, voxtest.BasicAuth("voice", "secret"))
		}
		call := newCall("acme")
		call.Hears("Welcome to Acme.")
		call.HungUp()

		call = newCall("globex")
		call.Hears("Globex, good day.")
		call.HungUp()

		newCall("initech").Rejected(voxml.RejectReasonRejected)
	})
}

// TestEveryPath explores the calls to one tenant.
func TestEveryPath(t *testing.T) {
	m := voxtest.Explore(t, office(slog.New(slog.DiscardHandler)), "/voice/acme", voxtest.BasicAuth("voice", "secret"))
	m.Clean()
	m.Golden("testdata/map.txt")
}
