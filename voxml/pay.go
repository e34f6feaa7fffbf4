package voxml

import "time"

// maxAttempts is the largest number of attempts at a step of a payment.
const maxAttempts = 3

// payLanguages are the languages of the platform's own prompts.
var payLanguages = []string{
	"de-DE", "en-AU", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "es-US", "fr-CA", "fr-FR", "it-IT",
}

// Pay asks the caller to enter card or bank data on the keypad. It then charges
// the card or account, or only stores a token for later payments. When the
// payment has ended, the platform requests Action. If Action is empty, the call
// continues with the next verb.
//
// The requests that follow contain payment data. Do not log them, and do not
// request Action or StatusCallback by GET, which puts the data into URLs.
//
// Voxtelesys documentation: VoXML, Pay.
type Pay struct {
	// Action is the URL to request when the payment has ended, relative or
	// absolute. If empty, no URL is requested.
	Action string

	// Method is the HTTP method for Action. If empty, POST is used.
	Method Method

	// BankAccountType is the kind of bank account, for [PaymentMethodACHDebit]
	// only. If empty, "consumer-checking" is used.
	BankAccountType BankAccountType

	// ChargeAmount is the amount to charge, a decimal number such as "9.50"
	// that is not negative. If empty or "0", nothing is charged and only a
	// token is stored.
	ChargeAmount string

	// Currency is the currency of ChargeAmount. If empty, "usd" is used.
	Currency Currency

	// Description says what the payment is for. If empty, there is no
	// description.
	Description string

	// Input says how the caller enters the data. If empty, "dtmf" is used,
	// which is the only documented value.
	Input Input

	// Language is the language of the platform's own prompts, a BCP-47 tag. The
	// platform documents de-DE, en-AU, en-GB, en-IN, en-US, es-ES, es-US,
	// es-MX, fr-CA, fr-FR and it-IT. If empty, en-US is used.
	Language string

	// MaxAttempts is how many attempts the caller has at each step, 1 to 3.
	// Zero means 2.
	MaxAttempts int

	// MinPostalCodeLength is the smallest length of a postal code. Zero means
	// no minimum.
	MinPostalCodeLength int

	// Output is a name for variables: letters, digits and underscores. The
	// platform does not document which variables a Pay sets. If empty, it sets
	// none.
	Output string

	// PaymentConnector is the name of the connector in the portal. If empty,
	// "Default" is used.
	PaymentConnector string

	// PaymentMethod says how the caller pays. If empty, "credit-card" is used.
	PaymentMethod PaymentMethod

	// NoPostalCode, if true, leaves out the question for the postal code. Wire
	// name: postalCode, with the opposite meaning.
	NoPostalCode bool

	// NoSecurityCode, if true, leaves out the question for the security code.
	// Wire name: securityCode, with the opposite meaning.
	NoSecurityCode bool

	// StatusCallback is the URL that is notified of each step. If empty, no URL
	// is notified.
	StatusCallback string

	// StatusCallbackMethod is the HTTP method for StatusCallback. If empty,
	// POST is used.
	StatusCallbackMethod Method

	// Timeout is how long to wait for input, in whole seconds. Zero means 5
	// seconds.
	Timeout time.Duration

	// TokenType is the kind of token that is stored. If empty, "reusable" is
	// used.
	TokenType TokenType

	// ValidCardTypes are the cards that are accepted. If empty, visa,
	// mastercard and amex are accepted.
	ValidCardTypes []CardType

	// Nouns are prompts that replace the platform's own, and parameters for the
	// payment connector.
	Nouns []PayNoun

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Pay) visit(c codec) {
	c.open("Pay", v.Attrs)
	c.url("action", &v.Action)
	enum(c, "method", &v.Method)
	enum(c, "bankAccountType", &v.BankAccountType)
	c.amount("chargeAmount", &v.ChargeAmount)
	enum(c, "currency", &v.Currency)
	c.attr("description", &v.Description)
	enum(c, "input", &v.Input)
	c.language("language", &v.Language, payLanguages)
	c.count("maxAttempts", &v.MaxAttempts, maxAttempts)
	c.count("minPostalCodeLength", &v.MinPostalCodeLength, unbounded)
	c.output("output", &v.Output)
	c.attr("paymentConnector", &v.PaymentConnector)
	enum(c, "paymentMethod", &v.PaymentMethod)
	c.flag("postalCode", &v.NoPostalCode, false)
	c.flag("securityCode", &v.NoSecurityCode, false)
	c.url("statusCallback", &v.StatusCallback)
	enum(c, "statusCallbackMethod", &v.StatusCallbackMethod)
	c.seconds("timeout", &v.Timeout, longest)
	enum(c, "tokenType", &v.TokenType)
	list(c, "validCardTypes", &v.ValidCardTypes)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	children(c, "Pay", &v.Nouns)
}

// Prompt replaces what the caller hears at one step of a [Pay].
//
// Voxtelesys documentation: VoXML, Pay, Prompt.
type Prompt struct {
	// For is the step at which the prompt is played. Required.
	For PromptFor

	// Attempt lists the attempts at which the prompt is played, from 1 to 3. If
	// empty, it is played at every attempt.
	Attempt []int

	// CardType lists the cards for which the prompt is played. If empty, it is
	// played for every card.
	CardType []CardType

	// ErrorType lists the mistakes after which the prompt is played. If empty,
	// the prompt is not for a particular mistake.
	ErrorType []ErrorType

	// RequireMatchingInputs, if true, requires that inputs match.
	RequireMatchingInputs bool

	// Verbs play the prompt.
	Verbs []PromptVerb

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Prompt) visit(c codec) {
	c.open("Prompt", v.Attrs)
	enum(c, "for", &v.For)
	c.must("for", string(v.For))
	c.counts("attempt", &v.Attempt, maxAttempts)
	list(c, "cardType", &v.CardType)
	list(c, "errorType", &v.ErrorType)
	c.flag("requireMatchingInputs", &v.RequireMatchingInputs, true)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	children(c, "Prompt", &v.Verbs)
}

