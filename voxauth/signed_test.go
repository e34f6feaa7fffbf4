package voxauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// Each use of a URL brings the kind of event that it is for, whatever the
// parameters look like, and only for its call.
func TestUses(t *testing.T) {
	d := newDoor(t, everyURL)
	urls := d.urls(t, "c1")
	require.Len(t, urls, len(uses))
	ids := map[string]bool{}
	for use, kind := range uses {
		for _, method := range []string{"POST", "GET"} {
			t.Run(use.String()+" "+method, func(t *testing.T) {
				d.in, d.kinds, d.calls = nil, nil, nil
				for i, form := range []string{"CallSid=c1", "CallSid=c1&CallStatus=completed", "CallSid=c1&DialCallStatus=busy&RecordingStatus=completed"} {
					require.True(t, isLetIn(send(d, method, urls[use], form)), form)
					require.Equal(t, kind, d.kinds[i])
					require.Equal(t, "c1", d.calls[i])
				}

				r := d.in[0]
				assert.NotContains(t, r.URL.String()+r.RequestURI, "vh=")
				id, ok := voxauth.DocumentID(r)
				assert.True(t, ok)
				assert.Len(t, id, 16)
				ids[id] = true

				assert.Equal(t, 403, send(d, method, urls[use], "CallSid=c2"))
				assert.Equal(t, 403, send(d, method, urls[use], "CallSid=c2&ParentCallSid=c3"))
				assert.Equal(t, 403, send(d, method, urls[use], "CallSid=c2&ParentCallSid="))
				assert.Len(t, d.in, 3)
				status := send(d, method, urls[use], "CallSid=c2&ParentCallSid=c1")
				if byParent[use] {
					assert.True(t, isLetIn(status))
					assert.Equal(t, "c1", d.calls[3], "the call that is authenticated")
				} else {
					assert.Equal(t, 403, status)
				}
			})
		}
	}
	assert.Len(t, ids, 1, "all URLs of a document have one ID")
	assert.NotEqual(t, urls, d.urls(t, "c1"), "another document has another")
}

