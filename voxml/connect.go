package voxml

// Connect hands the call to a Flow.
//
// Voxtelesys documentation: VoXML, Connect.
type Connect struct {
	// Flow is where the call goes. Required.
	Flow Flow

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
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

// flow ends a Connect.
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

// Flow is the noun of [Connect].
//
// Voxtelesys documentation: VoXML, Connect, Flow.
type Flow struct {
	// ID is the GUID of the Flow. Required. It is the element's text.
	ID string

	// Resume goes on with the Flow that sent this call here. If false, it
	// does not.
	Resume bool

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
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
