package sim_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

// An app answers each path with the verbs of a document. Any other path gets
// an empty one.
type app map[string]string

func (a app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = io.WriteString(w, "<Response>"+a[r.URL.Path]+"</Response>")
}

const origin = "http://app.example"

// begin calls an app, at its path /.
func begin(t testing.TB, a http.Handler, change ...func(*sim.Config)) *sim.Call {
	t.Helper()
	cfg := sim.Config{App: sim.Handler(a), URL: origin + "/"}
	for _, f := range change {
		f(&cfg)
	}
	c, err := sim.New(cfg)
	require.NoError(t, err)
	return c
}

// outbound makes the call one that the app had the platform make.
func outbound(cfg *sim.Config) {
	cfg.Webhook.Direction = voxhook.DirectionOutboundAPI
	cfg.StatusCallback = "/status"
}

func elapsed(c *sim.Call) string { return c.Elapsed().String() }

// texts are those of the entries of some kinds; details likewise.
func texts(kinds ...sim.Kind) func(*sim.Call) string {
	return entries(kinds, func(e sim.Entry) string { return e.Text })
}

func details(kinds ...sim.Kind) func(*sim.Call) string {
	return entries(kinds, func(e sim.Entry) string { return e.Detail })
}

func both(kinds ...sim.Kind) func(*sim.Call) string {
	return entries(kinds, func(e sim.Entry) string { return e.Text + " " + e.Detail })
}

func entries(kinds []sim.Kind, of func(sim.Entry) string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		var all []string
		for _, e := range c.Log() {
			if slices.Contains(kinds, e.Kind) {
				all = append(all, of(e))
			}
		}
		return strings.Join(all, "|")
	}
}

// requests are the webhooks but the first: method and path.
func requests(c *sim.Call) string {
	var all []string
	for _, x := range exchanges(c)[1:] {
		all = append(all, x.Method+" "+x.URL.Path)
	}
	return strings.Join(all, "|")
}

func exchanges(c *sim.Call) (all []*sim.Exchange) {
	for _, e := range c.Log() {
		if e.Exchange != nil {
			all = append(all, e.Exchange)
		}
	}
	return all
}

// last returns the last webhook to a path.
func last(c *sim.Call, path string) *sim.Exchange {
	for _, x := range slices.Backward(exchanges(c)) {
		if x.URL.Path == path {
			return x
		}
	}
	return &sim.Exchange{}
}

// sent is a parameter of all webhooks to a path.
func sent(path, param string) func(*sim.Call) string {
	return func(c *sim.Call) string {
		var all []string
		for _, x := range exchanges(c) {
			if x.URL.Path == path {
				all = append(all, x.Form.Get(param))
			}
		}
		return strings.Join(all, "|")
	}
}

// vars are the variables of the call.
func vars(c *sim.Call) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(c.Vars())) {
		all = append(all, name+"="+c.Vars()[name])
	}
	return strings.Join(all, " ")
}

func TestHangUp(t *testing.T) {
	for _, tt := range []struct {
		name, doc, script string
		requests          string // that follow
		look              func(*sim.Call) string
		want              string
	}{
		{"before anything is heard", "<Say>Hello</Say>", "", "", texts(sim.Heard), ""},
		{"at a Gather", `<Gather action="/a"/>`, "press 1", "", vars, ""},
		{"while it rings", `<Dial action="/a" output="d">+1402</Dial>`, "listen", "POST /a", sent("/a", "DialCallStatus"), "canceled"},
		{"while it rings, without action", `<Dial output="d">+1402</Dial>`, "listen", "", vars, "d.status=canceled"},
		{"connected", `<Dial action="/a">+1402</Dial>`, "answer; speak 3s", "POST /a", sent("/a", "DialCallStatus"), "completed"},
		{"connected and recorded", `<Dial action="/a" record="record-from-answer" recordingStatusCallback="/r">+1402</Dial>`,
			"answer; speak 3s", "POST /r|POST /a", sent("/a", "RecordingDuration"), "3"},
		{"at a Record", `<Record action="/a" method="GET" recordingStatusCallback="/r"/>`, "speak 3s", "POST /r|GET /a", sent("/a", "Digits"), "hangup"},
		{"at a Pay", `<Pay action="/a"/>`, "press 4111", "POST /a", sent("/a", "Result"), "caller-hung-up"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc, "/a": "<Say>nobody hears this</Say>"})
			for thing := range strings.SplitSeq(tt.script, "; ") {
				if thing != "" {
					ready(c)
					require.NoError(t, act(c, thing))
				}
			}
			was := c.Elapsed()
			require.NoError(t, hangUp(c))
			require.Equal(t, &sim.End{Why: sim.CallerHungUp, Text: "the caller hung up"}, c.End())
			require.Equal(t, was, c.Elapsed())
			require.Equal(t, tt.requests, requests(c))
			require.Equal(t, tt.want, tt.look(c))
			for _, x := range exchanges(c)[1:] {
				require.Equal(t, "completed", x.Form.Get("CallStatus"))
			}
			require.NotContains(t, texts(sim.Heard)(c), "nobody")
			require.Error(t, hangUp(c))
		})
	}
}

