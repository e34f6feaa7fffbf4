package idempotency

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/voxhook/voxhook"
)

// A run is the context in which a webhook runs for all its deliveries. It has
// the values of the request, and lives until Timeout.
type run struct {
	context.Context
	flights *flights
	flight  *flight
	lease   *lease // nil without a store, or if it failed

	// The results of the hooks, which may run after Next has returned, for
	// example with http.TimeoutHandler.
	mu      sync.Mutex
	kind    voxhook.Kind
	outcome voxhook.Outcome
	known   bool // Done ran
	failed  bool
}

type runKey struct{}

func (r *run) Value(key any) any {
	if key == (runKey{}) {
		return r
	}
	return r.Context.Value(key)
}

// Key returns the identity of the webhook that is being handled, given the
// context of the run. All deliveries of the webhook have the same key. Another
// webhook has this key only if it is a genuine repeat of the same bytes, and
// either has no ID and is not a notification, or is a step of a payment. Key
// returns "" if the context is not from a [Handler], or if
// the Handler passed the request through.
func Key(ctx context.Context) string {
	if r, ok := ctx.Value(runKey{}).(*run); ok {
		return r.flight.id.String()
	}
	return ""
}

// event records the kind. The answers to steps of a payment are not shared: two
// equal requests can be two steps.
func (r *run) event(ctx context.Context, ev voxhook.Event) (context.Context, error) {
	r.mu.Lock()
	r.kind = ev.Kind()
	r.mu.Unlock()
	if ev.Kind() == voxhook.KindPayProgress {
		r.fail()
	}
	return ctx, nil
}

// done records the outcome. It runs before a failure is logged, so deliveries
// here and in other replicas do not wait for the log.
func (r *run) done(_ context.Context, _ voxhook.Event, o voxhook.Outcome) {
	r.mu.Lock()
	r.outcome, r.known = o, true
	r.mu.Unlock()
	if o.Err != nil {
		r.fail()
	}
}

// fail lets another delivery run, in this process or in another replica.
func (r *run) fail() {
	r.mu.Lock()
	r.failed = true
	r.mu.Unlock()
	r.flights.land(r.flight, nil)
	if r.lease != nil {
		r.lease.release()
	}
}

// answer returns the answer that was sent, or nil if other deliveries must not
// get it.
func (r *run) answer(w *recorder) *answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed || w.large || w.status < 200 || w.status > 299 {
		return nil
	}
	if w.status == http.StatusNoContent && r.known {
		return noContent
	}
	return &answer{
		status: w.status, header: w.final, body: w.body,
		document: r.outcome.Document, known: r.known,
	}
}

// ttl returns how long to keep the answer to a webhook. Zero means not to keep
// it. The argument exact reports whether no other webhook has the same
// identity.
func (h *Handler) ttl(r *run, exact bool) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	notification := r.kind != 0 && !r.kind.WantsDocument()
	switch {
	case notification:
		return h.keep()
	case r.known && !r.outcome.Document:
		return 0 // a repeat may need a document
	case exact:
		return h.keep()
	}
	return max(0, h.Window)
}
