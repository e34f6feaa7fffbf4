package redact_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/redact"
)

// BenchmarkHandler compares a JSON log with and without redact, and prints how
// many times longer it takes with it.
func BenchmarkHandler(b *testing.B) {
	during(b, func(ctx context.Context, e *voxhook.GatherResult) {
		plain := slog.New(slog.NewJSONHandler(io.Discard, nil))
		for _, bb := range []struct {
			name string
			log  func(*slog.Logger)
		}{
			{"message", func(l *slog.Logger) { l.InfoContext(ctx, "asking again") }},
			{"attrs", func(l *slog.Logger) {
				l.InfoContext(ctx, "asking again", "call_sid", e.CallSid, "try", 2, "city", e.FromCity)
			}},
			{"event", func(l *slog.Logger) { l.InfoContext(ctx, "asking again", "event", e) }},
			{"error", func(l *slog.Logger) {
				l.InfoContext(ctx, "failed", "error", fmt.Errorf("no account for %q", e.From))
			}},
			{"no event", func(l *slog.Logger) {
				l.InfoContext(context.Background(), "started", "addr", ":8080", "pid", 4711)
			}},
		} {
			b.Run(bb.name, func(b *testing.B) {
				log := slog.New(redact.NewHandler(slog.NewJSONHandler(io.Discard, nil)))
				var without, with time.Duration
				b.ReportAllocs()
				for b.Loop() {
					start := time.Now()
					bb.log(plain)
					middle := time.Now()
					bb.log(log)
					without += middle.Sub(start)
					with += time.Since(middle)
				}
				b.ReportMetric(float64(with)/float64(b.N), "ns-with/op")
				b.ReportMetric(float64(with)/float64(without), "times")
			})
		}
	})
}
