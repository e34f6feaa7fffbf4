package voxhook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

const whForm = "application/x-www-form-urlencoded"

// whPost returns a webhook by POST, as the platform sends it.
func whPost(target, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Content-Type", whForm)
	return r
}

// whGet returns a webhook by GET. The query may be malformed.
func whGet(query string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.RawQuery = query
	return r
}

// whBoth returns functions that make a request by POST and by GET. The argument
// holds the form, with the URL's own query and a space before it.
func whBoth(form string) (post, get func() *http.Request) {
	form = repeats.ReplaceAllStringFunc(form, func(s string) string {
		n, text, _ := strings.Cut(s[1:len(s)-1], "*")
		times, _ := strconv.Atoi(n)
		return strings.Repeat(text, times)
	})
	own, form, found := strings.Cut(form, " ")
	if !found {
		own, form = "", own
	}
	post = func() *http.Request {
		r := whPost("/", form)
		r.URL.RawQuery = own
		return r
	}
	return post, func() *http.Request { return whGet(strings.TrimPrefix(own+"&"+form, "&")) }
}

// repeats matches {3*a}, which means aaa.
var repeats = regexp.MustCompile(`\{\d+\*[^}]*\}`)

func whParse(t *testing.T, r *http.Request) voxhook.Event {
	t.Helper()
	ev, err := voxhook.Parse(r)
	require.NoError(t, err)
	return ev
}

// parsed returns the event or error that results from a request, on one line.
// It checks that Parse, Decode and a Handler agree.
func parsed(t *testing.T, request func() *http.Request) string {
	t.Helper()
	ev, err := voxhook.Parse(request())
	common, decodeErr := voxhook.Decode(request())
	if err != nil {
		require.Nil(t, ev)
		require.Nil(t, common)
		require.EqualError(t, decodeErr, err.Error())
		return refused(t, request(), err)
	}
	require.NoError(t, decodeErr)
	w := *ev.Webhook()
	out := describe(ev)
	for _, p := range w.Invalid {
		require.NoError(t, errors.Unwrap(p.Err), "no wrapped error may hold the value")
	}
	if r := request(); isPlain(r) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, rawParams(t, string(body), r.URL.RawQuery), w.Params)
	} else {
		out += "params: "
		if len(w.Params) > 20 {
			out += fmt.Sprint(len(w.Params), ", ")
		}
		for _, p := range w.Params[:min(20, len(w.Params))] {
			out += fmt.Sprintf("%s=%q ", p.Name, p.Value)
		}
	}
	w.Invalid = common.Invalid
	require.Equal(t, *common, w)
	return strings.ReplaceAll(strings.TrimSpace(out), "\n", "; ")
}

// isPlain reports whether all parameters of a request come from one well-formed
// form.
func isPlain(r *http.Request) bool {
	_, err := url.ParseQuery(r.URL.RawQuery)
	return err == nil && (r.Method == http.MethodGet || r.URL.RawQuery == "")
}

// refused returns the status, the kind of the error, and its text. It checks
// that a Handler refuses the request before any callback runs, with and without
// a Fallback.
func refused(t *testing.T, r *http.Request, err error) string {
	t.Helper()
	log, records := newLog()
	h := &voxhook.Handler{Settings: voxhook.Settings{Fallback: fallback, ErrorLog: log}, OnEvent: panics("a callback ran")}
	rec := serve(h, r)
	status := voxhook.StatusCode(err)
	text := http.StatusText(status) + "\n"
	want := http.Header{
		"Content-Type": {"text/plain; charset=utf-8"}, "Content-Length": {strconv.Itoa(len(text))}, "X-Content-Type-Options": {"nosniff"},
	}
	if status == http.StatusMethodNotAllowed {
		want["Allow"] = []string{"GET, POST"}
	}
	require.Equal(t, []any{status, text, want}, []any{rec.Code, rec.Body.String(), rec.Header()})
	got := records(t)
	require.Len(t, got, 1)
	delete(got[0], "time")
	require.Equal(t, map[string]any{"level": "WARN", "msg": "voice webhook failed", "error": err.Error(), "status": float64(status)}, got[0])
	out := strconv.Itoa(status)
	for _, name := range slices.Sorted(maps.Keys(sentinels)) {
		if errors.Is(err, sentinels[name]) {
			out += " " + name
		}
	}
	var param *voxhook.ParamError
	if errors.As(err, &param) {
		out += " ParamError"
	}
	return out + ": " + err.Error()
}

var sentinels = map[string]error{
	"ErrMethod": voxhook.ErrMethod, "ErrContentType": voxhook.ErrContentType, "ErrBodyRead": voxhook.ErrBodyRead, "errBoom": errBoom,
	"ErrTooLarge": voxhook.ErrTooLarge, "ErrMalformed": voxhook.ErrMalformed, "ErrMissing": voxhook.ErrMissing, "ErrConflict": voxhook.ErrConflict,
}

// TestRequests sends the requests of testdata/requests.txt by both methods.
func TestRequests(t *testing.T) {
	goldenLines(t, "requests.txt", func(form string) string {
		post, get := whBoth(form)
		byPost, byGet := parsed(t, post), parsed(t, get)
		if byGet == byPost {
			return byPost
		}
		return byPost + " | GET " + byGet
	})
}

