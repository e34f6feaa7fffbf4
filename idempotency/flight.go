package idempotency

import (
	"sync"
	"time"
)

// A flight is a webhook that is being handled in this process. One delivery
// leads the flight, and the others wait.
type flight struct {
	id       identity
	deadline time.Time     // when the others stop waiting; zero for never
	landed   chan struct{} // closed at the end; nil until a delivery waits
	over     bool
	answer   *answer // for waiting deliveries; nil if one of them must run
}

// flights holds the webhooks that are being handled in this process.
type flights struct {
	mu      sync.Mutex
	current map[identity]*flight
}

// join returns the flight of a webhook, and reports whether the caller leads
// it. The leader must call land.
func (g *flights) join(id identity) (f *flight, leads bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f = g.current[id]; f != nil {
		return f, false
	}
	if g.current == nil {
		g.current = make(map[identity]*flight)
	}
	f = &flight{id: id}
	g.current[id] = f
	return f, true
}

// begin sets the deadline of the others.
func (g *flights) begin(f *flight, timeout time.Duration) {
	if timeout <= 0 {
		return
	}
	g.mu.Lock()
	f.deadline = time.Now().Add(timeout)
	g.mu.Unlock()
}

// land ends a flight with an answer for waiting deliveries. If the answer is
// nil, one of them leads the next flight. If the flight has already landed,
// land does nothing.
func (g *flights) land(f *flight, a *answer) {
	g.mu.Lock()
	g.landed(f, a)
	g.mu.Unlock()
}

func (g *flights) landed(f *flight, a *answer) {
	if f.over {
		return
	}
	f.over, f.answer = true, a
	delete(g.current, f.id)
	if f.landed != nil {
		close(f.landed)
	}
}

// wait returns the answer of a flight. It returns nil if the flight lands
// without an answer, or does not land before its deadline. The deadline may be
// set during the wait, but is then at least timeout away.
func (g *flights) wait(f *flight, timeout time.Duration) *answer {
	for {
		landed, left := g.look(f)
		if landed == nil {
			return f.answer
		}
		if left == 0 {
			left = timeout
		}
		if left <= 0 {
			<-landed
			continue
		}
		timer := time.NewTimer(left)
		select {
		case <-landed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// landedAlready reports whether a flight has landed.
func (g *flights) landedAlready(f *flight) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return f.over
}

// look returns the channel to wait for, or nil if the flight is over. The time
// left is zero if there is no deadline.
func (g *flights) look(f *flight) (landed <-chan struct{}, left time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !f.deadline.IsZero() {
		if left = time.Until(f.deadline); left <= 0 {
			g.landed(f, nil)
		}
	}
	if f.over {
		return nil, 0
	}
	if f.landed == nil {
		f.landed = make(chan struct{})
	}
	return f.landed, left
}
