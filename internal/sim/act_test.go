package sim_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

// A call that is played again by its acts is the same call.
func TestActs(t *testing.T) {
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, tt.app, tt.change)
			play(t, c, tt.script)

			again := begin(t, tt.app, tt.change)
			for _, a := range c.Acts() {
				for len(again.Log()) < a.Log || again.Elapsed() < a.At {
					until := func(e sim.Entry) time.Duration { return a.At - e.At }
					require.True(t, again.StepTo(until) || again.TimeOut())
				}
				for again.Act(a.Act) != nil { // a verb that waits has to begin
					require.True(t, again.Step())
					require.Len(t, again.Log(), a.Log)
				}
			}
			goOn(again)
			require.Equal(t, c.Acts(), again.Acts())
			require.Equal(t, c.Transcript(), again.Transcript())
		})
	}
}

// What does not fit is no act, unless the app took a part of it.
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

// Step plays prompts only. What has begun waits for more until TimeOut.
func TestBegun(t *testing.T) {
	for _, tt := range []struct{ name, doc, script, more, elapsed string }{
		{"Gather", `<Gather timeout="5" output="g"><Say>a</Say></Gather>`, "press 1", "linger 3s; press 2", "8s"},
		{"Record", `<Record timeout="5"/>`, "speak 2s", "linger 3s; speak 1s", "11s"},
		{"Pay", `<Pay timeout="5"/>`, "press 4111", "linger 3s; press 111111111111", "8s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc + "<Say>next</Say>"})
			ready(c)
			w := c.Waiting()
			require.False(t, w.Begun)
			require.Equal(t, 5*time.Second, w.Rest)
			require.False(t, c.TimeOut(), "nothing has begun")
			require.NoError(t, act(c, tt.script))
			for thing := range strings.SplitSeq(tt.more, "; ") {
				require.False(t, c.Step(), "more can follow")
				require.True(t, c.Waiting().Begun)
				require.NoError(t, act(c, thing))
			}
			require.Equal(t, 5*time.Second, c.Waiting().Rest)
			require.True(t, c.TimeOut())
			require.Equal(t, tt.elapsed, c.Elapsed().String())
		})
	}
}

// Each entry says where in which document it happened, as findings do.
func TestPlaces(t *testing.T) {
	require.Nil(t, begin(t, status(500)).Document())
	c := begin(t, app{
		"/": `<Set output="a">1</Set><Say>hello</Say><If expression="${a}=='1'"><Do expression="1==1" maxLoops="2"><Pause/></Do></If>` +
			`<Gather action="/b"><Play>one.mp3</Play><Foo/><Say>two</Say></Gather>`,
		"/b": `<Pay><Parameter name="a" value="b"/><Prompt for="payment-card-number"><Play>a.mp3</Play><Say>Your card?</Say></Prompt></Pay>` +
			`<Dial action="/c"><Number url="/w">+1402</Number></Dial>`,
		"/w": `<Say>a call</Say><Gather><Say>Press 1.</Say></Gather>`,
	})
	require.Empty(t, c.Place())
	require.Same(t, exchanges(c)[0], c.Document())
	for c.Step() {
	}
	require.Equal(t, "Response[3].Gather", c.Place())
	play(t, c, "press 1#")
	play(t, c, "press *; answer; talk 1s")
	var got strings.Builder
	for _, e := range c.Log() {
		from := "none"
		if e.From != nil {
			from = e.From.URL.Path
		}
		fmt.Fprintln(&got, e, "at", from, e.Place)
	}
	golden(t, "places", got.String())
}

// Many keys take an effort that grows with their number, and can be stopped.
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
