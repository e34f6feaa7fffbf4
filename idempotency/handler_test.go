package idempotency_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// Forms of webhooks.
const (
	gather    = "CallSid=c1&CallStatus=in-progress&Digits=1"
	incoming  = "CallSid=c1&CallStatus=ringing"
	status    = "CallSid=c1&CallStatus=completed&CallDuration=3"
	recording = "CallSid=c1&CallStatus=in-progress&RecordingStatus=completed"
	progress  = "CallSid=c1&CallStatus=in-progress&ErrorType=input-timeout"
)

// An app is a program whose callback is f, or one that counts if f is nil.
type app struct {
	mu   sync.Mutex
	runs int

	f        func(ctx context.Context, run int) (voxml.Response, error)
	settings voxhook.Settings
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	settings := a.settings
	if settings.ErrorLog == nil {
		settings.ErrorLog = silent
	}
	settings.OnEvent(a.answer).ServeHTTP(w, r)
}

func (a *app) answer(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
	a.mu.Lock()
	a.runs++
	run := a.runs
	a.mu.Unlock()
	if a.f != nil {
		return a.f(ctx, run)
	}
	if !ev.Kind().WantsDocument() {
		return nil, nil
	}
	return say(run), nil
}

// count returns how many runs began.
func (a *app) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.runs
}

// say returns a document that names the run which made it.
func say(run int) voxml.Response {
	return voxml.Response{voxml.Say{Text: "run " + string(rune('0'+run))}}
}

// A deliverer delivers webhooks to a Handler.
type deliverer struct {
	http.Handler
	mu      sync.Mutex
	results []idempotency.Result
}

func deliver(h *idempotency.Handler) *deliverer {
	if h.ErrorLog == nil {
		h.ErrorLog = silent
	}
	d := &deliverer{Handler: withDocument(h)}
	h.Observe = func(_ context.Context, delivery idempotency.Delivery) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.results = append(d.results, delivery.Result)
	}
	return d
}

// send delivers a webhook and returns the answer.
func (d *deliverer) send(target, form string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, request(context.Background(), target, form))
	return w
}

// meanwhile delivers a webhook in another goroutine. The function that it
// returns waits for the answer, which is nil if the handler panicked.
func (d *deliverer) meanwhile(target, form string) func() *httptest.ResponseRecorder {
	answer := make(chan *httptest.ResponseRecorder, 1)
	go func() {
		w := httptest.NewRecorder()
		defer func() {
			if recover() != nil {
				w = nil
			}
			answer <- w
		}()
		d.ServeHTTP(w, request(context.Background(), target, form))
	}()
	return func() *httptest.ResponseRecorder { return <-answer }
}

// Deliveries that overlap are one run and get one answer. So does the next.
func TestJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{f: func(ctx context.Context, run int) (voxml.Response, error) {
			time.Sleep(time.Second)
			return say(run), nil
		}}
		d := deliver(&idempotency.Handler{Next: a, ID: documentID})
		waits := []func() *httptest.ResponseRecorder{}
		for range 5 {
			waits = append(waits, d.meanwhile("/menu?doc=1", gather))
		}
		for _, wait := range waits {
			w := wait()
			assert.Equal(t, 200, w.Code)
			assert.Equal(t, "application/xml", w.Header().Get("Content-Type"))
			assert.Contains(t, w.Body.String(), "run 1")
		}
		assert.Contains(t, d.send("/menu?doc=1", gather).Body.String(), "run 1")
		assert.ElementsMatch(t, []idempotency.Result{
			idempotency.Ran, idempotency.Joined, idempotency.Joined, idempotency.Joined, idempotency.Joined, idempotency.Replayed,
		}, d.results)
	})
}

