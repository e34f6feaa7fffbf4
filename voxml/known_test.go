package voxml_test

import (
	"go/constant"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/voxml"
)

// A value is a constant and what it is on the wire.
type value[T ~string] struct {
	constant T
	wire     string
}

func TestKnown(t *testing.T) {
	tested := map[string]bool{} // "History disable"
	testKnown(t, tested, "4 history", []value[voxml.History]{
		{voxml.HistoryDisable, "disable"},
		{voxml.HistoryCompact, "compact"},
		{voxml.HistoryFull, "full"},
	})
	testKnown(t, tested, "4 Dial method", []value[voxml.Method]{
		{voxml.MethodGET, "GET"},
		{voxml.MethodPOST, "POST"},
	})
	testKnown(t, tested, "4 Dial ringTone", []value[voxml.RingTone]{
		{voxml.RingToneAU, "au"},
		{voxml.RingToneBE, "be"},
		{voxml.RingToneCN, "cn"},
		{voxml.RingToneCZ, "cz"},
		{voxml.RingToneDE, "de"},
		{voxml.RingToneDK, "dk"},
		{voxml.RingToneES, "es"},
		{voxml.RingToneFI, "fi"},
		{voxml.RingToneFR, "fr"},
		{voxml.RingToneHU, "hu"},
		{voxml.RingToneIL, "il"},
		{voxml.RingToneIN, "in"},
		{voxml.RingToneJP, "jp"},
		{voxml.RingTonePL, "pl"},
		{voxml.RingToneRU, "ru"},
		{voxml.RingToneUK, "uk"},
		{voxml.RingToneUS, "us"},
	})
	testKnown(t, tested, "4 Dial record", []value[voxml.DialRecord]{
		{voxml.DialRecordDoNotRecord, "do-not-record"},
		{voxml.DialRecordFromRinging, "record-from-ringing"},
		{voxml.DialRecordFromAnswer, "record-from-answer"},
		{voxml.DialRecordFromRingingDual, "record-from-ringing-dual"},
		{voxml.DialRecordFromAnswerDual, "record-from-answer-dual"},
	})
	testKnown(t, tested, "4 Dial recordingTrack", []value[voxml.RecordingTrack]{
		{voxml.RecordingTrackInbound, "inbound"},
		{voxml.RecordingTrackOutbound, "outbound"},
		{voxml.RecordingTrackBoth, "both"},
	})
	testKnown(t, tested, "4 Dial recordingStatusCallbackEvent", []value[voxml.RecordingStatus]{
		{voxml.RecordingStatusInProgress, "in-progress"},
		{voxml.RecordingStatusCompleted, "completed"},
		{voxml.RecordingStatusFailed, "failed"},
	})
	testKnown(t, tested, "4 Gather input", []value[voxml.Input]{
		{voxml.InputDTMF, "dtmf"},
		{voxml.InputSpeech, "speech"},
		{voxml.InputDTMFSpeech, "dtmf speech"},
	})
	testKnown(t, tested, "4 Pay bankAccountType", []value[voxml.BankAccountType]{
		{voxml.BankAccountTypeConsumerChecking, "consumer-checking"},
		{voxml.BankAccountTypeConsumerSavings, "consumer-savings"},
		{voxml.BankAccountTypeCommercialChecking, "commercial-checking"},
	})
	testKnown(t, tested, "4 Pay currency", []value[voxml.Currency]{
		{voxml.USD, "usd"},
	})
	testKnown(t, tested, "4 Pay paymentMethod", []value[voxml.PaymentMethod]{
		{voxml.PaymentMethodCreditCard, "credit-card"},
		{voxml.PaymentMethodACHDebit, "ach-debit"},
	})
	testKnown(t, tested, "4 Pay tokenType", []value[voxml.TokenType]{
		{voxml.TokenTypeOneTime, "one-time"},
		{voxml.TokenTypeReusable, "reusable"},
		{voxml.TokenTypePaymentMethod, "payment-method"},
	})
	testKnown(t, tested, "4 Pay validCardTypes", []value[voxml.CardType]{
		{voxml.CardTypeVisa, "visa"},
		{voxml.CardTypeMastercard, "mastercard"},
		{voxml.CardTypeAmex, "amex"},
		{voxml.CardTypeMaestro, "maestro"},
		{voxml.CardTypeDiscover, "discover"},
		{voxml.CardTypeJCB, "jcb"},
		{voxml.CardTypeDinersClub, "diners-club"},
		{voxml.CardTypeEnRoute, "enroute"},
	})
	testKnown(t, tested, "4 Pay Prompt for", []value[voxml.PromptFor]{
		{voxml.PromptForPaymentCardNumber, "payment-card-number"},
		{voxml.PromptForExpirationDate, "expiration-date"},
		{voxml.PromptForSecurityCode, "security-code"},
		{voxml.PromptForPostalCode, "postal-code"},
		{voxml.PromptForBankRoutingNumber, "bank-routing-number"},
		{voxml.PromptForBankAccountNumber, "bank-account-number"},
	})
	testKnown(t, tested, "4 Pay Prompt errorType", []value[voxml.ErrorType]{
		{voxml.ErrorTypeInputTimeout, "input-timeout"},
		{voxml.ErrorTypeInvalidCardNumber, "invalid-card-number"},
		{voxml.ErrorTypeInvalidSecurityCode, "invalid-security-code"},
		{voxml.ErrorTypeInvalidCardType, "invalid-card-type"},
		{voxml.ErrorTypeInvalidDate, "invalid-date"},
		{voxml.ErrorTypeInvalidPostalCode, "invalid-postal-code"},
		{voxml.ErrorTypeInvalidBankRoutingNumber, "invalid-bank-routing-number"},
		{voxml.ErrorTypeInvalidBankAccountNumber, "invalid-bank-account-number"},
		{voxml.ErrorTypeInputMatchingFailed, "input-matching-failed"},
	})
	testKnown(t, tested, "4 Reject reason", []value[voxml.RejectReason]{
		{voxml.RejectReasonRejected, "rejected"},
		{voxml.RejectReasonBusy, "busy"},
	})

	t.Run("complete", func(t *testing.T) {
		scope := compiled(t)[0].Scope()
		for _, name := range scope.Names() {
			c, ok := scope.Lookup(name).(*types.Const)
			if !ok || !c.Exported() || c.Val().Kind() != constant.String {
				continue
			}
			named, ok := c.Type().(*types.Named)
			if !ok || named.Obj().Pkg() != c.Pkg() || named.Obj().Name() == "Severity" {
				continue
			}
			assert.True(t, tested[named.Obj().Name()+" "+constant.StringVal(c.Val())], "%s has no row", name)
		}
	})
}

func testKnown[T interface {
	~string
	Known() bool
}](t *testing.T, tested map[string]bool, section string, values []value[T]) {
	t.Helper()
	t.Run(section, func(t *testing.T) {
		for _, v := range values {
			tested[reflect.TypeFor[T]().Name()+" "+v.wire] = true
			assert.Equal(t, v.wire, string(v.constant))
			assert.True(t, T(v.wire).Known(), "%q", v.wire)
			assert.False(t, T(otherCase(v.wire)).Known(), "%q", otherCase(v.wire))
			assert.False(t, T(v.wire+" ").Known(), "%q with a space", v.wire)
		}
		assert.False(t, T("").Known(), "empty")
		assert.False(t, T("x").Known(), "x")
	})
}

// otherCase turns lower case into upper case and the reverse.
func otherCase(s string) string {
	if upper := strings.ToUpper(s); upper != s {
		return upper
	}
	return strings.ToLower(s)
}
