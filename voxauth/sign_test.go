package voxauth_test

import (
	"bufio"
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

// URLs are resolved as the platform does it (protocol, section 4), and their
// own queries need not be forms (section 1). Each is requested by both methods.
func TestRelativeURLs(t *testing.T) {
	for _, tt := range []struct{ base, text, target string }{
		{"/voice", "/menu", "/menu"},
		{"/voice", "menu", "/menu"},
		{"/voice", "", ""}, // no URL
		{"/a/b/voice", "menu", "/a/b/menu"},
		{"/a/b/voice", "../x", "/a/x"},
		{"/a/b/voice", "../../../x", "/x"},
		{"/a/b/voice", "./x/./y/../z", "/a/b/x/z"},
		{"/a/b/voice", ".", "/a/b/"},
		{"/a/b/", "c", "/a/b/c"},
		{"/voice", "/a/../menu", "/menu"},
		{"/voice", "/", "/"},
		{"/voice", "?a=1", "/voice?a=1"},
		{"/voice", "?", "/voice"},
		{"/voice", "#f", "/voice"},
		{"/voice", "#f?x", "/voice"},
		{"/voice?lang=en", "#f", "/voice?lang=en"},
		{"/voice?lang=en", "?", "/voice"},
		{"/voice?lang=en", "menu", "/menu"},
		{"/voice", "/menu?a=1#f", "/menu?a=1"},
		{"/voice", "/menu?list=a;b", "/menu?list=a;b"},
		{"/voice", "/menu?off=50%", "/menu?off=50%"},
		{"/voice", "/menu?a=1&amp;b=2", "/menu?a=1&amp;b=2"},
		{"/voice", "/menu?&&a=1&&", "/menu?&&a=1&&"},
		{"/voice", "/menu?a=1?b=2", "/menu?a=1?b=2"},
		{"/voice", "/menu?next=/a/../b", "/menu?next=/a/../b"},
		{"/voice", "/men%C3%BC/%2F?a=%C3%BC", "/men%C3%BC/%2F?a=%C3%BC"},
		{"/voice", "/menü?a=ü b", "/men%C3%BC?a=%C3%BC%20b"},
		{"/voice", "/a b|c?q='\"<>`{}^\\", "/a%20b%7Cc?q=%27%22%3C%3E%60%7B%7D%5E%5C"},
		{"/voice", "/a!$&'()*+,;=:@[]~._-", "/a!$&%27()*+,;=:@[]~._-"},
		{"/voice", "//example.com/menu", "/menu"},
		{"/voice", "https://example.com/menu", "/menu"},
		{"/voice", "https://EXAMPLE.com", "/"},
		{"/voice", "https://example.com?a=1", "/?a=1"},
		{"/voice", "https://user:pw@example.com/menu", "/menu"},
		{"/voice", "https://other.example:8443/menu", "/menu"},
	} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(method+" "+tt.base+" "+tt.text, func(t *testing.T) {
				d := newDoor(t, voxml.Response{voxml.Redirect{URL: tt.text}})
				if tt.text == "" {
					d.doc = voxml.Response{voxml.Gather{Action: tt.text}}
				}
				d.Hosts = []string{"example.com", "other.example:8443"}
				path, _, _ := strings.Cut(tt.base, "?")
				d.Entry = map[string]voxauth.Check{path: voxauth.Open}
				answer := serve(d, request(method, tt.base, "CallSid=c1&From=%2B14025550100"))
				signed := urlsOf(t, answer)[voxml.UseRedirect]
				if tt.text == "" {
					assert.NotContains(t, answer.Body.String(), "vh=")
					return
				}

				// The platform resolves the URL, and sends no fragment.
				base, err := url.Parse("https://example.com" + tt.base)
				require.NoError(t, err)
				u, err := base.Parse(signed)
				require.NoError(t, err, signed)
				u.Fragment = ""
				target := u.RequestURI()
				require.Regexp(t, `[?&]vh=[\w-]{50}$`, target)
				assert.Equal(t, tt.target, strings.TrimSuffix(target[:strings.LastIndex(target, "vh=")-1], "?"))
				if i := strings.Index(tt.text, "#"); i >= 0 {
					assert.True(t, strings.HasSuffix(signed, tt.text[i:]), "the fragment is kept: %s", signed)
				}

				for _, again := range []string{"POST", "GET"} {
					d.in = nil
					require.Equal(t, 200, send(d, again, target, "CallSid=c1"), target)
					want := tt.target
					if again == "GET" {
						want += "&CallSid=c1"
						if !strings.Contains(tt.target, "?") {
							want = tt.target + "?CallSid=c1"
						}
					}
					assert.Equal(t, want, d.in[0].RequestURI, "Next gets the URL without the token")
				}
			})
		}
	}
}

