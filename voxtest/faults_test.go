package voxtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
	"github.com/voxhook/voxhook/voxtest"
)

var quiet = slog.New(slog.DiscardHandler)

// mailbox takes a message.
var mailbox = app(map[string]voxml.Response{
	"/voice":    {say("Leave a message."), voxml.Record{Action: "/message", RecordingStatusCallback: "/recorded"}},
	"/message":  {say("Thank you."), voxml.Hangup{}},
	"/recorded": {},
})

func leaveMessage(p *voxtest.Phone) {
	p.Hears("Leave a message.")
	p.Record(3 * time.Second)
	p.Hears("Thank you.")
	p.HungUp()
}

// A mistake is reported even if its answer is not used.
func TestFaultsHideNoMistakes(t *testing.T) {
	n := 0
	app := voxhook.Settings{Fallback: voxml.Response{say("Sorry.")}, ErrorLog: quiet}.OnIncomingCall(
		func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			if n++; n == 2 {
				panic("twice")
			}
			return voxml.Response{say("Hello.")}, nil
		})
	call := voxtest.Call(t, app, "/voice", voxtest.Lenient(), voxtest.Faults(func(*voxtest.Request) voxtest.Fault { return voxtest.Fault{Twice: true} }))
	call.Hears("Hello.")
	require.Len(t, call.Warnings(), 1)
	assert.Contains(t, call.Warnings()[0], "POST http://example.com/voice, delivered once more: a callback panicked in ")
}

// With Concurrent, the app works on a notification and on the next webhook at
// the same time, and on both deliveries of a Fault.
func TestConcurrent(t *testing.T) {
	for _, twice := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var running, most atomic.Int32
			app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/voice" {
					most.Store(max(most.Load(), running.Add(1)))
					defer running.Add(-1)
					time.Sleep(time.Second)
				}
				if r.URL.Path == "/recorded" && !twice {
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				mailbox.ServeHTTP(w, r)
			})
			options := []voxtest.Option{voxtest.Concurrent(), voxtest.Lenient()}
			if twice {
				options = append(options, voxtest.Faults(func(r *voxtest.Request) voxtest.Fault { return voxtest.Fault{Twice: r.URL.Path == "/message"} }))
			}
			call := voxtest.Call(t, app, "/voice", options...)
			leaveMessage(call)
			if twice {
				assert.EqualValues(t, 3, most.Load())
				return
			}
			assert.EqualValues(t, 2, most.Load())
			assert.Contains(t, call.Transcript(), "/recorded, attempt 4\n", "a notification that fails is repeated")
		})
	}
}

// The same seed makes the same choices, and many seeds make all choices.
func TestDuplicates(t *testing.T) {
	transcript := func(seed uint64) string {
		call := voxtest.Call(t, mailbox, "/voice", voxtest.Duplicates(seed))
		leaveMessage(call)
		assert.Empty(t, call.Warnings())
		return call.Transcript()
	}
	all := ""
	for seed := range uint64(60) {
		first := transcript(seed)
		assert.Equal(t, first, transcript(seed))
		all += first
	}
	for _, text := range []string{"POST http://example.com/voice, delivered once more", "the answer was lost", "/voice, attempt 2", "/recorded, delivered once more"} {
		assert.True(t, strings.Contains(all, text), text)
	}
	for seed := range uint64(20) {
		leaveMessage(voxtest.Call(t, mailbox, "/voice", voxtest.Retries(0), voxtest.Duplicates(seed)))
	}
}

// The notification of each recording is delivered twice.
func ExampleFaults() {
	call := voxtest.Call(t, recorder, "/voice", voxtest.Faults(func(r *voxtest.Request) voxtest.Fault {
		return voxtest.Fault{Twice: r.Event.Kind() == voxhook.KindRecording}
	}))
	call.Record(3 * time.Second)
	call.HungUp()
	fmt.Println(len(call.Requests()))
	// Output: 3
}

// The app receives the notification of a recording and the result of the Record
// at the same time.
func ExampleConcurrent() {
	call := voxtest.Call(t, mailbox, "/voice", voxtest.Concurrent())
	call.Record(3 * time.Second)
	call.Hears("Thank you.")
	call.HungUp()
	fmt.Println(len(call.Requests()))
	// Output: 3
}

// Make the same call with a hundred different network failures.
func ExampleDuplicates() {
	for seed := range uint64(100) {
		call := voxtest.Call(t, mailbox, "/voice", voxtest.Duplicates(seed))
		call.Record(3 * time.Second)
		call.Hears("Thank you.")
		call.HungUp()
	}
	fmt.Println("passed")
	// Output: passed
}
