// Package calltest runs the call tests of the examples a second time, on bad
// days of the network. The tests themselves do not change.
package calltest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxtest"
)

// seeds is how many bad days each test has.
const seeds = 20

// The test that calls Duplicates, and the wrappers that it runs tests with.
const (
	duplicates = "TestDuplicates/"
	signed     = duplicates + "signed/"
	once       = duplicates + "once/"
)

// Duplicates runs tests again with voxtest.Duplicates: with signed URLs only,
// and with each webhook once. It must be called by TestDuplicates. It fails if a
// test in the file is not in tests.
func Duplicates(t *testing.T, file string, tests map[string]func(*testing.T)) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inFile := regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(text, -1)
	for _, name := range inFile {
		if tests[string(name[1])] == nil {
			t.Errorf("%s is not run with duplicates", name[1])
		}
	}
	if len(inFile) != len(tests) {
		t.Errorf("%s has %d tests, of %d", file, len(inFile), len(tests))
	}
	for _, wrapper := range []string{signed, once} {
		for seed := range seeds {
			for name, test := range tests {
				t.Run(fmt.Sprint(strings.TrimPrefix(wrapper, duplicates), seed, "/", name), test)
			}
		}
	}
}

// Repeated reports whether t is run by Duplicates.
func Repeated(t *testing.T) bool { return strings.HasPrefix(t.Name(), duplicates) }

// Call calls an app with signed URLs at the first of its entries. If t is run by
// [Duplicates], webhooks are repeated. When the test ends, it fails if an
// idempotency.Handler around the app ran a callback twice for a webhook, and if
// somebody else could have sent the webhooks of the call.
func Call(t *testing.T, app http.Handler, entries []string, options ...voxtest.Option) *voxtest.Phone {
	t.Helper()
	return CallThrough(t, func(door http.Handler) http.Handler { return door }, app, entries, options...)
}

// CallThrough is Call with something between the platform and the signed URLs.
func CallThrough(t *testing.T, between func(door http.Handler) http.Handler, app http.Handler, entries []string,
	options ...voxtest.Option) *voxtest.Phone {
	t.Helper()
	var seed uint64
	if Repeated(t) {
		if _, err := fmt.Sscanf(strings.Split(t.Name(), "/")[2], "%d", &seed); err != nil {
			t.Fatal(err)
		}
		options = append(options, voxtest.Duplicates(seed))
	}
	door := &voxauth.Signed{
		Next: app, Keys: []voxauth.Key{voxauth.NewKey()}, ErrorLog: slog.New(slog.DiscardHandler),
		Entry: map[string]voxauth.Check{},
	}
	for _, path := range entries {
		door.Entry[path] = voxauth.Open
	}
	var runs counter
	if isOnce(t) {
		door.Next = &idempotency.Handler{Next: runs.around(app), ID: voxauth.DocumentID, Window: time.Minute}
	}
	call := voxtest.Call(t, between(door), entries[0], options...)
	t.Cleanup(func() {
		if isOnce(t) {
			runs.check(t, len(Webhooks(call)))
		}
		call.Unforgeable()
	})
	return call
}

func isOnce(t *testing.T) bool { return strings.HasPrefix(t.Name(), once) }

// Runs returns how many callbacks the webhooks of a call must have had.
func Runs(t *testing.T, call *voxtest.Phone) int {
	if isOnce(t) {
		return len(Webhooks(call))
	}
	return len(call.Events())
}

// Webhooks returns the events that the app was sent, without those that were
// only sent again. The URLs must be signed: a genuine repeat has another URL.
func Webhooks(call *voxtest.Phone) []voxhook.Event {
	seen := map[string]bool{}
	var events []voxhook.Event
	for _, r := range call.Requests() {
		if key := r.Method + " " + r.URL.String() + " " + r.Form.Encode(); !seen[key] {
			seen[key] = true
			events = append(events, r.Event)
		}
	}
	return events
}

// Golden is call.Golden, except if webhooks are repeated: a transcript shows
// that.
func Golden(t *testing.T, call *voxtest.Phone, file string) {
	t.Helper()
	if !Repeated(t) {
		call.Golden(file)
	}
}

// A counter counts callbacks.
type counter struct {
	mu   sync.Mutex
	runs map[string]int // by the key of the webhook
}

func (c *counter) around(next http.Handler) http.Handler {
	c.runs = map[string]int{}
	hooks := &voxhook.Hooks{Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.runs[idempotency.Key(ctx)]++
		return ctx, nil
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(voxhook.WithHooks(r.Context(), hooks)))
	})
}

// check fails the test unless each of so many webhooks had one callback.
func (c *counter) check(t *testing.T, webhooks int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, n := range c.runs {
		if n != 1 || key == "" {
			t.Errorf("the callback of webhook %q ran %d times", key, n)
		}
	}
	if len(c.runs) != webhooks {
		t.Errorf("%d webhooks had a callback, of %d", len(c.runs), webhooks)
	}
}
