package voxml

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
)

// A Response is a VoXML document. It says what the platform does next with a
// call. Its verbs run from top to bottom. The zero value is the empty
// document <Response/>.
//
// A Response is a plain value. The same document always encodes to the same
// bytes, so compare documents as bytes, or with reflect.DeepEqual. [Parse]
// returns the plainest form of a document: compare a parsed one with another
// parsed one.
type Response []Verb

// AppendXML appends the document to b and returns the extended buffer. The
// document is UTF-8 without an XML declaration.
//
// If the document cannot be encoded, b is returned as it was. The error then
// holds an [*Error] for every place that is wrong, up to 100; they are
// joined if there are several.
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

// joined returns one error for several, whose paths start below the root.
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

// WriteTo writes the document to w, in one piece. It implements
// [io.WriterTo]. Nothing is written if the document cannot be encoded; the
// error is then that of [Response.AppendXML].
func (r Response) WriteTo(w io.Writer) (int64, error) {
	b, err := r.AppendXML(nil)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(b)
	return int64(n), err
}

// String returns the document, or "" if it cannot be encoded. It is for
// tests and logs. [Response.AppendXML] says why a document does not encode.
func (r Response) String() string {
	b, err := r.AppendXML(nil)
	if err != nil {
		return ""
	}
	return string(b)
}

// MarshalText returns the document, so that package encoding/json writes it
// as a string. It implements [encoding.TextMarshaler]. The error is that of
// [Response.AppendXML].
//
// A verb alone has no such form: in JSON it would lose its name.
func (r Response) MarshalText() ([]byte, error) { return r.AppendXML(nil) }

// UnmarshalText reads a document. It implements [encoding.TextUnmarshaler].
// The error is that of [Parse]; the document is then not changed.
func (r *Response) UnmarshalText(text []byte) error {
	doc, err := Parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	*r = doc
	return nil
}

// ServeHTTP answers with the document: status 200, type application/xml, and
// its exact length. A document that is the same for every call is a handler.
//
// A document that cannot be encoded is answered with status 500 and its
// error is logged to [slog.Default].
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
