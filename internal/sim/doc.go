// Package sim plays the platform's side of a call against an app: it sends the
// webhooks, runs the documents, and sends what follows from them, until the
// call ends. Package voxtest and command voxphone are built on it.
//
//	for call.Step() { // until somebody has to do something
//	}
//	fmt.Println(call.Waiting().Text)
//	err = call.Act(sim.Act{Do: sim.DoPress, Keys: "1"})
//
// A [Call] goes on in steps. [Call.Step] does what the platform does by itself,
// one thing that is heard or done at a time. When it returns false, the call has
// ended, or [Call.Waiting] says whose turn it is. [Call.Act] then does what the
// person does: the caller or a dialed party. The caller can hang up, and
// interrupt prompts, at any time; [Call.StepTo] stops in the middle of one. Keys and messages that have begun wait for
// more, until [Call.TimeOut]. [Call.Log] has all that happened, [Call.Acts] what
// people did: the same acts make the same call.
//
// Time is counted, not spent. There are no goroutines, no sleeps and nothing
// random, unless the [Config] asks for them, so the same steps give the same log,
// byte for byte. Requests go to an [App], a handler in process or an http.Client.
// Handlers of package voxhook in process report what they did with a webhook: see
// [Exchange.Handlings].
//
// # How it is made
//
// A verb that takes somebody's time is a phase (gathering, dialing, message,
// payment), one file each; the others are done at once (verbs.go). Documents,
// conditionals and loops are a stack of frames (call.go). A dialed party whose
// Number has a URL has a Call of its own, which shares the clock and the log. What
// is heard is in hearing.go, what happens to webhooks on their way in delivery.go.
// A webhook is a typed event of package voxhook, which package wire turns into a
// request; the answer is read by package voxml.
//
// The comment of package voxtest lists what the platform does where its
// documentation is silent.
package sim
