// Ratios runs the benchmarks of this module round after round, each round in
// another order, and compares voxhook with its targets. Run it in the module's
// directory:
//
//	go run ./ratios
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("ratios: ")
	length := flag.Duration("time", 4*time.Minute, "start no round that would end later than this")
	benchtime := flag.Duration("benchtime", 50*time.Millisecond, "time of each benchmark in a round, of one over loopback four times that")
	bench := flag.String("bench", ".", "run these benchmarks only")
	all := flag.Bool("all", false, "also print every benchmark")
	flag.Parse()
	if err := run(os.Stdout, *length, *benchtime, *bench, *all); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, length, benchtime time.Duration, bench string, all bool) error {
	begin := time.Now()
	dir, err := os.MkdirTemp("", "ratios")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tests, err := build(dir)
	if err != nil {
		return err
	}
	args := [][]string{
		{"-test.bench", bench, "-test.skip", "^BenchmarkLoopback$", "-test.benchtime", benchtime.String()},
		// Only Loopback: regexp has no negation.
		{"-test.bench", bench, "-test.skip", "^Benchmark([^L]|L[^o])", "-test.benchtime", (4 * benchtime).String()},
	}
	var rounds []round
	var longest time.Duration
	for len(rounds) == 0 || time.Since(begin)+longest < length {
		start := time.Now()
		r := round{}
		for _, t := range tests {
			for _, a := range args {
				if err := t.run(r, a); err != nil {
					return err
				}
			}
		}
		rounds = append(rounds, r)
		longest = max(longest, time.Since(start))
	}
	fmt.Fprintf(w, "%s %s/%s, %d processors, %d rounds in %v\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), len(rounds), time.Since(begin).Round(time.Second))
	if err := printRatios(w, rounds); err != nil || !all {
		return err
	}
	fmt.Fprintln(w)
	return printAll(w, rounds)
}

// A test is the compiled test of one package.
type test struct{ dir, binary string }

// build compiles the tests of all packages that have any.
func build(dir string) (tests []test, err error) {
	out, err := command("", "go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}\t{{.Dir}}{{end}}", "./...")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(out)) {
		pkg, pkgDir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		t := test{pkgDir, filepath.Join(dir, fmt.Sprint(len(tests), ".test"))}
		if _, err := command("", "go", "test", "-c", "-o", t.binary, pkg); err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	if len(tests) == 0 {
		return nil, errors.New("no tests here: run it in the directory of the module")
	}
	return tests, nil
}

func (t test) run(r round, args []string) error {
	out, err := command(t.dir, t.binary, append([]string{"-test.run", "^$", "-test.shuffle", "on"}, args...)...)
	if err != nil {
		return err
	}
	return r.parse(out)
}

func command(dir, name string, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%v: %w\n%s%s", cmd.Args, err, &stdout, &stderr)
	}
	return stdout.Bytes(), nil
}

// A round has the metrics of each benchmark, by name and unit.
type round map[string]map[string]float64

var procs = regexp.MustCompile(`-\d+$`)

// parse adds the output of a test.
func (r round) parse(out []byte) error {
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) < 4 || len(f)%2 != 0 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		metrics := map[string]float64{}
		for i := 2; i < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return fmt.Errorf("%q: %w", line, err)
			}
			metrics[f[i+1]] = v
		}
		r[strings.TrimPrefix(procs.ReplaceAllString(f[0], ""), "Benchmark")] = metrics
	}
	return nil
}

// A measure is the ratio of two benchmarks: above over below.
type measure struct {
	title        string
	above, below string
	unit         string  // of the metric that counts
	units        float64 // how many times as many things above handles
	subject      string  // whose allocations count: above or below
	most, least  float64 // of the ratio, 0 for no bound
	allocs       float64 // at most, negative for no bound
}

// times and faster compare the time of two benchmarks.
func times(title, subject, other string, most, allocs float64) measure {
	return measure{title, subject, other, "ns/op", 1, subject, most, 0, allocs}
}

func faster(title, subject, other string, least float64) measure {
	return measure{title, other, subject, "ns/op", 1, subject, 0, least, -1}
}

func growth(title, large, small string, units, most float64) measure {
	return measure{title, large, small, "ns/op", units, large, most, 0, -1}
}

func rate(title, subject, other string, least float64) measure {
	return measure{title, subject, other, "req/s", 1, subject, 0, least, -1}
}

