package idempotency_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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

const ran, joined, replayed, unprotected = idempotency.Ran, idempotency.Joined, idempotency.Replayed, idempotency.Unprotected

// Deliveries that overlap are one run and get one answer. So does the next.
func TestJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deliver(&idempotency.Handler{Next: &app{f: after(time.Second, nil)}, ID: documentID})
		answers := make(chan *httptest.ResponseRecorder)
		for range 5 {
			go func() { answers <- d.send("/menu?doc=1", gather) }()
		}
		for range 5 {
			w := <-answers
			assert.Equal(t, "run 1", text(w))
			assert.Equal(t, "application/xml", w.Header().Get("Content-Type"))
		}
		assert.Equal(t, "run 1", text(d.send("/menu?doc=1", gather)))
		assert.ElementsMatch(t, []idempotency.Result{ran, joined, joined, joined, joined, replayed}, d.results)
	})
}

// Each of these runs fails. One of the deliveries that wait runs instead, and
// the rest get its answer.
func TestFailedRunIsNotShared(t *testing.T) {
	fallback := voxhook.Settings{Fallback: voxml.Response{voxml.Say{Text: "Sorry."}}, ErrorLog: silent}
	for _, tt := range []struct {
		name     string
		settings voxhook.Settings
		form     string
		fails    func(context.Context) (voxml.Response, error)
		want     string // for the delivery that failed
	}{
		{"an error", voxhook.Settings{}, gather, func(context.Context) (voxml.Response, error) { return nil, errRun }, "500"},
		{"an error, with a Fallback", fallback, gather, func(context.Context) (voxml.Response, error) { return nil, errRun }, "Sorry."},
		{"no document", fallback, gather, func(context.Context) (voxml.Response, error) { return nil, nil }, "Sorry."},
		{"an error for a notification", fallback, status, func(context.Context) (voxml.Response, error) { return nil, errRun }, "500"},
		{"a panic", fallback, gather, func(context.Context) (voxml.Response, error) { panic("no") }, "Sorry."},
		{"an abort", fallback, gather, func(context.Context) (voxml.Response, error) { panic(http.ErrAbortHandler) }, "panic"},
		{"the timeout of the callback", fallback, gather, func(ctx context.Context) (voxml.Response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "Sorry."},
		{"a document that cannot be encoded", fallback, gather, func(context.Context) (voxml.Response, error) {
			return voxml.Response{voxml.Pause{Length: -1}}, nil
		}, "Sorry."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var keys []string
				a := &app{settings: tt.settings, f: func(ctx context.Context, run int) (voxml.Response, error) {
					keys = append(keys, idempotency.Key(ctx))
					time.Sleep(time.Second)
					if run == 1 {
						return tt.fails(ctx)
					}
					return say(run), nil
				}}
				d := deliver(&idempotency.Handler{Next: a, ID: documentID})
				first := d.meanwhile("/menu?doc=1", tt.form)
				synctest.Wait()
				second, third := d.meanwhile("/menu?doc=1", tt.form), d.meanwhile("/menu?doc=1", tt.form)
				assert.Equal(t, tt.want, first())
				assert.Equal(t, "run 2", second())
				assert.Equal(t, "run 2", third())
				assert.Equal(t, "run 2", text(d.send("/menu?doc=1", tt.form)), "the answer was stored")
				require.Equal(t, 2, a.count())
				d.send("/menu?doc=2", tt.form)
				assert.Equal(t, keys[0], keys[1], "deliveries of one webhook have the same key")
				assert.NotEqual(t, keys[0], keys[2], "other webhooks have others")
			})
		})
	}
}

// A blockingLog blocks on its first record.
type blockingLog struct {
	slog.Handler
	blocked chan bool
}

func (l *blockingLog) Enabled(context.Context, slog.Level) bool { return true }

func (l *blockingLog) Handle(context.Context, slog.Record) error {
	<-l.blocked
	return nil
}

// Deliveries that wait for a run which has failed do not wait for its log.
func TestFailedRunIsBeingLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &blockingLog{blocked: make(chan bool)}
		a := &app{settings: voxhook.Settings{ErrorLog: slog.New(log)}, f: after(time.Second, errRun)}
		d := deliver(&idempotency.Handler{Next: a, ID: documentID})
		first := d.meanwhile("/menu?doc=1", gather)
		synctest.Wait()
		begin := time.Now()
		assert.Equal(t, "run 2", text(d.send("/menu?doc=1", gather)))
		assert.Equal(t, 2*time.Second, time.Since(begin))
		close(log.blocked)
		assert.Equal(t, "500", first())
	})
}

