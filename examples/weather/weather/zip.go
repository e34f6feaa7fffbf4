package weather

import (
	"iter"
	"slices"
	"strings"
	"unicode"
)

// reports maps zip codes to made-up weather.
var reports = map[string]string{
	"02108": "In Boston it is cloudy, with wind from the sea, and 61 degrees.",
	"10001": "In New York it is sunny, and 70 degrees.",
	"33130": "In Miami there is a thunderstorm, and it is 88 degrees.",
	"60601": "In Chicago it is windy, and 58 degrees.",
	"68102": "In Omaha it is clear, and 75 degrees.",
	"80202": "In Denver there is light snow, and it is 30 degrees.",
	"94103": "In San Francisco there is fog, and it is 57 degrees.",
	"98101": "In Seattle it is raining, and 54 degrees.",
}

// digitNames are the spoken digits.
var digitNames = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// readZip returns the five digits of a zip code, or "" if the caller did not
// give five digits. Keys override speech.
func readZip(keys, speech string) string {
	zip := keys
	if keys == "" {
		zip = spokenDigits(speech)
	}
	if len(zip) != 5 || !isDigits(zip) {
		return ""
	}
	return zip
}

// spokenDigits returns the digits in recognized speech, which may be words or
// figures: "It's six eight, 1 oh two." It ignores other words.
func spokenDigits(speech string) string {
	var digits strings.Builder
	for word := range words(speech) {
		switch i := slices.Index(digitNames, word); {
		case isDigits(word):
			digits.WriteString(word)
		case i >= 0:
			digits.WriteByte('0' + byte(i))
		case word == "oh", word == "o":
			digits.WriteByte('0')
		}
	}
	return digits.String()
}

// isDigits reports whether s has only the characters 0 to 9.
func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// words returns the words and figures of speech, in lower case.
func words(speech string) iter.Seq[string] {
	return strings.FieldsFuncSeq(strings.ToLower(speech), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
