package voxhook_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// invalidNames returns the names in Invalid.
func invalidNames(w *voxhook.VoiceWebhook) []string {
	names := []string{}
	for _, e := range w.Invalid {
		names = append(names, e.Param)
	}
	return names
}

// Section 1 of the protocol: a URL's own query need not be a form, and on a GET
// the platform's parameters come after it.
func TestOwnQuery(t *testing.T) {
	const body = "CallSid=c1&CallStatus=in-progress&Digits=3"
	for _, query := range []string{"list=a;b", "off=50%", "a=1&amp;b=2", "%zz", "=&&;", "CallSid=other", "Digits=9"} {
		ev := whParse(t, whPost("/next?"+query, body))
		require.Equal(t, voxhook.KindGatherResult, ev.Kind(), query)
		assert.Equal(t, "3", ev.(*voxhook.GatherResult).Digits, query)
		assert.Empty(t, ev.Webhook().Invalid, query)
	}

	t.Run("pairs around a bad one count", func(t *testing.T) {
		ev := whParse(t, whPost("/next?a=1&list=x;y&b=%32&off=50%&CallSid=no", body))
		params := ev.Webhook().Params
		assert.Equal(t, voxhook.Params{{"a", "1"}, {"b", "2"}}, params[3:])
	})
	t.Run("what is over the limits is left out", func(t *testing.T) {
		many := strings.Repeat("x=1&", 2000) + "last=1"
		assert.Len(t, whParse(t, whPost("/next?"+many, body)).Webhook().Params, voxhook.DefaultMaxParams)
		long := "a=1&b=" + strings.Repeat("x", voxhook.DefaultMaxBodyBytes)
		assert.Equal(t, "1", whParse(t, whPost("/next?"+long, body)).Webhook().Params.Get("a"))
	})
	t.Run("GET keeps raw text", func(t *testing.T) {
		ev := whParse(t, whGet("off=50%&list=a;b&CallSid=c1&Digits=1"))
		require.Equal(t, "1", ev.(*voxhook.GatherResult).Digits)
		assert.Equal(t, "50%", ev.Webhook().Params.Get("off"))
		assert.Equal(t, "a;b", ev.Webhook().Params.Get("list"))
		assert.Empty(t, ev.Webhook().Invalid)
	})
	t.Run("GET lists a documented one", func(t *testing.T) {
		ev := whParse(t, whGet("CallSid=c1&SpeechResult=50%&Digits=1"))
		assert.Empty(t, ev.(*voxhook.GatherResult).SpeechResult)
		assert.Equal(t, []string{"SpeechResult"}, invalidNames(ev.Webhook()))
		assert.Equal(t, "50%", ev.Webhook().Params.Get("SpeechResult"))
		for _, param := range ev.Webhook().Invalid {
			assert.EqualError(t, param, "voxhook: parameter SpeechResult is not well-formed")
		}
	})
}

// Of several values the last counts, everywhere alike.
func TestLastValueCounts(t *testing.T) {
	const form = "SpeechResult=old&own=1&CallSid=c1&CallStatus=in-progress&own=2&SpeechResult=new"
	whBoth(t, form, func(t *testing.T, r *http.Request) {
		w := whParse(t, r).(*voxhook.GatherResult)
		assert.Equal(t, "new", w.SpeechResult)
		assert.Equal(t, "new", w.Params.Get("SpeechResult"))
		var own struct {
			SpeechResult string
			Own          int `schema:"own"`
		}
		require.NoError(t, w.Bind(&own))
		assert.Equal(t, "new", own.SpeechResult)
		assert.Equal(t, 2, own.Own)
		require.Equal(t, []string{"SpeechResult"}, invalidNames(w.Webhook()))
		assert.ErrorIs(t, w.Invalid[0], voxhook.ErrConflict)
	})
	for form, want := range map[string]string{
		"CallSid=1&From=&From=a": "a", "CallSid=1&From=a&From=": "", "CallSid=1&From=a&To=b&From=a": "a",
		"CallSid=1&From=a&From=b&From=b": "b", "CallSid=1&From=a&From=b&From=a": "a",
	} {
		whBoth(t, form, func(t *testing.T, r *http.Request) {
			assert.Equal(t, want, whParse(t, r).Webhook().From, form)
		})
	}
}

