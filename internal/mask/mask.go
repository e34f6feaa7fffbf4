// Package mask replaces the values of a webhook's sensitive parameters in text
// by the names of the parameters.
package mask

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	// shortest is the length in bytes from which on values are replaced. Keys
	// and codes are replaced at any length, see isWord.
	shortest = 4

	// shortestAnywhere is the length from which on a code is also replaced
	// inside a word.
	shortestAnywhere = 8

	// MaxText is how much of a text is searched, so that hostile values in a
	// hostile text take milliseconds.
	MaxText = 32 << 10
)

// A Mask replaces the sensitive values of one event. The nil Mask replaces
// nothing. A Mask can be used concurrently.
type Mask struct {
	patterns []pattern // sorted by text
	first    [256]bool // the bytes with which a pattern begins
}

// A pattern is a value to be replaced.
type pattern struct {
	text   string // folded
	name   string // of the parameter
	word   bool   // replace it only where it is a whole word
	parent int    // the longest other pattern that text begins with, or -1
}

// newMask returns a Mask for patterns, which it takes over. Of patterns with
// the same text the first one counts.
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
// parameter in brackets. Values that overlap are replaced together, by the name
// of the longest. ASCII letters match in any case, and a space matches a plus.
// Values are also found if s has them escaped as in a query, in JSON, in a Go
// string or in XML, or several of these inside each other.
//
// A value that has escapes in itself may not be found where it is escaped more
// than once, nor may one with escapes of two kinds. Only its sender can do that.
//
// A text of more than [MaxText] bytes is cut there.
func (m *Mask) Text(s string) string { return m.text(s, MaxText) }

// text is Text with another maximum. If it cuts a value off, the part that is
// left is replaced too.
func (m *Mask) text(s string, most int) string {
	if m == nil {
		return s
	}
	cut := len(s) > most
	if cut {
		s = s[:most]
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

// A span is a part of a text that is to be replaced.
type span struct {
	start, end int
	name       string
	size       int // of the value
}

// trim leaves out the space around a span of s: it can be part of the text
// around a number that has a plus.
func (p *span) trim(s string) {
	for p.start < p.end && s[p.start] == ' ' {
		p.start++
	}
	for p.start < p.end && s[p.end-1] == ' ' {
		p.end--
	}
}

// find appends the spans of the values in a folded text. If cut, a value can
// go on after its end.
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
	// Every pattern that rest begins with is the one before next or one of its
	// parents.
	for j := next - 1; j >= 0; j = m.patterns[j].parent {
		p := &m.patterns[j]
		if len(p.text) <= len(rest) && p.text == string(rest[:len(p.text)]) && (!p.word || isWord(text, i, i+len(p.text))) {
			return p.name, len(p.text)
		}
	}
	return "", 0
}

// maxPartial is how much can be left of an escape that was cut.
const maxPartial = 16

// isCut reports whether rest, the end of a text that was cut, is the beginning
// of the value. Its last bytes can be part of an escape.
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

// isWord reports whether text[i:j] has no letter or digit next to it. One or
// two bytes, such as the key of a menu, must also be the whole text, or follow
// an equals sign or a quote: errors are full of such numbers, as in "index out
// of range [1] with length 1".
func isWord(text []byte, i, j int) bool {
	if i > 0 && inWord(text[i-1]) || j < len(text) && inWord(text[j]) {
		return false
	}
	return j-i > 2 || i == 0 && j == len(text) || i > 0 && strings.IndexByte("=\"'`", text[i-1]) >= 0
}

func inWord(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

// join returns s with spans, which are sorted, replaced by their names. Spans
// that overlap are one.
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

// fold makes texts equal that differ only in the case of ASCII letters, or in
// that a query has a plus for a space. It changes text and returns it.
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
