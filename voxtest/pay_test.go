package voxtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

func TestPay(t *testing.T) {
	all := []voxml.CardType{
		voxml.CardTypeVisa, voxml.CardTypeMastercard, voxml.CardTypeAmex, voxml.CardTypeMaestro, voxml.CardTypeDiscover, voxml.CardTypeJCB,
		voxml.CardTypeDinersClub, voxml.CardTypeEnRoute,
	}
	shop := app(map[string]voxml.Response{
		"/pay": {voxml.Pay{
			ChargeAmount: "9.50", Description: "A hat", Action: "/paid", ValidCardTypes: all,
			Nouns: []voxml.PayNoun{voxml.Parameter{Name: "order", Value: "7"}},
		}},
		"/paid": {say("Thank you."), voxml.Hangup{}},
	})
	for number, brand := range map[string]voxml.CardType{
		"": voxml.CardTypeVisa, voxtest.Visa: voxml.CardTypeVisa, voxtest.Mastercard: voxml.CardTypeMastercard, voxtest.Amex: voxml.CardTypeAmex,
		voxtest.Discover: voxml.CardTypeDiscover, voxtest.JCB: voxml.CardTypeJCB, voxtest.DinersClub: voxml.CardTypeDinersClub,
		voxtest.Maestro: voxml.CardTypeMaestro, voxtest.EnRoute: voxml.CardTypeEnRoute,
	} {
		call := voxtest.Call(t, shop, "/pay")
		assert.Zero(t, call.Charge())
		call.Pay(voxtest.Card{Number: number})
		paid := call.Event().(*voxhook.PayResult)
		assert.Equal(t, voxhook.PayOutcomeSuccess, paid.Result, number)
		assert.Equal(t, string(brand), paid.PaymentCardType)
		charge := call.Charge()
		assert.Equal(t, paid.PaymentToken, charge.Token)
		assert.Equal(t, paid.PaymentConfirmationCode, charge.Confirmation)
		assert.NotEmpty(t, charge.Confirmation)
		charge.Token, charge.Confirmation = "", ""
		assert.Equal(t, voxtest.Charge{
			Connector: "Default", Amount: "9.50", Currency: voxml.USD, Description: "A hat", Method: voxml.PaymentMethodCreditCard,
			TokenType: voxml.TokenTypeReusable, Parameters: []voxml.Parameter{{Name: "order", Value: "7"}},
		}, charge)
		call.Hears("Thank you.")
		call.HungUp()
		if number != "" {
			assert.NotContains(t, call.Transcript(), number)
		}
	}

	assert.Equal(t, sim.DeclinedCard, voxtest.Declined)
	call := voxtest.Call(t, shop, "/pay")
	call.Pay(voxtest.Card{Number: voxtest.Declined})
	assert.Equal(t, voxhook.PayOutcomeConnectorError, call.Event().(*voxhook.PayResult).Result)
	assert.Empty(t, call.Charge().Token)
	call.HungUp()
}
