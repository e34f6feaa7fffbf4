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

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/voxml"
)

var update = flag.Bool("update", false, "write testdata/*.txt")

// Whole calls: the same script gives the same transcript, byte for byte.
var scenarios = []struct {
	name   string
	app    app
	script string
	change func(*sim.Config)
}{
	{"menu", app{
		"/": `<Say voice="Polly.Amy" language="en-GB">Thank you for calling.</Say><Set output="tries">1</Set>` +
			`<Gather action="/menu" actionOnEmptyResult="true" input="dtmf speech" numDigits="1" output="menu"><Say>For sales, press 1.</Say><Play>hours.mp3</Play></Gather>`,
		"/menu": `<If expression="${menu.digits}==&quot;1&quot;"><Say loop="2">One moment.</Say><Dial action="/dialed" timeout="20" record="record-from-ringing">+14025550123</Dial></If>` +
			`<Say>We did not understand.</Say><Redirect method="GET">/</Redirect>`,
		"/dialed":  `<Say>Please leave a message.</Say><Record action="message" finishOnKey="#" recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed"/>`,
		"/message": `<Say>Goodbye.</Say><Hangup history="full"/>`,
	}, "say opening hours; silence; press 1; ring; speak 12s; press #", nil},
	{"payment", app{
		"/": `<Pay action="/paid" statusCallback="/progress" chargeAmount="9.50" postalCode="false">` +
			`<Prompt for="payment-card-number"><Say>Your card, please.</Say></Prompt>` +
			`<Prompt for="payment-card-number" errorType="invalid-card-number"><Say>That is no card.</Say><Play digits="1w2"/></Prompt><Parameter name="order" value="7"/></Pay>`,
		"/paid": `<Say>Thank you.</Say>`,
	}, "press 4111111111111112#; listen; press 4111111111111111#; silence; press 1239#; press 907#", nil},
	{"outbound", app{
		"/": `<Dial answerOnBridge="true" callerId="+14025550000" ringTone="uk" hangupOnStar="true" output="d"><Number>+14025550101</Number><Number url="/whisper" sendDigits="1w">+14025550102</Number></Dial>` +
			`<Say>They have hung up: <break time="1s"/>goodbye.</Say>`,
		"/whisper": `<Say>A call for you.</Say>`,
	}, "busy 4s +14025550101; answer 9s; speak 30s; press *", func(cfg *sim.Config) {
		outbound(cfg)
		cfg.NestedVars = true
		cfg.Webhook.AnsweredBy, cfg.Webhook.Vars = voxhook.AnsweredByHumanResidence, voxhook.Vars{"order.id": "7"}
	}},
	{"callers", app{
		"/": `<Say>Thank you for calling.</Say>` +
			`<Gather action="/menu" numDigits="1" input="dtmf speech" actionOnEmptyResult="true"><Say>For <break time="500ms"/>opening hours, press 2.</Say><Play>b.mp3</Play></Gather>`,
		"/menu": `<Say loop="2">One moment.</Say><Dial action="/dialed"><Number url="/ask">+1402</Number></Dial>`,
		"/ask": `<Say>A call for you.</Say><Gather numDigits="1" timeout="7" output="ok"><Say>Press 1 to accept.</Say></Gather>` +
			`<If expression="${ok.digits} != '1'"><Say>Goodbye.</Say><Hangup/></If>`,
		"/dialed": `<Gather numDigits="2" action="/code"><Say>Your code?</Say></Gather>`,
		"/code":   `<Say>Thank you. Goodbye.</Say>`,
	}, "now upto Thank you; now type 5; linger 1s; upto opening hours; mumble 2s; pickup; linger 1s; now upto to accept; party press 2; now upto code; type 12A; now upto you; now hangup", nil},
	{"ahead", app{
		"/":     `<Gather action="/menu" numDigits="1"><Say>For opening hours, press 2.</Say></Gather>`,
		"/menu": `<Say>One moment.</Say><Gather action="/code" input="speech"><Say>Why?</Say></Gather><Gather action="/code"><Say>Your code?</Say></Gather>`,
		"/code": `<Say>Thank you.</Say>`,
	}, "type 2402#; silence", func(cfg *sim.Config) { cfg.TypeAhead = true }},
	{"failures", app{
		"/":        `<Foo>text <Bar a="&#x200b;b">c</Bar> text</Foo><Set output="a">` + strings.Repeat("b", 51) + `</Set><Do expression="1==("/><Record maxLength="1" recordingStatusCallback="mailto:x"/><Redirect>/missing</Redirect>`,
		"/missing": `<Say>a`,
	}, "silence", nil},
	{"account", app{
		"/": `<Pay action="/paid" paymentMethod="ach-debit" bankAccountType="consumer-savings"/>`, "/paid": `<Pay action="/declined" chargeAmount="1"/>`, "/declined": `<Hangup/>`,
	}, "good account; declined card", nil},
	{"parameters", app{"/": `<Say>a</Say><Redirect>/b</Redirect>`}, "", func(cfg *sim.Config) {
		cfg.Method, cfg.NoFrom = voxml.MethodGET, true
		cfg.Webhook = voxhook.VoiceWebhook{
			CallSid: "c1", CallerName: "Jo", ParentCallSid: "p1", CallStatus: "queued",
			Geo: voxhook.Geo{FromCity: "OMAHA", FromState: "NE", FromZip: "68102", FromCountry: "US", ToCity: "LINCOLN", ToState: "NE", ToZip: "68501", ToCountry: "US"},
		}
	}},
	{"dialed", app{
		"/": `<Dial action="/a" record="record-from-ringing-dual" recordingStatusCallback="/r" recordingStatusCallbackEvent="in-progress completed failed">+1402</Dial>`,
	}, "answer 3s; talk 4500ms", nil},
}

