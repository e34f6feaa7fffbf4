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

// A Fault is something that happens to a webhook on its way. The zero Fault is
// nothing.
type Fault struct {
	// Drop loses a notification. Of another webhook it loses the answer, so
	// that it is repeated.
	Drop bool

	// Delay is how much later the webhook is sent.
	Delay time.Duration

	// Twice delivers the webhook twice. The first answer counts, with Drop the
	// second.
	Twice bool

	// Together makes both deliveries of Twice at the same time.
	Together bool

	// After is how many other webhooks overtake a notification.
	After int
}

// A delivery is a notification that will be sent.
type delivery struct {
	at    time.Duration // when
	after int           // how many webhooks overtake it
	x     *Exchange
}

// A sending is a notification whose answer has not been taken.
type sending struct {
	x     *Exchange
	await func() answer
}

// find finds the fault of a webhook.
func (c *Call) find(x *Exchange) {
	if x.At = c.now; c.cfg.Fault != nil {
		x.fault = c.cfg.Fault(x)
	}
}

// tell sends a notification. If that fails, the call goes on.
func (c *Call) tell(ref string, method voxml.Method, ev voxhook.Event) {
	x, err := c.prepare(ref, method, ev)
	if err != nil {
		c.warn("a notification is left out: %v", err)
		return
	}
	c.schedule(x, 0)
}

// schedule sends a notification after a while, or as its fault says.
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

// notified repeats a notification that failed.
func (c *Call) notified(x *Exchange) {
	switch {
	case x.Err == nil:
	case c.repeats(x):
		c.schedule(c.repeat(x), backOff(x))
	default:
		c.warn("a notification was given up: %v: %v", x, x.Err)
	}
}

// join takes the answers of notifications that are being sent.
func (c *Call) join() {
	for len(c.open) > 0 {
		s := c.open[0]
		c.open = c.open[1:]
		s.x.take(s.await(), false)
		c.notified(s.x)
	}
}

// overtake counts a webhook that has been sent, and sends the notifications that
// it was the last to overtake.
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

// report sends the result of a verb to its action after the caller has hung
// up. The answer is read, but nobody hears it.
func (c *Call) report(ref string, method voxml.Method, ev voxhook.Event) {
	if ref == "" {
		return
	}
	switch x, err := c.request(ref, method, ev); {
	case x == nil && err != nil:
		c.warn("%v", err)
	case err != nil:
		c.warn("%v: %v", x, err)
	}
}

// request sends a webhook until it is answered with a document, or as often as
// Config.Retries allows. The call waits. The error is that of the last attempt.
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
		c.warn("the document came as %q, not as application/xml", x.Header.Get("Content-Type"))
	}
	return x, x.Err
}

// repeats reports whether a webhook will be sent once more.
func (c *Call) repeats(x *Exchange) bool {
	return x.Err != nil && x.Err != errNoRequest && (x.Lost || x.Status/100 != 2) &&
		x.Attempt <= c.cfg.Retries && c.cfg.Context.Err() == nil
}

// backOff returns how long to wait before a webhook is sent once more: 1, 2,
// 4 … seconds.
func backOff(x *Exchange) time.Duration { return time.Second << (x.Attempt - 1) }

// repeat returns the next attempt at a request.
func (c *Call) repeat(x *Exchange) *Exchange {
	again := x.again()
	again.Attempt, again.Before = x.Attempt+1, x
	c.find(again)
	return again
}

// again returns the same request, without an answer.
func (x *Exchange) again() *Exchange {
	return &Exchange{Method: x.Method, URL: x.URL, Event: x.Event, Form: x.Form, Attempt: x.Attempt, Before: x.Before, set: x.set, Place: x.Place, From: x.From}
}

var errLost = errors.New("the answer was lost")

// send sends a webhook once, or as its fault says, and returns the exchange
// whose answer counts.
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

// begin sends a request. The function that it returns waits for the answer. If
// the app is to answer at the same time as the call goes on, that is done in a
// goroutine. So it is if there is a Timeout, after which nobody waits any more.
func (c *Call) begin(x *Exchange, concurrently bool) (await func() answer) {
	ctx, cancel := c.cfg.Context, context.CancelFunc(func() {})
	if ctx.Err() != nil {
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), lastTimeout)
	}
	if c.cfg.OnSend != nil {
		c.cfg.OnSend(x)
	}
	var header http.Header
	if x.URL.Host == c.first.Host { // it may have credentials
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

// tick lets the time pass that the app needed, if time is real.
func (c *Call) tick() {
	if c.cfg.RealTime {
		c.now = max(c.now, time.Since(c.cfg.Start))
	}
}

// Finish waits until the app has answered all requests of a call that has ended,
// or is left: those, too, whose answer came too late to count. It panics if the
// app did meanwhile.
func (c *Call) Finish() {
	c.join()
	c.running.Wait()
	for _, answers := range c.late {
		(<-answers).repanic()
	}
	c.late = nil
}