// A run does not end with its connection, and the retry gets its answer.
func TestHangUp(t *testing.T) {
	type key struct{}
	synctest.Test(t, func(t *testing.T) {
		a := &app{settings: voxhook.Settings{Timeout: -1}, f: func(ctx context.Context, run int) (voxml.Response, error) {
			assert.Equal(t, "kept", ctx.Value(key{}))
			deadline, ok := ctx.Deadline()
			assert.True(t, ok)
			assert.Equal(t, idempotency.DefaultTimeout, time.Until(deadline))
			time.Sleep(3 * time.Second)
			return say(run), ctx.Err()
		}}
		d := deliver(&idempotency.Handler{Next: a, ID: documentID})
		ctx, hangUp := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
		go serve(d, request(ctx, "/menu?doc=1", gather))
		time.Sleep(time.Second)
		hangUp()
		assert.Equal(t, "run 1", text(d.send("/menu?doc=1", gather)))
	})
}

// A delivery whose connection ends while it waits may be the last one: if the
// run fails, it runs.
func TestHangUpWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{f: after(2*time.Second, errRun)}
		d := deliver(&idempotency.Handler{Next: a})
		first := d.meanwhile("/status", status)
		time.Sleep(time.Second)
		ctx, hangUp := context.WithCancel(t.Context())
		go serve(d, request(ctx, "/status", status))
		synctest.Wait()
		hangUp()
		assert.Equal(t, "500", first())
		time.Sleep(time.Minute)
		assert.Equal(t, 2, a.count())
	})
}

// Nobody waits longer than Timeout for a run, even if it ignores its context.
func TestTimeout(t *testing.T) {
	for _, tt := range []struct {
		timeout time.Duration
		store   idempotency.Store
		want    string
		after   time.Duration
	}{
		{0, nil, "run 2", 30 * time.Second},
		{5 * time.Second, nil, "run 2", 5 * time.Second},
		{-1, nil, "run 1", time.Hour},
		{5 * time.Second, new(sharedStore), "run 2", 5 * time.Second},
		{-1, new(sharedStore), "run 1", time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := &app{f: func(_ context.Context, run int) (voxml.Response, error) {
				if run == 1 {
					time.Sleep(time.Hour)
				}
				return say(run), nil
			}}
			d := deliver(&idempotency.Handler{Next: a, ID: documentID, Timeout: tt.timeout, Store: tt.store})
			other := deliver(&idempotency.Handler{Next: a, ID: documentID, Timeout: tt.timeout, Store: tt.store})
			begin := time.Now()
			first := d.meanwhile("/menu?doc=1", gather)
			synctest.Wait()
			second := d.meanwhile("/menu?doc=1", gather)
			if tt.store != nil {
				assert.Equal(t, tt.want, text(other.send("/menu?doc=1", gather)))
			}
			assert.Equal(t, tt.want, second())
			assert.WithinDuration(t, begin.Add(tt.after), time.Now(), time.Second)
			assert.Equal(t, "run 1", first(), "late, but an answer")
			if tt.timeout >= 0 {
				assert.Equal(t, "run 2", text(d.send("/menu?doc=1", gather)), "the late answer was refused")
			}
		})
	}
}

