package sim_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/internal/wire"
	"github.com/voxhook/voxhook/voxml"
)

// read returns the event that a handler receives.
func read(t testing.TB, x *sim.Exchange) voxhook.Event {
	t.Helper()
	r, err := wire.NewRequest(x.Method, x.URL.String(), x.Form)
	require.NoError(t, err)
	ev, err := voxhook.Parse(r)
	require.NoError(t, err)
	require.Empty(t, ev.Webhook().Invalid)
	return ev
}

// serve makes a call to an app on a server.
func serve(t *testing.T, h http.HandlerFunc, change func(*http.Client)) *sim.Call {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	change(server.Client())
	c := begin(t, nil, func(cfg *sim.Config) { cfg.App, cfg.URL = server.Client(), server.URL })
	play(t, c, "")
	return c
}

// A closed port refuses the connection.
func TestConnectionRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	c := begin(t, nil, func(cfg *sim.Config) {
		cfg.App, cfg.URL, cfg.Method = http.DefaultClient, "http://"+listener.Addr().String()+"/voice", voxml.MethodGET
	})
	require.Equal(t, sim.AppFailed, c.End().Why)
	require.Contains(t, c.End().Text, "no answer: dial tcp "+listener.Addr().String())
	require.NotContains(t, c.End().Text, "CallSid", "the error must not contain the form")
	require.Zero(t, exchanges(c)[3].Status)
	require.Nil(t, http.DefaultClient.CheckRedirect, "the client must not change")
}

func TestServers(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return
		}
		app{"/elsewhere": "<Say>good</Say>"}.ServeHTTP(w, r)
	}, func(client *http.Client) {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
	})
	require.Equal(t, "good", texts("hears")(c), "a client with its own CheckRedirect follows redirects")
	require.Len(t, exchanges(c), 1)

	c = serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "<Response>")
	}, func(*http.Client) {})
	require.Contains(t, c.End().Text, "the answer was cut off")
	require.Len(t, exchanges(c), 4)
}

// A request without an answer has an error that says why.
func TestPanic(t *testing.T) {
	c := begin(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	require.Equal(t, "POST "+origin+"/: no answer: the handler aborted the request", c.End().Text)
	x := exchanges(c)[3]
	require.Equal(t, x, c.End().Exchange)
	require.Equal(t, []string{"no answer: the handler aborted the request"}, x.Lines(x.Form))
	require.Contains(t, c.Transcript(), "POST http://app.example/, attempt 4\n")
	requireSound(t, c)

	require.PanicsWithValue(t, "oops", func() {
		begin(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }))
	})
}

// A handler gets the same request as from a client over HTTP.
func TestHandler(t *testing.T) {
	var got *http.Request
	var body []byte
	look := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		require.NoError(t, r.Context().Err())
		body, _ = io.ReadAll(r.Body)
	})
	c := begin(t, look, func(cfg *sim.Config) { cfg.URL = "https://user:secret@app.example:8443/voice/a%20b?lang=en&x=1#top" })
	require.ErrorIs(t, got.Context().Err(), context.Canceled, "the context must end with the handler, or it would hide goroutines that need it")
	require.Equal(t, "POST", got.Method)
	require.Equal(t, "app.example:8443", got.Host)
	require.Equal(t, "/voice/a%20b?lang=en&x=1", got.RequestURI)
	require.Equal(t, got.RequestURI, got.URL.String())
	require.Equal(t, "application/x-www-form-urlencoded", got.Header.Get("Content-Type"))
	require.EqualValues(t, len(body), got.ContentLength)
	require.NotEmpty(t, got.RemoteAddr)
	require.NotNil(t, got.TLS)
	user, password, _ := got.BasicAuth()
	require.Equal(t, "user secret", user+" "+password)
	form, err := url.ParseQuery(string(body))
	require.NoError(t, err)
	require.Equal(t, exchanges(c)[0].Form, form)
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, form.Get("CallSid"))

	begin(t, look, func(cfg *sim.Config) { cfg.URL, cfg.Method = origin+"/voice?lang=en", voxml.MethodGET })
	require.Equal(t, "en", got.URL.Query().Get("lang"), "the query of the URL must be kept")
	require.Equal(t, "ringing", got.URL.Query().Get("CallStatus"))
	require.NotNil(t, got.Body)
	require.Nil(t, got.TLS)
	require.Equal(t, got.RequestURI, got.URL.RequestURI())
	require.True(t, strings.HasPrefix(got.URL.RawQuery, "lang=en&"))

	require.Panics(t, func() {
		begin(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = r
			panic("a bug")
		}))
	})
	require.ErrorIs(t, got.Context().Err(), context.Canceled)
}

