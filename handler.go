package voxhook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"

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
//     call that has ended is not an IncomingCall. If the only callback is
//     OnVerbAction, the kind is the one that Parse gives, or GatherResult.
//   - A parameter of the first eight rows of [Parse]'s table is there. Of
//     several rows, the first that has a callback counts, else the first that
//     OnVerbAction handles, else the first. A RecordResult of an ended call
//     without OnRecord is a StatusChange if OnStatusChange is set.
//   - A parameter of the rows for Result, For and Timestamp is there.
//   - CallStatus is queued, initiated or ringing: IncomingCall, or StatusChange
//     if Direction is outbound-api and OnStatusChange is set.
//   - The call has ended: StatusChange.
//   - IncomingCall if OnIncomingCall or OnEvent is set, else the kind of the
//     only callback that returns a document, else GatherResult if OnGather or
//     OnVerbAction is set, else IncomingCall.
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
// Documents are encoded completely before anything is sent. A request that
// fails is logged in one record, after the answer. A panic with
// [http.ErrAbortHandler] is passed on to net/http. A callback that calls
// [runtime.Goexit] ends its connection.
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
	call := newCallContext(r)
	x := exchange{h: h, w: w, r: r, hooks: hooksFrom(r.Context()), callCtx: call, ctx: &call.eventContext}
	if err := x.receive(); err != nil {
		x.refuse(err)
	} else if doc, err := x.call(); err != nil {
		x.fail(err)
	} else if doc == nil {
		x.answerNothing()
	} else {
		x.answer(doc, Outcome{})
	}
	x.write()
	x.done()
	x.log()
	if x.abort {
		panic(http.ErrAbortHandler)
	}
}

// An exchange is one request and its answer.
type exchange struct {
	h       *Handler
	w       http.ResponseWriter
	r       *http.Request
	hooks   hookList
	ev      Event           // nil until it is known
	ctx     context.Context // of the event, as the hooks left it
	callCtx *callContext    // of the callback
	handled bool            // a callback ran
	out     Outcome
	body    []byte  // what is sent
	errs    []error // for the log
	level   slog.Level
	abort   bool // end with http.ErrAbortHandler
}

// receive makes the event of the request. With an error, the request is
// refused.
func (x *exchange) receive() error {
	return protect(func() error {
		var in received
		if err := in.read(x.r, x.h.Settings.limits()); err != nil {
			return err
		}
		kind := x.hooks.kind(x.r)
		if kind == 0 {
			kind = x.h.kind(&in)
		}
		x.ev = in.event(kind)
		x.callCtx.ev = x.ev
		return x.hooks.event(&x.ctx, x.ev)
	})
}

// refuse answers a request that reaches no callback.
func (x *exchange) refuse(err error) {
	level, status := slog.LevelWarn, StatusCode(err) // anybody can send a bad request
	switch e := err.(type) {
	case *PanicError:
		level, status = slog.LevelError, http.StatusInternalServerError
	case *refusal:
		err = e.error
		if status == http.StatusInternalServerError {
			status = http.StatusForbidden
		}
	}
	x.report(level, err)
	x.answerStatus(status, err)
}

