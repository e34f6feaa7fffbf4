package voxtest

import "time"

// At sets the time at which the call begins. It appears in webhooks. The zero
// time means 2025-01-01T12:00:00Z, the default. [time.Now] in the app does not
// change; see [InRealTime].
func At(begin time.Time) Option { return Option{func(c *settings) { c.Start = begin }} }

// InRealTime makes the time of the call pass on the clock of package time. It
// must run in a bubble of [testing/synctest], where that clock is simulated. So
// a test can call an app at night if the app uses [time.Now]. With this option,
// sessions of the app also expire, and if the app sleeps, the caller waits:
//
//	synctest.Test(t, func(t *testing.T) {
//		time.Sleep(23 * time.Hour)
//		call := voxtest.Call(t, app, "/voice", voxtest.InRealTime())
//		call.Hears("We are closed.")
//		call.HungUp()
//	})
//
// The test fails outside of a bubble.
func InRealTime() Option { return Option{func(c *settings) { c.RealTime = true }} }

// inBubble reports whether it runs in a bubble, where time begins in 2000.
func inBubble() bool { return time.Now().Year() < 2020 }

// Timeout sets how long the platform waits for an answer, on the clock of
// package time. In a bubble of [testing/synctest], with [InRealTime], that
// clock is simulated; otherwise it is the real time. Zero, the default, means
// no timeout.
//
// An answer that comes later is dropped with a warning. The request is repeated
// (see [Retries]) while the app still works on the first request, whose context
// is not canceled. With a timeout, each request runs in its own goroutine. The
// test ends when the app has answered all requests.
func Timeout(d time.Duration) Option { return Option{func(c *settings) { c.Timeout = d }} }
