package voxtest

import (
	"cmp"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// The well-known numbers of test cards, which belong to nobody. A connector
// takes all of them but the last.
const (
	Visa       = "4111111111111111"
	Mastercard = "5555555555554444"
	Amex       = "378282246310005"
	Discover   = "6011111111111117"
	JCB        = "3530111333300000"
	DinersClub = "30569309025904"
	Maestro    = "6759649826438453"
	EnRoute    = "201400000000009"
	Declined   = "4000000000000002" // a Visa that every connector refuses
)

// A Card is what a caller enters to pay by card. The zero Card is a good Visa.
type Card struct {
	// Number is the card's number. If empty, [Visa].
	Number string

	// Expiration is when it expires, MMYY. If empty, "1239".
	Expiration string

	// SecurityCode is printed on the card. If empty, "123", or "1234" for
	// [Amex].
	SecurityCode string

	// PostalCode is that of its holder. If empty, "68102".
	PostalCode string
}

// An Account is what a caller enters to pay from a bank account. The zero
// Account is a good one.
type Account struct {
	// Routing is the number of the bank. If empty, "021000021".
	Routing string

	// Number is that of the account. If empty, "000123456789".
	Number string
}

// Pay enters a card at the next [voxml.Pay], step by step as it is asked for,
// each time with the pound key. It ends with the payment, or when the app asks
// again because of a mistake: then the test goes on with another Pay, Press or
// StaySilent.
//
// Security codes have 3 digits, or 4 for amex; accounts have 4 to 17, postal codes
// up to 10.
func (p *Phone) Pay(card Card) {
	p.t.Helper()
	code := "123"
	if card.Number == Amex {
		code = "1234"
	}
	p.enter(map[voxml.PromptFor]string{
		voxml.PromptForPaymentCardNumber: cmp.Or(card.Number, Visa),
		voxml.PromptForExpirationDate:    cmp.Or(card.Expiration, "1239"),
		voxml.PromptForSecurityCode:      cmp.Or(card.SecurityCode, code),
		voxml.PromptForPostalCode:        cmp.Or(card.PostalCode, "68102"),
	})
}

// PayFromAccount enters an account at the next [voxml.Pay] for
// [voxml.PaymentMethodACHDebit]; see [Phone.Pay].
func (p *Phone) PayFromAccount(account Account) {
	p.t.Helper()
	p.enter(map[voxml.PromptFor]string{
		voxml.PromptForBankRoutingNumber: cmp.Or(account.Routing, "021000021"),
		voxml.PromptForBankAccountNumber: cmp.Or(account.Number, "000123456789"),
	})
}

// enter enters the inputs of a Pay, until it asks for one of them again.
func (p *Phone) enter(inputs map[voxml.PromptFor]string) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForPayment })
	w := p.call.Waiting()
	if w.For != sim.ForPayment {
		p.fail("was to pay, but %s", p.stuck())
		return
	}
	entered := map[voxml.PromptFor]int{} // the attempt at which a step was entered
	for ; w.For == sim.ForPayment; w = p.call.Waiting() {
		if at := entered[w.Step]; at != 0 && at != w.Attempt {
			return
		}
		entered[w.Step] = w.Attempt
		input := inputs[w.Step]
		if input == "" {
			p.fail("was to pay, but %s, which is for another payment method", w.Text)
			return
		}
		if strings.Trim(input, "0123456789") != "" {
			p.fail("was to pay, but %s, for which there are other characters than digits", w.Text)
			return
		}
		p.act(sim.Act{Do: sim.DoPress, Keys: input + "#"})
	}
}

// A Charge is what a [voxml.Pay] gave to its payment connector, and the result.
type Charge struct {
	// Connector is the connector's name in the portal.
	Connector string

	// Amount is the amount that was charged. "0" means that only a token was
	// stored.
	Amount string

	// Currency is that of Amount.
	Currency voxml.Currency

	// Description is that of the payment.
	Description string

	// Method is how the caller paid.
	Method voxml.PaymentMethod

	// TokenType is the kind of the token.
	TokenType voxml.TokenType

	// Parameters are those of the Pay, in order.
	Parameters []voxml.Parameter

	// Token is the token. It is empty if the connector refused.
	Token string

	// Confirmation is the connector's receipt. It is empty if the connector
	// refused, or nothing was charged.
	Confirmation string
}

// Charge returns what the last [voxml.Pay] gave to its connector. It is zero if
// no Pay got that far.
func (p *Phone) Charge() Charge {
	c := p.call.Charge()
	if c == nil {
		return Charge{}
	}
	return Charge(*c)
}
