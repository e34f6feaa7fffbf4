package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// What callers enter: each step with the pound key.
const (
	goodCard    = "press 4111111111111111#; press 1239#; press 907#; press 68102#"
	goodAccount = "press 021000021#; press 000123456789#"
)

// charge is a detail of what the connector got.
func charge(of func(*sim.Charge) any) func(*sim.Call) string {
	return func(c *sim.Call) string { return fmt.Sprint(of(c.Charge())) }
}

// first is what is heard first, and how.
func first(c *sim.Call) string {
	for _, e := range c.Log() {
		if e.Kind == sim.Heard {
			return e.String()
		}
	}
	return ""
}

// asks is the step that the call waits for, and the attempt.
func asks(c *sim.Call) string {
	if c.Waiting().For != sim.ForPayment {
		return ""
	}
	return fmt.Sprint(c.Waiting().Step, " ", c.Waiting().Attempt)
}

var payAttributes = []attribute{
	{"Pay", "action", "/a", "<Pay@/>", goodCard, requests, "POST /a", ""},
	{"Pay", "bankAccountType", "consumer-savings", `<Pay@ action="/a" paymentMethod="ach-debit"/>`, goodAccount, sent("/a", "BankAccountType"), "consumer-savings", "consumer-checking"},
	{"Pay", "chargeAmount", "9.50", "<Pay@/>", goodCard, charge(func(c *sim.Charge) any { return c.Amount }), "9.50", "0"},
	{"Pay", "chargeAmount", "9.50", "<Pay@/>", goodCard, charge(func(c *sim.Charge) any { return c.Confirmation != "" }), "true", "false"},
	{"Pay", "chargeAmount", "9.50", "<Pay@/>", goodCard, both(sim.Charged), "9.50 usd by Default", "token, reusable by Default"},
	{"Pay", "currency", "eur", `<Pay@ action="/a"/>`, "try press 1", sent("/a", "Result"), "validation-error", ""},
	{"Pay", "description", "Invoice 7", "<Pay@/>", goodCard, charge(func(c *sim.Charge) any { return c.Description }), "Invoice 7", ""},
	{"Pay", "input", "speech", `<Pay@ action="/a"/>`, "try press 1", sent("/a", "Result"), "validation-error", ""},
	{"Pay", "language", "fr-FR", "<Pay@/>", "", first,
		`hears "Please enter the payment card number, then press pound." (the platform's own prompt, fr-FR)`,
		`hears "Please enter the payment card number, then press pound." (the platform's own prompt)`},
	{"Pay", "maxAttempts", "1", `<Pay@ action="/a"/>`, "press 1#", sent("/a", "Result"), "too-many-failed-attempts", ""},
	{"Pay", "maxAttempts", "3", `<Pay@ action="/a"/>`, "press 1#; press 1#", sent("/a", "Result"), "", "too-many-failed-attempts"},
	{"Pay", "method", "GET", `<Pay@ action="/a"/>`, goodCard, requests, "GET /a", "POST /a"},
	{"Pay", "minPostalCodeLength", "6", `<Pay@ action="/a"/>`, goodCard, asks, "postal-code 2", ""},
	{"Pay", "output", "p", "<Pay@/>", goodCard, texts(sim.Warned), "the output of a Pay is left out: which variables it sets is not documented", ""},
	{"Pay", "paymentConnector", "Acme", "<Pay@/>", goodCard, charge(func(c *sim.Charge) any { return c.Connector }), "Acme", "Default"},
	{"Pay", "paymentMethod", "ach-debit", "<Pay@/>", "", asks, "bank-routing-number 1", "payment-card-number 1"},
	{"Pay", "postalCode", "false", `<Pay@ action="/a"/>`, "press 4111111111111111#; press 1239#; press 907#", asks, "", "postal-code 1"},
	{"Pay", "securityCode", "false", "<Pay@/>", "press 4111111111111111#; press 1239#", asks, "postal-code 1", "security-code 1"},
	{"Pay", "statusCallback", "/s", "<Pay@/>", "press 4111111111111111#", requests, "POST /s", ""},
	{"Pay", "statusCallbackMethod", "GET", `<Pay@ statusCallback="/s"/>`, "press 4111111111111111#", requests, "GET /s", "POST /s"},
	{"Pay", "timeout", "9", `<Pay@><Prompt for="payment-card-number"/></Pay>`, "press 4111111111111111; listen", elapsed, "12.2s", "8.2s"}, // with the next prompt
	{"Pay", "timeout", "9", `<Pay@ maxAttempts="1"><Prompt for="payment-card-number"/></Pay>`, "silence", elapsed, "9s", "5s"},
	{"Pay", "tokenType", "one-time", "<Pay@/>", goodCard, charge(func(c *sim.Charge) any { return c.TokenType }), "one-time", "reusable"},
	{"Pay", "validCardTypes", "discover", "<Pay@/>", "press 6011111111111117#", details(sim.Entered), "ok", "invalid-card-type"},
	{"Pay", "validCardTypes", "discover jcb", "<Pay@/>", "press 4111111111111111#", details(sim.Entered), "invalid-card-type", "ok"},

	{"Parameter", "name", "a", `<Pay><Parameter@ value="b"/></Pay>`, goodCard, charge(parameters), "a=b", "=b"},
	{"Parameter", "value", "b", `<Pay><Parameter@ name="a"/></Pay>`, goodCard, charge(parameters), "a=b", "a="},

	{"Prompt", "for", "payment-card-number", "<Pay><Prompt@><Say>Card!</Say></Prompt></Pay>", "", texts(sim.Heard), "Card!", "Please enter the payment card number, then press pound."},
	{"Prompt", "attempt", "2", `<Pay><Prompt@ for="payment-card-number"><Say>Card!</Say></Prompt></Pay>`, "", texts(sim.Heard), "Please enter the payment card number, then press pound.", "Card!"},
	{"Prompt", "cardType", "amex", `<Pay><Prompt@ for="security-code"><Say>Code!</Say></Prompt></Pay>`, "press 4111111111111111#; press 1239#", texts(sim.Heard),
		"Please enter the security code, then press pound.", "Code!"},
	{"Prompt", "errorType", "invalid-card-number", `<Pay><Prompt@ for="payment-card-number"><Say>Card!</Say></Prompt></Pay>`, "", texts(sim.Heard),
		"Please enter the payment card number, then press pound.", "Card!"},
	{"Prompt", "requireMatchingInputs", "true", `<Pay><Prompt@ for="payment-card-number"/></Pay>`, "press 4111111111111111#", asks, "payment-card-number 1", "expiration-date 1"},
}

