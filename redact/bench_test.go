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
				const n = 20000
				start := time.Now()
				for range n {
					bb.log(plain)
				}
				without := float64(time.Since(start)) / n
				log := slog.New(redact.NewHandler(slog.NewJSONHandler(io.Discard, nil)))
				b.ReportAllocs()
				for b.Loop() {
					bb.log(log)
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/without, "times")
			})
		}
	})
}
