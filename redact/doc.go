// Package redact keeps callers' data out of logs: numbers, speech, keys, card
// data.
//
//	log := slog.New(redact.NewHandler(slog.NewJSONHandler(os.Stderr, nil)))
//	voice := voxhook.Settings{ErrorLog: log}
//	mux.Handle("/voice/menu", voice.OnGather(func(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
//		log.InfoContext(ctx, "looking up "+e.From) // looking up [From]
//
// The handler masks the values of the event in the context, so log with
// InfoContext and the like, with the context of the callback. Events themselves
// print without personal data by fmt, log and log/slog, without this package.
//
// # What is sensitive
//
// From, To, CallerName, the places, Digits, SpeechResult, FinishedOnKey, the
// variables in Vars, RecordingUrl, all parameters of Pay, and every parameter
// that is not documented for the event. The other documented parameters are
// not, such as CallSid, AccountID, statuses and times.
//
// A value is replaced by the name of its parameter, such as [From]:
//
//   - Digits, FinishedOnKey, SecurityCode, ExpirationDate,
//     PaymentConfirmationCode and variables whose names end in .digits: at any
//     length. Up to seven bytes they must be a whole word. One or two bytes,
//     such as the key of a menu, must also be the whole text or follow an
//     equals sign or a quote. Otherwise "index out of range [1]" would lose its
//     numbers.
//   - All others: from four bytes on, also inside words.
//
// A value that is also that of a parameter which is not sensitive stays. So do
// true, false and hangup.
//
// # Where it is found
//
// In messages, keys, strings, errors, groups, integers of four digits or more,
// byte slices, and values of any type as next prints them: by their methods, as
// JSON, or by fmt. Values are found in any case of letters, without the space
// around them, without the plus or the country code 1 of a number, and escaped
// as in a query, in JSON, in a Go string or in XML. An [http.Request] prints as
// its method and path, and a [url.URL] without user, query and fragment, with
// or without an event. Methods that panic or fail print as slog prints them,
// masked.
//
// # What this package does not do
//
// It guesses no numbers in text that the event does not have. It finds no part
// of a value, such as a first name, and no number with other punctuation. It
// finds no value in a hash, in hex or in base64, except in a byte slice of a
// JSON log, and none in a byte slice inside a value that fmt prints. A text of
// more than 32 KiB is cut. A next handler that reflects on values, instead of
// printing them, sees them; so does ReplaceAttr.
//
// It does not know the text around a value: in a stack, a caller from Main
// makes main.go [FromCity].go. The record of a Handler keeps its stack if
// ErrorLog is not masked by this package: the Handler masks the error itself.
//
// Go has no way to prevent these from printing personal data:
//
//   - ev.From and other fields, and what Params.Get, Lookup and Values return,
//     printed on their own or copied to a struct;
//   - an event, Params, Vars or Geo in an unexported field of a struct, except
//     a pointer under %v, %+v or %#v;
//   - an event under the verb %w, which go vet reports, or under %p if it is
//     not a pointer;
//   - a type of your own whose underlying type is that of an event, Params,
//     Vars or Geo;
//   - Vars and Geo as JSON, because programs store them, also inside a struct
//     in a JSON log without this package;
//   - a value that has escapes in itself, such as %00, where it is escaped more
//     than once;
//   - [voxhook.Place], which programs ask for to say a place;
//   - reflect, unsafe, encoding/gob, encoding/xml, and packages that print
//     without methods, such as go-spew. The diffs of testify and go-cmp are of
//     this kind, so tests show what differs, field by field.
//
// The tests of all this: go test -run Canary ./redact -all
package redact
