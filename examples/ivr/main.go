// Command ivr is the phone menu of a small company, a starting point for your
// own.
//
//	go run ./examples/ivr
//
// It prints two commands for a second terminal: the first calls the menu with
// voxphone, the second sends a single webhook and shows the document in the
// answer. To take real calls, put a proxy with a TLS certificate in front of
// the program and give the platform the URL of /voice.
//
// The URLs are signed: the program accepts only webhooks of calls that it has
// answered. The first webhook of a call, at /voice, and the status of an
// outbound call, at /voice/status, need a login from -login-file:
//
//	(umask 077; openssl rand -hex 32 > keys; echo "voice:$(openssl rand -hex 16)" > login)
//	go run ./examples/ivr -key-file keys -login-file login
//
// Both files may have several lines. The first key signs URLs. All keys and all
// logins are accepted. Both files are read again on SIGHUP. Package voxauth
// says in which order to change keys.
//
// Each webhook runs once, however often the platform sends it. A retry gets the
// answer of the first delivery. The answers are kept in memory, so a retry
// after a restart runs again. The command in idempotency/redisstore/ivr is the
// same server with another flag, -redis, with which several replicas share
// their answers in Redis.
//
// Package menu has the menu, and package server has the server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/voxhook/voxhook/examples/ivr/server"
)

func main() {
	err := server.Run(context.Background(), os.Args[1:], os.Stdout, nil)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ivr:", err)
		os.Exit(1)
	}
}
