package explore

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/voxhook/voxhook/internal/sim"
)

// difference describes two steps by the first thing that differs: what the
// caller hears, the requests and documents, and anything else that happens.
func (w *walker) difference(a, b step) (string, string) {
	for _, list := range []func(step) []quote{w.quotesHeard, w.quotesSent, w.quotesOther} {
		one, two := list(a), list(b)
		for i := range max(len(one), len(two)) {
			x, y := quoteAt(one, i), quoteAt(two, i)
			if x != y {
				return x.different(y)
			}
		}
	}
	return "a URL has one secret", "another, which is not shown"
}

// A quote is a text and where it is from.
type quote struct{ what, text string }

// quoteAt returns a quote of a list, or one without text after its end.
func quoteAt(all []quote, i int) quote {
	if i < len(all) {
		return all[i]
	}
	return quote{what: "nothing more"}
}

// different shows two quotes from where they differ.
func (q quote) different(other quote) (string, string) {
	if q.what != other.what {
		return q.from(0), other.from(0)
	}
	at := differAt(q.text, other.text)
	return q.from(at), other.from(at)
}

// from returns the quote from a byte of its text on.
func (q quote) from(at int) string {
	if q.text == "" {
		return q.what
	}
	text := clip(q.text[at:])
	if at > 0 {
		text = "…" + text
	}
	return q.what + ` "` + text + `"`
}

// longestLead is how many bytes before a difference are quoted, at most.
const longestLead = 30

// differAt returns where to begin a quote of two texts that differ: at the
// beginning of the word or attribute that differs.
func differAt(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n < longestText/2 { // the whole fits
		return 0
	}
	start := n
	for start > 0 && n-start < longestLead && a[start-1] != ' ' {
		start--
	}
	for start > 0 && !utf8.RuneStart(a[start]) {
		start--
	}
	return start
}

// quotesHeard returns what is heard.
func (w *walker) quotesHeard(st step) (all []quote) {
	for _, e := range st.entries {
		if audible(e) {
			all = append(all, quote{e.Kind.String(), w.line(e.Text)})
		}
	}
	return all
}

// quotesSent returns the requests and their answers.
func (w *walker) quotesSent(st step) (all []quote) {
	for _, x := range st.exchanges() {
		request := x.Method + " " + w.shown(short(*x.URL))
		all = append(all, quote{"requests", request}, quote{"gets the status", strconv.Itoa(x.Status)}, quote{"the answer to " + request + " has", w.line(string(x.Body))})
	}
	return all
}

// quotesOther returns everything else: the log, and the variables.
func (w *walker) quotesOther(st step) (all []quote) {
	for _, e := range st.entries {
		if acted := sim.Pressed <= e.Kind && e.Kind <= sim.Waited; !acted && e.Exchange == nil {
			all = append(all, quote{"shows", w.line(e.String())})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(st.scene.vars)) {
		all = append(all, quote{"the variable " + name + " is", w.line(st.scene.vars[name])})
	}
	return all
}

// line returns a text as it is compared, in one line and without secrets.
func (w *walker) line(text string) string {
	return sim.Shown(strings.Join(strings.Fields(w.mask(text)), " "))
}
