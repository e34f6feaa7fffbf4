package voxtest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
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

// mailbox takes a message. It counts the webhooks by their path.
func mailbox() (http.Handler, *[]string) {
	paths := &[]string{}
	docs := app(map[string]voxml.Response{"/voice": records, "/message": thanks, "/recorded": thanks})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*paths = append(*paths, strings.TrimPrefix(r.URL.Path, "/"))
		docs.ServeHTTP(w, r)
	}), paths
}

// synchronized lets one request in at a time.
func synchronized(next http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

var quiet = slog.New(slog.DiscardHandler)

var (
	records = voxml.Response{say("Leave a message."), voxml.Record{Action: "/message", RecordingStatusCallback: "/recorded"}}
	thanks  = voxml.Response{say("Thank you."), voxml.Hangup{}}
)

func leaveMessage(p *voxtest.Phone) {
	p.Hears("Leave a message.")
	p.Record(3 * time.Second)
	p.Hears("Thank you.")
	p.HungUp()
}

func TestFaults(t *testing.T) {
	notice := func(f voxtest.Fault) func(*voxtest.Request) voxtest.Fault {
		return func(r *voxtest.Request) voxtest.Fault {
			if r.Event.Kind() == voxhook.KindRecording && r.Attempt == 1 {
				return f
			}
			return voxtest.Fault{}
		}
	}
	action := func(f voxtest.Fault) func(*voxtest.Request) voxtest.Fault {
		return func(r *voxtest.Request) voxtest.Fault {
			if r.Event.Kind() == voxhook.KindRecordResult && r.Attempt == 1 {
				return f
			}
			return voxtest.Fault{}
		}
	}
	const took = 1200*time.Millisecond + 3*time.Second + 5*time.Second + 800*time.Millisecond
	for _, tt := range []struct {
		name  string
		fault func(*voxtest.Request) voxtest.Fault
		paths string
		took  time.Duration
		shows string
	}{
		{"none", notice(voxtest.Fault{}), "voice recorded message", took, ""},
		{"notification twice", notice(voxtest.Fault{Twice: true}), "voice recorded recorded message", took, "POST http://example.com/recorded, delivered once more\n"},
		{"notification lost", notice(voxtest.Fault{Drop: true}), "voice message", took, "fault: POST http://example.com/recorded is lost\n"},
		{"notification late", notice(voxtest.Fault{Delay: time.Minute}), "voice message recorded", took, ""},
		{"notification late, within the call", notice(voxtest.Fault{Delay: 500 * time.Millisecond}), "voice message recorded", took, ""},
		{"notification overtaken", notice(voxtest.Fault{After: 1}), "voice message recorded", took, ""},
		{"notification overtaken by more than there are", notice(voxtest.Fault{After: 9}), "voice message recorded", took, ""},
		{"notification whose first answer is lost", notice(voxtest.Fault{Twice: true, Drop: true}), "voice recorded recorded message", took, "the answer was lost"},
		{"answer lost", action(voxtest.Fault{Drop: true}), "voice recorded message message", took + time.Second, "the answer was lost"},
		{"action twice", action(voxtest.Fault{Twice: true}), "voice recorded message message", took, "POST http://example.com/message, delivered once more\n"},
		{"action twice, the second answer counts", action(voxtest.Fault{Twice: true, Drop: true}), "voice recorded message message", took, "the answer was lost"},
		{"action late", action(voxtest.Fault{Delay: 2 * time.Second}), "voice recorded message", took + 2*time.Second, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app, paths := mailbox()
			call := voxtest.Call(t, app, "/voice", voxtest.Faults(tt.fault))
			leaveMessage(call)
			assert.Equal(t, tt.paths, strings.Join(*paths, " "))
			assert.Equal(t, tt.took, call.Elapsed())
			assert.Contains(t, call.Transcript(), tt.shows)
			assert.Empty(t, call.Warnings(), "faults are not the app's")
		})
	}

	app, _ := mailbox()
	call := voxtest.Call(t, app, "/voice", voxtest.Retries(1), voxtest.Faults(func(*voxtest.Request) voxtest.Fault { return voxtest.Fault{Drop: true} }))
	call.Failed()
	assert.Len(t, call.Requests(), 2)
}

// A mistake in an answer that does not count is a mistake.
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

// With Concurrent, the app works on a notification and on the next webhook at the
// same time, and on both deliveries of a Fault.
func TestConcurrent(t *testing.T) {
	for _, twice := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var running, most atomic.Int32
			box, _ := mailbox()
			docs := synchronized(box)
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
				docs.ServeHTTP(w, r)
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

// The same seed makes the same choices, and all of them are made.
func TestDuplicates(t *testing.T) {
	transcript := func(seed uint64) string {
		app, _ := mailbox()
		call := voxtest.Call(t, synchronized(app), "/voice", voxtest.Duplicates(seed))
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
	app, _ := mailbox()
	for seed := range uint64(20) {
		leaveMessage(voxtest.Call(t, synchronized(app), "/voice", voxtest.Retries(0), voxtest.Duplicates(seed)))
	}
}

// Each recording is announced twice.
func ExampleFaults() {
	app := voxml.Response{voxml.Record{RecordingStatusCallback: "/recorded"}}
	call := voxtest.Call(t, app, "/voice", voxtest.Faults(func(r *voxtest.Request) voxtest.Fault {
		return voxtest.Fault{Twice: r.Event.Kind() == voxhook.KindRecording}
	}))
	call.Record(3 * time.Second)
	call.HungUp()
	fmt.Println(len(call.Requests()))
	// Output: 3
}

// The app gets the notification of a recording and the result of the Record at
// the same time.
func ExampleConcurrent() {
	app, _ := mailbox()
	call := voxtest.Call(t, synchronized(app), "/voice", voxtest.Concurrent())
	call.Record(3 * time.Second)
	call.Hears("Thank you.")
	call.HungUp()
	fmt.Println(len(call.Requests()))
	// Output: 3
}

// Many bad days of the network.
func ExampleDuplicates() {
	for seed := range uint64(100) {
		app, _ := mailbox()
		call := voxtest.Call(t, synchronized(app), "/voice", voxtest.Duplicates(seed))
		call.Record(3 * time.Second)
		call.Hears("Thank you.")
		call.HungUp()
	}
	fmt.Println("passed")
	// Output: passed
}
