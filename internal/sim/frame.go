package sim

import (
	"fmt"
	"strconv"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Limits of what an app may do without input.
const (
	maxDocuments = 100    // without time passing
	maxVerbs     = 10_000 // without time passing
	maxTime      = 24 * time.Hour

	maxAllDocuments = 20_000  // within a day: music of 5 seconds fits
	maxAllVerbs     = 200_000 // within a day: pauses of 1 second in a loop fit
)

// An effort counts what the app has done since a person last acted.
type effort struct {
	began time.Duration // when a person last acted

	at                     time.Duration // time of the last verb or document
	documents, verbs       int           // at this time
	allDocuments, allVerbs int           // since began
}

// A frame is a list of verbs in progress.
type frame struct {
	verbs []voxml.Verb
	next  int
	path  string // path of the element that contains the verbs

	do    *voxml.Do // that element if it is a loop, otherwise nil
	pass  int       // number of the pass of do, from 0
	outer iteration // do.n of the loop around do
}

// An iteration is a saved value of the variable do.n.
type iteration struct {
	n   string
	set bool
}

// next runs the next verb of the document.
func (c *Call) next() {
	if c.endless(0, 1) {
		return
	}
	if len(c.frames) == 0 {
		c.place = ""
		c.finish(End{Why: OutOfVerbs, Text: "the document ended"}, voxhook.CallStatusCompleted)
		return
	}
	f := &c.frames[len(c.frames)-1]
	switch {
	case f.next < len(f.verbs):
		v := f.verbs[f.next]
		c.place = Path(f.path, f.next, v)
		f.next++
		c.run(v)
	case f.do != nil && c.again(f):
		f.next = 0
	default:
		if f.do != nil && c.loops() > 1 {
			c.restore(f.outer)
		}
		c.frames = c.frames[:len(c.frames)-1]
	}
}

// endless counts documents and verbs without input. If there are too many, it
// ends the call and returns true.
func (c *Call) endless(documents, verbs int) bool {
	s := &c.since
	if c.now > s.at {
		s.at, s.documents, s.verbs = c.now, 0, 0
	}
	s.documents, s.allDocuments = s.documents+documents, s.allDocuments+documents
	s.verbs, s.allVerbs = s.verbs+verbs, s.allVerbs+verbs
	text := ""
	switch {
	case s.documents > maxDocuments:
		text = fmt.Sprintf("the app sent %d documents without input and without time passing", maxDocuments)
	case s.verbs > maxVerbs:
		text = fmt.Sprintf("the app ran %d verbs without input and without time passing", maxVerbs)
	case verbs > 0 && c.now-s.began > maxTime: // a document may be requested after a long wait
		text = "the app went on for a day without input"
	case s.allDocuments > maxAllDocuments:
		text = fmt.Sprintf("the app sent %d documents without input", maxAllDocuments)
	case s.allVerbs > maxAllVerbs:
		text = fmt.Sprintf("the app ran %d verbs without input", maxAllVerbs)
	default:
		return false
	}
	c.finish(End{Why: Looped, Text: text}, voxhook.CallStatusFailed)
	return true
}

// loop begins a Do, unless its first pass is not to run.
func (c *Call) loop(v voxml.Do) {
	outer := c.iteration()
	if c.iterates(&v, 0) {
		c.frames = append(c.frames, frame{verbs: v.Verbs, path: c.place, do: &v, outer: outer})
	}
}

// again advances a loop to its next pass, and reports whether that pass is to
// run.
func (c *Call) again(f *frame) bool {
	f.pass++
	return f.pass < f.do.MaxLoops && c.iterates(f.do, f.pass)
}

// iterates reports whether a pass of a loop is to run. It sets do.n to the
// number of the pass before it evaluates the expression.
func (c *Call) iterates(do *voxml.Do, pass int) bool {
	before := c.iteration()
	c.assign("do.n", strconv.Itoa(pass))
	if pass == 0 && c.cfg.DoWhile || c.holds(do.Expression) {
		return true
	}
	c.restore(before)
	return false
}

func (c *Call) iteration() iteration {
	n, set := c.vars["do.n"]
	return iteration{n, set}
}

func (c *Call) restore(i iteration) {
	if i.set {
		c.assign("do.n", i.n)
	} else {
		delete(c.vars, "do.n")
	}
}

// loops returns the number of loops in progress.
func (c *Call) loops() (n int) {
	for _, f := range c.frames {
		if f.do != nil {
			n++
		}
	}
	return n
}

// holds evaluates an expression. An expression that cannot be evaluated is
// false.
func (c *Call) holds(x voxml.Expr) bool {
	ok, err := x.Eval(c.vars)
	if err != nil {
		c.warn("an expression is treated as false: %v", err)
	}
	return ok
}
