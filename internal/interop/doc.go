// Package interop tests that a Handler can be mounted on other routers: chi,
// gin and echo. It is a separate module, so that users of voxhook do not
// download them. These tests compile the samples in the documentation of
// package voxhook.
//
// A Handler recovers from panics itself. It passes on only
// [net/http.ErrAbortHandler], which tells net/http to close the connection.
// Gin's Recovery middleware, which gin.Default installs, recovers from that
// panic too. The platform then receives an empty answer with status 200.
package interop
