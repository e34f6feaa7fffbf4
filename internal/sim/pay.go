package sim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Defaults and limits of a Pay.
const (
	payTimeout  = 5 * time.Second
	payAttempts = 2

	mostAttempts = 3

	longestPostalCode = 10 // shorter than any card number
)

var payCards = []voxml.CardType{voxml.CardTypeVisa, voxml.CardTypeMastercard, voxml.CardTypeAmex}

// A Charge is the payment that a Pay sends to its connector once it has all
// data, and the result.
type Charge struct {
	Connector   string              // the connector's name in the portal
	Amount      string              // "0" if only a token is stored
	Currency    voxml.Currency      // of Amount
	Description string              // the description of the payment
	Method      voxml.PaymentMethod // how the caller pays
	TokenType   voxml.TokenType     // the type of Token
	Parameters  []voxml.Parameter   // the Parameters of the Pay, in order

	Token        string // empty if the connector declines
	Confirmation string // empty if the connector declines, or nothing is charged
}

// A payment is a Pay in progress.
type payment struct {
	verb    voxml.Pay
	steps   []voxml.PromptFor // the remaining steps, the current one first
	attempt int               // number of the attempt at this step, from 1
	mistake voxml.ErrorType   // the mistake in the last attempt
	prompt  []voxml.PromptVerb
	place   string // the path of the prompt; empty for a prompt of the platform itself
	heard   int    // number of verbs of the prompt that have been played
	twice   bool
	earlier string // the first input, which the second must match
	digits  []byte
	since   time.Duration // when the step began, or when the last key was pressed

	inputs map[voxml.PromptFor]string
	brand  voxml.CardType
}

// pay begins a Pay.
func (c *Call) pay(v voxml.Pay) {
	for _, n := range v.Nouns {
		switch n := n.(type) {
		case voxml.Parameter:
			c.detail("Parameter", n.History)
		case voxml.Element:
			c.warn("the element %s is skipped: the platform does not document it there", n.Name)
		}
	}
	if v.Output != "" {
		c.warn("the output of a Pay is ignored: the platform does not document which variables it sets")
	}
	c.pays = true
	p := &payment{verb: v, inputs: map[voxml.PromptFor]string{}}
	p.steps = []voxml.PromptFor{voxml.PromptForPaymentCardNumber, voxml.PromptForExpirationDate}
	if !v.NoSecurityCode {
		p.steps = append(p.steps, voxml.PromptForSecurityCode)
	}
	if !v.NoPostalCode {
		p.steps = append(p.steps, voxml.PromptForPostalCode)
	}
	if v.PaymentMethod == voxml.PaymentMethodACHDebit {
		p.steps = []voxml.PromptFor{voxml.PromptForBankRoutingNumber, voxml.PromptForBankAccountNumber}
	}
	c.phase = p
	if !p.usable() {
		p.done(c, voxhook.PayOutcomeValidationError, nil)
		return
	}
	p.begin(c)
}

// usable reports whether all values of the Pay are documented.
func (p *payment) usable() bool {
	v := p.verb
	return (v.PaymentMethod == "" || v.PaymentMethod.Known()) && (v.Currency == "" || v.Currency.Known()) &&
		(v.TokenType == "" || v.TokenType.Known()) && (v.BankAccountType == "" || v.BankAccountType.Known()) &&
		(v.Input == "" || v.Input == voxml.InputDTMF) && v.MaxAttempts <= mostAttempts &&
		!slices.ContainsFunc(v.ValidCardTypes, func(t voxml.CardType) bool { return !t.Known() })
}

func (p *payment) maxAttempts() int       { return cmp.Or(p.verb.MaxAttempts, payAttempts) }
func (p *payment) timeout() time.Duration { return cmp.Or(p.verb.Timeout, payTimeout) }

func (p *payment) wait(*Call) Wait {
	return Wait{
		For: ForPayment, Keys: true, Secret: true, Verb: p.verb, Step: p.steps[0], Attempt: p.attempt,
		Text: fmt.Sprintf("the app is asking for the %s, attempt %d of %d", words(p.steps[0]), p.attempt, p.maxAttempts()),
	}
}

func words(step voxml.PromptFor) string { return strings.ReplaceAll(string(step), "-", " ") }

// begin asks for the current step.
func (p *payment) begin(c *Call) {
	if p.attempt == 0 {
		p.attempt = 1
	}
	p.heard, p.digits, p.since = 0, nil, c.now
	if i := p.choose(); i >= 0 {
		prompt := p.verb.Nouns[i].(voxml.Prompt)
		c.detail("Prompt", prompt.History)
		p.prompt, p.place = prompt.Verbs, Path(c.place, i, prompt)
		return
	}
	text := "Please enter the " + words(p.steps[0]) + ", then press pound."
	if p.mistake != "" {
		text = "There is a mistake: " + strings.ReplaceAll(string(p.mistake), "-", " ") + ". " + text
	}
	p.prompt, p.place = []voxml.PromptVerb{voxml.Say{Text: text, Language: p.verb.Language, Voice: "the platform's own prompt"}}, ""
}

