// Package form reads application/x-www-form-urlencoded text, a request's body
// or its query, in one bounded pass.
//
// It gives the names and values that [net/url.ParseQuery] gives, in the order
// in which they came, and refuses what that function refuses: bad escapes and
// semicolons. Unlike it, it returns nothing at all then, and it counts pairs
// against its limit, not separators.
package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unsafe"
)

// The bounds that hold where [Limits] does not say otherwise.
const (
	DefaultBytes = 256 << 10
	DefaultPairs = 1000
)

var (
	// ErrBytes is returned for a text that is too long.
	ErrBytes = errors.New("too many bytes")

	// ErrPairs is returned for a text with too many pairs.
	ErrPairs = errors.New("too many parameters")

	// ErrEscape is wrapped by the error for a % that two hexadecimal digits do
	// not follow.
	ErrEscape = errors.New("% without two hexadecimal digits")

	// ErrSemicolon is wrapped by the error for a semicolon that is not
	// escaped. Servers disagree whether it separates pairs.
	ErrSemicolon = errors.New("semicolon that is not escaped")
)

// Limits bound what is read. A value that is not positive stands for the
// default.
type Limits struct {
	Bytes int64 // of a text
	Pairs int   // of all texts that are appended to one slice
}

// MaxBytes returns the limit of bytes that holds.
func (l Limits) MaxBytes() int64 {
	if l.Bytes <= 0 {
		return DefaultBytes
	}
	return l.Bytes
}

// MaxPairs returns the limit of pairs that holds.
func (l Limits) MaxPairs() int {
	if l.Pairs <= 0 {
		return DefaultPairs
	}
	return l.Pairs
}

// Read reads r to its end. Size is how many bytes it says it has, or -1. A
// text that is too long is not read, or not further than its limit.
func Read(r io.Reader, size int64, limits Limits) ([]byte, error) {
	limit := limits.MaxBytes()
	if size > limit {
		return nil, ErrBytes
	}
	if size < 0 {
		size = 511
	}
	// One byte more than the size is room to see the end without growing. But
	// a size is only a claim.
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

// Append appends the pairs of text to dst, which counts towards the limit of
// pairs. If it fails it returns dst as it was.
//
// Append takes text over: escapes are replaced where they stand, and the
// strings share its memory, so that nobody may use it any more, even if Append
// fails. BenchmarkAppend shows what it saves not to copy it.
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
		split := start // names are short: a call would take longer
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
		escape := min(percent.from(text, start), plus.from(text, start))
		if escape < split {
			var bad int
			if name, bad = unescape(name); bad >= 0 {
				return dst, &SyntaxError{Offset: start + bad, Err: ErrEscape}
			}
		}
		if escape < end {
			var bad int
			if value, bad = unescape(value); bad >= 0 {
				return dst, &SyntaxError{Offset: split + 1 + bad, Err: ErrEscape}
			}
		}
		pairs = append(pairs, Pair{Name: str(name), Value: str(value)})
	}
	return pairs, nil
}

// A next remembers where a character stands next, so that looking for it in
// one pair after the other goes over the text once.
type next struct {
	char byte
	at   int
}

// from returns where the character first stands in text, not before start; or
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

// A SyntaxError says where a text is no form.
type SyntaxError struct {
	Offset int   // in bytes, from 0
	Err    error // ErrEscape or ErrSemicolon
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%v at byte %d", e.Err, e.Offset) }

// Unwrap returns Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// str returns b, which nobody writes to any more, as a string.
func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// unescape replaces the escapes of b and returns what it then is, or the offset
// of the first escape that is none; otherwise the offset is -1.
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

// hex is one more than the value of a hexadecimal digit, and 0 for all else.
var hex = func() (t [256]byte) {
	for i := range byte(10) {
		t['0'+i] = i + 1
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = i+11, i+11
	}
	return t
}()
