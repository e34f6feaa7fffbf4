package voxml

func (k *checker) payment(n Pay) {
	k.without(n.Method != "" && n.Action == "", "method", "action")
	k.without(n.StatusCallbackMethod != "" && n.StatusCallback == "", "statusCallbackMethod", "statusCallback")
	k.idle(n.MinPostalCodeLength != 0 && n.NoPostalCode, "minPostalCodeLength", "while postalCode is false: ask for the postal code")
	if n.Action == "" && n.Output == "" && n.StatusCallback == "" {
		k.report(ruleLostInput, "", "discards its result: set action, statusCallback or output")
	}
	const urls = "puts payment data into URLs, which servers log: use POST"
	if n.Method == MethodGET && n.Action != "" {
		k.report(rulePayByGET, "method", urls)
	}
	if n.StatusCallbackMethod == MethodGET && n.StatusCallback != "" {
		k.report(rulePayByGET, "statusCallbackMethod", urls)
	}
	if n.Input == InputSpeech || n.Input == InputDTMFSpeech {
		k.report(ruleValue, "input", "is not documented for Pay: use dtmf")
	}
	k.escapedTwice("description", n.Description)
	k.payMethod(n)
}

// payMethod reports attributes that are for another paymentMethod.
func (k *checker) payMethod(n Pay) {
	if n.byCard() && n.BankAccountType != "" {
		k.report(rulePayMethod, "bankAccountType", "only applies to paymentMethod ach-debit: remove it, or change paymentMethod")
	}
	if n.byBank() && len(n.ValidCardTypes) > 0 {
		k.report(rulePayMethod, "validCardTypes", onlyByCard)
	}
}

const onlyByCard = "only applies to paymentMethod credit-card: remove it, or change paymentMethod"

func (v *Pay) byCard() bool {
	return v.PaymentMethod == "" || v.PaymentMethod == PaymentMethodCreditCard
}
func (v *Pay) byBank() bool { return v.PaymentMethod == PaymentMethodACHDebit }

func (k *checker) prompt(n Prompt) {
	if len(n.Verbs) == 0 {
		k.report(ruleEmpty, "", "says nothing: put a Say or Play into it, or remove it")
	}
	if k.pay == nil {
		return
	}
	const why = "is a step of another paymentMethod: remove the Prompt, or change the paymentMethod of the Pay"
	switch n.For {
	case PromptForPaymentCardNumber, PromptForExpirationDate:
		if k.pay.byBank() {
			k.report(rulePayMethod, "for", why)
		}
	case PromptForSecurityCode:
		if k.pay.byBank() {
			k.report(rulePayMethod, "for", why)
		}
		k.idle(k.pay.NoSecurityCode, "for", "while securityCode of the Pay is false: ask for the security code")
	case PromptForPostalCode:
		k.idle(k.pay.NoPostalCode, "for", "while postalCode of the Pay is false: ask for the postal code")
	case PromptForBankAccountNumber, PromptForBankRoutingNumber:
		if k.pay.byCard() {
			k.report(rulePayMethod, "for", why)
		}
	}
	if len(n.CardType) > 0 && k.pay.byBank() {
		k.report(rulePayMethod, "cardType", onlyByCard)
	}
}
