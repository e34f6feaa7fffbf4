package voxtest

import (
	"cmp"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// The well-known numbers of test cards, which belong to no one. A connector
// accepts all of them except Declined.
const (
	Visa       = "4111111111111111"
	Mastercard = "5555555555554444"
	Amex       = "378282246310005"
	Discover   = "6011111111111117"
	JCB        = "3530111333300000"
	DinersClub = "30569309025904"
	Maestro    = "6759649826438453"
	EnRoute    = "201400000000009"
	Declined   = "4000000000000002" // a Visa that every connector declines
)

// A Card holds what a caller enters to pay by card. The zero Card is a valid
// Visa.
type Card struct {
	// Number is the number of the card. If empty, [Visa] is used.
	Number string

	// Expiration is the month and year when the card expires, as MMYY. If
	// empty, "1239" is used.
	Expiration string

	// SecurityCode is the code printed on the card. If empty, "123" is used, or
	// "1234" for [Amex].
	SecurityCode string

	// PostalCode is the postal code of the cardholder. If empty, "68102" is
	// used.
	PostalCode string
}

// An Account holds what a caller enters to pay from a bank account. The zero
// Account is valid.
type Account struct {
	// Routing is the number of the bank. If empty, "021000021" is used.
	Routing string

	// Number is the number of the account. If empty, "000123456789" is used.
	Number string
}

// Pay enters a card at the next [voxml.Pay]. It answers each question with an
// input and the pound key. It returns when the payment has ended, or when the
// app asks again because of a mistake; the next step is then another Pay, Press
// or StaySilent.
//
// The simulation accepts security codes of 3 digits, or 4 for amex, and postal
// codes of up to 10 digits.
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

// PayFromAccount enters a bank account at the next [voxml.Pay] for
// [voxml.PaymentMethodACHDebit]; see [Phone.Pay]. The simulation accepts
// account numbers of 4 to 17 digits.
func (p *Phone) PayFromAccount(account Account) {
	p.t.Helper()
	p.enter(map[voxml.PromptFor]string{
		voxml.PromptForBankRoutingNumber: cmp.Or(account.Routing, "021000021"),
		voxml.PromptForBankAccountNumber: cmp.Or(account.Number, "000123456789"),
	})
}

// enter enters the inputs of a Pay until the Pay ends or asks for one of them
// again.
func (p *Phone) enter(inputs map[voxml.PromptFor]string) {
	p.t.Helper()
	p.reach(func(w sim.Wait) bool { return w.For == sim.ForPayment })
	w := p.call.Waiting()
	if w.For != sim.ForPayment {
		p.fail("cannot pay: %s", p.stuck())
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
			p.fail("cannot pay: %s, which belongs to another payment method: Pay is for cards, PayFromAccount for accounts", w.Text)
			return
		}
		if strings.Trim(input, "0123456789") != "" {
			p.fail("cannot pay: %s, but the input has characters other than digits: remove them", w.Text)
			return
		}
		p.act(sim.Act{Do: sim.DoPress, Keys: input + "#"})
	}
}

// A Charge is a request of a [voxml.Pay] to its payment connector, and the
// result.
type Charge struct {
	// Connector is the name of the connector in the portal.
	Connector string

	// Amount is the amount charged. "0" means that only a token was stored.
	Amount string

	// Currency is the currency of Amount.
	Currency voxml.Currency

	// Description is the description of the payment.
	Description string

	// Method says how the caller paid.
	Method voxml.PaymentMethod

	// TokenType is the type of the token.
	TokenType voxml.TokenType

	// Parameters are the Parameters of the Pay, in order.
	Parameters []voxml.Parameter

	// Token is the token. It is empty if the connector declined.
	Token string

	// Confirmation is the confirmation code of the connector. It is empty if
	// the connector declined or nothing was charged.
	Confirmation string
}

// Charge returns the last request of a [voxml.Pay] to its connector. It is zero
// if there was none.
func (p *Phone) Charge() Charge {
	c := p.call.Charge()
	if c == nil {
		return Charge{}
	}
	return Charge(*c)
}
