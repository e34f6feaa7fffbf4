// Package redact keeps callers' personal data out of logs: numbers, speech,
// keys and card data.
//
//	log := slog.New(redact.NewHandler(slog.NewJSONHandler(os.Stderr, nil)))
//	menu := func(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
//		log.InfoContext(ctx, "looking up "+e.From) // looking up [From]
//
// The handler masks the values of the event in the context. So pass the
// callback's context to InfoContext or a similar method.
//
// Two things need no help from this package: an event prints without personal
// data with fmt, log and log/slog, and a [voxhook.Handler] masks the errors in
// its own ErrorLog.
//
// # What is sensitive
//
// These parameters are sensitive: From, To, CallerName, the locations, Digits,
// SpeechResult, FinishedOnKey, the variables in Vars, RecordingUrl, all
// parameters of Pay, and every parameter that is not documented for the event.
// All other documented parameters are not sensitive, such as CallSid,
// AccountID, statuses and times.
//
// A value is replaced by the name of its parameter, such as [From]:
//
//   - Digits, FinishedOnKey, SecurityCode, ExpirationDate,
//     PaymentConfirmationCode and variables whose names end in .digits are
//     replaced at any length. A value of eight bytes or more is also replaced
//     inside words. A value of three to seven bytes is replaced only where it
//     is a whole word. A value of one or two bytes, such as the key of a menu,
//     must also be the whole text, or follow directly after an equals sign or a
//     quote, as in digits=1. Otherwise "index out of range [1]" would lose its
//     number.
//   - All other values are replaced, also inside words, if they have at least
//     four bytes.
//
// A value is kept if a parameter that is not sensitive has the same value. The
// values true, false and hangup are always kept.
//
// # Where values are found
//
// The handler searches messages, keys, strings, errors, groups, numbers of at
// least four characters, byte slices, and values of any other type in the form
// in which the next handler prints them: by their methods, as JSON, or with
// fmt. It finds values in upper and lower case, without surrounding spaces,
// without the plus or the country code 1 of a number, and with the escapes of a
// query, JSON, a Go string or XML. If a method of a value panics or fails, the
// output is that of slog, masked.
//
// Even if the context has no event, an [http.Request] prints as its method and
// path, and a [url.URL] without user, query and fragment.
//
// # What this package does not do
//
// It does not guess: it masks no number that the event does not have. It does
// not find part of a value, such as a first name, or a number with other
// punctuation. It does not find a value in a hash, in hex, in base64 other than
// a byte slice in a JSON log, or in a byte slice inside a value that fmt
// prints. A text of more than 32 KiB is cut off. A next handler that reflects
// on values instead of printing them sees the original values. ReplaceAttr sees
// them too.
//
// It does not understand the text around a value: if the caller's city is Main,
// main.go in a stack trace becomes [FromCity].go. To keep the stack traces of a
// Handler intact, do not mask its ErrorLog with this package. The Handler masks
// the errors itself.
//
// Go has no way to prevent these from printing personal data:
//
//   - ev.From and other fields, and the results of Params.Get, Lookup and
//     Values, printed on their own or copied to a struct;
//   - an event, Params, Vars or Geo in an unexported field of a struct, except
//     a pointer printed with %v, %+v or %#v;
//   - an event printed with %w, which go vet reports, or with %p if it is not a
//     pointer;
//   - your own type whose underlying type is that of an event, Params, Vars or
//     Geo;
//   - Vars and Geo as JSON, because programs store them. Without this package,
//     a JSON log also shows them inside a struct;
//   - a value that itself contains escapes, such as %00, in a place where it is
//     escaped more than once;
//   - [voxhook.Place], which programs use to say a location;
//   - reflect, unsafe, encoding/gob, encoding/xml, and packages that print
//     without methods, such as go-spew. The diffs of testify and go-cmp are of
//     this kind, so that a failing test shows which fields differ.
//
// To test all this, run go test -run Canary ./redact -all.
package redact
