package voxml

import "strings"

// An asked follows the variables that Gathers set through a document. If a
// variable may still hold an earlier answer when a Gather asks again, that is a
// problem: the platform does not document whether a Gather without input clears
// its variables.
//
// The document is walked twice. The first walk finds the variables that the
// verbs of each Do leave set for its next pass. In the second walk, Check asks
// for each Gather whether its variables are stale.
type asked struct {
	ids    map[string]int32  // variables by name
	holds  []bool            // by id: whether it may hold an answer
	log    []change          // changes of holds, to undo or to join branches
	again  map[*Verb][]int32 // by first verb of a Do: variables left set for its next pass
	known  bool              // again is complete
	seen   []int             // by id: the last join that handled it
	joins  int               // the number of joins
	work   int               // left for evaluating comparisons, as in Expr.Eval
	survey *survey
}

// A change is a change of asked.holds.
type change struct {
	id  int32
	was bool
}

// reset begins the second walk. The argument names has the variables that
// earlier documents have set.
func (a *asked) reset(names []string) {
	clear(a.holds)
	a.log, a.known = a.log[:0], true
	for _, name := range names {
		a.put(name, true)
		a.put(name+".digits", true)
		a.put(name+".speech", true)
	}
}

// put records whether a variable may hold an answer.
func (a *asked) put(name string, holds bool) {
	id, ok := a.ids[name]
	if !ok {
		if !holds {
			return // it holds none already
		}
		id = int32(len(a.holds))
		a.ids[name] = id
		a.holds, a.seen = append(a.holds, false), append(a.seen, 0)
	}
	a.change(id, holds)
}

func (a *asked) change(id int32, holds bool) {
	if a.holds[id] != holds {
		a.log = append(a.log, change{id, a.holds[id]})
		a.holds[id] = holds
	}
}

// clear records that a variable or a group of variables is set or unset.
func (a *asked) clear(name string) {
	a.put(name, false)
	a.put(name+".digits", false)
	a.put(name+".speech", false)
}

// stale reports whether a variable that a Gather sets may hold an earlier
// answer.
func (a *asked) stale(n Gather) bool {
	for _, name := range answers(n) {
		if id, ok := a.ids[name]; ok && a.holds[id] {
			return true
		}
	}
	return false
}

// answers returns the variables that a Gather sets.
func answers(n Gather) []string {
	switch {
	case n.Output == "":
		return nil
	case n.Input == InputSpeech:
		return []string{n.Output + ".speech"}
	case n.Input == InputDTMFSpeech:
		return []string{n.Output + ".digits", n.Output + ".speech"}
	}
	return []string{n.Output + ".digits"}
}

// enter follows a node. If it returns a function, call that after the verbs
// inside the node have been followed.
func (a *asked) enter(n Node) (leave func()) {
	switch n := n.(type) {
	case Gather:
		a.gather(n)
	case Set:
		a.clear(n.Output)
	case Unset:
		a.clear(n.Output)
	case If:
		before := len(a.log)
		a.exclude(n.Expression, opEqual)
		return func() {
			if a.join(before, ends(n.Verbs)); ends(n.Verbs) {
				a.exclude(n.Expression, opNotEqual)
			}
		}
	case Do:
		if len(n.Verbs) > 0 {
			return a.loop(n)
		}
	}
	return nil
}

func (a *asked) gather(n Gather) {
	if n.Action != "" {
		return // the verbs after it run only without an answer
	}
	for _, name := range answers(n) {
		a.put(name, true)
	}
}

// loop is enter for a Do that has verbs.
func (a *asked) loop(n Do) (leave func()) {
	before := len(a.log)
	retried := a.retried(n)
	for _, id := range a.again[&n.Verbs[0]] {
		if !retried[id] {
			a.change(id, true)
		}
	}
	a.exclude(n.Expression, opEqual)
	return func() {
		if a.join(before, ends(n.Verbs)); a.known || n.MaxLoops <= 1 {
			return
		}
		again := make([]int32, 0, len(a.log)-before)
		for _, c := range a.log[before:] {
			again = append(again, c.id)
		}
		a.again[&n.Verbs[0]] = again
	}
}

// exclude records variables that must be empty. If op is "==", these are the
// variables that are empty if the expression is true. If op is "!=", they are
// those that are empty if it is false.
func (a *asked) exclude(x Expr, op string) {
	if !strings.Contains(x.text, `""`) && !strings.Contains(x.text, `''`) {
		return // it compares nothing with the empty string
	}
	alternatives, err := a.survey.exprs.read(x.text)
	if err != nil {
		return
	}
	if op == opNotEqual {
		for _, conditions := range alternatives {
			if len(conditions) == 1 {
				a.put(emptiness(conditions[0], op), false)
			}
		}
		return
	}
	for _, name := range inAll(alternatives, func(c comparison) string { return emptiness(c, op) }) {
		a.put(name, false)
	}
}

// inAll returns the variables that f returns for at least one comparison of
// every alternative.
func inAll(alternatives [][]comparison, f func(comparison) string) (names []string) {
	found := map[string]int{} // the number of alternatives that have it
	for i, conditions := range alternatives {
		for _, c := range conditions {
			name := f(c)
			if name == "" || found[name] != i {
				continue
			}
			if found[name]++; found[name] == len(alternatives) {
				names = append(names, name)
			}
		}
	}
	return names
}

// retried returns the variables of a Do that asks again until its expression
// accepts the answer. A rejected answer does no harm in the next pass: the
// expression also rejects an empty answer, and no verb in the Do reads the
// variable.
func (a *asked) retried(n Do) map[int32]bool {
	if !a.known {
		return nil // the verbs of the Do have not been walked
	}
	ids := map[int32]bool{}
	alternatives, _ := a.survey.exprs.read(n.Expression.text)
	for _, name := range inAll(alternatives, a.rejected) {
		if id, ok := a.ids[name]; ok && !a.survey.reads(n, name) {
			ids[id] = true
		}
	}
	return ids
}

// rejected returns the variable that a comparison by != or !~ compares with a
// literal. It returns "" if the comparison is false for an empty variable.
func (a *asked) rejected(c comparison) string {
	if c.op != opNotEqual && c.op != opNotMatch || !c.left.variable && !c.right.variable {
		return ""
	}
	if holds, err := c.eval(nil, &a.work); err != nil || !holds {
		return ""
	}
	if c.left.variable {
		return c.left.text
	}
	return c.right.text
}

// emptiness returns the variable that a comparison by op compares with the
// empty string, or "".
func emptiness(c comparison, op string) string {
	switch {
	case c.op != op:
	case c.left.variable && c.right == operand{}:
		return c.left.text
	case c.right.variable && c.left == operand{}:
		return c.right.text
	}
	return ""
}

// join ends a branch that began when the log had the length before. If the
// branch always leaves the document, its changes are undone, because the verbs
// after it run only if the branch did not. Otherwise, the log keeps one change
// for each variable that may now hold an answer because of the branch.
func (a *asked) join(before int, ended bool) {
	branch := a.log[before:]
	if ended {
		for i := len(branch) - 1; i >= 0; i-- {
			a.holds[branch[i].id] = branch[i].was
		}
		a.log = a.log[:before]
		return
	}
	a.joins++
	left := before
	for _, c := range branch {
		if a.seen[c.id] == a.joins {
			continue
		}
		a.seen[c.id] = a.joins
		// The first change has the state before the branch.
		if a.holds[c.id] = a.holds[c.id] || c.was; !c.was && a.holds[c.id] {
			a.log[left] = c
			left++
		}
	}
	a.log = a.log[:left]
}