// Errors in a request outside its form. Each case changes a POST with the form
// CallSid=c1&a=2.
func TestOddRequests(t *testing.T) {
	const contentType, ok = "415 ErrContentType: voxhook: body is not " + whForm, `IncomingCall; CallSid: "c1"`
	method := func(method string) func(*http.Request) { return func(r *http.Request) { r.Method = method } }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	body := func(length int64, text string, err error) func(*http.Request) {
		return func(r *http.Request) {
			r.ContentLength = length
			r.Body = io.NopCloser(io.MultiReader(iotest.OneByteReader(strings.NewReader(text)), iotest.ErrReader(err)))
		}
	}
	read := func(n int64) func(*http.Request) {
		return func(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, n) }
	}
	const notGetNorPost = "405 ErrMethod: voxhook: method is neither GET nor POST"
	const gone = "400 ErrBodyRead: voxhook: the body was already read: "
	for i, tt := range []struct {
		change func(*http.Request)
		want   string
	}{
		{method("PUT"), notGetNorPost},
		{method("HEAD"), notGetNorPost},
		{method("post"), notGetNorPost},
		{method(""), notGetNorPost},
		{header("Content-Type", "application/json"), contentType},
		{header("Content-Type", "multipart/form-data; boundary=x"), contentType},
		{header("Content-Type", ""), contentType},
		{header("Content-Type", whForm+"x"), contentType},
		{header("Content-Encoding", "gzip"), contentType},
		{header("Content-Encoding", "Identity"), ok},
		{header("Content-Encoding", ""), ok},
		{header("Content-Type", whForm+";charset=iso-8859-1"), ok},
		{header("Content-Type", " Application/X-WWW-Form-URLEncoded ; charset=\"x"), ok},
		{func(r *http.Request) { *r = *whGet("CallSid=c1&a=2"); r.Header.Set("Content-Type", "application/json") }, ok},

		{body(-1, "CallSid=c1&a=2", io.EOF), ok},
		{body(-1, "CallSid=c1&"+strings.Repeat("a", voxhook.DefaultMaxBodyBytes), io.EOF),
			"413 ErrTooLarge: voxhook: request is too large: too many bytes"},
		{body(-1, "CallSid=c1", errBoom), "400 errBoom: voxhook: cannot read the body"},
		{body(-1, "CallSid=c1", io.ErrUnexpectedEOF), "400: voxhook: cannot read the body: unexpected EOF"},
		{body(-1, "CallSid=c1", fmt.Errorf("read: %w", syscall.ECONNRESET)), "400: voxhook: cannot read the body: connection reset by peer"},
		{body(-1, "CallSid=c1", &http.MaxBytesError{Limit: 9}), "413: voxhook: cannot read the body: http: request body too large"},
		{body(-1, "", io.EOF), gone + "0 bytes are left"},
		{body(0, "", io.EOF), "400 ErrMissing ParamError: voxhook: parameter CallSid is missing"},
		{func(r *http.Request) { r.Body, r.ContentLength = nil, 0 }, "400 ErrMissing ParamError: voxhook: parameter CallSid is missing"},
		{func(r *http.Request) { r.Body = http.NoBody }, gone + "0 of 14 bytes are left"},
		{read(14), gone + "0 of 14 bytes are left"},
		{read(11), gone + "3 of 14 bytes are left"},
		{func(r *http.Request) { read(14)(r); _ = r.ParseForm() }, gone + "0 of 14 bytes are left"},
		{func(r *http.Request) { // an early ParseForm that found no form has read nothing
			r.Header.Set("Content-Type", "text/plain")
			_ = r.ParseForm()
			r.Header.Set("Content-Type", whForm)
		}, ok},
	} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			assert.Equal(t, tt.want, parsed(t, func() *http.Request {
				r := whPost("/", "CallSid=c1&a=2")
				tt.change(r)
				return r
			}))
		})
	}
}

// The body of a GET is discarded, but not without end.
func TestBodyOfGETIsBounded(t *testing.T) {
	r := whGet("CallSid=c1")
	body := &countingReader{}
	r.Body = io.NopCloser(body)
	_, err := voxhook.Parse(r)
	require.NoError(t, err)
	assert.Greater(t, body.n, 0)
	assert.LessOrEqual(t, body.n, 2*voxhook.DefaultMaxBodyBytes)
}

// A countingReader never ends.
type countingReader struct{ n int }

func (r *countingReader) Read(p []byte) (int, error) {
	r.n += len(p)
	if r.n > 100*voxhook.DefaultMaxBodyBytes {
		return 0, io.EOF
	}
	return len(p), nil
}

