package weather

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

// logger returns a log that, without times, can be compared.
func logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// request sends a webhook, as the platform does, of the call 1.
func request(h http.Handler, path, own string) *httptest.ResponseRecorder {
	form, err := url.ParseQuery(own)
	if err != nil {
		panic(err)
	}
	for name, value := range map[string]string{"CallSid": "1", "From": "+14025550100", "To": "+14025550199", "FromCity": "OMAHA"} {
		form.Set(name, value)
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const (
	byeDoc = `<Say>Goodbye.</Say><Hangup/></Response>`
	askDoc = `<Gather action="/weather/zip" actionOnEmptyResult="true" input="dtmf speech" numDigits="5" speechTimeout="auto" timeout="8">` +
		`<Say>Please enter your five-digit zip code, or say it digit by digit.</Say></Gather></Response>`
	againDoc = `<Gather action="/weather/again" input="dtmf speech" numDigits="1" speechTimeout="auto" timeout="5">` +
		`<Say>To hear it again, press 1 or say again. Otherwise, just hang up.</Say></Gather>` + byeDoc
	tries2   = `<Set output="tries">2</Set>`
	omaha    = `<Response><Say>In Omaha it is clear, and 75 degrees.</Say><Set output="zip">68102</Set>`
	omahaDoc = omaha + `<Set output="told">1</Set>` + againDoc
	sorryDoc = `<Response><Say>We are sorry, something went wrong. Please call again later.</Say><Hangup/></Response>`
)

// The logs are whole lines but for the level and the call, so they show that
// neither a number nor what was pressed or said is in them.
func TestDocuments(t *testing.T) {
	tests := []struct{ name, url, own, doc, log string }{
		{"call", "/weather", "", `<Response><Say>Welcome to the weather line, where all weather is made up. First, to show that you are no robot, please solve a sum.</Say>` +
			`<Set output="_sum">6</Set>` +
			`<Do expression="${_captcha.digits}!=${_sum} &amp;&amp; ${_captcha.speech}!~&quot;(^|[^0-9A-Za-z])(6|[Ss]ix)($|[^0-9A-Za-z])&quot;" maxLoops="2">` +
			`<If expression="${do.n}==&quot;1&quot;"><Say>We did not get the right answer. Please try once more.</Say></If>` +
			`<Gather input="dtmf speech" numDigits="1" output="_captcha" speechTimeout="auto" timeout="5">` +
			`<Say>What is five plus one? Press the key or say the number.</Say></Gather></Do>` +
			`<If expression="${_captcha.digits}!=${_sum} &amp;&amp; ${_captcha.speech}!~&quot;(^|[^0-9A-Za-z])(6|[Ss]ix)($|[^0-9A-Za-z])&quot;">` +
			`<Say>Sorry, we did not get the right answer. Goodbye.</Say><Hangup/></If>` +
			`<Redirect>/weather/ask</Redirect></Response>`, "incoming call"},
		{"human", "/weather/ask", "", `<Response><Say>Thank you.</Say><Set output="tries">1</Set>` + askDoc, "human"},

		{"zip code by key", "/weather/zip", "Digits=68102", omahaDoc, "telling the weather"},
		{"by speech", "/weather/zip", "SpeechResult=Six+eight+one+zero+two.", omahaDoc, "telling the weather"},
		{"by speech in figures", "/weather/zip", "SpeechResult=6+8+1+0+2", omahaDoc, "telling the weather"},
		{"key before speech", "/weather/zip", "Digits=68102&SpeechResult=10001", omahaDoc, "telling the weather"},
		{"on the last try", "/weather/zip", `Digits=68102&Vars={"tries":"2"}`, omahaDoc, "telling the weather"},
		{"unknown", "/weather/zip", `Digits=12345&Vars={"tries":"1"}`,
			`<Response><Say>We have no weather for 1 2 3 4 5.</Say>` + tries2 + askDoc, "asking again"},
		{"too short", "/weather/zip", `Digits=6810&Vars={"tries":"1"}`,
			`<Response><Say>That was not a zip code of five digits.</Say>` + tries2 + askDoc, "asking again"},
		{"no digits", "/weather/zip", `SpeechResult=Omaha&Vars={"tries":"1"}`,
			`<Response><Say>That was not a zip code of five digits.</Say>` + tries2 + askDoc, "asking again"},
		{"silence", "/weather/zip", `Vars={"tries":"1"}`,
			`<Response><Say>We did not hear a zip code.</Say>` + tries2 + askDoc, "asking again"},
		{"count missing", "/weather/zip", ``, `<Response><Say>We did not hear a zip code.</Say>` + tries2 + askDoc, "asking again"},
		{"count negative", "/weather/zip", `Vars={"tries":"-9"}`, `<Response><Say>We did not hear a zip code.</Say>` + tries2 + askDoc, "asking again"},
		{"unknown again", "/weather/zip", `Digits=12345&Vars={"tries":"2"}`,
			`<Response><Say>We have no weather for 1 2 3 4 5. Goodbye.</Say><Hangup/></Response>`, "giving up"},
		{"silence again", "/weather/zip", `Vars={"tries":"2"}`,
			`<Response><Say>We did not hear a zip code. Goodbye.</Say><Hangup/></Response>`, "giving up"},

		{"again by key", "/weather/again", `Digits=1&Vars={"zip":"68102","told":"1"}`,
			omaha + `<Set output="told">2</Set>` + againDoc, "telling the weather again"},
		{"again by speech", "/weather/again", `SpeechResult=Again,+please!&Vars={"zip":"68102","told":"1"}`,
			omaha + `<Set output="told">2</Set>` + againDoc, "telling the weather again"},
		{"again for the last time", "/weather/again", `Digits=1&Vars={"zip":"68102","told":"2"}`,
			`<Response><Say>In Omaha it is clear, and 75 degrees. Goodbye.</Say><Hangup/></Response>`, "telling the weather again"},
		{"other key", "/weather/again", `Digits=2&SpeechResult=again&Vars={"zip":"68102","told":"1"}`, "<Response>" + byeDoc, "goodbye"},
		{"other word", "/weather/again", `SpeechResult=against&Vars={"zip":"68102","told":"1"}`, "<Response>" + byeDoc, "goodbye"},
		{"silence after all", "/weather/again", `Vars={"zip":"68102","told":"1"}`, "<Response>" + byeDoc, "goodbye"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			w := request(Routes(Config{Log: logger(&log)}), tt.url, tt.own)
			assert.Equal(t, http.StatusOK, w.Code)
			assert.Equal(t, tt.doc, w.Body.String())
			line, _ := strings.CutSuffix(log.String(), " call=1\n")
			assert.Equal(t, "level=INFO msg="+tt.log, strings.ReplaceAll(line, `"`, ""))

			doc, err := voxml.Parse(w.Body)
			require.NoError(t, err)
			assert.Empty(t, doc.Check())
		})
	}
}

// A callback that fails is heard as an apology: here the platform has lost the
// variables.
func TestFallback(t *testing.T) {
	for _, vars := range []string{"", "&Vars={", `&Vars={"zip":"12345"}`} {
		var log bytes.Buffer
		w := request(Routes(Config{Log: logger(&log)}), againURL, "Digits=1"+vars)
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Equal(t, sorryDoc, w.Body.String())
		assert.Contains(t, log.String(), "there is no known zip code in the variables of the call")
		assert.NotContains(t, log.String(), "4025550")
		assert.NotContains(t, log.String(), "12345")

		doc, err := voxml.Parse(w.Body)
		require.NoError(t, err)
		assert.Empty(t, doc.Check())
	}
}

func TestRoutesLogsByDefault(t *testing.T) {
	var out bytes.Buffer
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(logger(&out))
	defer func() { // SetDefault also turns package log around, and not back
		slog.SetDefault(before)
		log.SetOutput(output)
		log.SetFlags(flags)
	}()
	request(Routes(Config{}), askURL, "")
	assert.Equal(t, "level=INFO msg=human call=1\n", out.String())
}
