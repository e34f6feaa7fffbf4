// Package voxml writes VoXML, the language in which a program tells the
// Voxtelesys platform what the caller hears next.
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
// It can be compared without rendering it, it always renders to the same
// bytes, and it is an [net/http.Handler] that answers with itself.
//
// # Values
//
// There is one type for each verb and noun of the platform's documentation,
// with its attributes as fields in the order of that documentation. A zero
// field leaves its attribute out, so that the platform's default holds; the
// comment of the field says which that is. Where leaving out is not enough,
// there is a name for the other thing: [Record].NoBeep, [Pay].NoPostalCode,
// [Pay].NoSecurityCode, [NoKey], [Auto], [Never].
//
// Times are a [time.Duration] of whole seconds. Timeout: 5 is five
// nanoseconds, hence an error that says so. Amounts are decimal strings.
// Enumerations are string types with constants; other values are written as
// they are, for the sets are open. Numbers must not be negative.
//
// # Nesting
//
// What can stand where is a matter of types: a [Hangup] in a [Gather] does
// not compile. Nodes are values: a pointer such as &Say{…} compiles and is an
// error when it is encoded. [Element] and [Attrs] hold what this package does
// not know yet, wherever it stands.
//
// # Trust
//
// Text and attribute values are always escaped, whatever is in them; what XML
// cannot carry (control characters, invalid UTF-8) becomes U+FFFD. Markup is
// written only from the types of this package. No text can therefore change
// the structure of a document. The expression of an [If] or a [Do] is a
// language of its own, to which this does not extend: never build one from
// what a caller said.
//
// # Errors
//
// Encoding fails if a required field is empty, two fields exclude each other,
// or a value has no form in VoXML. The error names every place:
//
//	voxml: Response[1].Gather.timeout: 5ns is not a whole number of seconds
//
// Nothing is written then, not even the part before the error. After 100
// errors the rest is left out.
//
// # What this package does not do
//
// It does not check what the platform alone can know: whether a number can be
// dialed, a voice exists, a URL answers. It does not hold values to the ranges
// and sets of the documentation. It does not read documents.
package voxml