// The failure matrix of the package documentation.
func TestPromises(t *testing.T) {
	doc := voxml.Response{voxml.Gather{Action: "/menu?lang=en"}, voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/leg"}}}}
	alter := func(old, new string) func(string) string {
		return func(url string) string { return strings.Replace(url, old, new, 1) }
	}
	tests := []struct {
		name   string
		use    voxml.URLUse
		alter  func(string) string
		form   string
		status int
		call   string
	}{
		{"as it was handed out", voxml.UseGatherAction, nil, "CallSid=c1", 200, "c1"},
		{"again, as a retry does", voxml.UseGatherAction, nil, "CallSid=c1", 200, "c1"},
		{"token missing", voxml.UseGatherAction, func(url string) string { return url[:strings.Index(url, "&vh=")] }, "CallSid=c1", 403, ""},
		{"token empty", voxml.UseGatherAction, func(url string) string { return url[:strings.Index(url, "vh=")+3] }, "CallSid=c1", 403, ""},
		{"token too short", voxml.UseGatherAction, func(url string) string { return url[:len(url)-1] }, "CallSid=c1", 403, ""},
		{"token too long", voxml.UseGatherAction, func(url string) string { return url + "AAAA" }, "CallSid=c1", 403, ""},
		{"token of 4 KB", voxml.UseGatherAction, func(url string) string { return url + strings.Repeat("A", 4096) }, "CallSid=c1", 403, ""},
		{"token with another first byte", voxml.UseGatherAction, alter("vh=I", "vh=J"), "CallSid=c1", 403, ""},
		{"token at another name", voxml.UseGatherAction, alter("vh=", "VH="), "CallSid=c1", 403, ""},
		{"two tokens", voxml.UseGatherAction, func(url string) string { return url + url[strings.Index(url, "&vh="):] }, "CallSid=c1", 403, ""},
		{"another path", voxml.UseGatherAction, alter("/menu", "/pay"), "CallSid=c1", 403, ""},
		{"path escaped", voxml.UseGatherAction, alter("/menu", "/%6Denu"), "CallSid=c1", 403, ""},
		{"path with a slash more", voxml.UseGatherAction, alter("/menu", "/menu/"), "CallSid=c1", 403, ""},
		{"Entry path", voxml.UseGatherAction, alter("/menu", "/voice"), "CallSid=c1", 403, ""},
		{"own query changed", voxml.UseGatherAction, alter("lang=en", "lang=es"), "CallSid=c1", 403, ""},
		{"own query dropped", voxml.UseGatherAction, alter("lang=en&", ""), "CallSid=c1", 403, ""},
		{"own query longer", voxml.UseGatherAction, alter("lang=en&", "lang=en&a=1&"), "CallSid=c1", 403, ""},
		{"an & more", voxml.UseGatherAction, alter("lang=en&", "lang=en&&"), "CallSid=c1", 403, ""},
		{"an & in front", voxml.UseNumber, alter("?vh", "?&vh"), "CallSid=c1", 403, ""},
		{"an & at the end", voxml.UseGatherAction, func(url string) string { return url + "&" }, "CallSid=c1", 403, ""},
		{"query reordered", voxml.UseGatherAction, func(url string) string {
			_, token, _ := strings.Cut(url, "&")
			return "/menu?" + token + "&lang=en"
		}, "CallSid=c1", 403, ""},
		{"a POST goes on after the token", voxml.UseGatherAction, func(url string) string { return url + "&a=1" }, "CallSid=c1", 403, ""},
		{"a parameter replaces the own query", voxml.UseGatherAction, nil, "CallSid=c1&lang=es", 403, ""},
		{"the same, escaped", voxml.UseGatherAction, nil, "CallSid=c1&l%61ng=es", 403, ""},
		{"another call", voxml.UseGatherAction, nil, "CallSid=c2", 403, ""},
		{"another call with this one as parent", voxml.UseGatherAction, nil, "CallSid=c2&ParentCallSid=c1", 403, ""},
		{"leg of the call", voxml.UseNumber, nil, "CallSid=c2&ParentCallSid=c1", 200, "c1"},
		{"leg of another call", voxml.UseNumber, nil, "CallSid=c2&ParentCallSid=c3", 403, ""},
		{"no call", voxml.UseGatherAction, nil, "Digits=1", 400, ""},
		{"two calls", voxml.UseGatherAction, nil, "CallSid=c1&CallSid=c2", 400, ""},
		{"two calls, one name escaped", voxml.UseGatherAction, nil, "CallSid=c1&C%61llSid=c2", 400, ""},
		{"two calls for old parsers", voxml.UseGatherAction, nil, "CallSid=c1&a=b;CallSid=c2", 400, ""},
		{"the name without a value, then a call", voxml.UseGatherAction, nil, "CallSid&CallSid=c1", 400, ""},
		{"the call escaped", voxml.UseGatherAction, nil, "CallSid=%631", 200, "c1"},
		{"the name escaped", voxml.UseGatherAction, nil, "C%61llSid=c1", 200, "c1"},
		{"not UTF-8", voxml.UseGatherAction, nil, "CallSid=c1%ff", 400, ""},
		{"bad escape", voxml.UseGatherAction, nil, "CallSid=c%1", 400, ""},
		{"too large", voxml.UseGatherAction, nil, "CallSid=c1&a=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes), 413, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(t, doc)
			url := d.urls(t, "c1")[tt.use]
			if tt.alter != nil {
				altered := tt.alter(url)
				require.NotEqual(t, url, altered)
				url = altered
			}
			d.in, d.calls = nil, nil
			assert.Equal(t, tt.status, send(d, "POST", url, tt.form))
			if tt.status == 200 {
				require.Len(t, d.in, 1)
				assert.Equal(t, tt.call, d.calls[0])
				assert.Empty(t, d.log.String())
			} else {
				assert.Empty(t, d.in)
				assert.Equal(t, 1, strings.Count(d.log.String(), "\n"), d.log.String())
				assert.Contains(t, d.log.String(), "level=WARN")
			}
		})
	}
}

