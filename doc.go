// Package voxhook answers telephone calls on the Voxtelesys platform: it
// receives the platform's voice webhooks, passes each one to a typed callback,
// and answers with the VoXML document that the callback returns.
//
//	mux.Handle("/voice", &voxhook.Handler{
//		OnIncomingCall: func(ctx context.Context, call *voxhook.IncomingCall) (voxml.Response, error) {
//			return voxml.Response{voxml.Say{Text: "Hello."}, voxml.Hangup{}}, nil
//		},
//	})
//
// # Other routers
//
// A [Handler] is an [net/http.Handler], so it mounts on any router. On chi:
//
//	r := chi.NewRouter()
//	r.Handle("/voice", incoming)
//	r.Handle("/voice/menu", menu)
//
// On gin, without Recovery, since a Handler recovers from panics itself:
//
//	r := gin.New()
//	r.Any("/voice", gin.WrapH(incoming))
//	r.Any("/voice/menu", gin.WrapH(menu))
//
// On echo:
//
//	e := echo.New()
//	e.Any("/voice", echo.WrapHandler(incoming))
//	e.Any("/voice/menu", echo.WrapHandler(menu))
//
// # Receiving
//
// [Handler] goes all the way from request to answer. [Parse] turns a request
// into one [Event], for programs that answer by themselves. [Decode] reads only
// what all webhooks have in common. All take GET and POST.
//
// Every documented parameter is a field of its own type: times are a
// [time.Duration] or a [time.Time], states are strings with constants. A
// parameter that was not sent, or cannot be parsed, leaves its field zero; in
// the second case it is listed in Invalid, and the call goes on. All parameters
// are in Params as they came. [VoiceWebhook.Bind] and [Vars.Bind] fill structs
// of your own, and [SetVars] stores one in the variables of the call.
//
// # Answering
//
// Documents are made with package [github.com/voxhook/voxhook/voxml]. Nothing
// is sent before a document is complete. If answering a call fails, the caller
// hears the Fallback of [Settings]. A request that is not a voice webhook gets
// an error status. [Hooks] let a wrapper around a mux see and change what all
// Handlers behind it do.
//
// # Unconfirmed facts
//
// The documentation of the platform does not show all names and values. Some
// are taken from platforms of the same family. Their comments end with
// "Unconfirmed." They are decoded if they come and never required.
// [GatherResult.Input] and [DialResult.Status] also read the documented
// variables, so a program works without any of them.
//
// # Safety
//
// A request is bounded before it is parsed: 256 KiB, 1,000 parameters. The
// errors of this package name parameters and never hold their values. Events
// print without personal data, by fmt and by log/slog; package
// [github.com/voxhook/voxhook/redact] keeps it out of your own log lines. The
// platform documents no signature for its webhooks: anyone who knows a URL can
// call it. Package [github.com/voxhook/voxhook/voxauth] lets in only webhooks
// whose URLs the program handed out.
//
// # What this package does not do
//
// It places no calls and has no client for the platform's REST API. It keeps
// no state between requests: what a call must remember travels in its [Vars].
// It does not order webhooks. They can come more than once: package
// [github.com/voxhook/voxhook/idempotency] runs each once.
package voxhook
