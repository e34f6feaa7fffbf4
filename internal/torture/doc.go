// Package torture holds tests that send hostile input to a [voxhook.Handler]
// behind a real server on loopback, as raw bytes. It has no code of its own.
//
// Input is hostile if no platform that works would send it: a body that is no
// form, a value that is no number, a million digits. For each there is one safe
// outcome: a refusal that repeats nothing of the request, or an event whose
// bad parts are named and left out.
//
//	go test -v -run 'TestTorture$' ./internal/torture
package torture
