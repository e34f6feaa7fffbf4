package voxauth_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// resolve returns the target at which the platform requests a URL of the
// document at base. It sends no fragment.
func resolve(t *testing.T, base, text string) string {
	t.Helper()
	u, err := url.Parse("https://example.com" + base)
	require.NoError(t, err)
	u, err = u.Parse(text)
	require.NoError(t, err)
	u.Fragment = ""
	return u.RequestURI()
}

// URLs are resolved as the platform does it (protocol, section 4), and their
// own queries need not be forms (section 1). Each is requested by both methods.
func TestTargets(t *testing.T) {
	const foreign = "" // no token: the URL is another program's
	for _, tt := range []struct{ base, text, target string }{
		{"/voice", "/menu", "/menu"},
		{"/voice", "menu", "/menu"},
		{"/a/b/voice", "../x", "/a/x"},
		{"/a/b/voice", "../../../x", "/x"},
		{"/a/b/voice", "./x/./y/../z", "/a/b/x/z"},
		{"/a/b/voice", ".", "/a/b/"},
		{"/a/b/", "c", "/a/b/c"},
		{"/voice", "/a/../menu", "/menu"},
		{"/voice", "/", "/"},
		{"/voice", "?a=1", "/voice?a=1"},
		{"/voice", "?", "/voice"},
		{"/voice", "#f?x", "/voice"},
		{"/voice?lang=en", "#f", "/voice?lang=en"},
		{"/voice?lang=en", "?", "/voice"},
		{"/voice?lang=en", "menu", "/menu"},
		{"/voice", "/menu?a=1#f", "/menu?a=1"},
		{"/voice", "/menu?list=a;b&off=50%", "/menu?list=a;b&off=50%"},
		{"/voice", "/menu?a=1&amp;b=2", "/menu?a=1&amp;b=2"},
		{"/voice", "/menu?&&a=1&&", "/menu?&&a=1&&"},
		{"/voice", "/menu?a=1?next=/a/../b", "/menu?a=1?next=/a/../b"},
		{"/voice", "/menu?vh=x&a=1&vh=y&vhx=2&b=vh=3&vh=", "/menu?a=1&vhx=2&b=vh=3"}, // old tokens are dropped
		{"/voice", "/men%C3%BC/%2F?a=%C3%BC", "/men%C3%BC/%2F?a=%C3%BC"},
		{"/voice", "/menü?a=ü b", "/men%C3%BC?a=%C3%BC%20b"},
		{"/voice", "/a b|c?q='\"<>`{}^\\", "/a%20b%7Cc?q=%27%22%3C%3E%60%7B%7D%5E%5C"},
		{"/voice", "/a!$&'()*+,;=:@[]~._-", "/a!$&%27()*+,;=:@[]~._-"},
		{"/voice", "//example.com/menu", "/menu"},
		{"/voice", "https://EXAMPLE.com", "/"},
		{"/voice", "https://example.com?a=1", "/?a=1"},
		{"/voice", "https://user:pw@example.com/menu", "/menu"},
		{"/voice", "https://other.example:8443/a/../menu", "/menu"},

		{"/voice", "//foreign/menu", foreign},
		{"/voice", "https://example.com:8443/menu", foreign},
		{"/voice", "https://example.com.evil.example/", foreign},
		{"/voice", "https://foreign.example/?host=example.com", foreign},
		{"/voice", "mailto:a@example.com", foreign},
	} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(method+" "+tt.base+" "+tt.text, func(t *testing.T) {
				d := newDoor(t, voxml.Response{voxml.Redirect{URL: tt.text}})
				d.Hosts = []string{"example.com", "other.example:8443"}
				path, _, _ := strings.Cut(tt.base, "?")
				d.Entry = map[string]voxauth.Check{path: voxauth.Open}
				signed := urlsOf(t, serve(d, request(method, tt.base, "CallSid=c1&From=%2B14025550100")))[voxml.UseRedirect]
				if tt.target == foreign {
					assert.Equal(t, tt.text, signed)
					assert.Empty(t, d.log.String())
					return
				}
				targets := []string{resolve(t, tt.base, signed)}
				if portal, err := d.URL(tt.text, 0); err == nil && strings.HasPrefix(tt.text, "/") {
					targets = append(targets, resolve(t, "/", portal))
				}
				for _, target := range targets {
					require.Regexp(t, `[?&]vh=[\w-]{50}$`, target)
					assert.Equal(t, tt.target, strings.TrimSuffix(target[:strings.LastIndex(target, "vh=")-1], "?"))
					for _, again := range []string{"POST", "GET"} {
						d.forget()
						require.Equal(t, 200, send(d, again, target, "CallSid=c1"), target)
						want := tt.target
						if again == "GET" {
							want = byGET(want, "CallSid=c1")
						}
						assert.Equal(t, want, d.in[0].RequestURI, "Next gets the URL without the token")
					}
				}
				if i := strings.Index(tt.text, "#"); i >= 0 {
					assert.True(t, strings.HasSuffix(signed, tt.text[i:]), "the fragment is kept: %s", signed)
				}
			})
		}
	}
}

