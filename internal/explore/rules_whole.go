package explore

import (
	"net/url"
	"strings"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// whole applies the rules for all paths together. They need a complete walk.
func (w *walker) whole(add func(candidate)) {
	if len(w.bounds) > 0 || w.keeps != nil {
		return
	}
	if !w.skipped {
		w.neverRuns(add)
		w.neverNamed(add)
	}
	w.neverRouted(add)
}

// neverRuns finds verbs that ran on no path.
func (w *walker) neverRuns(add func(candidate)) {
	for _, d := range w.survey.order {
		if d.byEdge == nil || len(d.ran) == 0 { // only requested after the caller had hung up
			continue
		}
		for _, v := range d.verbs {
			if v.after || d.ran[v.path] || d.inside(v.path) {
				continue
			}
			add(candidate{at: d.byEdge, Finding: Finding{
				Rule: "never-runs", Severity: Warning, Place: at(d.at, v.path),
				Text: "No path through the app runs this verb: its condition is never true, or an earlier verb ends the document. Correct the condition, or remove the verb.",
			}})
		}
	}
}

// inside reports whether a verb is in another verb that did not run.
func (d *document) inside(path string) bool {
	i := strings.LastIndex(path, "[")
	return i > 0 && path[:i] != "Response" && !d.ran[path[:i]]
}

// neverNamed finds URLs in documents that no path requests.
func (w *walker) neverNamed(add func(candidate)) {
	requested := map[string]bool{}
	for target := range w.survey.requested {
		requested[w.mask(target)] = true
	}
	for _, l := range w.survey.named {
		if target := w.mask(l.url); !requested[target] {
			add(candidate{at: l.by, Finding: Finding{
				Rule: "never-reached", Severity: Warning, Place: at(l.from, ""),
				Text: "The document names the URL " + sim.Shown(clip(target)) + ", but no path through the app requests it. Correct the verb that names it, or remove the verb.",
			}})
		}
	}
}

// neverRouted finds routes that no path requests. It ignores routes named where
// a move was skipped, because skipping was the program's choice.
func (w *walker) neverRouted(add func(candidate)) {
	for _, route := range w.cfg.Routes {
		_, reached := w.reached(w.survey.requested, route)
		if _, skipped := w.reached(w.survey.left, route); reached || skipped || len(w.starts) == 0 {
			continue
		}
		add(candidate{at: w.starts[0], Finding: Finding{
			Rule: "never-reached", Severity: Warning, Place: "the whole app", Move: route,
			Text: "The URL " + sim.Shown(clip(route)) + " is listed as a route, but no path through the app requests it. Name it in a document, or remove the route.",
		}})
	}
}

// Reached returns how soon in a call a URL is requested, on the fastest path. A
// URL without a query matches any query.
func (m *Map) Reached(url string) (after time.Duration, ok bool) {
	return m.walker.reached(m.walker.survey.requested, url)
}

// reached returns the earliest of the times of a URL. A URL without a query
// matches any query.
func (w *walker) reached(times map[string]time.Duration, ref string) (after time.Duration, ok bool) {
	base, err := url.Parse(w.cfg.Call.URL)
	if err != nil {
		return 0, false
	}
	u, err := base.Parse(ref)
	if err != nil {
		return 0, false
	}
	want := plain(u)
	for url, at := range times {
		path, _, _ := strings.Cut(url, "?")
		if (url == want || path == want) && (!ok || at < after) {
			after, ok = at, true
		}
	}
	return after, ok
}

// checked reports whether the document of an exchange has been checked before.
func (s *survey) checked(x *sim.Exchange) bool {
	key := x.URL.Path + "\n" + s.w.mask(string(x.Body))
	seen := s.seen[key]
	s.seen[key] = true
	return seen
}
