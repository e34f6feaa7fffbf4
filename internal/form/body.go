package form

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A GoneError reports a body of which other code has read a part.
type GoneError struct {
	Announced int64 // the size of the body, or -1 if it came without
	Left      int   // what could still be read
}

func (e GoneError) Error() string {
	announced := "sent without a length"
	if e.Announced >= 0 {
		announced = strconv.FormatInt(e.Announced, 10) + " bytes announced"
	}
	if e.Left == 0 {
		return announced + ", none left"
	}
	return announced + ", " + strconv.Itoa(e.Left) + " left"
}

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
	io.Closer
	unread bytes.Reader
	text   []byte
	err    error // of reading; all later reads fail too
}

func (k *kept) Read(p []byte) (int, error) {
	if k.err != nil {
		return 0, k.err
	}
	return k.unread.Read(p)
}

// Keep reads the body of a POST and replaces it by one that [Body] knows and
// that others can still read from its beginning. Wrappers use it that look at a
// request before its Handler does. For other methods Keep does nothing and
// returns nil. If the body was already kept, Keep returns it again. If
// ParseForm was called before, Keep returns the form that it left.
//
// The caller must not change the text. After an error, reading the body of r
// fails, so that no one takes the rest for the whole.
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
	// A webhook is never empty.
	if gone := int64(len(text)) < r.ContentLength || r.ContentLength < 0 && len(text) == 0; err == nil && gone {
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
