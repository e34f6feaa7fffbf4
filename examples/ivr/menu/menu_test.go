package menu

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
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxml"
)

const (
	caller   = "+14025550100"
	company  = "+14025550199"
	testDesk = "+14025550123"
	open     = "We are always open."
)

// newMenu returns a menu whose log, without times, can be compared.
func newMenu(log io.Writer) menu {
	return menu{sales: testDesk, hours: open, log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))}
}

// webhook returns the parameters of a webhook: those of every call, and own.
func webhook(own string) url.Values {
	form := url.Values{"CallSid": {"c1"}, "From": {caller}, "To": {company}, "CallStatus": {"in-progress"}, "Direction": {"inbound"}}
	values, err := url.ParseQuery(own)
	if err != nil {
		panic(err)
	}
	for name, value := range values {
		form[name] = value
	}
	return form
}

// request returns a webhook as the platform sends it.
func request(method, path string, form url.Values) *http.Request {
	if method == http.MethodGet {
		return httptest.NewRequest(method, path+"?"+form.Encode(), nil)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// odd are webhooks that no call through the menu brings about, but that the
// platform could send: what is missing, broken or new in them loses no call.
// The logs are whole lines, so they show that neither keys nor speech nor a
// number in full is in them.
var odd = []struct {
	name string
	url  string
	own  string // parameters besides those of every call
	says string // empty: 204
	log  string // behind level, and with the call's own attributes left out
}{
	{"city with markup", voiceURL, "FromCity=%3CHangup%2F%3E", "Thank you for calling from <Hangup/>.", `INFO "incoming call"`},
	{"key before speech", menuURL, "Digits=2&SpeechResult=sales", open + " Goodbye.", `INFO "telling the hours"`},
	{"wrong key beats speech", menuURL, `Digits=7&SpeechResult=sales&Vars={"tries":"1"}`, again, `INFO "asking again"`},
	{"more than three tries", menuURL, `Digits=7&Vars={"tries":"4"}`, again + " Goodbye.", `INFO "giving up"`},
	{"count missing", menuURL, `Digits=7`, again, `INFO "asking again"`},
	{"count no number", menuURL, `Digits=7&Vars={"tries":"x"}`, again, `INFO "asking again"`},
	{"count negative", menuURL, `Digits=7&Vars={"tries":"-9"}`, again, `INFO "asking again"`},
	{"variables broken", menuURL, `Digits=7&Vars={`, again, `WARN "asking again" invalid=Vars`},

	{"dialed, answered", dialedURL, "DialCallStatus=answered", "Goodbye.", `INFO dialed status=answered`},
	{"dialed, canceled", dialedURL, "DialCallStatus=canceled", missed, `INFO dialed status=canceled`},
	{"dialed, status unknown", dialedURL, "DialCallStatus=elsewhere", missed, `INFO dialed status=elsewhere`},
	{"dialed, status missing", dialedURL, "", missed, `INFO dialed status=""`},

	{"message taken", messageURL, "RecordingUrl=https%3A%2F%2Fr.test%2F1&RecordingDuration=7&Digits=%23", "Thank you for your message. Goodbye.",
		`INFO "message taken" duration=7s`},
	{"outbound call ended", statusURL, "CallStatus=completed&CallDuration=90", "",
		`INFO "call ended" status=completed duration=1m30s`},
	{"recording failed", recordingURL, "RecordingStatus=failed&RecordingSid=r1&ErrorCode=1", "",
		`INFO recording recording=r1 status=failed duration=0s`},
	{"recording of a duration that is none", recordingURL, "RecordingStatus=completed&RecordingSid=r1&RecordingDuration=abc", "",
		`WARN recording recording=r1 status=completed duration=0s invalid=RecordingDuration`},
}

const (
	again  = "We did not understand you."
	missed = "Nobody can take your call right now. Please leave a message after the tone."
	sorry  = "We are sorry, something went wrong. Please call again later."
)

// says returns what the first verb of an answer says.
func says(t *testing.T, body io.Reader) string {
	t.Helper()
	doc, err := voxml.Parse(body)
	require.NoError(t, err)
	require.NotEmpty(t, doc)
	return doc[0].(voxml.Say).Text
}

// logLine is the line that a path logs.
func logLine(short string) string {
	level, text, _ := strings.Cut(short, " ")
	var msg, rest string
	if strings.HasPrefix(text, `"`) {
		end := strings.Index(text[1:], `"`) + 2
		msg, rest = text[:end], text[end:]
	} else {
		msg, rest, _ = strings.Cut(text, " ")
		if rest != "" {
			rest = " " + rest
		}
	}
	return "level=" + level + " msg=" + msg + " call=c1 from=+1402…00 to=+1402…99" + rest + "\n"
}

func TestOddWebhooks(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		for _, tt := range odd {
			t.Run(method+" "+tt.name, func(t *testing.T) {
				var log bytes.Buffer
				w := serve(newMenu(&log).routes(), request(method, tt.url, webhook(tt.own)))
				if tt.says == "" {
					assert.Equal(t, http.StatusNoContent, w.Code)
				} else {
					assert.Equal(t, http.StatusOK, w.Code)
					assert.Equal(t, tt.says, says(t, w.Body))
				}
				assert.Equal(t, logLine(tt.log), log.String())
			})
		}
	}
}

// An empty Config means the documented defaults, and what is set counts.
func TestRoutes(t *testing.T) {
	for _, tt := range []struct {
		c            Config
		sales, hours string
	}{
		{Config{}, DefaultSales, DefaultHours},
		{Config{Sales: "+14025550777", Hours: open, Log: slog.New(slog.DiscardHandler)}, "+14025550777", open},
	} {
		h := Routes(tt.c)
		assert.Contains(t, serve(h, request(http.MethodPost, menuURL, webhook("Digits=1"))).Body.String(), ">"+tt.sales+"</Dial>")
		assert.Contains(t, serve(h, request(http.MethodPost, menuURL, webhook("Digits=2"))).Body.String(), "<Say>"+tt.hours+" Goodbye.</Say>")
	}
}

// Nothing goes to the default log if there is another one.
func TestRoutesLog(t *testing.T) {
	var byDefault, own bytes.Buffer
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(newMenu(&byDefault).log)
	defer func() { // SetDefault also turns package log around, and not back
		slog.SetDefault(before)
		log.SetOutput(output)
		log.SetFlags(flags)
	}()

	serve(Routes(Config{}), request(http.MethodPost, voiceURL, webhook("")))
	assert.Equal(t, logLine(`INFO "incoming call"`), byDefault.String())
	serve(Routes(Config{Log: newMenu(&own).log}), request(http.MethodPost, voiceURL, webhook("")))
	assert.Equal(t, logLine(`INFO "incoming call"`), own.String())
	assert.Equal(t, own.String(), byDefault.String())
}

// Without a number to dial the document of the callback is wrong: the caller
// hears an apology, and the log has the place.
func TestFallback(t *testing.T) {
	var log bytes.Buffer
	m := newMenu(&log)
	m.sales = ""
	w := serve(m.routes(), request(http.MethodPost, menuURL, webhook("Digits=1")))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, sorry, says(t, w.Body))
	assert.Contains(t, log.String(), "Response[1].Dial.Number")
	assertPrivate(t, log.String())
}

