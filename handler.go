package voxhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// DefaultTimeout is how long a callback's context lives where
// [Handler].Timeout is zero. The caller hears nothing meanwhile.
const DefaultTimeout = 10 * time.Second

// ErrUnhandled is the error for an event that wants a document and for which
// a [Handler] has no callback.
var ErrUnhandled = errors.New("voxhook: no callback for this kind of event")

// A Handler answers voice webhooks: each request becomes one [Event], the
// event goes to one callback, and the callback's document becomes the answer.
//
// The recommended way is one Handler for each URL:
//
//	mux.Handle("/voice", &voxhook.Handler{OnIncomingCall: greet})
//	mux.Handle("/voice/menu", &voxhook.Handler{OnGather: menu})
//
// One Handler for everything works too. No parameter names the kind of an
// event, so a Handler goes by its callbacks as well as by the parameters:
//
//   - If one callback is set and OnEvent is not, every request is for it: its
//     URL says what it is. Only a call that has ended is no IncomingCall.
//   - Otherwise the parameters tell, by the table of [Parse].
//   - If they do not, because none of that table is there, or because they are
//     those of a notification that has no callback while the call goes on, the
//     request is for the only callback that is set among those for events that
//     want a document; if several are, for OnIncomingCall, or without it for
//     OnGather or OnVerbAction. If the call has ended, it is a StatusChange
//     where OnStatusChange or OnIncomingCall is set.
//
// # Callbacks
//
// A callback runs in the goroutine that serves the request, after the body
// has been read, so its context is cancelled when the platform closes the
// connection. It has a deadline, see Timeout. Callbacks of different requests run
// concurrently.
//
// A callback returns the document to answer with. Nil has nothing to say:
// that is the empty document for an event which wants one, and status 204 for
// a notification ([StatusChange], [Recording], [PayProgress]).
//
// # Failure
//
// A request that is no voice webhook is refused with the status that
// [StatusCode] gives, before any callback runs. A callback fails if it returns
// an error, a document that cannot be encoded, or panics; an event that wants
// a document fails if there is no callback for it. Then ErrorHandler is
// called, if it is set. Otherwise the error is logged, and the caller hears
// Fallback; if that is nil, or the event is a notification, the answer is 500,
// or 501 for [ErrUnhandled], whoever returned it. Bodies then hold the text of
// the status only. A nil pointer that a callback returns as its error counts as
// an error.
//
// Documents are encoded completely before anything is sent. A panic becomes a
// *[PanicError], except for [http.ErrAbortHandler], which is passed on.
//
// The zero Handler acknowledges notifications and refuses all else. A Handler
// must not be changed once it serves.
type Handler struct {
	// OnIncomingCall gets calls that want their first document. Nil: OnEvent
	// gets them.
	OnIncomingCall func(context.Context, *IncomingCall) (voxml.Response, error)

	// OnDial gets the results of Dial. Nil: OnVerbAction gets them.
	OnDial func(context.Context, *DialResult) (voxml.Response, error)

	// OnGather gets the results of Gather. Nil: OnVerbAction gets them.
	OnGather func(context.Context, *GatherResult) (voxml.Response, error)

	// OnRecord gets the results of Record. Nil: OnVerbAction gets them.
	OnRecord func(context.Context, *RecordResult) (voxml.Response, error)

	// OnPay gets the results of Pay. Nil: OnVerbAction gets them.
	OnPay func(context.Context, *PayResult) (voxml.Response, error)

	// OnVerbAction gets the results of verbs that have no callback of their
	// own. Nil: OnEvent gets them.
	OnVerbAction func(context.Context, VerbAction) (voxml.Response, error)

	// OnStatusChange is told that an outbound call has ended. Nil: OnEvent is.
	OnStatusChange func(context.Context, *StatusChange) (voxml.Response, error)

	// OnRecording is told that a recording has changed its state. Nil: OnEvent
	// is.
	OnRecording func(context.Context, *Recording) (voxml.Response, error)

	// OnPayProgress is told of a step of a payment. Nil: OnEvent is.
	OnPayProgress func(context.Context, *PayProgress) (voxml.Response, error)

	// OnEvent gets every event without a callback of its own. Nil:
	// notifications are acknowledged with status 204, and an event that wants
	// a document fails with [ErrUnhandled].
	OnEvent func(context.Context, Event) (voxml.Response, error)

	// Fallback is the document that is sent, with status 200, when an event
	// that wants one fails. Nil: the caller hears nothing of the program's,
	// but what the platform does on an error status.
	Fallback voxml.Response

	// ErrorHandler answers everything that fails, in place of Fallback and
	// the status, and nothing is logged. Nil: as said under Failure.
	ErrorHandler func(http.ResponseWriter, *http.Request, error)

	// ErrorLog gets what fails, refused requests at level warn. Its records
	// hold the error, the pattern of the mux under which the Handler stands,
	// the CallSid, and the stack of a panic. The errors of this
	// package hold no data of a call; those of callbacks, and what they panic
	// with, are logged as they are. Nil: [slog.Default].
	ErrorLog *slog.Logger

	// Timeout is the time after which the context of a callback is done. It
	// does not stop a callback that ignores its context: a late document is
	// sent all the same. Zero: [DefaultTimeout]. Negative: no deadline.
	Timeout time.Duration

	// MaxBodyBytes is the largest body, and the longest query, in bytes. It
	// cannot bound a form that was parsed before. Zero or negative:
	// [DefaultMaxBodyBytes].
	MaxBodyBytes int64

	// MaxParams is the largest number of parameters of a request. Zero or
	// negative: [DefaultMaxParams].
	MaxParams int
}

