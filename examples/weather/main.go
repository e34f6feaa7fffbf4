// Command weather is a phone line that gives callers the weather of their zip
// code, after a test that keeps robots out.
//
//	go run ./examples/weather
//	go run ./cmd/voxphone http://127.0.0.1:8080/weather
//	curl -d 'CallSid=1&From=%2B14025550100' http://127.0.0.1:8080/weather
//	curl -d 'CallSid=1&From=%2B14025550100&Digits=68102' http://127.0.0.1:8080/weather/zip
//
// Package weather has the calls; this command only runs a server. The server of
// examples/ivr also stops without cutting off calls.
package main

import (
	"flag"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/voxhook/voxhook/examples/weather/weather"
)

func main() {
	addr := flag.String("addr", ":8080", "`address` to listen on")
	flag.Parse()
	server := &http.Server{
		Addr: *addr, Handler: weather.Routes(weather.Config{}),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 15 * time.Second,
	}
	slog.Info("listening", "addr", *addr)
	slog.Error("stopped", "error", server.ListenAndServe())
	os.Exit(1)
}
