package idempotency

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
)

// An identity is the same for all deliveries of a webhook. It is a hash of the
// ID of the document and of the request.
type identity [sha256.Size]byte

func (id identity) String() string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// identify returns the identity of a webhook. The result exact reports whether
// no other webhook can have the same identity. The result ok is false if r is
// not a webhook, is too large for one, or is a step of a payment.
func (h *Handler) identify(r *http.Request) (id identity, exact, ok bool) {
	text, ownQuery, ok := parameters(r)
	if !ok {
		return identity{}, false, false
	}
	var room [32]pair
	pairs, ok := h.pairs(room[:0], text)
	if !ok || isPayProgress(r, pairs) {
		return identity{}, false, false
	}
	document := ""
	if h.ID != nil {
		if document, exact = h.ID(r); !exact {
			document = ""
			h.checkOrder(r)
		}
	}
	var buffer [1536]byte
	b := append(buffer[:0], 1, 0) // the version of this format, and exact
	if exact {
		b[1] = 1
	}
	path, _, _ := strings.Cut(r.RequestURI, "?") // not changed by wrappers
	for _, part := range [...]string{document, r.Method, path, r.URL.Path, r.URL.RawPath, ownQuery} {
		b = appendPart(b, part)
	}
	// A stored answer must not bypass a login that is checked inside.
	for _, login := range [...]string{"Authorization", "Cookie"} {
		for _, value := range r.Header[login] {
			b = appendPart(appendPart(b, login), value)
		}
	}
	for _, p := range pairs {
		b = appendPart(b, p.raw)
	}
	return sha256.Sum256(b), exact, true
}

// appendPart appends a text with its length, so that different lists of parts
// give different bytes.
func appendPart[T string | []byte](b []byte, part T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(part))), part...)
}

// checkOrder logs once that voxauth.Signed is inside the Handler: a URL without
// an ID has a token, which an outer Signed would have removed.
func (h *Handler) checkOrder(r *http.Request) {
	if !hasToken(r.URL.RawQuery) {
		return
	}
	h.order.Do(func() {
		h.log().LogAttrs(r.Context(), slog.LevelWarn,
			"idempotency: a URL has a token of voxauth.Signed, but ID finds no ID in it, so webhooks may run twice: put Signed outside of idempotency.Handler")
	})
}

// hasToken reports whether a query has a parameter that looks like a token of
// package voxauth.
func hasToken(query string) bool {
	const name, size = "vh=", 50
	for pair := range strings.SplitSeq(query, "&") {
		if strings.HasPrefix(pair, name) && len(pair) == len(name)+size {
			return true
		}
	}
	return false
}

// isPayProgress reports whether a request is a step of a payment. Two equal
// requests can be two steps.
func isPayProgress(r *http.Request, pairs []pair) bool {
	for _, p := range pairs {
		switch string(p.name) {
		case "For", "ErrorType", "Attempt", "PartialResult", "Required":
			ev, err := voxhook.Parse(r)
			return err == nil && ev.Kind() == voxhook.KindPayProgress
		}
	}
	return false
}

// parameters returns the text of the parameters. On a POST, it also returns the
// query of the URL. On a GET, this query is part of the text.
func parameters(r *http.Request) (text []byte, ownQuery string, ok bool) {
	switch r.Method {
	case http.MethodGet:
		return []byte(r.URL.RawQuery), "", len(r.URL.RawQuery) <= form.DefaultBytes
	case http.MethodPost:
		if !form.IsForm(r.Header) || r.ContentLength > form.DefaultBytes {
			return nil, "", false
		}
		if r.ContentLength < 0 && !form.IsKept(r) && !fits(r) {
			return nil, "", false
		}
		text, err := form.Keep(r, form.Limits{})
		return text, r.URL.RawQuery, err == nil
	}
	return nil, "", false
}

// fits reports whether a body without a length is small enough to be kept. The
// body can still be read from its beginning.
func fits(r *http.Request) bool {
	begin, err := io.ReadAll(io.LimitReader(r.Body, form.DefaultBytes+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(begin), r.Body), r.Body}
	return err == nil && len(begin) > 0 && len(begin) <= form.DefaultBytes
}

// A pair is a parameter as it was sent.
type pair struct{ name, raw []byte }

// pairs appends the pairs of text to dst, except those in Ignore. It sorts them
// by name, because a retry may send them in another order. Pairs with the same
// name keep their order. The result ok is false if there is no CallSid, or if
// there are more pairs than a webhook may have.
func (h *Handler) pairs(dst []pair, text []byte) (pairs []pair, ok bool) {
	for raw := range bytes.SplitSeq(text, []byte{'&'}) {
		if len(raw) == 0 {
			continue
		}
		name, _, _ := bytes.Cut(raw, []byte{'='})
		if bytes.ContainsAny(name, "%+") {
			if plain, err := url.QueryUnescape(string(name)); err == nil {
				name = []byte(plain)
			}
		}
		ok = ok || string(name) == "CallSid"
		if slices.Contains(h.Ignore, string(name)) {
			continue
		}
		if len(dst) == form.DefaultPairs {
			return nil, false
		}
		dst = append(dst, pair{name, raw})
	}
	slices.SortStableFunc(dst, func(a, b pair) int { return bytes.Compare(a.name, b.name) })
	return dst, ok
}
