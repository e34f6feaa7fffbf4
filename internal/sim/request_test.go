package sim_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/internal/sim"
	"github.com/voxhook/voxhook/internal/wire"
	"github.com/voxhook/voxhook/voxml"
)

// newRequest returns the request of an exchange.
func newRequest(x *sim.Exchange) (*http.Request, error) {
	return wire.NewRequest(x.Method, x.URL.String(), x.Form)
}

// answers is an app that answers with a status, a type and a body, the first
// times only.
func answers(times, status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if times--; times < 0 {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, "<Response><Say>good</Say></Response>")
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// A document that fails is requested again if the answer is no 2xx status, and
// else ends the call.
func TestMisbehaviour(t *testing.T) {
	const ever = 99
	large := "<Response><Say>" + strings.Repeat("a", voxml.MaxSize) + "</Say></Response>"
	deep := "<Response>" + strings.Repeat("<If expression='1==1'>", 101) + strings.Repeat("</If>", 101) + "</Response>"
	for _, tt := range []struct {
		name                string
		times, status       int
		contentType, body   string
		attempts            int
		elapsed             time.Duration
		heard, why, warning string
	}{
		{"500 once", 1, 500, "text/plain", "", 2, time.Second, "good", "", ""},
		{"503 three times", 3, 503, "text/plain", "", 4, 7 * time.Second, "good", "", ""},
		{"500 for ever", ever, 500, "text/plain", "", 4, 7 * time.Second, "", "status 500 Internal Server Error", ""},
		{"404", ever, 404, "text/plain", "", 4, 7 * time.Second, "", "status 404 Not Found", ""},
		{"500 with a document", ever, 500, "application/xml", "<Response><Say>bad</Say></Response>", 4, 7 * time.Second, "", "status 500", ""},
		{"301", ever, 301, "text/plain", "", 4, 7 * time.Second, "", "status 301 Moved Permanently", ""},
		{"302", ever, 302, "text/plain", "", 4, 7 * time.Second, "", "status 302 Found", ""},
		{"304", ever, 304, "text/plain", "", 4, 7 * time.Second, "", "status 304 Not Modified", ""},
		{"unknown status", ever, 599, "text/plain", "", 4, 7 * time.Second, "", "status 599", ""},
		{"201", ever, 201, "application/xml", "<Response><Say>made</Say></Response>", 1, 0, "made", "", ""},
		{"204", ever, 204, "text/plain", "", 1, 0, "", "status 204 No Content, without a document", ""},
		{"empty body", ever, 200, "application/xml", "", 1, 0, "", "not VoXML", ""},
		{"HTML", ever, 200, "text/html", "<html><body>Hello</body></html>", 1, 0, "", "not VoXML", ""},
		{"JSON", ever, 200, "application/json", "{}", 1, 0, "", "not VoXML", ""},
		{"TwiML verb at the root", ever, 200, "application/xml", "<Say>a</Say>", 1, 0, "", "not VoXML", ""},
		{"broken XML", ever, 200, "application/xml", "<Response><Say>a</Response>", 1, 0, "", "not VoXML", ""},
		{"value that does not fit", ever, 200, "application/xml", `<Response><Say loop="0">good</Say></Response>`, 1, 0, "good", "", ""},
		{"too large", ever, 200, "application/xml", large, 1, 0, "", "not VoXML", ""},
		{"too deep", ever, 200, "application/xml", deep, 1, 0, "", "not VoXML", ""},
		{"with declaration", ever, 200, "application/xml; charset=utf-8", `<?xml version="1.0" encoding="UTF-8"?><Response><Say>a</Say></Response>`, 1, 0, "a", "", ""},
		{"text/xml", ever, 200, "text/xml", "<Response><Say>a</Say></Response>", 1, 0, "a", "", ""},
		{"wrong type", ever, 200, "text/html; charset=utf-8", "<Response><Say>a</Say></Response>", 1, 0, "a", "", `the document came as "text/html; charset=utf-8", not as application/xml`},
		{"no type that can be read", ever, 200, ";", "<Response><Say>a</Say></Response>", 1, 0, "a", "", `the document came as ";", not as application/xml`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, real := range []bool{false, true} {
				handler := answers(tt.times, tt.status, tt.contentType, tt.body)
				c := begin(t, handler, func(cfg *sim.Config) {
					outbound(cfg)
					cfg.StatusCallback = ""
					if real {
						server := httptest.NewServer(handler)
						t.Cleanup(server.Close)
						cfg.App, cfg.URL = server.Client(), server.URL
					}
				})
				play(t, c, "")
				all := exchanges(c)
				require.Len(t, all, tt.attempts)
				for i, x := range all {
					require.Equal(t, i+1, x.Attempt)
					require.Equal(t, all[0].Form, x.Form)
				}
				if tt.why == "" {
					require.Equal(t, sim.OutOfVerbs, c.End().Why)
				} else {
					require.Equal(t, sim.AppFailed, c.End().Why)
					require.Contains(t, c.End().Text, tt.why)
					require.Contains(t, all[len(all)-1].Err.Error(), tt.why)
					require.Nil(t, all[len(all)-1].Document)
				}
				require.Equal(t, tt.heard, texts(sim.Heard)(c))
				require.Equal(t, tt.warning, texts(sim.Warned)(c))
				spoken := time.Duration(len(strings.Fields(tt.heard))) * 400 * time.Millisecond
				require.Equal(t, tt.elapsed+spoken, c.Elapsed())
				requireOrder(t, c)
			}
		})
	}
}

