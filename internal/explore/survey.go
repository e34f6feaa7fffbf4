package explore

import (
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A survey is what the walk has seen of the app on all paths.
type survey struct {
	w         *walker
	documents map[string]*document // by URL and structure
	order     []*document
	of        map[string]*document     // by URL and body
	requested map[string]time.Duration // time of the first request, by URL
	left      map[string]time.Duration // URLs named in documents where a move was skipped
	named     []link
	last      *sim.Exchange // the exchange of lastDoc
	lastDoc   *document

	// State of the rules.
	seen    map[string]bool // documents that were checked
	escapes map[*state]bool // states from which the call can end
	covered map[string]map[*state]bool
}

// A document represents all answers at a URL with the same verbs.
type document struct {
	at     *sim.Exchange
	verbs  []verbAt
	ran    map[string]bool
	byEdge *edge // the first edge with it, or nil
}

// A verbAt is a verb of a document.
type verbAt struct {
	path  string
	after bool // the verb comes after a verb with an Action, or after one that ends the document
}

// A link is a URL that a document names.
type link struct {
	from *sim.Exchange
	url  string
	by   *edge
}

func newSurvey(w *walker) survey {
	return survey{w: w, documents: map[string]*document{}, of: map[string]*document{}, requested: map[string]time.Duration{}, left: map[string]time.Duration{},
		seen: map[string]bool{}, covered: map[string]map[*state]bool{}}
}

// document returns the document of an exchange, or nil.
func (s *survey) document(x *sim.Exchange) *document {
	if x == s.last {
		return s.lastDoc
	}
	s.last, s.lastDoc = x, nil
	if x == nil || x.Document == nil {
		return nil
	}
	name := x.Method + " " + x.URL.Path
	whole := name + "\n" + s.w.mask(string(x.Body))
	d := s.of[whole]
	if d == nil {
		verbs := listed("Response", x.Document, false)
		key := name
		for _, v := range verbs {
			key += "\n" + v.path
		}
		if d = s.documents[key]; d == nil {
			d = &document{at: x, verbs: verbs, ran: map[string]bool{}}
			s.documents[key] = d
			s.order = append(s.order, d)
		}
		s.of[whole] = d
	}
	s.lastDoc = d
	return d
}

// ran records the verb at which a call is.
func (s *survey) ran(c *sim.Call) {
	if d := s.document(c.Document()); d != nil && c.Place() != "" {
		d.ran[c.Place()] = true
	}
}

// note records what an edge requests.
func (s *survey) note(e *edge) {
	for _, entry := range e.step.entries {
		if d := s.document(entry.From); d != nil && entry.Place != "" {
			d.ran[entry.Place] = true
		}
		x := entry.Exchange
		if x == nil {
			continue
		}
		if at, ok := s.requested[plain(x.URL)]; !ok || entry.At < at {
			s.requested[plain(x.URL)] = entry.At
		}
		if d := s.document(x); d != nil && d.byEdge == nil {
			d.byEdge = e
			s.links(x, e)
		}
	}
}

// links records the URLs that a document names.
func (s *survey) links(x *sim.Exchange, e *edge) {
	for _, url := range named(x) {
		s.named = append(s.named, link{x, url, e})
	}
}

// leave records that a move was skipped at a document.
func (s *survey) leave(x *sim.Exchange) {
	for _, url := range named(x) {
		s.left[url] = 0
	}
}

// named returns the URLs that a document names.
func named(x *sim.Exchange) (urls []string) {
	_, _ = x.Document.MapURLs(func(_ voxml.URLUse, ref string) (string, error) {
		if u, err := x.URL.Parse(strings.TrimSpace(ref)); err == nil {
			urls = append(urls, plain(u))
		}
		return ref, nil
	})
	return urls
}

// listed returns the verbs of a document, including those in If and Do.
func listed(parent string, verbs []voxml.Verb, after bool) (all []verbAt) {
	for i, v := range verbs {
		path := sim.Path(parent, i, v)
		if _, ok := v.(voxml.Element); ok {
			continue
		}
		all = append(all, verbAt{path, after})
		switch v := v.(type) {
		case voxml.If:
			all = append(all, listed(path, v.Verbs, after)...)
		case voxml.Do:
			all = append(all, listed(path, v.Verbs, after)...)
		}
		after = after || leaves(v)
	}
	return all
}

// leaves reports whether the document may end at a verb.
func leaves(v voxml.Verb) bool {
	switch v := v.(type) {
	case voxml.Gather:
		return v.Action != ""
	case voxml.Dial:
		return v.Action != ""
	case voxml.Record:
		return v.Action != ""
	case voxml.Pay:
		return v.Action != ""
	case voxml.Redirect, voxml.Hangup, voxml.Reject, voxml.Connect:
		return true // package voxml reports verbs after it
	}
	return false
}
