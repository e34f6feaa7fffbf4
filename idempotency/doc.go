// Package idempotency runs each voice webhook once. The platform delivers a
// webhook at least once: it sends the webhook again if the answer is late or
// lost, and the retry may overlap the original. Without this package the
// callback then runs twice: it places two orders, charges a card twice, or
// forwards the caller twice.
//
//	webhooks := &idempotency.Handler{Next: mux, ID: voxauth.DocumentID, Window: time.Minute}
//	http.ListenAndServe(":8080", &voxauth.Signed{Next: webhooks, ...})
//
// A [Handler] wraps a mux. A delivery is one request that brings a webhook, and
// a run is one call of the handlers inside. Requests that are not webhooks pass
// through unchanged.
//
// Put wrappers that check who sends a request, such as those of package
// voxauth, around the Handler. Otherwise anyone who repeats a request with the
// same Authorization and Cookie headers gets the stored answer. If
// voxauth.Signed is inside the Handler, voxauth.DocumentID also finds no ID,
// webhooks run more than once, and the Handler logs one warning.
//
// # Which deliveries are the same webhook
//
// Only a value in the URL that is new for each document distinguishes a retry
// from a genuine repeat. A Redirect to the same URL, or a Gather in a loop that
// collects the same key, sends exactly the same bytes as a retry. The Handler
// therefore identifies a webhook by
//
//	the ID and the request     if the URL has an ID: an equal delivery is
//	                           certainly a retry
//	the request                if the webhook is a notification without an ID:
//	                           an equal delivery has nothing new to report
//	the request                in all other cases: an equal delivery may be a
//	                           retry or a repeat, and Window decides
//
// The ID names a document, and all URLs of the document have the same ID: see
// [Handler].ID. Notifications of different documents are different webhooks,
// even if their bytes are equal.
//
// Two requests are equal if they have the same method, path, parameters,
// Authorization and Cookie headers, and, on a POST, the same query in the URL.
// All these are compared byte for byte. On a GET, the query holds the
// parameters. The order of parameters with different names is ignored. So are
// the parameters in Ignore, the host and all other headers. Requests with any
// other difference are different webhooks, and each of them runs.
//
// The steps of a payment ([voxhook.PayProgress]) always run, because two equal
// requests can be two steps.
//
// # Which answers are shared
//
// Deliveries that overlap are joined: one runs, and the others wait for its
// answer. Later deliveries get the stored answer.
//
// An answer that another run could improve is neither shared nor stored: a
// status that is not 2xx, the Fallback after a failure, or an answer over 1
// MiB. A run that panics has no answer to share or store either. In these
// cases, one of the waiting deliveries runs.
//
// An answer without a document, such as status 204, is shared with the
// deliveries that are waiting. It is stored only if the webhook is a
// notification. For any other webhook, the next delivery runs, because the
// platform may need a document.
//
// The Handler learns from [voxhook.Hooks] whether an answer is a document. From
// a handler that is not a [voxhook.Handler], any 2xx answer is treated as a
// document. When the answer of a voxhook.Handler is sent again, the Done
// functions of outer hooks receive an Outcome with Replayed set. For the answer
// of another handler, no hooks run. Headers that outer wrappers have set for a
// delivery are kept, unless the run changed them.
//
// # Failures
//
// In this table, Finish is the method of [Store] that stores an answer.
//
//	event                                    result
//	a duplicate arrives during the run, in   one run, and the same answer for both
//	  this process or in another replica
//	the callback fails, panics, aborts or    no answer is stored, and one of the
//	  times out                              waiting deliveries runs
//	the platform hangs up during the run     the run continues, and the retry gets
//	                                         its answer
//	a crash before the side effect           the lease expires within 10 seconds,
//	                                         and the retry runs: one side effect
//	a crash between the side effect and      the retry runs: two side effects
//	  Finish
//	a crash after Finish                     the retry gets the stored answer
//	the store is down, slow, evicts keys,    each delivery may run, but none gets
//	  fails over or returns garbage          the answer to another webhook
//	a process is paused for longer than      two runs; the store ignores the later
//	  the lease of its claim                 Finish
//
// If Finish fails, the next delivery waits until the lease expires, and then
// runs.
//
// Without a Store, a crash loses all answers, and each process has its own
// answers. Package redisstore, a separate module, is a Store in Redis.
//
// # How well it works
//
// TestModel simulates calls in virtual time. The platform loses answers and
// hangs up, and many steps look like the previous one. A step is lost if its
// callback never ran although the call continued. In 10,000 calls with 55,000
// steps, the Handler loses no step if it has IDs, or if Window is zero. With
// IDs and a Window of 24 hours, no step runs twice; with IDs and a Window of
// one minute, 14 steps do; with IDs and a Window of zero, 3,600 steps do.
// Without a Handler, 23,000 steps run twice. A typical middleware, which
// answers equal bytes with the stored answer, loses 31,000 steps.
//
// # What it costs
//
// Without a Store, a new webhook takes about 6 µs, in addition to the 3 µs of
// the handler inside. Two fifths of this time are spent on identifying the
// webhook, a quarter on buffering and copying the answer, a fifth on storing it
// and evicting the oldest, and the rest on the context and the hooks. Over a
// connection on the same machine, a webhook takes 1.2 times as long. A Store
// adds the time of two commands. BenchmarkServeHTTP and BenchmarkLoopback
// measure this.
//
// # What this package does not do
//
// It does not guarantee exactly one run: after a crash, or without its store, a
// webhook can run again. It does not undo the effects of a failed run. It does
// not order webhooks, limit the number of runs, or check who sent a request. It
// stores no answers on disk.
package idempotency
