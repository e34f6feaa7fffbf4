package sim

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// DeclinedCard is the number of a valid card that every connector declines. It
// is a well-known test number.
const DeclinedCard = "4000000000000002"

// cards lists the brands by the first digits of their numbers. The first match
// is used.
var cards = []struct {
	brand    voxml.CardType
	from, to string // range of the first digits; their length is significant
	shortest int    // digits in the whole number
	longest  int
}{
	{voxml.CardTypeEnRoute, "2014", "2014", 15, 15},
	{voxml.CardTypeEnRoute, "2149", "2149", 15, 15},
	{voxml.CardTypeVisa, "4", "4", 13, 19},
	{voxml.CardTypeMastercard, "51", "55", 16, 16},
	{voxml.CardTypeMastercard, "2221", "2720", 16, 16},
	{voxml.CardTypeAmex, "34", "34", 15, 15},
	{voxml.CardTypeAmex, "37", "37", 15, 15},
	{voxml.CardTypeDiscover, "6011", "6011", 16, 19},
	{voxml.CardTypeDiscover, "644", "659", 16, 19},
	{voxml.CardTypeJCB, "3528", "3589", 16, 19},
	{voxml.CardTypeDinersClub, "300", "305", 14, 19},
	{voxml.CardTypeDinersClub, "36", "36", 14, 19},
	{voxml.CardTypeDinersClub, "38", "38", 14, 19},
	{voxml.CardTypeMaestro, "50", "50", 12, 19},
	{voxml.CardTypeMaestro, "56", "58", 12, 19},
	{voxml.CardTypeMaestro, "6304", "6304", 12, 19},
	{voxml.CardTypeMaestro, "67", "67", 12, 19},
}

// brandOf returns the brand of a card number, or "" if the number is invalid.
func brandOf(number string) voxml.CardType {
	for _, card := range cards {
		if len(number) < card.shortest || len(number) > card.longest {
			continue
		}
		if start := number[:len(card.from)]; start < card.from || start > card.to {
			continue
		}
		// Numbers of enRoute have no check digit.
		if card.brand == voxml.CardTypeEnRoute || luhn(number) {
			return card.brand
		}
		return ""
	}
	return ""
}

// IsCard reports whether digits look like a card number.
func IsCard(digits string) bool { return brandOf(digits) != "" }

// luhn reports whether the check digit of a card number is right.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isRouting reports whether number is a valid bank routing number.
func isRouting(number string) bool {
	if len(number) != 9 {
		return false
	}
	sum := 0
	for i := range len(number) {
		sum += int(number[i]-'0') * [...]int{3, 7, 1}[i%3]
	}
	return sum%10 == 0 && number != "000000000"
}

// expires reports whether date is valid, as MMYY, and the card has not expired.
func expires(date string, now time.Time) bool {
	t, err := time.Parse("0106", date)
	return err == nil && t.AddDate(0, 1, 0).After(now)
}

// Masked replaces all but the last four characters of a number. It replaces all
// characters of a number with fewer than eight.
func Masked(number string) string {
	shown := 4
	if len(number) < 2*shown {
		shown = 0
	}
	return strings.Repeat("x", len(number)-shown) + number[len(number)-shown:]
}
