package torture

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestTorture runs all groups of cases, named after what they attack.
func TestTorture(t *testing.T) {
	for _, g := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"content", contentGroup},
		{"form", formGroup},
		{"values", valuesGroup},
		{"framing", framingGroup},
		{"connection", connectionGroup},
		{"callback", callbackGroup},
		{"http2", http2Group},
	} {
		t.Run(g.name, func(t *testing.T) {
			defer leaks(t)()
			g.run(t)
		})
	}
}

// each runs a subtest for each case, 16 at a time: most of them wait for the
// network or for a time limit, so t.Parallel would be too slow.
func each[C any](t *testing.T, cases []C, name func(C) string, run func(*testing.T, C)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(cases)); i = next.Add(1) - 1 {
				t.Run(name(cases[i]), func(t *testing.T) { run(t, cases[i]) })
			}
		})
	}
	wg.Wait()
}