func TestHangUpRetries(t *testing.T) {
	a := app{"/": `<Record action="/a"/>`}
	c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		a.ServeHTTP(w, r)
	}), outbound)
	ready(c)
	require.NoError(t, speak(c, 9*time.Second))
	require.NoError(t, hangUp(c))
	require.Equal(t, "POST /a|POST /a|POST /a|POST /a|POST /status", requests(c))
	require.Equal(t, 9*time.Second, c.Elapsed(), "what is sent after the end does not make the call longer")
	require.Equal(t, "POST "+origin+"/a: the app answered with status 500 Internal Server Error", texts(sim.Warned)(c))
	require.Equal(t, "9", last(c, "/status").Form.Get("CallDuration"))
	require.Equal(t, "2025-01-01T12:00:09Z", last(c, "/status").Form.Get("Timestamp"))
	requireOrder(t, c)
}

// requireOrder proves that the clock never goes back.
func requireOrder(t testing.TB, c *sim.Call) {
	t.Helper()
	require.True(t, slices.IsSortedFunc(c.Log(), func(a, b sim.Entry) int { return int(max(-1, min(1, a.At-b.At))) }), "%s", c.Transcript())
}

func TestRefusals(t *testing.T) {
	const dial = `<Dial>+1402</Dial>`
	for _, tt := range []struct{ doc, before, thing, why string }{
		{"<Say>a</Say>", "", "press 1", "goes on by itself"},
		{"<Say>a</Say>", "", "press 123456", "pressed 123456, but"},
		{"<Say>a</Say>", "", "press 1234567", "pressed 7 keys, but"}, // of a card, perhaps
		{"<Say>a</Say>", "", "press x", "keys are 0 to 9, *, # and A to D"},
		{"<Say>a</Say>", "", "press ", "cannot press nothing"},
		{"<Say>a</Say>", "", "say a", "goes on by itself"},
		{"<Say>a</Say>", "", "say ", "stay silent"},
		{"<Say>a</Say>", "", "speak 1s", "goes on by itself"},
		{"<Say>a</Say>", "", "speak 0s", "no time"},
		{"<Say>a</Say>", "", "speak -1s", "no time"},
		{"<Say>a</Say>", "", "silence", "goes on by itself"},
		{"<Say>a</Say>", "", "answer 1s", "goes on by itself"},
		{"<Say>a</Say>", "", "talk 1s", "goes on by itself"},
		{"<Gather/>", "", "say a", "for keys only"},
		{"<Gather/>", "", "speak 1s", "say words"},
		{"<Gather/>", "", "answer 1s", "listening for keys"},
		{`<Gather input="speech"/>`, "", "press 1", "for speech only"},
		{`<Gather input="dtmf speech"/>`, "press 1", "say a", "pressed already"},
		{`<Gather numDigits="1"/>`, "", "press 123", "took only 1 of 3 keys"},
		{dial, "", "press 1", "dialing +1402"},
		{dial, "", "press *", "dialing +1402"},
		{dial, "", "say a", "dialing +1402"},
		{dial, "", "speak 1s", "dialing +1402"},
		{dial, "", "silence", "up to the dialed party"},
		{dial, "", "talk 1s", "dialing +1402"},
		{dial, "", "answer 1s +1999", "dialing +1402"},
		{dial, "", "answer -1s", "no time"},
		{dial, "answer", "answer", "connected with +1402"},
		{dial, "answer", "silence", "connected with +1402"},
		{dial, "answer", "talk -1s", "no time"},
		{`<Record finishOnKey="#"/>`, "", "press 1", "recording"},
		{"<Record/>", "", "answer 1s", "recording"},
		{"<Pay/>", "", "say four", "asking for"},
		{"<Pay/>", "", "speak 1s", "asking for"},
		{"<Hangup/>", "listen", "press 1", "is over: the app hung up"},
		{"<Hangup/>", "listen", "hangup", "is over: the app hung up"},
	} {
		t.Run(tt.doc+" "+tt.before+" "+tt.thing, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc})
			if c.Step(); strings.HasPrefix(tt.doc, "<Say") {
				require.Equal(t, sim.ForNobody, c.Waiting().For)
			}
			if tt.before != "" {
				require.NoError(t, act(c, tt.before))
			}
			entries, at := len(c.Log()), c.Elapsed()
			require.ErrorContains(t, act(c, tt.thing), tt.why)
			if !strings.Contains(tt.why, "took only") {
				require.Len(t, c.Log(), entries, "an error has changed nothing")
				require.Equal(t, at, c.Elapsed())
			}
		})
	}
	c := begin(t, app{"/": `<Gather input="speech"/><Gather input="speech"/><Gather/>`})
	for _, confidence := range []float64{0, 1} {
		ready(c)
		require.NoError(t, say(c, "a", confidence))
	}
	for _, confidence := range []float64{-0.1, 1.1, math.NaN()} {
		require.ErrorContains(t, say(c, "a", confidence), "from 0 to 1")
	}
	ready(c)
	require.NoError(t, press(c, "1234567#"))
	require.Equal(t, "1234567#", texts(sim.Pressed)(c), "keys for the app are shown")
}

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*sim.Config)
		why    string
	}{
		{"relative URL", func(cfg *sim.Config) { cfg.URL = "/voice" }, "absolute"},
		{"no URL", func(cfg *sim.Config) { cfg.URL = "" }, "absolute"},
		{"other scheme", func(cfg *sim.Config) { cfg.URL = "ftp://app.example/" }, "absolute"},
		{"bad URL", func(cfg *sim.Config) { cfg.URL = "http://app.example/%zz" }, "absolute"},
		{"no host", func(cfg *sim.Config) { cfg.URL = "http:///voice" }, "absolute"},
		{"ended", func(cfg *sim.Config) { cfg.Webhook.CallStatus = voxhook.CallStatusBusy }, "cannot begin as one that is busy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := sim.Config{App: sim.Handler(app{}), URL: origin}
			tt.change(&cfg)
			c, err := sim.New(cfg)
			require.ErrorContains(t, err, tt.why)
			require.Nil(t, c)
		})
	}
}

