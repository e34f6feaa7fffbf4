// Package voxauth rejects forged webhooks. The platform documents no signature
// for its webhooks, so this package signs URLs instead: a program accepts only
// webhooks for URLs that it handed out in the documents of the same call. The
// first webhook of a call needs a login instead.
//
//	app := &voxauth.Signed{
//		Next:  mux,
//		Keys:  []voxauth.Key{key},
//		Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
//	}
//
// # The contract
//
// [Signed] adds a token to each URL of the program that a document names. When
// the platform requests the URL, the token must match the path, the URL's own
// query and the call, and must not have expired. The URL's own query is the
// query in the document; parameters that the platform appends on GET are not
// part of it. A token does not cover the scheme, the host, the method or the
// other parameters of the request.
//
// A token holds its expiry time, the ID of the document, and the first 8 bytes
// of the SHA-256 of the CallSid. It ends with a MAC: the first 16 bytes of an
// HMAC-SHA256.
//
// Signed stores nothing. Any replica that has the key accepts the token, and so
// does the program after a restart.
//
// No document names the URL of the first webhook of a call, so this webhook has
// no token. List its path in [Signed].Entry with a [Check] that only the
// platform passes. Anyone else who passes it can send a first webhook with any
// CallSid, and gets tokens for that call.
//
// A token also says how the document uses the URL, such as for the action of a
// Gather. A [voxhook.Handler] inside Signed takes the kind of the event from
// the token and does not have to guess.
//
// Until a token expires, anyone who sees it can use it like the platform. It is
// in the query of the URL, so use HTTPS, and keep queries out of access logs.
// This package logs no tokens and no other part of a request.
//
// # Where Signed goes
//
// Put Signed outside of idempotency.Handler, and that outside of the mux. In
// the other order, [DocumentID] finds no ID, and webhooks run more than once.
// Package idempotency logs one warning then.
//
// On chi, add Signed with Use. Do not mount it with a mux of net/http inside:
// Mount strips the path only for routers of chi.
//
//	r := chi.NewRouter()
//	r.Use(func(next http.Handler) http.Handler {
//		return &voxauth.Signed{
//			Next:  &idempotency.Handler{Next: next, ID: voxauth.DocumentID, Window: time.Minute},
//			Keys:  []voxauth.Key{key},
//			Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
//		}
//	})
//	r.Handle("/voice", incoming)
//	r.Handle("/voice/menu", menu)
//
// Signed refuses every other request to this router. Serve other pages from
// another router, or put Use and the voice routes into a Route.
//
// # Attacks and failures
//
// A leg of a call is another call that names the first one in ParentCallSid.
//
//	event                                   result
//	a token is missing, altered or          403, and no callback runs; the body
//	expired, or belongs to another path,    is read only if the MAC is right and
//	own query or call                       the token has not expired
//	the token of an action or Redirect      its URL accepts forged webhooks of
//	leaks                                   that call until the token expires
//	the token of a Number or a callback     the same; the URL also accepts any
//	leaks, or any token from the document   CallSid if ParentCallSid is the call;
//	of a leg                                Call then returns ParentCallSid
//	the Check of an Entry is Open, or a     anyone can send a first webhook with
//	URL made by Signed.URL leaks            any CallSid, and gets tokens for that
//	                                        call
//	keys are added, moved and removed in    no call ends
//	the order that Signed.Keys describes
//	the clocks of replicas differ           tokens expire early or late by the
//	                                        difference
//	a proxy strips a prefix from the path   the first webhook of a call may pass;
//	and Prefix is not set                   all others get 403, and the log says
//	                                        what to set
//	the platform or a proxy changes the     403
//	own query, or adds to that of a POST
//	a parameter repeats a name in the own   403, unless the name is one of the
//	query                                   platform's parameters
//	an answer does not come from a          Signed parses it, adds tokens, and
//	voxhook.Handler and is VoXML            encodes it again; above 1 MiB, it
//	                                        adds none and logs an error
//	an answer is not VoXML, is compressed,  it is sent unchanged
//	or has a status other than 2xx
//	the program restarts during a call      the call continues
//
// # Taking real calls
//
//  1. Create a key with [NewKey], and a login for the platform. Store both in
//     files that only the program can read: [Key.Text] returns the key as text,
//     and [ParseKey] reads it. A program may also create a new key at each
//     start, but then a restart ends the calls in progress.
//  2. Serve HTTPS with a publicly trusted certificate. If a tunnel or a reverse
//     proxy does that, the program itself can serve HTTP. If the proxy strips a
//     prefix from the path, set Prefix.
//  3. In the platform's portal, enter the first URL with the login, such as
//     https://voice:PASSWORD@example.com/voice. Make a test call. Whether the
//     platform sends the login is unconfirmed. If the login is right, but the
//     log says that the request has no valid login, the platform does not send
//     it.
//  4. In that case, enter a signed URL: the result of [Signed.URL] for
//     https://example.com/voice. Its token replaces the login for first
//     webhooks. Anyone who can read the portal can copy the URL, so limit its
//     lifetime.
//  5. Press a key in the test call. If the log says that a token is not valid,
//     a proxy changes the path or the query.
//
// Command examples/ivr reads keys and logins from files in this way.
//
// # What this package does not do
//
//   - It has no lists of allowed addresses: the platform does not document its
//     addresses.
//   - It has no secret paths: paths end up in logs and traces.
//   - It does not use JWT or PASETO: a program verifies only its own tokens, so
//     it needs neither a format that others can read nor a choice of
//     algorithms.
//   - Its tokens can be used more than once: the platform sends a webhook again
//     if it did not receive the answer. Package idempotency runs each webhook
//     once.
//   - It encrypts nothing: anyone can read a token, but no one can make one
//     without a key.
//   - It signs no URL of a Play, no URL in an Element or in Attrs, and no
//     absolute URL whose host is not in Hosts.
package voxauth
