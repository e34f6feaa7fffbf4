package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// A Fault is a problem in the delivery of a webhook. The zero Fault is no
// problem.
type Fault struct {
	// Drop loses a notification. For any other webhook it loses the answer, so
	// that the webhook is repeated.
	Drop bool

	// Delay is how much later the webhook is sent.
	Delay time.Duration

	// Twice delivers the webhook twice. The first answer is used, or the second
	// if Drop is set.
	Twice bool

	// Together makes both deliveries of Twice at the same time.
	Together bool

	// After is the number of other webhooks that overtake a notification.
	After int
}

// A delivery is a notification to be sent.
type delivery struct {
	at    time.Duration // when to send it
	after int           // how many webhooks must overtake it first
	x     *Exchange
}

// A sending is a notification in flight.
type sending struct {
	x     *Exchange
	await func() answer
}

// find sets the time and the fault of a webhook.
func (c *Call) find(x *Exchange) {
	if x.At = c.now; c.cfg.Fault != nil {
		x.fault = c.cfg.Fault(x)
	}
}

// tell sends a notification. If that fails, the call goes on.
func (c *Call) tell(ref string, method voxml.Method, ev voxhook.Event) {
	x, err := c.prepare(ref, method, ev)
	if err != nil {
		c.warn("a notification is not sent: %v", err)
		return
	}
	c.schedule(x, 0)
}

// schedule sends a notification after a delay, with its fault.
func (c *Call) schedule(x *Exchange, in time.Duration) {
	d := delivery{c.after(in + x.fault.Delay), x.fault.After, x}
	switch {
	case x.fault.Drop && !x.fault.Twice:
		c.note(Faulted, x.String()+" is lost", "")
	case d.after > 0:
		c.held = append(c.held, d)
	case d.at > c.now:
		c.later = append(c.later, d)
		slices.SortStableFunc(c.later, func(a, b delivery) int { return cmp.Compare(a.at, b.at) })
	default:
		c.notify(x)
	}
}

// notify sends a notification. If that fails, it is repeated while the call
// goes on.
func (c *Call) notify(x *Exchange) {
	if c.cfg.Concurrent && !x.fault.Twice {
		c.open = append(c.open, sending{x, c.begin(x, true)})
		c.overtake()
		return
	}
	c.notified(c.send(x, false))
}

// notified schedules a failed notification again.
func (c *Call) notified(x *Exchange) {
	switch {
	case x.Err == nil:
	case c.repeats(x):
		c.schedule(c.repeat(x), backOff(x))
	default:
		c.warnDelivery("a notification was given up: %v: %v", x, x.Err)
	}
}

// join waits for the answers of notifications in flight.
func (c *Call) join() {
	for len(c.open) > 0 {
		s := c.open[0]
		c.open = c.open[1:]
		s.x.take(s.await(), false)
		c.notified(s.x)
	}
}

// overtake counts a webhook that has been sent. It then sends the notifications
// that have been overtaken often enough.
func (c *Call) overtake() {
	held := c.held
	c.held = nil
	for i := range held {
		if held[i].after--; held[i].after > 0 {
			c.held = append(c.held, held[i])
			continue
		}
		held[i].x.fault.After = 0
		c.schedule(held[i].x, 0)
	}
}

// report sends the result of a verb to its action after the caller has hung up.
// The document in the answer is not run.
func (c *Call) report(ref string, method voxml.Method, ev voxhook.Event) {
	if ref == "" {
		return
	}
	switch x, err := c.request(ref, method, ev); {
	case x == nil && err != nil:
		c.warn("%v", err)
	case err != nil:
		c.warnDelivery("%v: %v", x, err)
	}
}

// request sends a webhook until it is answered with a document, at most as
// often as Config.Retries allows. The call waits. The error is that of the last
// attempt.
func (c *Call) request(ref string, method voxml.Method, ev voxhook.Event) (*Exchange, error) {
	x, err := c.prepare(ref, method, ev)
	if err != nil {
		return nil, err
	}
	for {
		if x.fault.Delay > 0 {
			c.pass(x.fault.Delay)
		}
		if x = c.send(x, true); !c.repeats(x) {
			break
		}
		c.pass(backOff(x))
		x = c.repeat(x)
	}
	c.join()
	if mediaType, _, _ := mime.ParseMediaType(x.Header.Get("Content-Type")); x.Document != nil && mediaType != "application/xml" && mediaType != "text/xml" {
		c.warnDelivery("the document was sent as %q, not as application/xml", x.Header.Get("Content-Type"))
	}
	return x, x.Err
}

