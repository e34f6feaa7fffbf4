package voxhook

import (
	"context"
	"log/slog"
	"time"

	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// DefaultTimeout is how long the context of a callback lives if
// [Settings].Timeout is zero. The caller hears nothing while the callback runs.
const DefaultTimeout = 10 * time.Second

// Settings configures Handlers. The zero value is ready to use.
//
// Routes usually share their settings. Each On method returns a Handler for
// one route, with a copy of the settings and one callback:
//
//	voice := voxhook.Settings{Fallback: apology, ErrorLog: logger}
//	mux.Handle("/voice", voice.OnIncomingCall(greet))
//	mux.Handle("/voice/menu", voice.OnGather(menu))
//
// voice.OnGather(menu) is short for &voxhook.Handler{OnGather: menu, Settings:
// voice}. The On methods panic if the callback is nil. Changing the settings
// later does not change the Handlers already made.
type Settings struct {
	// Fallback is the document that the caller hears when answering fails. It
	// is sent with status 200. If nil, the answer is <Response/> for
	// [ErrNoDocument], status 501 for [ErrUnhandled], and status 500 for any
	// other error. The platform then decides what the caller hears.
	Fallback voxml.Response

	// FallbackFunc returns the fallback for one event, for example in the
	// caller's language. The argument err is the failure; it is [ErrNoDocument]
	// if there is no document. The argument ctx is derived from the request's
	// context and does not have the callback's deadline, which may have passed.
	// Fallback is sent if FallbackFunc is nil, panics, returns nil, or returns
	// a document that cannot be encoded.
	FallbackFunc func(ctx context.Context, ev Event, err error) voxml.Response

	// ErrorLog receives one record of at most 12 KiB for each request that
	// fails: the error, the mux pattern, CallSid, the kind, and the stack of a
	// panic. A refused request is logged at level warn, or error if a hook
	// panicked. In the error, personal data of the event is replaced by the
	// names of its parameters, such as [From]; see package redact. The record
	// is written after the answer. So a log that blocks delays only the next
	// request on the connection, or over HTTP/2 only the end of the stream. If
	// nil, [slog.Default] is used.
	ErrorLog *slog.Logger

	// Timeout is how long the context of a callback lives. It does not stop a
	// callback that ignores its context: the answer waits for the callback, and
	// its late document is sent. Zero means [DefaultTimeout]; negative means no
	// deadline.
	Timeout time.Duration

	// MaxBodyBytes is the largest size of a body, and of the query of a GET.
	// Zero or negative means [DefaultMaxBodyBytes].
	MaxBodyBytes int64

	// MaxParams is the largest number of parameters of a request, variables
	// included. Zero or negative means [DefaultMaxParams].
	MaxParams int
}

func (s *Settings) limits() form.Limits {
	return form.Limits{Bytes: s.MaxBodyBytes, Pairs: s.MaxParams}
}

// OnIncomingCall returns a Handler for a URL that the platform requests at the
// beginning of a call, or because of a [voxml.Redirect].
func (s Settings) OnIncomingCall(f func(context.Context, *IncomingCall) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnIncomingCall: f})
}

// OnDial returns a Handler for a URL that receives results of Dial.
func (s Settings) OnDial(f func(context.Context, *DialResult) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnDial: f})
}

// OnGather returns a Handler for a URL that receives results of Gather.
func (s Settings) OnGather(f func(context.Context, *GatherResult) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnGather: f})
}

// OnRecord returns a Handler for a URL that receives results of Record.
func (s Settings) OnRecord(f func(context.Context, *RecordResult) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnRecord: f})
}

// OnPay returns a Handler for a URL that receives results of Pay.
func (s Settings) OnPay(f func(context.Context, *PayResult) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnPay: f})
}

// OnVerbAction returns a Handler for a URL that receives results of several
// verbs.
func (s Settings) OnVerbAction(f func(context.Context, VerbAction) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnVerbAction: f})
}

// OnStatusChange returns a Handler for a URL that is notified when outbound
// calls end.
func (s Settings) OnStatusChange(f func(context.Context, *StatusChange) error) *Handler {
	return s.handler(f != nil, Handler{OnStatusChange: f})
}

// OnRecording returns a Handler for a URL that is notified when recordings
// change their state.
func (s Settings) OnRecording(f func(context.Context, *Recording) error) *Handler {
	return s.handler(f != nil, Handler{OnRecording: f})
}

// OnPayProgress returns a Handler for a URL that is notified of each step of a
// payment.
func (s Settings) OnPayProgress(f func(context.Context, *PayProgress) error) *Handler {
	return s.handler(f != nil, Handler{OnPayProgress: f})
}

// OnEvent returns a Handler for a URL that receives any event.
func (s Settings) OnEvent(f func(context.Context, Event) (voxml.Response, error)) *Handler {
	return s.handler(f != nil, Handler{OnEvent: f})
}

func (s Settings) handler(ok bool, h Handler) *Handler {
	if !ok {
		panic("voxhook: Settings: the callback is nil")
	}
	h.Settings = s
	return &h
}