// The same by GET, where the platform's parameters follow the token.
func TestGET(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Gather{Action: "/menu?lang=en&Digits=7", Method: voxml.MethodGET}})
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	for _, tt := range []struct {
		name, target, form string
		status             int
	}{
		{"parameters after the token", url, "CallSid=c1&Digits=1", 200},
		{"a documented name of the own query", url, "CallSid=c1&Digits=9&Digits=8", 200},
		{"a name of the own query", url, "CallSid=c1&lang=es", 403},
		{"the same, escaped", url, "CallSid=c1&%6cang=es", 403},
		{"parameters before the token", strings.Replace(url, "?", "?CallSid=c1&", 1), "", 403},
		{"no parameters", url, "", 400},
		{"another call", url, "CallSid=c2", 403},
		{"two calls", url, "CallSid=c1&CallSid=c2", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.in = nil
			assert.Equal(t, tt.status, send(d, "GET", tt.target, tt.form))
			if tt.status == 200 {
				require.Len(t, d.in, 1)
				assert.Equal(t, "lang=en&Digits=7&"+tt.form, d.in[0].URL.RawQuery)
				assert.Equal(t, "/menu?lang=en&Digits=7&"+tt.form, d.in[0].RequestURI)
			} else {
				assert.Empty(t, d.in)
			}
		})
	}
}

// A name of the own query is the same however either side writes it.
func TestOwnNames(t *testing.T) {
	for _, own := range []string{"my lang=en", "my%20lang=en", "my+lang=en", "m%79+lang"} {
		d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/menu?" + own}})
		url := d.urls(t, "c1")[voxml.UseRedirect]
		for form, status := range map[string]int{
			"my+lang=es": 403, "my%20lang=es": 403, "%6dy+lang": 403, "a=1&my+lang": 403, "my=1+lang&lang=2": 200, "my%2Blang=es": 200, "My+lang=es": 200,
		} {
			for _, method := range []string{"POST", "GET"} {
				assert.Equal(t, status, send(d, method, url, "CallSid=c1&"+form), "%s %s %s", own, method, form)
			}
		}
	}
}

// A callback that empties CallSid opens no call to others.
func TestEmptyCallSid(t *testing.T) {
	d := newDoor(t, everyURL)
	d.Signed.Next = voxhook.Settings{}.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
		ev.Webhook().CallSid = ""
		return everyURL, nil
	})
	for use, url := range d.urls(t, "c1") {
		assert.Equal(t, 403, send(d, "POST", url, "CallSid=c2"), use)
		assert.Equal(t, 403, send(d, "POST", url, "CallSid=c2&ParentCallSid="), use)
	}
}

// An app that names its own URL signs what a stranger wrote there, and all
// names of it are searched for in later requests.
func TestManyOwnNames(t *testing.T) {
	var query strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&query, "a%x&", i)
	}
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/menu?" + query.String()}})
	url := d.urls(t, "c1")[voxml.UseRedirect]
	start := time.Now()
	for form, status := range map[string]int{
		"CallSid=c1": 200, "CallSid=c1&b=1": 200, "CallSid=c2": 403, "CallSid=c1&a0=1": 403, "CallSid=c1&a1869f": 403, "CallSid=c1&%61f=": 403,
		"CallSid=c1&b=" + strings.Repeat("a", 260_000): 200, "CallSid=c1&" + strings.Repeat("b&", 130_000): 413,
	} {
		assert.Equal(t, status, send(d, "POST", url, form), "%.30s", form)
	}
	assert.Less(t, time.Since(start), 5*time.Second) // it takes 0.2 s
}

// A CallSid in the own query is not the one that counts.
func TestOwnCallSid(t *testing.T) {
	for _, method := range []string{"POST", "GET"} {
		d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/menu?CallSid=c9"}})
		url := d.urls(t, "c1")[voxml.UseRedirect]
		d.in = nil
		status := send(d, method, url, "CallSid=c1")
		if method == "GET" { // two calls
			assert.Equal(t, 400, status)
			continue
		}
		assert.Equal(t, 200, status)
		assert.Equal(t, 403, send(d, method, url, "CallSid=c9"))
		assert.Len(t, d.in, 1)
	}
}

func TestMethods(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	for _, method := range []string{"PUT", "HEAD", "DELETE", "OPTIONS"} {
		w := serve(d, request(method, url, "CallSid=c1"))
		assert.Equal(t, 405, w.Code, method)
		assert.Equal(t, "GET, POST", w.Header().Get("Allow"))
	}
	assert.Len(t, d.in, 1)
}