func parameters(c *sim.Charge) any {
	var all []string
	for _, p := range c.Parameters {
		all = append(all, p.Name+"="+p.Value)
	}
	return strings.Join(all, " ")
}

// Protocol, sections 3.6 and 4, Pay.
func TestPay(t *testing.T) {
	for _, tt := range []struct {
		name, attrs, script, entered, result string
	}{
		{"card", "", goodCard, "payment card number ok|expiration date ok|security code ok|postal code ok", "success"},
		{"card alone", `postalCode="false" securityCode="false"`, "press 4111111111111111#; press 1239#", "payment card number ok|expiration date ok", "success"},
		{"all at once", "", "press 4111111111111111#1239#907#68102#", "payment card number ok|expiration date ok|security code ok|postal code ok", "success"},
		{"account", `paymentMethod="ach-debit"`, goodAccount, "bank routing number ok|bank account number ok", "success"},
		{"time-out ends input", `postalCode="false" securityCode="false"`, "press 4111111111111111; silence; press 1239", "payment card number ok|expiration date ok", "success"},
		{"star", "", "press 4111111111111111#; press 12*", "payment card number ok", "caller-interrupted-with-star"},
		{"declined", "", strings.Replace(goodCard, "4111111111111111", sim.DeclinedCard, 1),
			"payment card number ok|expiration date ok|security code ok|postal code ok", "payment-connector-error"},
		{"silence", "", "silence; silence", "payment card number input-timeout|payment card number input-timeout", "too-many-failed-attempts"},
		{"pound alone", "", "press #; press #", "payment card number input-timeout|payment card number input-timeout", "too-many-failed-attempts"},
		{"one attempt", `maxAttempts="1"`, "press 4111#", "payment card number invalid-card-number", "too-many-failed-attempts"},
		{"two attempts", `maxAttempts="2"`, "press 4111#; press 4112#", "payment card number invalid-card-number|payment card number invalid-card-number", "too-many-failed-attempts"},
		{"three attempts", `maxAttempts="3"`, "press 4111#; press 4112#; press 5#",
			"payment card number invalid-card-number|payment card number invalid-card-number|payment card number invalid-card-number", "too-many-failed-attempts"},
		{"attempts are of a step", "securityCode=\"false\" postalCode=\"false\"", "press 4111#; press 4111111111111111#; press 1#; press 1239#",
			"payment card number invalid-card-number|payment card number ok|expiration date invalid-date|expiration date ok", "success"},
		{"four attempts are not documented", `maxAttempts="4"`, "", "", "validation-error"},
		{"other payment method", `paymentMethod="check"`, "", "", "validation-error"},
		{"other token", `tokenType="gold"`, "", "", "validation-error"},
		{"other account", `bankAccountType="gold"`, "", "", "validation-error"},
		{"other card", `validCardTypes="visa gold"`, "", "", "validation-error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Pay action="/a" ` + tt.attrs + "/><Say>unreachable</Say>", "/a": "<Hangup/>"})
			play(t, c, tt.script)
			require.Equal(t, tt.entered, both(sim.Entered)(c))
			require.Equal(t, tt.result, sent("/a", "Result")(c))
			require.NotContains(t, texts(sim.Heard)(c), "unreachable")
			require.Equal(t, tt.result == "success", last(c, "/a").Form.Has("PaymentToken"))
			require.Equal(t, tt.result == "success" || tt.result == "payment-connector-error", c.Charge() != nil)
		})
	}
	c := begin(t, app{"/": "<Pay/><Say>next</Say>"})
	play(t, c, goodCard)
	require.Equal(t, "next", texts(sim.Heard)(c), "without action it goes on")
}

