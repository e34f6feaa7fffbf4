package voxauth_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook/voxauth"
)

func TestBasic(t *testing.T) {
	encode := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	logins := []voxauth.Login{login, {User: "other", Password: "with:colon:"}, {User: "\xff", Password: "caf\xe9"}}
	good := encode("voice:s3cret")
	rightLogins := []string{"voice:s3cret", "other:with:colon:", "\xff:caf\xe9"}
	headers := map[string][]string{ // names begin with the result
		"true lower-case scheme": {"b" + good[1:]}, "false none": nil, "false empty": {""}, "false only the scheme": {"Basic "},
		"false bad base64": {good[:len(good)-3] + "!!!"}, "false two, both right": {good, good}, "false two, the second right": {encode("a:b"), good},
		"false another scheme": {"Bearer s3cret"}, "false in front of the scheme": {" " + good},
	}
	for _, text := range append(rightLogins, "voice", "voicf:s3cret", "voice:S3cret", "voice:s3creT", "voice:s3cre", "voice:s3cret\x00",
		"voice:with:colon:", "other:with:colon", ":s3cret", "voice:", ":", "ÿ:café", "voice:"+strings.Repeat("s", 30<<10)) {
		headers[fmt.Sprintf("%t %.20q", slices.Contains(rightLogins, text), text)] = []string{encode(text)}
	}
	for name, header := range headers {
		t.Run(name, func(t *testing.T) {
			r := request("POST", "/voice", "CallSid=c1")
			if header != nil {
				r.Header["Authorization"] = header
			}
			check := voxauth.Basic(logins...)
			in := false
			w := serve(voxauth.Require(check, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { in = true })), r)
			assert.Equal(t, strings.HasPrefix(name, "true"), in)
			if in {
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

// The status is 401 only if a login would help, even if the error is wrapped.
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
