package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// BenchmarkGrowth measures the cost of a unit when there are more and more of
// them. Requests go through a Handler, because the limits of Decode cannot be
// raised. Its callback returns an empty document.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{10, 100, 1_000, 10_000} {
		b.Run(fmt.Sprint("params/", n), func(b *testing.B) {
			growthRequest(b, growthParams(n), float64(n), "ns/param")
		})
	}
	for _, kind := range []struct{ name, word string }{
		{"plain", "recording-"},
		{"escaped", "it%27s+fine"},
	} {
		for _, kb := range []int{1, 10, 100, 1_000} {
			b.Run(fmt.Sprintf("%s/%dKB", kind.name, kb), func(b *testing.B) {
				body := "CallSid=1&SpeechResult=" + strings.Repeat(kind.word, kb*1000/len(kind.word))
				growthRequest(b, body, float64(kb), "ns/KB")
			})
		}
	}
	for _, n := range []int{1, 10, 100, 1_000, 10_000} {
		b.Run(fmt.Sprint("verbs/", n), func(b *testing.B) {
			doc := growthDocument(n)
			buf, err := doc.AppendXML(nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if buf, err = doc.AppendXML(buf[:0]); err != nil {
					b.Fatal(err)
				}
			}
			growthReport(b, float64(n), "ns/verb")
		})
	}
}

// growthParams returns a body with n unknown parameters.
func growthParams(n int) string {
	var body strings.Builder
	body.WriteString("CallSid=1")
	for i := range n {
		fmt.Fprintf(&body, "&Custom%d=value-%d", i, i)
	}
	return body.String()
}

func growthDocument(n int) voxml.Response {
	verbs := [...]voxml.Verb{
		voxml.Say{Text: "You are next in line."},
		voxml.Pause{},
		voxml.Say{Text: "Tom & Jerry's: less than < 5 minutes."},
		voxml.Play{URL: "https://example.com/audio/music.mp3"},
	}
	doc := make(voxml.Response, n)
	for i := range doc {
		doc[i] = verbs[i%len(verbs)]
	}
	return doc
}

func growthHandler(events *int) *voxhook.Handler {
	return &voxhook.Handler{
		OnIncomingCall: func(context.Context, *voxhook.IncomingCall) (voxml.Response, error) {
			*events++
			return voxml.Response{}, nil
		},
		Settings: voxhook.Settings{Timeout: -1, MaxBodyBytes: 4 << 20, MaxParams: 20_000},
	}
}

func growthRequest(b *testing.B, body string, units float64, unit string) {
	var events int
	h := growthHandler(&events)
	r, reset := decodeRequest(body)
	w := growthWriter{http.Header{}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		reset()
		h.ServeHTTP(w, r)
		n++
	}
	if events != n {
		b.Fatalf("%d events of %d requests", events, n)
	}
	growthReport(b, units, unit)
}

func growthReport(b *testing.B, units float64, unit string) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/units, unit)
}

type growthWriter struct{ header http.Header }

func (w growthWriter) Header() http.Header         { return w.header }
func (w growthWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w growthWriter) WriteHeader(int)             {}
