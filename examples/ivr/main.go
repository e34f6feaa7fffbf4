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
// Each webhook runs once, however often the platform sends it. A retry gets the
// answer of the first delivery. The answers are kept in memory, so a retry that
// comes after a restart runs again. The command in idempotency/redisstore/ivr
// is the same server with a flag more, -redis: several replicas of it share
// their answers in Redis.
//
// The menu itself is in package menu, and the server in package server; this
// one only runs them.
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
