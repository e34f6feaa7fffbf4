package sim_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

const origin = "http://app.example"

// An app answers each path with a document of these verbs. Any other path gets
// an empty document.
type app map[string]string

func (a app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = io.WriteString(w, "<Response>"+a[r.URL.Path]+"</Response>")
}

// but returns a handler that serves one path differently.
func (a app) but(path string, h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			h(w, r)
			return
		}
		a.ServeHTTP(w, r)
	})
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// begin calls an app at the path /.
func begin(t testing.TB, a http.Handler, change ...func(*sim.Config)) *sim.Call {
	t.Helper()
	cfg := sim.Config{App: sim.Handler(a), URL: origin + "/"}
	for _, f := range change {
		if f != nil {
			f(&cfg)
		}
	}
	c, err := sim.New(cfg)
	require.NoError(t, err)
	return c
}

// outbound makes the call outbound.
func outbound(cfg *sim.Config) {
	cfg.Webhook.Direction = voxhook.DirectionOutboundAPI
	cfg.StatusCallback = "/status"
}

// enter holds the input of callers at a Pay, by names in scripts.
var enter = strings.NewReplacer(
	"good card", "press 4111111111111111#; press 1239#; press 907#; press 68102#",
	"declined card", "press "+sim.DeclinedCard+"#; press 1239#; press 907#; press 68102#",
	"good account", "press 021000021#; press 000123456789#",
)

// play performs a script: acts separated by semicolons, named as in people.
// Each act is done as soon as the call waits for a person; after "now", at
// once. An act after "try" may fail. An act after "refuse" must fail and change
// nothing. Afterwards the call continues, unless the last word is "stay". play
// returns the last error.
func play(t testing.TB, c *sim.Call, script string) (last error) {
	t.Helper()
	for thing := range strings.SplitSeq(enter.Replace(script), ";") {
		if thing = strings.TrimSpace(thing); thing == "" {
			continue
		}
		if thing == "stay" {
			return last
		}
		thing, now := strings.CutPrefix(thing, "now ")
		if !now {
			ready(c)
		}
		thing, try := strings.CutPrefix(thing, "try ")
		thing, refuse := strings.CutPrefix(thing, "refuse ")
		entries, at := len(c.Log()), c.Elapsed()
		err := act(c, thing)
		switch {
		case refuse:
			require.Error(t, err, thing)
			require.Len(t, c.Log(), entries, thing)
			require.Equal(t, at, c.Elapsed(), thing)
		case !try && err != nil:
			require.NoError(t, err, "%s\n%s", thing, c.Transcript())
		}
		if err != nil {
			requireNoSecret(t, err.Error()) // which is shown to who typed it in, and in tests
			last = err
		}
	}
	goOn(c)
	return last
}

// goOn continues the call until it waits for a person or ends.
func goOn(c *sim.Call) {
	for c.Step() || c.TimeOut() {
	}
}

// ready continues the call until it waits for a person.
func ready(c *sim.Call) {
	for c.Waiting().For == sim.ForNobody && c.Step() {
	}
}

// act performs one act.
func act(c *sim.Call, thing string) error {
	verb, rest, _ := strings.Cut(thing, " ")
	if do := people[verb]; do != nil {
		return do(c, rest)
	}
	panic("unknown act " + thing)
}

// people maps the words of a script to acts.
var people map[string]func(c *sim.Call, rest string) error

func init() { // in init, because act refers to people
	people = map[string]func(c *sim.Call, rest string) error{
		"press": press,
		"say":   func(c *sim.Call, rest string) error { return say(c, rest, 0.9) },
		"sure": func(c *sim.Call, rest string) error {
			confidence, words, _ := strings.Cut(rest, " ")
			how, err := strconv.ParseFloat(confidence, 64)
			if err != nil {
				panic(err)
			}
			return say(c, words, how)
		},
		"silence": simply(sim.DoSilence), "hangup": simply(sim.DoHangUp),
		"speak": lasting(sim.DoSpeak), "mumble": lasting(sim.DoMumble), "linger": lasting(sim.DoWait), "talk": lasting(sim.DoPartyHangUp),
		"type": func(c *sim.Call, rest string) error { return c.Act(sim.Act{Do: sim.DoType, Keys: rest}) },
		"upto": upTo,
		"listen": func(c *sim.Call, _ string) error {
			_ = c.Step() || c.TimeOut()
			return nil
		},

		"pickup": dialed(sim.DoAnswer), "busy": dialed(sim.DoBusy), "fail": dialed(sim.DoFail), "ring": dialed(sim.DoNoAnswer),
		"party": partyActs,
		"answer": func(c *sim.Call, rest string) error { // and hears the document of its Number
			if err := act(c, "pickup "+rest); err != nil || c.Waiting().For != sim.ForLeg {
				return err
			}
			return c.Act(sim.Act{Do: sim.DoListen, Party: true})
		},
	}
}

