package voxhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/voxhook/voxhook/voxml"
)

// A Handler answers voice webhooks: each request becomes one [Event], the
// event goes to one callback, and the callback's document becomes the answer.
//
// The recommended way is one Handler per URL:
//
//	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
//	mux.Handle("/voice/menu", &voxhook.Handler{OnGather: menu})
//
// If routes share settings, use the methods of [Settings].
//
// # Callbacks
//
// A callback runs in the goroutine that serves the request, after the body has
// been read. Its context is cancelled when the platform closes the connection,
// and has a deadline, see [Settings].Timeout. [EventFrom] and [RequestFrom]
// work with it. Callbacks of different requests run concurrently.
//
// A callback for a call returns the document to answer with. Returning neither
// a document nor an error is a mistake while the call goes on: it is logged,
// and the caller hears the Fallback. A callback for a notification returns an
// error only. An error is answered with status 500, so that the notification
// comes again.
//
// # Which callback
//
// No parameter names the kind of an event. The first rule that fits decides:
//
//   - [Hooks].Kind knows the kind.
//   - One callback is set and OnEvent is not: the request is for it. Only a
//     call that has ended is not an IncomingCall.
//   - A parameter of the first eight rows of [Parse]'s table is there. Of
//     several rows, the first that has a callback counts.
//   - A parameter of the rows for Result, For and Timestamp is there.
//   - CallStatus is queued, initiated or ringing: IncomingCall, or StatusChange
//     if Direction is outbound-api and OnStatusChange is set.
//   - The call has ended: StatusChange. This includes a RecordResult that has
//     no callback, if OnStatusChange is set.
//   - IncomingCall if OnIncomingCall or OnEvent is set, else the kind of the
//     only callback that returns a document, else GatherResult if OnGather or
//     OnVerbAction is set.
//
// The event goes to the callback of its kind, else to OnVerbAction if it is the
// result of a verb, else to OnEvent.
//
// # Failure
//
// A request that is not a voice webhook is refused with the status that
// [StatusCode] returns, before any callback runs. A call fails if its callback
// returns an error, returns a document that cannot be encoded, or panics, or if
// there is no callback. Then the caller hears the Fallback. Without a Fallback
// the status is 500, or 501 if the error is [ErrUnhandled]. The body is the
// status text.
//
// If there is no document and no failure, as after a notification, the answer
// is status 204 if the call has ended or the only callback is for a
// notification. Otherwise it is the Fallback, or <Response/> without one: the
// guess that the request is a notification may be wrong, and then a caller is
// waiting. It is unconfirmed that the platform ignores a document in reply to
// a notification.
//
// Documents are encoded completely before anything is sent. Each failure is
// logged once, after the answer. [http.ErrAbortHandler] is passed on to
// net/http.
//
// A Handler must not be changed after it has begun to serve.
type Handler struct {
	// OnIncomingCall is called when a call wants its first document. If nil,
	// OnEvent is called.
	OnIncomingCall func(context.Context, *IncomingCall) (voxml.Response, error)

	// OnDial is called with the result of a Dial. If nil, OnVerbAction is
	// called.
	OnDial func(context.Context, *DialResult) (voxml.Response, error)

	// OnGather is called with the result of a Gather. If nil, OnVerbAction is
	// called.
	OnGather func(context.Context, *GatherResult) (voxml.Response, error)

	// OnRecord is called with the result of a Record. If nil, OnVerbAction is
	// called.
	OnRecord func(context.Context, *RecordResult) (voxml.Response, error)

	// OnPay is called with the result of a Pay. If nil, OnVerbAction is
	// called.
	OnPay func(context.Context, *PayResult) (voxml.Response, error)

	// OnVerbAction is called with the result of a verb that has no callback of
	// its own. If nil, OnEvent is called.
	OnVerbAction func(context.Context, VerbAction) (voxml.Response, error)

	// OnStatusChange is called when an outbound call has ended. If nil,
	// OnEvent is called.
	OnStatusChange func(context.Context, *StatusChange) error

	// OnRecording is called when a recording has changed its state. If nil,
	// OnEvent is called.
	OnRecording func(context.Context, *Recording) error

	// OnPayProgress is called after a step of a payment. If nil, OnEvent is
	// called.
	OnPayProgress func(context.Context, *PayProgress) error

	// OnEvent is called with every event that has no callback of its own. A
	// document that it returns for a notification is sent. If nil, an event
	// that wants a document fails with [ErrUnhandled].
	OnEvent func(context.Context, Event) (voxml.Response, error)

	// Settings are the fallback, the log and the limits.
	Settings Settings
}

