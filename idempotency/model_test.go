package idempotency_test

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

var (
	modelCalls = flag.Int("calls", 150, "the number of calls that the model makes for each policy")
	modelSeed  = flag.Uint64("seed", 1, "the seed of the model and the state machine")

	memoryWebhooks = flag.Int("webhooks", 15_000, "the number of webhooks that TestMemory sends")
)

// A model makes calls through a policy in virtual time and counts the results
// of their steps.
//
// A call has 3 to 8 steps. A step is answered, with equal probability, with a
// Redirect to itself, a Gather whose caller always presses the same key, or a
// Redirect elsewhere. A run takes 0 to 4 s; one in eight fails before its
// effect. Of ten deliveries, one never arrives and one arrives twice at the
// same time. The answers to these two and to one more are lost. The platform
// waits 0.5 to 5.5 s, closes the connection or leaves it open, and tries again
// after up to 1.5 s, doubled each time, at most 8 times.
type model struct {
	policy policy
	seed   uint64
	serve  []http.Handler

	mu    sync.Mutex
	calls []*modelCall
}

// A modelCall holds what really happened in a call.
type modelCall struct {
	steps []modelStep
	lost  int  // steps that were answered but never ran
	cut   bool // the call ended with the wrong document
}

type modelStep struct {
	kind    int // of the document that answers it
	runs    int
	effects int
	awake   int // runs in progress that are not paused
	clashes int // runs that began while another was awake
	pauses  int
}

// A policy is a way of handling deliveries.
type policy struct {
	name     string
	token    bool                                // documents have IDs in their URLs
	replicas int                                 // 0 means 1
	paused   bool                                // one run in six is paused for longer than its lease
	wrap     func(app http.Handler) http.Handler // makes one replica
	forget   func()                              // called after one in twelve failed deliveries of a call; may be nil
	check    func(*testing.T, tally)             // checks the tally; may be nil
}

// random returns a source that depends on the seed and on its purpose.
func (m *model) random(what string, n ...int) *rand.Rand {
	h := fnv.New64a()
	_, _ = io.WriteString(h, what)
	for _, n := range n {
		_ = binary.Write(h, binary.LittleEndian, int64(n))
	}
	return rand.New(rand.NewPCG(m.seed, h.Sum64()))
}

func upTo(r *rand.Rand, d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) }

// These headers name the call and the step to the app. Policies ignore them.
const (
	callHeader = "X-Call"
	stepHeader = "X-Step"
)

func (m *model) answer(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
	r := voxhook.RequestFrom(ctx)
	c, _ := strconv.Atoi(r.Header.Get(callHeader))
	s, _ := strconv.Atoi(r.Header.Get(stepHeader))

	m.mu.Lock()
	step := &m.calls[c].steps[s]
	random := m.random("run", c, s, step.runs)
	step.runs++
	before, after := upTo(random, 2*time.Second), upTo(random, 2*time.Second)
	fails, pause := random.IntN(8) == 0, m.policy.paused && random.IntN(6) == 0
	if pause {
		step.pauses++
		before += 9*time.Second + upTo(random, 5*time.Second)
	} else {
		if step.awake > 0 {
			step.clashes++
		}
		step.awake++
	}
	m.mu.Unlock()
	if pause {
		ctx.Value(pauseKey{}).(*atomic.Bool).Store(true)
	} else {
		defer func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			step.awake--
		}()
	}
	if !rest(ctx, before) {
		return nil, ctx.Err()
	}
	if fails {
		return nil, errRun
	}
	m.mu.Lock()
	step.effects++
	m.mu.Unlock()
	if !rest(ctx, after) {
		return nil, ctx.Err()
	}
	return m.document(r, c, s), nil
}

// rest sleeps for d. It reports false if the context ended first.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// document returns the document for a step.
func (m *model) document(r *http.Request, c, s int) voxml.Response {
	steps := m.calls[c].steps
	query := ""
	if m.policy.token {
		query = fmt.Sprintf("?doc=%016x", rand.Uint64()) // must be new
	}
	switch {
	case s == len(steps)-1:
		return voxml.Response{voxml.Hangup{}}
	case steps[s].kind == 0:
		return voxml.Response{voxml.Redirect{URL: r.URL.Path + query}}
	case steps[s].kind == 1:
		return voxml.Response{voxml.Gather{Action: "/voice/menu" + query}}
	}
	return voxml.Response{voxml.Redirect{URL: fmt.Sprintf("/voice/%d%s", s+1, query)}}
}

// call makes a call.
func (m *model) call(c int) {
	call := m.calls[c]
	target, digits := "/voice", ""
	for s := range call.steps {
		body, ok := m.step(c, s, target, digits)
		if !ok {
			return
		}
		m.mu.Lock()
		call.lost += 1 - min(1, call.steps[s].effects)
		m.mu.Unlock()
		if match := actionURL.FindStringSubmatch(body); match != nil {
			target, digits = match[1], "&Digits=1"
		} else if match := redirectURL.FindStringSubmatch(body); match != nil {
			target, digits = match[1], ""
		} else {
			call.cut = s < len(call.steps)-1
			return
		}
	}
}

