package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
)

const recorded = `<Record@ recordingStatusCallback="/r"/>`

var recordAttributes = []attribute{
	{"Record", "action", "/a", "<Record@/>", "speak 3s", requests, "POST /a", ""},
	{"Record", "finishOnKey", "#", `<Record@ action="/a"/>`, "speak 3s; try press 1", sent("/a", "Digits"), "", "1"},
	{"Record", "finishOnKey", "#*", `<Record@ action="/a"/>`, "speak 3s; try press 1; try press *", sent("/a", "Digits"), "*", "1"},
	{"Record", "finishOnKey", "", "<Record@/>", "", waits, "speech", "keys speech"},
	{"Record", "maxLength", "7", "<Record@/>", "speak 2h", texts(sim.Recorded), "7s", "1h0m0s"},
	{"Record", "method", "GET", `<Record@ action="/a"/>`, "speak 3s", requests, "GET /a", "POST /a"},
	{"Record", "playBeep", "false", `<Record@/><Say>a</Say>`, "silence", both(sim.Beeped, sim.Heard), "a ", " |a "},
	{"Record", "recordingStatusCallback", "/r", "<Record@/>", "speak 3s", requests, "POST /r", ""},
	{"Record", "recordingStatusCallbackEvent", "in-progress", recorded, "speak 3s", sent("/r", "RecordingStatus"), "in-progress", "completed"},
	{"Record", "recordingStatusCallbackEvent", "in-progress completed failed", recorded, "speak 3s", sent("/r", "RecordingStatus"), "in-progress|completed", "completed"},
	{"Record", "recordingStatusCallbackMethod", "GET", recorded, "speak 3s", requests, "GET /r", "POST /r"},
	{"Record", "timeout", "9", "<Record@/>", "speak 3s", elapsed, "12s", "8s"},
	{"Record", "timeout", "9", "<Record@/>", "silence", elapsed, "9s", "5s"},
	{"Record", "timeout", "0", "<Record@/>", "speak 3s", texts(sim.Recorded), "1h0m0s", "3s"},
}

// Silence is recorded, but for that which ends the recording.
func TestSilenceInARecording(t *testing.T) {
	for _, tt := range []struct{ attrs, script, length, elapsed string }{
		{`maxLength="10" timeout="8"`, "speak 4s; linger 3s; speak 6s", "10", "10s"},
		{`maxLength="20" timeout="0"`, "linger 15s; speak 10s", "20", "20s"},
		{`maxLength="20"`, "speak 4s; linger 3s; press #", "7", "7s"},
		{`maxLength="20"`, "speak 4s; linger 3s; silence", "4", "9s"},
		{`maxLength="20"`, "speak 4s; linger 3s; speak 2s", "9", "14s"},
		{`timeout="0"`, "linger 15s; press 1", "15", "15s"},
		{`timeout="5" maxLength="5"`, "silence", "5", "5s"},
		{`timeout="5" maxLength="6"`, "silence", "0", "5s"},
		{`timeout="5" maxLength="6"`, "speak 1s; silence", "6", "6s"},
		{``, "speak 4s; linger 3s; hangup", "7", "7s"},
	} {
		c := begin(t, app{"/": `<Record action="/a" ` + tt.attrs + "/>"})
		play(t, c, tt.script)
		require.Equal(t, tt.length, sent("/a", "RecordingDuration")(c), tt.attrs+tt.script)
		require.Equal(t, tt.elapsed, c.Elapsed().String(), tt.attrs+tt.script)
	}
}