// ServeHTTP answers one voice webhook.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := exchange{h: h, w: w, r: r, hooks: hooksFrom(r.Context()), ctx: r.Context()}
	if err := x.receive(); err != nil {
		x.refuse(err)
		return
	}
	doc, err := x.call()
	switch {
	case err != nil:
		x.fail(err)
	case doc != nil:
		x.send(doc, Outcome{})
	default:
		x.sendNothing()
	}
}

// An exchange is one request and its answer.
type exchange struct {
	h       *Handler
	w       http.ResponseWriter
	r       *http.Request
	hooks   hookList
	ctx     context.Context // of the request; with hooks, also of the event
	ev      Event
	handled bool    // a callback ran
	errs    []error // for the log
	level   slog.Level
}

// receive makes the event of the request. With an error, the request is
// refused.
func (x *exchange) receive() error {
	var in received
	if err := in.read(x.r, x.h.Settings.limits()); err != nil {
		return err
	}
	if x.hooks == nil {
		x.ev = in.event(x.h.kind(&in))
		return nil
	}
	return protect(func() error {
		kind := x.hooks.kind(x.r)
		if kind == 0 {
			kind = x.h.kind(&in)
		}
		x.ev = in.event(kind)
		ctx, err := x.hooks.event(&eventContext{x.ctx, x.r, x.ev}, x.ev)
		if err != nil {
			return &refusal{err}
		}
		x.ctx = ctx
		return nil
	})
}

// A refusal is the error of an Event hook.
type refusal struct{ error }

func (e *refusal) Unwrap() error { return e.error }

// refuse answers a request that no callback gets to see.
func (x *exchange) refuse(err error) {
	x.level = slog.LevelWarn // anybody can send a bad request
	if _, ok := err.(*PanicError); ok {
		x.level = slog.LevelError
	}
	status := statusOf(err)
	if r, ok := err.(*refusal); ok {
		err = r.error
		if status == http.StatusInternalServerError {
			status = http.StatusForbidden
		}
	}
	x.errs = append(x.errs, err)
	x.sendStatus(status, Outcome{Err: err})
}

// call runs the callback and the Document hooks, and encodes the document.
// Without a document it returns nil.
func (x *exchange) call() (doc []byte, err error) {
	ctx := &callContext{eventContext: eventContext{x.ctx, x.r, x.ev}}
	if timeout := x.h.Settings.Timeout; timeout >= 0 {
		if timeout == 0 {
			timeout = DefaultTimeout
		}
		ctx.deadline = time.Now().Add(timeout)
	}
	defer ctx.finish()
	err = protect(func() error {
		response, err := x.dispatch(ctx)
		if err != nil {
			return err
		}
		if response == nil {
			if x.ev.Kind().WantsDocument() && !x.ev.Webhook().CallStatus.Ended() {
				return ErrNoDocument
			}
			return nil
		}
		doc, err = x.encode(response)
		return err
	})
	return doc, err
}

// encode runs the Document hooks and encodes what they return.
//
// The buffer is not pooled: over HTTP/2 a stream that was reset can still hold
// it while it is being written, and another caller could hear its text.
func (x *exchange) encode(response voxml.Response) ([]byte, error) {
	response, err := x.hooks.document(x.ctx, x.ev, response)
	if err != nil {
		return nil, err
	}
	return response.AppendXML(make([]byte, 0, 512))
}

// dispatch calls the callback of the event.
func (x *exchange) dispatch(ctx context.Context) (voxml.Response, error) {
	h := x.h
	x.handled = true
	if h.has(x.ev.Kind()) {
		switch e := x.ev.(type) {
		case *IncomingCall:
			return h.OnIncomingCall(ctx, e)
		case *DialResult:
			return h.OnDial(ctx, e)
		case *GatherResult:
			return h.OnGather(ctx, e)
		case *RecordResult:
			return h.OnRecord(ctx, e)
		case *PayResult:
			return h.OnPay(ctx, e)
		case *StatusChange:
			return nil, h.OnStatusChange(ctx, e)
		case *Recording:
			return nil, h.OnRecording(ctx, e)
		case *PayProgress:
			return nil, h.OnPayProgress(ctx, e)
		}
	}
	if e, ok := x.ev.(VerbAction); ok && h.OnVerbAction != nil {
		return h.OnVerbAction(ctx, e)
	}
	if h.OnEvent != nil {
		return h.OnEvent(ctx, x.ev)
	}
	x.handled = false
	if x.ev.Kind().WantsDocument() {
		return nil, ErrUnhandled
	}
	return nil, nil
}

// fail answers an event that failed with err.
func (x *exchange) fail(err error) {
	if aborted(err) {
		x.finish(Outcome{Err: err})
	}
	x.level = slog.LevelError
	x.errs = append(x.errs, err)
	if !x.ev.Kind().WantsDocument() {
		x.sendStatus(http.StatusInternalServerError, Outcome{Err: err})
		return
	}
	doc := x.fallback(err)
	switch {
	case doc != nil:
		x.send(doc, Outcome{Fallback: true, Err: err})
	case is(err, ErrNoDocument):
		x.send(nothing, Outcome{Err: err})
	case is(err, ErrUnhandled):
		x.sendStatus(http.StatusNotImplemented, Outcome{Err: err})
	default:
		x.sendStatus(http.StatusInternalServerError, Outcome{Err: err})
	}
}

