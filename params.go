package voxhook

import (
	"errors"
	"maps"
	"net/url"
	"strings"

	"github.com/voxhook/voxhook/internal/bind"
	"github.com/voxhook/voxhook/voxml"
)

// Params are the parameters of a request in the order received, including
// those unknown to this package.
type Params []Param

// A Param is one parameter of a request, after its escapes were decoded.
type Param struct {
	Name  string // in the sender's spelling
	Value string // empty if there was no equals sign; the raw text if it was malformed
}

// Get returns the last value of a parameter, or "" if there is none. Names are
// case-sensitive. The last value is used because the platform appends its
// parameters to the query of a URL.
func (p Params) Get(name string) string {
	value, _ := p.Lookup(name)
	return value
}

// Lookup returns the last value of a parameter and reports whether there is
// one. Names are case-sensitive.
func (p Params) Lookup(name string) (value string, ok bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// Values returns the parameters as a map. It keeps the order of the values of
// one name and loses the order of names.
func (p Params) Values() url.Values {
	values := make(url.Values, len(p))
	for _, param := range p {
		values.Add(param.Name, param.Value)
	}
	return values
}

// A ParamError reports which parameter is wrong, and why. Its text never
// contains the value, which may be a phone number, speech or card data. The
// value is in Params.
type ParamError struct {
	// Param is the name of the parameter, or of a variable as Vars.name.
	Param string

	// Err says what is wrong with it, such as "is missing". It is never nil.
	Err error
}

func (e *ParamError) Error() string { return "voxhook: parameter " + e.Param + " " + e.Err.Error() }

// newParamError returns a ParamError that does not keep the request's memory
// alive.
func newParamError(name string, err error) *ParamError {
	return &ParamError{Param: strings.Clone(name), Err: err}
}

// Unwrap returns Err.
func (e *ParamError) Unwrap() error { return e.Err }

// Errors that a [ParamError] wraps, besides those of parsing a value.
var (
	// ErrMissing is wrapped by the *[ParamError] of a required parameter that
	// is missing or empty.
	ErrMissing = errors.New("is missing")

	// ErrConflict is wrapped by the *[ParamError] of a parameter that came more
	// than once with different values.
	ErrConflict = errors.New("came more than once with different values")

	errEscape = errors.New("is malformed")
)

// Bind fills the struct that dst points to from w.Params. Use it for your own
// parameters in the URL, and for parameters unknown to this package.
//
//	var own struct {
//		Tenant string        `schema:"tenant,required"`
//		Limit  time.Duration `schema:"limit"`
//	}
//	own.Limit = 30 * time.Second // the default
//	err := w.Bind(&own)
//
// A field takes the parameter named in its schema tag. Without a tag, it takes
// the parameter with the field's name. Names are case-sensitive. The tag "-"
// skips a field. If the parameter is missing or empty, the field is unchanged;
// with the option required, that is an error. If a parameter came more than
// once, the last value is used.
//
// A field can be
//
//   - a string, bool, integer or finite float;
//   - a [time.Duration] (in seconds), a [time.Time] (in the format of RFC 3339
//     or RFC 2822), or [Vars];
//   - a type whose pointer has an UnmarshalText method;
//   - a pointer to one of these, which is set to a new value;
//   - a slice of these, except time.Time. It takes all values that are not
//     empty. A single value with commas, such as 1,2, is split;
//   - a struct or a pointer to one, whose fields have dotted names: the tags
//     menu and digits make menu.digits. A pointer stays nil if no field of its
//     struct has a value. The fields of an embedded struct without a tag belong
//     to the outer struct.
//
// Untagged fields of other types and unexported fields are ignored.
//
// Bind fails if
//
//   - a required parameter is missing: a *[ParamError] with [ErrMissing];
//   - a value cannot be converted: a *[ParamError]. Its field is unchanged; the
//     other fields are filled;
//   - dst is not a pointer to a struct, or the struct cannot be bound. No field
//     is filled then.
//
// A struct cannot be bound if it has
//
//   - a type that contains itself, or a name of more than 8 segments;
//   - two fields of one name, or a field of an embedded struct that another
//     field hides;
//   - a slice of structs, or a tagged field whose type is not listed above;
//   - a tag with a dot, or with the option default;
//   - an embedded pointer to an unexported type.
//
// Several errors are joined, in the order of the names. None contains a value.
func (w *VoiceWebhook) Bind(dst any) error {
	return bindError("", bind.Read(dst, func(yield func(name, value string) bool) {
		for _, p := range w.Params {
			if !yield(p.Name, p.Value) {
				return
			}
		}
	}))
}

// bindError converts errors of package bind to those of this package.
func bindError(prefix string, errs []error) error {
	for i, err := range errs {
		var value *bind.ValueError
		switch {
		case errors.As(err, &value) && errors.Is(err, bind.ErrMissing):
			errs[i] = &ParamError{Param: prefix + value.Name, Err: ErrMissing}
		case errors.As(err, &value):
			errs[i] = &ParamError{Param: prefix + value.Name, Err: value.Err}
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// Vars are the variables of a call: those set by [voxml.Set], and the results
// that verbs store under the name of their Output.
//
// Names are dotted, as in expressions: vars["menu.digits"] holds the keys
// pressed at the Gather whose Output is menu. Variables that are not set are
// empty strings. A variable lasts until the call ends or a [voxml.Unset]
// removes it.
//
// On the wire Vars is one parameter whose value is the JSON text of an object.
// The documentation does not say whether that object is nested or flat, so
// both give the same Vars:
//
//	{"menu":{"digits":"1"},"tries":"2"}
//	{"menu.digits":"1","tries":"2"}
//
// Values that are not strings are kept as JSON text. Each variable counts
// towards the limit of parameters. If there are too many, Vars is nil and
// listed in Invalid.
//
// Voxtelesys documentation: webhooks, request parameters, Vars.
type Vars map[string]string

// Bind fills the struct that dst points to from variables. It follows the
// rules of [VoiceWebhook.Bind]: vars["menu.digits"] goes to the field
// Menu.Digits with the tags menu and digits. [SetVars] is the reverse.
//
// The *[ParamError] of a variable has the name Vars.menu.digits.
func (v Vars) Bind(dst any) error { return bindError("Vars.", bind.Read(dst, maps.All(v))) }

// SetVars returns verbs that store the fields of a struct in variables of the
// call, in the order of the fields. In the next webhook, [Vars.Bind] reads them
// back.
//
//	state.Tries++
//	doc, err := voxhook.SetVars(&state)
//	return append(doc, voxml.Redirect{URL: "/voice"}), err
//
// The argument src is a struct or a pointer to one. Names and types follow the
// rules of [VoiceWebhook.Bind], with two more: a type with an UnmarshalText
// method also needs MarshalText, and slices must hold numbers or bools. Empty
// strings, nil pointers and zero times become a [voxml.Unset], so that an old
// value does not survive. Numbers and bools are always set.
//
// SetVars fails if the struct cannot be bound, or if a field has no text form:
// a negative Duration, a float that is not finite, or a MarshalText method that
// fails. [voxml.Response.Check] reports names and values that the platform does
// not accept.
func SetVars(src any) (voxml.Response, error) {
	fields, err := bind.Write(src)
	if err != nil {
		return nil, err
	}
	doc := make(voxml.Response, len(fields))
	for i, f := range fields {
		doc[i] = voxml.Set{Output: f.Name, Value: f.Text}
		if f.Text == "" {
			doc[i] = voxml.Unset{Output: f.Name}
		}
	}
	return doc, nil
}