// An absolute URL with the host of the request is most likely a mistake. It is
// logged once.
func TestSameHost(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "https://example.com/menu"}}) // the host of httptest
	for range 3 {
		assert.Equal(t, "https://example.com/menu", d.urls(t, "c1")[voxml.UseRedirect])
	}
	assert.Equal(t, 1, strings.Count(d.log.String(), "add the host to Hosts"))
	assert.NotContains(t, d.log.String(), "example.com")
}

// A URL that cannot be parsed fails the document: its webhook would be refused.
// Play, Element, Attrs and no URL are not requests for instructions.
func TestOtherURLs(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/%zz4025550100"}})
	assert.Equal(t, 500, send(d, "POST", "/voice", "CallSid=c1"))
	assert.Contains(t, d.log.String(), "Response[0].Redirect")

	d.doc = voxml.Response{
		voxml.Play{URL: "/a.mp3"}, voxml.Element{Name: "Foo", Attrs: []voxml.Attr{{Name: "action", Value: "/x"}}}, voxml.Gather{},
	}
	assert.Equal(t, d.doc.String(), serve(d, request("POST", "/voice", "CallSid=c1")).Body.String())
}

// An app that names its own URL never nests tokens, whichever way it writes it.
func TestEcho(t *testing.T) {
	for name, echo := range map[string]func(*http.Request) string{
		"URL":        func(r *http.Request) string { return r.URL.String() },
		"RequestURI": func(r *http.Request) string { return r.RequestURI },
		"values":     func(r *http.Request) string { return r.URL.Path + "?" + r.URL.Query().Encode() },
		"query":      func(r *http.Request) string { return "?" + r.URL.RawQuery },
		"fragment":   func(*http.Request) string { return "#again" },
	} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(name+" "+method, func(t *testing.T) {
				d := newDoor(t, nil)
				d.Signed.Next = voxhook.Settings{}.OnEvent(func(ctx context.Context, _ voxhook.Event) (voxml.Response, error) {
					return voxml.Response{voxml.Redirect{URL: echo(voxhook.RequestFrom(ctx)), Method: voxml.Method(method)}}, nil
				})
				target := "/voice?lang=en"
				for range 5 {
					target = resolve(t, target, urlsOf(t, serve(d, request(method, target, "CallSid=c1")))[voxml.UseRedirect])
					assert.Equal(t, 1, strings.Count(target, "vh="), target)
				}
			})
		}
	}
}