// Parameter passes a value to the payment connector of a [Pay].
//
// Voxtelesys documentation: VoXML, Pay, Parameter.
type Parameter struct {
	// Name is the name of the parameter. Required.
	Name string

	// Value is the value of the parameter. It is always written, even if empty.
	Value string

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Parameter) visit(c codec) {
	c.open("Parameter", v.Attrs)
	c.required("name", &v.Name)
	c.always("value", &v.Value)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}

// A PaymentMethod says how a caller pays.
type PaymentMethod string

// The payment methods of [Pay].
const (
	PaymentMethodCreditCard PaymentMethod = "credit-card" // the default
	PaymentMethodACHDebit   PaymentMethod = "ach-debit"
)

// Known reports whether the method is one of the constants of this package.
func (m PaymentMethod) Known() bool {
	return m == PaymentMethodCreditCard || m == PaymentMethodACHDebit
}

// A BankAccountType is a kind of bank account.
type BankAccountType string

// The kinds of bank account of [Pay].
const (
	BankAccountTypeConsumerChecking   BankAccountType = "consumer-checking" // the default
	BankAccountTypeConsumerSavings    BankAccountType = "consumer-savings"
	BankAccountTypeCommercialChecking BankAccountType = "commercial-checking"
)

// Known reports whether the type is one of the constants of this package.
func (t BankAccountType) Known() bool {
	return t == BankAccountTypeConsumerChecking || t == BankAccountTypeConsumerSavings || t == BankAccountTypeCommercialChecking
}

// A Currency is a currency in which [Pay] can charge.
type Currency string

// USD is the only documented currency, and the default.
const USD Currency = "usd"

// Known reports whether the currency is one of the constants of this
// package.
func (c Currency) Known() bool { return c == USD }

// A TokenType is the kind of token that [Pay] stores for later payments.
type TokenType string

// The kinds of token.
const (
	TokenTypeOneTime       TokenType = "one-time"
	TokenTypeReusable      TokenType = "reusable" // the default
	TokenTypePaymentMethod TokenType = "payment-method"
)

// Known reports whether the type is one of the constants of this package.
func (t TokenType) Known() bool {
	return t == TokenTypeOneTime || t == TokenTypeReusable || t == TokenTypePaymentMethod
}

// A CardType is a brand of payment card.
type CardType string

// The payment cards of [Pay] and [Prompt].
const (
	CardTypeVisa       CardType = "visa"
	CardTypeMastercard CardType = "mastercard"
	CardTypeAmex       CardType = "amex"
	CardTypeMaestro    CardType = "maestro"
	CardTypeDiscover   CardType = "discover"
	CardTypeJCB        CardType = "jcb"
	CardTypeDinersClub CardType = "diners-club"
	CardTypeEnRoute    CardType = "enroute"
)

// Known reports whether the card is one of the constants of this package.
func (c CardType) Known() bool {
	switch c {
	case CardTypeVisa, CardTypeMastercard, CardTypeAmex, CardTypeMaestro, CardTypeDiscover, CardTypeJCB, CardTypeDinersClub, CardTypeEnRoute:
		return true
	}
	return false
}

// A PromptFor is a step of a payment.
type PromptFor string

// The steps of a payment.
const (
	PromptForPaymentCardNumber PromptFor = "payment-card-number"
	PromptForExpirationDate    PromptFor = "expiration-date"
	PromptForSecurityCode      PromptFor = "security-code"
	PromptForPostalCode        PromptFor = "postal-code"
	PromptForBankRoutingNumber PromptFor = "bank-routing-number"
	PromptForBankAccountNumber PromptFor = "bank-account-number"
)

// Known reports whether the step is one of the constants of this package.
func (f PromptFor) Known() bool {
	switch f {
	case PromptForPaymentCardNumber, PromptForExpirationDate, PromptForSecurityCode, PromptForPostalCode, PromptForBankRoutingNumber, PromptForBankAccountNumber:
		return true
	}
	return false
}

// An ErrorType is a mistake that a caller can make at a step of a payment.
type ErrorType string

// The mistakes that a caller can make at the steps of a payment.
const (
	ErrorTypeInputTimeout             ErrorType = "input-timeout"
	ErrorTypeInvalidCardNumber        ErrorType = "invalid-card-number"
	ErrorTypeInvalidSecurityCode      ErrorType = "invalid-security-code"
	ErrorTypeInvalidCardType          ErrorType = "invalid-card-type"
	ErrorTypeInvalidDate              ErrorType = "invalid-date"
	ErrorTypeInvalidPostalCode        ErrorType = "invalid-postal-code"
	ErrorTypeInvalidBankRoutingNumber ErrorType = "invalid-bank-routing-number"
	ErrorTypeInvalidBankAccountNumber ErrorType = "invalid-bank-account-number"
	ErrorTypeInputMatchingFailed      ErrorType = "input-matching-failed"
)

// Known reports whether the mistake is one of the constants of this package.
func (t ErrorType) Known() bool {
	switch t {
	case ErrorTypeInputTimeout, ErrorTypeInvalidCardNumber, ErrorTypeInvalidSecurityCode,
		ErrorTypeInvalidCardType, ErrorTypeInvalidDate, ErrorTypeInvalidPostalCode,
		ErrorTypeInvalidBankRoutingNumber, ErrorTypeInvalidBankAccountNumber, ErrorTypeInputMatchingFailed:
		return true
	}
	return false
}
