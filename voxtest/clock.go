package voxtest

import "time"

// At sets when the call begins, for apps that look at the times in webhooks. The
// zero time means 2025-01-01T12:00:00Z, the default. It does not change
// [time.Now] of the app: see [InRealTime].
func At(begin time.Time) Option { return Option{func(c *settings) { c.Start = begin }} }

// InRealTime makes the time of the call that of package time, within a bubble of
// [testing/synctest], where no time is spent. So an app that looks at
// [time.Now] can be called at night, its sessions expire, and the caller waits
// while it sleeps:
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

// inBubble reports whether time is that of a bubble, which begins with the year
// 2000.
func inBubble() bool { return time.Now().Year() < 2020 }

// Timeout sets how long the platform waits for an answer, in real time. An answer
// that comes later is dropped, which is a warning, and the request is repeated,
// see [Retries], while the app still works on the first one. The context of a
// dropped request goes on. The test ends when the app has answered all requests.
//
// With Timeout, each request has a goroutine of its own. Zero, the default, means
// to wait for ever. In a bubble of [testing/synctest], with [InRealTime], no time
// is spent.
func Timeout(d time.Duration) Option { return Option{func(c *settings) { c.Timeout = d }} }