// A URL is for its one callback, whichever parameters the platform adds.
func TestURLDecides(t *testing.T) {
	for _, tt := range []struct{ path, form, holds string }{
		{voiceURL, "Timestamp=2025-01-01T00:00:00Z", "Thank you for calling."},
		{menuURL, "Digits=2&SequenceNumber=2", "We are always open."},
		{dialedURL, "CallStatus=completed&CallDuration=5", "Please leave a message"},
		{messageURL, "RecordingUrl=u&RecordingStatus=completed", "Thank you for your message."},
	} {
		w := serve(newMenu(io.Discard).routes(), request(http.MethodPost, tt.path, webhook(tt.form)))
		assert.Equal(t, http.StatusOK, w.Code, tt.path)
		assert.Contains(t, w.Body.String(), tt.holds, tt.path)
	}
	for _, tt := range []struct{ path, form string }{
		{statusURL, "CallStatus=completed&RecordingUrl=u"},
		{recordingURL, "RecordingDuration=abc"},
	} {
		w := serve(newMenu(io.Discard).routes(), request(http.MethodPost, tt.path, webhook(tt.form)))
		assert.Equal(t, http.StatusNoContent, w.Code, tt.path)
	}
}

func TestRefused(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, method, contentType, body string
		status                          int
	}{
		{"method", http.MethodPut, form, "CallSid=c1", http.StatusMethodNotAllowed},
		{"JSON", http.MethodPost, "application/json", `{"CallSid":"c1"}`, http.StatusUnsupportedMediaType},
		{"body of 300 KiB", http.MethodPost, form, "CallSid=c1&x=" + strings.Repeat("x", 300<<10), http.StatusRequestEntityTooLarge},
		{"1001 parameters", http.MethodPost, form, "CallSid=c1" + strings.Repeat("&x=1", 1000), http.StatusRequestEntityTooLarge},
		{"two calls", http.MethodPost, form, "CallSid=1&CallSid=2", http.StatusBadRequest},
		{"bad escape", http.MethodPost, form, "CallSid=c1&x=%zz", http.StatusBadRequest},
		{"semicolon", http.MethodPost, form, "CallSid=c1&a;b", http.StatusBadRequest},
		{"no call", http.MethodPost, form, "From=%2B14025550100", http.StatusBadRequest},
		{"GET, two calls", http.MethodGet, "", "CallSid=1&CallSid=2&From=%2B14025550100", http.StatusBadRequest},
		{"GET, bad CallSid", http.MethodGet, "", "CallSid=%zz&From=%2B14025550100", http.StatusBadRequest},
		{"GET, no call", http.MethodGet, "", "From=%2B14025550100", http.StatusBadRequest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, path := range []string{voiceURL, menuURL, dialedURL, messageURL, statusURL, recordingURL} {
				var log bytes.Buffer
				r := httptest.NewRequest(tt.method, path, strings.NewReader(tt.body))
				if tt.method == http.MethodGet {
					r = httptest.NewRequest(tt.method, path+"?"+tt.body, nil)
				}
				r.Header.Set("Content-Type", tt.contentType)
				w := serve(newMenu(&log).routes(), r)

				assert.Equal(t, tt.status, w.Code, path)
				assert.Equal(t, http.StatusText(tt.status)+"\n", w.Body.String(), path)
				assert.Equal(t, tt.status == http.StatusMethodNotAllowed, w.Header().Get("Allow") != "", path)
				// Every callback logs a line of its own; the one line is the refusal.
				assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
				assert.Contains(t, log.String(), "level=WARN", path)
				assertPrivate(t, log.String())
			}
		})
	}
	w := serve(newMenu(io.Discard).routes(), request(http.MethodPost, voiceURL, url.Values{"CallSid": {"c1", "c1"}, "x": make([]string, 998)}))
	assert.Equal(t, http.StatusOK, w.Code, "1000 parameters are not too many")
}