// The URLs of other programs get no token.
func TestForeignURLs(t *testing.T) {
	for _, text := range []string{
		"https://foreign.example/menu", "//foreign.example/menu", "//foreign/menu", "https://example.com:8443/menu", "https://example.com.evil.example/",
		"https://foreign.example/?host=example.com", "mailto:a@example.com", "tel:+14025550100",
	} {
		d := newDoor(t, voxml.Response{voxml.Redirect{URL: text}})
		d.Hosts = []string{"example.com"}
		assert.Equal(t, text, d.urls(t, "c1")[voxml.UseRedirect])
		assert.Empty(t, d.log.String())
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
func TestBadURL(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/%zz4025550100"}})
	assert.Equal(t, 500, send(d, "POST", "/voice", "CallSid=c1"))
	assert.Contains(t, d.log.String(), "Response[0].Redirect")
}

// Play, Element and Attrs are not requests for instructions.
func TestOtherURLs(t *testing.T) {
	doc := voxml.Response{voxml.Play{URL: "/a.mp3"}, voxml.Element{Name: "Foo", Attrs: []voxml.Attr{{Name: "action", Value: "/x"}}}}
	d := newDoor(t, doc)
	w := serve(d, request("POST", "/voice", "CallSid=c1"))
	assert.Equal(t, doc.String(), w.Body.String())
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
					w := serve(d, request(method, target, "CallSid=c1"))
					base, err := url.Parse(target)
					require.NoError(t, err)
					next, err := base.Parse(urlsOf(t, w)[voxml.UseRedirect])
					require.NoError(t, err)
					next.Fragment = ""
					target = next.RequestURI()
					assert.Equal(t, 1, strings.Count(target, "vh="), target)
				}
			})
		}
	}
}

// Tokens of the app's own making, and stale ones, are dropped.
func TestOldTokens(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/menu?vh=x&a=1&vh=y&vhx=2&b=vh=3&vh="}})
	target := d.urls(t, "c1")[voxml.UseRedirect]
	assert.Regexp(t, `^/menu\?a=1&vhx=2&b=vh=3&vh=[\w-]{50}$`, target)
	assert.Equal(t, 200, send(d, "POST", target, "CallSid=c1"))
}

// platform is a client that follows the Redirects of a server as the platform
// does, and returns the statuses of the answers.
func platform(t *testing.T, client *http.Client, target string, steps int) (statuses []int) {
	t.Helper()
	for range steps {
		r, err := http.NewRequestWithContext(t.Context(), "POST", target, strings.NewReader("CallSid=c1"))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := client.Do(r)
		require.NoError(t, err)
		statuses = append(statuses, resp.StatusCode)
		doc, err := voxml.Parse(resp.Body)
		require.NoError(t, resp.Body.Close())
		if err != nil {
			return statuses
		}
		next, err := r.URL.Parse(doc[0].(voxml.Redirect).URL)
		require.NoError(t, err)
		target = next.String()
	}
	return statuses
}

