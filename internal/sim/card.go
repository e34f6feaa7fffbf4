package sim

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// DeclinedCard is the number of a card that is valid and that every connector
// refuses. It is one of the well-known test numbers.
const DeclinedCard = "4000000000000002"

// cards are the brands, by how their numbers begin. The first that fits
// counts.
var cards = []struct {
	brand    voxml.CardType
	from, to string // of the first digits; as many as these have
	shortest int    // digits of a whole number
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

// brandOf returns the brand of a card by its number, or "" if the number is
// wrong.
func brandOf(number string) voxml.CardType {
	for _, card := range cards {
		if len(number) < card.shortest || len(number) > card.longest {
			continue
		}
		if start := number[:len(card.from)]; start < card.from || start > card.to {
			continue
		}
		// The numbers of enRoute have no check digit.
		if card.brand == voxml.CardTypeEnRoute || luhn(number) {
			return card.brand
		}
		return ""
	}
	return ""
}

// IsCard reports whether digits are the number of a card, as far as one can
// tell.
func IsCard(digits string) bool { return brandOf(digits) != "" }

// luhn checks the last digit of a card's number.
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

// isRouting checks the routing number of a bank.
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

// expires reports whether a date MMYY is one, and not before now.
func expires(date string, now time.Time) bool {
	t, err := time.Parse("0106", date)
	return err == nil && t.AddDate(0, 1, 0).After(now)
}

// Masked leaves the last four characters of a number that is long enough to
// hide the rest, else none.
func Masked(number string) string {
	shown := 4
	if len(number) < 2*shown {
		shown = 0
	}
	return strings.Repeat("x", len(number)-shown) + number[len(number)-shown:]
}
