package voxauth

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// DefaultTTL is the lifetime of a token if [Signed].TTL is zero.
const DefaultTTL = 24 * time.Hour

// Signed accepts only webhooks for URLs that this program handed out.
//
// It adds a token to the URLs of this program in the documents that pass
// through it: those in Action, Redirect, Number.URL, StatusCallback and
// RecordingStatusCallback. It accepts a request if one of Keys made the token
// for this path, document query and call, and the token has not expired. The
// document query is the query that the URL has in the document, without the
// token.
//
// To forge a webhook of a call, an attacker must have seen a document of the
// call, or a URL with one of its tokens. This holds only if no one but the
// platform passes a Check in Entry, and if no URL made by Signed.URL leaks. If
// a Check is Open, anyone who knows a CallSid can request the first document of
// that call, and gets tokens for it.
//
// A token is as secret as a password. It is in the query, so keep queries out
// of access logs. Signed removes the token from the request before it calls
// Next. The query parameter vh is reserved for the token.
//
// The order of wrappers, from the outside, is Signed, idempotency.Handler, mux.
// In any other order, webhooks can run more than once.
//
// Do not change a Signed after its first request. Replace it with a new one
// instead: no call depends on a particular Signed, only on its Keys.
type Signed struct {
	// Next receives the requests that are accepted. Required.
	Next http.Handler

	// Keys make and check tokens: the first key makes them, and all keys check
	// them. Required.
	//
	// To replace a key without ending calls, take three steps, each on every
	// replica before the next: add the new key at the end; move it to the
	// front; remove the old key after TTL has passed. A URL made by Signed.URL
	// is valid only while the key that made it is in Keys, so replace the URL
	// before you remove that key.
	Keys []Key

	// Entry maps paths that need no token to their Checks. These are the paths
	// of the URLs in the platform's portal. A request without a token is
	// refused if its path is not in Entry, if the Check is nil, or if the Check
	// returns an error. [Open] accepts every request. If a request has a token,
	// the token must be valid, and no Check is called.
	//
	// Write each path escaped, as the platform requests it, including Prefix.
	// Paths are compared byte for byte.
	//
	// If a request has no token, or its URL was made by Signed.URL, a
	// voxhook.Handler in Next accepts it only as an IncomingCall or a
	// StatusChange, and refuses it otherwise with status 403. Other handlers
	// must check this themselves.
	Entry map[string]Check

	// TTL is the lifetime of a token. It must be longer than the longest call,
	// including the notifications after its end. Zero means DefaultTTL. With a
	// negative TTL, all tokens have expired.
	TTL time.Duration

	// Hosts lists the hosts of this program, as they appear in the absolute
	// URLs of documents: with the port if the URL has one. Case does not
	// matter. An absolute URL with another host gets no token. If that host is
	// the host of the request, Signed logs a warning once.
	Hosts []string

	// Prefix is the path prefix that a reverse proxy strips, escaped, such as
	// "/phone".
	Prefix string

	// ErrorLog receives refused requests at level warn, with the reason and the
	// change that would help. At level error, it receives a record for each
	// request if Keys are missing or not valid, and for each answer that was
	// sent without tokens because it could not be signed. These records have
	// the pattern that an outer mux matched, or else the path if it is in
	// Entry. No record holds anything else from the request. If nil,
	// slog.Default is used.
	ErrorLog *slog.Logger

	sameHost sync.Once // logs that a URL with the request's host gets no token
}

