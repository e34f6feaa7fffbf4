package idempotency_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// Deliveries are shared or run as the scripts in testdata/deliveries.txt say.
func TestDeliveries(t *testing.T) {
	file, err := os.ReadFile("testdata/deliveries.txt")
	require.NoError(t, err)
	for _, text := range strings.Split(string(file), "\n== ")[1:] {
		name, lines, _ := strings.Cut(text, "\n")
		for _, store := range []*sharedStore{nil, new(sharedStore)} {
			if other := map[bool]string{true: "only store\n", false: "only memory\n"}[store == nil]; strings.HasPrefix(lines, other) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newScript(t, store, "handler id")
					for line := range strings.Lines(lines) {
						if line != "\n" {
							s.do(strings.TrimSuffix(line, "\n"))
						}
					}
				})
			})
		}
	}
}

// A script sends deliveries to a Handler, or to two that share a store.
type script struct {
	*testing.T
	store    *sharedStore
	app      *app
	timeout  time.Duration
	replicas [2]*deliverer
	begun    map[string]*delivery
	begin    time.Time
}

func newScript(t *testing.T, store *sharedStore, settings string) *script {
	s := &script{T: t, store: store, app: new(app), begun: map[string]*delivery{}, begin: time.Now()}
	s.settings(settings)
	return s
}

// A delivery runs in the background. Its answer is "panic" if the handler
// panicked.
type delivery struct {
	hangUp context.CancelFunc
	answer chan string
	after  time.Duration
}

// do executes a line.
func (s *script) do(line string) {
	s.Helper()
	what, want, _ := strings.Cut(line+" ", " = ")
	want = strings.TrimSpace(want)
	words := strings.Fields(what)
	switch {
	case words[0] == "only": // see TestDeliveries
	case words[0] == "handler":
		s.settings(line)
	case words[0] == "app":
		s.behaviour(words[1:])
	case words[0] == "sleep":
		d, err := time.ParseDuration(words[1])
		require.NoError(s, err)
		time.Sleep(d)
	case words[0] == "hang":
		s.begun[words[2]].hangUp()
	case words[0] == "crash":
		for key := range s.store.keys { // as if the process had died before Finish
			s.store.keys[key] = &sharedKey{claim: "of the dead process", expires: time.Now().Add(10 * time.Second)}
		}
	case words[0] == "runs":
		assert.Equal(s, want, fmt.Sprint(s.app.count()))
	case words[0] == "results":
		var got []string
		for _, r := range s.replicas[0].results {
			got = append(got, r.String())
		}
		slices.Sort(got)
		assert.Equal(s, want, strings.Join(got, " "))
	case strings.HasSuffix(words[0], ":"):
		s.begun[strings.TrimSuffix(words[0], ":")] = s.deliver(strings.Join(words[1:], " "))
		synctest.Wait()
	case len(words) == 1:
		want, after, timed := strings.Cut(want, " after ")
		d := s.begun[words[0]]
		assert.Equal(s, want, <-d.answer, line)
		if timed {
			took, err := time.ParseDuration(after)
			require.NoError(s, err)
			assert.InDelta(s, took, d.after, float64(time.Second/2), line)
		}
	default:
		assert.Equal(s, want, <-s.deliver(what).answer, line)
	}
}

// settings creates the Handlers.
func (s *script) settings(line string) {
	s.timeout = idempotency.DefaultTimeout
	for i := range s.replicas {
		h := &idempotency.Handler{Next: s.app, Ignore: []string{"Sent At"}}
		if s.store != nil {
			h.Store = s.store
		}
		for _, word := range strings.Fields(line)[1:] {
			name, value, _ := strings.Cut(word, "=")
			d, _ := time.ParseDuration(value)
			switch name {
			case "id":
				h.ID = documentID
			case "window":
				h.Window = d
			case "ttl":
				h.TTL = d
			case "timeout":
				h.Timeout, s.timeout = d, d
			default:
				require.Fail(s, "no such setting", word)
			}
		}
		s.replicas[i] = deliver(h)
	}
	if s.store == nil {
		s.replicas[1] = s.replicas[0]
	}
}