// Identity is never guessed.
func TestIdentity(t *testing.T) {
	for _, name := range []string{"CallSid", "AccountID", "ParentCallSid"} {
		rest := "&CallSid=c1"
		if name == "CallSid" {
			rest = ""
		}
		for value, want := range map[string]string{
			name + "=p1&" + name + "=p2":                 name + " came more than once with different values",
			name + "=p1&" + name + "=p2&" + name + "=p1": name + " came more than once with different values",
			name + "=p1&" + name + "=p2&" + name + "=p2": name + " came more than once with different values",
			name + "=a%ff": name + " is not UTF-8 text without NUL",
			name + "=a%00": name + " is not UTF-8 text without NUL",
		} {
			whBoth(t, value+rest, func(t *testing.T, r *http.Request) {
				_, err := voxhook.Parse(r)
				if r.Method == http.MethodGet && strings.Contains(want, "more than once") {
					want += "; the URL has a " + name + " of its own"
				}
				require.EqualError(t, err, "voxhook: parameter "+want)
				assert.Equal(t, http.StatusBadRequest, voxhook.StatusCode(err))
			})
		}
		_, err := voxhook.Parse(whGet(name + "=50%" + rest))
		require.EqualError(t, err, "voxhook: parameter "+name+" is not well-formed")
	}
	_, err := voxhook.Parse(whGet("CallSid=50%&CallSid=50%25"))
	require.ErrorIs(t, err, voxhook.ErrConflict, "raw text is not the same as text")
	for range 20 {
		_, err = voxhook.Parse(whPost("/", "CallSid=1&CallSid=2&AccountID=3&AccountID=4"))
		require.ErrorContains(t, err, "parameter CallSid", "always the first")
	}
	ev := whParse(t, whGet("CallSid=c1&CallSid=c1&AccountID=&AccountID="))
	assert.Empty(t, ev.Webhook().Invalid)
}

