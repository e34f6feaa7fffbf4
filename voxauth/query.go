package voxauth

import (
	"net/url"
	"reflect"
	"strings"

	"github.com/voxhook/voxhook"
)

// tokenParam is the name of the query parameter that holds the token.
const tokenParam = "vh"

const tokenPrefix = tokenParam + "="

// A query is a raw query, split at its token.
type query struct {
	own   string // the document query: the part before the token, including the & between them
	token string
	rest  string // the part after the token, including the & between them
	found bool   // whether the query has a token
}

// splitQuery splits a raw query. Without a token, all of it is in own.
// It fails if there is more than one token.
func splitQuery(raw string) (q query, err error) {
	q.own = raw
	for i := 0; i < len(raw); {
		end := pairEnd(raw, i)
		if strings.HasPrefix(raw[i:end], tokenPrefix) {
			if q.found {
				return query{}, errTwo
			}
			q = query{own: raw[:i], token: raw[i+len(tokenPrefix) : end], rest: raw[end:], found: true}
		}
		i = end + 1
	}
	return q, nil
}

// pairEnd returns the end of the pair that begins at i.
func pairEnd(raw string, i int) int {
	if n := strings.IndexByte(raw[i:], '&'); n >= 0 {
		return i + n
	}
	return len(raw)
}

// without returns the raw query without its token.
func (q query) without() string {
	switch {
	case !q.found:
		return q.own
	case q.own == "":
		return strings.TrimPrefix(q.rest, "&")
	}
	return strings.TrimSuffix(q.own, "&") + q.rest
}

// ownQuery returns the document query of a target, given the raw query of a URL
// in a document. It removes tokens, and ends the query with & unless it is
// empty.
func ownQuery(raw string) string {
	if strings.Contains(raw, tokenPrefix) {
		var kept []string
		for pair := range strings.SplitSeq(raw, "&") {
			if !strings.HasPrefix(pair, tokenPrefix) {
				kept = append(kept, pair)
			}
		}
		raw = strings.Join(kept, "&")
	}
	if raw == "" {
		return ""
	}
	return raw + "&"
}

// beforeParams returns the part of a raw query before the first parameter of
// the platform.
func beforeParams(raw string) string {
	for i := 0; i < len(raw); i = pairEnd(raw, i) + 1 {
		if documented[pairName(raw[i:pairEnd(raw, i)])] {
			return raw[:i]
		}
	}
	return raw
}

// pairName returns the name of a pair, unescaped if possible.
func pairName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		return plain
	}
	return name
}

// documented holds the names of the platform's parameters.
var documented = func() map[string]bool {
	names := map[string]bool{}
	for _, kind := range voxhook.Kinds() {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(kind.New()).Elem()) {
			if name := f.Tag.Get("schema"); name != "" && name != "-" {
				names[name] = true
			}
		}
	}
	return names
}()
