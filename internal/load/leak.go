package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"
)

// heapSlack is by how many bytes the heap may grow: the runtime keeps its
// records of goroutines for reuse. A leak of a few hundred bytes for each of
// 5000 connections is more.
const heapSlack = 1 << 20

// usage is what the process has in use.
type usage struct {
	goroutines int
	heap       uint64 // in bytes, after garbage collection
	files      int    // open file descriptors; -1 where they cannot be counted
}

func measure() usage {
	runtime.GC()
	runtime.GC() // what is in a sync.Pool goes with the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := usage{goroutines: runtime.NumGoroutine(), heap: m.HeapAlloc, files: -1}
	if files, err := os.ReadDir("/dev/fd"); err == nil {
		u.files = len(files)
	}
	return u
}

// over returns an error that says what u has more than base.
func (u usage) over(base usage) error {
	var errs []error
	if u.goroutines > base.goroutines {
		errs = append(errs, fmt.Errorf("leak: %d goroutines, %d before", u.goroutines, base.goroutines))
	}
	if u.heap > base.heap+heapSlack {
		errs = append(errs, fmt.Errorf("leak: heap of %d KiB, %d KiB before", u.heap>>10, base.heap>>10))
	}
	if u.files > base.files {
		errs = append(errs, fmt.Errorf("leak: %d open files, %d before", u.files, base.files))
	}
	return errors.Join(errs...)
}

// settle waits until no more is in use than in base, and returns what is in
// use then. After the time given it is an error.
func settle(base usage, within time.Duration) (usage, error) {
	deadline := time.Now().Add(within)
	for {
		u := measure()
		err := u.over(base)
		if err == nil || time.Now().After(deadline) {
			return u, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
