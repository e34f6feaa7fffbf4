package voxml

import (
	"strings"

	"github.com/voxhook/voxhook/internal/xmlscan"
)

// foreign reports whether el has the name of a type that cannot hold its
// children, such as a Connect with a Stream. Such an Element can be encoded,
// and Parse returns an Element for it.
func foreign(el Element) bool {
	elements, flow := 0, false
	for _, n := range el.Children {
		if _, ok := n.(Text); !ok {
			elements++
			flow = isFlow(n)
		}
	}
	switch zeroNodes[el.Name].(type) {
	case Connect:
		return elements > 1 || elements == 1 && !flow
	case Answer, Flow, Hangup, Number, Parameter, Pause, Play, Record, Redirect, Reject, Set, Unset:
		return elements > 0
	}
	return false // the type can hold any element
}

// isFlow reports whether Parse returns a Flow for n.
func isFlow(n Node) bool {
	el, ok := n.(Element)
	if ok {
		return el.Name == "Flow" && !foreign(el)
	}
	_, ok = n.(Flow)
	return ok
}

// become turns the current element into an Element, because its type cannot
// hold child, and reads the rest of the element.
func (d *decoder) become(text string, child xmlscan.Token) {
	d.errs = d.errs[:d.earlier] // an Element can hold all attributes
	el := d.untyped(d.start)
	if text != "" {
		el.Children = add(el.Children, Node(Text(text)))
	}
	el.Children = readChild(d, el.Children, child)
	for token, ok := d.next(); ok; token, ok = d.next() {
		el.Children = readChild(d, el.Children, token)
	}
	d.element = &el
}

// untyped reads a start tag again, as the start tag of an Element.
func (d *decoder) untyped(start int) Element {
	scan := xmlscan.Fragment(d.src[start:], xmlscan.Limits{Depth: 1, Elements: 1, Attrs: mostAttrs})
	tag, _ := scan.Next() // no error: it was read before
	d.attrs, d.at = scan.Attrs(), start
	return Element{Name: tag.Name, Attrs: d.rest()}
}

// flow reads the content of a Connect. If it has elements other than one Flow,
// the Connect becomes an Element.
func (d *decoder) flow() (flow Flow) {
	start, earlier := d.start, len(d.errs)
	var nodes []Node
	var texts []xmlscan.Token
	first, elements := 0, 0
	for token, ok := d.next(); ok; token, ok = d.next() {
		if token.Kind == xmlscan.Text {
			texts = append(texts, token)
			nodes = append(nodes, Text(token.Text))
			continue
		}
		index := len(nodes)
		if elements == 0 && token.Name == "Flow" {
			first, index = index, 0 // its index in a Connect without other elements
		}
		elements++
		nodes = append(nodes, read[Node](d, index, token))
	}
	typed := elements == 0
	if elements == 1 {
		flow, typed = nodes[first].(Flow)
	}
	if typed {
		for _, text := range texts {
			d.onlySpace(text)
		}
		return flow
	}
	d.moved(earlier, place(0, "Flow"), place(first, "Flow"))
	el := d.untyped(start)
	el.Children = nodes
	d.element = &el
	return Flow{}
}

// moved replaces the place from by the place to, in the paths of all errors
// except the earlier ones.
func (d *decoder) moved(earlier int, from, to string) {
	parent := d.where()
	for _, e := range d.errs[earlier:] {
		if rest, ok := strings.CutPrefix(e.err.Path, parent+from); ok {
			e.err.Path = parent + to + rest
		}
	}
}
