package voxml

// If runs its verbs when its expression is true. VoXML has no Else: add a
// second If with the opposite expression; see [Expr.Not].
//
// Voxtelesys documentation: VoXML, If.
type If struct {
	// Expression is the condition, such as Var("menu.digits").Equal("1").
	// Required.
	Expression Expr

	// Verbs run if Expression is true. Verbs and conditionals can be nested up
	// to [MaxDepth].
	Verbs []Verb

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *If) visit(c codec) {
	c.open("If", v.Attrs)
	c.condition(&v.Expression)
	c.rest(&v.Attrs)
	children(c, "If", &v.Verbs)
}

// Do repeats its verbs while its expression is true, at most MaxLoops times.
// The variable do.n holds the number of the current pass. The first pass has
// number 0.
//
// Voxtelesys documentation: VoXML, Do.
type Do struct {
	// Expression is the condition. Required. It is tested before each pass.
	// Unconfirmed.
	Expression Expr

	// MaxLoops is the largest number of passes. Zero means 1.
	MaxLoops int

	// Verbs run in each pass. Verbs and conditionals can be nested up to
	// [MaxDepth].
	Verbs []Verb

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Do) visit(c codec) {
	c.open("Do", v.Attrs)
	c.condition(&v.Expression)
	c.count("maxLoops", &v.MaxLoops, unbounded)
	c.rest(&v.Attrs)
	children(c, "Do", &v.Verbs)
}
