package voxhook

import (
	"errors"
	"net/url"
)

// Params are the parameters of a request in the order in which they came,
// those that this package does not know included.
type Params []Param

// A Param is one parameter as it was received, unescaped.
type Param struct {
	Name  string // in the sender's spelling
	Value string // "" also if there was no equals sign
}

// Get returns the first value of a parameter, or "" if there is none. The
// case of the name matters.
func (p Params) Get(name string) string {
	value, _ := p.Lookup(name)
	return value
}

// Lookup returns the first value of a parameter, and whether there is one.
// The case of the name matters.
func (p Params) Lookup(name string) (value string, ok bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// Values returns the parameters as a map, which loses their order but not
// that of the values of one name.
func (p Params) Values() url.Values {
	values := make(url.Values, len(p))
	for _, param := range p {
		values.Add(param.Name, param.Value)
	}
	return values
}

// A ParamError says which parameter is wrong, and why. Its text never holds
// the value: numbers, speech and card data pass through here. The value is in
// the Params of the request.
type ParamError struct {
	// Param is the name of the parameter, or of the variable.
	Param string

	// Err is what is wrong with it. It is never nil.
	Err error
}

func (e *ParamError) Error() string { return "voxhook: parameter " + e.Param + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *ParamError) Unwrap() error { return e.Err }

// What can be wrong with a parameter, besides its value.
var (
	// ErrMissing is wrapped by the *[ParamError] of a parameter that must be
	// there and is not, or is empty.
	ErrMissing = errors.New("is missing")

	// ErrConflict is wrapped by the *[ParamError] of a parameter that came
	// twice with different values.
	ErrConflict = errors.New("came twice with different values")
)
