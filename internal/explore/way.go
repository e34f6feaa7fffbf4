package explore

import (
	"fmt"
	"slices"
)

// ways returns the results of the moves at a place.
func (w *walker) ways(p *Place, of map[*state]*Place) []Way {
	var labels []string
	for _, s := range p.classes {
		for _, e := range s.edges {
			if e.move.Class != HangUp && !slices.Contains(labels, e.move.Label) {
				labels = append(labels, e.move.Label)
			}
		}
	}
	entered := w.entered(of)
	ways := []Way{}
	byText := map[string]int{}
	for _, label := range labels {
		results := w.results(p, label, of, entered)
		text := fmt.Sprint(results)
		i, ok := byText[text]
		if !ok {
			i = len(ways)
			byText[text] = i
			ways = append(ways, Way{Outcomes: results[0], Others: results[1:]})
		}
		ways[i].Moves = append(ways[i].Moves, label)
	}
	return ways
}

// entered returns the classes that a call enters from another place, or at its
// beginning. The others are only reached by moves at their own place, such as
// the second try.
func (w *walker) entered(of map[*state]*Place) map[int]bool {
	entered := map[int]bool{}
	for _, e := range w.edges() {
		if e.to != nil && (e.from == nil || of[e.from] != of[e.to]) {
			entered[e.class()] = true
		}
	}
	return entered
}

// results returns what a move leads to at a place: one list of outcomes, or
// several if they depend on variables.
func (w *walker) results(p *Place, label string, of map[*state]*Place, entered map[int]bool) (all [][]Outcome) {
	courses := map[int]course{}
	later := map[int]bool{} // classes to which the move leads from another class of the place
	for _, s := range p.classes {
		c := w.course(s, p, label, of)
		courses[s.class] = c
		for _, class := range c.classes[min(1, len(c.classes)):] { // without its own
			later[class] = true
		}
	}
	seen := map[int]bool{}
	add := func(s *state, first bool) {
		c := courses[s.class]
		if len(c.steps) == 0 || seen[s.class] {
			return
		}
		for _, class := range c.classes {
			seen[class] = true
		}
		if !c.in(all, first) {
			all = append(all, c.steps)
		}
	}
	for _, s := range p.classes {
		if entered[s.class] && !later[s.class] {
			add(s, true)
		}
	}
	for _, first := range []bool{true, false} {
		for _, s := range p.classes {
			if entered[s.class] == first {
				add(s, first)
			}
		}
	}
	for i, steps := range all {
		all[i] = counted(steps, p.ID)
	}
	return all
}

// A course is what happens if a move is repeated until the call leaves the place
// or goes around in a circle.
type course struct {
	steps   []Outcome
	classes []int // of the states at which the move was made
}

// in reports whether a list has the steps of a course. Unless the course is from
// the first try, they may also be the last steps of a longer result.
func (c course) in(all [][]Outcome, first bool) bool {
	return slices.ContainsFunc(all, func(other []Outcome) bool {
		n := len(other) - len(c.steps)
		return n == 0 && same(other, c.steps) || n > 0 && !first && same(other[n:], c.steps)
	})
}

// course repeats a move from a state of a place.
func (w *walker) course(s *state, p *Place, label string, of map[*state]*Place) (c course) {
	for s != nil && of[s] == p && !slices.Contains(c.classes, s.class) {
		e := s.along(label)
		if e == nil {
			return c
		}
		c.classes = append(c.classes, s.class)
		c.steps = append(c.steps, w.outcome(e, of))
		s = e.to
	}
	if s != nil && of[s] == p {
		for i := range c.steps {
			c.steps[i].Forever = c.steps[i].Place == p.ID
		}
	}
	return c
}

// counted joins successive outcomes that are the same, and counts repetitions
// if the call stays at its place.
func counted(steps []Outcome, place int) (all []Outcome) {
	for _, o := range steps {
		if o.Place == place {
			o.Times = 1
		}
		if n := len(all); n > 0 && all[n-1].equal(o) {
			all[n-1].Times += o.Times
			continue
		}
		all = append(all, o)
	}
	return all
}

func same(a, b []Outcome) bool { return slices.EqualFunc(a, b, Outcome.equal) }

// equal reports whether two outcomes are the same, whatever their Times.
func (o Outcome) equal(other Outcome) bool {
	return o.Place == other.Place && o.End == other.End && o.Forever == other.Forever && slices.Equal(o.Says, other.Says)
}

// along returns the edge of a move, or nil.
func (s *state) along(label string) *edge {
	for _, e := range s.edges {
		if e.move.Label == label {
			return e
		}
	}
	return nil
}

// after returns the state to which a move leads, or nil.
func (s *state) after(label string) *state {
	if e := s.along(label); e != nil {
		return e.to
	}
	return nil
}