// Headers may be credentials: only the host of the first URL receives them.
func TestHeader(t *testing.T) {
	got := map[string]string{}
	c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got[r.Host+r.URL.Path] = r.Header.Get("Authorization")
		app{"/": "<Redirect>http://other.example/a</Redirect>", "/a": "<Redirect>" + origin + "/b</Redirect>"}.ServeHTTP(w, r)
	}), func(cfg *sim.Config) { cfg.Header = http.Header{"Authorization": {"Basic canary"}} })
	play(t, c, "")
	require.Equal(t, map[string]string{"app.example/": "Basic canary", "other.example/a": "", "app.example/b": "Basic canary"}, got)
	require.NotContains(t, c.Transcript(), "canary")
}

// A context that is done ends the request in flight. Each webhook still to be
// sent is sent once.
func TestContext(t *testing.T) {
	for first, want := range map[string][]string{"/": {"/", "/status"}, "/a": {"/", "/a", "/status"}} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var asked []string
		c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.Path)
			switch {
			case ctx.Err() != nil:
				require.NoError(t, r.Context().Err(), "the request must have some time left")
				w.WriteHeader(500)
			case r.URL.Path == first: // hangs until the request is abandoned
				cancel()
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			default:
				app{"/": `<Record action="/a"/>`}.ServeHTTP(w, r)
			}
		}), outbound, func(cfg *sim.Config) { cfg.Context = ctx })
		if c.End() == nil {
			play(t, c, "silence; stay")
		}
		require.Equal(t, sim.CallerHungUp, c.End().Why)
		require.Equal(t, want, asked)
	}
}

// Once the context is done, no notification is repeated. If a document for a
// dialed party is then abandoned, the caller has hung up.
func TestContextOfOthers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := begin(t, app{"/": `<Record maxLength="1" recordingStatusCallback="/r"/><Gather/>`}.but("/r", status(500)), func(cfg *sim.Config) { cfg.Context = ctx })
	play(t, c, "speak 1s; stay")
	ready(c)
	cancel()
	require.NoError(t, hangUp(c))
	require.Equal(t, "POST /r", requests(c))
	require.Equal(t, "notifications no longer repeated: 1", texts("warning")(c))

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c = begin(t, app{"/": `<Dial action="/a"><Number url="/w">+1402</Number></Dial>`}.but("/w", func(_ http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}), func(cfg *sim.Config) { cfg.Context = ctx })
	play(t, c, "answer; stay")
	require.Equal(t, sim.CallerHungUp, c.End().Why)
	require.Equal(t, "canceled", sent("/a", "DialCallStatus")(c))
	require.Equal(t, "completed", sent("/a", "CallStatus")(c))
}

// Handlings reports what a Handler of the app did.
func TestHandlings(t *testing.T) {
	failed := errors.New("failed")
	h := &voxhook.Handler{OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return nil, failed }}
	h.Settings.ErrorLog = slog.New(slog.DiscardHandler)
	c := begin(t, h, func(cfg *sim.Config) { cfg.Retries = -1 })
	all := exchanges(c)[0].Handlings()
	require.Len(t, all, 1)
	require.Equal(t, voxhook.KindIncomingCall, all[0].Kind)
	require.ErrorIs(t, all[0].Outcome.Err, failed)
	require.Empty(t, exchanges(begin(t, app{}))[0].Handlings())
}

// OnSend sees each request before it is sent, with the failed attempts before
// it. The exchange has the headers of the answer, and the real time that the
// answer took.
func TestOnSend(t *testing.T) {
	var sent []*sim.Exchange
	c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		status(500)(w, r)
	}), func(cfg *sim.Config) {
		cfg.OnSend = func(x *sim.Exchange) {
			require.Zero(t, x.Status)
			require.Nil(t, x.Header)
			sent = append(sent, x)
		}
	})
	require.Equal(t, exchanges(c), sent)
	require.Nil(t, sent[0].Before)
	for i, x := range sent {
		require.Equal(t, i+1, x.Attempt)
		require.Equal(t, sent[0].Form, x.Form)
		require.Greater(t, x.Took, time.Duration(0))
		require.Equal(t, "/elsewhere", x.Header.Get("Location"))
		require.Equal(t, 500, x.Status)
		require.Nil(t, x.Document)
		if i > 0 {
			require.Same(t, sent[i-1], x.Before)
		}
	}
	require.NotContains(t, c.Transcript(), "elsewhere")
}
