// Package voxml writes, reads and checks VoXML, the language in which a
// program tells the Voxtelesys platform what the caller hears next.
//
// A document is a [Response], a slice of verbs, each a struct:
//
//	doc := voxml.Response{
//		voxml.Gather{
//			Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second,
//			Verbs: []voxml.GatherVerb{voxml.Say{Text: "For sales, press 1."}},
//		},
//		voxml.Say{Text: "Goodbye."},
//		voxml.Hangup{},
//	}
//	_, err := doc.WriteTo(w)
//
// It always renders to the same bytes, [Parse] reads it back, and it is an
// [net/http.Handler] that answers with itself. Package ssml has speech markup.
//
// # Values
//
// There is one type for each verb and noun of the platform's documentation. A
// zero field leaves its attribute out, so that the default in its comment
// applies. A field that must say something else than zero can is one of two:
//
//   - an attribute whose default is true has a field of the opposite name, which
//     begins with No: [Record].NoBeep, [Pay].NoPostalCode, [Pay].NoSecurityCode;
//   - a value that is not of the field's type has a constant: [NoKey] for an
//     empty finishOnKey, [Auto] for speechTimeout="auto", [Never] for timeout="0"
//     of a Record. In another field they are an error.
//
// Times are a [time.Duration] of whole seconds: Timeout: 5 is five
// nanoseconds, which is an error. Enumerations are open sets of
// strings, with constants. A condition is an [Expr], built from [Var].
//
// # Nesting
//
// The types say what can be where: a [Hangup] in a [Gather] does not compile.
// Nodes are values, not pointers. [Element] and [Attrs] hold everything that this
// package does not know, and fit anywhere.
//
// # Trust
//
// Text and attribute values are always escaped; what XML cannot carry becomes
// U+FFFD. Expressions built from Var(...) are safe for values from callers: none
// can change the condition, though one given to Match is read as a pattern.
// [RawExpr] and [ssml.Trusted] are written as they are and are not safe: never
// make one of what a caller said.
//
// # Checking
//
// [Response.Check] finds what the platform would refuse or ignore (error), and
// what is probably not meant (warning). These are its rules:
//
//	ambiguous         warning  both && and || in an expression, or a literal that ends with \
//	constant-loop     warning  a Do whose expression nothing in it can change
//	empty             warning  an If, Do, Prompt or Say with nothing in it
//	empty-attribute   warning  an attribute that is there without a value
//	encoding          error    what cannot be written at all
//	expansion         warning  ${ in a text, number or URL, where it may not be expanded
//	expression        error    an expression that ParseExpr does not read
//	finish-key        warning  a finishOnKey although the first key completes the input
//	keys              error    other than 0 to 9, * and #, or several where one can stand
//	lost-input        warning  a Gather or Pay whose input or result nothing can use
//	nesting           error    an element where it cannot stand
//	no-effect         warning  an attribute or Prompt without the setting that it needs
//	pattern           warning  a regular expression that package regexp does not take
//	pay-by-get        warning  a Pay that has URLs requested by GET, with payment data in them
//	pay-method        error    what is for another paymentMethod than that of the Pay
//	range             error    a number or time above its limit
//	reject-not-first  warning  a Reject after a verb that may have answered the call
//	required          error    an empty field that is required
//	say-length        error    a Say of more than 3,000 characters, tags not counted
//	set-value         error    a Set of more than 50 characters
//	silent-end        warning  a Gather that leaves a silent caller at the end of the document
//	single-loop       warning  a Do without a maxLoops above 1
//	ssml              warning  a tag with what it does not take, or tags in a text
//	unknown           warning  an element or attribute that is not documented
//	unreachable       error    a verb after one that always leaves the document
//	unset-variable    warning  a variable in an expression that no verb sets
//	unusable-value    warning  a Set whose value has no form in an expression
//	url               error    what is no URL, or neither relative nor http nor https
//	value             error    a value that is not among those documented
//	variable-name     error    a variable's name that cannot be one, or above 50 characters
//
// # Errors
//
// Encoding fails if a required field is empty, two fields exclude each other,
// or a value has no form in VoXML. The error names every place, up to 100:
//
//	voxml: Response[1].Gather.timeout: 5ns is not a whole number of seconds
//
// Nothing is written then. Errors of parsing have line and column too. If nothing
// is wrong but values that do not fit their attributes, [Parse] returns the
// document without these, together with the error.
//
// # What this package does not do
//
// It does not check what the platform alone can know: whether a number can be
// dialed, a voice exists, a URL answers.
package voxml
