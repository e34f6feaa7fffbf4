package voxml

import "unicode/utf8"

// Places where a string can be written. The characters to escape differ.
const (
	inText uint8 = 1 << iota
	inAttr
)

// escapes holds, for each byte, the places where it must be escaped, or where
// the whole character must be examined.
var escapes = func() (t [256]uint8) {
	for c := range t {
		if c < ' ' || c >= utf8.RuneSelf {
			t[c] = inText | inAttr
		}
	}
	t['\t'], t['\n'], t['"'] = inAttr, inAttr, inAttr
	t['&'], t['<'], t['>'] = inText|inAttr, inText|inAttr, inText|inAttr
	return t
}()

// replacement replaces characters that XML does not allow.
const replacement = "\uFFFD"

func escape(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\t':
		return "&#x9;"
	case '\n':
		return "&#xA;"
	case '\r':
		return "&#xD;"
	}
	return replacement
}

// appendEscaped appends s, escaped so that an XML parser reads s back.
func appendEscaped(b []byte, s string, where uint8) []byte {
	done := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			if i = plain(s, i); i == len(s) {
				break
			}
		}
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if escapes[c]&where != 0 {
				b = append(b, s[done:i-1]...)
				b = append(b, escape(c)...)
				done = i
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
			b = append(b, s[done:i-n]...)
			b = append(b, replacement...)
			done = i
		}
	}
	return append(b, s[done:]...)
}

// plain returns the offset of the first byte of s, from i on, that may need
// escaping, or the length of s. It looks at eight bytes at a time; see
// BenchmarkAppendXML.
func plain(s string, i int) int {
	const (
		ones = 0x0101010101010101
		high = 0x80 * ones
	)
	for ; i+8 <= len(s); i += 8 {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		// Each subtraction sets the high bit of a byte from which it borrows.
		// The borrow can also set the high bit of the next byte. That costs
		// time and does no harm.
		control := x - ' '*ones
		quoteOrAmp := (x | 4*ones) ^ '&'*ones - ones    // " is & without bit 4
		lessOrGreater := (x | 2*ones) ^ '>'*ones - ones // < is > without bit 2
		if (control|quoteOrAmp|lessOrGreater|x)&high != 0 {
			break
		}
	}
	for i < len(s) && escapes[s[i]] == 0 {
		i++
	}
	return i
}
