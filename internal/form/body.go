package form

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
)

// ErrGone is returned for a body that was announced with a size and of which
// nothing is left.
var ErrGone = errors.New("the body was already read")

// IsForm reports whether the headers are those of a plain form. Parameters of
// the media type, such as a charset, are ignored: a form is UTF-8.
func IsForm(h http.Header) bool {
	const want = "application/x-www-form-urlencoded"
	mediaType := h.Get("Content-Type")
	if mediaType != want {
		mediaType, _, _ = strings.Cut(mediaType, ";")
		if !strings.EqualFold(strings.TrimSpace(mediaType), want) {
			return false
		}
	}
	for _, encoding := range h["Content-Encoding"] {
		if encoding != "" && !strings.EqualFold(encoding, "identity") {
			return false
		}
	}
	return true
}

// A kept is a body that was read once and can be read by others.
type kept struct {
	io.Reader
	io.Closer
	text []byte
	err  error // of reading; all later reads fail too
}

// Keep reads the body of a POST and replaces it by one that [Body] knows and
// that others can still read from its beginning. Of another method it keeps
// nothing and returns nil. If the body was already kept, Keep returns it again.
// If ParseForm was called before, Keep returns the form that it left.
//
// The caller must not change the text. After an error the body of r cannot be
// read any more, so that nobody takes the rest of it for the whole.
func Keep(r *http.Request, limits Limits) ([]byte, error) {
	if r.Method != http.MethodPost {
		return nil, nil
	}
	if len(r.PostForm) > 0 {
		return bounded([]byte(r.PostForm.Encode()), limits)
	}
	if k, ok := r.Body.(*kept); ok {
		return k.read(limits)
	}
	text, err := readBody(r, limits)
	k := &kept{Reader: bytes.NewReader(text), Closer: r.Body, text: text, err: err}
	if err != nil {
		k.Reader = failing{err}
	}
	if r.Body == nil {
		k.Closer = http.NoBody
	}
	r.Body = k
	return text, err
}

// Body returns the text of the body, which [Append] may take: what is left to
// be read of it, or a copy of all of it if it was kept.
func Body(r *http.Request, limits Limits) ([]byte, error) {
	if k, ok := r.Body.(*kept); ok {
		text, err := k.read(limits)
		return bytes.Clone(text), err
	}
	return readBody(r, limits)
}

func readBody(r *http.Request, limits Limits) ([]byte, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	text, err := Read(body, r.ContentLength, limits)
	if err == nil && len(text) == 0 && r.ContentLength > 0 {
		return nil, ErrGone
	}
	return text, err
}

func (k *kept) read(limits Limits) ([]byte, error) {
	if k.err != nil {
		return nil, k.err
	}
	return bounded(k.text, limits)
}

func bounded(text []byte, limits Limits) ([]byte, error) {
	if int64(len(text)) > limits.MaxBytes() {
		return nil, ErrBytes
	}
	return text, nil
}

// A failing is a reader that always fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
