package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// stateRules check a state and its moves.
var stateRules = []func(*walker, *state, func(candidate)){
	deadEnd, neverLetGo, rejected, wrongWay, lengths, unoffered, sampleless, style,
}

// on returns a candidate at a state.
func (s *state) on(rule string, severity Severity, format string, args ...any) candidate {
	return candidate{Finding: Finding{Rule: rule, Severity: severity, Place: s.where(), Text: fmt.Sprintf(format, args...)}, at: s.by}
}

// deadEnd finds places that a caller can leave only by hanging up.
func deadEnd(w *walker, s *state, add func(candidate)) {
	if !w.escapes(s) {
		add(s.on("dead-end", Error, "Whatever the caller does here, the app never ends the call, so hanging up is the only way out: add a way to the end, such as a limit on tries."))
	}
}

// escapes reports whether moves other than hanging up lead from a state to the
// end of the call, or to where the exploration stopped.
func (w *walker) escapes(s *state) bool {
	if w.survey.escapes == nil {
		w.survey.escapes = map[*state]bool{}
		for changed := true; changed; {
			changed = false
			for _, s := range w.states {
				if !w.survey.escapes[s] && s.ends(w.survey.escapes) {
					w.survey.escapes[s], changed = true, true
				}
			}
		}
	}
	return w.survey.escapes[s]
}

func (s *state) ends(escapes map[*state]bool) bool {
	return !s.expanded || s.skipped || slices.ContainsFunc(s.edges, func(e *edge) bool {
		return e.move.Class != HangUp && (e.step.end != nil || e.to.class == unknown || escapes[e.to])
	})
}

// tries is how often in a row the caller is silent or not understood.
const tries = 10

// neverLetGo finds places where a caller who does nothing, or is never
// understood, never gets to the end of the call.
func neverLetGo(w *walker, s *state, add func(candidate)) {
	if w.goesOn(s, "silence", silence) {
		c := s.on("endless-silence", Error, "A caller who does nothing is asked again forever, for example when a line stays open by mistake: count the tries in a variable, and end the call after a few.")
		c.Move = "silence"
		c.ten, _ = silence(s.moves())
		c.then = again(silence)
		add(c)
	}
	if w.goesOn(s, "nonsense", misunderstood) {
		c := s.on("endless-nonsense", Warning, "A caller who is never understood is asked again forever: count the tries in a variable, and after a few connect a person or end the call.")
		c.Move = "nonsense"
		c.ten, _ = misunderstood(s.moves())
		c.then = again(misunderstood)
		add(c)
	}
}

// A choice chooses a move.
type choice func([]Move) (Move, bool)

func silence(moves []Move) (Move, bool) { return ofClass(moves, Silence) }

// misunderstood chooses a word or key without a meaning.
func misunderstood(moves []Move) (Move, bool) { return ofClass(moves, Nonsense, Wrong, Key) }

func ofClass(moves []Move, classes ...Class) (Move, bool) {
	for _, class := range classes {
		for _, m := range moves {
			if m.Class == class {
				return m, true
			}
		}
	}
	return Move{}, false
}

// goesOn reports whether a move can be made ten times in a row from a state, as
// far as the walk shows. It reports this only once for the states on the way.
func (w *walker) goesOn(s *state, name string, choose choice) bool {
	way := []*state{s}
	for range tries {
		m, ok := choose(s.moves())
		if !ok {
			return false
		}
		if s = s.after(m.Label); s == nil || s.class == unknown {
			return false
		}
		way = append(way, s)
	}
	covered := w.survey.covered[name]
	if covered == nil {
		covered = map[*state]bool{}
		w.survey.covered[name] = covered
	}
	known := slices.ContainsFunc(way, func(s *state) bool { return covered[s] })
	for _, s := range way {
		covered[s] = true
	}
	return !known
}

func (s *state) moves() []Move {
	moves := make([]Move, len(s.edges))
	for i, e := range s.edges {
		moves[i] = e.move
	}
	return moves
}

// again returns a check that makes a move ten times.
func again(choose choice) func(*run, step) bool {
	return func(r *run, st step) bool {
		for range tries {
			if st.end != nil {
				return false
			}
			m, ok := choose(st.scene.moves())
			if !ok {
				return false
			}
			if st, ok = r.play(m); !ok {
				return false
			}
		}
		return st.end == nil
	}
}

// alike reports whether two moves have the same consequences for a caller.
func alike(a, b *edge) bool {
	return a.step.heard == b.step.heard && a.class() == b.class() && (a.step.end == nil) == (b.step.end == nil)
}

// edgeOf returns the first edge whose class is one of classes, preferring the
// first classes, or nil.
func (s *state) edgeOf(classes ...Class) *edge {
	for _, class := range classes {
		for _, e := range s.edges {
			if e.move.Class == class {
				return e
			}
		}
	}
	return nil
}

// unknownKey returns the edge of a key without a meaning. If no move is known
// to be wrong, it chooses among the keys that are not announced: one of the
// largest group with the same consequences.
func (s *state) unknownKey() (most *edge) {
	if e := s.edgeOf(Wrong); e != nil {
		return e
	}
	best := 0
	for _, e := range s.edges {
		n := 0
		for _, other := range s.edges {
			if e.move.Class == Key && other.move.Class == Key && alike(e, other) {
				n++
			}
		}
		if n > best {
			most, best = e, n
		}
	}
	return most
}

// spoken reports whether a move is speech.
func (m Move) spoken() bool { return len(m.acts) > 0 && m.acts[0].Do == sim.DoSay }

