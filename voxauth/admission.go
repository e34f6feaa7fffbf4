package voxauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// Reasons to refuse a request. They are logged, and say what to change.
var (
	errKeys    = errors.New("voxauth: Signed has no keys, or a zero Key: set Keys to what NewKey or ParseKey returns")
	errNoToken = errors.New("voxauth: there is no token, and the path is not in Entry: add the path to Entry, with Prefix in front, or request a URL made by Signed.URL")
	errToken   = errors.New("voxauth: the token is not valid for this path and query: if a proxy strips a prefix of the path, set Prefix; if it changes the query, stop it; if replicas or restarts have other keys, give them the same Keys")
	errExpired = errors.New("voxauth: the token has expired: raise TTL above the longest call, or replace the URL made by Signed.URL")
	errTwo     = errors.New("voxauth: the query has two tokens: use a URL as it was signed, and add no query to it")
	errRest    = errors.New("voxauth: the query of a POST goes on after the token: let no proxy add to the query")
	errRepeat  = errors.New("voxauth: a parameter has the name of one in the URL's own query, which the token covers: rename that one in the document")
	errCall    = errors.New("voxauth: the token belongs to another call: answer each call with a document of its own, not with a stored one; a URL for any call is made by Signed.URL")
	errKind    = errors.New("voxauth: without a token of the call, only an IncomingCall or a StatusChange is let in: send other events to a URL of a document that passes through Signed")
)

// An admission is a request that was let in. It is the context of the request
// that Next receives, without the hooks. What Signed adds to a request is in
// this one allocation.
type admission struct {
	context.Context
	s      *Signed
	r      *http.Request // as received
	now    time.Time     // when it was received
	target target        // of the request
	claim  claim         // zero without a token
	query  query
	call   string // the authenticated CallSid, or ""
	leg    bool   // call is the ParentCallSid of the request

	url    url.URL      // of the request that Next receives
	writer signedWriter // of its answer

	// signed is true when the answer needs no more tokens: a Document hook has
	// added them, or the answer is a copy of one that has them. It is atomic,
	// because a run of Next can go on after ServeHTTP has returned.
	signed atomic.Bool
}

type admissionKey struct{}

func (a *admission) Value(key any) any {
	if key == (admissionKey{}) {
		return a
	}
	return a.Context.Value(key)
}

func admissionFrom(ctx context.Context) *admission {
	a, _ := ctx.Value(admissionKey{}).(*admission)
	return a
}

// admit checks the token of a request, or that it needs none. It does not read
// the body before one of the two is certain.
func (s *Signed) admit(r *http.Request) (*admission, error) {
	q, err := splitQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	a := &admission{Context: r.Context(), s: s, r: r, now: time.Now(), query: q}
	a.target = target{path: s.path(r), own: q.own}
	if q.found {
		return a, a.checkToken()
	}
	own := q.own
	if r.Method == http.MethodGet {
		own = strings.TrimSuffix(beforeParams(own), "&")
	}
	a.target.own = ownQuery(own)
	check := s.Entry[a.target.path]
	if check == nil {
		return nil, errNoToken
	}
	if err := check(r); err != nil {
		return nil, err
	}
	_, err = a.body()
	return a, err
}

// path returns the escaped path of a request as the platform sent it.
func (s *Signed) path(r *http.Request) string {
	return strings.TrimSuffix(s.Prefix, "/") + requestPath(r)
}

// requestPath returns the escaped path of a request as the client sent it, so
// that an http.StripPrefix between changes nothing.
func requestPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if strings.HasPrefix(path, "/") {
		return path
	}
	// The absolute form of RequestURI, or a request that no server has read.
	// Like net/http, ParseRequestURI takes a # as part of the path.
	if u, err := url.ParseRequestURI(path); err == nil {
		return u.EscapedPath()
	}
	return r.URL.EscapedPath()
}

// checkToken checks the token, what the token does not cover, and the call.
func (a *admission) checkToken() (err error) {
	if a.claim, err = verify(a.query.token, a.s.Keys, a.target, a.now); err != nil {
		return err
	}
	if a.query.rest != "" && a.r.Method != http.MethodGet {
		return errRest
	}
	params, err := a.body()
	if err != nil {
		return err
	}
	if a.r.Method == http.MethodGet {
		params = []byte(a.query.rest)
	}
	id, err := scan(params, ownNames(a.query.own))
	if err != nil || a.claim.use == 0 {
		return err
	}
	if id.odd || !isForm(a.r) {
		w, err := voxhook.Decode(a.r)
		if err != nil {
			return err
		}
		id.callSid, id.parent = []byte(w.CallSid), []byte(w.ParentCallSid)
	}
	return a.checkCall(id)
}

// body reads the body and keeps it for Next. Its error does not quote the
// request.
func (a *admission) body() ([]byte, error) {
	text, err := form.Keep(a.r, form.Limits{})
	if err == nil {
		return text, nil
	}
	if _, err := voxhook.Decode(a.r); err != nil { // the error of Keep in words of its own
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", voxhook.ErrTooLarge, form.ErrBytes)
}

// checkCall compares the call of the token with that of the request.
func (a *admission) checkCall(id identity) error {
	switch {
	case callOf(id.callSid) == a.claim.call:
		a.call = string(id.callSid)
	case a.byParent() && len(id.parent) > 0 && callOf(id.parent) == a.claim.call:
		a.call, a.leg = string(id.parent), true
	default:
		return errCall
	}
	return nil
}

// byParent reports whether a leg of the token's call is let in.
func (a *admission) byParent() bool {
	switch a.claim.use {
	case voxml.UseNumber, voxml.UseRecording, voxml.UsePayProgress:
		return true
	}
	return a.claim.leg
}

// isForm reports whether all parsers read the body as a form, if there is one.
func isForm(r *http.Request) bool {
	return r.Method == http.MethodGet ||
		r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" && len(r.Header["Content-Encoding"]) == 0
}

// request returns the request that Next receives: without the token, and with
// the hooks that sign its answer.
func (a *admission) request() *http.Request {
	next := a.r.WithContext(voxhook.WithHooks(a, hooks))
	if !a.query.found {
		return next
	}
	a.url = *a.r.URL
	a.url.RawQuery = a.query.without()
	next.URL = &a.url
	next.Form = nil // which may have the token; ParseForm makes it again
	if path, _, ok := strings.Cut(a.r.RequestURI, "?"); ok {
		next.RequestURI = path
		if a.url.RawQuery != "" {
			next.RequestURI += "?" + a.url.RawQuery
		}
	}
	return next
}

// hooks sign the answers of all admissions. They find theirs in the context.
var hooks = &voxhook.Hooks{
	// Kind returns the kind of the webhook that the token is for.
	Kind: func(r *http.Request) voxhook.Kind {
		return voxhook.KindFor(admissionFrom(r.Context()).claim.use)
	},

	// Event refuses events that need a token of their call.
	Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
		k := ev.Kind()
		if admissionFrom(ctx).claim.use == 0 && k != voxhook.KindIncomingCall && k != voxhook.KindStatusChange {
			return nil, errKind
		}
		return ctx, nil
	},

	// Document adds tokens to a document.
	Document: func(ctx context.Context, ev voxhook.Event, doc voxml.Response) (voxml.Response, error) {
		a := admissionFrom(ctx)
		a.signed.Store(true)
		return a.sign(doc, ev.Webhook().CallSid)
	},

	// Done notices an answer that comes from a store and has tokens already.
	Done: func(ctx context.Context, _ voxhook.Event, o voxhook.Outcome) {
		if o.Replayed {
			admissionFrom(ctx).signed.Store(true)
		}
	},
}
