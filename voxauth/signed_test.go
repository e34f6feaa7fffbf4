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
				d.forget()
				for i, form := range []string{"", "&CallStatus=completed", "&DialCallStatus=busy&RecordingStatus=completed"} {
					require.Equal(t, 200, send(d, method, urls[use], "CallSid=c1"+form), form)
					require.Equal(t, kind, d.kinds[i])
					require.Equal(t, "c1", d.calls[i])
				}
				id, ok := voxauth.DocumentID(d.in[0])
				assert.True(t, ok)
				assert.Len(t, id, 16)
				ids[id] = true

				for _, form := range []string{"", "&ParentCallSid=c3", "&ParentCallSid="} {
					assert.Equal(t, 403, send(d, method, urls[use], "CallSid=c2"+form))
				}
				assert.Len(t, d.in, 3)
				status := send(d, method, urls[use], "CallSid=c2&ParentCallSid=c1")
				if !byParent[use] {
					assert.Equal(t, 403, status)
					return
				}
				assert.Equal(t, 200, status)
				assert.Equal(t, "c1", d.calls[3], "the call that is authenticated")
			})
		}
	}
	assert.Len(t, ids, 1, "all URLs of a document have one ID")
	assert.NotEqual(t, urls, d.urls(t, "c1"), "another document has another")
}