// A body is read only if the token is right, or the login.
func TestBodyIsNotRead(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	d.Entry["/voice"] = voxauth.Basic(voxauth.Login{User: "u", Password: "s3cret"})
	for target, status := range map[string]int{
		"/gather": 403, url + "x": 403, url + "&a=1": 403, "/voice?vh=": 403, "/voice?vh=x": 403, "/voice": 401,
	} {
		r := request("POST", target, "")
		r.Body = io.NopCloser(iotest.ErrReader(errors.New("the body was read")))
		r.ContentLength = 10
		assert.Equal(t, status, serve(d, r).Code, target)
	}
	assert.NotContains(t, d.log.String(), "body")

	r := request("POST", url, "")
	r.Body = io.NopCloser(iotest.ErrReader(errors.New("trailer +14025550100"))) // must not be logged
	r.ContentLength = 10
	assert.Equal(t, 400, serve(d, r).Code)
	assert.Contains(t, d.log.String(), "cannot read the body")
}

// A form that a middleware has parsed is as good as a body.
func TestParsedForm(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	for form, status := range map[string]int{
		"CallSid=c1": 200, "CallSid=c2": 403, "CallSid=c1&CallSid=c2": 400,
		"CallSid=c1&a=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes): 413,
	} {
		r := request("POST", url, form)
		require.NoError(t, r.ParseForm())
		d.in = nil
		assert.Equal(t, status, serve(d, r).Code)
		if status == 200 {
			assert.Equal(t, "c1", d.in[0].FormValue("CallSid"))
			assert.Empty(t, d.in[0].FormValue("vh"), "the token")
		}
	}
}

// Handlers of other packages are protected too, and read the body themselves.
func TestForeignHandler(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	number := d.urls(t, "c1")[voxml.UseNumber]
	var got []string
	d.Signed.Next = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.FormValue("CallSid")+r.FormValue("Digits"), r.FormValue("vh"))
	})
	assert.Equal(t, 200, send(d, "POST", url, "CallSid=c1&Digits=5"))
	assert.Equal(t, 403, send(d, "POST", url, "CallSid=c2&Digits=5"))
	assert.Equal(t, []string{"c15", ""}, got)

	// Parsers differ in which of two values they take.
	assert.Equal(t, 400, send(d, "POST", number, "CallSid=c2&ParentCallSid=c3&ParentCallSid=c1"))

	// What only some parsers take for a form is refused.
	for _, header := range []http.Header{
		{"Content-Type": {"multipart/form-data; boundary=CallSid=c1"}},
		{"Content-Type": {"application/x-www-form-urlencoded"}, "Content-Encoding": {"gzip"}},
		{},
	} {
		r := request("POST", url, "CallSid=c1&Digits=5")
		r.Header = header
		assert.Equal(t, 415, serve(d, r).Code, header)
	}
	assert.Len(t, got, 2)
}

