package voxauth

import (
	"bytes"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

var errURL = errors.New("voxauth: the URL cannot be parsed or has no path")

// sign returns the document with a token in each URL that belongs to this
// program. All have the same new nonce.
func (a *admission) sign(doc voxml.Response, callSid string) (voxml.Response, error) {
	c := claim{expires: expiry(time.Now(), ttlOf(a.s.TTL)), nonce: newNonce(), call: callOf(callSid)}
	if a.call != "" && a.call != callSid {
		// A leg that its parent let in. Tokens for a CallSid that nobody
		// vouches for would open that call.
		c.leg, c.call = true, callOf(a.call)
	}
	return doc.MapURLs(func(use voxml.URLUse, text string) (string, error) {
		c.use = use
		return a.signURL(c, text)
	})
}

func ttlOf(ttl time.Duration) time.Duration {
	if ttl == 0 {
		return DefaultTTL
	}
	return ttl
}

// signURL adds a token to a URL, unless it belongs to somebody else.
func (a *admission) signURL(c claim, text string) (string, error) {
	ref, err := url.Parse(text)
	if err != nil {
		return "", errURL
	}
	if ref.Host == "" && ref.Scheme != "" {
		return text, nil // not a web address
	}
	t := target{ref.EscapedPath(), withoutTokens(ref.RawQuery)}
	switch {
	case ref.Host != "":
		if !slices.ContainsFunc(a.s.Hosts, func(host string) bool { return strings.EqualFold(host, ref.Host) }) {
			a.warnSameHost(ref.Host)
			return text, nil
		}
		if t.path == "" {
			t.path = "/"
		}
	case t.path != "":
		t.path = a.resolve(ref)
	default:
		t.path = a.target.path
		if !strings.Contains(text, "?") { // only a fragment: the same document
			t.query = a.target.query
		}
	}
	return withQuery(text, t.query, c.sign(a.s.Keys[0], t)), nil
}

// resolve returns the path of a relative URL as the platform requests it.
func (a *admission) resolve(ref *url.URL) string {
	base := &url.URL{RawPath: a.target.path}
	base.Path, _ = url.PathUnescape(a.target.path) // net/http has parsed it
	return base.ResolveReference(&url.URL{Path: ref.Path, RawPath: ref.RawPath}).EscapedPath()
}

// warnSameHost logs once that a URL of this program gets no token.
func (a *admission) warnSameHost(host string) {
	if !strings.EqualFold(host, a.r.Host) {
		return
	}
	a.s.sameHost.Do(func() {
		a.s.log().LogAttrs(a.r.Context(), slog.LevelWarn,
			"voxauth: an absolute URL with the host of the request gets no token, so the call fails there: add the host to Hosts")
	})
}

// fragment returns the fragment of a URL with its number sign.
func fragment(text string) string {
	if i := strings.IndexByte(text, '#'); i >= 0 {
		return text[i:]
	}
	return ""
}

// withQuery returns a URL with another query and a token at its end.
func withQuery(text, query, tok string) string {
	after := fragment(text)
	before, _, _ := strings.Cut(strings.TrimSuffix(text, after), "?")
	if query != "" {
		query += "&"
	}
	return before + "?" + query + tokenParam + "=" + tok + after
}

// maxUnsigned is the largest answer without a hook that gets tokens.
const maxUnsigned = 1 << 20

// A signedWriter passes on answers that a Document hook has signed. It holds
// other answers back until they are complete and adds tokens if they are VoXML.
type signedWriter struct {
	http.ResponseWriter
	*admission
	status int
	body   bytes.Buffer
	direct bool // written through
}

// through reports whether the answer is passed on as it comes.
func (w *signedWriter) through() bool {
	w.direct = w.direct || w.signed
	return w.direct
}

func (w *signedWriter) WriteHeader(status int) {
	switch {
	case w.through(), status < 200:
		w.ResponseWriter.WriteHeader(status)
	case w.status == 0:
		w.status = status
		if !w.isXML() {
			w.flushHeld()
		}
	}
}

func (w *signedWriter) Write(p []byte) (int, error) {
	if w.through() {
		return w.ResponseWriter.Write(p)
	}
	w.WriteHeader(http.StatusOK)
	if w.direct || w.body.Len()+len(p) > maxUnsigned {
		w.flushHeld()
		return w.ResponseWriter.Write(p)
	}
	return w.body.Write(p)
}

// Flush passes on what needs no token. An answer that is held back is sent
// when it is complete.
func (w *signedWriter) Flush() {
	if w.through() {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Unwrap returns the writer that w writes to, for http.ResponseController.
func (w *signedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// isXML reports whether the answer can be a document.
func (w *signedWriter) isXML() bool {
	h := w.Header()
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return (mediaType == "" || mediaType == "application/xml" || mediaType == "text/xml") && h.Get("Content-Encoding") == ""
}

// flushHeld writes what was held back.
func (w *signedWriter) flushHeld() {
	if w.direct {
		return
	}
	w.direct = true
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
	if w.body.Len() > 0 {
		_, _ = w.ResponseWriter.Write(w.body.Bytes())
	}
}

// finish sends an answer that was held back.
func (w *signedWriter) finish() {
	if w.direct || w.status == 0 {
		return
	}
	if text, ok := w.signHeld(); ok {
		w.body.Reset()
		w.body.Write(text)
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	}
	w.flushHeld()
}

// signHeld returns the held answer with tokens. It reports false if the answer
// is not VoXML.
func (w *signedWriter) signHeld() ([]byte, bool) {
	doc, _ := voxml.Parse(bytes.NewReader(w.body.Bytes())) // an attribute that is wrong is left out
	webhook, err := voxhook.Decode(w.r)
	if err != nil || len(doc) == 0 {
		return nil, false
	}
	if doc, err = w.sign(doc, webhook.CallSid); err != nil {
		return nil, false
	}
	text, err := doc.AppendXML(nil)
	return text, err == nil
}
