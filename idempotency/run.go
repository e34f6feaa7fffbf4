package idempotency

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/voxhook/voxhook"
)

// A run is a webhook that is handled once for all its deliveries. It is the
// context of that: it has the values of the request, and lives until Timeout.
type run struct {
	context.Context
	flights *flights
	flight  *flight
	lease   *lease // nil without a store, or if it failed

	// What the hooks learn. A Next such as http.TimeoutHandler can return
	// before they do.
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

// Key returns the identity of the webhook that is being handled, given a
// context of the run. It is the same for all deliveries of the webhook. Another
// webhook can have the same key only if ID reports false for it and it is no
// notification: then a genuine repeat of the same bytes has the same key. Key
// returns "" if there is no [Handler] or the request is not a webhook.
func Key(ctx context.Context) string {
	if r, ok := ctx.Value(runKey{}).(*run); ok {
		return r.flight.id.String()
	}
	return ""
}

// event learns the kind. The steps of a payment are not shared: two that are
// equal, byte for byte, can be two steps.
func (r *run) event(ctx context.Context, ev voxhook.Event) (context.Context, error) {
	r.mu.Lock()
	r.kind = ev.Kind()
	r.mu.Unlock()
	if ev.Kind() == voxhook.KindPayProgress {
		r.fail()
	}
	return ctx, nil
}

// done learns the outcome. It runs before a failure is logged, so waiting
// deliveries, here and in other replicas, do not wait for the log.
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

// answer returns what was sent, if other deliveries may get it.
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

// ttl returns how long the answer to a webhook is kept, which is not at all if
// it is zero. Exact reports whether no other webhook is the same.
func (h *Handler) ttl(r *run, exact bool) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	notification := r.kind != 0 && !r.kind.WantsDocument()
	switch {
	case notification:
		return h.keep()
	case r.known && !r.outcome.Document:
		return 0 // a caller who calls again may have to hear something
	case exact:
		return h.keep()
	}
	return max(0, h.Window)
}
