package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// waits tells what the caller can do.
func waits(c *sim.Call) string {
	w := c.Waiting()
	return strings.TrimSpace(map[bool]string{true: "keys "}[w.Keys] + map[bool]string{true: "speech"}[w.Speech])
}

// awaits tells whether text is in what the call waits for.
func awaits(text string) func(*sim.Call) string {
	return func(c *sim.Call) string { return fmt.Sprint(strings.Contains(c.Waiting().Text, text)) }
}

var gatherAttributes = []attribute{
	{"Gather", "action", "/a", "<Gather@/>", "press 1#", requests, "POST /a", ""},
	{"Gather", "actionOnEmptyResult", "true", `<Gather@ action="/a"/>`, "silence", requests, "POST /a", ""},
	{"Gather", "actionOnEmptyResult", "true", `<Gather@ action="/a"/>`, "press #", requests, "POST /a", ""},
	{"Gather", "finishOnKey", "*", `<Gather@ output="g"/>`, "press 1; press *", vars, "g.digits=1", "g.digits=1*"},
	{"Gather", "finishOnKey", "5", `<Gather@ action="/a"/>`, "press 1; press 5; try press #", sent("/a", "FinishedOnKey"), "5", "#"},
	{"Gather", "finishOnKey", "", `<Gather@ output="g"/>`, "press 1#", vars, "g.digits=1#", "g.digits=1"},
	{"Gather", "input", "speech", "<Gather@/>", "", waits, "speech", "keys"},
	{"Gather", "input", "dtmf speech", "<Gather@/>", "", waits, "keys speech", "keys"},
	{"Gather", "language", "fr-CA", `<Gather@ input="speech"/>`, "", awaits("speech in fr-CA"), "true", "false"},
	{"Gather", "method", "GET", `<Gather@ action="/a"/>`, "press 1#", requests, "GET /a", "POST /a"},
	{"Gather", "numDigits", "2", "<Gather@/>", "press 1; press 2", elapsed, "0s", "5s"},
	{"Gather", "numDigits", "2", `<Gather@ output="g"/>`, "press 1; press 2; try press 3", vars, "g.digits=12", "g.digits=123"},
	{"Gather", "output", "g", "<Gather@/>", "press 1#", vars, "g.digits=1", ""},
	{"Gather", "output", "g", `<Gather@ input="speech"/>`, "say yes", vars, "g.speech=yes", ""},
	{"Gather", "profanityFilter", "true", `<Gather@ output="g" input="speech"/>`, "say Hell, what a damn hello!", vars,
		"g.speech=H***, what a d*** hello!", "g.speech=Hell, what a damn hello!"},
	{"Gather", "speechTimeout", "2", `<Gather@ input="speech"/>`, "say yes", elapsed, "2.4s", "5.4s"},
	{"Gather", "speechTimeout", "2", `<Gather@ input="speech" timeout="9"/>`, "say yes", elapsed, "2.4s", "9.4s"},
	{"Gather", "speechTimeout", "auto", `<Gather@ input="speech"/>`, "say yes", elapsed, "1.4s", "5.4s"},
	{"Gather", "timeout", "9", "<Gather@/>", "silence", elapsed, "9s", "5s"},
	{"Gather", "timeout", "9", "<Gather@/>", "press 1", elapsed, "9s", "5s"},
}

