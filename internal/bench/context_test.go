package bench_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// shuffled returns the contenders in a random order, so that over many rounds
// none profits from its place.
func shuffled[T any](contenders []T) []T {
	contenders = slices.Clone(contenders)
	rand.Shuffle(len(contenders), func(i, j int) { contenders[i], contenders[j] = contenders[j], contenders[i] })
	return contenders
}

// contextUses are the ways in which a callback uses its context.
var contextUses = []struct {
	name string
	use  func(context.Context) error
}{
	{"unused", func(context.Context) error { return nil }},
	{"done", func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		default:
			return nil
		}
	}},
	{"child", func(ctx context.Context) error {
		child, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		return child.Err()
	}},
}

// BenchmarkContext measures the cost of the callback's context, which is made
// only when it is used.
func BenchmarkContext(b *testing.B) {
	for _, c := range shuffled(contextUses) {
		b.Run(c.name, func(b *testing.B) {
			h := &voxhook.Handler{OnGather: func(ctx context.Context, in *voxhook.GatherResult) (voxml.Response, error) {
				if err := c.use(ctx); err != nil {
					return nil, err
				}
				m := menuOf
				m.Text = answerText(in.FromCity, in.Digits)
				return voxMenu(&m), nil
			}}
			ctx, cancel := context.WithCancel(context.Background()) // as that of net/http
			defer cancel()
			q := newRequests()
			r := q.next().WithContext(ctx)
			w := &nullWriter{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				q.body.Reset(gatherForm)
				w.n = 0
				h.ServeHTTP(w, r)
			}
			if w.n < len(gatherAnswer) || w.header.Get("Content-Type") != "application/xml" {
				b.Fatal(w)
			}
		})
	}
}
