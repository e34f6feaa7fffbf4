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
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// Answers that run no hook get tokens if they are VoXML, and else stay as they
// are.
func TestAnswersWithoutHook(t *testing.T) {
	const redirect = `<?xml version="1.0"?><!-- plain --><Response><Redirect>/menu</Redirect></Response>`
	signed := `^<Response><Redirect>/menu\?vh=[\w-]{50}</Redirect></Response>$`
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if contentType != "" {
				w.Header().Set("Content-Type", contentType)
			}
			if status != 200 {
				w.WriteHeader(status)
			}
			_, _ = io.WriteString(w, body)
		}
	}
	large := `<Response><Say>` + strings.Repeat("x", 1<<20) + `</Say><Redirect>/menu</Redirect></Response>`
	for _, tt := range []struct {
		name, form string
		next       http.Handler
		status     int
		body       string // a pattern if the answer is signed
	}{
		{"a document as a handler", "CallSid=c1", voxml.Response{voxml.Redirect{URL: "/menu"}}, 200, signed},
		{"XML by hand", "CallSid=c1", answer(200, "application/xml", redirect), 200, signed},
		{"text/xml with a charset", "CallSid=c1", answer(200, "text/xml; charset=utf-8", redirect), 200, signed},
		{"XML without a type", "CallSid=c1", answer(200, "", redirect), 200, signed},
		{"another 2xx status", "CallSid=c1", answer(201, "application/xml", redirect), 201, signed},
		{"an attribute that is wrong", "CallSid=c1", answer(200, "text/xml", `<Response><Say loop="0">a</Say><Redirect>/menu</Redirect></Response>`),
			200, `^<Response><Say>a</Say><Redirect>/menu\?vh=[\w-]{50}</Redirect></Response>$`},
		{"an error status", "CallSid=c1", answer(500, "application/xml", redirect), 500, redirect},
		{"another type", "CallSid=c1", answer(200, "text/html", redirect), 200, redirect},
		{"another root", "CallSid=c1", answer(200, "application/xml", "<vxml><Redirect>/menu</Redirect></vxml>"), 200, "<vxml><Redirect>/menu</Redirect></vxml>"},
		{"no XML", "CallSid=c1", answer(200, "", "hello"), 200, "hello"},
		{"cut", "CallSid=c1", answer(200, "application/xml", redirect[:60]), 200, redirect[:60]},
		{"empty", "CallSid=c1", answer(200, "application/xml", ""), 200, ""},
		{"nothing", "CallSid=c1", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), 200, ""},
		{"204", "CallSid=c1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }), 204, ""},
		{"not for a webhook", "", answer(200, "application/xml", redirect), 200, redirect},
		{"too large to hold", "CallSid=c1", answer(200, "application/xml", large), 200, large},
		{"two statuses", "CallSid=c1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(201)
			w.WriteHeader(404)
			_, _ = io.WriteString(w, redirect)
		}), 201, signed},
		{"in pieces, flushed", "CallSid=c1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			for _, piece := range strings.SplitAfter(redirect, ">") {
				_, _ = io.WriteString(w, piece)
				w.(http.Flusher).Flush()
			}
		}), 200, signed},
		{"compressed", "CallSid=c1", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, redirect)
		}), 200, redirect},
		{"a URL that cannot be signed", "CallSid=c1", answer(200, "text/xml", `<Response><Redirect>/%zz</Redirect></Response>`),
			200, `<Response><Redirect>/%zz</Redirect></Response>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDoor(t, nil)
			d.Signed.Next = tt.next
			server := httptest.NewServer(d)
			defer server.Close()
			resp, err := server.Client().Post(server.URL+"/voice", "application/x-www-form-urlencoded", strings.NewReader(tt.form))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, tt.status, resp.StatusCode)
			if !strings.HasPrefix(tt.body, "^") {
				assert.True(t, tt.body == string(body), "unchanged")
				assert.Equal(t, tt.name == "a URL that cannot be signed", strings.Contains(d.log.String(), "without tokens"))
				return
			}
			assert.Regexp(t, tt.body, string(body))
			assert.Contains(t, resp.Header.Get("Content-Type"), "xml")
			assert.EqualValues(t, len(body), resp.ContentLength)
			doc, err := voxml.Parse(strings.NewReader(string(body)))
			require.NoError(t, err)
			assert.True(t, isLetIn(send(d, "POST", doc[len(doc)-1].(voxml.Redirect).URL, "CallSid=c1")))
		})
	}
}

// http.ErrAbortHandler passes through, and nothing is sent.
func TestAbort(t *testing.T) {
	for _, next := range []http.HandlerFunc{
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<Response><Redirect>/menu</Redirect></Response>")
			panic(http.ErrAbortHandler)
		},
		voxhook.Settings{}.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			panic(http.ErrAbortHandler)
		}).ServeHTTP,
	} {
		d := newDoor(t, nil)
		d.Signed.Next = next
		w := httptest.NewRecorder()
		assert.PanicsWithValue(t, http.ErrAbortHandler, func() { d.ServeHTTP(w, request("POST", "/voice", "CallSid=c1")) })
		assert.Empty(t, w.Body.String())
	}
}

// What the server's writer can do is still possible.
func TestController(t *testing.T) {
	d := newDoor(t, nil)
	done := make(chan error, 3)
	d.Signed.Next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		done <- c.SetReadDeadline(time.Now().Add(time.Minute))
		done <- c.SetWriteDeadline(time.Now().Add(time.Minute))
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "hello")
		done <- c.Flush()
	})
	server := httptest.NewServer(d)
	defer server.Close()
	resp, err := server.Client().Post(server.URL+"/voice", "application/x-www-form-urlencoded", strings.NewReader("CallSid=c1"))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	for range cap(done) {
		assert.NoError(t, <-done)
	}
}

// store is a wrapper that answers from a store, as package idempotency does.
func store(answer []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		voxhook.Answered(r.Context(), voxhook.Outcome{Status: 200, Document: true, Replayed: true})
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write(answer)
	})
}

// A replayed answer passes untouched: its tokens are those of the first time.
func TestReplay(t *testing.T) {
	d := newDoor(t, everyURL)
	url := d.urls(t, "c1")[voxml.UseRedirect]
	first := serve(d, request("POST", url, "CallSid=c1")).Body.Bytes()
	d.Signed.Next = store(first)
	again := serve(d, request("POST", url, "CallSid=c1"))
	assert.Equal(t, string(first), again.Body.String())
	assert.Equal(t, 1, strings.Count(string(first), "/gather?vh="))
}

// A run that goes on after its connection has ended, and whose answer is then
// written to another one, does not race with the first.
func TestDetachedRun(t *testing.T) {
	d := newDoor(t, everyURL)
	inner := d.Signed.Next
	ended := make(chan *httptest.ResponseRecorder)
	d.Signed.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() {
			w := httptest.NewRecorder()
			inner.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
			ended <- w
		}()
		_, _ = io.WriteString(w, "<Response><Redirect>/menu</Redirect></Response>")
	})
	first := serve(d, request("POST", "/voice", "CallSid=c1"))
	late := <-ended
	assert.Equal(t, 200, first.Code)
	assert.Len(t, urlsOf(t, late), len(uses), "the late answer is signed too")
}

// The same Signed serves many calls at the same time.
func TestConcurrent(t *testing.T) {
	doc := voxml.Response{voxml.Redirect{URL: "/menu?a=1"}}
	s := &voxauth.Signed{
		Next: voxhook.Settings{}.OnIncomingCall(func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return doc, nil }),
		Keys: []voxauth.Key{voxauth.NewKey(), voxauth.NewKey()}, Entry: map[string]voxauth.Check{"/voice": voxauth.Open},
	}
	failed := make(chan string, 8)
	for i := range cap(failed) {
		go func() {
			sid := "CallSid=call-" + string(rune('a'+i))
			target := "/voice"
			for range 50 {
				w := serve(s, request("POST", target, sid))
				if w.Code != 200 {
					failed <- w.Body.String()
					return
				}
				_, after, _ := strings.Cut(w.Body.String(), "<Redirect>")
				after, _, _ = strings.Cut(after, "</Redirect>")
				target = strings.ReplaceAll(after, "&amp;", "&")
			}
			failed <- ""
		}()
	}
	for range cap(failed) {
		assert.Empty(t, <-failed)
	}
}
