package voxml

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
)

// A Response is a VoXML document: the verbs that the platform runs next in a
// call, from top to bottom. The zero value is the empty document <Response/>.
//
// A Response is a plain value. The same document always encodes to the same
// bytes, so compare documents as bytes or with [reflect.DeepEqual]. [Parse]
// returns documents in a normal form: compare a parsed document with another
// parsed one.
type Response []Verb

// AppendXML appends the document to b and returns the extended buffer. The
// document is UTF-8 without an XML declaration.
//
// If the document cannot be encoded, AppendXML returns b unchanged and an
// error. The error is an [*Error], or several joined by [errors.Join]: one for
// each problem, up to 100.
func (r Response) AppendXML(b []byte) ([]byte, error) {
	e := encoder{b: b, start: len(b)}
	if len(r) == 0 {
		return append(b, "<Response/>"...), nil
	}
	e.b = append(e.b, "<Response>"...)
	writeNodes(&e, r)
	e.end("Response")
	if len(e.errs) == 0 && e.full() {
		e.fail("", errSize)
	}
	if len(e.errs) > 0 {
		return b, joined(e.errs)
	}
	return e.b, nil
}

// joined returns errs as one error. It completes their paths, which start below
// the root.
func joined(errs []*Error) error {
	all := make([]error, len(errs))
	for i, err := range errs {
		err.Path = "Response" + err.Path
		all[i] = err
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

// WriteTo writes the document to w in one piece. It implements [io.WriterTo].
// If the document cannot be encoded, WriteTo writes nothing and returns the
// error of [Response.AppendXML].
func (r Response) WriteTo(w io.Writer) (int64, error) {
	b, err := r.AppendXML(nil)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(b)
	return int64(n), err
}

// String returns the document as XML, or "" if it cannot be encoded. It is for
// tests and logs. [Response.AppendXML] reports why a document cannot be
// encoded.
func (r Response) String() string {
	b, err := r.AppendXML(nil)
	if err != nil {
		return ""
	}
	return string(b)
}

// MarshalText returns the document as XML, so that package encoding/json writes
// it as a string. It implements [encoding.TextMarshaler]. Its errors are those
// of [Response.AppendXML].
//
// A single verb has no such method. To marshal it, put it into a Response: in
// JSON, a verb alone would lose its name.
func (r Response) MarshalText() ([]byte, error) { return r.AppendXML(nil) }

// UnmarshalText reads the document with [Parse]. It implements
// [encoding.TextUnmarshaler]. If Parse returns an error, r is not changed.
func (r *Response) UnmarshalText(text []byte) error {
	doc, err := Parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	*r = doc
	return nil
}

// ServeHTTP answers any request with the document: status 200, type
// application/xml, and a Content-Length. So a document that is the same for
// every call can be used as a handler.
//
// If the document cannot be encoded, ServeHTTP answers with status 500 and logs
// the error to [slog.Default].
func (r Response) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	b, err := r.AppendXML(nil)
	if err != nil {
		slog.ErrorContext(req.Context(), "document not sent", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/xml")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // an error means that the client is gone
}
