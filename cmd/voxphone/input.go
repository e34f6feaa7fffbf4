package main

import (
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

const help = `12#                  press keys: 0 to 9, * and #
two tickets, please  say something
(an empty line)      stay silent; no one answers; the dialed party hangs up
/say 12              say something that looks like keys or a command
/speak 12s           speak for a time, to a recording or a dialed party
/speak 12s #         … then press a key
/speak 12s /hangup   … then hang up
/answer              the dialed party answers
/answer 30s          … talks for a time, and hangs up
/noanswer            no one answers
/busy                the dialed party is busy
/fail                the dialed party cannot be reached
/busy +14025550123   … this one of several; also /answer 30s +14025550123
/wait 8s             let time pass while the app waits
/hangup              the caller hangs up
/vars                show the variables of the call
/help                show this list
`

// hint says what the app waits for, and what to type.
func hint(w sim.Wait) (text, how string) {
	text = strings.TrimPrefix(w.Text, "the app is ")
	text = strings.ToUpper(text[:1]) + text[1:] + "."
	if w.For == sim.ForLeg {
		_, how = hint(*w.Party)
		return text, "You are the dialed party. " + how
	}
	switch w.For {
	case sim.ForInput:
		switch {
		case w.Keys && w.Speech:
			how = "Type keys, or words to say. An empty line is silence"
		case w.Keys:
			how = "Type keys. An empty line is silence"
		default:
			how = "Type words to say. An empty line is silence"
		}
	case sim.ForParty:
		how = "Type /answer, /answer 30s, /busy or /fail. After an empty line, no one answers"
		if w.Keys {
			how += "; * gives up"
		}
	case sim.ForTalk:
		how = "Type words to say, or /speak 30s. After an empty line, the dialed party hangs up"
		if d, ok := w.Verb.(voxml.Dial); ok && d.HangupOnStar {
			how += "; * ends the dialed call"
		}
	case sim.ForMessage:
		how = "Type /speak 12s, or words to say. An empty line is silence"
		if w.Keys {
			how += "; a key ends the message"
		}
	case sim.ForPayment:
		how = "Type the digits of a test number, and #. An empty line is silence"
	}
	return text, how + "; /hangup hangs up."
}