type keptKey struct{}

// A slowLog takes an hour for each record.
type slowLog struct{ slog.Handler }

func (slowLog) Enabled(context.Context, slog.Level) bool { return true }

func (slowLog) Handle(context.Context, slog.Record) error {
	time.Sleep(time.Hour)
	return nil
}

// behaviours lists what a run can do. The empty one says "run N".
var behaviours = []string{"", "silence", "ignore-two", "error", "nothing", "panic", "abort", "timeout", "unencodable", "ignore"}

// behaviour sets the behaviour of runs. Each run checks that its context has
// the values of its request and the deadline of the Handler.
func (s *script) behaviour(words []string) {
	takes, err := time.ParseDuration(words[0])
	require.NoError(s, err)
	words = append(words, "", "")
	s.app.settings.Timeout = -1
	switch words[2] {
	case "fallback":
		s.app.settings.Fallback = voxml.Response{voxml.Say{Text: "Sorry."}}
	case "slow-log":
		s.app.settings.ErrorLog = slog.New(slowLog{})
	default:
		require.Empty(s, words[2], "no such behaviour of the Handler inside")
	}
	require.Contains(s, behaviours, words[1], "no such behaviour of a run")
	if words[1] == "timeout" {
		s.app.settings.Timeout = voxhook.DefaultTimeout
	}
	s.app.f = func(ctx context.Context, run int) (voxml.Response, error) {
		assert.Equal(s, "kept", ctx.Value(keptKey{}))
		deadline, limited := ctx.Deadline()
		assert.Equal(s, s.timeout > 0 && idempotency.Key(ctx) != "", limited)
		assert.True(s, !limited || words[1] == "timeout" || time.Until(deadline) == s.timeout)
		time.Sleep(takes)
		switch {
		case words[1] == "silence":
			return nil, nil
		case words[1] == "ignore-two" && run <= 2:
			time.Sleep(time.Hour)
			return say(run), nil
		case run > 1:
			return say(run), nil
		}
		switch words[1] {
		case "error":
			return nil, errRun
		case "nothing":
			return nil, nil
		case "panic":
			panic("no")
		case "abort":
			panic(http.ErrAbortHandler)
		case "timeout":
			<-ctx.Done()
			return nil, ctx.Err()
		case "unencodable":
			return voxml.Response{voxml.Pause{Length: -1}}, nil
		case "ignore":
			time.Sleep(time.Hour)
			return say(run), nil
		}
		return say(run), ctx.Err()
	}
}

var forms = strings.NewReplacer("{gather}", gather, "{incoming}", incoming, "{status}", status, "{recording}", recording, "{progress}", progress)

// deliver starts a delivery.
func (s *script) deliver(webhook string) *delivery {
	replica, webhook := s.replicas[0], forms.Replace(strings.TrimPrefix(webhook, "1 "))
	if second, ok := strings.CutPrefix(webhook, "2 "); ok {
		replica, webhook = s.replicas[1], second
	}
	words := append(strings.Fields(webhook), "")
	ctx, hangUp := context.WithCancel(context.WithValue(s.Context(), keptKey{}, "kept"))
	r := request(ctx, words[1], words[2])
	r.Method = words[0]
	d := &delivery{hangUp: hangUp, answer: make(chan string, 1)}
	go func() {
		w, got := httptest.NewRecorder(), "panic"
		defer func() {
			_ = recover()
			d.after = time.Since(s.begin)
			d.answer <- got
		}()
		replica.ServeHTTP(w, r)
		got = text(w)
		assert.True(s, got == "" || w.Code != 200 || w.Header().Get("Content-Type") == "application/xml")
	}()
	return d
}