// Protocol, section 2.
func TestFirstWebhook(t *testing.T) {
	c := begin(t, app{})
	x := exchanges(c)[0]
	require.Equal(t, "POST", x.Method)
	require.Equal(t, origin+"/", x.URL.String())
	require.Equal(t, map[string][]string{
		"CallSid": {x.Form.Get("CallSid")}, "AccountID": {"4021"}, "TrunkID": {"90001"}, "From": {"+14025550100"}, "To": {"+14025550199"},
		"CallStatus": {"ringing"}, "ApiVersion": {"v0"}, "Direction": {"inbound"},
	}, map[string][]string(x.Form))
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, x.Form.Get("CallSid"))

	c = begin(t, app{"/": "<Say>a</Say><Redirect>/b</Redirect>"}, func(cfg *sim.Config) {
		cfg.Method = voxml.MethodGET
		cfg.Webhook = voxhook.VoiceWebhook{
			CallSid: "c1", CallerName: "Jo", ParentCallSid: "p1", CallStatus: "queued",
			Geo: voxhook.Geo{FromCity: "OMAHA", FromState: "NE", FromZip: "68102", FromCountry: "US", ToCity: "LINCOLN", ToState: "NE", ToZip: "68501", ToCountry: "US"},
		}
	})
	play(t, c, "")
	require.Equal(t, "GET", exchanges(c)[0].Method)
	require.Equal(t, "queued", exchanges(c)[0].Form.Get("CallStatus"))
	for _, x := range exchanges(c) {
		for name, want := range map[string]string{
			"CallSid": "c1", "CallerName": "Jo", "ParentCallSid": "p1",
			"FromCity": "OMAHA", "FromState": "NE", "FromZip": "68102", "FromCountry": "US",
			"ToCity": "LINCOLN", "ToState": "NE", "ToZip": "68501", "ToCountry": "US",
		} {
			require.Equal(t, want, x.Form.Get(name), name)
		}
	}
	require.Equal(t, "in-progress", exchanges(c)[1].Form.Get("CallStatus"))
}

