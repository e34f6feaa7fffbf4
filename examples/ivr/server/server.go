// Package server is the server of the phone menu in package menu. It signs
// URLs, runs each webhook once, and stops without cutting off calls. Two
// commands run it: examples/ivr, and idempotency/redisstore/ivr, which shares
// answers in Redis.
//
//	err := server.Run(context.Background(), os.Args[1:], os.Stdout, nil)
//
// # The order of wrappers
//
//	voxauth.Signed         accepts only webhooks of calls that this program answered
//	idempotency.Handler    sends a retry the answer of the first delivery
//	menu.Routes            handles the first delivery
//
// The Window of the idempotency.Handler is one minute. It matters for the first
// webhook of a call, whose URL has no token: if it comes again within a minute,
// it is a retry.
//
// # What this package does not do
//
// It does not serve TLS. Its only state is the answers, and a key if there is
// no file with keys.
package server

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
	"strings"
	"syscall"
	"time"

	"github.com/voxhook/voxhook/examples/ivr/menu"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/voxauth"
)

// shutdownTimeout is the time for webhooks in flight to get their answer when
// the program stops.
const shutdownTimeout = 25 * time.Second

// window is the time within which a repeated first webhook is a retry. A call
// has only one first webhook.
const window = time.Minute

// options are the values of the flags.
type options struct {
	addr, sales, hours, keyFile, loginFile, redis string
}

// parse reads the flags. The flag -redis exists only if redis is true.
func parse(args []string, stdout io.Writer, redis bool) (o options, err error) {
	flags := flag.NewFlagSet("ivr", flag.ContinueOnError)
	flags.SetOutput(stdout)
	flags.StringVar(&o.addr, "addr", ":8080", "`address` to listen on")
	flags.StringVar(&o.sales, "sales", menu.DefaultSales, "phone `number` of the sales desk")
	flags.StringVar(&o.hours, "hours", menu.DefaultHours, "`text` of the opening hours")
	flags.StringVar(&o.keyFile, "key-file", "", "`file` with keys that sign URLs, one per line, mode 0600; without it, a new key is used")
	flags.StringVar(&o.loginFile, "login-file", "", "`file` with logins of the platform, one user:password per line, mode 0600; without it, anyone can call")
	if redis {
		flags.StringVar(&o.redis, "redis", "", "`address` of the Redis server that replicas share; without it, answers are kept in memory")
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, errors.New("there are arguments, but ivr takes only flags: see -h")
	case o.redis != "" && o.keyFile == "":
		return o, errors.New("-redis needs -key-file: replicas must accept each other's URLs")
	}
	return o, nil
}

// Run serves the menu until ctx is done or the process receives an interrupt or
// SIGTERM. It then accepts no new webhooks, waits for those in flight, and
// returns nil if all of them got their answer. A second signal ends the process
// at once.
//
// The argument args holds the flags. With -h, Run lists them on stdout and
// returns [flag.ErrHelp]. Run logs to stdout. It fails if a flag is wrong, a
// file cannot be used, or the address is in use.
//
// The function openStore opens the store at the address of the flag -redis, for
// the answers of all replicas. If openStore is nil, the flag does not exist.
// Without a store, the answers are kept in memory.
func Run(ctx context.Context, args []string, stdout io.Writer, openStore func(addr string) (idempotency.Store, error)) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	o, err := parse(args, stdout, openStore != nil)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stdout, nil))
	once := &idempotency.Handler{
		Next: menu.Routes(menu.Config{Sales: o.sales, Hours: o.hours, Log: log}),
		ID:   voxauth.DocumentID, Window: window, ErrorLog: log,
		Timeout: 12 * time.Second, // longer than a callback; a retry must still fit into WriteTimeout
	}
	if o.redis != "" {
		if once.Store, err = openStore(o.redis); err != nil {
			return err
		}
	}
	app := &gate{next: once, log: log, keyFile: o.keyFile, loginFile: o.loginFile}
	if err := app.load(); err != nil {
		return err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return err
	}
	url := voiceURL(listener.Addr())
	fmt.Fprint(stdout, notes(app))
	fmt.Fprintf(stdout, "Listening on %s. Call it:\n\n%s\n", listener.Addr(), commands(url, o.loginFile != ""))

	server := &http.Server{
		Handler: app,

		// The platform is quick and its requests are small. Anything slower is
		// not the platform. An answer can take longer: if a replica is killed,
		// the retry waits up to 10 seconds, and its callback may take 10 more.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      25 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	for ctx.Err() == nil {
		select {
		case err := <-served:
			return err
		case <-hangup:
			app.reload()
		case <-ctx.Done():
		}
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

// voiceURL returns the URL of /voice, as seen from this computer.
func voiceURL(addr net.Addr) string {
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return "http://" + host + "/voice"
}

// notes returns notes for the operator about missing keys and logins.
func notes(g *gate) string {
	var text string
	if g.keyFile == "" {
		text += "URLs are signed with a new key, which is lost when the program stops: a restart ends the calls in progress.\n" +
			"With -key-file, they go on.\n\n"
	}
	if g.loginFile == "" {
		text += "Warning: /voice and /voice/status are open to everyone. Anyone who knows the CallSid of a call\n" +
			"can request its first document, and send webhooks of that call with the tokens in the document.\n" +
			"With -login-file, only the platform can.\n\n"
	}
	return text
}

// commands returns two commands that call url, with or without a login.
func commands(url string, login bool) string {
	const form = "CallSid=1&From=%2B14025550100&To=%2B14025550199&CallStatus=ringing&Direction=inbound&FromCity=OMAHA"
	phone, option := url, ""
	if login {
		phone, option = strings.Replace(url, "//", "//USER:PASSWORD@", 1), "-u USER:PASSWORD "
	}
	return "  go run ./cmd/voxphone " + phone + "\n  curl " + option + "-d '" + form + "' " + url + "\n"
}
