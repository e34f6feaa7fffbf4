package voxtest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// mistakes is a menu in which each key leads to a different mistake.
func mistakes() http.Handler {
	voice := voxhook.Settings{
		Fallback: voxml.Response{say("Please call again later.")}, ErrorLog: slog.New(slog.DiscardHandler),
	}
	bare := voice
	bare.Fallback = nil
	gather := func(doc voxml.Response, err error) func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		return func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { return doc, err }
	}
	down := errors.New("the database is down")
	dialed := func(context.Context, *voxhook.DialResult) (voxml.Response, error) {
		return voxml.Response{say("Nobody can take your call.")}, nil
	}
	mux := http.NewServeMux()
	for key, menu := range map[string]*voxhook.Handler{
		"1": voice.OnGather(func(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
			return voxml.Response{say([]string{"Sales.", "Hours."}[len(input.Digits)+2])}, nil
		}),
		"2": voice.OnGather(gather(nil, nil)),
		"3": voice.OnDial(dialed),
		"4": bare.OnGather(gather(nil, down)),
		"5": voice.OnGather(gather(nil, down)),
		"6": {OnIncomingCall: ask("6"), OnDial: dialed, Settings: voice},
		"7": voice.OnGather(gather(nil, (*strange)(nil))),
		"8": {OnIncomingCall: ask("8"), Settings: voice},
		"9": voice.OnStatusChange(func(context.Context, *voxhook.StatusChange) error { return nil }),
	} {
		mux.Handle("/"+key, voice.OnIncomingCall(ask(key)))
		mux.Handle("/"+key+"/menu", menu)
	}
	return mux
}

func ask(key string) func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
	return func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{
			Action: "/" + key + "/menu", NumDigits: 1, Output: "menu", Verbs: []voxml.GatherVerb{say("Press " + key + ".")},
		}, say("Goodbye.")}, nil
	}
}

// A strange error has an Error method that panics if the pointer is nil.
type strange struct{ text string }

func (s *strange) Error() string { return s.text }

// A Handler and wrappers around the mux can refuse a request.
func TestRefusedRequests(t *testing.T) {
	hello := voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}.OnIncomingCall(ask("1"))
	small := voxhook.Settings{MaxParams: 2, ErrorLog: slog.New(slog.DiscardHandler)}.OnIncomingCall(ask("1"))
	for want, app := range map[string]http.Handler{
		"status 413 Request Entity Too Large: the request was refused: voxhook: request is too large: too many parameters": small,
		"status 403 Forbidden: the request was refused: not of this account": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			hello.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), &voxhook.Hooks{
				Event: func(context.Context, voxhook.Event) (context.Context, error) {
					return nil, errors.New("not of this account")
				},
			})))
		}),
		"status 401 Unauthorized: the request was refused: no password": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			voxhook.Answered(r.Context(), voxhook.Outcome{Status: http.StatusUnauthorized, Err: errors.New("no password")})
		}),
	} {
		call := voxtest.Call(t, app, "/voice", voxtest.Retries(0))
		call.Failed()
		assert.Contains(t, call.Transcript(), want)
	}
}

