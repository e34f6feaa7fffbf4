package main

import (
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

const help = `12#                  press keys: 0 to 9, * and #
two tickets, please  say something
(an empty line)      stay silent; nobody answers; the dialed party hangs up
/say 12              say something that would be keys or a command
/speak 12s           speak for a time, to a recording or a dialed party
/speak 12s #         … then press a key
/speak 12s /hangup   … then hang up
/answer              the dialed party answers
/answer 30s          … the two talk, and the dialed party hangs up
/noanswer            nobody answers
/busy                the dialed party is busy
/fail                the dialed party cannot be reached
/busy +14025550123   … if several are dialed: that one; so too /answer 30s +1402…
/wait 8s             let time pass, as long as the app waits
/hangup              hang up
/vars                show the variables of the call
/help                show this
`

// hint returns what the app waits for, and what to type.
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
			how = "Type keys, or words to say; an empty line is silence"
		case w.Keys:
			how = "Type keys; an empty line is silence"
		default:
			how = "Type words to say; an empty line is silence"
		}
	case sim.ForParty:
		how = "Type /answer 30s, /answer, /busy, /fail, or an empty line: nobody answers"
		if w.Keys {
			how += "; * gives up"
		}
	case sim.ForTalk:
		how = "Type words to say, /speak 30s, or an empty line: the dialed party hangs up"
		if d, ok := w.Verb.(voxml.Dial); ok && d.HangupOnStar {
			how += "; * ends the dialed call"
		}
	case sim.ForMessage:
		how = "Type /speak 12s, or words to say; an empty line is silence"
		if w.Keys {
			how += "; a key ends it"
		}
	case sim.ForPayment:
		how = "Type the digits of a test number, and #; an empty line is silence"
	}
	return text, how + "; /hangup."
}