// Each of these runs fails. One of the deliveries that wait runs instead, and
// the rest get its answer.
func TestFailedRunIsNotShared(t *testing.T) {
	fallback := voxhook.Settings{Fallback: voxml.Response{voxml.Say{Text: "Sorry."}}, ErrorLog: silent}
	failed := func(err error) func(context.Context) (voxml.Response, error) {
		return func(context.Context) (voxml.Response, error) { return nil, err }
	}
	tests := []struct {
		name     string
		settings voxhook.Settings
		form     string
		fails    func(context.Context) (voxml.Response, error)
		status   int // of the delivery that failed; zero if it was aborted
	}{
		{"an error", voxhook.Settings{}, gather, failed(errors.New("no")), 500},
		{"an error, with a Fallback", fallback, gather, failed(errors.New("no")), 200},
		{"no document", fallback, gather, failed(nil), 200},
		{"an error for a notification", fallback, status, failed(errors.New("no")), 500},
		{"a panic", fallback, gather, func(context.Context) (voxml.Response, error) { panic("no") }, 200},
		{"an abort", fallback, gather, func(context.Context) (voxml.Response, error) { panic(http.ErrAbortHandler) }, 0},
		{"the timeout of the callback", fallback, gather, func(ctx context.Context) (voxml.Response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, 200},
		{"a document that cannot be encoded", fallback, gather, func(context.Context) (voxml.Response, error) {
			return voxml.Response{voxml.Pause{Length: -1}}, nil
		}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &app{settings: tt.settings, f: func(ctx context.Context, run int) (voxml.Response, error) {
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
				if w := first(); tt.status == 0 {
					assert.Nil(t, w)
				} else {
					require.NotNil(t, w)
					assert.Equal(t, tt.status, w.Code)
					assert.NotContains(t, w.Body.String(), "run")
				}
				assert.Contains(t, second().Body.String(), "run 2")
				assert.Contains(t, third().Body.String(), "run 2")
				assert.Contains(t, d.send("/menu?doc=1", tt.form).Body.String(), "run 2", "the answer was stored")
				assert.Equal(t, 2, a.count())
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
		a := &app{settings: voxhook.Settings{ErrorLog: slog.New(log)}}
		a.f = func(_ context.Context, run int) (voxml.Response, error) {
			time.Sleep(time.Second)
			if run == 1 {
				return nil, errors.New("no")
			}
			return say(run), nil
		}
		d := deliver(&idempotency.Handler{Next: a, ID: documentID})
		first := d.meanwhile("/menu?doc=1", gather)
		synctest.Wait()
		begin := time.Now()
		assert.Contains(t, d.send("/menu?doc=1", gather).Body.String(), "run 2")
		assert.Equal(t, 2*time.Second, time.Since(begin))
		close(log.blocked)
		assert.Equal(t, 500, first().Code)
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
		go d.ServeHTTP(httptest.NewRecorder(), request(ctx, "/menu?doc=1", gather))
		time.Sleep(time.Second)
		hangUp()
		assert.Contains(t, d.send("/menu?doc=1", gather).Body.String(), "run 1")
		assert.Equal(t, 1, a.count())
	})
}

// A delivery whose connection ends while it waits may be the last one: if the
// run fails, it runs.
func TestHangUpWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{f: func(_ context.Context, run int) (voxml.Response, error) {
			time.Sleep(2 * time.Second)
			if run == 1 {
				return nil, errors.New("no")
			}
			return nil, nil
		}}
		d := deliver(&idempotency.Handler{Next: a})
		first := d.meanwhile("/status", status)
		time.Sleep(time.Second)
		ctx, hangUp := context.WithCancel(t.Context())
		go d.ServeHTTP(httptest.NewRecorder(), request(ctx, "/status", status))
		synctest.Wait()
		hangUp()
		assert.Equal(t, 500, first().Code)
		time.Sleep(time.Minute)
		assert.Equal(t, 2, a.count())
	})
}

// Nobody waits longer than Timeout for a run, even if it ignores its context.
func TestTimeout(t *testing.T) {
	tests := []struct {
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
	}
	for _, tt := range tests {
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
				third := other.meanwhile("/menu?doc=1", gather)
				assert.Contains(t, third().Body.String(), tt.want)
			}
			assert.Contains(t, second().Body.String(), tt.want)
			assert.WithinDuration(t, begin.Add(tt.after), time.Now(), time.Second)
			assert.Contains(t, first().Body.String(), "run 1", "late, but an answer")
			if tt.timeout >= 0 {
				assert.Contains(t, d.send("/menu?doc=1", gather).Body.String(), "run 2", "the late answer was refused")
			}
		})
	}
}