// It is not a mistake if an event is handled as another kind that loses
// nothing.
func TestHandledAsAnotherKind(t *testing.T) {
	voice := voxhook.Settings{Fallback: voxml.Response{say("Please call again later.")}}
	mux := http.NewServeMux()
	mux.Handle("/voice", voice.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Redirect{URL: "/menu"}}, nil
	}))
	mux.Handle("/menu", voice.OnGather(func(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
		if input.Digits != "" {
			return voxml.Response{say("Goodbye.")}, nil
		}
		return voxml.Response{voxml.Gather{Action: "/menu", NumDigits: 1, Verbs: []voxml.GatherVerb{say("Press 1.")}}, voxml.Redirect{URL: "/again"}}, nil
	}))
	mux.Handle("/again", voice.OnIncomingCall(func(_ context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{
			voxml.Gather{Action: "/again", ActionOnEmptyResult: true, Verbs: []voxml.GatherVerb{say("Are you there?")}},
		}, nil
	}))
	call := voxtest.Call(t, mux, "/voice")
	call.StaySilent()
	call.Hears("Are you there?")
	call.StaySilent()
	call.Hears("Are you there?")
	call.CallerHangsUp()
	call.Clean()
	assert.Contains(t, call.Transcript(), "            handled as GatherResult\n")
	assert.Contains(t, call.Transcript(), "            handled as IncomingCall\n")

	// This notification gets the Fallback, in case a caller waits.
	both := &voxhook.Handler{OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Record{RecordingStatusCallback: "/voice"}, voxml.Hangup{}}, nil
	}, OnRecording: func(context.Context, *voxhook.Recording) error { return nil }, Settings: voice}
	call = voxtest.Call(t, both, "/voice")
	call.StaySilent()
	call.HungUp()
	call.Clean()
	assert.True(t, call.Requests()[1].Outcome.Guard)
	assert.Contains(t, call.Transcript(), "no document is needed")
}

// A callback may return nothing when the caller has hung up: the platform runs
// no document then. While the call goes on, that is a mistake.
func TestNothingAfterTheEnd(t *testing.T) {
	quiet := voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}
	nothing := quiet.OnVerbAction(func(context.Context, voxhook.VerbAction) (voxml.Response, error) { return nil, nil })
	mux := http.NewServeMux()
	mux.Handle("/dial", voxml.Response{voxml.Dial{Action: "/nothing", Number: "+14025550111"}})
	mux.Handle("/record", voxml.Response{say("Speak."), voxml.Record{Action: "/nothing"}})
	mux.Handle("/pay", voxml.Response{say("Pay."), voxml.Pay{Action: "/nothing", ChargeAmount: "1.00"}})
	mux.Handle("/nothing", nothing)
	for _, path := range []string{"/dial", "/record", "/pay"} {
		call := voxtest.Call(t, mux, path)
		call.Now()
		call.CallerHangsUp()
		call.Clean()
		assert.Equal(t, "/nothing", call.Requests()[1].URL.Path)
		assert.Equal(t, http.StatusNoContent, call.Requests()[1].Status)
		assert.NotContains(t, strings.Join(voxtest.Explore(t, mux, path).Findings(), "\n"), "(hang-up-fails)")
	}
	call := voxtest.Call(t, mux, "/dial", voxtest.Lenient())
	assert.ErrorContains(t, call.Try(func() { call.Dials("+14025550111").Busy() }), "the callback returned neither a document nor an error")
}

// A transcript shows the stack of a panic, without parts that differ from run
// to run.
func TestStacks(t *testing.T) {
	call := voxtest.Call(t, mistakes(), "/1", voxtest.Lenient())
	err := call.Try(func() { call.Press("1") })
	assert.EqualError(t, err, "voxtest: "+call.Warnings()[0], "the new warnings")
	last := call.Requests()[len(call.Requests())-1]
	assert.Equal(t, voxhook.KindGatherResult, last.Handled)
	assert.Equal(t, http.StatusOK, last.Outcome.Status)
	assert.NoError(t, call.Try(call.CallerHangsUp))
	assert.Contains(t, call.Transcript(), "so the Fallback was sent\n            <Response>\n")

	var deep func(n int) voxml.Response
	deep = func(n int) voxml.Response {
		if n == 0 {
			panic(fmt.Sprint("too deep ", strings.Repeat("x", 1000)))
		}
		return deep(n - 1)
	}
	app := voxhook.Settings{Fallback: voxml.Response{say("Sorry.")}, ErrorLog: slog.New(slog.DiscardHandler)}.
		OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return deep(50), nil })
	call = voxtest.Call(t, app, "/voice", voxtest.Lenient())
	assert.Equal(t, 7, strings.Count(call.Transcript(), "  called by voxtest_test."))
	assert.Less(t, len(call.Transcript()), 2000)
}