// ServeHTTP passes a request on to Next, or refuses it. The status is 500 if
// Keys are missing or not valid, 401 if [Basic] refuses the login, the result
// of [voxhook.StatusCode] if the request cannot be read as a webhook, and 403
// otherwise. Bodies over 256 KiB are refused.
func (s *Signed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.ready() {
		s.refuse(w, r, errKeys)
		return
	}
	a, err := s.admit(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	a.writer = signedWriter{ResponseWriter: w, a: a}
	s.Next.ServeHTTP(&a.writer, a.request())
	a.writer.finish()
}

// ready reports whether there are keys and all are valid.
func (s *Signed) ready() bool {
	return len(s.Keys) > 0 && !slices.ContainsFunc(s.Keys, Key.isZero)
}

// refuse answers and logs a request that is not accepted.
func (s *Signed) refuse(w http.ResponseWriter, r *http.Request, err error) {
	level := slog.LevelWarn
	if errors.Is(err, errKeys) {
		level = slog.LevelError
	}
	refuse(w, r, err)
	s.report(r, level, "voice webhook refused", err)
}

// report logs an error, with the pattern of the request if it is known.
func (s *Signed) report(r *http.Request, level slog.Level, message string, err error) {
	attrs := []slog.Attr{slog.String("error", err.Error())}
	if pattern := s.pattern(r); pattern != "" {
		attrs = append(attrs, slog.String("pattern", pattern))
	}
	s.log().LogAttrs(r.Context(), level, message, attrs...)
}

// pattern returns the pattern that an outer mux matched, or else the path if it
// is in Entry. Otherwise it returns "", because a path can hold a caller's
// data.
func (s *Signed) pattern(r *http.Request) string {
	if r.Pattern != "" {
		return r.Pattern
	}
	if path := s.path(r); s.Entry[path] != nil {
		return path
	}
	return ""
}

func (s *Signed) log() *slog.Logger {
	if s.ErrorLog != nil {
		return s.ErrorLog
	}
	return slog.Default()
}

// URL returns rawURL with a token that is valid for its path and query, and for
// any call. Use the result in the platform's portal or REST API. If ttl is
// zero, the token does not expire. Signed treats a request for the URL like a
// request for a path in Entry, but calls no Check. Anyone who knows the URL can
// send a first webhook with any CallSid, and gets tokens for that call.
//
// The first of Keys makes the token. The URL is valid only while that key is in
// Keys. URL fails if rawURL cannot be parsed, if it has neither a host nor a
// path that begins with a slash, or if Keys are not valid.
func (s *Signed) URL(rawURL string, ttl time.Duration) (string, error) {
	if !s.ready() {
		return "", errKeys
	}
	text := requestable(rawURL)
	ref, err := url.Parse(text)
	if err != nil || ref.Host == "" && !strings.HasPrefix(ref.Path, "/") {
		return "", errURL
	}
	c := claim{nonce: newNonce()}
	if ttl != 0 {
		c.expires = expiry(time.Now(), ttl)
	}
	t := target{resolve("/", ref), ownQuery(ref.RawQuery)}
	return withToken(text, t.own, c.sign(s.Keys[0], t)), nil
}

// DocumentID returns the ID of the document that named the URL of r. All URLs
// of a document have the same ID, including those for notifications. No other
// document has this ID: it is 8 random bytes in hexadecimal.
//
// The platform requests at most one action or Redirect of a document, so a
// second such request with the same ID is a retry. The platform may send many
// notifications. If two of them have the same ID, path and parameters, the
// second is a retry.
//
// The argument r must be a request that Signed has passed on. DocumentID
// reports false if r had no token, or if Signed.URL made its URL.
func DocumentID(r *http.Request) (id string, ok bool) {
	a := admissionFrom(r.Context())
	if a == nil || a.claim.use == 0 {
		return "", false
	}
	return hex.EncodeToString(a.claim.nonce[:]), true
}

// Call returns the CallSid of the call that the token belongs to, given the
// context of a request that Signed has passed on. The result is the CallSid or
// the ParentCallSid of the request. If it is the ParentCallSid, the CallSid of
// the request is not authenticated. Call returns "" if the request had no
// token, or if Signed.URL made its URL.
func Call(ctx context.Context) string {
	if a := admissionFrom(ctx); a != nil {
		return a.call
	}
	return ""
}
