package voxml

import (
	"slices"
	"strconv"
)

// A URLUse says what the platform uses a URL of a document for. The use
// determines which kind of webhook the URL receives. Zero means unknown.
type URLUse int

// The uses of URLs that receive webhooks.
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

// String returns the element and attribute that hold the URL, such as
// "Gather.action". For zero, it returns "unknown".
func (u URLUse) String() string {
	if u < 0 || int(u) >= len(urlUses) {
		return "URLUse(" + strconv.Itoa(int(u)) + ")"
	}
	return urlUses[u]
}

// MapURLs returns a copy of the document in which f has replaced each URL that
// receives webhooks. These are actions, the URLs of Redirect and Number, the
// recordingStatusCallback of Dial and Record, and the statusCallback of Pay.
// URLs inside If and Do are included.
//
// MapURLs calls f once for each URL, in the order of the document. It passes
// each URL as it is in the document, relative or absolute. Empty URLs are
// skipped. The URLs of Play, everything inside an [Element], and the values of
// [Attrs] are not mapped.
//
// The document itself is not modified. The copy shares with it all parts that
// have no URL.
//
// MapURLs stops at the first error, which is an [*Error] with the path of the
// place. If f fails, the error wraps the error of f. A document that exceeds
// [MaxDepth] or [MaxElements] is also an error.
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
	err             *Error // the first error, with its path from the current element
}

// mapNodes maps the URLs of nodes and of their descendants. If there are none,
// it returns nodes itself.
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

// node returns a node with its URLs mapped. It reports false if the node can
// have no URLs.
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

// url maps a URL. It does nothing if the URL is empty or an earlier one failed.
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
