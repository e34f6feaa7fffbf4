package voxauth_test

import (
	"bufio"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// FuzzSigned sends requests of all sorts to a program that has handed out a few
// URLs for the call c1. A request that is let in has one of these URLs and this
// call, as net/http reads it, or is an entry request with a login.
func FuzzSigned(f *testing.F) {
	key, err := voxauth.ParseKey(strings.Repeat("7f", 32))
	require.NoError(f, err)
	handedOut := map[string]voxml.URLUse{}
	var in *http.Request
	s := &voxauth.Signed{
		Keys: []voxauth.Key{key}, Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)}, ErrorLog: slog.New(slog.DiscardHandler),
		Next: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { in = r }),
	}
	entry := &voxauth.Signed{Keys: s.Keys, Entry: map[string]voxauth.Check{"/voice": voxauth.Open}, Next: voxml.Response{
		voxml.Gather{Action: "/gather?lang=en"}, voxml.Record{Action: "/record", RecordingStatusCallback: "/recording?a=1;b=2"},
		voxml.Redirect{URL: "/voice?again=50%"},
	}}
	var marks []string // old, new: {2} is the URL of use 2, {token2} its token
	for use, url := range urlsOf(f, serve(entry, request("POST", "/voice", "CallSid=c1"))) {
		handedOut[url] = use
		mark := strconv.Itoa(int(use)) + "}"
		marks = append(marks, "{"+mark, url, "{token"+mark, url[len(url)-50:])
		url, token := "{"+mark, "{token"+mark
		f.Add("POST", url, "CallSid=c1&Digits=1", false)
		f.Add("GET", url+"&CallSid=c1&Digits=1", "", false)
		f.Add("POST", url, "CallSid=c2&ParentCallSid=c1", false)
		f.Add("POST", url, "CallSid=c2&C%61llSid=c1&lang=es", false)
		f.Add("GET", url+"&CallSid=c2&CallSid=c1&lang=es", "", false)
		f.Add("POST", "/voice?"+url, "CallSid=c1", true)
		f.Add("POST", "/gather?lang=en&vh="+token, "CallSid=c1", false)
		f.Add("GET", "/record?vh="+token+"&CallSid=c1&CallSid=c2", "", false)
	}
	unmark := strings.NewReplacer(marks...)
	f.Add("POST", "/voice", "CallSid=c1", true)
	f.Add("POST", "/voice", "CallSid=c1", false)
	f.Add("GET", "/voice?vh=&CallSid=c1", "", true)

	f.Fuzz(func(t *testing.T, method, target, body string, withLogin bool) {
		raw := seenRequest{method, target, body}.raw(unmark.Replace(target)) // tokens differ between processes
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			t.Skip("net/http refuses it")
		}
		if withLogin {
			r.SetBasicAuth(login.User, login.Password)
		}
		in = nil
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if in == nil {
			require.GreaterOrEqual(t, w.Code, 400)
			return
		}
		if !strings.Contains(r.URL.RawQuery, "vh=") {
			require.True(t, withLogin)
			require.Equal(t, "/voice", r.URL.EscapedPath())
			return
		}
		use, ok := useOf(r, handedOut)
		if !ok { // only at an Entry: a query that has vh= without being a token
			require.True(t, withLogin && r.URL.EscapedPath() == "/voice", r.RequestURI)
			return
		}
		require.NotContains(t, "&"+in.URL.RawQuery, "&vh=") // within another name it is no token
		sid, parent := in.FormValue("CallSid"), in.FormValue("ParentCallSid")
		require.True(t, sid == "c1" || use == voxml.UseRecording && parent == "c1", "%q %q", sid, parent)
		require.Equal(t, []string{sid}, in.Form["CallSid"])
		if lang, ok := in.Form["lang"]; ok && use == voxml.UseGatherAction {
			require.Equal(t, []string{"en"}, lang)
		}
	})
}

// useOf returns the use of the URL of a request. It reports false if the URL was
// not handed out. By GET, parameters may follow.
func useOf(r *http.Request, handedOut map[string]voxml.URLUse) (voxml.URLUse, bool) {
	for url, use := range handedOut {
		rest, ok := strings.CutPrefix(r.RequestURI, url)
		if ok && (rest == "" || r.Method == http.MethodGet && rest[0] == '&') {
			return use, true
		}
	}
	return 0, false
}
