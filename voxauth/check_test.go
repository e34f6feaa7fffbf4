package voxauth_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/voxauth"
)

func TestBasic(t *testing.T) {
	encode := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	logins := []voxauth.Login{login, {User: "other", Password: "with:colon:"}, {User: "\xff", Password: "caf\xe9"}}
	good := encode("voice:s3cret")
	for _, tt := range []struct {
		name   string
		header []string
		ok     bool
	}{
		{"right", []string{good}, true},
		{"colon in the password", []string{encode("other:with:colon:")}, true},
		{"not UTF-8", []string{encode("\xff:caf\xe9")}, true},
		{"lower-case scheme", []string{"b" + good[1:]}, true},
		{"none", nil, false},
		{"empty", []string{""}, false},
		{"only the scheme", []string{"Basic "}, false},
		{"bad base64", []string{good[:len(good)-3] + "!!!"}, false},
		{"a user alone", []string{encode("voice")}, false},
		{"wrong user", []string{encode("voicf:s3cret")}, false},
		{"wrong first byte", []string{encode("voice:S3cret")}, false},
		{"wrong last byte", []string{encode("voice:s3creT")}, false},
		{"shorter", []string{encode("voice:s3cre")}, false},
		{"longer", []string{encode("voice:s3cret\x00")}, false},
		{"user of one, password of another", []string{encode("voice:with:colon:")}, false},
		{"colon moved", []string{encode("other:with:colon")}, false},
		{"empty user", []string{encode(":s3cret")}, false},
		{"both empty", []string{encode(":")}, false},
		{"UTF-8 of the login that is not", []string{encode("ÿ:café")}, false},
		{"30 KB", []string{encode("voice:" + strings.Repeat("s", 30<<10))}, false},
		{"two headers, both right", []string{good, good}, false},
		{"two headers, the second right", []string{encode("a:b"), good}, false},
		{"another scheme", []string{"Bearer s3cret"}, false},
		{"in front of the scheme", []string{" " + good}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request("POST", "/voice", "CallSid=c1")
			if tt.header != nil {
				r.Header["Authorization"] = tt.header
			}
			check := voxauth.Basic(logins...)
			in := false
			w := serve(voxauth.Require(check, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { in = true })), r)
			assert.Equal(t, tt.ok, in)
			if tt.ok {
				assert.Equal(t, 200, w.Code)
				return
			}
			assert.Equal(t, 401, w.Code)
			assert.Equal(t, `Basic realm="voice", charset="UTF-8"`, w.Header().Get("WWW-Authenticate"))
			assert.Equal(t, "Unauthorized\n", w.Body.String())
			assertNoSecrets(t, check(r).Error())
		})
	}
	for _, bad := range [][]voxauth.Login{
		nil, {{}}, {{User: "u"}}, {{Password: "p"}}, {{User: "u:", Password: "p"}}, {{User: "u", Password: "p"}, {}},
	} {
		assert.Panics(t, func() { voxauth.Basic(bad...) }, bad)
	}
}

// The status is 401 only if a login would help, also if the error is wrapped.
func TestRequire(t *testing.T) {
	basic := voxauth.Basic(login)
	for _, tt := range []struct {
		check  voxauth.Check
		status int
		header string
	}{
		{func(*http.Request) error { return errors.New("not today") }, 403, ""},
		{func(r *http.Request) error { return fmt.Errorf("from outside: %w", basic(r)) }, 401, "Basic"},
		{voxauth.Open, 404, ""},
	} {
		w := serve(voxauth.Require(tt.check, http.NotFoundHandler()), request("GET", "/", ""))
		assert.Equal(t, tt.status, w.Code)
		assert.Equal(t, tt.header != "", w.Header().Get("WWW-Authenticate") != "")
		assert.NotContains(t, w.Body.String(), "not today")
	}
}
