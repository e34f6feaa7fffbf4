// Package voxml writes, reads and checks VoXML documents. A VoXML document is
// the answer to a voice webhook: it says what the Voxtelesys platform does next
// in a call.
//
// A document is a [Response]: a slice of verbs, each of which is a struct:
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
// The same document always encodes to the same bytes, and [Parse] reads it
// back. A Response also implements [net/http.Handler]: it answers every request
// with the document. Package [github.com/voxhook/voxhook/voxml/ssml] has speech
// markup.
//
// # Values
//
// Each verb and noun of the platform's documentation has its own type. A field
// with the zero value is not written, so the default in its comment applies.
// Some fields differ from their attributes:
//
//   - If the default of an attribute is true, its field has the opposite
//     meaning, and a name that begins with No: [Record].NoBeep,
//     [Pay].NoPostalCode, [Pay].NoSecurityCode.
//   - Some values of an attribute have no natural form in the type of the
//     field. Each of these has a constant: [NoKey] for an empty finishOnKey,
//     [Auto] for speechTimeout="auto", [Never] for timeout="0" of a Record. In
//     any other field, Auto and Never are errors.
//
// Durations are [time.Duration] values of whole seconds. Timeout: 5 means five
// nanoseconds, which is an error. Enumerations are string types with constants,
// and other values are allowed too. A condition is an [Expr], built from [Var].
//
// # Nesting
//
// Invalid nesting does not compile: a [Gather] cannot hold a [Hangup]. Nodes
// are values, not pointers. [Element] and [Attrs] hold all elements and
// attributes that have no type or field in this package.
//
// # Trust
//
// Text and attribute values are always escaped. Characters that XML does not
// allow become U+FFFD. Expressions built from Var(...) are safe for values from
// callers: a value cannot change the condition, though Match treats it as a
// pattern. The text of a [RawExpr] is escaped like any other, but can be any
// condition. The markup of an [ssml.Trusted] is not escaped. Never build either
// from anything that a caller said.
//
// # Checking
//
// [Response.Check] reports errors, which the platform would refuse or ignore,
// and warnings, which are probably mistakes. Each message says what is wrong.
// It also says what to change, unless that is clear. A document with findings
// of the rules encoding and required cannot be encoded. The other rules do not
// stop encoding: a Set of 51 characters is encoded, and only Check reports it.
// These are the rules:
//
//	ambiguous         warning  both && and || in an expression, or a literal that ends with \
//	asked-again       warning  a Gather whose output may still hold an earlier answer
//	bare-pattern      warning  a pattern in parentheses without quotes
//	constant-loop     warning  a Do whose expression never changes while it runs
//	empty             warning  an If, Do, Prompt or Say without content
//	empty-attribute   warning  an attribute without a value
//	encoding          error    anything else that cannot be encoded
//	escaped-twice     warning  a reference such as &amp; in a text or URL
//	expansion         warning  ${ in a text, value or URL, which the platform may keep as text
//	expression        error    an expression that ParseExpr cannot read
//	finish-key        warning  a finishOnKey although numDigits is 1: the first key ends the input
//	keys              error    characters that are not keys, or too many keys
//	language          warning  a Say whose language is not a BCP 47 tag
//	letter-case       warning  a documented value in another letter case, such as get for GET
//	lost-input        warning  a Gather or Pay whose input or result is lost
//	lost-recording    warning  a recording without an action or a callback
//	nesting           error    an element where it is not allowed
//	no-effect         warning  an attribute or Prompt that other settings leave without effect
//	pattern           warning  a regular expression that Expr.Eval does not accept
//	pay-by-get        warning  a Pay that sends payment data by GET, in URLs
//	pay-method        error    an attribute or Prompt for another paymentMethod
//	phone-number      warning  a number to dial or a callerId that is not a phone number
//	range             error    a number or duration above its limit
//	reject-not-first  warning  a Reject after a verb that may have answered the call
//	required          error    a required field that is empty
//	say-length        error    a Say of more than 3,000 characters, not counting tags
//	set-value         error    a Set of more than 50 characters
//	silent-end        warning  a Gather after which the document ends if the caller enters nothing
//	single-loop       warning  a Do whose maxLoops is not above 1
//	speech-equal      warning  speech compared with exact words by == or !=
//	ssml              warning  a tag or value that speech engines may not accept, or tags in Text
//	unchecked         warning  regular expressions that take too long to check
//	unknown           warning  an element or attribute that is not documented
//	unreachable       error    a verb after one that always leaves the document
//	unset-variable    warning  a variable that an expression reads and nothing sets
//	url               error    an invalid URL, or one that is not relative, http or https
//	url-host          warning  a URL that is not https, or whose host is not public
//	url-query         warning  a URL whose query is not a form
//	url-scheme        warning  a URL that begins with a host instead of https://
//	value             error    a value that is not documented
//	variable-name     error    a variable name that is invalid or over 50 characters
//	voice             warning  an unknown speech engine, or the default voice in another language
//	white-space       warning  white space around a number, an id or a URL
//
// # Errors
//
// Encoding fails if a required field is empty, if two fields exclude each
// other, or if VoXML has no form for a value. Nothing is written then. The
// error lists each problem with its place in the document, up to 100:
//
//	voxml: Response[1].Gather.timeout: 5ns is not a whole number of seconds
//
// Errors of [Parse] also have line and column. If the only errors are
// attributes whose values do not fit their fields, Parse returns the document
// without these attributes, together with the error.
//
// # What this package does not do
//
// It does not check facts that only the platform knows: whether a number can be
// dialed, a voice exists, or a URL answers.
package voxml
