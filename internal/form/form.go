// Package form reads application/x-www-form-urlencoded text, a request's body
// or its query, in one bounded pass.
//
// It gives the names and values that [net/url.ParseQuery] gives, in the order
// in which they came, and refuses what that function refuses: bad escapes and
// semicolons. Unlike it, it returns nothing at all then.
package form

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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
func Read(r io.Reader, size int64, limits Limits) (string, error) {
	limit := limits.MaxBytes()
	if size > limit {
		return "", ErrBytes
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
			return "", ErrBytes
		case err == io.EOF:
			// Nobody writes to b any more, so it need not be copied:
			// BenchmarkRead shows what that saves.
			return unsafe.String(unsafe.SliceData(b), len(b)), nil
		case err != nil:
			return "", err
		}
		if len(b) == cap(b) {
			b = slices.Grow(b, max(len(b), 512))
		}
	}
}

// Append appends the pairs of text to dst, which counts towards the limit of
// pairs. If it fails it returns dst as it was. The strings share the
// memory of text where they can.
func Append[Pair ~struct{ Name, Value string }](dst []Pair, text string, limits Limits) ([]Pair, error) {
	if int64(len(text)) > limits.MaxBytes() {
		return dst, ErrBytes
	}
	most := limits.MaxPairs()
	pairs := slices.Grow(dst, max(0, min(strings.Count(text, "&")+1, most-len(dst))))
	var plain strings.Builder // all that had to be unescaped
	percent, plus, semicolon := next{'%', -1}, next{'+', -1}, next{';', -1}
	for start, end := 0, 0; start < len(text); start = end + 1 {
		end = len(text)
		if i := strings.IndexByte(text[start:], '&'); i >= 0 {
			end = start + i
		}
		if start == end {
			continue
		}
		if semicolon.within(text, start, end) {
			return dst, &SyntaxError{Offset: semicolon.at, Err: ErrSemicolon}
		}
		if len(pairs) >= most {
			return dst, ErrPairs
		}
		name, value, _ := strings.Cut(text[start:end], "=")
		hasPercent, hasPlus := percent.within(text, start, end), plus.within(text, start, end)
		if hasPercent || hasPlus {
			var bad int
			valueStart := start + len(name) + 1
			if name, bad = unescape(&plain, name); bad >= 0 {
				return dst, &SyntaxError{Offset: start + bad, Err: ErrEscape}
			}
			if value, bad = unescape(&plain, value); bad >= 0 {
				return dst, &SyntaxError{Offset: valueStart + bad, Err: ErrEscape}
			}
		}
		pairs = append(pairs, Pair{Name: name, Value: value})
	}
	return pairs, nil
}

// A next remembers where a character stands next, so that looking for it in
// one pair after the other goes over the text once.
type next struct {
	char byte
	at   int
}

// within reports whether the character is in text[start:end].
func (n *next) within(text string, start, end int) bool {
	if n.at < start {
		n.at = len(text)
		if i := strings.IndexByte(text[start:], n.char); i >= 0 {
			n.at = start + i
		}
	}
	return n.at < end
}

// A SyntaxError says where a text is no form.
type SyntaxError struct {
	Offset int   // in bytes, from 0
	Err    error // ErrEscape or ErrSemicolon
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%v at byte %d", e.Err, e.Offset) }

// Unwrap returns Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// unescape returns what s stands for, with the help of b, or the offset of the
// first escape that is none; otherwise the offset is -1.
func unescape(b *strings.Builder, s string) (plain string, bad int) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, -1
	}
	b.Grow(len(s)) // what is unescaped never gets longer
	begin := b.Len()
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b.WriteByte(' ')
		case '%':
			if i+2 >= len(s) {
				return "", i
			}
			high, low := hex[s[i+1]], hex[s[i+2]]
			if high == 0 || low == 0 {
				return "", i
			}
			b.WriteByte((high-1)<<4 | (low - 1))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()[begin:], -1
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
