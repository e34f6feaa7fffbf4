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
	case len(keys) == 1:
		return "1 key"
	case keys != "":
		return fmt.Sprintf("%d keys", len(keys))
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

// The shortest numbers that can be real.
const (
	shortestCard    = 12
	shortestAccount = 4
)

// harmless reports whether keys pressed at a step of a payment may be written to
// a file: they are no real number, or public, or belong to a test card.
func (t *Tape) harmless(step voxml.PromptFor, keys string) bool {
	number := strings.TrimRight(keys, "#")
	switch step {
	case voxml.PromptForPaymentCardNumber:
		t.testCard = slices.Contains(testCards, number)
		return t.testCard || len(number) < shortestCard
	case voxml.PromptForBankRoutingNumber:
		return len(number) <= len("123456789")
	case voxml.PromptForBankAccountNumber:
		return slices.Contains(testAccounts, number) || len(number) < shortestAccount
	}
	return t.testCard && len(number) < shortestCard
}
