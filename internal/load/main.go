// Command load puts a [voxhook.Handler] under load, and then cuts its
// connections.
//
//	go run ./internal/load
//	go run ./internal/load -seconds 3 -rounds 2
//
// It ends with status 1 and says why if anything is wrong, else with 0.
//
// # Load
//
// Clients on loopback, each with one connection that is kept alive, send the
// same webhook again and again: the base parameters and the results of a
// Gather. They read each answer completely and compare its status and its
// document. In each round two handlers take turns for the same time:
//
//   - empty reads the body and writes a constant document. It is the price of
//     net/http, of the sockets, and of the clients themselves.
//   - voxhook is a Handler whose callback returns a menu, which is that very
//     document.
//
// The table has a line for each turn. Requests are those with the right
// answer; errors is what must be 0. The latencies are those that a client
// sees, to half a percent; with more clients than processors they are mostly
// the time in the queue. Goroutines, heap and open files are those before
// and after a turn, the latter once all connections are closed, the heap
// after a collection of garbage.
//
// The figure to compare between versions is the ratio of requests per second,
// voxhook to empty, of the same round: what else the machine does slows down
// both. It says how much of a server's throughput is left with voxhook in it.
// Clients and server share the processors, so the work of voxhook alone weighs
// more than the ratio shows; the benchmarks measure that. Where the ratios of
// the rounds are far apart, the machine was busy with something else: take
// more and shorter rounds, or go by the p50.
//
// # Cuts
//
// Then connections are cut off: at a random byte of the request, while the
// callback runs, or at a random byte of a long answer. Each is half-closed,
// closed or reset; nothing may fail before it is. Afterwards a good request
// must get its answer, and goroutines, open files and heap, but for one MiB of
// it, must be what they were. No callback may have run for a part of a
// request, and none may have waited in vain for the end of its context. The
// seed that is printed makes the same cuts again, though not at the same
// moments.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	err := run(os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	turn                  time.Duration
	clients, rounds, cuts int
	seed                  uint64
}

func parseFlags(args []string, stdout io.Writer) (options, error) {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.SetOutput(stdout)
	seconds := flags.Float64("seconds", 10, "`time` of each turn of a handler")
	clients := flags.Int("clients", 64, "`number` of connections at a time")
	rounds := flags.Int("rounds", 4, "`number` of rounds, of two turns each")
	cuts := flags.Int("cut", 5000, "`number` of connections to cut off")
	seed := flags.Uint64("seed", 0, "`seed` of the cuts; 0 for a new one")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	switch {
	case flags.NArg() > 0:
		return options{}, errors.New("flags only, please; see -h")
	case !(*seconds > 0 && *seconds <= 3600) || *clients < 1 || *rounds < 1 || *cuts < 0:
		return options{}, errors.New("-seconds, at most 3600, -clients and -rounds must be positive, -cut not negative")
	}
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	return options{
		turn:    time.Duration(*seconds * float64(time.Second)),
		clients: *clients, rounds: *rounds, cuts: *cuts, seed: *seed,
	}, nil
}

// run does everything and returns all that was wrong.
func run(args []string, stdout io.Writer) error {
	o, err := parseFlags(args, stdout)
	if err != nil {
		return err
	}
	if err := errors.Join(runLoad(o, stdout), runCuts(o, stdout)); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "All is well.")
	return nil
}
