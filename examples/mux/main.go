// Command mux adds a voice webhook to an ordinary net/http program: one Handler
// for all tenants, next to other routes and inside middleware. Package voxauth
// accepts only webhooks with a login.
//
//	VOICE_PASSWORD=secret go run ./examples/mux
//	curl -u voice:secret -d 'CallSid=1&From=%2B14025550100' http://127.0.0.1:8080/voice/acme
package main

import (
	"cmp"
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxauth"
	"github.com/voxhook/voxhook/voxml"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "`address` to listen on")
	user := flag.String("user", "", "user of the webhook (default $VOICE_USER, or voice)")
	password := flag.String("password", "", "password of the webhook (default $VOICE_PASSWORD, which other users of this machine cannot see)")
	flag.Parse()
	u, p := cmp.Or(*user, os.Getenv("VOICE_USER"), "voice"), cmp.Or(*password, os.Getenv("VOICE_PASSWORD"))
	if p == "" {
		slog.Error("no password: set VOICE_PASSWORD")
		os.Exit(2)
	}
	server := &http.Server{
		Addr: *addr, Handler: app(u, p, slog.Default()),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 15 * time.Second,
	}
	slog.Info("listening", "addr", *addr)
	slog.Error("stopped", "error", server.ListenAndServe())
	os.Exit(1)
}

// app returns the handler of the whole program. The voxhook.Handler is an
// http.Handler like any other.
func app(user, password string, log *slog.Logger) http.Handler {
	voice := voxhook.Settings{ErrorLog: log}.OnIncomingCall(incoming)
	mux := http.NewServeMux()
	login := voxauth.Basic(voxauth.Login{User: user, Password: password})
	mux.Handle("/voice/{tenant}", voxauth.Require(login, voice))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	return logged(log, mux)
}

// greetings maps tenants to the greetings of their callers.
var greetings = map[string]string{
	"acme":   "Welcome to Acme.",
	"globex": "Globex, good day.",
}

// incoming answers the calls of all tenants. RequestFrom returns the request,
// whose PathValue is the tenant.
func incoming(ctx context.Context, _ *voxhook.IncomingCall) (voxml.Response, error) {
	greeting, ok := greetings[voxhook.RequestFrom(ctx).PathValue("tenant")]
	if !ok {
		return voxml.Response{voxml.Reject{}}, nil
	}
	return voxml.Response{voxml.Say{Text: greeting}, voxml.Hangup{}}, nil
}

// logged logs the route of each request. It does not log the URL, because the
// URL of a webhook can contain phone numbers.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		log.InfoContext(r.Context(), "request", "route", r.Pattern, "took", time.Since(start))
	})
}
