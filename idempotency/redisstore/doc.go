// Package redisstore is an [idempotency.Store] in Redis. With it, the replicas
// of a program run each webhook once in total.
//
//	client := redis.NewClient(&redis.Options{Addr: "localhost:6379", ContextTimeoutEnabled: true})
//	server := &idempotency.Handler{
//		Next:  mux,
//		ID:    voxauth.DocumentID,
//		Store: &redisstore.Store{Client: client},
//	}
//
// The package is a separate module, so that programs without Redis do not
// depend on a Redis client. It needs Redis 7.0 or newer, or a server with the
// same commands. It works with single servers, Sentinel and Cluster.
//
// # What Redis stores
//
// Each webhook has one key: the Prefix and the identity of the webhook, which
// is a hash. While the webhook runs, the value is r and a random token. The key
// expires with the lease of 10 seconds, which the Handler renews. After the
// run, the value is a and the answer, and the key expires after the TTL or the
// Window of the Handler. The answer to most notifications is a few bytes. Plan
// about 1 KB for each webhook of a day.
//
// The answer to a call is its document, with everything that the program put in
// and the tokens of package voxauth. Anyone who can read the keys can therefore
// act as the platform in these calls, and anyone who can write them can replace
// an answer. Give only the program access to them.
//
// # Commands
//
// Claim is one command, SET with NX and GET. Finish, Renew and Release are
// scripts of one line. They compare the value before they change it, so a
// process that was paused for longer than its lease cannot undo the work of
// another. A webhook costs two round trips: one before its callback, and one
// after its answer was sent.
//
// # Failures
//
// The Handler ends the context of each method after 250 milliseconds. The
// method then returns, even if the client is still waiting for Redis, and the
// webhook runs. If Redis is down, slow or empty, webhooks may run again, but
// none is lost. Set ContextTimeoutEnabled in the options of the client.
// Otherwise an abandoned command occupies its connection until ReadTimeout.
//
// If Redis fails over, or restarts without its data, it forgets claims and
// answers, and a retry of an earlier webhook runs again. Use an eviction policy
// that does not remove keys long before they expire (noeviction, volatile-ttl).
//
// # What this package does not do
//
// It does not open or close the client, retry commands, or encrypt the values.
// It is not a general-purpose lock.
package redisstore
