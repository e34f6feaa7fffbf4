package voxml_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// TestEscape tries the first characters of Unicode, the characters next to
// those that XML does not allow, and every single byte. It puts each at every
// offset of a machine word, alone and after another character that is escaped.
func TestEscape(t *testing.T) {
	const around = "0123456789abcdefghijklmn"
	inputs := []string{"\xed\xa0\x80", "\xed\xa0\xbd\xed\xb8\x80", "\xf4\x90\x80\x80", "\xc0\xaf", "\xc0\xbcHangup/>", "a\xe2\x82", "\r\n"}
	for r := range rune(0x300) {
		inputs = append(inputs, string(r))
	}
	for _, r := range []rune{0x2028, 0xD7FF, 0xE000, 0xFDD0, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFE, 0x10FFFE, utf8.MaxRune} {
		inputs = append(inputs, string(r))
	}
	for c := range 0x100 {
		inputs = append(inputs, string([]byte{byte(c)}))
	}
	inText := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	inAttr := strings.NewReplacer(`"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;")
	for _, in := range inputs {
		for i := range 17 {
			for _, s := range []string{around[:i] + in + around[i:], "<é" + around[:i] + in + in + around[i:] + "&"} {
				text := inText.Replace(carried(s))
				got := encode(t, voxml.Response{voxml.Say{Text: s, Voice: s}})
				require.Equal(t, `<Response><Say voice="`+inAttr.Replace(text)+`">`+text+"</Say></Response>", got)
			}
		}
		say := decode(t, voxml.Response{voxml.Say{Text: in, Voice: in}}).find("Say")
		require.Equal(t, carried(in), say.text, "%q", in)
		voice, _ := say.attr("voice")
		require.Equal(t, carried(in), voice, "%q", in)
	}
}

// carried returns s with U+FFFD for the characters that XML 1.0, section 2.2,
// does not allow.
func carried(s string) string {
	var b strings.Builder
	for _, r := range s { // invalid UTF-8 is U+FFFD here
		switch {
		case r == 0x9, r == 0xA, r == 0xD,
			0x20 <= r && r <= 0xD7FF,
			0xE000 <= r && r <= 0xFFFD,
			0x10000 <= r && r <= 0x10FFFF:
			b.WriteRune(r)
		default:
			b.WriteRune(0xFFFD)
		}
	}
	return b.String()
}