func assertPrivate(t *testing.T, log string) {
	t.Helper()
	for _, number := range []string{caller, company, testDesk} {
		assert.NotContains(t, log, number[2:])
	}
}

func TestChoose(t *testing.T) {
	for speech, want := range map[string]choice{
		"SALES":                   choseSales,
		" sales. ":                choseSales,
		"Sales—now!":              choseSales,
		"the sales' desk":         choseSales,
		"opening-hours":           choseHours,
		"what are your\nHours?":   choseHours,
		"A MESSAGE for sales":     choseMessage,
		"salesman":                0,
		"wholesales":              0,
		"":                        0,
		"...":                     0,
		"\xff\xfe":                0,
		"Öffnungszeiten":          0,
		"messages from the hours": choseHours,
	} {
		assert.Equal(t, want, choose("", speech), "%q", speech)
	}
	for digits, want := range map[string]choice{
		"1": choseSales, "2": choseHours, "3": choseMessage, "0": 0, "4": 0, "11": 0, "*": 0, " 1": 0, "": 0,
	} {
		assert.Equal(t, want, choose(digits, ""), "%q", digits)
	}
}

func TestTitleCase(t *testing.T) {
	for in, want := range map[string]string{
		"OMAHA":               "Omaha",
		"omaha":               "Omaha",
		"NEW YORK":            "New York",
		"  NEW  YORK ":        "New  York",
		"O'FALLON":            "O'Fallon",
		"O’FALLON":            "O’Fallon",
		"LAND'S END":          "Land's End",
		"COEUR D'ALENE":       "Coeur D'Alene",
		"WINSTON-SALEM":       "Winston-Salem",
		"ST. LOUIS":           "St. Louis",
		"SÃO PAULO":           "São Paulo",
		"SA\u0303O PAULO":     "Sa\u0303o Paulo",
		"ÉVRY":                "Évry",
		"ŁÓDŹ":                "Łódź",
		"ΑΘΗΝΑ":               "Αθηνα",
		"東京":                  "東京",
		"29 PALMS":            "29 Palms",
		"'":                   "'",
		"''":                  "''",
		"":                    "",
		" ":                   "",
		"\xff":                "\uFFFD",
		"TRUTH OR 2ND CHANCE": "Truth Or 2nd Chance",
	} {
		assert.Equal(t, want, titleCase(in), "%q", in)
	}
}

// A document can be compared as a value, too.
func TestGoodbye(t *testing.T) {
	assert.Equal(t, voxml.Response{voxml.Say{Text: "Goodbye."}, voxml.Hangup{}}, goodbye(""))
	assert.Equal(t, 3*time.Minute, record("")[1].(voxml.Record).MaxLength)
}
