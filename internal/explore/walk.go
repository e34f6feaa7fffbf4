package explore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

// A state is a moment at which a call waits.
type state struct {
	id    int
	key   uint64
	by    *edge // last edge of the shortest path to this state
	depth int   // number of moves from the beginning

	scene    scene
	document *sim.Exchange
	place    string
	edges    []*edge
	expanded bool
	skipped  bool // Config.Skip left out a move
	traced   bool
	trace    string // see walker.trace
	class    int    // the same for states that a caller cannot tell apart
}

// An edge is a move at a state, or the beginning of a call.
type edge struct {
	from *state // nil at the beginning
	move Move
	step step
	to   *state // nil if the call ended; shared by moves with the same consequences
}

// path returns the edges of the call that ends with an edge.
func (e *edge) path() []*edge {
	if e.from == nil {
		return []*edge{e}
	}
	return append(e.from.by.path(), e)
}

// A walker explores an app.
type walker struct {
	cfg     Config
	fresh   bool // each call has its own CallSid
	skipped bool // Config.Skip left out a move other than hanging up
	spent   *spending
	walked  bool // the walk is over, so the reserve may be spent

	starts   []*edge
	states   []*state
	byKey    map[uint64][]*state
	survey   survey
	masked   map[string]string
	asks     map[string]announcement // by the texts of the prompts
	calls    int
	webhooks int
	bounds   []string // limits that were reached
	keeps    *edge    // an edge that shows that the app keeps its own state, or nil
}

func newWalker(cfg Config, fresh bool, spent *spending) *walker {
	w := &walker{cfg: cfg, fresh: fresh, spent: spent, byKey: map[uint64][]*state{}, masked: map[string]string{}, asks: map[string]announcement{}}
	w.survey = newSurvey(w)
	return w
}

// walk explores the app.
func (w *walker) walk() error {
	for _, m := range w.beginnings() {
		if w.spent.calls > 0 && w.full() {
			return nil
		}
		e := &edge{move: m}
		_, st, err := w.start(m)
		if err != nil {
			return err
		}
		e.step = st
		w.survey.note(e)
		if err := w.arrive(e); err != nil {
			return err
		}
		w.starts = append(w.starts, e)
	}
	for i := 0; i < len(w.states); i++ { // the list grows during the loop
		if err := w.expand(w.states[i]); err != nil {
			return err
		}
	}
	w.walked = true
	return nil
}

// beginnings returns the ways in which the call can begin.
func (w *walker) beginnings() []Move {
	webhook := w.cfg.Call.Webhook
	if webhook.Direction != voxhook.DirectionOutboundAPI || w.cfg.Call.Unanswered != "" {
		return []Move{{Class: Begin}}
	}
	moves := []Move{{Class: Begin, Label: "answered"}}
	if webhook.AnsweredBy != "" {
		moves[0].Label = string(webhook.AnsweredBy)
	} else {
		moves = append(moves, Move{Class: Begin, Label: "a machine answers"})
	}
	if w.cfg.Call.StatusCallback != "" {
		moves = append(moves, Move{Class: Begin, Label: "no one answers"})
	}
	return moves
}

// config returns the Config of the next call.
func (w *walker) config(begin Move) sim.Config {
	cfg := w.cfg.Call
	n := 0
	if w.fresh {
		n = w.calls
	}
	cfg.Webhook.CallSid = sim.NewID("explore", n)
	switch begin.Label {
	case "a machine answers":
		cfg.Webhook.AnsweredBy = voxhook.AnsweredByMachineStart
	case "no one answers":
		cfg.Unanswered = voxhook.CallStatusNoAnswer
	}
	if cfg.First != nil { // a call changes the event
		cfg.First = clone(cfg.First)
	}
	before := cfg.OnSend
	cfg.OnSend = func(x *sim.Exchange) {
		w.webhooks++
		if before != nil {
			before(x)
		}
	}
	return cfg
}

// A run is a call in progress.
type run struct {
	w    *walker
	call *sim.Call
}

// start begins a call.
func (w *walker) start(begin Move) (*run, step, error) {
	if err := context.Cause(w.cfg.Call.Context); err != nil {
		return nil, step{}, err
	}
	if w.cfg.Before != nil {
		w.cfg.Before()
	}
	cfg := w.config(begin)
	w.calls++
	w.spent.calls++
	call, err := sim.New(cfg)
	if err != nil {
		return nil, step{}, err
	}
	r := &run{w, call}
	return r, r.settle(0, 0), nil
}

// play makes a move. It returns false if the move is not possible now.
func (r *run) play(m Move) (step, bool) {
	log, acts := len(r.call.Log()), len(r.call.Acts())
	if err := m.play(r.call); err != nil && len(r.call.Log()) == log {
		return step{}, false
	}
	return r.settle(log, acts), true
}

// settle continues the call until it waits or ends.
func (r *run) settle(log, acts int) step {
	r.w.survey.ran(r.call)
	for r.call.Step() || r.call.TimeOut() {
		r.w.survey.ran(r.call)
	}
	r.w.survey.ran(r.call)
	return r.observe(log, acts)
}