func simply(do sim.Do) func(*sim.Call, string) error {
	return func(c *sim.Call, _ string) error { return c.Act(sim.Act{Do: do}) }
}

func lasting(do sim.Do) func(*sim.Call, string) error {
	return func(c *sim.Call, d string) error { return c.Act(sim.Act{Do: do, Time: span(d)}) }
}

// dialed returns an act of the dialed party with the arguments "TIME NUMBER".
func dialed(do sim.Do) func(*sim.Call, string) error {
	return func(c *sim.Call, rest string) error {
		rings, number, _ := strings.Cut(rest, " ")
		return c.Act(sim.Act{Do: do, Time: span(rings), Number: number})
	}
}

// upTo continues the call until words are heard.
func upTo(c *sim.Call, words string) error {
	found := false
	for !found {
		if !c.StepTo(func(e sim.Entry) time.Duration {
			i := strings.Index(e.Text, words)
			if found = i >= 0; !found {
				return e.Took
			}
			return e.Until(i + len(words))
		}) {
			return fmt.Errorf("%q was not heard", words)
		}
	}
	return nil
}

// partyActs lets the dialed party do an act of the caller.
func partyActs(c *sim.Call, thing string) error {
	verb, rest, _ := strings.Cut(thing, " ")
	a := sim.Act{Do: sim.Do(verb), Party: true, Keys: rest}
	switch a.Do {
	case sim.DoSay:
		a.Keys, a.Words, a.Confidence = "", rest, 0.9
	case sim.DoSpeak, sim.DoMumble:
		a.Keys, a.Time = "", span(rest)
	}
	return c.Act(a)
}

func press(c *sim.Call, keys string) error { return c.Act(sim.Act{Do: sim.DoPress, Keys: keys}) }
func hangUp(c *sim.Call) error             { return act(c, "hangup") }

func say(c *sim.Call, words string, confidence float64) error {
	return c.Act(sim.Act{Do: sim.DoSay, Words: words, Confidence: confidence})
}

func span(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil && s != "" {
		panic(err)
	}
	return d
}

// requireOrder checks that the clock never goes back.
func requireOrder(t testing.TB, c *sim.Call) {
	t.Helper()
	require.True(t, slices.IsSortedFunc(c.Log(), func(a, b sim.Entry) int { return int(max(-1, min(1, a.At-b.At))) }), "%s", c.Transcript())
}

// requireEnded checks that nothing changes after the end of a call.
func requireEnded(t testing.TB, c *sim.Call) {
	t.Helper()
	before, at, entries := c.Transcript(), c.Elapsed(), len(c.Log())
	for _, thing := range []string{"press 1", "say a", "speak 1s", "silence", "answer", "busy", "fail", "ring", "talk 1s", "hangup"} {
		require.Error(t, act(c, thing), thing)
	}
	require.False(t, c.Step())
	require.Equal(t, sim.ForNobody, c.Waiting().For)
	require.Len(t, c.Log(), entries)
	require.Equal(t, at, c.Elapsed())
	require.Equal(t, before, c.Transcript())
}

// requireSecret checks that the input at a Pay appears nowhere.
func requireSecret(t testing.TB, c *sim.Call) {
	t.Helper()
	var shown strings.Builder
	fmt.Fprintln(&shown, c.Transcript(), c.Waiting().Text)
	for _, e := range c.Log() {
		fmt.Fprintln(&shown, e.Text, e.Detail, e.Place, e.Verb)
		if x := e.Exchange; x != nil { // without values that differ from run to run, such as addresses
			fmt.Fprintf(&shown, "%s %v %+v %v %s %v %s %v %+v\n", x.Method, x.URL, x.Event, x.Form, x.Form.Encode(), x.Header, x.Body, x.Err, x.Document)
		}
	}
	fmt.Fprintf(&shown, "%+v %+v %+v\n", c.Charge(), c.End(), c.Vars())
	requireNoSecret(t, shown.String())
}

// requireNoSecret proves that a text has nothing that is entered at a Pay.
func requireNoSecret(t testing.TB, text string) {
	t.Helper()
	for _, secret := range []string{
		"4111111111111111", "41111111", "378282246310005", "6011111111111117", sim.DeclinedCard, "7907", "907#", "=907", "9074", "000123456789", "55512",
	} {
		require.NotContains(t, text, secret)
	}
}
