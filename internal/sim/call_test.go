package sim_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

func TestNew(t *testing.T) {
	refused := func(why string, change func(*sim.Config)) {
		cfg := sim.Config{App: sim.Handler(app{}), URL: origin}
		change(&cfg)
		c, err := sim.New(cfg)
		require.ErrorContains(t, err, why)
		require.Nil(t, c)
	}
	for _, url := range []string{"/voice", "", "ftp://app.example/", "http://app.example/%zz", "http:///voice"} {
		refused("absolute", func(cfg *sim.Config) { cfg.URL = url })
	}
	for _, ev := range []voxhook.Event{&voxhook.StatusChange{}, &voxhook.Recording{}, &voxhook.PayProgress{}} {
		refused("cannot begin with a notification", func(cfg *sim.Config) { cfg.First = ev })
	}
	refused("cannot begin with the status busy", func(cfg *sim.Config) { cfg.Webhook.CallStatus = voxhook.CallStatusBusy })
	require.Equal(t, sim.NewID("a", 1), sim.NewID("a", 1))
	require.NotEqual(t, sim.NewID("a", 1), sim.NewID("a", 2))
	require.NotEqual(t, sim.NewID("a", 1), sim.NewID("b", 1))
}

// A call can begin in the middle, with the parameters of that request.
func TestFirst(t *testing.T) {
	for _, tt := range []struct {
		first  voxhook.Event
		status voxhook.CallStatus
		want   string
	}{
		{nil, "", "ringing, then answered"},
		{nil, "in-progress", "in-progress"},
		{&voxhook.IncomingCall{}, "", "ringing, then answered"},
		{&voxhook.GatherResult{Digits: "1", VoiceWebhook: voxhook.VoiceWebhook{CallSid: "ignored"}}, "", "in-progress 1"},
		{&voxhook.RecordResult{Digits: "#"}, "in-progress", "in-progress #"},
		{&voxhook.RecordResult{Digits: "#"}, "ringing", "ringing #, then answered"},
	} {
		c := begin(t, app{"/": "<Say>a</Say>"}, func(cfg *sim.Config) {
			cfg.First, cfg.Webhook.CallStatus, cfg.Webhook.CallSid, cfg.Webhook.Vars = tt.first, tt.status, "c1", voxhook.Vars{"a": "b"}
		})
		play(t, c, "")
		form := exchanges(c)[0].Form
		got := strings.TrimSpace(form.Get("CallStatus") + " " + form.Get("Digits"))
		if strings.Contains(c.Transcript(), "  answered\n") {
			got += ", then answered"
		}
		require.Equal(t, tt.want, got)
		require.Equal(t, `c1 {"a":"b"}`, form.Get("CallSid")+" "+form.Get("Vars"))
	}
}

// Wait describes what the call waits for.
func TestWaiting(t *testing.T) {
	c := begin(t, app{"/": `<Dial><Number>+1401</Number><Number>+1402</Number></Dial>`})
	ready(c)
	w := c.Waiting()
	require.Equal(t, sim.ForParty, w.For)
	require.Equal(t, []string{"+1401", "+1402"}, w.Numbers)
	require.False(t, w.Keys || w.Speech)

	require.NoError(t, act(c, "busy 1s +1401"))
	require.Equal(t, []string{"+1402"}, c.Waiting().Numbers)
	require.Equal(t, []string{"+1401", "+1402"}, w.Numbers)

	require.NoError(t, act(c, "answer"))
	w = c.Waiting()
	require.Equal(t, sim.ForTalk, w.For)
	require.True(t, w.Keys && w.Speech)
	require.Contains(t, w.Text, "connected to +1402")
}

// Document and Place say where the call is, while it waits and before it has a
// document.
func TestPlace(t *testing.T) {
	require.Nil(t, begin(t, status(500)).Document())
	c := begin(t, app{"/": "<Say>a</Say><Gather/>"})
	require.Empty(t, c.Place())
	require.Same(t, exchanges(c)[0], c.Document())
	ready(c)
	require.Equal(t, "Response[1].Gather", c.Place())
}

// A person may act any number of times.
func TestForever(t *testing.T) {
	for doc, script := range map[string]string{
		`<Gather numDigits="1" action="/"/>`:              "press 1",
		`<Gather input="speech" action="/"/>`:             "say a",
		`<Gather action="/" actionOnEmptyResult="true"/>`: "silence",
		`<Dial action="/">+1402</Dial>`:                   "busy",
		`<Dial action="/" timeLimit="2">+1402</Dial>`:     "answer; talk 1s; answer; speak 2s",
		`<Record maxLength="1" action="/"/>`:              "speak 9s",
		`<Record action="/"/>`:                            "silence",
		`<Pay action="/"/>`:                               "press *",
		`<Pay action="/" maxAttempts="1"/>`:               "silence",
	} {
		c := begin(t, app{"/": doc})
		for range 250 {
			play(t, c, script+"; stay")
		}
		require.Nil(t, c.End(), doc)
	}
}