// What counts as the same webhook, and how long.
func TestRepeat(t *testing.T) {
	const (
		same, runs = "run 1", "run 2"
		menu       = "POST /menu?doc=1 " + gather
		first      = "POST /voice " + incoming
	)
	type settings struct {
		id          func(*http.Request) (string, bool)
		window, ttl time.Duration
	}
	exact, minute := settings{id: documentID}, settings{window: time.Minute}
	for _, tt := range []struct {
		name   string
		s      settings
		first  string
		after  time.Duration
		second string
		want   string
	}{
		// A document with an ID.
		{"retry", exact, menu, time.Hour, menu, same},
		{"retry after TTL", exact, menu, 24 * time.Hour, menu, runs},
		{"a TTL of one's own", settings{id: documentID, ttl: time.Minute}, menu, time.Minute, menu, runs},
		{"the same bytes from another document", exact, menu, 0, "POST /menu?doc=2 " + gather, runs},
		{"another path", exact, menu, 0, "POST /other?doc=1 " + gather, runs},
		{"other parameters", exact, menu, 0, menu + "2", runs},
		{"one more parameter", exact, menu, 0, menu + "&X=", runs},
		{"another order", exact, menu + "&X=1", 0, "POST /menu?doc=1 X=1&" + gather, same},
		{"another order of one name", exact, menu + "&X=1&X=2", 0, menu + "&X=2&X=1", runs},
		{"the same value, other bytes", exact, menu, 0, strings.TrimSuffix(menu, "1") + "%31", runs},
		{"a boundary that moved", exact, menu + "&a=b%26", 0, menu + "&a=b&26", runs},
		{"ignored", exact, menu + "&Sent+At=1", 0, menu + "&Sent%20At=2", same},

		// None.
		{"Window zero", settings{}, first, 0, first, runs},
		{"an ID for others", exact, first, 0, first, runs},
		{"in Window", minute, first, 59 * time.Second, first, same},
		{"after Window", minute, first, time.Minute, first, runs},
		{"with an ID now", settings{documentID, time.Minute, 0}, first, 0, "POST /voice?doc=1 " + incoming, runs},
		{"the URL's own query", minute, "POST /voice?a=1 " + incoming, 0, "POST /voice?a=2 " + incoming, runs},
		{"GET, another order", minute, "GET /voice?" + gather, 0, "GET /voice?Digits=1&CallStatus=in-progress&CallSid=c1", same},
		{"GET, then POST", minute, "GET /voice?" + incoming, 0, "POST /voice?" + incoming + " " + incoming, runs},
	} {
		for _, store := range []idempotency.Store{nil, new(sharedStore)} {
			t.Run(tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := deliver(&idempotency.Handler{
						Next: new(app), Store: store, ID: tt.s.id, Window: tt.s.window, TTL: tt.s.ttl, Ignore: []string{"Sent At"},
					})
					send := func(webhook string) string {
						line := strings.Split(webhook+" ", " ")
						r := request(t.Context(), line[1], line[2])
						r.Method = line[0]
						return text(serve(d, r))
					}
					require.Equal(t, same, send(tt.first))
					time.Sleep(tt.after)
					assert.Equal(t, tt.want, send(tt.second))
				})
			})
		}
	}
}

// A notification is stored without ID and Window, whatever was sent, if its
// callback ran without error. The steps of a payment are not.
func TestNotifications(t *testing.T) {
	silence := func(context.Context, int) (voxml.Response, error) { return nil, nil }
	for _, tt := range []struct {
		name   string
		form   string
		f      func(context.Context, int) (voxml.Response, error)
		status int
		runs   int
	}{
		{"StatusChange", status, silence, 204, 1},
		{"Recording while the call goes on: the guard", recording, silence, 200, 1},
		{"a document", status, after(0, nil), 200, 1},
		{"PayProgress", progress, silence, 200, 2},
		{"a call that has ended, without a document", "CallSid=c1&CallStatus=completed&Digits=1", silence, 204, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for target, store := range map[string]idempotency.Store{"/notify": new(sharedStore), "/notify?doc=1": nil} {
				a := &app{f: tt.f}
				d := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
				first, second := d.send(target, tt.form), d.send(target, tt.form)
				assert.Equal(t, tt.status, first.Code)
				assert.Equal(t, tt.status, second.Code)
				assert.Equal(t, first.Body.String(), second.Body.String())
				assert.Equal(t, tt.runs, a.count())
			}
		})
	}

	// Those of different documents are different, even if their bytes are equal.
	d := deliver(&idempotency.Handler{Next: new(app), ID: documentID})
	for _, target := range []string{"/notify?doc=1", "/notify?doc=2", "/notify?doc=1", "/notify?doc=2", "/notify", "/notify"} {
		assert.Equal(t, 204, d.send(target, status).Code)
	}
	assert.Equal(t, []idempotency.Result{ran, ran, replayed, replayed, ran, replayed}, d.results)
}

