package voxauth

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"github.com/voxhook/voxhook/voxml"
)

var errURL = errors.New("voxauth: the URL cannot be parsed, or its path does not begin with a slash")

// sign returns the document with a token in each URL that belongs to this
// program. All these tokens have the same new nonce.
func (a *admission) sign(doc voxml.Response, callSid string) (voxml.Response, error) {
	// A leg that was accepted through its parent gets tokens of the parent. Its
	// own CallSid is not authenticated: with tokens for it, a sender could act
	// as any call by naming that call.
	c := claim{leg: a.leg, expires: expiry(a.now, cmp.Or(a.s.TTL, DefaultTTL)), nonce: newNonce(), call: a.claim.call}
	if a.call == "" {
		c.call = callOf([]byte(callSid))
	}
	return doc.MapURLs(func(use voxml.URLUse, text string) (string, error) {
		c.use = use
		return a.signURL(c, text)
	})
}

// signURL adds a token to a URL, unless it belongs to another program.
func (a *admission) signURL(c claim, text string) (string, error) {
	text = requestable(text)
	t, ok := plainTarget(text)
	if !ok {
		var err error
		if t, ok, err = a.targetOf(text); !ok {
			return text, err
		}
	}
	return withToken(text, t.own, c.sign(a.s.Keys[0], t)), nil
}

// targetOf returns the target of a URL in a document. It reports false if the
// URL belongs to another program.
func (a *admission) targetOf(text string) (t target, ok bool, err error) {
	ref, err := url.Parse(text)
	if err != nil {
		return t, false, errURL
	}
	switch {
	case ref.Host != "":
		if !slices.ContainsFunc(a.s.Hosts, func(host string) bool { return strings.EqualFold(host, ref.Host) }) {
			a.warnSameHost(ref.Host)
			return t, false, nil
		}
	case ref.Scheme != "": // not a web address
		return t, false, nil
	}
	t = target{resolve(a.target.path, ref), ownQuery(ref.RawQuery)}
	if ref.Host == "" && ref.Path == "" && ref.RawQuery == "" && !ref.ForceQuery { // only a fragment: the same URL again
		t.own = a.target.own
	}
	return t, true, nil
}

// plainTarget returns the target of a simple URL such as /voice/menu?lang=en.
// It reports false for URLs that need a parser.
func plainTarget(text string) (t target, ok bool) {
	path, query, _ := strings.Cut(text, "?")
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, isNotPlain) || strings.Contains(query, "#") {
		return t, false
	}
	return target{path, ownQuery(query)}, true
}

// isNotPlain reports whether a character of a path may need a parser, such as a
// dot, an escape or the start of a fragment.
func isNotPlain(c rune) bool {
	return c != '/' && c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

// resolve returns the escaped path of a URL as the platform requests it.
func resolve(base string, ref *url.URL) string {
	if ref.Host != "" && ref.Path == "" {
		return "/"
	}
	b := &url.URL{RawPath: base}
	b.Path, _ = url.PathUnescape(base) // net/http has parsed base, so this cannot fail
	return b.ResolveReference(&url.URL{Path: ref.Path, RawPath: ref.RawPath}).EscapedPath()
}

// requestable escapes the characters that only some clients escape, so that all
// clients request exactly the URL that was signed.
func requestable(text string) string {
	if strings.IndexFunc(text, escapes) < 0 {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if escapes(rune(text[i])) {
			fmt.Fprintf(&b, "%%%02X", text[i])
		} else {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

func escapes(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("\"'<>\\^`{|}", c) }

// withToken returns a URL with its query replaced by the document query own and
// a token. The fragment stays.
func withToken(text, own string, tok tokenText) string {
	text, fragment, hasFragment := strings.Cut(text, "#")
	before, _, _ := strings.Cut(text, "?")
	if hasFragment {
		fragment = "#" + fragment
	}
	return before + "?" + own + tokenPrefix + string(tok[:]) + fragment
}

// warnSameHost logs once that a URL of this program gets no token.
func (a *admission) warnSameHost(host string) {
	if !strings.EqualFold(host, a.r.Host) {
		return
	}
	a.s.sameHost.Do(func() {
		a.s.log().LogAttrs(a, slog.LevelWarn,
			"voxauth: an absolute URL with the host of the request gets no token, so the call will fail there: add the host to Hosts")
	})
}
