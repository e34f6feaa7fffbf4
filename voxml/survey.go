package voxml

import (
	"slices"
	"strings"
)

// A survey holds the variables of a document: where they are set and unset,
// and which of them may hold the answer to an earlier question.
type survey struct {
	set   map[string][]int // the verbs that set a variable; "menu." is a group
	unset map[string][]int // the verbs that unset a variable
	read  map[string][]int // the verbs that have a variable in their expression
	loops map[*Verb]span   // the verbs of each Do, by the first of them
	verbs int              // the number of verbs so far
	exprs exprReader
	asked asked
}

// A span is a range of verbs, numbered in the order of the document.
type span struct{ from, to int }

// newSurvey returns the survey of a document. Names are the variables that
// earlier documents have set.
func newSurvey(r Response, names []string) *survey {
	s := &survey{
		set:   map[string][]int{},
		unset: map[string][]int{},
		read:  map[string][]int{},
		loops: map[*Verb]span{},
		asked: asked{ids: map[string]int32{}, again: map[*Verb][]int32{}, work: maxMatch},
	}
	s.asked.survey = s
	for _, name := range names {
		s.set[name] = append(s.set[name], -1)
		s.set[name+"."] = append(s.set[name+"."], -1)
	}
	walkVerbs(s, r, false)
	s.asked.reset(names)
	return s
}

// walkVerbs adds verbs to a survey, and nodes of an Element. If dead, they can
// never run.
func walkVerbs[T Node](s *survey, nodes []T, dead bool) {
	for _, node := range nodes {
		n := Node(node)
		s.verbs++
		s.note(n)
		var leave func()
		if !dead {
			leave = s.asked.enter(n)
		}
		switch n := n.(type) {
		case Do:
			from := s.verbs
			walkVerbs(s, n.Verbs, dead)
			if len(n.Verbs) > 0 {
				s.loops[&n.Verbs[0]] = span{from, s.verbs}
			}
		case Element:
			walkVerbs(s, n.Children, dead)
		case If:
			walkVerbs(s, n.Verbs, dead)
		}
		if leave != nil {
			leave()
		}
		v, ok := n.(Verb)
		dead = dead || ok && isEnd(v)
	}
}

// note adds the variables that a verb sets, unsets or reads.
func (s *survey) note(n Node) {
	set := func(name string) { s.set[name] = append(s.set[name], s.verbs) }
	switch n := n.(type) {
	case Dial:
		set(n.Output + ".status")
	case Do:
		s.noteExpr(n.Expression)
	case Element:
		for _, a := range n.Attrs {
			if a.Name == "output" {
				set(a.Value)
				set(a.Value + ".")
			}
		}
	case Gather:
		set(n.Output + ".digits")
		set(n.Output + ".speech")
	case If:
		s.noteExpr(n.Expression)
	case Pay: // the documentation does not say which variables it sets
		set(n.Output + ".")
	case Set:
		set(n.Output)
	case Unset:
		s.unset[n.Output] = append(s.unset[n.Output], s.verbs)
	}
}

func (s *survey) noteExpr(x Expr) {
	alternatives, _ := s.exprs.read(x.text)
	for name := range variables(alternatives) {
		s.read[name] = append(s.read[name], s.verbs)
	}
}

// sets reports whether something sets a variable.
func (s *survey) sets(variable string) bool {
	return len(s.set[variable]) > 0 || len(s.set[groupOf(variable)]) > 0
}

// changes reports whether a verb of a Do sets or unsets a variable.
func (s *survey) changes(n Do, variable string) bool {
	return s.within(n, s.set[variable]) || s.within(n, s.set[groupOf(variable)]) || s.within(n, s.unset[variable])
}

// reads reports whether a verb of a Do has a variable in its expression.
func (s *survey) reads(n Do, variable string) bool { return s.within(n, s.read[variable]) }

// within reports whether one of these verbs is in a Do.
func (s *survey) within(n Do, verbs []int) bool {
	if len(n.Verbs) == 0 {
		return false
	}
	body := s.loops[&n.Verbs[0]]
	i, _ := slices.BinarySearch(verbs, body.from+1)
	return i < len(verbs) && verbs[i] <= body.to
}

// groupOf returns the group of a variable, with its dot.
func groupOf(variable string) string {
	group, _, _ := strings.Cut(variable, ".")
	return group + "."
}
