package explore

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/voxhook/voxhook/internal/sim"
)

// Version is the version of the JSON form of a [Map].
const Version = 2

// A Map is the result of exploring an app.
type Map struct {
	Version  int       `json:"version"`  // [Version]
	Method   string    `json:"method"`   // of the first request
	URL      string    `json:"url"`      // of the first request, without host
	Begins   []Way     `json:"begins"`   // what follows the beginning of the call
	Places   []*Place  `json:"places"`   // where the call waits, in the order found
	Findings []Finding `json:"findings"` // the most serious first
	Stats    Stats     `json:"stats"`    // the size of the walk

	walker *walker
}

// Stats describe the size of the walk.
type Stats struct {
	Places   int      `json:"places"`           // places in the map
	States   int      `json:"states"`           // states that a caller can tell apart
	Moves    int      `json:"moves"`            // moves at these states
	Calls    int      `json:"calls"`            // calls that were made
	Webhooks int      `json:"webhooks"`         // webhooks that were sent
	Person   int      `json:"person"`           // moves until the app dials a person; -1 if it never does
	Bounds   []string `json:"bounds,omitempty"` // limits that were reached
	OneID    bool     `json:"oneId,omitempty"`  // all calls had the same CallSid, because documents depend on it
}

// A Place is where a call waits. It combines the states that ask for the same
// input.
type Place struct {
	ID      int      `json:"id"`                // from 1
	Request string   `json:"request"`           // the request for the document, on the shortest path
	Path    string   `json:"path"`              // path of the verb that waits
	Turn    string   `json:"turn"`              // listens, dials, connected, records, pays, asks
	Text    string   `json:"text"`              // what the app is doing, such as "listening for a key"
	Prompts []string `json:"prompts,omitempty"` // texts of the verb that waits
	Ways    []Way    `json:"ways"`              // the results of each move

	classes []*state // the first state of each class
}

// A Way is the result of moves that have the same consequences.
type Way struct {
	Moves    []string    `json:"moves"`            // labels of the moves
	Outcomes []Outcome   `json:"outcomes"`         // in the order in which they occur if the move is repeated
	Others   [][]Outcome `json:"others,omitempty"` // the results with other variables, if they differ
}

// results returns Outcomes and Others.
func (w Way) results() [][]Outcome { return append([][]Outcome{w.Outcomes}, w.Others...) }

// An Outcome is what a caller hears, and where the call is afterwards.
type Outcome struct {
	Says    []string `json:"says,omitempty"`    // texts before the next prompts
	Place   int      `json:"place,omitempty"`   // the id of a Place; 0 at the end of the call
	End     string   `json:"end,omitempty"`     // how the call ends, such as "hangs up"
	Times   int      `json:"times,omitempty"`   // the number of repetitions, if Place is that of the Way
	Forever bool     `json:"forever,omitempty"` // the repetitions have no end
}

// unknown is the class of ends, and of states that were not explored.
const unknown = -1

// draw makes the map of the walk.
func (w *walker) draw() *Map {
	w.reduce()
	m := &Map{Version: Version, Places: []*Place{}, Begins: []Way{}, Findings: []Finding{}, walker: w}
	m.Stats = Stats{Calls: w.calls, Webhooks: w.webhooks, Person: -1, Bounds: w.bounds, OneID: !w.fresh}
	if len(w.starts) > 0 {
		if x := w.starts[0].step.exchanges(); len(x) > 0 {
			m.Method, m.URL = x[0].Method, w.shown(short(*x[0].URL))
		}
	}
	places := map[string]*Place{}
	of := map[*state]*Place{}
	classes := map[int]bool{}
	for _, s := range w.states {
		if s.scene.wait.For == sim.ForParty && (m.Stats.Person < 0 || s.depth < m.Stats.Person) {
			m.Stats.Person = s.depth
		}
		name := s.by.step.drawn
		p := places[name]
		if p == nil {
			p = w.newPlace(s)
			p.ID = len(m.Places) + 1
			places[name] = p
			m.Places = append(m.Places, p)
		}
		of[s] = p
		if !classes[s.class] {
			classes[s.class] = true
			p.classes = append(p.classes, s)
			m.Stats.Moves += len(s.edges)
		}
	}
	m.Stats.Places, m.Stats.States = len(m.Places), len(classes)
	for _, e := range w.starts {
		way := Way{Moves: []string{}, Outcomes: []Outcome{w.outcome(e, of)}}
		if e.move.Label != "" {
			way.Moves = []string{e.move.Label}
		}
		m.Begins = append(m.Begins, way)
	}
	for _, p := range m.Places {
		p.Ways = w.ways(p, of)
	}
	return m
}

