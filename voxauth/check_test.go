package voxauth_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxauth"
)

func TestBasic(t *testing.T) {
	encode := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	check := voxauth.Basic(
		voxauth.Login{User: "voice", Password: "s3cret"},
		voxauth.Login{User: "other", Password: "with:colon:"},
		voxauth.Login{User: "\xff", Password: "caf\xe9"},
	)
	good := encode("voice:s3cret")
	for _, tt := range []struct {
		name   string
		header []string
		ok     bool
	}{
		{"right", []string{good}, true},
		{"second login", []string{encode("other:with:colon:")}, true},
		{"not UTF-8", []string{encode("\xff:caf\xe9")}, true},
		{"lower-case scheme", []string{"basic" + good[5:]}, true},
		{"none", nil, false},
		{"empty", []string{""}, false},
		{"wrong user", []string{encode("voicf:s3cret")}, false},
		{"wrong password", []string{encode("voice:s3cres")}, false},
		{"first byte of the password wrong", []string{encode("voice:r3cret")}, false},
		{"last byte of the password wrong", []string{encode("voice:s3creu")}, false},
		{"password too short", []string{encode("voice:s3cre")}, false},
		{"password too long", []string{encode("voice:s3cret\x00")}, false},
		{"user of one login, password of another", []string{encode("voice:with:colon:")}, false},
		{"colon moved", []string{encode("other:with:colon")}, false},
		{"bad base64", []string{good + "!"}, false},
		{"base64 of another alphabet", []string{"Basic " + base64.RawURLEncoding.EncodeToString([]byte("voice:s3cret"))}, true},
		{"no colon", []string{encode("voices3cret")}, false},
		{"empty user", []string{encode(":s3cret")}, false},
		{"empty password", []string{encode("voice:")}, false},
		{"both empty", []string{encode(":")}, false},
		{"UTF-8 of the login that is not", []string{encode("ÿ:café")}, false},
		{"30 KB", []string{encode("voice:" + strings.Repeat("s", 30<<10))}, false},
		{"two headers, both right", []string{good, good}, false},
		{"two headers, the first right", []string{good, encode("a:b")}, false},
		{"two headers, the second right", []string{encode("a:b"), good}, false},
		{"another scheme", []string{"Bearer s3cret"}, false},
		{"in front of the scheme", []string{" " + good}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request("POST", "/voice", "CallSid=c1")
			if tt.header != nil {
				r.Header["Authorization"] = tt.header
			}
			in := false
			h := voxauth.Require(check, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { in = true }))
			w := serve(h, r)
			assert.Equal(t, tt.ok, in)
			if tt.ok {
				assert.Equal(t, 200, w.Code)
				return
			}
			assert.Equal(t, 401, w.Code)
			assert.Equal(t, `Basic realm="voice", charset="UTF-8"`, w.Header().Get("WWW-Authenticate"))
			assert.NotContains(t, w.Body.String(), "voice")
			err := check(r)
			require.Error(t, err)
			assertNoSecrets(t, err.Error())
		})
	}
}

func TestBasicPanics(t *testing.T) {
	for _, logins := range [][]voxauth.Login{
		nil, {{}}, {{User: "u"}}, {{Password: "p"}}, {{User: "u:", Password: "p"}}, {{User: "u", Password: "p"}, {}},
	} {
		assert.Panics(t, func() { voxauth.Basic(logins...) }, logins)
	}
}

func TestRequire(t *testing.T) {
	refused := errors.New("not today")
	w := serve(voxauth.Require(func(*http.Request) error { return refused }, http.NotFoundHandler()), request("GET", "/", ""))
	assert.Equal(t, 403, w.Code)
	assert.Empty(t, w.Header().Get("WWW-Authenticate"))
	assert.NotContains(t, w.Body.String(), refused.Error())

	login := voxauth.Basic(voxauth.Login{User: "u", Password: "p"})
	both := func(r *http.Request) error {
		if err := login(r); err != nil {
			return fmt.Errorf("from outside: %w", err)
		}
		return nil
	}
	assert.Equal(t, 401, serve(voxauth.Require(both, http.NotFoundHandler()), request("GET", "/", "")).Code)
	assert.Equal(t, 404, serve(voxauth.Require(voxauth.Open, http.NotFoundHandler()), request("GET", "/", "")).Code)
}
