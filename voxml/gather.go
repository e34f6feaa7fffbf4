package voxml

import (
	"math"
	"time"
)

// gatherLanguages are those in which speech can be recognized.
var gatherLanguages = []string{
	"da", "de", "en-AU", "en-GB", "en-IN", "en-NZ", "en-US", "es", "es-419", "fr", "fr-CA", "hi", "hi-Latn", "id", "it",
	"ja", "ko", "nl", "no", "pl", "pt", "pt-BR", "pt-PT", "ru", "sv", "ta", "tr", "uk", "zh-CN", "zh-TW",
}

// NoKey is the FinishOnKey that lets no key end the input.
const NoKey = "none"

// Auto is the SpeechTimeout that leaves it to the platform when a caller has
// finished speaking.
const Auto time.Duration = math.MinInt64

// Gather waits for keys or speech. Once the input is complete Action is
// requested; without one, or without input, the call goes on with the next
// verb.
//
// Voxtelesys documentation: VoXML, Gather.
type Gather struct {
	// Action is the URL that gets the input, relative or absolute. If empty,
	// there is none; the input is then in the variables of Output, or lost.
	Action string

	// ActionOnEmptyResult requests Action even if there was no input. If
	// false, the call then goes on with the next verb.
	ActionOnEmptyResult bool

	// FinishOnKey is the key that ends the input, of 0-9, # and *, or is
	// [NoKey]. If empty, the pound key, #.
	FinishOnKey string

	// Input is how the caller can answer. If empty, dtmf.
	Input Input

	// Language is that of the speech to be recognized, a BCP-47 tag. Known
	// are da, de, en-AU, en-GB, en-IN, en-NZ, en-US, es, es-419, fr, fr-CA,
	// hi, hi-Latn, id, it, ja, ko, nl, no, pl, pt, pt-BR, pt-PT, ru, sv, ta,
	// tr, uk, zh-CN and zh-TW. If empty, en-US.
	Language string

	// Method is how Action is requested. If empty, POST.
	Method Method

	// NumDigits is the number of keys that completes the input. Zero means
	// unlimited.
	NumDigits int

	// Output names a variable, alphanumeric: the input is then in
	// Output.digits and Output.speech. If empty, there is none.
	Output string

	// ProfanityFilter filters profanities from the recognized speech. If
	// false, it is left as spoken.
	ProfanityFilter bool

	// SpeechTimeout is the silence that ends speech, in whole seconds, or
	// [Auto]. Zero means the value of Timeout.
	SpeechTimeout time.Duration

	// Timeout is how long to wait for input, in whole seconds. Zero means 5
	// seconds.
	Timeout time.Duration

	// Verbs are what the caller hears.
	Verbs []GatherVerb

	// History says what the call detail record keeps. If empty, disable.
	History History

	// Attrs are attributes that this package does not know.
	Attrs Attrs
}

func (v *Gather) visit(c codec) {
	c.open("Gather", v.Attrs)
	c.url("action", &v.Action)
	c.flag("actionOnEmptyResult", &v.ActionOnEmptyResult, true)
	c.keys("finishOnKey", &v.FinishOnKey, 1)
	enum(c, "input", &v.Input)
	c.language("language", &v.Language, gatherLanguages)
	enum(c, "method", &v.Method)
	c.count("numDigits", &v.NumDigits, unbounded)
	c.output("output", &v.Output)
	c.flag("profanityFilter", &v.ProfanityFilter, true)
	c.secondsOr("speechTimeout", &v.SpeechTimeout, Auto, "auto")
	c.seconds("timeout", &v.Timeout, longest)
	enum(c, "history", &v.History)
	c.rest(&v.Attrs)
	children(c, "Gather", &v.Verbs)
}
