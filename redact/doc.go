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
// A value is replaced by the name of its parameter. Digits, FinishedOnKey,
// SecurityCode, ExpirationDate, PaymentConfirmationCode and variables whose
// names end in .digits are replaced at any length; up to seven bytes they must
// be a whole word. One or two digits, the key of a menu, are replaced only if they are
// the whole text or follow an equals sign or a quote, or errors would lose all
// their numbers. Other values are replaced from four bytes on, also inside
// words. A value that a parameter above also has, such as the CallSid, stays,
// and so do true, false and hangup.
//
// # Where it is found
//
// In messages, keys, strings, errors, groups, integers of four digits or more,
// byte slices, and values of any type as next prints them: by their methods, as
// JSON, or by fmt. Values are found in any case of letters, without the space
// or the plus around them, and escaped as in a query, in JSON, in a Go string
// or in XML. An [http.Request] prints as its method and path, and a [url.URL]
// without user, query and fragment, with or without an event. Methods that
// panic or fail print as slog prints them, masked.
//
// # What this package does not do
//
// It guesses no numbers in text that the event does not have, and masks no part
// of a value, such as a first name. It finds no value in a hash, in hex or
// base64 (but in a byte slice of a JSON log), or in a byte slice inside a value
// that fmt prints. A text of more than 32 KiB is cut. A next handler that
// reflects on values, instead of printing them, sees them; so does ReplaceAttr.
//
// Go has no way to prevent these from printing personal data:
//
//   - ev.From and other fields, printed on their own or copied to a struct;
//   - an event that is not a pointer in an unexported field of a struct;
//   - an event under the verb %w, which go vet reports, or under %p if it is
//     not a pointer;
//   - Vars and Geo as JSON, because programs store them, also inside a struct
//     in a JSON log without this package;
//   - [voxhook.Place], which programs ask for to say a place;
//   - reflect, unsafe, encoding/gob, and packages that print without methods,
//     such as go-spew. The diffs of testify and go-cmp are of this kind, so
//     tests show what differs, field by field.
//
// The tests of all this: go test -run Canary ./redact -all
package redact
