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
// methods is one moment of the call, in the order in which it happens: the
// caller does something (Press, Say, StaySilent, Record, Talk, Pay, Wait, CallerHangsUp), or
// the test expects something (Hears, HearsNothing, Dials, HungUp, Rejected,
// ConnectedTo, Failed). A moment comes as soon as it can: a key is pressed once
// the app listens, which is before its prompts are heard to the end. What needs
// a decision is never passed over: a Gather waits until the test says what the
// caller does, if only StaySilent.
//
// A step that does not fit fails the test at its line, with the whole call so
// far: times, what was heard and pressed, each webhook and document. At any
// moment a test can look at the Document, Event, Vars and Elapsed time, ask for
// a Clean call, without Findings of the checker and Warnings, or compare the
// whole with a Golden file.
//
// No time passes and nothing is sent anywhere: your handler runs in the test's
// goroutine, and a message of four hours is recorded at once. Calls of parallel
// tests do not know of each other.
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
//   - Answering. Every verb answers the call but Set, Unset, If, Do, Redirect,
//     Reject, Hangup, and Dial with AnswerOnBridge. An outbound call begins when
//     it is answered. The end of a document hangs up.
//   - Requests. One without a 2xx answer is repeated after 1, 2 and 4 seconds
//     ([Retries]); then the call ends, unless it was a notification, which is
//     repeated while the call goes on and after it. An answer that is no VoXML
//     ends the call at once. A document of another type than application/xml or
//     text/xml, an element that is not documented, a Say above 3,000 characters,
//     which is left out, and an expression that cannot be read, which counts as
//     false, are a warning.
//   - Variables. They are sent flat ([NestedVars]). A result that is empty
//     unsets its variable, Unset menu also removes menu.digits, and a Set above
//     50 characters is left out. The variables of a Pay are not documented:
//     there are none. ${} stands for a variable in expressions only. Loops in
//     loops share do.n, whose last value stays.
//   - Gather. The first key or word ends the prompts. Keys beyond NumDigits are
//     for nobody. The finishing key alone is an empty input; without one,
//     Timeout after the last key ends the input. Auto is a silence of 1 second.
//     The profanity filter leaves the first letters of a few English words.
//   - Dial. Of several numbers, those that are busy or fail drop out. A caller
//     who gives up while it rings makes it canceled; whoever hangs up later, and
//     the TimeLimit, completed. A recording from ringing is there even if nobody
//     answers. For the dialed party sendDigits come first, then the document of
//     url, of which Say, Play, Pause, Hangup and Reject are run, then the
//     caller: but if it hangs up, the status is no-answer, and if there is none,
//     failed.
//   - Record. The silence that ends it is no part of it, unless MaxLength does.
//     Nothing said is a recording of no length. A recording is told of before
//     Action is requested.
//   - Pay. The pound key or Timeout ends each input, the star key the payment.
//     Of several prompts that fit, one for the mistake comes first, then the
//     first. The platform's own prompts have words of their own here. Cards are
//     told apart by their first digits and checked by the last, codes have 3
//     digits or 4 (amex), accounts 4 to 17, postal codes up to 10. An
//     undocumented method, currency, token, card, account or input is a
//     validation-error.
//   - Hanging up. At a Dial, Record or Pay the caller still causes a request for
//     Action, with the CallStatus completed; the document is not run. At a
//     Gather not.
//   - Ends. Only outbound calls send a StatusChange. An app that fails, or is
//     stopped, makes the status failed, one that refuses busy or failed. One
//     that sends 100 documents, runs 10,000 verbs or is heard for a day while
//     nobody does anything is stopped.
//   - Values of parameters whose values are not documented, such as
//     RecordingSource or Required, are those of similar platforms.
//
// # What this package does not do
//
// It knows nothing that only the platform can know: whether a voice exists, a
// number can be dialed, or how well speech is recognized. A panic of the app
// goes through to the test.
package voxtest
