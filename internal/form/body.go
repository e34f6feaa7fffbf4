package form

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A GoneError reports a body that other code has read, at least in part.
type GoneError struct {
	Announced int64 // the size of the whole body; -1 if unknown
	Left      int   // the number of bytes that could still be read
}

func (e GoneError) Error() string {
	if e.Announced < 0 {
		return fmt.Sprintf("%d bytes are left", e.Left)
	}
	return fmt.Sprintf("%d of %d bytes are left", e.Left, e.Announced)
}

// IsForm reports whether the headers announce an uncompressed form. It ignores
// parameters of the media type, such as a charset, because forms are always
// UTF-8.
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

// A kept is a body whose text is kept, so that several readers can read it.
type kept struct {
	io.Closer
	unread bytes.Reader
	text   []byte
	err    error // from reading the original; all later reads return it
}

func (k *kept) Read(p []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	return k.unread.Read(p)
}

// Keep reads the body of a POST and returns its text. It replaces r.Body, so
// that [Body] and other readers can still read the whole body. Wrappers call
// Keep if they look at a request before its Handler does. For other methods,
// Keep does nothing and returns nil. If the body was already kept, Keep returns
// the same text again. If ParseForm was already called, Keep returns r.PostForm
// as text.
//
// The caller must not change the text. If Keep fails, later reads of r.Body
// fail too, so that a reader cannot mistake a part for the whole.
func Keep(r *http.Request, limits Limits) ([]byte, error) {
	if r.Method != http.MethodPost {
		return nil, nil
	}
	if k, ok := r.Body.(*kept); ok {
		return k.read(limits)
	}
	if len(r.PostForm) > 0 {
		return bounded([]byte(r.PostForm.Encode()), limits)
	}
	text, err := readBody(r, limits)
	k := &kept{Closer: r.Body, text: text, err: err}
	k.unread.Reset(text)
	if r.Body == nil {
		k.Closer = http.NoBody
	}
	r.Body = k
	return text, err
}

// Body returns the text of the body: a copy if it was kept, and the unread rest
// otherwise. The caller may pass the text to [Append].
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
	// A webhook is never empty.
	if consumed := int64(len(text)) < r.ContentLength || r.ContentLength < 0 && len(text) == 0; err == nil && consumed {
		return nil, GoneError{r.ContentLength, len(text)}
	}
	return text, err
}

// IsKept reports whether the body was kept.
func IsKept(r *http.Request) bool {
	_, ok := r.Body.(*kept)
	return ok
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