// The failure matrix of the package documentation. A refusal is one record,
// which says what to change, and its answer does not.
func TestPromises(t *testing.T) {
	large := strings.Repeat("x", voxhook.DefaultMaxBodyBytes)
	const fix = "set Prefix" // of a token that is not valid
	for _, tt := range []struct {
		name, method, target, form string
		status                     int
		log                        string
	}{
		{"as it was handed out", "POST", "{menu}", "CallSid=c1", 200, ""},
		{"token missing", "POST", "/menu?lang=en&Digits=7", "CallSid=c1", 403, "add the path to Entry"},
		{"token empty", "POST", "/menu?lang=en&Digits=7&vh=", "CallSid=c1", 403, fix},
		{"token too long", "POST", "{menu}AAAA", "CallSid=c1", 403, fix},
		{"two tokens", "POST", "{menu}&{token}", "CallSid=c1", 403, "as it was signed"},
		{"another path", "POST", "/pay?lang=en&Digits=7&{token}", "CallSid=c1", 403, fix},
		{"Entry path", "POST", "/voice?lang=en&Digits=7&{token}", "CallSid=c1", 403, fix},
		{"own query dropped", "POST", "/menu?{token}", "CallSid=c1", 403, fix},
		{"own query longer", "POST", "/menu?lang=en&Digits=7&a=1&{token}", "CallSid=c1", 403, fix},
		{"query reordered", "POST", "/menu?lang=en&{token}&Digits=7", "CallSid=c1", 403, fix},
		{"parameters before the token", "GET", "/menu?CallSid=c1&lang=en&Digits=7&{token}", "", 403, fix},
		{"a POST goes on after the token", "POST", "{menu}&a=1", "CallSid=c1", 403, "let no proxy add"},
		{"a GET does", "GET", "{menu}", "CallSid=c1&Digits=1", 200, ""},
		{"a parameter replaces the own query", "POST", "{menu}", "CallSid=c1&lang=es", 403, "rename that one"},
		{"the same, escaped", "GET", "{menu}", "CallSid=c1&l%61ng=es", 403, "rename that one"},
		{"a documented name of the own query", "POST", "{menu}", "CallSid=c1&Digits=9&Digits=8", 200, ""},
		{"another call", "POST", "{menu}", "CallSid=c2", 403, "a document of its own"},
		{"another call by GET", "GET", "{menu}", "CallSid=c2", 403, "a document of its own"},
		{"leg of the call", "POST", "{leg}", "CallSid=c2&ParentCallSid=c1", 200, ""},
		{"two parents", "POST", "{leg}", "CallSid=c2&ParentCallSid=c3&ParentCallSid=c1", 400, "ParentCallSid"},
		{"a call in the own query", "POST", "{own}", "CallSid=c1", 200, ""},
		{"the call in the own query", "POST", "{own}", "CallSid=c9", 403, "a document of its own"},
		{"by GET these are two", "GET", "{own}", "CallSid=c1", 400, "CallSid"},
		{"no call", "POST", "{menu}", "Digits=1", 400, "CallSid"},
		{"no parameters", "GET", "{menu}", "", 400, "CallSid"},
		{"two calls", "POST", "{menu}", "CallSid=c1&CallSid=c2", 400, "CallSid"},
		{"two calls, one name escaped", "POST", "{menu}", "CallSid=c1&C%61llSid=c2", 400, "CallSid"},
		{"two calls for old parsers", "POST", "{menu}", "CallSid=c1&a=b;CallSid=c2", 400, "form"},
		{"the name without a value, then a call", "POST", "{menu}", "CallSid&CallSid=c1", 400, "CallSid"},
		{"the call escaped", "POST", "{menu}", "CallSid=%631", 200, ""},
		{"the name escaped", "POST", "{menu}", "C%61llSid=c1", 200, ""},
		{"not UTF-8", "POST", "{menu}", "CallSid=c1%ff", 400, "CallSid"},
		{"bad escape", "POST", "{menu}", "CallSid=c%1", 400, "form"},
		{"too large", "POST", "{menu}", "CallSid=c1&a=" + large, 413, "too large"},
		{"another method", "PUT", "{menu}", "CallSid=c1", 405, "method"},
		{"HEAD", "HEAD", "{menu}", "", 405, "method"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(t, voxml.Response{
				voxml.Gather{Action: "/menu?lang=en&Digits=7"}, voxml.Record{Action: "/own?CallSid=c9"},
				voxml.Dial{Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/leg"}}},
			})
			urls := d.urls(t, "c1")
			menu := urls[voxml.UseGatherAction]
			target := strings.NewReplacer("{menu}", menu, "{leg}", urls[voxml.UseNumber], "{own}", urls[voxml.UseRecordAction],
				"{token}", menu[strings.Index(menu, "vh="):]).Replace(tt.target)
			d.forget()
			w := serve(d, request(tt.method, target, tt.form))
			assert.Equal(t, tt.status, w.Code)
			if tt.status == 200 {
				assert.Equal(t, []string{"c1"}, d.calls)
				own, _, _ := strings.Cut(target, "vh=")
				own = own[:len(own)-1]
				if tt.method == "GET" {
					own = byGET(own, tt.form)
				}
				assert.Equal(t, own, d.in[0].RequestURI, "Next gets the URL without the token")
				assert.Equal(t, own, d.in[0].URL.RequestURI())
				assert.Empty(t, d.log.String())
				return
			}
			assert.Empty(t, d.in)
			assert.Equal(t, http.StatusText(tt.status)+"\n", w.Body.String())
			assert.Equal(t, tt.status == 405, w.Header().Get("Allow") == "GET, POST")
			assert.Equal(t, 1, strings.Count(d.log.String(), "\n"), d.log.String())
			assert.Contains(t, d.log.String(), "level=WARN")
			assert.Contains(t, d.log.String(), tt.log)
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

// A body is read only if the token is right, or the login.
func TestBodyIsNotRead(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	d.Entry["/voice"] = voxauth.Basic(login)
	for _, tt := range []struct {
		target string
		status int
	}{
		{"/gather", 403}, {url + "x", 403}, {url + "&a=1", 403}, {"/voice?vh=", 403}, {"/voice?vh=x", 403}, {"/voice", 401}, {url, 400},
	} {
		assert.NotContains(t, d.log.String(), "the body")
		r := request("POST", tt.target, "")
		r.Body = io.NopCloser(iotest.ErrReader(errors.New("trailer +14025550100"))) // must not be logged
		r.ContentLength = 10
		assert.Equal(t, tt.status, serve(d, r).Code, tt.target)
	}
	assert.Contains(t, d.log.String(), "cannot read the body")
}

// A form that a middleware has parsed is as good as a body. Handlers of other
// packages can parse it, and do not see the token.
func TestParsedForm(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseGatherAction]
	var got []string
	d.Signed.Next = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.FormValue("CallSid")+r.FormValue("vh"))
	})
	for form, status := range map[string]int{
		"CallSid=c1": 200, "CallSid=c2": 403, "CallSid=c1&CallSid=c2": 400,
		"CallSid=c1&a=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes): 413,
	} {
		r := request("POST", url, form)
		require.NoError(t, r.ParseForm())
		assert.Equal(t, status, serve(d, r).Code)
	}
	assert.Equal(t, 200, send(d, "POST", url, "CallSid=c1"), "not parsed yet")
	assert.Equal(t, []string{"c1", "c1"}, got)

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
	d := newDoor(t, everyURL)
	d.Entry = map[string]voxauth.Check{
		"/open": voxauth.Open, "/login": voxauth.Basic(login), "/nil": nil,
		"/never": func(*http.Request) error { return errors.New("not from here") },
	}
	const in, changed, kind = voxhook.KindIncomingCall, voxhook.KindStatusChange, "send other events to a URL of a document"
	for _, tt := range []struct {
		target, form string
		login        bool
		status       int
		kind         voxhook.Kind
		log          string // what the record of the refusal has
	}{
		{"/open?a=1", "CallSid=c1&CallStatus=ringing", false, 200, in, ""},
		{"/open", "CallSid=c1&CallStatus=completed&CallDuration=1", false, 200, changed, ""},
		{"/open", "CallSid=c1&Digits=1", false, 403, 0, kind},
		{"/open", "CallSid=c1&DialCallStatus=busy", false, 403, 0, kind},
		{"/open", "CallSid=c1&RecordingStatus=completed", false, 403, 0, kind},
		{"/open", "CallSid=c1&For=security-code", false, 403, 0, kind},
		{"/open", "CallSid=c1&PaymentToken=1", false, 403, 0, kind},
		{"/open?vh=", "CallSid=c1", false, 403, 0, "pattern=/open"},
		{"/open?vh=&vh=", "CallSid=c1", false, 403, 0, "pattern=/open"},
		{"/nil", "CallSid=c1", false, 403, 0, "add the path to Entry"},
		{"/never", "CallSid=c1", true, 403, 0, "not from here"},
		{"/login", "CallSid=c1", false, 401, 0, "enter https://USER:PASSWORD@HOST/PATH"},
		{"/login", "CallSid=c1", true, 200, in, ""},
		{"/login", "CallSid=c1&Digits=1", true, 403, 0, kind},
		{"/login?vh=x", "CallSid=c1", true, 403, 0, "pattern=/login"},
	} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(method+" "+tt.target+" "+tt.form, func(t *testing.T) {
				d.forget()
				d.log.Reset()
				r := request(method, tt.target, tt.form)
				if tt.login {
					r.SetBasicAuth(login.User, login.Password)
				}
				w := serve(d, r)
				assert.Equal(t, tt.status == 401, w.Header().Get("WWW-Authenticate") != "")
				if tt.status != 200 {
					assert.Equal(t, tt.status, w.Code)
					assert.Empty(t, d.in)
					assert.Contains(t, d.log.String(), tt.log)
					return
				}
				require.Equal(t, []voxhook.Kind{tt.kind}, d.kinds)
				assert.Empty(t, d.calls[0], "it is not authenticated")
				_, ok := voxauth.DocumentID(d.in[0])
				assert.False(t, ok)
			})
		}
	}
}

