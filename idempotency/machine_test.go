package idempotency_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// A spec says what becomes of deliveries, in few lines. Keys are webhooks.
type spec struct {
	runs    int
	running map[string]int // the number of the run, and how many deliveries
	open    map[string]int // it has
	stored  map[string]int
	expires map[string]time.Time
}

// deliver returns the answer that a delivery gets at once, or zero.
func (s *spec) deliver(key string) (answer int) {
	switch {
	case s.running[key] > 0:
		s.open[key]++
	case time.Now().Before(s.expires[key]):
		return s.stored[key]
	default:
		s.runs++
		s.running[key], s.open[key] = s.runs, 1
	}
	return 0
}

// end returns the answers that deliveries get when a run ends.
func (s *spec) end(key string, ok bool, ttl time.Duration) (run, answers int) {
	run, answers = s.running[key], s.open[key]
	delete(s.running, key)
	if ok {
		s.stored[key], s.expires[key] = run, time.Now().Add(ttl)
		return run, answers
	}
	if answers > 1 {
		s.runs++
		s.running[key], s.open[key] = s.runs, answers-1
	}
	return 0, 1
}

// A Handler and a spec get the same deliveries, ends of runs and pauses.
func TestStateMachine(t *testing.T) {
	webhooks := []struct {
		target, form string
		ttl          time.Duration
	}{
		{"/menu?doc=1", gather, idempotency.DefaultTTL}, {"/menu?doc=2", gather, idempotency.DefaultTTL},
		{"/menu?doc=2", gather + "2", idempotency.DefaultTTL}, {"/voice", incoming, time.Minute},
		{"/status", status, idempotency.DefaultTTL}, {"/recording", recording, idempotency.DefaultTTL},
	}
	for _, replicas := range []int{0, 1, 2} { // 0 is one without a store
		for seed := range 10 {
			t.Run(fmt.Sprintf("%d replicas, seed %d", replicas, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(*modelSeed, uint64(seed)))
					s := &spec{0, map[string]int{}, map[string]int{}, map[string]int{}, map[string]time.Time{}}
					m := newMachine(replicas)
					for range 200 {
						w := webhooks[random.IntN(len(webhooks))]
						name := w.target + w.form
						want := map[string]int{}
						switch op := random.IntN(10); {
						case op < 4:
							replica := m.serve[random.IntN(len(m.serve))]
							go func() { m.answers <- text(replica.send(w.target, w.form)) }()
							if answer := s.deliver(name); answer > 0 {
								want[fmt.Sprint("run ", answer)] = 1
							}
						case op < 9 && s.running[name] > 0:
							ok := random.IntN(3) > 0
							m.end(s.running[name], ok)
							run, answers := s.end(name, ok, w.ttl)
							want[map[bool]string{true: fmt.Sprint("run ", run), false: "500"}[ok]] = answers
						case op == 9:
							pause := 20 * time.Second
							if len(s.running) == 0 { // or replicas would ask for hours
								pause = []time.Duration{2 * time.Minute, 30 * time.Hour}[random.IntN(2)]
							}
							time.Sleep(upTo(random, pause))
						}
						time.Sleep(time.Second) // until waiting replicas have looked again
						synctest.Wait()
						got := map[string]int{}
						for len(m.answers) > 0 {
							got[<-m.answers]++
						}
						require.Equal(t, want, got, name)
						require.Equal(t, s.runs, m.app.count(), name)
					}
					for name := range s.running {
						for s.running[name] > 0 {
							m.end(s.running[name], false)
							s.end(name, false, 0)
							time.Sleep(time.Second)
						}
					}
				})
			})
		}
	}
}

// A machine is a program whose runs end when they are told to.
type machine struct {
	app     *app
	serve   []*deliverer
	ends    sync.Map // a channel of each run
	answers chan string
}

func newMachine(replicas int) *machine {
	m := &machine{answers: make(chan string, 1000)}
	m.app = &app{settings: voxhook.Settings{Timeout: -1}, f: func(_ context.Context, run int) (voxml.Response, error) {
		end := make(chan bool)
		m.ends.Store(run, end)
		if <-end {
			return say(run), nil
		}
		return nil, errRun
	}}
	var store idempotency.Store
	if replicas > 0 {
		store = new(sharedStore)
	}
	for range max(1, replicas) {
		m.serve = append(m.serve, deliver(&idempotency.Handler{
			Next: m.app, ID: documentID, Window: time.Minute, Timeout: -1, Store: store,
		}))
	}
	return m
}

func (m *machine) end(run int, ok bool) {
	end, _ := m.ends.Load(run)
	end.(chan bool) <- ok
}