// A program with proxies in front of it, which change the host and the path of requests.
func TestProxies(t *testing.T) {
	redirect := func(d *door, url string) *door { d.doc = voxml.Response{voxml.Redirect{URL: url}}; return d }
	good, bad := []int{200, 200, 200}, []int{200, 403}
	for _, tt := range []struct {
		name string
		app  func(d *door) http.Handler
		url  string
		want []int
	}{
		{"none", func(d *door) http.Handler { return redirect(d, "/phone/voice?a=1") }, "/phone/voice", good},
		{"StripPrefix around", func(d *door) http.Handler {
			return http.StripPrefix("/phone", redirect(d, "/phone/voice?a=1"))
		}, "/phone/voice", good},
		{"StripPrefix inside", func(d *door) http.Handler {
			d.Signed.Next = http.StripPrefix("/phone", d.Signed.Next)
			return redirect(d, "voice?list=a;b")
		}, "/phone/voice", good},
		{"a mux that strips", func(d *door) http.Handler {
			mux := http.NewServeMux()
			mux.Handle("/phone/", http.StripPrefix("/phone", redirect(d, "voice")))
			return mux
		}, "/phone/voice", good},
		{"a proxy that strips, with Prefix", func(d *door) http.Handler {
			d.Prefix = "/phone"
			return proxy(t, redirect(d, "/phone/voice?a=1"), "/phone")
		}, "/phone/voice", good},
		{"a proxy that strips, with a relative URL", func(d *door) http.Handler {
			d.Prefix = "/phone/" // the slash does not matter
			return proxy(t, redirect(d, "voice?a=1"), "/phone")
		}, "/phone/voice", good},
		{"a proxy that strips, without Prefix", func(d *door) http.Handler {
			d.Entry["/voice"] = voxauth.Open
			return proxy(t, redirect(d, "/phone/voice?a=1"), "/phone")
		}, "/phone/voice", bad},
		{"a proxy that does not strip", func(d *door) http.Handler { return proxy(t, redirect(d, "/phone/voice"), "") }, "/phone/voice", good},
		{"a proxy that encodes the query again", func(d *door) http.Handler {
			return proxy(t, redirect(d, "/phone/voice?list=a;b"), "") // ReverseProxy cleans queries that are no forms
		}, "/phone/voice", bad},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(t, nil)
			d.Entry = map[string]voxauth.Check{"/phone/voice": voxauth.Open}
			server := httptest.NewServer(tt.app(d))
			defer server.Close()
			assert.Equal(t, tt.want, platform(t, server.Client(), server.URL+tt.url, 3))
			if tt.want[1] == 403 {
				assert.Contains(t, d.log.String(), "set Prefix")
			}
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

// The absolute form of a request line names the same path, and a request that
// no server has read has none.
func TestRequestURI(t *testing.T) {
	d := newDoor(t, everyURL)
	target := d.urls(t, "c1")[voxml.UseGatherAction]
	for uri, status := range map[string]int{
		"http://example.com" + target: 200, "": 200, target: 200,
		"http://[::1": 200, "gather": 200, // net/http refuses these, so they are not of a server
		"*": 403, "http://example.com": 403, "http://example.com/": 403,
	} {
		r := request("POST", target, "CallSid=c1")
		r.RequestURI = uri
		assert.Equal(t, status, serve(d, r).Code, uri)
	}
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
		"/voice;a=1": "", "/voice/": "", "/voice/.": "", "/./voice": "", "/gather/../voice": "", "http://h/voice%2F": "", "/VOICE": "",
	} {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("POST " + target + " HTTP/1.1\r\nHost: h\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nCallSid=c1")))
		require.NoError(t, err, target)
		d.in = nil
		w := serve(d, r)
		if want == "" {
			assert.Equal(t, 403, w.Code, target)
			assert.Empty(t, d.in, target)
			continue
		}
		require.Equal(t, 200, w.Code, target)
		assert.Equal(t, want, d.in[0].URL.Path, target)
	}
}
