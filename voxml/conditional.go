package voxml

// If runs its verbs if an expression is true. There is no Else: use a second
// If with the opposite expression.
//
// Voxtelesys documentation: VoXML, If.
type If struct {
	// Expression is the condition, such as Var("menu.digits").Equal("1").
	// Required.
	Expression Expr

	// Verbs are what runs: verbs and conditionals, to any depth up to
	// [MaxDepth].
	Verbs []Verb

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *If) visit(c codec) {
	c.open("If", v.Attrs)
	c.condition(&v.Expression)
	c.rest(&v.Attrs)
	children(c, "If", &v.Verbs)
}

// Do repeats its verbs while an expression is true, at most MaxLoops times.
// The iteration, counted from 0, is in the variable do.n.
//
// Voxtelesys documentation: VoXML, Do.
type Do struct {
	// Expression is tested before each pass. Required.
	Expression Expr

	// MaxLoops is the largest number of passes. Zero means 1.
	MaxLoops int

	// Verbs are what runs: verbs and conditionals, to any depth up to
	// [MaxDepth].
	Verbs []Verb

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *Do) visit(c codec) {
	c.open("Do", v.Attrs)
	c.condition(&v.Expression)
	c.count("maxLoops", &v.MaxLoops, unbounded)
	c.rest(&v.Attrs)
	children(c, "Do", &v.Verbs)
}
