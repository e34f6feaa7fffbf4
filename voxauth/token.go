package voxauth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// A token is the value of the last query parameter of a URL, vh. It is 37 bytes
// in base64url:
//
//	offset  size  content
//	0       1     version (3 bits), leg (1 bit), use (4 bits)
//	1       4     expiry time, in seconds since 1970; 0 means never
//	5       8     the nonce of the document that named the URL
//	13      8     the call: the first bytes of the SHA-256 of its CallSid
//	21      16    the MAC: the first bytes of the HMAC-SHA256 of a label, the
//	              path, the document query and the preceding 21 bytes
type token [tokenSize]byte

const (
	tokenSize = 37
	headSize  = 21 // everything before the MAC
	version   = 1
	legBit    = 1 << 4
	useMask   = legBit - 1

	// label separates these MACs from other uses of the same key. It is short
	// so that a typical URL fits into one block of the hash.
	label = "voxauth1"
)

// A tokenText is a token in base64url.
type tokenText [50]byte

type (
	nonce  [8]byte
	callID [8]byte
)

func newNonce() (n nonce) {
	_, _ = rand.Read(n[:]) // never fails
	return n
}

// callOf returns the part of a token that identifies a call.
func callOf(callSid []byte) callID {
	sum := sha256.Sum256(callSid)
	return callID(sum[:])
}

// A claim is the content of a token without its MAC.
type claim struct {
	use     voxml.URLUse // zero for a token of Signed.URL
	leg     bool         // the document answered a leg that was accepted through its parent
	expires uint32
	nonce   nonce
	call    callID
}

// A target is the part of a URL that a token is valid for.
type target struct {
	path string // escaped, as the platform requests it
	own  string // the document query: all before the token, including the & between them
}

// sign returns the token of a claim for a target.
func (c claim) sign(key Key, t target) (text tokenText) {
	var tok token
	tok[0] = version<<5 | byte(c.use)
	if c.leg {
		tok[0] |= legBit
	}
	binary.BigEndian.PutUint32(tok[1:], c.expires)
	copy(tok[5:], c.nonce[:])
	copy(tok[13:], c.call[:])
	sum := tok.mac(key, t)
	copy(tok[headSize:], sum[:])
	base64.RawURLEncoding.Encode(text[:], tok[:])
	return text
}

// mac returns the MAC of the head of a token for a target.
func (tok *token) mac(key Key, t target) [tokenSize - headSize]byte {
	sum := key.mac(func(b []byte) []byte {
		b = append(b, label...)
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.path)))
		b = append(b, t.path...)
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.own)))
		b = append(b, t.own...)
		return append(b, tok[:headSize]...)
	})
	return [tokenSize - headSize]byte(sum[:])
}

// verify returns the claim of a token, or the reason to refuse it.
func verify(text string, keys []Key, t target, now time.Time) (claim, error) {
	var tok token
	var in tokenText
	if len(text) != len(in) {
		return claim{}, errToken
	}
	copy(in[:], text)
	// Without Strict, several texts would decode to the same token.
	if n, err := base64.RawURLEncoding.Strict().Decode(tok[:], in[:]); err != nil || n != len(tok) {
		return claim{}, errToken
	}
	good := false
	for _, key := range keys {
		want := tok.mac(key, t)
		good = good || hmac.Equal(want[:], tok[headSize:])
	}
	if !good || tok[0]>>5 != version {
		return claim{}, errToken
	}
	c := claim{
		use:     voxml.URLUse(tok[0] & useMask),
		leg:     tok[0]&legBit != 0,
		expires: binary.BigEndian.Uint32(tok[1:]),
		nonce:   nonce(tok[5:]),
		call:    callID(tok[13:]),
	}
	if c.expires != 0 && now.Unix() > int64(c.expires) {
		return claim{}, errExpired
	}
	return c, nil
}

// expiry returns the expiry time of a token made now. A time that does not fit
// is replaced with the nearest one that does.
func expiry(now time.Time, ttl time.Duration) uint32 {
	return uint32(min(max(now.Add(ttl).Unix(), 1), math.MaxUint32))
}
