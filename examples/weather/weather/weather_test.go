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

// Webhooks that no call brings about, but that the platform could send. Tests
// of whole calls have all others.
//
// The logs are whole lines but for the level and the call, so they show that
// neither a number nor what was pressed or said is in them.
func TestOddWebhooks(t *testing.T) {
	tests := []struct{ name, url, own, says, log string }{
		{"key before speech", zipURL, "Digits=68102&SpeechResult=10001", reports["68102"], "telling the weather"},
		{"count missing", zipURL, ``, "We did not hear a zip code.", "asking again"},
		{"count negative", zipURL, `Vars={"tries":"-9"}`, "We did not hear a zip code.", "asking again"},
		{"count too large", zipURL, `Vars={"tries":"9"}`, "We did not hear a zip code. Goodbye.", "giving up"},
		{"told too often", againURL, `Digits=1&Vars={"zip":"68102","told":"9"}`, reports["68102"] + " Goodbye.", "telling the weather again"},
		{"other key before again", againURL, `Digits=2&SpeechResult=again&Vars={"zip":"68102","told":"1"}`, "Goodbye.", "goodbye"},
		{"part of a word", againURL, `SpeechResult=against&Vars={"zip":"68102","told":"1"}`, "Goodbye.", "goodbye"},
		{"silence after all", againURL, `Vars={"zip":"68102","told":"1"}`, "Goodbye.", "goodbye"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			w := request(Routes(Config{Log: logger(&log)}), tt.url, tt.own)
			assert.Equal(t, http.StatusOK, w.Code)
			assert.Equal(t, tt.says, says(t, w.Body))
			line, _ := strings.CutSuffix(log.String(), " call=1\n")
			assert.Equal(t, "level=INFO msg="+tt.log, strings.ReplaceAll(line, `"`, ""))
		})
	}
}

// says returns what the first verb of an answer says.
func says(t *testing.T, body io.Reader) string {
	t.Helper()
	doc, err := voxml.Parse(body)
	require.NoError(t, err)
	require.NotEmpty(t, doc)
	assert.Empty(t, doc.Check())
	return doc[0].(voxml.Say).Text
}

// A callback that fails is heard as an apology: here the platform has lost the
// variables.
func TestFallback(t *testing.T) {
	for _, vars := range []string{"", "&Vars={", `&Vars={"zip":"12345"}`} {
		var log bytes.Buffer
		w := request(Routes(Config{Log: logger(&log)}), againURL, "Digits=1"+vars)
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Equal(t, "We are sorry, something went wrong. Please call again later.", says(t, w.Body))
		assert.Contains(t, log.String(), "there is no known zip code in the variables of the call")
		assert.NotContains(t, log.String(), "4025550")
		assert.NotContains(t, log.String(), "12345")
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
