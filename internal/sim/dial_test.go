package sim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
)

const recordedDial = `<Dial@ recordingStatusCallback="/r" record="record-from-answer">+1402</Dial>`

var dialAttributes = []attribute{
	{"Dial", "action", "/a", "<Dial@>+1402</Dial>", "answer; talk 5s", requests, "POST /a", ""},
	{"Dial", "answerOnBridge", "true", `<Dial@ action="/a">+1402</Dial>`, "busy 3s", sent("/a", "CallStatus"), "ringing", "in-progress"},
	{"Dial", "answerOnBridge", "true", "<Dial@>+1402</Dial>", "answer 3s", answeredAt, "3s", "0s"},
	{"Dial", "callerId", "+1999", "<Dial@>+1402</Dial>", "", details(sim.Dialed), "from +1999", ""},
	{"Dial", "callerId", "+1999", `<Dial@><Number url="/w">+1402</Number></Dial>`, "answer", sent("/w", "From"), "+1999", "+14025550100"},
	{"Dial", "hangupOnStar", "true", "<Dial@>+1402</Dial>", "answer; press *", texts(sim.Undialed), "completed", ""},
	{"Dial", "hangupOnStar", "true", "<Dial@>+1402</Dial>", "try press *", texts(sim.Undialed), "canceled", ""},
	{"Dial", "method", "GET", `<Dial@ action="/a">+1402</Dial>`, "busy", requests, "GET /a", "POST /a"},
	{"Dial", "output", "d", "<Dial@>+1402</Dial>", "busy", vars, "d.status=busy", ""},
	{"Dial", "record", "record-from-answer", "<Dial@>+1402</Dial>", "answer 3s; talk 5s", texts(sim.Recorded), "5s", ""},
	{"Dial", "record", "record-from-ringing", "<Dial@>+1402</Dial>", "answer 3s; talk 5s", texts(sim.Recorded), "8s", ""},
	{"Dial", "record", "record-from-ringing", "<Dial@>+1402</Dial>", "ring", texts(sim.Recorded), "30s", ""},
	{"Dial", "record", "record-from-answer-dual", `<Dial@ recordingStatusCallback="/r">+1402</Dial>`, "answer 3s; talk 5s", sent("/r", "RecordingChannels"), "2", ""},
	{"Dial", "record", "record-from-ringing-dual", `<Dial@ recordingStatusCallback="/r">+1402</Dial>`, "busy 3s", sent("/r", "RecordingChannels"), "2", ""},
	{"Dial", "recordingStatusCallback", "/r", `<Dial@ record="record-from-answer">+1402</Dial>`, "answer; talk 5s", requests, "POST /r", ""},
	{"Dial", "recordingStatusCallbackEvent", "in-progress completed", recordedDial, "answer; talk 5s", sent("/r", "RecordingStatus"), "in-progress|completed", "completed"},
	{"Dial", "recordingStatusCallbackEvent", "failed", recordedDial, "answer; talk 5s", requests, "", "POST /r"},
	{"Dial", "recordingStatusCallbackMethod", "GET", recordedDial, "answer; talk 5s", requests, "GET /r", "POST /r"},
	{"Dial", "recordingTrack", "inbound", recordedDial, "answer; talk 5s", sent("/r", "RecordingTrack"), "inbound", "both"},
	{"Dial", "ringTone", "uk", "<Dial@>+1402</Dial>", "", details(sim.Dialed), "uk ring tone", ""},
	{"Dial", "timeLimit", "60", "<Dial@>+1402</Dial>", "answer 3s; talk 5h", elapsed, "1m3s", "4h0m3s"},
	{"Dial", "timeLimit", "60", "<Dial@>+1402</Dial>", "answer; speak 40s; speak 40s", texts(sim.Undialed), "completed", ""},
	{"Dial", "timeout", "10", "<Dial@>+1402</Dial>", "ring", elapsed, "10s", "30s"},

	{"Number", "method", "GET", `<Dial><Number@ url="/w">+1402</Number></Dial>`, "answer", requests, "GET /w", "POST /w"},
	{"Number", "sendDigits", "1w2", "<Dial><Number@>+1402</Number></Dial>", "answer", both(sim.Whispered), "tones 1w2 to +1402", ""},
	{"Number", "sendDigits", "1w2", "<Dial><Number@>+1402</Number></Dial>", "answer", elapsed, "1s", "0s"},
	{"Number", "url", "/w", "<Dial><Number@>+1402</Number></Dial>", "answer", requests, "POST /w", ""},
}