// measures returns the table. A target of 0 means none: the row is there to
// compare.
func measures() (all []measure) {
	for _, c := range []string{"base19", "gather28"} {
		at := "Decode/" + c + "/"
		all = append(all,
			times(c+": Decode / limit", at+"Decode", at+"limit", 2, 6),
			times(c+": Parse / limit", at+"Parse", at+"limit", 2, 6),
			faster(c+": ParseForm and Get / Decode", at+"Decode", at+"parseform", 7),
			faster(c+": gorilla/schema / Decode", at+"Decode", at+"schema", 15),
			faster(c+": go-playground/form / Decode", at+"Decode", at+"form", 0),
			faster(c+": gin binding / Decode", at+"Decode", at+"gin", 0),
		)
	}
	all = append(all,
		times("base19: Decode / limit that keeps Params", "Decode/base19/Decode", "Decode/base19/limitparams", 0, -1),
		faster("base19: ParseForm and Get / limit that keeps Params", "Decode/base19/limitparams", "Decode/base19/parseform", 0),
	)
	for _, c := range []string{"verb", "menu", "hundred"} {
		at := "Encode/" + c + "/"
		all = append(all,
			times(c+": Encode / limit", at+"voxhook", at+"limit", 2, 0),
			faster(c+": twiml / Encode", at+"voxhook", at+"twiml", 10),
			faster(c+": encoding/xml / Encode", at+"voxhook", at+"encodingxml", 10),
			faster(c+": etree / Encode", at+"voxhook", at+"etree", 0),
			faster(c+": html/template / Encode", at+"voxhook", at+"template", 0),
		)
	}
	null, loop, use := "Handler/null/", "Loopback/", "Context/"
	cpu := times("loopback, CPU: Handler / empty", loop+"voxhook", loop+"empty", 0, -1)
	cpu.unit = "cpu-ns/req"
	allocs := times("null writer, allocations: Handler / limit", null+"voxhook", null+"limit", 0, -1)
	allocs.unit = "allocs/op"
	return append(all,
		times("null writer: Handler / limit", null+"voxhook", null+"limit", 0, -1),
		allocs,
		faster("null writer: ParseForm, Get and encoding/xml / Handler", null+"voxhook", null+"parsexml", 0),
		faster("null writer: Twilio's way / Handler", null+"voxhook", null+"twilio", 0),
		faster("null writer: schema and encoding/xml / Handler", null+"voxhook", null+"schemaxml", 0),
		rate("loopback, req/s: Handler / empty", loop+"voxhook", loop+"empty", 0.9),
		rate("loopback, req/s: Handler / Twilio's way", loop+"voxhook", loop+"twilio", 2),
		rate("loopback, req/s: limit / empty", loop+"limit", loop+"empty", 0),
		rate("loopback, req/s: Handler / schema and encoding/xml", loop+"voxhook", loop+"schemaxml", 0),
		cpu,
		times("callback: asks for Done / does not use its context", use+"done", use+"unused", 0, -1),
		times("callback: makes a child with a timeout / does not use its context", use+"child", use+"unused", 0, -1),
		growth("a parameter among 10,000 / among 100", "Growth/params/10000", "Growth/params/100", 100, 1.5),
		growth("a verb among 10,000 / among 100", "Growth/verbs/10000", "Growth/verbs/100", 100, 1.5),
		growth("a KB of a value of 1 MB / of 10 KB", "Growth/plain/1000KB", "Growth/plain/10KB", 100, 0),
		growth("a KB of an escaped value of 1 MB / of 10 KB", "Growth/escaped/1000KB", "Growth/escaped/10KB", 100, 0),
	)
}

// ratios returns the sorted ratios of all rounds that have both benchmarks, and
// the ratio of the best values of all rounds.
func (m measure) ratios(rounds []round) (all []float64, best float64) {
	better := math.Min
	if m.unit == "req/s" {
		better = math.Max
	}
	var above, below float64
	for _, r := range rounds {
		a, b := r[m.above][m.unit], r[m.below][m.unit]
		if a == 0 || b == 0 {
			continue
		}
		if len(all) == 0 {
			above, below = a, b
		}
		above, below = better(above, a), better(below, b)
		all = append(all, a/b/m.units)
	}
	slices.Sort(all)
	return all, above / below / m.units
}

func (m measure) target() string {
	var s string
	switch {
	case m.most > 0:
		s = fmt.Sprintf("<= %.2f", m.most)
	case m.least > 0:
		s = fmt.Sprintf(">= %.2f", m.least)
	default:
		return "-"
	}
	if m.allocs >= 0 {
		s += fmt.Sprintf(", %.0f allocs", m.allocs)
	}
	return s
}

func (m measure) verdict(ratio, allocs float64) string {
	switch {
	case m.most == 0 && m.least == 0:
		return "-"
	case m.most > 0 && ratio > m.most, ratio < m.least, m.allocs >= 0 && !(allocs <= m.allocs):
		return "NO"
	}
	return "yes"
}

func printRatios(w io.Writer, rounds []round) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "measure\ttarget\tratio\tmiddle half\tof the best\tallocs\tmet")
	for _, m := range measures() {
		ratios, best := m.ratios(rounds)
		if len(ratios) == 0 {
			fmt.Fprintf(t, "%s\t%s\tnot run\t\t\t\t\n", m.title, m.target())
			continue
		}
		allocs := median(values(rounds, m.subject, "allocs/op"))
		fmt.Fprintf(t, "%s\t%s\t%.2f\t%.2f to %.2f\t%.2f\t%s\t%s\n", m.title, m.target(), median(ratios),
			quantile(ratios, 0.25), quantile(ratios, 0.75), best, number(allocs), m.verdict(median(ratios), allocs))
	}
	return t.Flush()
}

// printAll prints the median of each metric.
func printAll(w io.Writer, rounds []round) error {
	units := map[string][]string{}
	for _, r := range rounds {
		for name, metrics := range r {
			for unit := range metrics {
				if !slices.Contains(units[name], unit) {
					units[name] = append(units[name], unit)
				}
			}
		}
	}
	names := make([]string, 0, len(units))
	for name := range units {
		names = append(names, name)
	}
	slices.Sort(names)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "benchmark\tmedians")
	for _, name := range names {
		slices.Sort(units[name])
		fmt.Fprint(t, name)
		for _, unit := range units[name] {
			fmt.Fprintf(t, "\t%s %s", number(median(values(rounds, name, unit))), unit)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// values returns the sorted values of a metric in all rounds.
func values(rounds []round, name, unit string) (all []float64) {
	for _, r := range rounds {
		if v, ok := r[name][unit]; ok {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return all
}

func median(sorted []float64) float64 { return quantile(sorted, 0.5) }

// quantile returns NaN for no values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (at-float64(i))*(sorted[j]-sorted[i])
}

func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case v >= 100 || v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
