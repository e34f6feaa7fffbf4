package explore

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A Severity says how serious a [Finding] is.
type Severity string

// The severities, the most serious first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
	Style   Severity = "style"
)

// AtLeast reports whether s is at least as serious as other.
func (s Severity) AtLeast(other Severity) bool { return s.rank() <= other.rank() }

func (s Severity) rank() int { return slices.Index([]Severity{Error, Warning, Note, Style}, s) }

// A Finding is a problem that callers have with the app.
type Finding struct {
	Rule     string   `json:"rule"`           // name of the rule, such as dead-end
	Severity Severity `json:"severity"`       // the same for all findings of a rule, except those of package voxml
	Place    string   `json:"place"`          // the request, and the path of a verb in its document
	Move     string   `json:"move,omitempty"` // the move that causes it
	Text     string   `json:"text"`           // the problem, its effect, and a correction

	Lines []string `json:"lines"` // the shortest call that shows it, as typed into voxphone
	Go    []string `json:"go"`    // the same call as statements of a test
}

// String returns the finding as "severity: place, move: text (rule)".
func (f Finding) String() string {
	move := ""
	if f.Move != "" {
		move = ", " + f.Move
	}
	return fmt.Sprintf("%s: %s%s: %s (%s)", f.Severity, f.Place, move, f.Text, f.Rule)
}

// show adds the call that shows a finding.
func (w *walker) show(f *Finding, e *edge) {
	f.Lines, f.Go = []string{}, []string{}
	for _, e := range e.path() {
		if e.from == nil {
			f.Go = append(f.Go, w.beginning(e))
			continue
		}
		f.Lines = append(f.Lines, e.lines()...)
		f.Go = append(f.Go, e.move.Go...)
	}
}

// beginning returns the statement that makes the call. It omits headers, which
// may be credentials, and most fields of the webhook.
func (w *walker) beginning(e *edge) string {
	cfg := w.config(e.move)
	first, _ := url.Parse(cfg.URL) // cannot fail: it has been called
	args := []string{"t", "app", strconv.Quote(sim.Shown(short(*first)))}
	add := func(ok bool, format string, value ...any) {
		if ok {
			args = append(args, "voxtest."+fmt.Sprintf(format, value...))
		}
	}
	call := cfg.Webhook
	add(cfg.Method == voxml.MethodGET, "GET()")
	add(cfg.NoFrom || call.From != "", "From(%q)", call.From)
	add(call.To != "", "To(%q)", call.To)
	add(cfg.NestedVars, "NestedVars()")
	add(cfg.TypeAhead, "TypeAhead()")
	add(call.Direction == voxhook.DirectionOutboundAPI && (cfg.StatusCallback != "" || call.AnsweredBy == "" && cfg.Unanswered == ""), "Outbound(%q)", cfg.StatusCallback)
	add(call.AnsweredBy != "", "AnsweredBy(%q)", call.AnsweredBy)
	add(cfg.Unanswered != "", "Unanswered(%q)", cfg.Unanswered)
	return "call := voxtest.Call(" + strings.Join(args, ", ") + ")"
}

// lines returns the move of an edge as typed into voxphone.
func (e *edge) lines() []string {
	if e.move.Lines != nil && e.move.inputs == nil {
		return e.move.Lines
	}
	lines := []string{}
	for _, a := range e.step.acts {
		lines = append(lines, a.Keys) // a Pay takes keys or silence
	}
	return lines
}

// A candidate is a finding that is not confirmed yet.
type candidate struct {
	Finding
	at   *edge                 // the last edge of the call that shows it
	ten  Move                  // the move made ten times after that call, if then is not nil
	then func(*run, step) bool // checks the call and those ten moves; may be nil
}

// find applies the rules and confirms each candidate with another call.
func (w *walker) find(m *Map) error {
	confirmed := map[*edge]bool{}
	for _, c := range w.candidates() {
		ok, err := w.confirm(c, confirmed)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		w.show(&c.Finding, c.at)
		if c.then != nil {
			c.Lines = append(c.Lines, slices.Repeat(c.ten.Lines, tries)...)
			c.Go = append(c.Go, fmt.Sprintf("for range %d { %s }", tries, strings.Join(c.ten.Go, "; ")))
		}
		m.Findings = append(m.Findings, c.Finding)
	}
	if err := w.repeat(m); err != nil {
		return err
	}
	m.Findings = append(m.Findings, w.notes()...)
	slices.SortStableFunc(m.Findings, func(a, b Finding) int { return cmp.Compare(a.Severity.rank(), b.Severity.rank()) })
	m.Stats.Calls, m.Stats.Webhooks, m.Stats.Bounds = w.calls, w.webhooks, w.bounds
	return nil
}

// candidates returns the findings of all rules.
func (w *walker) candidates() (all []candidate) {
	seen := map[[3]string]bool{}
	add := func(c candidate) {
		c.Place, c.Text = w.place(c.Place), withoutTokens(c.Text)
		id := [3]string{c.Rule, c.Place, c.Text} // the text contains the move if it matters
		if !seen[id] {
			seen[id] = true
			all = append(all, c)
		}
	}
	for _, e := range w.edges() {
		for _, rule := range edgeRules {
			rule(w, e, add)
		}
	}
	classes := map[int]bool{}
	for _, s := range w.states {
		if classes[s.class] { // callers cannot tell it from an earlier state
			continue
		}
		classes[s.class] = true
		for _, rule := range stateRules {
			rule(w, s, add)
		}
	}
	w.whole(add)
	return all
}

