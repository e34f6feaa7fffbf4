package voxhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Vars are the variables of a call: those that [voxml.Set] set, and the
// results that verbs put under the name of their Output.
//
// Names are dotted, in the way in which expressions write them:
// vars["menu.digits"] is what the caller pressed at the Gather whose Output
// is menu. A variable that is not set is "", and a nil Vars has none.
//
// On the wire they are one parameter, Vars, whose value is the JSON text of an
// object. It makes no difference whether that is nested or flat, which the
// documentation does not say:
//
//	{"menu":{"digits":"1"},"tries":"2"}
//	{"menu.digits":"1","tries":"2"}
//
// Voxtelesys documentation: webhooks, request parameters, Vars.
type Vars map[string]string

// The bounds of a dotted name, far above those of the platform.
const (
	maxPath = 8   // segments
	maxName = 256 // bytes
)

var (
	errNotObject = errors.New("is not the JSON text of an object")
	errTooLong   = errors.New("has a name that is too long")
	errTooDeep   = errors.New("is nested too deep")
)

// parseVars reads the JSON text of an object. Nested objects become dotted
// names; of the values of one name the last counts. What is no string, which
// is not documented to happen, is kept as its JSON text, null as unset.
func parseVars(text string) (Vars, error) {
	if text == "" {
		return nil, nil
	}
	vars := Vars{}
	if err := vars.read("", []byte(text), 1); err != nil {
		return nil, err
	}
	if len(vars) == 0 {
		return nil, nil
	}
	return vars, nil
}

// read adds the members of the object in text, their names behind prefix.
func (v Vars) read(prefix string, text []byte, depth int) error {
	if depth > maxPath {
		return errTooDeep
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errNotObject
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return errNotObject
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return errNotObject
		}
		name := prefix + key.(string) // the decoder takes no other keys
		if len(name) > maxName {
			return errTooLong
		}
		switch value[0] {
		case '{':
			if err := v.read(name+".", value, depth+1); err != nil {
				return err
			}
		case '"':
			var s string
			if err := json.Unmarshal(value, &s); err != nil {
				return errNotObject
			}
			v[name] = s
		case 'n':
			delete(v, name)
		default:
			v[name] = string(value)
		}
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return errNotObject
	}
	if _, err := d.Token(); err != io.EOF {
		return errNotObject
	}
	return nil
}
