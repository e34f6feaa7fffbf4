package main

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUsageOver(t *testing.T) {
	base := usage{goroutines: 5, heap: 1 << 20, files: 9}
	for _, c := range []struct {
		u    usage
		want string
	}{
		{u: base},
		{u: usage{goroutines: 4, heap: 100, files: 8}},
		{u: usage{goroutines: 5, heap: 1<<20 + heapSlack, files: 9}},
		{u: usage{goroutines: 6, heap: 1 << 20, files: 9}, want: "leak: 6 goroutines, 5 before"},
		{u: usage{goroutines: 5, heap: 3 << 20, files: 9}, want: "leak: heap of 3072 KiB, 1024 KiB before"},
		{u: usage{goroutines: 5, heap: 1 << 20, files: 10}, want: "leak: 10 open files, 9 before"},
	} {
		err := c.u.over(base)
		if c.want == "" {
			assert.NoError(t, err)
		} else {
			assert.EqualError(t, err, c.want)
		}
	}
}

func TestMeasure(t *testing.T) {
	before := measure()
	if before.files < 0 {
		t.Skip("open files cannot be counted here")
	}
	s, err := serve(menuHandler())
	require.NoError(t, err)
	held := make([]byte, 2*heapSlack)
	during := measure()
	runtime.KeepAlive(held)
	assert.Equal(t, before.goroutines+1, during.goroutines)
	assert.Greater(t, during.files, before.files)
	assert.GreaterOrEqual(t, during.heap, before.heap+uint64(len(held)))
	s.close()
	_, err = settle(before, patience)
	assert.NoError(t, err)
}
