package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/internal/script"
	"github.com/voxhook/voxhook/internal/sim"
)

// The exit codes.
const (
	exitOK        = 0 // the call ended normally
	exitDiffers   = 1 // the call differs from the script, or exploring found something
	exitUsage     = 2 // wrong usage, or a file cannot be read or written
	exitAppFailed = 3 // no answer, no 2xx status, no VoXML, or a loop
)

// demoURL is the URL of the demo, which answers for every host.
const demoURL = "http://demo.example/voice"

// How long the app may take to answer by default, and to finish fetching a
// recording when the call is over.
const (
	answerTimeout = 15 * time.Second
	fetchTimeout  = 5 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run makes a call and returns the exit code. When ctx is done, the caller
// hangs up.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return runOn(ctx, args, stdin, newScreen(stdin, stdout), stderr)
}

// runOn is run with a given screen.
func runOn(ctx context.Context, args []string, stdin io.Reader, out *screen, stderr io.Writer) int {
	complain := func(err error) { fmt.Fprintln(stderr, "voxphone:", sim.Shown(err.Error())) }

	o, s, err := parseArgs(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(out.w, usage)
		return exitOK
	case err != nil:
		complain(err)
		fmt.Fprintln(stderr, "Run voxphone -h for help.")
		return exitUsage
	}

	cfg, closeApp, err := o.config(stderr)
	if err != nil {
		complain(err)
		return exitUsage
	}
	defer closeApp()
	if o.explore.on {
		return o.exploreApp(ctx, cfg, out.w, complain)
	}
	cfg.Context, cfg.OnSend = ctx, out.again
	out.intro(o)
	call, err := sim.New(cfg)
	if err != nil {
		complain(err)
		return exitUsage
	}

	r := &script.Run{Call: call, Script: s}
	p := &phone{call: call, out: out, verbose: o.verbose}
	r.Person = p
	if o.record != "" {
		r.Tape = &script.Tape{}
		r.Tape.Command(o.CommandLine())
	}
	if s == nil {
		hungUp := make(chan struct{})
		defer close(hungUp)
		p.typed = readLines(stdin, hungUp)
	}
	r.Play(ctx)

	code := exitOK
	if why := call.End().Why; why == sim.AppFailed || why == sim.Looped {
		code = exitAppFailed
		if text := advice(call, o.answerTimeout()); text != "" {
			complain(errors.New(text))
		}
	}
	if s != nil && s.Differs() != nil {
		code = exitDiffers
		fmt.Fprint(stderr, "voxphone: ", s.Differs())
	}
	if r.Tape != nil {
		if err := r.Tape.Save(o.record); err != nil {
			complain(fmt.Errorf("the call cannot be recorded: %w", err))
			return cmp.Or(code, exitUsage)
		}
	}
	return code
}

// answerTimeout returns how long the app may take to answer.
func (o *options) answerTimeout() time.Duration { return cmp.Or(o.Timeout, answerTimeout) }

// config returns the configuration of the call. The caller must call closeApp
// when the call is over.
func (o *options) config(stderr io.Writer) (cfg sim.Config, closeApp func(), err error) {
	o.Apply(&cfg)
	cfg.URL = o.URL
	if o.URL == "" {
		log := slog.New(slog.DiscardHandler)
		if o.verbose {
			log = slog.New(slog.NewTextHandler(stderr, nil))
		}
		cfg.URL, cfg.App = demoURL, sim.Handler(menu.Routes(menu.Config{Log: log}))
		return cfg, func() {}, nil
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return cfg, nil, fmt.Errorf("recordings cannot be served: %w", err)
	}
	server := &http.Server{Handler: sim.Recordings(), ReadHeaderTimeout: answerTimeout}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // returns when the server is shut down
	}()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	cfg.App = &http.Client{Transport: transport, Timeout: o.answerTimeout()}
	cfg.RecordingsURL = "http://" + listener.Addr().String()
	return cfg, func() {
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		<-served
	}, nil
}
