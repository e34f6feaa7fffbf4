package weather_test

import (
	"testing"

	"github.com/voxhook/voxhook/examples/internal/calltest"
)

// Every call goes as it should on bad days of the network, and no webhook runs
// twice if an idempotency.Handler is around the app.
func TestDuplicates(t *testing.T) {
	calltest.Duplicates(t, "call_test.go", map[string]func(*testing.T){
		"TestByKey":                TestByKey,
		"TestBySpeech":             TestBySpeech,
		"TestSecondTryAtTheSum":    TestSecondTryAtTheSum,
		"TestWrongKeysForTheSum":   TestWrongKeysForTheSum,
		"TestWrongWordsForTheSum":  TestWrongWordsForTheSum,
		"TestSilenceForTheSum":     TestSilenceForTheSum,
		"TestUnknownZipCode":       TestUnknownZipCode,
		"TestShortZipCode":         TestShortZipCode,
		"TestZipCodeWithoutDigits": TestZipCodeWithoutDigits,
		"TestSilenceForTheZipCode": TestSilenceForTheZipCode,
		"TestThirdTimeIsTheLast":   TestThirdTimeIsTheLast,
		"TestNotAgain":             TestNotAgain,
	})
}
