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
	// One byte more than the size is room to see the end without growing.
	b := make([]byte, 0, max(size+1, 512))
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return "", ErrBytes
		case err == io.EOF:
			return string(b), nil
		case err != nil:
			return "", err
		}
		if len(b) == cap(b) {
			b = slices.Grow(b, len(b))
		}
	}
}

// Append appends the pairs of text to dst, which counts towards the limit of
// pairs. If it fails it returns dst as it was. The strings share the memory
// of text, or of one copy of it.
func Append[Pair ~struct{ Name, Value string }](dst []Pair, text string, limits Limits) ([]Pair, error) {
	if int64(len(text)) > limits.MaxBytes() {
		return dst, ErrBytes
	}
	most := limits.MaxPairs()
	pairs := slices.Grow(dst, max(0, min(strings.Count(text, "&")+1, most-len(dst))))
	// What is unescaped never gets longer, so this grows once at most.
	var plain strings.Builder
	for start := 0; start < len(text); {
		// Find the end of the pair, and on the way what is in it.
		end, equals := start, -1
		nameEscaped, valueEscaped := false, false
	pair:
		for ; end < len(text); end++ {
			if !special[text[end]] {
				continue
			}
			switch text[end] {
			case '&':
				break pair
			case ';':
				return dst, &SyntaxError{Offset: end, Err: ErrSemicolon}
			case '=':
				if equals < 0 {
					equals = end
				}
			default:
				if equals < 0 {
					nameEscaped = true
				} else {
					valueEscaped = true
				}
			}
		}
		if end > start {
			if len(pairs) >= most {
				return dst, ErrPairs
			}
			name, value := text[start:end], ""
			if equals >= 0 {
				name, value = text[start:equals], text[equals+1:end]
			}
			if nameEscaped || valueEscaped {
				plain.Grow(len(text) - start)
			}
			var bad int
			if nameEscaped {
				if name, bad = unescape(&plain, name); bad >= 0 {
					return dst, &SyntaxError{Offset: start + bad, Err: ErrEscape}
				}
			}
			if valueEscaped {
				if value, bad = unescape(&plain, value); bad >= 0 {
					return dst, &SyntaxError{Offset: equals + 1 + bad, Err: ErrEscape}
				}
			}
			pairs = append(pairs, Pair{Name: name, Value: value})
		}
		start = end + 1
	}
	return pairs, nil
}

// A SyntaxError says where a text is no form.
type SyntaxError struct {
	Offset int // in bytes, from 0
	Err    error // ErrEscape or ErrSemicolon
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%v at byte %d", e.Err, e.Offset) }

// Unwrap returns Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// special are the bytes that do not stand for themselves.
var special = [256]bool{'&': true, '=': true, ';': true, '%': true, '+': true}

// unescape appends what s stands for to b and returns it, or the offset of
// the first escape that is none; otherwise the offset is -1.
func unescape(b *strings.Builder, s string) (plain string, bad int) {
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
