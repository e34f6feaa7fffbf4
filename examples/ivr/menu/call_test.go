package menu_test

import (
	"bytes"
	"flag"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/examples/internal/calltest"
	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var _ = flag.Bool("update", false, "rewrite the golden files")

const desk = "+14025550111"

// entries are the URLs that need no token, as in the command.
var entries = []string{"/voice", "/voice/status"}

// newCall calls the menu. When the test ends, there is no number in the log, and
// nobody else could have sent the webhooks of the call.
func newCall(t *testing.T, options ...voxtest.Option) *voxtest.Phone {
	t.Parallel()
	var log bytes.Buffer
	app := menu.Routes(menu.Config{Sales: desk, Hours: "We are always open.", Log: slog.New(slog.NewTextHandler(&log, nil))})
	call := calltest.Call(t, app, entries, options...)
	t.Cleanup(func() {
		assert.Equal(t, calltest.Runs(t, call), strings.Count(log.String(), "\n"), "a line for each run")
		assert.NotContains(t, log.String(), "402555")
	})
	return call
}

func TestSalesAnswers(t *testing.T) {
	call := newCall(t)
	call.Hears("Thank you for calling.")
	call.Hears("For sales, press 1")
	call.Press("1")
	call.Hears("One moment")
	call.Dials(desk).Talks(5 * time.Minute)
	call.Hears("Goodbye.")
	call.HungUp()
	calltest.Golden(t, call, "testdata/sales_answers.txt")
}

func TestNobodyAnswers(t *testing.T) {
	call := newCall(t)
	call.Say("I'd like to talk to SALES, please.")
	call.Dials(desk).NoAnswer()
	call.Hears("Nobody can take your call right now. Please leave a message")
	call.Record(12 * time.Second)
	call.Hears("Thank you for your message. Goodbye.")
	call.HungUp()
	calltest.Golden(t, call, "testdata/nobody_answers.txt")
}

func TestSalesIsBusy(t *testing.T) {
	call := newCall(t)
	call.Press("1")
	call.Dials(desk).Busy()
	call.Hears("leave a message")
	call.CallerHangsUp()
}

func TestSalesCannotBeReached(t *testing.T) {
	call := newCall(t)
	call.Press("1")
	call.Dials(desk).Fails()
	call.Hears("leave a message")
	call.Record(time.Second)
	call.CallerHangsUp()
	assert.Equal(t, "hangup", call.Event().(*voxhook.RecordResult).Digits)
}

func TestSalesTalksForTooLong(t *testing.T) {
	call := newCall(t)
	call.Press("1")
	call.Dials(desk).Talks(2 * time.Hour)
	assert.Equal(t, time.Hour, call.Event().(*voxhook.DialResult).DialCallDuration)
	call.HungUp()
}

func TestCallerGivesUp(t *testing.T) {
	call := newCall(t)
	call.Press("1")
	call.Dials(desk)
	call.Wait(8 * time.Second)
	call.CallerHangsUp()
	assert.Equal(t, voxhook.DialStatusCanceled, call.Event().(*voxhook.DialResult).DialCallStatus)
}

func TestHoursByKey(t *testing.T) {
	call := newCall(t)
	call.Hears("For our opening hours, press 2")
	call.Press("2")
	call.Hears("We are always open. Goodbye.")
	call.HungUp()
}

func TestHoursBySpeech(t *testing.T) {
	call := newCall(t)
	call.Say("What are your hours?")
	call.Hears("We are always open. Goodbye.")
	call.HungUp()
}

func TestMessageByKey(t *testing.T) {
	call := newCall(t)
	call.Hears("To leave a message, press 3")
	call.Press("3")
	call.Hears("Please leave a message after the tone.")
	call.Record(5 * time.Minute)
	assert.Equal(t, 3*time.Minute, call.Event().(*voxhook.RecordResult).RecordingDuration, "the longest")
	call.Hears("Thank you for your message.")
	call.HungUp()
}

func TestMessageBySpeech(t *testing.T) {
	call := newCall(t)
	call.Say("Leave a message!")
	call.Record(time.Minute)
	call.Hears("Thank you for your message.")
	call.HungUp()
}

// The app hears of the recording of a message.
func TestMessageIsEndedByKey(t *testing.T) {
	call := newCall(t)
	call.Press("3")
	call.Record(7 * time.Second)
	call.Press("#")
	call.HungUp()
	told := voxtest.Last[*voxhook.Recording](call)
	assert.Equal(t, voxml.RecordingStatusCompleted, told.RecordingStatus)
	assert.Equal(t, 7*time.Second, told.RecordingDuration)
}

func TestSilenceIsAskedThreeTimes(t *testing.T) {
	call := newCall(t)
	call.Hears("Thank you for calling.")
	call.StaySilent()
	call.Hears("We did not understand you.")
	call.StaySilent()
	call.Hears("We did not understand you.")
	assert.Equal(t, "2", call.Vars()["tries"])
	call.StaySilent()
	call.Hears("We did not understand you. Goodbye.")
	call.HungUp()
}

func TestWrongChoices(t *testing.T) {
	call := newCall(t, voxtest.NestedVars())
	call.Press("7")
	call.Hears("We did not understand you.")
	call.Say("my card is 4111")
	call.Hears("We did not understand you.")
	call.Press("2")
	call.Hears("We are always open.")
	call.HungUp()
}

func TestThreeWrongKeys(t *testing.T) {
	call := newCall(t)
	call.Press("*")
	call.Press("7")
	call.Press("0")
	call.Hears("We did not understand you. Goodbye.")
	call.HungUp()
}

func TestCallerHangsUpAtOnce(t *testing.T) {
	call := newCall(t)
	call.Hears("Thank you")
	call.CallerHangsUp()
	assert.Len(t, calltest.Webhooks(call), 1)
}

func TestCity(t *testing.T) {
	call := newCall(t, voxtest.Webhook(voxhook.VoiceWebhook{Geo: voxhook.Geo{FromCity: "OMAHA"}}))
	call.Hears("Thank you for calling from Omaha.")
	call.CallerHangsUp()
}

func TestOutbound(t *testing.T) {
	call := newCall(t, voxtest.Outbound("/voice/status"))
	call.Press("2")
	call.HungUp()
	assert.Equal(t, voxhook.CallStatusCompleted, call.Event().(*voxhook.StatusChange).CallStatus)
}

func TestOutboundBusy(t *testing.T) {
	call := newCall(t, voxtest.Outbound("/voice/status"), voxtest.Unanswered(voxhook.CallStatusBusy))
	assert.Equal(t, voxhook.CallStatusBusy, call.Event().(*voxhook.StatusChange).CallStatus)
}

func TestByGET(t *testing.T) {
	call := newCall(t, voxtest.GET())
	call.Hears("For sales, press 1")
	call.CallerHangsUp()
}

// Whatever people do, the call ends, is clean, and no step is a surprise.
func TestRandomCallers(t *testing.T) {
	t.Parallel()
	calls := uint64(1_000)
	if calltest.Repeated(t) {
		calls = 50 // for each seed
	}
	app := menu.Routes(menu.Config{Sales: desk, Log: slog.New(slog.DiscardHandler)})
	for seed := range calls {
		random := rand.New(rand.NewPCG(seed, 0))
		call := calltest.Call(t, app, entries)
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

// confirmed are the parameters that the platform's documentation names.
var confirmed = []string{
	"CallSid", "AccountID", "TrunkID", "From", "To", "CallStatus", "ApiVersion", "Direction", "CallerName", "ParentCallSid",
	"Vars", "AnsweredBy", "FromCity", "FromState", "FromZip", "FromCountry", "ToCity", "ToState", "ToZip", "ToCountry",
}

// confirmedOnly drops all other parameters from each request.
func confirmedOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			panic(err)
		}
		for name := range r.PostForm {
			if !slices.Contains(confirmed, name) {
				delete(r.PostForm, name)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// The menu works if the platform sends nothing but what it documents.
func TestConfirmedParametersOnly(t *testing.T) {
	t.Parallel()
	app := menu.Routes(menu.Config{Sales: desk, Log: slog.New(slog.DiscardHandler)})
	newCall := func(t *testing.T) *voxtest.Phone { return calltest.CallThrough(t, confirmedOnly, app, entries) }

	t.Run("sales answers", func(t *testing.T) {
		call := newCall(t)
		call.Say("Sales, please.")
		call.Dials(desk).Talks(time.Minute)
		call.Hears("Goodbye.")
		call.HungUp()
	})
	t.Run("nobody answers", func(t *testing.T) {
		call := newCall(t)
		call.Press("1")
		call.Dials(desk).NoAnswer()
		call.Hears("leave a message")
		call.Record(12 * time.Second)
		call.Hears("Thank you for your message.")
		call.HungUp()
	})
	t.Run("an old key does not answer for a silent caller", func(t *testing.T) {
		call := newCall(t)
		call.Press("9")
		call.Hears("We did not understand you.")
		call.StaySilent()
		call.Hears("We did not understand you.")
		call.Press("2")
		call.Hears("We are open")
		call.HungUp()
	})
}
