package voxtest

import (
	"math/rand/v2"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Fault says what goes wrong with a webhook on its way to the app. The zero
// Fault means nothing goes wrong.
type Fault struct {
	// Drop loses a notification. For other webhooks it loses the answer of the
	// app, and the webhook is repeated, see [Retries].
	Drop bool

	// Delay is the time by which the webhook is late.
	Delay time.Duration

	// Twice delivers the webhook twice: one after the other, or with
	// [Concurrent] at the same time. The first answer is used, or the second if
	// Drop is set.
	Twice bool

	// After is the number of webhooks that overtake a notification. Other
	// webhooks ignore it.
	After int
}

// Faults calls fault with each request before it is sent, including repeated
// ones, and applies the Fault that it returns. The request has no answer yet.
// The Transcript shows the effects of a fault; they are not Warnings.
//
//	voxtest.Faults(func(r *voxtest.Request) voxtest.Fault {
//		return voxtest.Fault{Twice: r.Event.Kind() == voxhook.KindRecording}
//	})
func Faults(fault func(*Request) Fault) Option {
	return faults(func(x *sim.Exchange) sim.Fault {
		r := requestOf(x)
		f := fault(&r)
		return sim.Fault{Drop: f.Drop, Delay: f.Delay, Twice: f.Twice, After: f.After}
	})
}

func faults(fault func(*sim.Exchange) sim.Fault) Option {
	return Option{func(c *settings) { c.Fault = fault }}
}

// Concurrent calls the app from several goroutines, like a server. A
// notification is sent while the call goes on, so the app may still work on it
// when the next webhook comes. Both deliveries of a [Fault] with Twice come at
// the same time. With the flag -race, tests then find unprotected state.
func Concurrent() Option { return Option{func(c *settings) { c.Concurrent = true }} }

// Duplicates delivers webhooks like a bad network: once, twice one after the
// other, twice at the same time, or again because the first answer was lost.
// The seed decides, so the same seed gives the same call. An app that passes
// its tests with many seeds does everything once:
//
//	for seed := range uint64(100) {
//		call := voxtest.Call(t, app(), "/voice", voxtest.Duplicates(seed))
//		…
//	}
func Duplicates(seed uint64) Option {
	return Option{func(c *settings) {
		random := rand.New(rand.NewPCG(seed, 0))
		c.Fault = func(x *sim.Exchange) sim.Fault {
			choices := []sim.Fault{{}, {Twice: true}, {Twice: true, Drop: true}, {Twice: true, Together: true}, {Twice: true, Together: true, Drop: true}}
			if x.Attempt == 1 && c.Retries >= 0 && x.Event.Kind().WantsDocument() {
				choices = append(choices, sim.Fault{Drop: true})
			}
			return choices[random.IntN(len(choices))]
		}
	}}
}