// A URL for the portal lets in first webhooks of any call. Its target is that
// of the same URL in a document: see TestTargets.
func TestURL(t *testing.T) {
	d := newDoor(t, everyURL)
	target, err := d.URL("/voice/menu", 0)
	require.NoError(t, err)
	for _, sid := range []string{"c1", "c2"} {
		d.forget()
		require.Equal(t, 200, send(d, "POST", target, "CallSid="+sid))
		assert.Empty(t, d.calls[0])
		_, ok := voxauth.DocumentID(d.in[0])
		assert.False(t, ok)
	}
	assert.Equal(t, 403, send(d, "POST", target, "CallSid=c1&Digits=1"), "only first webhooks")
	for _, raw := range []string{"", "menu", "../menu", "?a=1", "#f", "mailto:a@example.com", "example.com/voice", "/%zz", "http://[::1/voice"} {
		_, err := d.URL(raw, 0)
		require.Error(t, err, raw)
	}
	_, err = new(voxauth.Signed).URL("/voice", 0)
	assert.ErrorContains(t, err, "keys")
}

// A leg that its parent lets in cannot open another call with what it is
// answered, even if its callback changes the event.
func TestLegTokens(t *testing.T) {
	d := newDoor(t, everyURL)
	const byLeg = "CallSid=victim&ParentCallSid=c1"
	answerTo := func(url, form string) map[voxml.URLUse]string { return urlsOf(t, serve(d, request("POST", url, form))) }
	leg := answerTo(d.urls(t, "c1")[voxml.UseNumber], byLeg)
	for use := range uses {
		assert.Equal(t, 403, send(d, "POST", leg[use], "CallSid=victim"), use)
		assert.Equal(t, 403, send(d, "POST", leg[use], "CallSid=victim&ParentCallSid=c2"), use)
		d.forget()
		require.Equal(t, 200, send(d, "POST", leg[use], byLeg), use)
		assert.Equal(t, "c1", d.calls[0])
	}
	own := answerTo(leg[voxml.UseRedirect], "CallSid=c1")[voxml.UseGatherAction]
	assert.Equal(t, 403, send(d, "POST", own, byLeg), "the parent itself gets tokens of its own")
	assert.Equal(t, 200, send(d, "POST", own, "CallSid=c1"))

	sid := ""
	d.Signed.Next = voxhook.Settings{}.OnEvent(func(_ context.Context, ev voxhook.Event) (voxml.Response, error) {
		ev.Webhook().CallSid = sid
		return everyURL, nil
	})
	for _, sid = range []string{"c1", "victim", "other"} {
		deeper := answerTo(leg[voxml.UseRedirect], byLeg)[voxml.UseGatherAction]
		assert.Equal(t, 403, send(d, "POST", deeper, "CallSid="+strings.Replace(sid, "c1", "c2", 1)), sid)
		assert.Equal(t, 200, send(d, "POST", deeper, byLeg), sid)
	}
	sid = "" // opens no call to others
	for use, url := range d.urls(t, "c1") {
		assert.Equal(t, 403, send(d, "POST", url, "CallSid=c2"), use)
		assert.Equal(t, 403, send(d, "POST", url, "CallSid=c2&ParentCallSid="), use)
	}
}

