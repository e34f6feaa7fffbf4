package voxml

import (
	"math"
	"time"
)

// gatherLanguages are the languages in which the platform recognizes speech.
var gatherLanguages = []string{
	"da", "de", "en-AU", "en-GB", "en-IN", "en-NZ", "en-US", "es", "es-419", "fr", "fr-CA", "hi", "hi-Latn", "id", "it",
	"ja", "ko", "nl", "no", "pl", "pt", "pt-BR", "pt-PT", "ru", "sv", "ta", "tr", "uk", "zh-CN", "zh-TW",
}

// NoKey, as a FinishOnKey, means that no key ends the input. It is written as
// an empty attribute.
const NoKey = "none"

// Auto, as a SpeechTimeout, means that the platform decides when a caller has
// finished speaking.
const Auto time.Duration = math.MinInt64

// Gather waits for keys or speech. When the input is complete, the platform
// requests Action. The call continues with the next verb if Action is empty, or
// if there was no input and ActionOnEmptyResult is false.
//
// Voxtelesys documentation: VoXML, Gather.
type Gather struct {
	// Action is the URL that receives the input, relative or absolute. If
	// empty, the input is only stored in the variables of Output. If both are
	// empty, it is lost.
	Action string

	// ActionOnEmptyResult, if true, requests Action even if there was no input.
	ActionOnEmptyResult bool

	// FinishOnKey is the key that ends the input: 0 to 9, # or *, or [NoKey].
	// If empty, "#" is used.
	FinishOnKey string

	// Input says how the caller can answer. If empty, "dtmf" is used.
	Input Input

	// Language is the language of the speech to recognize, a BCP-47 tag. The
	// platform documents da, de, en-AU, en-GB, en-IN, en-NZ, en-US, es, es-419,
	// fr, fr-CA, hi, hi-Latn, id, it, ja, ko, nl, no, pl, pt, pt-BR, pt-PT, ru,
	// sv, ta, tr, uk, zh-CN and zh-TW. If empty, en-US is used.
	Language string

	// Method is the HTTP method for Action. If empty, POST is used.
	Method Method

	// NumDigits is the number of keys after which the input is complete. Zero
	// means unlimited.
	NumDigits int

	// Output is a name for the input: letters, digits and underscores. If it is
	// "menu", the input is stored in the variables menu.digits and menu.speech.
	// If empty, the input is not stored.
	Output string

	// ProfanityFilter, if true, filters profanities out of the recognized
	// speech.
	ProfanityFilter bool

	// SpeechTimeout is the length of the silence that ends speech, in whole
	// seconds, or [Auto]. Zero means the value of Timeout.
	SpeechTimeout time.Duration

	// Timeout is how long to wait for input, in whole seconds. Zero means 5
	// seconds.
	Timeout time.Duration

	// Verbs are the prompts, which the caller hears while the Gather listens.
	Verbs []GatherVerb

	// History selects what the call detail record keeps. If empty, "disable" is
	// used.
	History History

	// Attrs are attributes that this package has no field for.
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
