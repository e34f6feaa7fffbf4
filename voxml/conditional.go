package voxml

// If runs its verbs if an expression is true. There is no Else: use a second
// If with the opposite expression.
//
// Voxtelesys documentation: VoXML, If.
type If struct {
	// Expression compares variables and literals, such as
	//
	//	${menu.digits}=="1" || ${menu.speech}=~"(power|outage)"
	//
	// with the operators == != =~ !~ && ||. Required. Text from a caller must
	// not become part of it: compare a variable instead.
	Expression string

	// Verbs are what runs: verbs and conditionals, to any depth up to
	// [MaxDepth].
	Verbs []Verb

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v If) encode(e *encoder) {
	e.open("If", v.Attrs)
	e.required("expression", v.Expression)
	children(e, "If", v.Verbs)
}

// Do repeats its verbs while an expression is true, at most MaxLoops times.
// The iteration, counted from 0, is in the variable do.n.
//
// Voxtelesys documentation: VoXML, Do.
type Do struct {
	// Expression is tested before each pass; it is that of [If]. Required.
	Expression string

	// MaxLoops is the largest number of passes. Zero: 1.
	MaxLoops int

	// Verbs are what runs: verbs and conditionals, to any depth up to
	// [MaxDepth].
	Verbs []Verb

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Do) encode(e *encoder) {
	e.open("Do", v.Attrs)
	e.required("expression", v.Expression)
	e.count("maxLoops", v.MaxLoops)
	children(e, "Do", v.Verbs)
}
