package voxml

import "time"

// maxAttempts is how often a caller may try a step at most.
const maxAttempts = 3

// payLanguages are those of the platform's own prompts.
var payLanguages = []string{
	"de-DE", "en-AU", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "es-US", "fr-CA", "fr-FR", "it-IT",
}

// Pay asks the caller for card or bank data by key and charges them, or
// stores a token. Once it has ended Action is requested; without one the
// call goes on with the next verb.
//
// Card data is in the requests that follow: do not log them, and do not have
// Action requested by GET, which puts it into URLs.
//
// Voxtelesys documentation: VoXML, Pay.
type Pay struct {
	// Action is the URL that is requested when the payment has ended,
	// relative or absolute. If empty, there is none.
	Action string

	// Method is how Action is requested. If empty, POST.
	Method Method

	// BankAccountType is the kind of account, for [PaymentMethodACHDebit]
	// only. If empty, consumer-checking.
	BankAccountType BankAccountType

	// ChargeAmount is a decimal number that is not negative, such as "9.50".
	// If empty or "0", nothing is charged and only a token is stored.
	ChargeAmount string

	// Currency is that of ChargeAmount. If empty, usd.
	Currency Currency

	// Description says what is paid for. If empty, there is none.
	Description string

	// Input is how the caller answers. If empty, dtmf, the only one known.
	Input Input

	// Language is that of the prompts which the platform speaks, a BCP-47
	// tag. Known are de-DE, en-AU, en-GB, en-IN, en-US, es-ES, es-US, es-MX,
	// fr-CA, fr-FR and it-IT. If empty, en-US.
	Language string

	// MaxAttempts is how often the caller may try each step, 1 to 3. Zero
	// means 2.
	MaxAttempts int

	// MinPostalCodeLength is the smallest length of a postal code. Zero
	// means no limit.
	MinPostalCodeLength int

	// Output names a variable, alphanumeric. Which variables it sets is not
	// documented. If empty, there is none.
	Output string

	// PaymentConnector is the connector's name in the portal. If empty,
	// Default.
	PaymentConnector string

	// PaymentMethod is what the caller pays with. If empty, credit-card.
	PaymentMethod PaymentMethod

	// NoPostalCode leaves out the question for the postal code. If false, it
	// is asked. Wire name: postalCode, with the opposite meaning.
	NoPostalCode bool

	// NoSecurityCode leaves out the question for the security code. If
	// false, it is asked. Wire name: securityCode, with the opposite
	// meaning.
	NoSecurityCode bool

	// StatusCallback is the URL that is notified of each step. If empty,
	// there is none.
	StatusCallback string

	// StatusCallbackMethod is how it is requested. If empty, POST.
	StatusCallbackMethod Method

	// Timeout is how long to wait for input, in whole seconds. Zero means 5
	// seconds.
	Timeout time.Duration

	// TokenType is the kind of token that is stored. If empty, reusable.
	TokenType TokenType

	// ValidCardTypes are the cards that are taken. If nil, visa, mastercard
	// and amex.
	ValidCardTypes []CardType

	// Nouns are the prompts that replace the platform's own, and parameters
	// for the connector.
	Nouns []PayNoun

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
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

// Prompt is a noun of [Pay]: what the caller hears at one step of the
// payment.
//
// Voxtelesys documentation: VoXML, Pay, Prompt.
type Prompt struct {
	// For is the step. Required.
	For PromptFor

	// Attempt lists the attempts, 1 to 3, at which the prompt is heard. If
	// nil, all.
	Attempt []int

	// CardType lists the cards for which the prompt is heard. If nil, all.
	CardType []CardType

	// ErrorType lists the mistakes after which the prompt is heard. If nil,
	// it is for no mistake in particular.
	ErrorType []ErrorType

	// RequireMatchingInputs demands that inputs match. If false, it does
	// not.
	RequireMatchingInputs bool

	// Verbs are what the caller hears.
	Verbs []PromptVerb

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
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

// Parameter is a noun of [Pay]: a value for the payment connector.
//
// Voxtelesys documentation: VoXML, Pay, Parameter.
type Parameter struct {
	// Name is the parameter's name. Required.
	Name string

	// Value is its value. It is always written, even if it is empty.
	Value string

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
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

// A PaymentMethod is what a caller pays with.
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

// USD is the only currency known, and the default.
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

// An ErrorType is a mistake of a caller at a step of a payment.
type ErrorType string

// The mistakes at the steps of a payment.
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