// Protocol, section 1: a caller may withhold the number.
func TestNoFrom(t *testing.T) {
	c := begin(t, app{"/": "<Say>a</Say><Redirect>/b</Redirect>"}, func(cfg *sim.Config) { cfg.NoFrom = true })
	play(t, c, "")
	for _, x := range exchanges(c) {
		require.False(t, x.Form.Has("From"))
		require.NotEmpty(t, x.Form.Get("To"))
	}
	require.Empty(t, last(c, "/b").Event.Webhook().From)
}

// Protocol, sections 2.2 and 3.1.
func TestOutbound(t *testing.T) {
	c := begin(t, app{"/": `<Say>one two</Say><Record maxLength="3"/><Hangup/>`}, outbound, func(cfg *sim.Config) {
		cfg.Webhook.AnsweredBy = voxhook.AnsweredByHumanResidence
	})
	first := exchanges(c)[0].Form
	require.Equal(t, "outbound-api", first.Get("Direction"))
	require.Equal(t, "in-progress", first.Get("CallStatus"))
	require.Equal(t, "human_residence", first.Get("AnsweredBy"))
	play(t, c, "speak 3s")
	status := last(c, "/status")
	require.Equal(t, "POST", status.Method)
	require.Equal(t, "completed", status.Form.Get("CallStatus"))
	require.Equal(t, "4", status.Form.Get("CallDuration"))
	require.Equal(t, "2025-01-01T12:00:03Z", status.Form.Get("Timestamp"))
	require.Equal(t, "1", status.Form.Get("SequenceNumber"))
	require.Equal(t, "human_residence", status.Form.Get("AnsweredBy"))
	require.Equal(t, "3", status.Form.Get("RecordingDuration"))
	require.NotEmpty(t, status.Form.Get("RecordingUrl"))

	require.Empty(t, last(begin(t, app{}), "/").Form.Get("AnsweredBy"))
}

func TestStatusCallback(t *testing.T) {
	relative := func(cfg *sim.Config) { cfg.URL = origin + "/a/b"; cfg.StatusCallback = "status" }
	for _, tt := range []struct {
		name, doc, script string
		change            func(*sim.Config)
		requests, status  string
	}{
		{"hung up", "<Hangup/>", "", outbound, "POST /status", "completed"},
		{"end of document", "", "", outbound, "POST /status", "completed"},
		{"caller hung up", "<Gather/>", "hangup", outbound, "POST /status", "completed"},
		{"rejected after it was answered", "<Reject/>", "", outbound, "POST /status", "completed"},
		{"app fails", "<Redirect>ftp://x/</Redirect>", "", outbound, "POST /status", "failed"},
		{"loop", `<Redirect>/</Redirect>`, "", outbound, strings.Repeat("POST /|", 99) + "POST /status", "failed"},
		{"to a Flow, where it goes on", "<Connect><Flow>f</Flow></Connect>", "", outbound, "", ""},
		{"inbound", "<Hangup/>", "", func(cfg *sim.Config) { cfg.StatusCallback = "/status" }, "", ""},
		{"none", "<Hangup/>", "", func(cfg *sim.Config) { outbound(cfg); cfg.StatusCallback = "" }, "", ""},
		{"relative to the first URL", "", "", func(cfg *sim.Config) { outbound(cfg); relative(cfg) }, "POST /a/status", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc}, tt.change)
			play(t, c, tt.script)
			require.NotNil(t, c.End())
			require.Equal(t, tt.requests, requests(c))
			require.Equal(t, tt.status, last(c, "/status").Form.Get("CallStatus"))
		})
	}
}

