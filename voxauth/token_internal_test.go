package voxauth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// A token has the format in the comment of type token, built here
// independently.
func TestToken(t *testing.T) {
	key, err := ParseKey(strings.Repeat("0123456789abcdef", 4))
	require.NoError(t, err)
	c := claim{use: voxml.UsePayProgress, leg: true, expires: 0x01020304, nonce: nonce{1, 2, 3, 4, 5, 6, 7, 8}, call: callOf([]byte("c1"))}
	tg := target{"/voice/menu", "lang=en&"}
	text := c.sign(key, tg)

	sum := sha256.Sum256([]byte("c1"))
	head := append([]byte{1<<5 | 1<<4 | 8, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8}, sum[:8]...)
	h := hmac.New(sha256.New, key.secret().bytes[:])
	h.Write([]byte("voxauth1\x00\x00\x00\x0b/voice/menu\x00\x00\x00\x08lang=en&"))
	h.Write(head)
	require.Equal(t, base64.RawURLEncoding.EncodeToString(append(head, h.Sum(nil)[:16]...)), string(text[:]))

	for _, tt := range []struct {
		keys   []Key
		target target
		now    int64
		err    error
	}{
		{[]Key{NewKey(), key}, tg, 0x01020304, nil},
		{[]Key{NewKey()}, tg, 0, errToken},
		{[]Key{key}, tg, 0x01020305, errExpired},
		{[]Key{key}, target{"/voice/menul", "ang=en&"}, 0, errToken}, // the lengths keep path and query apart
	} {
		got, err := verify(string(text[:]), tt.keys, tt.target, time.Unix(tt.now, 0))
		assert.Equal(t, tt.err, err)
		assert.Equal(t, err == nil, got == c)
	}
}

// A MAC covers paths and queries of any length completely, whatever texts the key
// was used for before.
func TestMAC(t *testing.T) {
	key := NewKey()
	for _, size := range []int{300, 0, maxPooledText + 1, 100_000, 3} {
		text := []byte(strings.Repeat("x", size))
		h := hmac.New(sha256.New, key.secret().bytes[:])
		h.Write(text)
		got := key.mac(func(b []byte) []byte { return append(b, text...) })
		require.Equal(t, h.Sum(nil), got[:], size)
	}
}

// The head has room for each use. Other versions are refused, even with the
// right MAC.
func TestTokenHead(t *testing.T) {
	key := NewKey()
	for use := range voxml.URLUse(useMask + 1) {
		text := claim{use: use}.sign(key, target{})
		got, err := verify(string(text[:]), []Key{key}, target{}, time.Time{})
		require.NoError(t, err)
		assert.Equal(t, claim{use: use}, got)
	}
	assert.Equal(t, "URLUse(9)", (voxml.UsePayProgress + 1).String(), "a new use must fit into useMask")

	for v := range 8 {
		tok := token{byte(v) << 5}
		sum := tok.mac(key, target{})
		copy(tok[headSize:], sum[:])
		_, err := verify(base64.RawURLEncoding.EncodeToString(tok[:]), []Key{key}, target{}, time.Time{})
		assert.Equal(t, v == version, err == nil, v)
	}
}

// A token has only one valid text.
func TestTokenTexts(t *testing.T) {
	key := NewKey()
	text := claim{}.sign(key, target{})
	good := string(text[:])
	texts := []string{"", good[:49], good + "=", good[:49] + "\n" + good[49:], strings.Repeat("A", 1<<20)}
	for i := range text {
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=\n\r \x00" {
			texts = append(texts, good[:i]+string(c)+good[i+1:])
		}
	}
	for _, text := range texts {
		_, err := verify(text, []Key{key}, target{}, time.Time{})
		assert.Equal(t, text == good, err == nil, "%.60q", text)
	}
}

func TestExpiryBounds(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for ttl, want := range map[time.Duration]uint32{
		0: 1_800_000_000, time.Hour: 1_800_003_600, -time.Hour: 1_799_996_400, math.MinInt64: 1, math.MaxInt64: math.MaxUint32,
	} {
		assert.Equal(t, want, expiry(now, ttl), ttl)
	}
}

func TestSplitQuery(t *testing.T) {
	for _, tt := range []struct {
		raw     string
		want    query
		without string
		err     error
	}{
		{"", query{}, "", nil},
		{"vh", query{own: "vh"}, "vh", nil},
		{"a=vh=1&VH=1&%76h=2&xvh=3;vh=t", query{own: "a=vh=1&VH=1&%76h=2&xvh=3;vh=t"}, "a=vh=1&VH=1&%76h=2&xvh=3;vh=t", nil},
		{"vh=", query{found: true}, "", nil},
		{"vh=t", query{token: "t", found: true}, "", nil},
		{"vh=t&", query{token: "t", rest: "&", found: true}, "", nil},
		{"&vh=t", query{own: "&", token: "t", found: true}, "", nil},
		{"a=1&vh=t", query{own: "a=1&", token: "t", found: true}, "a=1", nil},
		{"a=1&&vh=t&b=2", query{own: "a=1&&", token: "t", rest: "&b=2", found: true}, "a=1&&b=2", nil},
		{"vh=t&b=2", query{token: "t", rest: "&b=2", found: true}, "b=2", nil},
		{"vh=t&vh=t", query{}, "", errTwo},
		{"vh=&a=1&vh=t", query{}, "", errTwo},
	} {
		got, err := splitQuery(tt.raw)
		assert.Equal(t, tt.err, err, tt.raw)
		assert.Equal(t, tt.want, got, tt.raw)
		assert.Equal(t, tt.without, got.without(), tt.raw)
	}
}

func TestBeforeParams(t *testing.T) {
	for raw, want := range map[string]string{
		"": "", "a=1": "a=1", "CallSid=1": "", "a=1&CallSid=1&b=2": "a=1&", "a=1&&%46rom=1": "a=1&&", "a=CallSid": "a=CallSid", "a=%zz&To": "a=%zz&", "%zz=1&To": "%zz=1&",
	} {
		assert.Equal(t, want, beforeParams(raw), raw)
	}
	assert.True(t, documented["RecordingUrl"])
	assert.False(t, documented[""] || documented["-"])
}

// BenchmarkScan measures the search for the call in a request.
func BenchmarkScan(b *testing.B) {
	form := []byte("CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&From=%2B14025550100&To=%2B14025550199&CallStatus=in-progress" +
		"&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&Digits=1")
	own := ownNames("lang=en&")
	b.ReportAllocs()
	for b.Loop() {
		if id, err := scan(form, own); err != nil || id.odd {
			b.Fatal(id, err)
		}
	}
}