func TestVarsAreCopies(t *testing.T) {
	c := begin(t, app{"/": `<Set output="a">1</Set><Redirect>/b</Redirect>`, "/b": `<Set output="a">2</Set>`},
		func(cfg *sim.Config) { cfg.Webhook.Vars = voxhook.Vars{"z": "0"} })
	play(t, c, "")
	require.Equal(t, voxhook.Vars{"a": "1", "z": "0"}, last(c, "/b").Event.Webhook().Vars)
	c.Vars()["a"] = "3"
	require.Equal(t, "a=2 z=0", vars(c))
}

// things are the acts of FuzzCall, indexed by a byte.
var things = []string{
	"press 1", "press #", "press *", "press 4111111111111111#", "press 1239#", "press 123#", "say yes", "speak 3s", "silence",
	"answer", "answer 40s", "busy 2s", "fail", "ring", "talk 10s", "listen", "press 021000021#", "ring 0s +1403", "busy 1s +1402", "hangup",
	"pickup", "party press 1", "party say yes", "party silence", "party hang-up", "party type 12*", "type 12A#", "mumble 2s", "linger 700ms", "linger 20s",
}

func FuzzCall(f *testing.F) {
	for _, doc := range []string{
		"", "<Say>Hello</Say>", `<Gather action="/a" output="g"><Say>a</Say><Play>b</Play></Gather>`, `<Gather input="dtmf speech" numDigits="2"/><Redirect/>`,
		`<Dial action="/a" record="record-from-ringing" recordingStatusCallback="/r" answerOnBridge="true"><Number url="/w">+1402</Number><Number>+1403</Number></Dial>`,
		`<Record maxLength="9" recordingStatusCallbackEvent="in-progress failed" recordingStatusCallback="r"/>`,
		`<Pay action="/a" statusCallback="/s" maxAttempts="3"><Prompt for="expiration-date" errorType="invalid-date"><Say>b</Say></Prompt></Pay>`,
		`<Pay paymentMethod="ach-debit" timeout="9"/>`, `<Do expression="${a}!='x'" maxLoops="99"><Set output="a">x</Set><If expression="1==1"><Pause/></If></Do>`,
		`<Set output="a.b">1</Set><Set output="a">2</Set><Unset output="a"/><Connect><Flow>f</Flow></Connect>`, `<Reject reason="busy"/>`,
		`<Foo>text<Bar a="&#x85;"/>text <Baz/>"</Foo><Gather><Hangup/></Gather>`,
	} {
		f.Add("<Response>"+doc+"</Response>", []byte{0, 1, 9, 14, 8, 3}, true)
		f.Add("<Response>"+doc+"</Response>", []byte{18, 17, 6, 7, 2, 4}, false)
		f.Add("<Response>"+doc+"</Response>", []byte{28, 20, 28, 21, 26, 27, 24, 29}, false)
	}
	f.Fuzz(func(t *testing.T, doc string, inputs []byte, out bool) {
		if len(doc) > 2000 || len(inputs) > 12 {
			return
		}
		c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, doc) }), func(cfg *sim.Config) {
			cfg.NestedVars, cfg.FailRecordings = out, out
			if out {
				outbound(cfg)
			}
		})
		at, steps := time.Duration(0), 0
		for _, b := range inputs {
			everything := int(b) >= len(things)
			for (everything || c.Waiting().For == sim.ForNobody) && (c.Step() || c.TimeOut()) {
				steps++
				require.Less(t, steps, 250_000*(len(inputs)+1), "the call has no end")
			}
			if !everything {
				_ = act(c, things[b])
			}
			require.GreaterOrEqual(t, c.Elapsed(), at)
			at = c.Elapsed()
		}
		if c.End() == nil {
			require.NoError(t, hangUp(c))
		}
		require.NotNil(t, c.End())
		requireOrder(t, c)
		requireEnded(t, c)
		requirePrintable(t, c.Transcript())
	})
}

// As many webhooks overtake a notification as its fault says.
func TestOvertaken(t *testing.T) {
	a := app{
		"/": `<Record action="/a" recordingStatusCallback="/r"/>`, "/a": "<Redirect>/b</Redirect>", "/b": "<Redirect>/c</Redirect>", "/c": "<Hangup/>",
	}
	for after, want := range []string{
		"POST /r|POST /a|POST /b|POST /c", "POST /a|POST /r|POST /b|POST /c", "POST /a|POST /b|POST /r|POST /c", "POST /a|POST /b|POST /c|POST /r",
	} {
		c := begin(t, a, func(cfg *sim.Config) {
			cfg.Fault = func(x *sim.Exchange) sim.Fault {
				if x.Event.Kind() == voxhook.KindRecording {
					return sim.Fault{After: after}
				}
				return sim.Fault{}
			}
		})
		ready(c)
		require.NoError(t, act(c, "press #"))
		for c.Step() {
		}
		require.Equal(t, want, requests(c), "after %d", after)
	}
}
