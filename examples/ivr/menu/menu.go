// Package menu is the phone menu of a small company, to start your own from.
// Callers are put through to the sales desk, hear the opening hours, or leave
// a message, by key or by speech.
//
//	log.Fatal(http.ListenAndServe(":8080", menu.Routes(menu.Config{})))
//
// The command in the directory above is a server that stops without cutting
// calls off.
//
// # URLs
//
//	/voice            somebody calls: the greeting and the menu
//	/voice/menu       what the caller chose
//	/voice/dialed     the call to the sales desk has ended
//	/voice/message    a message has been taken
//	/voice/status     an outbound call has ended
//	/voice/recording  a message is ready to be fetched
//
// Give the platform that of /voice. The documents name the others, except for
// /voice/status, which is for outbound calls.
//
// # What this package does not do
//
// It keeps no state: how often a caller has tried is in a variable of the
// call. It does not fetch the messages, and it logs neither a number in full
// nor what was pressed or said. It does not check who sends a request.
package menu

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

// The URLs of the menu. The platform requests /voice when somebody calls;
// the documents name the others.
const (
	voiceURL     = "/voice"
	menuURL      = "/voice/menu"
	dialedURL    = "/voice/dialed"
	messageURL   = "/voice/message"
	statusURL    = "/voice/status"
	recordingURL = "/voice/recording"
)

// maxTries is how often a caller hears the menu before we give up.
const maxTries = 3

// triesVar is the variable of the call that counts them. The platform keeps
// it for us and sends it along with every request, so this program has no
// state of its own: it can be restarted in the middle of a call.
const triesVar = "tries"

// The defaults of a [Config].
const (
	// DefaultSales is a number that belongs to nobody.
	DefaultSales = "+14025550123"

	// DefaultHours are the usual ones.
	DefaultHours = "We are open Monday to Friday, from 9 a.m. to 5 p.m."
)

// A Config is what differs from company to company. The zero Config works.
type Config struct {
	// Sales is the phone number of the sales desk, with a plus. Empty:
	// [DefaultSales].
	Sales string

	// Hours is the sentence that tells the opening hours. Empty:
	// [DefaultHours].
	Hours string

	// Log gets one line for each event. Nil: [slog.Default].
	Log *slog.Logger
}

// Routes returns the server of the menu, which has the URLs that the package
// documentation lists.
func Routes(c Config) http.Handler {
	m := menu{sales: cmp.Or(c.Sales, DefaultSales), hours: cmp.Or(c.Hours, DefaultHours), log: c.Log}
	if m.log == nil {
		m.log = slog.Default()
	}
	return m.routes()
}

// A menu is a Config without defaults.
type menu struct {
	sales string
	hours string
	log   *slog.Logger
}

// routes returns the server of the menu.
//
// Every URL has a Handler of its own with one callback, so that a request
// means what its URL says. A Handler takes POST and GET, whichever method the
// platform is set up for, and refuses the others; hence no method in the
// patterns.
func (m menu) routes() http.Handler {
	// What a caller hears when a callback fails. Without it there would be
	// silence.
	apology := voxml.Response{
		voxml.Say{Text: "We are sorry, something went wrong. Please call again later."},
		voxml.Hangup{},
	}

	mux := http.NewServeMux()

	// These steer a call: they are answered with a document.
	mux.Handle(voiceURL, &voxhook.Handler{OnIncomingCall: m.incoming, Fallback: apology, ErrorLog: m.log})
	mux.Handle(menuURL, &voxhook.Handler{OnGather: m.chosen, Fallback: apology, ErrorLog: m.log})
	mux.Handle(dialedURL, &voxhook.Handler{OnDial: m.dialed, Fallback: apology, ErrorLog: m.log})
	mux.Handle(messageURL, &voxhook.Handler{OnRecord: m.thanks, Fallback: apology, ErrorLog: m.log})

	// These only tell us something: nobody hears the answer.
	mux.Handle(statusURL, &voxhook.Handler{OnStatusChange: m.status, ErrorLog: m.log})
	mux.Handle(recordingURL, &voxhook.Handler{OnRecording: m.recording, ErrorLog: m.log})
	return mux
}

// incoming greets a caller and offers the menu.
func (m menu) incoming(ctx context.Context, e *voxhook.IncomingCall) (voxml.Response, error) {
	m.note(ctx, "incoming call", e)
	greeting := "Thank you for calling."
	if city := titleCase(e.FromCity); city != "" {
		greeting = "Thank you for calling from " + city + "."
	}
	return ask(greeting, 1), nil
}

// chosen does what the caller chose, by key or by speech.
func (m menu) chosen(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
	switch choose(e.Digits, e.SpeechResult) {
	case choseSales:
		m.note(ctx, "dialing", e)
		return voxml.Response{
			voxml.Say{Text: "One moment, please."},
			voxml.Dial{
				Number: m.sales, Action: dialedURL,
				Timeout: 20 * time.Second, TimeLimit: time.Hour,
			},
		}, nil
	case choseHours:
		m.note(ctx, "telling the hours", e)
		return goodbye(m.hours), nil
	case choseMessage:
		m.note(ctx, "taking a message", e)
		return record("Please leave a message after the tone."), nil
	}

	// A variable that is missing or no number is as good as the first try.
	try, err := strconv.Atoi(e.Vars[triesVar])
	if err != nil || try < 1 {
		try = 1
	}
	if try >= maxTries {
		m.note(ctx, "giving up", e)
		return goodbye("We did not understand you."), nil
	}
	m.note(ctx, "asking again", e)
	return ask("We did not understand you.", try+1), nil
}

