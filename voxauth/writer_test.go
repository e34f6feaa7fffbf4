package voxauth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// Answers that run no hook get tokens if they are VoXML. Other answers are not
// changed. A possible document that gets no tokens is logged.
func TestAnswersWithoutHook(t *testing.T) {
	const (
		redirect = `<?xml version="1.0"?><!-- plain --><Response><Redirect>/menu</Redirect></Response>`
		signed   = `^<Response>(<Say>a</Say>)?<Redirect>/menu\?vh=[\w-]{50}</Redirect></Response>$`
		bad      = `<Response><Redirect>/%zz</Redirect></Response>`
		vxml     = `<vxml><Redirect>/menu</Redirect></vxml>`
		wrong    = `<Response><Say loop="0">a</Say><Redirect>/menu</Redirect></Response>`
		webhook  = "CallSid=c1"
		noLog    = ""
		tooLarge = "use a voxhook.Handler"
	)
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if contentType != "" {
				w.Header().Set("Content-Type", contentType)
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	large := `<Response><Say>` + strings.Repeat("x", 1<<20) + `</Say><Redirect>/menu</Redirect></Response>`
	for _, tt := range []struct {
		name, form string
		next       http.Handler
		status     int
		body       string // a pattern if the answer is signed
		log        string
	}{
		{"a document as a handler", webhook, voxml.Response{voxml.Redirect{URL: "/menu"}}, 200, signed, noLog},
		{"flushed before it is written", webhook, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, redirect)
		}), 200, signed, noLog},
		{"XML by hand", webhook, answer(200, "application/xml", redirect), 200, signed, noLog},
		{"text/xml with a charset", webhook, answer(200, "text/xml; charset=utf-8", redirect), 200, signed, noLog},
		{"XML without a type", webhook, answer(200, "", redirect), 200, signed, noLog},
		{"another 2xx status", webhook, answer(201, "application/xml", redirect), 201, signed, noLog},
		{"an attribute that is wrong", webhook, answer(200, "text/xml", wrong), 200, signed, noLog},
		{"an error status", webhook, answer(500, "application/xml", redirect), 500, redirect, noLog},
		{"another type", webhook, answer(200, "text/html", redirect), 200, redirect, noLog},
		{"another root", webhook, answer(200, "application/xml", vxml), 200, vxml, noLog},
		{"no XML", webhook, answer(200, "", "hello"), 200, "hello", noLog},
		{"cut", webhook, answer(200, "application/xml", redirect[:60]), 200, redirect[:60], noLog},
		{"nothing", webhook, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), 200, "", noLog},
		{"204", webhook, answer(204, "", ""), 204, "", noLog},
		{"not for a webhook", "", answer(200, "application/xml", redirect), 200, redirect, noLog},
		{"a URL that cannot be signed", webhook, answer(200, "text/xml", bad), 200, bad, "cannot be parsed"},
		{"too large to hold", webhook, answer(200, "application/xml", large), 200, large, tooLarge},
		{"too large, without a type", webhook, answer(200, "", large), 200, large, tooLarge},
		{"large, not for a webhook", "", answer(200, "application/xml", large), 200, large, noLog},
		{"large, no XML", webhook, answer(200, "", large[20:]), 200, large[20:], noLog},
		{"large, in pieces", webhook, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for len(large) > 0 {
				n, _ := io.WriteString(w, large[:min(len(large), 1000)])
				large = large[n:]
			}
		}), 200, large, tooLarge},
		{"two statuses", webhook, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(201)
			w.WriteHeader(404)
			_, _ = io.WriteString(w, redirect)
		}), 201, signed, noLog},
		{"in pieces, flushed", webhook, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			for _, piece := range strings.SplitAfter(redirect, ">") {
				_, _ = io.WriteString(w, piece)
				w.(http.Flusher).Flush()
			}
		}), 200, signed, noLog},
		{"compressed", webhook, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, redirect)
		}), 200, redirect, noLog},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(t, everyURL)
			inner := d.Signed.Next
			d.Signed.Next = tt.next
			server := httptest.NewServer(d)
			defer server.Close()
			resp, err := server.Client().Post(server.URL+"/voice", "application/x-www-form-urlencoded", strings.NewReader(tt.form))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, tt.status, resp.StatusCode)
			if tt.log == noLog {
				assert.Empty(t, d.log.String())
			} else {
				assert.Equal(t, 1, strings.Count(d.log.String(), "was sent without tokens"))
				assert.Contains(t, d.log.String(), tt.log)
			}
			if tt.body != signed {
				assert.True(t, tt.body == string(body), "unchanged")
				return
			}
			assert.Regexp(t, tt.body, string(body))
			assert.Contains(t, resp.Header.Get("Content-Type"), "xml")
			assert.EqualValues(t, len(body), resp.ContentLength)
			doc, err := voxml.Parse(strings.NewReader(string(body)))
			require.NoError(t, err)
			d.Signed.Next = inner
			assert.Equal(t, 200, send(d, "POST", doc[len(doc)-1].(voxml.Redirect).URL, "CallSid=c1"))
		})
	}
}

