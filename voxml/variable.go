package voxml

// Set sets a variable of the call. The platform sends it back in the Vars of
// later requests for documents.
//
// Voxtelesys documentation: VoXML, Set.
type Set struct {
	// Output is the name of the variable, at most 50 characters. Required.
	Output string

	// Value is the value, at most 50 characters. If empty, the variable is set
	// to the empty string. It is the text of the element.
	Value string

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Set) visit(c codec) {
	c.open("Set", v.Attrs)
	c.variable("output", &v.Output)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.text("Set", &v.Value)
}

// Unset removes a variable of the call.
//
// Voxtelesys documentation: VoXML, Unset.
type Unset struct {
	// Output is the name of the variable, at most 50 characters. Required.
	Output string

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Unset) visit(c codec) {
	c.open("Unset", v.Attrs)
	c.variable("output", &v.Output)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}