// An Entry needs what its Check says, and takes only first webhooks.
func TestEntry(t *testing.T) {
	const user, password = "user", "s3cret"
	refused := errors.New("not from here")
	d := newDoor(t, everyURL)
	d.Entry = map[string]voxauth.Check{
		"/open": voxauth.Open, "/login": voxauth.Basic(voxauth.Login{User: user, Password: password}),
		"/never": func(*http.Request) error { return refused }, "/nil": nil,
	}
	for _, tt := range []struct {
		target, form string
		login        bool
		status       int
		kind         voxhook.Kind
	}{
		{"/open", "CallSid=c1&CallStatus=ringing", false, 200, voxhook.KindIncomingCall},
		{"/open?a=1", "CallSid=c1", false, 200, voxhook.KindIncomingCall},
		{"/open", "CallSid=c1&CallStatus=completed&CallDuration=1", false, 200, voxhook.KindStatusChange},
		{"/open", "CallSid=c1&Digits=1", false, 403, 0},
		{"/open", "CallSid=c1&DialCallStatus=busy", false, 403, 0},
		{"/open", "CallSid=c1&RecordingStatus=completed", false, 403, 0},
		{"/open", "CallSid=c1&For=security-code", false, 403, 0},
		{"/open", "CallSid=c1&PaymentToken=1", false, 403, 0},
		{"/open/", "CallSid=c1", false, 403, 0},
		{"/%6fpen", "CallSid=c1", false, 403, 0},
		{"//open", "CallSid=c1", false, 403, 0},
		{"/other", "CallSid=c1", false, 403, 0},
		{"/nil", "CallSid=c1", false, 403, 0},
		{"/never", "CallSid=c1", true, 403, 0},
		{"/login", "CallSid=c1", false, 401, 0},
		{"/login", "CallSid=c1", true, 200, voxhook.KindIncomingCall},
		{"/login", "CallSid=c1&Digits=1", true, 403, 0},
		{"/open?vh=", "CallSid=c1", false, 403, 0},
		{"/open?vh=x", "CallSid=c1", false, 403, 0},
		{"/login?vh=x", "CallSid=c1", true, 403, 0},
		{"/open?vh=&vh=", "CallSid=c1", false, 403, 0},
	} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(method+" "+tt.target+" "+tt.form, func(t *testing.T) {
				d.in, d.kinds, d.calls = nil, nil, nil
				r := request(method, tt.target, tt.form)
				if tt.login {
					r.SetBasicAuth(user, password)
				}
				w := serve(d, r)
				if w.Code == 204 {
					w.Code = 200
				}
				assert.Equal(t, tt.status, w.Code)
				assert.Equal(t, tt.status == 401, w.Header().Get("WWW-Authenticate") != "")
				if tt.kind == 0 {
					assert.Empty(t, d.in)
					return
				}
				require.Len(t, d.in, 1)
				assert.Equal(t, tt.kind, d.kinds[0])
				assert.Empty(t, d.calls[0], "it is not authenticated")
				_, ok := voxauth.DocumentID(d.in[0])
				assert.False(t, ok)
			})
		}
	}
	assert.Contains(t, d.log.String(), refused.Error())
}

func TestURL(t *testing.T) {
	d := newDoor(t, everyURL)
	for _, tt := range []struct{ raw, target string }{
		{"/voice/menu", "/voice/menu"},
		{"https://example.com/voice/menu", "/voice/menu"},
		{"https://example.com", "/"},
		{"https://example.com?a=1", "/?a=1"},
		{"https://example.com/a/../menu?list=a;b&off=50%#f", "/menu?list=a;b&off=50%"},
		{"/menu?name=Zoë O'Neil", "/menu?name=Zo%C3%AB%20O%27Neil"},
		{"/menu?vh=old&a=1", "/menu?a=1"},
	} {
		t.Run(tt.raw, func(t *testing.T) {
			url, err := d.URL(tt.raw, 0)
			require.NoError(t, err)
			url, _, _ = strings.Cut(url, "#")
			_, token, ok := strings.Cut(url, "vh=")
			require.True(t, ok)
			target := tt.target + "?vh=" + token
			if strings.Contains(tt.target, "?") {
				target = tt.target + "&vh=" + token
			}
			for _, sid := range []string{"c1", "c2"} {
				d.in, d.calls = nil, nil
				require.Equal(t, 200, send(d, "POST", target, "CallSid="+sid))
				assert.Empty(t, d.calls[0])
				_, ok := voxauth.DocumentID(d.in[0])
				assert.False(t, ok)
			}
			assert.Equal(t, 403, send(d, "POST", target, "CallSid=c1&Digits=1"), "only first webhooks")
		})
	}
	for _, raw := range []string{"", "menu", "../menu", "?a=1", "#f", "mailto:a@example.com", "example.com/voice", "/%zz", "http://[::1/voice"} {
		_, err := d.URL(raw, 0)
		require.Error(t, err, raw)
	}
	_, err := new(voxauth.Signed).URL("/voice", 0)
	assert.ErrorContains(t, err, "keys")
}

