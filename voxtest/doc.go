// Package voxtest tests phone menus without a phone. It plays the platform's
// side of a call against your handler, and the caller's:
//
//	call := voxtest.Call(t, app, "/voice")
//	call.Hears("For sales, press 1")
//	call.Press("1")
//	call.Dials("+14025550111").NoAnswer()
//	call.Hears("leave a message")
//	call.Record(12 * time.Second)
//	call.Hears("Thank you")
//	call.HungUp()
//
// # Calls
//
// [Call] sends the first webhook and returns the caller's [Phone]. Each of its
// methods is one step of the call, in the order in which it happens: the caller
// does something (Press, Say, StaySilent, Record, Talk, Pay, Wait,
// CallerHangsUp), or the test expects something (Hears, HearsMatch, DoesNotHear,
// HearsNothing, Dials, HungUp, Rejected, ConnectedTo, Failed, Ends). A step comes
// as soon as it can: a key is pressed once the app listens, which is before its
// prompts are heard to the end. Decisions are never skipped: a Gather waits until
// the test says what the caller does, if only StaySilent. With Now a test can
// find out who has to do something, and decide.
//
// A step that does not fit fails the test at its line. The message says what to
// change, and how the call went: times, what was heard and pressed, webhooks and
// documents. With go test -artifacts the whole call is written to a file. At any
// moment a test can look at what was Heard, at the Requests, Events, Vars and
// the Document, or compare the call with a Golden file. A step that may fail is
// for Try.
//
// When the test ends, its calls must have ended, and the app must not have made
// a mistake: [Phone.Clean] fails if [voxml.Response.Check] finds something in a
// document, or if a webhook was not answered well. A call that is [Lenient] may
// go on and have mistakes.
//
// If the app is a [voxauth.Signed], [Phone.Unforgeable] shows that nobody else
// could have sent the webhooks of the call.
//
// No time passes and nothing is sent anywhere: your handler runs in the test's
// goroutine, and a message of four hours is recorded at once. Calls of parallel
// tests do not know of each other.
//
// # Beginnings
//
// A call begins with an [voxhook.IncomingCall], inbound, by POST. Options change
// that: [From] and [To], [Webhook] for the other parameters and the variables,
// [Outbound], [GET], [Header] and [BasicAuth]. With [First] it begins in the
// middle, such as with a key that was pressed in a menu.
//
// # Requests
//
// [NewRequest] is for tests of a single callback: it returns the request that
// carries an event, complete with what a real one has.
//
// # What the platform does not say
//
// Every verb and attribute of package [voxml] does here what the platform's
// documentation says. Where that is silent, the simulation does the plainest
// thing. It has an [Option] where users may see it differently.
//
//   - Time. A word takes 0.4 seconds, a tone 0.25, an audio file 5
//     ([PlayLength]). SSML is heard as its text; its breaks with a time take
//     that. Keys, beeps, requests and answers take none. Durations in webhooks
//     are rounded up to whole seconds.
//   - Answering. Every verb answers the call except Set, Unset, If, Do, Redirect,
//     Reject, Hangup, and Dial with AnswerOnBridge. An outbound call begins when
//     it is answered. The end of a document hangs up.
//   - Requests. One without a 2xx answer is repeated after 1, 2 and 4 seconds
//     ([Retries]); then the call ends, unless it was a notification, which is
//     repeated while the call goes on and after it. An answer that is not VoXML
//     ends the call at once. These are warnings: a document of another type than
//     application/xml or text/xml, an element that is not documented, a method
//     that is not written GET or POST, a Say above 3,000 characters, which is
//     left out, and an expression that cannot be read, which counts as false.
//   - Parameters. Those of a result are sent even if they are zero: a confidence
//     of 0, the duration of a dialed call that nobody answered, DialBridged and
//     PartialResult.
//   - Variables. They are sent flat ([NestedVars]). A result that is empty
//     unsets its variable, Unset menu also removes menu.digits, and a Set above
//     50 characters is left out. The variables of a Pay are not documented:
//     there are none. Only expressions replace ${name}.
//   - Loops. The variable do.n is the number of the pass when the expression is
//     tested, which is before each pass. After a loop in a loop, do.n is that of
//     the outer loop again. After other loops the last pass stays.
//   - Gather. The first key or word ends the prompts. Keys beyond NumDigits are
//     ignored. The finishing key alone is an empty input; without one, Timeout
//     after the last key ends the input. Auto is a silence of 1 second. The
//     profanity filter keeps the first letters of a few English words.
//   - Dial. Of several numbers, those that are busy or fail drop out. A caller
//     who gives up while it rings makes it canceled; whether the caller, the
//     dialed party or the TimeLimit ends a connected call, it is completed. A
//     recording from ringing exists even if nobody answers.
//   - Dialed parties. First they hear sendDigits, then the document of url, then
//     the caller. That document is run like any other, with variables of its own,
//     and may request others; only Dial and Connect are left out, with a warning.
//     The party stays silent meanwhile. If the document hangs up, the status is
//     no-answer; if it fails, or goes on for a day, failed.
//   - Record. The silence that ends it is not part of it, unless MaxLength ends
//     it. Nothing said is a recording of no length. Its callback comes before
//     Action is requested.
//   - Pay. The pound key or Timeout ends each input, the star key the payment.
//     Of several prompts that fit, one for the mistake comes first, then the
//     first. The platform's own prompts have other words here. Cards are told
//     apart by their first digits and checked by the last, codes have 3 digits or
//     4 (amex), accounts 4 to 17, postal codes up to 10. An undocumented method,
//     currency, token, card, account or input is a validation-error.
//   - Hanging up. At a Dial, Record or Pay the caller still causes a request for
//     Action, with the CallStatus completed; the document is not run. At a Gather
//     there is no request.
//   - Ends. Only outbound calls send a StatusChange. An app that fails, or is
//     stopped, makes the status failed, one that refuses busy or failed. An app
//     is stopped if, while nobody does anything, it sends 100 documents or runs
//     10,000 verbs without time passing, or goes on for a day (or for 20,000
//     documents or 200,000 verbs).
//   - Values of parameters whose values are not documented, such as
//     RecordingSource or Required, are those of similar platforms.
//
// # What this package does not do
//
// It knows nothing that only the platform can know: whether a voice exists, a
// number can be dialed, or how well speech is recognized. It does not catch a
// panic of the app.
package voxtest
