package voxml

// Set sets a variable. It comes back in the Vars of later requests for
// instructions.
//
// Voxtelesys documentation: VoXML, Set.
type Set struct {
	// Output is the variable's name, at most 50 characters. Required.
	Output string

	// Value is a string of at most 50 characters. If empty, the variable is
	// set to the empty string. It is the element's text.
	Value string

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *Set) visit(c codec) {
	c.open("Set", v.Attrs)
	c.variable("output", &v.Output)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.text("Set", &v.Value)
}

// Unset removes a variable.
//
// Voxtelesys documentation: VoXML, Unset.
type Unset struct {
	// Output is the variable's name, at most 50 characters. Required.
	Output string

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *Unset) visit(c codec) {
	c.open("Unset", v.Attrs)
	c.variable("output", &v.Output)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}