func TestWithoutKeys(t *testing.T) {
	for name, keys := range map[string][]voxauth.Key{"none": nil, "zero": {{}}, "one of them zero": {voxauth.NewKey(), {}}} {
		d := newDoor(t, everyURL)
		d.Keys = keys
		for _, target := range []string{"/voice", "/gather", "/gather?vh=x"} {
			assert.Equal(t, 500, send(d, "POST", target, "CallSid=c1"), name)
		}
		assert.Empty(t, d.in)
		assert.Contains(t, d.log.String(), "level=ERROR")
		assert.Contains(t, d.log.String(), "no keys, or a zero Key: set Keys")
	}
}

// Tokens are valid for TTL, and URLs for theirs. The clock of the test is that
// of package synctest.
func TestExpiry(t *testing.T) {
	for _, tt := range []struct{ ttl, valid time.Duration }{{0, voxauth.DefaultTTL}, {time.Hour, time.Hour}, {time.Second, time.Second}} {
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
			assert.Equal(t, 2, strings.Count(d.log.String(), "expired: raise TTL"))
			time.Sleep(50 * 365 * 24 * time.Hour)
			assert.Equal(t, 200, send(d, "POST", forever, "CallSid=c1"))
		})
	}
}

// Keys are added, promoted and dropped, replica by replica, while 1,000 calls
// of up to TTL are in progress. No webhook is refused.
func TestRotation(t *testing.T) {
	const calls, steps, ttl = 1000, 6, time.Hour // a call has at most steps webhooks, one in each round
	synctest.Test(t, func(t *testing.T) {
		old, next := voxauth.NewKey(), voxauth.NewKey()
		var replicas [2]*door
		for i := range replicas {
			replicas[i] = newDoor(t, voxml.Response{voxml.Redirect{URL: "/step"}})
			replicas[i].Keys, replicas[i].TTL = []voxauth.Key{old}, ttl
		}
		urls, sids := make([]string, calls), make([]string, calls) // of each call; no URL if it has not begun or has ended
		n, refused, served := 0, 0, 0
		rounds := func(count int) {
			for end := n + count; n < end; n++ {
				for i := range calls {
					target := urls[i]
					if target == "" {
						target, sids[i] = "/voice", fmt.Sprintf("call-%d-%d", i, n)
					}
					w := serve(replicas[(i+n)%len(replicas)], request("POST", target, "CallSid="+sids[i]))
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
		}
		rounds(3)
		for _, change := range []struct {
			keys   []voxauth.Key
			rounds int // after it
		}{{[]voxauth.Key{old, next}, 0}, {[]voxauth.Key{next, old}, steps + 1}, {[]voxauth.Key{next}, 0}} {
			for _, r := range replicas {
				r.Keys = change.keys
				rounds(2)
			}
			rounds(change.rounds) // for longer than TTL, before a key is dropped
		}
		assert.Zero(t, refused, "of %d webhooks", served)
		assert.Greater(t, served, 20*calls)

		// In another order calls do end, so the test can fail.
		replicas[0].Keys, replicas[1].Keys = []voxauth.Key{old}, []voxauth.Key{next}
		rounds(2)
		assert.Positive(t, refused)
	})
}

// Wrappers around Signed and Require see in their hooks what is refused.
func TestAnswered(t *testing.T) {
	d := newDoor(t, everyURL)
	var outcomes []voxhook.Outcome
	ctx := voxhook.WithHooks(t.Context(), &voxhook.Hooks{Done: func(_ context.Context, ev voxhook.Event, o voxhook.Outcome) {
		assert.Nil(t, ev)
		outcomes = append(outcomes, o)
	}})
	serve(d, request("POST", "/gather", "CallSid=c1").WithContext(ctx))
	serve(voxauth.Require(voxauth.Basic(login), d), request("POST", "/voice", "CallSid=c1").WithContext(ctx))
	require.Len(t, outcomes, 2)
	assert.Equal(t, 403, outcomes[0].Status)
	require.ErrorContains(t, outcomes[0].Err, "add the path to Entry")
	assert.Equal(t, 401, outcomes[1].Status)
	require.ErrorContains(t, outcomes[1].Err, "USER:PASSWORD@HOST")
}

// The default log is that of package slog. Of a request it has the pattern, if
// there is a mux outside or an Entry, and no empty one.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	s := &voxauth.Signed{
		Next: http.NotFoundHandler(), Keys: []voxauth.Key{voxauth.NewKey()}, Prefix: "/phone",
		Entry: map[string]voxauth.Check{"/phone/voice": voxauth.Basic(login)},
	}
	mux := http.NewServeMux()
	mux.Handle("/voice/{tenant}", s)
	const token = "?a=4025550100&vh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, tt := range []struct {
		app             http.Handler
		target, pattern string
	}{
		{mux, "/voice/s3cret" + token, " pattern=/voice/{tenant}\n"}, {s, "/voice/s3cret" + token, "Keys\"\n"},
		{s, "/voice" + token, " pattern=/phone/voice\n"}, {s, "/voice", " pattern=/phone/voice\n"},
	} {
		log.Reset()
		assert.Contains(t, []int{401, 403}, send(tt.app, "POST", tt.target, "CallSid=4025550100"))
		assert.True(t, strings.HasSuffix(log.String(), tt.pattern), log.String())
		assertNoSecrets(t, log.String())
	}
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