// Section 3.1: the forms of times in the field.
func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		"2024-02-29T12:00:00+01:00":                                    "2024-02-29T11:00:00Z",
		"2024-02-29T12:00:00Z":                                         "2024-02-29T12:00:00Z",
		"2024-02-29t12:00:00z":                                         "2024-02-29T12:00:00Z",
		"2024-02-29T12:00:00.123456789Z":                               "2024-02-29T12:00:00.123456789Z",
		"2024-02-29 12:00:00Z":                                         "2024-02-29T12:00:00Z",
		"2024-02-29T12:00Z":                                            "2024-02-29T12:00:00Z",
		"2024-02-29T12:00:00 01:00":                                    "2024-02-29T11:00:00Z", // a plus that was not escaped
		"2024-02-29T12:00:00-0100":                                     "2024-02-29T13:00:00Z",
		"2024-02-29 12:00:00 UTC":                                      "2024-02-29T12:00:00Z",
		"2024-02-29 12:00:00 (UTC)":                                    "2024-02-29T12:00:00Z",
		"Thu, 12 Oct 2023 18:39:05 +0000":                              "2023-10-12T18:39:05Z",
		"Thu, 12 Oct 2023 18:39:05  0200":                              "2023-10-12T16:39:05Z",
		"Thu, 12 Oct 2023 18:39 +0000":                                 "2023-10-12T18:39:00Z",
		"Thu, 12 Oct 2023 18:39:05 +0000 (UTC)":                        "2023-10-12T18:39:05Z",
		"Thu, 12 Oct 2023 18:39:05 UT":                                 "2023-10-12T18:39:05Z",
		"Thu, 12 Oct 2023 18:39:05 GMT":                                "2023-10-12T18:39:05Z",
		"Thu, 12 Oct 2023 18:39:05 EST":                                "2023-10-12T23:39:05Z",
		"Sun, 09 Feb 2020 09:30:03 Etc/UTC":                            "2020-02-09T09:30:03Z",
		"12 Oct 23 18:39:05 -0700":                                     "2023-10-13T01:39:05Z",
		"Thu,12 Oct 2023 18:39:05 +0000":                               "2023-10-12T18:39:05Z",
		"Thu, 12 Oct 23 18:39:05 GMT":                                  "2023-10-12T18:39:05Z",
		"12 Oct 2023 18:39:05 EDT":                                     "2023-10-12T22:39:05Z",
		"12 Oct 2023 18:39:05 CST":                                     "2023-10-13T00:39:05Z",
		"12 Oct 2023 18:39:05 CDT":                                     "2023-10-12T23:39:05Z",
		"12 Oct 2023 18:39:05 MST":                                     "2023-10-13T01:39:05Z",
		"12 Oct 2023 18:39:05 MDT":                                     "2023-10-13T00:39:05Z",
		"12 Oct 2023 18:39:05 PST":                                     "2023-10-13T02:39:05Z",
		"12 Oct 2023 18:39:05 PDT":                                     "2023-10-13T01:39:05Z",
		"Thu, 12 Oct 2023 18:39:05 +0000 (Coordinated Universal Time)": "2023-10-12T18:39:05Z",
		"0001-01-01T00:00:01Z":                                         "0001-01-01T00:00:01Z",
		"9999-12-31T23:59:59Z":                                         "9999-12-31T23:59:59Z",

		"Thu, 12 Oct 2023 18:39:05 XYZ":           "",
		"Thu, 12 Oct 2023 18:39:05 Europe/Berlin": "",
		"Thu, 12 Oct 2023 18:39:05":               "",
		"2024-02-30T12:00:00Z":                    "",
		"2024-02-29T12:00:00":                     "",
		"2024-02-29":                              "",
		"2024-02-29T12:00:00+01:0":                "",
		"2024-02-29T12:00:00+99:00":               "",
		"9999-12-31T23:59:59-23:59":               "",
		"0001-01-01T00:00:00+00:01":               "",
		"1700000000":                              "",
		"now":                                     "",
		"2024-02-2912:00:00Z":                     "",
		"2024-02-29512:00:00Z":                    "",
		"2024-02-29T12:00:00+1:000":               "",
		"2024-02-29T12:00:00+010:0":               "",
		"2024-02-29T12:00:00+:0100":               "",
		"2024-02-29T12:00:00+24:00":               "",
		"2024-02-29T12:00:00+00:60":               "",
		"(UTC)":                                   "",
		strings.Repeat("2", 1000):                 "",
	} {
		e := whParse(t, whPost("/", "CallSid=1&CallDuration=1&Timestamp="+url.QueryEscape(text))).(*voxhook.StatusChange)
		if want == "" {
			assert.Zero(t, e.Timestamp, text)
			assert.Equal(t, []string{"Timestamp"}, invalidNames(e.Webhook()), text)
			continue
		}
		assert.Equal(t, want, e.Timestamp.Format(time.RFC3339Nano), text)
		assert.Empty(t, e.Invalid, text)
	}
}

func TestSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"49.0": 49 * time.Second, "12.5": 12500 * time.Millisecond, "0": 0, "0.000000001": 1, "1.0000000009": time.Second,
		"9223372036.8": 9223372036*time.Second + 800*time.Millisecond,
		"-1":           -1, "1e9": -1, "NaN": -1, "0x5": -1, "1.": -1, ".5": -1, "1.5.5": -1, "+1": -1, "1_0": -1, "9223372036.9": -1, "9223372037": -1, "1,5": -1, " 1": -1,
	} {
		e := whParse(t, whPost("/", "CallSid=1&CallDuration="+url.QueryEscape(text))).(*voxhook.StatusChange)
		if want < 0 {
			assert.Zero(t, e.CallDuration, text)
			assert.Equal(t, []string{"CallDuration"}, invalidNames(e.Webhook()), text)
			continue
		}
		assert.Equal(t, want, e.CallDuration, text)
		assert.Empty(t, e.Invalid, text)
	}
}

