// Package redisstore is an [idempotency.Store] in Redis: the replicas of a
// program run each webhook once between them.
//
//	client := redis.NewClient(&redis.Options{Addr: "localhost:6379", ContextTimeoutEnabled: true})
//	server := &idempotency.Handler{
//		Next:  mux,
//		ID:    voxauth.DocumentID,
//		Store: &redisstore.Store{Client: client},
//	}
//
// It is a module of its own, so that programs without Redis do not depend on a
// client for it. It needs Redis 7.0 or newer, or a server that speaks the same
// commands, and works with single servers, Sentinel and Cluster.
//
// # What is in Redis
//
// Each webhook is one key: the Prefix and the identity of the webhook, which is
// a hash. While the webhook runs, the value is r and a random token, and the
// key expires with the lease of 10 seconds, which the Handler renews. When the
// run has ended, the value is a and the answer: the document that the caller
// hears, and with it whatever the program put in. The key then expires after
// the TTL or the Window of the Handler. The answer to a notification is a few
// bytes. Plan about 1 KB for each webhook of a day.
//
// # Commands
//
// A claim is one command, SET with NX and GET. Finish, Renew and Release are
// scripts of one line that compare the value before they change it, so a
// process that was paused longer than its lease cannot undo what another one
// did. A webhook costs two round trips: one before its callback, one after its
// answer was sent.
//
// # Failure
//
// Every method returns when its context ends, which the Handler does after 250
// milliseconds, whatever the client is waiting for. The webhook then runs, so
// Redis that is down, slow or empty costs at most a second run, never a
// webhook. Set ContextTimeoutEnabled in the client's options: without it, a
// command that was given up occupies its connection until ReadTimeout.
//
// Redis that fails over, or is restarted without its data, forgets claims and
// answers. Retries from before that run again. Use an eviction policy that
// removes keys only when they expire (noeviction, volatile-ttl).
//
// # What this package does not do
//
// It does not open or close the client, retry commands, or encrypt what it
// stores. It is no general lock.
package redisstore
