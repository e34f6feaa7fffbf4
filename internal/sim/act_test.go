package sim_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// requireReplay checks that repeating the acts of a call makes the same call.
func requireReplay(t *testing.T, c, again *sim.Call) {
	t.Helper()
	for _, a := range c.Acts() {
		for len(again.Log()) < a.Log || again.Elapsed() < a.At {
			until := func(e sim.Entry) time.Duration { return a.At - e.At }
			require.True(t, again.StepTo(until) || again.TimeOut())
		}
		for again.Act(a.Act) != nil { // the verb that waits must begin first
			require.True(t, again.Step())
			require.Len(t, again.Log(), a.Log)
		}
	}
	goOn(again)
	require.Equal(t, c.Acts(), again.Acts())
	require.Equal(t, c.Transcript(), again.Transcript())
}

// An act that is refused is not recorded, unless the app took a part of it.
func TestActsThatDoNotFit(t *testing.T) {
	c := begin(t, app{"/": `<Gather numDigits="1"/><Hangup/>`})
	ready(c)
	for _, a := range []sim.Act{{}, {Do: "dance"}, {Do: sim.DoAnswer}, {Do: sim.DoPress}, {Do: sim.DoPress, Keys: "a"}, {Do: sim.DoSay, Words: "a"}} {
		require.Error(t, c.Act(a))
	}
	require.Empty(t, c.Acts())
	require.ErrorContains(t, press(c, "12"), "took only 1 of 2 keys")
	require.Equal(t, []sim.Acted{{Act: sim.Act{Do: sim.DoPress, Keys: "12"}, Log: 2}}, c.Acts())
}

// The cost of many keys is linear, and the context can stop them.
func TestManyKeys(t *testing.T) {
	keys := strings.Repeat("1", 200_000)
	for _, doc := range []string{"<Gather/>", "<Pay/>"} {
		c := begin(t, app{"/": doc})
		for c.Step() {
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.NoError(t, press(c, keys))
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(20<<20), doc)
	}

	ctx, cancel := context.WithCancel(t.Context())
	c := begin(t, app{"/": `<Gather output="g"/>`}, func(cfg *sim.Config) { cfg.Context = ctx })
	ready(c)
	cancel()
	require.ErrorIs(t, press(c, keys), context.Canceled)
	goOn(c)
	require.Less(t, len(c.Vars()["g.digits"]), 2000)
}
