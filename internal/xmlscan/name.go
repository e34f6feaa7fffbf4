package xmlscan

import (
	"strings"
	"unicode/utf8"
)

// IsName reports whether s is a Name of XML 1.0, section 2.3, with at most one
// prefix.
func IsName(s string) bool {
	if prefix, local, ok := strings.Cut(s, ":"); ok {
		return isPart(prefix) && isPart(local)
	}
	return isPart(s)
}

// isPart reports whether s is a Name without a colon.
func isPart(s string) bool {
	for i, r := range s {
		if !isNameStart(r) && (i == 0 || !isNameRest(r)) {
			return false
		}
	}
	return s != "" && utf8.ValidString(s)
}

func isNameStart(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_':
		return true
	case r < 0xC0, r == 0xD7, r == 0xF7, r == 0x37E:
		return false
	case r <= 0x2FF, 0x370 <= r && r <= 0x1FFF, r == 0x200C, r == 0x200D,
		0x2070 <= r && r <= 0x218F, 0x2C00 <= r && r <= 0x2FEF,
		0x3001 <= r && r <= 0xD7FF, 0xF900 <= r && r <= 0xFDCF,
		0xFDF0 <= r && r <= 0xFFFD, 0x10000 <= r && r <= 0xEFFFF:
		return true
	}
	return false
}

func isNameRest(r rune) bool {
	return r == '-' || r == '.' || '0' <= r && r <= '9' || r == 0xB7 ||
		0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}

// IsChar reports whether XML can carry r: Char of XML 1.0, section 2.2.
func IsChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}
