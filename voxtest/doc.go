// Package voxtest tests phone menus without a phone. It plays both the
// platform and the caller, and sends the webhooks to your handler:
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
// [Call] sends the first webhook and returns the caller's [Phone]. Most methods
// of Phone are steps of the call. In some steps the caller acts: Press, Say,
// StaySilent, Record, Talk, Pay, Wait, CallerHangsUp. In other steps the test
// expects something: Hears, HearsMatch, DoesNotHear, HearsNothing, Dials,
// HungUp, Rejected, ConnectedTo, Failed, Ends. The caller acts as early as
// possible: Press does not wait for the end of the prompts, but presses a key
// as soon as the app listens for keys. A Gather waits until the test says what
// the caller does, even if that is StaySilent. [Phone.Now] returns what the
// call waits for.
//
// Callers are impatient. HearsUpTo and Interrupt stop in the middle of a
// prompt, where the caller can press a key or hang up. Type presses keys
// whether or not the app listens. Mumble is speech that the platform does not
// recognize. The dialed party has its own phone, a [Leg]. If the [voxml.Number]
// has a URL, its document can ask the dialed party whether to take the call:
// [Leg.Answers] makes the party answer and hear it.
//
// If the call cannot do a step, the test fails at that line. The message says
// what to change and shows the end of the call; go test -artifacts writes the
// whole call to a file. Heard, Requests, Events, Vars and Document return what
// has happened, and Golden compares the call with a file. Try runs a step that
// may fail.
//
// At the end of a test, its calls must have ended and must be clean, unless
// they are [Lenient] or [Phone.Failed] succeeded. A call is clean (see
// [Phone.Clean]) if
//
//   - [voxml.Response.Check] finds nothing in its documents;
//   - each webhook was answered with a 2xx status, and with a VoXML document if
//     it asks for one;
//   - each [voxhook.Handler] did its work: no callback panicked, failed or
//     returned nothing (this counts even if the caller heard the Fallback), and
//     no webhook was mistaken for another kind.
//
// [Phone.Unforgeable] tests an app that is a [voxauth.Signed].
//
// No real time passes: a message of four hours is recorded at once. Nothing is
// sent over a network: your handler runs in the goroutine of the test. Calls of
// parallel tests are independent. To test a single callback, use
// [NewRequest], which returns a request with an event.
//
// # Options
//
// By default a call is inbound and begins with a [voxhook.IncomingCall] sent by
// POST. [From], [To], [Webhook], [Outbound], [GET], [Header] and [BasicAuth]
// change that. With [First], the call begins in the middle. [At] sets the time
// in webhooks. With [InRealTime], the time of the call passes on the clock of
// package time. With [Timeout], the platform gives up on slow answers.
//
// # Platforms
//
// Much about the platform is undocumented. [Platforms] runs a test once for
// each way in which the platform may work: with more parameters, with only the
// documented ones, with webhooks that come twice, late, out of order or not at
// all. [Faults], [Concurrent] and [Duplicates] disturb the webhooks of a single
// call in these ways.
//
// # Every path
//
// [Explore] calls the app again and again, until it has tried everything that
// callers can do. It returns a [Map] of what callers can do at each place, with
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
// Where the platform's documentation is silent, the simulation does this. An
// option in parentheses changes it.
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
//     seconds ([Retries]); then the call ends. A notification that fails does
//     not end the call. It is repeated even after the call has ended. An answer
//     that is not VoXML ends the call. A verb that cannot run is skipped with a
//     warning.
//   - Variables. They are sent as flat JSON ([NestedVars]). An empty result
//     unsets its variable. Unset of menu also removes menu.digits. A Pay sets
//     no variables. ${name} is replaced in expressions only. An expression that
//     cannot be parsed is false.
//   - Loops. The expression of a Do is tested before each pass. At that moment,
//     the variable do.n already has the number of that pass. After an inner
//     loop, do.n has the number of the outer loop's pass again. After the
//     outermost loop, do.n keeps its last value.
//   - Gather. The first key or word stops the prompts. If the caller presses
//     only the finishing key, the input is empty. Without that key, the input
//     ends when Timeout has passed after the last key. SpeechTimeout auto is 1
//     second of silence. Keys are lost while the app does not listen
//     ([TypeAhead]). A few English words are profanities.
//   - Dial. If several numbers ring, a number that is busy or fails stops
//     ringing, and the others continue. If the caller hangs up before the
//     caller and a dialed party are connected, the status is canceled. After
//     they were connected, the status is completed, whichever side ends the
//     call. A recording from ringing exists even if no one answers.
//   - Dialed parties. The dialed party first hears sendDigits, then the
//     document of url, then the caller. That document has its own variables and
//     may lead to further documents. A Dial or Connect in it is skipped. If the
//     document or the party hangs up, the status is no-answer. If the document
//     fails, the status is failed.
//   - Record. If silence ends a recording, that silence is not part of the
//     recording. If MaxLength ends the recording first, the silence before that
//     is part of it. If the caller says nothing, the length of the recording is
//     zero. RecordingStatusCallback is called before Action.
//   - Pay. The pound key or Timeout ends each input; the star key ends the
//     payment. The first Prompt for the caller's mistake is played; without
//     one, the first Prompt for the step; without that, a prompt of the
//     simulation. The simulation's prompts are in English, whatever Language
//     is. The first digits of a card number give the type of the card, and the
//     last digit is a checksum. If a Pay has an undocumented method, currency,
//     input or type of token, account or card, or more than 3 attempts, its
//     Result is validation-error.
//   - Hanging up. If the caller hangs up at a Dial, Record or Pay, the Action
//     of that verb is requested with the CallStatus completed, and the document
//     in the answer is not run. At a Gather, nothing is requested.
//   - Ends. Only outbound calls send a StatusChange. The status is failed if
//     the app fails. If the app rejects the call, the status is busy if the
//     reason is busy, and failed otherwise. [Phone.Failed] lists when an app
//     fails.
//
// The simulation cannot say whether a voice exists, whether a number can be
// dialed, or how well speech is recognized.
package voxtest
