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
)

// keySize is the size of a key in bytes.
const keySize = 32

// A Key is 32 random bytes that make and check tokens. Printing it, by fmt,
// log/slog or encoding/json, does not reveal it. The zero Key is not valid.
type Key struct {
	// A pointer, because fmt cannot call the methods of an unexported field
	// of a foreign struct and would print the bytes.
	secret *[keySize]byte
}

// NewKey returns a new random key.
func NewKey() Key {
	k := Key{new([keySize]byte)}
	_, _ = rand.Read(k.secret[:]) // it never fails
	return k
}

// ParseKey reads a key from 64 hexadecimal digits, or from base64 in the
// standard or URL alphabet, with or without padding. The error does not quote
// the text.
func ParseKey(text string) (Key, error) {
	b, err := hex.DecodeString(text)
	if err != nil {
		text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
		b, err = base64.RawURLEncoding.DecodeString(text)
	}
	if err != nil || len(b) != keySize {
		return Key{}, errors.New("voxauth: a key is 32 bytes in hex or base64")
	}
	return Key{(*[keySize]byte)(b)}, nil
}

// Text returns the key as 64 hexadecimal digits, for a file that only the
// program can read. [ParseKey] reads it back. The text of the zero Key is
// empty.
func (k Key) Text() string {
	if k.secret == nil {
		return ""
	}
	return hex.EncodeToString(k.secret[:])
}

// IsZero reports whether k is the zero Key.
func (k Key) IsZero() bool { return k.secret == nil }

// Equal reports whether two keys are the same.
func (k Key) Equal(other Key) bool {
	if k.secret == nil || other.secret == nil {
		return k.secret == other.secret
	}
	return hmac.Equal(k.secret[:], other.secret[:])
}

const hidden = "voxauth.Key(hidden)"

// String does not reveal the key. See Text.
func (k Key) String() string { return hidden }

// GoString does not reveal the key.
func (k Key) GoString() string { return hidden }

// Format does not reveal the key, whatever the verb is.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue does not reveal the key.
func (k Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText fails, so that no encoder writes a key by accident. Use Text.
func (k Key) MarshalText() ([]byte, error) {
	return nil, errors.New("voxauth: a Key is not marshaled; use its Text")
}

// mac returns a new MAC with the key.
func (k Key) mac() hash.Hash { return hmac.New(sha256.New, k.secret[:]) }