// Text is valid UTF-8 without NUL; Params keep the bytes.
func TestText(t *testing.T) {
	w := whParse(t, whPost("/", "CallSid=1&CallerName=a%ffb%00&FromCity=%c3%a9&own=%ff"))
	assert.Equal(t, "a\uFFFDb\uFFFD", w.Webhook().CallerName)
	assert.Equal(t, "é", w.Webhook().FromCity)
	assert.Equal(t, []string{"CallerName"}, invalidNames(w.Webhook()))
	assert.Equal(t, "a\xffb\x00", w.Webhook().Params.Get("CallerName"))
	assert.Equal(t, "\xff", w.Webhook().Params.Get("own"))

	for _, vars := range []string{`{"a":"\ud800"}`, `{"\ud800":"a"}`, `{"a":{"b":"\udc00x"}}`} {
		w = whParse(t, whPost("/", "CallSid=1&Vars="+vars))
		assert.Equal(t, []string{"Vars"}, invalidNames(w.Webhook()), vars)
	}
	w = whParse(t, whPost("/", `CallSid=1&Vars={"a":"\ufffd%ef%bf%bd\ud83d\ude00"}`))
	assert.Equal(t, voxhook.Vars{"a": "\uFFFD\uFFFD😀"}, w.Webhook().Vars)
	assert.Empty(t, w.Webhook().Invalid)

	w = whParse(t, whPost("/", `CallSid=1&Vars={"a":"x\u0000","b%ff":"y"}`))
	assert.Equal(t, voxhook.Vars{"a": "x\uFFFD", "b\uFFFD": "y"}, w.Webhook().Vars)
	assert.Equal(t, []string{"Vars"}, invalidNames(w.Webhook()))
}

// A body that something else has read is not a missing CallSid.
func TestBodyAlreadyRead(t *testing.T) {
	r := whPost("/", "CallSid=c1&From=%2B14025550100&Extra=1")
	_, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	_, err = voxhook.Parse(r)
	require.EqualError(t, err, fmt.Sprintf("voxhook: the body was already read: %d bytes announced, none left", r.ContentLength))
	assert.ErrorIs(t, err, voxhook.ErrBodyRead)
	assert.Equal(t, 400, voxhook.StatusCode(err))

	r = whPost("/", "CallSid=c1")
	_, _ = io.ReadAll(r.Body)
	require.NoError(t, r.ParseForm()) // too late
	_, err = voxhook.Parse(r)
	assert.ErrorIs(t, err, voxhook.ErrBodyRead)

	// A part of a body is never taken for the whole.
	r = whPost("/", "AccountID=77&CallSid=1&Digits=1")
	_, err = io.ReadFull(r.Body, make([]byte, 13))
	require.NoError(t, err)
	_, err = voxhook.Parse(r)
	require.EqualError(t, err, "voxhook: the body was already read: 31 bytes announced, 18 left")
	r = whPost("/", "")
	r.ContentLength = -1
	_, err = voxhook.Parse(r)
	require.EqualError(t, err, "voxhook: the body was already read: sent without a length, none left")

	// An early ParseForm that did not see a form has read nothing.
	r = whPost("/", "CallSid=c1")
	r.Header.Set("Content-Type", "text/plain")
	require.NoError(t, r.ParseForm())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	assert.Equal(t, "c1", whParse(t, r).Webhook().CallSid)

	r = whPost("/", "CallSid=c1")
	r.Body = http.NoBody
	_, err = voxhook.Parse(r)
	assert.ErrorIs(t, err, voxhook.ErrBodyRead)

	_, err = voxhook.Parse(whPost("/", ""))
	assert.ErrorIs(t, err, voxhook.ErrMissing, "nothing was announced")
}