// What counts as the same webhook, and how long.
func TestRepeat(t *testing.T) {
	const same, runs = "run 1", "run 2"
	tests := []struct {
		name           string
		h              *idempotency.Handler
		target, form   string
		after          time.Duration
		target2, form2 string // "" for the same
		want           string
	}{
		// A document with an ID.
		{"retry", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, time.Hour, "", "", same},
		{"retry after TTL", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, 24 * time.Hour, "", "", runs},
		{"a TTL of one's own", &idempotency.Handler{ID: documentID, TTL: time.Minute}, "/menu?doc=1", gather, time.Minute, "", "", runs},
		{"the same bytes from another document", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, 0, "/menu?doc=2", "", runs},
		{"another path", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, 0, "/other?doc=1", "", runs},
		{"other parameters", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, 0, "", gather + "2", runs},
		{"one more parameter", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, 0, "", gather + "&X=", runs},
		{"another order", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather + "&X=1", 0, "", "X=1&" + gather, same},
		{"another order of one name", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather + "&X=1&X=2", 0, "", gather + "&X=2&X=1", runs},
		{"the same value, other bytes", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather, 0, "", strings.Replace(gather, "=1", "=%31", 1), runs},
		{"a boundary that moved", &idempotency.Handler{ID: documentID}, "/menu?doc=1", gather + "&a=b%26", 0, "", gather + "&a=b&26", runs},
		{"ignored", &idempotency.Handler{ID: documentID, Ignore: []string{"Sent At"}}, "/menu?doc=1", gather + "&Sent+At=1", 0, "", gather + "&Sent%20At=2", same},

		// None.
		{"Window zero", &idempotency.Handler{}, "/voice", incoming, 0, "", "", runs},
		{"an ID for others", &idempotency.Handler{ID: documentID}, "/voice", incoming, 0, "", "", runs},
		{"in Window", &idempotency.Handler{Window: time.Minute}, "/voice", incoming, 59 * time.Second, "", "", same},
		{"after Window", &idempotency.Handler{Window: time.Minute}, "/voice", incoming, time.Minute, "", "", runs},
		{"with an ID now", &idempotency.Handler{ID: documentID, Window: time.Minute}, "/voice", incoming, 0, "/voice?doc=1", "", runs},
		{"the URL's own query", &idempotency.Handler{Window: time.Minute}, "/voice?a=1", incoming, 0, "/voice?a=2", "", runs},
	}
	for _, tt := range tests {
		for _, store := range []idempotency.Store{nil, new(sharedStore)} {
			t.Run(tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := &idempotency.Handler{
						Next: new(app), Store: store,
						ID: tt.h.ID, Window: tt.h.Window, TTL: tt.h.TTL, Ignore: tt.h.Ignore,
					}
					d := deliver(h)
					require.Contains(t, d.send(tt.target, tt.form).Body.String(), same)
					time.Sleep(tt.after)
					if tt.target2 == "" {
						tt.target2 = tt.target
					}
					if tt.form2 == "" {
						tt.form2 = tt.form
					}
					assert.Contains(t, d.send(tt.target2, tt.form2).Body.String(), tt.want)
				})
			})
		}
	}
}

// On a GET all parameters are in the query, in any order.
func TestGet(t *testing.T) {
	d := deliver(&idempotency.Handler{Next: new(app), Window: time.Minute})
	for query, want := range map[string]string{gather: "run 1", "Digits=1&CallStatus=in-progress&CallSid=c1": "run 1"} {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/menu?"+query, nil))
		assert.Contains(t, w.Body.String(), want)
	}
	assert.Contains(t, d.send("/menu", gather).Body.String(), "run 2", "a POST is another webhook")
}

// A notification is stored without ID and Window, whatever was sent, if its
// callback ran without error. The steps of a payment are not.
func TestNotifications(t *testing.T) {
	silence := func(context.Context, int) (voxml.Response, error) { return nil, nil }
	tests := []struct {
		name   string
		form   string
		f      func(context.Context, int) (voxml.Response, error)
		status int
		runs   int
	}{
		{"StatusChange", status, silence, 204, 1},
		{"Recording while the call goes on: the guard", recording, silence, 200, 1},
		{"a document", status, func(_ context.Context, run int) (voxml.Response, error) { return say(run), nil }, 200, 1},
		{"PayProgress", progress, silence, 200, 2},
		{"a call that has ended, without a document", "CallSid=c1&CallStatus=completed&Digits=1", silence, 204, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, target := range []string{"/notify", "/notify?doc=1"} {
				a := &app{f: tt.f}
				d := deliver(&idempotency.Handler{Next: a, ID: documentID})
				if target == "/notify" {
					d = deliver(&idempotency.Handler{Next: a, Store: new(sharedStore)})
				}
				first, second := d.send(target, tt.form), d.send(target, tt.form)
				assert.Equal(t, tt.status, first.Code)
				assert.Equal(t, tt.status, second.Code)
				assert.Equal(t, first.Body.String(), second.Body.String())
				assert.Equal(t, tt.runs, a.count())
			}
		})
	}
}

