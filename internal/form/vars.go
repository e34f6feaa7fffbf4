package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// The limits of a dotted name. Those of the platform are far lower.
const (
	MaxPath = 8   // segments
	maxName = 256 // bytes
)

// Errors of [Object], besides [ErrText]. Their texts continue a sentence that
// begins with the parameter's name.
var (
	ErrObject = errors.New("is not a JSON object")
	ErrName   = errors.New("has a variable whose name is too long")
	ErrDeep   = errors.New("is nested too deeply")
	ErrMany   = errors.New("has too many variables")
)

// Object parses a JSON object with at most limit members, including those of
// nested objects. The members of nested objects get dotted names. If a name
// occurs more than once, the last value is used. A value that is not a string
// is kept as JSON text, and null is omitted. For an empty object, Object
// returns nil.
//
// If the error is [ErrText], the result is complete, with U+FFFD in place of
// invalid UTF-8 and NUL.
func Object(text string, limit int) (map[string]string, error) {
	if members(text) > limit {
		return nil, ErrMany
	}
	text, err := Text(text)
	o := object{vars: map[string]string{}, text: err}
	if err := o.read("", []byte(text), 1); err != nil {
		return nil, err
	}
	if len(o.vars) == 0 {
		return nil, o.text
	}
	return o.vars, o.text
}

// members counts the members of all objects in a JSON text, which are the
// colons outside of strings.
func members(text string) (n int) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\':
			i++
		case c == ':' && !quoted:
			n++
		}
	}
	return n
}

// An object collects variables.
type object struct {
	vars map[string]string
	text error // ErrText if any text was replaced
}

// read adds the members of the object in text, with prefix before their names.
func (o *object) read(prefix string, text []byte, depth int) error {
	if depth > MaxPath {
		return ErrDeep
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return ErrObject
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return ErrObject
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return ErrObject
		}
		name := key.(string) // the decoder accepts no other keys
		o.lone(name, text)
		if err := o.add(prefix+name, value, depth); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return ErrObject
	}
	if _, err := d.Token(); err != io.EOF {
		return ErrObject
	}
	return nil
}

// add sets name to a JSON value.
func (o *object) add(name string, value json.RawMessage, depth int) error {
	if len(name) > maxName {
		return ErrName
	}
	name = o.clean(name)
	switch value[0] {
	case '{':
		return o.read(name+".", value, depth+1)
	case '"':
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return ErrObject
		}
		o.lone(s, value)
		o.vars[name] = o.clean(s)
	case 'n':
		delete(o.vars, name)
	default:
		o.vars[name] = string(value)
	}
	return nil
}

// clean calls Text and records its error.
func (o *object) clean(s string) string {
	s, err := Text(s)
	if err != nil {
		o.text = err
	}
	return s
}

// lone detects a lone surrogate, which the decoder replaces by U+FFFD.
func (o *object) lone(s string, text []byte) {
	if strings.ContainsRune(s, utf8.RuneError) &&
		!bytes.ContainsRune(text, utf8.RuneError) && !bytes.Contains(bytes.ToLower(text), []byte(`\ufffd`)) {
		o.text = ErrText
	}
}
