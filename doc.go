// Package voxhook answers telephone calls on the Voxtelesys platform. It
// receives the platform's voice webhooks, passes each one to a typed callback,
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
// A [Handler] takes a webhook all the way from request to answer. [Parse] turns
// a request into one [Event], for programs that write their own answer.
// [Decode] reads only the parameters that all webhooks have. All three accept
// GET and POST.
//
// Every documented parameter is a field with a suitable type: a duration is a
// [time.Duration], a time is a [time.Time], a state is a string with constants.
// A parameter that was not sent leaves its field zero. A parameter that cannot
// be parsed is left zero and listed in Invalid; the event is still delivered.
// Params holds all parameters as received. [VoiceWebhook.Bind] and [Vars.Bind]
// fill your own structs, and [SetVars] stores one in the variables of the call.
//
// # Answering
//
// Package [github.com/voxhook/voxhook/voxml] has the types of documents.
// Nothing is sent before a document is complete. If a callback fails, the
// caller hears the Fallback of [Settings]. A request that is not a voice
// webhook is refused with an error status. With [Hooks], a wrapper around a mux
// can observe and change what all Handlers inside it do.
//
// # Other routers
//
// A [Handler] implements [net/http.Handler], so it works with any router. On
// chi:
//
//	r := chi.NewRouter()
//	r.Handle("/voice", incoming)
//	r.Handle("/voice/menu", menu)
//
// On gin, leave out gin.Recovery. A Handler recovers from panics itself, and
// gin.Recovery would catch those that it passes on to net/http:
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
// # Unconfirmed facts
//
// The platform's documentation does not show all names and values. Names and
// values that are marked "Unconfirmed." come from similar platforms. They are
// decoded if sent, and never required. [GatherResult.Input] and
// [DialResult.Status] also read the documented variables, so that programs work
// without the unconfirmed names.
//
// # Safety
//
// A request is limited to 256 KiB and 1,000 parameters before it is parsed.
// Errors of this package name parameters and never contain their values. Events
// print without personal data, both with fmt and with log/slog, and package
// [github.com/voxhook/voxhook/redact] keeps that data out of your own log
// lines. The platform documents no signature for its webhooks: anyone who knows
// a URL can call it. Package [github.com/voxhook/voxhook/voxauth] accepts only
// webhooks for URLs that the program handed out.
//
// # What this package does not do
//
// It places no calls and has no client for the platform's REST API. It keeps no
// state between requests: [Vars] carry what a call must remember. It does not
// order webhooks. The platform may send the same webhook more than once;
// package [github.com/voxhook/voxhook/idempotency] runs each webhook once.
package voxhook
