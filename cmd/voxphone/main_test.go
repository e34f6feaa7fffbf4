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
	"sync/atomic"
	"testing"
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
// Response around, and 404 otherwise.
type app map[string]string

func (a app) start(t *testing.T) (call string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		doc, ok := a[r.URL.Path]
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

func TestBrokenOff(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer s.Close()
	host := strings.TrimPrefix(s.URL, "http://")
	out, errs, code := phoneCall("", host+"/voice")
	assert.Contains(t, out, "no answer: EOF")
	assert.Equal(t, "voxphone: "+host+" broke the connection off: its log should say why\n", errs)
	assert.Equal(t, exitAppFailed, code)
}

// An app that is too slow is not waited for.
func TestAnswerTimeout(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // the whole body, so that the server sees when the client goes
		<-r.Context().Done()
	}))
	defer s.Close()
	_, errs, code := phoneCall("", "-timeout", "1ms", "-retries", "0", s.URL+"/voice")
	assert.Equal(t, "voxphone: "+strings.TrimPrefix(s.URL, "http://")+" did not answer in 1ms\n", errs)
	assert.Equal(t, exitAppFailed, code)
}

// Headers go to the host that is called, are not recorded, and are replaced by
// name.
func TestHeaders(t *testing.T) {
	var got []http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header)
		_, _ = io.WriteString(w, "<Response><Hangup/></Response>")
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "call.txt")
	out, _, code := phoneCall("", "-v", "-H", "authorization: Bearer canary", "-H", "X-Tag: a", "-H", "X-Tag:b", "-record", file, s.URL+"/voice")
	require.Equal(t, exitOK, code)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), ` -H "Authorization: xxxxx" -H "X-Tag: xxxxx" -H "X-Tag: xxxxx" `)
	assert.NotContains(t, out+string(text), "canary")
	_, errs, code := phoneCall("", "-script", file, "-H", "X-Tag: c")
	require.Equal(t, exitOK, code, errs)
	require.Len(t, got, 2)
	assert.Equal(t, "Bearer canary", got[0].Get("Authorization"))
	assert.Equal(t, []string{"a", "b"}, got[0]["X-Tag"])
	assert.Equal(t, "xxxxx", got[1].Get("Authorization"))
	assert.Equal(t, []string{"c"}, got[1]["X-Tag"])
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
