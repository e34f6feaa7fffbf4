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

	"github.com/voxhook/voxhook/voxml"
)

// A spec is a simple model of a Handler. Its keys are webhooks.
type spec struct {
	runs    int
	running map[string]int // the number of the run in progress
	open    map[string]int // the number of its deliveries
	stored  map[string]int
	expires map[string]time.Time
}

// deliver returns the answer that a delivery gets at once, or zero if it waits.
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

// end ends a run. It returns the run that the answers name, or zero for a
// failure, and the number of answers.
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

// A Handler answers a random sequence of deliveries, ends of runs and pauses
// like a spec.
func TestStateMachine(t *testing.T) {
	webhooks := []struct {
		webhook string
		ttl     time.Duration
	}{
		{"/menu?doc=1 {gather}", 24 * time.Hour}, {"/menu?doc=2 {gather}", 24 * time.Hour}, {"/menu?doc=2 {gather}2", 24 * time.Hour},
		{"/voice {incoming}", time.Minute}, {"/status {status}", 24 * time.Hour}, {"/recording {recording}", 24 * time.Hour},
	}
	for _, replicas := range []int{0, 1, 2} { // 0 is one replica without a store
		for seed := range 10 {
			t.Run(fmt.Sprintf("%d replicas, seed %d", replicas, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(*modelSeed, uint64(seed)))
					s := &spec{0, map[string]int{}, map[string]int{}, map[string]int{}, map[string]time.Time{}}
					var store *sharedStore
					if replicas > 0 {
						store = new(sharedStore)
					}
					m := newScript(t, store, "handler id window=1m timeout=-1s")
					m.app.settings.Timeout = -1
					var ends sync.Map // a channel for each run
					m.app.f = func(_ context.Context, run int) (voxml.Response, error) {
						end := make(chan bool)
						ends.Store(run, end)
						if <-end {
							return say(run), nil
						}
						return nil, errRun
					}
					end := func(run int, ok bool) {
						end, _ := ends.Load(run)
						end.(chan bool) <- ok
					}
					var deliveries []*delivery
					for range 200 {
						w := webhooks[random.IntN(len(webhooks))]
						want := map[string]int{}
						switch op := random.IntN(10); {
						case op < 4:
							replica := "1"
							if random.IntN(max(1, replicas)) > 0 {
								replica = "2"
							}
							deliveries = append(deliveries, m.deliver(replica+" POST "+w.webhook))
							if answer := s.deliver(w.webhook); answer > 0 {
								want[fmt.Sprint("run ", answer)] = 1
							}
						case op < 9 && s.running[w.webhook] > 0:
							ok := random.IntN(3) > 0
							end(s.running[w.webhook], ok)
							run, answers := s.end(w.webhook, ok, w.ttl)
							want[map[bool]string{true: fmt.Sprint("run ", run), false: "500"}[ok]] = answers
						case op == 9:
							pause := 20 * time.Second
							if len(s.running) == 0 { // otherwise replicas would poll for hours
								pause = []time.Duration{2 * time.Minute, 30 * time.Hour}[random.IntN(2)]
							}
							time.Sleep(upTo(random, pause))
						}
						time.Sleep(time.Second) // until waiting replicas have polled
						synctest.Wait()
						got := map[string]int{}
						for _, d := range deliveries {
							if len(d.answer) > 0 {
								got[<-d.answer]++
							}
						}
						require.Equal(t, want, got, w.webhook)
						require.Equal(t, s.runs, m.app.count(), w.webhook)
					}
					for key := range s.running {
						for s.running[key] > 0 {
							end(s.running[key], false)
							s.end(key, false, 0)
							time.Sleep(time.Second)
						}
					}
				})
			})
		}
	}
}
