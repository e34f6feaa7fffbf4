package weather_test

import (
	"log/slog"
	"testing"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/voxtest"
)

// The weather line works on each platform that voxtest knows of.
func TestPlatforms(t *testing.T) {
	voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
		newCall := func() *voxtest.Phone {
			app := weather.Routes(weather.Config{Log: slog.New(slog.DiscardHandler)})
			return dial(app, "/weather", voxtest.Webhook(voxhook.VoiceWebhook{CallSid: "c1"}))
		}
		call := newCall()
		call.Press("8")
		call.Hears("Please try once more.")
		call.Press("7")
		call.Hears("zip code")
		call.Press("68102")
		call.Hears("In Omaha it is clear")
		call.Say("again, please")
		call.Hears("In Omaha it is clear")
		call.StaySilent()
		call.Hears("Goodbye.")
		call.HungUp()

		call = newCall()
		call.Say("It's seven.")
		call.StaySilent()
		call.Say("six eight one zero two")
		call.Hears("In Omaha")
		call.StaySilent()
		call.HungUp()
	})
}
