package voxhook_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/form"
	"github.com/voxhook/voxhook/voxml"
)

// gzipped compresses answers like common middleware.
func gzipped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		z := gzip.NewWriter(w)
		defer z.Close()
		next.ServeHTTP(&gzipWriter{w, z}, r)
	})
}

type gzipWriter struct {
	http.ResponseWriter
	z *gzip.Writer
}

func (w *gzipWriter) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.Header().Set("Content-Encoding", "gzip")
	w.ResponseWriter.WriteHeader(status)
}

func (w *gzipWriter) Write(b []byte) (int, error) {
	if w.Header().Get("Content-Encoding") == "" {
		w.WriteHeader(http.StatusOK)
	}
	return w.z.Write(b)
}

func (w *gzipWriter) FlushError() error {
	_ = w.z.Flush()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// first calls f with a request before its Handler.
func first(f func(*http.Request) error) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := f(r); err != nil {
				panic(err)
			}
			h.ServeHTTP(w, r)
		})
	}
}

// A Handler works inside common wrappers, and hooks added outside of them reach
// it.
func TestMiddleware(t *testing.T) {
	read := func(r *http.Request) error { _, err := io.Copy(io.Discard, r.Body); return err }
	const menu = "CallSid=1&Digits=7"
	for _, tt := range []struct {
		name, form, want string
		wrap             func(http.Handler) http.Handler
	}{
		{"http.StripPrefix", menu, "200 7", func(h http.Handler) http.Handler { return http.StripPrefix("/phone", h) }},
		{"http.TimeoutHandler", menu, "200 7", func(h http.Handler) http.Handler { return http.TimeoutHandler(h, 1<<40, "") }},
		{"http.MaxBytesHandler", menu, "200 7", func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 18) }},
		{"http.MaxBytesHandler, too small", menu, "413", func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 17) }},
		{"gzip", menu, "200 7", gzipped},
		{"gzip, failure", "CallSid=1&Digits=", "200 Sorry.", gzipped},
		{"gzip, refused", "From=1", "400", gzipped},
		{"ParseForm", menu, "200 7", first((*http.Request).ParseForm)},
		{"a kept body", menu, "200 7", first(func(r *http.Request) error {
			_, _ = form.Keep(r, form.Limits{})
			return read(r) // as a logger does
		})},
		{"a body that was read", menu, "400", first(read)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			settings := hidden
			settings.Fallback = fallback
			h, got := outcomes(tt.wrap(settings.OnGather(func(_ context.Context, ev *voxhook.GatherResult) (voxml.Response, error) {
				if ev.Digits == "" {
					return nil, errBoom
				}
				return voxml.Response{voxml.Say{Text: ev.Digits}}, nil
			})))
			srv := httptest.NewServer(h)
			resp, err := http.Post(srv.URL+"/phone/voice", whForm, strings.NewReader(tt.form))
			require.NoError(t, err)
			assert.Equal(t, tt.want, shortAnswer(resp))
			srv.Close()
			require.Len(t, *got, 1)
			assert.Equal(t, tt.want[:3], fmt.Sprint((*got)[0].Status))
		})
	}
}

// If a callback outlives TimeoutHandler, its answer is not sent, and the log
// says so.
func TestTimeoutHandlerEnds(t *testing.T) {
	log, records := newLog()
	ctx, giveUp := context.WithCancel(t.Context())
	answered, finished := make(chan struct{}), make(chan struct{})
	h, got := outcomes(voxhook.Settings{ErrorLog: log}.OnEvent(func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		giveUp()
		<-ctx.Done()
		<-answered
		return says("Late.")(ctx, ev)
	}))
	srv := httptest.NewUnstartedServer(http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(finished)
		h.ServeHTTP(w, r)
	}), 1<<40, "too slow"))
	srv.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	srv.Start()
	defer srv.Close()
	resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
	require.NoError(t, err)
	assert.Equal(t, "503", shortAnswer(resp))
	close(answered)
	<-finished
	require.Len(t, *got, 1)
	assert.ErrorIs(t, (*got)[0].Err, context.Canceled)
	require.Len(t, records(t), 1)
	assert.Equal(t, "the answer could not be sent: context canceled", records(t)[0]["error"])
}

// exchange sends a raw request over a new connection. It returns the connection
// and a reader of it.
func exchange(t *testing.T, url, request string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	return conn, bufio.NewReader(conn)
}

