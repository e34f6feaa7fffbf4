package menu_test

import (
	"testing"

	"github.com/voxhook/voxhook/examples/internal/calltest"
)

// Every call goes as it should on bad days of the network, and no webhook runs
// twice if an idempotency.Handler is around the app.
func TestDuplicates(t *testing.T) {
	calltest.Duplicates(t, "call_test.go", map[string]func(*testing.T){
		"TestSalesAnswers":             TestSalesAnswers,
		"TestNobodyAnswers":            TestNobodyAnswers,
		"TestSalesIsBusy":              TestSalesIsBusy,
		"TestSalesCannotBeReached":     TestSalesCannotBeReached,
		"TestSalesTalksForTooLong":     TestSalesTalksForTooLong,
		"TestCallerGivesUp":            TestCallerGivesUp,
		"TestHoursByKey":               TestHoursByKey,
		"TestHoursBySpeech":            TestHoursBySpeech,
		"TestMessageByKey":             TestMessageByKey,
		"TestMessageBySpeech":          TestMessageBySpeech,
		"TestMessageIsEndedByKey":      TestMessageIsEndedByKey,
		"TestSilenceIsAskedThreeTimes": TestSilenceIsAskedThreeTimes,
		"TestWrongChoices":             TestWrongChoices,
		"TestThreeWrongKeys":           TestThreeWrongKeys,
		"TestCallerHangsUpAtOnce":      TestCallerHangsUpAtOnce,
		"TestCity":                     TestCity,
		"TestOutbound":                 TestOutbound,
		"TestOutboundBusy":             TestOutboundBusy,
		"TestByGET":                    TestByGET,
		"TestRandomCallers":            TestRandomCallers,
		"TestConfirmedParametersOnly":  TestConfirmedParametersOnly,
	})
}
