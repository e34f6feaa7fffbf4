package idempotency

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/voxhook/voxhook"
)

// The defaults of a [Handler].
const (
	DefaultTTL     = 24 * time.Hour
	DefaultTimeout = 30 * time.Second
)

// A Handler runs each webhook once, however often the platform sends it, and
// gives every delivery the answer of that run.
//
// Deliveries that overlap are joined: one runs, and all get its answer. A later
// delivery gets the stored answer if it certainly belongs to the same webhook
// (see ID), if the webhook is a notification, or if the delivery arrives within
// Window. All other deliveries run. No delivery is dropped.
//
// The answer of a run is not stored if its status is not 2xx, if it is the
// Fallback after a failure, if it is over 1 MiB, or if the run panics. The next
// delivery then runs again. If deliveries are waiting, one of them runs at
// once. An answer without a document is stored only for a notification.
//
// After a crash, or if the store fails, a webhook can run more than once.
// Protect effects that must not happen twice with a unique constraint, for
// example on [Key].
//
// A run does not end when its connection ends. The context of the run lives
// until Timeout, so that a retry can get the answer.
//
// The Handler passes requests that are not webhooks to Next unchanged: those
// without a CallSid, with a method other than GET or POST, with a body that is
// not a form, or with more than 256 KiB or 1,000 parameters. It also passes the
// steps of a payment through, if the parameters show that they are such steps.
//
// Do not copy a Handler, or change it after its first request.
type Handler struct {
	// Next handles the webhooks. Required.
	Next http.Handler

	// Store keeps the answers for all replicas of the program. If nil, this
	// process keeps the newest answers in memory, up to 10,000 answers and 64
	// MiB.
	Store Store

	// ID returns the ID of the document that named the URL of a request. All
	// URLs of a document must have the same ID, and no document of any call may
	// have the ID of another. The ID must come from the URL, so that a retry
	// has it too. Use voxauth.DocumentID. If ID is nil or reports false, the
	// request has no ID. ID may be called concurrently.
	//
	// The Handler combines the ID with the request. Notifications of different
	// documents are therefore different webhooks, even if their bytes are
	// equal.
	ID func(*http.Request) (id string, ok bool)

	// Window applies to requests without an ID that are not notifications. For
	// this time after an answer, a request with the same bytes is treated as a
	// retry. With a longer Window, fewer webhooks run twice, but a genuine
	// repeat may be answered with an old document. Zero or negative means that
	// only overlapping deliveries are joined.
	//
	// Without ID, leave Window zero. With voxauth.DocumentID, every webhook has
	// an ID except the first of a call, so Window applies only to the first.
	// One minute is then suitable, unless a Flow can send the same call to this
	// program repeatedly.
	Window time.Duration

	// TTL is how long answers are kept for webhooks with an ID and for
	// notifications. Zero or negative means [DefaultTTL].
	TTL time.Duration

	// Timeout is how long the context of a run lives. Other deliveries wait for
	// the run for the same time; then one of them runs. Timeout should be
	// longer than the Timeout of the Handlers inside. Zero means
	// [DefaultTimeout]; negative means no limit.
	Timeout time.Duration

	// Ignore lists parameters that may have another value in a retry, such as
	// the time of sending.
	Ignore []string

	// ErrorLog receives failures of the store, and panics of Observe, at level
	// error. It receives one warning if wrappers are in the wrong order: ID
	// finds no ID in a URL that has a token of voxauth.Signed. The Handler puts
	// no part of the request into a record. If nil, slog.Default is used.
	ErrorLog *slog.Logger

	// Observe, if not nil, is called after each delivery of a webhook, with the
	// context of its request. It may be called concurrently. It is not called
	// for requests that pass through.
	Observe func(context.Context, Delivery)

	flights flights
	memory  memory
	order   sync.Once // logs that voxauth.Signed is inside
}