// A PanicError is what became of a callback that panicked, or that ended its
// goroutine with [runtime.Goexit]. After a Goexit the answer is sent at once;
// over HTTP/2 net/http then resets the stream, so the caller may not get it.
type PanicError struct {
	// Value is what the callback panicked with.
	Value any

	// Stack is the stack of the goroutine, as of [debug.Stack].
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("voxhook: callback panicked: %v", e.Value) }

// Unwrap returns Value if it is an error and no nil pointer, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	if isNilPointer(err) {
		return nil
	}
	return err
}

// isNilPointer reports whether err is a nil pointer of some type, which most
// types cannot be asked anything about.
func isNilPointer(err error) bool {
	v := reflect.ValueOf(err)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

var errGoexit = errors.New("runtime.Goexit, or panic(nil)")

type requestKey struct{}

// RequestFrom returns the request that a callback answers, given the
// callback's context: for path values, headers and the remote address. Its
// body has been read. Outside of a callback RequestFrom returns nil.
func RequestFrom(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

// ServeHTTP answers one voice webhook.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ev, err := h.parse(r)
	if err != nil {
		h.fail(w, r, nil, err)
		return
	}
	var doc []byte
	err = errGoexit
	// Deferred, so that a callback which ends the goroutine does not leave
	// the caller without an answer.
	defer func() { h.reply(w, r, ev, doc, err) }()
	doc, err = h.answer(r, ev)
}

// reply sends what came of an event: a document, nothing, or a failure.
func (h *Handler) reply(w http.ResponseWriter, r *http.Request, ev Event, doc []byte, err error) {
	if err == errGoexit {
		// The server does not get control back, so nobody would write the last
		// chunk of an answer without a length.
		whole := held{ResponseWriter: w}
		h.fail(&whole, r, ev, &PanicError{Value: err, Stack: debug.Stack()})
		whole.send()
		return
	}
	if p, ok := err.(*PanicError); ok && p.Value == http.ErrAbortHandler {
		panic(p.Value)
	}
	switch {
	case err != nil:
		h.fail(w, r, ev, err)
	case doc == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		send(w, doc)
	}
}

// A held is a response that is sent whole, and at once.
type held struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *held) WriteHeader(status int) {
	if h.status == 0 && status >= http.StatusOK {
		h.status = status
	}
}

func (h *held) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

// Flush does nothing: the answer is sent soon enough.
func (h *held) Flush() {}

func (h *held) send() {
	h.WriteHeader(http.StatusOK)
	h.Header().Set("Content-Length", strconv.Itoa(h.body.Len()))
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.ResponseWriter.Write(h.body.Bytes()) // who does not read it has gone
	_ = http.NewResponseController(h.ResponseWriter).Flush()
}

// parse reads the request and settles what Parse has to leave open.
func (h *Handler) parse(r *http.Request) (Event, error) {
	var in received
	if err := in.read(r, form.Limits{Bytes: h.MaxBodyBytes, Pairs: h.MaxParams}); err != nil {
		return nil, err
	}
	return in.event(h.kind(&in)), nil
}

// kind tells the kind of an event by the rule in the comment of Handler.
func (h *Handler) kind(in *received) kind {
	k, sure := in.kind()
	ended := CallStatus(in.value(slot("CallStatus"))).Ended()
	handled := h.OnEvent != nil
	var all, documents int // how many callbacks there are
	var last, lastDocument kind
	for _, c := range [...]struct {
		set  bool
		kind kind
	}{
		{h.OnIncomingCall != nil, incomingCall},
		{h.OnDial != nil, dialResult},
		{h.OnGather != nil, gatherResult},
		{h.OnRecord != nil, recordResult},
		{h.OnPay != nil, payResult},
		{h.OnVerbAction != nil, verbAction},
		{h.OnStatusChange != nil, statusChange},
		{h.OnRecording != nil, recording},
		{h.OnPayProgress != nil, payProgress},
	} {
		if !c.set {
			continue
		}
		handled = handled || c.kind == k
		all, last = all+1, c.kind
		if c.kind.wantsDocument() {
			documents, lastDocument = documents+1, c.kind
		}
	}

	picked := k
	switch {
	case all == 1 && h.OnEvent == nil:
		picked = last
	case sure && (handled || ended || k.wantsDocument() || documents == 0):
	case ended && (h.OnStatusChange != nil || h.OnIncomingCall != nil):
		picked = statusChange
	case documents == 1:
		picked = lastDocument
	case ended:
		picked = statusChange
	case h.OnIncomingCall == nil && (h.OnGather != nil || h.OnVerbAction != nil):
		picked = gatherResult
	default:
		picked = incomingCall
	}
	switch {
	case picked == verbAction && sure && k.isVerb():
		return k
	case picked == verbAction:
		return gatherResult
	case picked == incomingCall && ended:
		return statusChange
	}
	return picked
}

