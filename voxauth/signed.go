package voxauth

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
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
// of access logs. Next does not see it: it is removed from r.URL.
//
// Order of wrappers: Signed, then idempotency.Handler, then the mux.
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

	// TTL is how long a token is valid. It must exceed the longest call. Zero
	// means 24 hours.
	TTL time.Duration

	// Hosts lists hosts of absolute URLs that belong to this program, with
	// the port if the URL has one. Other absolute URLs get no token.
	Hosts []string

	// Prefix is the path prefix that a reverse proxy strips, such as "/phone".
	Prefix string

	// ErrorLog receives refused requests at level warn: the reason and the
	// pattern, nothing from the request. If nil, slog.Default.
	ErrorLog *slog.Logger

	sameHost sync.Once // logs that a URL with the request's host gets no token
}

// Reasons for refusing a request. They are logged.
var (
	errKeys    = errors.New("voxauth: Signed has no keys, or a zero Key")
	errNoToken = errors.New("voxauth: no token, and the path is not an Entry")
	errToken   = errors.New("voxauth: the token is not valid for this path and query; if a proxy strips a prefix of the path, set Prefix")
	errExpired = errors.New("voxauth: the token has expired")
	errTwo     = errors.New("voxauth: the query has two tokens")
	errRest    = errors.New("voxauth: the query goes on after the token")
	errCall    = errors.New("voxauth: the token belongs to another call")
	errKind    = errors.New("voxauth: without a token of the call, only an IncomingCall or a StatusChange is let in")
)

// ServeHTTP lets a request in or refuses it.
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
	sw := signedWriter{ResponseWriter: w, admission: a}
	s.Next.ServeHTTP(&sw, a.request(r))
	sw.finish()
}

// ready reports whether there are keys and all are valid.
func (s *Signed) ready() bool {
	return len(s.Keys) > 0 && !slices.ContainsFunc(s.Keys, Key.IsZero)
}

// An admission is a request that was let in.
type admission struct {
	s      *Signed
	r      *http.Request // as it was received
	target target        // of the request
	claim  claim         // zero without a token
	token  bool
	call   string // the authenticated CallSid, or ""

	// signed is true when the answer needs no more tokens: a Document hook has
	// added them, or the answer is a copy of one that had them.
	signed bool
}

type admissionKey struct{}

func admissionFrom(ctx context.Context) *admission {
	a, _ := ctx.Value(admissionKey{}).(*admission)
	return a
}

// admit checks the token of a request, or that it needs none.
func (s *Signed) admit(r *http.Request) (*admission, error) {
	path, query := requestTarget(r)
	own, tok, rest, ok := splitQuery(query)
	if !ok {
		return nil, errTwo
	}
	a := &admission{s: s, r: r, target: target{s.Prefix + path, own}}
	if tok == "" {
		check, ok := s.Entry[a.target.path]
		if !ok || check == nil {
			return nil, errNoToken
		}
		if err := check(r); err != nil {
			return nil, err
		}
		return a, a.keepBody()
	}
	var err error
	if a.claim, err = verify(tok, s.Keys, a.target, time.Now()); err != nil {
		return nil, err
	}
	if err := checkRest(r.Method, own, rest); err != nil {
		return nil, err
	}
	a.token = true
	if err := a.keepBody(); err != nil {
		return nil, err
	}
	if a.claim.use != 0 {
		return a, a.checkCall()
	}
	return a, nil
}

// keepBody reads the body, for Signed as well as for Next.
func (a *admission) keepBody() error {
	_, err := form.Keep(a.r, form.Limits{})
	if errors.Is(err, form.ErrBytes) {
		return fmt.Errorf("%w: %w", voxhook.ErrTooLarge, err)
	}
	return err
}

// checkRest refuses what somebody may have added to the query. A POST has
// nothing after the token. A GET has the platform's parameters there; what they
// are called is not known, but none of them can have the name of one of the
// program's own.
func checkRest(method, own, rest string) error {
	if rest == "" {
		return nil
	}
	if method != http.MethodGet {
		return errRest
	}
	names := map[string]bool{}
	for pair := range strings.SplitSeq(own, "&") {
		names[paramName(pair)] = true
	}
	for pair := range strings.SplitSeq(rest, "&") {
		if name := paramName(pair); names[name] && !documented[name] {
			return errRest
		}
	}
	return nil
}

// paramName returns the name of a pair, unescaped if possible.
func paramName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		return plain
	}
	return name
}

// documented has the names of the platform's parameters.
var documented = func() map[string]bool {
	names := map[string]bool{}
	for _, kind := range voxhook.Kinds() {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(kind.New()).Elem()) {
			names[f.Tag.Get("schema")] = true
		}
	}
	return names
}()