// ServeHTTP answers one delivery.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, exact, ok := h.identify(r)
	if !ok {
		h.Next.ServeHTTP(w, r)
		return
	}
	for {
		f, leads := h.flights.join(id)
		if leads {
			h.lead(w, r, f, exact)
			return
		}
		// Wait even if the connection has ended: if the run fails, this may be
		// the last delivery that can run.
		if a := h.flights.wait(f, h.timeout()); a != nil {
			h.replay(w, r, a, Delivery{Result: Joined}, f)
			return
		}
	}
}

// lead answers the first of several deliveries.
func (h *Handler) lead(w http.ResponseWriter, r *http.Request, f *flight, exact bool) {
	defer h.flights.land(f, nil) // does nothing if f has already landed
	l, stored, err := h.find(r, f)
	if stored != nil {
		h.flights.land(f, stored)
		h.replay(w, r, stored, Delivery{Result: Replayed}, f)
		return
	}
	d := Delivery{Result: Ran}
	if err != nil {
		d = Delivery{Result: Unprotected, Err: err}
	}
	defer h.observe(r, d, f)
	h.run(w, r, f, l, exact)
}

// find returns the stored answer to a webhook. If there is none, the caller
// must run with the lease. The lease is nil without a store, and if the store
// failed.
func (h *Handler) find(r *http.Request, f *flight) (*lease, *answer, error) {
	if h.Store == nil {
		return nil, h.memory.get(f.id, time.Now()), nil
	}
	return h.claim(r.Context(), f.id)
}

// run runs a webhook for all its deliveries.
func (h *Handler) run(w http.ResponseWriter, r *http.Request, f *flight, l *lease, exact bool) {
	timeout := h.timeout()
	h.flights.begin(f, timeout)
	if l != nil {
		l.keep(timeout)
		defer l.release() // does nothing if the lease has already ended
	}
	ctx := context.WithoutCancel(r.Context())
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	this := &run{Context: ctx, flights: &h.flights, flight: f, lease: l}
	hooked := voxhook.WithHooks(this, &voxhook.Hooks{Event: this.event, Done: this.done})
	rec := &recorder{to: w}
	h.Next.ServeHTTP(rec, r.WithContext(hooked))
	rec.finish(l != nil || h.Observe != nil)

	if a := this.answer(rec); a != nil {
		h.land(f, l, a, h.ttl(this, exact))
	}
}

// land ends a run with an answer and stores the answer for ttl. A run whose
// lease has ended, or whose flight has already landed, stores nothing.
func (h *Handler) land(f *flight, l *lease, a *answer, ttl time.Duration) {
	if h.Store == nil && ttl > 0 && !h.flights.landedAlready(f) {
		h.memory.put(f.id, a, time.Now().Add(ttl))
	}
	h.flights.land(f, a)
	if l != nil && ttl > 0 {
		l.finish(a.encode(f.id), ttl)
	}
}

// replay sends the answer of another delivery.
func (h *Handler) replay(w http.ResponseWriter, r *http.Request, a *answer, d Delivery, f *flight) {
	a.write(w, r)
	if h.Observe != nil {
		_ = http.NewResponseController(w).Flush()
		h.observe(r, d, f)
	}
}

// observe reports a delivery.
func (h *Handler) observe(r *http.Request, d Delivery, f *flight) {
	if h.Observe == nil {
		return
	}
	defer func() {
		if problem := recover(); problem != nil {
			h.log().LogAttrs(r.Context(), slog.LevelError, "idempotency: Observe panicked", slog.Any("panic", problem))
		}
	}()
	d.Key = f.id.String()
	h.Observe(r.Context(), d)
}

func (h *Handler) log() *slog.Logger {
	if h.ErrorLog == nil {
		return slog.Default()
	}
	return h.ErrorLog
}

func (h *Handler) keep() time.Duration { return cmp.Or(max(0, h.TTL), DefaultTTL) }

func (h *Handler) timeout() time.Duration { return cmp.Or(h.Timeout, DefaultTimeout) }
