// Package voxhook answers telephone calls on the Voxtelesys platform: it
// receives the platform's voice webhooks, hands each one to a typed callback,
// and answers with the VoXML document that the callback returns.
//
//	mux.Handle("/voice", &voxhook.Handler{
//		OnIncomingCall: func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
//			return voxml.Response{voxml.Say{Text: "Hello."}, voxml.Hangup{}}, nil
//		},
//	})
//
// # Receiving
//
// [Handler] is the whole way from request to answer. [Parse] goes half of it:
// it turns a request into one [Event], for programs that answer by themselves.
// [Decode] reads only what all webhooks have in common. Parameters come by GET
// and by POST; the package takes both.
//
// Every documented parameter is a field, of its own type: times are a
// [time.Duration] or a [time.Time], states are strings with constants. A zero
// field was not sent. What cannot be parsed leaves its field zero and is
// listed in Invalid, so that a call is not lost because of one parameter. All
// parameters are in Params as they came; [VoiceWebhook.Bind] and [Vars.Bind]
// put those of your own into a struct.
//
// # Answering
//
// Documents are made with package [github.com/voxhook/voxhook/voxml]. Nothing
// is sent before a document is complete, and what goes wrong in answering a
// call ends in the Fallback of the Handler, so that the caller hears
// something. A request that is no voice webhook gets an error status.
//
// # Facts and guesses
//
// Some names and values are taken from platforms of the same family, because
// the documentation of this one does not show them. Their comments say "not
// confirmed by Voxtelesys documentation". They are decoded if they come and
// never required.
//
// # Safety
//
// A request is bounded before it is parsed: 256 KiB, 1,000 parameters. The
// errors of this package name parameters and never hold their values. The platform
// documents no signature for its webhooks, so this package verifies none:
// anybody who knows the URL can call it. Put authentication in front of it.
//
// # What this package does not do
//
// It places no calls and has no client for the platform's REST API. It keeps
// no state between requests: what a call must remember travels in its [Vars].
// It does not order or deduplicate webhooks, which can come more than once.
package voxhook
