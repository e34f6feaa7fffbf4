package voxml

// Answer answers a call that is still being set up. Later ones do nothing.
//
// Voxtelesys documentation: VoXML, Answer.
type Answer struct {
	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Answer) encode(e *encoder) {
	e.open("Answer", v.Attrs)
	e.attr("history", string(v.History))
	e.empty()
}

// Hangup ends the call.
//
// Voxtelesys documentation: VoXML, Hangup.
type Hangup struct {
	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Hangup) encode(e *encoder) {
	e.open("Hangup", v.Attrs)
	e.attr("history", string(v.History))
	e.empty()
}

// Redirect goes on with another document. What comes after it never runs.
//
// Voxtelesys documentation: VoXML, Redirect.
type Redirect struct {
	// URL is where the next document is requested. Required. A relative one
	// resolves against the URL of this document.
	URL string

	// Method is how it is requested. Empty: POST.
	Method Method

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Redirect) encode(e *encoder) {
	e.open("Redirect", v.Attrs)
	e.attr("method", string(v.Method))
	e.attr("history", string(v.History))
	if v.URL == "" {
		e.fail("URL", errRequired)
	}
	e.text("Redirect", v.URL)
}

// Reject ends the call. As the first verb of the first document it refuses
// the call without answering it. What comes after it never runs.
//
// Voxtelesys documentation: VoXML, Reject.
type Reject struct {
	// Reason is what the calling side is told. Empty: rejected.
	Reason RejectReason

	// History says what the call detail record keeps. Empty: disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v Reject) encode(e *encoder) {
	e.open("Reject", v.Attrs)
	e.attr("reason", string(v.Reason))
	e.attr("history", string(v.History))
	e.empty()
}

// A RejectReason is what the calling side of a rejected call is told.
type RejectReason string

// The reasons of [Reject].
const (
	ReasonRejected RejectReason = "rejected" // the default
	ReasonBusy     RejectReason = "busy"
)

// Known reports whether the reason is one of the constants of this package.
func (r RejectReason) Known() bool { return r == ReasonRejected || r == ReasonBusy }