func TestTranscript(t *testing.T) {
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			var got string
			for range 3 {
				c := begin(t, tt.app, tt.change)
				play(t, c, tt.script)
				require.NotNil(t, c.End())
				requireEnded(t, c)
				again := c.Transcript()
				if got != "" {
					require.Equal(t, got, again)
				}
				got = again
			}
			requirePrintable(t, got)
			golden(t, tt.name, got)
		})
	}
}

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

// requirePrintable proves that a transcript disturbs no terminal.
func requirePrintable(t testing.TB, transcript string) {
	t.Helper()
	i := strings.IndexFunc(transcript, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
	require.Negative(t, i, "%q", transcript[max(i, 0):])
}

// Requests that do nothing but repeat the one before are counted, and made-up
// ids are numbered, so that a name does not matter.
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
	require.Contains(t, long, "          … and 98 times the same\n")
	require.Contains(t, transcript("my own"), "CallSid=my own ")
}

// Where the recordings are does not show, wherever the app writes it.
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
	require.Contains(t, play("http://app.example/recordings"), "POST http://app.example/a", "a host that is the app's is shown")
}

// Secrets of URLs do not show, wherever they are.
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
	require.Contains(t, last(c, "/c").URL.String(), "canary", "the app gets it")
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

// Of the common parameters there are those that are new. One that is gone is
// shown without a value.
func TestTranscriptOfForms(t *testing.T) {
	c := begin(t, app{"/": `<Say>a</Say><Set output="a">1</Set><Redirect>/b</Redirect>`, "/b": `<Unset output="a"/><Gather action="/a"/>`})
	play(t, c, "press 1#")
	all := exchanges(c)
	require.Contains(t, all[0].Lines(nil)[0], "CallSid=")
	require.Equal(t, `CallStatus=in-progress Vars={"a":"1"}`, all[1].Lines(all[0].Form)[0])
	require.Equal(t, "Digits=1 FinishedOnKey=# Vars=", all[2].Lines(all[1].Form)[0])
}

// A document that is too long to be read is shown by its first lines.
func TestTranscriptOfALongDocument(t *testing.T) {
	c := begin(t, app{"/": strings.Repeat("<Pause/>", 9000)})
	require.Less(t, len(c.Transcript()), 1000)
	require.Contains(t, c.Transcript(), "| <Response><Pause/>")
}

// Documents are shown as they are, element by element.
func TestTranscriptOfDocuments(t *testing.T) {
	for _, tt := range []struct{ name, doc, want string }{
		{"empty", "", "<Response/>"},
		{"verbs", "<Answer/><Say>a</Say>", "<Response>|  <Answer/>|  <Say>a</Say>|</Response>"},
		{"nested", `<Gather><Say>a</Say><Pause/></Gather>`, "<Response>|  <Gather>|    <Say>a</Say>|    <Pause/>|  </Gather>|</Response>"},
		{"speech", `<Say><p>a</p><break/> b</Say>`, "<Response>|  <Say><p>a</p><break/> b</Say>|</Response>"},
		{"text beside elements", `<Foo><Bar/>text</Foo>`, "<Response>|  <Foo>|    <Bar/>|    text|  </Foo>|</Response>"},
		{"quotes in text", `<Foo><Bar/>say "a<Baz/>b"</Foo>`, `<Response>|  <Foo>|    <Bar/>|    say "a|    <Baz/>|    b"|  </Foo>|</Response>`},
		{"angles in an attribute", `<Foo a="&gt;" b='&lt;"'><Bar/></Foo>`, ""},
		{"unprintable", `<Foo a="&#x200b;"><Bar>&#x85;</Bar></Foo>`, "<Response>|  <Foo a=\"\uFFFD\">|    <Bar>\uFFFD</Bar>|  </Foo>|</Response>"},
		{"what cannot be written", `<Redirect></Redirect>`, "| <Response><Redirect></Redirect></Response>"},
		{"lines", "<Say>a\nb</Say>", "<Response>|  <Say>a\uFFFDb</Say>|</Response>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := begin(t, app{"/": tt.doc})
			lines := exchanges(c)[0].Lines(nil)[2:] // after the form and the status
			if tt.want != "" {
				require.Equal(t, tt.want, strings.ReplaceAll(strings.Join(lines, "|"), "||", "|"))
			}
			requirePrintable(t, c.Transcript())
		})
	}
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
	for _, s := range scenarios {
		for _, doc := range s.app {
			f.Add("<Response>" + doc + "</Response>")
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
			require.True(t, parsed != nil || c.End() != nil, "what cannot be read ends the call; what is left out does not")
			return
		}
		if text := parsed.String(); text != "" {
			require.Equal(t, strings.Count(text, "<"), strings.Count(strings.Join(exchanges(c)[0].Lines(nil), ""), "<"))
		}
	})
}
