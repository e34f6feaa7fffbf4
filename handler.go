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
// Use one Handler per URL:
//
//	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
//	mux.Handle("/voice/menu", &voxhook.Handler{OnGather: menu})
//
// If routes share settings, make their Handlers with the methods of [Settings].
//
// # Callbacks
//
// A callback runs in the goroutine that serves the request, after the body has
// been read. Its context has a deadline, see [Settings].Timeout, and is
// canceled when the platform closes the connection. [EventFrom] and
// [RequestFrom] return the event and the request from that context. Callbacks
// of different requests run concurrently.
//
// A callback for an event that needs a document returns that document, or an
// error. After the call has ended, it may return neither. A callback for a
// notification returns only an error. If the error is not nil, the status is
// 500, so that the platform sends the notification again.
//
// # Which callback
//
// No parameter names the kind of an event. The first of these rules that
// applies gives the kind:
//
//  1. [Hooks].Kind returns a kind.
//  2. Only one callback is set, and it is not OnEvent: its kind. There are two
//     exceptions. If the callback is OnIncomingCall, a call that has ended is a
//     StatusChange. If the callback is OnVerbAction, the kind is the one that
//     [Parse] chooses, or GatherResult if Parse does not choose the result of a
//     verb.
//  3. The request has a parameter from a row of Parse's table above the row of
//     Result: the kind of that row. If there are several such rows, the first
//     whose kind has its own callback is used. If no kind has its own callback,
//     the first row that OnVerbAction can handle is used, and otherwise the
//     first row. There is one exception: a RecordResult of a call that has
//     ended is a StatusChange if OnStatusChange is set and OnRecord is not.
//  4. The request has a parameter from one of the three rows of Result, For and
//     Timestamp: the kind of that row, chosen as in rule 3. The row of Timestamp
//     matches only under the condition that Parse's table names.
//  5. CallStatus is queued, initiated or ringing: StatusChange if Direction is
//     outbound-api and OnStatusChange is set, and IncomingCall otherwise.
//  6. The call has ended: StatusChange.
//  7. OnIncomingCall or OnEvent is set: IncomingCall.
//  8. Exactly one callback that can return a document is set: its kind, or
//     GatherResult if it is OnVerbAction.
//  9. OnGather or OnVerbAction is set: GatherResult.
//  10. In all other cases: IncomingCall.
//
// The event goes to the callback of its kind. If that callback is nil, the
// result of a verb goes to OnVerbAction. If OnVerbAction is nil too, or if the
// event is not the result of a verb, the event goes to OnEvent.
//
// # Failure
//
// A request that is not a voice webhook is refused with the status that
// [StatusCode] returns, before any callback runs.
//
// An event that needs a document fails if it has no callback, or if its
// callback returns an error, panics, returns a document that cannot be encoded,
// or returns no document while the call goes on. Then the caller hears the
// Fallback. Without a Fallback, the answer is <Response/> for [ErrNoDocument],
// status 501 for [ErrUnhandled], and status 500 for any other error. The body
// of an error status is the text of the status.
//
// If nothing failed and there is no document, as after a notification, the
// answer is
//
//   - status 204 if no caller can be waiting: the call has ended, or the only
//     callback is for a notification;
//   - otherwise the Fallback, or <Response/> if there is none. A request that
//     looks like a notification may be something else, and then a caller is
//     waiting. The platform is expected to ignore a document in reply to a
//     notification. Unconfirmed.
//
// A document is encoded completely before anything is sent. A request that
// fails is logged in one record, after the answer. A panic with
// [http.ErrAbortHandler] is passed on to net/http. If a callback calls
// [runtime.Goexit], its connection is closed.
//
// A Handler must not be changed once it serves requests.
type Handler struct {
	// OnIncomingCall is called when a call needs its first document, or the
	// document of a [voxml.Redirect]. If nil, OnEvent is called.
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

	// OnEvent is called with every event that no other callback handles. A
	// document that it returns for a notification is sent too. If nil, an
	// event that needs a document fails with [ErrUnhandled].
	OnEvent func(context.Context, Event) (voxml.Response, error)

	// Settings holds the fallback, the log and the limits. Its zero value is
	// ready to use.
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
	ev      Event           // nil until the request has been read
	ctx     context.Context // for hooks; each Event hook can replace it
	callCtx *callContext    // for the callback
	handled bool            // a callback ran
	out     Outcome
	body    []byte  // the answer; nil for none
	errs    []error // for the log
	level   slog.Level
	abort   bool // end with http.ErrAbortHandler
}

// receive turns the request into an event. An error means that the request
// must be refused.
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
	level, status := slog.LevelWarn, StatusCode(err) // only a warning: anyone can send a bad request
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

// call runs the callback and the Document hooks, and encodes the document. If
// there is no document, it returns nil.
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
// The buffer is not pooled. Over HTTP/2, net/http may still read it after a
// stream was reset. If a later request had reused the buffer by then, its text
// could be sent on the wrong stream.
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

// answerNothing answers an event that did not fail and has no document. If a
// caller may be waiting, it sends the fallback.
func (x *exchange) answerNothing() {
	w := x.ev.Webhook()
	ended, only := w.CallStatus.Ended(), x.h.only()
	if only == KindStatusChange && !ended && w.Direction != DirectionOutboundAPI && w.Direction != DirectionOutboundDial {
		x.report(slog.LevelWarn, errWrongURL)
	}
	switch {
	case ended, only != 0 && !only.WantsDocument():
		x.out = Outcome{Status: http.StatusNoContent}
		if !x.handled { // no caller is waiting, but hooks may count missing callbacks
			x.out.Err = ErrUnhandled
		}
	case x.handled:
		x.answerFallback(ErrNoDocument, Outcome{Guard: true})
	default:
		x.report(slog.LevelWarn, errNoCallback)
		x.answerFallback(ErrNoDocument, Outcome{Fallback: true, Err: errNoCallback})
	}
}

// answerFallback answers with the document that fallback returns, or with an
// error status if it returns none.
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

// fallback returns the document to send after a failure: the result of
// FallbackFunc, else Fallback, else an empty document if failed is
// ErrNoDocument. It skips a document that cannot be encoded, and a FallbackFunc
// that panics. If no document is left, doc is nil, and err says why the last
// one was skipped; err is nil if none was skipped.
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

// answerStatus answers with an error status. The body is the text of the
// status, not of err.
func (x *exchange) answerStatus(status int, err error) {
	x.out = Outcome{Status: status, Err: err}
	x.body = []byte(http.StatusText(status) + "\n")
}

// write passes the answer to net/http. It flushes if a log record or hooks
// follow, so that the caller does not wait for them.
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
	// Both values share one allocation. Requests cannot share it, since
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
		x.abort = true // the connection is no longer usable
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
