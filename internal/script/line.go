package script

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// Command returns the command that a line begins with, such as "/hangup", or
// "".
func Command(line string) string {
	if !strings.HasPrefix(line, "/") {
		return ""
	}
	name, _, _ := strings.Cut(line, " ")
	return name
}

// Do makes a typed line happen in the call. If it returns an error and the log
// of the call has not grown, nothing happened.
func Do(c *sim.Call, line string) error {
	acts, err := Acts(c.Waiting(), line)
	if err != nil {
		return err
	}
	for i, a := range acts {
		if i > 0 && a.Do == sim.DoPartyHangUp {
			if c.Waiting().For == sim.ForLeg { // with a time, the party listens in silence
				if err := c.Act(sim.Act{Do: sim.DoListen, Party: true}); err != nil {
					return err
				}
			}
			if c.Waiting().For != sim.ForTalk {
				return nil // the party answered, but was not connected
			}
		}
		if err := c.Act(a); err != nil {
			return err
		}
	}
	return nil
}

// Acts returns the acts of a line that is typed while the call waits for w.
func Acts(w sim.Wait, line string) ([]sim.Act, error) {
	name := Command(line)
	if w.For == sim.ForLeg && name != "/hangup" && name != "/wait" {
		acts, err := Acts(*w.Party, line)
		for i := range acts {
			acts[i].Party = true
		}
		return acts, err
	}
	args := strings.Fields(line[len(name):])
	switch name {
	case "/hangup":
		if len(args) > 0 {
			return nil, errors.New("/hangup takes no arguments")
		}
		return one(sim.Act{Do: sim.DoHangUp})
	case "/answer":
		return answer(w, args)
	case "/noanswer", "/busy", "/fail":
		if len(args) > 1 {
			return nil, errors.New(name + " takes at most one number")
		}
		return one(sim.Act{Do: refusals[name], Number: strings.Join(args, "")})
	case "/wait":
		if len(args) != 1 {
			return nil, errors.New("/wait needs a time, such as /wait 8s")
		}
		d, err := span(args[0])
		return []sim.Act{{Do: sim.DoWait, Time: d}}, err
	}
	return callerActs(w, name, line, args)
}

// callerActs returns the acts of keys or words.
func callerActs(w sim.Wait, name, line string, args []string) ([]sim.Act, error) {
	if line == "" {
		return one(sim.Act{Do: nothing(w)})
	}
	if keys := keysOf(w, line); keys != "" {
		return one(sim.Act{Do: sim.DoPress, Keys: keys})
	}
	if w.Secret && (name == "" || strings.ContainsAny(line, "0123456789")) { // other errors would show the line
		return nil, errors.New("the app is asking for keys only: type digits, then #")
	}
	switch name {
	case "":
		return one(sim.Act{Do: sim.DoSay, Words: line, Confidence: confidence})
	case "/say":
		return one(sim.Act{Do: sim.DoSay, Words: strings.TrimSpace(line[len(name):]), Confidence: confidence})
	case "/speak":
		return speak(w, args)
	}
	return nil, fmt.Errorf("the command %s does not exist: /help lists all commands", name)
}

// confidence is the confidence with which the platform recognizes speech.
const confidence = 0.9

var refusals = map[string]sim.Do{"/noanswer": sim.DoNoAnswer, "/busy": sim.DoBusy, "/fail": sim.DoFail}

func one(a sim.Act) ([]sim.Act, error) { return []sim.Act{a}, nil }

// nothing returns the act of an empty line.
func nothing(w sim.Wait) sim.Do {
	switch w.For {
	case sim.ForParty:
		return sim.DoNoAnswer
	case sim.ForTalk:
		return sim.DoPartyHangUp
	}
	return sim.DoSilence
}

var errTime = errors.New("write a time such as 30s or 1m30s")

func span(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errTime
	}
	return d, nil
}

// answer returns the acts of "/answer [TIME] [NUMBER]".
func answer(w sim.Wait, args []string) ([]sim.Act, error) {
	acts := []sim.Act{{Do: sim.DoAnswer}}
	if len(args) > 0 && !slices.Contains(w.Numbers, args[0]) && !strings.HasPrefix(args[0], "+") {
		talk, err := span(args[0])
		if err != nil || talk < 0 {
			return nil, errTime
		}
		acts = append(acts, sim.Act{Do: sim.DoPartyHangUp, Time: talk})
		args = args[1:]
	}
	if len(args) > 1 {
		return nil, errors.New("/answer takes a time and then a number")
	}
	acts[0].Number = strings.Join(args, "")
	return acts, nil
}

// speak returns the acts of "/speak TIME [KEYS | /hangup]".
func speak(w sim.Wait, args []string) ([]sim.Act, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, errors.New("/speak needs a time; keys or /hangup may follow")
	}
	d, err := span(args[0])
	if err != nil {
		return nil, err
	}
	acts := []sim.Act{{Do: sim.DoSpeak, Time: d}}
	if len(args) == 1 {
		return acts, nil
	}
	then := args[1]
	switch {
	case then == "/hangup":
		return append(acts, sim.Act{Do: sim.DoHangUp}), nil
	case keysOf(w, then) != "":
		return append(acts, sim.Act{Do: sim.DoPress, Keys: then}), nil
	}
	return nil, errors.New("only keys or /hangup may follow the time")
}