// confirm repeats the call of a candidate, and reports whether the finding
// still holds.
func (w *walker) confirm(c candidate, confirmed map[*edge]bool) (bool, error) {
	if confirmed[c.at] && c.then == nil {
		return true, nil
	}
	if w.full() {
		return false, nil
	}
	r, err := w.replay(c.at)
	if err != nil {
		return false, err
	}
	confirmed[c.at] = true
	if c.then == nil || c.then(r, c.at.step) {
		return true, nil
	}
	if w.keeps == nil {
		w.keeps = c.at
	}
	return false, nil
}

// edges returns all edges, in the order in which they were walked.
func (w *walker) edges() []*edge {
	all := slices.Clone(w.starts)
	for _, s := range w.states {
		all = append(all, s.edges...)
	}
	return all
}

// notes returns findings that say why the map may be incomplete.
func (w *walker) notes() (all []Finding) {
	if w.keeps != nil {
		f := Finding{
			Rule: "keeps-state", Severity: Note, Place: w.place(w.keeps.where()), Move: w.keeps.move.Label,
			Text: "The app answers the same webhook differently, because it keeps its own state of the call. The explorer cannot see that state, so the map may be incomplete: " +
				"keep the state in variables of the call, with Set.",
		}
		w.show(&f, w.keeps)
		all = append(all, f)
	}
	for _, b := range w.bounds {
		all = append(all, Finding{
			Rule: "bound", Severity: Warning, Place: "the whole app", Lines: []string{}, Go: []string{},
			Text: fmt.Sprintf("The exploration stopped at %s, so the map is incomplete: explore a part of the app at a time, from the URL of one of its documents. "+
				"If texts or URLs differ in each call, ignore them, with Ignore in a Go test or with the flag -ignore of voxphone. A Go test can also leave out moves with Skip.", b),
		})
	}
	return all
}

// repeat sends one webhook for each document twice.
func (w *walker) repeat(m *Map) error {
	if len(w.bounds) > 0 {
		return nil
	}
	before := w.cfg.Call.Fault
	defer func() { w.cfg.Call.Fault = before }()
	repeated := map[*document]bool{}
	for _, d := range slices.Backward(w.survey.order) { // the longest paths first, since they pass most documents
		e := d.byEdge
		if e == nil || repeated[d] || w.full() {
			continue
		}
		w.cfg.Call.Fault = func(x *sim.Exchange) sim.Fault { return sim.Fault{Twice: !isNotification(x.Event)} }
		log, err := w.dictate(e)
		if err != nil {
			return err
		}
		for i, entry := range log {
			if d := w.survey.document(entry.Exchange); d != nil {
				repeated[d] = true
			}
			if i > 0 {
				w.compare(m, e, log[i-1].Exchange, entry.Exchange)
			}
		}
	}
	return nil
}

// compare compares the two answers to a webhook that was sent twice.
func (w *walker) compare(m *Map, e *edge, first, second *sim.Exchange) {
	if first == nil || second == nil || !second.Copy || w.mask(string(first.Body)) == w.mask(string(second.Body)) {
		return
	}
	f := Finding{
		Rule: "not-repeatable", Severity: Warning, Place: first.Method + " " + w.shown(short(*first.URL)),
		Text: "When the same webhook was sent twice, the second answer was another document. The platform repeats a webhook if its answer is lost, and the caller may then hear the wrong document: " +
			"make the answer depend only on the webhook, or wrap the app with package idempotency.",
	}
	if !slices.ContainsFunc(m.Findings, func(other Finding) bool { return other.Rule == f.Rule && other.Place == f.Place }) {
		w.show(&f, e)
		m.Findings = append(m.Findings, f)
	}
}

// dictate makes the call of an edge, whatever its result, and returns its log.
func (w *walker) dictate(e *edge) ([]sim.Entry, error) {
	var r *run
	for i, e := range e.path() {
		if i == 0 {
			var err error
			if r, _, err = w.start(e.move); err != nil {
				return nil, err
			}
			continue
		}
		if _, ok := r.play(e.move); !ok {
			break
		}
	}
	if r.call.End() == nil {
		_ = r.call.Act(sim.Act{Do: sim.DoHangUp})
	}
	return r.call.Log(), nil
}

// tour returns the last edges of a small set of calls that together make every
// move at every place that a caller can tell apart, the longest calls first.
func (w *walker) tour() []*edge {
	type id struct {
		class int
		label string
	}
	made := map[id]bool{}
	var calls []*edge
	all := w.edges()
	slices.SortStableFunc(all, func(a, b *edge) int { return len(b.path()) - len(a.path()) })
	for _, e := range all {
		fresh := false
		for _, p := range e.path() {
			i := id{unknown, p.move.Label}
			if p.from != nil {
				i.class = p.from.class
			}
			fresh = fresh || !made[i]
			made[i] = true
		}
		if fresh {
			calls = append(calls, e)
		}
	}
	return calls
}