// Each input that is wrong, and the nearest that is right.
func TestPayChecks(t *testing.T) {
	const visa, amex = "4111111111111111#", "378282246310005#"
	for _, tt := range []struct{ attrs, before, input, want string }{
		{"", "", "4111111111111111", "ok"},
		{"", "", "4111111111111112", "invalid-card-number"},
		{"", "", "411111111111111", "invalid-card-number"},
		{"", "", "0", "invalid-card-number"},
		{"", "", "", "input-timeout"},
		{"", "", "6011111111111117", "invalid-card-type"},
		{"", visa, "0125", "ok"}, // this month
		{"", visa, "1224", "invalid-date"},
		{"", visa, "1399", "invalid-date"},
		{"", visa, "0030", "invalid-date"},
		{"", visa, "130", "invalid-date"},
		{"", visa, "12030", "invalid-date"},
		{"", visa, "122030", "invalid-date"},
		{"", visa + "1239#", "123", "ok"},
		{"", visa + "1239#", "12", "invalid-security-code"},
		{"", visa + "1239#", "1234", "invalid-security-code"},
		{"", amex + "1239#", "1234", "ok"},
		{"", amex + "1239#", "123", "invalid-security-code"},
		{"", visa + "1239#123#", "1", "ok"},
		{`minPostalCodeLength="5"`, visa + "1239#123#", "12345", "ok"},
		{`minPostalCodeLength="5"`, visa + "1239#123#", "1234", "invalid-postal-code"},
		{"", visa + "1239#123#", "1234567890", "ok"},
		{"", visa + "1239#123#", "12345678901", "invalid-postal-code"},
		{`paymentMethod="ach-debit"`, "", "021000021", "ok"},
		{`paymentMethod="ach-debit"`, "", "021000022", "invalid-bank-routing-number"},
		{`paymentMethod="ach-debit"`, "", "02100002", "invalid-bank-routing-number"},
		{`paymentMethod="ach-debit"`, "", "000000000", "invalid-bank-routing-number"},
		{`paymentMethod="ach-debit"`, "110000000#", "1234", "ok"},
		{`paymentMethod="ach-debit"`, "110000000#", "123", "invalid-bank-account-number"},
		{`paymentMethod="ach-debit"`, "110000000#", "12345678901234567", "ok"},
		{`paymentMethod="ach-debit"`, "110000000#", "123456789012345678", "invalid-bank-account-number"},
	} {
		t.Run(tt.attrs+" "+tt.before+" "+tt.input, func(t *testing.T) {
			c := begin(t, app{"/": "<Pay " + tt.attrs + "/>"})
			play(t, c, "press "+tt.before+tt.input+"#")
			all := strings.Split(details(sim.Entered)(c), "|")
			require.Equal(t, tt.want, all[len(all)-1])
			require.Len(t, all, strings.Count(tt.before, "#")+1)
		})
	}
}

