package voxtest

import (
	"context"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/internal/wire"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// Unforgeable fails the test if the app accepts forged webhooks for the URLs in
// the documents of the call. Call Unforgeable after the call has ended. The app
// is usually a [voxauth.Signed].
//
// Every webhook for a URL from a document must have a token. Unforgeable sends
// each of these webhooks again in forged forms: without token and credentials,
// with each part of the token altered, to another path, for another CallSid,
// and for another CallSid with the original as ParentCallSid. The app must
// refuse each forgery with a 4xx status. There are two exceptions:
//
//   - The app may accept a forgery without a token as an IncomingCall or a
//     StatusChange, if the call sent another webhook without a token to the
//     same path. That path is an Entry of [voxauth.Signed].
//   - The app may accept a forgery with the ParentCallSid, if [voxauth.Call]
//     returns the original call.
//
// Unforgeable forges no webhook that came without a token, such as the first of
// the call. An Entry whose Check is [voxauth.Open] is not protected: anyone can
// send these webhooks, and Unforgeable does not report it.
//
// An accepted forgery runs a callback of the app, so check the effects of the
// call before you call Unforgeable.
func (p *Phone) Unforgeable() {
	p.t.Helper()
	if p.call.End() == nil {
		p.fail("Unforgeable needs a call that has ended: %s", p.stuck())
		return
	}
	requests := p.Requests()
	entries := map[string]bool{} // paths of webhooks without a token
	for _, r := range requests {
		if tokenOf(r.URL) != "" {
			continue
		}
		if r.Place != "" && r.Event.Kind() != voxhook.KindStatusChange {
			p.fail("%s %s has no token, so anyone can send it\nwrap the app in a voxauth.Signed", r.Method, r.URL)
			return
		}
		entries[r.URL.Path] = true
	}
	for _, r := range requests {
		if r.Attempt > 1 || tokenOf(r.URL) == "" {
			continue
		}
		for _, f := range forgeries(r, requests) {
			if got := f.send(p.app); !f.mayGet(got, entries[r.URL.Path]) {
				p.fail("the app accepted %s %s %s, with status %d\nwrap the app in a voxauth.Signed", r.Method, r.URL, f.what, got.status)
				return
			}
		}
	}
}

// tokenParam finds the token of package voxauth in a query.
var tokenParam = regexp.MustCompile(`(?:^|&)vh=([^&]*)`)

// tokenOf returns the token of a URL, or "".
func tokenOf(u *url.URL) string {
	if m := tokenParam.FindStringSubmatch(u.RawQuery); m != nil {
		return m[1]
	}
	return ""
}

// A forgery is a request that the app must refuse.
type forgery struct {
	what    string // how it is forged
	method  string
	url     *url.URL
	form    url.Values
	noToken bool
	parent  string // the call for which it may be accepted
	legs    bool   // its token is also valid for legs of the call
}

// An arrival is the result of a forgery.
type arrival struct {
	status int
	kind   voxhook.Kind // the kind of the event; zero if no Handler had one
	call   string       // the authenticated call of the event
}

// mayGet reports whether the app may answer the forgery like this. The argument
// entry reports whether the call had a webhook without a token at this path.
func (f forgery) mayGet(a arrival, entry bool) bool {
	switch {
	case 400 <= a.status && a.status < 500:
		return true
	case f.noToken:
		return entry && (a.kind == voxhook.KindIncomingCall || a.kind == voxhook.KindStatusChange)
	case f.parent == "":
		return false
	case a.kind == 0: // no Handler shows the call, so the token decides
		return f.legs
	}
	return a.call == f.parent
}

// takesLegs reports whether a token is also valid for legs of its call.
func takesLegs(token string) bool {
	head, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(head) == 0 {
		return false
	}
	const leg, use = 1 << 4, 1<<4 - 1
	switch voxml.URLUse(head[0] & use) {
	case voxml.UseNumber, voxml.UseRecording, voxml.UsePayProgress:
		return true
	}
	return head[0]&leg != 0
}

// tokenParts maps the parts of a token to the bytes at which they begin.
var tokenParts = map[string]int{
	"another version or use": 0, "another expiry": 1, "another nonce": 5, "another call": 13, "another MAC": 21,
}

// forgeries returns copies of r that differ from it in one thing.
func forgeries(r Request, all []Request) []forgery {
	forge := func(what string) forgery {
		u := *r.URL
		u.User = nil
		return forgery{what: what, method: r.Method, url: &u, form: maps.Clone(r.Form)}
	}
	token := tokenOf(r.URL)

	without := forge("without a token")
	without.noToken = true
	without.url.RawQuery = strings.TrimPrefix(tokenParam.ReplaceAllString(r.URL.RawQuery, ""), "&")
	forged := []forgery{without}

	bytes, _ := base64.RawURLEncoding.DecodeString(token) // a token not made by voxauth is lengthened
	for _, part := range slices.Sorted(maps.Keys(tokenParts)) {
		altered := append(slices.Clone(bytes), 0)
		if at := tokenParts[part]; at < len(bytes) {
			altered = altered[:len(bytes)]
			altered[at] ^= 1
		}
		f := forge("with a token of " + part)
		f.url.RawQuery = strings.Replace(r.URL.RawQuery, token, base64.RawURLEncoding.EncodeToString(altered), 1)
		forged = append(forged, f)
	}

	other := forge("at another path")
	other.url.Path, other.url.RawPath = r.URL.Path+"x", ""
	for _, o := range all {
		if o.URL.Path != r.URL.Path {
			other.url.Path, other.url.RawPath = o.URL.Path, o.URL.RawPath
		}
	}
	forged = append(forged, other)

	call := r.Form.Get("CallSid")
	another := []string{sim.NewID("another "+call, 0)}
	f := forge("for another CallSid")
	f.form["CallSid"] = another
	f.form.Del("ParentCallSid")
	forged = append(forged, f)

	f = forge("for another CallSid with the first as ParentCallSid")
	f.form["CallSid"] = another
	if !r.Form.Has("ParentCallSid") {
		f.form.Set("ParentCallSid", call)
	}
	f.parent, f.legs = f.form.Get("ParentCallSid"), takesLegs(token)
	return append(forged, f)
}

// send sends the request to an app.
func (f forgery) send(app http.Handler) (a arrival) {
	r, err := wire.NewRequest(f.method, f.url.String(), f.form)
	if err != nil { // no server would accept it
		return arrival{status: http.StatusBadRequest}
	}
	hooks := &voxhook.Hooks{Event: func(ctx context.Context, ev voxhook.Event) (context.Context, error) {
		a.kind, a.call = ev.Kind(), voxauth.Call(ctx)
		return ctx, nil
	}}
	resp, err := sim.Handler(app).Do(r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	if err == nil { // otherwise the app aborted
		a.status = resp.StatusCode
	}
	return a
}