// A leg that its parent lets in cannot open another call with what it is
// answered.
func TestLegTokens(t *testing.T) {
	d := newDoor(t, everyURL)
	next := d.Signed.Next
	leg := urlsOf(t, serve(d, request("POST", d.urls(t, "c1")[voxml.UseNumber], "CallSid=victim&ParentCallSid=c1")))
	for use := range uses {
		assert.Equal(t, 403, send(d, "POST", leg[use], "CallSid=victim"), use)
		assert.Equal(t, 403, send(d, "POST", leg[use], "CallSid=victim&ParentCallSid=c2"), use)
		d.calls = nil
		require.True(t, isLetIn(send(d, "POST", leg[use], "CallSid=victim&ParentCallSid=c1")), use)
		assert.Equal(t, "c1", d.calls[0])
	}
	deeper := urlsOf(t, serve(d, request("POST", leg[voxml.UseRedirect], "CallSid=victim&ParentCallSid=c1")))
	assert.Equal(t, 403, send(d, "POST", deeper[voxml.UseGatherAction], "CallSid=victim"))

	// So is a leg whose callback changes the event.
	as := func(sid string) map[voxml.URLUse]string {
		d.Signed.Next = voxhook.Settings{}.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
			ev.Webhook().CallSid = sid
			return everyURL, nil
		})
		return urlsOf(t, serve(d, request("POST", leg[voxml.UseRedirect], "CallSid=victim&ParentCallSid=c1")))
	}
	for _, sid := range []string{"c1", "victim", "other"} {
		assert.Equal(t, 403, send(d, "POST", as(sid)[voxml.UseGatherAction], "CallSid="+strings.Replace(sid, "c1", "c2", 1)), sid)
		assert.Equal(t, 200, send(d, "POST", as(sid)[voxml.UseGatherAction], "CallSid=victim&ParentCallSid=c1"), sid)
	}
	d.Signed.Next = next

	// The parent itself gets tokens of its own.
	own := urlsOf(t, serve(d, request("POST", leg[voxml.UseRedirect], "CallSid=c1")))
	assert.Equal(t, 403, send(d, "POST", own[voxml.UseGatherAction], "CallSid=victim&ParentCallSid=c1"))
	assert.Equal(t, 200, send(d, "POST", own[voxml.UseGatherAction], "CallSid=c1"))
}

func TestWithoutKeys(t *testing.T) {
	for name, keys := range map[string][]voxauth.Key{
		"none": nil, "zero": {{}}, "one of them zero": {voxauth.NewKey(), {}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, everyURL)
			d.Keys = keys
			for _, target := range []string{"/voice", "/gather", "/gather?vh=x"} {
				assert.Equal(t, 500, send(d, "POST", target, "CallSid=c1"))
			}
			assert.Empty(t, d.in)
			assert.Contains(t, d.log.String(), "level=ERROR")
			assert.Contains(t, d.log.String(), "no keys, or a zero Key")
		})
	}
}

// Tokens are valid for TTL, and URLs for theirs. The clock of the test is that
// of package synctest.
func TestExpiry(t *testing.T) {
	for _, tt := range []struct{ ttl, valid time.Duration }{
		{0, voxauth.DefaultTTL}, {time.Hour, time.Hour}, {time.Second, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(t, everyURL)
			d.TTL = tt.ttl
			url := d.urls(t, "c1")[voxml.UseGatherAction]
			portal, err := d.URL("/portal", tt.valid)
			require.NoError(t, err)
			forever, err := d.URL("/portal", 0)
			require.NoError(t, err)

			time.Sleep(tt.valid)
			assert.Equal(t, 200, send(d, "POST", url, "CallSid=c1"))
			assert.Equal(t, 200, send(d, "POST", portal, "CallSid=c1"))
			time.Sleep(2 * time.Second)
			assert.Equal(t, 403, send(d, "POST", url, "CallSid=c1"))
			assert.Equal(t, 403, send(d, "POST", portal, "CallSid=c1"))
			assert.Contains(t, d.log.String(), "expired")
			time.Sleep(50 * 365 * 24 * time.Hour)
			assert.Equal(t, 200, send(d, "POST", forever, "CallSid=c1"))
		})
	}
}

// A program that has been restarted takes the tokens of before.
func TestRestart(t *testing.T) {
	before, after := newDoor(t, everyURL), newDoor(t, everyURL)
	text := before.Keys[0].Text()
	url := before.urls(t, "c1")[voxml.UseGatherAction]
	assert.Equal(t, 403, send(after, "POST", url, "CallSid=c1"), "another key")
	key, err := voxauth.ParseKey(text)
	require.NoError(t, err)
	after.Keys = []voxauth.Key{key}
	assert.Equal(t, 200, send(after, "POST", url, "CallSid=c1"))
}

