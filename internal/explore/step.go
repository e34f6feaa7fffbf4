package explore

import (
	"fmt"
	"hash/maphash"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// A step is what follows a move, until the call waits again or ends.
type step struct {
	entries  []sim.Entry
	acts     []sim.Acted
	from, to time.Duration // since the beginning of the call

	signature uint64   // of everything that happened
	effect    uint64   // of the requests and the prompts
	heard     string   // what a caller notices
	end       *sim.End // nil if the call waits

	// The state that follows, if the call waits.
	key      uint64
	doc      uint64 // like key, but without variables that the document does not read
	drawn    string // the same for all states of one place
	scene    scene
	document *sim.Exchange
	place    string
}

// observe returns the step since an entry of the log.
func (r *run) observe(log, acts int) step {
	c := r.call
	st := step{entries: slices.Clone(c.Log()[log:]), acts: slices.Clone(c.Acts()[acts:]), end: c.End(), to: c.Elapsed(), document: c.Document(), place: c.Place()}
	if log > 0 {
		st.from = c.Log()[log-1].At
	}
	r.sign(&st)
	if st.end != nil {
		return st
	}
	st.scene = r.scene(st)
	wait := st.scene.wait
	st.drawn = waiting(wait)
	if wait.Verb != nil {
		st.drawn += written(wait.Verb)
	}
	st.drawn = r.w.mask(st.drawn)
	doc := r.w.mask(c.Document().Method+" "+c.Document().URL.String()) + "\n" + r.w.mask(string(c.Document().Body)) + "\n" + c.Place() + r.w.mask(waiting(wait))
	var key, read strings.Builder
	key.WriteString(doc)
	read.WriteString(doc)
	for _, name := range slices.Sorted(maps.Keys(st.scene.vars)) {
		line := "\n" + name + "=" + r.w.mask(st.scene.vars[name])
		key.WriteString(line)
		if strings.Contains(doc, "${"+name+"}") { // another value may lead to other moves
			read.WriteString(line)
		}
	}
	st.doc, st.key = hash(read.String()), hash(key.String())
	return st
}

// sign sets the values by which steps are compared.
func (r *run) sign(st *step) {
	var all, effect, heard strings.Builder
	for i := range st.entries {
		e := &st.entries[i]
		if r.w.cfg.Call.RecordingsURL != "" {
			e.Text = r.call.Stable(e.Text)
		}
		if acted := sim.Pressed <= e.Kind && e.Kind <= sim.Waited; acted {
			continue
		}
		line := r.signed(e)
		all.WriteString(line)
		if e.Kind != sim.Undialed && e.Kind != sim.Recorded && e.Kind != sim.Entered {
			effect.WriteString(line)
		}
		if audible(*e) || e.Kind == sim.Dialed || e.Kind == sim.Bridged || e.Kind == sim.Ended {
			heard.WriteString(strconv.Itoa(int(e.Kind)) + r.w.mask(e.Text) + "\n")
		}
	}
	st.signature, st.effect, st.heard = hash(all.String()), hash(effect.String()), heard.String()
}

// signed returns an entry without the parts that differ from call to call.
func (r *run) signed(e *sim.Entry) string {
	if x := e.Exchange; x != nil {
		return x.Method + " " + r.w.mask(x.URL.String()) + " " + strconv.Itoa(x.Status) + r.w.mask(string(x.Body)) + "\n"
	}
	return strconv.Itoa(int(e.Kind)) + "|" + r.w.mask(e.Text) + "|" + r.w.mask(e.Detail) + "|" + e.Place + "\n"
}

var seed = maphash.MakeSeed()

// hash returns a hash of a text.
func hash(text string) uint64 { return maphash.String(seed, text) }

// waiting describes what a call waits for, with the same text in every call.
func waiting(w sim.Wait) string {
	text := fmt.Sprintf("|%d %v %v %s %d %v", w.For, w.Keys, w.Speech, w.Step, w.Attempt, w.Numbers)
	if w.Party != nil {
		text += waiting(*w.Party) + w.Party.Text
		if w.Party.Verb != nil {
			text += written(w.Party.Verb)
		}
	}
	return text
}

// written returns the XML of a verb without its Output.
func written(v voxml.Verb) string {
	switch verb := v.(type) {
	case voxml.Gather:
		verb.Output = ""
		v = verb
	case voxml.Dial:
		verb.Output = ""
		v = verb
	}
	return voxml.Response{v}.String()
}

// audible reports whether an entry is heard.
func audible(e sim.Entry) bool {
	return e.Kind == sim.Heard || e.Kind == sim.Played || e.Kind == sim.Toned || e.Kind == sim.Beeped || e.Kind == sim.Whispered
}

// scene returns the scene in which the call waits.
func (r *run) scene(st step) scene {
	s := scene{wait: r.call.Waiting(), vars: r.call.Vars(), samples: r.w.cfg.Samples}
	if s.wait.For == sim.ForNobody { // the context ended the call
		return s
	}
	s.doc = r.call.Document().Document
	var texts []string
	for _, e := range st.entries {
		if e.Kind == sim.Heard && s.wait.For != sim.ForLeg || e.Kind == sim.Whispered && s.wait.For == sim.ForLeg {
			texts = append(texts, e.Text)
		}
		if s.wait.For == sim.ForLeg && e.From != nil && e.Kind == sim.Whispered {
			s.doc = e.From.Document
		}
	}
	s.ask = r.w.announced(texts)
	return s
}

const longestText = 100

func clip(s string) string {
	if r := []rune(s); len(r) > longestText {
		return string(r[:longestText]) + "…"
	}
	return s
}

// exchanges returns the webhooks of a step.
func (st step) exchanges() (all []*sim.Exchange) {
	for _, e := range st.entries {
		if e.Exchange != nil {
			all = append(all, e.Exchange)
		}
	}
	return all
}

// spoke reports whether anything was heard.
func (st step) spoke() bool { return slices.ContainsFunc(st.entries, audible) }

// where returns the place where the move of an edge is made.
func (e *edge) where() string {
	if e.from != nil {
		return e.from.where()
	}
	if x := e.step.exchanges(); len(x) > 0 {
		return at(x[0], "")
	}
	return at(nil, "")
}

// where returns the request for the document and the path of a state.
func (s *state) where() string { return at(s.document, s.place) }

func at(x *sim.Exchange, place string) string {
	if x == nil {
		return "the beginning of the call"
	}
	text := x.Method + " " + sim.Shown(short(*x.URL))
	if place != "" {
		text += " " + place
	}
	return text
}

// short returns a URL without its host.
func short(u url.URL) string {
	u.Scheme, u.Host, u.User = "", "", nil
	return u.String()
}

// clone returns a copy of an event.
func clone(ev voxhook.Event) voxhook.Event {
	p := reflect.New(reflect.TypeOf(ev).Elem())
	p.Elem().Set(reflect.ValueOf(ev).Elem())
	return p.Interface().(voxhook.Event)
}

// count returns a number with a noun, such as "2 moves".
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text + " " + what
}
