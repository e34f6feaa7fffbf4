package voxauth_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// A door is a Signed whose Next records each request and answers it with one
// document.
type door struct {
	voxauth.Signed
	doc voxml.Response
	log bytes.Buffer

	in    []*http.Request // the accepted requests
	kinds []voxhook.Kind
	calls []string // as Call returns them
}

// newDoor returns a door with one key and the Entry /voice. At the end of the
// test it checks that its log has no token and no number.
func newDoor(t testing.TB, doc voxml.Response) *door {
	t.Helper()
	d := &door{doc: doc}
	log := slog.New(slog.NewTextHandler(&d.log, nil))
	d.Signed.Next = voxhook.Settings{ErrorLog: log}.OnEvent(func(ctx context.Context, ev voxhook.Event) (voxml.Response, error) {
		d.in = append(d.in, voxhook.RequestFrom(ctx))
		d.kinds = append(d.kinds, ev.Kind())
		d.calls = append(d.calls, voxauth.Call(ctx))
		if ev.Kind().WantsDocument() {
			return d.doc, nil
		}
		return nil, nil
	})
	d.Signed.ErrorLog = log
	d.Signed.Keys = []voxauth.Key{voxauth.NewKey()}
	d.Signed.Entry = map[string]voxauth.Check{"/voice": voxauth.Open}
	t.Cleanup(func() { assertNoSecrets(t, d.log.String()) })
	return d
}

// forget clears the records of accepted requests.
func (d *door) forget() { d.in, d.kinds, d.calls = nil, nil, nil }

// urls begins a call at /voice and returns the URLs of its first document.
func (d *door) urls(t testing.TB, callSid string) map[voxml.URLUse]string {
	t.Helper()
	return urlsOf(t, serve(d, request("POST", "/voice", "CallSid="+callSid+"&CallStatus=ringing")))
}

var tokenLike = regexp.MustCompile(`[A-Za-z0-9_-]{40,}`)

func assertNoSecrets(t testing.TB, text string) {
	t.Helper()
	assert.NotRegexp(t, tokenLike, text)
	for _, secret := range []string{"4025550100", "s3cret", "vh="} {
		assert.NotContains(t, text, secret)
	}
}

// byGET returns the target with a form appended to its query.
func byGET(target, form string) string {
	switch {
	case form == "":
		return target
	case strings.Contains(target, "?"):
		return target + "&" + form
	}
	return target + "?" + form
}

// request returns a request as a server receives it.
func request(method, target, form string) *http.Request {
	if method == http.MethodGet {
		return httptest.NewRequest(method, byGET(target, form), nil)
	}
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// send sends a request and returns the status, with 200 for every 2xx.
func send(h http.Handler, method, target, form string) int {
	if code := serve(h, request(method, target, form)).Code; code/100 != 2 {
		return code
	}
	return 200
}

// urlsOf returns the URLs of a document, by use.
func urlsOf(t testing.TB, answer *httptest.ResponseRecorder) map[voxml.URLUse]string {
	t.Helper()
	require.Equal(t, http.StatusOK, answer.Code, answer.Body.String())
	doc, err := voxml.Parse(answer.Body)
	require.NoError(t, err)
	urls := map[voxml.URLUse]string{}
	_, err = doc.MapURLs(func(use voxml.URLUse, url string) (string, error) {
		urls[use] = url
		return url, nil
	})
	require.NoError(t, err)
	return urls
}

// everyURL is a document with one URL of each use.
var everyURL = voxml.Response{
	voxml.Gather{Action: "/gather"},
	voxml.Record{Action: "/record", RecordingStatusCallback: "/recording"},
	voxml.Pay{Action: "/pay", StatusCallback: "/progress"},
	voxml.If{Expression: voxml.Var("a").Equal("1"), Verbs: []voxml.Verb{
		voxml.Dial{Action: "/dial", Nouns: []voxml.DialNoun{voxml.Number{Number: "+14025550111", URL: "/number"}}},
	}},
	voxml.Redirect{URL: "/redirect"},
}

// uses maps each use of a URL to the kind of event that the URL receives.
var uses = map[voxml.URLUse]voxhook.Kind{
	voxml.UseDialAction: voxhook.KindDialResult, voxml.UseGatherAction: voxhook.KindGatherResult,
	voxml.UseRecordAction: voxhook.KindRecordResult, voxml.UsePayAction: voxhook.KindPayResult,
	voxml.UseRedirect: voxhook.KindIncomingCall, voxml.UseNumber: voxhook.KindIncomingCall,
	voxml.UseRecording: voxhook.KindRecording, voxml.UsePayProgress: voxhook.KindPayProgress,
}

// byParent holds the uses whose tokens also accept legs of the call.
var byParent = map[voxml.URLUse]bool{voxml.UseNumber: true, voxml.UseRecording: true, voxml.UsePayProgress: true}
