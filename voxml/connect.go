package voxml

// Connect hands the call to a Flow.
//
// Voxtelesys documentation: VoXML, Connect.
type Connect struct {
	// Flow is where the call goes. Required.
	Flow Flow

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Connect) encode(e *encoder) {
	e.open("Connect", v.Attrs)
	e.attr("history", string(v.History))
	e.endAttrs()
	e.b = append(e.b, '>')
	earlier := len(e.errs)
	v.Flow.encode(e)
	e.under(".Flow", earlier)
	e.end("Connect")
}

// Flow is the noun of [Connect].
//
// Voxtelesys documentation: VoXML, Connect, Flow.
type Flow struct {
	// ID is the GUID of the Flow. Required. It is the element's text.
	ID string

	// Resume goes on with the Flow that sent this call here. False: it does
	// not.
	Resume bool

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Flow) encode(e *encoder) {
	e.open("Flow", v.Attrs)
	e.flag("resume", v.Resume, "true")
	e.attr("history", string(v.History))
	if v.ID == "" {
		e.fail("ID", errRequired)
	}
	e.text("Flow", v.ID)
}
