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

// Errors of values. Their texts continue a sentence that begins with the
// parameter's name. They never contain the value.
var (
	ErrText    = errors.New("is not valid UTF-8 without NUL")
	ErrInt     = errors.New("is not an integer")
	ErrNumber  = errors.New("is not a finite decimal number")
	ErrBool    = errors.New("is neither true nor false")
	ErrSeconds = errors.New("is not a number of seconds")
	ErrTime    = errors.New("is not an RFC 3339 or RFC 2822 time in the years 1 to 9999")
)

// Plain reports whether text is ASCII without NUL, so that no part of it needs
// [Text]. It tests eight bytes at a time.
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

// Text returns s with each invalid byte of UTF-8, and each NUL, replaced by
// U+FFFD. If it replaced any, it also returns [ErrText].
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

// Int parses a decimal integer.
func Int(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, ErrInt
	}
	return n, nil
}

// Number parses a finite decimal number.
func Number(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(s, "_xX") {
		return 0, ErrNumber
	}
	return f, nil
}

// Bool parses true or false in the spellings of [strconv.ParseBool].
func Bool(s string) (bool, error) {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, ErrBool
	}
	return b, nil
}

// Seconds parses a number of seconds with an optional decimal fraction. It
// ignores digits of the fraction after the ninth.
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
	if d < 0 { // overflow
		return 0, ErrSeconds
	}
	return d, nil
}

// FormatSeconds returns the text that [Seconds] parses as d. The argument d
// must not be negative.
func FormatSeconds(d time.Duration) string {
	text := strconv.FormatInt(int64(d/time.Second), 10)
	if fraction := int64(d % time.Second); fraction > 0 {
		digits := strconv.FormatInt(int64(time.Second)+fraction, 10)[1:]
		text += "." + strings.TrimRight(digits, "0")
	}
	return text
}

// Phone returns a phone number with its plus restored. If the sender did not
// escape the plus, it arrives as a space.
func Phone(s string) string {
	if len(s) > 1 && s[0] == ' ' && '0' <= s[1] && s[1] <= '9' {
		return "+" + s[1:]
	}
	return s
}