func TestRetries(t *testing.T) {
	for retries, want := range map[int]time.Duration{-1: 0, 0: 7 * time.Second, 1: time.Second, 5: 31 * time.Second} {
		c := begin(t, answers(99, 500, "", ""), func(cfg *sim.Config) { cfg.Retries = retries })
		require.Equal(t, want, c.Elapsed(), retries)
		var at, wait time.Duration = 0, time.Second
		for _, e := range c.Log() {
			if e.Kind == sim.Requested {
				require.Equal(t, at, e.At)
				at, wait = at+wait, 2*wait
			}
		}
	}
	c := begin(t, answers(999, 500, "", ""), func(cfg *sim.Config) { cfg.Retries = 100 })
	require.Len(t, exchanges(c), 11)
	requireOrder(t, c)
}

// Nobody listens at a port that has been closed.
func TestConnectionRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	c := begin(t, nil, func(cfg *sim.Config) {
		cfg.App, cfg.URL, cfg.Method = http.DefaultClient, "http://"+listener.Addr().String()+"/voice", voxml.MethodGET
	})
	require.Equal(t, sim.AppFailed, c.End().Why)
	require.Contains(t, c.End().Text, "no answer: dial tcp "+listener.Addr().String())
	require.NotContains(t, c.End().Text, "CallSid", "the form is not in the error")
	require.Len(t, exchanges(c), 4)
	require.Zero(t, exchanges(c)[3].Status)
	require.Nil(t, http.DefaultClient.CheckRedirect, "the client is left as it was")
}

// A client that follows redirects does so if it says so itself.
func TestFollowRedirects(t *testing.T) {
	server := httptest.NewServer(answers(1, http.StatusTemporaryRedirect, "", ""))
	defer server.Close()
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
	c := begin(t, nil, func(cfg *sim.Config) { cfg.App, cfg.URL = client, server.URL })
	play(t, c, "")
	require.Equal(t, "good", texts(sim.Heard)(c))
	require.Len(t, exchanges(c), 1)
}

func TestBrokenOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "<Response>")
	}))
	defer server.Close()
	c := begin(t, nil, func(cfg *sim.Config) { cfg.App, cfg.URL = server.Client(), server.URL })
	require.Contains(t, c.End().Text, "the answer broke off")
	require.Len(t, exchanges(c), 4)
}

