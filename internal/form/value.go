package form

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Errors of values. Their texts continue a sentence about the parameter and
// never hold the value.
var (
	ErrText    = errors.New("is not UTF-8 text without NUL")
	ErrInt     = errors.New("is not an integer")
	ErrNumber  = errors.New("is not a finite decimal number")
	ErrBool    = errors.New("is neither true nor false")
	ErrSeconds = errors.New("is not a number of seconds")
	ErrTime    = errors.New("is not a time of RFC 3339 or RFC 2822 between the years 1 and 9999")
)

// Plain reports whether all bytes of text are ASCII and none is NUL, so that
// every part of it is good text. It looks at eight bytes at a time.
func Plain(text []byte) bool {
	const low, high = 0x0101010101010101, 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		if x := binary.LittleEndian.Uint64(text); (x|(x-low))&high != 0 {
			return false
		}
	}
	for _, c := range text {
		if c == 0 || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Text returns s with each byte that is not valid UTF-8, and each NUL, replaced
// by U+FFFD. It fails with [ErrText] if it had to replace one.
func Text(s string) (string, error) {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s, nil
	}
	return strings.Map(func(r rune) rune {
		if r == 0 {
			return utf8.RuneError
		}
		return r
	}, s), ErrText
}

// Int reads a decimal integer.
func Int(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, ErrInt
	}
	return n, nil
}

// Number reads a finite decimal number.
func Number(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(s, "_xX") {
		return 0, ErrNumber
	}
	return f, nil
}

// Bool reads true or false in the spellings of [strconv.ParseBool].
func Bool(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, ErrBool
	}
	return b, nil
}

// Seconds reads a number of seconds with or without a decimal fraction. Digits
// after the ninth of the fraction are dropped.
func Seconds(s string) (time.Duration, error) {
	whole, fraction, hasFraction := strings.Cut(s, ".")
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil || n > math.MaxInt64/uint64(time.Second) {
		return 0, ErrSeconds
	}
	d := time.Duration(n) * time.Second
	if hasFraction && fraction == "" {
		return 0, ErrSeconds
	}
	for i, unit := 0, time.Second/10; i < len(fraction); i, unit = i+1, unit/10 {
		c := fraction[i]
		if c < '0' || c > '9' {
			return 0, ErrSeconds
		}
		d += time.Duration(c-'0') * unit
	}
	if d < 0 { // more than a Duration holds
		return 0, ErrSeconds
	}
	return d, nil
}

// FormatSeconds returns the text that [Seconds] reads as d, which must not be
// negative.
func FormatSeconds(d time.Duration) string {
	text := strconv.FormatInt(int64(d/time.Second), 10)
	if fraction := int64(d % time.Second); fraction > 0 {
		digits := strconv.FormatInt(int64(time.Second)+fraction, 10)[1:]
		text += "." + strings.TrimRight(digits, "0")
	}
	return text
}

// Phone reads a telephone number. A plus that the sender did not escape
// arrives as a space and is restored.
func Phone(s string) string {
	if len(s) > 1 && s[0] == ' ' && '0' <= s[1] && s[1] <= '9' {
		return "+" + s[1:]
	}
	return s
}
