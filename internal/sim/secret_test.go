package sim

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSecretsInSentences(t *testing.T) {
	for text, want := range map[string]string{
		"POST /status?token=abcdef, attempt 2":               "POST /status?token=xxxxx, attempt 2",
		"POST /status?token=abcdef: the app answered":        "POST /status?token=xxxxx: the app answered",
		"see /a?token=abcdef; (/b?key=abcdef), /c?sig=abcd.": "see /a?token=xxxxx; (/b?key=xxxxx), /c?sig=xxxxx.",
		"Is it [/a?token=abcdef]? No, /b?token=abcdef!":      "Is it [/a?token=xxxxx]? No, /b?token=xxxxx!",
		"/a?token=ab,cd:ef.gh!&b=1, attempt 2":               "/a?token=xxxxx!&b=1, attempt 2",
		"/a?token=ab,cd:ef.gh):":                             "/a?token=xxxxx):",
		"/a?b=1&jwt=eyJh.eyJz.c2ln==, attempt 2":             "/a?b=1&jwt=xxxxx, attempt 2",
		"/a?next=%2Fb%3Ftoken%3Dabcdef, attempt 2":           "/a?next=%2Fb%3Ftoken%3Dxxxxx, attempt 2",
		"/a?key=123, attempt 2":                              "/a?key=123, attempt 2", // keys of a telephone
		"/a?key=1234, attempt 2":                             "/a?key=xxxxx, attempt 2",
	} {
		assert.Equal(t, want, withoutSecrets(text))
	}
}
