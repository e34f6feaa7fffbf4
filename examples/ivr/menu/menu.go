// Package menu is the phone menu of a small company, a starting point for your
// own. By key or by speech, callers reach the sales desk, hear the opening
// hours, or leave a message.
//
//	log.Fatal(http.ListenAndServe(":8080", menu.Routes(menu.Config{})))
//
// Package server, next to this one, is a server for the menu that stops without
// cutting off calls.
//
// # URLs
//
//	/voice            a call comes in: the greeting and the menu
//	/voice/menu       the caller has chosen
//	/voice/dialed     the call to the sales desk has ended
//	/voice/message    the caller has left a message
//	/voice/status     an outbound call has ended
//	/voice/recording  a message can be fetched
//
// Give the platform the URL of /voice. The documents name the others, except
// for /voice/status, which is for outbound calls.
//
// # What this package does not do
//
// It keeps no state: a variable of the call counts the caller's tries. It does
// not fetch the messages. It logs no whole numbers and no keys or words of
// callers. It does not check who sends a request.
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
	"github.com/voxhook/voxhook/redact"
	"github.com/voxhook/voxhook/voxml"
)

// The URLs of the menu. The platform requests /voice when a call comes in; the
// documents name the others.
const (
	voiceURL     = "/voice"
	menuURL      = "/voice/menu"
	dialedURL    = "/voice/dialed"
	messageURL   = "/voice/message"
	statusURL    = "/voice/status"
	recordingURL = "/voice/recording"
)

// maxTries is how often a caller hears the menu before the call ends.
const maxTries = 3

// triesVar is the variable of the call that counts the tries. The platform
// keeps it and sends it with every request. So this program has no state and
// can be restarted in the middle of a call.
const triesVar = "tries"

// salesOutput is the output of the Dial. Some platforms report results only in
// variables.
const salesOutput = "sales"

// The defaults of a [Config].
const (
	// DefaultSales is a phone number that belongs to no one.
	DefaultSales = "+14025550123"

	// DefaultHours are the usual opening hours.
	DefaultHours = "We are open Monday to Friday, from 9 a.m. to 5 p.m."
)

// A Config holds the settings of one company. The zero Config works.
type Config struct {
	// Sales is the phone number of the sales desk, with a plus. If empty,
	// [DefaultSales] is used.
	Sales string

	// Hours is the sentence with the opening hours. If empty, [DefaultHours] is
	// used.
	Hours string

	// Log receives one record for each event. If nil, [slog.Default] is used.
	Log *slog.Logger
}

// Routes returns the handler of the menu. The package documentation lists its
// URLs.
func Routes(c Config) http.Handler {
	m := menu{sales: cmp.Or(c.Sales, DefaultSales), hours: cmp.Or(c.Hours, DefaultHours), log: c.Log}
	if m.log == nil {
		m.log = slog.Default()
	}
	return m.routes()
}

// A menu is a Config with its defaults filled in.
type menu struct {
	sales string
	hours string
	log   *slog.Logger
}