func answeredAt(c *sim.Call) string {
	for _, e := range c.Log() {
		if e.Kind == sim.Answered {
			return e.At.String()
		}
	}
	return "never"
}

// Protocol, sections 3.3 and 4, Dial.
func TestDial(t *testing.T) {
	const three = "<Number>+1401</Number><Number>\n +1402 </Number><Number>+1403</Number>"
	for _, tt := range []struct {
		name, attrs, numbers, script string
		status, bridged, duration    string
		elapsed                      time.Duration
	}{
		{"answers", "", "+1402", "answer 3s; talk 60s", "completed", "true", "60", 63 * time.Second},
		{"answers, parts of a second", "", "+1402", "answer; talk 1500ms", "completed", "true", "2", 1500 * time.Millisecond},
		{"answers and hangs up", "", "+1402", "answer; talk 0s", "completed", "true", "0", 0},
		{"busy", "", "+1402", "busy 3s", "busy", "false", "0", 3 * time.Second},
		{"fails", "", "+1402", "fail 1s", "failed", "false", "0", time.Second},
		{"does not answer", "", "+1402", "ring", "no-answer", "false", "0", 30 * time.Second},
		{"answers at the last moment", `timeout="20"`, "+1402", "answer 19999ms; talk 1s", "completed", "true", "1", 20999 * time.Millisecond},
		{"talk to the limit", `timeLimit="60"`, "+1402", "answer; talk 60s", "completed", "true", "60", time.Minute},
		{"talk beyond the limit", `timeLimit="60"`, "+1402", "answer; talk 61s", "completed", "true", "60", time.Minute},
		{"caller speaks to the limit", `timeLimit="60"`, "+1402", "answer; speak 1m", "completed", "true", "60", time.Minute},
		{"caller speaks beyond the limit", `timeLimit="60"`, "+1402", "answer; say well; speak 2m", "completed", "true", "60", time.Minute},
		{"star", `hangupOnStar="true"`, "+1402", "answer; speak 3s; press 1*", "completed", "true", "3", 3 * time.Second},
		{"star while it rings", `hangupOnStar="true"`, "+1402", "press *", "canceled", "false", "0", 0},
		{"keys for the dialed party", "", "+1402", "answer; press 12*#; talk 1s", "completed", "true", "1", time.Second},
		{"spaces", "", "\n +1402 ", "answer 0s +1402; talk 1s", "completed", "true", "1", time.Second},
		{"first of three", "", three, "answer; talk 1s", "completed", "true", "1", time.Second},
		{"second of three", "", three, "answer 2s +1402; talk 1s", "completed", "true", "1", 3 * time.Second},
		{"one busy, another answers", "", three, "busy 2s +1401; answer 5s +1403; talk 1s", "completed", "true", "1", 6 * time.Second},
		{"one answers before another was busy", "", three, "busy 5s +1401; answer 0s +1403; talk 1s", "completed", "true", "1", 6 * time.Second},
		{"all busy", "", three, "busy 2s", "busy", "false", "0", 2 * time.Second},
		{"one after the other", "", three, "busy 2s +1402; fail 3s +1401; busy 4s +1403", "busy", "false", "0", 4 * time.Second},
		{"one rings to the end", "", three, "ring 0s +1402; fail 3s +1401; busy 4s +1403", "no-answer", "false", "0", 30 * time.Second},
		{"none answers", "", three, "busy 4s +1403; ring", "no-answer", "false", "0", 30 * time.Second},
		{"the second is the first of the rest", "", three, "busy 1s +1401; answer; talk 1s", "completed", "true", "1", 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Dial action="/a" output="d" ` + tt.attrs + ">" + tt.numbers + "</Dial><Say>unreachable</Say>"})
			play(t, c, tt.script)
			require.NotNil(t, c.End())
			form := last(c, "/a").Form
			require.Equal(t, tt.status, form.Get("DialCallStatus"))
			require.Equal(t, tt.bridged, form.Get("DialBridged"))
			require.Equal(t, tt.duration, form.Get("DialCallDuration"))
			require.NotEmpty(t, form.Get("DialCallSid"))
			require.NotEqual(t, form.Get("CallSid"), form.Get("DialCallSid"))
			require.Equal(t, `{"d.status":"`+tt.status+`"}`, form.Get("Vars"))
			require.Equal(t, tt.elapsed, c.Elapsed())
			require.Empty(t, texts(sim.Heard)(c))
			requireOrder(t, c)
		})
	}
}

// What a dialed party cannot do.
func TestDialRefuses(t *testing.T) {
	for _, tt := range []struct{ before, thing, why string }{
		{"", "answer 20s", "cannot ring for 20s: the app dials for 20s, so nobody would answer"},
		{"", "busy 21s", "so nobody would answer"},
		{"", "ring 3s", "lets it ring to the end"},
		{"linger 8s", "answer 5s", "cannot ring for 5s: it has rung for 8s already"},
		{"busy 5s +1401", "fail 4s", "it has rung for 5s already"},
	} {
		c := begin(t, app{"/": `<Dial timeout="20"><Number>+1401</Number><Number>+1402</Number></Dial>`})
		ready(c)
		if tt.before != "" {
			require.NoError(t, act(c, tt.before))
		}
		require.ErrorContains(t, act(c, tt.thing), tt.why)
	}
}

// Of several parties, each that drops out is noted when it does.
func TestSeveralParties(t *testing.T) {
	for script, want := range map[string]string{
		"ring 0s +1401; answer 5s +1402; talk 1s": "6s completed",
		"ring 0s +1401; busy 5s +1402":            "5s busy|30s no-answer",
		"busy 1s +1401; fail 5s +1402":            "1s busy|5s failed",
	} {
		c := begin(t, app{"/": `<Dial><Number>+1401</Number><Number>+1402</Number></Dial>`})
		play(t, c, script)
		var got []string
		for _, e := range c.Log() {
			if e.Kind == sim.Undialed {
				got = append(got, e.At.String()+" "+e.Text)
			}
		}
		require.Equal(t, want, strings.Join(got, "|"), script)
	}
}

func TestDialWaits(t *testing.T) {
	c := begin(t, app{"/": `<Dial><Number>+1401</Number><Number>+1402</Number></Dial>`})
	ready(c)
	w := c.Waiting()
	require.Equal(t, sim.ForParty, w.For)
	require.Equal(t, []string{"+1401", "+1402"}, w.Numbers)
	require.False(t, w.Keys)
	require.False(t, w.Speech)

	require.NoError(t, act(c, "busy 1s +1401"))
	require.Equal(t, []string{"+1402"}, c.Waiting().Numbers)
	require.Equal(t, []string{"+1401", "+1402"}, w.Numbers)
	require.ErrorContains(t, act(c, "answer 1s +1401"), "dialing +1402")
	require.Equal(t, "busy +1401", both(sim.Undialed)(c))

	require.NoError(t, act(c, "answer"))
	w = c.Waiting()
	require.Equal(t, sim.ForTalk, w.For)
	require.True(t, w.Keys)
	require.True(t, w.Speech)
	require.Contains(t, w.Text, "connected with +1402")
}

func TestDialWithout(t *testing.T) {
	for _, tt := range []struct{ name, doc, script, warned string }{
		{"action", "<Dial>+1402</Dial><Say>next</Say>", "busy", ""},
		{"number", "<Dial/><Say>next</Say>", "", "a Dial is left out: it has no number"},
		{"number in a Number", "<Dial><Number> </Number><Number>+1402</Number></Dial><Say>next</Say>", "answer; talk 1s", "a Number is left out: it is empty"},
		{"number that is known", "<Dial><Sip>a</Sip></Dial><Say>next</Say>", "",
			"the element Sip is left out: it is not documented there|a Dial is left out: it has no number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc})
			play(t, c, tt.script)
			require.Equal(t, tt.warned, texts(sim.Warned)(c))
			require.Equal(t, "next", texts(sim.Heard)(c))
		})
	}
}

// Protocol, section 4, Number: T.
func TestWhisper(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		status    string
		whispered string
		warned    string
	}{
		{"empty", "", "completed", "", ""},
		{"heard", "<Say>one two</Say><Play>a</Play><Pause/><Play digits=\"1\"/>", "completed", "one two to +1402|a to +1402|pause to +1402|1 to +1402", ""},
		{"refuses", "<Say>one</Say><Hangup/><Say>two</Say>", "no-answer", "one to +1402", ""},
		{"rejects", "<Reject/>", "no-answer", "", ""},
		{"Gather", "<Gather><Say>Press 1.</Say></Gather><Say>two</Say>", "completed", "Press 1. to +1402|two to +1402", ""},
		{"Gather that has to be answered", `<Gather action="/accept"/><Hangup/>`, "no-answer", "", ""},
		{"Gather that need not be", `<Gather action="/accept" actionOnEmptyResult="true"/><Hangup/>`, "completed", "accepted to +1402", ""},
		{"Record", "<Record/>", "completed", "beep to +1402", ""},
		{"Pay", `<Pay maxAttempts="1"/>`, "completed", "Please enter the payment card number, then press pound. to +1402", ""},
		{"variables", `<Set output="v">2</Set><If expression="${v}=='2'"><Say>two</Say></If>`, "completed", "two to +1402", ""},
		{"Redirect", "<Redirect>/accept</Redirect><Hangup/>", "completed", "accepted to +1402", ""},
		{"Redirect to nowhere", "<Redirect>ftp://a/</Redirect>", "failed", "",
			"a dialed party is not connected: the app names a URL that is neither http nor https, nor relative to one"},
		{"Redirect without end", "<Redirect>w</Redirect>", "failed", "",
			"a dialed party is not connected: the app sent 100 documents while nobody did anything and no time passed"},
		{"silence without end", `<Gather action="w" timeout="60" actionOnEmptyResult="true"/>`, "failed", "",
			"a dialed party is not connected: the app went on for a day while nobody did anything"},
		{"other calls", "<Dial>+1</Dial><Connect><Flow>f</Flow></Connect>", "completed", "",
			"a voxml.Dial is left out: this simulation does not run it for a dialed party|a voxml.Connect is left out: this simulation does not run it for a dialed party"},
		{"Play of nothing", "<Play/>", "completed", "", "a Play is left out: it has neither a URL nor digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Set output="v">1</Set><Dial action="/a"><Number url="w">+1402</Number></Dial>`, "/w": tt.doc, "/accept": "<Say>accepted</Say>"})
			play(t, c, "answer; try talk 1s")
			require.Equal(t, `{"v":"1"}`, sent("/a", "Vars")(c), "a dialed party has variables of its own")
			require.Equal(t, tt.status, sent("/a", "DialCallStatus")(c))
			require.Equal(t, tt.whispered, both(sim.Whispered)(c))
			require.Equal(t, tt.warned, texts(sim.Warned)(c))
			require.Empty(t, texts(sim.Heard, sim.Played, sim.Toned)(c), "the caller hears nothing of it")

			form := exchanges(c)[1].Form
			require.Equal(t, last(c, "/").Form.Get("CallSid"), form.Get("ParentCallSid"))
			require.Equal(t, last(c, "/a").Form.Get("DialCallSid"), form.Get("CallSid"))
			require.Equal(t, "+1402", form.Get("To"))
			require.Equal(t, "outbound-dial", form.Get("Direction"))
			require.Equal(t, `{"v":"1"}`, form.Get("Vars"))
		})
	}

	geo := voxhook.Geo{FromCity: "OMAHA", ToCity: "LINCOLN"}
	for doc, city := range map[string]string{`<Dial>`: "OMAHA", `<Dial callerId="+1999">`: ""} {
		c := begin(t, app{"/": doc + `<Number url="w">+1402</Number></Dial>`}, func(cfg *sim.Config) { cfg.Webhook.Geo = geo })
		play(t, c, "answer; talk 1s")
		require.Empty(t, last(c, "/w").Form.Get("ToCity"), "it is of another number")
		require.Equal(t, city, last(c, "/w").Form.Get("FromCity"))
	}

	c := begin(t, app{"/": `<Dial record="record-from-ringing" recordingStatusCallback="/r"><Number url="ftp://w/">+1402</Number></Dial>`})
	play(t, c, "answer 2s")
	require.Equal(t, sim.OutOfVerbs, c.End().Why, "the call goes on without the dialed party")
	require.Equal(t, "failed", texts(sim.Undialed)(c))
	require.Contains(t, texts(sim.Warned)(c), "a dialed party is not connected: ")
	require.Empty(t, texts(sim.Bridged)(c))
	require.Equal(t, "completed", sent("/r", "RecordingStatus")(c), "the recording ends with the dialed call")
}

func TestDialRecording(t *testing.T) {
	c := begin(t, app{"/": `<Dial action="/a" record="record-from-ringing-dual" recordingStatusCallback="/r" recordingStatusCallbackEvent="in-progress completed failed">+1402</Dial>`})
	play(t, c, "answer 3s; talk 4500ms")
	form := last(c, "/r").Form
	require.Equal(t, "in-progress|completed", sent("/r", "RecordingStatus")(c))
	for name, want := range map[string]string{
		"RecordingDuration": "8", "RecordingChannels": "2", "RecordingSource": "DialVerb", "RecordingTrack": "both", "RecordingStartTime": "2025-01-01T12:00:00Z",
	} {
		require.Equal(t, want, form.Get(name), name)
	}
	for _, name := range []string{"RecordingSid", "RecordingUrl", "RecordingDuration"} {
		require.Equal(t, form.Get(name), last(c, "/a").Form.Get(name), name)
	}
}
