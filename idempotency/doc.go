// Package idempotency runs each voice webhook once. The platform delivers a
// webhook at least once: it tries again when an answer is late or gets lost,
// and a retry may overlap its original. Without this package the callback then
// runs twice: two orders, two charges, a caller who is sent on twice.
//
//	webhooks := &idempotency.Handler{Next: mux, ID: voxauth.DocumentID, Window: time.Minute}
//	http.ListenAndServe(":8080", &voxauth.Signed{Next: webhooks, ...})
//
// [Handler] is a wrapper around a mux. Wrappers that let requests in, such as
// those of package voxauth, belong outside of it: a stored answer is given to
// any request with the same bytes and the same Authorization and Cookie headers.
// Headers that wrappers outside have set for a delivery stay, unless the answer
// sets the same name. Other requests pass through it unchanged.
//
// # What is the same webhook
//
// A retry can be told from a genuine repeat only by a value that is new for
// each document and part of the document's URLs. A Redirect to the same URL, or
// a Gather in a loop that gets the same key, is byte for byte the same request
// as a retry. So the identity of a webhook is
//
//	a URL with an ID           the ID and the request: exact
//	a notification without     the request: the same bytes say nothing new
//	any other, without an ID   the request: a retry or a repeat, see Window
//
// The ID is that of a document, and all its URLs share it: see [Handler].ID.
// Two notifications of different documents are two webhooks even if their bytes
// are equal.
//
// The request is its method, path, own query and parameters, with the bytes as
// they were sent. The order of parameters does not count, those in Ignore do
// not count, and neither do host and headers. A request that differs in
// anything else is another webhook, and runs. The steps of a payment
// ([voxhook.PayProgress]) always run: two that are equal can be two steps.
//
// # What is shared
//
// Deliveries that overlap are joined: one runs, the others wait for its answer.
// Later ones get the stored answer. Neither happens with an answer that another
// run could better: a status that is not 2xx, the Fallback after a failure, a
// panic, an answer over 1 MiB. Then one of the deliveries that wait runs. An
// answer to a call without a document is given to those that wait, and not
// stored.
//
// The Handler learns from [voxhook.Hooks] what an answer is. Answers of other
// handlers count as documents if their status is 2xx. Hooks outside see a
// replay as an Outcome with Replayed; for answers of other handlers no hook
// runs.
//
// # Failure
//
//	event                                            promised
//	a duplicate while the webhook runs, in this      one run, one answer
//	  process or in another replica
//	the callback fails, panics, aborts or times out  not stored; one of the waiting
//	                                                 deliveries runs
//	the platform hangs up in the middle              the run goes on, the retry gets its
//	                                                 answer
//	a crash before the effect                        the lease runs out in 10 seconds:
//	                                                 runs once
//	a crash between the effect and Finish            runs again: twice
//	a crash after Finish                             replayed
//	the store is down, slow, returns garbage,        runs: at worst twice; never the answer
//	  evicts or fails over                           to another webhook
//	a process is paused longer than its lease        two runs; the later Finish is refused
//
// Without a Store, a crash forgets everything, and each process has its own
// answers. Package redisstore, a module of its own, is a Store in Redis.
//
// # How well it works
//
// TestModel makes calls in virtual time. The platform loses answers and hangs
// up, and many steps look like the step before. In 10,000 calls of 55,000 steps
// the Handler loses none with Window zero or with IDs. With IDs and a Window of
// 24 hours no step runs twice; with a minute, 14 do; with a Window of zero,
// 3,600; without a Handler, 23,000. The usual middleware, which gives the same
// bytes the stored answer, loses 31,000.
//
// # What it costs
//
// A new webhook takes about 6 µs more in memory, where the Handler inside takes
// 3: two fifths to identify it, a quarter to hold and copy the answer, a fifth to
// keep it and forget the oldest, the rest for the context and the hooks. Over a
// connection on the same machine, a webhook takes 1.2 times as long. A Store
// adds its two commands. BenchmarkServeHTTP and BenchmarkLoopback measure this.
//
// # What this package does not do
//
// It is no exactly-once: after a crash, or without its store, a webhook can run
// twice. It does not undo what a failed run did. It does not order webhooks,
// limit how many run at once, or tell who sent them. It keeps no answers on
// disk.
package idempotency