// answer runs the callback and encodes its document. For a notification with
// nothing to say it returns nil.
func (h *Handler) answer(r *http.Request, ev Event) (doc []byte, err error) {
	ctx := context.WithValue(r.Context(), requestKey{}, r)
	if timeout := h.timeout(); timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	err = errGoexit // stands if a nil panic, which old programs can ask for, ends the call
	response, err := h.call(ctx, ev)
	switch {
	case err == nil:
	case isNilPointer(err):
		return nil, fmt.Errorf("voxhook: the callback returned a nil %T as its error: return nil itself", err)
	default:
		return nil, err
	}
	if response == nil && !ev.event().wantsDocument() {
		return nil, nil
	}
	return response.AppendXML(make([]byte, 0, 512))
}

func (h *Handler) timeout() time.Duration {
	if h.Timeout == 0 {
		return DefaultTimeout
	}
	return h.Timeout
}

// call hands the event to the most specific callback that is set.
func (h *Handler) call(ctx context.Context, ev Event) (voxml.Response, error) {
	switch e := ev.(type) {
	case *IncomingCall:
		if h.OnIncomingCall != nil {
			return h.OnIncomingCall(ctx, e)
		}
	case *DialResult:
		if h.OnDial != nil {
			return h.OnDial(ctx, e)
		}
	case *GatherResult:
		if h.OnGather != nil {
			return h.OnGather(ctx, e)
		}
	case *RecordResult:
		if h.OnRecord != nil {
			return h.OnRecord(ctx, e)
		}
	case *PayResult:
		if h.OnPay != nil {
			return h.OnPay(ctx, e)
		}
	case *StatusChange:
		if h.OnStatusChange != nil {
			return h.OnStatusChange(ctx, e)
		}
	case *Recording:
		if h.OnRecording != nil {
			return h.OnRecording(ctx, e)
		}
	case *PayProgress:
		if h.OnPayProgress != nil {
			return h.OnPayProgress(ctx, e)
		}
	}
	if e, ok := ev.(VerbAction); ok && h.OnVerbAction != nil {
		return h.OnVerbAction(ctx, e)
	}
	switch {
	case h.OnEvent != nil:
		return h.OnEvent(ctx, ev)
	case ev.event().wantsDocument():
		return nil, ErrUnhandled
	}
	return nil, nil
}

// fail answers a request that failed with err. Ev is nil if it did so before
// it was an event.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, ev Event, err error) {
	if h.ErrorHandler != nil {
		h.ErrorHandler(w, r, err)
		return
	}
	h.log(r, ev, err)
	if h.Fallback != nil && ev != nil && ev.event().wantsDocument() {
		doc, err := h.Fallback.AppendXML(nil)
		if err == nil {
			send(w, doc)
			return
		}
		h.log(r, ev, fmt.Errorf("fallback: %w", err))
	}
	status := http.StatusInternalServerError
	if ev == nil || errors.Is(err, ErrUnhandled) {
		status = StatusCode(err)
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", "GET, POST")
	}
	text := http.StatusText(status) + "\n"
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (h *Handler) log(r *http.Request, ev Event, err error) {
	logger := h.ErrorLog
	if logger == nil {
		logger = slog.Default()
	}
	attrs := []slog.Attr{slog.Any("error", err)}
	if r.Pattern != "" {
		attrs = append(attrs, slog.String("pattern", r.Pattern))
	}
	if ev != nil {
		attrs = append(attrs, slog.String("call_sid", ev.Webhook().CallSid), slog.String("event", fmt.Sprintf("%T", ev)))
	}
	var p *PanicError
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	level := slog.LevelError
	if ev == nil {
		level = slog.LevelWarn // anybody can send a bad request
	}
	logger.LogAttrs(r.Context(), level, "voice webhook failed", attrs...)
}

// send sends an encoded document.
func send(w http.ResponseWriter, doc []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/xml")
	header.Set("Content-Length", strconv.Itoa(len(doc)))
	_, _ = w.Write(doc) // who does not read it has gone
}
