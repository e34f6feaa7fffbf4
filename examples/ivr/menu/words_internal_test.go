package menu

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/voxhook/voxhook/examples/internal/calltest"
)

// Without a number to dial, the document is invalid. The caller hears the
// Fallback, and the log names the invalid field.
func TestFallback(t *testing.T) {
	calltest.Webhooks(t, func(log *slog.Logger) http.Handler { return menu{log: log}.routes() }, "testdata/fallback.txt")
}

func TestChoose(t *testing.T) {
	for speech, want := range map[string]choice{
		"SALES":                   choseSales,
		"Sales—now!":              choseSales,
		"the sales' desk":         choseSales,
		"opening-hours":           choseHours,
		"what are your\nHours?":   choseHours,
		"A MESSAGE for sales":     choseMessage,
		"messages from the hours": choseHours,
		"salesman":                0,
		"wholesales":              0,
		"":                        0,
		"\xff\xfe":                0,
	} {
		assert.Equal(t, want, choose("", speech), "%q", speech)
	}
	for digits, want := range map[string]choice{"1": choseSales, "2": choseHours, "3": choseMessage, "0": 0, "4": 0, "11": 0, "*": 0, " 1": 0} {
		assert.Equal(t, want, choose(digits, "sales"), "%q", digits)
	}
}

func TestTitleCase(t *testing.T) {
	for in, want := range map[string]string{
		"  NEW  YORK ":        "New  York",
		"O'FALLON":            "O'Fallon",
		"O’FALLON":            "O’Fallon",
		"LAND'S END":          "Land's End",
		"COEUR D'ALENE":       "Coeur D'Alene",
		"WINSTON-SALEM":       "Winston-Salem",
		"SÃO PAULO":           "São Paulo",
		"SA\u0303O PAULO":     "Sa\u0303o Paulo",
		"ŁÓDŹ":                "Łódź",
		"東京":                  "東京",
		"29 PALMS":            "29 Palms",
		"TRUTH OR 2ND CHANCE": "Truth Or 2nd Chance",
		"''":                  "''",
		" ":                   "",
		"\xff":                "\uFFFD",
	} {
		assert.Equal(t, want, titleCase(in), "%q", in)
	}
}