// Protocol, sections 3.4 and 4, Gather.
func TestGather(t *testing.T) {
	const prompts = "<Say>one</Say><Play>b</Play><Pause/>"
	result := func(c *sim.Call) string {
		if f := last(c, "/a").Form; f != nil {
			return fmt.Sprintf("%q %q %q %q", f.Get("Digits"), f.Get("SpeechResult"), f.Get("Confidence"), f.Get("FinishedOnKey"))
		}
		return "none"
	}
	for _, tt := range []struct {
		name, attrs, script string
		look                func(*sim.Call) string
		want                string
	}{
		{"all prompts", "", "listen; listen; listen; silence", texts(sim.Heard, sim.Played, sim.Paused), "one|b||next"},
		{"silence hears all prompts", "", "silence", texts(sim.Heard, sim.Played, sim.Paused, sim.Silent), "one|b|||next"},
		{"silence begins after the prompts", "", "silence", elapsed, "11.8s"},
		{"keys interrupt", "", "listen; press 1#", texts(sim.Heard, sim.Played), "one|got it"},
		{"keys at once", "", "press 1#", texts(sim.Heard, sim.Played), "got it"},
		{"the first key stops the prompts", "", "press 1; listen", texts(sim.Heard, sim.Played), "got it"},
		{"speech interrupts", `input="speech"`, "listen; say yes", texts(sim.Heard, sim.Played, sim.Said), "one|yes|got it"},
		{"keys", "", "press 12#", result, `"12" "" "" "#"`},
		{"keys, one by one", "", "press 1; press 2; press #", result, `"12" "" "" "#"`},
		{"keys, then time-out", "", "press 12", result, `"12" "" "" ""`},
		{"keys, then silence", "", "press 12; silence", result, `"12" "" "" ""`},
		{"keys, then silence", "", "press 12; silence", elapsed, "5.8s"},
		{"enough keys", `numDigits="2"`, "press 12", result, `"12" "" "" ""`},
		{"enough keys are no finish key", `numDigits="2"`, "press 1#", result, `"1" "" "" "#"`},
		{"too few keys", `numDigits="3"`, "press 12", result, `"12" "" "" ""`},
		{"other finish key", `finishOnKey="*"`, "press 1#2*", result, `"1#2" "" "" "*"`},
		{"no finish key", `finishOnKey=""`, "press 1#*", result, `"1#*" "" "" ""`},
		{"speech", `input="speech"`, "say yes please", result, `"" "yes please" "0.9" ""`},
		{"speech or keys: speech", `input="dtmf speech"`, "say yes", result, `"" "yes" "0.9" ""`},
		{"speech or keys: keys", `input="dtmf speech"`, "press 1#", result, `"1" "" "" "#"`},
		{"silence", "", "silence", result, "none"},
		{"the finish key alone", "", "press #", result, "none"},
		{"silence that counts", `actionOnEmptyResult="true"`, "silence", result, `"" "" "" ""`},
		{"the finish key alone counts", `actionOnEmptyResult="true"`, "press #", result, `"" "" "" "#"`},
		{"on without action", `action=""`, "press 1#", texts(sim.Heard), "next"},
		{"on with action", "", "press 1#", texts(sim.Heard), "got it"},
		{"on after silence", "", "silence", texts(sim.Heard), "one|next"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			attrs := tt.attrs
			if !strings.Contains(attrs, "action=") {
				attrs += ` action="/a"`
			}
			c := begin(t, app{"/": "<Gather " + attrs + ">" + prompts + "</Gather><Say>next</Say>", "/a": "<Say>got it</Say>"})
			play(t, c, tt.script)
			require.NotNil(t, c.End())
			require.Equal(t, tt.want, tt.look(c))
		})
	}
}

// A result that is empty unsets its variable, as a variable that is not set
// is the same.
func TestGatherAgain(t *testing.T) {
	c := begin(t, app{"/": `<Do expression="1==1" maxLoops="2"><Gather output="g" input="dtmf speech" action="/a"/></Do>`, "/a": `<Gather output="g" input="dtmf speech"/>`})
	ready(c)
	require.NoError(t, press(c, "1#"))
	require.Equal(t, `{"do.n":"0","g.digits":"1"}`, sent("/a", "Vars")(c), "the action has the variables")
	ready(c)
	require.NoError(t, say(c, "yes", 1))
	require.Equal(t, "do.n=0 g.speech=yes", vars(c))
}

func TestGatherAnswers(t *testing.T) {
	c := begin(t, app{"/": `<Gather action="/a"/>`})
	play(t, c, "press 1#")
	require.Equal(t, "in-progress", sent("/a", "CallStatus")(c))
}

func TestGatherWaits(t *testing.T) {
	for _, tt := range []struct{ attrs, want string }{
		{"", "listening for keys, which # ends"},
		{`finishOnKey=""`, "listening for keys"},
		{`numDigits="1"`, "listening for a key"},
		{`numDigits="4" finishOnKey="*"`, "listening for 4 keys, which * ends"},
		{`input="speech"`, "listening for speech"},
		{`input="dtmf speech" numDigits="1" language="de"`, "listening for a key or speech in de"},
	} {
		c := begin(t, app{"/": "<Gather " + tt.attrs + "/>"})
		ready(c)
		w := c.Waiting()
		require.Equal(t, sim.ForInput, w.For)
		require.True(t, strings.HasSuffix(w.Text, tt.want), w.Text)
		require.NotNil(t, w.Verb)
		require.False(t, w.Secret)
	}
}
