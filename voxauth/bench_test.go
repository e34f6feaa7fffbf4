package voxauth_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

// The base parameters and those of a Gather.
const benchForm = "CallSid=6f1c2a34-98d0-4b6e-a1f7-0c5d2e9b7a11&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US&Digits=1"

type benchWriter struct{ header http.Header }

func (w benchWriter) Header() http.Header         { return w.header }
func (w benchWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w benchWriter) WriteHeader(int)             {}
func (w benchWriter) Flush()                      {}

var benchApp = &voxhook.Handler{
	OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) { return benchMenu, nil },
	OnGather:       func(context.Context, *voxhook.GatherResult) (voxml.Response, error) { return benchMenu, nil },
}

var benchMenu = voxml.Response{
	voxml.Say{Text: "Thank you for calling."},
	voxml.Gather{Action: "/voice/menu", NumDigits: 1, Timeout: 5 * time.Second, Verbs: []voxml.GatherVerb{
		voxml.Say{Text: "For sales, press 1 or say sales."},
		voxml.Say{Text: "For our opening hours, press 2 or say hours."},
	}},
}

var actionURL = regexp.MustCompile(`action="([^"]+)"`)

// benchRequest returns a request for an action of the app, and a function that
// makes it new again.
func benchRequest(app http.Handler) (r *http.Request, reset func()) {
	first := httptest.NewRequest("POST", "/voice", strings.NewReader(strings.TrimSuffix(benchForm, "&Digits=1")))
	first.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, first)
	action := strings.ReplaceAll(actionURL.FindStringSubmatch(w.Body.String())[1], "&amp;", "&")
	body := strings.NewReader(benchForm)
	r = httptest.NewRequest("POST", action, nil)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.ContentLength = int64(len(benchForm))
	closer := io.NopCloser(body)
	return r, func() {
		body.Reset(benchForm)
		r.Body, r.Form, r.PostForm = closer, nil, nil
	}
}

func benchSigned() http.Handler {
	return &voxauth.Signed{
		Next: benchApp, Keys: []voxauth.Key{voxauth.NewKey()},
		Entry: map[string]voxauth.Check{"/voice": voxauth.Open},
	}
}

// BenchmarkSigned compares a Handler with the same Handler inside Signed, in
// turns, so that both see the same machine.
func BenchmarkSigned(b *testing.B) {
	const batch = 200
	compare(b, func(app http.Handler) func() {
		r, reset := benchRequest(app)
		return func() {
			for range batch {
				reset()
				w := benchWriter{http.Header{}}
				app.ServeHTTP(w, r)
				if len(w.header) == 0 {
					b.Fatal("no answer")
				}
			}
		}
	}, batch)
}

// BenchmarkSignedServer is BenchmarkSigned with a server and a client.
func BenchmarkSignedServer(b *testing.B) {
	const batch = 20
	compare(b, func(app http.Handler) func() {
		server := httptest.NewServer(app)
		b.Cleanup(server.Close)
		r, _ := benchRequest(app)
		url := server.URL + r.URL.RequestURI()
		return func() {
			for range batch {
				resp, err := server.Client().Post(url, "application/x-www-form-urlencoded", strings.NewReader(benchForm))
				if err != nil || resp.StatusCode != http.StatusOK {
					b.Fatal(resp, err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		}
	}, batch)
}

// compare reports the time of one request to each app. Of many batches, the
// tenth that was fastest counts: the others shared the machine.
func compare(b *testing.B, prepare func(http.Handler) (run func()), batch int) {
	names := [...]string{"bare", "signed"}
	runs := [...]func(){prepare(benchApp), prepare(benchSigned())}
	var took [len(runs)][]float64
	for b.Loop() {
		for i, run := range runs {
			start := time.Now()
			run()
			took[i] = append(took[i], float64(time.Since(start))/float64(batch))
		}
	}
	var at [len(runs)]float64
	for i := range took {
		slices.Sort(took[i])
		at[i] = took[i][len(took[i])/10]
		b.ReportMetric(at[i], names[i]+"-ns")
	}
	b.ReportMetric(at[1]/at[0], "ratio")
}

func BenchmarkBareHandler(b *testing.B)   { benchOne(b, benchApp) }
func BenchmarkSignedHandler(b *testing.B) { benchOne(b, benchSigned()) }

func benchOne(b *testing.B, app http.Handler) {
	r, reset := benchRequest(app)
	w := benchWriter{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		reset()
		app.ServeHTTP(w, r)
	}
}