// checkCall compares the call of the token with that of the request.
func (a *admission) checkCall() error {
	w, err := voxhook.Decode(a.r)
	if err != nil {
		return err
	}
	if callOf(w.CallSid) == a.claim.call {
		a.call = w.CallSid
		return nil
	}
	if a.byParent() && w.ParentCallSid != "" && callOf(w.ParentCallSid) == a.claim.call {
		a.call = w.ParentCallSid
		return nil
	}
	return errCall
}

// byParent reports whether a leg of the token's call is let in.
func (a *admission) byParent() bool {
	switch a.claim.use {
	case voxml.UseNumber, voxml.UseRecording, voxml.UsePayProgress:
		return true
	}
	return a.claim.leg
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

// request returns the request that Next receives: without the token, and with
// the hooks that sign its answer.
func (a *admission) request(r *http.Request) *http.Request {
	ctx := context.WithValue(r.Context(), admissionKey{}, a)
	next := r.WithContext(voxhook.WithHooks(ctx, &voxhook.Hooks{Kind: a.kind, Event: a.event, Document: a.document, Done: a.done}))
	if a.token {
		u := *r.URL
		own, _, rest, _ := splitQuery(u.RawQuery)
		u.RawQuery = strings.Trim(own+"&"+rest, "&")
		next.URL = &u
	}
	return next
}

// kind returns the kind of the webhook that the token is for.
func (a *admission) kind(*http.Request) voxhook.Kind { return voxhook.KindFor(a.claim.use) }

// event refuses events that need a token of their call.
func (a *admission) event(ctx context.Context, ev voxhook.Event) (context.Context, error) {
	if k := ev.Kind(); a.claim.use == 0 && k != voxhook.KindIncomingCall && k != voxhook.KindStatusChange {
		return nil, errKind
	}
	return ctx, nil
}

// document adds tokens to a document.
func (a *admission) document(_ context.Context, ev voxhook.Event, doc voxml.Response) (voxml.Response, error) {
	a.signed = true
	return a.sign(doc, ev.Webhook().CallSid)
}

// done notices an answer that comes from a store and has tokens already.
func (a *admission) done(_ context.Context, _ voxhook.Event, o voxhook.Outcome) {
	a.signed = a.signed || o.Replayed
}

// URL returns rawURL with a token that is valid for any call, for use in the
// platform's portal or REST API. If ttl is zero the token does not expire. URL
// fails if rawURL cannot be parsed or has no path, or if s has no valid keys.
func (s *Signed) URL(rawURL string, ttl time.Duration) (string, error) {
	if !s.ready() {
		return "", errKeys
	}
	u, err := url.Parse(rawURL)
	if err != nil || u.EscapedPath() == "" {
		return "", errURL
	}
	c := claim{nonce: newNonce()}
	if ttl != 0 {
		c.expires = expiry(time.Now(), ttl)
	}
	query := withoutTokens(u.RawQuery)
	return withQuery(rawURL, query, c.sign(s.Keys[0], target{u.EscapedPath(), query})), nil
}

// DocumentID returns the ID of the document whose URL r requests. Requests
// with the same ID are retries. It reports false for a request without a
// token, one made by Signed.URL, and notifications. R is a request that Signed
// has let in.
func DocumentID(r *http.Request) (id string, ok bool) {
	a := admissionFrom(r.Context())
	if a == nil || !voxhook.KindFor(a.claim.use).WantsDocument() {
		return "", false
	}
	return hex.EncodeToString(a.claim.nonce[:]), true
}

// Nonce returns the nonce of the document whose URL r requests, notifications
// included. It reports false where there is no token of a document. R is a
// request that Signed has let in.
func Nonce(r *http.Request) (string, bool) {
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

// refuse answers a request that is not let in.
func (s *Signed) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := refuse(w, err)
	level := slog.LevelWarn
	if status == http.StatusInternalServerError {
		level = slog.LevelError
	}
	s.log().LogAttrs(r.Context(), level, "voice webhook refused", slog.String("error", err.Error()), slog.String("pattern", r.Pattern))
	voxhook.Answered(r.Context(), voxhook.Outcome{Status: status, Err: err})
}

func (s *Signed) log() *slog.Logger {
	if s.ErrorLog != nil {
		return s.ErrorLog
	}
	return slog.Default()
}

// requestTarget returns the escaped path and the raw query of a request as the
// client sent them, so that http.StripPrefix between changes nothing.
func requestTarget(r *http.Request) (path, query string) {
	if r.RequestURI == "" {
		return r.URL.EscapedPath(), r.URL.RawQuery
	}
	path, query, _ = strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // the absolute form
		if u, err := url.Parse(r.RequestURI); err == nil {
			return u.EscapedPath(), u.RawQuery
		}
	}
	return path, query
}
