package voxtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

// night is an office with opening hours that forgets its callers after a
// minute.
func night() http.Handler {
	var asked time.Time
	voice := voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler)}
	mux := http.NewServeMux()
	mux.Handle("/voice", voice.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		if h := time.Now().UTC().Hour(); h < 8 || h >= 18 {
			return voxml.Response{voxml.Say{Text: "We are closed."}, voxml.Hangup{}}, nil
		}
		asked = time.Now()
		return voxml.Response{voxml.Gather{Action: "/order", ActionOnEmptyResult: true, Timeout: 2 * time.Minute, Verbs: []voxml.GatherVerb{
			voxml.Say{Text: "Your order number?"},
		}}}, nil
	}))
	mux.Handle("/order", voice.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		if time.Since(asked) > time.Minute {
			return voxml.Response{voxml.Say{Text: "That took too long."}}, nil
		}
		time.Sleep(3 * time.Second) // the lookup takes time
		return voxml.Response{voxml.Say{Text: "It is on its way."}}, nil
	}))
	return mux
}

func TestInRealTime(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sleep time.Duration // after midnight
		call  func(*voxtest.Phone)
		took  time.Duration
	}{
		{"at night", 23 * time.Hour, func(p *voxtest.Phone) { p.Hears("We are closed.") }, 1200 * time.Millisecond},
		{"by day, a slow handler takes time", 9 * time.Hour, func(p *voxtest.Phone) { p.Press("12#"); p.Hears("It is on its way.") },
			3*time.Second + 2*time.Second},
		{"the caller waits for too long", 9 * time.Hour,
			func(p *voxtest.Phone) { p.Wait(61 * time.Second); p.Press("12#"); p.Hears("That took too long.") }, 61*time.Second + 1600*time.Millisecond},
		{"in the middle of a prompt", 9 * time.Hour,
			func(p *voxtest.Phone) { p.Interrupt("Your order", "12#"); p.Hears("It is on its way.") }, 5*time.Second + 800*time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(tt.sleep)
				began := time.Now()
				call := voxtest.Call(t, night(), "/voice", voxtest.InRealTime())
				tt.call(call)
				call.HungUp()
				assert.Equal(t, tt.took, call.Elapsed())
				assert.Equal(t, tt.took, time.Since(began), "the time of the bubble")
			})
		})
	}
	assert.Equal(t, "voxtest: InRealTime needs a bubble of testing/synctest: make the call inside synctest.Test",
		failure(t, func(t testing.TB) { voxtest.Call(t, night(), "/voice", voxtest.InRealTime()) }))
}

// slow returns an app whose first callback takes a minute and then calls then,
// and the largest number of callbacks that ran at once.
func slow(then func()) (app http.Handler, most *atomic.Int32) {
	var runs, running atomic.Int32
	most = &atomic.Int32{}
	return voxhook.Settings{ErrorLog: slog.New(slog.DiscardHandler), Timeout: -1}.OnIncomingCall(
		func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			if runs.Add(1) == 1 {
				time.Sleep(time.Minute)
				then()
			}
			return voxml.Response{voxml.Say{Text: "Hello."}}, nil
		}), most
}

// If the app is too slow, its answer is dropped, and the request is repeated
// while the first one still runs.
func TestTimeout(t *testing.T) {
	for _, real := range []bool{false, true} { // with the time of the call, then with that of the bubble
		synctest.Test(t, func(t *testing.T) {
			app, most := slow(func() {})
			options := []voxtest.Option{voxtest.Timeout(5 * time.Second), voxtest.Lenient()}
			if real {
				options = append(options, voxtest.InRealTime())
			}
			call := voxtest.Call(t, app, "/voice", options...)
			assert.Equal(t, 6*time.Second, call.Elapsed())
			call.Hears("Hello.")
			call.HungUp()
			assert.EqualValues(t, 2, most.Load(), "callbacks at the same time")
			assert.Equal(t, []string{"POST http://example.com/voice: no answer within 5s"}, call.Warnings())
			assert.Len(t, call.Requests(), 2)
		})
	}
}

// A callback that panics after its answer was given up is reported at the end.
func TestLatePanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, _ := slow(func() { panic("late") })
		message := failure(t, func(t testing.TB) {
			call := voxtest.Call(t, app, "/voice", voxtest.Timeout(5*time.Second))
			call.HungUp()
			assert.NotContains(t, call.Transcript(), "panicked")
		})
		assert.Contains(t, message, "a callback panicked in voxtest_test.TestLatePanic.func1.1 (clock_test.go:")
	})
}

// Without a Handler, a panic of the app reaches the test, even from another
// goroutine.
func TestPanicsPassThrough(t *testing.T) {
	bug := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") })
	assert.PanicsWithValue(t, "a bug", func() { voxtest.Call(t, bug, "/voice") })
	func() {
		defer func() { assert.Contains(t, recover(), "a bug\n\n") }()
		voxtest.Call(t, bug, "/voice", voxtest.Timeout(time.Hour))
	}()
	aborts := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for _, options := range [][]voxtest.Option{nil, {voxtest.Timeout(time.Hour)}} {
		call := voxtest.Call(t, aborts, "/voice", append(options, voxtest.Retries(0))...)
		call.Failed()
		assert.Equal(t, []string{"POST http://example.com/voice: no answer: the handler aborted the request"}, call.Warnings())
	}
}

// Set the time in webhooks.
func ExampleAt() {
	app := voxml.Response{voxml.Hangup{}}
	call := voxtest.Call(t, app, "/voice", voxtest.Outbound("/status"), voxtest.At(time.Date(2031, 3, 9, 23, 30, 0, 0, time.UTC)))
	call.HungUp()
	fmt.Println(voxtest.Last[*voxhook.StatusChange](call).Timestamp.Format(time.DateTime))
	// Output: 2031-03-09 23:30:00
}

// Call a menu at night.
func ExampleInRealTime() {
	testNight := func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(23 * time.Hour)
			call := voxtest.Call(t, night(), "/voice", voxtest.InRealTime())
			call.Hears("We are closed.")
			call.HungUp()
		})
	}
	_ = testNight // func TestNight
}

// The app hangs once, and the platform repeats the request.
func ExampleTimeout() {
	again := make(chan struct{})
	var requests atomic.Int32
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 1 {
			<-again
		} else {
			defer close(again)
		}
		voxml.Response{voxml.Say{Text: "Hello."}}.ServeHTTP(w, r)
	})
	call := voxtest.Call(t, app, "/voice", voxtest.Timeout(time.Second/10), voxtest.Lenient())
	call.Hears("Hello.")
	fmt.Println(call.Warnings())
	// Output: [POST http://example.com/voice: no answer within 100ms]
}
