// Package form parses application/x-www-form-urlencoded text in one bounded
// pass. It also parses the values of parameters: numbers, times, variables.
//
// [Append] parses a body. It returns the names and values that
// [net/url.ParseQuery] returns, in their order, and fails where ParseQuery
// fails: at bad escapes and bare semicolons. [AppendQuery] parses a query,
// which people may write by hand, so a malformed pair does not affect the
// others.
package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unsafe"
)

// The default limits.
const (
	DefaultBytes = 256 << 10
	DefaultPairs = 1000
)

var (
	// ErrBytes is returned for a text that is too long.
	ErrBytes = errors.New("too many bytes")

	// ErrPairs is returned for a text with too many pairs.
	ErrPairs = errors.New("too many parameters")

	// ErrEscape is wrapped by the error for a % without two hexadecimal digits
	// after it.
	ErrEscape = errors.New("% without two hexadecimal digits")

	// ErrSemicolon is wrapped by the error for a semicolon that is not escaped.
	// Servers disagree on whether it separates pairs.
	ErrSemicolon = errors.New("unescaped semicolon")
)

// Limits bound the size of a form. Zero or negative means the default.
type Limits struct {
	Bytes int64 // of one text
	Pairs int   // of all texts appended to one slice
}

// MaxBytes returns Bytes or its default.
func (l Limits) MaxBytes() int64 {
	if l.Bytes <= 0 {
		return DefaultBytes
	}
	return l.Bytes
}

// MaxPairs returns Pairs or its default.
func (l Limits) MaxPairs() int {
	if l.Pairs <= 0 {
		return DefaultPairs
	}
	return l.Pairs
}

// Read reads r to its end. The argument size is the announced length, or -1 if
// it is unknown. If the text is too long, Read stops soon after the limit and
// returns [ErrBytes].
func Read(r io.Reader, size int64, limits Limits) ([]byte, error) {
	limit := limits.MaxBytes()
	if size > limit {
		return nil, ErrBytes
	}
	if size < 0 {
		size = 511
	}
	// One extra byte makes room for the Read that returns io.EOF. The capacity
	// is limited because the size is only a claim.
	b := make([]byte, 0, min(size, DefaultBytes)+1)
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return nil, ErrBytes
		case err == io.EOF:
			return b, nil
		case err != nil:
			return nil, err
		}
		if len(b) == cap(b) {
			b = slices.Grow(b, max(len(b), 512))
		}
	}
}

// Append appends the pairs of text to dst. Pairs already in dst count towards
// the limit. If Append fails, it returns dst unchanged.
//
// Append takes ownership of text: it unescapes in place and the strings alias
// it. Do not change text afterwards, even on error. BenchmarkAppend measures
// the saving.
func Append[Pair ~struct{ Name, Value string }](dst []Pair, text []byte, limits Limits) ([]Pair, error) {
	if int64(len(text)) > limits.MaxBytes() {
		return dst, ErrBytes
	}
	if i := bytes.IndexByte(text, ';'); i >= 0 {
		return dst, &SyntaxError{Offset: i, Err: ErrSemicolon}
	}
	most := limits.MaxPairs()
	pairs := slices.Grow(dst, max(0, min(bytes.Count(text, []byte{'&'})+1, most-len(dst))))
	percent, plus := next{'%', -1}, next{'+', -1}
	for start, end := 0, 0; start < len(text); start = end + 1 {
		split := start // names are short, so a loop is faster than a call
		for split < len(text) && text[split] != '=' && text[split] != '&' {
			split++
		}
		end = split
		if split < len(text) && text[split] == '=' {
			end = len(text)
			if i := bytes.IndexByte(text[split:], '&'); i >= 0 {
				end = split + i
			}
		}
		if start == end {
			continue
		}
		if len(pairs) >= most {
			return dst, ErrPairs
		}
		name, value := text[start:split], text[min(split+1, end):end]
		if min(percent.from(text, start), plus.from(text, start)) < end {
			var err error
			if name, value, err = unescapePair(name, value, start); err != nil {
				return dst, err
			}
		}
		pairs = append(pairs, Pair{Name: str(name), Value: str(value)})
	}
	return pairs, nil
}

// A next finds the next occurrence of a character for one pair after the other,
// and scans the text only once.
type next struct {
	char byte
	at   int
}

// from returns the first index of the character in text at or after start, or
// len(text).
func (n *next) from(text []byte, start int) int {
	if n.at < start {
		n.at = len(text)
		if i := bytes.IndexByte(text[start:], n.char); i >= 0 {
			n.at = start + i
		}
	}
	return n.at
}

// A SyntaxError reports where the text of a form is malformed.
type SyntaxError struct {
	Offset int   // in bytes, from 0
	Err    error // ErrEscape or ErrSemicolon
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%v at byte %d", e.Err, e.Offset) }

// Unwrap returns Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// str returns b as a string that aliases it.
func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescapePair unescapes a pair that begins at offset start.
func unescapePair(name, value []byte, start int) (plainName, plainValue []byte, err error) {
	plainName, bad := unescape(name)
	if bad >= 0 {
		return nil, nil, &SyntaxError{Offset: start + bad, Err: ErrEscape}
	}
	if plainValue, bad = unescape(value); bad >= 0 {
		return nil, nil, &SyntaxError{Offset: start + len(name) + 1 + bad, Err: ErrEscape}
	}
	return plainName, plainValue, nil
}

// unescape decodes the escapes of b in place. The result bad is the offset of
// the first malformed escape, or -1.
func unescape(b []byte) (plain []byte, bad int) {
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(b) {
				return nil, i
			}
			high, low := hex[b[i+1]], hex[b[i+2]]
			if high == 0 || low == 0 {
				return nil, i
			}
			c = (high-1)<<4 | (low - 1)
			i += 2
		}
		b[n] = c
		n++
	}
	return b[:n], -1
}

// hex maps a hexadecimal digit to its value plus one, and other bytes to 0.
var hex = func() (t [256]byte) {
	for i := range byte(10) {
		t['0'+i] = i + 1
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = i+11, i+11
	}
	return t
}()
