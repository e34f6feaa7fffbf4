package voxml

// A Node is any part of a document. It is one of
//
//   - a verb: [Answer], [Connect], [Dial], [Gather], [Hangup], [Pause], [Pay],
//     [Play], [Record], [Redirect], [Reject], [Say], [Set], [Unset];
//   - a conditional: [If], [Do];
//   - a noun: [Number], [Flow], [Prompt], [Parameter];
//   - an [Element], for all other elements, or a [Text] inside one.
//
// Nodes are values. Write Say{…}, not &Say{…}: pointers do not encode.
type Node interface{ node() }

// A Verb is a [Node] that is allowed in a [Response], an [If] or a [Do]: any
// verb, any conditional, or an [Element].
type Verb interface {
	Node
	verb()
}

// A GatherVerb is a [Verb] that is allowed in a [Gather] and is heard while the
// Gather listens: [Say], [Play], [Pause], or an [Element].
type GatherVerb interface {
	Verb
	gatherVerb()
}

// A PromptVerb is a [Verb] that is allowed in a [Prompt]: [Say], [Play], or an
// [Element].
type PromptVerb interface {
	Verb
	promptVerb()
}

// A DialNoun is a [Node] that is allowed in a [Dial]: a [Number] or an
// [Element].
type DialNoun interface {
	Node
	dialNoun()
}

// A PayNoun is a [Node] that is allowed in a [Pay]: a [Prompt], a [Parameter]
// or an [Element].
type PayNoun interface {
	Node
	payNoun()
}

func (Answer) node()    {}
func (Connect) node()   {}
func (Dial) node()      {}
func (Do) node()        {}
func (Element) node()   {}
func (Flow) node()      {}
func (Gather) node()    {}
func (Hangup) node()    {}
func (If) node()        {}
func (Number) node()    {}
func (Parameter) node() {}
func (Pause) node()     {}
func (Pay) node()       {}
func (Play) node()      {}
func (Prompt) node()    {}
func (Record) node()    {}
func (Redirect) node()  {}
func (Reject) node()    {}
func (Say) node()       {}
func (Set) node()       {}
func (Text) node()      {}
func (Unset) node()     {}

func (Answer) verb()   {}
func (Connect) verb()  {}
func (Dial) verb()     {}
func (Do) verb()       {}
func (Element) verb()  {}
func (Gather) verb()   {}
func (Hangup) verb()   {}
func (If) verb()       {}
func (Pause) verb()    {}
func (Pay) verb()      {}
func (Play) verb()     {}
func (Record) verb()   {}
func (Redirect) verb() {}
func (Reject) verb()   {}
func (Say) verb()      {}
func (Set) verb()      {}
func (Unset) verb()    {}

func (Element) gatherVerb() {}
func (Pause) gatherVerb()   {}
func (Play) gatherVerb()    {}
func (Say) gatherVerb()     {}

func (Element) promptVerb() {}
func (Play) promptVerb()    {}
func (Say) promptVerb()     {}

func (Element) dialNoun() {}
func (Number) dialNoun()  {}

func (Element) payNoun()   {}
func (Parameter) payNoun() {}
func (Prompt) payNoun()    {}

// node encodes or checks a node. It is a plain switch over all types: a method
// call through Node would move the encoder to the heap.
func (c codec) node(n Node) {
	switch n := n.(type) {
	case Answer:
		n.visit(c)
	case Connect:
		n.visit(c)
	case Dial:
		n.visit(c)
	case Do:
		n.visit(c)
	case Element:
		n.visit(c)
	case Flow:
		n.visit(c)
	case Gather:
		n.visit(c)
	case Hangup:
		n.visit(c)
	case If:
		n.visit(c)
	case Number:
		n.visit(c)
	case Parameter:
		n.visit(c)
	case Pause:
		n.visit(c)
	case Pay:
		n.visit(c)
	case Play:
		n.visit(c)
	case Prompt:
		n.visit(c)
	case Record:
		n.visit(c)
	case Redirect:
		n.visit(c)
	case Reject:
		n.visit(c)
	case Say:
		n.visit(c)
	case Set:
		n.visit(c)
	case Text:
		n.visit(c)
	case Unset:
		n.visit(c)
	default:
		c.foreign(n)
	}
}

// zeroNodes maps the name of each element to the zero value of its type.
var zeroNodes = map[string]Node{
	"Answer":    Answer{},
	"Connect":   Connect{},
	"Dial":      Dial{},
	"Do":        Do{},
	"Flow":      Flow{},
	"Gather":    Gather{},
	"Hangup":    Hangup{},
	"If":        If{},
	"Number":    Number{},
	"Parameter": Parameter{},
	"Pause":     Pause{},
	"Pay":       Pay{},
	"Play":      Play{},
	"Prompt":    Prompt{},
	"Record":    Record{},
	"Redirect":  Redirect{},
	"Reject":    Reject{},
	"Say":       Say{},
	"Set":       Set{},
	"Unset":     Unset{},
}

// fill decodes into a value of zeroNodes and returns the result. It is a plain
// switch, like node.
func (c codec) fill(n Node) Node {
	switch n := n.(type) {
	case Answer:
		n.visit(c)
		return n
	case Connect:
		n.visit(c)
		return n
	case Dial:
		n.visit(c)
		return n
	case Do:
		n.visit(c)
		return n
	case Flow:
		n.visit(c)
		return n
	case Gather:
		n.visit(c)
		return n
	case Hangup:
		n.visit(c)
		return n
	case If:
		n.visit(c)
		return n
	case Number:
		n.visit(c)
		return n
	case Parameter:
		n.visit(c)
		return n
	case Pause:
		n.visit(c)
		return n
	case Pay:
		n.visit(c)
		return n
	case Play:
		n.visit(c)
		return n
	case Prompt:
		n.visit(c)
		return n
	case Record:
		n.visit(c)
		return n
	case Redirect:
		n.visit(c)
		return n
	case Reject:
		n.visit(c)
		return n
	case Say:
		n.visit(c)
		return n
	case Set:
		n.visit(c)
		return n
	case Unset:
		n.visit(c)
		return n
	}
	return n
}