// Two steps of a payment that are equal, byte for byte, can be two steps. Both
// run, also at the same time, and also if a plain handler answers them.
func TestPayProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		a := &app{f: after(time.Second, nil)}
		d := deliver(&idempotency.Handler{Next: a})
		first, second := d.meanwhile("/pay", progress), d.meanwhile("/pay", progress)
		first()
		second()
		assert.Equal(t, 2, a.count())
		assert.Equal(t, time.Second, time.Since(begin))
	})
	for form, want := range map[string]int{
		"CallSid=1&CallStatus=in-progress&For=security-code&Attempt=1": 3,
		"CallSid=1&CallStatus=in-progress&Digits=1&Attempt=1":          1, // a Gather with a parameter of the app's own
	} {
		runs := 0
		h := &idempotency.Handler{Next: counting(&runs), ID: always}
		for range 3 {
			serve(h, request(t.Context(), "/step", form))
		}
		assert.Equal(t, want, runs, form)
	}
}

// Other requests are passed on as they are, whether their length is known or
// not, and their bodies are not read.
func TestNotAWebhook(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, tt := range []struct {
		name           string
		method, target string
		header         http.Header
		body           string
	}{
		{"a health check", "GET", "/healthz", http.Header{}, ""},
		{"another form", "POST", "/login", form, "user=x"},
		{"an empty form", "POST", "/login", form, ""},
		{"JSON", "POST", "/api", http.Header{"Content-Type": {"application/json"}}, `{"CallSid":"c1"}`},
		{"an upload", "PUT", "/file", form, gather},
		{"a compressed form", "POST", "/voice", http.Header{"Content-Type": form["Content-Type"], "Content-Encoding": {"gzip"}}, gather},
		{"a large form", "POST", "/voice", form, gather + "&x=" + strings.Repeat("x", 256<<10)},
		{"a form with many parameters", "POST", "/voice", form, gather + strings.Repeat("&x", 1000)},
		{"a webhook", "POST", "/voice", form, gather},
	} {
		for _, unknown := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				runs := 0
				webhook := tt.name == "a webhook"
				h := &idempotency.Handler{ID: always, Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					runs++
					body, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.True(t, tt.body == string(body))
					assert.Equal(t, webhook, idempotency.Key(r.Context()) != "")
					_, direct := w.(*httptest.ResponseRecorder)
					assert.Equal(t, !webhook, direct, "the answer is not buffered")
				})}
				for range 2 {
					r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
					r.Header = tt.header.Clone()
					if unknown {
						r.ContentLength = -1
					}
					serve(h, r)
				}
				assert.Equal(t, webhook, runs == 1)
			})
		}
	}
}

// A stored answer does not get around a login that is checked inside.
func TestLoginInside(t *testing.T) {
	h := &idempotency.Handler{Window: time.Minute, Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "secret" && r.Header.Get("Cookie") != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})}
	for _, tt := range []struct {
		name, value string
		status      int
	}{
		{"Authorization", "Basic OnNlY3JldA==", 200}, {"Authorization", "", 401}, {"Authorization", "Basic OnNlY3JldA==", 200},
		{"Cookie", "a=b", 401}, {"Cookie", "secret", 200}, {"Cookie", "", 401},
	} {
		r := request(t.Context(), "/voice", gather)
		r.Header.Set(tt.name, tt.value)
		assert.Equal(t, tt.status, serve(h, r).Code, tt.name)
	}
}

// Hooks outside see the run too, and can refuse it. A refusal is not stored.
func TestHooksOfARun(t *testing.T) {
	type key struct{}
	refuse := errors.New("no")
	a := &app{f: func(ctx context.Context, run int) (voxml.Response, error) {
		assert.Equal(t, "from the hook", ctx.Value(key{}))
		assert.Len(t, idempotency.Key(ctx), 43)
		return say(run), nil
	}}
	h := &idempotency.Handler{Next: a, ID: always}
	ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{
		Event: func(ctx context.Context, _ voxhook.Event) (context.Context, error) {
			return context.WithValue(ctx, key{}, "from the hook"), refuse
		},
	})
	assert.Equal(t, 403, serve(h, request(ctx, "/voice", gather)).Code)
	refuse = nil
	assert.Equal(t, 200, serve(h, request(ctx, "/voice", gather)).Code)
	assert.Empty(t, idempotency.Key(t.Context()))
}