// Keys are added, promoted and dropped, replica by replica, while 1,000 calls
// of up to TTL are in progress. No webhook is refused.
func TestRotation(t *testing.T) {
	const calls, steps, ttl = 1000, 6, time.Hour // a call has at most steps webhooks, one in each round
	synctest.Test(t, func(t *testing.T) {
		old, next := voxauth.NewKey(), voxauth.NewKey()
		doc := voxml.Response{voxml.Redirect{URL: "/step"}}
		var replicas [2]*door
		for i := range replicas {
			replicas[i] = newDoor(t, doc)
			replicas[i].Keys, replicas[i].TTL = []voxauth.Key{old}, ttl
		}
		urls := make([]string, calls) // of each call; "" if it has not begun or has ended
		sids := make([]string, calls)
		refused, served := 0, 0
		round := func(n int) {
			for i := range calls {
				replica := replicas[(i+n)%len(replicas)]
				target := "/voice"
				if urls[i] != "" {
					target = urls[i]
				} else {
					sids[i] = fmt.Sprintf("call-%d-%d", i, n)
				}
				w := serve(replica, request("POST", target, "CallSid="+sids[i]))
				served++
				if w.Code != 200 {
					refused++
					continue
				}
				_, after, _ := strings.Cut(w.Body.String(), "<Redirect>")
				urls[i], _, _ = strings.Cut(after, "</Redirect>")
				if (i+n)%steps == 0 {
					urls[i] = "" // the caller hangs up; another one calls
				}
			}
			time.Sleep(ttl / steps)
		}
		n := 0
		rounds := func(count int) {
			for range count {
				round(n)
				n++
			}
		}
		rounds(3)
		for _, keys := range [][]voxauth.Key{{old, next}, {next, old}, {next}} {
			for _, r := range replicas {
				r.Keys = keys
				rounds(2)
			}
			if len(keys) == 2 && keys[0].Text() == next.Text() {
				rounds(steps + 1) // for longer than TTL
			}
		}
		assert.Zero(t, refused, "of %d webhooks", served)
		assert.Greater(t, served, 20*calls)

		// In another order calls do end, so the test can fail.
		replicas[0].Keys, replicas[1].Keys = []voxauth.Key{old}, []voxauth.Key{next}
		rounds(2)
		assert.Positive(t, refused)
		for _, r := range replicas {
			r.log.Reset()
		}
	})
}

// Wrappers around Signed see in their hooks which requests it refuses.
func TestAnswered(t *testing.T) {
	d := newDoor(t, everyURL)
	var outcomes []voxhook.Outcome
	ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{Done: func(_ context.Context, ev voxhook.Event, o voxhook.Outcome) {
		assert.Nil(t, ev)
		outcomes = append(outcomes, o)
	}})
	serve(d, request("POST", "/gather", "CallSid=c1").WithContext(ctx))
	serve(voxauth.Require(voxauth.Basic(voxauth.Login{User: "u", Password: "p"}), d), request("POST", "/voice", "CallSid=c1").WithContext(ctx))
	require.Len(t, outcomes, 2)
	assert.Equal(t, 403, outcomes[0].Status)
	require.Error(t, outcomes[0].Err)
	assert.Equal(t, 401, outcomes[1].Status)
}

// The default log is that of package slog. Of a request it has the pattern.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	mux := http.NewServeMux()
	mux.Handle("/voice/{tenant}", &voxauth.Signed{Next: http.NotFoundHandler(), Keys: []voxauth.Key{voxauth.NewKey()}})
	assert.Equal(t, 403, send(mux, "POST", "/voice/s3cret?a=4025550100&vh="+strings.Repeat("A", 50), "CallSid=4025550100"))
	assert.Contains(t, log.String(), `pattern=/voice/{tenant}`)
	assertNoSecrets(t, log.String())
}

// Contexts do not print the request.
func TestContextString(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	require.Equal(t, 200, send(d, "POST", url, "CallSid=c1&From=%2B14025550100"))
	for _, format := range []string{"%v", "%s"} {
		assertNoSecrets(t, fmt.Sprintf(format, d.in[len(d.in)-1].Context()))
	}
	assert.Empty(t, voxauth.Call(t.Context()))
	_, ok := voxauth.DocumentID(request("GET", "/voice", ""))
	assert.False(t, ok)
}