// Documents and failures arrive complete, with their length, over each protocol
// and through a proxy, even if they are larger than the buffers of net/http.
// The proxy turns an aborted answer into status 502.
func TestProtocols(t *testing.T) {
	long := strings.Repeat("0123456789", 10000)
	post := func(srv *httptest.Server) *http.Response {
		resp, err := srv.Client().Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
		require.NoError(t, err)
		return resp
	}
	for protocol, send := range map[string]func(h http.Handler) *http.Response{
		"HTTP/1.0": func(h http.Handler) *http.Response { // no chunks
			srv := httptest.NewServer(h)
			t.Cleanup(srv.Close)
			conn, r := exchange(t, srv.URL, "POST / HTTP/1.0\r\nContent-Type: "+whForm+"\r\nContent-Length: 9\r\n\r\nCallSid=1")
			t.Cleanup(func() { conn.Close() })
			resp, err := http.ReadResponse(r, nil)
			require.NoError(t, err)
			return resp
		},
		"HTTP/1.1": func(h http.Handler) *http.Response {
			srv := httptest.NewServer(h)
			t.Cleanup(srv.Close)
			return post(srv)
		},
		"HTTP/2.0": func(h http.Handler) *http.Response {
			srv := httptest.NewUnstartedServer(h)
			srv.EnableHTTP2 = true
			srv.StartTLS()
			t.Cleanup(srv.Close)
			return post(srv)
		},
		"proxy": func(h http.Handler) *http.Response {
			backend := httptest.NewServer(h)
			t.Cleanup(backend.Close)
			target, err := url.Parse(backend.URL)
			require.NoError(t, err)
			srv := httptest.NewServer(&httputil.ReverseProxy{
				Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(target) },
				ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
			})
			t.Cleanup(srv.Close)
			return post(srv)
		},
	} {
		for _, tt := range []struct {
			on   onEvent
			want string
		}{
			{says(long), "200 " + long},
			{panics("boom"), "200 Sorry."},
			{returns(nil), "200 Sorry."},
			{panics(http.ErrAbortHandler), "502"},
		} {
			if tt.want == "502" && protocol != "proxy" {
				continue // covered by TestFailures
			}
			h := hidden.OnEvent(tt.on)
			h.Settings.Fallback = fallback
			resp := send(withHooks(&voxhook.Hooks{}, h)) // hooks make the Handler flush
			if protocol != "proxy" {
				assert.Equal(t, protocol, resp.Proto)
			}
			assert.Equal(t, tt.want, shortAnswer(resp), protocol)
			if tt.want != "502" {
				assert.Equal(t, "application/xml", resp.Header.Get("Content-Type"))
				assert.Equal(t, int64(len("<Response><Say></Say></Response>")+len(tt.want)-len("200 ")), resp.ContentLength, protocol)
			}
		}
	}
}

// The whole answer arrives before Done and the log have finished. Only the end
// of an HTTP/2 stream arrives later.
func TestAnswerDoesNotWait(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		read := make(chan struct{})
		log := slog.New(slog.NewJSONHandler(blockedWriter{io.Discard, read}, nil))
		done := &voxhook.Hooks{Done: func(context.Context, voxhook.Event, voxhook.Outcome) { <-read }}
		h := withHooks(done, voxhook.Settings{Fallback: fallback, ErrorLog: log}.OnEvent(returns(errBoom)))
		srv := httptest.NewUnstartedServer(h)
		srv.EnableHTTP2 = http2
		srv.StartTLS()
		client := srv.Client()
		client.Timeout = 10 * time.Second // not reached
		resp, err := client.Post(srv.URL, whForm, strings.NewReader("CallSid=1"))
		body := make([]byte, len(sorry))
		if err == nil {
			_, err = io.ReadFull(resp.Body, body)
		}
		close(read)
		require.NoError(t, err)
		assert.Equal(t, sorry, string(body))
		rest, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		assert.Empty(t, rest)
		require.NoError(t, resp.Body.Close())
		srv.Close()
	}
}

// If the client closes the connection, the context ends. This includes a GET
// with a body, because the Handler reads the body.
func TestHangUp(t *testing.T) {
	const head = " HTTP/1.1\r\nHost: x\r\nContent-Type: " + whForm + "\r\n"
	for _, request := range []string{
		"POST /" + head + "Content-Length: 9\r\n\r\nCallSid=1",
		"POST /" + head + "Transfer-Encoding: chunked\r\n\r\n9\r\nCallSid=1\r\n0\r\n\r\n",
		"GET /?CallSid=1" + head + "\r\n",
		"GET /?CallSid=1" + head + "Content-Length: 5\r\n\r\nhello",
	} {
		started := make(chan struct{})
		var ended error
		h := hidden.OnEvent(func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
			close(started)
			<-ctx.Done()
			ended = context.Cause(ctx)
			return nil, ctx.Err()
		})
		h.Settings.Timeout = 1 << 40 // far longer than the test takes
		wrapped, got := outcomes(h)
		srv := httptest.NewServer(wrapped)
		conn, _ := exchange(t, srv.URL, request)
		<-started
		require.NoError(t, conn.Close())
		srv.Close() // waits for the callback
		assert.ErrorIs(t, ended, context.Canceled, request)
		require.Len(t, *got, 1)
		assert.ErrorIs(t, (*got)[0].Err, context.Canceled)
	}
}