func TestPanic(t *testing.T) {
	c := begin(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	require.Equal(t, "POST "+origin+"/: no answer: the handler aborted the request", c.End().Text)
	require.Equal(t, exchanges(c)[3], c.End().Exchange)
	require.Len(t, exchanges(c), 4)

	require.PanicsWithValue(t, "oops", func() {
		begin(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }))
	})
}

// A handler gets the request that a server would have.
func TestHandler(t *testing.T) {
	var got *http.Request
	var body []byte
	c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}), func(cfg *sim.Config) { cfg.URL = "https://user:pass@app.example:8443/voice/a%20b?lang=en&x=1#top" })
	require.Equal(t, "POST", got.Method)
	require.Equal(t, "app.example:8443", got.Host)
	require.Equal(t, "/voice/a%20b?lang=en&x=1", got.RequestURI)
	require.Equal(t, "application/x-www-form-urlencoded", got.Header.Get("Content-Type"))
	require.EqualValues(t, len(body), got.ContentLength)
	require.NotEmpty(t, got.RemoteAddr)
	form, err := url.ParseQuery(string(body))
	require.NoError(t, err)
	require.Equal(t, exchanges(c)[0].Form, form)
	require.NotContains(t, c.Transcript(), "user:pass")

	begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r }), func(cfg *sim.Config) {
		cfg.URL, cfg.Method = origin+"/voice?lang=en", voxml.MethodGET
	})
	require.Equal(t, "en", got.URL.Query().Get("lang"), "the query of the URL is kept")
	require.Equal(t, "ringing", got.URL.Query().Get("CallStatus"))
	require.NotNil(t, got.Body)
	require.Equal(t, got.RequestURI, got.URL.RequestURI())
	require.True(t, strings.HasPrefix(got.URL.RawQuery, "lang=en&"))
}

// RFC 3986, sections 5.4.1 and 5.4.2, and what is no address of an app.
func TestRelativeURLs(t *testing.T) {
	const base = "http://a.example/b/c/d?q"
	for _, tt := range []struct{ ref, want string }{
		{"g", "http://a.example/b/c/g"},
		{"./g", "http://a.example/b/c/g"},
		{"g/", "http://a.example/b/c/g/"},
		{"/g", "http://a.example/g"},
		{"//g.example", "http://g.example"},
		{"//g.example/x", "http://g.example/x"},
		{"https://g.example:8443/x", "https://g.example:8443/x"},
		{"?y", base[:len(base)-1] + "y"},
		{"g?y", "http://a.example/b/c/g?y"},
		{"#s", base},
		{"g#s", "http://a.example/b/c/g"},
		{"g?y#s", "http://a.example/b/c/g?y"},
		{";x", "http://a.example/b/c/;x"},
		{"", base},
		{" \n", base},
		{"\n  /g\n", "http://a.example/g"},
		{".", "http://a.example/b/c/"},
		{"..", "http://a.example/b/"},
		{"../g", "http://a.example/b/g"},
		{"../..", "http://a.example/"},
		{"../../g", "http://a.example/g"},
		{"../../../g", "http://a.example/g"},
		{"/./g", "http://a.example/g"},
		{"/../g", "http://a.example/g"},
		{"g..", "http://a.example/b/c/g.."},
		{"./../g", "http://a.example/b/g"},
		{"g/../h", "http://a.example/b/c/h"},
		{"g?y/../x", "http://a.example/b/c/g?y/../x"},
		{"a%20b", "http://a.example/b/c/a%20b"},
		{"HTTP://a.example/x", "http://a.example/x"},
		{"ftp://a.example/x", ""},
		{"mailto:a@a.example", ""},
		{"http:g", ""},
		{"http:///x", ""},
		{"javascript:alert(1)", ""},
		{"file:///etc/passwd", ""},
		{"data:text/xml,&lt;Response/>", ""},
		{"%zz", ""},
		{"http://a.example:port/", ""},
	} {
		t.Run(tt.ref, func(t *testing.T) {
			mux := http.NewServeMux()
			asked := ""
			c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = "http://" + r.Host + r.URL.String()
				if r.TLS != nil {
					asked = "https://" + r.Host + r.URL.String()
				}
				if asked == base && !strings.HasSuffix(r.Header.Get("Referer"), "x") && mux != nil {
					mux = nil // the first time
					_, _ = fmt.Fprintf(w, "<Response><Redirect>%s</Redirect></Response>", tt.ref)
					return
				}
				_, _ = io.WriteString(w, "<Response/>")
			}), func(cfg *sim.Config) { cfg.URL = base })
			play(t, c, "")
			if tt.want == "" {
				require.Equal(t, sim.AppFailed, c.End().Why)
				require.Contains(t, c.End().Text, "neither http nor https")
				require.Len(t, exchanges(c), 1)
				return
			}
			require.Equal(t, sim.OutOfVerbs, c.End().Why)
			require.Equal(t, tt.want, asked)
			require.Equal(t, tt.want, exchanges(c)[1].URL.String())
		})
	}
}