func TestUnanswered(t *testing.T) {
	for _, status := range []voxhook.CallStatus{voxhook.CallStatusBusy, voxhook.CallStatusNoAnswer, voxhook.CallStatusFailed} {
		t.Run(string(status), func(t *testing.T) {
			c := begin(t, app{"/": "<Say>Hello</Say>"}, outbound, func(cfg *sim.Config) { cfg.Unanswered = status })
			require.Equal(t, sim.NotAnswered, c.End().Why)
			require.False(t, c.Step())
			require.Len(t, exchanges(c), 1)
			form := last(c, "/status").Form
			require.Equal(t, string(status), form.Get("CallStatus"))
			require.Equal(t, "0", form.Get("CallDuration"))
			require.False(t, form.Has("RecordingDuration"))
			require.False(t, form.Has("RecordingSid"))
			require.Equal(t, "2025-01-01T12:00:00Z", form.Get("Timestamp"))
		})
	}
}

func TestBounds(t *testing.T) {
	forever := func(inside string) string {
		return `<Do expression="1==1" maxLoops="1000000000">` + inside + `</Do>`
	}
	for _, tt := range []struct{ name, doc, why string }{
		{"Do", forever(""), "10000 verbs"},
		{"Do that pauses", forever("<Pause/>"), "for a day"},
		{"Do that hardly pauses", forever(`<Say><break time="1ms"/></Say>`), "200000 verbs"},
		{"music on hold", `<Play loop="12">a.mp3</Play><Redirect>/</Redirect>`, "for a day"},
		{"hardly any music on hold", `<Say><break time="1ms"/></Say><Redirect>/</Redirect>`, "20000 documents"},
		{"Do in Do", forever(forever("")), "10000 verbs"},
		{"Do that is told to go on", forever(`<Set output="a">b</Set>`), "10000 verbs"},
		{"Redirect", "<Redirect/>", "100 documents"},
		{"Redirect in a Do", forever("<Redirect>/</Redirect>"), "100 documents"},
		{"Pay that cannot be", `<Pay currency="eur" action="/"/>`, "100 documents"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc})
			play(t, c, "")
			require.Equal(t, sim.Looped, c.End().Why)
			require.Contains(t, c.End().Text, tt.why)
			if !strings.Contains(tt.name, "music") {
				require.LessOrEqual(t, len(exchanges(c)), 100)
			}
		})
	}

	// Whoever does something may do so for ever.
	for thing, doc := range map[string]string{
		"press 1": `<Gather numDigits="1" action="/"/>`, "say a": `<Gather input="speech" action="/"/>`,
		"silence": `<Gather action="/" actionOnEmptyResult="true"/>`, "busy": `<Dial action="/">+1402</Dial>`, "speak 9s": `<Record maxLength="1" action="/"/>`,
		"press *": `<Pay action="/"/>`,
	} {
		c := begin(t, app{"/": doc})
		for range 250 {
			ready(c)
			require.NoError(t, act(c, thing))
		}
		require.Nil(t, c.End(), thing)
	}
	for silent, doc := range map[string]string{"record": `<Record action="/"/>`, "pay": `<Pay action="/" maxAttempts="1"/>`} {
		c := begin(t, app{"/": doc})
		for range 250 {
			ready(c)
			require.NoError(t, silence(c))
		}
		require.Nil(t, c.End(), silent)
	}
	c := begin(t, app{"/": `<Dial action="/" timeLimit="2">+1402</Dial>`})
	for i := range 500 {
		ready(c)
		if c.Waiting().For == sim.ForParty {
			require.NoError(t, act(c, "answer"))
		} else if i%4 == 1 {
			require.NoError(t, act(c, "talk 1s"))
		} else {
			require.NoError(t, act(c, "speak 2s"))
		}
	}
	require.Nil(t, c.End())

	// Waiting for somebody may take longer than a day.
	for script, doc := range map[string]string{
		"silence": `<Gather timeout="200000" action="/a" actionOnEmptyResult="true"/>`, "press 1": `<Gather timeout="200000" action="/a"/>`,
		"answer; talk 200000s": `<Dial timeLimit="200000" action="/a">+1402</Dial>`, "ring": `<Dial timeout="200000" action="/a">+1402</Dial>`,
		"speak 200000s": `<Record timeout="0" maxLength="200000" action="/a"/>`, "say yes": `<Gather input="speech" speechTimeout="200000" action="/a"/>`,
	} {
		c := begin(t, app{"/": doc, "/a": "<Say>a</Say>"})
		play(t, c, script)
		require.Equal(t, sim.OutOfVerbs, c.End().Why, doc)
		require.Greater(t, c.Elapsed(), 48*time.Hour, doc)
	}

	// Who does something can be heard for longer than a day.
	c = begin(t, app{"/": `<Say loop="999999999">a</Say><Gather/><Say loop="999999999">a</Say><Gather/>`})
	play(t, c, "silence")
	require.Nil(t, c.End())
}

