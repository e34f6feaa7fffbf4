// Package weather is a weather line. Callers solve a small sum, which keeps
// robots out, and hear the weather of a zip code. The weather is made up.
//
//	log.Fatal(http.ListenAndServe(":8080", weather.Routes(weather.Config{})))
//
// # URLs
//
//	/weather        a call comes in: asks for the sum
//	/weather/ask    the sum is solved: asks for the zip code
//	/weather/zip    the caller gave a zip code: its weather, or asks again
//	/weather/again  after the weather: repeats it, or says goodbye
//
// Give the platform the URL of /weather. The documents name the others.
//
// # Where things happen
//
// The platform asks for the sum, checks it and asks again within one document;
// see sum.go for Do, If and a Gather with an Output. This program reads the zip
// code, because no expression can look it up. It keeps no state: variables of
// the call hold what a call must remember.
//
// # What this package does not do
//
// It knows only eight zip codes and uses no weather service. It logs no numbers
// and no keys or words of callers. It does not check who sends a request:
// anyone who can send one to /weather/ask can skip the sum.
package weather

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/voxhook/voxhook"
	"github.com/voxhook/voxhook/voxml"
)

const (
	callURL  = "/weather"
	askURL   = "/weather/ask"
	zipURL   = "/weather/zip"
	againURL = "/weather/again"
)

// The variables of a call. The platform keeps them and sends them with every
// request.
const (
	triesVar = "tries" // how often the caller was asked for the zip code
	zipVar   = "zip"   // the zip code of the weather
	toldVar  = "told"  // how often the caller has heard it
)

const (
	maxTries = 2 // the caller's tries to give a zip code
	maxTold  = 3 // how often the caller can hear the weather
)

// A Config holds the settings of the weather line. The zero Config works.
type Config struct {
	// Log receives one record for each event. If nil, [slog.Default] is used.
	Log *slog.Logger
}

// Routes returns the handler of the weather line. The package documentation
// lists its URLs.
func Routes(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	l := line{log: c.Log}

	voice := voxhook.Settings{
		Fallback: voxml.Response{
			voxml.Say{Text: "We are sorry, something went wrong. Please call again later."},
			voxml.Hangup{},
		},
		ErrorLog: c.Log,
	}
	mux := http.NewServeMux()
	mux.Handle(callURL, voice.OnIncomingCall(l.incoming))
	mux.Handle(askURL, voice.OnIncomingCall(l.human))
	mux.Handle(zipURL, voice.OnGather(l.zip))
	mux.Handle(againURL, voice.OnGather(l.again))
	return mux
}

// A line is a weather line.
type line struct{ log *slog.Logger }

// incoming greets a caller and asks for a sum.
func (l line) incoming(ctx context.Context, e *voxhook.IncomingCall) (voxml.Response, error) {
	l.note(ctx, "incoming call", e)
	return sumOf(e.CallSid).document(), nil
}

// human asks a caller who has solved the sum for a zip code.
func (l line) human(ctx context.Context, e *voxhook.IncomingCall) (voxml.Response, error) {
	l.note(ctx, "human", e)
	return ask("Thank you.", 1), nil
}

// zip says the weather of a zip code that was given by key or by speech.
func (l line) zip(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
	try := count(e.Vars[triesVar])
	digits, speech := e.Input(output("zip", try))
	zip := readZip(digits, speech)
	if _, ok := reports[zip]; ok {
		l.note(ctx, "giving the weather", e)
		return tell(zip, 1), nil
	}

	problem := "That was not a zip code of five digits."
	switch {
	case zip != "": // the spaces make it spoken digit by digit
		problem = "We have no weather for " + strings.Join(strings.Split(zip, ""), " ") + "."
	case digits == "" && speech == "":
		problem = "We did not hear a zip code."
	}
	if try >= maxTries {
		l.note(ctx, "giving up", e)
		return goodbye(problem), nil
	}
	l.note(ctx, "asking again", e)
	return ask(problem, try+1), nil
}

// again repeats the weather if the caller wants that.
func (l line) again(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
	told := count(e.Vars[toldVar])
	if !wantsAgain(e.Input(output("again", told))) {
		l.note(ctx, "goodbye", e)
		return goodbye(""), nil
	}
	zip := e.Vars[zipVar]
	if _, ok := reports[zip]; !ok {
		return nil, errors.New("the variables of the call have no known zip code")
	}
	l.note(ctx, "giving the weather again", e)
	return tell(zip, told+1), nil
}

// note logs an event with its CallSid, and nothing that identifies the caller.
func (l line) note(ctx context.Context, text string, e voxhook.Event) {
	l.log.InfoContext(ctx, text, "call", e.Webhook().CallSid)
}

// count returns the value of a counter, or 1 if it is missing or invalid.
func count(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// output returns the Output of a Gather that asks for the n-th time. Each time
// has its own Output, because a Gather without input may not clear its
// variables.
func output(name string, n int) string { return name + strconv.Itoa(n) }

// ask says a first sentence and asks for the zip code.
func ask(first string, try int) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: first},
		voxml.Set{Output: triesVar, Value: strconv.Itoa(try)},
		voxml.Gather{
			Action:              zipURL,
			ActionOnEmptyResult: true, // so that silence is also a try
			Output:              output("zip", try),
			Input:               voxml.InputDTMFSpeech,
			NumDigits:           5,
			SpeechTimeout:       voxml.Auto,
			Timeout:             8 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "Please enter your five-digit zip code, or say it digit by digit."},
			},
		},
	}
}

// tell says the weather of a known zip code, for the n-th time.
func tell(zip string, n int) voxml.Response {
	if n >= maxTold {
		return goodbye(reports[zip])
	}
	return append(voxml.Response{
		voxml.Say{Text: reports[zip]},
		voxml.Set{Output: zipVar, Value: zip},
		voxml.Set{Output: toldVar, Value: strconv.Itoa(n)},
		voxml.Gather{
			Action: againURL, // without input, the call goes on with the next verb
			Output: output("again", n),
			Input:  voxml.InputDTMFSpeech, NumDigits: 1, SpeechTimeout: voxml.Auto, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "To hear it again, press 1 or say again. Otherwise, just hang up."},
			},
		},
	}, goodbye("")...)
}

// wantsAgain reports whether a caller wants to hear the weather again. A key
// overrides speech.
func wantsAgain(keys, speech string) bool {
	if keys != "" {
		return keys == "1"
	}
	for word := range words(speech) {
		if word == "again" {
			return true
		}
	}
	return false
}

// goodbye says a first sentence, which may be empty, and ends the call.
func goodbye(first string) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: strings.TrimSpace(first + " Goodbye.")},
		voxml.Hangup{},
	}
}
