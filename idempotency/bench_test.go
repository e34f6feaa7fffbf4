package idempotency_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxml"
)

// benchForm is a webhook with all base parameters but Vars. Its CallSid begins
// the form and is replaced for each request.
const benchForm = "&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

func benchApp() http.Handler {
	return &voxhook.Handler{OnGather: func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Thank you."}, voxml.Hangup{}}, nil
	}}
}

func always(*http.Request) (string, bool) { return "d1", true }

// sides are the times of the bare Handler and of the one around it.
type sides [2][]time.Duration

func (s *sides) add(side int, begin time.Time) { s[side] = append(s[side], time.Since(begin)) }

// report reports medians, which other load on the machine changes little, and
// the mean, which includes the garbage collector's share.
func (s *sides) report(b *testing.B) {
	var medians, sums [2]float64
	for side, times := range s {
		for _, t := range times {
			sums[side] += float64(t.Nanoseconds())
		}
		slices.Sort(times)
		medians[side] = float64(times[len(times)/2].Nanoseconds())
	}
	b.ReportMetric(medians[0], "bare-ns")
	b.ReportMetric(medians[1], "handler-ns")
	b.ReportMetric(medians[1]/medians[0], "times-bare")
	b.ReportMetric(sums[1]/sums[0], "times-bare-mean")
}

// BenchmarkServeHTTP measures a Handler beside the bare Handler inside it. Both
// sides answer in turn, so that the load of the machine falls on both. Every
// webhook is new.
func BenchmarkServeHTTP(b *testing.B) {
	bare := benchApp()
	wrapped := &idempotency.Handler{Next: bare, ID: always}
	var times sides
	serve := func(side int, handler http.Handler, n int) {
		body := "CallSid=" + strconv.Itoa(n) + benchForm
		r := httptest.NewRequest(http.MethodPost, "/voice/menu", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		begin := time.Now()
		handler.ServeHTTP(w, r)
		times.add(side, begin)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
	n := 0
	for b.Loop() {
		serve(0, bare, n)
		serve(1, wrapped, n)
		n++
	}
	times.report(b)
}

// BenchmarkLoopback is BenchmarkServeHTTP over real connections.
func BenchmarkLoopback(b *testing.B) {
	bare := httptest.NewServer(benchApp())
	defer bare.Close()
	wrapped := httptest.NewServer(&idempotency.Handler{Next: benchApp(), ID: always})
	defer wrapped.Close()
	var times sides
	n := 0
	for b.Loop() {
		for side, server := range []*httptest.Server{bare, wrapped} {
			begin := time.Now()
			post(b, server.URL+"/voice/menu", "CallSid="+strconv.Itoa(n)+benchForm)
			times.add(side, begin)
		}
		n++
	}
	times.report(b)
}

func post(tb testing.TB, target, body string) string {
	tb.Helper()
	res, err := http.Post(target, "application/x-www-form-urlencoded", strings.NewReader(body))
	require.NoError(tb, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(tb, err)
	require.Equal(tb, http.StatusOK, res.StatusCode)
	return string(text)
}

// BenchmarkReplay is a retry that gets the stored answer.
func BenchmarkReplay(b *testing.B) {
	h := &idempotency.Handler{Next: benchApp(), ID: always}
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/voice/menu", strings.NewReader("CallSid=c1"+benchForm))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