// Notifications of different documents are different webhooks even if their
// bytes are equal.
func TestNotificationsOfDocuments(t *testing.T) {
	a := &app{}
	d := deliver(&idempotency.Handler{Next: a, ID: documentID})
	for _, target := range []string{"/notify?doc=1", "/notify?doc=2", "/notify?doc=1", "/notify?doc=2", "/notify", "/notify"} {
		assert.Equal(t, 204, d.send(target, status).Code)
	}
	ran, replayed := idempotency.Ran, idempotency.Replayed
	assert.Equal(t, []idempotency.Result{ran, ran, replayed, replayed, ran, replayed}, d.results)
	assert.Equal(t, 3, a.count())
}

// Two steps of a payment that overlap both run, and neither waits.
func TestPayProgressIsNotJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		a := &app{f: func(context.Context, int) (voxml.Response, error) {
			time.Sleep(time.Second)
			return nil, nil
		}}
		d := deliver(&idempotency.Handler{Next: a})
		first, second := d.meanwhile("/pay", progress), d.meanwhile("/pay", progress)
		first()
		second()
		assert.Equal(t, 2, a.count())
		assert.Equal(t, time.Second, time.Since(begin))
	})
}

// Other requests are passed on as they are, and their bodies are not read.
func TestNotAWebhook(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	tests := []struct {
		name           string
		method, target string
		header         http.Header
		body           string
	}{
		{"a health check", "GET", "/healthz", nil, ""},
		{"another form", "POST", "/login", form, "user=x"},
		{"JSON", "POST", "/api", http.Header{"Content-Type": {"application/json"}}, `{"CallSid":"c1"}`},
		{"an upload", "PUT", "/file", form, gather},
		{"a compressed form", "POST", "/voice", http.Header{"Content-Type": form["Content-Type"], "Content-Encoding": {"gzip"}}, gather},
		{"a large form", "POST", "/voice", form, gather + "&x=" + strings.Repeat("x", 256<<10)},
		{"a form with many parameters", "POST", "/voice", form, gather + strings.Repeat("&x", 1000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			runs := 0
			h := &idempotency.Handler{ID: always, Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				runs++
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, tt.body, string(body))
				assert.Empty(t, idempotency.Key(r.Context()))
				assert.IsType(t, &httptest.ResponseRecorder{}, w, "the answer is not buffered")
			})}
			for range 2 {
				r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
				r.Header = tt.header.Clone()
				if r.Header == nil {
					r.Header = http.Header{}
				}
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
			assert.Equal(t, 2, runs)
		})
	}
}

// Deliveries of one webhook have the same key, other webhooks have others.
func TestKey(t *testing.T) {
	var keys []string
	a := &app{f: func(ctx context.Context, _ int) (voxml.Response, error) {
		keys = append(keys, idempotency.Key(ctx))
		return nil, errors.New("again")
	}}
	d := deliver(&idempotency.Handler{Next: a, ID: documentID})
	d.send("/menu?doc=1", gather)
	d.send("/menu?doc=1", gather)
	d.send("/menu?doc=2", gather)
	require.Len(t, keys, 3)
	assert.Len(t, keys[0], 43)
	assert.Equal(t, keys[0], keys[1])
	assert.NotEqual(t, keys[0], keys[2])
	assert.Empty(t, idempotency.Key(t.Context()))
}

// Many deliveries of many webhooks at once: each runs once. Run with -race.
func TestConcurrently(t *testing.T) {
	var mu sync.Mutex
	runs := map[string]int{}
	a := &app{f: func(ctx context.Context, _ int) (voxml.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		runs[voxhook.EventFrom(ctx).Webhook().CallSid]++
		return voxml.Response{voxml.Hangup{}}, nil
	}}
	for _, store := range []idempotency.Store{nil, new(sharedStore)} {
		clear(runs)
		d := deliver(&idempotency.Handler{Next: a, ID: documentID, Store: store})
		var group sync.WaitGroup
		for worker := range 8 {
			group.Go(func() {
				for n := range 200 {
					form := "CallSid=" + string(rune('a'+(n*7+worker)%50)) + "&Digits=1"
					assert.Equal(t, 200, d.send("/menu?doc=1", form).Code)
				}
			})
		}
		group.Wait()
		assert.Len(t, runs, 50)
		for _, n := range runs {
			assert.Equal(t, 1, n)
		}
	}
}
