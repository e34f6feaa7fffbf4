// Package voxml writes, reads and checks VoXML, the language of the
// documents that answer voice webhooks of the Voxtelesys platform.
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
// The same document is always written as the same bytes, and [Parse] reads
// it back. It is also an [net/http.Handler] that answers with itself.
// Package ssml has speech markup.
//
// # Values
//
// There is one type for each verb and noun of the platform's documentation.
// A zero field leaves its attribute out, so that the default in its comment
// applies. There are two exceptions:
//
//   - an attribute whose default is true has a field with the opposite meaning,
//     which begins with No: [Record].NoBeep, [Pay].NoPostalCode,
//     [Pay].NoSecurityCode;
//   - a value that its field cannot hold has a constant: [NoKey] for an empty
//     finishOnKey, [Auto] for speechTimeout="auto", [Never] for timeout="0" of a
//     Record. In any other field these constants are an error.
//
// Times are [time.Duration] values of whole seconds: Timeout: 5 is five
// nanoseconds, which is an error. Enumerations are open sets of strings,
// with constants. A condition is an [Expr], built from [Var].
//
// # Nesting
//
// Invalid nesting does not compile: a [Gather] cannot hold a [Hangup]. Nodes
// are values, not pointers. [Element] and [Attrs] hold everything that this
// package does not know, and are allowed anywhere.
//
// # Trust
//
// Text and attribute values are always escaped; characters that XML cannot
// carry become U+FFFD. Expressions built from Var(...) are safe for values
// from callers: a value cannot change the condition, though Match reads it
// as a pattern. [RawExpr] and [ssml.Trusted] are written as they are and are
// not safe: never build one from anything that a caller said.
//
// # Checking
//
// [Response.Check] reports what the platform would refuse or ignore (error),
// and what is probably a mistake (warning). Each message says what to
// change. These are the rules:
//
//	ambiguous         warning  both && and || in an expression, or a literal that ends with \
//	asked-again       warning  a Gather whose output may still hold an earlier answer
//	bare-pattern      warning  a pattern in parentheses without quotes
//	constant-loop     warning  a Do whose expression nothing in it can change
//	empty             warning  an If, Do, Prompt or Say with nothing in it
//	empty-attribute   warning  an attribute without a value
//	encoding          error    anything that cannot be written at all
//	escaped-twice     warning  a reference such as &amp; in a text or URL
//	expansion         warning  ${ in a text, value or URL, where it may not be expanded
//	expression        error    an expression that ParseExpr cannot read
//	finish-key        warning  a finishOnKey although the first key ends the input
//	keys              error    characters that are not keys, or too many keys
//	language          warning  a Say whose language is not a BCP 47 tag
//	letter-case       warning  a documented value in other letter case: get for GET
//	lost-input        warning  a Gather or Pay whose input or result is lost
//	lost-recording    warning  a recording without an action or a callback
//	nesting           error    an element where it is not allowed
//	no-effect         warning  an attribute or Prompt without a setting that it needs
//	pattern           warning  a regular expression that Expr.Eval does not accept
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
//	ssml              warning  anything that a tag does not accept, or tags in a text
//	unchecked         warning  regular expressions that take too long to check
//	unknown           warning  an element or attribute that is not documented
//	unreachable       error    a verb after one that always leaves the document
//	unset-variable    warning  a variable in an expression that no verb sets
//	url               error    an invalid URL, or one that is not relative, http or https
//	url-host          warning  a URL that is not https, or whose host is not public
//	url-query         warning  a URL whose query is not a form
//	url-scheme        warning  a URL that begins with a host instead of https://
//	value             error    a value that is not documented
//	variable-name     error    an invalid name of a variable, or one over 50 characters
//	voice             warning  a Say without a documented engine, or a voice of its language
//	white-space       warning  white space around a number, an id or a URL
//
// # Errors
//
// Encoding fails if a required field is empty, two fields exclude each
// other, or a value has no form in VoXML. The error names every place, up to
// 100:
//
//	voxml: Response[1].Gather.timeout: 5ns is not a whole number of seconds
//
// Nothing is written then. Errors of [Parse] have line and column too. If
// the only errors are values that do not fit their attributes, Parse returns
// the document without these attributes, together with the error.
//
// # What this package does not do
//
// It does not check what only the platform knows: whether a number can be
// dialed, a voice exists, a URL answers.
package voxml
