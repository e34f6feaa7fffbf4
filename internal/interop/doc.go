// Package interop tests that voxhook can be mounted on other routers: chi, gin
// and echo. It is a module of its own, so that users of voxhook do not download
// them. The documentation of package voxhook shows the lines that these tests
// compile.
//
// A Handler recovers from panics itself and passes on only
// [net/http.ErrAbortHandler], which is to end the connection. The middleware
// Recovery of gin, part of gin.Default, stops that panic too: the platform then
// gets an empty answer with status 200.
package interop
