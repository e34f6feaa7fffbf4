package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// play lets people do one thing after the other, each as soon as the call
// waits for somebody, and then lets the call go on. The things are separated by
// semicolons; act has them.
func play(t testing.TB, c *sim.Call, script string) {
	t.Helper()
	for thing := range strings.SplitSeq(script, ";") {
		if thing = strings.TrimSpace(thing); thing == "" {
			continue
		}
		thing, now := strings.CutPrefix(thing, "now ")
		if !now {
			ready(c)
		}
		thing, try := strings.CutPrefix(thing, "try ")
		if err := act(c, thing); !try {
			require.NoError(t, err, "%s\n%s", thing, c.Transcript())
		}
	}
	goOn(c)
}

// goOn lets the call go on as far as it does by itself.
func goOn(c *sim.Call) {
	for c.Step() || c.TimeOut() {
	}
}

// ready lets the call go on until it waits for somebody.
func ready(c *sim.Call) {
	for c.Waiting().For == sim.ForNobody && c.Step() {
	}
}

// act lets somebody do something.
func act(c *sim.Call, thing string) error {
	verb, rest, _ := strings.Cut(thing, " ")
	if do := people[verb]; do != nil {
		return do(c, rest)
	}
	panic("nobody can " + thing)
}

// people has what they do, by the word for it.
var people map[string]func(c *sim.Call, rest string) error

func init() { // act refers to itself
	people = map[string]func(c *sim.Call, rest string) error{
		"press":   press,
		"say":     func(c *sim.Call, rest string) error { return say(c, rest, 0.9) },
		"speak":   func(c *sim.Call, rest string) error { return speak(c, span(rest)) },
		"silence": func(c *sim.Call, _ string) error { return silence(c) },
		"hangup":  func(c *sim.Call, _ string) error { return hangUp(c) },
		"type":    func(c *sim.Call, rest string) error { return c.Act(sim.Act{Do: sim.DoType, Keys: rest}) },
		"mumble":  func(c *sim.Call, rest string) error { return c.Act(sim.Act{Do: sim.DoMumble, Time: span(rest)}) },
		"linger":  func(c *sim.Call, rest string) error { return c.Act(sim.Act{Do: sim.DoWait, Time: span(rest)}) },
		"upto":    upTo,
		"listen": func(c *sim.Call, _ string) error {
			_ = c.Step() || c.TimeOut()
			return nil
		},

		"pickup": dialed(sim.DoAnswer), "busy": dialed(sim.DoBusy), "fail": dialed(sim.DoFail), "ring": dialed(sim.DoNoAnswer),
		"talk":  func(c *sim.Call, rest string) error { return c.Act(sim.Act{Do: sim.DoPartyHangUp, Time: span(rest)}) },
		"party": partyActs,
		"answer": func(c *sim.Call, rest string) error { // and hears the document of its Number
			if err := act(c, "pickup "+rest); err != nil || c.Waiting().For != sim.ForLeg {
				return err
			}
			return c.Act(sim.Act{Do: sim.DoListen, Party: true})
		},
	}
}

// dialed returns what a dialed party does: "TIME NUMBER".
func dialed(do sim.Do) func(*sim.Call, string) error {
	return func(c *sim.Call, rest string) error {
		rings, number, _ := strings.Cut(rest, " ")
		return c.Act(sim.Act{Do: do, Time: span(rings), Number: number})
	}
}

// upTo lets the call go on until words are heard.
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

// partyActs lets the dialed party do what the caller can do.
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
func silence(c *sim.Call) error            { return c.Act(sim.Act{Do: sim.DoSilence}) }
func hangUp(c *sim.Call) error             { return c.Act(sim.Act{Do: sim.DoHangUp}) }

func say(c *sim.Call, words string, confidence float64) error {
	return c.Act(sim.Act{Do: sim.DoSay, Words: words, Confidence: confidence})
}

func speak(c *sim.Call, d time.Duration) error {
	return c.Act(sim.Act{Do: sim.DoSpeak, Time: d})
}

func span(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil && s != "" {
		panic(err)
	}
	return d
}

// What is looked at in a call.
