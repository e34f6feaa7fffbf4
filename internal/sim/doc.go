// Package sim simulates the platform's side of a call: it sends webhooks to an
// app, runs the documents in the answers, and sends the webhooks that follow,
// until the call ends. Package voxtest and command voxphone are built on it.
//
//	for call.Step() { // until a person has to act
//	}
//	fmt.Println(call.Waiting().Text)
//	err = call.Act(sim.Act{Do: sim.DoPress, Keys: "1"})
//
// A [Call] advances in steps. [Call.Step] does one thing that needs no person,
// such as playing a prompt. It returns false if the call has ended, or if a
// person has to act; [Call.Waiting] then says who. [Call.Act] does what the
// caller or a dialed party does. The caller can hang up or interrupt a prompt
// at any time; [Call.StepTo] stops in the middle of a prompt. Once the caller
// has pressed keys or left a message, the call waits for more until
// [Call.TimeOut]. [Call.Log] returns everything that happened, and [Call.Acts]
// what people did. The same acts make the same call.
//
// Time is counted, not spent. There are no goroutines, no sleeps and nothing
// random, unless the [Config] asks for them, so the same steps give the same
// log, byte for byte. Requests go to an [App], which is a handler in the same
// process or an http.Client. Handlers of package voxhook in the same process
// report what they did with a webhook: see [Exchange.Handlings].
//
// # Implementation
//
// A verb that waits for a person is a phase (gathering, dialing, message,
// payment); each has its own file. The other verbs are done at once (verbs.go).
// Documents, conditionals and loops form a stack of frames (frame.go). A dialed
// party whose Number has a URL has its own Call, which shares the clock and the
// log. Prompts and their interruption are in hearing.go, the delivery of
// webhooks and its faults in delivery.go. Package wire turns an event of
// package voxhook into a request, and package voxml reads the answer.
//
// The comment of package voxtest lists what the simulation does where the
// platform's documentation is silent.
package sim
