package voxauth

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"github.com/voxhook/voxhook"
)

// A Check returns an error if a request must be refused. The error must not
// quote the request.
type Check func(*http.Request) error

// Open lets everyone in. It is a [Check].
func Open(*http.Request) error { return nil }

// A Login is a user and a password of HTTP basic authentication.
type Login struct {
	User     string // without a colon
	Password string // not empty
}

// errLogin is the error of Basic.
var errLogin = errors.New("voxauth: there is no valid login: enter https://USER:PASSWORD@HOST/PATH in the platform's portal, with a login given to Basic; if the platform sends no login, enter a URL made by Signed.URL")

// Basic returns a [Check] of HTTP basic authentication. Give it two logins
// while a password changes. Its time does not depend on which part of a login
// is wrong.
//
// Basic panics without logins, and if a user or password is empty or a user
// has a colon. Whether the platform sends credentials from a URL is
// unconfirmed: make a test call.
func Basic(logins ...Login) Check {
	if len(logins) == 0 {
		panic("voxauth: Basic: there are no logins")
	}
	wants := make([][2][sha256.Size]byte, len(logins))
	for i, login := range logins {
		if login.User == "" || login.Password == "" || strings.Contains(login.User, ":") {
			panic("voxauth: Basic: a login needs a user without a colon and a password")
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

// Require returns a handler that passes on the requests that check lets in. It
// answers the others with status 401 if a login would help, else with 403. It
// logs nothing: Done of hooks outside gets the error.
func Require(check Check, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := check(r); err != nil {
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers a request that is not let in.
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

// statusOf returns the status with which a request is refused.
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