// A URL is relative to the document that has it, also on the way back.
func TestBaseMoves(t *testing.T) {
	c := begin(t, app{
		"/": `<Record recordingStatusCallback="r" action="x/y"/>`, "/x/y": `<Redirect>z</Redirect>`, "/x/z": `<Gather action="../y/g"/>`,
	}, outbound, func(cfg *sim.Config) { cfg.StatusCallback = "status" })
	play(t, c, "speak 1s; silence; press 1#")
	require.Equal(t, "POST /r|POST /x/y|POST /x/z|POST /y/g|POST /status", requests(c))
}

func TestMethods(t *testing.T) {
	c := begin(t, app{"/": `<Redirect method="GET">/b?c=d</Redirect>`, "/b": `<Redirect method="get">/c</Redirect>`, "/c": `<Redirect method="PUT">/d</Redirect>`,
		"/d": `<Record maxLength="1" recordingStatusCallbackMethod=" Get " recordingStatusCallback="/r" method="post" action="/e"/>`})
	play(t, c, "silence")
	require.Equal(t, origin+"/b?c=d", exchanges(c)[1].URL.String())
	require.Equal(t, "GET /b|GET /c|POST /d|GET /r|POST /e", requests(c))
	require.Equal(t, "a method is not written as GET or POST: GET is used|a method is neither GET nor POST: POST is used|"+
		"a method is not written as GET or POST: GET is used|a method is not written as GET or POST: POST is used", texts(sim.Warned)(c))
}

// Protocol, section 3: parameters that a webhook always has are there if they
// are zero, too.
func TestZeros(t *testing.T) {
	for _, tt := range []struct{ doc, script, path, zeros string }{
		{`<Gather input="speech" action="/a"/>`, "unclear yes", "/a", "Confidence=0"},
		{`<Gather input="dtmf speech" action="/a"/>`, "press 1#", "/a", ""},
		{`<Dial action="/a">+1</Dial>`, "ring", "/a", "DialBridged=false DialCallDuration=0"},
		{`<Dial action="/a" record="record-from-ringing" recordingStatusCallback="/r">+1</Dial>`, "busy", "/a", "DialBridged=false DialCallDuration=0 RecordingDuration=0"},
		{`<Dial action="/a" record="record-from-ringing" recordingStatusCallback="/r">+1</Dial>`, "busy", "/r", "RecordingDuration=0"},
		{`<Record action="/a"/>`, "press 1", "/a", "RecordingDuration=0"},
		{`<Record recordingStatusCallback="/r" recordingStatusCallbackEvent="in-progress"/>`, "press 1", "/r", ""},
		{"<Reject/>", "", "/status", "CallDuration=0"},
		{"<Record/>", "press 1", "/status", "CallDuration=0 RecordingDuration=0"},
		{`<Pay securityCode="false" postalCode="false" statusCallback="/p"/>`, "press 4111111111111111#1239#", "/p", "PartialResult=false"},
	} {
		c := begin(t, app{"/": tt.doc}, outbound)
		if thing, ok := strings.CutPrefix(tt.script, "unclear "); ok {
			ready(c)
			require.NoError(t, say(c, thing, 0))
			tt.script = ""
		}
		play(t, c, tt.script)
		var zeros []string
		x := last(c, tt.path)
		for name, values := range x.Form {
			if values[0] == "0" || values[0] == "false" {
				zeros = append(zeros, name+"="+values[0])
			}
		}
		slices.Sort(zeros)
		require.Equal(t, tt.zeros, strings.Join(zeros, " "), tt.doc)
		require.Equal(t, reflect.TypeOf(x.Event), reflect.TypeOf(read(t, x)), "the zeros leave the kind as it is")
	}
}