// Of the prompts for a step that fit, one for the mistake comes first.
func TestPrompts(t *testing.T) {
	prompt := func(attrs, text string) string {
		return `<Prompt for="payment-card-number" ` + attrs + "><Say>" + text + "</Say></Prompt>"
	}
	const own = "Please enter the payment card number, then press pound."
	for _, tt := range []struct{ name, prompts, script, heard string }{
		{"the platform's", "", "listen; press 1#", own + "|There is a mistake: invalid card number. " + own},
		{"for another step", `<Prompt for="postal-code"><Say>a</Say></Prompt>`, "", own},
		{"of several verbs", `<Prompt for="payment-card-number"><Say>a</Say><Play>b</Play><Say>c</Say></Prompt>`, "", "a|b|c"},
		{"interrupted", `<Prompt for="payment-card-number"><Say>a</Say><Say>b</Say></Prompt>`, "listen; press 4111111111111111#; press *", "a"},
		{"silent", prompt("", ""), "", ""},
		{"at every attempt", prompt("", "a"), "listen; press 1#", "a|a"},
		{"first attempt", prompt(`attempt="1"`, "a"), "listen; press 1#", "a|There is a mistake: invalid card number. " + own},
		{"second attempt", prompt(`attempt="2"`, "a"), "listen; press 1#", own + "|a"},
		{"two attempts", prompt(`attempt="2 3"`, "a"), "listen; press 1#; listen; press 1#", own + "|a|a"},
		{"the first of those that fit", prompt("", "a") + prompt("", "b"), "", "a"},
		{"a mistake", prompt("", "a") + prompt(`errorType="invalid-card-number"`, "b"), "listen; press 1#", "a|b"},
		{"a mistake, in any order", prompt(`errorType="invalid-card-number"`, "b") + prompt("", "a"), "listen; press 1#", "a|b"},
		{"another mistake", prompt("", "a") + prompt(`errorType="input-timeout invalid-card-type"`, "b"), "listen; press 1#", "a|a"},
		{"one of two mistakes", prompt("", "a") + prompt(`errorType="input-timeout invalid-card-type"`, "b"), "silence", "a|b"},
		{"a mistake at an attempt", prompt(`errorType="input-timeout" attempt="3"`, "c") + prompt(`errorType="input-timeout"`, "b") + prompt("", "a"), "silence; silence", "a|b|c"},
		{"no card yet", prompt(`cardType="visa"`, "a"), "", own},
		{"the card that was not taken", prompt("", "a") + prompt(`cardType="discover" errorType="invalid-card-type"`, "b"), "listen; press 6011111111111117#", "a|b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Pay maxAttempts="3" action="/a">` + tt.prompts + "</Pay>", "/a": "<Hangup/>"})
			play(t, c, tt.script)
			require.Equal(t, tt.heard, strings.Trim(texts(sim.Heard, sim.Played)(c), "|"))
		})
	}
}

func TestRequireMatchingInputs(t *testing.T) {
	const prompts = `<Prompt for="bank-account-number" requireMatchingInputs="true"><Say>a</Say></Prompt>` +
		`<Prompt for="bank-account-number" errorType="input-matching-failed"><Say>b</Say></Prompt>`
	for _, tt := range []struct{ name, script, entered, result string }{
		{"they match", "press 12345#; press 12345#", "ok|ok", "success"},
		{"they do not", "press 12345#; press 12346#", "ok|input-matching-failed", ""},
		{"then they do", "press 12345#; press 12346#; press 12346#; press 12346#", "ok|input-matching-failed|ok", "success"},
		{"they never do", "press 12345#; press 12346#; press 12346#; press 12345#", "ok|input-matching-failed|input-matching-failed", "too-many-failed-attempts"},
		{"the second is wrong", "press 12345#; press 1#; press 12345#; press 12345#", "ok|invalid-bank-account-number|ok", "success"},
		{"the second does not come", "press 12345#; silence; silence", "ok|input-timeout|input-timeout", "too-many-failed-attempts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Pay paymentMethod="ach-debit" action="/a">` + prompts + "</Pay>", "/a": "<Hangup/>"})
			play(t, c, "press 021000021#; "+tt.script)
			require.Equal(t, tt.entered, details(sim.Entered)(c))
			require.Equal(t, tt.result, sent("/a", "Result")(c))
		})
	}
}

