package voxml_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxml/ssml"
)

func TestEscape(t *testing.T) {
	for _, tt := range []struct {
		name, in, text, attr string
	}{
		{"plain", "For sales, press 1.", "For sales, press 1.", "For sales, press 1."},
		{"ampersand", "a&b", "a&amp;b", "a&amp;b"},
		{"entity", "&amp;&#38;", "&amp;amp;&amp;#38;", "&amp;amp;&amp;#38;"},
		{"tag", "<Hangup/>", "&lt;Hangup/&gt;", "&lt;Hangup/&gt;"},
		{"end tag", "</Say>", "&lt;/Say&gt;", "&lt;/Say&gt;"},
		{"CDATA", "<![CDATA[x]]>", "&lt;![CDATA[x]]&gt;", "&lt;![CDATA[x]]&gt;"},
		{"comment", "<!-- x -->", "&lt;!-- x --&gt;", "&lt;!-- x --&gt;"},
		{"instruction", "<?x y?>", "&lt;?x y?&gt;", "&lt;?x y?&gt;"},
		{"double quote", `say "hi"`, `say "hi"`, "say &quot;hi&quot;"},
		{"single quote", "it's", "it's", "it's"},
		{"end of attribute", `" x="`, `" x="`, "&quot; x=&quot;"},
		{"tab", "a\tb", "a\tb", "a&#x9;b"},
		{"line feed", "a\nb", "a\nb", "a&#xA;b"},
		{"carriage return", "a\rb", "a&#xD;b", "a&#xD;b"},
		{"both", "a\r\nb", "a&#xD;\nb", "a&#xD;&#xA;b"},
		{"spaces", "  a  ", "  a  ", "  a  "},
		{"null", "a\x00b", "a\uFFFDb", "a\uFFFDb"},
		{"escape", "\x1b[0m", "\uFFFD[0m", "\uFFFD[0m"},
		{"delete", "a\x7fb", "a\x7fb", "a\x7fb"},
		{"C1 control", "a\u0085b", "a\u0085b", "a\u0085b"},
		{"line separator", "a\u2028b", "a\u2028b", "a\u2028b"},
		{"Latin", "Grüße", "Grüße", "Grüße"},
		{"Chinese", "请按一", "请按一", "请按一"},
		{"astral", "a😀b", "a😀b", "a😀b"},
		{"last of the basic plane", "\uFFFD", "\uFFFD", "\uFFFD"},
		{"U+FFFE", "a\uFFFEb", "a\uFFFDb", "a\uFFFDb"},
		{"U+FFFF", "a\uFFFFb", "a\uFFFDb", "a\uFFFDb"},
		{"U+FDD0", "a\uFDD0b", "a\uFDD0b", "a\uFDD0b"},
		{"U+1FFFE", "a\U0001FFFEb", "a\U0001FFFEb", "a\U0001FFFEb"},
		{"last character", "\U0010FFFF", "\U0010FFFF", "\U0010FFFF"},
		{"beyond the last character", "\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"high surrogate", "a\xed\xa0\x80b", "a\uFFFD\uFFFD\uFFFDb", "a\uFFFD\uFFFD\uFFFDb"},
		{"surrogate pair", "\xed\xa0\xbd\xed\xb8\x80", strings.Repeat("\uFFFD", 6), strings.Repeat("\uFFFD", 6)},
		{"Latin-1", "Gr\xfc\xdfe", "Gr\uFFFD\uFFFDe", "Gr\uFFFD\uFFFDe"},
		{"cut off", "a\xe2\x82", "a\uFFFD\uFFFD", "a\uFFFD\uFFFD"},
		{"lone continuation", "\x80a", "\uFFFDa", "\uFFFDa"},
		{"overlong slash", "\xc0\xaf", "\uFFFD\uFFFD", "\uFFFD\uFFFD"},
		{"overlong tag", "\xc0\xbcHangup/>", "\uFFFD\uFFFDHangup/&gt;", "\uFFFD\uFFFDHangup/&gt;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, "<Response><Say>"+tt.text+"</Say></Response>",
				encode(t, voxml.Response{voxml.Say{Text: tt.in}}))
			assert.Equal(t, "<Response><Say>"+tt.text+"</Say></Response>",
				encode(t, voxml.Response{voxml.Say{SSML: ssml.Speech{ssml.Text(tt.in)}}}))
			assert.Equal(t, `<Response><Say voice="`+tt.attr+`"/></Response>`,
				encode(t, voxml.Response{voxml.Say{Voice: tt.in}}))
			assert.Equal(t, `<Response><Say x="`+tt.attr+`"/></Response>`,
				encode(t, voxml.Response{voxml.Say{Attrs: voxml.Attrs{{Name: "x", Value: tt.in}}}}))
		})
	}
}

