// Package weather is a weather line: callers solve a small sum, which keeps
// robots out, and hear the weather of a zip code. The weather is made up.
//
//	log.Fatal(http.ListenAndServe(":8080", weather.Routes(weather.Config{})))
//
// # URLs
//
//	/weather        somebody calls: the sum
//	/weather/ask    it is solved: which zip code?
//	/weather/zip    the zip code: its weather, or once more the question
//	/weather/again  after the weather: once more, or goodbye
//
// Give the platform the URL of /weather. The documents name the others.
//
// # Where things happen
//
// The sum is asked, checked and asked again within one document, by the
// platform: see sum.go for Do, If and a Gather with an Output. The zip code is
// read by this program, because no expression can look it up. It keeps no
// state: what a call must remember is in variables of the call.
//
// # What this package does not do
//
// It knows eight zip codes, and of no weather service. It logs neither numbers
// nor what was pressed or said. It does not check who sends a request: somebody
// who can send them to /weather/ask gets around the sum.
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

// The variables of a call. The platform keeps them for us and sends them along
// with every request.
const (
	triesVar = "tries" // how often the zip code has been asked for
	zipVar   = "zip"   // the zip code whose weather was told
	toldVar  = "told"  // how often it was told
)

const (
	maxTries = 2 // to give a zip code
	maxTold  = 3 // times that one caller hears the weather
)

// A Config has the settings of the program. The zero Config works.
type Config struct {
	// Log receives one line for each event. If nil, [slog.Default].
	Log *slog.Logger
}

// Routes returns the server of the weather line. Its URLs are in the package
// documentation.
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

// human goes on with a caller who has solved the sum.
func (l line) human(ctx context.Context, e *voxhook.IncomingCall) (voxml.Response, error) {
	l.note(ctx, "human", e)
	return ask("Thank you.", 1), nil
}

// zip says the weather of a zip code, given by key or by speech.
func (l line) zip(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
	try := count(e.Vars[triesVar])
	digits, speech := e.Input(output("zip", try))
	zip := readZip(digits, speech)
	if _, ok := reports[zip]; ok {
		l.note(ctx, "telling the weather", e)
		return tell(zip, 1), nil
	}

	problem := "That was not a zip code of five digits."
	switch {
	case zip != "": // with spaces, so that it is spoken digit by digit
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

// again says the weather once more to a caller who wants it.
func (l line) again(ctx context.Context, e *voxhook.GatherResult) (voxml.Response, error) {
	told := count(e.Vars[toldVar])
	if !wantsAgain(e.Input(output("again", told))) {
		l.note(ctx, "goodbye", e)
		return goodbye(""), nil
	}
	zip := e.Vars[zipVar]
	if _, ok := reports[zip]; !ok {
		return nil, errors.New("there is no known zip code in the variables of the call")
	}
	l.note(ctx, "telling the weather again", e)
	return tell(zip, told+1), nil
}

// note logs an event: which call it is, and nothing that identifies the caller.
func (l line) note(ctx context.Context, text string, e voxhook.Event) {
	l.log.InfoContext(ctx, text, "call", e.Webhook().CallSid)
}

// count reads a variable that counts. One that is missing or no number is as
// good as the first time.
func count(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// output returns the output of a Gather that is asked for the n-th time. Each
// time has its own, because a Gather without input may leave its old variables.
func output(name string, n int) string { return name + strconv.Itoa(n) }

// ask asks for the zip code for the try-th time, after a first sentence.
func ask(first string, try int) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: first},
		voxml.Set{Output: triesVar, Value: strconv.Itoa(try)},
		voxml.Gather{
			Action:              zipURL,
			ActionOnEmptyResult: true, // so that silence counts as a try too
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

// tell says the weather of a known zip code for the n-th time.
func tell(zip string, n int) voxml.Response {
	if n >= maxTold {
		return goodbye(reports[zip])
	}
	return append(voxml.Response{
		voxml.Say{Text: reports[zip]},
		voxml.Set{Output: zipVar, Value: zip},
		voxml.Set{Output: toldVar, Value: strconv.Itoa(n)},
		voxml.Gather{
			Action: againURL, // without input the call goes on with the next verb
			Output: output("again", n),
			Input:  voxml.InputDTMFSpeech, NumDigits: 1, SpeechTimeout: voxml.Auto, Timeout: 5 * time.Second,
			Verbs: []voxml.GatherVerb{
				voxml.Say{Text: "To hear it again, press 1 or say again. Otherwise, just hang up."},
			},
		},
	}, goodbye("")...)
}

// wantsAgain reports whether a caller wants to hear the weather again. A key
// counts for more than speech.
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

// goodbye ends the call, after a first sentence if there is one.
func goodbye(first string) voxml.Response {
	return voxml.Response{
		voxml.Say{Text: strings.TrimSpace(first + " Goodbye.")},
		voxml.Hangup{},
	}
}
