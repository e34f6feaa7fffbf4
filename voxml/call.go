package voxml

// Answer answers a call that is still being set up. Further Answers do nothing.
//
// Voxtelesys documentation: VoXML, Answer.
type Answer struct {
	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Answer) visit(c codec) {
	c.open("Answer", v.Attrs)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}

// Hangup ends the call.
//
// Voxtelesys documentation: VoXML, Hangup.
type Hangup struct {
	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Hangup) visit(c codec) {
	c.open("Hangup", v.Attrs)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}

// Redirect continues the call with another document. Verbs after it never run.
//
// Voxtelesys documentation: VoXML, Redirect.
type Redirect struct {
	// URL is the URL of the next document. Required. If relative, it is
	// resolved against the URL of this document.
	URL string

	// Method is the HTTP method for URL. If empty, POST is used.
	Method Method

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Redirect) visit(c codec) {
	c.open("Redirect", v.Attrs)
	enum(c, "method", &v.Method)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.must("URL", v.URL)
	c.link("Redirect", &v.URL)
}

// Reject ends the call. Verbs after it never run. If it is the first verb of a
// call, Reject refuses the call without answering it. Set, Unset, If and Do may
// come before it, or a Redirect to its document. It is unconfirmed that these
// verbs do not answer a call.
//
// Voxtelesys documentation: VoXML, Reject.
type Reject struct {
	// Reason is the reason given to the calling side. If empty, "rejected" is
	// used.
	Reason RejectReason

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
	Attrs Attrs
}

func (v *Reject) visit(c codec) {
	c.open("Reject", v.Attrs)
	enum(c, "reason", &v.Reason)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	c.empty()
}

// A RejectReason is the reason given to the calling side of a rejected call.
type RejectReason string

// The reasons for a [Reject].
const (
	RejectReasonRejected RejectReason = "rejected" // the default
	RejectReasonBusy     RejectReason = "busy"
)

// Known reports whether the reason is one of the constants of this package.
func (r RejectReason) Known() bool { return r == RejectReasonRejected || r == RejectReasonBusy }
