package weather_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/internal/calltest"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/voxtest"
)

func app(log *slog.Logger) http.Handler { return weather.Routes(weather.Config{Log: log}) }

// caller sets a CallSid whose sum is three plus four.
var caller = voxtest.Webhook(voxhook.VoiceWebhook{CallSid: "c1"})

// TestCalls calls the weather line. The log contains no numbers and no zip
// codes of callers.
func TestCalls(t *testing.T) {
	calltest.Run(t, app, []string{"/weather"}, []string{"402555", "68102"}, map[string]func(t *testing.T, dial calltest.Dial){
		"by key": func(_ *testing.T, dial calltest.Dial) {
			call := dial(caller)
			call.Hears("What is three plus four?")
			call.Press("8")
			call.Hears("Please try once more.")
			call.Press("7")
			call.Hears("zip code")
			call.Press("68102")
			call.Hears("In Omaha it is clear")
			call.Hears("To hear it again")
			call.StaySilent()
			call.Hears("Goodbye.")
			call.HungUp()
		},
		"by speech": func(t *testing.T, dial calltest.Dial) {
			call := dial(caller)
			call.Say("It's seven.")
			call.StaySilent()
			call.Hears("We did not hear a zip code.")
			call.Say("six eight one zero two")
			call.Hears("In Omaha")
			call.Say("again, please")
			call.Hears("In Omaha")
			call.Hears("To hear it again")
			call.CallerHangsUp()
			if calltest.Documented(t) {
				assert.Equal(t, voxhook.Vars{
					"_sum": "7", "_captcha.speech": "It's seven.", "do.n": "0", "tries": "2", "zip": "68102", "told": "2",
					"zip2.speech": "six eight one zero two", "again1.speech": "again, please",
				}, call.Vars())
			}
		},
		"a robot": func(_ *testing.T, dial calltest.Dial) {
			call := dial(caller)
			call.Say("seventeen")
			call.StaySilent()
			call.Hears("Sorry, we did not get the right answer. Goodbye.")
			call.HungUp()
		},
	})
}

// TestEveryPath explores the weather line. The map shows everything that
// callers can do.
func TestEveryPath(t *testing.T) {
	m := voxtest.Explore(t, app(slog.New(slog.DiscardHandler)), "/weather", voxtest.Sample("zip", "68102"))
	m.Clean()
	m.Reaches("/weather/ask", "/weather/zip", "/weather/again")
	m.Golden("testdata/map.txt")
}

// TestWebhooks sends webhooks that no call causes, but that the platform could
// send. If a callback fails, the caller hears the Fallback.
func TestWebhooks(t *testing.T) { calltest.Webhooks(t, app, "testdata/webhooks.txt") }

func TestDefaultLog(t *testing.T) {
	log := calltest.DefaultLog(t)
	voxtest.Call(t, weather.Routes(weather.Config{}), "/weather", voxtest.Lenient())
	assert.Equal(t, 1, strings.Count(log.String(), "level=INFO"))
}