// replay repeats the call of an edge. It returns an error if the call differs.
func (w *walker) replay(e *edge) (*run, error) {
	var r *run
	for i, e := range e.path() {
		var st step
		if i == 0 {
			var err error
			if r, st, err = w.start(e.move); err != nil {
				return nil, err
			}
		} else {
			st, _ = r.play(e.move)
		}
		if st.signature != e.step.signature || st.key != e.step.key {
			return nil, &unstable{e, e.step, st}
		}
	}
	return r, nil
}

// bound records that a limit was reached.
func (w *walker) bound(text string) {
	if !slices.Contains(w.bounds, text) {
		w.bounds = append(w.bounds, text)
	}
}

// full reports whether a limit forbids another call. During the walk a tenth is
// kept in reserve.
func (w *walker) full() bool {
	calls, span := w.cfg.MaxCalls, w.cfg.MaxTime
	if !w.walked {
		calls, span = calls-calls/10, span-span/10
	}
	switch {
	case w.spent.calls >= calls:
		w.bound(count(w.cfg.MaxCalls, "call"))
	case time.Since(w.spent.began) >= span:
		w.bound(w.cfg.MaxTime.String())
	default:
		return false
	}
	return true
}

// expand makes all moves at a state.
func (w *walker) expand(s *state) error {
	if s.depth >= w.cfg.MaxMoves {
		w.bound(count(w.cfg.MaxMoves, "move"))
		return nil
	}
	for _, m := range s.scene.moves() {
		if w.cfg.Skip != nil && w.cfg.Skip(s.document.URL.Path, m) {
			s.skipped = true
			if m.Class != HangUp {
				w.skipped = true
				w.survey.leave(s.document)
			}
			continue
		}
		if w.full() {
			return nil
		}
		r, err := w.replay(s.by)
		if err != nil {
			return err
		}
		st, ok := r.play(m)
		if !ok {
			continue
		}
		e := &edge{from: s, move: m, step: st}
		s.edges = append(s.edges, e)
		w.survey.note(e)
	}
	first := map[consequence]*edge{}
	for _, e := range s.edges {
		if e.step.end != nil {
			continue
		}
		group := consequence{e.step.effect, e.step.doc}
		if same := first[group]; same != nil {
			e.to = same.to
			continue
		}
		first[group] = e
		if err := w.arrive(e); err != nil {
			return err
		}
	}
	s.expanded = true
	return nil
}

// A consequence identifies what happens after a move and the document that
// comes next. Of moves with the same consequence, only the first is followed.
type consequence struct{ effect, doc uint64 }

// arrive finds the state to which an edge leads, or adds it.
func (w *walker) arrive(e *edge) error {
	if e.step.end != nil {
		return nil
	}
	same := w.byKey[e.step.key]
	if len(same) > 0 && w.full() { // there are no calls left to compare the traces
		e.to = same[0]
		return nil
	}
	trace := ""
	if len(same) > 0 {
		var err error
		if trace, err = w.trace(e); err != nil {
			return err
		}
		for _, s := range same {
			if !s.traced {
				if s.trace, err = w.trace(s.by); err != nil {
					return err
				}
				s.traced = true
			}
			if s.trace == trace {
				e.to = s
				return nil
			}
		}
		if w.keeps == nil {
			w.keeps = e
		}
	}
	if len(w.states) >= w.cfg.MaxStates {
		w.bound(count(w.cfg.MaxStates, "state"))
		e.to = &state{key: e.step.key, by: e, scene: e.step.scene, document: e.step.document, place: e.step.place, class: unknown}
		return nil
	}
	s := &state{
		id: len(w.states), key: e.step.key, by: e, scene: e.step.scene, document: e.step.document, place: e.step.place,
		traced: len(same) > 0, trace: trace,
	}
	if e.from != nil {
		s.depth = e.from.depth + 1
	}
	s.scene.samples = w.cfg.Samples
	w.states = append(w.states, s)
	w.byKey[e.step.key] = append(same, s)
	e.to = s
	return nil
}

// tracedMoves is how many moves are followed from each of two edges to one
// state.
const tracedMoves = 4

// trace returns a text that identifies what the app does after an edge if the
// caller is not understood for a few moves.
func (w *walker) trace(e *edge) (string, error) {
	if w.full() {
		return "", nil
	}
	r, err := w.replay(e)
	if err != nil {
		return "", err
	}
	var trace strings.Builder
	st := e.step
	for range tracedMoves {
		if st.end != nil {
			break
		}
		m, ok := probe(st.scene)
		if !ok {
			break
		}
		st, _ = r.play(m)
		fmt.Fprintf(&trace, "%x ", st.signature)
	}
	return trace.String(), nil
}

// probe returns a move that is not understood, or else no reaction.
func probe(s scene) (Move, bool) {
	moves := s.moves()
	for _, class := range []Class{Nonsense, Wrong, Key, Silence, Party, Pay} {
		for _, m := range moves {
			if m.Class == class {
				return m, true
			}
		}
	}
	return Move{}, false
}

// announced returns what texts ask the caller to do.
func (w *walker) announced(texts []string) announcement {
	all := strings.Join(texts, "\n")
	a, ok := w.asks[all]
	if !ok {
		a = announced(texts)
		if len(w.asks) < mostCached {
			w.asks[all] = a
		}
	}
	return a
}

// mostCached limits the caches for an app whose texts differ in each call.
const mostCached = 10_000
