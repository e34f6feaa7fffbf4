package sim_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

const allCards = `<Pay action="/a" postalCode="false" securityCode="false" validCardTypes="visa mastercard amex maestro discover jcb diners-club enroute"/>`

// The test numbers that payment processors publish.
func TestCards(t *testing.T) {
	for _, tt := range []struct{ brand, number string }{
		{"visa", "4111111111111111"}, {"visa", "4242424242424242"}, {"visa", "4012888888881881"}, {"visa", "4222222222222"}, {"visa", "4000000000000002"},
		{"mastercard", "5555555555554444"}, {"mastercard", "5105105105105100"}, {"mastercard", "2223003122003222"}, {"mastercard", "2720990000000007"},
		{"amex", "378282246310005"}, {"amex", "371449635398431"}, {"amex", "343434343434343"},
		{"discover", "6011111111111117"}, {"discover", "6011000990139424"}, {"discover", "6445644564456445"},
		{"jcb", "3530111333300000"}, {"jcb", "3566002020360505"},
		{"diners-club", "30569309025904"}, {"diners-club", "38520000023237"}, {"diners-club", "36227206271667"}, {"diners-club", "36148900647913"},
		{"maestro", "6759649826438453"}, {"maestro", "5018000000000009"}, {"maestro", "6771798021000008"}, {"maestro", "6304000000000000"},
		{"enroute", "201400000000009"}, {"enroute", "214900000000001"},
	} {
		t.Run(tt.number, func(t *testing.T) {
			c := begin(t, app{"/": allCards})
			play(t, c, "press "+tt.number+"#; press 1239#")
			require.Equal(t, tt.brand, sent("/a", "PaymentCardType")(c))
			masked := sent("/a", "PaymentCardNumber")(c)
			require.Len(t, masked, len(tt.number))
			require.Equal(t, tt.number[len(tt.number)-4:], masked[len(masked)-4:])

			if tt.brand == "enroute" {
				return // without check digit
			}
			lastDigit, err := strconv.Atoi(tt.number[len(tt.number)-1:])
			require.NoError(t, err)
			for i := 1; i < 10; i++ {
				wrong := fmt.Sprint(tt.number[:len(tt.number)-1], (lastDigit+i)%10)
				c := begin(t, app{"/": allCards})
				play(t, c, "press "+wrong+"#")
				require.Equal(t, "invalid-card-number", details(sim.Entered)(c), wrong)
			}
		})
	}
}

func TestNoCards(t *testing.T) {
	for _, number := range []string{
		"1234567812345670",     // no brand
		"411111111111",         // too short
		"41111111111111111115", // too long
		"5610591081018250000000",
		"37828224631000",   // amex has 15
		"2220990000000009", // below mastercard
		"2721000000000004", // above
		"20140000000000",
	} {
		c := begin(t, app{"/": allCards})
		play(t, c, "press "+number+"#")
		require.Equal(t, "invalid-card-number", details(sim.Entered)(c), number)
	}
}

// A card is good until its month is over, wherever the call is.
func TestExpiration(t *testing.T) {
	for _, tt := range []struct {
		date  string
		start time.Time
		want  string
	}{
		{"0225", time.Date(2025, 2, 28, 23, 59, 50, 0, time.UTC), "ok|ok"},
		{"0225", time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), "ok|invalid-date"},
		{"1225", time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC), "ok|ok"},
		{"1225", time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), "ok|invalid-date"},
	} {
		c := begin(t, app{"/": allCards}, func(cfg *sim.Config) { cfg.Start = tt.start })
		play(t, c, "press 4111111111111111#"+tt.date+"#")
		require.Equal(t, tt.want, details(sim.Entered)(c), tt.date)
	}
}
