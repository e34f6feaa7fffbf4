package sim_test

import (
	"flag"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

var update = flag.Bool("update", false, "write testdata/*.txt")

// golden compares a text with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// requirePrintable checks that a transcript is safe to print in a terminal.
func requirePrintable(t testing.TB, transcript string) {
	t.Helper()
	i := strings.IndexFunc(transcript, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
	require.Negative(t, i, "%q", transcript[max(i, 0):])
}

// Requests that only repeat the previous one are counted. Generated ids are
// numbered, so their values do not matter.
func TestTranscriptIsShort(t *testing.T) {
	transcript := func(sid string) string {
		c := begin(t, app{"/": `<Redirect>/</Redirect>`}, func(cfg *sim.Config) { cfg.Webhook.CallSid = sid })
		for c.Step() {
		}
		return c.Transcript()
	}
	long := transcript(sim.NewID("one", 0))
	require.Equal(t, long, transcript(sim.NewID("another", 0)))
	require.Contains(t, long, "CallSid=id-1 ")
	require.Equal(t, 2, strings.Count(long, "<Redirect>"), long)
	require.Contains(t, long, "          … and 98 more of the same\n")
	require.Contains(t, transcript("my own"), "CallSid=my own ")
}

// A transcript hides the host of the recordings, wherever the app writes it.
func TestTranscriptOfRecordings(t *testing.T) {
	play := func(recordings string) string {
		c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			app{
				"/":  `<Record action="/a" recordingStatusCallback="/r"/>`,
				"/a": "<Play>" + strings.ReplaceAll(r.FormValue("RecordingUrl"), "&", "&amp;") + "</Play><Set output=\"a\">" + recordings + "</Set><Redirect>/b?at=" + url.QueryEscape(recordings) + "</Redirect>",
			}.ServeHTTP(w, r)
		}), func(cfg *sim.Config) { cfg.RecordingsURL = recordings })
		play(t, c, "speak 3s; silence")
		require.Contains(t, c.Transcript(), "plays https://recordings.example.com/id-2.wav?")
		return c.Transcript()
	}
	one := play("http://127.0.0.1:34567")
	require.Equal(t, one, play("http://127.0.0.1:45678"))
	require.NotContains(t, one, "127.0.0.1")
	require.Contains(t, play("http://app.example/recordings"), "POST http://app.example/a", "the app's own host must be shown")
}

// A transcript hides secrets in URLs.
func TestTranscriptOfSecrets(t *testing.T) {
	const userinfo = "canary:canary@"
	c := begin(t, app{
		"/": `<Play>https://` + userinfo + `files.example/a.mp3?X-Amz-Signature=canary&amp;part=1</Play>` +
			`<Set output="at">//canary@a.example/?key=canary</Set>` +
			`<Say>Go to https://canary@a.example/b?auth_token=canary.</Say>` +
			`<Redirect>http://` + userinfo + `app.example/c?a=1&amp;vh=canary&amp;next=https%3A%2F%2Fcanary%3Acanary%40b.example%2F%3Fapi_key%3Dcanary</Redirect>`,
		"/c": `<Record maxLength="1" recordingStatusCallback="mailto:a"/><Redirect>/d?session=canary</Redirect><Say`,
	}, func(cfg *sim.Config) { cfg.URL = "http://" + userinfo + "app.example/?password=canary" })
	play(t, c, "")
	require.Contains(t, last(c, "/c").URL.String(), "canary", "the app must receive the secret")
	shown := c.Transcript() + c.End().Text
	for _, e := range c.Log() {
		shown += e.String()
	}
	require.NotContains(t, shown, "canary")
	for _, part := range []string{"POST http://xxxxx@app.example/?password=xxxxx", "https://xxxxx@files.example/a.mp3?X-Amz-Signature=xxxxx&part=1", "https://xxxxx@a.example/b?auth_token=xxxxx",
		"/c?a=1&vh=xxxxx&next=https%3A%2F%2Fxxxxx%40b.example%2F%3Fapi_key%3Dxxxxx"} {
		require.Contains(t, strings.ReplaceAll(shown, "&amp;", "&"), part)
	}
	for _, plain := range []string{"", "mail me@example.com", "a // b @ c", "50%", "?design=blue&monkey=12345&keyboard=23456", "/menu?key=1#", "http://a.example/@b?a=@", "PaymentToken=id-1"} {
		require.Equal(t, plain, sim.Shown(plain))
	}
}

// Common parameters are shown only if they have changed. A parameter that is
// gone is shown without a value.
func TestTranscriptOfForms(t *testing.T) {
	c := begin(t, app{"/": `<Say>a</Say><Set output="a">1</Set><Redirect>/b</Redirect>`, "/b": `<Unset output="a"/><Gather action="/a"/>`})
	play(t, c, "press 1#")
	all := exchanges(c)
	require.Contains(t, all[0].Lines(nil)[0], "CallSid=")
	require.Equal(t, `CallStatus=in-progress Vars={"a":"1"}`, all[1].Lines(all[0].Form)[0])
	require.Equal(t, "Digits=1 FinishedOnKey=# Vars=", all[2].Lines(all[1].Form)[0])
}

func TestFirstLines(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{"", ""},
		{"a\r\nb\n", "| a;| b"},
		{"1\n2\n3\n4\n5\n6", "| 1;| 2;| 3;| 4;| 5"},
		{strings.Repeat("a", 300), "| " + strings.Repeat("a", 200)},
		{strings.Repeat("é", 101) + "\x1b[2J", "| " + strings.Repeat("é", 100)},
		{"a\x00b\x1b", "| a\uFFFDb\uFFFD"},
	} {
		require.Equal(t, tt.want, strings.Join((&sim.Exchange{Body: []byte(tt.body)}).FirstLines(), ";"))
	}
}

func FuzzTranscript(f *testing.F) {
	for _, tab := range readTables(f) {
		for _, r := range tab.rows {
			if r.cells["transcript"] != "" {
				f.Add("<Response>" + r.fill(tab.docs["/"]) + "</Response>")
			}
		}
	}
	for _, doc := range []string{
		"", "<Response/>", "<Response>text</Response>", `<Response><a><a>b</a>"<c d='"&gt;'/></a></Response>`, "<Response><Say><Say>a</Say>b</Say><Redirect/></Response>",
		"<Response><x>a<x/>b</x><Sayx><y/></Sayx></Response>",
	} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, doc) }))
		transcript := c.Transcript()
		requirePrintable(t, transcript)
		require.True(t, strings.HasSuffix(transcript, "\n"))

		// No element is lost.
		parsed, err := voxml.Parse(strings.NewReader(doc))
		if err != nil {
			require.True(t, parsed != nil || c.End() != nil, "a document that cannot be read must end the call; an ignored attribute must not")
			return
		}
		if text := parsed.String(); text != "" {
			require.Equal(t, strings.Count(text, "<"), strings.Count(strings.Join(exchanges(c)[0].Lines(nil), ""), "<"))
		}
	})
}
