package voxauth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// A token is what a URL carries as its last query parameter, vh: 37 bytes in
// base64url.
//
//	offset  size  what
//	0       1     version (3 bits), leg (1 bit), use (4 bits)
//	1       4     when it expires, in seconds since 1970; 0 for never
//	5       8     the nonce of the document that named the URL
//	13      8     the call: the beginning of SHA-256 of CallSid
//	21      16    the beginning of HMAC-SHA256 of label, path, own query and
//	              the bytes before
type token [37]byte

const (
	tokenParam = "vh"
	tokenText  = 50 // characters
	tokenHead  = 21
	version    = 1

	// label keeps these MACs apart from any other that uses the same key.
	label = "voxauth token 1\x00"
)

type (
	nonce  [8]byte
	callID [8]byte
)

func newNonce() (n nonce) {
	_, _ = rand.Read(n[:]) // it never fails
	return n
}

// callOf returns the part of a token that stands for a call.
func callOf(callSid string) (id callID) {
	sum := sha256.Sum256([]byte(callSid))
	copy(id[:], sum[:])
	return id
}

// A claim is what a token says.
type claim struct {
	use     voxml.URLUse // zero for a token of Signed.URL
	leg     bool         // the document was for a leg that was let in by its parent
	expires uint32
	nonce   nonce
	call    callID
}

// A target is what a token is valid for, besides its claim.
type target struct {
	path  string // escaped, as the platform requests it
	query string // the own query, without the token
}

// sign returns the token of a claim for a target.
func (c claim) sign(key Key, t target) string {
	var tok token
	tok[0] = version<<5 | byte(c.use)
	if c.leg {
		tok[0] |= 1 << 4
	}
	binary.BigEndian.PutUint32(tok[1:], c.expires)
	copy(tok[5:], c.nonce[:])
	copy(tok[13:], c.call[:])
	tok.mac(key, t, tok[tokenHead:tokenHead])
	return base64.RawURLEncoding.EncodeToString(tok[:])
}

// mac appends the MAC of the token's head to dst.
func (tok *token) mac(key Key, t target, dst []byte) []byte {
	b := make([]byte, 0, 256)
	b = append(b, label...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(t.path)))
	b = append(b, t.path...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(t.query)))
	b = append(b, t.query...)
	b = append(b, tok[:tokenHead]...)
	h := key.mac()
	h.Write(b)
	return append(dst, h.Sum(b[:0])[:len(tok)-tokenHead]...)
}

// verify returns the claim of a token, or a reason for refusing it.
func verify(text string, keys []Key, t target, now time.Time) (claim, error) {
	var tok token
	if n, err := base64.RawURLEncoding.Strict().Decode(tok[:], []byte(text)); len(text) != tokenText || err != nil || n != len(tok) {
		return claim{}, errToken
	}
	good := false
	for _, key := range keys {
		var want [len(tok) - tokenHead]byte
		tok.mac(key, t, want[:0])
		good = good || hmac.Equal(want[:], tok[tokenHead:])
	}
	if !good {
		return claim{}, errToken
	}
	c := claim{use: voxml.URLUse(tok[0] & 0x0f), leg: tok[0]&(1<<4) != 0, expires: binary.BigEndian.Uint32(tok[1:])}
	copy(c.nonce[:], tok[5:])
	copy(c.call[:], tok[13:])
	switch {
	case tok[0]>>5 != version:
		return claim{}, errToken
	case c.expires != 0 && now.Unix() > int64(c.expires):
		return claim{}, errExpired
	}
	return c, nil
}

// expiry returns when a token made now expires. A time that does not fit is
// the latest that does.
func expiry(now time.Time, ttl time.Duration) uint32 {
	return uint32(min(max(now.Add(ttl).Unix(), 1), math.MaxUint32))
}

// splitQuery splits a raw query into the own query, the token and what follows
// it. It reports false if there is more than one token.
func splitQuery(query string) (own, tok, rest string, ok bool) {
	start := -1
	for i := 0; i < len(query); {
		end := len(query)
		if n := strings.IndexByte(query[i:], '&'); n >= 0 {
			end = i + n
		}
		if strings.HasPrefix(query[i:end], tokenParam+"=") {
			if start >= 0 {
				return "", "", "", false
			}
			start = i
			own, tok, rest = strings.TrimSuffix(query[:i], "&"), query[i+len(tokenParam)+1:end], query[min(end+1, len(query)):]
		}
		i = end + 1
	}
	if start < 0 {
		return query, "", "", true
	}
	return own, tok, rest, true
}

// withoutTokens returns a raw query without any tokens.
func withoutTokens(query string) string {
	if !strings.Contains(query, tokenParam+"=") {
		return query
	}
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		if !strings.HasPrefix(pair, tokenParam+"=") {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}