// If other code parsed the body before, the order of Params is lost.
func TestParsedBefore(t *testing.T) {
	r := whPost("/?q=2&CallSid=9", "To=b&CallSid=1&From=a&a=z&a=y")
	require.NoError(t, r.ParseForm())
	w := whParse(t, r).Webhook()
	assert.Equal(t, "1", w.CallSid)
	assert.Equal(t, voxhook.Params{{"CallSid", "1"}, {"From", "a"}, {"To", "b"}, {"a", "z"}, {"a", "y"}, {"q", "2"}}, w.Params)
	for form, want := range map[string]string{
		"CallSid=1" + strings.Repeat("&x=1", voxhook.DefaultMaxParams):      "too many parameters",
		"CallSid=1&x=" + strings.Repeat("a", voxhook.DefaultMaxBodyBytes-8): "too many bytes",
	} {
		r := whPost("/", form)
		require.NoError(t, r.ParseForm())
		_, err := voxhook.Parse(r)
		assert.EqualError(t, err, "voxhook: request is too large: "+want)
	}
}

func TestStatusCodeOfOthers(t *testing.T) {
	assert.Equal(t, 501, voxhook.StatusCode(voxhook.ErrUnhandled))
	assert.Equal(t, 413, voxhook.StatusCode(&http.MaxBytesError{Limit: 1}))
	assert.Equal(t, 500, voxhook.StatusCode(io.ErrUnexpectedEOF))
	assert.Equal(t, 500, voxhook.StatusCode(nil))
}

// The parameters of every webhook, without Vars, which ParseForm does not
// parse.
const benchForm = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

// benchRequest returns a request, and a function that resets it for reuse.
func benchRequest(form string) (r *http.Request, reset func()) {
	body := strings.NewReader(form)
	r = whPost("/voice", form)
	r.Body = io.NopCloser(body)
	return r, func() {
		body.Reset(form)
		r.Form, r.PostForm = nil, nil
	}
}

// Only the body, Params and the result are allocated, and 26,000 variables cost
// little more than any text of that size. The race detector and concurrent
// tests add allocations, so the lowest count of a few runs is used.
func TestAllocations(t *testing.T) {
	for form, most := range map[string]float64{
		benchForm: 4, "CallSid=1&Vars={" + strings.Repeat(`"a":"b",`, 26000) + `"c":"d"}`: 100,
	} {
		r, reset := benchRequest(form)
		best := most + 1
		for i := 0; i < 5 && best > most; i++ {
			best = min(best, testing.AllocsPerRun(20, func() {
				reset()
				if _, err := voxhook.Decode(r); err != nil {
					t.Error(err)
				}
			}))
		}
		assert.LessOrEqual(t, best, most)
	}
}

// Keeping a field does not keep its request in memory.
func TestFieldsDoNotPinRequests(t *testing.T) {
	padding := "&own=" + strings.Repeat("x", 250<<10)
	for _, method := range []string{http.MethodPost, http.MethodGet, "parsed before"} {
		kept := make([]any, 0, 200)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range 50 {
			r, get := whBoth(fmt.Sprintf("CallSid=%02d&From=a&From=b&CallStatus=in-progress&Digits=1", i) + padding)
			ev := func() voxhook.Event {
				r := r()
				switch method {
				case http.MethodGet:
					r = get()
				case "parsed before":
					require.NoError(t, r.ParseForm())
				}
				return whParse(t, r)
			}()
			w := ev.Webhook()
			kept = append(kept, w.CallSid, w.CallStatus, ev.(*voxhook.GatherResult).Digits, w.Invalid[0])
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20), method)
		runtime.KeepAlive(kept)
	}
}

// The cost of each name is small, whatever the limits are.
func TestManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&b, "&n%d=1", i)
	}
	h := hidden.OnEvent(says("Hello."))
	h.Settings.MaxParams = 30000
	start := time.Now()
	assert.Equal(t, 200, serve(h, whPost("/", "CallSid=1"+b.String())).Code)
	assert.Less(t, time.Since(start), time.Second)

	h.Settings.MaxParams = 3
	assert.Equal(t, 200, serve(h, whPost("/?a=1&b=2&c=3", "CallSid=1&x=1")).Code, "the URL's own query must not count towards the limit")
}

// The limits of the Handler apply to a body that a wrapper kept. If the wrapper
// could not keep it, the Handler must not mistake a part for the whole.
func TestKeptBody(t *testing.T) {
	for _, tt := range []struct {
		wrapper, handler int64 // the limits, in bytes
		status           int
	}{{100, 100, 200}, {100, 10, 413}, {10, 100, 413}} {
		h := hidden.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
			return voxml.Response{voxml.Say{Text: ev.Digits}}, nil
		})
		h.Settings.MaxBodyBytes = tt.handler
		r := whPost("/", "CallSid=1&Digits=a%20b")
		text, err := form.Keep(r, form.Limits{Bytes: tt.wrapper})
		assert.Equal(t, tt.wrapper < 22, errors.Is(err, form.ErrBytes), tt)
		for range 2 { // a wrapper may call the Handler twice
			rec := serve(h, r)
			assert.Equal(t, tt.status, rec.Code, tt)
			assert.Equal(t, tt.status == 200, strings.Contains(rec.Body.String(), "<Say>a b</Say>"), tt)
		}
		if err == nil {
			assert.Equal(t, "CallSid=1&Digits=a%20b", string(text), "the Handler must not change the kept text")
		}
	}
}