// read returns the event that a handler gets.
func read(t testing.TB, x *sim.Exchange) voxhook.Event {
	t.Helper()
	r, err := newRequest(x)
	require.NoError(t, err)
	ev, err := voxhook.Parse(r)
	require.NoError(t, err)
	require.Empty(t, ev.Webhook().Invalid)
	return ev
}

// Headers may be credentials: only the host that is called gets them.
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

// A call can begin in the middle, with what that request carries.
func TestFirst(t *testing.T) {
	for _, tt := range []struct {
		first  voxhook.Event
		status voxhook.CallStatus
		want   string
	}{
		{nil, "", "ringing, then answered"},
		{nil, "in-progress", "in-progress"},
		{&voxhook.IncomingCall{}, "", "ringing, then answered"},
		{&voxhook.GatherResult{Digits: "1", VoiceWebhook: voxhook.VoiceWebhook{CallSid: "ignored"}}, "", "in-progress 1"},
		{&voxhook.RecordResult{Digits: "#"}, "in-progress", "in-progress #"},
		{&voxhook.RecordResult{Digits: "#"}, "ringing", "ringing #, then answered"},
	} {
		c := begin(t, app{"/": "<Say>a</Say>"}, func(cfg *sim.Config) {
			cfg.First, cfg.Webhook.CallStatus, cfg.Webhook.CallSid, cfg.Webhook.Vars = tt.first, tt.status, "c1", voxhook.Vars{"a": "b"}
		})
		play(t, c, "")
		form := exchanges(c)[0].Form
		got := strings.TrimSpace(form.Get("CallStatus") + " " + form.Get("Digits"))
		if strings.Contains(c.Transcript(), "  answered\n") {
			got += ", then answered"
		}
		require.Equal(t, tt.want, got)
		require.Equal(t, `c1 {"a":"b"}`, form.Get("CallSid")+" "+form.Get("Vars"))
	}
	for _, ev := range []voxhook.Event{&voxhook.StatusChange{}, &voxhook.Recording{}, &voxhook.PayProgress{}} {
		_, err := sim.New(sim.Config{App: sim.Handler(app{}), URL: origin, First: ev})
		require.ErrorContains(t, err, "cannot begin with a notification")
	}
}

// A context that outlives the handler would hide goroutines that need it.
func TestContextEndsWithTheAnswer(t *testing.T) {
	var ctx context.Context
	begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx = r.Context()
		require.NoError(t, ctx.Err())
		app{}.ServeHTTP(w, r)
	}))
	require.ErrorIs(t, ctx.Err(), context.Canceled)

	require.Panics(t, func() {
		begin(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			ctx = r.Context()
			panic("a bug")
		}))
	})
	require.ErrorIs(t, ctx.Err(), context.Canceled)
}

// A context that is done ends the request in flight. What is still to be sent
// is sent once.
func TestContext(t *testing.T) {
	for first, want := range map[string][]string{"/": {"/", "/status"}, "/a": {"/", "/a", "/status"}} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var asked []string
		c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.Path)
			switch {
			case ctx.Err() != nil:
				require.NoError(t, r.Context().Err(), "there is some time left")
				w.WriteHeader(500)
			case r.URL.Path == first: // hangs until the request is given up
				cancel()
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			default:
				app{"/": `<Record action="/a"/>`}.ServeHTTP(w, r)
			}
		}), outbound, func(cfg *sim.Config) { cfg.Context = ctx })
		if c.End() == nil {
			ready(c)
			require.NoError(t, silence(c))
		}
		require.Equal(t, sim.CallerHungUp, c.End().Why)
		require.Equal(t, want, asked)
	}
}