// routes returns the handler of the menu.
//
// Every URL has a Handler with one callback, so that the URL decides the kind
// of event. A Handler accepts POST and GET, so the patterns name no method.
func (m menu) routes() http.Handler {
	voice := voxhook.Settings{
		// Without a Fallback, the caller hears silence if a callback fails.
		Fallback: voxml.Response{
			voxml.Say{Text: "We are sorry, something went wrong. Please call again later."},
			voxml.Hangup{},
		},
		ErrorLog: m.log,
	}
	mux := http.NewServeMux()

	// These events are answered with a document.
	mux.Handle(voiceURL, voice.OnIncomingCall(m.incoming))
	mux.Handle(menuURL, voice.OnGather(m.chosen))
	mux.Handle(dialedURL, voice.OnDial(m.dialed))
	mux.Handle(messageURL, voice.OnRecord(m.thanks))

	// These are notifications, which need no document.
	mux.Handle(statusURL, voice.OnStatusChange(m.status))
	mux.Handle(recordingURL, voice.OnRecording(m.recording))
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

// chosen handles the caller's choice, by key or by speech.
func (m menu) chosen(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
	try := tries(e.Vars)
	switch choose(e.Input(menuOutput(try))) {
	case choseSales:
		m.note(ctx, "dialing", e)
		return voxml.Response{
			voxml.Say{Text: "One moment, please."},
			voxml.Dial{
				Number: m.sales, Action: dialedURL, Output: salesOutput,
				Timeout: 20 * time.Second, TimeLimit: time.Hour,
			},
		}, nil
	case choseHours:
		m.note(ctx, "giving the hours", e)
		return goodbye(m.hours), nil
	case choseMessage:
		m.note(ctx, "taking a message", e)
		return record("Please leave a message after the tone."), nil
	}
	if try >= maxTries {
		m.note(ctx, "giving up", e)
		return goodbye("We did not understand you."), nil
	}
	m.note(ctx, "asking again", e)
	return ask("We did not understand you.", try+1), nil
}

// dialed continues after the call to the sales desk. If no one answered, or the
// status is unknown, the caller can leave a message.
func (m menu) dialed(ctx context.Context, e *voxhook.DialResult) (voxml.Response, error) {
	status := e.Status(salesOutput)
	m.note(ctx, "dialed", e, "status", status)
	if status.Answered() {
		return goodbye(""), nil
	}
	return record("Nobody can take your call right now. Please leave a message after the tone."), nil
}

// thanks ends the call after a message.
func (m menu) thanks(ctx context.Context, e *voxhook.RecordResult) (voxml.Response, error) {
	m.note(ctx, "message taken", e, "duration", e.RecordingDuration)
	return goodbye("Thank you for your message."), nil
}

// status logs how an outbound call ended.
func (m menu) status(ctx context.Context, e *voxhook.StatusChange) error {
	m.note(ctx, "call ended", e, "status", e.CallStatus, "duration", e.CallDuration)
	return nil
}

// recording logs that a message can be fetched from e.RecordingURL.
func (m menu) recording(ctx context.Context, e *voxhook.Recording) error {
	m.note(ctx, "recording", e, "recording", e.RecordingSid, "status", e.RecordingStatus, "duration", e.RecordingDuration)
	return nil
}

// tries returns how often the caller has heard the menu, or 1 if the variable
// is missing.
func tries(vars voxhook.Vars) int {
	n, err := strconv.Atoi(vars[triesVar])
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// menuOutput returns the Output of the Gather at a try. Each try has its own
// Output, because a Gather without input may not clear its variables.
func menuOutput(try int) string { return "menu" + strconv.Itoa(try) }

// note logs an event with its CallSid. It logs nothing that identifies the
// caller, and no keys or words. It also logs the names of invalid parameters,
// which do not stop the call.
func (m menu) note(ctx context.Context, text string, e voxhook.Event, args ...any) {
	w := e.Webhook()
	args = append([]any{"call", w.CallSid, "from", redact.Number(w.From), "to", redact.Number(w.To)}, args...)
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

// ask says a first sentence and offers the menu.
func ask(first string, try int) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: first},
		voxml.Set{Output: triesVar, Value: strconv.Itoa(try)},
		voxml.Gather{
			Action:              menuURL,
			ActionOnEmptyResult: true, // so that silence is also a try
			Output:              menuOutput(try),
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

// record says a first sentence and takes a message.
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

// goodbye says a first sentence, which may be empty, and ends the call.
func goodbye(first string) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: strings.TrimSpace(first + " Goodbye.")},
		voxml.Hangup{},
	}
}

// A choice is an entry of the menu. The zero value means none.
type choice int

const (
	choseSales choice = iota + 1
	choseHours
	choseMessage
)

// choose returns the caller's choice. A key overrides speech. In speech, the
// first known word decides: "I'd like to talk to Sales, please."
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

// titleCase turns the city of a webhook, such as "NEW YORK", into "New York",
// so that it is spoken well. After an apostrophe, only a part of more than one
// letter begins with a capital: "O'Fallon", but "Land's End".
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