// A program with proxies in front of it, which change the host and the path of
// requests. The platform follows its Redirects.
func TestProxies(t *testing.T) {
	good, bad := []int{200, 200, 200}, []int{200, 403}
	same := func(d *door) http.Handler { return d }
	behind := func(prefix, strip string) func(*door) http.Handler {
		return func(d *door) http.Handler {
			d.Prefix = prefix
			return proxy(t, d, strip)
		}
	}
	for _, tt := range []struct {
		name, url string // the URL of the document
		app       func(*door) http.Handler
		want      []int
	}{
		{"none", "/phone/voice?a=1", same, good},
		{"StripPrefix around", "/phone/voice?a=1", func(d *door) http.Handler { return http.StripPrefix("/phone", d) }, good},
		{"StripPrefix inside", "voice?list=a;b", func(d *door) http.Handler {
			d.Signed.Next = http.StripPrefix("/phone", d.Signed.Next)
			return d
		}, good},
		{"a proxy that strips, with Prefix", "/phone/voice?a=1", behind("/phone", "/phone"), good},
		{"a proxy that strips, with a relative URL", "voice?a=1", behind("/phone/", "/phone"), good}, // the slash does not matter
		{"a proxy that strips, without Prefix", "/phone/voice?a=1", behind("", "/phone"), bad},
		{"a proxy that does not strip", "/phone/voice", behind("", ""), good},
		{"a proxy that encodes the query again", "/phone/voice?list=a;b", behind("", ""), bad}, // ReverseProxy cleans queries that are no forms
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(t, voxml.Response{voxml.Redirect{URL: tt.url}})
			d.Entry = map[string]voxauth.Check{"/phone/voice": voxauth.Open, "/voice": voxauth.Open}
			app := tt.app(d)
			var statuses []int
			for target := "/phone/voice"; len(statuses) < 3; {
				w := serve(app, request("POST", target, "CallSid=c1"))
				if statuses = append(statuses, w.Code); w.Code != 200 {
					assert.Contains(t, d.log.String(), "set Prefix")
					break
				}
				target = resolve(t, target, urlsOf(t, w)[voxml.UseRedirect])
			}
			assert.Equal(t, tt.want, statuses)
		})
	}
}

// proxy is a reverse proxy in front of a server of its own. It changes the host
// and strips a prefix.
func proxy(t *testing.T, app http.Handler, prefix string) http.Handler {
	t.Helper()
	backend := httptest.NewServer(app)
	t.Cleanup(backend.Close)
	u, err := url.Parse(backend.URL)
	require.NoError(t, err)
	return http.StripPrefix(prefix, &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(u) },
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	})
}

// What the token or the Entry is for is the path that Next sees, however the
// request line names it.
func TestRequestLines(t *testing.T) {
	d := newDoor(t, everyURL)
	gather := d.urls(t, "c1")[voxml.UseGatherAction]
	path, token, _ := strings.Cut(gather, "?")
	for target, want := range map[string]string{
		gather: path, "http://h" + gather: path, "http:" + gather: path, "HTTP://u:p@h:1" + gather: path, "x://h" + gather: path,
		"/voice": "/voice", "/voice?": "/voice", "/voice?a#b": "/voice", "http://h/voice?a#b": "/voice",

		"/gather#x?" + token: "", "http://h/gather#x?" + token: "", "http://h/gather#?" + token: "", "http://h" + gather + "#x": "",
		"http://h/gather#/../voice?" + token: "", "//h" + gather: "", "http://h/" + gather: "", "/gather;a=1?" + token: "",
		"/gather?" + token + "&%76h=x": "", "/gather?" + token + "&vh": "", "/gather?" + token + ";vh=x": "", "/gather?vh&" + token: "",
		"/voice#x": "", "http://h/voice#x": "", "http://h/voice#/gather": "", "http://h/voice#": "", "http://h//voice": "", "//h/voice": "",
		"/voice;a=1": "", "/voice/": "", "/voice/.": "", "/./voice": "", "/gather/../voice": "", "http://h/voice%2F": "", "/VOICE": "", "/%76oice": "",
	} {
		r, err := seenRequest{"POST", target, "CallSid=c1"}.read(target)
		require.NoError(t, err, target)
		d.forget()
		w := serve(d, r)
		if want == "" {
			assert.Equal(t, 403, w.Code, target)
			assert.Empty(t, d.in, target)
			continue
		}
		require.Equal(t, 200, w.Code, target)
		assert.Equal(t, want, d.in[0].URL.Path, target)
	}

	// A request that no server has read has another RequestURI, or none.
	for uri, status := range map[string]int{
		"": 200, "http://[::1": 200, "gather": 200, "*": 403, "http://example.com": 403, "http://example.com/": 403,
	} {
		r := request("POST", gather, "CallSid=c1")
		r.RequestURI = uri
		assert.Equal(t, status, serve(d, r).Code, uri)
	}
}