// Protocol, sections 3.6 and 3.7.
func TestPayWebhooks(t *testing.T) {
	c := begin(t, app{"/": `<Pay action="/a" statusCallback="/s" chargeAmount="12.34" description="d" tokenType="payment-method"><Parameter name="a" value="b"/><Parameter name="c" value=""/></Pay>`})
	play(t, c, "press 4111#; "+goodCard)
	for param, want := range map[string]string{
		"For":               "payment-card-number|payment-card-number|expiration-date|security-code|postal-code",
		"ErrorType":         "invalid-card-number||||",
		"Attempt":           "1|2|1|1|1",
		"PaymentMethod":     "credit-card|credit-card|credit-card|credit-card|credit-card",
		"PaymentCardNumber": "|xxxxxxxxxxxx1111|xxxxxxxxxxxx1111|xxxxxxxxxxxx1111|xxxxxxxxxxxx1111",
		"PaymentCardType":   "|visa|visa|visa|visa",
		"ExpirationDate":    "||1239|1239|1239",
		"SecurityCode":      "|||xxx|xxx",
		"PartialResult":     "true|true|true|true|false",
		"Required": "payment-card-number,expiration-date,security-code,postal-code|expiration-date,security-code,postal-code|" +
			"security-code,postal-code|postal-code|",
		"PaymentCardPostalCode": "||||68102",
	} {
		require.Equal(t, want, sent("/s", param)(c), param)
	}
	form, got := last(c, "/a").Form, c.Charge()
	for param, want := range map[string]string{
		"Result": "success", "PaymentMethod": "credit-card", "PaymentCardNumber": "xxxxxxxxxxxx1111", "PaymentCardType": "visa",
		"ExpirationDate": "1239", "SecurityCode": "xxx", "PaymentCardPostalCode": "68102", "BankAccountNumber": "",
		"PaymentToken": got.Token, "PaymentConfirmationCode": got.Confirmation, "PaymentError": "", "ConnectorError": "",
	} {
		require.Equal(t, want, form.Get(param), param)
	}
	require.Equal(t, &sim.Charge{
		Connector: "Default", Amount: "12.34", Currency: voxml.USD, Description: "d", Method: voxml.PaymentMethodCreditCard, TokenType: voxml.TokenTypePaymentMethod,
		Parameters: []voxml.Parameter{{Name: "a", Value: "b"}, {Name: "c"}}, Token: got.Token, Confirmation: got.Confirmation,
	}, got)
	require.NotEqual(t, got.Token, got.Confirmation)

	c = begin(t, app{"/": `<Pay action="/a" paymentMethod="ach-debit"/>`})
	require.Nil(t, c.Charge())
	play(t, c, goodAccount)
	form = last(c, "/a").Form
	for param, want := range map[string]string{
		"Result": "success", "PaymentMethod": "ach-debit", "BankAccountNumber": "xxxxxxxx6789", "BankRoutingNumber": "021000021",
		"BankAccountType": "consumer-checking", "PaymentCardNumber": "", "PaymentCardType": "", "PaymentConfirmationCode": "",
	} {
		require.Equal(t, want, form.Get(param), param)
	}

	c = begin(t, app{"/": `<Pay action="/a" chargeAmount="1"/>`})
	play(t, c, strings.Replace(goodCard, "4111111111111111", sim.DeclinedCard, 1))
	form = last(c, "/a").Form
	require.NotEmpty(t, form.Get("PaymentError"))
	require.NotEmpty(t, form.Get("ConnectorError"))
	require.Empty(t, c.Charge().Token)
	require.Empty(t, c.Charge().Confirmation)
	require.Equal(t, "1 usd refused by Default", both(sim.Charged)(c))
}

