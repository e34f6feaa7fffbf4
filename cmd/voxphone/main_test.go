package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/voxhook/voxhook/internal/sim"
)

// phoneCall runs voxphone without a terminal.
func phoneCall(stdin string, args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(stdin), &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

// terminalCall runs voxphone on a terminal.
func terminalCall(ctx context.Context, stdin string, args ...string) (out, errs string, code int) {
	var stdout, stderr bytes.Buffer
	s := &screen{w: &stdout, prompts: true, color: true, erases: true}
	code = runOn(ctx, args, strings.NewReader(stdin), s, &stderr)
	return stdout.String(), stderr.String(), code
}

// An app holds the answers of each path; see TestSessions.
type app map[string][]string

func (a app) start(t *testing.T) (call string) {
	t.Helper()
	var mu sync.Mutex
	calls := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // reads the body, so that the server notices when the client is gone
		mu.Lock()
		answers := a[r.URL.Path]
		if len(answers) == 0 {
			answers = []string{"404 404 page not found"}
		}
		answer := answers[min(calls[r.URL.Path], len(answers)-1)]
		calls[r.URL.Path]++
		mu.Unlock()
		number, text, _ := strings.Cut(answer, " ")
		status, err := strconv.Atoi(number)
		switch {
		case answer == "aborts":
			panic(http.ErrAbortHandler)
		case answer == "hangs":
			<-r.Context().Done()
		case err == nil:
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, strings.ReplaceAll(text, `\n`, "\n"))
		default:
			for name, values := range r.Form {
				answer = strings.ReplaceAll(answer, "{"+name+"}", html.EscapeString(values[0]))
			}
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, "<Response>"+answer+"</Response>")
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/voice"
}

// record records a call and returns the script and its file name.
func record(t *testing.T, stdin string, args ...string) (text, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "call.txt")
	_, errs, code := phoneCall(stdin, append(args, "-record", file)...)
	require.Equal(t, exitOK, code, errs)
	recorded, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(recorded), file
}

// passes plays a script, checks that it passes, and returns the output.
func passes(t *testing.T, file string, args ...string) string {
	t.Helper()
	out, errs, code := phoneCall("not read\n", append(args, "-script", file)...)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
	return out
}

func TestRandomSid(t *testing.T) {
	sids := map[string]bool{}
	for range 100 {
		sid := newSid()
		assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, sid)
		assert.False(t, sids[sid])
		sids[sid] = true
	}
}

// packageDoc returns the documentation of the command.
func packageDoc(t *testing.T) string {
	t.Helper()
	p, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(fset, files, "voxphone")
	require.NoError(t, err)
	return d.Doc
}

// The documentation contains all flags and commands, and its script passes.
func TestUsage(t *testing.T) {
	documentation := packageDoc(t)
	new(options).flags().VisitAll(func(f *flag.Flag) {
		assert.Regexp(t, "(?m)^  -"+f.Name+"( |$)", usage)
		assert.Regexp(t, "(?m)^\t-"+f.Name+"( |$)", documentation)
	})
	out, errs, code := phoneCall("", "-h")
	assert.Equal(t, usage, out)
	assert.Empty(t, errs)
	assert.Equal(t, exitOK, code)
	out, _, _ = phoneCall("/help\n")
	for line := range strings.Lines(help) {
		assert.Contains(t, out, "\n"+margin+line)
		if line[0] == '/' {
			assert.Contains(t, documentation, "\t"+strings.Fields(line)[0]+" ")
		}
	}

	_, example, _ := strings.Cut(documentation, "\t# No one answers")
	example, _, ok := strings.Cut(example, "ended: the app hung up\n")
	require.True(t, ok, "the documentation has no script")
	file := filepath.Join(t.TempDir(), "call.txt")
	text := "# No one answers" + strings.ReplaceAll(example, "\n\t", "\n") + "ended: the app hung up\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	passes(t, file)
}

// Headers go to the called host. Their values are not recorded. A later call
// replaces headers of the same name.
func TestHeaders(t *testing.T) {
	var got []http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header)
		_, _ = io.WriteString(w, "<Response><Hangup/></Response>")
	}))
	defer s.Close()
	args := []string{"-H", "authorization: Bearer canary", "-H", "X-Tag: a", "-H", "X-Tag:b", s.URL + "/voice"}
	text, file := record(t, "", args...)
	assert.Contains(t, text, ` -H "Authorization: xxxxx" -H "X-Tag: xxxxx" -H "X-Tag: xxxxx" `)
	assert.NotContains(t, text+passes(t, file, "-v", "-H", "X-Tag: c"), "canary")
	require.Len(t, got, 2)
	assert.Equal(t, "Bearer canary", got[0].Get("Authorization"))
	assert.Equal(t, []string{"a", "b"}, got[0]["X-Tag"])
	assert.Equal(t, "xxxxx", got[1].Get("Authorization"))
	assert.Equal(t, []string{"c"}, got[1]["X-Tag"])
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
		o, _, err := parseArgs([]string{given, "-v"}) // flags may come after the URL
		require.NoError(t, err)
		assert.Equal(t, want, o.URL)
		assert.True(t, o.verbose)
	}
}

// The app can fetch a recording while the call lasts.
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
	url := app{"/voice": {"<Gather/>"}}.start(t)
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

// TestUnreachable checks advice for failures that a test cannot cause without
// waiting or without a network.
func TestUnreachable(t *testing.T) {
	u := &url.URL{Host: "app.example:8080"}
	dns := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "app.example", IsNotFound: true}}
	for want, err := range map[string]error{
		"app.example:8080 did not answer within 15s":                        context.DeadlineExceeded,
		"host app.example does not exist":                                   dns,
		"app.example:8080 closed the connection without an answer: its log": net.ErrClosed,
	} {
		x := &sim.Exchange{URL: u, Err: fmt.Errorf("no answer: %w", err)}
		assert.Contains(t, unreachable(x, 15*time.Second), want)
	}
}
