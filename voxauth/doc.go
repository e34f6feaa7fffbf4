// Package voxauth lets in only the webhooks of calls that your program
// answers. The platform documents no signature for its webhooks, so this
// package signs the URLs instead:
//
//	app := &voxauth.Signed{
//		Next:  mux,
//		Keys:  []voxauth.Key{key},
//		Entry: map[string]voxauth.Check{"/voice": voxauth.Basic(login)},
//	}
//
// # The contract
//
// [Signed] adds a token to each URL that a document of yours names. A request
// for one of these URLs is let in if its token fits the path, the URL's own
// query and the call, and has not expired. The program keeps no state: any
// replica that has the key lets the call in, and so does a restarted one.
//
// The first webhook of a call has no token, because no document has named its
// URL. These URLs are listed in [Signed].Entry, each with a [Check]. Use one
// that only the platform passes: anyone who passes it can act as any call.
//
// A token says which verb the URL belongs to. Handlers inside Signed take the
// kind of an event from it and do not have to guess.
//
// Anyone who sees a token can use it as the platform does until it expires. It
// travels in the query of the URL: use HTTPS, and keep queries out of access
// logs. This package logs neither tokens nor anything else from a request.
//
// # What is promised
//
//	event                                   what happens
//	token missing, altered, expired, or     403 before any callback; the body
//	of another path, own query or call      is not read unless the MAC holds
//	token of an action leaked               webhooks of that call on that path
//	                                        are let in, until TTL
//	token of Number.URL or a callback       the same, and also from any CallSid
//	leaked                                  that names the call as its parent;
//	                                        Call is still right
//	an Entry that is open                   anyone who knows a CallSid can ask
//	                                        for the call's first document, and
//	                                        gets its tokens
//	key added, promoted and removed in      no call ends
//	the order of Signed.Keys
//	clocks of replicas differ               matters only near TTL
//	a proxy strips a prefix that Prefix     every second webhook is 403; the log
//	does not name                           says what to set
//	platform or proxy changes the query     403
//	a parameter has the name of one in      403
//	the URL's own query
//	an answer without a hook: a document    parsed, signed and encoded again;
//	as a handler, XML by hand               other answers are not changed, and
//	                                        XML over 1 MiB is only logged
//	restart in the middle of a call         the call goes on
//
// # Take a real call
//
//  1. Make a key, and a login for the platform. Keep both in files that only
//     the program can read: [NewKey], Key.Text, [ParseKey]. A key that is made
//     at each start works too, but a restart then ends the calls in progress.
//  2. Serve HTTPS with a certificate that is publicly trusted. A tunnel or a
//     reverse proxy can do that; the program itself then serves HTTP. Set
//     Prefix if the proxy strips one.
//  3. In the portal of the platform, enter the first URL with the login, such
//     as https://voice:PASSWORD@example.com/voice. Make a test call. It is
//     unconfirmed that the platform sends the login: if the log says that there
//     is no valid login, it does not.
//  4. If it does not, enter a signed URL instead: what [Signed.URL] returns for
//     https://example.com/voice. Its token lets in first webhooks and needs no
//     login. Anyone who can read the portal can copy it, so give it a lifetime.
//  5. Press a key in the test call. If the log says that a token is not valid,
//     something between changes the path or the query.
//
// Command examples/ivr has keys, logins and signed URLs of this kind.
//
// # What this package does not do
//
//   - Allow-lists of addresses: those of the platform are not documented.
//   - Secret paths: paths end up in logs and traces.
//   - JWT and PASETO: a program verifies only its own tokens, so it needs no
//     format that others read and no choice of algorithms.
//   - Tokens that are valid once: the platform sends a webhook again if it did
//     not see the answer. Package idempotency runs each webhook once.
//   - Encryption: tokens hide nothing, they only cannot be made without a key.
package voxauth
