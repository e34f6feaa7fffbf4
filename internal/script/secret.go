package script

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

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

// Disguised returns a line as it can be shown.
func Disguised(w sim.Wait, line string) string {
	keys := keysOf(w, line)
	switch {
	case !w.Secret || line == "":
		return line
	case keys != "":
		return count(keys)
	case Command(line) != "" && !strings.ContainsAny(line, "0123456789"):
		return line
	case Command(line) == "/wait":
		return counted(line)
	}
	return "words"
}

// manyKeys finds what may be the number of a card or an account, together with
// the plus before a telephone number.
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

// The longest numbers that are written though they are no test numbers.
const (
	longestOther   = 11 // digits: a card number has 12 or more
	longestAfter   = 6  // once there was a Pay: an account number has more
	longestBeside  = 2  // once a number was left out: a security code has 3 or 4
	longestRouting = 9  // the routing number of a bank is public
	longestPostal  = 10

	shortestPart = 3 // of a number that is pressed in several lines
	longestCard  = 19
)

// The ends of comments that replace a line. A script with such a comment cannot
// be played.
const (
	pressedHere = " were pressed here; put those of a test number in their place"
	saidHere    = " were said here; put those of a test number in their place"
)

// A private keeps track of the numbers that a caller enters, to tell which ones
// may be written to a file.
type private struct {
	paid     bool // there was a Pay
	hid      bool // a number was left out
	testCard bool // the card number that was pressed last at a Pay is a test number
	parts    []part
}

// A part is a line of keys that may be a part of a longer number.
type part struct {
	keys string
	line int // of the tape
}

// press reports whether keys must not be written, and which earlier lines must
// not either, because they are parts of the same number.
func (p *private) press(w sim.Wait, keys string, line int) (hidden bool, earlier []part) {
	digits := digitsOf(keys)
	p.paid = p.paid || w.For == sim.ForPayment
	ok := false
	switch w.Step {
	case voxml.PromptForPaymentCardNumber:
		p.testCard = slices.Contains(testCards, digits)
		ok = isPart(digits, testCards)
	case voxml.PromptForBankRoutingNumber:
		ok = len(digits) <= longestRouting
	case voxml.PromptForBankAccountNumber:
		ok = isPart(digits, testAccounts)
	case "":
		ok = len(digits) <= p.longest() || isPart(digits, testCards) || isPart(digits, testAccounts)
	default:
		ok = p.testCard && len(digits) <= longestPostal
	}
	if ok {
		earlier = p.join(part{keys, line})
		ok = len(earlier) == 0
	}
	p.hid = p.hid || !ok
	return !ok, earlier
}

// longest returns how many digits outside of a Pay are written.
func (p *private) longest() int {
	switch {
	case p.hid:
		return longestBeside
	case p.paid:
		return longestAfter
	}
	return longestOther
}

// join adds a line. If it completes the number of a card that is no test card,
// join returns the lines before it that are parts of that.
func (p *private) join(last part) (earlier []part) {
	number := digitsOf(last.keys)
	if len(number) < shortestPart || slices.Contains(testCards, number) {
		p.parts = nil
		return nil
	}
	p.parts = append(p.parts, last)
	for i := len(p.parts) - 2; i >= 0 && len(number) <= longestCard; i-- {
		number = digitsOf(p.parts[i].keys) + number
		if sim.IsCard(number) && !slices.Contains(testCards, number) {
			earlier, p.parts = slices.Clone(p.parts[i:len(p.parts)-1]), nil
			return earlier
		}
	}
	return nil
}

// says reports whether a line that is not keys has a number that must not be
// written. The commands of dialed parties are harmless.
func (p *private) says(line string) bool {
	switch Command(line) {
	case "/answer", "/busy", "/fail", "/noanswer", "/wait":
		return false
	}
	for _, run := range manyKeys.FindAllString(line, -1) {
		digits := digitsOf(run)
		if run[0] != '+' && len(digits) > p.longest() && !isPart(digits, testCards) && !isPart(digits, testAccounts) {
			p.hid = true
			return true
		}
	}
	return false
}

// withoutCards replaces the numbers of cards that are no test cards in a pattern
// by one that matches anything.
func withoutCards(pattern string) string {
	return manyKeys.ReplaceAllStringFunc(pattern, func(run string) string {
		if digits := digitsOf(run); sim.IsCard(digits) && !slices.Contains(testCards, digits) {
			return "..."
		}
		return run
	})
}

// isPart reports whether digits are a part of one of some numbers.
func isPart(digits string, numbers []string) bool {
	return slices.ContainsFunc(numbers, func(n string) bool { return strings.Contains(n, digits) })
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// count returns how many keys there are, in words.
func count(keys string) string {
	if len(keys) == 1 {
		return "1 key"
	}
	return fmt.Sprintf("%d keys", len(keys))
}
