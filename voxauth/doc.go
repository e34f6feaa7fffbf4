// Package voxauth rejects forged webhooks. The platform documents no signature
// for its webhooks, so this package signs URLs: a program accepts only webhooks
// for URLs that it handed out in the documents of the same call. The first
// webhook of a call needs a login instead.
//
//	app := &voxauth.Signed{
//		Next:  mux,
//		Keys:  []voxauth.Key{key},
//		Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
//	}
//
// # The contract
//
// [Signed] adds a token to the URLs in a document: those in Action, Redirect,
// Number.URL, StatusCallback and RecordingStatusCallback. It adds no token to
// the URL of a Play, to a URL in an Element or in Attrs, or to an absolute URL
// whose host is not in Hosts.
//
// When the platform requests the URL, the token must match the path, the
// document query and the call, and must not have expired. The document query is
// the query that the URL has in the document. Parameters that the platform
// appends on a GET are not part of it. A token does not cover the scheme, the
// host, the method or the other parameters of the request.
//
// A token holds its expiry time, the ID of the document, and the first 8 bytes
// of the SHA-256 of the CallSid. It ends with a MAC: the first 16 bytes of an
// HMAC-SHA256. Signed reads the body of a request only if the MAC is right and
// the token has not expired, or if the request has no token and passed its
// Check.
//
// Signed stores nothing. Any replica that has the key accepts the token. The
// program also accepts it after a restart with the same key.
//
// No document names the URL of the first webhook of a call, so this webhook has
// no token. List its path in [Signed].Entry with a [Check] that only the
// platform should pass. If anyone else passes this Check, they can send a first
// webhook with any CallSid, and get tokens for that call.
//
// A token also says what the document uses the URL for, such as the action of a
// Gather. A [voxhook.Handler] inside Signed takes the kind of the event from
// the token, so it does not have to guess.
//
// Until a token expires, anyone who sees the token can use it, just as the
// platform does. The token is in the query of the URL, so use HTTPS, and keep
// queries out of access logs. A log record of this package holds no token. It
// may name the route, by the pattern that an outer mux matched or by a path in
// Entry. It holds nothing else from the request.
//
// # Where Signed goes
//
// Put Signed outside of idempotency.Handler, and idempotency.Handler outside of
// the mux. If idempotency.Handler is outside of Signed, [DocumentID] finds no
// ID, webhooks run more than once, and package idempotency logs one warning.
//
// On chi, add Signed with Use. Do not mount a Signed whose Next is a mux of
// net/http: Mount strips the prefix from the path only for routers of chi, so
// the net/http mux would see the whole path and not match its patterns.
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
// Signed refuses all requests to this router that have no valid token, unless
// their path is in Entry. Serve other pages from another router, or put Use and
// the voice routes into a Route.
//
// # Attacks and failures
//
// In this table, a leg of a call is another call whose ParentCallSid is the
// CallSid of the first. If a token of the first call admits a leg, the tokens
// in the document for the leg belong to the first call too.
//
//	event                                   result
//	a request without a token is for a      403, and no callback runs
//	path that is not in Entry
//	a token is altered or expired, or       403, and no callback runs
//	belongs to another path, document
//	query or call
//	the token of an action or Redirect      its URL accepts forged webhooks of
//	leaks                                   that call until the token expires
//	the token of a Number or a callback     until the token expires, its URL
//	leaks, or any token from the document   accepts forged webhooks of the call
//	of a leg                                that the token belongs to, and forged
//	                                        webhooks with any CallSid whose
//	                                        ParentCallSid is that call. The
//	                                        function Call still returns the
//	                                        CallSid of that call
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
//	document query, or adds parameters to
//	the query of a POST
//	the platform sends a parameter, by GET  403, unless the platform documents a
//	or POST, with the same name as one in   parameter with this name
//	the document query
//	an answer is VoXML that does not come   Signed parses it, adds tokens, and
//	from a voxhook.Handler                  encodes it again; if it is over 1
//	                                        MiB, Signed logs an error and sends
//	                                        it without tokens
//	an answer is not VoXML, is compressed,  it is sent unchanged
//	or has a status other than 2xx
//	the program restarts during a call      the call continues if the Keys are
//	                                        the same
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
//   - It does not rely on secret paths, because paths end up in logs and
//     traces.
//   - It does not use JWT or PASETO: a program verifies only its own tokens, so
//     it needs neither a format that others can read nor a choice of
//     algorithms.
//   - Its tokens can be used more than once: the platform sends a webhook again
//     if it did not receive the answer. Package idempotency runs each webhook
//     once.
//   - It encrypts nothing: anyone can read a token, but no one can make one
//     without a key.
package voxauth
