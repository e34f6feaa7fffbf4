package explore

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of programs that draw Mermaid.
const (
	longestPicture = 50_000 // bytes
	mostEdges      = 500
	longestLabel   = 120
)

// Mermaid returns the map as a Mermaid flowchart. Moves to the same place share
// an arrow, and hang-ups are omitted. The shape of a box shows its kind: a
// rectangle listens, a hexagon dials, a parallelogram records, a rhombus pays,
// and a rounded box ends the call. If there are too many arrows, the chart
// shows only documents and the links between them.
func (m *Map) Mermaid() string {
	c := chart{ends: map[string]string{}, names: map[string]bool{}}
	c.draw(m)
	if len(c.arrows) > mostEdges || c.b.Len() > longestPicture {
		c = chart{ends: map[string]string{}, names: map[string]bool{}, documents: true}
		c.draw(m)
	}
	return c.b.String()
}

// A chart is a picture in progress.
type chart struct {
	b         strings.Builder
	arrows    []*arrow
	ends      map[string]string // names of the boxes of ends, by text
	names     map[string]bool   // names of the boxes that were drawn
	documents bool              // boxes are documents
}

// An arrow leads from one box to another.
type arrow struct {
	from, to string
	texts    []string
}

func (c *chart) draw(m *Map) {
	c.b.WriteString("flowchart TD\n")
	fmt.Fprintf(&c.b, "  start([%s])\n", label(m.Method+" "+m.URL))
	for _, p := range m.Places {
		c.box(p)
	}
	for _, w := range m.Begins {
		c.from("start", m, w)
	}
	for _, p := range m.Places {
		for _, w := range merged(p.Ways) {
			c.from(c.name(p), m, w)
		}
	}
	for _, a := range c.arrows {
		if text := strings.Join(a.texts, "; "); text != "" && !c.documents {
			fmt.Fprintf(&c.b, "  %s -->|%s| %s\n", a.from, label(text), a.to)
		} else {
			fmt.Fprintf(&c.b, "  %s --> %s\n", a.from, a.to)
		}
	}
}

func (c *chart) name(p *Place) string {
	if c.documents {
		return "d" + strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
				return r
			}
			return '_'
		}, p.document())
	}
	return fmt.Sprintf("p%d", p.ID)
}

// document returns the request for the document of a place, without its query.
func (p *Place) document() string {
	request, _, _ := strings.Cut(p.Request, "?")
	return request
}

func (c *chart) box(p *Place) {
	name := c.name(p)
	if c.names[name] {
		return
	}
	c.names[name] = true
	text := p.Text
	if len(p.Prompts) > 0 {
		text = strings.Join(p.Prompts, " ")
	}
	if c.documents {
		fmt.Fprintf(&c.b, "  %s[%s]\n", name, label(p.document()))
		return
	}
	left, right := "[", "]"
	switch p.Turn {
	case "dials", "connected", "asks":
		left, right = "{{", "}}"
	case "records":
		left, right = "[/", "/]"
	case "pays":
		left, right = "{", "}"
	}
	fmt.Fprintf(&c.b, "  %s%s%s%s\n", name, left, label(text), right)
}

// from draws the arrows of a way. No arrow leads from a box to itself, because
// programs draw its text over other text. A repeated move has an arrow to its
// last outcome instead.
func (c *chart) from(name string, m *Map, w Way) {
	for i, result := range w.results() {
		text := Labels(w.Moves)
		if i > 0 {
			text += ", with other variables"
		}
		c.result(name, m, text, result)
	}
}

// result draws the arrows of one result of a way.
func (c *chart) result(name string, m *Map, label string, all []Outcome) {
	times := 1
	for _, o := range all {
		text := label
		if times > 1 {
			text += ", the " + ordinal(times) + " time"
		}
		switch {
		case o.Place == 0:
			c.end(name, text, o)
		case c.name(m.Places[o.Place-1]) != name:
			c.arrow(name, text, c.name(m.Places[o.Place-1]))
		case c.documents:
		case o.Forever, len(all) == 1:
			c.end(name, text, Outcome{End: "asks again" + o.times()})
		default:
			times += o.Times
		}
	}
}

func ordinal(n int) string {
	switch n {
	case 2:
		return "2nd"
	case 3:
		return "3rd"
	}
	return fmt.Sprintf("%dth", n)
}

// end draws an arrow to an end of the call. Ends with the same text share a
// box.
func (c *chart) end(name, move string, o Outcome) {
	text := strings.Join(append(append([]string{}, o.Says...), o.End), " ")
	if len(o.Says) > 0 {
		text = strings.Join(o.Says, " ") + " — " + o.End
	}
	if c.documents {
		text = o.End
	}
	end, ok := c.ends[text]
	if !ok {
		end = fmt.Sprintf("e%d", len(c.ends)+1)
		c.ends[text] = end
		fmt.Fprintf(&c.b, "  %s([%s])\n", end, label(text))
	}
	c.arrow(name, move, end)
}

// arrow adds a text to the arrow from one box to another.
func (c *chart) arrow(from, text, to string) {
	i := slices.IndexFunc(c.arrows, func(a *arrow) bool { return a.from == from && a.to == to })
	if i < 0 {
		i = len(c.arrows)
		c.arrows = append(c.arrows, &arrow{from: from, to: to})
	}
	if text != "" {
		c.arrows[i].texts = append(c.arrows[i].texts, text)
	}
}

// merged joins the ways that lead to the same places, whatever is said before.
func merged(ways []Way) (all []Way) {
	of := map[string]int{}
	for _, w := range ways {
		key := ""
		for _, result := range w.results() {
			for _, o := range result {
				if o.Place == 0 { // the box of an end contains the text
					key += fmt.Sprint(o.Says, o.End)
				}
				key += fmt.Sprint(o.Place, o.times(), ";")
			}
			key += "or"
		}
		if i, ok := of[key]; ok {
			all[i].Moves = append(all[i].Moves[:len(all[i].Moves):len(all[i].Moves)], w.Moves...)
			continue
		}
		of[key] = len(all)
		all = append(all, w)
	}
	return all
}

// entities escape characters with a meaning in Mermaid, which has no other
// escapes.
var entities = strings.NewReplacer(`&`, "#amp;", `"`, "#quot;", `<`, "#lt;", `>`, "#gt;", `#`, "#35;", "`", "#96;")

// label returns a text in quotes, with line breaks.
func label(text string) string {
	var b strings.Builder
	line := 0
	for i, word := range strings.Fields(shorten(text)) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case line+n > lineWidth:
			b.WriteString("<br>")
			line = 0
		default:
			b.WriteString(" ")
		}
		b.WriteString(entities.Replace(word))
		line += n + 1
	}
	return `"` + b.String() + `"`
}

const lineWidth = 22

func shorten(text string) string {
	r := []rune(text)
	if len(r) <= longestLabel {
		return text
	}
	return string(r[:longestLabel]) + " …"
}
