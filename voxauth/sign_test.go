package voxauth_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// resolve returns the target that the platform requests for a URL in the
// document at base. The platform does not send the fragment.
func resolve(t *testing.T, base, text string) string {
	t.Helper()
	u, err := url.Parse("https://example.com" + base)
	require.NoError(t, err)
	u, err = u.Parse(text)
	require.NoError(t, err)
	u.Fragment = ""
	return u.RequestURI()
}

// Signed resolves URLs like the platform (protocol, section 4), and their
// queries need not be forms (section 1). Each URL is requested by both methods.
func TestTargets(t *testing.T) {
	script, err := os.ReadFile("testdata/targets.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(script)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) < 2 {
			continue
		}
		base, text, want := fields[0], fields[1], strings.Join(fields[2:], "")
		for _, method := range []string{"POST", "GET"} {
			t.Run(method+" "+base+" "+text, func(t *testing.T) {
				d := newDoor(t, voxml.Response{voxml.Redirect{URL: text}})
				d.Hosts = []string{"example.com", "other.example:8443"}
				path, _, _ := strings.Cut(base, "?")
				d.Entry = map[string]voxauth.Check{path: voxauth.Open}
				signed := urlsOf(t, serve(d, request(method, base, "CallSid=c1&From=%2B14025550100")))[voxml.UseRedirect]
				if want == "" {
					assert.Equal(t, text, signed)
					assert.Empty(t, d.log.String())
					return
				}
				targets := []string{resolve(t, base, signed)}
				if portal, err := d.URL(text, 0); err == nil && strings.HasPrefix(text, "/") {
					targets = append(targets, resolve(t, "/", portal))
				}
				for _, target := range targets {
					require.Regexp(t, `[?&]vh=[\w-]{50}$`, target)
					assert.Equal(t, want, strings.TrimSuffix(target[:strings.LastIndex(target, "vh=")-1], "?"))
					for _, again := range []string{"POST", "GET"} {
						d.forget()
						require.Equal(t, 200, send(d, again, target, "CallSid=c1"), target)
						uri := want
						if again == "GET" {
							uri = byGET(want, "CallSid=c1")
						}
						assert.Equal(t, uri, d.in[0].RequestURI, "Next receives the URL without the token")
					}
				}
				if i := strings.Index(text, "#"); i >= 0 {
					assert.True(t, strings.HasSuffix(signed, text[i:]), "the fragment is kept: %s", signed)
				}
			})
		}
	}
}

// An absolute URL with the host of the request is probably a mistake in Hosts.
// It is logged once.
func TestSameHost(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "https://example.com/menu"}}) // the host of httptest
	for range 3 {
		assert.Equal(t, "https://example.com/menu", d.urls(t, "c1")[voxml.UseRedirect])
	}
	assert.Equal(t, 1, strings.Count(d.log.String(), "add the host to Hosts"))
	assert.NotContains(t, d.log.String(), "example.com")
}

// A document with a URL that cannot be parsed fails, because the webhook would
// be refused. URLs in a Play, an Element or Attrs get no token.
func TestOtherURLs(t *testing.T) {
	d := newDoor(t, voxml.Response{voxml.Redirect{URL: "/%zz4025550100"}})
	assert.Equal(t, 500, send(d, "POST", "/voice", "CallSid=c1"))
	assert.Contains(t, d.log.String(), "Response[0].Redirect")

	d.doc = voxml.Response{
		voxml.Play{URL: "/a.mp3"}, voxml.Element{Name: "Foo", Attrs: []voxml.Attr{{Name: "action", Value: "/x"}}}, voxml.Gather{},
	}
	assert.Equal(t, d.doc.String(), serve(d, request("POST", "/voice", "CallSid=c1")).Body.String())
}

// An app that redirects to its own URL never nests tokens, however it writes
// the URL.
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

// Proxies in front of a program change the host and the path of requests. The
// platform follows the Redirects.
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
		{"a proxy that encodes the query again", "/phone/voice?list=a;b", behind("", ""), bad}, // ReverseProxy rewrites queries that are not forms
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

// proxy returns a reverse proxy in front of a new server. It changes the host
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

// A request that no server has read may have any RequestURI, or none.
func TestRequestURI(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	for uri, status := range map[string]int{
		"": 200, "http://[::1": 200, "gather": 200, "*": 403, "http://example.com": 403, "http://example.com/": 403,
	} {
		r := request("POST", url, "CallSid=c1")
		r.RequestURI = uri
		assert.Equal(t, status, serve(d, r).Code, uri)
	}
}
