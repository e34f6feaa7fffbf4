package weather_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/internal/calltest"
	"github.com/voxhook/voxhook/examples/weather/weather"
	"github.com/voxhook/voxhook/voxtest"
)

// newCall calls the weather line, with a CallSid whose sum is three plus four.
// When the test ends, there is neither a number nor a zip code in the log, and
// nobody else could have sent the webhooks of the call.
func newCall(t *testing.T, options ...voxtest.Option) *voxtest.Phone {
	t.Parallel()
	var log bytes.Buffer
	app := weather.Routes(weather.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	options = append(options, voxtest.Webhook(voxhook.VoiceWebhook{CallSid: "c1"}))
	call := calltest.Call(t, app, []string{"/weather"}, options...)
	t.Cleanup(func() {
		assert.Equal(t, calltest.Runs(t, call), strings.Count(log.String(), "\n"), "a line for each run")
		assert.NotContains(t, log.String(), "402555")
		assert.NotContains(t, log.String(), "68102")
	})
	return call
}

func TestByKey(t *testing.T) {
	call := newCall(t)
	call.Hears("What is three plus four?")
	call.Press("7")
	call.Hears("Thank you.")
	call.Hears("zip code")
	call.Press("68102")
	call.Hears("In Omaha it is clear")
	call.Hears("To hear it again")
	call.StaySilent()
	call.Hears("Goodbye.")
	call.HungUp()
}

func TestBySpeech(t *testing.T) {
	call := newCall(t, voxtest.NestedVars())
	call.Say("It's seven.")
	call.Hears("zip code")
	call.Say("six eight one zero two")
	call.Hears("In Omaha")
	call.Say("again, please")
	call.Hears("In Omaha")
	call.Hears("To hear it again")
	call.CallerHangsUp()
	assert.Equal(t, voxhook.Vars{
		"_sum": "7", "_captcha.speech": "It's seven.", "do.n": "0", "tries": "1", "zip": "68102", "told": "2",
		"zip1.speech": "six eight one zero two", "again1.speech": "again, please",
	}, call.Vars())
}

func TestSecondTryAtTheSum(t *testing.T) {
	call := newCall(t)
	call.Press("8")
	call.Hears("Please try once more.")
	call.Hears("What is three plus four?")
	call.Say("seven")
	call.Hears("Thank you.")
	call.CallerHangsUp()
}

// The ways of a caller to answer.
func presses(keys string) func(*voxtest.Phone) {
	return func(call *voxtest.Phone) { call.Press(keys) }
}
func says(text string) func(*voxtest.Phone) { return func(call *voxtest.Phone) { call.Say(text) } }
func staysSilent(call *voxtest.Phone)       { call.StaySilent() }

func TestWrongKeysForTheSum(t *testing.T)  { noHuman(t, presses("8")) }
func TestWrongWordsForTheSum(t *testing.T) { noHuman(t, says("seventeen")) }
func TestSilenceForTheSum(t *testing.T)    { noHuman(t, staysSilent) }

// noHuman answers the sum twice.
func noHuman(t *testing.T, answer func(*voxtest.Phone)) {
	call := newCall(t)
	answer(call)
	answer(call)
	call.Hears("Sorry, we did not get the right answer. Goodbye.")
	call.HungUp()
	assert.Len(t, calltest.Webhooks(call), 1, "all of it was done by the first document")
}

func TestUnknownZipCode(t *testing.T) {
	noZipCode(t, presses("12345"), "We have no weather for 1 2 3 4 5.")
}

func TestShortZipCode(t *testing.T) {
	noZipCode(t, presses("681#"), "That was not a zip code of five digits.")
}

func TestZipCodeWithoutDigits(t *testing.T) {
	noZipCode(t, says("Omaha"), "That was not a zip code of five digits.")
}

func TestSilenceForTheZipCode(t *testing.T) { noZipCode(t, staysSilent, "We did not hear a zip code.") }

// noZipCode answers the question for the zip code twice.
func noZipCode(t *testing.T, answer func(*voxtest.Phone), hears string) {
	call := newCall(t)
	call.Press("7")
	answer(call)
	call.Hears(hears)
	answer(call)
	call.Hears(hears + " Goodbye.")
	call.HungUp()
}

func TestThirdTimeIsTheLast(t *testing.T) {
	call := newCall(t)
	call.Press("7")
	call.Press("10001")
	call.Hears("In New York")
	call.Press("1")
	call.Hears("In New York")
	call.Press("1")
	call.Hears("In New York it is sunny, and 70 degrees. Goodbye.")
	call.HungUp()
}

func TestNotAgain(t *testing.T) {
	call := newCall(t)
	call.Press("7")
	call.Press("10001")
	call.Hears("To hear it again")
	call.Press("2")
	call.Hears("Goodbye.")
	call.HungUp()
}
