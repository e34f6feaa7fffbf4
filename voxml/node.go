package voxml

// A Node is anything that can stand in a document. It is one of
//
//   - a verb: [Answer], [Connect], [Dial], [Gather], [Hangup], [Pause], [Pay],
//     [Play], [Record], [Redirect], [Reject], [Say], [Set], [Unset];
//   - a conditional: [If], [Do];
//   - a noun: [Number], [Flow], [Prompt], [Parameter];
//   - an [Element] that this package has no type for, or a [Text] in one.
//
// Nodes are values: use Say{…}, not &Say{…}, which does not encode.
type Node interface{ node() }

// A Verb is a [Node] that can stand in a [Response], an [If] or a [Do]:
// any verb, any conditional, or an [Element].
type Verb interface {
	Node
	verb()
}

// A GatherVerb is a [Verb] that can be heard while a [Gather] listens:
// [Say], [Play], [Pause], or an [Element].
type GatherVerb interface {
	Verb
	gatherVerb()
}

// A PromptVerb is a [Verb] that can stand in a [Prompt]:
// [Say], [Play], or an [Element].
type PromptVerb interface {
	Verb
	promptVerb()
}

// A DialNoun is a [Node] that can stand in a [Dial]:
// [Number], or an [Element].
type DialNoun interface {
	Node
	dialNoun()
}

// A PayNoun is a [Node] that can stand in a [Pay]:
// [Prompt], [Parameter], or an [Element].
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
