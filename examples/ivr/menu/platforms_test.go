package menu_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxtest"
)

// The menu works on each platform that voxtest knows of.
func TestPlatforms(t *testing.T) {
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		newCall := func(options ...voxtest.Option) *voxtest.Phone {
			app := menu.Routes(menu.Config{Sales: desk, Hours: "We are always open.", Log: slog.New(slog.DiscardHandler)})
			return dial(app, "/voice", options...)
		}
		call := newCall()
		call.Press("1")
		call.Dials(desk).Talks(time.Minute)
		call.Hears("Goodbye.")
		call.HungUp()

		call = newCall()
		call.Press("7")
		call.Hears("We did not understand you.")
		call.StaySilent()
		call.Hears("We did not understand you.")
		call.Say("Sales, please.")
		call.Dials(desk).NoAnswer()
		call.Hears("leave a message")
		call.Record(12 * time.Second)
		call.Press("#")
		call.Hears("Thank you for your message.")
		call.HungUp()

		call = newCall()
		for range 3 {
			call.StaySilent()
		}
		call.Hears("We did not understand you. Goodbye.")
		call.HungUp()

		call = newCall(voxtest.Outbound("/voice/status"), voxtest.AnsweredBy(voxhook.AnsweredByHumanResidence))
		call.Interrupt("For our opening hours", "2")
		call.Hears("We are always open.")
		call.HungUp()
	})
}

// So it does on bad days of the network, if notifications come while the call
// goes on.
func TestDuplicatesConcurrent(t *testing.T) {
	for seed := range uint64(100) {
		app := menu.Routes(menu.Config{Sales: desk, Log: slog.New(slog.DiscardHandler)})
		call := voxtest.Call(t, app, "/voice", voxtest.Duplicates(seed), voxtest.Concurrent())
		call.StaySilent()
		call.Press("1")
		call.Dials(desk).Busy()
		call.Record(12 * time.Second)
		call.Hears("Thank you for your message.")
		call.HungUp()
	}
}