// baseline returns the edge of an input without a meaning, of the same kind as
// a move: speech or keys.
func (s *state) baseline(m Move) *edge {
	if m.spoken() {
		return s.edgeOf(Nonsense)
	}
	return s.unknownKey()
}

// rejected finds announced input that is handled as nonsense.
func rejected(_ *walker, s *state, add func(candidate)) {
	silent := s.edgeOf(Silence)
	for _, e := range s.edges {
		base := s.baseline(e.move)
		if e.move.Class != Offered || base == nil || !alike(e, base) {
			continue
		}
		others := slices.ContainsFunc(s.edges, func(o *edge) bool { return o.move.Class == Offered && !alike(o, base) })
		back := e.to != nil && e.to.by.step.drawn == s.by.step.drawn
		if others || back || silent != nil && alike(e, silent) { // otherwise the app may accept any key
			c := e.on("offered-rejected", Error, "A prompt announces %s, but the app handles it exactly like an input without a meaning (%s), so the choice does not work: handle it in the callback of the Gather's Action, or change the prompt.", e.move.Label, base.move.Label)
			add(c)
		}
	}
}

// wrongWay finds prompts that ask for a kind of input that the Gather does not
// take.
func wrongWay(_ *walker, s *state, add func(candidate)) {
	ask, wait := s.scene.ask, s.asked()
	switch {
	case wait.For != sim.ForInput:
	case ask.say && !ask.press && !wait.Speech:
		add(s.on("asks-wrong-way", Error, "The prompts ask the caller to speak, but the Gather takes keys only, so the app does not hear the caller: set its Input to InputDTMFSpeech or InputSpeech, or announce keys."))
	case ask.press && !ask.say && !wait.Keys:
		add(s.on("asks-wrong-way", Error, "The prompts ask the caller to press keys, but the Gather takes speech only, so the keys are lost: set its Input to InputDTMFSpeech, or announce words."))
	}
}

// asked returns what the caller, or the dialed party, has to do.
func (s *state) asked() sim.Wait {
	if p := s.scene.wait.Party; p != nil {
		return *p
	}
	return s.scene.wait
}

// lengths finds prompts that ask for a number of keys other than NumDigits.
func lengths(_ *walker, s *state, add func(candidate)) {
	g, ok := s.asked().Verb.(voxml.Gather)
	if n := s.scene.ask.digits; ok && n > 0 && g.NumDigits > 0 && n != g.NumDigits && s.asked().Keys {
		add(s.on("wrong-length", Warning, "The prompt asks for %d digits, but NumDigits is %d, so the app cuts the input off or waits for more: make the numbers the same.", n, g.NumDigits))
	}
}

// unoffered finds input that does something although no prompt announces it.
func unoffered(_ *walker, s *state, add func(candidate)) {
	if len(s.scene.ask.keys) == 0 {
		return
	}
	for _, e := range s.edges {
		base := s.baseline(e.move)
		if (e.move.Class == Key || e.move.Class == Literal && !e.move.spoken()) && base != nil && !alike(e, base) {
			add(e.on("accepted-unoffered", Note, "%s does something, but no prompt announces it, so callers do not know of it: announce it, or remove it.", e.move.Label))
		}
	}
}

// sampleless finds places where a valid input cannot be guessed.
func sampleless(_ *walker, s *state, add func(candidate)) {
	wait := s.asked()
	g, ok := wait.Verb.(voxml.Gather)
	known := s.edgeOf(Sampled, Offered, Literal) != nil
	if !ok || known || !s.expanded || wait.Keys && g.NumDigits == 1 {
		return
	}
	name := strings.TrimRight(g.Output, "0123456789")
	if name == "" {
		action, _, _ := strings.Cut(g.Action, "?")
		name = action[strings.LastIndex(action, "/")+1:]
	}
	add(s.on("missing-sample", Warning, "The explorer cannot guess a valid input here, so it does not explore what follows: "+
		"give an input, such as Sample(%q, \"68102\") in a Go test, or -sample %s=68102 of voxphone.", name, name))
}

// style applies the rules that are off by default.
func style(w *walker, s *state, add func(candidate)) {
	if !w.cfg.Style {
		return
	}
	keys := slices.DeleteFunc(slices.Clone(s.scene.ask.keys), func(k string) bool { return len(k) != 1 })
	if len(keys) > mostChoices {
		add(s.on("many-choices", Style, "The menu has %d choices, but callers remember about %d: split it into two menus.", len(keys), mostChoices))
	}
	var order []int
	for _, k := range keys {
		if n, err := strconv.Atoi(k); err == nil && n > 0 {
			order = append(order, n)
		}
	}
	if !slices.IsSorted(order) {
		add(s.on("out-of-order", Style, "The keys are not announced in order, so the menu is harder to follow: sort the choices, 1 first."))
	}
	if menus := s.menus(); len(keys) > 0 && menus > deepestMenu {
		add(s.on("too-deep", Style, "This is menu %d on the caller's way, so callers reach it late: offer the choice earlier.", menus))
	}
	for _, e := range s.by.step.entries {
		if e.Kind == sim.Heard && e.Took > longestPrompt {
			c := s.on("long-prompt", Style, "A prompt takes %v, so callers may forget its beginning: make it shorter than %v.", e.Took, longestPrompt)
			c.Place = at(e.From, e.Place)
			add(c)
		}
	}
}

const (
	mostChoices = 5
	deepestMenu = 3
)

// menus counts the different menus on the way to a state, including the state.
func (s *state) menus() int {
	seen := map[string]bool{}
	for _, e := range s.by.path() {
		if e.to != nil && len(e.to.scene.ask.keys) > 0 {
			seen[e.to.by.step.drawn] = true
		}
	}
	return len(seen)
}
