package main

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	r, err := parse([]byte("goos: linux\n" +
		"BenchmarkDecode/base19/limit-2   1000   500.0 ns/op   119.9 MB/s   768 B/op   2 allocs/op\n" +
		"BenchmarkDecode/base19/Decode \t 1000\t750.0 ns/op\t5 allocs/op\n" +
		"PASS\n"))
	want := round{
		"Decode/base19/limit":  {"ns/op": 500, "MB/s": 119.9, "B/op": 768, "allocs/op": 2},
		"Decode/base19/Decode": {"ns/op": 750, "allocs/op": 5},
	}
	if err != nil || !reflect.DeepEqual(r, want) {
		t.Errorf("got %v, %v", r, err)
	}
	if _, err := parse([]byte("BenchmarkX 1 y ns/op")); err == nil {
		t.Error("parse must fail for a line without a number")
	}
}

// Noise that affects both sides of a round does not change the ratio.
func TestRatiosOfRounds(t *testing.T) {
	rounds := []round{
		{"a": {"ns/op": 80}, "b": {"ns/op": 20}},
		{"a": {"ns/op": 30}, "b": {"ns/op": 20}},
		{"a": {"ns/op": 3000}, "b": {"ns/op": 2000}},
	}
	for units, want := range map[float64][]float64{1: {1.5, 1.5, 4}, 2: {0.75, 0.75, 2}} {
		if got := (measure{above: "a", below: "b", units: units}).ratios(rounds); !reflect.DeepEqual(got, want) {
			t.Errorf("%v units: got %v, want %v", units, got, want)
		}
	}
}

func TestMet(t *testing.T) {
	for _, c := range []struct {
		m             measure
		ratio, allocs float64
		want          bool
	}{
		{times("", "a", "b", 2, 6), 2, 6, true},
		{times("", "a", "b", 2, 6), 2.01, 6, false},
		{times("", "a", "b", 2, 6), 2, 7, false},
		{times("", "a", "b", 2, 6), 2, math.NaN(), false},
		{times("", "a", "b", 2, 6), math.NaN(), 6, false},
		{faster("", "a", "b", 7, 0), 7, 0, true},
		{faster("", "a", "b", 7, 0), 6.99, 0, false},
	} {
		if got := c.m.met(c.ratio, c.allocs); got != c.want {
			t.Errorf("%+v, %v, %v: got %v", c.m, c.ratio, c.allocs, got)
		}
	}
}

// TestRun checks that one round prints every row of the table.
func TestRun(t *testing.T) {
	t.Chdir("..")
	var b strings.Builder
	if err := run(&b, 0, "1x"); err != nil {
		t.Fatal(err)
	}
	for _, m := range measures {
		if !strings.Contains(b.String(), m.title+"  ") || !strings.Contains(b.String(), m.target()) {
			t.Errorf("%s is not printed", m.title)
		}
	}
	if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
		t.Errorf("a benchmark did not run:\n%s", &b)
	}
}
