// Ratios runs the benchmarks of this module in rounds and compares voxhook with
// its targets. Run it in the module's directory:
//
//	go run ./ratios
package main

import (
	"bytes"
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
	length := flag.Duration("time", time.Minute, "start no round that would end later than this")
	benchtime := flag.Duration("benchtime", 50*time.Millisecond, "time of each benchmark in a round")
	flag.Parse()
	if err := run(os.Stdout, *length, benchtime.String()); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, length time.Duration, benchtime string) error {
	begin := time.Now()
	dir, err := os.MkdirTemp("", "ratios")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "bench.test")
	if _, err := command("go", "test", "-c", "-o", binary, "."); err != nil {
		return err
	}
	var rounds []round
	var longest time.Duration
	for len(rounds) == 0 || time.Since(begin)+longest < length {
		start := time.Now()
		out, err := command(binary, "-test.run", "^$", "-test.bench", ".", "-test.shuffle", "on", "-test.benchtime", benchtime)
		if err != nil {
			return err
		}
		r, err := parse(out)
		if err != nil {
			return err
		}
		rounds = append(rounds, r)
		longest = max(longest, time.Since(start))
	}
	fmt.Fprintf(w, "%s %s/%s, %d processors, %d rounds in %v\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), len(rounds), time.Since(begin).Round(time.Second))
	return printRatios(w, rounds)
}

func command(name string, args ...string) ([]byte, error) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s %v: %w\n%s", name, args, err, out)
	}
	return out, nil
}

// A round holds the metrics of each benchmark, by name and unit.
type round map[string]map[string]float64

var procs = regexp.MustCompile(`-\d+$`)

// parse parses the output of benchmarks.
func parse(out []byte) (round, error) {
	r := round{}
	for line := range strings.Lines(string(bytes.TrimSpace(out))) {
		f := strings.Fields(line)
		if len(f) < 4 || len(f)%2 != 0 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		metrics := map[string]float64{}
		for i := 2; i < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", line, err)
			}
			metrics[f[i+1]] = v
		}
		r[strings.TrimPrefix(procs.ReplaceAllString(f[0], ""), "Benchmark")] = metrics
	}
	return r, nil
}

// A measure is the ratio of the times of two benchmarks: above over below.
type measure struct {
	title        string
	above, below string
	units        float64 // units of work that above handles for each one of below
	most, least  float64 // bounds on the ratio; 0 for none
	subject      string  // voxhook's side
	allocs       float64 // maximum for the subject
}

// times and faster compare voxhook with another contender.
func times(title, subject, other string, most, allocs float64) measure {
	return measure{title, subject, other, 1, most, 0, subject, allocs}
}

func faster(title, subject, other string, least, allocs float64) measure {
	return measure{title, other, subject, 1, 0, least, subject, allocs}
}

// measures holds the rows of the table.
var measures = []measure{
	times("base19: Decode / limit", "Decode/base19/Decode", "Decode/base19/limit", 1.7, 3),
	times("gather28: Decode / limit", "Decode/gather28/Decode", "Decode/gather28/limit", 1.7, 3),
	times("Handler / limit", "Handler/voxhook", "Handler/limit", 6, 14),
	faster("ParseForm, Get and encoding/xml / Handler", "Handler/voxhook", "Handler/parsexml", 4, 14),
	times("menu: Encode / limit", "Encode/menu/voxhook", "Encode/menu/limit", 2, 0),
	faster("menu: twiml / Encode", "Encode/menu/voxhook", "Encode/menu/twiml", 10, 0),
	faster("menu: encoding/xml / Encode", "Encode/menu/voxhook", "Encode/menu/encodingxml", 10, 0),
	faster("hundred: twiml / Encode", "Encode/hundred/voxhook", "Encode/hundred/twiml", 10, 0),
	faster("hundred: encoding/xml / Encode", "Encode/hundred/voxhook", "Encode/hundred/encodingxml", 10, 0),
	{"a verb among 10,000 / among 100", "Encode/verbs/10000", "Encode/verbs/100", 100, 1.5, 0, "Encode/verbs/10000", 0},
}

// ratios returns the sorted ratios of all rounds.
func (m measure) ratios(rounds []round) (all []float64) {
	for _, r := range rounds {
		all = append(all, r[m.above]["ns/op"]/r[m.below]["ns/op"]/m.units)
	}
	slices.Sort(all)
	return all
}

func (m measure) target() string {
	if m.most > 0 {
		return fmt.Sprintf("<= %.2f, %.0f allocs", m.most, m.allocs)
	}
	return fmt.Sprintf(">= %.2f, %.0f allocs", m.least, m.allocs)
}

// met reports whether the target is met. NaN, the ratio of a benchmark that did
// not run, meets no target.
func (m measure) met(ratio, allocs float64) bool {
	return ratio >= m.least && (m.most == 0 || ratio <= m.most) && allocs <= m.allocs
}

func printRatios(w io.Writer, rounds []round) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "measure\ttarget\tratio\tmiddle half\tallocs\tmet")
	for _, m := range measures {
		ratios := m.ratios(rounds)
		allocs := math.NaN()
		if metrics, ok := rounds[0][m.subject]; ok {
			allocs = metrics["allocs/op"]
		}
		n := len(ratios)
		fmt.Fprintf(t, "%s\t%s\t%.2f\t%.2f to %.2f\t%.0f\t%v\n",
			m.title, m.target(), ratios[n/2], ratios[n/4], ratios[n*3/4], allocs, m.met(ratios[n/2], allocs))
	}
	return t.Flush()
}
