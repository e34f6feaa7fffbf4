package voxauth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
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

// A URL receives only the kind of event of its use, whatever the parameters
// are, and only for its call.
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
				assert.Equal(t, "c1", d.calls[3], "Call must return the authenticated call")
			})
		}
	}
	assert.Len(t, ids, 1, "all URLs of a document must have the same ID")
	assert.NotEqual(t, urls, d.urls(t, "c1"), "another document must have another ID")
}

// The requests of testdata/requests.txt have the results of the table in the
// package documentation. A refusal writes one record, which says what to
// change; the answer does not say it.
func TestRequests(t *testing.T) {
	script, err := os.ReadFile("testdata/requests.txt")
	require.NoError(t, err)
	d := newDoor(t, voxml.Response{
		voxml.Gather{Action: "/gather?lang=en&Digits=7"}, voxml.Record{Action: "/record?CallSid=c9"},
		voxml.Pay{Action: "/pay?m%79+lang", StatusCallback: "/progress"},
		voxml.Dial{Action: "/dial?my lang=en", Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/number"}}},
		voxml.Redirect{URL: "/redirect?my+lang=en"},
	})
	marks := []string{"{portal}", ""}
	marks[1], err = d.URL("/portal", 0)
	require.NoError(t, err)
	for use, url := range d.urls(t, "c1") {
		marks = append(marks, "{"+use.String()+"}", url, "{vh:"+use.String()+"}", url[strings.Index(url, "vh="):])
	}
	d.Entry = map[string]voxauth.Check{
		"/open": voxauth.Open, "/login": voxauth.Basic(login), "/nil": nil,
		"/never": func(*http.Request) error { return errors.New("not from here") },
	}
	for line := range strings.Lines(string(script)) {
		if line == "\n" || line[0] == '#' {
			continue
		}
		line = strings.TrimSpace(line)
		step, what, _ := strings.Cut(line, " = ")
		fields := strings.Fields(strings.NewReplacer(marks...).Replace(step))
		require.NotContains(t, strings.Join(fields, " "), "{", "a mark has no URL: %s", line)
		methods, withLogin := strings.CutSuffix(fields[0], "+login")
		for method := range strings.SplitSeq(strings.Replace(methods, "ANY", "POST,GET", 1), ",") {
			t.Run(method+" "+line, func(t *testing.T) {
				target, form := fields[1], strings.TrimPrefix(fields[2], "-")
				seen := seenRequest{method, target, form}
				if method == "GET" {
					seen = seenRequest{method, byGET(target, form), ""}
				}
				r, err := seen.read(seen.target)
				require.NoError(t, err)
				if withLogin {
					r.SetBasicAuth(login.User, login.Password)
				}
				d.forget()
				d.log.Reset()
				w := serve(d, r)
				if what, ok := strings.CutPrefix(what, "200 "); ok {
					require.Equal(t, 2, w.Code/100)
					assert.Equal(t, what, strings.TrimSpace(d.kinds[0].String()+" "+d.calls[0]))
					_, known := voxauth.DocumentID(d.in[0])
					assert.Equal(t, d.calls[0] != "", known)
					in := d.in[0].URL
					assert.NotContains(t, in.RawQuery, "vh=")
					assert.True(t, strings.HasSuffix(d.in[0].RequestURI, in.RequestURI()), "Next receives the URL without the token")
					own, _, _ := strings.Cut(target, "vh=")
					assert.Contains(t, d.in[0].RequestURI, strings.Trim(own, "?&"))
					assert.Empty(t, d.log.String())
					return
				}
				code, record, _ := strings.Cut(what, " ")
				assert.Equal(t, code, fmt.Sprint(w.Code))
				assert.Empty(t, d.in)
				assert.Equal(t, http.StatusText(w.Code)+"\n", w.Body.String())
				assert.Equal(t, w.Code == 405, w.Header().Get("Allow") == "GET, POST")
				assert.Equal(t, w.Code == 401, w.Header().Get("WWW-Authenticate") != "")
				assert.Equal(t, 1, strings.Count(d.log.String(), "\n"), d.log.String())
				assert.Contains(t, d.log.String(), "level=WARN")
				assert.Contains(t, d.log.String(), record)
			})
		}
	}
	for _, raw := range []string{"", "menu", "../menu", "?a=1", "#f", "mailto:a@example.com", "example.com/voice", "/%zz", "http://[::1/voice"} {
		_, err := d.URL(raw, 0)
		require.Error(t, err, raw)
	}
}

// An app that redirects to its own URL signs a query that a stranger may have
// written. Later requests are searched for all names in it, and that is fast.
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

// The body is read only if the token or the login is right.
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

// A form that a middleware has parsed works like a body. Handlers of other
// packages can parse the form, and do not see the token.
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

	// A body that only some parsers accept as a form is refused.
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

// A leg that is accepted through its parent gets no tokens for another call,
// even if its callback changes the event.
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
	assert.Equal(t, 403, send(d, "POST", own, byLeg), "tokens for the parent itself must not accept legs")
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
	sid = "" // tokens for no call accept no other call
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
		assert.Contains(t, d.log.String(), "no Keys, or one of them is the zero Key")
		_, err := d.URL("/voice", 0)
		assert.ErrorContains(t, err, "no Keys")
	}
}

