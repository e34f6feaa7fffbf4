package script

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// keysOf returns the keys that a line presses, or "". Card numbers may be typed
// in groups.
func keysOf(w sim.Wait, line string) string {
	if w.Secret {
		line = strings.NewReplacer(" ", "", "-", "").Replace(line)
	}
	if strings.Trim(line, "0123456789*#") != "" {
		return ""
	}
	return line
}

// Disguised returns a typed line in a form that may be shown.
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

// manyKeys finds text that may be the number of a card or an account, including
// a plus sign, which marks a phone number.
var manyKeys = regexp.MustCompile(`\+?[0-9*#](?:[ -]?[0-9*#]){6,}`)

// counted returns a text in which each run of more than 6 keys is replaced by
// its length.
func counted(text string) string {
	return manyKeys.ReplaceAllStringFunc(text, func(run string) string {
		if run[0] == '+' {
			return run
		}
		return fmt.Sprintf("%d keys", len(run)-strings.Count(run, " ")-strings.Count(run, "-"))
	})
}

// testCards are well-known card numbers that belong to no one, one or more of
// each brand.
var testCards = []string{
	"4111111111111111", "4242424242424242", "4012888888881881", "4222222222222", sim.DeclinedCard,
	"5555555555554444", "5105105105105100", "2223003122003222",
	"378282246310005", "371449635398431",
	"6011111111111117", "6011000990139424",
	"3530111333300000", "3566002020360505",
	"30569309025904", "38520000023237",
	"6759649826438453", "201400000000009",
}

// testAccounts are such numbers of bank accounts.
var testAccounts = []string{"000123456789", "123456789", "1234567890", "12345678"}

// The largest numbers of digits that are written if they are not test numbers.
const (
	longestOther   = 11 // digits: a card number has 12 or more
	longestAfter   = 6  // after a Pay: an account number has more
	longestBeside  = 2  // after a number was left out: a security code has 3 or 4
	longestRouting = 9  // the routing number of a bank is public
	longestPostal  = 10

	shortestPart = 3 // a part of a number that is pressed in several lines
	longestCard  = 19
)

// The ends of comments that replace a line. A script with such a comment cannot
// be played.
const (
	pressedHere = " were pressed here; put those of a test number in their place"
	saidHere    = " were said here; put those of a test number in their place"
)

// A private tracks the numbers that a caller enters and decides which of them
// may be written to a file.
type private struct {
	paid     bool // the call had a Pay
	hid      bool // a number was left out
	testCard bool // the last card number at a Pay is a test number
	parts    []part
}

// A part is a line of keys that may be a part of a longer number.
type part struct {
	keys string
	line int // the index of the line in the tape
}

// press reports whether keys must be hidden. It also returns earlier lines that
// must then be hidden, because they are parts of the same number.
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

// longest returns the largest number of digits that is written outside of a
// Pay.
func (p *private) longest() int {
	switch {
	case p.hid:
		return longestBeside
	case p.paid:
		return longestAfter
	}
	return longestOther
}

// join adds a line. If it completes a card number that is not a test number,
// join returns the earlier lines that are parts of the number.
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

// says reports whether a line that is not keys contains a number that must be
// hidden. The commands of dialed parties are harmless.
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

// withoutCards replaces card numbers in a pattern by "...", except test
// numbers.
func withoutCards(pattern string) string {
	return manyKeys.ReplaceAllStringFunc(pattern, func(run string) string {
		if digits := digitsOf(run); sim.IsCard(digits) && !slices.Contains(testCards, digits) {
			return "..."
		}
		return run
	})
}

// isPart reports whether digits are a part of one of the numbers.
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

// count returns the number of keys as text.
func count(keys string) string {
	if len(keys) == 1 {
		return "1 key"
	}
	return fmt.Sprintf("%d keys", len(keys))
}