// choose returns the index of the app's prompt for this step and attempt. The
// first prompt for the mistake of the last attempt is preferred to the first
// prompt without an error type. If there is no prompt, choose returns -1.
func (p *payment) choose() int {
	p.twice = false
	specific, general := -1, -1
	for i, n := range p.verb.Nouns {
		prompt, ok := n.(voxml.Prompt)
		if !ok || prompt.For != p.steps[0] {
			continue
		}
		p.twice = p.twice || prompt.RequireMatchingInputs
		switch {
		case len(prompt.Attempt) > 0 && !slices.Contains(prompt.Attempt, p.attempt),
			len(prompt.CardType) > 0 && !slices.Contains(prompt.CardType, p.brand):
		case specific < 0 && slices.Contains(prompt.ErrorType, p.mistake):
			specific = i
		case general < 0 && len(prompt.ErrorType) == 0:
			general = i
		}
	}
	if specific >= 0 {
		return specific
	}
	return general
}

func (p *payment) step(c *Call) bool {
	if len(p.digits) > 0 || p.heard == len(p.prompt) {
		return false
	}
	p.heard++
	c.hearIn(p.place, p.heard-1, p.prompt[p.heard-1])
	return true
}

func (p *payment) press(c *Call, key byte) error {
	if key >= 'A' {
		return errors.New("the app is asking for digits")
	}
	c.interrupt()
	switch key {
	case '*':
		p.done(c, voxhook.PayOutcomeInterruptedWithStar, nil)
	case '#':
		p.enter(c)
	default:
		p.digits, p.since = append(p.digits, key), c.now
	}
	return nil
}

var errKeysOnly = errors.New("the app is asking for keys only")

func (p *payment) say(*Call, string, float64) error { return errKeysOnly }
func (p *payment) speak(*Call, time.Duration) error { return errKeysOnly }

func (p *payment) begun() bool { return len(p.digits) > 0 }

func (p *payment) rest(c *Call) time.Duration { return p.timeout() - (c.now - max(p.since, c.quiet)) }

func (p *payment) timeOut(c *Call) {
	c.pass(c.listen())
	p.enter(c)
}

func (p *payment) hangUp(c *Call) {
	c.report(p.verb.Action, p.verb.Method, p.result(c, voxhook.PayOutcomeCallerHungUp, nil))
}

// enter takes the keys that the caller has pressed as the input of the step.
func (p *payment) enter(c *Call) {
	step, input := p.steps[0], string(p.digits)
	mistake := p.check(c, step, input)
	switch {
	case mistake != "":
		p.fail(c, mistake)
	case p.twice && p.earlier == "":
		p.earlier, p.mistake = input, ""
		p.begin(c)
	case p.twice && p.earlier != input:
		p.fail(c, voxml.ErrorTypeInputMatchingFailed)
	default:
		p.inputs[step] = input
		p.progress(c, "", p.steps[1:])
		p.steps, p.attempt, p.mistake, p.earlier = p.steps[1:], 0, "", ""
		if len(p.steps) == 0 {
			p.connect(c)
			return
		}
		p.begin(c)
	}
}

// fail counts a failed attempt and asks again, or ends the Pay.
func (p *payment) fail(c *Call, mistake voxml.ErrorType) {
	p.progress(c, mistake, p.steps)
	p.mistake, p.earlier = mistake, ""
	if p.attempt++; p.attempt > p.maxAttempts() {
		p.done(c, voxhook.PayOutcomeTooManyFailedAttempts, nil)
		return
	}
	p.begin(c)
}

// check returns the mistake in an input, or "".
func (p *payment) check(c *Call, step voxml.PromptFor, input string) voxml.ErrorType {
	if input == "" {
		return voxml.ErrorTypeInputTimeout
	}
	valid, mistake := true, voxml.ErrorType("")
	switch step {
	case voxml.PromptForPaymentCardNumber:
		return p.checkCard(input)
	case voxml.PromptForExpirationDate:
		valid, mistake = expires(input, c.time(c.now)), voxml.ErrorTypeInvalidDate
	case voxml.PromptForSecurityCode:
		length := 3
		if p.brand == voxml.CardTypeAmex {
			length = 4
		}
		valid, mistake = len(input) == length, voxml.ErrorTypeInvalidSecurityCode
	case voxml.PromptForPostalCode:
		valid = p.verb.MinPostalCodeLength <= len(input) && len(input) <= longestPostalCode
		mistake = voxml.ErrorTypeInvalidPostalCode
	case voxml.PromptForBankRoutingNumber:
		valid, mistake = isRouting(input), voxml.ErrorTypeInvalidBankRoutingNumber
	case voxml.PromptForBankAccountNumber:
		valid, mistake = 4 <= len(input) && len(input) <= 17, voxml.ErrorTypeInvalidBankAccountNumber
	}
	if valid {
		return ""
	}
	return mistake
}

