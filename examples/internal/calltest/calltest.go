// Package calltest tests the examples: it makes calls on every platform and
// over bad networks, and sends single webhooks from a file.
package calltest

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// seeds is the number of bad networks for each call.
const seeds = 20

// An App returns a new app, which logs one line for each callback.
type App func(log *slog.Logger) http.Handler

// A Dial calls the app.
type Dial func(options ...voxtest.Option) *voxtest.Phone

// Run makes calls to a signed app: on each platform, and with
// voxtest.Duplicates, with and without an idempotency.Handler. The paths in
// entries need no token; calls begin at the first one. Run checks that no
// webhook of a call could be forged, that each webhook ran once with the
// idempotency.Handler, and that the log contains none of the private texts.
func Run(t *testing.T, app App, entries, private []string, calls map[string]func(t *testing.T, dial Dial)) {
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			voxtest.Platforms(t, func(t *testing.T, dial voxtest.Dialer) {
				call(t, func(options ...voxtest.Option) *voxtest.Phone {
					door, log := signed(app, entries)
					phone := dial(door, entries[0], options...)
					t.Cleanup(func() {
						phone.Unforgeable()
						isPrivate(t, log, private)
					})
					return phone
				})
			})
			for seed := range uint64(seeds) {
				for _, once := range []bool{false, true} {
					t.Run(fmt.Sprintf("duplicates/%d/%v", seed, once), func(t *testing.T) {
						call(t, func(options ...voxtest.Option) *voxtest.Phone {
							door, log := signed(app, entries)
							if once {
								door.Next = &idempotency.Handler{Next: door.Next, ID: voxauth.DocumentID, Window: time.Minute}
							}
							phone := voxtest.Call(t, door, entries[0], append(options, voxtest.Duplicates(seed))...)
							t.Cleanup(func() {
								isPrivate(t, log, private)
								assert.Equal(t, runs(phone, once), strings.Count(log.String(), "\n"), "the log must have one line for each run of a callback:\n%s", log)
								phone.Unforgeable() // last, because its requests are logged
							})
							return phone
						})
					})
				}
			}
		})
	}
}

// Documented reports whether the platform works as documented. Only then can a
// transcript be compared with a file.
func Documented(t *testing.T) bool { return strings.HasSuffix(t.Name(), "/as_documented") }

func signed(app App, entries []string) (*voxauth.Signed, *Log) {
	log := &Log{}
	door := &voxauth.Signed{
		Next: app(slog.New(slog.NewTextHandler(log, nil))), Keys: []voxauth.Key{voxauth.NewKey()},
		Entry: map[string]voxauth.Check{}, ErrorLog: slog.New(slog.DiscardHandler),
	}
	for _, path := range entries {
		door.Entry[path] = voxauth.Open
	}
	return door, log
}

func isPrivate(t *testing.T, log *Log, private []string) {
	t.Helper()
	for _, text := range private {
		assert.NotContains(t, log.String(), text)
	}
}

// runs returns how many callbacks must have run in a call. The URLs are signed,
// so a request with the same URL and form is a retry.
func runs(call *voxtest.Phone, once bool) int {
	webhooks := map[string]bool{}
	for _, r := range call.Requests() {
		webhooks[r.Method+" "+r.URL.String()+" "+r.Form.Encode()] = true
	}
	if once {
		return len(webhooks)
	}
	return len(call.Requests())
}

// A Log holds the log of an app.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns the log.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Webhooks sends single webhooks to an app and compares the answers and the log
// with a file, which -update rewrites:
//
//	# The name of the webhook
//	POST /voice/menu CallSid=c1&Digits=2
//	200 <Response>…
//	log level=INFO …
//
// A webhook that succeeds by POST must get the same answer by GET. The path may
// begin with a user and password, as in voice:secret@/voice.
func Webhooks(t *testing.T, app App, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var played strings.Builder
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			played.WriteString(line)
		}
		if len(words) == 0 || !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut}, words[0]) {
			continue
		}
		form := strings.Join(words[2:], " ")
		answer := send(app, words[0], words[1], form)
		if words[0] == http.MethodPost && answer[0] == '2' {
			assert.Equal(t, answer, send(app, http.MethodGet, words[1], form), line)
		}
		played.WriteString(line + answer)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(played.String()), 0o644))
		return
	}
	assert.Equal(t, string(text), played.String())
}

// send sends a webhook and returns the answer and the log.
func send(app App, method, target, form string) string {
	login, target, ok := strings.Cut("@"+target, "@/")
	if !ok {
		panic("no path in " + target)
	}
	r := httptest.NewRequest(method, "/"+target, strings.NewReader(form))
	if method == http.MethodGet {
		r = httptest.NewRequest(method, "/"+target+"?"+form, nil)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user, password, ok := strings.Cut(strings.TrimPrefix(login, "@"), ":"); ok {
		r.SetBasicAuth(user, password)
	}
	log, w := &Log{}, httptest.NewRecorder()
	app(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{ReplaceAttr: withoutTimes}))).ServeHTTP(w, r)
	answer := strings.TrimSpace(fmt.Sprintf("%d %s", w.Code, w.Body)) + "\n"
	if challenge := w.Header().Get("WWW-Authenticate"); challenge != "" {
		answer += "WWW-Authenticate: " + challenge + "\n"
	}
	for line := range strings.Lines(log.String()) {
		answer += "log " + line
	}
	return answer
}

func withoutTimes(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "took" {
		return slog.Attr{}
	}
	return a
}

// DefaultLog captures the default log until the test ends.
func DefaultLog(t *testing.T) *Log {
	t.Helper()
	log, before := &Log{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return log
}
