package idempotency_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/voxhook/voxhook/idempotency"
)

// benchForm is a webhook with all parameters of every webhook except Vars and
// CallSid.
const benchForm = "&AccountID=104857&TrunkID=2201&From=%2B14025550100&To=%2B14025550199" +
	"&CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&CallerName=JANE+DOE" +
	"&ParentCallSid=0b7d61d2-1f0e-4a5c-8a55-1f2e3d4c5b6a&AnsweredBy=human_residence" +
	"&FromCity=OMAHA&FromState=NE&FromZip=68102&FromCountry=US&ToCity=LINCOLN&ToState=NE&ToZip=68501&ToCountry=US"

// BenchmarkServeHTTP measures the bare handler, a Handler around it, and a
// Handler that replays.
func BenchmarkServeHTTP(b *testing.B) {
	bench(b, func(h http.Handler) func(form string) {
		return func(form string) { serve(h, request(b.Context(), "/voice/menu", form)) }
	})
}

// BenchmarkLoopback is BenchmarkServeHTTP over real connections.
func BenchmarkLoopback(b *testing.B) {
	bench(b, func(h http.Handler) func(form string) {
		server := httptest.NewServer(h)
		b.Cleanup(server.Close)
		return func(form string) { post(b, server.URL+"/voice/menu", form) }
	})
}

func bench(b *testing.B, client func(http.Handler) func(form string)) {
	for _, name := range []string{"bare", "handler", "replay"} {
		b.Run(name, func(b *testing.B) {
			var h http.Handler = new(app)
			if name != "bare" {
				h = &idempotency.Handler{Next: h, ID: always}
			}
			send, n := client(h), 0
			b.ReportAllocs()
			for b.Loop() {
				send(fmt.Sprintf("CallSid=c%d%s", n, benchForm))
				if name != "replay" {
					n++
				}
			}
		})
	}
}
