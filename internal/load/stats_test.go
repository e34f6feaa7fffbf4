package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBucket(t *testing.T) {
	previous := -1
	for d := time.Duration(0); d < 1<<maxBits; d += 1 + d/1000 {
		i := bucket(d)
		assert.InEpsilon(t, 1+float64(d), 1+float64(middle(i)), 0.005, d)
		if i < previous || i > previous+1 {
			t.Fatalf("%d: bucket %d after %d", d, i, previous)
		}
		previous = i
	}
	assert.Equal(t, numBuckets-1, bucket(math.MaxInt64))
	assert.Equal(t, 0, bucket(-1))
}

func TestPermille(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 100, 1000, 20001} {
		var one, other histogram
		var all []time.Duration
		for i := range n {
			d := time.Duration(math.Exp(r.Float64() * 20)) // 1 ns to 0.5 s
			all = append(all, d)
			if i%3 == 0 {
				one.add(d)
			} else {
				other.add(d)
			}
		}
		one.merge(&other)
		slices.Sort(all)
		for _, p := range []uint64{0, 500, 990, 999, 1000} {
			want := all[0]
			for i, d := range all { // the first that is not exceeded by enough of them
				if want = d; uint64(i+1)*1000 >= p*uint64(n) {
					break
				}
			}
			assert.InEpsilon(t, float64(want), float64(one.permille(p)), 0.005, "%d of %d", p, n)
		}
	}
	assert.Zero(t, new(histogram).permille(500))
}

func TestMedian(t *testing.T) {
	assert.True(t, math.IsNaN(median(nil)))
	assert.Equal(t, 3.0, median([]float64{3}))
	assert.Equal(t, 2.5, median([]float64{4, 1, 3, 2}))
	values := []float64{9, 1, 5}
	assert.Equal(t, 5.0, median(values))
	assert.Equal(t, []float64{9, 1, 5}, values)
}
