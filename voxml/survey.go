package voxml

import (
	"slices"
	"strings"
)

// A survey records which verbs of a document set, unset and read variables, and
// which variables may hold the answer to an earlier question.
type survey struct {
	set   map[string][]int // the verbs that set a variable; "menu." is a group
	unset map[string][]int // the verbs that unset a variable
	read  map[string][]int // the verbs that read a variable in their expression
	loops map[*Verb]span   // the verbs inside each Do, by its first verb
	verbs int              // the number of verbs so far
	exprs exprReader
	asked asked
}

// A span is a range of verbs, numbered in the order of the document.
type span struct{ from, to int }

// newSurvey returns the survey of a document. The argument names has the
// variables that earlier documents have set.
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
	walkVerbs(s, r)
	s.asked.reset(names)
	return s
}

// walkVerbs adds verbs, and the children of an Element, to a survey.
func walkVerbs[T Node](s *survey, nodes []T) {
	for _, node := range nodes {
		n := Node(node)
		s.verbs++
		s.note(n)
		leave := s.asked.enter(n)
		switch n := n.(type) {
		case Do:
			from := s.verbs
			walkVerbs(s, n.Verbs)
			if len(n.Verbs) > 0 {
				s.loops[&n.Verbs[0]] = span{from, s.verbs}
			}
		case Element:
			walkVerbs(s, n.Children)
		case If:
			walkVerbs(s, n.Verbs)
		}
		if leave != nil {
			leave()
		}
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
	case Pay: // which variables it sets is not documented
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

// sets reports whether a verb or an earlier document sets a variable.
func (s *survey) sets(variable string) bool {
	return len(s.set[variable]) > 0 || len(s.set[groupOf(variable)]) > 0
}

// changes reports whether a verb in a Do sets or unsets a variable.
func (s *survey) changes(n Do, variable string) bool {
	return s.within(n, s.set[variable]) || s.within(n, s.set[groupOf(variable)]) || s.within(n, s.unset[variable])
}

// reads reports whether the expression of a verb in a Do reads a variable.
func (s *survey) reads(n Do, variable string) bool { return s.within(n, s.read[variable]) }

// within reports whether one of these verbs is inside a Do.
func (s *survey) within(n Do, verbs []int) bool {
	if len(n.Verbs) == 0 {
		return false
	}
	body := s.loops[&n.Verbs[0]]
	i, _ := slices.BinarySearch(verbs, body.from+1)
	return i < len(verbs) && verbs[i] <= body.to
}

// groupOf returns the group of a variable, including the dot.
func groupOf(variable string) string {
	group, _, _ := strings.Cut(variable, ".")
	return group + "."
}