// A notification that waits to be repeated is not, once the context is done; a
// document for a dialed party that is given up is that of a caller who hangs up.
func TestContextOfOthers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/r" {
			w.WriteHeader(500)
			return
		}
		app{"/": `<Record maxLength="1" recordingStatusCallback="/r"/><Gather/>`}.ServeHTTP(w, r)
	}), func(cfg *sim.Config) { cfg.Context = ctx })
	ready(c)
	require.NoError(t, speak(c, time.Second))
	ready(c)
	cancel()
	require.NoError(t, hangUp(c))
	require.Equal(t, "POST /r", requests(c))
	require.Equal(t, "notifications that are not repeated any more: 1", texts(sim.Warned)(c))

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c = begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/w" {
			stop()
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		}
		app{"/": `<Dial action="/a"><Number url="/w">+1402</Number></Dial>`}.ServeHTTP(w, r)
	}), func(cfg *sim.Config) { cfg.Context = ctx })
	ready(c)
	require.NoError(t, act(c, "answer"))
	require.Equal(t, sim.CallerHungUp, c.End().Why)
	require.Equal(t, "canceled", sent("/a", "DialCallStatus")(c))
	require.Equal(t, "completed", sent("/a", "CallStatus")(c))
}

// OnSend sees each request before it is sent, and what failed before it. The
// answer has its headers, and the real time that it took.
func TestOnSend(t *testing.T) {
	var sent []*sim.Exchange
	c := begin(t, answers(2, 500, "", ""), func(cfg *sim.Config) {
		cfg.OnSend = func(x *sim.Exchange) {
			require.Zero(t, x.Status)
			require.Nil(t, x.Header)
			sent = append(sent, x)
		}
	})
	require.Equal(t, exchanges(c), sent)
	require.Nil(t, sent[0].Before)
	for i, x := range sent[1:] {
		require.Same(t, sent[i], x.Before)
		require.Equal(t, 500, x.Before.Status)
	}
	for _, x := range sent {
		require.Positive(t, x.Took)
		require.Equal(t, "/elsewhere|", x.Header.Get("Location")+"|"+sent[2].Header.Get("Location"))
		if x.Attempt == 2 {
			break
		}
	}
	require.NotContains(t, c.Transcript(), "elsewhere")
}

// A handler gets what a server gets from a client.
func TestHandlerIsLikeAServer(t *testing.T) {
	var got *http.Request
	begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r; app{}.ServeHTTP(w, r) }),
		func(cfg *sim.Config) { cfg.URL = "https://user:secret@app.example/voice?a=b" })
	user, password, ok := got.BasicAuth()
	require.True(t, ok)
	require.Equal(t, "user secret", user+" "+password)
	require.Equal(t, "/voice?a=b", got.URL.String())
	require.Equal(t, "app.example", got.Host)
	require.NotNil(t, got.TLS)
}

