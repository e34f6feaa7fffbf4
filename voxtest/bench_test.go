package voxtest_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxtest"
)

// BenchmarkThousandCalls makes a thousand calls of ten steps each to a real
// app.
func BenchmarkThousandCalls(b *testing.B) {
	app := menu.Routes(menu.Config{Sales: "+14025550111", Log: slog.New(slog.DiscardHandler)})
	for b.Loop() {
		for range 1000 {
			call := voxtest.Call(b, app, "/voice")
			call.Hears("For sales, press 1")
			call.StaySilent()
			call.Hears("We did not understand you.")
			call.Press("7")
			call.Hears("We did not understand you.")
			call.Say("sales")
			call.Dials("+14025550111").NoAnswer()
			call.Hears("leave a message")
			call.Record(12 * time.Second)
			call.HungUp()
		}
	}
}
