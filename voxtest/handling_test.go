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
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// broken calls a menu in which each key leads to another mistake, and presses a
// key.
func broken(t testing.TB, key string) *voxtest.Phone {
	call := voxtest.Call(t, mistakes(), "/"+key)
	call.Press(key)
	return call
}

func mistakes() http.Handler {
	voice := voxhook.Settings{
		Fallback: voxml.Response{say("Please call again later.")}, ErrorLog: slog.New(slog.DiscardHandler),
	}
	bare := voice
	bare.Fallback = nil
	mux := http.NewServeMux()
	for key, menu := range map[string]*voxhook.Handler{
		"1": voice.OnGather(func(_ context.Context, input *voxhook.GatherResult) (voxml.Response, error) {
			return voxml.Response{say(offers[len(input.Digits)+2])}, nil
		}),
		"2": voice.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { return nil, nil }),
		"3": voice.OnDial(func(context.Context, *voxhook.DialResult) (voxml.Response, error) {
			return voxml.Response{say("Nobody can take your call.")}, nil
		}),
		"4": bare.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
			return nil, errors.New("the database is down")
		}),
		"5": voice.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
			return nil, errors.New("the database is down")
		}),
		"6": {OnIncomingCall: ask("6"), OnDial: ignore, Settings: voice},
		"7": voice.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { return nil, nilError() }),
		"8": {OnIncomingCall: ask("8"), Settings: voice},
		"9": voice.OnStatusChange(func(context.Context, *voxhook.StatusChange) error { return nil }),
	} {
		mux.Handle("/"+key, voice.OnIncomingCall(ask(key)))
		mux.Handle("/"+key+"/menu", menu)
	}
	return mux
}

var offers = []string{"Sales.", "Hours."}

func ask(key string) func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
	return func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{voxml.Gather{
			Action: "/" + key + "/menu", NumDigits: 1, Output: "menu", Verbs: []voxml.GatherVerb{say("Press " + key + ".")},
		}, say("Goodbye.")}, nil
	}
}

func ignore(context.Context, *voxhook.DialResult) (voxml.Response, error) {
	return voxml.Response{say("Goodbye.")}, nil
}

// A strange error has a method that panics.
type strange struct{ text string }

func (s *strange) Error() string { return s.text }

func nilError() error { return (*strange)(nil) }

// What is wrong with how a webhook was handled, although the caller hears
// something.
func TestMistakesOfHandlers(t *testing.T) {
	for _, tt := range []struct {
		key, hears, want string
		handled          voxhook.Kind
	}{
		{"1", "call again", "/1/menu: a callback panicked in voxtest_test.mistakes.func1 (handling_test.go:37): " +
			"runtime error: index out of range [3] with length 2, so the Fallback was sent", voxhook.KindGatherResult},
		{"2", "call again", "/2/menu: the callback returned neither a document nor an error, so the Fallback was sent: return an empty document to say nothing", voxhook.KindGatherResult},
		{"3", "Nobody", "/3/menu: a GatherResult was handled as a DialResult: the URL needs a Handler with OnGather", voxhook.KindDialResult},
		{"5", "call again", "/5/menu: the callback failed, so the Fallback was sent: the database is down", voxhook.KindGatherResult},
		{"6", "call again", "/6/menu: no callback for a GatherResult, so the Fallback was sent: set OnGather", voxhook.KindGatherResult},
		{"7", "call again", "/7/menu: the callback failed, so the Fallback was sent: an error whose Error method panics (*voxtest_test.strange)", voxhook.KindGatherResult},
		{"8", "Press 8", "/8/menu: a GatherResult was handled as an IncomingCall: the URL needs a Handler with OnGather", voxhook.KindIncomingCall},
	} {
		t.Run(tt.key, func(t *testing.T) {
			f := newFakeT()
			call := voxtest.Call(f, mistakes(), "/"+tt.key)
			err := call.Try(func() { call.Press(tt.key) })
			require.EqualError(t, err, "voxtest: POST http://example.com"+tt.want)
			call.Hears(tt.hears)
			assert.Equal(t, []string{"POST http://example.com" + tt.want}, call.Warnings())
			last := call.Requests()[len(call.Requests())-1]
			assert.Equal(t, tt.handled, last.Handled)
			assert.Equal(t, http.StatusOK, last.Outcome.Status)
			call.CallerHangsUp()
			f.end()
			assert.Contains(t, f.message, tt.want)
		})
	}
	voxtest.Call(t, mistakes(), "/5", voxtest.Lenient()).Press("5")
}

// An answer that is an error says why.
func TestErrorAnswersSayWhy(t *testing.T) {
	for key, want := range map[string]string{
		"4": "expected the app to hang up, but the call is over: POST http://example.com/4/menu: the app answered with status 500 Internal Server Error: the callback failed: the database is down",
		"9": "expected the app to hang up, but the call is over: POST http://example.com/9/menu: the app answered with status 204 No Content, without a document: " +
			"a GatherResult was handled as a StatusChange: the URL needs a Handler with OnGather",
	} {
		f := newFakeT()
		call := voxtest.Call(f, mistakes(), "/"+key)
		call.Press(key)
		f.failure(t, call.HungUp)
		first, _, _ := strings.Cut(f.message, "\n")
		assert.Equal(t, want, first)
	}
}

// Refusals come from the Handler and from wrappers around the mux.
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

// What is no mistake: nothing is lost.
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

	// A notification that gets the Fallback in case that a caller waits.
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

// A transcript has the stack of a panic without what differs from run to run.
func TestStacks(t *testing.T) {
	call := broken(newFakeT(), "1")
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
