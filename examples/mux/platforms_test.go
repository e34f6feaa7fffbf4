package main

import (
	"log/slog"
	"testing"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// The tenants are called on each platform that voxtest knows of.
func TestPlatforms(t *testing.T) {
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		newCall := func(tenant string) *voxtest.Phone {
			return dial(app("voice", "secret", slog.New(slog.DiscardHandler)), "/voice/"+tenant, voxtest.BasicAuth("voice", "secret"))
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
