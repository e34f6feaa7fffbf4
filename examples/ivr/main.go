// Command ivr is the phone menu of a small company, to start your own from.
//
//	go run ./examples/ivr
//
// It prints two commands for a second terminal: one is a telephone that calls
// the menu, the other sends a single webhook and shows the document that comes
// back. To take real calls, put a proxy with a TLS certificate in front of it and give the
// platform the address of /voice.
//
// The menu itself is in package menu; this one only runs a server.
package main

import (
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
	"strconv"
	"syscall"
	"time"

	"github.com/voxhook/voxhook/examples/ivr/menu"
)

// shutdownTimeout is how long calls in flight have to get their answer once
// the program is told to stop.
const shutdownTimeout = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ivr:", err)
		os.Exit(1)
	}
}

// run serves the menu until ctx is done. It then takes no new calls, waits
// for those in flight, and returns nil if all of them got their answer.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("ivr", flag.ContinueOnError)
	flags.SetOutput(stdout)
	addr := flags.String("addr", ":8080", "`address` to listen on")
	sales := flags.String("sales", menu.DefaultSales, "phone `number` of the sales desk")
	hours := flags.String("hours", menu.DefaultHours, "`text` of the opening hours")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return errors.New("flags only, please; see -h")
	}

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *addr)
	if err != nil {
		return err
	}
	url := voiceURL(listener.Addr())
	fmt.Fprintf(stdout, "Listening on %s. Call it:\n\n  go run ./cmd/voxphone %s\n  %s\n\n", listener.Addr(), url, curl(url))

	log := slog.New(slog.NewTextHandler(stdout, nil))
	server := &http.Server{
		Handler: menu.Routes(menu.Config{Sales: *sales, Hours: *hours, Log: log}),

		// The platform is quick and its requests are small. Who takes longer
		// than this is not the platform.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err = server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("calls were cut off: %w", err), server.Close())
	}
	<-served // always http.ErrServerClosed here
	return err
}

// voiceURL returns where calls come in, for somebody on this machine.
func voiceURL(addr net.Addr) string {
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return "http://" + host + "/voice"
}

// curl returns a command that makes a call come in at url.
func curl(url string) string {
	const form = "CallSid=1&From=%2B14025550100&To=%2B14025550199&CallStatus=ringing&Direction=inbound&FromCity=OMAHA"
	return "curl -d '" + form + "' " + url
}
