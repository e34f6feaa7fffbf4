package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// phoneCall makes a call without a terminal.
func phoneCall(stdin string, args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(stdin), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

// An app answers each path with the document that it has for it, without the
// Response around, and 404 otherwise. A path that is called twice and has two
// answers, the second one under "path 2", gets them in this order.
type app map[string]string

func (a app) start(t *testing.T) (call string) {
	t.Helper()
	var mu sync.Mutex
	calls := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		calls[r.URL.Path]++
		doc, ok := a[r.URL.Path]
		if second, more := a[r.URL.Path+" 2"]; more && calls[r.URL.Path] > 1 {
			doc = second
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, "<Response>"+doc+"</Response>")
	}))
	t.Cleanup(s.Close)
	return s.URL + "/voice"
}

const greeting = ` 0:00.0  answered
 0:00.0  hears "Thank you for calling."
 0:01.6  hears "For sales, press 1 or say sales."
 0:04.4  hears "For our opening hours, press 2 or say hours."
 0:08.0  hears "To leave a message, press 3 or say message."
`

// In the bubbles of synctest a goroutine that stays behind is a failure.
func TestDemo(t *testing.T) {
	const nobody = ` 0:32.8  dial ended: no-answer
 0:32.8  hears "Nobody can take your call right now. Please leave a message after the tone."
 0:38.4  beep
`
	const dials = ` 0:11.6  hears "One moment, please."
 0:12.8  dials +14025550123
`
	tests := []struct{ name, stdin, want string }{
		{"keys, silence, words", "1\n\nhello\n", greeting + "> 1\n" + dials + ">\n" + nobody + `> hello
 0:43.8  recorded 1s
 0:43.8  hears "Thank you for your message. Goodbye."
 0:46.2  ended: the app hung up
`},
		{"lines after the end", "2\n1\n2\n", greeting + `> 2
 0:11.6  hears "We are open Monday to Friday, from 9 a.m. to 5 p.m. Goodbye."
 0:16.8  ended: the app hung up
`},
		{"answered for a time", "1\n/answer 30s\n", greeting + "> 1\n" + dials + `> /answer 30s
 0:12.8  connected +14025550123
 0:42.8  dial ended: completed (after 30s)
 0:42.8  hears "Goodbye."
 0:43.2  ended: the app hung up
`},
		{"answered, they talk", "1\n/answer\nhello there\n/speak 9s\n\n", greeting + "> 1\n" + dials + `> /answer
 0:12.8  connected +14025550123
> hello there
> /speak 9s
>
 0:22.6  dial ended: completed (after 9.8s)
 0:22.6  hears "Goodbye."
 0:23.0  ended: the app hung up
`},
		{"the caller hangs up while they talk", "1\n/answer\n/speak 9s /hangup\n", greeting + "> 1\n" + dials + `> /answer
 0:12.8  connected +14025550123
> /speak 9s /hangup
 0:21.8  ended: the caller hung up
 0:21.8  dial ended: completed (after 9s)
`},
		{"end of the input", "1\n", greeting + "> 1\n" + dials + ` 0:12.8  ended: the caller hung up
 0:12.8  dial ended: canceled
`},
		{"no input at all", "", greeting + " 0:11.6  ended: the caller hung up\n"},
		{"hang up", " /hangup \r\n", greeting + "> /hangup\n 0:11.6  ended: the caller hung up\n"},
		{"what does not fit", "1\nhello\n/answer soon\n/busy\n/hangup\n", greeting + "> 1\n" + dials + `> hello
         said "hello", but the app is not listening: it is dialing +14025550123
> /answer soon
         a time is written like 30s or 1m30s
> /busy
 0:12.8  dial ended: busy
 0:12.8  hears "Nobody can take your call right now. Please leave a message after the tone."
 0:18.4  beep
> /hangup
 0:18.4  ended: the caller hung up
 0:18.4  recorded 0s
`},
		{"variables", "/vars\n/hangup\n", greeting + "> /vars\n         tries=1\n> /hangup\n 0:11.6  ended: the caller hung up\n"},
		{"message", "message\n/speak 12s #\n", greeting + `> message
 0:13.0  hears "Please leave a message after the tone."
 0:15.8  beep
> /speak 12s #
 0:27.8  recorded 12s
 0:27.8  hears "Thank you for your message. Goodbye."
 0:30.2  ended: the app hung up
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out, errs, code := phoneCall(tt.stdin)
				assert.Equal(t, tt.want, out)
				assert.Empty(t, errs)
				assert.Equal(t, exitOK, code)
			})
		})
	}
}

func TestVerbose(t *testing.T) {
	out, errs, code := phoneCall("2\n", "-v", "-sid", "1", "-city", "OMAHA", "-from", "+1", "-to", "+2", "-var", "a.b=x y", "-nested", "-method", "GET")
	assert.Equal(t, ` 0:00.0  GET http://demo.example/voice
           AccountID=4021 ApiVersion=v0 CallSid=1 CallStatus=ringing Direction=inbound From=+1 FromCity=OMAHA To=+2 TrunkID=90001 Vars={"a":{"b":"x y"}}
           200 OK
           <Response>
             <Say>Thank you for calling from Omaha.</Say>
             <Set output="tries">1</Set>
             <Gather action="/voice/menu" actionOnEmptyResult="true" input="dtmf speech" numDigits="1" output="menu1" speechTimeout="auto" timeout="5">
               <Say>For sales, press 1 or say sales.</Say>
               <Say>For our opening hours, press 2 or say hours.</Say>
               <Say>To leave a message, press 3 or say message.</Say>
             </Gather>
           </Response>
 0:00.0  answered
 0:00.0  hears "Thank you for calling from Omaha."
 0:02.4  hears "For sales, press 1 or say sales."
 0:05.2  hears "For our opening hours, press 2 or say hours."
 0:08.8  hears "To leave a message, press 3 or say message."
> 2
 0:12.4  POST http://demo.example/voice/menu
           CallStatus=in-progress Digits=2 Vars={"a":{"b":"x y"},"menu1":{"digits":"2"},"tries":"1"}
           200 OK
           <Response>
             <Say>We are open Monday to Friday, from 9 a.m. to 5 p.m. Goodbye.</Say>
             <Hangup/>
           </Response>
 0:12.4  hears "We are open Monday to Friday, from 9 a.m. to 5 p.m. Goodbye."
 0:17.6  ended: the app hung up
`, out)
	assert.Contains(t, errs, `msg="telling the hours" call=1`)
	assert.Equal(t, exitOK, code)
}

func TestOutbound(t *testing.T) {
	out, _, code := phoneCall("", "-v", "-answered-by", "machine_start", "-status", "/voice/status", "-sid", "1")
	assert.Contains(t, out, "AnsweredBy=machine_start ApiVersion=v0 CallSid=1 CallStatus=in-progress Direction=outbound-api")
	assert.Contains(t, out, " POST http://demo.example/voice/status\n")
	assert.Equal(t, exitOK, code)

	out, _, code = phoneCall("", "-unanswered", "busy", "-v", "-status", "/voice/status")
	assert.Equal(t, " 0:00.0  ended: nobody answered: busy", strings.SplitN(out, "\n", 2)[0])
	assert.Contains(t, out, "CallStatus=busy CallbackSource=call-progress-events Direction=outbound-api")
	assert.NotContains(t, out, "/voice\n")
	assert.Equal(t, exitOK, code)

	out, _, _ = phoneCall("", "-v", "-outbound")
	assert.Contains(t, out, "Direction=outbound-api")
}

func TestRandomSid(t *testing.T) {
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, newSid())
	assert.NotEqual(t, newSid(), newSid())
}

func TestUsage(t *testing.T) {
	out, errs, code := phoneCall("", "-h")
	assert.Equal(t, usage, out)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)

	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, name := range []string{
		"from", "to", "city", "sid", "var", "nested", "method", "at", "timeout", "retries", "param", "H", "outbound", "answered-by", "unanswered", "status", "v", "record", "script", "h",
	} {
		assert.Regexp(t, "(?m)^  -"+name+" ", usage)
		assert.Regexp(t, "(?m)^//\t-"+name+" ", string(doc))
	}
	for line := range strings.Lines(help) {
		if line[0] == '/' {
			assert.Contains(t, string(doc), "//\t"+strings.Fields(line)[0]+" ")
		}
	}
	out, _, _ = phoneCall("/help\n")
	for line := range strings.Lines(help) {
		assert.Contains(t, out, "\n"+margin+line)
	}
}

func TestWrongUsage(t *testing.T) {
	tests := []struct{ args, want string }{
		{"-x", "flag provided but not defined: -x"},
		{"a b", "only one URL can be called"},
		{"ftp://127.0.0.1/voice", "the URL to call is not one of http or https, such as http://127.0.0.1:8080/voice"},
		{"http:///voice", "the URL to call is not one of http or https"},
		{"http://%zz/", "the URL to call is not one of http or https"},
		{"8080", "8080 is no URL: if it is a port, call http://127.0.0.1:8080/voice"},
		{"-method put", "-method is get or post"},
		{"-unanswered no", "-unanswered is busy, no-answer or failed"},
		{"-var a", "it is written name=value"},
		{"-var =a", "it is written name=value"},
		{"-script testdata/none.txt", "the script cannot be read: open testdata/none.txt"},
		{"-script testdata/weather.txt -record a", "-record is for a call that a person makes: leave -script out"},
		{"-record none/call.txt", "there is no directory none for -record"},
		{"-record testdata", "-record would replace testdata, which is no regular file"},
	}
	for _, tt := range tests {
		out, errs, code := phoneCall("", strings.Fields(tt.args)...)
		assert.Empty(t, out, tt.args)
		assert.Contains(t, errs, "voxphone: ", tt.args)
		assert.Contains(t, errs, tt.want, tt.args)
		assert.Contains(t, errs, "\nvoxphone -h shows what can be written.\n", tt.args)
		assert.Equal(t, exitUsage, code, tt.args)
	}
}

func TestWrongStatusURL(t *testing.T) {
	_, errs, code := phoneCall("", "-status", "::bad")
	assert.Equal(t, "voxphone: the URL of the status callback is neither http nor https, nor relative to one\n", errs)
	assert.Equal(t, exitUsage, code)
	_, errs, code = phoneCall("", "")
	assert.Contains(t, errs, "the URL to call is empty; leave it out to call the demo")
	assert.Equal(t, exitUsage, code)
}

func TestScriptsThatLack(t *testing.T) {
	for text, want := range map[string]string{
		"voxphone -from +1\nanswered\n": "call.txt:1: the line lacks a $ before it",
		"answered\n# 17 keys" + " were pressed here; put those of a test number in their place": "call.txt:2: keys were left out here",
	} {
		_, errs, code := play(t, text)
		assert.Contains(t, errs, want)
		assert.Equal(t, exitUsage, code)
	}
}

func TestAdviceOnTheRoot(t *testing.T) {
	url := strings.TrimSuffix(app{}.start(t), "/voice")
	_, errs, code := phoneCall("", url)
	assert.Contains(t, errs, "the URL needs the path of the app, such as /voice")
	assert.Equal(t, exitAppFailed, code)
}

// What ends a call, and what voxphone says and returns then.
func TestExitCodes(t *testing.T) {
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	doc := func(verbs string) http.HandlerFunc {
		return answer(200, "application/xml", "<Response>"+verbs+"</Response>")
	}
	tests := []struct {
		name    string
		app     http.HandlerFunc
		code    int
		shown   []string
		advised string
	}{
		{"hangup", doc("<Hangup/>"), exitOK, []string{"ended: the app hung up"}, ""},
		{"end of the document", doc("<Pause/>"), exitOK, []string{"ended: the document ended"}, ""},
		{"reject", doc("<Reject/>"), exitOK, []string{"ended: the app refused the call: rejected"}, ""},
		{"connect", doc("<Connect><Flow>f5c9a6b0-2f43-4c1e-9a54-7d3c0b5b1a11</Flow></Connect>"), exitOK, []string{"ended: connected to the Flow f5c9a6b0-"}, ""},

		{"404", answer(404, "text/plain", "404 page not found\n"), exitAppFailed,
			[]string{"the app answered with status 404 Not Found", "| 404 page not found", "attempt 4"}, "nothing answers /voice at HOST: check the path"},
		{"405", answer(405, "text/plain", ""), exitAppFailed, []string{"status 405"}, "the app does not take POST at /voice: try -method get, or"},
		{"redirect", answer(302, "text/html", ""), exitAppFailed, []string{"status 302 Found"}, "redirects are not followed: call the URL that the app redirects to"},
		{"500", answer(500, "text/plain", "sorry"), exitAppFailed, []string{"status 500", "| sorry"}, "the app failed: its log should say why"},
		{"403", answer(403, "text/plain", ""), exitAppFailed, []string{"status 403"}, "the app refuses the request: its log should say why"},
		{"HTML", answer(200, "text/html", "<!DOCTYPE html>\n<html>\n<body>\n<p>hi</p>\n</body>\n</html>\n"), exitAppFailed,
			[]string{"the answer is not VoXML", "| <!DOCTYPE html>", "| <p>hi</p>"}, "the answer of http://HOST/voice is not VoXML, see its first lines above"},
		{"broken off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, exitAppFailed,
			[]string{"no answer: EOF"}, "HOST broke the connection off: its log should say why"},
		{"loop", doc("<Redirect>/voice</Redirect>"), exitAppFailed, []string{"ended: the app sent 100 documents"},
			"the app sent 100 documents while nobody did anything and no time passed: it has to wait for the caller, or to hang up"},
		{"no URL", doc("<Redirect>ftp://127.0.0.1/</Redirect>"), exitAppFailed, []string{"ended: the app names a URL that is neither http nor https"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewServer(tt.app)
			defer s.Close()
			host := strings.TrimPrefix(s.URL, "http://")
			out, errs, code := phoneCall("", host+"/voice")
			assert.Equal(t, tt.code, code)
			for _, want := range tt.shown {
				assert.Contains(t, out, want)
			}
			if tt.advised == "" {
				assert.Empty(t, errs)
				return
			}
			assert.Equal(t, 1, strings.Count(errs, "\n"))
			assert.Contains(t, errs, "voxphone: "+strings.ReplaceAll(tt.advised, "HOST", host))
		})
	}
}

func TestMethodOfAdvice(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusMethodNotAllowed)
	}))
	defer s.Close()
	_, errs, _ := phoneCall("", "-method", "get", s.URL)
	assert.Contains(t, errs, "the app does not take GET at /: try -method post")
}

func TestNothingListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	out, errs, code := phoneCall("", l.Addr().String()+"/voice")
	assert.Contains(t, out, "connection refused")
	assert.Equal(t, "voxphone: nothing listens at "+l.Addr().String()+": start your program, or check the port\n", errs)
	assert.Equal(t, exitAppFailed, code)
}

func TestWrongScheme(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	_, errs, code := phoneCall("", strings.Replace(s.URL, "http", "https", 1))
	assert.Equal(t, "voxphone: no TLS at that port: call http:// instead of https://\n", errs)
	assert.Equal(t, exitAppFailed, code)
}

func TestCertificateIsNotTrusted(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	out, errs, code := phoneCall("", s.URL+"/voice")
	assert.Contains(t, out, "certificate")
	assert.Equal(t, "voxphone: this computer does not trust the certificate of "+strings.TrimPrefix(s.URL, "https://")+
		": call http://, or use a certificate that it trusts\n", errs)
	assert.Equal(t, exitAppFailed, code)
}

// A notification that fails earlier has nothing to do with the end.
func TestAdviceIsAboutTheEnd(t *testing.T) {
	url := app{"/voice": `<Record action="/loop" recordingStatusCallback="/none"/>`, "/loop": "<Redirect>ftp://a/</Redirect>"}.start(t)
	out, errs, code := phoneCall("\n", url)
	assert.Contains(t, out, "status 404")
	assert.Empty(t, errs)
	assert.Equal(t, exitAppFailed, code)
}

func TestURLs(t *testing.T) {
	for given, want := range map[string]string{
		"127.0.0.1:8080/voice":   "http://127.0.0.1:8080/voice",
		"localhost:8080/voice":   "http://localhost:8080/voice",
		"example.com":            "http://example.com",
		"[::1]:8080/voice?a=b":   "http://[::1]:8080/voice?a=b",
		"https://example.com/x/": "https://example.com/x/",
	} {
		o, _, err := parseArgs([]string{given, "-v"}) // flags may follow
		require.NoError(t, err)
		assert.Equal(t, want, o.URL)
		assert.True(t, o.verbose)
	}
}

// The app gets what it needs to fetch a recording, as long as the call lasts.
func TestRecordingsCanBeFetched(t *testing.T) {
	var size atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if where := r.FormValue("RecordingUrl"); where != "" {
			resp, err := http.Get(where)
			if assert.NoError(t, err) {
				n, err := io.Copy(io.Discard, resp.Body)
				assert.NoError(t, err)
				assert.NoError(t, resp.Body.Close())
				size.Store(n)
			}
		}
		if r.URL.Path == "/voice" {
			_, _ = io.WriteString(w, `<Response><Record recordingStatusCallback="/recorded"/></Response>`)
		}
	}))
	defer s.Close()
	defer http.DefaultClient.CloseIdleConnections()
	_, _, code := phoneCall("/speak 2s\n", s.URL+"/voice")
	assert.Equal(t, exitOK, code)
	assert.EqualValues(t, 44+2*8000, size.Load())
}

func TestLeavesNothingBehind(t *testing.T) {
	url := app{"/voice": "<Gather/>"}.start(t)
	before := runtime.NumGoroutine()
	for range 3 {
		_, _, code := phoneCall("1\n2\n", url)
		require.Equal(t, exitOK, code)
	}
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

func TestSecretsOfURLs(t *testing.T) {
	plain := app{"/voice": `<Play>https://canary:canary@a.example/a.mp3?sig=canary</Play><Hangup/>`}.start(t)
	host := strings.TrimSuffix(strings.TrimPrefix(plain, "http://"), "/voice")
	url := "http://canary:canary@" + host + "/voice?vh=canary&a=b"
	for status, recorded := range map[string]string{
		url + "/status":               "-status http://xxxxx@" + host + "/voice?vh=xxxxx&a=b/status ",
		"/status?a=b&token=canary":    "-status /status?a=b&token=xxxxx ",
		"//canary:canary@127.0.0.1:1": "-status //xxxxx@127.0.0.1:1 ",
		"//canary@127.0.0.1:1":        "-status //xxxxx@127.0.0.1:1 ",
	} {
		file := filepath.Join(t.TempDir(), "call.txt")
		out, errs, code := phoneCall("", "-v", "-record", file, "-status", status, "-var", "at=http://canary@a.example/", url)
		assert.Equal(t, exitOK, code)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(text), recorded)
		assert.Contains(t, string(text), "-var at=http://xxxxx@a.example/ -outbound http://xxxxx@"+host+"/voice?vh=xxxxx&a=b\n")
		assert.Contains(t, string(text), "\nplays https://xxxxx@a.example/a.mp3?sig=xxxxx\n")
		assert.NotContains(t, out+errs+string(text), "canary")
	}

	var out bytes.Buffer
	code := runOn(t.Context(), []string{strings.Replace(url, "/voice", "/none", 1)}, strings.NewReader(""), &screen{w: &out, prompts: true}, &out)
	assert.Equal(t, exitAppFailed, code)
	assert.Contains(t, out.String(), "Calling http://xxxxx@")
	assert.NotContains(t, out.String(), "canary")
}

// Protocol, section 1: a caller may withhold the number.
func TestWithheldNumber(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.txt")
	out, _, code := phoneCall("2\n", "-v", "-from", "", "-record", file)
	assert.Equal(t, exitOK, code)
	assert.NotContains(t, out, "From=")
	out, errs, code := phoneCall("", "-v", "-script", file)
	assert.Equal(t, exitOK, code, errs)
	assert.NotContains(t, out, "From=")
	out, _, _ = phoneCall("", "-v", "-from", "+1402", "-script", file)
	assert.Contains(t, out, "From=+1402 ", "the command line counts for more")
}
