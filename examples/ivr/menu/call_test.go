package menu_test

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/internal/calltest"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

const desk = "+14025550111"

func app(log *slog.Logger) http.Handler {
	return menu.Routes(menu.Config{Sales: desk, Hours: "We are always open.", Log: log})
}

// TestCalls makes calls through the menu. The log contains no numbers and no
// words of callers.
func TestCalls(t *testing.T) {
	calltest.Run(t, app, []string{"/voice", "/voice/status"}, []string{"402555", "4111"}, map[string]func(t *testing.T, dial calltest.Dial){
		"sales answers": func(t *testing.T, dial calltest.Dial) {
			call := dial()
			call.Hears("Thank you for calling.")
			call.Hears("For sales, press 1")
			call.Press("1")
			call.Hears("One moment")
			call.Dials(desk).Talks(5 * time.Minute)
			call.Hears("Goodbye.")
			call.HungUp()
			if calltest.Documented(t) {
				call.Golden("testdata/sales_answers.txt")
			}
		},
		"no answer": func(t *testing.T, dial calltest.Dial) {
			call := dial()
			call.Say("I'd like to talk to SALES, please.")
			call.Dials(desk).NoAnswer()
			call.Hears("Nobody can take your call right now. Please leave a message")
			call.Record(12 * time.Second)
			call.Hears("Thank you for your message. Goodbye.")
			call.HungUp()
			if calltest.Documented(t) {
				call.Golden("testdata/no_answer.txt")
				assert.Equal(t, voxml.RecordingStatusCompleted, voxtest.Last[*voxhook.Recording](call).RecordingStatus)
			}
		},
		"a caller hangs up in the middle of a message": func(_ *testing.T, dial calltest.Dial) {
			call := dial()
			call.Press("1")
			call.Dials(desk).Fails()
			call.Hears("leave a message")
			call.Record(time.Second)
			call.CallerHangsUp()
		},
		"hours": func(_ *testing.T, dial calltest.Dial) {
			call := dial(voxtest.Webhook(voxhook.VoiceWebhook{Geo: voxhook.Geo{FromCity: "OMAHA"}}))
			call.HearsUpTo("Thank you for calling from Omaha.")
			call.Say("What are your hours?")
			call.Hears("We are always open. Goodbye.")
			call.HungUp()
		},
		"silence": func(_ *testing.T, dial calltest.Dial) {
			call := dial()
			for range 3 {
				call.StaySilent()
				call.Hears("We did not understand you.")
			}
			call.Hears("Goodbye.")
			call.HungUp()
		},
		"an old key does not answer for a silent caller": func(_ *testing.T, dial calltest.Dial) {
			call := dial()
			call.Press("7")
			call.Hears("We did not understand you.")
			call.StaySilent()
			call.Hears("We did not understand you.")
			call.Say("My card is 4111. Leave a message!")
			call.Record(7 * time.Second)
			call.Press("#")
			call.Hears("Thank you for your message.")
			call.HungUp()
		},
		"outbound": func(_ *testing.T, dial calltest.Dial) {
			call := dial(voxtest.Outbound("/voice/status"), voxtest.AnsweredBy(voxhook.AnsweredByHumanResidence))
			call.Interrupt("For our opening hours", "2")
			call.Hears("We are always open.")
			call.HungUp()
		},
		"outbound, busy": func(_ *testing.T, dial calltest.Dial) {
			dial(voxtest.Outbound("/voice/status"), voxtest.Unanswered(voxhook.CallStatusBusy)).Ends()
		},
	})
}

// Random callers: every call ends and is clean.
func TestRandomCallers(t *testing.T) {
	app := app(slog.New(slog.DiscardHandler))
	for seed := range uint64(1_000) {
		random := rand.New(rand.NewPCG(seed, 0))
		call := voxtest.Call(t, app, "/voice")
		does := map[voxtest.Turn][]func(){
			voxtest.TurnGather: {call.StaySilent, call.CallerHangsUp, func() { call.Press(strconv.Itoa(random.IntN(10))) }, func() { call.Say("hours") }},
			voxtest.TurnDial:   {call.CallerHangsUp, func() { call.Dials().Busy() }, func() { call.Dials().Talks(time.Minute) }},
			voxtest.TurnRecord: {call.StaySilent, call.CallerHangsUp, func() { call.Record(time.Second) }, func() { call.Press("#") }},
		}
		for m := call.Now(); m.End == ""; m = call.Now() {
			does[m.Turn][random.IntN(len(does[m.Turn]))]()
		}
	}
}
