package voxml

// Connect hands the call over to a Flow.
//
// Voxtelesys documentation: VoXML, Connect.
type Connect struct {
	// Flow is the Flow that takes over the call. Required.
	Flow Flow

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Connect) visit(c codec) {
	c.open("Connect", v.Attrs)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	switch {
	case c.enc != nil:
		c.enc.flow(&v.Flow)
	case c.dec != nil:
		v.Flow = c.dec.flow()
	case c.chk != nil:
		c.chk.element(0, v.Flow)
	}
}

// flow writes the Flow and the end tag of a Connect.
func (e *encoder) flow(v *Flow) {
	e.b = append(e.b, '>')
	earlier := len(e.errs)
	if e.enter() {
		v.visit(codec{enc: e})
	}
	e.depth--
	e.under("[0].Flow", earlier)
	e.end("Connect")
}

// Flow names the Flow that a [Connect] hands the call over to.
//
// Voxtelesys documentation: VoXML, Connect, Flow.
type Flow struct {
	// ID is the GUID of the Flow. Required. It is the text of the element.
	ID string

	// Resume, if true, continues the Flow that sent the call to this program.
	Resume bool

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Flow) visit(c codec) {
	c.open("Flow", v.Attrs)
	c.flag("resume", &v.Resume, true)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.must("ID", v.ID)
	c.word("Flow", "ID", &v.ID)
}
