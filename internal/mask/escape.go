package mask

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes holds the bytes that can begin an escape.
const escapes = `\%&`

// maxEscapes is how many nested levels of escapes are decoded. JSON inside JSON
// inside a query has three.
const maxEscapes = 8

// unescaped returns s with its escapes decoded. A value that contains what
// looks like an escape then matches a text that quotes the value.
func unescaped(s string) string {
	in := source{text: []byte(s), size: len(s)}
	for range maxEscapes {
		out, ok := in.unescape()
		if !ok {
			break
		}
		in = out
	}
	return string(in.text)
}

// A source is a text to search for values. It records where its bytes are in
// the original text.
type source struct {
	text  []byte
	start []int // the offset of each byte in the original; nil if text is the original
	size  int   // of the original
}

// offset returns the offset in the original at which byte i begins.
func (s *source) offset(i int) int {
	switch {
	case s.start == nil:
		return i
	case i < len(s.start):
		return s.start[i]
	}
	return s.size
}

// end returns the offset in the original at which the bytes before i end.
func (s *source) end(i int) int {
	for ; i > 0 && i < len(s.text) && s.offset(i) == s.offset(i-1); i++ {
		// both bytes belong to one escape
	}
	return s.offset(i)
}

// unescape decodes the escapes of queries, JSON, Go strings and XML. It reports
// whether it found any.
func (s *source) unescape() (out source, ok bool) {
	if !bytes.ContainsAny(s.text, escapes) {
		return *s, false
	}
	out = source{make([]byte, 0, len(s.text)), make([]int, 0, len(s.text)), s.size}
	for i := 0; i < len(s.text); {
		from := len(out.text)
		n := 0
		switch s.text[i] {
		case '\\':
			out.text, n = appendBackslash(out.text, s.text[i:])
		case '%':
			out.text, n = appendHex(out.text, s.text[i:], 1, 2)
		case '&':
			out.text, n = appendEntity(out.text, s.text[i:])
		}
		ok = ok || n > 0
		if n == 0 {
			out.text, n = append(out.text, s.text[i]), 1
		}
		for range out.text[from:] {
			out.start = append(out.start, s.offset(i))
		}
		i += n
	}
	return out, ok
}

// backslashes maps the letter of a one-letter escape to its character.
var backslashes = [256]byte{
	'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
	'\\': '\\', '"': '"', '\'': '\'', '/': '/',
}

// appendBackslash decodes the escape at the start of text and appends its
// character. It also returns the size of the escape, or zero if there is none.
func appendBackslash(dst, text []byte) ([]byte, int) {
	if len(text) < 2 {
		return dst, 0
	}
	if c := backslashes[text[1]]; c != 0 {
		return append(dst, c), 2
	}
	switch text[1] {
	case 'x':
		return appendHex(dst, text, 2, 2)
	case 'U':
		return appendHex(dst, text, 2, 8)
	case 'u':
		high, low := hexNumber(text, 2, 4), -1
		if len(text) > 8 && text[6] == '\\' && text[7] == 'u' {
			low = hexNumber(text, 8, 4)
		}
		if r := utf16.DecodeRune(rune(high), rune(low)); r != utf8.RuneError {
			return utf8.AppendRune(dst, r), 12
		}
		return appendHex(dst, text, 2, 4)
	}
	return dst, 0
}

// appendHex appends the character whose hexadecimal number has n digits at
// text[at:]: a byte if n is 2, and a rune otherwise.
func appendHex(dst, text []byte, at, n int) ([]byte, int) {
	number := hexNumber(text, at, n)
	switch {
	case number < 0:
		return dst, 0
	case n == 2:
		return append(dst, byte(number)), at + n
	}
	return utf8.AppendRune(dst, rune(number)), at + n
}

// hexNumber returns the hexadecimal number with n digits at text[at:], or -1.
func hexNumber(text []byte, at, n int) int {
	if len(text) < at+n {
		return -1
	}
	number, err := strconv.ParseUint(string(text[at:at+n]), 16, 32)
	if err != nil {
		return -1
	}
	return int(number)
}

// maxEntity is the length in bytes of the longest entity that is decoded.
const maxEntity = 12

// appendEntity decodes the entity at the start of text, like appendBackslash.
func appendEntity(dst, text []byte) ([]byte, int) {
	n := bytes.IndexByte(text[:min(len(text), maxEntity)], ';') + 1
	entity := string(text[:n])
	if plain := html.UnescapeString(entity); plain != entity {
		return append(dst, plain...), n
	}
	return dst, 0
}
