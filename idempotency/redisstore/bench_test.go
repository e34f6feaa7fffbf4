package redisstore_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/idempotency/redisstore"
	"github.com/voxhook/voxhook/idempotency/redisstore/internal/redistest"
	"github.com/voxhook/voxhook/voxml"
)

// BenchmarkServeHTTP measures new webhooks beside the bare Handler and one
// round trip to Redis, all in turn. "Round trips" is what the store costs, in
// round trips: it sends two commands.
func BenchmarkServeHTTP(b *testing.B) {
	client := redistest.Start(b).Client(true)
	app := voxhook.Settings{}.OnGather(func(context.Context, *voxhook.GatherResult) (voxml.Response, error) {
		return voxml.Response{voxml.Say{Text: "Thank you."}, voxml.Hangup{}}, nil
	})
	handler := &idempotency.Handler{Next: app, ID: documentID, Store: &redisstore.Store{Client: client}}
	var bare, trip, whole time.Duration
	n := 0
	for b.Loop() {
		n++
		r := webhook(b.Context(), "/voice", n)
		begin := time.Now()
		app.ServeHTTP(httptest.NewRecorder(), r)
		bare += time.Since(begin)

		begin = time.Now()
		if err := client.Ping(b.Context()).Err(); err != nil {
			b.Fatal(err)
		}
		trip += time.Since(begin)

		r = webhook(b.Context(), "/voice", n)
		begin = time.Now()
		handler.ServeHTTP(httptest.NewRecorder(), r)
		whole += time.Since(begin)
	}
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(n) }
	b.ReportMetric(each(bare), "bare-ns/op")
	b.ReportMetric(each(trip), "ping-ns/op")
	b.ReportMetric(each(whole), "handler-ns/op")
	b.ReportMetric(each(whole-bare)/each(trip), "round-trips/op")
}