// TestEscapeReadsBack sends each of the first characters of Unicode, those
// around the borders of what XML can carry, and every single byte, alone and
// between others, through a document and back.
func TestEscapeReadsBack(t *testing.T) {
	var inputs []string
	for r := range rune(0x300) {
		inputs = append(inputs, string(r))
	}
	for _, r := range []rune{0xD7FF, 0xE000, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFF, 0x10FFFE, utf8.MaxRune} {
		inputs = append(inputs, string(r))
	}
	for c := range 0x100 {
		inputs = append(inputs, string([]byte{byte(c)}))
	}
	for _, in := range inputs {
		for _, s := range []string{in, "a" + in + "b", in + in, "ü" + in + "😀"} {
			root := decode(t, voxml.Response{voxml.Say{Text: s, Voice: s}})
			say := root.find("Say")
			require.Equal(t, carried(s), say.text, "%q", s)
			voice, _ := say.attr("voice")
			require.Equal(t, carried(s), voice, "%q", s)
		}
	}
}

// TestEscapeOffsets puts every byte at every offset of a word of memory, alone
// and after another character that is escaped.
func TestEscapeOffsets(t *testing.T) {
	const around = "0123456789abcdefghijklmn"
	for c := range 0x100 {
		for i := range 17 {
			for _, s := range []string{around[:i] + string([]byte{byte(c)}) + around[i:], "<é" + around[:i] + string([]byte{byte(c)}) + around[i:] + "&"} {
				escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;").Replace(carried(s))
				require.Equal(t, "<Response><Say>"+escaped+"</Say></Response>", encode(t, voxml.Response{voxml.Say{Text: s}}))
				escaped = strings.NewReplacer(`"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;").Replace(escaped)
				require.Equal(t, `<Response><Say voice="`+escaped+`"/></Response>`, encode(t, voxml.Response{voxml.Say{Voice: s}}))
			}
		}
	}
}

// TestEscapeLists holds for the items of a list what holds for other values.
func TestEscapeLists(t *testing.T) {
	pay := voxml.Pay{ValidCardTypes: []voxml.CardType{`<&"`, "\x00", "visa"}}
	assert.Equal(t, "<Response><Pay validCardTypes=\"&lt;&amp;&quot; \uFFFD visa\"/></Response>",
		encode(t, voxml.Response{pay}))
}

// carried is s with U+FFFD for what XML 1.0, section 2.2, has no place for.
func carried(s string) string {
	var b strings.Builder
	for _, r := range s { // a byte that is not UTF-8 is U+FFFD here
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

// TestCarried keeps the oracle of this and the fuzz tests honest.
func TestCarried(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"a\t\r\n<&>\"'é😀":     "a\t\r\n<&>\"'é😀",
		"\x00\x08\x0b\x1f":    strings.Repeat("\uFFFD", 4),
		"\xff\xed\xa0\x80":    strings.Repeat("\uFFFD", 4),
		"\uFFFE\uFFFF":        "\uFFFD\uFFFD",
		"\uE000\U00010000":    "\uE000\U00010000",
		"\u007f\u0080\u009fx": "\u007f\u0080\u009fx",
	} {
		assert.Equal(t, want, carried(in), fmt.Sprintf("%q", in))
	}
}