// Time passes while somebody is waited for, as long as that lasts.
func TestLinger(t *testing.T) {
	for _, tt := range []struct{ doc, script, elapsed, why string }{
		{"<Gather timeout=\"5\"><Say>a b</Say></Gather>", "linger 3s; linger 1s; hangup", "4s", ""},
		{"<Gather timeout=\"5\"/>", "linger 3s; silence", "5s", ""},
		{"<Gather timeout=\"5\"/>", "linger 3s; press 1; linger 4s", "8s", ""},
		{"<Gather timeout=\"5\"/>", "press 1; linger 4s", "5s", ""},
		{"<Gather timeout=\"5\"/>", "linger 5s", "0s", "waited for 5s, which is too long: after 5s something happens by itself, because the app is listening"},
		{"<Gather timeout=\"5\"/>", "linger 3s; linger 2s", "3s", "after 2s something happens"},
		{"<Dial>+1</Dial>", "linger 8s; hangup", "8s", ""},
		{"<Dial timeout=\"10\">+1</Dial>", "linger 8s; answer 9s; talk 1s", "10s", ""},
		{"<Dial timeout=\"10\">+1</Dial>", "linger 8s; ring", "10s", ""},
		{"<Dial timeout=\"10\">+1</Dial>", "linger 10s", "0s", "after 10s something happens"},
		{"<Dial timeLimit=\"10\">+1</Dial>", "answer; linger 8s; talk 5s", "10s", ""},
		{"<Record timeout=\"5\"/>", "linger 3s; silence", "5s", ""},
		{"<Record timeout=\"5\"/>", "speak 2s; linger 3s; press 1", "5s", ""},
		{"<Record timeout=\"0\" maxLength=\"9\"/>", "linger 8s; silence", "9s", ""},
		{"<Pay timeout=\"5\"/>", "linger 3s; silence; press *", "8.6s", ""},
		{"<Gather numDigits=\"3\" output=\"x\"/><Gather output=\"y\"/>", "press 1; linger 3s; listen; silence", "10s", ""},
		{"<Gather input=\"speech\"/>", "linger 3s; refused press 1; silence", "5s", ""},
		{"<Gather input=\"speech\"/>", "linger 3s; refused press 1; linger 4s", "", "after 2s something happens"},
		{"<Record maxLength=\"10\" timeout=\"8\"/>", "speak 4s; linger 3s; speak 6s", "10s", ""},
		{"<Record maxLength=\"20\" timeout=\"0\"/>", "linger 15s; speak 10s", "20s", ""},
		{"<Record timeout=\"10\" finishOnKey=\"9\"/>", "linger 8s; refused press 1; linger 8s", "", "after 2s something happens"},
		{"<Pay/>", "press 4111; linger 3s; press 111111111111; linger 4s; listen; press *", "8s", ""},
		{`<Pay><Prompt for="payment-card-number" requireMatchingInputs="true"><Say>a</Say></Prompt></Pay>`,
			"press 4111111111111111; linger 3s; listen; linger 4s; press *", "9s", ""},
		{"<Say>a</Say>", "linger 1s", "0s", "is over"},
		{"<Gather/>", "linger 0s", "0s", "that is no time"},
	} {
		t.Run(tt.doc+" "+tt.script, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc})
			var err error
			for thing := range strings.SplitSeq(tt.script, "; ") {
				ready(c)
				thing, refused := strings.CutPrefix(thing, "refused ")
				if err = act(c, thing); refused {
					require.Error(t, err)
				} else if err != nil {
					break
				}
			}
			if tt.why != "" {
				require.ErrorContains(t, err, tt.why)
				return
			}
			require.NoError(t, err)
			goOn(c)
			require.Equal(t, tt.elapsed, c.Elapsed().String())
		})
	}
}

