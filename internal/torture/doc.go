// Package torture holds tests that send hostile input to a [voxhook.Handler]
// in a real server on loopback, as raw bytes. It has no code of its own.
//
// Input is hostile if no working platform would send it: a body that is not a
// form, a value that is not a number, a million digits, half a request. Each
// case has one safe outcome: a refusal that repeats nothing of the request, or
// an event whose bad parts are named and left out. Requests and what comes of
// them are in testdata/requests.txt.
//
//	go test ./internal/torture
//	go test ./internal/torture -run Torture/requests -update
//	go test ./internal/torture -run Torture/cuts -cuts 5000
package torture
