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

// DefaultTTL is how long a token is valid if [Signed].TTL is zero.
const DefaultTTL = 24 * time.Hour

// Signed lets in only webhooks whose URLs this program handed out.
//
// It adds a token to every URL in the documents that pass through it: Action,
// Redirect, Number.URL, StatusCallback, RecordingStatusCallback. A request is
// let in if its token was made with one of Keys for this path, query and call
// and has not expired. Only someone who has seen a call's documents can send
// webhooks for it, provided each Entry has a Check that only the platform
// passes. With Open, anyone who knows a CallSid can ask for that call's first
// document, and gets its tokens.
//
// A token is as secret as a password. It is in the query, so keep queries out
// of access logs. Next does not see it: it is removed from the request. The
// query parameter vh belongs to Signed.
//
// The order of wrappers is Signed, then idempotency.Handler, then the mux.
//
// A Signed must not be changed after it has begun to serve. To change it, make
// another one: there is no state in it that a call depends on.
type Signed struct {
	// Next receives the requests that are let in. Required.
	Next http.Handler

	// Keys make and check tokens. The first key makes them, all keys check
	// them. Required. To rotate keys without ending calls: add the new key
	// last on every replica; move it to the front on every replica; remove
	// the old one after TTL. Before that, replace URLs made by Signed.URL,
	// which are valid only as long as their key.
	Keys []Key

	// Entry lists the paths that may be requested without a token, the URLs
	// in the platform's portal, each with the check it needs (Open for none).
	// A request for any other path without a token is refused. Keys are
	// escaped paths as the platform requests them, Prefix included. An entry
	// request is an IncomingCall or a StatusChange; an event of any other
	// kind is refused with 403. So are requests for URLs of Signed.URL.
	Entry map[string]Check

	// TTL is how long a token is valid. It must exceed the longest call,
	// including notifications that follow it. Zero means DefaultTTL.
	TTL time.Duration

	// Hosts lists hosts of absolute URLs that belong to this program, with
	// the port if the URL has one. Other absolute URLs get no token.
	Hosts []string

	// Prefix is the escaped path prefix that a reverse proxy strips, such as
	// "/phone".
	Prefix string

	// ErrorLog receives refused requests at level warn: the reason with what to
	// change, and the pattern of a mux outside, or the path in Entry, if there
	// is one. Records hold nothing from the request. If nil, slog.Default is
	// used.
	ErrorLog *slog.Logger

	sameHost sync.Once // logs that a URL with the request's host gets no token
}

// ServeHTTP lets a request in or refuses it. Bodies over 256 KiB are refused.
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

// refuse answers a request that is not let in.
func (s *Signed) refuse(w http.ResponseWriter, r *http.Request, err error) {
	level := slog.LevelWarn
	if errors.Is(err, errKeys) {
		level = slog.LevelError
	}
	refuse(w, r, err)
	s.report(r, level, "voice webhook refused", err)
}

// report logs an error. The record has the pattern of the request, if it is
// known.
func (s *Signed) report(r *http.Request, level slog.Level, message string, err error) {
	attrs := []slog.Attr{slog.String("error", err.Error())}
	if pattern := s.pattern(r); pattern != "" {
		attrs = append(attrs, slog.String("pattern", pattern))
	}
	s.log().LogAttrs(r.Context(), level, message, attrs...)
}

// pattern returns the pattern of the mux that the request has come through, or
// else the path in Entry. It returns "" if neither is known: a path can hold a
// caller's data.
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

// URL returns rawURL with a token that is valid for any call, for use in the
// platform's portal or REST API. If ttl is zero the token does not expire. A
// request for it needs no Check and is treated like an entry request.
//
// URL fails if rawURL cannot be parsed, if its path is neither absolute nor
// part of an absolute URL, or if s has no valid keys.
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

// DocumentID returns the ID of the document whose URL r requests. All URLs of a
// document have the same ID, those of notifications too, and no other document
// has it. The platform requests at most one action or Redirect of a document,
// so a second such request with the same ID is a retry. It may send many
// notifications: those with the same ID, path and parameters are retries.
//
// DocumentID reports false for a request without a token and for one whose URL
// was made by Signed.URL. The request must be one that Signed has let in.
func DocumentID(r *http.Request) (id string, ok bool) {
	a := admissionFrom(r.Context())
	if a == nil || a.claim.use == 0 {
		return "", false
	}
	return hex.EncodeToString(a.claim.nonce[:]), true
}

// Call returns the authenticated call id of the request being handled: CallSid,
// or ParentCallSid if the token belongs to that call. It returns "" for a
// request let in by Entry or by Signed.URL.
func Call(ctx context.Context) string {
	if a := admissionFrom(ctx); a != nil {
		return a.call
	}
	return ""
}