// A notification that fails is repeated while the call goes on.
func TestNotifications(t *testing.T) {
	const doc = `<Record maxLength="2" recordingStatusCallback="/r"/><Pause length="2"/><Say>a</Say>`
	for _, tt := range []struct {
		name   string
		times  int
		at     []time.Duration // of the attempts
		warned string
	}{
		{"taken", 0, []time.Duration{2 * time.Second}, ""},
		{"once", 1, []time.Duration{2 * time.Second, 3 * time.Second}, ""},
		{"beyond the end of the call", 3, []time.Duration{2 * time.Second, 3 * time.Second, 5 * time.Second, 9 * time.Second}, ""},
		{"for ever", 99, []time.Duration{2 * time.Second, 3 * time.Second, 5 * time.Second, 9 * time.Second},
			"a notification was given up: POST " + origin + "/r: the app answered with status 500 Internal Server Error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			times := tt.times
			c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/r" {
					if times--; times >= 0 {
						w.WriteHeader(500)
						return
					}
					w.WriteHeader(204)
					return
				}
				app{"/": doc}.ServeHTTP(w, r)
			}))
			play(t, c, "speak 2s")
			require.Equal(t, "a", texts(sim.Heard)(c))
			require.Equal(t, 4400*time.Millisecond, c.Elapsed(), "the call does not wait for it")
			var at []time.Duration
			for _, e := range c.Log() {
				if e.Kind == sim.Requested && e.Exchange.URL.Path == "/r" {
					at = append(at, e.At)
				}
			}
			require.Equal(t, tt.at, at)
			require.Equal(t, tt.warned, texts(sim.Warned)(c))
			requireOrder(t, c)
			requireEnded(t, c)
		})
	}
	// Two of them, in the order of time.
	c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/r") {
			w.WriteHeader(500)
			return
		}
		app{"/": `<Record maxLength="2" recordingStatusCallback="/r1"/><Record maxLength="2" recordingStatusCallback="/r2"/>`}.ServeHTTP(w, r)
	}))
	play(t, c, "speak 2s; speak 2s")
	require.Equal(t, "POST /r1|POST /r1|POST /r2|POST /r1|POST /r2|POST /r2|POST /r1|POST /r2", requests(c))
	requireOrder(t, c)

	c = begin(t, app{"/": `<Record recordingStatusCallback="mailto:a"/><Say>a</Say>`})
	play(t, c, "speak 2s")
	require.Equal(t, "a", texts(sim.Heard)(c))
	require.Contains(t, texts(sim.Warned)(c), "a notification is left out")
}

// Any 2xx answer does for a notification, whatever it holds.
func TestNotificationAnswers(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
	}{{200, ""}, {200, "ok"}, {202, "<html>"}, {204, ""}, {200, "<Response><Hangup/></Response>"}} {
		c := begin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/r" {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
				return
			}
			app{"/": `<Record recordingStatusCallback="/r"/><Say>a</Say>`}.ServeHTTP(w, r)
		}))
		play(t, c, "speak 2s")
		require.Equal(t, "a", texts(sim.Heard)(c))
		require.Empty(t, texts(sim.Warned)(c))
		require.Nil(t, last(c, "/r").Document)
		require.NoError(t, last(c, "/r").Err)
	}
}

// The app is told by the answer to its own mistake: findings are of the
// document, and know the variables that were set before.
func TestFindings(t *testing.T) {
	c := begin(t, app{"/": `<Set output="a">1</Set><Redirect>/b</Redirect>`, "/b": `<If expression="${a}=='1'"><Hangup/></If><If expression="${b}=='1'"><Hangup/></If>`},
		func(cfg *sim.Config) { cfg.Webhook.Vars = voxhook.Vars{"z": "1"} })
	play(t, c, "")
	require.Empty(t, exchanges(c)[0].Findings())
	findings := exchanges(c)[1].Findings()
	require.Len(t, findings, 1)
	require.Contains(t, fmt.Sprint(findings[0]), "b")

	c = begin(t, app{"/": `<Say loop="0">a</Say><Play loop="x">/a.mp3</Play>`})
	play(t, c, "")
	require.Equal(t, "a", texts(sim.Heard)(c))
	require.Equal(t, []voxml.Finding{
		{
			Rule: "value", Severity: voxml.SeverityError, Path: "Response[0].Say.loop",
			Message: "must be a whole number above 0: the attribute is left out",
		},
		{
			Rule: "value", Severity: voxml.SeverityError, Path: "Response[1].Play.loop",
			Message: "must be a whole number above 0: the attribute is left out",
		},
	}, exchanges(c)[0].Findings())

	c = begin(t, answers(1, 200, "", "no document"))
	require.Nil(t, exchanges(c)[0].Findings())
}

func TestNewID(t *testing.T) {
	require.Equal(t, sim.NewID("a", 1), sim.NewID("a", 1))
	require.NotEqual(t, sim.NewID("a", 1), sim.NewID("a", 2))
	require.NotEqual(t, sim.NewID("a", 1), sim.NewID("b", 1))
}
