package voxauth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// A Key is a secret of 32 random bytes that makes and checks tokens. Anyone who
// has the Key can make a token for any call. The zero Key is not valid: use
// [NewKey] or [ParseKey].
//
// Printing a Key with fmt, log/slog or encoding/json does not reveal the
// secret. A token does not name the program that made it, so use different keys
// for programs that must not accept each other's webhooks.
type Key struct {
	// The secret is in a function because fmt cannot call the methods of a Key
	// in an unexported field of a struct. It prints arrays, and with some verbs
	// the target of a pointer, but never the variables of a function.
	secret func() *secret
}

func newKey(b [keySize]byte) Key {
	s := &secret{bytes: b}
	return Key{func() *secret { return s }}
}

type secret struct {
	bytes [keySize]byte
	macs  sync.Pool // of *keyedMAC
}

// keySize is the size of a key in bytes.
const keySize = 32

// NewKey returns a new random key.
func NewKey() Key {
	var b [keySize]byte
	_, _ = rand.Read(b[:]) // never fails
	return newKey(b)
}

// ParseKey parses a key from 64 hexadecimal digits, or from base64 in the
// standard or URL alphabet, with or without padding. It fails if the text does
// not decode to 32 bytes, or if all of them are zero. The error does not quote
// the text.
func ParseKey(text string) (Key, error) {
	b, err := hex.DecodeString(text)
	if err != nil {
		text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
		b, err = base64.RawURLEncoding.DecodeString(text)
	}
	switch {
	case err != nil, len(b) != keySize:
		return Key{}, errors.New("voxauth: a key is 32 bytes in hex or base64")
	case [keySize]byte(b) == [keySize]byte{}:
		return Key{}, errors.New("voxauth: a key of zero bytes is not secret: create one with NewKey")
	}
	return newKey([keySize]byte(b)), nil
}

// Text returns the secret as 64 hexadecimal digits, for a file that only the
// program can read. [ParseKey] reads it back. For the zero Key, Text returns
// "".
func (k Key) Text() string {
	if k.isZero() {
		return ""
	}
	return hex.EncodeToString(k.secret().bytes[:])
}

func (k Key) isZero() bool { return k.secret == nil }

const hidden = "voxauth.Key(hidden)"

// String returns a text without the secret. Use Text to get the secret.
func (k Key) String() string { return hidden }

// Format writes the result of String, with any verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns the result of String.
func (k Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText always fails, so that no encoder writes a key by accident. Use
// Text to get the secret.
func (k Key) MarshalText() ([]byte, error) {
	return nil, errors.New("voxauth: a Key cannot be marshaled: use Key.Text")
}

// A keyedMAC computes MACs, one at a time. Keys pool them because a new one for
// each token would cause half of the allocations of Signed.
type keyedMAC struct {
	hash.Hash
	text []byte
	sum  [sha256.Size]byte
}

// maxPooledText is the largest buffer that is pooled. Paths and queries can be
// as long as a request header.
const maxPooledText = 4 << 10

// mac returns the HMAC-SHA256 of the text that write appends to its argument.
func (k Key) mac(write func([]byte) []byte) [sha256.Size]byte {
	s := k.secret()
	m, ok := s.macs.Get().(*keyedMAC)
	if !ok {
		m = &keyedMAC{Hash: hmac.New(sha256.New, s.bytes[:])}
	}
	m.Reset()
	m.text = write(m.text[:0])
	m.Write(m.text)
	m.Sum(m.sum[:0])
	sum := m.sum
	if cap(m.text) <= maxPooledText {
		s.macs.Put(m)
	}
	return sum
}
