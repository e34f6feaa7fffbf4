// Package voxtest tests phone menus without a phone. It plays the platform's
// part of a call against your handler, and the caller's part:
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
// [Call] sends the first webhook and returns the caller's [Phone]. Each method
// of Phone is one step of the call. In some steps the caller acts: Press, Say,
// StaySilent, Record, Talk, Pay, Wait, CallerHangsUp. In others the test
// expects something: Hears, HearsMatch, DoesNotHear, HearsNothing, Dials,
// HungUp, Rejected, ConnectedTo, Failed, Ends. The caller acts as early as
// possible: a key is pressed as soon as the app listens for keys, before its
// prompts have ended. A Gather waits until the test says what the caller does,
// even if that is StaySilent. [Phone.Now] returns what the call waits for.
//
// Callers are impatient. HearsUpTo and Interrupt stop in the middle of a
// prompt, where the caller can press a key or hang up. Type presses keys
// whether or not the app listens. Mumble is speech that the platform does not
// recognize. The dialed party has its own phone: [Leg.Answers] plays the
// document that asks whether to take the call.
//
// If the call cannot do a step, the test fails at that line. The message says
// what to change and shows the end of the call; go test -artifacts writes the
// whole call to a file. Heard, Requests, Events, Vars and Document return what
// has happened, and Golden compares the call with a file. Try runs a step that
// may fail.
//
// At the end of a test, its calls must have ended and must be clean, unless
// they are [Lenient]. A call is clean, see [Phone.Clean], if
//
//   - [voxml.Response.Check] finds nothing in its documents;
//   - each webhook was answered with a 2xx status, and with a VoXML document if
//     it asks for one;
//   - each [voxhook.Handler] did its work: no callback panicked, failed or
//     returned nothing, not even if the caller heard the Fallback instead, and
//     no webhook was mistaken for another kind.
//
// [Phone.Unforgeable] tests an app that is a [voxauth.Signed].
//
// No time passes, and nothing is sent over a network: your handler runs in the
// goroutine of the test, and a message of four hours is recorded at once. Calls
// of parallel tests are independent. To test a single callback, use
// [NewRequest], which returns a request with an event.
//
// # Options
//
// By default a call is inbound and begins with a [voxhook.IncomingCall] sent by
// POST. [From], [To], [Webhook], [Outbound], [GET], [Header] and [BasicAuth]
// change that. With [First], the call begins in the middle. [At] sets the time
// in webhooks. With [InRealTime], the call uses the clock of package time. With
// [Timeout], the platform gives up on slow answers.
//
// # Platforms
//
// Much about the platform is undocumented. [Platforms] runs a test once for
// each way in which the platform may work: with more parameters, with only the
// documented ones, with webhooks that come twice, late, out of order or not at
// all. [Faults], [Concurrent] and [Duplicates] do this to a single call.
//
// # Every path
//
// [Explore] calls the app again and again, until it has tried everything that
// callers can do. It returns a [Map] of what callers can do at each point, with
// findings such as a menu that never ends. [Map.Golden] keeps the map in a
// file, so that a review shows what a change means for callers:
//
//	m := voxtest.Explore(t, app, "/voice")
//	m.Clean()
//
// # Scripts
//
// A call can also be a text file, written by hand or recorded by the command
// voxphone. [Scripts] plays all files that match a pattern.
//
// # What the platform does not document
//
// Where the platform's documentation is silent, the simulation does this:
//
//   - Time. A word takes 0.4 seconds, a tone 0.25 seconds, an audio file 5
//     seconds ([PlayLength]). SSML takes the time of its words and breaks.
//     Keys, requests and answers take no time. Durations in webhooks are
//     rounded up to whole seconds.
//   - Answering. Every verb answers the call except Set, Unset, If, Do,
//     Redirect, Reject, Hangup, and Dial with AnswerOnBridge. An outbound call
//     begins when it is answered. The platform hangs up at the end of a
//     document.
//   - Requests. A request without a 2xx answer is repeated after 1, 2 and 4
//     seconds ([Retries]); then the call ends. A notification does not end the
//     call and is repeated even after its end. An answer that is not VoXML ends
//     the call. A verb that cannot run is skipped with a warning.
//   - Variables. They are sent flat ([NestedVars]). An empty result unsets its
//     variable. Unset of menu also removes menu.digits. A Pay sets no
//     variables. ${name} is replaced in expressions only. An expression that
//     cannot be parsed is false.
//   - Loops. The expression of a Do is tested before each pass; the variable
//     do.n is then the number of that pass. After an inner loop, do.n is that
//     of the outer loop again. After the outermost loop it keeps its last
//     value.
//   - Gather. The first key or word stops the prompts. If the caller presses
//     only the finishing key, the input is empty. Without that key, the input
//     ends Timeout after the last key. SpeechTimeout auto is 1 second of
//     silence. Keys are lost while the app does not listen ([TypeAhead]). A few
//     English words are profanities.
//   - Dial. If several numbers ring, those that are busy or fail stop. If the
//     caller hangs up before the two are connected, the status is canceled. A
//     connected call is completed, whichever side ends it. A recording from
//     ringing exists even if no one answers.
//   - Dialed parties. The dialed party first hears sendDigits, then the
//     document of url, then the caller. That document has its own variables and
//     may request others; its Dial and Connect are skipped. If the document or
//     the party hangs up, the status is no-answer. If the document fails, the
//     status is failed.
//   - Record. The silence that ends a recording is not part of it, unless
//     MaxLength ends it. If the caller says nothing, the length of the recording
//     is zero. Its callback is called before its Action.
//   - Pay. The pound key or Timeout ends each input; the star key ends the
//     payment. The first Prompt for the caller's mistake is played, or else the
//     first for the step. Without one, the caller hears the simulation's own
//     prompt, which is in English whatever Language is. The first digits of a
//     card number give its type, and its last digit is a checksum. Undocumented
//     combinations are a validation-error.
//   - Hanging up. If the caller hangs up at a Dial, Record or Pay, its Action
//     is requested with the CallStatus completed, and the document is not run.
//     At a Gather, nothing is requested.
//   - Ends. Only outbound calls send a StatusChange. Its status is failed if
//     the app fails, and failed or busy if the app rejects the call. An app
//     also fails if its call goes on for a day while no one does anything, or
//     for 100 documents without time passing.
//
// The simulation cannot say whether a voice exists, whether a number can be
// dialed, or how well speech is recognized.
package voxtest