// repeats reports whether a webhook is to be sent again.
func (c *Call) repeats(x *Exchange) bool {
	return x.Err != nil && x.Err != errNoRequest && (x.Lost || x.Status/100 != 2) &&
		x.Attempt <= c.cfg.Retries && c.cfg.Context.Err() == nil
}

// backOff returns the wait before the next attempt: 1, 2, 4 … seconds.
func backOff(x *Exchange) time.Duration { return time.Second << (x.Attempt - 1) }

// repeat returns the next attempt of a request.
func (c *Call) repeat(x *Exchange) *Exchange {
	again := x.again()
	again.Attempt, again.Before = x.Attempt+1, x
	c.find(again)
	return again
}

// again returns the same request without its answer.
func (x *Exchange) again() *Exchange {
	return &Exchange{Method: x.Method, URL: x.URL, Event: x.Event, Form: x.Form, Attempt: x.Attempt, Before: x.Before, set: x.set, Place: x.Place, From: x.From}
}

var errLost = errors.New("the answer was lost")

// send delivers a webhook with its fault and returns the exchange whose answer
// is used.
func (c *Call) send(x *Exchange, document bool) *Exchange {
	f, counts := x.fault, x
	together := f.Twice && (f.Together || c.cfg.Concurrent)
	answer := c.begin(x, together)
	if !together {
		x.take(answer(), document)
	}
	if f.Twice {
		again := x.again()
		again.Copy = true
		second := c.begin(again, together)
		if together {
			x.take(answer(), document)
		}
		again.take(second(), document)
		if f.Drop {
			counts = again
		}
	}
	if f.Drop && x.Err != errNoRequest {
		x.Err, x.Lost, x.Document = errLost, true, nil
	}
	c.overtake()
	return counts
}

var errPending = errors.New("no answer yet")

// begin sends a request and returns a function that waits for the answer. It
// uses a goroutine if the app should answer while the call goes on, or if there
// is a Timeout.
func (c *Call) begin(x *Exchange, concurrently bool) (await func() answer) {
	ctx, cancel := c.cfg.Context, context.CancelFunc(func() {})
	if ctx.Err() != nil {
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastTimeout)
	}
	if c.cfg.OnSend != nil {
		c.cfg.OnSend(x)
	}
	var header http.Header
	if x.URL.Host == c.first.Host { // the header may contain credentials
		header = c.cfg.Header
	}
	x.Err = errPending
	c.log = append(c.log, Entry{At: c.now, Kind: Requested, Text: x.String(), Exchange: x, Place: x.Place, From: x.From})
	ctx = x.watch(ctx)
	if !concurrently && c.cfg.Timeout == 0 {
		a := x.fetch(ctx, c.cfg.App, header)
		cancel()
		c.tick()
		return func() answer { return a }
	}
	answers := make(chan answer, 1)
	c.running.Add(1)
	go func() {
		defer c.running.Done()
		defer cancel()
		answers <- x.fetchSafely(ctx, c.cfg.App, header)
	}()
	return func() answer { return c.await(answers) }
}

// await waits for an answer, at most for the Timeout.
func (c *Call) await(answers <-chan answer) answer {
	a, late := answer{}, (<-chan time.Time)(nil)
	if c.cfg.Timeout > 0 {
		timer := time.NewTimer(c.cfg.Timeout)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case a = <-answers:
		c.tick()
	case <-late:
		c.late = append(c.late, answers)
		c.pass(c.cfg.Timeout)
		a.err = fmt.Errorf("no answer within %v", c.cfg.Timeout)
	}
	a.repanic()
	return a
}

// tick advances the clock by the time that the app needed, if time is real.
func (c *Call) tick() {
	if c.cfg.RealTime {
		c.now = max(c.now, time.Since(c.cfg.Start))
	}
}

// Finish waits until the app has answered all requests of a call that has ended
// or is abandoned, including requests whose answers are too late to be used. It
// panics if the app panicked in the meantime.
func (c *Call) Finish() {
	c.join()
	c.running.Wait()
	for _, answers := range c.late {
		(<-answers).repanic()
	}
	c.late = nil
}