// call runs the callback and the Document hooks, and encodes the document.
// Without a document it returns nil.
func (x *exchange) call() (doc []byte, err error) {
	x.callCtx.begin(x.ctx, x.h.Settings.Timeout)
	err = protect(func() error {
		defer x.callCtx.finish()
		response, err := x.dispatch(x.callCtx)
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
	doc, err := response.AppendXML(make([]byte, 0, 512))
	if err != nil {
		return nil, err
	}
	return doc, nil
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
	x.report(slog.LevelError, err)
	switch {
	case x.abort:
	case x.ev.Kind().WantsDocument():
		x.answerFallback(err, Outcome{Fallback: true, Err: err})
	default:
		x.answerStatus(http.StatusInternalServerError, err)
	}
}

// answerNothing answers an event for which there is no document and no
// failure. A caller who may be waiting hears the fallback.
func (x *exchange) answerNothing() {
	w := x.ev.Webhook()
	ended, only := w.CallStatus.Ended(), x.h.only()
	if only == KindStatusChange && !ended && w.Direction != DirectionOutboundAPI && w.Direction != DirectionOutboundDial {
		x.report(slog.LevelWarn, errWrongURL)
	}
	switch {
	case ended, only != 0 && !only.WantsDocument():
		x.out = Outcome{Status: http.StatusNoContent}
		if !x.handled { // nobody is waiting, but somebody may want to know
			x.out.Err = ErrUnhandled
		}
	case x.handled:
		x.answerFallback(ErrNoDocument, Outcome{Guard: true})
	default:
		x.report(slog.LevelWarn, errNoCallback)
		x.answerFallback(ErrNoDocument, Outcome{Fallback: true, Err: errNoCallback})
	}
}

// answerFallback answers with the fallback, or with an error status if there
// is none.
func (x *exchange) answerFallback(failed error, out Outcome) {
	doc, err := x.fallback(failed)
	switch {
	case x.abort:
	case doc != nil:
		x.answer(doc, out)
	case is(failed, ErrUnhandled):
		x.answerStatus(http.StatusNotImplemented, failed)
	case out.Err == nil: // only the fallback failed
		x.answerStatus(http.StatusInternalServerError, err)
	default:
		x.answerStatus(http.StatusInternalServerError, out.Err)
	}
}

// fallback returns the first of FallbackFunc's document and Fallback that can
// be sent, and at last the empty document if failed is ErrNoDocument. If none
// can be sent, doc is nil, and err is the reason for the last one.
func (x *exchange) fallback(failed error) (doc []byte, err error) {
	settings := &x.h.Settings
	for _, document := range [...]func() voxml.Response{
		func() voxml.Response {
			if settings.FallbackFunc == nil {
				return nil
			}
			return settings.FallbackFunc(x.ctx, x.ev, failed)
		},
		func() voxml.Response { return settings.Fallback },
		func() voxml.Response {
			if !is(failed, ErrNoDocument) {
				return nil
			}
			return voxml.Response{}
		},
	} {
		problem := protect(func() (err error) {
			if response := document(); response != nil {
				doc, err = x.encode(response)
			}
			return err
		})
		switch {
		case aborted(problem):
			x.report(slog.LevelError, problem)
			return nil, problem
		case problem != nil:
			err = fmt.Errorf("fallback: %w", problem)
			x.report(slog.LevelError, err)
		case doc != nil:
			return doc, nil
		}
	}
	return nil, err
}

// answer makes a document the answer.
func (x *exchange) answer(doc []byte, out Outcome) {
	out.Status, out.Document = http.StatusOK, true
	x.out, x.body = out, doc
}

// answerStatus makes an error status the answer, with its text.
func (x *exchange) answerStatus(status int, err error) {
	x.out = Outcome{Status: status, Err: err}
	x.body = []byte(http.StatusText(status) + "\n")
}

// write hands the answer to net/http. If a log or a hook follows, the answer
// does not wait for it.
func (x *exchange) write() {
	if x.abort {
		x.out = Outcome{Err: x.out.Err}
		return
	}
	if err := protect(x.writeAnswer); err != nil {
		x.notWritten(err)
	}
	if x.errs != nil || x.hooks != nil {
		_ = protect(func() error { return http.NewResponseController(x.w).Flush() })
	}
}

func (x *exchange) writeAnswer() error {
	if x.body == nil {
		x.w.WriteHeader(x.out.Status)
		return nil
	}
	header := x.w.Header()
	// One allocation for both values. It is not shared between requests:
	// net/http reads the header after ServeHTTP has returned.
	values := &[2]string{"application/xml", strconv.Itoa(len(x.body))}
	if !x.out.Document {
		values[0] = "text/plain; charset=utf-8"
		header.Set("X-Content-Type-Options", "nosniff")
		if x.out.Status == http.StatusMethodNotAllowed {
			header.Set("Allow", "GET, POST")
		}
	}
	header["Content-Type"] = values[0:1:1]
	header["Content-Length"] = values[1:2:2]
	if x.out.Status != http.StatusOK {
		x.w.WriteHeader(x.out.Status)
	}
	n, err := x.w.Write(x.body)
	if err == nil && n < len(x.body) {
		err = io.ErrShortWrite
	}
	return err
}

// notWritten records that the answer could not be written.
func (x *exchange) notWritten(err error) {
	if x.out.Err == nil {
		x.out.Err = err
	}
	if _, ok := err.(*PanicError); ok {
		x.abort = true // the connection cannot be used any more
	}
	if !aborted(err) {
		x.report(slog.LevelWarn, fmt.Errorf("the answer could not be sent: %w", err))
	}
}

// done runs the Done hooks.
func (x *exchange) done() {
	for _, err := range x.hooks.done(x.ctx, x.ev, x.out) {
		x.report(slog.LevelError, err)
	}
}