// reduce finds the states that a caller cannot tell apart, by Moore's
// refinement: those with the same moves and the same consequences.
func (w *walker) reduce() {
	classes := 0
	for {
		names := map[string]int{}
		all := make([]int, len(w.states))
		for i, s := range w.states {
			name := s.by.step.drawn
			if classes > 0 {
				name = s.consequences()
			}
			if _, ok := names[name]; !ok {
				names[name] = len(names)
			}
			all[i] = names[name]
		}
		for i, s := range w.states {
			s.class = all[i]
		}
		if len(names) == classes {
			return
		}
		classes = len(names)
	}
}

func (s *state) consequences() string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(s.class))
	for _, e := range s.edges {
		fmt.Fprintf(&b, "\n%s|%s|%s|%d", e.move.Class, e.move.Label, e.step.heard, e.class())
	}
	return b.String()
}

// class returns the class of the state to which an edge leads.
func (e *edge) class() int {
	if e.to == nil {
		return unknown
	}
	return e.to.class
}

func (w *walker) newPlace(s *state) *Place {
	wait := s.scene.wait
	p := &Place{Request: s.document.Method + " " + w.shown(short(*s.document.URL)), Path: s.place, Text: strings.TrimPrefix(w.shown(wait.Text), "the app is ")}
	p.Turn = [...]string{
		sim.ForNobody: "stays", sim.ForInput: "listens", sim.ForParty: "dials", sim.ForTalk: "connected",
		sim.ForMessage: "records", sim.ForPayment: "pays", sim.ForLeg: "asks",
	}[wait.For]
	for _, e := range s.by.step.entries {
		if audible(e) && e.Kind != sim.Beeped && s.prompts(e) {
			p.Prompts = append(p.Prompts, w.shown(e.Text))
		}
	}
	return p
}

// prompts reports whether an entry is heard while the person can already act at
// a state.
func (s *state) prompts(e sim.Entry) bool {
	if s.scene.wait.For == sim.ForLeg {
		return e.Kind == sim.Whispered
	}
	return e.From == s.by.step.document && strings.HasPrefix(e.Place, s.place+"[")
}

// mostSaid is the maximum number of texts shown in an [Outcome].
const mostSaid = 12

// outcome returns the outcome of an edge.
func (w *walker) outcome(e *edge, of map[*state]*Place) Outcome {
	var o Outcome
	for _, entry := range e.step.entries {
		switch {
		case !audible(entry) || entry.Kind == sim.Beeped, e.step.end == nil && (&state{by: e, place: e.step.place, scene: e.step.scene}).prompts(entry):
		case entry.Kind == sim.Heard:
			o.Says = append(o.Says, w.shown(entry.Text))
		default:
			o.Says = append(o.Says, w.mask(entry.String()))
		}
	}
	if len(o.Says) > mostSaid { // such as music on hold
		o.Says = append(o.Says[:mostSaid:mostSaid], "…")
	}
	switch {
	case e.step.end != nil:
		o.End = w.ending(e.step.end)
	case of[e.to] != nil:
		o.Place = of[e.to].ID
	default:
		o.End = "not explored"
	}
	return o
}

// ending describes how a call ended.
func (w *walker) ending(end *sim.End) string {
	switch end.Why {
	case sim.HungUp, sim.OutOfVerbs:
		return "hangs up"
	case sim.CallerHungUp:
		return "the caller hung up"
	}
	return clip(w.shown(strings.TrimPrefix(end.Text, "the app ")))
}
