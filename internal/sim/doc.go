// Package sim plays the platform's side of a call against an app: it sends the
// webhooks, runs the documents, and sends what comes of them, until the call
// ends. Package voxtest and command voxphone stand on it.
//
//	for call.Step() { // until somebody has to do something
//	}
//	fmt.Println(call.Waiting().Text)
//	err = call.Press("1")
//
// A [Call] goes on in steps. [Call.Step] does what the platform does by itself,
// one thing that is heard or done at a time. When it returns false, the call has
// ended, or [Call.Waiting] says whose turn it is: the caller's (Press, Say,
// Speak, Silence), the dialed party's (Party, PartyHangsUp). The caller can hang
// up, and interrupt prompts, at any time. [Call.Log] has all that happened.
//
// Time is counted, not spent. There are no goroutines, no sleeps and nothing
// random, so the same steps give the same log, byte for byte. Requests go to an
// [App], a handler in process or an http.Client.
//
// # How it is made
//
// A verb that takes somebody's time is a phase (gathering, dialing, message,
// payment), one file each; the others are done at once (verbs.go). Documents,
// conditionals and loops are a stack of frames (call.go). A webhook is a typed
// event of package voxhook, which package wire turns into a request; what it
// brings is read by package voxml.
//
// What the platform does where its documentation is silent is listed in the
// comment of package voxtest.
package sim
