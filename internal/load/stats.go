package main

import (
	"math"
	"math/bits"
	"slices"
	"time"
)

// Each power of two of nanoseconds has 128 buckets, of which the middle is
// wrong by less than half a percent.
const (
	subBits    = 7
	maxBits    = 36 // over a minute, longer than any request here
	numBuckets = (maxBits-subBits-1)<<subBits + 1<<(subBits+1)
)

// A histogram counts latencies. It costs the same however many they are.
type histogram struct {
	n      uint64
	counts [numBuckets]uint64
}

// bucket returns the index of the bucket of d. Those below 2^(subBits+1)
// nanoseconds are exact.
func bucket(d time.Duration) int {
	v := min(uint64(max(d, 0)), 1<<maxBits-1)
	shift := max(0, bits.Len64(v)-1-subBits)
	return shift<<subBits + int(v>>shift)
}

// middle returns the duration in the middle of a bucket.
func middle(bucket int) time.Duration {
	shift := max(0, bucket>>subBits-1)
	return time.Duration(bucket-shift<<subBits)<<shift + 1<<shift>>1
}

func (h *histogram) add(d time.Duration) {
	h.n++
	h.counts[bucket(d)]++
}

func (h *histogram) merge(other *histogram) {
	h.n += other.n
	for i, n := range other.counts {
		h.counts[i] += n
	}
}

// permille returns the latency that p in a thousand do not exceed, by the
// nearest rank. Without latencies it is 0.
func (h *histogram) permille(p uint64) time.Duration {
	rank := max(1, (h.n*p+999)/1000)
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen >= rank {
			return middle(i)
		}
	}
	return 0
}

// median returns the middle of the values, and NaN if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