// Protocol, sections 3.5 and 4, Record.
func TestRecord(t *testing.T) {
	for _, tt := range []struct {
		name, attrs, script     string
		length, digits, elapsed string
	}{
		{"silence after speech", "", "speak 3s", "3", "", "8s"},
		{"words", "", "say one two three", "2", "", "6.2s"},
		{"several times", "", "speak 3s; say one; speak 1s", "5", "", "9.4s"},
		{"silence", "", "silence", "0", "", "5s"},
		{"a key", "", "speak 3s; press 5", "3", "5", "3s"},
		{"a key at once", "", "press *", "0", "*", "0s"},
		{"the longest", `maxLength="4"`, "speak 9s", "4", "", "4s"},
		{"the longest, exactly", `maxLength="4"`, "speak 4s", "4", "", "4s"},
		{"the longest in silence", `maxLength="4"`, "speak 2s", "4", "", "4s"},
		{"never silent", `maxLength="60" timeout="0"`, "speak 2s; silence", "60", "", "1m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": `<Record action="/a" ` + tt.attrs + "/><Say>unreachable</Say>"})
			play(t, c, tt.script)
			require.NotNil(t, c.End())
			form := last(c, "/a").Form
			require.Equal(t, tt.length, form.Get("RecordingDuration"))
			require.Equal(t, tt.digits, form.Get("Digits"))
			require.NotEmpty(t, form.Get("RecordingSid"))
			require.NotEmpty(t, form.Get("RecordingUrl"))
			require.Equal(t, tt.elapsed, elapsed(c))
			require.Empty(t, texts(sim.Heard)(c))
		})
	}
	c := begin(t, app{"/": "<Record/><Say>next</Say>"})
	play(t, c, "silence")
	require.Equal(t, "next", texts(sim.Heard)(c), "without action it goes on")
}

// Protocol, section 3.2.
func TestRecordingCallback(t *testing.T) {
	for _, tt := range []struct {
		name, events string
		fail         bool
		want         string
	}{
		{"default", "", false, "completed"},
		{"all", "in-progress completed failed", false, "in-progress|completed"},
		{"failed only", "failed", false, ""},
		{"default, fails", "", true, ""},
		{"all, fails", "in-progress completed failed", true, "in-progress|failed"},
		{"failed only, fails", "failed", true, "failed"},
		{"unknown", "absent", false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events := ""
			if tt.events != "" {
				events = ` recordingStatusCallbackEvent="` + tt.events + `"`
			}
			c := begin(t, app{"/": `<Pause/><Record action="/a" recordingStatusCallback="/r"` + events + "/>"}, outbound, func(cfg *sim.Config) { cfg.FailRecordings = tt.fail })
			play(t, c, "speak 2s")
			require.Equal(t, tt.want, sent("/r", "RecordingStatus")(c))
			for _, x := range exchanges(c) {
				if x.URL.Path != "/r" {
					continue
				}
				ready := x.Form.Get("RecordingStatus") == "completed"
				require.Equal(t, ready, x.Form.Has("RecordingUrl"))
				require.Equal(t, ready, x.Form.Has("RecordingDuration"))
				require.Equal(t, "1", x.Form.Get("RecordingChannels"))
				require.Equal(t, "RecordVerb", x.Form.Get("RecordingSource"))
				require.Equal(t, "2025-01-01T12:00:01Z", x.Form.Get("RecordingStartTime"))
				require.Equal(t, last(c, "/a").Form.Get("RecordingSid"), x.Form.Get("RecordingSid"))
			}
			require.Equal(t, !tt.fail, last(c, "/a").Form.Has("RecordingUrl"))
			require.Equal(t, !tt.fail, last(c, "/status").Form.Has("RecordingUrl"))
		})
	}
}

func TestRecordWaits(t *testing.T) {
	for attrs, want := range map[string]string{
		"": "until any key", `finishOnKey="#*" maxLength="9"`: "up to 9s, until # or [*]", `finishOnKey=""`: "up to 1h0m0s",
	} {
		c := begin(t, app{"/": "<Record " + attrs + "/>"})
		ready(c)
		require.Equal(t, sim.ForMessage, c.Waiting().For)
		require.Regexp(t, want+"$", c.Waiting().Text)
	}
}
