package voxml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (k *checker) say(n Say) {
	text, field := n.Text, "Text"
	if len(n.SSML) > 0 {
		text, field = n.SSML.Text(), "SSML"
	}
	if n.Text == "" && len(n.SSML) == 0 {
		k.report(ruleEmpty, "", "says nothing: add text, or remove it")
	}
	if count := utf8.RuneCountInString(text); count > maxSpoken {
		k.report(ruleSayLength, field, fmt.Sprintf("has %d characters, more than %d: split it into several Says", count, maxSpoken))
	}
	k.expansion(field, text)
	k.escapedTwice(field, text)
	if strings.Contains(n.Text, "/>") || strings.Contains(n.Text, "</") {
		k.report(ruleSSML, field, "seems to contain tags, which are spoken as text: use the field SSML")
	}
	k.voice(n)
}

// value checks the value of a Set.
func (k *checker) value(s string) {
	if count := utf8.RuneCountInString(s); count > maxVariable {
		k.report(ruleSetValue, "Value", fmt.Sprintf("has %d characters, more than %d: shorten it", count, maxVariable))
	}
	k.expansion("Value", s)
	k.escapedTwice("Value", s)
}

// expansion reports text that seems to contain a variable.
func (k *checker) expansion(field, s string) {
	if strings.Contains(s, "${") {
		k.report(ruleExpansion, field, "contains ${, which the platform documents for expressions only and may keep as text: write the value itself")
	}
}

// escapedTwice reports text that contains XML references, and returns whether
// it does. Encoding escapes them again, so they would be spoken or sent as they
// are.
func (k *checker) escapedTwice(field, s string) bool {
	for {
		start := strings.IndexByte(s, '&')
		if start < 0 {
			return false
		}
		s = s[start+1:]
		if name, _, ok := strings.Cut(s[:min(len(s), longestReference)], ";"); ok && isReference(name) {
			k.report(ruleEscapedTwice, field, "contains an XML reference such as &amp;, which is escaped again: write the character itself")
			return true
		}
	}
}

// longestReference is the length of the longest reference and its semicolon.
const longestReference = len("#x10FFFF;")

// isReference reports whether a name is that of a character in XML, or nbsp,
// which is HTML.
func isReference(name string) bool {
	switch name {
	case "amp", "apos", "gt", "lt", "nbsp", "quot":
		return true
	}
	if digits, ok := strings.CutPrefix(name, "#x"); ok {
		return digits != "" && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
	}
	digits, ok := strings.CutPrefix(name, "#")
	return ok && isDigits(digits)
}
