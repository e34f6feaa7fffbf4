package voxhook_test

import (
	"testing"
	"time"

	"github.com/voxhook/voxhook/voxtest"
)

// The samples of the README work on each platform that voxtest knows of.
func TestReadmePlatforms(t *testing.T) {
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		call := dial(routes(), "/voice")
		call.StaySilent()
		call.Hears("We did not understand you.")
		call.Press("9")
		call.Hears("We did not understand you.")
		call.Interrupt("For sales, press 1", "1")
		call.Dials("+14025550111").Busy()
		call.Hears("Nobody can take your call right now.")
		call.HungUp()

		call = dial(routes(), "/voice")
		call.Press("9")
		call.StaySilent()
		call.Mumble(time.Second)
		call.Hears("We did not understand you. Goodbye.")
		call.HungUp()

		call = dial(routes(), "/voice")
		call.Say("Sales, please.")
		call.Dials("+14025550111").Talks(2 * time.Minute)
		call.HungUp()
	})
}
