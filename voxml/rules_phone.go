package voxml

import "strings"

// phone checks a number to dial.
func (k *checker) phone(field, s string) {
	k.expansion(field, s)
	s = strings.TrimFunc(s, isSpace) // reported elsewhere
	if s == "" || strings.Contains(s, "${") || isSIP(s) {
		return
	}
	const format = "0123456789 +-.()/*#"
	switch {
	case !strings.ContainsAny(s, "0123456789"):
		k.report(rulePhoneNumber, field, "is not a phone number: use digits, as in +14025550100")
	case len(s) > 4 && strings.EqualFold(s[:4], "tel:"):
		k.report(rulePhoneNumber, field, "is a URL: remove tel:")
	case strings.ContainsAny(s, ",;"):
		k.report(rulePhoneNumber, field, "has a comma or a semicolon: use one Number for each phone number, and sendDigits for an extension")
	case strings.ContainsFunc(s, isLetter):
		k.report(rulePhoneNumber, field, "has letters: use digits only, and put an extension into sendDigits of a Number")
	case strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(format, r) }):
		k.report(rulePhoneNumber, field, "has characters that do not belong in a phone number: use digits, a plus at the start, and spaces or -.()/ as separators")
	case strings.LastIndexByte(s, '+') > 0:
		k.report(rulePhoneNumber, field, "has a plus that is not at the start: remove it")
	}
}

// callerID checks the number that the dialed party sees.
func (k *checker) callerID(attr, s string) {
	s = k.space(attr, s)
	switch strings.ToLower(s) {
	case "anonymous", "restricted", "private", "unavailable", "unknown": // From of a withheld caller
		return
	}
	k.phone(attr, s)
}

// isSIP reports whether s is a SIP URI, which the platform can send in From.
func isSIP(s string) bool {
	scheme, rest, _ := strings.Cut(s, ":")
	return rest != "" && (strings.EqualFold(scheme, "sip") || strings.EqualFold(scheme, "sips"))
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
