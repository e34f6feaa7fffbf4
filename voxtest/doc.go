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
// methods is one step of the call, in order: the caller does something (Press,
// Say, StaySilent, Record, Talk, Pay, Wait, CallerHangsUp), or the test expects
// something (Hears, HearsMatch, DoesNotHear, HearsNothing, Dials, HungUp,
// Rejected, ConnectedTo, Failed, Ends). A step comes as soon as it can: a key is
// pressed once the app listens, before its prompts are heard to the end. A Gather
// waits until the test says what the caller does, if only StaySilent. [Phone.Now]
// returns who has to do something.
//
// Callers do not always wait. HearsUpTo and Interrupt stop in the middle of a
// prompt, where the caller presses a key or hangs up; Type presses keys whether
// or not the app listens; Mumble says what is not recognized. A dialed party is a
// phone, too: [Leg.Answers] has it asked whether to take the call.
//
// A step that does not fit fails the test at its line. The message says what to
// change, and how the call went; go test -artifacts writes the whole call to a
// file. A test can look at what was Heard, at the Requests, Events, Vars and the
// Document, or compare the call with a Golden file. Try runs a step that may fail.
//
// When the test ends, its calls must have ended, and the app must not have made a
// mistake: [Phone.Clean] fails if [voxml.Response.Check] finds something in a
// document, if a webhook was not answered well, or if a [voxhook.Handler] did
// not handle it well: its callback panicked, failed or returned nothing, even if
// the caller heard the Fallback, or it took the webhook for one of another kind.
// A call that is [Lenient] may. [Phone.Unforgeable] tests an app that is a
// [voxauth.Signed].
//
// No time passes and nothing is sent anywhere: your handler runs in the test's
// goroutine, and a message of four hours is recorded at once. Calls of parallel
// tests do not know of each other. For a test of a single callback, [NewRequest]
// returns the request that carries an event.
//
// # Options
//
// A call begins with an [voxhook.IncomingCall], inbound, by POST. Options change
// that: [From] and [To], [Webhook] for the other parameters and the variables,
// [Outbound], [GET], [Header], [BasicAuth]; with [First] it begins in the middle.
// [At] sets the time in webhooks. [InRealTime] makes the call's time that of
// package time, and with [Timeout] the platform does not wait for ever.
//
// # Platforms
//
// Much of the platform is not documented. [Platforms] runs a test once for each
// way in which it may work: other parameters, or only the documented ones;
// webhooks twice, late, lost, or out of order. [Faults], [Concurrent] and
// [Duplicates] do such things to a single call.
//
// # Every path
//
// [Explore] makes all calls that differ, and returns a [Map]: what callers can do
// at each place, and what they will suffer, such as a menu without an end. A
// golden file of the map, see [Map.Golden], shows in a review what a change means
// for them:
//
//	m := voxtest.Explore(t, app, "/voice")
//	m.Clean()
//
// # Scripts
//
// A call can be a text file, too, which somebody types or the command voxphone
// records: [Scripts] plays all files of a directory.
//
// # What the platform does not say
//
// Where the platform's documentation is silent, the simulation does this:
//
//   - Time. A word takes 0.4 seconds, a tone 0.25, an audio file 5
//     ([PlayLength]), SSML what its words and breaks take. Keys, requests and
//     answers take none. Durations in webhooks are rounded up to whole seconds.
//   - Answering. Every verb answers the call except Set, Unset, If, Do, Redirect,
//     Reject, Hangup, and Dial with AnswerOnBridge. An outbound call begins when
//     it is answered. The end of a document hangs up.
//   - Requests. One without a 2xx answer is repeated after 1, 2 and 4 seconds
//     ([Retries]); then the call ends, but for a notification, which is repeated
//     while the call goes on and after it. An answer that is not VoXML ends the
//     call. What cannot be run is left out, with a warning.
//   - Variables. They are sent flat ([NestedVars]). A result that is empty unsets
//     its variable, Unset menu also removes menu.digits. A Pay sets none. Only
//     expressions replace ${name}; one that cannot be read is false.
//   - Loops. The variable do.n is the number of the pass when the expression is
//     tested, which is before each pass. After a loop in a loop, do.n is that of
//     the outer loop again. After other loops the last pass stays.
//   - Gather. The first key or word ends the prompts. The finishing key alone is
//     an empty input; without one, Timeout after the last key ends the input. Auto
//     is a silence of 1 second. Keys that nobody listens for are lost
//     ([TypeAhead]). A few English words are profanities.
//   - Dial. Of several numbers, those that are busy or fail drop out. A caller
//     who gives up before the two are connected makes it canceled. A connected
//     call is completed, no matter who ends it. A recording from ringing exists
//     even if nobody answers.
//   - Dialed parties. First they hear sendDigits, then the document of url, then
//     the caller. That document has variables of its own, and may request
//     others; only Dial and Connect are left out. If it hangs up, or the party
//     does, the status is no-answer; if it fails, failed.
//   - Record. The silence that ends it is not part of it, unless MaxLength ends
//     it. Nothing said is a recording of no length. Its callback comes before
//     Action is requested.
//   - Pay. The pound key or Timeout ends each input, the star key the payment.
//     The first prompt for the mistake counts, else the first that fits. Cards
//     are told apart by their first digits and checked by the last. What is not
//     documented is a validation-error.
//   - Hanging up. At a Dial, Record or Pay the caller still causes a request for
//     Action, with the CallStatus completed; the document is not run. At a Gather
//     there is no request.
//   - Ends. Only outbound calls send a StatusChange. An app that fails makes the
//     status failed, one that refuses busy or failed. So does one that goes on for
//     a day while nobody does anything, or for 100 documents without time passing.
//
// It knows nothing that only the platform can know: whether a voice exists, a
// number can be dialed, or how well speech is recognized.
package voxtest