// Signed passes http.ErrAbortHandler on, and sends nothing.
func TestAbort(t *testing.T) {
	abort := voxhook.Settings{}.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
		panic(http.ErrAbortHandler)
	})
	for _, begin := range []string{"", "<Response><Redirect>/menu</Redirect></Response>"} {
		d := newDoor(t, nil)
		d.Signed.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, begin)
			abort.ServeHTTP(w, r)
		})
		w := httptest.NewRecorder()
		assert.PanicsWithValue(t, http.ErrAbortHandler, func() { d.ServeHTTP(w, request("POST", "/voice", "CallSid=c1")) })
		assert.Empty(t, w.Body.String())
	}
}

// http.ResponseController reaches the writer of the server.
func TestController(t *testing.T) {
	d := newDoor(t, nil)
	d.Signed.Next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		assert.NoError(t, c.SetReadDeadline(time.Now().Add(time.Minute)))
		assert.NoError(t, c.SetWriteDeadline(time.Now().Add(time.Minute)))
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "hello")
		assert.NoError(t, c.Flush())
		panic(http.ErrAbortHandler) // the flushed part arrives
	})
	server := httptest.NewServer(d)
	defer server.Close()
	resp, err := server.Client().Post(server.URL+"/voice", "application/x-www-form-urlencoded", strings.NewReader("CallSid=c1"))
	require.NoError(t, err)
	body, _ := io.ReadAll(resp.Body)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, "hello", string(body))
}

// An answer from a store, as package idempotency sends it, is not changed. It
// keeps the tokens of the first time.
func TestReplay(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseRedirect]
	first := serve(d, request("POST", url, "CallSid=c1")).Body.String()
	assert.Equal(t, 1, strings.Count(first, "/gather?vh="))
	d.Signed.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		voxhook.Answered(r.Context(), voxhook.Outcome{Status: 200, Document: true, Replayed: true})
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, first)
	})
	assert.Equal(t, first, serve(d, request("POST", url, "CallSid=c1")).Body.String())
}

// A run that continues after its connection has ended, and answers on another
// connection, does not race with the first answer.
func TestDetachedRun(t *testing.T) {
	d := newDoor(t, everyURL)
	inner := d.Signed.Next
	ended := make(chan *httptest.ResponseRecorder)
	d.Signed.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() { ended <- serve(inner, r.WithContext(context.WithoutCancel(r.Context()))) }()
		_, _ = io.WriteString(w, "<Response><Redirect>/menu</Redirect></Response>")
	})
	assert.Equal(t, 200, send(d, "POST", "/voice", "CallSid=c1"))
	assert.Len(t, urlsOf(t, <-ended), len(uses), "the late answer must also be signed")
}