// dialed goes on when the call to the sales desk has ended. Unless the two
// have spoken, the caller can leave a message: a status that we do not know
// must not leave anybody without an answer.
func (m menu) dialed(ctx context.Context, e *voxhook.DialResult) (voxml.Response, error) {
	m.note(ctx, "dialed", e, "status", e.DialCallStatus)
	switch e.DialCallStatus {
	case voxhook.DialStatusCompleted, voxhook.DialStatusAnswered:
		return goodbye(""), nil
	}
	return record("Nobody can take your call right now. Please leave a message after the tone."), nil
}

// thanks ends the call of somebody who has left a message.
func (m menu) thanks(ctx context.Context, e *voxhook.RecordResult) (voxml.Response, error) {
	m.note(ctx, "message taken", e, "duration", e.RecordingDuration)
	return goodbye("Thank you for your message."), nil
}

// status hears how an outbound call ended. There is nothing to answer, hence
// no document.
func (m menu) status(ctx context.Context, e *voxhook.StatusChange) (voxml.Response, error) {
	m.note(ctx, "call ended", e, "status", e.CallStatus, "duration", e.CallDuration)
	return nil, nil
}

// recording hears that a message is ready to be fetched, from e.RecordingURL.
func (m menu) recording(ctx context.Context, e *voxhook.Recording) (voxml.Response, error) {
	m.note(ctx, "recording", e, "recording", e.RecordingSid, "status", e.RecordingStatus, "duration", e.RecordingDuration)
	return nil, nil
}

// note logs an event: which call it is, but nothing that identifies the
// caller, and not what was pressed or said. Parameters that could not be
// read do not stop a call; their names are logged.
func (m menu) note(ctx context.Context, text string, e voxhook.Event, args ...any) {
	w := e.Webhook()
	args = append([]any{"call", w.CallSid, "from", masked(w.From), "to", masked(w.To)}, args...)
	level := slog.LevelInfo
	if len(w.Invalid) > 0 {
		level = slog.LevelWarn
		var names []string
		for _, p := range w.Invalid {
			names = append(names, p.Param)
		}
		args = append(args, "invalid", strings.Join(names, " "))
	}
	m.log.Log(ctx, level, text, args...)
}

// ask offers the menu for the try-th time, after a first sentence.
func ask(first string, try int) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: first},
		voxml.Set{Output: triesVar, Value: strconv.Itoa(try)},
		voxml.Gather{
			Action:              menuURL,
			ActionOnEmptyResult: true, // so that silence counts as a try, too
			Input:               voxml.InputDTMFSpeech,
			NumDigits:           1,
			SpeechTimeout:       voxml.Auto,
			Timeout:             5 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "For sales, press 1 or say sales."},
				voxml.Say{Text: "For our opening hours, press 2 or say hours."},
				voxml.Say{Text: "To leave a message, press 3 or say message."},
			},
		},
	}
}

// record takes a message, after a first sentence.
func record(first string) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: first},
		voxml.Record{
			Action:                  messageURL,
			FinishOnKey:             "#",
			MaxLength:               3 * time.Minute,
			RecordingStatusCallback: recordingURL,
		},
	}
}

// goodbye ends the call, after a first sentence if there is one.
func goodbye(first string) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: strings.TrimSpace(first + " Goodbye.")},
		voxml.Hangup{},
	}
}

// A choice is an entry of the menu. The zero value is none of them.
type choice int

const (
	choseSales choice = iota + 1
	choseHours
	choseMessage
)

// choose tells what a caller wants. A key counts for more than speech, of
// which the first word that we know counts: "I'd like to talk to Sales,
// please."
func choose(digits, speech string) choice {
	switch digits {
	case "1":
		return choseSales
	case "2":
		return choseHours
	case "3":
		return choseMessage
	case "":
	default:
		return 0
	}
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	for word := range strings.FieldsFuncSeq(strings.ToLower(speech), notLetter) {
		switch word {
		case "sales":
			return choseSales
		case "hours":
			return choseHours
		case "message":
			return choseMessage
		}
	}
	return 0
}

// titleCase turns the city of a webhook, "NEW YORK", into one to be spoken,
// "New York". What follows an apostrophe is a new word only if it is longer
// than one letter: "O'Fallon", but "Land's End".
func titleCase(city string) string {
	runes := []rune(strings.ToLower(strings.TrimSpace(city)))
	inWord := func(i int) bool {
		return 0 <= i && i < len(runes) &&
			(unicode.IsLetter(runes[i]) || unicode.IsMark(runes[i]) || unicode.IsDigit(runes[i]))
	}
	for i, r := range runes {
		apostrophe := inWord(i-2) && (runes[i-1] == '\'' || runes[i-1] == '’')
		if !inWord(i-1) && (!apostrophe || inWord(i+1)) {
			runes[i] = unicode.ToTitle(r)
		}
	}
	return string(runes)
}

// masked makes a phone number fit for a log: its last two digits are enough
// to recognize a call, and too little to call back. Of what has few digits,
// such as an extension or "anonymous", nothing is left.
func masked(number string) string {
	var digits []rune
	for _, r := range number {
		if '0' <= r && r <= '9' {
			digits = append(digits, r)
		}
	}
	if len(digits) < 5 {
		return "**"
	}
	return "**" + string(digits[len(digits)-2:])
}