// Whatever becomes of a payment, nothing shows what the caller entered.
func TestSecrets(t *testing.T) {
	secrets := []string{"4111111111111111", "41111111", "378282246310005", "4000000000000002", "7907", "907#", "=907", "9074", "000123456789", "55512"}
	for _, tt := range []struct{ name, attrs, script string }{
		{"success", "", "press 4111111111111111#; press 1239#; press 907#; press 68102#"},
		{"at once", "", "press 4111111111111111#1239#907#68102#"},
		{"too many keys", "", "try press 4111111111111111#1239#907#68102#4111111111111111#907#"},
		{"before it asks", "", "early press 4111111111111111#; press 4111111111111111#; try press 1239#907#68102#"},
		{"after it has asked", `postalCode="false"`, "press 4111111111111111#1239#907#; early press 4111111111111111#; early press 907#"},
		{"spoken", "", "try say 4111111111111111; try say 907#; press *"},
		{"spoken too early", "", "early say 4111111111111111; press *"},
		{"spoken too late", "", "press *; early say 4111111111111111"},
		{"number as postal code", "", "press 4111111111111111#1239#907#4111111111111111#"},
		{"amex", "", "press 378282246310005#1239#7907#68102#"},
		{"declined", "", "press 4000000000000002#1239#907#68102#"},
		{"wrong number, wrong code", "", "press 4111111111111112#4111111111111111#1239#9074#9074#"},
		{"wrong type", `validCardTypes="discover"`, "press 4111111111111111#4111111111111111#"},
		{"star", "", "press 4111111111111111#1239#907*"},
		{"hang-up", "", "press 4111111111111111#1239#907; hangup"},
		{"silence", "", "press 4111111111111111; silence; press 1239; silence; press 907; silence; silence; silence"},
		{"account", `paymentMethod="ach-debit"`, "press 021000021#000123456789#"},
		{"short account", `paymentMethod="ach-debit"`, "press 021000021#55512#"},
		{"by GET", `method="GET" statusCallbackMethod="GET"`, "press 4111111111111111#1239#907#68102#"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Pay action="/a" statusCallback="/s" ` + tt.attrs + "/>", "/a": "<Say>next</Say><Say>more</Say>"})
			var shown strings.Builder
			for thing := range strings.SplitSeq(tt.script, "; ") {
				thing, early := strings.CutPrefix(thing, "early ")
				if !early {
					ready(c)
				}
				thing, _ = strings.CutPrefix(thing, "try ")
				fmt.Fprintln(&shown, act(c, thing), c.Waiting().Text)
			}
			play(t, c, "")
			require.NotEmpty(t, details(sim.Entered)(c)+sent("/a", "Result")(c))
			fmt.Fprintln(&shown, c.Transcript())
			for _, e := range c.Log() {
				fmt.Fprintln(&shown, e.Text, e.Detail, e.Place, e.Verb)
				if e.Exchange != nil {
					fmt.Fprintf(&shown, "%+v %+v %s\n", *e.Exchange, e.Exchange.Event, e.Exchange.Form.Encode())
				}
			}
			fmt.Fprintf(&shown, "%+v %+v %+v\n", c.Charge(), c.End(), c.Vars())
			for _, secret := range secrets {
				require.NotContains(t, shown.String(), secret)
			}
		})
	}
}

// A step that is asked for twice is not asked for the second time as if the
// first input had been a mistake.
func TestPayAsksTwiceAfterAMistake(t *testing.T) {
	c := begin(t, app{"/": `<Pay maxAttempts="3"><Prompt for="payment-card-number" requireMatchingInputs="true"><Say>Your card?</Say></Prompt>` +
		`<Prompt for="payment-card-number" errorType="invalid-card-number"><Say>Wrong.</Say></Prompt></Pay>`})
	ready(c)
	for _, keys := range []string{"1#", "4111111111111111#"} {
		goOn(c)
		require.NoError(t, press(c, keys))
	}
	for c.Step() {
	}
	require.Equal(t, "Your card?|Wrong.|Your card?", texts(sim.Heard)(c))
}
