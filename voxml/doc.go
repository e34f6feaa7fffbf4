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
// [Response.Check] reports what the platform would refuse or ignore (error),
// and what is probably a mistake (warning). Its messages name the nearest right
// values. These are its rules:
//
//	ambiguous         warning  both && and || in an expression, or a literal that ends with \
//	asked-again       warning  a Gather whose output may still hold an earlier answer
//	bare-pattern      warning  a pattern in parentheses without quotes
//	constant-loop     warning  a Do whose expression nothing in it can change
//	empty             warning  an If, Do, Prompt or Say with nothing in it
//	empty-attribute   warning  an attribute without a value
//	encoding          error    something that cannot be written at all
//	escaped-twice     warning  a reference such as &amp; in a text or URL
//	expansion         warning  ${ in a text, value or URL, where it may not be expanded
//	expression        error    an expression that ParseExpr does not read
//	finish-key        warning  a finishOnKey although the first key completes the input
//	keys              error    characters other than 0 to 9, * and #, or too many keys
//	language          warning  a Say whose language is not a BCP 47 tag
//	letter-case       warning  a value that differs from a documented one in case: get for GET
//	lost-input        warning  a Gather or Pay whose input or result is lost
//	lost-recording    warning  a recording without an action or a callback
//	nesting           error    an element in a place where it is not allowed
//	no-effect         warning  an attribute or Prompt without the setting that it needs
//	pattern           warning  a regular expression that Expr.Eval does not take
//	pay-by-get        warning  a Pay that sends payment data by GET, in URLs
//	pay-method        error    an attribute or Prompt for another paymentMethod
//	phone-number      warning  a number to dial, or a callerId, that is not a phone number
//	range             error    a number or time above its limit
//	reject-not-first  warning  a Reject after a verb that may have answered the call
//	required          error    an empty field that is required
//	say-length        error    a Say of more than 3,000 characters, tags not counted
//	set-value         error    a Set of more than 50 characters
//	silent-end        warning  a Gather that leaves a silent caller at the end of the document
//	single-loop       warning  a Do without a maxLoops above 1
//	speech-equal      warning  speech compared by == or != with the exact words
//	ssml              warning  an attribute or content that a tag does not take, or tags in a text
//	unchecked         warning  regular expressions that take too long to check
//	unknown           warning  an element or attribute that is not documented
//	unreachable       error    a verb after one that always leaves the document
//	unset-variable    warning  a variable in an expression that no verb sets
//	url               error    not a URL, or neither relative nor http nor https
//	url-host          warning  a URL that is not https, or whose host is not public
//	url-query         warning  a URL whose query is not a form
//	url-scheme        warning  a URL that begins with a host instead of https://
//	value             error    a value that is not documented
//	variable-name     error    a variable's name that is not one, or is over 50 characters
//	voice             warning  a Say without a documented engine, or a voice of its language
//	white-space       warning  white space around a number, an id or a URL
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
// It does not check what only the platform knows: whether a number can be
// dialed, a voice exists, a URL answers.
package voxml
