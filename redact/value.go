package redact

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/voxhook/voxhook/internal/mask"
)

// A cleaner masks the attributes of one record. A nil mask changes only
// requests and URLs.
type cleaner struct{ mask *mask.Mask }

// attr returns a masked attribute.
func (c cleaner) attr(a slog.Attr) slog.Attr {
	return slog.Attr{Key: c.mask.Text(a.Key), Value: c.value(a.Value)}
}

// value returns a masked value. Resolve recovers if a LogValuer panics.
func (c cleaner) value(v slog.Value) slog.Value {
	v = v.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(c.mask.Text(v.String()))
	case slog.KindGroup:
		attrs := v.Group()
		out := make([]slog.Attr, len(attrs))
		for i, a := range attrs {
			out[i] = c.attr(a)
		}
		return slog.GroupValue(out...)
	case slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		if text, ok := c.number(v.String()); ok {
			return slog.StringValue(text)
		}
		return v
	case slog.KindAny:
		return c.any(v)
	}
	return v // a bool, time or duration
}

// shortestNumber is the least length of a number that may be a code. Counts and
// statuses are shorter.
const shortestNumber = 4

// number returns a masked number and reports whether all of it was replaced.
func (c cleaner) number(text string) (string, bool) {
	if c.mask == nil || len(text) < shortestNumber {
		return text, false
	}
	out := c.mask.Text(text)
	return out, strings.HasPrefix(out, "[") && strings.HasSuffix(out, "]")
}

// any returns a masked value of any type.
func (c cleaner) any(v slog.Value) slog.Value {
	switch x := v.Any().(type) {
	case nil:
		return v
	case *http.Request:
		return slog.StringValue(c.mask.Text(requestText(x)))
	case http.Request:
		return slog.StringValue(c.mask.Text(requestText(&x)))
	case *url.URL:
		return slog.StringValue(c.mask.Text(urlText(x)))
	case url.URL:
		return slog.StringValue(c.mask.Text(urlText(&x)))
	}
	if c.mask == nil {
		return v
	}
	m := masked{v.Any(), c}
	switch m.value.(type) {
	case error:
		return slog.AnyValue(maskedError{m})
	case json.Marshaler, encoding.TextMarshaler:
		return slog.AnyValue(m)
	}
	if x := reflect.ValueOf(m.value); x.Kind() == reflect.Slice && x.Type().Elem().Kind() == reflect.Uint8 {
		return slog.AnyValue([]byte(c.mask.Text(string(x.Bytes()))))
	}
	return slog.AnyValue(m)
}

// requestText returns the method and the URL of a request.
func requestText(r *http.Request) string {
	if r == nil {
		return "<nil>"
	}
	return r.Method + " " + urlText(r.URL)
}

// urlText returns a URL without the parts that may be secret: user, query and
// fragment.
func urlText(u *url.URL) string {
	if u == nil {
		return "<nil>"
	}
	clean := *u
	clean.User, clean.RawQuery, clean.ForceQuery, clean.Fragment, clean.RawFragment = nil, "", false, "", ""
	return clean.String()
}

// A masked is a value that formats as with slog's handlers or fmt, but masked.
type masked struct {
	value any
	clean cleaner
}

// Format prints the masked text, whatever the format verb.
func (m masked) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, m.text()) }

// MarshalText returns the masked text that [slog.TextHandler] prints.
func (m masked) MarshalText() ([]byte, error) { return []byte(m.text()), nil }

// MarshalJSON returns the masked JSON that [slog.JSONHandler] prints.
func (m masked) MarshalJSON() ([]byte, error) {
	_, isError := m.value.(error)
	if _, ok := m.value.(json.Marshaler); isError && !ok {
		return json.Marshal(m.text())
	}
	text, ok := safely(m.value, func() ([]byte, error) {
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		err := enc.Encode(m.value)
		return out.Bytes(), err
	})
	if !ok {
		return json.Marshal(m.clean.mask.Text(string(text)))
	}
	return m.clean.json(text), nil
}

func (m masked) text() string {
	text, _ := safely(m.value, func() ([]byte, error) {
		switch x := m.value.(type) {
		case encoding.TextMarshaler:
			return x.MarshalText()
		case error:
			return []byte(x.Error()), nil
		}
		return fmt.Appendf(nil, "%+v", m.value), nil
	})
	return m.clean.mask.Text(string(text))
}

// A maskedError is a masked error. It does not unwrap, because the wrapped
// errors would reveal the values.
type maskedError struct{ masked }

func (e maskedError) Error() string { return e.text() }

// safely formats a value whose methods may panic. If a method panics or fails,
// safely returns the text that slog prints in this case, and false.
func safely(value any, format func() ([]byte, error)) (text []byte, ok bool) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		text, ok = fmt.Appendf(nil, "!PANIC: %v", p), false
		if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && v.IsNil() {
			text = []byte("<nil>")
		}
	}()
	text, err := format()
	if err != nil {
		return []byte("!ERROR:" + err.Error()), false
	}
	return text, true
}

// json masks the strings and numbers of a JSON text.
func (c cleaner) json(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		n := tokenSize(text)
		out = c.appendToken(out, text[:n])
		text = text[n:]
	}
	return out
}

// tokenSize returns the size of the string or number at the start of a JSON
// text, and 1 for any other byte.
func tokenSize(text []byte) int {
	n := 1
	switch {
	case text[0] == '"':
		for text[n] != '"' {
			if text[n] == '\\' {
				n++
			}
			n++
		}
		return n + 1
	case isNumber(text[0]):
		for n < len(text) && bytes.IndexByte([]byte("0123456789+-.eE"), text[n]) >= 0 {
			n++
		}
	}
	return n
}

// isNumber reports whether c can begin a JSON number.
func isNumber(c byte) bool { return '0' <= c && c <= '9' || c == '-' }

// appendToken appends a token, masked.
func (c cleaner) appendToken(out, token []byte) []byte {
	var masked string
	changed := false
	switch {
	case token[0] == '"':
		var plain string
		if err := json.Unmarshal(token, &plain); err != nil {
			return append(out, `""`...)
		}
		masked = c.jsonString(plain)
		changed = masked != plain
	case isNumber(token[0]):
		masked, changed = c.number(string(token))
	}
	if !changed {
		return append(out, token...)
	}
	text, err := json.Marshal(masked)
	if err != nil {
		return append(out, `""`...)
	}
	return append(out, text...)
}

// jsonString masks a string of a JSON text. A base64 string may be a byte
// slice, so it is decoded, masked and encoded again.
func (c cleaner) jsonString(s string) string {
	if raw, err := base64.StdEncoding.DecodeString(s); err == nil {
		if masked := c.mask.Text(string(raw)); masked != string(raw) {
			return base64.StdEncoding.EncodeToString([]byte(masked))
		}
	}
	return c.mask.Text(s)
}
