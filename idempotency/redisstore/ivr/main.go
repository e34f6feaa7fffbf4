// Command ivr is the phone menu of examples/ivr for several replicas, which
// share their answers in Redis. Together they run each webhook once.
//
//	(umask 077; openssl rand -hex 32 > keys; echo "voice:$(openssl rand -hex 16)" > login)
//	go run ./ivr -redis localhost:6379 -key-file keys -login-file login -addr :8080
//	go run ./ivr -redis localhost:6379 -key-file keys -login-file login -addr :8081
//
// Put both behind one address, with a proxy that uses the other replica if one
// is down. Both need the same keys, because each must accept the URLs that the
// other has signed. The other flags are those of examples/ivr; -h lists them.
//
// If Redis needs a password, TLS or another database, set -redis to a URL, such
// as rediss://user:password@redis.example.com:6379/1. Other users of the
// machine can see flags, so prefer a Redis that needs no password from this
// machine.
//
// If a replica is killed during a callback, the other answers the retry, after
// at most 10 seconds. Calls continue without Redis, but a retry may then run
// again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/voxhook/voxhook/examples/ivr/server"
	"github.com/voxhook/voxhook/idempotency"
	"github.com/voxhook/voxhook/idempotency/redisstore"
)

func main() {
	err := server.Run(context.Background(), os.Args[1:], os.Stdout, openRedis)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ivr:", err)
		os.Exit(1)
	}
}

// errAddress does not quote the address, which may contain a password.
var errAddress = errors.New("the value of -redis is neither host:port nor a URL such as redis://localhost:6379/1")

// openRedis returns a store in the Redis at an address or URL. It does not
// connect, because a replica must be able to start while Redis is down.
func openRedis(addr string) (idempotency.Store, error) {
	options := &redis.Options{Addr: addr}
	if strings.Contains(addr, "://") {
		var err error
		if options, err = redis.ParseURL(addr); err != nil {
			return nil, errAddress
		}
	} else if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		return nil, errAddress
	}
	options.ContextTimeoutEnabled = true
	return &redisstore.Store{Client: redis.NewClient(options), Prefix: "ivr:"}, nil
}
