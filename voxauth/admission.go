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
	errKeys    = errors.New("voxauth: Signed has no Keys, or one of them is the zero Key: use keys from NewKey or ParseKey")
	errNoToken = errors.New("voxauth: the request has no token, and its path is not in Entry: add the path to Entry, starting with Prefix, or request a URL made by Signed.URL")
	errToken   = errors.New("voxauth: the token is not valid for this path and query: if a proxy strips a prefix from the path, set Prefix; if a proxy changes the query, configure it not to; if replicas or restarts use different keys, give them the same Keys")
	errExpired = errors.New("voxauth: the token has expired: set TTL to more than the longest call, or replace the URL made by Signed.URL")
	errTwo     = errors.New("voxauth: the query has two tokens: use each URL as it was signed, and do not add to its query")
	errRest    = errors.New("voxauth: the query of a POST continues after the token: configure proxies not to add to the query")
	errRepeat  = errors.New("voxauth: a parameter of the webhook has the same name as one in the URL's own query, which the token covers: rename the one in the document")
	errCall    = errors.New("voxauth: the token belongs to another call: create a new document for each call, and do not store and reuse one; to make a URL for any call, use Signed.URL")
	errKind    = errors.New("voxauth: without a token of its call, an event must be an IncomingCall or a StatusChange: send other events to a URL from a document that passes through Signed")
)

// An admission is a request that was accepted. It is the context of the request
// that Next receives, without the hooks. It holds everything that Signed adds
// to a request, in one allocation.
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

	// signed is true if the answer needs no more tokens, because a Document
	// hook added them or the answer is a stored copy that has them. It is
	// atomic because a run of Next may continue after ServeHTTP returned.
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

// admit checks the token of a request. If it has none, admit checks that the
// request is allowed without a token. It reads the body only if this check
// succeeds.
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

// requestPath returns the escaped path of a request as the client sent it. An
// outer http.StripPrefix does not change it.
func requestPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if strings.HasPrefix(path, "/") {
		return path
	}
	// The RequestURI is absolute, or no server has read the request. Like
	// net/http, ParseRequestURI treats a # as part of the path.
	if u, err := url.ParseRequestURI(path); err == nil {
		return u.EscapedPath()
	}
	return r.URL.EscapedPath()
}

// checkToken checks the token, the rest of the query, the names of the
// parameters, and the call.
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
	if _, err := voxhook.Decode(a.r); err != nil { // fails for the same reason
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", voxhook.ErrTooLarge, form.ErrBytes)
}

// checkCall checks that the request belongs to the call of the token.
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

// byParent reports whether the token also accepts legs of its call.
func (a *admission) byParent() bool {
	switch a.claim.use {
	case voxml.UseNumber, voxml.UseRecording, voxml.UsePayProgress:
		return true
	}
	return a.claim.leg
}

// isForm reports whether all parsers read the body, if any, as a form.
func isForm(r *http.Request) bool {
	return r.Method == http.MethodGet ||
		r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" && len(r.Header["Content-Encoding"]) == 0
}

// request returns the request that Next receives, without the token and with
// the hooks that sign its answer.
func (a *admission) request() *http.Request {
	next := a.r.WithContext(voxhook.WithHooks(a, hooks))
	if !a.query.found {
		return next
	}
	a.url = *a.r.URL
	a.url.RawQuery = a.query.without()
	next.URL = &a.url
	next.Form = nil // it may hold the token; ParseForm fills it again
	if path, _, ok := strings.Cut(a.r.RequestURI, "?"); ok {
		next.RequestURI = path
		if a.url.RawQuery != "" {
			next.RequestURI += "?" + a.url.RawQuery
		}
	}
	return next
}

// hooks sign the answers to all admissions. Each finds its admission in the
// context.
var hooks = &voxhook.Hooks{
	// Kind returns the kind of webhook that the URL of the token receives.
	Kind: func(r *http.Request) voxhook.Kind {
		return voxhook.KindFor(admissionFrom(r.Context()).claim.use)
	},

	// Event refuses an event that needs a token of its call but has none.
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

	// Done marks an answer that comes from a store, and so has tokens.
	Done: func(ctx context.Context, _ voxhook.Event, o voxhook.Outcome) {
		if o.Replayed {
			admissionFrom(ctx).signed.Store(true)
		}
	},
}
