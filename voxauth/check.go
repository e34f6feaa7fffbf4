package voxauth

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"github.com/voxhook/voxhook"
)

// A Check returns an error if a request must be refused. [Signed] logs the
// error, so the error must not quote the request. A Check may be called
// concurrently, and must not read the body.
type Check func(*http.Request) error

// Open accepts every request. It is a [Check].
func Open(*http.Request) error { return nil }

// A Login is a user name and a password for HTTP basic authentication.
type Login struct {
	User     string // not empty, without a colon
	Password string // not empty
}

// errLogin is the error of Basic.
var errLogin = errors.New("voxauth: the request has no valid login: in the platform's portal, enter https://USER:PASSWORD@HOST/PATH with a login that was given to Basic; if the platform sends no login, enter a URL made by Signed.URL")

// Basic returns a [Check] that accepts requests with one of the logins, by HTTP
// basic authentication. While you change a password, pass both logins. The time
// that the Check takes does not depend on which part of a login is wrong.
//
// Basic panics if there are no logins, if a user or password is empty, or if a
// user contains a colon. Whether the platform sends a login from a URL is
// unconfirmed. Make a test call to find out.
func Basic(logins ...Login) Check {
	if len(logins) == 0 {
		panic("voxauth: Basic needs at least one Login")
	}
	wants := make([][2][sha256.Size]byte, len(logins))
	for i, login := range logins {
		if login.User == "" || login.Password == "" || strings.Contains(login.User, ":") {
			panic("voxauth: Basic needs a password and a user without a colon in each Login")
		}
		wants[i] = [2][sha256.Size]byte{sha256.Sum256([]byte(login.User)), sha256.Sum256([]byte(login.Password))}
	}
	return func(r *http.Request) error {
		user, password, _ := r.BasicAuth()
		gotUser, gotPassword := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))
		good := 0
		for i := range wants {
			good |= subtle.ConstantTimeCompare(gotUser[:], wants[i][0][:]) & subtle.ConstantTimeCompare(gotPassword[:], wants[i][1][:])
		}
		if good == 1 && len(r.Header["Authorization"]) == 1 {
			return nil
		}
		return errLogin
	}
}

// Require returns a handler that passes requests on to next if check accepts
// them. Otherwise it refuses them. The status is 401 if the error is that of
// [Basic], the result of [voxhook.StatusCode] if that is not 500, and 403 for
// any other error. Require does not log the error, but the Done functions of
// outer hooks receive it.
func Require(check Check, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := check(r); err != nil {
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers a request that is not accepted.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	switch status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="voice", charset="UTF-8"`)
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", "GET, POST")
	}
	http.Error(w, http.StatusText(status), status)
	voxhook.Answered(r.Context(), voxhook.Outcome{Status: status, Err: err})
}

// statusOf returns the status of the answer to a refused request.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errKeys):
		return http.StatusInternalServerError
	case errors.Is(err, errLogin):
		return http.StatusUnauthorized
	}
	if status := voxhook.StatusCode(err); status != http.StatusInternalServerError {
		return status
	}
	return http.StatusForbidden
}
