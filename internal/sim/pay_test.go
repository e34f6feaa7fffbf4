package sim_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

const allCards = `<Pay action="/a" postalCode="false" securityCode="false" validCardTypes="visa mastercard amex maestro discover jcb diners-club enroute"/>`

// cards are the test numbers that payment processors publish, by brand. The
// numbers under "" are invalid: another brand, too short, too long, or just
// outside the ranges of Mastercard.
var cards = map[string]string{
	"visa":        "4111111111111111 4242424242424242 4012888888881881 4222222222222 4000000000000002",
	"mastercard":  "5555555555554444 5105105105105100 2223003122003222 2720990000000007",
	"amex":        "378282246310005 371449635398431 343434343434343",
	"discover":    "6011111111111117 6011000990139424 6445644564456445",
	"jcb":         "3530111333300000 3566002020360505",
	"diners-club": "30569309025904 38520000023237 36227206271667 36148900647913",
	"maestro":     "6759649826438453 5018000000000009 6771798021000008 6304000000000000",
	"enroute":     "201400000000009 214900000000001",
	"": "1234567812345670 411111111111 41111111111111111115 5610591081018250000000 37828224631000 " +
		"2220990000000009 2721000000000004 20140000000000",
}

func TestCards(t *testing.T) {
	enter := func(number string) *sim.Call {
		c := begin(t, app{"/": allCards})
		play(t, c, "press "+number+"#; try press 1239#")
		return c
	}
	for brand, numbers := range cards {
		for number := range strings.FieldsSeq(numbers) {
			c := enter(number)
			require.Equal(t, brand, sent("/a", "PaymentCardType")(c), number)
			if brand == "" {
				require.True(t, strings.HasPrefix(looks("detail entered")(c), "invalid-card-number|"), number)
				continue
			}
			last := len(number) - 4
			require.Equal(t, strings.Repeat("x", last)+number[last:], sent("/a", "PaymentCardNumber")(c))
			for i := 1; i < 10 && brand != "enroute"; i++ { // enRoute has no check digit
				digit, err := strconv.Atoi(number[len(number)-1:])
				require.NoError(t, err)
				wrong := fmt.Sprint(number[:len(number)-1], (digit+i)%10)
				require.Contains(t, looks("detail entered")(enter(wrong)), "invalid-card-number", wrong)
			}
		}
	}
}
