// Package torture holds tests that send hostile input, as raw bytes, to a
// [voxhook.Handler] in a real server on loopback. It has only tests.
//
// Input is hostile if no working platform would send it: a body that is not a
// form, a value that is not a number, a million digits, half a request. Each
// case has one safe outcome: a refusal that repeats nothing from the request,
// or an event whose bad parameters are omitted and listed as invalid. The file
// testdata/requests.txt holds requests and their results.
//
//	go test ./internal/torture
//	go test ./internal/torture -run Torture/requests -update
//	go test ./internal/torture -run Torture/cuts -cuts 5000
package torture
