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
			change := tt.change
			if change == nil {
				change = func(*sim.Config) {}
			}
			c := begin(t, tt.app, change)
			play(t, c, tt.script)
			require.NotEmpty(t, c.Acts())

			again := begin(t, tt.app, change)
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

// How long the app waits before it goes on by itself.
func TestRest(t *testing.T) {
	for _, tt := range []struct{ doc, script, want string }{
		{`<Gather timeout="7"><Say>a b</Say></Gather>`, "", "7s"},
		{`<Gather timeout="7"/>`, "linger 3s", "4s"},
		{`<Dial timeout="20">+1</Dial>`, "linger 8s", "12s"},
		{`<Dial timeLimit="60">+1</Dial>`, "answer 3s; speak 20s", "40s"},
		{`<Record timeout="9" maxLength="10"/>`, "speak 4s", "6s"},
		{`<Record timeout="0" maxLength="10"/>`, "", "10s"},
		{`<Pay timeout="7"/>`, "linger 3s", "4s"},
		{`<Hangup/>`, "", "0s"},
	} {
		c := begin(t, app{"/": tt.doc})
		for thing := range strings.SplitSeq(tt.script, "; ") {
			for c.Step() {
			}
			if thing != "" {
				require.NoError(t, act(c, thing))
			}
		}
		require.Equal(t, tt.want, c.Waiting().Rest.String(), tt.doc)
	}
}

// Each entry says where in which document it happened, as findings do.
func TestPlaces(t *testing.T) {
	require.Nil(t, begin(t, answers(9, 500, "", "")).Document())
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
	for c.Step() {
	}
	play(t, c, "press *; answer; talk 1s")
	var got strings.Builder
	for _, e := range c.Log() {
		from := "none"
		if e.From != nil {
			from = e.From.URL.Path
		}
		fmt.Fprintln(&got, e, "at", from, e.Place)
	}
	require.Equal(t, `POST http://app.example/ at none 
answered at / Response[1].Say
hears "hello" at / Response[1].Say
pause (1s) at / Response[2].If[0].Do[0].Pause
pause (1s) at / Response[2].If[0].Do[0].Pause
plays one.mp3 at / Response[3].Gather[0].Play
warning: the element Foo is left out: it is not documented there at / Response[3].Gather[1].Foo
hears "two" at / Response[3].Gather[2].Say
presses 1# at / Response[3].Gather
POST http://app.example/b at / Response[3].Gather
plays a.mp3 at /b Response[0].Pay[1].Prompt[0].Play
hears "Your card?" at /b Response[0].Pay[1].Prompt[1].Say
presses 1 keys at /b Response[0].Pay
dials +1402 at /b Response[1].Dial
POST http://app.example/w at /b Response[1].Dial
whispers a call (to +1402) at /w Response[0].Say
whispers Press 1. (to +1402) at /w Response[1].Gather[0].Say
connected +1402 at /b Response[1].Dial
dial ended: completed (after 1s) at /b Response[1].Dial
POST http://app.example/c at /b Response[1].Dial
ended: the document ended at /c 
`, got.String())
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
