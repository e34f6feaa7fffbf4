package idempotency

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
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
// Deliveries that overlap are joined: one run, the same answer for all. A later
// delivery gets the stored answer if it is certainly the same webhook (see ID),
// if it is a notification, or within Window. All others run. An answer that is
// not 2xx, a Fallback after a failure, and a run that panics are not stored, so
// the next delivery runs again; if deliveries are waiting, one of them runs at
// once. Nothing is dropped. After a crash, or without the store, a webhook can
// run twice: protect what must not happen twice with a unique constraint, on
// [Key] for example.
//
// A run does not end with its connection. Its context lives until Timeout, so
// that a retry finds the answer.
//
// Requests that are not webhooks are passed on unchanged: those without a
// CallSid, with another method than GET or POST, with a body that is not a form
// or with more than 256 KiB or 1,000 parameters.
//
// A Handler must not be copied or changed after it has begun to serve.
type Handler struct {
	// Next handles the webhooks. Required.
	Next http.Handler

	// Store keeps the answers for all replicas of the program. If nil, they
	// are kept in the memory of this process: the newest 10,000, or 64 MiB of
	// them if that is less.
	Store Store

	// ID returns the ID of the document that named the URL of a request: a
	// value that is the same for all URLs of that document, and that no other
	// document has, of any call. It must come from the URL, so that a retry has
	// it too. The Handler combines it with the path and the parameters, so two
	// notifications of different documents are two webhooks even if their bytes
	// are equal. Use voxauth.DocumentID. If nil, no request has an ID.
	ID func(*http.Request) (id string, ok bool)

	// Window is how long after an answer the same bytes count as its retry if
	// ID reports false. A longer Window runs fewer webhooks twice, and may
	// answer a genuine repeat with an old document. Leave it zero without ID.
	// With voxauth.DocumentID only first webhooks are left: a minute fits,
	// unless a Flow can send the same call here repeatedly. Zero or negative
	// means that only overlapping deliveries are joined.
	Window time.Duration

	// TTL is how long answers are kept that certainly belong to one webhook.
	// Zero or negative means [DefaultTTL].
	TTL time.Duration

	// Timeout is how long the context of a run lives, and how long other
	// deliveries wait for the run; then one of them runs. It should be longer
	// than the Timeout of the Handlers inside. Zero means [DefaultTimeout];
	// negative means no limit.
	Timeout time.Duration

	// Ignore lists parameters that a retry may send with another value, such
	// as the time of sending.
	Ignore []string

	// ErrorLog receives failures of the store at level error. Records hold
	// nothing from the request. If nil, slog.Default is used.
	ErrorLog *slog.Logger

	// Observe, if not nil, is called after each delivery of a webhook. The
	// context is that of the delivery's request.
	Observe func(context.Context, Delivery)

	flights flights
	memory  memory
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
		// The end of the connection does not end the wait: if the run fails,
		// this may be the last delivery that can run.
		if a := h.flights.wait(f, h.timeout()); a != nil {
			h.replay(w, r, a, Delivery{Result: Joined}, f)
			return
		}
	}
}

// lead answers the first of several deliveries.
func (h *Handler) lead(w http.ResponseWriter, r *http.Request, f *flight, exact bool) {
	defer h.flights.land(f, nil) // unless it has ended before
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

// find returns the stored answer of a webhook. If there is none, the caller
// runs with the lease, which is nil without a store or if it failed.
func (h *Handler) find(r *http.Request, f *flight) (*lease, *answer, error) {
	if h.Store == nil {
		return nil, h.memory.get(f.id, time.Now()), nil
	}
	return h.claim(r.Context(), f.id)
}

// run handles a webhook for all its deliveries.
func (h *Handler) run(w http.ResponseWriter, r *http.Request, f *flight, l *lease, exact bool) {
	timeout := h.timeout()
	h.flights.begin(f, timeout)
	if l != nil {
		l.keep(timeout)
		defer l.release() // unless it has ended before
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

// land ends a run with an answer and stores it for ttl. A run that has lost its
// lease, or for which another delivery no longer waits, stores nothing.
func (h *Handler) land(f *flight, l *lease, a *answer, ttl time.Duration) {
	if h.Store == nil && ttl > 0 && !h.flights.landedAlready(f) {
		h.memory.put(f.id, a, time.Now().Add(ttl))
	}
	h.flights.land(f, a)
	if l != nil && ttl > 0 {
		l.finish(a.encode(f.id), ttl)
	}
}

// replay answers a delivery with the answer to an earlier one.
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
