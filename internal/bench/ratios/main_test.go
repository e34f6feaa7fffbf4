package main

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	r := round{}
	err := r.parse([]byte("goos: linux\n" +
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
	if r.parse([]byte("BenchmarkX 1 y ns/op")) == nil {
		t.Error("no error for a line without a number")
	}
}

// TestRatiosOfRounds checks that noise in both sides of a round does not
// change the ratio.
func TestRatiosOfRounds(t *testing.T) {
	var rounds []round
	for _, noise := range []float64{1, 4, 2} {
		rounds = append(rounds, round{"a": {"ns/op": 30 * noise}, "b": {"ns/op": 20 * noise}})
	}
	ratios, best := times("", "a", "b", 2, -1).ratios(rounds)
	if !reflect.DeepEqual(ratios, []float64{1.5, 1.5, 1.5}) || best != 1.5 {
		t.Error(ratios, best)
	}
}

// TestMeasuresExist checks that the table names benchmarks that exist.
func TestMeasuresExist(t *testing.T) {
	t.Chdir("..")
	tests, err := build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := round{}
	for _, test := range tests {
		if err := test.run(r, []string{"-test.bench", ".", "-test.benchtime", "1x"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range measures() {
		for _, name := range []string{m.above, m.below, m.subject} {
			if _, ok := r[name]; !ok {
				t.Errorf("%s: no benchmark is named %s", m.title, name)
			}
		}
		if ratios, _ := m.ratios([]round{r}); len(ratios) == 0 {
			t.Errorf("%s: no %s", m.title, m.unit)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		m             measure
		ratio, allocs float64
		want          string
	}{
		{times("", "a", "b", 2, 6), 2, 6, "yes"},
		{times("", "a", "b", 2, 6), 2.01, 6, "NO"},
		{times("", "a", "b", 2, 6), 2, 7, "NO"},
		{times("", "a", "b", 2, 6), 2, math.NaN(), "NO"},
		{times("", "a", "b", 0, -1), 9, 9, "-"},
		{faster("", "a", "b", 7), 7, 0, "yes"},
		{faster("", "a", "b", 7), 6.99, 0, "NO"},
	} {
		if got := c.m.verdict(c.ratio, c.allocs); got != c.want {
			t.Errorf("%+v, %v, %v: got %s, want %s", c.m, c.ratio, c.allocs, got, c.want)
		}
	}
}

func TestPrint(t *testing.T) {
	var b strings.Builder
	rounds := []round{{
		"Decode/base19/limit":  {"ns/op": 500, "allocs/op": 2},
		"Decode/base19/Decode": {"ns/op": 750, "allocs/op": 5},
	}}
	if err := printRatios(&b, rounds); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(strings.Split(b.String(), "\n")[1]), " ")
	if want := "base19: Decode / limit <= 2.00, 6 allocs 1.50 1.50 to 1.50 1.50 5 yes"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !strings.Contains(b.String(), "not run") {
		t.Error("a benchmark that is missing is not noted")
	}
}