var (
	actionURL   = regexp.MustCompile(`action="([^"]*)"`)
	redirectURL = regexp.MustCompile(`<Redirect>([^<]*)</Redirect>`)
)

// step requests a document until it arrives.
func (m *model) step(c, s int, target, digits string) (body string, ok bool) {
	for try := range 8 {
		random := m.random("delivery", c, s, try)
		if body, ok = m.deliver(random, c, s, target, digits); ok {
			return body, true
		}
		// The store forgets all calls at once, so that each call sees a loss
		// after one in twelve failed deliveries.
		if m.policy.forget != nil && random.IntN(12*together) == 0 {
			m.policy.forget()
		}
		time.Sleep(upTo(random, 1500*time.Millisecond) << try)
	}
	return "", false
}

// deliver sends a webhook, perhaps twice, and waits for the answer.
func (m *model) deliver(random *rand.Rand, c, s int, target, digits string) (body string, ok bool) {
	fate, patience, closes := random.IntN(10), 500*time.Millisecond+upTo(random, 5*time.Second), random.IntN(2) == 0
	times := []int{0, 2, 1, 1, 1, 1, 1, 1, 1, 1}[fate]
	ctx, cancel := context.WithCancel(context.Background())
	if closes {
		defer cancel()
	}
	answers := make(chan *httptest.ResponseRecorder, 2)
	var serving sync.WaitGroup
	for range times {
		r := request(ctx, target, fmt.Sprintf("CallSid=call%d&CallStatus=in-progress%s", c, digits))
		r.Header.Set(callHeader, strconv.Itoa(c))
		r.Header.Set(stepHeader, strconv.Itoa(s))
		replica := m.serve[random.IntN(len(m.serve))]
		answers := answers // a variable of this delivery: the outer one may become nil
		serving.Go(func() {
			answers <- serve(replica, r)
		})
	}
	go func() {
		serving.Wait()
		cancel()
	}()
	if fate <= 2 {
		answers = nil
	}
	select {
	case w := <-answers:
		return w.Body.String(), w.Code/100 == 2
	case <-time.After(patience):
		return "", false
	}
}

// A tally sums up all calls of a model.
type tally struct{ steps, lost, spoiled, twice, clashes, pauses int }

// together is the number of calls in progress at the same time.
const together = 100

// runModel makes calls and returns their tally.
func runModel(t *testing.T, p policy, calls int) (sum tally) {
	t.Helper()
	m := &model{policy: p, seed: *modelSeed, calls: make([]*modelCall, calls)}
	for c := range m.calls {
		random := m.random("call", c)
		m.calls[c] = &modelCall{steps: make([]modelStep, 3+random.IntN(6))}
		for s := range m.calls[c].steps {
			m.calls[c].steps[s].kind = random.IntN(3)
		}
	}
	synctest.Test(t, func(*testing.T) {
		for range max(1, p.replicas) {
			m.serve = append(m.serve, withDocument(p.wrap(voxhook.Settings{ErrorLog: silent, Timeout: -1}.OnEvent(m.answer))))
		}
		for begin := 0; begin < calls; begin += together {
			var group sync.WaitGroup
			for c := begin; c < min(begin+together, calls); c++ {
				group.Go(func() { m.call(c) })
			}
			group.Wait()
			time.Sleep(time.Minute) // until runs without a waiting delivery have ended
		}
	})
	for _, call := range m.calls {
		sum.lost += call.lost
		if call.lost > 0 || call.cut {
			sum.spoiled++
		}
		for _, step := range call.steps {
			sum.steps += min(step.runs, 1)
			sum.twice += min(max(0, step.effects-1), 1)
			sum.clashes += step.clashes
			sum.pauses += min(step.pauses, 1)
		}
	}
	return sum
}

// A deduplicator marks a webhook before it runs, and ignores every other
// delivery as a repeat, like watermill's middleware of that name.
type deduplicator struct {
	next http.Handler
	mu   sync.Mutex
	seen map[string]bool
}

func (d *deduplicator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	id, _ := documentID(r)
	key := id + r.URL.Path + string(body)
	d.mu.Lock()
	seen := d.seen[key]
	d.seen[key] = true
	d.mu.Unlock()
	if !seen {
		d.next.ServeHTTP(w, r)
	}
}

type connectionKey struct{}

// A pausedStore does not renew the leases of paused runs.
type pausedStore struct{ sharedStore }

type pauseKey struct{}

func (s *pausedStore) Renew(ctx context.Context, key, claim string, lease time.Duration) error {
	if ctx.Value(pauseKey{}).(*atomic.Bool).Load() {
		return nil
	}
	return s.sharedStore.Renew(ctx, key, claim, lease)
}

// with returns a wrapper that adds a value to the context of each request.
func with(key any, value func(*http.Request) any, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key, value(r))))
	})
}

