package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// confidence is how sure the platform is of what the caller has said.
const confidence = 0.9

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

// command returns the command that a line begins with, or "".
func command(line string) string {
	if !strings.HasPrefix(line, "/") {
		return ""
	}
	name, _, _ := strings.Cut(line, " ")
	return name
}

// keysOf returns the keys that a line presses, or "". Numbers of cards may be
// typed in groups.
func keysOf(w sim.Wait, line string) string {
	if w.Secret {
		line = strings.NewReplacer(" ", "", "-", "").Replace(line)
	}
	if strings.Trim(line, "0123456789*#") != "" {
		return ""
	}
	return line
}

// do does what a line means. If it returns an error, and the log of the call is
// no longer than before, nothing has happened.
func do(c *sim.Call, w sim.Wait, line string) error {
	name := command(line)
	args := strings.Fields(line[len(name):])
	switch name {
	case "/hangup":
		if len(args) > 0 {
			return errors.New("/hangup stands alone")
		}
		return c.HangUp()
	case "/answer":
		return answer(c, args)
	case "/noanswer", "/busy", "/fail":
		if len(args) > 1 {
			return errors.New(name + " takes one number, or none")
		}
		return c.Party(sim.Party{Does: behaviors[name], Number: strings.Join(args, "")})
	case "/wait":
		return wait(c, args)
	}
	keys := keysOf(w, line)
	switch {
	case line == "":
		return nothing(c, w)
	case keys != "":
		return c.Press(keys)
	case w.Secret && (name == "" || strings.ContainsAny(line, "0123456789")): // another error would repeat it
		return errors.New("the app is asking for keys only: type digits, and # at the end")
	}
	switch name {
	case "":
		return c.Say(line, confidence)
	case "/say":
		return c.Say(strings.TrimSpace(line[len(name):]), confidence)
	case "/speak":
		return speak(c, w, args)
	}
	return fmt.Errorf("there is no command %s; /help shows those that there are", name)
}

var behaviors = map[string]sim.Behavior{"/noanswer": sim.DoesNotAnswer, "/busy": sim.IsBusy, "/fail": sim.Fails}

// nothing does what an empty line means.
func nothing(c *sim.Call, w sim.Wait) error {
	switch w.For {
	case sim.ForParty:
		return c.Party(sim.Party{Does: sim.DoesNotAnswer})
	case sim.ForTalk:
		return c.PartyHangsUp(0)
	}
	return c.Silence()
}

var errTime = errors.New("a time is written like 30s or 1m30s")

// answer does "/answer [TIME] [NUMBER]".
func answer(c *sim.Call, args []string) error {
	var party sim.Party
	var talk time.Duration
	timed := len(args) > 0 && !slices.Contains(c.Waiting().Numbers, args[0]) && !strings.HasPrefix(args[0], "+")
	if timed {
		var err error
		if talk, err = time.ParseDuration(args[0]); err != nil || talk < 0 {
			return errTime
		}
		args = args[1:]
	}
	if len(args) > 1 {
		return errors.New("/answer takes a time and a number, in this order")
	}
	party.Number = strings.Join(args, "")
	if err := c.Party(party); err != nil || !timed || c.Waiting().For != sim.ForTalk {
		return err
	}
	return c.PartyHangsUp(talk)
}

// wait does "/wait TIME".
func wait(c *sim.Call, args []string) error {
	if len(args) != 1 {
		return errors.New("/wait takes a time")
	}
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return errTime
	}
	return c.Linger(d)
}

// speak does "/speak TIME [KEYS | /hangup]".
func speak(c *sim.Call, w sim.Wait, args []string) error {
	if len(args) == 0 || len(args) > 2 {
		return errors.New("/speak takes a time, and what to do then: keys or /hangup")
	}
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return errTime
	}
	if len(args) == 1 {
		return c.Speak(d)
	}
	then := args[1]
	if then != "/hangup" && keysOf(w, then) == "" {
		return errors.New("after the time there are keys, or /hangup")
	}
	if err := c.Speak(d); err != nil {
		return err
	}
	if then == "/hangup" {
		return c.HangUp()
	}
	return c.Press(then)
}

// hint says what the app waits for, and what to type.
func hint(w sim.Wait) (text, how string) {
	text = strings.TrimPrefix(w.Text, "the app is ")
	text = strings.ToUpper(text[:1]) + text[1:] + "."
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

// disguised returns a line as it can be shown.
func disguised(w sim.Wait, line string) string {
	keys := keysOf(w, line)
	switch {
	case !w.Secret || line == "":
		return line
	case len(keys) == 1:
		return "1 key"
	case keys != "":
		return fmt.Sprintf("%d keys", len(keys))
	case command(line) != "" && !strings.ContainsAny(line, "0123456789"):
		return line
	case command(line) == "/wait":
		return counted(line)
	}
	return "words"
}

// manyKeys finds what may be the number of a card or an account, with the plus
// before it if it is one of a telephone.
var manyKeys = regexp.MustCompile(`\+?[0-9*#](?:[ -]?[0-9*#]){6,}`)

// counted returns a text in which runs of more than 6 keys are only counted.
func counted(text string) string {
	return manyKeys.ReplaceAllStringFunc(text, func(run string) string {
		if run[0] == '+' {
			return run
		}
		return fmt.Sprintf("%d keys", len(run)-strings.Count(run, " ")-strings.Count(run, "-"))
	})
}

// testCards are well-known numbers that belong to nobody, one or more of each
// brand.
var testCards = []string{
	"4111111111111111", "4242424242424242", "4012888888881881", "4222222222222", sim.DeclinedCard,
	"5555555555554444", "5105105105105100", "2223003122003222",
	"378282246310005", "371449635398431",
	"6011111111111117", "6011000990139424",
	"3530111333300000", "3566002020360505",
	"30569309025904", "38520000023237",
	"6759649826438453", "201400000000009",
}

// testAccounts are the same for banks.
var testAccounts = []string{"000123456789", "123456789", "1234567890", "12345678"}

// The shortest numbers that can be real.
const (
	shortestCard    = 12
	shortestAccount = 4
)

// harmless tells whether keys pressed at a step of a payment may be written to
// a file: they are no real number, or public, or belong to a test card.
func (p *phone) harmless(step voxml.PromptFor, keys string) bool {
	number := strings.TrimRight(keys, "#")
	switch step {
	case voxml.PromptForPaymentCardNumber:
		p.testCard = slices.Contains(testCards, number)
		return p.testCard || len(number) < shortestCard
	case voxml.PromptForBankRoutingNumber:
		return len(number) <= len("123456789")
	case voxml.PromptForBankAccountNumber:
		return slices.Contains(testAccounts, number) || len(number) < shortestAccount
	}
	return p.testCard && len(number) < shortestCard
}
