package menu_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
)

// A callbackLog is the log of the menu: a line for each callback, and errors.
// Line is called with the number of a callback, in the middle of it.
type callbackLog struct {
	slog.Handler
	lines atomic.Int32
	line  func(n int32)
}

func (l *callbackLog) Handle(_ context.Context, r slog.Record) error {
	if r.Level > slog.LevelInfo {
		return nil
	}
	if n := l.lines.Add(1); l.line != nil {
		l.line(n)
	}
	return nil
}

func (l *callbackLog) Enabled(context.Context, slog.Level) bool { return true }

// A stack is the menu as the command serves it: signed, then each webhook once.
type stack struct {
	http.Handler
	callbacks *callbackLog
	results   chan idempotency.Result
}

// newStack returns a stack that has answered the first webhook of the call c1,
// and the URL of the menu. Line is called in the callbacks that follow.
func newStack(t *testing.T, line func(n int32)) (s *stack, action string) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	s = &stack{callbacks: &callbackLog{Handler: slog.DiscardHandler}, results: make(chan idempotency.Result, 100)}
	s.Handler = &voxauth.Signed{
		Keys: []voxauth.Key{voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}, ErrorLog: quiet,
		Next: &idempotency.Handler{
			Next: menu.Routes(menu.Config{Log: slog.New(s.callbacks)}), ID: voxauth.DocumentID, Window: time.Minute, ErrorLog: quiet,
			Observe: func(_ context.Context, d idempotency.Delivery) { s.results <- d.Result },
		},
	}
	first := s.send("/voice", "CallSid=c1&CallStatus=ringing")
	require.Equal(t, 200, first.Code)
	require.Equal(t, idempotency.Ran, <-s.results)
	s.callbacks.lines.Store(0)
	s.callbacks.line = line
	return s, actionOf(t, first)
}

func (s *stack) send(target, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// actionOf returns the URL of the action in a document.
func actionOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	_, after, ok := strings.Cut(w.Body.String(), `action="`)
	require.True(t, ok, w.Body)
	action, _, _ := strings.Cut(after, `"`)
	require.Regexp(t, `\?vh=[\w-]{50}$`, action)
	return action
}

const wrongKey = "CallSid=c1&CallStatus=in-progress&Digits=7" // the menu asks again

// A replay passes Signed untouched: it is the same document with the same
// tokens. So is what other deliveries get that overlap the run.
func TestReplayIsTheSameDocument(t *testing.T) {
	for name, form := range map[string]string{
		"a menu":     wrongKey,
		"a call":     "CallSid=c1&CallStatus=in-progress&Digits=1",
		"a message":  "CallSid=c1&CallStatus=in-progress&Digits=3",
		"no URL":     "CallSid=c1&CallStatus=in-progress&Digits=2",
		"of a child": "CallSid=c1&CallStatus=in-progress&Digits=7&ParentCallSid=c0",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, action := newStack(t, func(int32) { time.Sleep(time.Second) })
				answers := make(chan *httptest.ResponseRecorder, 4)
				for range cap(answers) {
					go func() { answers <- s.send(action, form) }()
				}
				all := []*httptest.ResponseRecorder{<-answers, <-answers, <-answers, <-answers, s.send(action, form)}
				for _, w := range all {
					assert.Equal(t, 200, w.Code)
					assert.Equal(t, all[0].Body.String(), w.Body.String())
					assert.Equal(t, all[0].Header(), w.Header())
				}
				assert.EqualValues(t, 1, s.callbacks.lines.Load())
				results := map[idempotency.Result]int{}
				for range all {
					results[<-s.results]++
				}
				assert.Equal(t, map[idempotency.Result]int{idempotency.Ran: 1, idempotency.Joined: 3, idempotency.Replayed: 1}, results)
			})
		})
	}
}

// The tokens of a replayed document are good, and a genuine repeat is not a
// retry: the same key pressed again runs again.
func TestRepeatRuns(t *testing.T) {
	s, action := newStack(t, nil)
	first := s.send(action, wrongKey)
	replay := s.send(action, wrongKey)
	require.Equal(t, first.Body.String(), replay.Body.String())
	next := actionOf(t, replay)
	require.NotEqual(t, action, next)
	again := s.send(next, wrongKey)
	assert.Equal(t, 200, again.Code)
	assert.NotEqual(t, next, actionOf(t, again))
	assert.EqualValues(t, 2, s.callbacks.lines.Load())
}

// A callback that fails is not stored: its Fallback goes to that delivery, the
// retry runs, and what comes later gets the answer of the retry.
func TestRetryAfterAFailureRuns(t *testing.T) {
	s, action := newStack(t, func(n int32) {
		if n == 1 {
			panic("the database is down")
		}
	})
	assert.Contains(t, s.send(action, wrongKey).Body.String(), "something went wrong")
	retry := s.send(action, wrongKey)
	assert.Contains(t, retry.Body.String(), "For sales, press 1")
	assert.Equal(t, retry.Body.String(), s.send(action, wrongKey).Body.String())
	assert.EqualValues(t, 2, s.callbacks.lines.Load())
}

// A delivery that is refused does not get the stored answer.
func TestRefusedIsNotReplayed(t *testing.T) {
	s, action := newStack(t, nil)
	require.Equal(t, 200, s.send(action, wrongKey).Code)
	path, _, _ := strings.Cut(action, "?")
	for name, w := range map[string]*httptest.ResponseRecorder{
		"no token":     s.send(path, wrongKey),
		"another call": s.send(action, strings.Replace(wrongKey, "c1", "c2", 1)),
	} {
		assert.Equal(t, 403, w.Code, name)
		assert.NotContains(t, w.Body.String(), "vh=", name)
	}
}