// The clock stops at the largest time there is.
func TestLongTimes(t *testing.T) {
	for _, tt := range []struct{ name, doc, script string }{
		{"Gather", `<Gather timeout="9223372036"/>`, "silence"},
		{"two Gathers", `<Gather timeout="9223372036"/><Gather timeout="9223372036"/>`, "silence;silence"},
		{"speech", `<Gather input="speech" speechTimeout="9223372036"/><Gather/>`, "say yes;silence"},
		{"Dial", `<Dial timeLimit="9223372036" action="/a" record="record-from-answer">+1402</Dial>`, "answer;talk 2562047h"},
		{"late Dial", `<Gather timeout="9223372036"/><Dial timeout="9223372036" action="/a">+1402</Dial>`, "silence;ring"},
		{"Record", `<Record maxLength="9223372036" timeout="0" action="/a"/>`, "silence"},
		{"Pause", `<Pause length="9223372036"/><Pause length="9223372036"/>`, ""},
		{"Say", `<Say loop="9223372036854775807">a b c</Say>`, ""},
		{"Play", `<Play digits="ww11" loop="9223372036854775807"/>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc}, outbound)
			play(t, c, tt.script)
			require.NotNil(t, c.End())
			require.Greater(t, c.Elapsed(), 23*time.Hour)
			requireOrder(t, c)
		})
	}
}

func TestEnded(t *testing.T) {
	c := begin(t, app{"/": "<Say>a</Say>"})
	play(t, c, "")
	require.Equal(t, sim.OutOfVerbs, c.End().Why)
	requireEnded(t, c)
}

// requireEnded proves that nothing changes after the end of a call.
func requireEnded(t testing.TB, c *sim.Call) {
	t.Helper()
	before, at, entries := c.Transcript(), c.Elapsed(), len(c.Log())
	for _, thing := range []string{
		"press 1", "say a", "speak 1s", "silence", "answer", "busy", "fail", "ring", "talk 1s", "hangup",
	} {
		require.Error(t, act(c, thing), thing)
	}
	require.False(t, c.Step())
	require.Equal(t, sim.ForNobody, c.Waiting().For)
	require.Len(t, c.Log(), entries)
	require.Equal(t, at, c.Elapsed())
	require.Equal(t, before, c.Transcript())
}

func TestVarsAreCopies(t *testing.T) {
	c := begin(t, app{"/": `<Set output="a">1</Set><Redirect>/b</Redirect><Set output="a">2</Set>`, "/b": `<Set output="a">2</Set>`},
		func(cfg *sim.Config) { cfg.Webhook.Vars = voxhook.Vars{"z": "0"} })
	play(t, c, "")
	require.Equal(t, `{"a":"1","z":"0"}`, sent("/b", "Vars")(c))
	require.Equal(t, voxhook.Vars{"a": "1", "z": "0"}, last(c, "/b").Event.Webhook().Vars)
	c.Vars()["a"] = "3"
	require.Equal(t, "a=2 z=0", vars(c))
}

// things is what FuzzCall lets people do, by a byte.
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
				require.Less(t, steps, 250_000*(len(inputs)+1), "it has no end")
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

// tenSteps calls a menu that asks five times, and hangs up.
func tenSteps(t testing.TB) *sim.Call {
	c := begin(t, menu)
	for range 5 {
		for c.Waiting().For == sim.ForNobody || c.Log()[len(c.Log())-1].Kind != sim.Heard {
			require.True(t, c.Step())
		}
		require.NoError(t, press(c, "1"))
	}
	for c.Step() {
	}
	return c
}

// menu asks for a key until it has got five.
var menu = func() http.Handler {
	ask := func(asked int) voxml.Response {
		return voxml.Response{
			voxml.Set{Output: "asked", Value: fmt.Sprint(asked)},
			voxml.Gather{Action: "/chosen", NumDigits: 1, Verbs: []voxml.GatherVerb{voxml.Say{Text: "For sales, press 1."}}},
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/", &voxhook.Handler{OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return ask(1), nil }})
	mux.Handle("/chosen", &voxhook.Handler{OnGather: func(_ context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
		asked, err := strconv.Atoi(e.Vars["asked"])
		if err != nil || asked == 5 {
			return voxml.Response{voxml.Hangup{}}, err
		}
		return ask(asked + 1), nil
	}})
	return mux
}()

func BenchmarkCall(b *testing.B) {
	for _, calls := range []int{1, 1000} {
		b.Run(fmt.Sprintf("calls=%d", calls), func(b *testing.B) {
			for b.Loop() {
				for range calls {
					tenSteps(b)
				}
			}
		})
	}
}

func TestTenSteps(t *testing.T) { assert.Equal(t, sim.HungUp, tenSteps(t).End().Why) }
