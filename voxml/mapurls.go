package voxml

import (
	"slices"
	"strconv"
)

// A URLUse says what the platform requests a URL of a document for, and so
// which kind of webhook arrives there. Zero means unknown.
type URLUse int

// The uses of the URLs that become webhooks.
const (
	UseDialAction   URLUse = iota + 1 // the action of a [Dial]
	UseGatherAction                   // the action of a [Gather]
	UseRecordAction                   // the action of a [Record]
	UsePayAction                      // the action of a [Pay]
	UseRedirect                       // the URL of a [Redirect]
	UseNumber                         // the URL of a [Number]: the document for the dialed party
	UseRecording                      // the recordingStatusCallback of a [Dial] or [Record]
	UsePayProgress                    // the statusCallback of a [Pay]
)

var urlUses = [...]string{
	"unknown", "Dial.action", "Gather.action", "Record.action", "Pay.action",
	"Redirect", "Number.url", "recordingStatusCallback", "Pay.statusCallback",
}

// String returns the element and attribute of such a URL, such as
// "Gather.action". For zero, it returns "unknown".
func (u URLUse) String() string {
	if u < 0 || int(u) >= len(urlUses) {
		return "URLUse(" + strconv.Itoa(int(u)) + ")"
	}
	return urlUses[u]
}

// MapURLs returns a copy of the document in which each URL that becomes a
// webhook is replaced by what f returns for it. These are actions, the URLs
// of Redirect and Number, recordingStatusCallback, and the statusCallback of
// Pay, inside If and Do too. They are passed as they are in the document,
// relative or absolute, and in its order. Empty URLs are not passed.
//
// The files of Play, everything inside an [Element], and the values of
// [Attrs] are not mapped.
//
// The document itself is not modified; the copy shares the parts that have
// no URL with it. MapURLs stops at the first error, which is an [*Error]
// with the path of the place. If f failed, it wraps the error of f.
// Exceeding [MaxDepth] or [MaxElements] is an error too.
func (r Response) MapURLs(f func(use URLUse, url string) (string, error)) (Response, error) {
	m := urlMapper{f: f}
	mapped := mapNodes(&m, r)
	if m.err != nil {
		m.err.Path = "Response" + m.err.Path
		return nil, m.err
	}
	return mapped, nil
}

// A urlMapper maps the URLs of a document.
type urlMapper struct {
	f               func(use URLUse, url string) (string, error)
	depth, elements int
	err             *Error // the first, with the path from the current element
}

// mapNodes maps the URLs of nodes and of the nodes inside them. It returns
// nodes itself if none of them has a URL.
func mapNodes[T Node](m *urlMapper, nodes []T) []T {
	if m.err != nil {
		return nil
	}
	mapped, copied := nodes, false
	m.depth++
	for i, n := range nodes {
		node, ok := m.node(n)
		if m.err != nil {
			m.err.Path = place(i, nodeName(n)) + m.err.Path
			break
		}
		if !ok {
			continue
		}
		if !copied {
			mapped, copied = slices.Clone(nodes), true
		}
		mapped[i] = node.(T)
	}
	m.depth--
	return mapped
}

// node returns a node with its URLs mapped, and whether it can have any.
func (m *urlMapper) node(n Node) (mapped Node, ok bool) {
	m.elements++
	switch {
	case m.depth > MaxDepth:
		m.err = &Error{Err: errDepth}
		return nil, false
	case m.elements > MaxElements:
		m.err = &Error{Err: errElements}
		return nil, false
	}
	switch n := n.(type) {
	case Dial:
		m.url(UseDialAction, "action", &n.Action)
		m.url(UseRecording, "recordingStatusCallback", &n.RecordingStatusCallback)
		n.Nouns = mapNodes(m, n.Nouns)
		return n, true
	case Do:
		n.Verbs = mapNodes(m, n.Verbs)
		return n, true
	case Gather:
		m.url(UseGatherAction, "action", &n.Action)
		return n, true
	case If:
		n.Verbs = mapNodes(m, n.Verbs)
		return n, true
	case Number:
		m.url(UseNumber, "url", &n.URL)
		return n, true
	case Pay:
		m.url(UsePayAction, "action", &n.Action)
		m.url(UsePayProgress, "statusCallback", &n.StatusCallback)
		return n, true
	case Record:
		m.url(UseRecordAction, "action", &n.Action)
		m.url(UseRecording, "recordingStatusCallback", &n.RecordingStatusCallback)
		return n, true
	case Redirect:
		m.url(UseRedirect, "URL", &n.URL)
		return n, true
	}
	return nil, false
}

// url maps a URL, unless it is empty or an earlier one failed.
func (m *urlMapper) url(use URLUse, field string, p *string) {
	if m.err != nil || *p == "" {
		return
	}
	mapped, err := m.f(use, *p)
	if err != nil {
		m.err = &Error{Path: "." + field, Err: err}
		return
	}
	*p = mapped
}
