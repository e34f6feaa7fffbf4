// Command ivr is the phone menu of a small company, to start your own from.
//
//	go run ./examples/ivr
//
// It prints two commands for a second terminal: one is a telephone that calls
// the menu, the other sends a single webhook and shows the document that comes
// back. To take real calls, put a proxy with a TLS certificate in front of it
// and give the platform the address of /voice.
//
// Its URLs are signed: only webhooks of calls that it has answered are let in.
// The first webhook of a call, at /voice, and the status of an outbound call, at
// /voice/status, need the login in -login-file:
//
//	(umask 077; openssl rand -hex 32 > keys; echo "voice:$(openssl rand -hex 16)" > login)
//	go run ./examples/ivr -key-file keys -login-file login
//
// Both files may have several lines. The first key signs, and all of them are
// accepted; so are all logins. Both are read again on SIGHUP. Package voxauth
// says in which order to change keys.
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
	"strings"
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
	keyFile := flags.String("key-file", "", "`file` with the keys of the URLs, one a line, mode 0600; without it, a key is made")
	loginFile := flags.String("login-file", "", "`file` with the user:password of the platform, mode 0600; without it, everyone can call")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return errors.New("flags only, please; see -h")
	}

	log := slog.New(slog.NewTextHandler(stdout, nil))
	app := &gate{
		next: menu.Routes(menu.Config{Sales: *sales, Hours: *hours, Log: log}), log: log,
		keyFile: *keyFile, loginFile: *loginFile,
	}
	if err := app.load(); err != nil {
		return err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *addr)
	if err != nil {
		return err
	}
	url := voiceURL(listener.Addr())
	fmt.Fprint(stdout, notes(app))
	fmt.Fprintf(stdout, "Listening on %s. Call it:\n\n%s\n", listener.Addr(), commands(url, *loginFile != ""))

	server := &http.Server{
		Handler: app,

		// The platform is quick and its requests are small. Anything slower is
		// not the platform.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
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

// voiceURL returns where calls come in, for somebody on this machine.
func voiceURL(addr net.Addr) string {
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return "http://" + host + "/voice"
}

// notes returns what the operator must know about the keys and logins.
func notes(g *gate) string {
	var text string
	if g.keyFile == "" {
		text += "URLs are signed with a new key that ends with this run: a restart ends the calls in progress.\n" +
			"With -key-file they go on.\n\n"
	}
	if g.loginFile == "" {
		text += "Warning: /voice and /voice/status are open to everyone. Anyone who knows the CallSid of a call\n" +
			"can request its first document, and with the tokens in it act as that call.\n" +
			"With -login-file only the platform can.\n\n"
	}
	return text
}

// commands returns two commands that make a call come in at url, with a login
// or without.
func commands(url string, login bool) string {
	const form = "CallSid=1&From=%2B14025550100&To=%2B14025550199&CallStatus=ringing&Direction=inbound&FromCity=OMAHA"
	phone, option := url, ""
	if login {
		phone, option = strings.Replace(url, "//", "//USER:PASSWORD@", 1), "-u USER:PASSWORD "
	}
	return "  go run ./cmd/voxphone " + phone + "\n  curl " + option + "-d '" + form + "' " + url + "\n"
}
