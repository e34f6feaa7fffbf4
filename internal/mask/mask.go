// Package mask replaces the values of a webhook's sensitive parameters in a
// text with the names of the parameters.
package mask

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	// shortest is the least length in bytes of a value that is replaced. Keys
	// and codes are replaced at any length; see isWord.
	shortest = 4

	// shortestAnywhere is the least length in bytes of a code that is also
	// replaced inside a word.
	shortestAnywhere = 8

	// MaxText is the number of bytes of a text that are searched. It limits the
	// time for hostile values in a hostile text to milliseconds.
	MaxText = 32 << 10
)

// A Mask replaces the sensitive values of one event. The nil Mask replaces
// nothing. A Mask may be used concurrently.
type Mask struct {
	patterns []pattern // sorted by text
	first    [256]bool // bytes that begin a pattern
}

// A pattern is a value to be replaced.
type pattern struct {
	text   string // folded
	name   string // of the parameter
	word   bool   // replaced only where it is a whole word
	parent int    // index of the longest other pattern that text begins with, or -1
}

// newMask returns a Mask for patterns and takes ownership of them. If patterns
// have the same text, the first one is used.
func newMask(patterns []pattern) *Mask {
	m := &Mask{patterns: patterns[:0]}
	slices.SortStableFunc(patterns, func(a, b pattern) int { return strings.Compare(a.text, b.text) })
	for _, p := range patterns {
		last := len(m.patterns) - 1
		if last >= 0 && m.patterns[last].text == p.text {
			m.patterns[last].word = m.patterns[last].word && p.word
			continue
		}
		for last >= 0 && !strings.HasPrefix(p.text, m.patterns[last].text) {
			last = m.patterns[last].parent
		}
		p.parent = last
		m.patterns = append(m.patterns, p)
		m.first[p.text[0]] = true
	}
	return m
}

// Text returns s with each sensitive value replaced by the name of its
// parameter in brackets. Overlapping values are replaced together, by the name
// of the longest. ASCII letters match in any case, and a space matches a plus.
// Text also finds values that are escaped as in a query, in JSON, in a Go
// string or in XML, and any nesting of these.
//
// A value that itself contains escapes may be missed where it is escaped more
// than once, and a value with escapes of two kinds may always be missed. Only
// the sender of a value can put escapes into it.
//
// A text of more than [MaxText] bytes is cut off.
func (m *Mask) Text(s string) string { return m.text(s, MaxText) }

// text is Text with another limit. If the cut splits a value, the part before
// the cut is replaced too.
func (m *Mask) text(s string, limit int) string {
	if m == nil {
		return s
	}
	cut := len(s) > limit
	if cut {
		s = s[:limit]
	}
	return m.replace(s, cut)
}

func (m *Mask) replace(s string, cut bool) string {
	if len(m.patterns) == 0 {
		return s
	}
	var buf [512]byte
	spans := m.find(nil, source{text: fold(append(buf[:0], s...)), size: len(s)}, cut)
	if strings.ContainsAny(s, escapes) {
		in := source{text: []byte(s), size: len(s)}
		for range maxEscapes {
			decoded, ok := in.unescape()
			if !ok {
				break
			}
			in = decoded
			spans = m.find(spans, source{fold(slices.Clone(in.text)), in.start, in.size}, cut)
		}
		slices.SortStableFunc(spans, func(a, b span) int { return a.start - b.start })
	}
	if len(spans) == 0 {
		return s
	}
	for i := range spans {
		spans[i].trim(s)
	}
	return join(s, spans)
}

// A span is a part of a text to be replaced.
type span struct {
	start, end int
	name       string
	size       int // of the value
}

// trim removes the spaces at both ends of a span of s. A plus matches a space,
// so such a space may belong to the text around a number.
func (p *span) trim(s string) {
	for p.start < p.end && s[p.start] == ' ' {
		p.start++
	}
	for p.start < p.end && s[p.end-1] == ' ' {
		p.end--
	}
}

// find appends the spans of the values in a folded text. If cut is true, the
// end of the text may be the beginning of a value.
func (m *Mask) find(spans []span, in source, cut bool) []span {
	for i, c := range in.text {
		if !m.first[c] {
			continue
		}
		if name, n := m.at(in.text, i, cut); n > 0 {
			spans = append(spans, span{in.offset(i), in.end(i + n), name, n})
		}
	}
	return spans
}

// at returns the longest value that begins at text[i:], and its size.
func (m *Mask) at(text []byte, i int, cut bool) (name string, n int) {
	rest := text[i:]
	next := sort.Search(len(m.patterns), func(j int) bool { return compare(m.patterns[j].text, rest) > 0 })
	if cut {
		for _, p := range m.patterns[max(0, next-1):min(len(m.patterns), next+1)] {
			if p.isCut(rest) {
				return p.name, len(rest)
			}
		}
	}
	// All patterns that rest begins with are the one before next and its
	// parents.
	for j := next - 1; j >= 0; j = m.patterns[j].parent {
		p := &m.patterns[j]
		if len(p.text) <= len(rest) && p.text == string(rest[:len(p.text)]) && (!p.word || isWord(text, i, i+len(p.text))) {
			return p.name, len(p.text)
		}
	}
	return "", 0
}

// maxPartial is the largest number of bytes that a cut can leave of an escape.
const maxPartial = 16

// isCut reports whether rest, the end of a text that was cut, is the beginning
// of the pattern. The last bytes of rest may be part of an escape.
func (p *pattern) isCut(rest []byte) bool {
	n := max(shortest, len(rest)-maxPartial)
	return n <= len(rest) && n < len(p.text) && p.text[:n] == string(rest[:n])
}

// compare is strings.Compare without a copy of b.
func compare(a string, b []byte) int {
	n := min(len(a), len(b))
	switch {
	case a[:n] < string(b[:n]):
		return -1
	case a[:n] > string(b[:n]):
		return 1
	}
	return len(a) - len(b)
}

// isWord reports whether text[i:j] has no letter or digit beside it. One or two
// bytes, such as the key of a menu, must also be the whole text, or follow an
// equals sign or a quote, because errors often contain such numbers, as in
// "index out of range [1] with length 1".
func isWord(text []byte, i, j int) bool {
	if i > 0 && inWord(text[i-1]) || j < len(text) && inWord(text[j]) {
		return false
	}
	return j-i > 2 || i == 0 && j == len(text) || i > 0 && strings.IndexByte("=\"'`", text[i-1]) >= 0
}

func inWord(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

// join returns s with each span replaced by its name. The spans are sorted.
// Overlapping spans are replaced together.
func join(s string, spans []span) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		all := spans[i]
		for i++; i < len(spans) && spans[i].start < all.end; i++ {
			all.end = max(all.end, spans[i].end)
			if spans[i].size > all.size {
				all.name, all.size = spans[i].name, spans[i].size
			}
		}
		out.WriteString(s[done:all.start])
		out.WriteString("[" + all.name + "]")
		done = all.end
	}
	out.WriteString(s[done:])
	return out.String()
}

// fold returns text with ASCII letters in lower case and with spaces for plus
// signs, because a plus means a space in a query. It modifies text.
func fold(text []byte) []byte {
	for i, c := range text {
		switch {
		case 'A' <= c && c <= 'Z':
			text[i] = c + 'a' - 'A'
		case c == '+':
			text[i] = ' '
		}
	}
	return text
}

// foldString is fold for a string.
func foldString(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' || r == '+' }) {
		return string(fold([]byte(s)))
	}
	return s
}