func connection(r *http.Request) any { return r.Context() }

func control(*http.Request) any { return new(atomic.Bool) }

// leadersContext is a mistake: the run ends with the connection that started
// it.
func leadersContext(app http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(r.Context().Value(connectionKey{}).(context.Context), cancel)()
		app.ServeHTTP(w, r.WithContext(ctx))
	})
}

// handler returns the wrapper of a Handler with these settings.
func handler(window time.Duration, id func(*http.Request) (string, bool), store idempotency.Store) func(http.Handler) http.Handler {
	return func(app http.Handler) http.Handler {
		return &idempotency.Handler{Next: app, ID: id, Window: window, Store: store, ErrorLog: silent}
	}
}

func noneLost(t *testing.T, got tally) { assert.Zero(t, got.lost) }

func exactlyOnce(t *testing.T, got tally) {
	assert.Zero(t, got.lost)
	assert.Zero(t, got.twice)
	assert.Zero(t, got.clashes)
}

// paused returns the wrapper of a Handler whose store does not renew the leases
// of paused runs.
func paused(store *pausedStore) func(http.Handler) http.Handler {
	return func(app http.Handler) http.Handler {
		return with(pauseKey{}, control, handler(24*time.Hour, documentID, store)(app))
	}
}

// policies returns the lines of the table. Each call returns new ones.
func policies() []policy {
	const day = 24 * time.Hour
	forgetful := new(sharedStore)
	return []policy{
		{name: "nothing", wrap: func(app http.Handler) http.Handler { return app }},
		{name: "same bytes within 1 min get the stored answer", wrap: handler(time.Minute, nil, nil)},
		{name: "no token: join only", wrap: handler(0, nil, nil), check: noneLost},
		{name: "token, Window zero", token: true, wrap: handler(0, documentID, nil), check: noneLost},
		{name: "token, Window 1 min", token: true, wrap: handler(time.Minute, documentID, nil), check: noneLost},
		{name: "token, Window 24 h", token: true, wrap: handler(day, documentID, nil), check: exactlyOnce},
		{name: "token, Window 1 min, a store that forgets", token: true,
			wrap: handler(time.Minute, documentID, forgetful), forget: forgetful.forget, check: noneLost},
		{name: "token, Window 24 h, 2 replicas", token: true, replicas: 2,
			wrap: handler(day, documentID, new(sharedStore)), check: exactlyOnce},
		{name: "the same, runs paused beyond their lease", token: true, replicas: 2, paused: true,
			wrap: paused(new(pausedStore)), check: func(t *testing.T, got tally) {
				assert.Zero(t, got.lost)
				assert.Zero(t, got.clashes)
				assert.LessOrEqual(t, got.twice, got.pauses)
			}},
	}
}

// mistakes returns policies with mistakes that others have made. The model must
// find them.
func mistakes() []policy {
	static := func(*http.Request) (string, bool) { return "static", true }
	marks := func(app http.Handler) http.Handler { return &deduplicator{next: app, seen: map[string]bool{}} }
	losses := func(t *testing.T, got tally) { assert.Positive(t, got.lost) }
	return []policy{
		{name: "a mark before the run", token: true, wrap: marks, check: losses},
		{name: "a mark before the run, no token", wrap: marks, check: losses},
		{name: "a key that does not depend on the document", token: true, wrap: handler(24*time.Hour, static, nil), check: losses},
		{name: "the owner of a claim is not checked", token: true, replicas: 2, paused: true,
			wrap:  paused(&pausedStore{sharedStore{noOwner: true}}),
			check: func(t *testing.T, got tally) { assert.Positive(t, got.clashes) }},
		{name: "a run that ends with its connection", token: true, wrap: func(app http.Handler) http.Handler {
			return with(connectionKey{}, connection, handler(24*time.Hour, documentID, nil)(leadersContext(app)))
		}, check: func(t *testing.T, got tally) { assert.Positive(t, got.twice) }},
	}
}

// TestModel prints the results of the steps under each policy, and checks the
// zeros. To print the whole table, in less than two minutes:
//
//	go test ./idempotency -run TestModel -calls 10000 -v
func TestModel(t *testing.T) { runPolicies(t, policies(), *modelCalls) }

// The model finds mistakes that others have made.
func TestModelFindsMistakes(t *testing.T) { runPolicies(t, mistakes(), max(300, *modelCalls)) }

func runPolicies(t *testing.T, policies []policy, calls int) {
	t.Helper()
	t.Logf("%-50s %8s %8s %14s %8s %8s %8s", "policy", "steps", "lost", "calls spoiled", "twice", "clashes", "paused")
	for _, p := range policies {
		got := runModel(t, p, calls)
		t.Logf("%-50s %8d %8d %14d %8d %8d %8d", p.name, got.steps, got.lost, got.spoiled, got.twice, got.clashes, got.pauses)
		if p.check != nil {
			p.check(t, got)
		}
	}
}