// Tokens are valid for TTL, and URLs made by Signed.URL for their own lifetime.
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
			assert.Equal(t, 2, strings.Count(d.log.String(), "has expired: set TTL"))
			time.Sleep(50 * 365 * 24 * time.Hour)
			assert.Equal(t, 200, send(d, "POST", forever, "CallSid=c1"))
		})
	}
}

// A key is added, moved to the front, and the old one removed, replica by
// replica, during 1,000 calls of up to TTL each. No webhook is refused.
func TestRotation(t *testing.T) {
	const calls, steps, ttl = 1000, 6, time.Hour // a call has at most steps webhooks, one in each round
	synctest.Test(t, func(t *testing.T) {
		old, next := voxauth.NewKey(), voxauth.NewKey()
		var replicas [2]*door
		for i := range replicas {
			replicas[i] = newDoor(t, nil)
			replicas[i].Signed.Next = voxml.Response{voxml.Redirect{URL: "/step?a=1"}}
			replicas[i].Keys, replicas[i].TTL = []voxauth.Key{old}, ttl
		}
		urls, sids := make([]string, calls), make([]string, calls) // of each call; no URL before it begins and after it ends
		var refused, served atomic.Int32
		step := func(n, i int) {
			target := urls[i]
			if target == "" {
				target, sids[i] = "/voice", fmt.Sprintf("call-%d-%d", i, n)
			}
			w := serve(replicas[(i+n)%len(replicas)], request("POST", target, "CallSid="+sids[i]))
			served.Add(1)
			if w.Code != 200 {
				refused.Add(1)
				return
			}
			urls[i] = urlsOf(t, w)[voxml.UseRedirect]
			if (i+n)%steps == 0 {
				urls[i] = "" // the caller hangs up, and another call begins
			}
		}
		n := 0
		rounds := func(count int) {
			for end := n + count; n < end; n++ {
				var group sync.WaitGroup
				for worker := range 4 {
					group.Go(func() {
						for i := worker; i < calls; i += 4 {
							step(n, i)
						}
					})
				}
				group.Wait()
				time.Sleep(ttl / steps)
			}
		}
		rounds(3)
		for change, keys := range [][]voxauth.Key{{old, next}, {next, old}, {next}} {
			if change == 2 {
				rounds(steps + 1) // longer than TTL, before the old key is removed
			}
			for _, r := range replicas {
				r.Keys = keys
				rounds(2)
			}
		}
		assert.Zero(t, refused.Load(), "refused webhooks, of %d", served.Load())
		assert.Greater(t, served.Load(), int32(20*calls))

		// In another order, calls do end: the test can fail.
		replicas[0].Keys, replicas[1].Keys = []voxauth.Key{old}, []voxauth.Key{next}
		rounds(2)
		assert.Positive(t, refused.Load())
	})
}

// The hooks of wrappers around Signed and Require see refused requests.
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

// The default log is slog.Default. A record has the pattern if an outer mux or
// Entry matched, and otherwise no attribute pattern.
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

// Printing a context does not print the request.
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

// Signed also protects handlers of other packages, which read the body
// themselves.
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

	// Parsers differ in which of two values they use.
	assert.Equal(t, 400, send(d, "POST", number, "CallSid=c2&ParentCallSid=c3&ParentCallSid=c1"))
	assert.Len(t, got, 2)
}
