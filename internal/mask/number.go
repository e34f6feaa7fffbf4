package mask

import "strings"

// Number returns the printable part of a phone number, such as "+1402…00". For
// anything other than a plus and 10 to 15 digits, it returns "…".
func Number(s string) string {
	const hidden = "…"
	digits, ok := strings.CutPrefix(s, "+")
	if !ok || len(digits) < 10 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return hidden
	}
	return s[:5] + hidden + s[len(s)-2:]
}

// Name returns the name of a parameter or variable if it looks like one, and
// "…" otherwise.
func Name(s string) string {
	if len(s) == 0 || len(s) > 64 || !isLetter(s[0]) {
		return "…"
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || c > '9') && c != '.' && c != '-' {
			return "…"
		}
	}
	return s
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