// Variables count as parameters, so a request cannot make a large map of them.
func TestVarsAreBounded(t *testing.T) {
	vars := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"v%d":"1"`, i)
		}
		return "CallSid=1&Vars=" + url.QueryEscape("{"+b.String()[1:]+"}")
	}
	w := whParse(t, whPost("/", vars(voxhook.DefaultMaxParams-2))).Webhook()
	assert.Len(t, w.Vars, voxhook.DefaultMaxParams-2)
	w = whParse(t, whPost("/", vars(voxhook.DefaultMaxParams-1))).Webhook()
	assert.Empty(t, w.Vars)
	require.Equal(t, []string{"Vars"}, invalidNames(w))
	assert.EqualError(t, w.Invalid[0], "voxhook: parameter Vars has too many variables")

	// The own query does not take away from them.
	w = whParse(t, whPost("/?"+strings.Repeat("x=1&", 2000), `CallSid=1&Vars={"a":"b"}`)).Webhook()
	assert.Equal(t, voxhook.Vars{"a": "b"}, w.Vars)

	// 26,000 names in 262 KB cost about what any text of that size does.
	many := strings.Repeat(`"a":"b",`, 26000)
	form := "CallSid=1&Vars={" + many + `"c":"d"}`
	allocated := testing.AllocsPerRun(3, func() { whParse(t, whPost("/", form)) })
	assert.Less(t, allocated, 100.0)
}

// A field that is kept does not keep its request.
func TestFieldsDoNotPinRequests(t *testing.T) {
	padding := "&own=" + strings.Repeat("x", 250<<10)
	for _, method := range []string{http.MethodPost, http.MethodGet, "parsed before"} {
		kept := make([]any, 0, 1200)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range 400 {
			form := fmt.Sprintf("CallSid=%02d&From=a&From=b&CallStatus=in-progress&Digits=1", i) + padding
			r := whGet(form)
			if method != http.MethodGet {
				r = whPost("/", form)
			}
			if method == "parsed before" {
				require.NoError(t, r.ParseForm())
			}
			ev, err := voxhook.Parse(r)
			require.NoError(t, err)
			w := ev.Webhook()
			kept = append(kept, w.CallSid, w.CallStatus, ev.(*voxhook.GatherResult).Digits, w.Invalid[0])
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20), method)
		runtime.KeepAlive(kept)
	}
}

// Many names cost a little each, whatever the limits are.
func TestManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&b, "&n%d=1", i)
	}
	h := &voxhook.Handler{OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		return voxml.Response{}, nil
	}}
	h.Settings.MaxParams = 30000
	start := time.Now()
	rec := serve(h, whPost("/", "CallSid=1"+b.String()))
	assert.Equal(t, 200, rec.Code)
	assert.Less(t, time.Since(start), time.Second)

	h.Settings.MaxParams = 3
	rec = serve(h, whPost("/?a=1&b=2&c=3", "CallSid=1&x=1"))
	assert.Equal(t, 200, rec.Code, "the own query counts for nothing")
}

// A GET with a body ends its context when the client hangs up: net/http only
// looks for that after the body has been read.
func TestGETWithBody(t *testing.T) {
	started, ended := make(chan struct{}), make(chan error, 1)
	h := &voxhook.Handler{OnIncomingCall: func(ctx context.Context, _ *voxhook.IncomingCall) (voxml.Response, error) {
		close(started)
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return voxml.Response{}, nil
	}}
	h.Settings.Timeout = -1
	h.Settings.ErrorLog = slog.New(slog.DiscardHandler)
	server := httptest.NewServer(h)
	defer server.Close()

	ctx, hangUp := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/voice?CallSid=1", strings.NewReader("body"))
	require.NoError(t, err)
	go func() {
		<-started
		hangUp()
	}()
	_, err = server.Client().Do(r) //nolint:bodyclose // there is no response
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, <-ended, context.Canceled)
}

// Every event can be stored as its parameters and read again.
func TestReplay(t *testing.T) {
	want := whParse(t, whPost("/", "CallSid=1&Digits=1&own=2"))
	got := whParse(t, whPost("/", want.Webhook().Params.Values().Encode()))
	assert.Equal(t, want.(*voxhook.GatherResult).Digits, got.(*voxhook.GatherResult).Digits)
	assert.Equal(t, want.Webhook().Params.Values(), got.Webhook().Params.Values())
}
