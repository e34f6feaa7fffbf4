package voxtest

import (
	"math/rand/v2"
	"time"

	"github.com/voxhook/voxhook/internal/sim"
)

// A Fault is something that happens to a webhook on its way to the app. The zero
// Fault is nothing.
type Fault struct {
	// Drop loses a notification. Of another webhook it loses the answer, after
	// the app has given it; the webhook is then repeated, see [Retries].
	Drop bool

	// Delay is how much later the webhook is sent.
	Delay time.Duration

	// Twice delivers the webhook twice: one after the other, or with
	// [Concurrent] at the same time. The first answer counts. With Drop it is
	// lost, and the second answer counts.
	Twice bool

	// After is how many other webhooks overtake a notification. Zero means
	// none.
	After int
}

// Faults calls fault with each request before it is sent, repeated ones included,
// and does to it what fault returns. What a fault causes is in the Transcript,
// and is no Warning. The request has no answer yet.
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

// Concurrent calls the app as a server does, from several goroutines: a
// notification is sent while the call goes on, and the app may still work on it
// when it gets the next webhook; both deliveries of a [Fault] with Twice come at
// the same time. With the flag -race this finds state that is not protected.
func Concurrent() Option { return Option{func(c *settings) { c.Concurrent = true }} }

// Duplicates delivers webhooks as a network does that has bad days: once, twice
// one after the other, twice at the same time, or once more because the first
// answer was lost. The same seed makes the same choices. An app that passes its
// tests with a few seeds does each thing once:
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