// checkCard is check for a card number. It sets the brand.
func (p *payment) checkCard(number string) voxml.ErrorType {
	accepted := p.verb.ValidCardTypes
	if len(accepted) == 0 {
		accepted = payCards
	}
	p.brand = brandOf(number)
	switch {
	case p.brand == "":
		return voxml.ErrorTypeInvalidCardNumber
	case !slices.Contains(accepted, p.brand):
		return voxml.ErrorTypeInvalidCardType
	}
	return ""
}

// progress reports an attempt at a step to the StatusCallback.
func (p *payment) progress(c *Call, mistake voxml.ErrorType, left []voxml.PromptFor) {
	outcome := "ok"
	if mistake != "" {
		outcome = string(mistake)
	}
	c.note(Entered, words(p.steps[0]), outcome)
	if p.verb.StatusCallback == "" {
		return
	}
	var required []string
	for _, step := range left {
		required = append(required, string(step))
	}
	c.tell(p.verb.StatusCallback, p.verb.StatusCallbackMethod, &voxhook.PayProgress{
		VoiceWebhook: c.common(), For: p.steps[0], ErrorType: mistake, Attempt: p.attempt, PaymentMethod: p.method(),
		PaymentCardNumber: Masked(p.inputs[voxml.PromptForPaymentCardNumber]), PaymentCardType: p.cardType(),
		ExpirationDate:        p.inputs[voxml.PromptForExpirationDate],
		SecurityCode:          Masked(p.inputs[voxml.PromptForSecurityCode]),
		PaymentCardPostalCode: p.inputs[voxml.PromptForPostalCode],
		PartialResult:         len(left) > 0, Required: strings.Join(required, ","),
	})
}

func (p *payment) method() voxml.PaymentMethod {
	return cmp.Or(p.verb.PaymentMethod, voxml.PaymentMethodCreditCard)
}

// cardType returns the brand of the accepted card, or "".
func (p *payment) cardType() string {
	if p.inputs[voxml.PromptForPaymentCardNumber] == "" {
		return ""
	}
	return string(p.brand)
}

// connect sends the data to the connector.
func (p *payment) connect(c *Call) {
	v := p.verb
	charge := &Charge{
		Connector: cmp.Or(v.PaymentConnector, "Default"), Amount: cmp.Or(v.ChargeAmount, "0"),
		Currency: cmp.Or(v.Currency, voxml.USD), Description: v.Description,
		Method: p.method(), TokenType: cmp.Or(v.TokenType, voxml.TokenTypeReusable),
	}
	for _, n := range v.Nouns {
		if parameter, ok := n.(voxml.Parameter); ok {
			charge.Parameters = append(charge.Parameters, parameter)
		}
	}
	c.charge = charge
	amount, err := strconv.ParseFloat(charge.Amount, 64)
	charges := err == nil && amount > 0
	what := charge.Amount + " " + string(charge.Currency)
	if !charges {
		what = "token, " + string(charge.TokenType)
	}
	if p.inputs[voxml.PromptForPaymentCardNumber] == DeclinedCard {
		c.note(Charged, what, "refused by "+charge.Connector)
		p.done(c, voxhook.PayOutcomeConnectorError, charge)
		return
	}
	charge.Token = c.id()
	if charges {
		charge.Confirmation = c.id()
	}
	c.note(Charged, what, "by "+charge.Connector)
	p.done(c, voxhook.PayOutcomeSuccess, charge)
}

// done ends the Pay and requests its Action.
func (p *payment) done(c *Call, result voxhook.PayOutcome, charge *Charge) {
	c.phase = nil
	if p.verb.Action != "" {
		c.instructions(p.verb.Action, p.verb.Method, p.result(c, result, charge))
	}
}

func (p *payment) result(c *Call, result voxhook.PayOutcome, charge *Charge) *voxhook.PayResult {
	e := &voxhook.PayResult{
		VoiceWebhook: c.common(), Result: result, PaymentMethod: p.method(),
		PaymentCardNumber: Masked(p.inputs[voxml.PromptForPaymentCardNumber]), PaymentCardType: p.cardType(),
		ExpirationDate:        p.inputs[voxml.PromptForExpirationDate],
		SecurityCode:          Masked(p.inputs[voxml.PromptForSecurityCode]),
		PaymentCardPostalCode: p.inputs[voxml.PromptForPostalCode],
		BankAccountNumber:     Masked(p.inputs[voxml.PromptForBankAccountNumber]),
		BankRoutingNumber:     p.inputs[voxml.PromptForBankRoutingNumber],
	}
	if e.PaymentMethod == voxml.PaymentMethodACHDebit {
		e.BankAccountType = cmp.Or(p.verb.BankAccountType, voxml.BankAccountTypeConsumerChecking)
	}
	if charge != nil {
		e.PaymentToken, e.PaymentConfirmationCode = charge.Token, charge.Confirmation
	}
	switch result {
	case voxhook.PayOutcomeConnectorError:
		e.PaymentError, e.ConnectorError = "the connector refused the payment", "declined"
	case voxhook.PayOutcomeValidationError:
		e.PaymentError = "the Pay has a value that is not documented"
	}
	return e
}