// fallback returns the encoded fallback for an event, or nil.
func (x *exchange) fallback(failed error) (doc []byte) {
	settings := &x.h.Settings
	ctx := x.context()
	try := func(response func() voxml.Response) {
		err := protect(func() (err error) {
			if r := response(); r != nil && doc == nil {
				doc, err = x.encode(r)
			}
			return err
		})
		if err != nil {
			doc = nil
			x.errs = append(x.errs, fmt.Errorf("fallback: %w", err))
		}
	}
	if settings.FallbackFunc != nil {
		try(func() voxml.Response { return settings.FallbackFunc(ctx, x.ev, failed) })
	}
	if doc == nil {
		try(func() voxml.Response { return settings.Fallback })
	}
	return doc
}

// nothing is the document that says nothing. The call ends.
var nothing = []byte("<Response/>")

// sendNothing answers an event for which there is no document and no failure.
// A caller who may be waiting hears the fallback.
func (x *exchange) sendNothing() {
	w := x.ev.Webhook()
	only := x.h.only()
	if only == KindStatusChange && !w.CallStatus.Ended() && w.Direction != DirectionOutboundAPI && w.Direction != DirectionOutboundDial {
		x.warn(errWrongURL)
	}
	if w.CallStatus.Ended() || only != 0 && !only.WantsDocument() {
		x.write(http.StatusNoContent, nil, Outcome{})
		return
	}
	out := Outcome{Guard: x.handled}
	if !x.handled {
		out.Fallback, out.Err = true, errNoCallback
		x.warn(errNoCallback)
	}
	doc := x.fallback(ErrNoDocument)
	if doc == nil {
		doc = nothing
	}
	x.send(doc, out)
}

// warn adds an error to the log at level warn.
func (x *exchange) warn(err error) {
	x.level = slog.LevelWarn
	x.errs = append(x.errs, err)
}

// send sends a document.
func (x *exchange) send(doc []byte, out Outcome) {
	out.Document = true
	header := x.w.Header()
	// One allocation for both values. It is not shared between requests:
	// net/http reads the header after ServeHTTP has returned.
	values := &[2]string{"application/xml", strconv.Itoa(len(doc))}
	header["Content-Type"] = values[0:1:1]
	header["Content-Length"] = values[1:2:2]
	x.write(http.StatusOK, doc, out)
}

// sendStatus sends an error status with its text.
func (x *exchange) sendStatus(status int, out Outcome) {
	text := http.StatusText(status) + "\n"
	header := x.w.Header()
	if status == http.StatusMethodNotAllowed {
		header.Set("Allow", "GET, POST")
	}
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Length", strconv.Itoa(len(text)))
	x.write(status, []byte(text), out)
}

// write hands the answer to net/http.
func (x *exchange) write(status int, body []byte, out Outcome) {
	out.Status = status
	err := protect(func() error {
		if status != http.StatusOK {
			x.w.WriteHeader(status)
		}
		if body == nil {
			return nil
		}
		_, err := x.w.Write(body)
		return err
	})
	if err != nil {
		if len(x.errs) == 0 {
			x.level = slog.LevelWarn
		}
		x.errs = append(x.errs, fmt.Errorf("the answer could not be sent: %w", err))
		if out.Err == nil {
			out.Err = err
		}
	}
	x.finish(out)
	if _, ok := err.(*PanicError); ok {
		panic(http.ErrAbortHandler) // the connection is of no more use
	}
}

// finish runs the Done hooks and writes the log, after the answer has gone
// out.
func (x *exchange) finish(out Outcome) {
	if x.errs == nil && x.hooks == nil {
		return
	}
	ctx := x.context()
	x.flush()
	if panics := x.hooks.done(ctx, x.ev, out); panics != nil {
		x.flush()
		x.level = slog.LevelError
		x.errs = append(x.errs, panics...)
	}
	if x.errs != nil {
		x.log(ctx, out.Status)
	}
	if aborted(out.Err) {
		panic(http.ErrAbortHandler)
	}
}

// flush sends an answer that would wait for the log.
func (x *exchange) flush() {
	if x.errs != nil {
		_ = protect(func() error { return http.NewResponseController(x.w).Flush() })
	}
}

// context returns the context of the request with its event.
func (x *exchange) context() context.Context {
	if x.hooks != nil || x.ev == nil {
		return x.ctx
	}
	return &eventContext{x.ctx, x.r, x.ev}
}
