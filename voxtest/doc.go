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
// caller does something (Press, Say, StaySilent, Record, Pay, CallerHangsUp), or
// the test expects something (Hears, HearsNothing, Dials, HungUp, Rejected,
// ConnectedTo, Failed). A moment comes as soon as it can: a key is pressed once
// the app listens, which is before its prompts are heard to the end. What needs
// a decision is never passed over: a Gather waits until the test says what the
// caller does, if only StaySilent.
//
// A step that does not fit fails the test at its line, with the whole call so
// far: times, what was heard and pressed, each webhook and document. At any
// moment a test can look at the Document, Event, Vars, Elapsed time, Findings
// of the checker and Warnings, or compare the whole with a Golden file.
//
// No time passes and nothing is sent anywhere: your handler runs in the
// test's goroutine, and a message of four hours is recorded at once. Calls of
// parallel tests do not know of each other.
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
// thing, and has an [Option] if users may see it differently:
//
// TODO
//
// # What this package does not do
//
// It knows nothing that only the platform can know: whether a voice exists, a
// number can be dialed, or how well speech is recognized.
package voxtest
